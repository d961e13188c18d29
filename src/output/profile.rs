//! The profile of an entity: what an index knows of it, as plain values that are shown.

use jiff::civil::Date;
use serde::Serialize;

use crate::tag::{EntityId, EntityType};

/// Everything that is told of one entity. Lists are ordered, most first, and may be cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// Its id.
    pub id: EntityId,
    /// Its canonical name.
    pub name: String,
    /// Its type.
    pub kind: EntityType,
    /// Its id in Wikidata, where a list gives it.
    pub wikidata: Option<String>,
    /// Its ISO 3166 code, where a list gives it.
    pub iso: Option<String>,
    /// Whether a list holds it.
    pub listed: bool,
    /// What it is called in texts, as written there.
    pub names: Vec<NameCount>,
    /// How many passages the names were counted in, the newest; all of them unless they are too many.
    pub names_of: u64,
    /// Names that it is found by, of the list and of the user.
    pub aliases: Vec<String>,
    /// Ids of entities that were merged into it.
    pub merged: Vec<EntityId>,
    /// Passages that name it.
    pub passages: u64,
    /// Articles that name it.
    pub articles: u64,
    /// First day of publication of those.
    pub first: Option<Date>,
    /// Last day of publication of those.
    pub last: Option<Date>,
    /// Sectors of its passages.
    pub sectors: Vec<PassageCount>,
    /// Other entities that its passages name.
    pub with: Vec<PassageCount>,
    /// The newest articles that name it.
    pub newest: Vec<ArticleLine>,
}

/// How often an entity is called so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// How often.
    pub mentions: u64,
}

/// How many passages of an entity carry something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassageCount {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub label: Option<String>,
    /// Passages.
    pub passages: u64,
}

/// An article in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArticleLine {
    /// Its id.
    pub id: String,
    /// Day of publication.
    pub published: Option<Date>,
    /// Publisher.
    pub source: Option<String>,
    /// Headline.
    pub headline: Option<String>,
}
