//! Queries over a range of terms: what tantivy has no query for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::index::{InvertedIndexReader, SegmentId};
use tantivy::postings::{Postings, TermInfo};
use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::{TermDictionary, TermStreamer};
use tantivy::{
    BitSet, DocId, DocSet, Result, Score, SegmentReader, TERMINATED, TantivyError, Term,
};
use tantivy_fst::Automaton;

use crate::analysis::{ACRONYMS, Analyzer, Stemmer, is_cjk};
use crate::engine::pattern;
use crate::query::Zone;

use super::format::Fields;
use super::forms::{Meant, forms_of, number, vocabulary_docs};
use super::read::Snapshot;

/// Passages with a CJK character; every one scores 1. A character is the start of a pair, or stands
/// alone at the end of its run.
#[derive(Clone, Debug)]
pub(super) struct CharacterQuery {
    pub(super) field: Field,
    pub(super) character: String,
}

/// The terms of a field that stand for a CJK character, in order.
pub(super) fn characters(
    snapshot: &Snapshot,
    field: Field,
    character: &str,
) -> Result<BTreeSet<String>> {
    let query = CharacterQuery { field, character: character.to_owned() };
    let mut terms = BTreeSet::new();
    for reader in snapshot.searcher().segment_readers() {
        query.each_term(reader, |term, _| {
            terms.insert(term.to_owned());
            Ok(())
        })?;
    }
    Ok(terms)
}

impl CharacterQuery {
    /// Calls `each` with every term of the segment that the query stands for.
    fn each_term(
        &self,
        reader: &SegmentReader,
        mut each: impl FnMut(&str, &TermInfo) -> Result<()>,
    ) -> Result<()> {
        let index = reader.inverted_index(self.field)?;
        let mut range = index.terms().range().ge(self.character.as_bytes());
        if let Some(end) = after_prefix(&self.character) {
            range = range.lt(end);
        }
        let mut terms = range.into_stream()?;
        while terms.advance() {
            let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
            if term.chars().nth(1).is_none_or(is_cjk) {
                each(term, terms.value())?;
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
        self.0.each_term(reader, |_, info| insert_all(&index, info, &mut found))?;
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

/// The most words of a field that a pattern stands for.
pub(super) const MOST_WORDS: usize = 10_000;

/// What a pattern covers.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    /// Stems in order, with which of their words it covers.
    pub(super) stems: Arc<[(String, Meant)]>,
    /// Words that are indexed as written, in order.
    pub(super) written: Vec<String>,
    /// The last word that counts, if there are more than [`MOST_WORDS`].
    pub(super) cut_after: Option<String>,
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

impl fmt::Display for WordPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
            Self::Wildcard(wildcard) => f.write_str(wildcard),
            Self::Fuzzy(word, most) => write!(f, "{word}~{most}"),
        }
    }
}

impl WordPattern {
    /// The first [`MOST_WORDS`] words of a field that the pattern covers, in order, and whether there
    /// are more.
    pub(super) fn words(&self, snapshot: &Snapshot, field: Field) -> Result<(Vec<String>, bool)> {
        let (mut words, mut more) = (BTreeSet::new(), false);
        for reader in snapshot.searcher().segment_readers() {
            let index = reader.inverted_index(field)?;
            self.each_term(index.terms(), &mut |word, _| {
                // Pairs of Chinese characters are no words, and those that a hyphen joins are two.
                let one = !word.starts_with(is_cjk) && !word.contains('-');
                if one && !words.contains(word) {
                    words.insert(word.to_owned());
                    if words.len() > MOST_WORDS {
                        words.pop_last();
                        more = true;
                    }
                }
                Ok(())
            })?;
        }
        Ok((words.into_iter().collect(), more))
    }

    /// What the pattern covers in a zone and an analyzer's fields; `twin` is what it covers in the
    /// other zone, where the stems are the same.
    pub(super) fn reach(
        &self,
        snapshot: &Snapshot,
        zone: Zone,
        analyzer: Analyzer,
        twin: Option<&Reach>,
    ) -> Result<Reach> {
        let fields = snapshot.fields();
        let mut reach = Reach::default();
        reach.stems = match twin {
            Some(twin) => twin.stems.clone(),
            None => {
                let (stems, cut_after) = self.stems(snapshot, analyzer)?;
                reach.cut_after = cut_after;
                stems.into_iter().collect()
            }
        };
        let written = fields.words(zone, analyzer).unwrap_or(fields.stems(zone, analyzer));
        let (words, more) = self.words(snapshot, written)?;
        if more {
            reach.cut_after = words.last().cloned();
        }
        reach.written = words;
        Ok(reach)
    }

    /// The stems of the words that the pattern covers, with which of their words it does, and the last
    /// word that counts, if there are more.
    fn stems(
        &self,
        snapshot: &Snapshot,
        analyzer: Analyzer,
    ) -> Result<(BTreeMap<String, Meant>, Option<String>)> {
        let mut stems: BTreeMap<String, Meant> = BTreeMap::new();
        let mut cut_after = None;
        if let Some(vocabulary) = snapshot.fields().vocabulary(analyzer) {
            let (words, more) = self.words(snapshot, vocabulary)?;
            cut_after = words.last().filter(|_| more).cloned();
            let (mut stemmer, mut out) = (Stemmer::new(analyzer), String::new());
            for word in &words {
                stems.entry(stemmer.stem(word, &mut out).to_owned()).or_default();
            }
            let covered: BTreeSet<&str> = words.iter().map(String::as_str).collect();
            for (stem, meant) in &mut stems {
                meant.whole = true;
                for (word, number) in forms_of(snapshot, analyzer, stem)? {
                    if covered.contains(word.as_str()) {
                        meant.numbers |= 1 << number;
                    } else {
                        meant.whole = false;
                    }
                }
            }
        }
        // Acronyms are terms in capitals, which have no vocabulary.
        for word in ACRONYMS.iter().filter(|word| self.covers(word)) {
            stems.insert(word.to_ascii_uppercase(), Meant { numbers: u32::MAX, whole: true });
        }
        Ok((stems, cut_after))
    }

    /// Whether the pattern covers `word`.
    fn covers(&self, word: &str) -> bool {
        match self {
            Self::Prefix(prefix) => word.starts_with(prefix.as_str()),
            Self::Wildcard(pattern) => pattern::covers(pattern, word),
            Self::Fuzzy(wanted, most) => pattern::edits(wanted, word, usize::from(*most)).is_some(),
        }
    }

    /// Whether every word of an index is compared with the pattern.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self, Self::Wildcard(pattern) if pattern.starts_with(['*', '?']))
    }

    /// Calls `each` with every term of `terms` that the pattern covers, in order.
    pub(super) fn each_term(
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

/// Passages with a word as written that a pattern covers; every one scores 1.
#[derive(Clone, Debug)]
pub(super) struct PatternQuery {
    /// Stems, and which of their words are covered.
    pub(super) stems: Arc<[(Term, Meant)]>,
    /// Words that are indexed as written.
    pub(super) written: Arc<[Term]>,
    /// Their field: of all words, or of those that have no number.
    pub(super) field: Field,
    /// What was found, by segment: a search asks once to rank and once to score what it shows.
    pub(super) found: Arc<Mutex<HashMap<SegmentId, BitSet>>>,
}

impl Query for PatternQuery {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(PatternWeight(self.clone())))
    }
}

impl PatternQuery {
    /// The passages of a segment.
    fn find(&self, reader: &SegmentReader) -> Result<BitSet> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let index = reader.inverted_index(self.field)?;
        for word in self.written.iter() {
            if let Some(info) = index.get_term_info(word)? {
                insert_all(&index, &info, &mut found)?;
            }
        }
        // Words without a number may share a stem with those that have one.
        let numbered = index.terms().num_terms() == 0;
        for (stem, meant) in self.stems.iter() {
            let index = reader.inverted_index(stem.field())?;
            let Some(info) = index.get_term_info(stem)? else { continue };
            if meant.whole && numbered {
                insert_all(&index, &info, &mut found)?;
            } else {
                insert_meant(&index, &info, meant.numbers, &mut found)?;
            }
        }
        Ok(found)
    }
}

struct PatternWeight(PatternQuery);

impl Weight for PatternWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> Result<Box<dyn Scorer>> {
        let held = self.0.found.lock().map(|found| found.get(&reader.segment_id()).cloned());
        let found = match held {
            Ok(Some(found)) => found,
            _ => {
                let found = self.0.find(reader)?;
                if let Ok(mut held) = self.0.found.lock() {
                    held.insert(reader.segment_id(), found.clone());
                }
                found
            }
        };
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
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

/// Inserts the documents that hold a stem as one of these words.
fn insert_meant(
    index: &InvertedIndexReader,
    stem: &TermInfo,
    numbers: u32,
    found: &mut BitSet,
) -> Result<()> {
    let option = IndexRecordOption::WithFreqsAndPositions;
    let mut postings = index.read_postings_from_terminfo(stem, option)?;
    let mut positions = Vec::new();
    while postings.doc() != TERMINATED {
        postings.positions(&mut positions);
        if positions.iter().any(|position| numbers & 1 << number(*position) != 0) {
            found.insert(postings.doc());
        }
        postings.advance();
    }
    Ok(())
}

/// Every passage; scores 0.
#[derive(Clone, Debug)]
pub(super) struct EverythingQuery(pub(super) Fields);

impl Query for EverythingQuery {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>> {
        Ok(Box::new(EverythingWeight(self.0)))
    }
}

struct EverythingWeight(Fields);

impl Weight for EverythingWeight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> Result<Box<dyn Scorer>> {
        let skipped = vocabulary_docs(reader, self.0)?;
        let mut scorer = EverythingScorer { doc: 0, end: reader.max_doc(), skipped, next: 0 };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> Result<Explanation> {
        explain(self, reader, doc)
    }
}

/// All documents but those of the vocabulary.
struct EverythingScorer {
    doc: DocId,
    end: DocId,
    /// In order; the first of them that may be ahead is `next`.
    skipped: Vec<DocId>,
    next: usize,
}

impl EverythingScorer {
    fn settle(&mut self) -> DocId {
        while let Some(skipped) = self.skipped.get(self.next)
            && *skipped <= self.doc
        {
            self.doc += DocId::from(*skipped == self.doc);
            self.next += 1;
        }
        if self.doc >= self.end {
            self.doc = TERMINATED;
        }
        self.doc
    }
}

impl DocSet for EverythingScorer {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.doc.max(target);
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.end
    }
}

impl Scorer for EverythingScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}

/// The explanation of a scorer's own score.
pub(super) fn explain(
    weight: &dyn Weight,
    reader: &SegmentReader,
    doc: DocId,
) -> Result<Explanation> {
    let mut scorer = weight.scorer(reader, 1.0)?;
    if scorer.doc() <= doc && scorer.seek(doc) == doc {
        Ok(Explanation::new("score", scorer.score()))
    } else {
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}
