//! The writer: tagged articles into tantivy documents, one commit for all of a run's changes.
//!
//! It sees changes of its own before they are committed, so that an article that comes twice in a
//! run is stored once.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::indexer::UserOperation;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument, TantivyError, Term};
use xxhash_rust::xxh3::xxh3_64;

use crate::analysis::{Analyzer, Case, fold};
use crate::article::{ArticleId, Edition};
use crate::engine::{EngineError, Known, TaxonomyCard, WriteOptions, Writer};
use crate::tag::TaggedArticle;

use super::fault;
use super::format::{Card, FORMAT, Fields, Lengths, StoredPassage};
use super::forms::NO_ARTICLE;
use super::kept::{self, Keep};
use super::mentions;
use super::notes::Notes;
use super::read::Snapshot;
use super::terms::{Cutter, Terms, tokenizers};

/// Size of the blocks that stored passages are compressed in, in bytes. Small, because a page of
/// hits opens ten of them.
const STORE_BLOCK: usize = 4 * 1024;

/// The least memory a thread of the writer works with, in bytes; tantivy's own limit.
const LEAST_BUDGET: usize = 15_000_000;

/// The most that a thread can use, in bytes; tantivy's own limit is a little higher.
const MOST_BUDGET: usize = 4_000_000_000;

/// Names who writes, beside the lock. It stays when the writer goes: the lock is what says whether
/// anyone writes, and the next writer puts its own name there.
pub(super) const HOLDER: &str = "writer.txt";

/// Writes an index on disk or in memory.
pub struct EmbeddedWriter {
    /// The folder; empty in memory.
    path: PathBuf,
    writer: IndexWriter,
    fields: Fields,
    /// The last commit.
    before: Snapshot,
    /// What the next commit will say.
    card: Card,
    /// What becomes of the taxonomy's file.
    keep: Keep,
    /// Where notes are, and those of the next commit.
    notes: Notes,
    note: Option<Vec<u8>>,
    /// Articles this writer put (`Some`) or deleted (`None`), by the hash of their id.
    changes: HashMap<u64, Option<Put>>,
    cutter: Cutter,
    text_terms: Terms,
    headline_terms: Terms,
}

/// What is remembered of an article that was put and is not committed yet.
#[derive(Clone, Copy, Debug)]
struct Put {
    fingerprint: u64,
    sizes: Sizes,
}

/// How much an article adds to the sums of the card.
#[derive(Clone, Copy, Debug, Default)]
struct Sizes {
    passages: u64,
    text: u64,
    headline: u64,
    analyzer: Option<Analyzer>,
}

impl EmbeddedWriter {
    /// Opens the index in `path` for writing, making the folder and an empty index if there is
    /// none. `holder` is told to whoever finds the index locked: who writes, and since when.
    ///
    /// # Errors
    ///
    /// [`EngineError::Locked`] if another process writes; [`EngineError::Foreign`] if the folder
    /// holds other things; [`EngineError::Stale`] if the index is of another version;
    /// [`EngineError::OtherTaxonomy`] if it is tagged by another taxonomy.
    pub fn open_or_create(
        path: &Path,
        options: &WriteOptions,
        holder: &str,
    ) -> Result<Self, EngineError> {
        let failed = |source| fault::writing(path, source);
        if path.is_file() {
            return Err(EngineError::Foreign { path: path.to_owned() });
        }
        fs::create_dir_all(path).map_err(|source| fault::writing_io(path, source))?;
        let index = if path.join("meta.json").exists() {
            super::open_index(path)?
        } else {
            kept::refuse_foreign(path)?;
            let directory = MmapDirectory::open(path).map_err(|e| failed(e.into()))?;
            let builder = Index::builder().schema(Fields::schema().0).settings(settings());
            builder.open_or_create(directory).map_err(failed)?
        };
        let writer = Self::with_index(index, path, Notes::beside(path), options)?;
        let told = fs::File::create(path.join(HOLDER))
            .and_then(|mut file| file.write_all(holder.as_bytes()));
        told.map_err(|source| fault::writing_io(path, source))?;
        Ok(writer)
    }

    /// A writer of `index`, which is or was made by [`super::Memory`] or by us.
    pub(super) fn with_index(
        mut index: Index,
        path: &Path,
        notes: Notes,
        options: &WriteOptions,
    ) -> Result<Self, EngineError> {
        index.set_tokenizers(tokenizers());
        let threads = options.threads.get().min(options.budget_bytes / LEAST_BUDGET).max(1);
        let budget = options.budget_bytes.clamp(LEAST_BUDGET, threads * MOST_BUDGET);
        let writer = index.writer_with_num_threads(threads, budget);
        let writer = writer.map_err(|source| locked_or_failed(path, source))?;
        let before = Snapshot::open(&index, path)?;
        let mut card = before.card().clone();
        if card.generation > 0
            && card.passages > 0
            && card.taxonomy.fingerprint != options.taxonomy.fingerprint
        {
            return Err(EngineError::OtherTaxonomy {
                path: path.to_owned(),
                found: card.taxonomy.fingerprint,
                given: options.taxonomy.fingerprint.clone(),
            });
        }
        card.taxonomy = options.taxonomy.clone();
        Ok(Self {
            path: path.to_owned(),
            writer,
            fields: Fields::schema().1,
            cutter: Cutter::new(&before),
            before,
            card,
            keep: Keep::AsIs,
            notes,
            note: None,
            changes: HashMap::new(),
            text_terms: Terms::default(),
            headline_terms: Terms::default(),
        })
    }

    /// Makes everything anew: the next commit holds only what is put from now on.
    ///
    /// # Errors
    ///
    /// [`EngineError::Io`] if the index cannot be written.
    pub fn start_over(&mut self) -> Result<(), EngineError> {
        self.writer.delete_all_documents().map_err(|e| fault::writing(&self.path, e))?;
        self.before = self.before.emptied();
        self.cutter = Cutter::new(&self.before);
        self.changes.clear();
        self.card.passages = 0;
        self.card.articles = 0;
        self.card.lengths = Lengths::default();
        Ok(())
    }

    /// From the next commit on the index is tagged by `taxonomy`, which was read from a `file` with
    /// this text or is built in; the caller puts what that changes.
    pub fn tag_by(&mut self, taxonomy: TaxonomyCard, file: Option<String>) {
        self.card.taxonomy = taxonomy;
        self.keep = Keep::Only(file);
    }

    /// Keeps the text of the file that the taxonomy was read from, with the next commit.
    pub fn keep_taxonomy(&mut self, file: String) {
        self.keep = Keep::Only(Some(file));
    }

    /// From the next commit on all articles are tagged by the corrections with this stamp; the
    /// caller puts what that changes.
    pub fn correct_by(&mut self, stamp: String) {
        self.card.corrections = stamp;
    }

    /// The stamp of the corrections that all articles are tagged by; `None` if there are no articles.
    pub fn corrections(&self) -> Option<&str> {
        (self.card.passages > 0).then_some(&*self.card.corrections)
    }

    /// Writes the taxonomy's file. In memory there is no place for it.
    fn write_taxonomy(&self) -> io::Result<()> {
        match &self.keep {
            Keep::Only(Some(text)) if !self.path.as_os_str().is_empty() => {
                kept::write(&self.path, &self.card.taxonomy.fingerprint, text)
            }
            _ => Ok(()),
        }
    }

    /// Removes the files of other taxonomies; what cannot be removed misleads no one.
    fn remove_taxonomies(&self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        let fingerprint = match self.keep {
            Keep::Only(None) => None,
            Keep::AsIs | Keep::Only(Some(_)) => Some(&*self.card.taxonomy.fingerprint),
        };
        drop(kept::remove_others(&self.path, fingerprint));
    }

    /// What the article weighs in the sums now, whether committed or not.
    fn sizes(&self, id: &ArticleId) -> Result<Option<Sizes>, EngineError> {
        match self.changes.get(&hash(id)) {
            Some(change) => Ok(change.map(|put| put.sizes)),
            None => {
                let Some(found) = self.before.locate(id)? else { return Ok(None) };
                let lengths = self.before.lengths(&found)?;
                Ok(Some(Sizes {
                    passages: lengths.passages,
                    text: lengths.text,
                    headline: lengths.headline,
                    analyzer: Some(lengths.analyzer),
                }))
            }
        }
    }

    /// Writes the words that came since the last time: when they are many, or `all`.
    fn add_vocabulary(&mut self, all: bool) -> Result<(), EngineError> {
        for mut document in self.cutter.take_vocabulary(all, self.fields) {
            // Columns that every passage has are read much faster if every document has them.
            document.add_text(self.fields.article, NO_ARTICLE);
            for column in [
                self.fields.ordinal,
                self.fields.fingerprint,
                self.fields.text_length,
                self.fields.headline_length,
            ] {
                document.add_u64(column, 0);
            }
            let added = self.writer.add_document(document);
            added.map_err(|e| fault::writing(&self.path, e))?;
        }
        Ok(())
    }

    fn subtract(&mut self, sizes: Sizes) {
        self.card.articles -= 1;
        self.card.passages -= sizes.passages;
        if let Some(analyzer) = sizes.analyzer {
            let length = self.card.lengths.of(analyzer);
            length.passages -= sizes.passages;
            length.text -= sizes.text;
            length.headline -= sizes.headline;
        }
    }

    fn add(&mut self, sizes: Sizes) {
        self.card.articles += 1;
        self.card.passages += sizes.passages;
        if let Some(analyzer) = sizes.analyzer {
            let length = self.card.lengths.of(analyzer);
            length.passages += sizes.passages;
            length.text += sizes.text;
            length.headline += sizes.headline;
        }
    }

    /// The documents of an article, and what it weighs.
    fn documents(
        &mut self,
        article: &TaggedArticle,
        fingerprint: u64,
    ) -> tantivy::Result<(Vec<TantivyDocument>, Sizes)> {
        let fields = self.fields;
        let head = &article.head;
        let analyzer = Analyzer::of(&head.lang);
        let headline = head.headline.as_deref().unwrap_or_default();
        self.cutter.cut(analyzer, headline, &mut self.headline_terms)?;
        let headline_length = self.headline_terms.count;
        let source_key = head.source.as_deref().map(key);
        let source_tags: Vec<String> = head.source_tags.iter().map(|tag| key(tag)).collect();
        let head_json = serde_json::to_string(head).expect("plain values have a JSON form");
        let mut stored = Vec::new();
        let mut sizes = Sizes { analyzer: Some(analyzer), ..Sizes::default() };
        let mut documents = Vec::with_capacity(article.passages.len());
        let mut labelled = HashSet::new();
        for passage in &article.passages {
            let mut document = TantivyDocument::new();
            self.cutter.cut(analyzer, &passage.passage.text, &mut self.text_terms)?;
            let text_length = self.text_terms.count;
            sizes.passages += 1;
            sizes.text += text_length;
            sizes.headline += headline_length;
            for (zone, terms) in [
                (crate::query::Zone::Text, &self.text_terms),
                (crate::query::Zone::Headline, &self.headline_terms),
            ] {
                document.add_text(fields.stems(zone, analyzer), &terms.stems);
                if let Some(words) = fields.words(zone, analyzer)
                    && !terms.words.is_empty()
                {
                    document.add_text(words, &terms.words);
                }
            }
            document.add_text(fields.article, head.id.as_str());
            document.add_u64(fields.ordinal, u64::from(passage.passage.ordinal));
            document.add_u64(fields.fingerprint, fingerprint);
            document.add_u64(fields.text_length, text_length);
            document.add_u64(fields.headline_length, headline_length);
            if let Some(day) = head.published {
                document.add_i64(fields.day, super::day_number(day));
            }
            document.add_text(fields.lang, head.lang.as_str());
            if let (Some(source), Some(key)) = (&head.source, &source_key) {
                document.add_text(fields.source, source);
                document.add_text(fields.source_key, key);
            }
            for tag in &source_tags {
                document.add_text(fields.source_tag, tag);
            }
            let mut paths: Vec<&str> =
                passage.tags.sectors.iter().flat_map(|tag| tag.id.lineage()).collect();
            paths.sort_unstable();
            paths.dedup();
            for path in paths {
                document.add_text(fields.sector, path);
            }
            mentions::add(fields, &mut document, passage, &self.text_terms.tokens, &mut labelled);
            if !passage.tags.statements.is_empty() {
                document.add_text(fields.said_by, super::speakers::terms(passage));
            }
            StoredPassage::write(&mut stored, &head_json, article.passages.len(), passage);
            document.add_bytes(fields.stored, &stored);
            documents.push(document);
        }
        Ok((documents, sizes))
    }
}

impl Known for Snapshot {
    fn fingerprint(&self, id: &ArticleId) -> Result<Option<u64>, EngineError> {
        let place = self.locate(id)?;
        place.map(|place| self.fingerprint_at(&place)).transpose()
    }

    fn edition(&self, id: &ArticleId) -> Result<Option<Edition>, EngineError> {
        let place = self.locate(id)?;
        place.map(|place| self.edition_at(&place)).transpose()
    }
}

impl Writer for EmbeddedWriter {
    fn known(&self) -> Arc<dyn Known> {
        Arc::new(self.before.clone())
    }

    fn fingerprint(&self, id: &ArticleId) -> Result<Option<u64>, EngineError> {
        match self.changes.get(&hash(id)) {
            Some(change) => Ok(change.map(|put| put.fingerprint)),
            None => self.before.fingerprint(id),
        }
    }

    fn put(&mut self, article: &TaggedArticle, fingerprint: u64) -> Result<bool, EngineError> {
        let old = self.sizes(&article.head.id)?;
        let made = self.documents(article, fingerprint);
        let (documents, sizes) = made.map_err(|e| fault::writing(&self.path, e))?;
        // One batch: its documents get consecutive numbers in one segment.
        let mut batch = Vec::with_capacity(documents.len() + 1);
        if old.is_some() {
            let id = Term::from_field_text(self.fields.article, article.head.id.as_str());
            batch.push(UserOperation::Delete(id));
        }
        batch.extend(documents.into_iter().map(UserOperation::Add));
        self.writer.run(batch).map_err(|e| fault::writing(&self.path, e))?;
        self.add_vocabulary(false)?;
        if let Some(old) = old {
            self.subtract(old);
        }
        self.add(sizes);
        self.changes.insert(hash(&article.head.id), Some(Put { fingerprint, sizes }));
        Ok(old.is_some())
    }

    fn delete(&mut self, id: &ArticleId) -> Result<bool, EngineError> {
        let Some(old) = self.sizes(id)? else { return Ok(false) };
        self.writer.delete_term(Term::from_field_text(self.fields.article, id.as_str()));
        self.subtract(old);
        self.changes.insert(hash(id), None);
        Ok(true)
    }

    fn notes(&self) -> Option<Vec<u8>> {
        self.notes.read()
    }

    fn note(&mut self, notes: Vec<u8>) {
        self.note = Some(notes);
    }

    fn commit(mut self: Box<Self>) -> Result<u64, EngineError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| fault::writing(&path, source)
        };
        self.write_taxonomy().map_err(|e| fault::writing_io(&self.path, e))?;
        let unchanged = self.changes.is_empty() && *self.before.card() == self.card;
        if !unchanged || self.card.generation == 0 {
            self.add_vocabulary(true)?;
            self.card.generation += 1;
            self.card.format = FORMAT;
            self.card.analysis = crate::analysis::VERSION;
            let payload = serde_json::to_string(&self.card).expect("plain values have a JSON form");
            let mut commit = self.writer.prepare_commit().map_err(failed(&self.path))?;
            commit.set_payload(&payload);
            commit.commit().map_err(failed(&self.path))?;
        }
        self.remove_taxonomies();
        if let Some(note) = self.note.take() {
            self.notes.write(note);
        }
        let (path, generation) = (self.path.clone(), self.card.generation);
        // What is committed is already seen; merging after it keeps the next queries quick.
        self.writer.wait_merging_threads().map_err(failed(&path))?;
        Ok(generation)
    }
}

/// How indexes are stored.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Lz4,
        docstore_blocksize: STORE_BLOCK,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// A name or label as it is compared: folded, white space runs one space.
pub(super) fn key(name: &str) -> String {
    let folded = fold(name, Case::Lower).text;
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    // The storage library drops terms of 64 KB; no one types a tenth of it.
    key.truncate(key.floor_char_boundary(LONGEST_KEY));
    key
}

/// The longest name or label that is told from others, in bytes.
const LONGEST_KEY: usize = 4096;

/// Ids are compared by a hash of 64 bits here: a run of a million articles has a chance of about
/// one in thirty million that two of them share one.
fn hash(id: &ArticleId) -> u64 {
    xxh3_64(id.as_str().as_bytes())
}

fn locked_or_failed(path: &Path, source: TantivyError) -> EngineError {
    match source {
        TantivyError::LockFailure(LockError::LockBusy, _) => {
            let holder = fs::read_to_string(path.join(HOLDER)).unwrap_or_default();
            let holder = match holder.trim() {
                "" => "another process".to_owned(),
                told => told.to_owned(),
            };
            EngineError::Locked { path: path.to_owned(), holder }
        }
        source => fault::writing(path, source),
    }
}
