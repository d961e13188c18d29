//! Queries over places: what stands near each other, be it words, patterns or names.
//!
//! Which places count is told by [`crate::engine::near`]; here they are read from the index. What is
//! to be looked for is planned in [`super::nearby`].

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Result, Score, SegmentReader, TERMINATED, Term};

use crate::engine::near::{Form, Stretch};

use super::expand::explain;
use super::forms::{number, place};
use super::mentions::stretch;
use super::statistics::saturated;

/// Passages with what stands near each other.
#[derive(Clone, Debug)]
pub(super) struct SpanQuery {
    pub(super) form: Form,
    /// What the leaves of the form look for.
    pub(super) sources: Arc<[Source]>,
    /// What an occurrence is worth: how rare its parts are.
    pub(super) rarity: f32,
    /// Fields that tell the length of the text, with its mean.
    pub(super) lengths: Vec<(Field, f32)>,
    /// Whether it is only asked of single passages, as extras are: `seek` then gives the passage that
    /// it is asked for or [`TERMINATED`], may be called again either way, and looks for no other.
    pub(super) probes: bool,
}

/// What a leaf looks for: any of these terms.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) terms: Vec<SourceTerm>,
    /// Whether these are names, whose positions tell their width.
    pub(super) names: bool,
    /// The width of what are no names.
    pub(super) width: u32,
}

/// A term with positions.
#[derive(Clone, Debug)]
pub(super) struct SourceTerm {
    pub(super) term: Term,
    /// A bit for each number of a position that is meant.
    pub(super) numbers: u32,
    /// A term without positions that the passage must hold too: a word that has no number.
    pub(super) written: Option<Term>,
}

impl SourceTerm {
    /// A term of which every position is meant.
    pub(super) fn new(term: Term) -> Self {
        Self { term, numbers: u32::MAX, written: None }
    }
}

impl SpanQuery {
    /// The same, to be asked of single passages only.
    pub(super) fn probing(self) -> Self {
        Self { probes: true, ..self }
    }
}

impl Query for SpanQuery {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(SpanWeight(self.clone())))
    }
}

struct SpanWeight(SpanQuery);

impl Weight for SpanWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let query = &self.0;
        let lists = query.sources.iter().map(|source| List::open(source, reader));
        let lists = lists.collect::<Result<Vec<_>>>()?;
        let norms = query
            .lengths
            .iter()
            .map(|(field, mean)| reader.get_fieldnorms_reader(*field).map(|norms| (norms, *mean)));
        let norms = norms.collect::<Result<Vec<_>>>()?;
        let mut scorer = SpanScorer {
            form: query.form.clone(),
            places: vec![Vec::new(); lists.len()],
            lists,
            worth: query.rarity * boost,
            norms,
            doc: 0,
            frequency: 0,
            probes: query.probes,
        };
        if !scorer.probes {
            scorer.settle(0);
        }
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

/// The passages of a segment that hold any of the terms of a leaf.
struct List {
    /// The terms that lie ahead or at hand, by the passage they are at.
    heap: BinaryHeap<Reverse<(DocId, usize)>>,
    terms: Vec<Opened>,
    names: bool,
    width: u32,
    positions: Vec<u32>,
}

/// A term's passages.
struct Opened {
    postings: SegmentPostings,
    numbers: u32,
    written: Option<SegmentPostings>,
}

impl List {
    fn open(source: &Source, reader: &SegmentReader) -> Result<Self> {
        let mut terms = Vec::new();
        for term in &source.terms {
            let option = IndexRecordOption::WithFreqsAndPositions;
            let index = reader.inverted_index(term.term.field())?;
            let Some(postings) = index.read_postings(&term.term, option)? else { continue };
            let written = match &term.written {
                None => None,
                Some(word) => {
                    let index = reader.inverted_index(word.field())?;
                    match index.read_postings(word, IndexRecordOption::Basic)? {
                        None => continue,
                        found => found,
                    }
                }
            };
            terms.push(Opened { postings, numbers: term.numbers, written });
        }
        let docs = terms.iter().enumerate();
        let heap = docs.map(|(at, term)| Reverse((term.postings.doc(), at))).collect();
        let (names, width) = (source.names, source.width);
        Ok(Self { heap, terms, names, width, positions: Vec::new() })
    }

    /// The first passage from `target` on that holds one of the terms.
    fn seek(&mut self, target: DocId) -> DocId {
        while let Some(&Reverse((doc, at))) = self.heap.peek() {
            if doc >= target {
                return doc;
            }
            self.heap.pop();
            let doc = self.terms[at].postings.seek(target);
            if doc != TERMINATED {
                self.heap.push(Reverse((doc, at)));
            }
        }
        TERMINATED
    }

    /// Writes where the terms stand in `doc`, which the list may have passed over, in order.
    fn places(&mut self, doc: DocId, places: &mut Vec<Stretch>) {
        places.clear();
        let mut here = Vec::new();
        while let Some(&Reverse((first, at))) = self.heap.peek()
            && first == doc
        {
            self.heap.pop();
            here.push(at);
        }
        for at in here {
            self.heap.push(Reverse((doc, at)));
            let term = &mut self.terms[at];
            if let Some(written) = &mut term.written {
                let reached = if written.doc() < doc { written.seek(doc) } else { written.doc() };
                if reached != doc {
                    continue;
                }
            }
            term.postings.positions(&mut self.positions);
            for position in &self.positions {
                if self.names {
                    places.push(stretch(*position));
                } else if term.numbers & 1 << number(*position) != 0 {
                    let first = place(*position);
                    places.push(Stretch { first, last: first + self.width - 1 });
                }
            }
        }
        places.sort_unstable();
        places.dedup();
    }
}

/// The first passage from `target` on that may hold the form.
fn seek(form: &Form, lists: &mut [List], target: DocId) -> DocId {
    match form {
        Form::Leaf { leaf, .. } => lists[*leaf].seek(target),
        Form::Phrase { leaves, .. } => {
            together(target, leaves.len(), &mut |at, target| lists[leaves[at].1].seek(target))
        }
        Form::Any(arms) => {
            let found = arms.iter().map(|arm| seek(arm, lists, target)).min();
            found.unwrap_or(TERMINATED)
        }
        Form::Chain(first, rest) => together(target, rest.len() + 1, &mut |at, target| {
            let part = if at == 0 { first } else { &rest[at - 1].1 };
            seek(part, lists, target)
        }),
    }
}

/// The first passage from `target` on that all of `count` lists name; `seek` sends one on.
fn together(mut target: DocId, count: usize, seek: &mut dyn FnMut(usize, DocId) -> DocId) -> DocId {
    'next: loop {
        for at in 0..count {
            let doc = seek(at, target);
            if doc == TERMINATED {
                return TERMINATED;
            }
            if doc > target {
                target = doc;
                continue 'next;
            }
        }
        return target;
    }
}

struct SpanScorer {
    form: Form,
    lists: Vec<List>,
    /// Where the leaves stand in the current passage.
    places: Vec<Vec<Stretch>>,
    worth: f32,
    norms: Vec<(FieldNormReader, f32)>,
    doc: DocId,
    /// Occurrences in the current passage.
    frequency: usize,
    probes: bool,
}

impl SpanScorer {
    /// Moves on to the first passage from `target` on that holds the form.
    fn settle(&mut self, mut target: DocId) -> DocId {
        loop {
            self.doc = seek(&self.form, &mut self.lists, target);
            if self.doc == TERMINATED {
                return TERMINATED;
            }
            if self.holds() {
                return self.doc;
            }
            target = self.doc + 1;
        }
    }

    /// Gives `target` if it holds the form.
    fn probe(&mut self, target: DocId) -> DocId {
        self.doc = target;
        let reached = seek(&self.form, &mut self.lists, target);
        if reached == target && target < TERMINATED && self.holds() { target } else { TERMINATED }
    }

    /// Whether the current passage holds the form.
    fn holds(&mut self) -> bool {
        for (list, places) in self.lists.iter_mut().zip(&mut self.places) {
            list.places(self.doc, places);
        }
        let mut found = self.form.occurrences(&self.places);
        found.dedup_by_key(|one| one.whole.first);
        self.frequency = found.len();
        self.frequency > 0
    }
}

impl DocSet for SpanScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.settle(self.doc + 1)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.probes {
            return self.probe(target);
        }
        if self.doc >= target { self.doc } else { self.settle(target) }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.lists.iter().map(|list| list.heap.len() as u32).max().unwrap_or(0)
    }
}

impl Scorer for SpanScorer {
    fn score(&mut self) -> Score {
        let lengths = self.norms.iter().map(|(norms, mean)| (norms.fieldnorm(self.doc), *mean));
        // A passage is of one language: all other lengths are nothing.
        let (length, mean) = lengths.max_by_key(|(length, _)| *length).unwrap_or((1, 1.0));
        let frequency = self.frequency as f32;
        self.worth * saturated(frequency, length as f32 / mean)
    }
}
