//! What is counted of live passages only: how many hold a term, and how long fields are.
//!
//! tantivy's own counts include what is deleted until it is merged away, and answers must not depend
//! on that.

use std::collections::HashMap;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, TantivyError, Term};

use crate::analysis::Analyzer;
use crate::query::Zone;

use super::read::Snapshot;

/// The numbers that BM25 needs, free of what is deleted but not yet merged away.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    passages: u64,
    /// Terms that passages hold: in the word's own field and its twins of other languages.
    frequencies: HashMap<Term, u64>,
    /// Mean length by field.
    means: HashMap<Field, f64>,
}

/// How much the mean length is stretched. tantivy's BM25 has k1 = 1.2 and b = 0.75; so stretched,
/// passages come in the order of k1 = 0.75 and b = 0.6, which suits paragraphs: they are of much the
/// same length and seldom repeat a word.
const STRETCH: f64 = 2.0;

/// k1 of BM25 as tantivy has it.
const K1: f32 = 1.2;

/// b of BM25 as tantivy has it.
const B: f32 = 0.75;

/// What `frequency` occurrences are worth beside one, in a text of so many mean lengths: as in the
/// BM25 of single words.
pub(super) fn saturated(frequency: f32, length: f32) -> f32 {
    let length = length / STRETCH as f32;
    (1.0 + K1) * frequency / (frequency + K1 * (1.0 - B + B * length))
}

impl Statistics {
    /// Those of a snapshot; terms are still to be noted.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let card = snapshot.card();
        let mut statistics = Self { passages: card.passages.max(1), ..Self::default() };
        for zone in [Zone::Text, Zone::Headline] {
            for analyzer in Analyzer::ALL {
                let mean = card.lengths.mean(analyzer, zone) * STRETCH;
                statistics.means.insert(snapshot.fields().stems(zone, analyzer), mean);
            }
        }
        statistics
    }

    /// Notes how many live passages hold a term.
    pub(super) fn note(&mut self, term: Term, frequency: u64) {
        self.frequencies.insert(term, frequency);
    }
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

/// How much a term tells that `frequency` of `passages` hold, as in BM25.
pub(super) fn idf(passages: u64, frequency: u64) -> f64 {
    let (passages, frequency) = (passages as f64, frequency.min(passages) as f64);
    ((passages - frequency + 0.5) / (frequency + 0.5)).ln_1p()
}

/// How many live passages hold the term: exact, however many deleted ones still lie in segments.
pub(super) fn live_frequency(snapshot: &Snapshot, term: &Term) -> Result<u64, TantivyError> {
    let mut frequency = 0;
    for reader in snapshot.searcher().segment_readers() {
        let index = reader.inverted_index(term.field())?;
        let Some(info) = index.get_term_info(term)? else { continue };
        frequency += live(reader, &index, &info)?;
    }
    Ok(frequency)
}

/// How many live passages of a segment hold a term.
pub(super) fn live(
    reader: &SegmentReader,
    index: &InvertedIndexReader,
    term: &TermInfo,
) -> tantivy::Result<u64> {
    Ok(u64::from(match reader.alive_bitset() {
        None => term.doc_freq,
        Some(alive) => {
            let postings = index.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
            postings.doc_freq_given_deletes(alive)
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretched_mean_is_another_k1_and_b() {
        let (k1, b) = (0.75, 0.6);
        for frequency in [1.0, 2.0, 7.0] {
            for length in [0.0, 0.5, 1.0, 4.0] {
                let told = (1.0 + k1) * frequency / (frequency + k1 * (1.0 - b + b * length));
                let ours = saturated(frequency, length) * (1.0 + k1) / (1.0 + K1);
                assert!((told - ours).abs() < 1e-6, "{frequency} {length}: {told} {ours}");
            }
        }
    }
}
