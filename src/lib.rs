//! pressmark: news articles into an index of tagged passages, and queries into ranked ones.
//!
//! ```text
//! files ─▶ reader ─▶ Article ─▶ passage::split ─▶ tagger ─▶ TaggedArticle ─▶ engine ─▶ index
//! words ─▶ query::parse ─▶ Query ─▶ engine ─▶ SearchResults ─▶ output ─▶ terminal, JSON, …
//! ```
//!
//! The first line is driven by [`ingest`], the second by whoever asks. Data are plain values
//! ([`article`], [`passage`], [`tag`], [`query`], [`results`]); each step is a trait with one file
//! or folder for each way of doing it ([`reader`], [`tagger`], [`engine`], [`output`]). The library
//! prints nothing and reads no environment and no clock: what a caller wants said, it says.
//!
//! # Example
//!
//! One article, into an index in memory and out again:
//!
//! ```
//! use std::num::NonZeroUsize;
//! use pressmark::engine::embedded::Memory;
//! use pressmark::engine::{Engine, WriteOptions, Writer};
//! use pressmark::passage::SplitOptions;
//! use pressmark::reader::{Piece, ReadOptions, Reader, SourcePath, TextReader};
//! use pressmark::results::SearchRequest;
//! use pressmark::tagger::Tagger;
//! use pressmark::tagger::entities::EntityTagger;
//! use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
//! use pressmark::{ingest, query};
//!
//! let text = "# Penang opens a chip plant\n\n\
//!             A plant that tests semiconductors opened in Penang on Friday.\n";
//! let piece = Piece::new(1, text);
//! let mut article = None;
//! TextReader.articles(&SourcePath::stdin(), &piece, &ReadOptions::default(), &mut |read| {
//!     article = read.ok();
//! });
//! let article = article.expect("it is well formed");
//!
//! let taxonomy = Taxonomy::builtin();
//! let options = WriteOptions {
//!     budget_bytes: 15_000_000,
//!     threads: NonZeroUsize::MIN,
//!     taxonomy: taxonomy.card(),
//! };
//! let taggers: Vec<Box<dyn Tagger>> =
//!     vec![Box::new(SectorTagger::new(taxonomy)), Box::new(EntityTagger::default())];
//! let tagged = ingest::tag(&article, SplitOptions { mend: true }, &taggers);
//!
//! let memory = Memory::new()?;
//! let mut writer = memory.writer(&options)?;
//! writer.put(&tagged, 0)?;
//! Box::new(writer).commit()?;
//!
//! let engine = memory.engine(|_name| Vec::new())?;
//! let today = jiff::civil::date(2025, 4, 18);
//! let parsed = query::parse("testing sector:semiconductors", today);
//! let results = engine.search(&SearchRequest::new(parsed.query))?;
//! let hit = &results.hits[0];
//! let matched = hit.highlights[0].span.of(&hit.passage.passage.text);
//! assert_eq!((results.totals.passages, matched), (1, "tests"));
//! # Ok::<(), pressmark::engine::EngineError>(())
//! ```

pub mod analysis;
pub mod article;
pub mod engine;
pub mod eval;
pub mod ingest;
pub mod output;
pub mod passage;
pub mod query;
pub mod reader;
pub mod results;
pub mod tag;
pub mod tagger;

/// The development data that tests within the library look at, as those outside it do.
#[cfg(test)]
#[path = "../tests/shared.rs"]
mod shared;
