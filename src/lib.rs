//! pressmark: news articles into an index of tagged passages, and queries into ranked ones.

pub mod analysis;
pub mod article;
pub mod engine;
pub mod eval;
pub mod ingest;
pub mod passage;
pub mod query;
pub mod reader;
pub mod results;
pub mod tag;
pub mod tagger;
