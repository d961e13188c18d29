//! Passages that match any of a few queries, where others must match too.
//!
//! tantivy unites lists window by window, which pays where every match is wanted. A word is looked for
//! in a few fields of which often one alone has it, and beside another word most of its matches are
//! leapt over; here the lists are sent on one by one.

use std::sync::Arc;

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Result, Score, SegmentReader, TERMINATED};

use super::expand::explain;

/// How many queries are few: each is looked at on every step.
pub(super) const FEW: usize = 8;

/// Any of some queries; scores are summed.
#[derive(Clone, Debug)]
pub(super) struct Alternatives(pub(super) Arc<[Box<dyn Query>]>);

impl Query for Alternatives {
    fn weight(&self, scoring: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        let weights = self.0.iter().map(|query| query.weight(scoring));
        Ok(Box::new(AnyWeight(weights.collect::<Result<_>>()?)))
    }
}

struct AnyWeight(Vec<Box<dyn Weight>>);

impl Weight for AnyWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let mut scorers = Vec::with_capacity(self.0.len());
        for weight in &self.0 {
            let scorer = weight.scorer(reader, boost)?;
            if scorer.doc() != TERMINATED {
                scorers.push(scorer);
            }
        }
        Ok(match scorers.len() {
            0 => Box::new(EmptyScorer),
            1 => scorers.remove(0),
            _ => {
                let mut any = AnyScorer { scorers, doc: 0 };
                any.settle();
                Box::new(any)
            }
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

struct AnyScorer {
    scorers: Vec<Box<dyn Scorer>>,
    /// The least that any of them is at.
    doc: DocId,
}

impl AnyScorer {
    fn settle(&mut self) -> DocId {
        let docs = self.scorers.iter().map(DocSet::doc);
        self.doc = docs.min().unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for AnyScorer {
    fn advance(&mut self) -> DocId {
        for scorer in self.scorers.iter_mut().filter(|scorer| scorer.doc() == self.doc) {
            scorer.advance();
        }
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for scorer in self.scorers.iter_mut().filter(|scorer| scorer.doc() < target) {
            scorer.seek(target);
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let hints = self.scorers.iter().map(DocSet::size_hint);
        hints.fold(0, u32::saturating_add)
    }
}

impl Scorer for AnyScorer {
    fn score(&mut self) -> Score {
        let here = self.scorers.iter_mut().filter(|scorer| scorer.doc() == self.doc);
        here.map(Scorer::score).sum()
    }
}
