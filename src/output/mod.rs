//! Outputs: results into text for a terminal, JSON, CSV, Markdown, bibliographies and runs. One file or
//! folder is one format.
//!
//! Markup and escaping are born here and nowhere else. An output writes to any [`std::io::Write`]
//! and knows of the terminal only what its options say: a width, and whether to colour. It never
//! searches, and it adds nothing to what it is given.

pub mod bibtex;
pub mod csl;
pub mod csv;
pub mod json;
pub mod markdown;
mod profile;
pub mod ris;
pub mod text;
pub mod trec;

mod cite;
mod excerpt;
mod fragment;
mod place;
mod printable;
mod table;
mod wrap;

pub use printable::printable;
pub use profile::{ArticleLine, NameCount, PassageCount, Profile};
pub use table::{Column, Table};

use crate::engine::diagnose::Diagnosis;
use crate::query::Warning;
use crate::results::{Filters, SearchResults};

/// A search with its results: what every format writes.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Which of several queries it answers; `None` if there is one only.
    pub query_id: Option<&'a str>,
    /// The query as the user typed it.
    pub query: &'a str,
    /// The conditions given beside it.
    pub filters: &'a Filters,
    /// What the parser has to say about it.
    pub warnings: &'a [Warning],
    /// What the engine found.
    pub results: &'a SearchResults,
    /// Why no passage has all that was asked for, if that is so.
    pub diagnosis: Option<&'a Diagnosis>,
    /// How long parsing and searching took, in microseconds.
    pub took_us: u64,
}

impl Answer<'_> {
    /// What parser and engine have to say, in this order.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.warnings.iter().chain(&self.results.warnings).map(|warning| warning.message.as_str())
    }
}

#[cfg(test)]
pub(crate) mod sample;
