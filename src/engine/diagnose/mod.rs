//! Why a search finds nothing, and what would find something. It asks any engine in searches that only
//! count; it shows nothing, and knows no index.
//!
//! What a passage must meet is a list of clauses: those of the query that all must hold, and the
//! filters beside it. Some of them leave nothing: one that no passage meets, or a few that no passage
//! meets together, of which any fewer find something (`conflict`). Words that no passage has are
//! looked up among those that are spelt nearly so (`spell`); from both come other queries, each of
//! which was counted before it is offered (`relax`).

mod clauses;
mod conflict;
mod probe;
mod relax;
mod spell;

use crate::query::Query;
use crate::results::{Filters, SearchRequest};

use super::{Engine, EngineError};
use clauses::{Part, parts, within};
use probe::Probe;

/// The most searches that a diagnosis costs.
pub const MOST_SEARCHES: usize = 48;

/// The most other queries that are offered.
pub const MOST_RELAXED: usize = 3;

/// Of more clauses than these, only those that empty the result are counted.
const MOST_COUNTED: usize = 24;

/// Why a search finds nothing, and what would.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnosis {
    /// What a passage must meet, the clauses of the query in order, then the filters beside it. Of
    /// more than 24 only those are here that empty the result. None, if the index is empty.
    pub clauses: Vec<Clause>,
    /// What the index has in place of words and names that it has not, as they come in the query.
    pub spellings: Vec<Spelling>,
    /// Other queries, the best first. Each finds something.
    pub relaxed: Vec<Relaxed>,
}

/// One thing that a passage must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The thing.
    pub what: What,
    /// How many passages meet it, all else aside.
    pub passages: u64,
    /// Whether it empties the result: it alone, if no passage meets it; else those that are so marked
    /// together, and no fewer of them.
    pub empties: bool,
    /// What it is made of, if no passage meets it: the words of a phrase, the values of a choice.
    /// Marked in the same way, if not their order but they themselves are what is nowhere.
    pub within: Vec<Self>,
}

/// A clause of the query, or one filter beside it.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A clause of the query.
    Query(Query),
    /// The one filter that is set here.
    Filter(Filters),
}

/// A word or name that the index has not, and what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The word or name as typed.
    pub typed: String,
    /// What it is one of.
    pub of: Spelt,
    /// What the index has, best first.
    pub known: Vec<Known>,
}

/// A word or name of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The word or name.
    pub text: String,
    /// How many passages are found by it.
    pub passages: u64,
    /// Whether it is spelt nearly as what was typed, or only there instead.
    pub alike: bool,
}

/// What can be spelt in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelt {
    /// A word of texts and headlines.
    Word,
    /// An entity: id, name or alias.
    Entity,
    /// A speaker: id, name or alias.
    Speaker,
    /// A sector.
    Sector,
    /// A publisher.
    Source,
    /// A label of the source's own.
    SourceTag,
    /// A language.
    Lang,
}

impl Spelt {
    /// What it is called in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Entity => "entity",
            Self::Speaker => "speaker",
            Self::Sector => "sector",
            Self::Source => "source",
            Self::SourceTag => "source_tag",
            Self::Lang => "lang",
        }
    }
}

/// A query near the one that was asked, which finds something.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxed {
    /// How it differs.
    pub how: How,
    /// The query; its text can be typed.
    pub query: Query,
    /// The filters beside it.
    pub filters: Filters,
    /// How many passages it finds.
    pub passages: u64,
}

/// How a relaxed query differs from the one that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Words or names are spelt as the index has them.
    Spelling,
    /// Clauses or filters are left out.
    Without,
    /// The words of a phrase may stand apart.
    Apart,
    /// The words are looked for in the whole passage, and not in a part of it or among its tags.
    Anywhere,
    /// Words that begin so are found, too.
    Prefix,
    /// Any of the words suffices.
    AnyWord,
    /// The range of days is wider.
    Dates,
    /// The sector above.
    ParentSector,
}

impl How {
    /// What it is called in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spelling => "spelling",
            Self::Without => "without",
            Self::Apart => "apart",
            Self::Anywhere => "anywhere",
            Self::Prefix => "prefix",
            Self::AnyWord => "any_word",
            Self::Dates => "dates",
            Self::ParentSector => "parent_sector",
        }
    }
}

/// Says why no passage meets the whole of `request`, and offers up to [`MOST_RELAXED`] other queries
/// that find something. Takes at most [`MOST_SEARCHES`] searches; what they leave open is not told.
///
/// The request must find nothing without its fallback to any of the words. Everything is counted
/// without one, so a clause that is named is needed: without it something has all the rest.
///
/// # Errors
///
/// As for [`Engine::search`].
pub fn diagnose(engine: &dyn Engine, request: &SearchRequest) -> Result<Diagnosis, EngineError> {
    let mut probe = Probe::new(engine, request);
    let parts = parts(&probe.asked()?, &request.filters);
    let all: Vec<usize> = (0..parts.len()).collect();
    let mut alone: Vec<Option<u64>> = vec![None; parts.len()];
    if parts.len() <= MOST_COUNTED {
        for (part, alone) in parts.iter().zip(&mut alone) {
            *alone = probe.count(&[part])?;
        }
    }
    if alone.iter().all(|count| matches!(count, None | Some(0))) && probe.count(&[])? == Some(0) {
        return Ok(Diagnosis::default());
    }
    let emptying = conflict::find(&mut probe, &parts, &alone, &all)?;
    let mut clauses = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let empties = emptying.contains(&at);
        if parts.len() > MOST_COUNTED && !empties {
            continue;
        }
        let counted = match alone[at] {
            None => probe.count(&[part])?,
            known => known,
        };
        let Some(passages) = counted else { continue };
        alone[at] = Some(passages);
        let within = if passages == 0 { within(&mut probe, part)? } else { Vec::new() };
        clauses.push(Clause { what: part.clone(), passages, empties, within });
    }
    let spellings = spell::spellings(&mut probe, &parts, &alone)?;
    let case = relax::Case { parts: &parts, alone: &alone, emptying: &emptying };
    let relaxed = relax::relaxed(&mut probe, &case, &spellings)?;
    let spellings = spellings.into_iter().map(|found| found.spelling).collect();
    Ok(Diagnosis { clauses, spellings, relaxed })
}
