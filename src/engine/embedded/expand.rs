//! Queries over a range of terms, and over words near each other: what tantivy has no query for.

use tantivy::BitSet;
use tantivy::postings::Postings;
use tantivy::query::{
    BitSetDocSet, Bm25Weight, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer,
    Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Result, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::analysis::is_cjk;
use crate::engine::near::occurrences;

/// Passages with a term that begins so; every one scores 1.
#[derive(Clone, Debug)]
pub(super) struct PrefixQuery {
    pub(super) field: Field,
    pub(super) prefix: String,
    /// Whether only CJK terms count: a single character is looked up as the start of a pair.
    pub(super) cjk: bool,
}

impl PrefixQuery {
    /// Calls `each` with every term of the segment that the query stands for.
    fn each_term(
        &self,
        reader: &SegmentReader,
        mut each: impl FnMut(&tantivy::postings::TermInfo) -> Result<()>,
    ) -> Result<()> {
        let index = reader.inverted_index(self.field)?;
        let mut range = index.terms().range().ge(self.prefix.as_bytes());
        if let Some(end) = after_prefix(&self.prefix) {
            range = range.lt(end);
        }
        let mut terms = range.into_stream()?;
        while terms.advance() {
            let rest = &terms.key()[self.prefix.len()..];
            let second = std::str::from_utf8(rest).ok().and_then(|rest| rest.chars().next());
            if !self.cjk || second.is_none_or(is_cjk) {
                each(terms.value())?;
            }
        }
        Ok(())
    }
}

/// The least byte string above every one that begins with `prefix`; UTF-8 never holds 0xff.
fn after_prefix(prefix: &str) -> Option<Vec<u8>> {
    let mut end = prefix.as_bytes().to_vec();
    *end.last_mut()? += 1;
    Some(end)
}

impl Query for PrefixQuery {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(PrefixWeight(self.clone())))
    }
}

struct PrefixWeight(PrefixQuery);

impl Weight for PrefixWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let index = reader.inverted_index(self.0.field)?;
        self.0.each_term(reader, |info| {
            let mut postings =
                index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            while !postings.docs().is_empty() {
                for doc in postings.docs() {
                    found.insert(*doc);
                }
                postings.advance();
            }
            Ok(())
        })?;
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

/// Passages with these words near each other, by the rule of [`occurrences`].
#[derive(Clone, Debug)]
pub(super) struct NearQuery {
    /// Terms of one field, with their places in the phrase; at least two.
    pub(super) terms: Vec<(u32, Term)>,
    pub(super) slop: u32,
}

impl Query for NearQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        let terms: Vec<Term> = self.terms.iter().map(|(_, term)| term.clone()).collect();
        let bm25 = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => {
                Some(Bm25Weight::for_terms(statistics_provider, &terms)?)
            }
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(NearWeight { query: self.clone(), bm25 }))
    }
}

struct NearWeight {
    query: NearQuery,
    bm25: Option<Bm25Weight>,
}

impl Weight for NearWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let field = self.query.terms[0].1.field();
        let index = reader.inverted_index(field)?;
        let mut postings = Vec::with_capacity(self.query.terms.len());
        for (_, term) in &self.query.terms {
            match index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(list) => postings.push(list),
                None => return Ok(Box::new(EmptyScorer)),
            }
        }
        let scoring = match &self.bm25 {
            Some(bm25) => Some((bm25.boost_by(boost), reader.get_fieldnorms_reader(field)?)),
            None => None,
        };
        let mut scorer = NearScorer {
            places: vec![Vec::new(); postings.len()],
            postings,
            offsets: self.query.terms.iter().map(|(offset, _)| *offset).collect(),
            slop: self.query.slop,
            scoring,
            frequency: 0,
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

struct NearScorer {
    postings: Vec<tantivy::postings::SegmentPostings>,
    places: Vec<Vec<u32>>,
    offsets: Vec<u32>,
    slop: u32,
    scoring: Option<(Bm25Weight, tantivy::fieldnorm::FieldNormReader)>,
    /// Occurrences in the current document.
    frequency: u32,
}

impl NearScorer {
    /// Moves on to the first document from the first list's on that all lists share and that holds
    /// the phrase.
    fn settle(&mut self) -> DocId {
        'next: loop {
            let doc = self.postings[0].doc();
            if doc == TERMINATED {
                return TERMINATED;
            }
            for at in 1..self.postings.len() {
                let other = &mut self.postings[at];
                let reached = if other.doc() < doc { other.seek(doc) } else { other.doc() };
                if reached > doc {
                    self.postings[0].seek(reached);
                    continue 'next;
                }
            }
            for (list, places) in self.postings.iter_mut().zip(&mut self.places) {
                list.positions(places);
            }
            self.frequency = occurrences(&self.places, &self.offsets, self.slop).len() as u32;
            if self.frequency > 0 {
                return doc;
            }
            self.postings[0].advance();
        }
    }
}

impl DocSet for NearScorer {
    fn advance(&mut self) -> DocId {
        self.postings[0].advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.postings[0].doc() < target {
            self.postings[0].seek(target);
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.postings[0].doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings.iter().map(DocSet::size_hint).min().unwrap_or(0)
    }
}

impl Scorer for NearScorer {
    fn score(&mut self) -> Score {
        match &self.scoring {
            Some((bm25, norms)) => bm25.score(norms.fieldnorm_id(self.doc()), self.frequency),
            None => 1.0,
        }
    }
}

fn explain(weight: &dyn Weight, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
    let mut scorer = weight.scorer(reader, 1.0)?;
    if scorer.doc() <= doc && scorer.seek(doc) == doc {
        Ok(Explanation::new("score", scorer.score()))
    } else {
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}
