//! Collecting: the best of all matches, and their exact number.
//!
//! Ranking and counting are two passes, because the first may skip what cannot be among the best
//! and the second must see every match but scores none.

use std::cell::OnceCell;
use std::cmp::Ordering;

use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentReader};

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

    /// The first passage of a passage's article.
    pub(super) fn article_start(&self, address: DocAddress) -> DocId {
        address.doc_id - self.segment(address).ordinals.get_val(address.doc_id) as u32
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

    /// What is left, in no order.
    pub(super) fn into_candidates(self) -> Vec<Candidate> {
        self.candidates
    }
}

/// Offers the matches of a segment with their scores, skipping what cannot be among the best.
pub(super) fn rank(
    weight: &dyn Weight,
    reader: &SegmentReader,
    segment: u32,
    best: &mut Best,
) -> tantivy::Result<()> {
    let alive = reader.alive_bitset();
    weight.for_each_pruning(below(best.threshold()), reader, &mut |doc, score| {
        if alive.is_none_or(|alive| alive.is_alive(doc)) {
            let address = DocAddress::new(segment, doc);
            best.offer(Candidate { key: f64::from(score), address, others: 0 });
        }
        below(best.threshold())
    })
}

/// The threshold as tantivy takes it, rounded down: it offers what is greater.
fn below(threshold: f64) -> Score {
    let near = threshold as Score;
    if f64::from(near) > threshold { near.next_down() } else { near }
}

/// Offers the best match of each article of a segment, with the number of its other matches.
pub(super) fn rank_articles(
    weight: &dyn Weight,
    reader: &SegmentReader,
    segment: u32,
    ids: &Ids<'_>,
    best: &mut Best,
    key: &dyn Fn(DocId, Score) -> f64,
) -> tantivy::Result<()> {
    let alive = reader.alive_bitset();
    let mut current: Option<(DocId, Candidate)> = None;
    weight.for_each(reader, &mut |doc, score| {
        if alive.is_some_and(|alive| alive.is_deleted(doc)) {
            return;
        }
        let address = DocAddress::new(segment, doc);
        let start = ids.article_start(address);
        let candidate = Candidate { key: key(doc, score), address, others: 0 };
        match &mut current {
            Some((article, held)) if *article == start => {
                held.others += 1;
                // Passages come in the order of their ids, so the first of equals stays.
                if candidate.key > held.key + held.key.abs() * ROUNDING {
                    held.key = candidate.key;
                    held.address = candidate.address;
                }
            }
            _ => {
                if let Some((_, held)) = current.replace((start, candidate)) {
                    best.offer(held);
                }
            }
        }
    })?;
    if let Some((_, held)) = current {
        best.offer(held);
    }
    Ok(())
}

/// Calls `each` with every match of a segment, in order, some at a time.
pub(super) fn each_match(
    weight: &dyn Weight,
    reader: &SegmentReader,
    each: &mut dyn FnMut(&[DocId]),
) -> tantivy::Result<()> {
    match reader.alive_bitset() {
        None => weight.for_each_no_score(reader, each),
        Some(alive) => {
            let mut live = Vec::new();
            weight.for_each_no_score(reader, &mut |docs| {
                live.clear();
                live.extend(docs.iter().copied().filter(|doc| alive.is_alive(*doc)));
                each(&live);
            })
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
