//! Tags: the sectors a passage is about, the entities it names and who says what in it, each with
//! its evidence.
//!
//! Plain values. How tags are found is `tagger`'s work.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::article::ArticleHead;
use crate::passage::{Passage, Span};

/// A sector as a path in the taxonomy: `digital-economy/data-centers`. A parent is about
/// everything its children are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SectorId(String);

impl SectorId {
    /// Makes an id of a path whose parts are made of lower-case letters, digits and `-`; `None`
    /// for any other text.
    pub fn new(path: &str) -> Option<Self> {
        let part_ok = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        path.split('/').all(part_ok).then(|| Self(path.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path.
    pub fn leaf(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The sector itself and everything above it, from the top: `a`, `a/b`, `a/b/c`.
    pub fn lineage(&self) -> impl Iterator<Item = &str> {
        let slashes = self.0.match_indices('/').map(|(at, _)| at);
        slashes.chain([self.0.len()]).map(|end| &self.0[..end])
    }

    /// Whether `self` is `other` or above it.
    pub fn covers(&self, other: &Self) -> bool {
        other.lineage().any(|path| path == self.0)
    }
}

impl fmt::Display for SectorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The canonical id of an entity: its type, a colon and a slug of its canonical name,
/// `organization:huawei`, `person:王毅`. The same in every language and every run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityId(String);

impl EntityId {
    /// Makes the id of an entity that no gazetteer holds from its type and name: letters in lower
    /// case, digits and letters of other scripts kept, everything else one `-`.
    pub fn of_name(kind: EntityType, name: &str) -> Self {
        let mut id = String::with_capacity(kind.as_str().len() + 1 + name.len());
        id.push_str(kind.as_str());
        id.push(':');
        let base = id.len();
        for c in name.chars() {
            if c.is_alphanumeric() {
                id.extend(c.to_lowercase());
            } else if c != '\'' && c != '’' && id.len() > base && !id.ends_with('-') {
                id.push('-');
            }
        }
        id.truncate(id.trim_end_matches('-').len().max(base));
        Self(id)
    }

    /// Takes an id that a gazetteer or an index holds.
    pub fn from_known(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of thing an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityType {
    /// A human being.
    Person,
    /// Companies, ministries, parties, teams, media, universities, international bodies.
    Organization,
    /// Countries, cities, regions, seas.
    Place,
    /// Named buildings, airports, ports, lines.
    Facility,
    /// Named events.
    Event,
    /// Named products.
    Product,
    /// Laws, treaties, plans and initiatives.
    Law,
    /// Titles of books, films, songs.
    Work,
}

impl EntityType {
    /// Every type, in the order they are listed.
    pub const ALL: [Self; 8] = [
        Self::Person,
        Self::Organization,
        Self::Place,
        Self::Facility,
        Self::Event,
        Self::Product,
        Self::Law,
        Self::Work,
    ];

    /// The type as it is written in ids and results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Place => "place",
            Self::Facility => "facility",
            Self::Event => "event",
            Self::Product => "product",
            Self::Law => "law",
            Self::Work => "work",
        }
    }
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EntityType {
    type Err = NotAnEntityType;

    fn from_str(text: &str) -> Result<Self, NotAnEntityType> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| NotAnEntityType(text.to_owned()))
    }
}

/// A text that was meant as an entity type and is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is not an entity type, wanted person, organization, place, facility, event, product, law or work"
)]
pub struct NotAnEntityType(String);

/// Why a sector was given: the rule and the words of the passage it matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rule: the term as the taxonomy writes it, with its strength, `strong: data center*`.
    pub rule: String,
    /// Where it matched.
    pub span: Span,
}

/// One sector of a passage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectorTag {
    /// The sector; its parents are implied and not listed.
    pub id: SectorId,
    /// How sure the tagger is, more is surer; comparable within one taxonomy only.
    pub score: f32,
    /// What made the tag; never empty.
    pub evidence: Vec<Evidence>,
}

/// How a mention was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// A name or alias of the gazetteer.
    Gazetteer,
    /// A rule for names that no list holds.
    Rule,
    /// A short form that the article itself defines: `… SDN BHD (CSCEC)`.
    Acronym,
    /// A surname after the full name.
    Surname,
    /// A later repetition of a name that this article established.
    Memory,
    /// A statistical model.
    Model,
    /// A further name that the user gave.
    Alias,
}

impl Via {
    /// The way as it is written in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gazetteer => "gazetteer",
            Self::Rule => "rule",
            Self::Acronym => "acronym",
            Self::Surname => "surname",
            Self::Memory => "memory",
            Self::Model => "model",
            Self::Alias => "alias",
        }
    }
}

/// One place in a passage where an entity is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The entity.
    pub id: EntityId,
    /// Its canonical name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Where it is named.
    pub span: Span,
    /// How it was recognised.
    pub via: Via,
    /// Whether the word is an adjective or noun of nationality that points to the place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demonym: bool,
}

/// Something that a passage says someone said. The cue is its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Who said it, as the passage has it: a name, a role or group (`business representatives`), or
    /// the pronoun that stands for a name.
    pub speaker: Span,
    /// Their name: the canonical one of a tagged person or organization, else the words of `speaker`.
    pub name: String,
    /// The speaker, if that is a person or an organization that was tagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityId>,
    /// The words that say so: `said`, `according to`, `表示`.
    pub cue: Span,
    /// What was said; without the marks if it was quoted.
    pub span: Span,
    /// Whether it is in the speaker's own words, as marks of quotation say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
}

/// What one passage is tagged with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tags {
    /// Sectors, surest first, then by id.
    pub sectors: Vec<SectorTag>,
    /// Mentions in reading order; they do not overlap.
    pub mentions: Vec<Mention>,
    /// Statements in reading order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
}

/// A passage with its tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaggedPassage {
    /// The passage.
    pub passage: Passage,
    /// Its tags.
    pub tags: Tags,
}

/// An article cut and tagged: what the engine stores and gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct TaggedArticle {
    /// Everything but the text.
    pub head: ArticleHead,
    /// Its passages in reading order, numbered from 0 without gaps.
    pub passages: Vec<TaggedPassage>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_covers_its_children_and_not_its_namesakes() {
        let sector = |path| SectorId::new(path).unwrap();
        assert!(sector("energy").covers(&sector("energy/oil-gas")));
        assert!(sector("energy").covers(&sector("energy")));
        assert!(!sector("energy/oil-gas").covers(&sector("energy")));
        assert!(!sector("energy").covers(&sector("energy-policy")));
        let lineage: Vec<_> =
            SectorId::new("a/b/c").unwrap().lineage().map(str::to_owned).collect();
        assert_eq!(lineage, ["a", "a/b", "a/b/c"]);
    }

    #[test]
    fn entity_ids_are_slugs_of_the_name() {
        for (name, want) in [
            ("Gan Tian Loo", "person:gan-tian-loo"),
            ("O’Neil  Jr.", "person:oneil-jr"),
            ("王毅", "person:王毅"),
            ("(?)", "person:"),
        ] {
            assert_eq!(EntityId::of_name(EntityType::Person, name).as_str(), want);
        }
    }
}
