//! Highlights: which spans of a passage a query matched, and why.
//!
//! It cuts the shown text with the same analysis that made the index terms and compares with the
//! same rules, so a highlight marks exactly what matched. It knows no index: the engine that found
//! the passage does not matter.

use std::collections::BTreeMap;

use crate::analysis::{Analyzer, Case, Folded, Stemmer, Tokens, fold, is_cjk, query_terms};
use crate::article::{ArticleHead, Lang};
use crate::passage::Span;
use crate::query::{Filter, Pattern, Query, TextClause, Zone};
use crate::results::{Filters, Highlight, Why};
use crate::tag::{EntityId, Mention, TaggedPassage};

use super::NameLookup;
use super::marked::NearMark;
use super::near::occurrences;
use super::pattern;
use super::speaker::Speaker;

/// Marks texts for one query.
pub struct Marker {
    marks: Vec<Mark>,
    nears: Vec<NearMark>,
    entities: Vec<Entity>,
    speakers: Vec<Speaker>,
}

/// One part of the query that can match words.
struct Mark {
    /// As typed.
    term: String,
    zone: Option<Zone>,
    test: Test,
    /// Whether it stands for words that mean the same.
    synonym: bool,
    /// The only language of texts that it counts in.
    lang: Option<Lang>,
}

/// How a mark compares.
enum Test {
    /// Words in order; each folded with its place, and its stems by analyzer.
    Words { words: Vec<Word>, slop: u32, quoted: bool },
    /// One CJK character, wherever it stands.
    Character(String),
    /// Words that begin so.
    Prefix(String),
    /// Words the pattern covers.
    Wildcard(String),
    /// Words within so many edits.
    Fuzzy(String, usize),
}

struct Word {
    place: u32,
    term: String,
    stems: [String; Analyzer::ALL.len()],
}

/// An entity asked for.
struct Entity {
    /// As typed.
    term: String,
    /// Folded.
    key: String,
    /// What the name may stand for.
    known: Vec<EntityId>,
}

/// A token of the text that is marked.
pub(super) struct Cut<'t> {
    pub(super) term: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) cjk: bool,
    /// By the text's analyzer; empty until asked for.
    stem: Option<String>,
}

impl Mark {
    fn new(clause: &TextClause, stemmers: &mut [Stemmer]) -> Self {
        let (term, test) = match &clause.pattern {
            Pattern::Word(word) => (word, words_test(word, 0, false, stemmers)),
            Pattern::Phrase { text, slop } => (text, words_test(text, *slop, true, stemmers)),
            Pattern::Prefix(prefix) => (prefix, prefix_test(prefix, stemmers)),
            Pattern::Wildcard(pattern) => {
                let folded = fold(pattern, Case::Lower).text;
                let test = if folded.contains(is_cjk) {
                    words_test(&folded.replace(['*', '?'], " "), 0, false, stemmers)
                } else {
                    Test::Wildcard(pattern::as_indexed(pattern))
                };
                (pattern, test)
            }
            Pattern::Fuzzy { word, distance } => (word, fuzzy_test(word, *distance, stemmers)),
        };
        Self { term: term.clone(), zone: clause.zone, test, synonym: false, lang: None }
    }
}

/// Words as they were typed.
fn typed(query: &Query) -> String {
    match query {
        Query::Text(TextClause { pattern: Pattern::Word(text), .. })
        | Query::Text(TextClause { pattern: Pattern::Phrase { text, .. }, .. }) => text.clone(),
        Query::And(parts) => parts.iter().map(typed).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

impl Marker {
    /// The marker for `query` and the entities and speakers asked for beside it. What the query
    /// excludes is not marked.
    pub fn new(query: &Query, filters: &Filters, names: &NameLookup) -> Self {
        let mut marker = Self {
            marks: Vec::new(),
            nears: Vec::new(),
            entities: Vec::new(),
            speakers: Vec::new(),
        };
        let mut stemmers = Analyzer::ALL.map(Stemmer::new);
        marker.collect(query, names, &mut stemmers);
        for name in &filters.entities {
            marker.entity(name, names);
        }
        marker.speakers.extend(filters.said_by.iter().map(|name| Speaker::new(name, names)));
        marker
    }

    /// What matched in a passage's text, in order, not overlapping.
    pub fn text(&self, lang: &Lang, passage: &TaggedPassage) -> Vec<Highlight> {
        let text = &passage.passage.text;
        let mut found = self.words(lang, text, Zone::Text, &passage.tags.mentions);
        for entity in &self.entities {
            for mention in &passage.tags.mentions {
                let named = mention.id.as_str() == entity.term
                    || entity.known.contains(&mention.id)
                    || name_key(&mention.name) == entity.key
                    || name_key(mention.span.of(text)) == entity.key;
                if named {
                    let term = entity.term.clone();
                    found.push(Highlight { span: mention.span, term, why: Why::Entity });
                }
            }
        }
        for speaker in &self.speakers {
            for statement in &passage.tags.statements {
                if speaker.says(statement, text) {
                    let (span, term) = (statement.speaker, speaker.term().to_owned());
                    found.push(Highlight { span, term, why: Why::Speaker });
                }
            }
        }
        settle(found)
    }

    /// What matched in a headline, in order, not overlapping.
    pub fn headline(&self, head: &ArticleHead) -> Vec<Highlight> {
        match &head.headline {
            Some(headline) => settle(self.words(&head.lang, headline, Zone::Headline, &[])),
            None => Vec::new(),
        }
    }

    fn collect(&mut self, query: &Query, names: &NameLookup, stemmers: &mut [Stemmer]) {
        match query {
            Query::Text(clause) => self.marks.push(Mark::new(clause, stemmers)),
            Query::Synonyms(of, also) => {
                self.collect(of, names, stemmers);
                for synonym in also {
                    let mark = Mark::new(&synonym.clause, stemmers);
                    let lang = synonym.lang.clone();
                    self.marks.push(Mark { term: typed(of), synonym: true, lang, ..mark });
                }
            }
            Query::Filter(Filter::Entity(name)) => self.entity(name, names),
            Query::Filter(Filter::SaidBy(name)) => self.speakers.push(Speaker::new(name, names)),
            Query::And(parts) | Query::Or(parts) => {
                for part in parts {
                    self.collect(part, names, stemmers);
                }
            }
            Query::Must(inner) | Query::Boost(inner, _) => self.collect(inner, names, stemmers),
            Query::Near(near) => self.nears.push(NearMark::new(near, names, stemmers)),
            Query::All | Query::Nothing | Query::Not(_) | Query::Filter(_) => {}
        }
    }

    fn entity(&mut self, name: &str, names: &NameLookup) {
        let (term, key, known) = (name.to_owned(), name_key(name), names(name));
        self.entities.push(Entity { term, key, known });
    }

    fn words(&self, lang: &Lang, text: &str, zone: Zone, mentions: &[Mention]) -> Vec<Highlight> {
        let marks = self.marks.iter().filter(|mark| mark.zone.is_none_or(|of| of == zone));
        let marks = marks.filter(|mark| mark.lang.as_ref().is_none_or(|only| only == lang));
        let marks: Vec<&Mark> = marks.collect();
        if marks.is_empty() && self.nears.is_empty() {
            return Vec::new();
        }
        let mut stemmer = Stemmer::new(Analyzer::of(lang));
        let mut terms = String::with_capacity(text.len());
        let mut cuts = cut(text, &mut terms);
        let mut found = Vec::new();
        for near in &self.nears {
            found.extend(near.marks(zone, text, &mut cuts, &mut stemmer, mentions));
        }
        for mark in marks {
            let mut push = |start, end, why| {
                let why = if mark.synonym { Why::Synonym } else { why };
                if let Some(span) = Span::new(text, start, end) {
                    found.push(Highlight { span, term: mark.term.clone(), why });
                }
            };
            match &mark.test {
                Test::Words { words, slop, quoted } => {
                    let hits = phrase_hits(words, *slop, &mut cuts, &mut stemmer);
                    for (first, last, exact) in hits {
                        let why = match (quoted, exact) {
                            (true, _) => Why::Phrase,
                            (false, true) => Why::Exact,
                            (false, false) => Why::Stem,
                        };
                        push(cuts[first].start, cuts[last].end, why);
                    }
                }
                Test::Character(character) => {
                    for cut in cuts.iter().filter(|cut| cut.term.starts_with(character.as_str())) {
                        let written = text[cut.start..].chars().next().map_or(0, char::len_utf8);
                        push(cut.start, cut.start + written, Why::Exact);
                    }
                }
                Test::Prefix(prefix) => {
                    for cut in cuts.iter().filter(|cut| !cut.cjk && cut.term.starts_with(prefix)) {
                        let whole = cut.term == prefix;
                        push(cut.start, cut.end, if whole { Why::Exact } else { Why::Prefix });
                    }
                }
                Test::Wildcard(wildcard) => {
                    for cut in
                        cuts.iter().filter(|cut| !cut.cjk && pattern::covers(wildcard, cut.term))
                    {
                        push(cut.start, cut.end, Why::Wildcard);
                    }
                }
                Test::Fuzzy(word, distance) => {
                    for cut in cuts.iter().filter(|cut| !cut.cjk) {
                        match pattern::edits(word, cut.term, *distance) {
                            Some(0) => push(cut.start, cut.end, Why::Exact),
                            Some(_) => push(cut.start, cut.end, Why::Fuzzy),
                            None => {}
                        }
                    }
                }
            }
        }
        found
    }
}

fn words_test(text: &str, slop: u32, quoted: bool, stemmers: &mut [Stemmer]) -> Test {
    let terms = query_terms(text);
    if let [(_, term)] = terms.as_slice()
        && term.starts_with(is_cjk)
        && term.chars().count() == 1
    {
        return Test::Character(term.clone());
    }
    let words = terms.into_iter().map(|(place, term)| {
        let mut stems: [String; Analyzer::ALL.len()] = Default::default();
        for (stemmer, stem) in stemmers.iter_mut().zip(&mut stems) {
            *stem = stemmer.stem(&term, &mut String::new()).to_owned();
        }
        Word { place, term, stems }
    });
    Test::Words { words: words.collect(), slop, quoted }
}

fn prefix_test(prefix: &str, stemmers: &mut [Stemmer]) -> Test {
    match query_terms(prefix).as_slice() {
        [(_, word)] if !word.starts_with(is_cjk) => Test::Prefix(word.clone()),
        _ => words_test(prefix, 0, false, stemmers),
    }
}

fn fuzzy_test(word: &str, distance: u8, stemmers: &mut [Stemmer]) -> Test {
    match query_terms(word).as_slice() {
        [(_, term)] if !term.starts_with(is_cjk) => {
            Test::Fuzzy(term.clone(), usize::from(distance))
        }
        _ => words_test(word, 0, false, stemmers),
    }
}

/// The tokens of `text`; their terms are written to `terms`.
fn cut<'t>(text: &str, terms: &'t mut String) -> Vec<Cut<'t>> {
    let folded: Folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(&folded);
    let mut places = Vec::with_capacity(text.len() / 5);
    while tokens.advance() {
        let token = tokens.token();
        terms.push_str(token.term);
        places.push((terms.len(), token.start, token.end, token.cjk));
    }
    let mut from = 0;
    let cuts = places.into_iter().map(|(to, start, end, cjk)| {
        let term = &terms[from..to];
        from = to;
        Cut { term, start, end, cjk, stem: None }
    });
    cuts.collect()
}

/// Where the words stand: first token, last token, and whether all are as typed.
fn phrase_hits(
    words: &[Word],
    slop: u32,
    cuts: &mut [Cut<'_>],
    stemmer: &mut Stemmer,
) -> Vec<(usize, usize, bool)> {
    let mut places: Vec<Vec<u32>> = Vec::with_capacity(words.len());
    for word in words {
        // A token's place is its number.
        let held = (0..)
            .zip(cuts.iter_mut())
            .filter_map(|(at, cut)| same(cut, &word.term, &word.stems, stemmer).then_some(at));
        places.push(held.collect());
        if places.last().is_some_and(Vec::is_empty) {
            return Vec::new();
        }
    }
    let offsets: Vec<u32> = words.iter().map(|word| word.place).collect();
    let found = occurrences(&places, &offsets, slop);
    let exact = |places: &[u32]| {
        places.iter().zip(words).all(|(at, word)| cuts[*at as usize].term == word.term)
    };
    found
        .into_iter()
        .filter_map(|places| {
            let (first, last) = (*places.iter().min()?, *places.iter().max()?);
            Some((first as usize, last as usize, exact(&places)))
        })
        .collect()
}

/// Whether a token is a word, or another form of it; `stems` are the word's, by analyzer.
pub(super) fn same(
    cut: &mut Cut<'_>,
    word: &str,
    stems: &[String; Analyzer::ALL.len()],
    stemmer: &mut Stemmer,
) -> bool {
    if cut.term == word {
        return true;
    }
    let stem = &stems[stemmer.analyzer() as usize];
    if !stemmer.may_stem_to(cut.term, stem) {
        return false;
    }
    let own = &mut cut.stem;
    own.get_or_insert_with(|| stemmer.stem(cut.term, &mut String::new()).to_owned()) == stem
}

/// Of overlapping spans the longest stays, of equal ones the first; then in order.
fn settle(mut found: Vec<Highlight>) -> Vec<Highlight> {
    let length = |highlight: &Highlight| highlight.span.end - highlight.span.start;
    found.sort_by(|a, b| {
        length(b).cmp(&length(a)).then(a.span.cmp(&b.span)).then(a.why.cmp(&b.why))
    });
    // Those kept are disjoint, so only the last that begins before an end can reach into it.
    let mut kept: BTreeMap<u32, Highlight> = BTreeMap::new();
    for highlight in found {
        let before = kept.range(..highlight.span.end).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= highlight.span.start) {
            kept.insert(highlight.span.start, highlight);
        }
    }
    kept.into_values().collect()
}

/// A name as names are compared.
fn name_key(name: &str) -> String {
    let folded = fold(name, Case::Lower).text;
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_overlapping_spans_the_longest_stays_however_many_there_are() {
        let mark = |start, end| Highlight {
            span: Span { start, end },
            term: String::new(),
            why: Why::Exact,
        };
        let spans = |found| -> Vec<(u32, u32)> {
            settle(found).into_iter().map(|kept| (kept.span.start, kept.span.end)).collect()
        };
        assert_eq!(spans(vec![mark(0, 2), mark(1, 5), mark(4, 6)]), [(1, 5)]);
        assert_eq!(spans(vec![mark(4, 6), mark(0, 2), mark(2, 4)]), [(0, 2), (2, 4), (4, 6)]);
        // A passage may be a whole book on one line.
        let many = 300_000;
        let found = (0..many).flat_map(|at| [mark(at * 3, at * 3 + 2), mark(at * 3, at * 3 + 1)]);
        assert_eq!(spans(found.collect()).len(), many as usize);
    }
}
