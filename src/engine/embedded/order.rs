//! The order of results: by key, most first, then by passage id, over all segments.
//!
//! Within a segment ids are compared by numbers; only the heads of the segments, as they are merged,
//! are compared by what they are. A candidate takes some bytes, however many there are.

use std::cmp::Ordering;
use std::collections::HashSet;

use tantivy::columnar::TermOrdHit;
use tantivy::{DocAddress, DocId};

use crate::passage::PassageId;

use super::collect::Candidate;
use super::read::{SegmentColumns, Snapshot, first_str};

/// The first `wanted` of `candidates`, in order.
pub(super) fn first(
    snapshot: &Snapshot,
    mut candidates: Vec<Candidate>,
    wanted: usize,
) -> Vec<Candidate> {
    if candidates.len() > wanted {
        let Some(last) = wanted.checked_sub(1) else { return Vec::new() };
        // Ids are dear to compare: only those that tie for a place are.
        candidates.select_nth_unstable_by(last, |a, b| b.key.total_cmp(&a.key));
        let least = candidates[last].key;
        candidates.retain(|candidate| candidate.key >= least);
    }
    let columns = snapshot.columns();
    candidates.sort_unstable_by(|a, b| {
        let segment = a.address.segment_ord;
        segment.cmp(&b.address.segment_ord).then_with(|| {
            let of = &columns[segment as usize];
            b.key
                .total_cmp(&a.key)
                .then_with(|| of.article_number(a.doc()).cmp(&of.article_number(b.doc())))
                .then_with(|| of.places.ordinal(a.doc()).cmp(&of.places.ordinal(b.doc())))
        })
    });
    let mut runs: Vec<Run> = Vec::new();
    for run in candidates.chunk_by(|a, b| a.address.segment_ord == b.address.segment_ord) {
        let columns = &columns[run[0].address.segment_ord as usize];
        runs.push(Run { columns, rest: run, article: None });
    }
    if runs.len() < 2 {
        candidates.truncate(wanted);
        return candidates;
    }
    let mut merged = Vec::with_capacity(wanted.min(candidates.len()));
    while merged.len() < wanted {
        let mut best: Option<usize> = None;
        for at in 0..runs.len() {
            if !runs[at].rest.is_empty() && best.is_none_or(|best| before(&mut runs, at, best)) {
                best = Some(at);
            }
        }
        let Some(best) = best else { break };
        merged.extend(runs[best].next());
    }
    merged
}

/// The best `wanted` of `candidates`, and the others, both in no order. Of equal ones the latest are
/// the best, then the first by passage id.
pub(super) fn split(
    snapshot: &Snapshot,
    mut candidates: Vec<Candidate>,
    wanted: usize,
) -> (Vec<Candidate>, Vec<Candidate>) {
    if candidates.len() <= wanted {
        return (candidates, Vec::new());
    }
    let day = |candidate: &Candidate| {
        let columns = &snapshot.columns()[candidate.address.segment_ord as usize];
        columns.days.first(candidate.doc())
    };
    let compare =
        |a: &Candidate, b: &Candidate| b.key.total_cmp(&a.key).then_with(|| day(b).cmp(&day(a)));
    let (_, last, _) = candidates.select_nth_unstable_by(wanted - 1, compare);
    let last = last.clone();
    let (mut best, mut ties, mut rest) = (Vec::with_capacity(wanted), Vec::new(), Vec::new());
    for candidate in candidates {
        match compare(&candidate, &last) {
            Ordering::Less => best.push(candidate),
            Ordering::Equal => ties.push(candidate),
            Ordering::Greater => rest.push(candidate),
        }
    }
    if best.len() + ties.len() == wanted {
        best.extend(ties);
        return (best, rest);
    }
    let places = wanted - best.len();
    let mut in_order = first(snapshot, ties.clone(), places);
    let taken: HashSet<DocAddress> = in_order.iter().map(|one| one.address).collect();
    best.append(&mut in_order);
    rest.extend(ties.into_iter().filter(|candidate| !taken.contains(&candidate.address)));
    (best, rest)
}

/// What is left of a segment's candidates, in order.
struct Run<'a> {
    columns: &'a SegmentColumns,
    rest: &'a [Candidate],
    /// Number and id of the first one's article, once it was looked up.
    article: Option<(Option<u64>, Option<String>)>,
}

impl Run<'_> {
    fn next(&mut self) -> Option<Candidate> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }

    /// Looks up the first one's article, unless it is that of the one before.
    fn look_up(&mut self) {
        let doc = self.rest[0].doc();
        let number = self.columns.article_number(doc);
        if self.article.as_ref().is_none_or(|(known, _)| *known != number) {
            self.article = Some((number, self.columns.article(doc)));
        }
    }
}

/// Whether the first of run `a` comes before the first of run `b`.
fn before(runs: &mut [Run<'_>], a: usize, b: usize) -> bool {
    let by_key = runs[b].rest[0].key.total_cmp(&runs[a].rest[0].key);
    let order = by_key.then_with(|| {
        runs[a].look_up();
        runs[b].look_up();
        let id = |at: usize| runs[at].article.as_ref().map(|(_, id)| id);
        id(a).cmp(&id(b))
    });
    // No article is in two segments.
    order == Ordering::Less
}

impl Candidate {
    fn doc(&self) -> DocId {
        self.address.doc_id
    }
}

impl SegmentColumns {
    /// The number of a passage's article; within a segment they are numbered in the order of ids.
    pub(super) fn article_number(&self, doc: DocId) -> Option<u64> {
        self.articles.as_ref()?.ords().first(doc)
    }

    fn article(&self, doc: DocId) -> Option<String> {
        first_str(self.articles.as_ref()?, doc)
    }

    /// The id of a passage.
    pub(super) fn id(&self, doc: DocId) -> Option<PassageId> {
        let article = crate::article::ArticleId::new(&self.article(doc)?)?;
        Some(PassageId { article, ordinal: self.places.ordinal(doc) })
    }

    /// Where the list goes on in this segment after the passage of this key and id, which need not
    /// be in it.
    pub(super) fn after(&self, key: f64, id: &PassageId) -> tantivy::Result<After> {
        let hit = match &self.articles {
            Some(articles) => articles.dictionary().term_ord_or_next(id.article.as_str())?,
            None => TermOrdHit::Next(0),
        };
        Ok(match hit {
            TermOrdHit::Exact(article) => After { key, article, ordinal: Some(id.ordinal) },
            TermOrdHit::Next(article) => After { key, article, ordinal: None },
        })
    }
}

/// A place in the order of a segment's passages.
#[derive(Clone, Copy, Debug)]
pub(super) struct After {
    key: f64,
    /// Articles of a greater number come after it.
    article: u64,
    /// So do greater ordinals of that article; all of it if this is `None`.
    ordinal: Option<u32>,
}

impl After {
    /// Whether a passage comes after it; the ordinal is asked for when it matters.
    pub(super) fn admits(
        &self,
        key: f64,
        article: Option<u64>,
        ordinal: impl FnOnce() -> u32,
    ) -> bool {
        key.total_cmp(&self.key).reverse().then_with(|| article.cmp(&Some(self.article))).then_with(
            || match self.ordinal {
                Some(last) => ordinal().cmp(&last),
                None => Ordering::Greater,
            },
        ) == Ordering::Greater
    }
}
