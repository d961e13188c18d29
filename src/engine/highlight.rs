//! Highlights: which spans of a passage a query matched, and why.
//!
//! It cuts the shown text with the same analysis that made the index terms and compares with the
//! same rules, so a highlight marks exactly what matched. It knows no index: the engine that found
//! the passage does not matter.

use std::collections::BTreeMap;

use crate::analysis::{Analyzer, Case, Stemmer, fold, is_cjk, query_terms, query_terms_in};
use crate::article::{ArticleHead, Lang};
use crate::passage::Span;
use crate::query::{Filter, Pattern, Query, Synonym, TextClause, Zone};
use crate::results::{Filters, Highlight, Why};
use crate::tag::{EntityId, Mention, TaggedPassage};

use super::NameLookup;
use super::any::loose_terms;
use super::cut::{Cut, Word, any_hits, cut, phrase_hits, with_stems};
use super::marked::{NearMark, as_asked};
use super::pattern;
use super::speaker::Speaker;

/// Marks texts for one query.
pub struct Marker {
    marks: Vec<Mark>,
    nears: Vec<NearMark>,
    entities: Vec<Entity>,
    speakers: Vec<(u32, Speaker)>,
    /// How many parts there are.
    parts: u32,
}

/// Another way to write a clause of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The clause, in its simplest form.
    pub of: Query,
    /// What is looked for beside it, in the same zone.
    pub also: Pattern,
}

/// What a query is read with.
struct Given<'a> {
    names: &'a NameLookup,
    ways: &'a [Way],
    stemmers: [Stemmer; Analyzer::ALL.len()],
}

/// One way of writing a part of the query that can match words.
struct Mark {
    /// As typed.
    term: String,
    /// Its number.
    part: u32,
    zone: Option<Zone>,
    test: Test,
    /// Whether it stands for words that mean the same.
    synonym: bool,
    /// The only language of texts that it counts in.
    lang: Option<Lang>,
}

/// How a mark compares.
enum Test {
    /// Words in order, as texts of each analyzer have them.
    Words { words: [Vec<Word>; Analyzer::ALL.len()], slop: u32, quoted: bool },
    /// Words wherever they stand; those that follow each other as typed are one span.
    Any([Vec<Word>; Analyzer::ALL.len()]),
    /// One CJK character, wherever it stands.
    Character(String),
    /// Words that begin so.
    Prefix(String),
    /// Words the pattern covers.
    Wildcard(String),
    /// Words within so many edits.
    Fuzzy(String, usize),
}

/// An entity asked for.
struct Entity {
    /// As typed.
    term: String,
    /// Number of the part.
    part: u32,
    /// Folded.
    key: String,
    /// What the name may stand for.
    known: Vec<EntityId>,
}

impl Marker {
    /// The marker for `query` and the entities and speakers asked for beside it. What the query
    /// excludes is not marked. If it is `loose`, any word of the query is looked for in place of all,
    /// and any part of a word that analysis cuts into several. What is found by one of `ways` is marked
    /// as the clause that it is a way of.
    pub fn new(
        query: &Query,
        filters: &Filters,
        names: &NameLookup,
        loose: bool,
        ways: &[Way],
    ) -> Self {
        let (marks, nears) = (Vec::new(), Vec::new());
        let (entities, speakers) = (Vec::new(), Vec::new());
        let mut marker = Self { marks, nears, entities, speakers, parts: 0 };
        let mut given = Given { names, ways, stemmers: Analyzer::ALL.map(Stemmer::new) };
        match query {
            Query::And(parts) if loose => {
                parts.iter().for_each(|part| marker.collect_loose(part, &mut given));
            }
            query if loose => marker.collect_loose(query, &mut given),
            query => marker.collect(query, &mut given),
        }
        for name in &filters.entities {
            marker.entity(name, names);
        }
        for name in &filters.said_by {
            marker.speaker(name, names);
        }
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
                    let (span, part, term) = (mention.span, entity.part, entity.term.clone());
                    found.push(Highlight { span, term, why: Why::Entity, part });
                }
            }
        }
        for (part, speaker) in &self.speakers {
            for statement in &passage.tags.statements {
                if speaker.says(statement, text) {
                    let (span, part, term) = (statement.speaker, *part, speaker.term().to_owned());
                    found.push(Highlight { span, term, why: Why::Speaker, part });
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

    fn collect(&mut self, query: &Query, given: &mut Given<'_>) {
        match query {
            Query::Text(clause) => {
                let test = test(&clause.pattern, &mut given.stemmers);
                let part = self.mark(clause, test);
                self.mark_ways(clause, clause, part, given);
            }
            Query::Synonyms(of, also) => {
                let part = self.parts + 1;
                self.collect(of, given);
                self.synonyms(of, also, part, given);
            }
            Query::Near(near) => {
                let mark = NearMark::new(near, given.names, &mut given.stemmers, self.parts);
                self.parts += mark.parts();
                self.nears.push(mark);
            }
            Query::Filter(Filter::Entity(name)) => self.entity(name, given.names),
            Query::Filter(Filter::SaidBy(name)) => self.speaker(name, given.names),
            Query::And(parts) | Query::Or(parts) => {
                for part in parts {
                    self.collect(part, given);
                }
            }
            Query::Must(inner) | Query::Boost(inner, _) => self.collect(inner, given),
            Query::All | Query::Nothing | Query::Not(_) | Query::Filter(_) => {}
        }
    }

    /// Collects a clause of a query that any word of satisfies.
    fn collect_loose(&mut self, query: &Query, given: &mut Given<'_>) {
        match query {
            Query::Text(clause @ TextClause { zone, pattern: Pattern::Word(word) }) => {
                let terms = loose_terms(word);
                if terms.len() < 2 {
                    return self.collect(query, given);
                }
                let stemmers = &mut given.stemmers;
                let words = Analyzer::ALL
                    .map(|analyzer| with_stems(terms.clone(), &mut stemmers[analyzer as usize]));
                let part = self.mark(clause, Test::Any(words));
                for (_, term) in terms {
                    let piece = TextClause { zone: *zone, pattern: Pattern::Word(term) };
                    self.mark_ways(clause, &piece, part, given);
                }
            }
            Query::Boost(inner, _) if matches!(**inner, Query::Text(_) | Query::Synonyms(..)) => {
                self.collect_loose(inner, given);
            }
            Query::Synonyms(of, also) => {
                let part = self.parts + 1;
                match of.as_ref() {
                    Query::And(parts) => {
                        parts.iter().for_each(|part| self.collect_loose(part, given));
                    }
                    of => self.collect_loose(of, given),
                }
                self.synonyms(of, also, part, given);
            }
            other => self.collect(other, given),
        }
    }

    /// Marks synonyms as what they stand for, which is the part of this number.
    fn synonyms(&mut self, of: &Query, also: &[Synonym], part: u32, given: &mut Given<'_>) {
        for synonym in also {
            let test = test(&synonym.clause.pattern, &mut given.stemmers);
            let (term, zone, lang) = (as_asked(of), synonym.clause.zone, synonym.lang.clone());
            self.marks.push(Mark { term, part, zone, test, synonym: true, lang });
        }
    }

    /// Marks a clause as the next part; gives its number.
    fn mark(&mut self, clause: &TextClause, test: Test) -> u32 {
        let part = self.part();
        self.mark_as(clause, part, test);
        part
    }

    fn mark_as(&mut self, clause: &TextClause, part: u32, test: Test) {
        let (term, zone) = (as_typed(&clause.pattern).to_owned(), clause.zone);
        self.marks.push(Mark { term, part, zone, test, synonym: false, lang: None });
    }

    /// Marks the other ways of writing `piece`, which is what is looked for of `clause`, as this part.
    fn mark_ways(
        &mut self,
        clause: &TextClause,
        piece: &TextClause,
        part: u32,
        given: &mut Given<'_>,
    ) {
        if given.ways.is_empty() {
            return;
        }
        let piece = Query::Text(piece.clone()).simplify();
        for way in given.ways.iter().filter(|way| way.of == piece) {
            let test = test(&way.also, &mut given.stemmers);
            self.mark_as(clause, part, test);
        }
    }

    /// Marks where an entity of that name is named, too.
    pub fn entity(&mut self, name: &str, names: &NameLookup) {
        let (term, key, known) = (name.to_owned(), name_key(name), names(name));
        let part = self.part();
        self.entities.push(Entity { term, part, key, known });
    }

    fn speaker(&mut self, name: &str, names: &NameLookup) {
        let part = self.part();
        self.speakers.push((part, Speaker::new(name, names)));
    }

    /// The number of the next part.
    fn part(&mut self) -> u32 {
        self.parts += 1;
        self.parts
    }

    fn words(&self, lang: &Lang, text: &str, zone: Zone, mentions: &[Mention]) -> Vec<Highlight> {
        let marks = self.marks.iter().filter(|mark| mark.zone.is_none_or(|of| of == zone));
        let marks = marks.filter(|mark| mark.lang.as_ref().is_none_or(|only| only == lang));
        let marks: Vec<&Mark> = marks.collect();
        if marks.is_empty() && self.nears.is_empty() {
            return Vec::new();
        }
        let analyzer = Analyzer::of(lang);
        let mut stemmer = Stemmer::new(analyzer);
        let mut terms = String::with_capacity(text.len());
        let mut cuts = cut(text, analyzer, &mut terms);
        let mut found = Vec::new();
        for near in &self.nears {
            found.extend(near.marks(zone, text, &mut cuts, &mut stemmer, mentions));
        }
        for mark in marks {
            let mut push = |start, end, why| {
                let why = if mark.synonym { Why::Synonym } else { why };
                if let Some(span) = Span::new(text, start, end) {
                    let (term, part) = (mark.term.clone(), mark.part);
                    found.push(Highlight { span, term, why, part });
                }
            };
            match &mark.test {
                Test::Words { words, slop, quoted } => {
                    let words = &words[analyzer as usize];
                    for (start, end, exact) in phrase_hits(words, *slop, &mut cuts, &mut stemmer) {
                        let why = match (quoted, exact) {
                            (true, _) => Why::Phrase,
                            (false, true) => Why::Exact,
                            (false, false) => Why::Stem,
                        };
                        push(start, end, why);
                    }
                }
                Test::Any(words) => {
                    let words = &words[analyzer as usize];
                    for (start, end, exact) in any_hits(words, &mut cuts, &mut stemmer) {
                        let why = if exact { Why::Exact } else { Why::Stem };
                        push(start, end, why);
                    }
                }
                Test::Character(character) => {
                    for cut in cuts.iter().filter(|cut| cut.term.starts_with(character.as_str())) {
                        let written = text[cut.start..].chars().next().map_or(0, char::len_utf8);
                        push(cut.start, cut.start + written, Why::Exact);
                    }
                }
                Test::Prefix(prefix) => {
                    for (term, start, end) in patterned(&cuts, analyzer) {
                        if term.starts_with(prefix) {
                            push(start, end, if term == prefix { Why::Exact } else { Why::Prefix });
                        }
                    }
                }
                Test::Wildcard(wildcard) => {
                    for (term, start, end) in patterned(&cuts, analyzer) {
                        if pattern::covers(wildcard, term) {
                            push(start, end, Why::Wildcard);
                        }
                    }
                }
                Test::Fuzzy(word, distance) => {
                    for (term, start, end) in patterned(&cuts, analyzer) {
                        match pattern::edits(word, term, *distance) {
                            Some(0) => push(start, end, Why::Exact),
                            Some(_) => push(start, end, Why::Fuzzy),
                            None => {}
                        }
                    }
                }
            }
        }
        found
    }
}

/// The words of a text that patterns are compared with: word, start, end.
fn patterned<'c>(
    cuts: &'c [Cut<'_>],
    analyzer: Analyzer,
) -> impl Iterator<Item = (&'c str, usize, usize)> {
    cuts.iter()
        .flat_map(move |cut| cut.patterned(analyzer).map(move |(term, end)| (term, cut.start, end)))
}

/// What a pattern is made of, as typed.
fn as_typed(pattern: &Pattern) -> &str {
    match pattern {
        Pattern::Word(text) | Pattern::Phrase { text, .. } | Pattern::Prefix(text) => text,
        Pattern::Wildcard(text) | Pattern::Fuzzy { word: text, .. } => text,
    }
}

fn test(pattern: &Pattern, stemmers: &mut [Stemmer]) -> Test {
    match pattern {
        Pattern::Word(word) => words_test(word, 0, false, stemmers),
        Pattern::Phrase { text, slop } => words_test(text, *slop, true, stemmers),
        Pattern::Prefix(prefix) => prefix_test(prefix, stemmers),
        Pattern::Wildcard(pattern) => {
            let folded = fold(pattern, Case::Lower).text;
            if folded.contains(is_cjk) {
                let literal = folded.replace(['*', '?'], " ");
                words_test(&literal, 0, false, stemmers)
            } else {
                Test::Wildcard(pattern::as_indexed(pattern))
            }
        }
        Pattern::Fuzzy { word, distance } => fuzzy_test(word, *distance, stemmers),
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
    let words = Analyzer::ALL.map(|analyzer| {
        with_stems(query_terms_in(text, analyzer), &mut stemmers[analyzer as usize])
    });
    Test::Words { words, slop, quoted }
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

/// Spans of one part that overlap or touch are one. Of overlapping spans of several parts
/// the longest stays, of equal ones the first; then in order.
fn settle(mut found: Vec<Highlight>) -> Vec<Highlight> {
    found.sort_by_key(|highlight| (highlight.part, highlight.span));
    found.dedup_by(|next, before| {
        let joins = next.part == before.part && next.span.start <= before.span.end;
        if joins {
            before.span.end = before.span.end.max(next.span.end);
            before.why = before.why.max(next.why);
        }
        joins
    });
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
    fn spans_of_one_part_are_joined_and_of_others_the_longest_stays() {
        let of_part = |part, start, end| Highlight {
            span: Span { start, end },
            term: String::new(),
            why: Why::Exact,
            part,
        };
        let mark = |start, end| of_part(start, start, end);
        let spans = |found| -> Vec<(u32, u32)> {
            settle(found).into_iter().map(|kept| (kept.span.start, kept.span.end)).collect()
        };
        assert_eq!(spans(vec![mark(0, 2), mark(1, 5), mark(4, 6)]), [(1, 5)]);
        assert_eq!(spans(vec![mark(4, 6), mark(0, 2), mark(2, 4)]), [(0, 2), (2, 4), (4, 6)]);
        let of_one = |spans: &[(u32, u32)]| -> Vec<Highlight> {
            spans.iter().map(|&(start, end)| of_part(1, start, end)).collect()
        };
        assert_eq!(
            spans(of_one(&[(4, 6), (0, 2), (2, 3), (7, 9), (8, 9)])),
            [(0, 3), (4, 6), (7, 9)]
        );
        // A passage may be a whole book on one line.
        let many = 300_000;
        let found = (0..many).flat_map(|at| [mark(at * 3, at * 3 + 2), mark(at * 3, at * 3 + 1)]);
        assert_eq!(spans(found.collect()).len(), many as usize);
    }
}
