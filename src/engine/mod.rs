//! Engines: tagged articles into an index, searches into results.
//!
//! An engine is the only thing that knows how an index is laid out. `embedded` is the one we have
//! (tantivy, on disk or in memory); nothing of it leaks through this seam. An engine takes words
//! apart with `analysis` and never sees a source file or a taxonomy's rules.

mod any;
mod cut;
pub mod diagnose;
pub mod embedded;
pub mod highlight;
mod marked;
pub mod near;
pub mod pattern;
pub mod similar;
pub mod snippet;
pub mod speaker;
pub mod synonyms;
pub mod understood;

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::article::{ArticleId, Edition};
use crate::results::{Hit, SearchRequest, SearchResults};
use crate::tag::{EntityId, EntityType, SectorId, TaggedArticle};
use understood::Understood;

use diagnose::Spelt;

/// The entities that a name or alias may stand for, as a gazetteer and the user know them; none for
/// a name that neither does.
pub type NameLookup = dyn Fn(&str) -> Vec<EntityId> + Send + Sync;

/// Reads an index. Cheap to share between threads; it sees the last commit at the time it was
/// opened.
pub trait Engine: Send + Sync {
    /// Returns the passages that best match, in the order asked for, with exact totals.
    ///
    /// Scores are BM25 (k1 = 1.2, b = 0.75) over headline and text, and for the best 200 what else
    /// speaks for them: words that stand together, entities that the words name, other matches of the
    /// article and, where any word is enough, words that the best share. Equal scores are ordered by
    /// passage id, so one index and one request always give one answer. A query without words
    /// matches whatever its filters let through, with score 0.
    ///
    /// # Errors
    ///
    /// [`EngineError::UnknownSector`] and [`EngineError::AmbiguousSector`] for a sector of
    /// [`SearchRequest::filters`] that names none or several; [`EngineError::StaleCursor`] and
    /// [`EngineError::ForeignCursor`] for a [`SearchRequest::after`] of another state of the index or
    /// of another search; [`EngineError::Io`] or [`EngineError::Corrupt`] if the index cannot be read. A query that matches nothing is not an
    /// error, and neither is a sector in the query that names none (it finds nothing) or several (it
    /// finds any of them): a warning of the results says so.
    fn search(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        let Found { mut results, hits } = self.find(request)?;
        results.hits = hits.collect::<Result<_, _>>()?;
        Ok(results)
    }

    /// Searches as [`Engine::search`] does and gives the hits one at a time: a passage is loaded when it
    /// is asked for, so that any number of them can be gone through in little memory.
    ///
    /// # Errors
    ///
    /// As for [`Engine::search`]; a hit is an error if its passage cannot be read.
    fn find<'a>(&'a self, request: &'a SearchRequest) -> Result<Found<'a>, EngineError>;

    /// Returns how the query of a request is understood: the tree, and the terms that its leaves look
    /// for with how many passages hold each. Nothing is searched.
    ///
    /// # Errors
    ///
    /// As for [`Engine::search`].
    fn understand(&self, request: &SearchRequest) -> Result<Understood, EngineError>;

    /// Returns how many passages hold each of `words` in their text, in any form. Words are as
    /// [`crate::analysis::query_terms`] gives them.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn frequencies(&self, words: &[&str]) -> Result<Frequencies, EngineError>;

    /// Returns a whole article, or `None` if the index does not hold it.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] or [`EngineError::Corrupt`] if the index cannot be read.
    fn article(&self, id: &ArticleId) -> Result<Option<TaggedArticle>, EngineError>;

    /// Calls `each` with every article, in the order of the index, until it returns an error.
    ///
    /// # Errors
    ///
    /// As for [`Engine::article`]; or what `each` returns.
    fn each_article(
        &self,
        each: &mut dyn FnMut(TaggedArticle) -> Result<(), EngineError>,
    ) -> Result<(), EngineError>;

    /// Returns the ids of all articles, in their order.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn ids(&self) -> Result<Vec<ArticleId>, EngineError>;

    /// Returns what the index is and holds.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn status(&self) -> Result<IndexStatus, EngineError>;

    /// Returns every sector of the taxonomy the index is tagged by, in order of id, with exact
    /// counts; a parent counts what its children count, once a passage.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn sectors(&self) -> Result<Vec<SectorCount>, EngineError>;

    /// Returns every entity the index holds, most passages first, then by id.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn entities(&self) -> Result<Vec<EntityCount>, EngineError>;

    /// Returns what the index calls `text`, alone, if it has that; else up to `most` that it has and
    /// that are spelt nearly so, best first. Some passage has each of those.
    ///
    /// Words come folded, and one word may be two; a run of Chinese is taken for a name. With a `most` of
    /// 0 a word is only looked up. Of
    /// publishers, if none is spelt nearly so, those of the most passages are given, and of languages
    /// always all, because no one misspells them.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] or [`EngineError::Corrupt`] if the index cannot be read.
    fn spellings(&self, of: Spelt, text: &str, most: usize) -> Result<Vec<String>, EngineError>;
}

/// What a search found.
pub struct Found<'a> {
    /// The answer; it lists no hits yet.
    pub results: SearchResults,
    /// The hits, in order.
    pub hits: Hits<'a>,
}

/// Hits that are loaded when they are asked for.
pub type Hits<'a> = Box<dyn Iterator<Item = Result<Hit, EngineError>> + 'a>;

/// How many passages hold some words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frequencies {
    /// Passages of the index.
    pub passages: u64,
    /// Passages that hold each word, in the order asked.
    pub words: Vec<u64>,
}

/// Says which version of an article the last commit holds; it may be asked from any thread.
pub trait Known: Send + Sync {
    /// Returns the fingerprint the article was put with; `None` if the commit does not hold it.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn fingerprint(&self, id: &ArticleId) -> Result<Option<u64>, EngineError>;

    /// Returns which copy of the article the commit holds; `None` if it holds none.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn edition(&self, id: &ArticleId) -> Result<Option<Edition>, EngineError>;
}

/// Changes an index. Nothing is seen by readers before [`Writer::commit`]; a writer that is
/// dropped leaves the last commit as it was.
pub trait Writer: Send {
    /// What the last commit holds, without this writer's own changes.
    fn known(&self) -> Arc<dyn Known>;

    /// Returns the fingerprint of the article as the index holds it, this writer's own changes
    /// included; `None` if it holds none.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be read.
    fn fingerprint(&self, id: &ArticleId) -> Result<Option<u64>, EngineError>;

    /// Adds `article`, in place of the one with the same id if there is one. `fingerprint` is of
    /// the article as its reader gave it. Returns whether it replaced one.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be written.
    fn put(&mut self, article: &TaggedArticle, fingerprint: u64) -> Result<bool, EngineError>;

    /// Removes an article. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be written.
    fn delete(&mut self, id: &ArticleId) -> Result<bool, EngineError>;

    /// Returns what [`Writer::note`] was given before a commit, byte for byte; `None` if there is
    /// nothing, or it cannot be read. It may be of an earlier commit than the last, so it is only
    /// ever a help.
    fn notes(&self) -> Option<Vec<u8>>;

    /// Keeps `notes` beside the index once the next commit is made. The engine does not look into
    /// them.
    fn note(&mut self, notes: Vec<u8>);

    /// Makes all changes seen at once and durable. Returns the new generation; the old one if
    /// nothing changed.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be written; the last commit then stands.
    fn commit(self: Box<Self>) -> Result<u64, EngineError>;
}

/// How an index is written.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// Memory held before a segment is written, in bytes, for all threads together.
    pub budget_bytes: usize,
    /// Indexing threads at most; fewer if each would have less than 15 MB. One gives one segment and the most repeatable index.
    pub threads: std::num::NonZeroUsize,
    /// The taxonomy that the articles are tagged by.
    pub taxonomy: TaxonomyCard,
}

/// What an index remembers of a taxonomy: enough to understand a filter and to list its sectors
/// without loading any rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxonomyCard {
    /// Changes when any rule, id or label does.
    pub fingerprint: String,
    /// Sectors in the order of their ids.
    pub sectors: Vec<SectorCard>,
}

/// One sector by id and labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectorCard {
    /// The sector.
    pub id: SectorId,
    /// What people call it: (language, label).
    pub labels: Vec<(String, String)>,
}

/// What an index is and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexStatus {
    /// Where it is; `None` in memory.
    pub path: Option<PathBuf>,
    /// Layout of the index.
    pub format: u32,
    /// Rules of tokenizing and stemming.
    pub analysis: u32,
    /// Fingerprint of the taxonomy.
    pub taxonomy: String,
    /// Number of the last commit.
    pub generation: u64,
    /// Passages.
    pub passages: u64,
    /// Articles.
    pub articles: u64,
    /// Segments it is stored in.
    pub segments: usize,
    /// Size on disk.
    pub bytes: u64,
    /// First and last day of publication.
    pub days: Option<(jiff::civil::Date, jiff::civil::Date)>,
    /// Articles by language, most first.
    pub langs: Vec<(String, u64)>,
}

/// How many passages and articles carry a sector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectorCount {
    /// The sector with its labels.
    pub sector: SectorCard,
    /// Passages.
    pub passages: u64,
    /// Articles.
    pub articles: u64,
}

/// How many passages and articles name an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityCount {
    /// The entity.
    pub id: EntityId,
    /// Its canonical name.
    pub name: String,
    /// Its type.
    pub kind: EntityType,
    /// Passages.
    pub passages: u64,
    /// Articles.
    pub articles: u64,
}

/// Why an engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// There is no index at that place.
    #[error("no index in `{}`", .path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds other things than an index of ours.
    #[error("`{}` is not a pressmark index", .path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// The index was written by another version.
    #[error("the index in `{}` has {what} {found}, this pressmark writes {wanted}", .path.display())]
    Stale {
        /// The folder.
        path: PathBuf,
        /// `format` or `analysis`.
        what: &'static str,
        /// The number found.
        found: u32,
        /// The number wanted.
        wanted: u32,
    },
    /// The index is tagged by another taxonomy than the one given.
    #[error("the index in `{}` is tagged by taxonomy `{found}`, not by `{given}`", .path.display())]
    OtherTaxonomy {
        /// The folder.
        path: PathBuf,
        /// Fingerprint recorded.
        found: String,
        /// Fingerprint given.
        given: String,
    },
    /// Another process writes the index.
    #[error("the index in `{}` is being written by {holder}", .path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Who holds the lock: `process 4711 (pressmark index) since 2025-04-18T09:30:00Z`.
        holder: String,
    },
    /// A sector filter names no sector.
    #[error("no sector `{name}`")]
    UnknownSector {
        /// What was given.
        name: String,
        /// Sectors that look alike, best first.
        similar: Vec<SectorId>,
    },
    /// A sector filter names several sectors.
    #[error("sector `{name}` is ambiguous")]
    AmbiguousSector {
        /// What was given.
        name: String,
        /// The sectors it could be.
        candidates: Vec<SectorId>,
    },
    /// The index has changed since the page of results that a cursor is of.
    #[error(
        "the index has changed since that page of results: it was generation {given}, now it is {now}"
    )]
    StaleCursor {
        /// Generation of the cursor.
        given: u64,
        /// Generation of the index.
        now: u64,
    },
    /// A cursor is of another search.
    #[error("the cursor is of another search: query, filters, order and collapse must be the same")]
    ForeignCursor,
    /// The index cannot be read or written.
    #[error("cannot {doing} the index in `{}`", .path.display())]
    Io {
        /// `read` or `write`.
        doing: &'static str,
        /// The folder.
        path: PathBuf,
        /// What the system or the storage library said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file of the index does not hold what it must.
    #[error("the index in `{}` is damaged: {what}", .path.display())]
    Corrupt {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}
