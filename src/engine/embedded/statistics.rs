//! The numbers that BM25 needs, free of what is deleted but not yet merged away, so that scores do
//! not depend on merges.

use std::collections::HashMap;

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{TantivyError, Term};

use super::read::Snapshot;

/// Of one plan.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    pub(super) passages: u64,
    /// Terms that passages hold: in the word's own field and its twins of other languages.
    pub(super) frequencies: HashMap<Term, u64>,
    /// Mean length by field.
    pub(super) means: HashMap<Field, f64>,
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let mean = self.means.get(&field).copied().unwrap_or(1.0);
        Ok((mean * self.passages as f64).round() as u64)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.passages)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // The sum may not exceed the passages: a word can be in several languages' fields.
        Ok(self.frequencies.get(term).copied().unwrap_or(0).min(self.passages))
    }
}

/// How many live passages hold the term: exact, however many deleted ones still lie in segments.
pub(super) fn live_frequency(snapshot: &Snapshot, term: &Term) -> Result<u64, TantivyError> {
    let mut frequency = 0;
    for reader in snapshot.searcher().segment_readers() {
        let index = reader.inverted_index(term.field())?;
        let Some(info) = index.get_term_info(term)? else { continue };
        frequency += match reader.alive_bitset() {
            None => u64::from(info.doc_freq),
            Some(alive) => {
                let option = IndexRecordOption::Basic;
                let postings = index.read_postings_from_terminfo(&info, option)?;
                u64::from(postings.doc_freq_given_deletes(alive))
            }
        };
    }
    Ok(frequency)
}
