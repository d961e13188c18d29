//! The file of corrections: TOML that commands write and people may edit. Reading it names the line
//! of what is wrong; writing gives one text for one meaning, in the order of the ids.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::{Conflict, Correction, Corrections, Split, id_of, name_of};
use crate::article::ArticleId;
use crate::tag::{EntityId, EntityType};

/// What is wrong with a file of corrections.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CorrectionsError {
    /// It is not TOML, or not of this form.
    #[error("{file}:{line}: {what}")]
    Form {
        /// What the file is called.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser said.
        what: String,
    },
    /// A value that is none of its kind.
    #[error("{file}:{line}: bad {what} `{value}`, wanted {wanted}")]
    Value {
        /// What the file is called.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What it should be.
        what: &'static str,
        /// What it is.
        value: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// Two blocks of one entity.
    #[error("{file}:{line}: entity `{id}` has a block before, in line {first}")]
    Twice {
        /// What the file is called.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The entity.
        id: EntityId,
        /// Line of the first block.
        first: usize,
    },
    /// A split without a condition.
    #[error("{file}:{line}: a split without `with`, `articles` or `sources`")]
    Unconditional {
        /// What the file is called.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// What is said does not fit together.
    #[error("{file}:{line}: {conflict}")]
    Conflict {
        /// What the file is called.
        file: String,
        /// The line, from 1, of a block that has part in it.
        line: usize,
        /// What does not fit.
        conflict: Conflict,
    },
}

/// The words before the blocks.
const HEAD: &str = "\
# Corrections of entities, applied when articles are tagged and when they are asked for. Written anew by
# `pressmark entities merge`, `split`, `rename`, `hide`, `type`, `alias` and `restore`; it may be edited,
# and `pressmark entities apply` then brings the index up to date. Of remarks only `note` is kept.
#
# [[entity]]            one block an entity, by id
# id = \"…\"              as `pressmark entities` lists it
# name = \"…\"            what it is called
# type = \"…\"            person, organization, place, facility, event, product, law or work
# hide = true           it is no entity
# aliases = [\"…\"]       further names that it is found by
# merge = [\"…\"]         ids of entities that are this one
# note = \"…\"            a remark
# [[entity.split]]      mentions of it that are another entity,
# into = \"…\"            the id of that one,
# name = \"…\"            what that one is called,
# with = [\"…\"]          in articles that also name one of these ids,
# articles = [\"…\"]      in these articles,
# sources = [\"…\"]       in articles of these publishers
";

const ID: &str = "a type, `:` and a name in lower case such as `organization:huawei`";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    #[serde(default)]
    entity: Vec<Block>,
}

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    id: Text,
    name: Option<Text>,
    #[serde(rename = "type")]
    kind: Option<Text>,
    #[serde(default)]
    hide: bool,
    #[serde(default)]
    aliases: Vec<Text>,
    #[serde(default)]
    merge: Vec<Text>,
    note: Option<Text>,
    #[serde(default)]
    split: Vec<Spanned<Part>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    into: Text,
    name: Option<Text>,
    #[serde(default)]
    with: Vec<Text>,
    #[serde(default)]
    articles: Vec<Text>,
    #[serde(default)]
    sources: Vec<Text>,
}

impl Corrections {
    /// Reads the text of a file; `file` is what it is called in errors.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with its line.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, CorrectionsError> {
        let source = Source { text, file };
        let whole: Whole = toml::from_str(text).map_err(|error| CorrectionsError::Form {
            file: file.to_owned(),
            line: source.line(error.span().unwrap_or(0..0).start),
            what: error.message().replace('\n', ", "),
        })?;
        let mut said = BTreeMap::new();
        // Where the blocks begin. Lines are counted only for an error: a query reads the file too.
        let mut places: BTreeMap<EntityId, usize> = BTreeMap::new();
        for block in whole.entity {
            let at = block.id.span().start;
            let id = source.id(&block.id)?;
            if let Some(first) = places.insert(id.clone(), at) {
                let (file, line, first) = (file.to_owned(), source.line(at), source.line(first));
                return Err(CorrectionsError::Twice { file, line, id, first });
            }
            said.insert(id, source.correction(&block)?);
        }
        Self::new(said).map_err(|conflict| CorrectionsError::Conflict {
            file: file.to_owned(),
            line: source.line(places.get(conflict.entity()).copied().unwrap_or(0)),
            conflict,
        })
    }
}

struct Source<'a> {
    text: &'a str,
    file: &'a str,
}

impl Source<'_> {
    fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        1 + before.iter().filter(|&&byte| byte == b'\n').count()
    }

    fn bad(&self, what: &'static str, value: &Text, wanted: &'static str) -> CorrectionsError {
        CorrectionsError::Value {
            file: self.file.to_owned(),
            line: self.line(value.span().start),
            what,
            value: value.get_ref().clone(),
            wanted,
        }
    }

    fn id(&self, text: &Text) -> Result<EntityId, CorrectionsError> {
        id_of(text.get_ref()).ok_or_else(|| self.bad("entity id", text, ID))
    }

    fn name(&self, text: &Text) -> Result<String, CorrectionsError> {
        name_of(text.get_ref()).ok_or_else(|| self.bad("name", text, "one that is not empty"))
    }

    fn names(&self, texts: &[Text]) -> Result<Vec<String>, CorrectionsError> {
        texts.iter().map(|text| self.name(text)).collect()
    }

    fn ids(&self, texts: &[Text]) -> Result<Vec<EntityId>, CorrectionsError> {
        texts.iter().map(|text| self.id(text)).collect()
    }

    fn correction(&self, block: &Block) -> Result<Correction, CorrectionsError> {
        let kind = |text: &Text| {
            let known: Result<EntityType, _> = text.get_ref().parse();
            let wanted = "person, organization, place, facility, event, product, law or work";
            known.map_err(|_| self.bad("type", text, wanted))
        };
        let splits = block.split.iter().map(|part| {
            let at = part.span().start;
            let part = part.get_ref();
            let article = |text: &Text| {
                ArticleId::new(text.get_ref())
                    .ok_or_else(|| self.bad("article", text, "its id, which is not empty"))
            };
            let split = Split {
                into: self.id(&part.into)?,
                name: part.name.as_ref().map(|name| self.name(name)).transpose()?,
                with: self.ids(&part.with)?,
                articles: part.articles.iter().map(article).collect::<Result<_, _>>()?,
                sources: self.names(&part.sources)?,
            };
            if split.with.is_empty() && split.articles.is_empty() && split.sources.is_empty() {
                let (file, line) = (self.file.to_owned(), self.line(at));
                return Err(CorrectionsError::Unconditional { file, line });
            }
            Ok(split)
        });
        Ok(Correction {
            name: block.name.as_ref().map(|name| self.name(name)).transpose()?,
            kind: block.kind.as_ref().map(kind).transpose()?,
            hidden: block.hide,
            aliases: self.names(&block.aliases)?,
            merged: self.ids(&block.merge)?,
            splits: splits.collect::<Result<_, _>>()?,
            note: block.note.as_ref().and_then(|note| name_of(note.get_ref())),
        })
    }
}

/// Writes the whole file.
pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    said: &BTreeMap<EntityId, Correction>,
) -> fmt::Result {
    f.write_str(HEAD)?;
    for (id, correction) in said {
        write!(f, "\n[[entity]]\nid = {}\n", quoted(id.as_str()))?;
        pair(f, "name", correction.name.as_deref())?;
        pair(f, "type", correction.kind.map(EntityType::as_str))?;
        if correction.hidden {
            writeln!(f, "hide = true")?;
        }
        list(f, "aliases", correction.aliases.iter().map(String::as_str))?;
        list(f, "merge", correction.merged.iter().map(EntityId::as_str))?;
        pair(f, "note", correction.note.as_deref())?;
        for split in &correction.splits {
            write!(f, "[[entity.split]]\ninto = {}\n", quoted(split.into.as_str()))?;
            pair(f, "name", split.name.as_deref())?;
            list(f, "with", split.with.iter().map(EntityId::as_str))?;
            list(f, "articles", split.articles.iter().map(ArticleId::as_str))?;
            list(f, "sources", split.sources.iter().map(String::as_str))?;
        }
    }
    Ok(())
}

fn pair(f: &mut fmt::Formatter<'_>, key: &str, value: Option<&str>) -> fmt::Result {
    value.map_or(Ok(()), |value| writeln!(f, "{key} = {}", quoted(value)))
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    key: &str,
    values: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    let values: Vec<String> = values.map(quoted).collect();
    if values.is_empty() { Ok(()) } else { writeln!(f, "{key} = [{}]", values.join(", ")) }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
