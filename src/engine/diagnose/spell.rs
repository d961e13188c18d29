//! Words and names that no passage has, and what the index has in their place.

use crate::analysis::{Case, fold, is_cjk};
use crate::engine::{EngineError, pattern};
use crate::query::{Pattern, Query, TextClause};

use super::clauses::{Part, Word, changed, filter, leaves, literal, word, words};
use super::probe::Probe;
use super::{Known, Spelling, Spelt, What};

/// The most words and names that are looked up.
const MOST_LOOKED_UP: usize = 16;

/// The most of which spellings are given.
const MOST_FOUND: usize = 4;

/// The most spellings for each.
const MOST_KNOWN: usize = 3;

/// A publisher is spelt nearly so within this many edits.
const NEAR: usize = 2;

/// What the index has in place of a word or name, and where that stands.
pub(super) struct Found {
    pub(super) spelling: Spelling,
    /// The clauses it is for: one, or two words that the index has as one.
    pub(super) at: Vec<usize>,
}

impl Found {
    /// What can be tried in its place.
    pub(super) fn alike(&self) -> impl Iterator<Item = &str> {
        self.spelling.known.iter().filter(|known| known.alike).map(|known| known.text.as_str())
    }

    /// The clause with one of the spellings in place of what was typed.
    pub(super) fn respelt(&self, part: &Part, by: &str) -> Part {
        let Spelling { typed, of, .. } = &self.spelling;
        match (of, part) {
            (Spelt::Word, What::Query(query)) => {
                What::Query(changed(query, &|leaf| replaced(leaf, typed, by)))
            }
            _ => part.renamed(*of, typed, by),
        }
    }
}

/// A leaf with words in place of others.
fn replaced(leaf: &Query, typed: &str, by: &str) -> Option<Query> {
    let Query::Text(clause) = leaf else { return None };
    let text = literal(clause)?;
    let (there, wanted) = (words(text), words(typed));
    let same = |window: &[Word<'_>]| window.iter().zip(&wanted).all(|(a, b)| a.term == b.term);
    let at = there.windows(wanted.len().max(1)).position(same)?;
    let (first, last) = (&there[at], &there[at + wanted.len() - 1]);
    let end = last.start + last.text.len();
    let text = format!("{}{by}{}", &text[..first.start], &text[end..]);
    Some(match &clause.pattern {
        Pattern::Phrase { slop, .. } if text.contains(char::is_whitespace) => {
            let pattern = Pattern::Phrase { text, slop: *slop };
            Query::Text(TextClause { zone: clause.zone, pattern })
        }
        _ => word(clause.zone, &text),
    })
}

/// What the index has in place of the words and names of clauses that no passage meets.
pub(super) fn spellings(
    probe: &mut Probe<'_>,
    parts: &[Part],
    alone: &[Option<u64>],
) -> Result<Vec<Found>, EngineError> {
    let mut speller = Speller { probe, found: Vec::new(), looked_up: Vec::new() };
    let nowhere = |at: usize| alone[at] == Some(0);
    for (at, pair) in parts.windows(2).enumerate() {
        if nowhere(at) || nowhere(at + 1) {
            speller.two_words(&pair[0], &pair[1], at)?;
        }
    }
    for (at, part) in parts.iter().enumerate().filter(|(at, _)| nowhere(*at)) {
        if speller.found.iter().any(|found| found.at.contains(&at)) {
            continue;
        }
        if let What::Query(query) = part {
            for clause in leaves(query) {
                speller.words_of(clause, at)?;
            }
        }
        let names = part.names();
        let only = names.len() == 1;
        for (of, name) in names {
            speller.name(of, name, at, only)?;
        }
    }
    Ok(speller.found)
}

struct Speller<'p, 'a> {
    probe: &'p mut Probe<'a>,
    found: Vec<Found>,
    looked_up: Vec<(Spelt, String)>,
}

impl Speller<'_, '_> {
    /// Looks up the words of a clause, and pairs of them that may be one.
    fn words_of(&mut self, clause: &TextClause, at: usize) -> Result<(), EngineError> {
        let Some(text) = literal(clause) else { return Ok(()) };
        let words = words(text);
        let mut as_one = vec![false; words.len()];
        for (nth, pair) in words.windows(2).enumerate() {
            let end = pair[1].start + pair[1].text.len();
            let typed = &text[pair[0].start..end];
            if self.as_one(&pair[0], &pair[1], typed, vec![at])? {
                (as_one[nth], as_one[nth + 1]) = (true, true);
            }
        }
        for (one, _) in words.iter().zip(as_one).filter(|(_, as_one)| !as_one) {
            // What is known of Chinese is names; words are found by their characters.
            let is_there = one.text.contains(is_cjk) && {
                let part = What::Query(word(clause.zone, one.text));
                self.probe.count(&[&part])? != Some(0)
            };
            if !is_there && self.is_new(Spelt::Word, &one.term) {
                let known = self.probe.engine.spellings(Spelt::Word, one.text, MOST_KNOWN)?;
                let there = fold(one.text, Case::Lower).text;
                if known.iter().all(|known| *known != one.term && *known != there) {
                    let query = |text: &str| word(None, text);
                    self.keep(Spelt::Word, one.text, known, vec![at], &query)?;
                }
            }
        }
        Ok(())
    }

    /// Looks up two clauses as one word.
    fn two_words(&mut self, first: &Part, second: &Part, at: usize) -> Result<(), EngineError> {
        let (Some(a), Some(b)) = (first.text(), second.text()) else { return Ok(()) };
        let (Pattern::Word(one), Pattern::Word(other)) = (&a.pattern, &b.pattern) else {
            return Ok(());
        };
        if let ([one], [other]) = (words(one).as_slice(), words(other).as_slice())
            && a.zone == b.zone
        {
            let typed = format!("{} {}", one.text, other.text);
            self.as_one(one, other, &typed, vec![at, at + 1])?;
        }
        Ok(())
    }

    /// Looks up two words as one. Returns whether the index has that.
    fn as_one(
        &mut self,
        first: &Word<'_>,
        second: &Word<'_>,
        typed: &str,
        at: Vec<usize>,
    ) -> Result<bool, EngineError> {
        let one = format!("{}{}", first.term, second.term);
        if first.cjk || second.cjk || !self.is_new(Spelt::Word, &one) {
            return Ok(false);
        }
        let known = self.probe.engine.spellings(Spelt::Word, &one, 0)?;
        if known.first() != Some(&one) {
            return Ok(false);
        }
        self.keep(Spelt::Word, typed, known, at, &|text| word(None, text))?;
        Ok(true)
    }

    /// Looks up a name; `only`, if its clause asks for no other.
    fn name(&mut self, of: Spelt, name: &str, at: usize, only: bool) -> Result<(), EngineError> {
        let query = |name: &str| Query::Filter(filter(of, name));
        if !self.is_new(of, name) {
            return Ok(());
        }
        if !only && self.probe.count(&[&What::Query(query(name))])? != Some(0) {
            return Ok(());
        }
        let known = self.probe.engine.spellings(of, name, MOST_KNOWN)?;
        self.keep(of, name, known, vec![at], &query)
    }

    /// Whether it may be looked up and was not.
    fn is_new(&mut self, of: Spelt, text: &str) -> bool {
        let key = (of, text.to_owned());
        if self.found.len() >= MOST_FOUND
            || self.looked_up.len() >= MOST_LOOKED_UP
            || self.looked_up.contains(&key)
        {
            return false;
        }
        self.looked_up.push(key);
        true
    }

    /// Keeps those of the spellings that find something.
    fn keep(
        &mut self,
        of: Spelt,
        typed: &str,
        known: Vec<String>,
        at: Vec<usize>,
        query: &dyn Fn(&str) -> Query,
    ) -> Result<(), EngineError> {
        let mut counted = Vec::new();
        for text in known {
            let part = What::Query(query(&text));
            let Some(passages) = self.probe.count(&[&part])? else { break };
            if passages > 0 {
                let alike = match of {
                    Spelt::Lang => false,
                    Spelt::Source => is_near(typed, &text),
                    _ => true,
                };
                counted.push(Known { text, passages, alike });
            }
        }
        if !counted.is_empty() {
            let spelling = Spelling { typed: typed.to_owned(), of, known: counted };
            self.found.push(Found { spelling, at });
        }
        Ok(())
    }
}

/// Whether one name is meant by the other: it is spelt nearly so, or holds it.
fn is_near(typed: &str, name: &str) -> bool {
    let (typed, name) = (fold(typed, Case::Lower).text, fold(name, Case::Lower).text);
    name.contains(&typed) || pattern::edits(&typed, &name, NEAR).is_some()
}
