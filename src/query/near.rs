//! What stands near each other: `a NEAR/5 b`, and phrases with an entity in them.
//!
//! The part of the tree that is about places in a passage, and how queries become such parts; where
//! the places are is an engine's work.

use crate::tag::EntityType;

use super::normal::{MAX_SLOP, single_spaced};
use super::{Filter, Pattern, Query, TextClause, Zone};

/// How the operator is written.
pub(super) const NAME: &str = "NEAR";

/// How many words may stand between what a bare `NEAR` joins.
const DISTANCE: u32 = 10;

/// The most entities of one phrase; further ones are read as words.
pub const MAX_ENTITIES: usize = 3;

/// What has places in a passage.
///
/// In a normal tree, as a query of its own it is an `Entity`, a `Phrase` or a `Chain`; within an
/// `Any` stands no `Any`, and a `Chain` does not begin with a `Chain`.
#[derive(Clone, Debug, PartialEq)]
pub enum Near {
    /// Words.
    Text(TextClause),
    /// A name in the passage's text.
    Entity(Named),
    /// A phrase with an entity in it, which counts as one word: two parts or more, words and
    /// entities; at most `slop` words apart in all from their places.
    Phrase {
        /// The parts in order; words are not followed by words.
        parts: Vec<Part>,
        /// How many places the parts may be moved.
        slop: u32,
    },
    /// Any of them; two or more.
    Any(Vec<Self>),
    /// The first, and what stands near to it and what was before it: in any order, with at most so
    /// many words between.
    Chain(Box<Self>, Vec<(u32, Self)>),
}

/// A part of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words next to each other.
    Words(String),
    /// A name.
    Entity(Named),
}

/// Whose name it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// An entity of this type: `@organization`.
    Type(EntityType),
    /// This entity, by id, name or another name: `@huawei`, `@"Bank Negara"`.
    Name(String),
}

/// How many words `NEAR` and the number after it let stand between; `None` for any other word. A
/// character is `None` where it may not be a mark.
pub(super) fn distance(word: impl Iterator<Item = Option<char>>) -> Option<u32> {
    let word: String = word.take(16).collect::<Option<_>>()?;
    match word.strip_prefix(NAME)? {
        "" => Some(DISTANCE),
        rest => {
            let number = rest.strip_prefix('/')?;
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| number.parse().unwrap_or(u32::MAX))
        }
    }
}

impl Named {
    /// What `text`, without the `@` before it, names: a type, or an entity whose name may be written
    /// with `_` for spaces. `None` if there is no letter and no digit in it.
    pub fn read(text: &str) -> Option<Self> {
        let name = single_spaced(&text.replace('_', " "));
        let name = name.trim_end_matches(|c: char| {
            matches!(c, ',' | ';' | ':' | '!' | '?' | '，' | '。' | '；' | '：' | '！' | '？' | ' ')
        });
        if !name.contains(char::is_alphanumeric) {
            return None;
        }
        let kind = name.to_lowercase().replace("organisation", "organization").parse();
        Some(kind.map_or_else(|_| Self::Name(name.to_owned()), Self::Type))
    }

    /// The entity that a word begins with `@` for.
    fn of_word(word: &str) -> Option<Self> {
        Self::read(word.strip_prefix(['@', '＠'])?)
    }

    /// The name or the type.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Type(kind) => kind.as_str(),
            Self::Name(name) => name,
        }
    }
}

impl Part {
    /// The part as it stands in a phrase, nothing escaped.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Entity(named) => {
                format!("@{}", named.as_str().replace(char::is_whitespace, "_"))
            }
        }
    }
}

impl Near {
    /// Whether a phrase of this text has more entities than are read.
    pub(super) fn is_crowded(text: &str) -> bool {
        text.split_whitespace().filter_map(Named::of_word).nth(MAX_ENTITIES).is_some()
    }

    /// A phrase, if there is an entity in it.
    pub(super) fn phrase(text: &str, slop: u32) -> Option<Self> {
        let mut parts: Vec<Part> = Vec::new();
        let mut n_entities = 0;
        for word in text.split_whitespace() {
            let entity = Named::of_word(word);
            let is_one_more = entity.is_some() && n_entities == MAX_ENTITIES;
            let word = if is_one_more { word.trim_start_matches(['@', '＠']) } else { word };
            let entity = entity.filter(|_| !is_one_more);
            match (entity, parts.last_mut()) {
                (Some(entity), _) => {
                    n_entities += 1;
                    parts.push(Part::Entity(entity));
                }
                (None, Some(Part::Words(words))) => {
                    words.push(' ');
                    words.push_str(word);
                }
                (None, _) => parts.push(Part::Words(word.to_owned())),
            }
        }
        parts.retain(|part| match part {
            Part::Words(words) => words.contains(char::is_alphanumeric),
            Part::Entity(_) => true,
        });
        match parts.as_slice() {
            _ if n_entities == 0 => None,
            [Part::Entity(entity)] => Some(Self::Entity(entity.clone())),
            _ => Some(Self::Phrase { parts, slop: slop.min(MAX_SLOP) }),
        }
    }

    /// Whether it needs brackets behind a mark.
    pub(super) fn is_chain(&self) -> bool {
        matches!(self, Self::Chain(..))
    }

    /// Whether `query` has places: words, names, and what is any of them or near to each other.
    pub(super) fn fits(query: &Query) -> bool {
        match query {
            Query::Text(_) | Query::Near(_) | Query::Filter(Filter::Type(_)) => true,
            Query::Filter(Filter::Entity(name)) => Named::read(name).is_some(),
            Query::Or(arms) => arms.iter().all(Self::fits),
            Query::Must(inner) | Query::Boost(inner, _) => Self::fits(inner),
            _ => false,
        }
    }

    /// The places of a normal query; `None` if one of its parts has none. Boosts within are lost.
    pub(super) fn of(query: Query) -> Option<Self> {
        match query {
            Query::Text(clause) => Some(Self::of_text(clause)),
            Query::Near(near) => Some(near),
            Query::Filter(Filter::Entity(name)) => Named::read(&name).map(Self::Entity),
            Query::Filter(Filter::Type(kind)) => Some(Self::Entity(Named::Type(kind))),
            Query::Or(arms) => arms.into_iter().map(Self::of).collect::<Option<_>>().map(Self::any),
            Query::Must(inner) | Query::Boost(inner, _) => Self::of(*inner),
            _ => None,
        }
    }

    /// Words, or the entity that they name with an `@`. Names are known in texts only.
    fn of_text(clause: TextClause) -> Self {
        let entity = match &clause.pattern {
            Pattern::Word(word) if clause.zone != Some(Zone::Headline) => Named::of_word(word),
            _ => None,
        };
        entity.map_or(Self::Text(clause), Self::Entity)
    }

    /// Any of `arms`, of which there is one at least.
    fn any(arms: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(arms.len());
        for arm in arms {
            match arm {
                Self::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::Any(flat) }
    }

    /// `self`, and `next` at most so many words away from it.
    #[must_use]
    pub(super) fn near(self, words: u32, next: Self) -> Self {
        let words = words.min(MAX_SLOP);
        match self {
            Self::Chain(first, mut rest) => {
                rest.push((words, next));
                Self::Chain(first, rest)
            }
            first => Self::Chain(Box::new(first), vec![(words, next)]),
        }
    }

    /// The normal form; `None` if there is nothing in it to look for.
    pub(super) fn tidy(self) -> Option<Self> {
        match self {
            Self::Text(clause) => {
                let pattern = clause.pattern.tidy()?;
                match &pattern {
                    Pattern::Phrase { text, slop } if clause.zone != Some(Zone::Headline) => {
                        let phrase = Self::phrase(text, *slop);
                        Some(phrase.unwrap_or(Self::Text(TextClause { pattern, ..clause })))
                    }
                    _ => Some(Self::of_text(TextClause { pattern, ..clause })),
                }
            }
            Self::Entity(Named::Type(_)) => Some(self),
            Self::Entity(Named::Name(name)) => Named::read(&name).map(Self::Entity),
            Self::Phrase { parts, slop } => {
                let words: Vec<String> = parts.iter().map(Part::text).collect();
                let pattern = Pattern::Phrase { text: words.join(" "), slop };
                Self::Text(TextClause { zone: None, pattern }).tidy()
            }
            Self::Any(arms) => {
                let arms: Vec<Self> = arms.into_iter().filter_map(Self::tidy).collect();
                (!arms.is_empty()).then(|| Self::any(arms))
            }
            Self::Chain(first, rest) => {
                let rest = rest.into_iter().filter_map(|(words, next)| Some((words, next.tidy()?)));
                let mut chain = first.tidy();
                for (words, next) in rest {
                    chain = Some(match chain {
                        Some(chain) => chain.near(words, next),
                        None => next,
                    });
                }
                chain
            }
        }
    }

    /// A normal one as a query of its own.
    pub(super) fn into_query(self) -> Query {
        match self {
            Self::Text(clause) => Query::Text(clause),
            Self::Any(arms) => Query::any_of(arms.into_iter().map(Self::into_query).collect()),
            other => Query::Near(other),
        }
    }
}
