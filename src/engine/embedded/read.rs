//! One commit of an index, opened for reading: where articles lie, and what is stored of them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::{IndexRecordOption, TantivyDocument, Value};
use tantivy::{
    DocAddress, DocId, DocSet, Index, IndexMeta, IndexReader, ReloadPolicy, Searcher,
    SegmentReader, TERMINATED, TantivyError, Term,
};

use crate::analysis::Analyzer;
use crate::article::{ArticleId, Edition, Lang};
use crate::engine::EngineError;
use crate::results::FacetField;
use crate::tag::TaggedArticle;

use super::articles::Articles;
use super::facet::Values;
use super::fault;
use super::format::{Card, Fields, StoredPassage};
use super::forms::vocabulary_docs;

/// Stored blocks kept unpacked, a segment; a page of hits and its neighbours fit.
const STORE_CACHE_BLOCKS: usize = 64;

/// One commit.
#[derive(Clone)]
pub(super) struct Snapshot {
    path: PathBuf,
    searcher: Searcher,
    fields: Fields,
    card: Card,
    columns: Arc<[SegmentColumns]>,
    /// The values of fields that are counted, by [`FacetField`].
    values: Arc<[Kept<Values>; FacetField::ALL.len()]>,
}

/// What is made when it is worth it, and then kept.
pub(super) struct Kept<T> {
    made: OnceLock<T>,
    /// What was asked for before.
    asked: AtomicUsize,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { made: OnceLock::new(), asked: AtomicUsize::new(0) }
    }
}

impl<T> Kept<T> {
    /// What is kept; if it is not made yet, made now, unless all that was ever asked for, of which
    /// `asked` is asked for now, is no more than `worth`.
    pub(super) fn get(
        &self,
        asked: usize,
        worth: usize,
        make: impl FnOnce() -> tantivy::Result<T>,
    ) -> tantivy::Result<Option<&T>> {
        if let Some(made) = self.made.get() {
            return Ok(Some(made));
        }
        let before = self.asked.fetch_add(asked, Ordering::Relaxed);
        if before.saturating_add(asked) <= worth {
            return Ok(None);
        }
        let made = make()?;
        Ok(Some(self.made.get_or_init(|| made)))
    }
}

/// The columns of a segment that every search reads, opened once.
pub(super) struct SegmentColumns {
    /// Ids of articles.
    pub(super) articles: Option<StrColumn>,
    /// Where articles lie.
    pub(super) places: Articles,
    /// Days of publication.
    pub(super) days: Column<i64>,
}

impl SegmentColumns {
    fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            articles: str_column(reader, "article")?,
            places: Articles::open(reader)?,
            days: reader.fast_fields().i64("day")?,
        })
    }
}

/// Where an article lies: its passages are stored side by side in one segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    segment: u32,
    first: DocId,
    passages: u32,
}

/// How long an article's fields are, all its passages together.
pub(super) struct ArticleLengths {
    pub(super) passages: u64,
    pub(super) text: u64,
    pub(super) headline: u64,
    pub(super) analyzer: Analyzer,
}

impl Snapshot {
    /// Opens the last commit of `index`.
    pub(super) fn open(index: &Index, path: &Path) -> Result<Self, EngineError> {
        let failed = |source| fault::reading(path, source);
        // A commit may fall between the two reads; the card must be of the same one. It may also take
        // away the files of the one before, where no lock can be had.
        loop {
            let before = index.load_metas().map_err(failed)?;
            let reader: Result<IndexReader, TantivyError> = index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .doc_store_cache_num_blocks(STORE_CACHE_BLOCKS)
                .try_into();
            let after = index.load_metas().map_err(failed)?;
            let files = |meta: &IndexMeta| -> Vec<_> {
                meta.segments.iter().map(tantivy::SegmentMeta::id).collect()
            };
            // Merges leave the number of the commit as it is.
            if after.opstamp != before.opstamp
                || after.payload != before.payload
                || files(&after) != files(&before)
            {
                continue;
            }
            let reader = reader.map_err(failed)?;
            let card = match &before.payload {
                None => Card::default(),
                Some(payload) => serde_json::from_str(payload).map_err(|source| {
                    let what = format!("its card cannot be read: {source}");
                    EngineError::Corrupt { path: path.to_owned(), what }
                })?,
            };
            return Self::of(reader.searcher(), card, path);
        }
    }

    fn of(searcher: Searcher, card: Card, path: &Path) -> Result<Self, EngineError> {
        let columns = searcher.segment_readers().iter().map(SegmentColumns::open);
        let columns = columns.collect::<tantivy::Result<_>>();
        let columns = columns.map_err(|source| fault::reading(path, source))?;
        let (path, fields) = (path.to_owned(), Fields::schema().1);
        Ok(Self { path, searcher, fields, card, columns, values: Arc::default() })
    }

    /// The same index as if it held nothing.
    pub(super) fn emptied(&self) -> Self {
        let empty = Index::create_in_ram(Fields::schema().0);
        let mut emptied = self.clone();
        if let Ok(reader) = empty.reader() {
            emptied.searcher = reader.searcher();
            emptied.columns = Arc::new([]);
            emptied.values = Arc::default();
        }
        emptied
    }

    /// The values of a field.
    pub(super) fn values(&self, field: FacetField) -> &Kept<Values> {
        &self.values[field as usize]
    }

    /// The columns of each segment.
    pub(super) fn columns(&self) -> &[SegmentColumns] {
        &self.columns
    }

    /// What the index says about itself.
    pub(super) fn card(&self) -> &Card {
        &self.card
    }

    /// Its fields.
    pub(super) fn fields(&self) -> Fields {
        self.fields
    }

    /// tantivy's view of it.
    pub(super) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// A reading error of this index.
    pub(super) fn failed(&self, source: TantivyError) -> EngineError {
        fault::reading(&self.path, source)
    }

    /// Where the article lies, if the index holds it.
    pub(super) fn locate(&self, id: &ArticleId) -> Result<Option<Place>, EngineError> {
        let term = Term::from_field_text(self.fields.article, id.as_str());
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let postings = reader
                .inverted_index(self.fields.article)
                .and_then(|index| Ok(index.read_postings(&term, IndexRecordOption::Basic)?))
                .map_err(|source| self.failed(source))?;
            let Some(mut postings) = postings else { continue };
            let mut live = 0;
            let mut first = None;
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    first.get_or_insert(postings.doc());
                    live += 1;
                }
                postings.advance();
            }
            if let Some(first) = first {
                return Ok(Some(Place { segment, first, passages: live }));
            }
        }
        Ok(None)
    }

    /// The fingerprint the article was put with.
    pub(super) fn fingerprint_at(&self, place: &Place) -> Result<u64, EngineError> {
        let reader = self.searcher.segment_reader(place.segment);
        let column = reader.fast_fields().u64("fingerprint").map_err(|e| self.failed(e))?;
        Ok(column.first(place.first).unwrap_or_default())
    }

    /// Which copy of the article it is.
    pub(super) fn edition_at(&self, place: &Place) -> Result<Edition, EngineError> {
        let stored = self.stored(DocAddress::new(place.segment, place.first))?;
        Ok(*stored.head.into_owned().edition)
    }

    /// The id of the article.
    pub(super) fn id_at(&self, place: &Place) -> Result<ArticleId, EngineError> {
        let ids = self.columns[place.segment as usize].articles.as_ref();
        let id = ids.and_then(|ids| ArticleId::new(&first_str(ids, place.first)?));
        id.ok_or_else(|| self.no_id())
    }

    /// The error of an article without an id.
    pub(super) fn no_id(&self) -> EngineError {
        let what = "an article has no id".to_owned();
        EngineError::Corrupt { path: self.path.clone(), what }
    }

    /// How long the article is.
    pub(super) fn lengths(&self, place: &Place) -> Result<ArticleLengths, EngineError> {
        let reader = self.searcher.segment_reader(place.segment);
        let columns = reader.fast_fields();
        let text = columns.u64("text_length").map_err(|e| self.failed(e))?;
        let headline = columns.u64("headline_length").map_err(|e| self.failed(e))?;
        let sum = |column: &Column<u64>| {
            (place.first..place.first + place.passages).filter_map(|doc| column.first(doc)).sum()
        };
        let lang = match str_column(reader, "lang").map_err(|e| self.failed(e))? {
            Some(langs) => first_str(&langs, place.first).unwrap_or_default(),
            None => String::new(),
        };
        Ok(ArticleLengths {
            passages: u64::from(place.passages),
            text: sum(&text),
            headline: sum(&headline),
            analyzer: Analyzer::of(&Lang::new(&lang)),
        })
    }

    /// What is stored of a passage.
    pub(super) fn stored(
        &self,
        address: DocAddress,
    ) -> Result<StoredPassage<'static>, EngineError> {
        let document: TantivyDocument =
            self.searcher.doc(address).map_err(|source| self.failed(source))?;
        let json = document.get_first(self.fields.stored).and_then(|value| value.as_bytes());
        let damaged = |what: String| EngineError::Corrupt { path: self.path.clone(), what };
        let json = json.ok_or_else(|| damaged("a passage is stored without text".to_owned()))?;
        serde_json::from_slice(json)
            .map_err(|source| damaged(format!("a stored passage cannot be read: {source}")))
    }

    /// The whole article at a place.
    pub(super) fn article_at(&self, place: &Place) -> Result<TaggedArticle, EngineError> {
        let mut passages = Vec::with_capacity(place.passages as usize);
        let mut head = None;
        for doc in place.first..place.first + place.passages {
            let stored = self.stored(DocAddress::new(place.segment, doc))?;
            head.get_or_insert(stored.head.into_owned());
            passages.push(stored.passage.into_owned());
        }
        let head = head.ok_or_else(|| EngineError::Corrupt {
            path: self.path.clone(),
            what: "an article has no passages".to_owned(),
        })?;
        Ok(TaggedArticle { head, passages })
    }

    /// Every article's place, in the order of the index.
    pub(super) fn places(&self) -> Result<Vec<Place>, EngineError> {
        let mut places: Vec<Place> = Vec::new();
        let readers = self.searcher.segment_readers().iter().zip(self.columns());
        for (segment, (reader, columns)) in (0..).zip(readers) {
            let vocabulary = vocabulary_docs(reader, self.fields).map_err(|e| self.failed(e))?;
            let passages =
                (0..reader.max_doc()).filter(|doc| vocabulary.binary_search(doc).is_err());
            for doc in passages.filter(|doc| !reader.is_deleted(*doc)) {
                let first = doc - columns.places.ordinal(doc);
                match places.last_mut() {
                    Some(last) if (last.segment, last.first) == (segment, first) => {
                        last.passages += 1;
                    }
                    _ => places.push(Place { segment, first, passages: 1 }),
                }
            }
        }
        Ok(places)
    }
}

/// A column of strings; `None` if no passage of the segment has a value.
pub(super) fn str_column(reader: &SegmentReader, name: &str) -> tantivy::Result<Option<StrColumn>> {
    reader.fast_fields().str(name)
}

/// A document's first string.
pub(super) fn first_str(column: &StrColumn, doc: DocId) -> Option<String> {
    let ord = column.ords().first(doc)?;
    let mut text = String::new();
    column.ord_to_str(ord, &mut text).ok()?.then_some(text)
}
