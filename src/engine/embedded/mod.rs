//! The embedded engine: a tantivy index in a folder or in memory. The only folder that names
//! tantivy.
//!
//! [`EmbeddedEngine`] reads the last commit, [`EmbeddedWriter`] makes the next. Several processes
//! may read while one writes.

mod alike;
mod alternatives;
mod articles;
mod asked;
mod collect;
mod exclude;
mod expand;
mod facet;
mod fault;
mod filter;
mod folder;
mod format;
mod forms;
mod frequency;
mod kept;
mod leaves;
mod list;
mod meant;
mod mentions;
mod near;
mod nearby;
mod node;
mod notes;
mod order;
mod patterns;
mod plan;
mod rank;
mod read;
mod respell;
mod search;
mod sectors;
mod span;
mod speakers;
mod statistics;
mod terms;
mod together;
mod understand;
mod union;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use tantivy::{Index, TantivyError};

pub use format::FORMAT;
pub use sectors::resolve as sector_named;
pub use write::EmbeddedWriter;

use crate::article::ArticleId;
use crate::results::SearchRequest;
use crate::tag::{EntityId, TaggedArticle};

use super::diagnose::Spelt;
use super::synonyms::Synonyms;
use super::understood::Understood;
use super::{
    Engine, EngineError, EntityCount, Found, Frequencies, IndexStatus, NameLookup, SectorCount,
    TaxonomyCard, WriteOptions,
};
use folder::Folder;
use format::{Card, Fields};
use meant::Meaning;
use notes::Notes;
use read::Snapshot;

/// Reads an index in a folder or in memory, as of the last commit when it was opened.
#[derive(Clone)]
pub struct EmbeddedEngine {
    /// The folder; `None` in memory.
    path: Option<PathBuf>,
    snapshot: Snapshot,
    names: Arc<NameLookup>,
    synonyms: Arc<Synonyms>,
}

impl EmbeddedEngine {
    /// Opens the index in `path`. `names` gives the entities that a name in a filter may stand for.
    ///
    /// # Errors
    ///
    /// [`EngineError::Missing`] if there is none; [`EngineError::Foreign`] if the folder holds
    /// something else; [`EngineError::Stale`] if it is of another version.
    pub fn open(
        path: &Path,
        names: impl Fn(&str) -> Vec<EntityId> + Send + Sync + 'static,
    ) -> Result<Self, EngineError> {
        let index = open_index(path)?;
        let snapshot = Snapshot::open(&index, path)?;
        let (names, synonyms) = (Arc::new(names), Arc::default());
        Ok(Self { path: Some(path.to_owned()), snapshot, names, synonyms })
    }

    /// From now on `names` gives the entities that a name in a filter may stand for.
    pub fn look_up_by(&mut self, names: impl Fn(&str) -> Vec<EntityId> + Send + Sync + 'static) {
        self.names = Arc::new(names);
    }

    /// From now on words of a query have these synonyms.
    pub fn widen_by(&mut self, synonyms: Synonyms) {
        self.synonyms = Arc::new(synonyms);
    }

    /// How queries are meant.
    fn meaning(&self) -> Meaning<'_> {
        Meaning::new(&self.snapshot, self.names.as_ref(), &self.synonyms)
    }

    /// The stamp of the corrections that all articles are tagged by, as it was given to
    /// [`EmbeddedWriter::correct_by`]; empty if there are none.
    pub fn corrections(&self) -> &str {
        &self.snapshot.card().corrections
    }

    /// The taxonomy that the index is tagged by.
    pub fn taxonomy(&self) -> &TaxonomyCard {
        &self.snapshot.card().taxonomy
    }

    /// The file of that taxonomy as it was given with [`EmbeddedWriter::tag_by`] or
    /// [`EmbeddedWriter::keep_taxonomy`]: its text, and where it is kept. `None` for one that was
    /// built in.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if it cannot be read.
    pub fn taxonomy_file(&self) -> Result<Option<(String, PathBuf)>, EngineError> {
        let Some(folder) = &self.path else { return Ok(None) };
        let fingerprint = &self.taxonomy().fingerprint;
        let text = kept::read(folder, fingerprint).map_err(|e| fault::reading(folder, e.into()))?;
        Ok(text.map(|text| (text, kept::place(folder, fingerprint))))
    }
}

impl Engine for EmbeddedEngine {
    fn find<'a>(&'a self, request: &'a SearchRequest) -> Result<Found<'a>, EngineError> {
        search::find(&self.snapshot, self.names.as_ref(), self.meaning(), request)
    }

    fn understand(&self, request: &SearchRequest) -> Result<Understood, EngineError> {
        let names = self.names.as_ref();
        understand::understand(&self.snapshot, self.meaning(), names, request)
    }

    fn frequencies(&self, words: &[&str]) -> Result<Frequencies, EngineError> {
        frequency::frequencies(&self.snapshot, words)
    }

    fn article(&self, id: &ArticleId) -> Result<Option<TaggedArticle>, EngineError> {
        let place = self.snapshot.locate(id)?;
        place.map(|place| self.snapshot.article_at(&place)).transpose()
    }

    fn each_article(
        &self,
        each: &mut dyn FnMut(TaggedArticle) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        for place in self.snapshot.places()? {
            each(self.snapshot.article_at(&place)?)?;
        }
        Ok(())
    }

    fn ids(&self) -> Result<Vec<ArticleId>, EngineError> {
        let places = self.snapshot.places()?;
        let ids = places.iter().map(|place| self.snapshot.id_at(place));
        let mut ids = ids.collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        Ok(ids)
    }

    fn status(&self) -> Result<IndexStatus, EngineError> {
        list::status(&self.snapshot, self.path.as_deref())
    }

    fn sectors(&self) -> Result<Vec<SectorCount>, EngineError> {
        list::sectors(&self.snapshot)
    }

    fn entities(&self) -> Result<Vec<EntityCount>, EngineError> {
        list::entities(&self.snapshot)
    }

    fn spellings(&self, of: Spelt, text: &str, most: usize) -> Result<Vec<String>, EngineError> {
        alike::spellings(&self.snapshot, self.names.as_ref(), of, text, most)
    }
}

/// An index that is kept in memory only.
#[derive(Clone)]
pub struct Memory {
    index: Index,
    notes: Notes,
}

impl Memory {
    /// An empty index.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the storage library refuses.
    pub fn new() -> Result<Self, EngineError> {
        let builder = Index::builder().schema(Fields::schema().0).settings(write::settings());
        let mut index = builder.create_in_ram().map_err(|source| EngineError::Io {
            doing: "write",
            path: PathBuf::new(),
            source: Box::new(source),
        })?;
        index.set_tokenizers(terms::tokenizers());
        Ok(Self { index, notes: Notes::in_memory() })
    }

    /// A writer; there may be one at a time.
    ///
    /// # Errors
    ///
    /// As for [`EmbeddedWriter::open_or_create`].
    pub fn writer(&self, options: &WriteOptions) -> Result<EmbeddedWriter, EngineError> {
        EmbeddedWriter::with_index(self.index.clone(), Path::new(""), self.notes.clone(), options)
    }

    /// The last commit.
    ///
    /// # Errors
    ///
    /// As for [`EmbeddedEngine::open`].
    pub fn engine(
        &self,
        names: impl Fn(&str) -> Vec<EntityId> + Send + Sync + 'static,
    ) -> Result<EmbeddedEngine, EngineError> {
        let snapshot = Snapshot::open(&self.index, Path::new(""))?;
        let (names, synonyms) = (Arc::new(names), Arc::default());
        Ok(EmbeddedEngine { path: None, snapshot, names, synonyms })
    }
}

/// Opens the tantivy index in `path` after making sure that it is one of ours, of this version.
fn open_index(path: &Path) -> Result<Index, EngineError> {
    let owned = || path.to_owned();
    let failed = |source: TantivyError| fault::reading(path, source);
    match path.join("meta.json").try_exists() {
        Ok(true) => {}
        Ok(false) if path.is_dir() => {
            kept::refuse_foreign(path)?;
            return Err(EngineError::Missing { path: owned() });
        }
        Ok(false) => return Err(EngineError::Missing { path: owned() }),
        Err(error) => return Err(failed(error.into())),
    }
    let directory = Folder::open(path).map_err(|e| failed(e.into()))?;
    let mut index = Index::open(directory).map_err(failed)?;
    let payload = index.load_metas().map_err(failed)?.payload;
    let card: Option<Card> = payload.as_deref().and_then(|text| serde_json::from_str(text).ok());
    match &card {
        Some(card) if card.format != FORMAT => {
            let (found, wanted) = (card.format, FORMAT);
            return Err(EngineError::Stale { path: owned(), what: "format", found, wanted });
        }
        Some(card) if card.analysis != crate::analysis::VERSION => {
            let (found, wanted) = (card.analysis, crate::analysis::VERSION);
            return Err(EngineError::Stale { path: owned(), what: "analysis", found, wanted });
        }
        // Made and never committed to: empty, and ours if its fields are.
        None if payload.is_some() || index.schema() != Fields::schema().0 => {
            return Err(EngineError::Foreign { path: owned() });
        }
        _ => {}
    }
    index.set_tokenizers(terms::tokenizers());
    Ok(index)
}

/// A day as the index stores it: days from 1970-01-01.
fn day_number(day: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((day - epoch).get_days())
}

/// The day of a stored number; `None` for one that no calendar holds.
fn day_of(number: i64) -> Option<Date> {
    let days = jiff::Span::new().try_days(number).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(days).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_both_ways() {
        for (day, number) in [
            (jiff::civil::date(1970, 1, 1), 0),
            (jiff::civil::date(2025, 4, 18), 20196),
            (jiff::civil::date(1969, 12, 31), -1),
            (jiff::civil::date(9999, 12, 31), 2_932_896),
        ] {
            assert_eq!(day_number(day), number, "{day}");
            assert_eq!(day_of(number), Some(day));
        }
        assert_eq!(day_of(i64::MAX), None);
    }
}
