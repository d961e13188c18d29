//! One item of ninjs: its properties by name, checked, and what they come to as an article.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Document;
use super::part::{Part, Text};
use crate::article::{Article, Block, BlockKind, Edition, Lang};
use crate::reader::agency::{add, bare, is_withdrawn, said, short, without_headline};
use crate::reader::body;
use crate::reader::draft::{Draft, KnownBy, one};
use crate::reader::error::published;
use crate::reader::skim::{Member, members};
use crate::reader::{ReadError, wire};

/// What the value of a property is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    List,
    Object,
    /// A list, and an object in the first version or in examples.
    Either,
}

/// The properties of all versions, in lower case, since the third writes `versionCreated`.
#[rustfmt::skip]
const PROPERTIES: [(Kind, &[&str]); 5] = [
    (Kind::Text, &[
        "uri", "type", "mimetype", "representationtype", "profile", "version", "firstcreated",
        "versioncreated", "contentcreated", "embargoed", "embargoeduntil", "expires", "pubstatus",
        "copyrightholder", "copyrightnotice", "usageterms", "ednote", "language", "title", "by",
        "byline", "headline", "slugline", "located",
    ]),
    (Kind::Number, &["urgency", "charcount", "wordcount"]),
    (Kind::List, &[
        "headlines", "bodies", "descriptions", "subject", "subjects", "genre", "genres",
        "infosource", "infosources", "person", "people", "organisation", "organisations", "place",
        "places", "event", "object", "objects", "trustindicator", "trustindicators",
        "plannedcoverage", "advice", "advices",
    ]),
    (Kind::Object, &[
        "standard", "$standard", "rightsinfo", "eventdetails", "digitalsourcetype",
    ]),
    (Kind::Either, &["altids", "associations", "events", "renditions"]),
];

/// Properties of which there may be several, by what is added to their names: `body_text`.
const OPEN: [&str; 3] = ["body_", "description_", "headline_"];

const TYPES: [&str; 9] =
    ["text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"];

const COMPLETENESS: [&str; 4] = ["complete", "incomplete", "full", "partial"];

/// What the value of `key` is, if that is a property of ninjs; `key` is in lower case.
fn kind(key: &str) -> Option<Kind> {
    let known = PROPERTIES.iter().find(|(_, keys)| keys.contains(&key));
    let is_open = |start: &&str| {
        let rest = key.strip_prefix(*start).and_then(|rest| rest.bytes().next());
        rest.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    known.map(|(kind, _)| *kind).or_else(|| OPEN.iter().any(is_open).then_some(Kind::Text))
}

/// Whether the object that `text` begins with is an item of ninjs: it names the standard, or it has
/// a `uri` and something that records of other kinds have not.
pub(super) fn is_ninjs(text: &str) -> bool {
    // Names that records of any kind have, and those under which they have their text.
    const COMMON: [&str; 10] = [
        "uri", "language", "title", "headline", "byline", "by", "version", "event", "events",
        "subject",
    ];
    const OF_RECORDS: [&str; 4] = ["text", "body", "content", "paragraphs"];
    let mut found = members(text);
    let (mut has_uri, mut n_own) = (false, 0);
    for Member { key, value } in found.by_ref() {
        let lower = key.to_ascii_lowercase();
        match lower.as_str() {
            "uri" => has_uri = value.starts_with('"'),
            "standard" | "$standard" if value.to_ascii_lowercase().contains("ninjs") => {
                return true;
            }
            "type" => n_own += usize::from(TYPES.contains(&value.trim_matches('"'))),
            key if OF_RECORDS.contains(&key) => return false,
            key if COMMON.contains(&key) => {}
            key => n_own += usize::from(kind(key).is_some()),
        }
    }
    // What is longer than was looked at may name itself after its text.
    if found.is_closed() || has_uri { has_uri && n_own > 0 } else { n_own > 1 }
}

/// How deep items may be associated with each other.
const DEEPEST: usize = 4;

/// One item.
pub(super) struct Item<'d> {
    document: &'d Document<'d>,
    text: &'d str,
    /// The values, by their keys in lower case.
    properties: BTreeMap<String, &'d str>,
    /// The first key that is no property of ninjs, as it is written.
    other: Option<&'d str>,
}

impl<'d> Item<'d> {
    /// Reads the item that `text` is and those associated with it that carry text of their own.
    pub(super) fn read(
        document: &'d Document<'d>,
        text: &'d str,
        depth: usize,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let item = match Self::new(document, text) {
            Ok(item) => item,
            Err(error) => return emit(Err(error)),
        };
        one(emit, |warn| item.article(warn));
        for associated in item.associated().filter(|_| depth < DEEPEST) {
            let carries = |key: &str| key == "bodies" || key.starts_with("body_");
            let mut keys = members(associated).map(|member| member.key.to_ascii_lowercase());
            if keys.any(|key| carries(&key)) {
                Self::read(document, associated, depth + 1, emit);
            }
        }
    }

    fn new(document: &'d Document<'d>, text: &'d str) -> Result<Self, ReadError> {
        if !text.starts_with('{') {
            let what = format!("{}, wanted an object", what_is(text));
            return Err(document.wrong(text, what));
        }
        let mut item = Self { document, text, properties: BTreeMap::new(), other: None };
        for Member { key, value } in members(text) {
            let lower = key.to_ascii_lowercase();
            let Some(kind) = kind(&lower) else {
                item.other = item.other.or(Some(key));
                continue;
            };
            let is_wanted = match value.as_bytes()[0] {
                b'"' => kind == Kind::Text,
                b'{' => matches!(kind, Kind::Object | Kind::Either),
                b'[' => matches!(kind, Kind::List | Kind::Either),
                b't' | b'f' => false,
                b'n' => continue,
                _ => kind == Kind::Number,
            };
            if !is_wanted {
                let wanted = match kind {
                    Kind::Text => "a string",
                    Kind::Number => "a number",
                    Kind::List => "a list",
                    Kind::Object => "an object",
                    Kind::Either => "a list or an object",
                };
                let what = format!("`{key}` is {}, wanted {wanted}", what_is(value));
                return Err(document.wrong(value, what));
            }
            item.properties.insert(lower, value);
        }
        Ok(item)
    }

    fn article(&self, warn: &mut dyn FnMut(ReadError)) -> Result<Article, ReadError> {
        let id = self.said("uri")?;
        let Some(id) = id else {
            return Err(self
                .document
                .wrong(self.text, "no `uri`, which every item has".to_owned()));
        };
        let of = self.one_of("type", &TYPES)?.unwrap_or_default();
        self.one_of("representationtype", &COMPLETENESS)?;
        let statuses = ["usable", "withheld", "canceled"];
        let status = self.one_of("pubstatus", &statuses)?.unwrap_or_default();
        let withdrawn = is_withdrawn(&status).unwrap_or_default();
        let mut labels = Vec::new();
        for name in ["subjects", "subject", "genres", "genre"] {
            self.objects(name)?.iter().for_each(|about| label(about, &mut labels));
        }
        let publisher = self.publisher()?;
        let Text { facts, mut blocks } = self.text(&of)?;
        let headline = self.headline()?.or(facts.headline);
        without_headline(&mut blocks, headline.as_deref());
        if headline.is_none() && blocks.is_empty() && !withdrawn {
            return Err(match self.other {
                Some(key) => {
                    let what = format!("no headline and no text; `{key}` is no property of ninjs");
                    self.document.wrong(self.text, what)
                }
                None => ReadError::NoArticle {
                    path: self.document.source.path.clone(),
                    line: self.document.line_of(self.text),
                    what: bare(&of),
                },
            });
        }
        for associated in self.associated() {
            blocks.extend(self.captions(associated)?);
        }
        facts.labels.iter().for_each(|label| add(&mut labels, label));
        let authors = match self.said("by")? {
            None => self.said("byline")?,
            names => names,
        };
        let draft = Draft {
            id: Some(id),
            headline,
            published: self.published(warn)?,
            lang: self.said("language")?.or(facts.lang).map(|lang| Lang::new(&lang)),
            source: publisher.or(facts.publisher),
            authors: authors.map_or(facts.authors, |names| wire::names(&names)),
            dateline: self.said("located")?.or(facts.dateline),
            section: facts.section,
            source_tags: labels,
            edition: Edition {
                version: self.said("version")?,
                updated: self.said("versioncreated")?,
                embargoed: match self.said("embargoeduntil")? {
                    None => self.said("embargoed")?,
                    time => time,
                },
                ..self.document.edition.clone()
            },
            blocks,
            withdrawn,
            ..Draft::default()
        };
        let line = self.document.line_of(self.text);
        draft.finish(self.document.source, line, KnownBy::Content)
    }

    /// The text that `value` is, a string.
    fn string(&self, key: &str, value: &str) -> Result<String, ReadError> {
        serde_json::from_str(value).map_err(|_| {
            self.document.wrong(value, format!("`{key}` is no text: it has half a character"))
        })
    }

    /// The text of a property on one line, if it says anything.
    fn said(&self, key: &str) -> Result<Option<String>, ReadError> {
        let Some(value) = self.properties.get(key) else { return Ok(None) };
        Ok(said(&self.string(key, value)?))
    }

    /// The text of a property that is one of a few words.
    fn one_of(&self, key: &str, wanted: &[&str]) -> Result<Option<String>, ReadError> {
        let found = self.said(key)?;
        match &found {
            Some(word) if !wanted.contains(&word.as_str()) => {
                let words: Vec<String> = wanted.iter().map(|word| format!("`{word}`")).collect();
                let what = format!("`{key}` is `{word}`, wanted {}", words.join(", "));
                Err(self.document.wrong(self.properties[key], what))
            }
            _ => Ok(found),
        }
    }

    /// The objects that a property lists.
    fn objects(&self, key: &str) -> Result<Vec<Object>, ReadError> {
        let Some(list) = self.properties.get(key) else { return Ok(Vec::new()) };
        let object = |Member { value, .. }| Object::read(self.document, key, value);
        members(list).map(object).collect()
    }

    fn headline(&self) -> Result<Option<String>, ReadError> {
        let headlines = self.objects("headlines")?;
        let main = headlines.iter().find(|one| one.get("role") == "main");
        let listed = main.into_iter().chain(&headlines).map(|one| one.get("value"));
        let mut found: Vec<String> = listed.map(str::to_owned).collect();
        let named = self.properties.iter().filter(|(key, _)| key.starts_with("headline_"));
        let keys = ["headline", "headline_main"].into_iter();
        for key in keys.chain(named.map(|(key, _)| key.as_str())).chain(["title"]) {
            found.extend(self.said(key)?);
        }
        Ok(found.iter().map(|text| body::line(text)).find_map(|text| said(&text)))
    }

    /// The day the item was first made, else its content, else this version of it.
    fn published(
        &self,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Option<jiff::civil::Date>, ReadError> {
        for key in ["firstcreated", "contentcreated", "versioncreated"] {
            if let Some(day) = self.said(key)? {
                let line = self.document.line_of(self.properties[key]);
                return Ok(published(&self.document.source.path, line, &day, warn));
            }
        }
        Ok(None)
    }

    fn publisher(&self) -> Result<Option<String>, ReadError> {
        for key in ["infosources", "infosource"] {
            let name = self.objects(key)?.iter().find_map(|party| said(party.get("name")));
            if name.is_some() {
                return Ok(name);
            }
        }
        self.said("copyrightholder")
    }

    /// The text of the item: of several forms of it the richest; of an item that has none, its
    /// descriptions.
    fn text(&self, of: &str) -> Result<Text, ReadError> {
        let mut bodies = self.parts("bodies", "body_")?;
        bodies.sort_by_key(|part| part.form);
        for part in &bodies {
            let text = part.read(BlockKind::Paragraph);
            if !text.blocks.is_empty() {
                return Ok(text);
            }
        }
        let kind = match of {
            "picture" | "graphic" | "video" | "audio" => BlockKind::Caption,
            _ => BlockKind::Paragraph,
        };
        Ok(Text { blocks: self.descriptions(kind)?, ..Text::default() })
    }

    /// The descriptions, each text once.
    fn descriptions(&self, kind: BlockKind) -> Result<Vec<Block>, ReadError> {
        let mut described: Vec<Block> = Vec::new();
        for part in self.parts("descriptions", "description_")? {
            // Who is to be named is no description.
            if part.role.contains("credit") {
                continue;
            }
            for block in part.read(kind).blocks {
                if !described.iter().any(|known| known.text == block.text) {
                    described.push(block);
                }
            }
        }
        Ok(described)
    }

    /// The parts of a text: those that `list` has, and the properties that begin with `start`.
    fn parts(&self, list: &str, start: &str) -> Result<Vec<Part>, ReadError> {
        let mut parts = Vec::new();
        for one in self.objects(list)? {
            let (role, media) = (one.get("role").to_ascii_lowercase(), one.get("contenttype"));
            parts.extend(Part::new(role, media, one.get("value").to_owned(), one.line));
        }
        for (key, value) in self.properties.iter().filter(|(key, _)| key.starts_with(start)) {
            let role = key[start.len()..].to_owned();
            let line = self.document.line_of(value);
            parts.extend(Part::new(role, "", self.string(key, value)?, line));
        }
        Ok(parts)
    }

    /// The items that this one is shown with.
    fn associated(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let held = self.properties.get("associations").copied().unwrap_or_default();
        members(held).map(|member| member.value).filter(|value| value.starts_with('{'))
    }

    /// The lines under a picture that the item is shown with.
    fn captions(&self, associated: &'d str) -> Result<Vec<Block>, ReadError> {
        let item = Self::new(self.document, associated)?;
        let of = item.said("type")?;
        match of.as_deref() {
            Some("picture" | "graphic" | "video") => item.descriptions(BlockKind::Caption),
            _ => Ok(Vec::new()),
        }
    }
}

/// What a JSON value is, for messages.
fn what_is(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// An object of a list: the texts it holds, by their names in lower case.
struct Object {
    texts: BTreeMap<String, String>,
    line: u32,
}

impl Object {
    /// Reads `value`, which stands in the list `of`.
    fn read(document: &Document<'_>, of: &str, value: &str) -> Result<Self, ReadError> {
        const TEXTS: [&str; 8] =
            ["name", "value", "role", "rel", "uri", "literal", "scheme", "code"];
        if !value.starts_with('{') {
            let what = format!("`{of}` holds {}, wanted objects", what_is(value));
            return Err(document.wrong(value, what));
        }
        let object: Map<String, Value> =
            serde_json::from_str(value).map_err(|error| document.broken(value, &error))?;
        let mut texts = BTreeMap::new();
        for (key, inner) in object {
            let lower = key.to_ascii_lowercase();
            match inner {
                Value::String(text) => drop(texts.insert(lower, text)),
                Value::Null => {}
                _ if TEXTS.contains(&lower.as_str()) => {
                    let what = format!("`{key}` in `{of}` is no string");
                    return Err(document.wrong(value, what));
                }
                _ => {}
            }
        }
        Ok(Self { texts, line: document.line_of(value) })
    }

    fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }
}

/// Adds what an item is about to `labels`: its code, and what it is called.
fn label(about: &Object, labels: &mut Vec<String>) {
    let (uri, code, scheme) = (about.get("uri"), about.get("code"), about.get("scheme"));
    let code = match (uri, code, scheme) {
        ("", "", _) => about.get("literal").to_owned(),
        ("", code, "") => code.to_owned(),
        ("", code, scheme) if scheme.ends_with(['/', '#', ':']) => format!("{scheme}{code}"),
        ("", code, scheme) if scheme.contains('/') => format!("{scheme}/{code}"),
        ("", code, scheme) => format!("{scheme}:{code}"),
        (uri, ..) => uri.to_owned(),
    };
    add(labels, &short(&code));
    add(labels, about.get("name"));
}
