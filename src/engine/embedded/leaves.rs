//! Leaves: conditions on one field each, and what they give to one passage at a time.

use tantivy::query::{
    BoostQuery, ConstScoreQuery, EnableScoring, Query as TantivyQuery, Scorer, TermQuery, Weight,
};
use tantivy::{DocAddress, DocSet, Term};

use super::read::Snapshot;
use super::statistics::Statistics;

/// One condition on one field.
pub(super) struct Leaf {
    /// What it looks for, for people: `text: cooper`.
    pub(super) what: String,
    /// Its query, boosts included; filters score 0.
    pub(super) query: Box<dyn TantivyQuery>,
    /// The term that it looks for, if that is all it does, and the boost.
    pub(super) term: Option<(Term, f32)>,
    /// Whether it scores at all.
    pub(super) scores: bool,
}

impl Leaf {
    /// A leaf whose score is multiplied by `boost`.
    pub(super) fn new(what: String, query: Box<dyn TantivyQuery>, boost: f32) -> Self {
        let term = query.downcast_ref::<TermQuery>().map(|query| (query.term().clone(), boost));
        let scores = !query.is::<ConstScoreQuery>();
        let query: Box<dyn TantivyQuery> =
            if boost == 1.0 { query } else { Box::new(BoostQuery::new(query, boost)) };
        Self { what, query, term, scores }
    }
}

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
            let reached = if scorer.doc() <= doc_id { scorer.seek(doc_id) } else { scorer.doc() };
            (reached == doc_id).then(|| scorer.score())
        })
    }
}
