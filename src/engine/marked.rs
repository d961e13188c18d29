//! Marks of what stands near each other: which spans of a text are the parts of a `NEAR` that
//! matched.
//!
//! The rule for what is near is that of [`super::near`]; here the leaves are looked for in a text.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analyzer, Stemmer, is_cjk, query_terms};
use crate::passage::Span;
use crate::query::{Named, Near, Pattern, Query, TextClause, Zone};
use crate::results::{Highlight, Why};
use crate::tag::{EntityId, Mention};

use super::NameLookup;
use super::cut::{Cut, Word, with_stems};
use super::near::{Leaf, Nearby, Stretch, covered, ids, tightest};
use super::pattern;

/// A part of the query that is about places.
pub(super) struct NearMark {
    zones: [(Nearby, Vec<Test>); 2],
    /// How many parts of the query come before.
    before: u32,
}

/// How a leaf compares.
enum Test {
    /// A word, as texts of each analyzer have it.
    Word([Option<Word>; Analyzer::ALL.len()]),
    /// Names of these entities.
    Ids(BTreeSet<EntityId>),
    /// As the leaf says.
    Plain,
}

impl NearMark {
    /// `before` is how many parts of the query come before.
    pub(super) fn new(
        near: &Near,
        names: &NameLookup,
        stemmers: &mut [Stemmer],
        before: u32,
    ) -> Self {
        let zones = [Zone::Text, Zone::Headline].map(|zone| {
            let nearby = Nearby::new(near, zone);
            let tests = nearby.leaves.iter().map(|leaf| match leaf {
                Leaf::Word(word) => {
                    let stem = |analyzer: Analyzer| {
                        let stemmer = &mut stemmers[analyzer as usize];
                        with_stems(vec![(0, word.clone())], stemmer).pop()
                    };
                    Test::Word(Analyzer::ALL.map(stem))
                }
                Leaf::Entity(Named::Name(name)) => Test::Ids(ids(name, names)),
                _ => Test::Plain,
            });
            let tests = tests.collect();
            (nearby, tests)
        });
        Self { zones, before }
    }

    /// How many parts of the query it is.
    pub(super) fn parts(&self) -> u32 {
        self.zones[0].0.parts.len() as u32
    }

    /// What matched in a text of `zone` that was cut into `cuts`.
    pub(super) fn marks(
        &self,
        zone: Zone,
        text: &str,
        cuts: &mut [Cut<'_>],
        stemmer: &mut Stemmer,
        mentions: &[Mention],
    ) -> Vec<Highlight> {
        let (nearby, tests) = &self.zones[zone as usize];
        let tokens: Vec<(u32, u32)> =
            cuts.iter().map(|cut| (cut.start as u32, cut.end as u32)).collect();
        let mut named: Vec<(Stretch, Span)> = Vec::new();
        // Where words end that are more than their first token: `data-center`.
        let mut ends: BTreeMap<u32, usize> = BTreeMap::new();
        let mut places = Vec::with_capacity(tests.len());
        for (leaf, test) in nearby.leaves.iter().zip(tests) {
            let mut found = Vec::new();
            if let Leaf::Entity(entity) = leaf {
                let is = |mention: &Mention| match (entity, test) {
                    (Named::Type(kind), _) => mention.kind == *kind,
                    (_, Test::Ids(ids)) => ids.contains(&mention.id),
                    _ => false,
                };
                for mention in mentions.iter().filter(|mention| is(mention)) {
                    if let Some(at) = covered(mention.span, &tokens) {
                        named.push((at, mention.span));
                        found.push(at);
                    }
                }
            } else {
                for (first, cut) in (0..).zip(cuts.iter_mut()) {
                    if let Some(end) = held(leaf, test, cut, stemmer) {
                        if end > cut.end {
                            ends.insert(first, end);
                        }
                        found.push(Stretch { first, last: first + leaf.width() - 1 });
                    }
                }
            }
            found.sort_unstable();
            found.dedup();
            places.push(found);
        }
        let mut stretches: BTreeMap<usize, BTreeMap<Stretch, u32>> = BTreeMap::new();
        for occurrence in nearby.form.occurrences(&places) {
            for (number, at, moves) in occurrence.parts {
                let least = stretches.entry(number).or_default().entry(at).or_insert(moves);
                *least = moves.min(*least);
            }
        }
        let of_part = |(number, found): (usize, BTreeMap<Stretch, u32>)| {
            let mut found: Vec<(Stretch, u32)> = found.into_iter().collect();
            if is_sloppy(&nearby.parts[number]) {
                found = tightest(found, |found| *found);
            }
            found.into_iter().map(move |(at, _)| (number, at))
        };
        let mut marks = Vec::new();
        for (number, at) in &stretches.into_iter().flat_map(of_part).collect::<Vec<_>>() {
            let part = &nearby.parts[*number];
            let name = named.iter().find(|(stretch, _)| stretch == at);
            let span = match (part, name) {
                (Near::Entity(_), Some((_, span))) => Some(*span),
                _ => span(text, cuts, *at, &ends),
            };
            let Some(span) = span else { continue };
            let (term, why) = reason(part, &cuts[at.first as usize]);
            let part = self.before + 1 + *number as u32;
            marks.push(Highlight { span, term, why, part });
        }
        marks
    }
}

/// Whether words of a part may be moved.
fn is_sloppy(part: &Near) -> bool {
    match part {
        Near::Phrase { slop, .. } => *slop > 0,
        Near::Text(TextClause { pattern: Pattern::Phrase { slop, .. }, .. }) => *slop > 0,
        _ => false,
    }
}

/// Where a token ends that is what a leaf looks for; `None` if it is not.
fn held(leaf: &Leaf, test: &Test, cut: &mut Cut<'_>, stemmer: &mut Stemmer) -> Option<usize> {
    let covers: &dyn Fn(&str) -> bool = match (leaf, test) {
        (_, Test::Word(words)) => {
            let word = words[stemmer.analyzer() as usize].as_ref()?;
            return cut.is(word, stemmer).map(|(end, _)| end);
        }
        (Leaf::Character(character), _) => {
            return cut.term.starts_with(character.as_str()).then_some(cut.end);
        }
        (Leaf::Prefix(prefix), _) => &|term| term.starts_with(prefix.as_str()),
        (Leaf::Wildcard(wildcard), _) => &|term| pattern::covers(wildcard, term),
        (Leaf::Fuzzy(word, most), _) => {
            &|term| pattern::edits(word, term, usize::from(*most)).is_some()
        }
        (Leaf::Word(_) | Leaf::Entity(_), _) => return None,
    };
    let mut words = cut.patterned(stemmer.analyzer());
    words.find(|(term, _)| covers(term)).map(|(_, end)| end)
}

/// The span of some places.
fn span(text: &str, cuts: &[Cut<'_>], at: Stretch, ends: &BTreeMap<u32, usize>) -> Option<Span> {
    let (first, last) = (cuts.get(at.first as usize)?, cuts.get(at.last as usize)?);
    // Each Chinese character takes a place, and a token has two of them.
    let end = match text.get(last.start..)?.chars().next() {
        Some(c) if last.cjk && is_cjk(c) => last.start + c.len_utf8(),
        _ => ends.get(&at.last).copied().unwrap_or(last.end),
    };
    Span::new(text, first.start, end)
}

/// The part as typed, and why it matched a token.
fn reason(part: &Near, cut: &Cut<'_>) -> (String, Why) {
    let clause = match part {
        Near::Text(clause) => clause,
        Near::Entity(_) => return (part.to_string(), Why::Entity),
        _ => return (part.to_string(), Why::Phrase),
    };
    // Chinese is not stemmed.
    let is_whole = |word: &str| {
        let mut terms = query_terms(word).into_iter().map(|(_, term)| term);
        cut.cjk || terms.any(|term| cut.is_written(&term))
    };
    let or_exact = |word: &str, why| if is_whole(word) { Why::Exact } else { why };
    match &clause.pattern {
        Pattern::Word(word) => (word.clone(), or_exact(word, Why::Stem)),
        Pattern::Phrase { text, .. } => (text.clone(), Why::Phrase),
        Pattern::Prefix(word) => (word.clone(), or_exact(word, Why::Prefix)),
        Pattern::Wildcard(pattern) => (pattern.clone(), Why::Wildcard),
        Pattern::Fuzzy { word, .. } => (word.clone(), or_exact(word, Why::Fuzzy)),
    }
}

/// Words as they were typed.
pub(super) fn as_asked(query: &Query) -> String {
    match query {
        Query::Text(TextClause { pattern: Pattern::Word(text), .. })
        | Query::Text(TextClause { pattern: Pattern::Phrase { text, .. }, .. }) => text.clone(),
        Query::And(parts) => parts.iter().map(as_asked).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
