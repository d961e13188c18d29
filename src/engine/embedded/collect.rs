//! Collecting: the best of all matches, and their exact number.
//!
//! Every match is seen once, because the number of articles is exact. What cannot be among the best
//! is dropped on the way.

use std::cell::OnceCell;
use std::cmp::Ordering;

use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentReader};

use crate::results::Totals;

use super::read::{SegmentColumns, Snapshot};

/// A match among the best so far.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// What it is ordered by, most first: a score, or a day.
    pub(super) key: f64,
    /// Where it is.
    pub(super) address: DocAddress,
    /// Further matches of its article that it stands for.
    pub(super) others: u64,
}

/// What the candidates of a snapshot are compared by when their keys are equal: the passage id.
pub(super) struct Ids<'s> {
    segments: &'s [SegmentColumns],
}

/// A passage to be compared; its article's id is looked up when it must be, once.
pub(super) struct Id {
    address: DocAddress,
    article: OnceCell<Option<String>>,
}

impl Id {
    /// The passage there.
    pub(super) fn new(address: DocAddress) -> Self {
        Self { address, article: OnceCell::new() }
    }
}

impl<'s> Ids<'s> {
    /// The ids of a snapshot.
    pub(super) fn of(snapshot: &'s Snapshot) -> Self {
        Self { segments: snapshot.columns() }
    }

    /// Orders two passages by id: article id, then ordinal.
    pub(super) fn compare(&self, a: &Id, b: &Id) -> Ordering {
        let (in_a, in_b) = (self.segment(a.address), self.segment(b.address));
        let articles = if a.address.segment_ord == b.address.segment_ord {
            // Within a segment, ids are numbered in their order.
            let number = |of: &SegmentColumns, id: &Id| of.article_number(id.address.doc_id);
            number(in_a, a).cmp(&number(in_b, b))
        } else {
            let article = |of: &SegmentColumns, id: &Id| of.article(id.address.doc_id);
            a.article
                .get_or_init(|| article(in_a, a))
                .cmp(b.article.get_or_init(|| article(in_b, b)))
        };
        let ordinal = |of: &SegmentColumns, id: &Id| of.ordinals.get_val(id.address.doc_id);
        articles.then_with(|| ordinal(in_a, a).cmp(&ordinal(in_b, b)))
    }

    fn segment(&self, address: DocAddress) -> &SegmentColumns {
        &self.segments[address.segment_ord as usize]
    }
}

impl SegmentColumns {
    fn article_number(&self, doc: DocId) -> Option<u64> {
        self.articles.as_ref()?.ords().first(doc)
    }

    fn article(&self, doc: DocId) -> Option<String> {
        super::read::first_str(self.articles.as_ref()?, doc)
    }
}

/// How much two sums of the same scores may differ by the order they are added in, as a part of
/// them. Candidates this close to the last place are kept until their scores are summed in order.
const ROUNDING: f64 = 1e-5;

/// The best matches so far: at least the best `limit`, all that tie with the last, and some more.
pub(super) struct Best {
    limit: usize,
    candidates: Vec<Candidate>,
    /// How many candidates there may be before they are thinned.
    room: usize,
    threshold: f64,
}

impl Best {
    /// Room for the best `limit`.
    pub(super) fn new(limit: usize) -> Self {
        let room = limit.saturating_mul(2).saturating_add(64);
        Self { limit, candidates: Vec::new(), room, threshold: f64::NEG_INFINITY }
    }

    /// Keys at or below this need not be offered.
    pub(super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Takes a match in, unless it cannot be among the best.
    pub(super) fn offer(&mut self, candidate: Candidate) {
        if self.limit == 0 || candidate.key <= self.threshold {
            return;
        }
        self.candidates.push(candidate);
        if self.candidates.len() >= self.room {
            self.thin();
        }
    }

    fn thin(&mut self) {
        let last = self.limit - 1;
        self.candidates.select_nth_unstable_by(last, |a, b| b.key.total_cmp(&a.key));
        let key = self.candidates[last].key;
        self.threshold = key - key.abs().max(f64::MIN_POSITIVE) * ROUNDING;
        let threshold = self.threshold;
        self.candidates.retain(|candidate| candidate.key > threshold);
        // Where many tie, thin less often, so that each is looked at a bounded number of times.
        self.room = self.room.max(self.candidates.len() * 2);
    }

    /// The best, all that tie with the last of them, and those so near that rounding may have
    /// changed places; in no order.
    pub(super) fn into_candidates(mut self) -> Vec<Candidate> {
        if self.limit > 0 && self.candidates.len() > self.limit {
            self.thin();
        }
        self.candidates
    }
}

/// Goes through the matches of a segment once: counts them and their articles, and offers them to
/// `best` by their keys, each or the best of each article.
pub(super) struct Pass<'a> {
    pub(super) segment: u32,
    pub(super) columns: &'a SegmentColumns,
    pub(super) key: Key,
    /// Whether only the best match of an article is offered.
    pub(super) collapse: bool,
}

impl Pass<'_> {
    /// Runs over what `weight` matches in `reader`; `seen` is told every match, some at a time.
    pub(super) fn run(
        &self,
        weight: &dyn Weight,
        reader: &SegmentReader,
        best: &mut Best,
        seen: &mut dyn FnMut(&[DocId]),
    ) -> tantivy::Result<Totals> {
        let mut counter = Counter::new(self.columns, seen);
        let alive = reader.alive_bitset();
        let lives = |doc| alive.is_none_or(|alive| alive.is_alive(doc));
        match (self.collapse, &self.key) {
            (true, key) => self.run_collapsed(weight, reader, best, &lives, key, &mut counter)?,
            (false, Key::Score) => {
                let mut least = below(best.threshold());
                weight.for_each(reader, &mut |doc, score| {
                    if lives(doc) {
                        counter.count(doc);
                        if score > least {
                            best.offer(self.candidate(doc, f64::from(score)));
                            least = below(best.threshold());
                        }
                    }
                })?;
            }
            (false, key) => weight.for_each(reader, &mut |doc, score| {
                if lives(doc) {
                    counter.count(doc);
                    best.offer(self.candidate(doc, key.of(self.columns, doc, score)));
                }
            })?,
        }
        Ok(counter.finish())
    }

    fn run_collapsed(
        &self,
        weight: &dyn Weight,
        reader: &SegmentReader,
        best: &mut Best,
        lives: &dyn Fn(DocId) -> bool,
        key: &Key,
        counter: &mut Counter<'_>,
    ) -> tantivy::Result<()> {
        // The article of the match before, and its best match.
        let mut held: Option<(DocId, Candidate)> = None;
        weight.for_each(reader, &mut |doc, score| {
            if !lives(doc) {
                return;
            }
            counter.count(doc);
            let start = doc - self.columns.ordinals.get_val(doc) as u32;
            let candidate = self.candidate(doc, key.of(self.columns, doc, score));
            match &mut held {
                Some((article, held)) if *article == start => {
                    held.others += 1;
                    // Passages come in the order of their ids, so the first of equals stays.
                    if candidate.key > held.key + held.key.abs() * ROUNDING {
                        (held.key, held.address) = (candidate.key, candidate.address);
                    }
                }
                _ => {
                    if let Some((_, done)) = held.replace((start, candidate)) {
                        best.offer(done);
                    }
                }
            }
        })?;
        if let Some((_, done)) = held {
            best.offer(done);
        }
        Ok(())
    }

    fn candidate(&self, doc: DocId, key: f64) -> Candidate {
        Candidate { key, address: DocAddress::new(self.segment, doc), others: 0 }
    }
}

/// What matches are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Score, best first.
    Score,
    /// Day, latest first.
    Latest,
    /// Day, earliest first.
    Earliest,
}

impl Key {
    fn of(self, columns: &SegmentColumns, doc: DocId, score: Score) -> f64 {
        let day = match self {
            Self::Score => return f64::from(score),
            Self::Latest => columns.days.first(doc).map(|day| day as f64),
            Self::Earliest => columns.days.first(doc).map(|day| -(day as f64)),
        };
        // Those without a date come last, either way.
        day.unwrap_or(f64::from(f32::MIN))
    }
}

/// The threshold as a score, rounded down.
fn below(threshold: f64) -> Score {
    let near = threshold as Score;
    if f64::from(near) > threshold { near.next_down() } else { near }
}

/// Counts matches, which come in order, and their articles; some at a time, which is quicker.
struct Counter<'a> {
    columns: &'a SegmentColumns,
    seen: &'a mut dyn FnMut(&[DocId]),
    batch: [DocId; BATCH],
    held: usize,
    ordinals: [u64; BATCH],
    /// The article of the last match that is counted.
    article: DocId,
    totals: Totals,
}

impl<'a> Counter<'a> {
    fn new(columns: &'a SegmentColumns, seen: &'a mut dyn FnMut(&[DocId])) -> Self {
        Self {
            columns,
            seen,
            batch: [0; BATCH],
            held: 0,
            ordinals: [0; BATCH],
            article: DocId::MAX,
            totals: Totals::default(),
        }
    }

    fn count(&mut self, doc: DocId) {
        self.batch[self.held] = doc;
        self.held += 1;
        if self.held == BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let docs = &self.batch[..self.held];
        let ordinals = &mut self.ordinals[..self.held];
        self.columns.ordinals.get_vals(docs, ordinals);
        for (doc, ordinal) in docs.iter().zip(ordinals) {
            let start = doc - *ordinal as u32;
            self.totals.articles += u64::from(start != self.article);
            self.article = start;
        }
        self.totals.passages += docs.len() as u64;
        (self.seen)(docs);
        self.held = 0;
    }

    fn finish(mut self) -> Totals {
        self.flush();
        self.totals
    }
}

/// How many matches are told at a time.
const BATCH: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The best and all that tie with the last of them are still there at the end.
        #[test]
        fn nothing_that_may_be_among_the_best_is_lost(
            keys in prop::collection::vec(0..20u8, 0..400),
            limit in 0..12usize,
        ) {
            let mut best = Best::new(limit);
            for (doc, key) in (0..).zip(&keys) {
                let key = f64::from(*key);
                best.offer(Candidate { key, address: DocAddress::new(0, doc), others: 0 });
            }
            let mut kept: Vec<f64> = best.into_candidates().iter().map(|c| c.key).collect();
            kept.sort_by(|a, b| b.total_cmp(a));
            let mut all: Vec<f64> = keys.iter().map(|key| f64::from(*key)).collect();
            all.sort_by(|a, b| b.total_cmp(a));
            let ties = if limit == 0 || all.is_empty() {
                0
            } else {
                let last = all[limit.min(all.len()) - 1];
                all.iter().take_while(|key| **key >= last).count()
            };
            prop_assert_eq!(&kept[..ties], &all[..ties]);
        }
    }
}
