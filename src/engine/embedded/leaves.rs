//! Leaves asked one passage at a time, in the order of the index.

use tantivy::query::{EnableScoring, Scorer, Weight};
use tantivy::{DocAddress, DocSet};

use super::plan::Leaf;
use super::read::Snapshot;
use super::statistics::Statistics;

/// Some leaves, opened.
pub(super) struct Leaves<'a> {
    snapshot: &'a Snapshot,
    weights: Vec<Box<dyn Weight>>,
    segment: Option<u32>,
    scorers: Vec<Box<dyn Scorer>>,
}

impl<'a> Leaves<'a> {
    /// Opens `leaves`; `statistics` knows their terms.
    pub(super) fn open(
        snapshot: &'a Snapshot,
        statistics: &Statistics,
        leaves: &[Leaf],
    ) -> tantivy::Result<Self> {
        let searcher = snapshot.searcher();
        let scoring = EnableScoring::enabled_from_statistics_provider(statistics, searcher);
        let weights = leaves.iter().map(|leaf| leaf.query.weight(scoring));
        let weights = weights.collect::<tantivy::Result<_>>()?;
        Ok(Self { snapshot, weights, segment: None, scorers: Vec::new() })
    }

    /// What each leaf gives the passage at `address`, which is not before the last one asked for;
    /// `None` where it does not match.
    pub(super) fn at(
        &mut self,
        address: DocAddress,
    ) -> tantivy::Result<impl FnMut(usize) -> Option<f32>> {
        let DocAddress { segment_ord, doc_id } = address;
        if self.segment != Some(segment_ord) {
            let reader = self.snapshot.searcher().segment_reader(segment_ord);
            let opened = self.weights.iter().map(|weight| weight.scorer(reader, 1.0));
            self.scorers = opened.collect::<tantivy::Result<_>>()?;
            self.segment = Some(segment_ord);
        }
        Ok(move |at: usize| {
            let scorer = &mut self.scorers[at];
            let reached = if scorer.doc() < doc_id { scorer.seek(doc_id) } else { scorer.doc() };
            (reached == doc_id).then(|| scorer.score())
        })
    }
}
