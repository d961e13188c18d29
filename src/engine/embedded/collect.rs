//! Collecting: the best of all matches, and their exact number.
//!
//! The number of articles is exact, so every match is counted. How depends on what is asked for: by
//! score, one by one or, where the query is some terms, as bits; by day or by nothing but the id,
//! with no scores at all. What cannot be among the best is dropped on the way.

use std::cmp::Ordering;

use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentReader};

use crate::results::Totals;

use super::articles::{Tally, each_bit};
use super::order::After;
use super::read::SegmentColumns;
use super::union::Union;

/// A match among the best so far.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// What it is ordered by, most first: a score, or a day.
    pub(super) key: f64,
    /// Where it is.
    pub(super) address: DocAddress,
    /// Further matches of its article that it stands for.
    pub(super) others: u64,
    /// Those of them, in order, whose scores are so near that any may be the best.
    pub(super) rivals: Vec<DocId>,
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
        let room = limit.saturating_mul(2).max(16);
        Self { limit, candidates: Vec::new(), room, threshold: f64::NEG_INFINITY }
    }

    /// Scores at or below this need not be offered.
    fn least(&self) -> Score {
        if self.limit == 0 {
            return Score::INFINITY;
        }
        let near = self.threshold as Score;
        if f64::from(near) > self.threshold { near.next_down() } else { near }
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

/// Is told matches, some at a time.
pub(super) type Seen<'a> = &'a mut dyn FnMut(&[DocId]);

/// Goes through the matches of a segment: counts them and their articles, and offers the best to
/// `best`, each or one of each article.
pub(super) struct Pass<'a> {
    pub(super) segment: u32,
    pub(super) reader: &'a SegmentReader,
    pub(super) columns: &'a SegmentColumns,
    pub(super) weight: &'a dyn Weight,
    /// Whether only the best match of an article is offered.
    pub(super) collapse: bool,
    /// What every match is offered to if only the best of an article is, by score.
    pub(super) passages: Option<&'a mut Best>,
    /// Who else is to know of every match.
    pub(super) seen: Option<Seen<'a>>,
}

/// What matches are ordered by where scores do not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Nothing: all are equal.
    Equal,
    /// Day, latest first.
    Latest,
    /// Day, earliest first.
    Earliest,
}

/// The least share of a segment's passages that is found faster as bits than one by one.
const DENSE: u64 = 256;

impl Pass<'_> {
    /// Offers the best by score.
    pub(super) fn by_score(mut self, best: &mut Best) -> tantivy::Result<Totals> {
        let mut tally = Tally::new(&self.columns.places);
        let mut seen = Batch::new(self.seen.take());
        let alive = self.reader.alive_bitset();
        let lives = |doc| alive.is_none_or(|alive| alive.is_alive(doc));
        if self.collapse {
            let mut passages = self.passages.take();
            // The best match of the last article.
            let mut held: Option<Candidate> = None;
            self.weight.for_each(self.reader, &mut |doc, score| {
                if !lives(doc) {
                    return;
                }
                seen.push(doc);
                let first = tally.add(doc);
                let candidate = self.candidate(doc, f64::from(score));
                if let Some(passages) = &mut passages {
                    passages.offer(candidate.clone());
                }
                match &mut held {
                    Some(held) if !first => {
                        held.others += 1;
                        let slack = held.key.abs() * ROUNDING;
                        if candidate.key > held.key + slack {
                            (held.key, held.address) = (candidate.key, candidate.address);
                            held.rivals.clear();
                        } else if candidate.key >= held.key - slack {
                            held.key = held.key.max(candidate.key);
                            held.rivals.push(doc);
                        }
                    }
                    _ => {
                        if let Some(done) = held.replace(candidate) {
                            best.offer(done);
                        }
                    }
                }
            })?;
            held.into_iter().for_each(|done| best.offer(done));
        } else {
            let mut least = best.least();
            self.weight.for_each(self.reader, &mut |doc, score| {
                if lives(doc) {
                    seen.push(doc);
                    tally.add(doc);
                    if score > least {
                        best.offer(self.candidate(doc, f64::from(score)));
                        least = best.least();
                    }
                }
            })?;
        }
        seen.flush();
        Ok(tally.finish())
    }

    /// Offers the best by score of what holds any of some terms.
    pub(super) fn by_score_of(
        mut self,
        union: &Union<'_>,
        best: &mut Best,
    ) -> tantivy::Result<Totals> {
        let dense = union.named() > u64::from(self.reader.max_doc()) / DENSE;
        if self.collapse || !dense {
            return self.by_score(best);
        }
        let alive = self.reader.alive_bitset();
        let lives = |doc| alive.is_none_or(|alive| alive.is_alive(doc));
        let mut matches = union.run(best.least(), &mut |doc, score| {
            if lives(doc) {
                best.offer(self.candidate(doc, f64::from(score)));
            }
            best.least()
        })?;
        if alive.is_some() {
            let mut living = vec![0; matches.len()];
            each_bit(&matches, &mut |doc| {
                living[doc as usize / 64] |= u64::from(lives(doc)) << (doc % 64);
            });
            matches = living;
        }
        if self.seen.is_some() {
            let mut seen = Batch::new(self.seen.take());
            each_bit(&matches, &mut |doc| seen.push(doc));
            seen.flush();
        }
        Ok(self.columns.places.count(&matches))
    }

    /// Offers the first by `key`, then passage id, of those that come after `after`; `weight` need not
    /// score.
    pub(super) fn by_key(
        mut self,
        key: Key,
        after: Option<After>,
        best: &mut Best,
    ) -> tantivy::Result<Totals> {
        let mut tally = Tally::new(&self.columns.places);
        let mut seen = Batch::new(self.seen.take());
        let mut top = Top::new(key, self.columns, after, best);
        let alive = self.reader.alive_bitset();
        self.weight.for_each_no_score(self.reader, &mut |docs| {
            for doc in docs.iter().copied() {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    seen.push(doc);
                    if tally.add(doc) {
                        top.begin(doc);
                    } else if !self.collapse {
                        top.take(doc);
                    } else {
                        top.note();
                    }
                }
            }
        })?;
        for place in top.finish() {
            best.offer(Candidate { others: place.others, ..self.candidate(place.doc, place.key) });
        }
        seen.flush();
        Ok(tally.finish())
    }

    fn candidate(&self, doc: DocId, key: f64) -> Candidate {
        Candidate {
            key,
            address: DocAddress::new(self.segment, doc),
            others: 0,
            rivals: Vec::new(),
        }
    }
}

/// The first passages of a segment by key, then id: no more than are wanted, however many tie.
struct Top<'a> {
    key: Key,
    columns: &'a SegmentColumns,
    limit: usize,
    held: Vec<Place>,
    /// What comes after it is not among the first.
    last: Option<Place>,
    /// Keys must be above this.
    above: f64,
    /// Passages must come after this.
    after: Option<After>,
    /// The last passage of the article that is gone through, if it may be among the first.
    current: Option<Place>,
    /// Its first one, if it does not come after `after`; others may.
    passed: Option<Place>,
}

/// A passage as it is ordered within a segment.
#[derive(Clone, Copy, Debug)]
struct Place {
    key: f64,
    /// Number of the article; they are numbered in the order of their ids.
    article: Option<u64>,
    /// Passages of an article come in the order of their ordinals.
    doc: DocId,
    others: u64,
}

impl Place {
    /// Orders by key, most first, then id.
    fn compare(&self, other: &Self) -> Ordering {
        let ids = |place: &Self| (place.article, place.doc);
        other.key.total_cmp(&self.key).then_with(|| ids(self).cmp(&ids(other)))
    }
}

impl<'a> Top<'a> {
    fn new(key: Key, columns: &'a SegmentColumns, after: Option<After>, best: &Best) -> Self {
        let (limit, above) = (best.limit, best.threshold);
        let (held, last, current, passed) = (Vec::new(), None, None, None);
        Self { key, columns, limit, held, last, above, after, current, passed }
    }

    /// Takes in the first match of an article. Its day and its number are those of all others.
    fn begin(&mut self, doc: DocId) {
        self.put();
        self.passed = None;
        if self.limit == 0 {
            return;
        }
        let key = self.key.of(self.columns, doc);
        let least = self.last.map_or(self.above, |last| last.key);
        if key >= least && key > self.above {
            let place = Place { key, article: self.columns.article_number(doc), doc, others: 0 };
            if !self.admits(&place) {
                self.passed = Some(place);
            } else if self.last.is_none_or(|last| place.compare(&last).is_lt()) {
                self.current = Some(place);
            }
        }
    }

    /// Whether a passage comes after the place where the list goes on.
    fn admits(&self, place: &Place) -> bool {
        let ordinal = || self.columns.places.ordinal(place.doc);
        self.after.is_none_or(|after| after.admits(place.key, place.article, ordinal))
    }

    /// Takes in another match of the article.
    fn take(&mut self, doc: DocId) {
        if let Some(place) = self.current {
            self.put();
            self.current = Some(Place { doc, ..place });
        } else if let Some(passed) = self.passed {
            let place = Place { doc, ..passed };
            self.current = self.admits(&place).then_some(place);
        }
    }

    /// Notes another match of the article that is not to be shown itself.
    fn note(&mut self) {
        if let Some(place) = &mut self.current {
            place.others += 1;
        }
    }

    fn put(&mut self) {
        self.held.extend(self.current.take());
        if self.held.len() >= self.limit.saturating_mul(2).max(64) {
            self.thin();
        }
    }

    fn thin(&mut self) {
        if self.held.len() > self.limit {
            let (_, last, _) = self.held.select_nth_unstable_by(self.limit - 1, Place::compare);
            self.last = Some(*last);
            self.held.truncate(self.limit);
        }
    }

    fn finish(mut self) -> Vec<Place> {
        self.put();
        if self.limit > 0 {
            self.thin();
        }
        self.held
    }
}

impl Key {
    fn of(self, columns: &SegmentColumns, doc: DocId) -> f64 {
        let key = match self {
            Self::Equal => return 0.0,
            Self::Latest => columns.days.first(doc).map(|day| day as f64),
            Self::Earliest => columns.days.first(doc).map(|day| -(day as f64)),
        };
        // Those without a date come last, either way.
        key.unwrap_or(f64::from(f32::MIN))
    }
}

/// How many matches are told at a time.
const BATCH: usize = 64;

/// Tells of matches some at a time, if anyone listens.
struct Batch<'a> {
    seen: Option<Seen<'a>>,
    docs: [DocId; BATCH],
    held: usize,
}

impl<'a> Batch<'a> {
    fn new(seen: Option<Seen<'a>>) -> Self {
        Self { seen, docs: [0; BATCH], held: 0 }
    }

    fn push(&mut self, doc: DocId) {
        if self.seen.is_some() {
            self.docs[self.held] = doc;
            self.held += 1;
            if self.held == BATCH {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        if let Some(seen) = &mut self.seen {
            seen(&self.docs[..self.held]);
            self.held = 0;
        }
    }
}

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
                let address = DocAddress::new(0, doc);
                best.offer(Candidate { key, address, others: 0, rivals: Vec::new() });
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
