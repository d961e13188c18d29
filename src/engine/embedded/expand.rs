//! Queries over a range of terms, and over words near each other: what tantivy has no query for.

use std::collections::{BTreeMap, HashMap};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, TermInfo};
use tantivy::query::{
    BitSetDocSet, Bm25Weight, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer,
    Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::{TermDictionary, TermStreamer};
use tantivy::{
    BitSet, DocId, DocSet, Result, Score, SegmentReader, TERMINATED, TantivyError, Term,
};
use tantivy_fst::Automaton;

use crate::analysis::{Analyzer, Stemmer, is_cjk};
use crate::engine::near::occurrences;
use crate::engine::pattern;

/// Passages with a CJK character; every one scores 1. A character is the start of a pair, or stands
/// alone at the end of its run.
#[derive(Clone, Debug)]
pub(super) struct CharacterQuery {
    pub(super) field: Field,
    pub(super) character: String,
}

impl CharacterQuery {
    /// Calls `each` with every term of the segment that the query stands for.
    fn each_term(
        &self,
        reader: &SegmentReader,
        mut each: impl FnMut(&TermInfo) -> Result<()>,
    ) -> Result<()> {
        let index = reader.inverted_index(self.field)?;
        let mut range = index.terms().range().ge(self.character.as_bytes());
        if let Some(end) = after_prefix(&self.character) {
            range = range.lt(end);
        }
        let mut terms = range.into_stream()?;
        while terms.advance() {
            let rest = &terms.key()[self.character.len()..];
            let second = std::str::from_utf8(rest).ok().and_then(|rest| rest.chars().next());
            if second.is_none_or(is_cjk) {
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

impl Query for CharacterQuery {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(CharacterWeight(self.clone())))
    }
}

struct CharacterWeight(CharacterQuery);

impl Weight for CharacterWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let index = reader.inverted_index(self.0.field)?;
        self.0.each_term(reader, |info| insert_all(&index, info, &mut found))?;
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

/// Which words as written a pattern covers.
#[derive(Clone, Debug)]
pub(super) enum WordPattern {
    /// Words that begin so.
    Prefix(String),
    /// Words that the pattern covers whole.
    Wildcard(String),
    /// Words within so many edits.
    Fuzzy(String, u8),
}

impl WordPattern {
    /// Whether the pattern covers `word`.
    fn covers(&self, word: &str) -> bool {
        match self {
            Self::Prefix(prefix) => word.starts_with(prefix.as_str()),
            Self::Wildcard(pattern) => pattern::covers(pattern, word),
            Self::Fuzzy(wanted, most) => pattern::edits(wanted, word, usize::from(*most)).is_some(),
        }
    }

    /// Calls `each` with every term of `terms` that the pattern covers, in order.
    fn each_term(
        &self,
        terms: &TermDictionary,
        each: &mut dyn FnMut(&str, &TermInfo) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Prefix(prefix) => {
                let mut range = terms.range().ge(prefix.as_bytes());
                if let Some(end) = after_prefix(prefix) {
                    range = range.lt(end);
                }
                each_of(range.into_stream()?, each)
            }
            Self::Wildcard(pattern) => {
                let literal = pattern.split(['*', '?']).next().unwrap_or_default();
                let mut range = terms.range().ge(literal.as_bytes());
                if let Some(end) = after_prefix(literal) {
                    range = range.lt(end);
                }
                each_of(range.into_stream()?, &mut |term, info| {
                    if pattern::covers(pattern, term) { each(term, info) } else { Ok(()) }
                })
            }
            Self::Fuzzy(word, most) => {
                let builder = LevenshteinAutomatonBuilder::new(*most, true);
                let automaton = Misspelt(builder.build_dfa(word));
                each_of(terms.search(&automaton).into_stream()?, each)
            }
        }
    }
}

/// The words within some edits of one, as an automaton that a term dictionary can be walked by.
struct Misspelt(DFA);

impl Automaton for Misspelt {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

fn each_of<A: Automaton>(
    mut stream: TermStreamer<'_, A>,
    each: &mut dyn FnMut(&str, &TermInfo) -> Result<()>,
) -> Result<()>
where
    A::State: Clone,
{
    while stream.advance() {
        if let Ok(term) = std::str::from_utf8(stream.key()) {
            each(term, stream.value())?;
        }
    }
    Ok(())
}

/// Passages of one analyzer with a word as written that a pattern covers; every one scores 1.
///
/// Words are indexed as written only where that differs from their stem (see
/// [`super::terms`]). A word that is its own stem is looked up there; what other forms add to the
/// stem's count is taken off, so that only passages with the word itself remain.
#[derive(Clone, Debug)]
pub(super) struct PatternQuery {
    pub(super) analyzer: Analyzer,
    /// Words as written; all of them, or those that are not their own stem.
    pub(super) words: Option<Field>,
    /// Stems, unless `words` holds all words.
    pub(super) stems: Option<Field>,
    pub(super) pattern: WordPattern,
}

impl Query for PatternQuery {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(PatternWeight(self.clone())))
    }
}

struct PatternWeight(PatternQuery);

impl Weight for PatternWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let query = &self.0;
        if let Some(field) = query.words {
            let index = reader.inverted_index(field)?;
            let mut insert = |_: &str, info: &TermInfo| insert_all(&index, info, &mut found);
            query.pattern.each_term(index.terms(), &mut insert)?;
        }
        if let Some(field) = query.stems {
            let index = reader.inverted_index(field)?;
            let mut own: BTreeMap<String, (TermInfo, Vec<TermInfo>)> = BTreeMap::new();
            query.pattern.each_term(index.terms(), &mut |term, info| {
                // Pairs of Chinese characters are no words.
                if !term.starts_with(is_cjk) {
                    own.insert(term.to_owned(), (info.clone(), Vec::new()));
                }
                Ok(())
            })?;
            let words = match query.words {
                Some(field) => Some(reader.inverted_index(field)?),
                None => None,
            };
            if let Some(words) = &words {
                query.note_other_forms(words.terms(), &mut own)?;
            }
            for (info, others) in own.values() {
                match &words {
                    Some(words) if !others.is_empty() => {
                        insert_where_own(&index, info, words, others, &mut found)?;
                    }
                    _ => insert_all(&index, info, &mut found)?,
                }
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

impl PatternQuery {
    /// Notes with each stem the words that share it but are not covered. A word and its stem have
    /// the same first letter ([`Stemmer::may_stem_to`]).
    fn note_other_forms(
        &self,
        words: &TermDictionary,
        own: &mut BTreeMap<String, (TermInfo, Vec<TermInfo>)>,
    ) -> Result<()> {
        let mut letters: Vec<u8> = own.keys().filter_map(|stem| stem.bytes().next()).collect();
        letters.dedup();
        let mut stemmer = Stemmer::new(self.analyzer);
        let mut out = String::new();
        for letter in letters {
            let range = words.range().ge([letter]).lt([letter + 1]);
            each_of(range.into_stream()?, &mut |word, info| {
                if let Some((_, others)) = own.get_mut(stemmer.stem(word, &mut out))
                    && !self.pattern.covers(word)
                {
                    others.push(info.clone());
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn insert_all(index: &InvertedIndexReader, info: &TermInfo, found: &mut BitSet) -> Result<()> {
    let mut postings = index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    while !postings.docs().is_empty() {
        for doc in postings.docs() {
            found.insert(*doc);
        }
        postings.advance();
    }
    Ok(())
}

/// Inserts the documents that hold a stem more often than these other forms of it.
fn insert_where_own(
    stems: &InvertedIndexReader,
    stem: &TermInfo,
    words: &InvertedIndexReader,
    others: &[TermInfo],
    found: &mut BitSet,
) -> Result<()> {
    let option = IndexRecordOption::WithFreqs;
    let mut of_others: HashMap<DocId, u32> = HashMap::new();
    for info in others {
        let mut postings = words.read_postings_from_terminfo(info, option)?;
        while postings.doc() != TERMINATED {
            *of_others.entry(postings.doc()).or_default() += postings.term_freq();
            postings.advance();
        }
    }
    let mut postings = stems.read_postings_from_terminfo(stem, option)?;
    while postings.doc() != TERMINATED {
        if postings.term_freq() > of_others.get(&postings.doc()).copied().unwrap_or(0) {
            found.insert(postings.doc());
        }
        postings.advance();
    }
    Ok(())
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
