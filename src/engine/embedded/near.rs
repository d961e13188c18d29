//! Queries over words near each other: exact phrases and sloppy ones.
//!
//! tantivy's phrase query cannot be used, because positions carry more than places (see
//! [`super::forms`]).

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Result, Score, SegmentReader, TERMINATED, Term};

use crate::engine::near::occurrences;

use super::expand::explain;
use super::forms::place;

/// Passages with these words near each other.
#[derive(Clone, Debug)]
pub(super) struct NearQuery {
    /// Terms of one field, with their places in the phrase; at least two.
    pub(super) terms: Vec<(u32, Term)>,
    /// How many moves they may be from their places in the phrase; 0 is the phrase itself.
    pub(super) slop: u32,
    /// Whether it is only asked of single passages, as extras are: `seek` then gives the passage that
    /// it is asked for or [`TERMINATED`], may be called again either way, and looks for no other.
    pub(super) probes: bool,
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
        let mut words = Vec::with_capacity(self.query.terms.len());
        for (offset, term) in &self.query.terms {
            match index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(postings) => words.push(Word { postings, offset: *offset }),
                None => return Ok(Box::new(EmptyScorer)),
            }
        }
        if self.query.slop == 0 {
            // The rarest leads. Sloppy occurrences are told by their first word, which must not
            // depend on the segment.
            words.sort_by_key(|word| word.postings.doc_freq());
        }
        let scoring = match &self.bm25 {
            Some(bm25) => Some((bm25.boost_by(boost), reader.get_fieldnorms_reader(field)?)),
            None => None,
        };
        let mut scorer = NearScorer {
            places: vec![Vec::new(); words.len()],
            offsets: words.iter().map(|word| word.offset).collect(),
            words,
            slop: self.query.slop,
            scoring,
            frequency: 0,
            probes: self.query.probes,
            probed: 0,
        };
        if !scorer.probes {
            scorer.settle();
        }
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

/// A word of the phrase, and its place in it.
struct Word {
    postings: SegmentPostings,
    offset: u32,
}

impl Word {
    /// Writes where it stands in the current document to `places`.
    fn places(&mut self, places: &mut Vec<u32>) {
        self.postings.positions(places);
        places.iter_mut().for_each(|position| *position = place(*position));
    }
}

struct NearScorer {
    /// The first leads.
    words: Vec<Word>,
    places: Vec<Vec<u32>>,
    offsets: Vec<u32>,
    slop: u32,
    scoring: Option<(Bm25Weight, FieldNormReader)>,
    /// Occurrences in the current document.
    frequency: u32,
    probes: bool,
    /// The last document that was asked for, if it probes.
    probed: DocId,
}

impl NearScorer {
    /// Moves on to the first document from the first list's on that all lists share and that holds
    /// the phrase.
    fn settle(&mut self) -> DocId {
        'next: loop {
            let doc = self.doc();
            if doc == TERMINATED {
                return TERMINATED;
            }
            for at in 1..self.words.len() {
                let other = &mut self.words[at].postings;
                let reached = if other.doc() < doc { other.seek(doc) } else { other.doc() };
                if reached > doc {
                    self.words[0].postings.seek(reached);
                    continue 'next;
                }
            }
            if self.holds() {
                return doc;
            }
            self.words[0].postings.advance();
        }
    }

    /// Gives `target` if it holds the phrase.
    fn probe(&mut self, target: DocId) -> DocId {
        self.probed = target;
        for word in &mut self.words {
            let reached = word.postings.doc();
            let reached = if reached < target { word.postings.seek(target) } else { reached };
            if reached > target {
                return TERMINATED;
            }
        }
        if target < TERMINATED && self.holds() { target } else { TERMINATED }
    }

    /// Whether the document that all lists are at holds the phrase.
    fn holds(&mut self) -> bool {
        self.frequency = if self.slop == 0 { self.exact() } else { self.sloppy() };
        self.frequency > 0
    }

    /// How often all words stand in their due places: the places of the first are sifted by those
    /// of the others, one after the other.
    fn exact(&mut self) -> u32 {
        let [found, others @ ..] = self.places.as_mut_slice() else { return 0 };
        self.words[0].places(found);
        for ((word, places), offset) in
            self.words[1..].iter_mut().zip(others).zip(&self.offsets[1..])
        {
            word.places(places);
            let due = |first: u32| (first + offset).checked_sub(self.offsets[0]);
            found.retain(|first| due(*first).is_some_and(|due| places.binary_search(&due).is_ok()));
            if found.is_empty() {
                break;
            }
        }
        found.len() as u32
    }

    /// How often they stand within `slop` moves, by the rule of [`occurrences`].
    fn sloppy(&mut self) -> u32 {
        for (word, places) in self.words.iter_mut().zip(&mut self.places) {
            word.places(places);
        }
        occurrences(&self.places, &self.offsets, self.slop).len() as u32
    }
}

impl DocSet for NearScorer {
    fn advance(&mut self) -> DocId {
        self.words[0].postings.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.probes {
            return self.probe(target);
        }
        if self.words[0].postings.doc() < target {
            self.words[0].postings.seek(target);
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        if self.probes { self.probed } else { self.words[0].postings.doc() }
    }

    fn size_hint(&self) -> u32 {
        self.words[0].postings.size_hint()
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
