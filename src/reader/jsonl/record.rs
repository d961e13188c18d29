//! One line of JSON Lines as a record: the usual names of each field, read without a detour.
//!
//! Strings without escapes are borrowed from the line. What a record means as an article is for
//! the module above.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::article::BlockKind;
use crate::reader::Field;
use crate::reader::fields::names;
use crate::reader::loose::Texts;

/// The fields of a record that we know. Of several names for one field the first that holds
/// something counts.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) headline: Option<Cow<'a, str>>,
    pub(super) body: Option<Body<'a>>,
    pub(super) date: Option<When<'a>>,
    pub(super) lang: Option<Cow<'a, str>>,
    pub(super) source: Texts,
    pub(super) authors: Texts,
    pub(super) section: Texts,
    pub(super) url: Option<Cow<'a, str>>,
    pub(super) dateline: Option<Cow<'a, str>>,
    pub(super) tags: Vec<String>,
}

/// An article's text as records hold it.
#[derive(Debug)]
pub(super) enum Body<'a> {
    /// One string.
    Whole(Cow<'a, str>),
    /// A list of paragraphs.
    Paragraphs(Vec<Paragraph<'a>>),
}

/// One paragraph of a list.
#[derive(Debug)]
pub(super) struct Paragraph<'a> {
    pub(super) kind: BlockKind,
    pub(super) text: Cow<'a, str>,
}

/// A date as records hold it.
#[derive(Debug)]
pub(super) enum When<'a> {
    /// In words or figures.
    Text(Cow<'a, str>),
    /// A time since 1970, or figures such as `20250418`.
    Number(i64),
}

/// A key of a record: a field with the place of the name among its names, or another key.
enum Key {
    Field(Field, usize),
    Dateline,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                if key == "dateline" {
                    return Ok(Key::Dateline);
                }
                let found = Field::ALL.into_iter().find_map(|field| {
                    let rank = names(field).iter().position(|name| *name == key)?;
                    Some(Key::Field(field, rank))
                });
                Ok(found.unwrap_or(Key::Other))
            }
        }

        deserializer.deserialize_identifier(KeyVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Record<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Record<'de>, A::Error> {
        let mut record = Record::default();
        let mut ranks = [usize::MAX; Field::ALL.len()];
        while let Some(key) = object.next_key()? {
            match key {
                Key::Other => {
                    object.next_value::<IgnoredAny>()?;
                }
                Key::Dateline => record.dateline = object.next_value::<Loose<'de>>()?.0,
                Key::Field(Field::Tags, _) => {
                    record.tags.append(&mut object.next_value::<Texts>()?.0);
                }
                Key::Field(field, rank) if rank > ranks[field as usize] => {
                    object.next_value::<IgnoredAny>()?;
                }
                Key::Field(field, rank) => {
                    if record.set(field, names(field)[rank], &mut object)? {
                        ranks[field as usize] = rank;
                    }
                }
            }
        }
        Ok(record)
    }
}

impl<'de> Record<'de> {
    /// Reads the next value into `field`, which the record calls `name`, unless it is blank;
    /// returns whether it was not.
    fn set<A: MapAccess<'de>>(
        &mut self,
        field: Field,
        name: &'static str,
        object: &mut A,
    ) -> Result<bool, A::Error> {
        let slot = match field {
            Field::Id => &mut self.id,
            Field::Headline => &mut self.headline,
            Field::Lang => &mut self.lang,
            Field::Url => &mut self.url,
            Field::Text => {
                let body = object.next_value_seed(Named { name, seed: BodyVisitor })?;
                let is_set = body.is_some();
                self.body = body.or(self.body.take());
                return Ok(is_set);
            }
            Field::Date => {
                let when = object.next_value_seed(Named { name, seed: WhenVisitor })?;
                let is_set = when.is_some();
                self.date = when.or(self.date.take());
                return Ok(is_set);
            }
            Field::Source | Field::Author | Field::Section | Field::Tags => {
                let slot = match field {
                    Field::Source => &mut self.source,
                    Field::Author => &mut self.authors,
                    _ => &mut self.section,
                };
                let texts: Texts = object.next_value()?;
                let is_set = !texts.0.is_empty();
                if is_set {
                    *slot = texts;
                }
                return Ok(is_set);
            }
        };
        let text = object.next_value_seed(Named { name, seed: TextVisitor })?;
        let is_set = text.is_some();
        *slot = text.or(slot.take());
        Ok(is_set)
    }
}

/// Hands a value to one of the visitors below, which name the key in what they say.
struct Named<V> {
    name: &'static str,
    seed: V,
}

/// What the visitors want, for their messages.
fn wrong<E: Error>(name: &str, came: &str, wanted: &str) -> E {
    E::custom(format_args!("`{name}` is {came}, wanted {wanted}"))
}

fn unless_blank(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    text.bytes().any(|byte| !byte.is_ascii_whitespace()).then_some(text)
}

/// A string or a number, as text.
struct TextVisitor;

struct BodyVisitor;

struct WhenVisitor;

/// What a visitor can be given and how it takes it; everything else is an error that names the key.
trait Take<'de> {
    type Value;
    const WANTED: &'static str;

    fn text(self, text: Cow<'de, str>) -> Option<Self::Value>;

    fn integer(self, value: i64) -> Option<Self::Value>;

    /// Whether numbers are taken at all.
    const NUMBERS: bool;

    fn list<A: SeqAccess<'de>>(
        self,
        _: A,
        name: &'static str,
    ) -> Result<Option<Self::Value>, A::Error>
    where
        Self: Sized,
    {
        Err(wrong(name, "a list", Self::WANTED))
    }
}

impl<'de> Take<'de> for TextVisitor {
    type Value = Cow<'de, str>;
    const WANTED: &'static str = "a string";
    const NUMBERS: bool = true;

    fn text(self, text: Cow<'de, str>) -> Option<Self::Value> {
        unless_blank(text)
    }

    fn integer(self, value: i64) -> Option<Self::Value> {
        Some(Cow::Owned(value.to_string()))
    }
}

impl<'de> Take<'de> for WhenVisitor {
    type Value = When<'de>;
    const WANTED: &'static str = "a date";
    const NUMBERS: bool = true;

    fn text(self, text: Cow<'de, str>) -> Option<Self::Value> {
        unless_blank(text).map(When::Text)
    }

    fn integer(self, value: i64) -> Option<Self::Value> {
        Some(When::Number(value))
    }
}

impl<'de> Take<'de> for BodyVisitor {
    type Value = Body<'de>;
    const WANTED: &'static str = "a string or a list of paragraphs";
    const NUMBERS: bool = false;

    fn text(self, text: Cow<'de, str>) -> Option<Self::Value> {
        unless_blank(text).map(Body::Whole)
    }

    fn integer(self, _: i64) -> Option<Self::Value> {
        None
    }

    fn list<A: SeqAccess<'de>>(
        self,
        mut list: A,
        name: &'static str,
    ) -> Result<Option<Body<'de>>, A::Error> {
        let mut paragraphs = Vec::new();
        while let Some(paragraph) = list.next_element_seed(ParagraphOf { name })? {
            paragraphs.extend(paragraph.filter(|paragraph| !paragraph.text.trim().is_empty()));
        }
        Ok((!paragraphs.is_empty()).then_some(Body::Paragraphs(paragraphs)))
    }
}

impl<'de, V: Take<'de>> serde::de::DeserializeSeed<'de> for Named<V> {
    type Value = Option<V::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, V: Take<'de>> Visitor<'de> for Named<V> {
    type Value = Option<V::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(V::WANTED)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(self.seed.text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.seed.text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(self.seed.text(Cow::Owned(text)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        if V::NUMBERS {
            Ok(self.seed.integer(value))
        } else {
            Err(wrong(self.name, "a number", V::WANTED))
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) if V::NUMBERS => Ok(self.seed.text(Cow::Owned(value.to_string()))),
            Err(_) => Err(wrong(self.name, "a number", V::WANTED)),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        if V::NUMBERS {
            // Times come as floats; what is left of the point is the second.
            let whole = value.trunc();
            if (-9e15..=9e15).contains(&whole) && whole == value {
                return Ok(self.seed.integer(whole as i64));
            }
            return Ok(self.seed.text(Cow::Owned(value.to_string())));
        }
        Err(wrong(self.name, "a number", V::WANTED))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Err(wrong(self.name, "true or false", V::WANTED))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.seed.list(list, self.name)
    }

    /// A value as databases export it: `{"$oid": "…"}`, `{"$date": …}`, `{"$numberLong": "…"}`.
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let name = self.name;
        let value = match object.next_key::<Cow<'_, str>>()?.as_deref() {
            Some("$oid" | "$uuid" | "$date") => object.next_value_seed(self)?,
            Some("$numberLong" | "$numberInt") => {
                let number = object.next_value::<Texts>()?;
                match number.first().map(str::parse) {
                    Some(Ok(number)) => self.visit_i64(number)?,
                    _ => return Err(wrong(name, "a number in no form we know", V::WANTED)),
                }
            }
            _ => return Err(wrong(name, "an object", V::WANTED)),
        };
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(value)
    }
}

/// A text where any other value counts as none.
struct Loose<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Texts::deserialize(deserializer)?;
        Ok(Self(texts.0.into_iter().next().map(Cow::Owned)))
    }
}

/// Reads one paragraph of the list `name`; `null` is none.
struct ParagraphOf {
    name: &'static str,
}

impl ParagraphOf {
    fn wrong<T, E: Error>(self, came: &str) -> Result<T, E> {
        let Self { name } = self;
        Err(E::custom(format_args!(
            "a paragraph of `{name}` is {came}, wanted a string or an object with `text`"
        )))
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for ParagraphOf {
    type Value = Option<Paragraph<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ParagraphOf {
    type Value = Option<Paragraph<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an object with `text`")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        self.wrong("true or false")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        self.wrong("a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        self.wrong("a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        self.wrong("a number")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        self.wrong("a list")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Paragraph { kind: BlockKind::Paragraph, text: Cow::Borrowed(text) }))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Paragraph { kind: BlockKind::Paragraph, text: Cow::Owned(text.to_owned()) }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut paragraph = Paragraph { kind: BlockKind::Paragraph, text: Cow::Borrowed("") };
        while let Some(key) = object.next_key::<Cow<'_, str>>()? {
            match &*key {
                "text" | "content" | "body" => {
                    let seed = Named { name: "text", seed: TextVisitor };
                    if let Some(text) = object.next_value_seed(seed)? {
                        paragraph.text = text;
                    }
                }
                "kind" | "type" => {
                    let kind = object.next_value::<Texts>()?;
                    paragraph.kind = kind.first().map_or(BlockKind::Paragraph, kind_named);
                }
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Some(paragraph))
    }
}

fn kind_named(name: &str) -> BlockKind {
    match name {
        "heading" | "subheading" | "h1" | "h2" | "h3" | "h4" => BlockKind::Heading,
        "list-item" | "li" => BlockKind::ListItem,
        "quote" | "blockquote" => BlockKind::Quote,
        "caption" | "figcaption" => BlockKind::Caption,
        "table-row" | "tr" => BlockKind::TableRow,
        _ => BlockKind::Paragraph,
    }
}
