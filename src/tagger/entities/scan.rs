//! Names of the gazetteer in a text, and what an ambiguous one means there.

use std::collections::BTreeSet;

use super::context;
use super::cue::Cue;
use super::lexicon;
use super::merge::{Candidate, Certainty, Who};
use super::words::{Shape, Text, Word};
use crate::tag::EntityType;
use crate::tagger::gazetteer::{EntryRef, Letters, Meanings, is_han, longest};

/// An alias found in a text, not yet resolved to one entity.
pub(super) struct Match {
    start: usize,
    end: usize,
    /// First word and one past the last, in Latin text.
    first: usize,
    last: usize,
    meanings: Meanings,
}

impl Match {
    /// Where it is, and the types it may mean: a bit each for person, organization, place and the
    /// rest, for a nationality, and for a first meaning that needs support.
    pub(super) fn listed(&self) -> (usize, usize, u8) {
        let mut bits = 0;
        for (at, meaning) in self.meanings.iter().enumerate() {
            bits |= match meaning.kind() {
                EntityType::Person => 1,
                EntityType::Organization => 2,
                EntityType::Place => 4,
                _ => 8,
            };
            bits |= if meaning.demonym() { 16 } else { 0 };
            bits |= if at == 0 && meaning.ambiguous() { 32 } else { 0 };
        }
        (self.start, self.end, bits)
    }
}

/// Entities that some text of the article names beyond doubt, and those that they speak for.
#[derive(Default)]
pub(super) struct Support {
    named: BTreeSet<u32>,
    spoken_for: BTreeSet<&'static str>,
}

impl Support {
    /// Takes in what `matches` name beyond doubt.
    pub(super) fn extend(&mut self, matches: &[Match]) {
        for found in matches {
            let mut sure = found.meanings.iter().take_while(|meaning| !meaning.ambiguous());
            let Some(named) = sure.next() else { continue };
            // Of what is named so once already nothing new follows.
            if self.named.insert(named.index()) {
                self.spoken_for.extend(context::spoken_for(named.entry().id));
            }
        }
    }

    fn has(&self, meaning: EntryRef) -> bool {
        self.named.contains(&meaning.index())
    }

    /// The one of several meanings that what the article names speaks for.
    fn spoken_for(&self, meanings: Meanings) -> Option<EntryRef> {
        if self.spoken_for.is_empty() {
            return None;
        }
        let mut found = meanings.iter().filter(|one| self.spoken_for.contains(one.entry().id));
        found.next()
    }
}

/// Every alias in `text`, leftmost first, the longest at each place.
pub(super) fn matches(text: &Text<'_>) -> Vec<Match> {
    let mut found = Vec::new();
    let mut past = 0;
    for (at, word) in text.words.iter().enumerate() {
        if word.end <= past {
            continue;
        }
        if word.shape == Shape::Han {
            past = in_run(text.str(), word.start.max(past), word.end, at, &mut found);
        } else if (word.capital() || word.shape == Shape::Number)
            && word.start >= past
            && let Some(one) = at_word(text, at)
        {
            past = one.end;
            found.push(one);
        }
    }
    found
}

fn at_word(text: &Text<'_>, at: usize) -> Option<Match> {
    let word = &text.words[at];
    // `US$` is money.
    if text.str()[word.end..].starts_with('$') {
        return None;
    }
    let found = longest(text.str(), word.start, Letters::AsWritten).or_else(|| {
        let shouted = word.shape == Shape::Upper && word.end - word.start >= 3;
        let found = shouted.then(|| longest(text.str(), word.start, Letters::Shouted))??;
        let covered = &text.str()[word.start..found.end];
        let loud = covered.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
        (loud && covered.len() >= 4).then_some(found)
    })?;
    let words = text.words[at..].iter().take_while(|word| word.start < found.end).count();
    Some(Match {
        start: word.start,
        end: found.end,
        first: at,
        last: at + words,
        meanings: found.meanings,
    })
}

/// Aliases in the Han run `start..end`; they may reach past it. Returns where the last one ends.
fn in_run(text: &str, start: usize, end: usize, word: usize, found: &mut Vec<Match>) -> usize {
    let mut at = start;
    while at < end {
        let alias = longest(text, at, Letters::AsWritten);
        // A longer word of the language goes first: 参加莱德杯 holds no 加莱.
        let plain = lexicon::phrase(text, at).filter(|&(end, cues)| {
            cues.any(&[Cue::HanWord, Cue::HanStop])
                && text[at..end].chars().nth(1).is_some()
                && alias.is_none_or(|alias| alias.end < end)
        });
        if let Some((word_end, _)) = plain {
            at = word_end;
        } else if let Some(one) = alias {
            let meanings = one.meanings;
            found.push(Match { start: at, end: one.end, first: word, last: word + 1, meanings });
            at = one.end;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// Why an alias means the entity it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Sure,
    Supported,
    Context,
    Abbreviation,
    BeforePlace,
    Surname,
    Cue,
}

impl Reason {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Sure => "it means this where nothing speaks for another",
            Self::Supported => "the article names it beyond doubt elsewhere",
            Self::Context => "what else the article names speaks for it",
            Self::Abbreviation => "it stands where the name of a country is shortened",
            Self::BeforePlace => "the name of a place follows after a comma",
            Self::Surname => "it is the family name of one known person, and stands alone",
            Self::Cue => "a word beside it says what it is",
        }
    }
}

/// The candidates that `matches` give, each alias resolved to the entity it means here.
pub(super) fn resolve(text: &Text<'_>, matches: &[Match], support: &Support) -> Vec<Candidate> {
    let decided = matches.iter().zip(decide(text, matches, support));
    let candidate = |(found, meaning): (&Match, Option<(EntryRef, Reason)>)| {
        let (meaning, _) = meaning?;
        Some(Candidate {
            start: found.start,
            end: found.end,
            kind: meaning.kind(),
            certainty: Certainty::Listed,
            who: Who::Entry(meaning),
        })
    };
    decided.filter_map(candidate).collect()
}

/// What each alias means here, and why; `None` if it needs support and has none.
pub(super) fn decide(
    text: &Text<'_>,
    matches: &[Match],
    support: &Support,
) -> Vec<Option<(EntryRef, Reason)>> {
    let sure_place = |found: Option<&Match>| {
        found
            .and_then(|found| found.meanings.iter().next())
            .is_some_and(|one| !one.ambiguous() && one.kind() == EntityType::Place)
    };
    let meant = |at: usize, found: &Match| {
        let mut sure = None;
        if one_character(text.str(), found) {
            let short = abbreviates(text.str(), matches, at);
            let meaning = short.then(|| found.meanings.iter().next())?;
            return meaning.map(|meaning| (meaning, Reason::Abbreviation));
        }
        if let Some(meaning) = support.spoken_for(found.meanings) {
            return Some((meaning, Reason::Context));
        }
        for meaning in found.meanings.iter() {
            let supported = support.has(meaning);
            if !meaning.ambiguous() {
                sure = Some((meaning, Reason::Sure));
                if supported {
                    break;
                }
            } else if supported {
                return Some((meaning, Reason::Supported));
            }
        }
        if sure.is_some() {
            return sure;
        }
        let next = matches.get(at + 1).filter(|next| {
            text.str().get(found.end..next.start).is_some_and(|gap| gap.trim() == ",")
        });
        let alone = alone_as_surname(text, found);
        found.meanings.iter().find_map(|meaning| {
            let kind = meaning.kind();
            let reason = if kind == EntityType::Place && sure_place(next) {
                Reason::BeforePlace
            } else if kind == EntityType::Person && alone {
                Reason::Surname
            } else {
                cued(text, found, kind).then_some(Reason::Cue)?
            };
            Some((meaning, reason))
        })
    };
    matches.iter().enumerate().map(|(at, found)| meant(at, found)).collect()
}

impl Match {
    /// Where it is in the folded text.
    pub(super) fn bounds(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// What it may mean.
    pub(super) fn meanings(&self) -> Meanings {
        self.meanings
    }
}

fn one_character(text: &str, found: &Match) -> bool {
    let mut chars = text[found.start..found.end].chars();
    chars.next().is_some_and(is_han) && chars.next().is_none()
}

/// Whether the single character of match `at` stands for a country: beside another one as in 中美,
/// or in 驻华 and 中方. By itself it is nearly always part of a word.
fn abbreviates(text: &str, matches: &[Match], at: usize) -> bool {
    let found = &matches[at];
    let pair = |other: Option<&Match>, touches: fn(&Match, &Match) -> bool| {
        other.is_some_and(|other| one_character(text, other) && touches(found, other))
    };
    let before = at.checked_sub(1).and_then(|at| matches.get(at));
    pair(before, |found, other| other.end == found.start)
        || pair(matches.get(at + 1), |found, other| found.end == other.start)
        || text[..found.start].ends_with(['驻', '访', '赴'])
        || text[found.end..].starts_with('方')
            && !text[found.end..].starts_with("方面")
            && !text[found.end..].starts_with("方式")
}

/// Whether `found` is a family name of one known person only, and stands where no other part of a
/// name is beside it: `Obama` is hardly anybody else.
fn alone_as_surname(text: &Text<'_>, found: &Match) -> bool {
    let capital = |at: usize| text.words.get(at).is_some_and(Word::capital);
    let word = &text.words[found.first];
    let beside = found.first.checked_sub(1).is_some_and(|at| capital(at) && word.spaced)
        || (capital(found.last) && text.words[found.last].spaced)
        || text.is(found.last, "-")
        || found.first.checked_sub(1).is_some_and(|at| text.is(at, "-"));
    word.shape == Shape::Capital
        && !text.titled
        && !beside
        && found.meanings.iter().count() == 1
        && !word.cues.any(&[Cue::Given, Cue::Family, Cue::Common])
}

/// Whether a word beside `found` says that it is a `kind`.
fn cued(text: &Text<'_>, found: &Match, kind: EntityType) -> bool {
    let (before, after) = if text.words[found.first].shape == Shape::Han {
        (before_han(text.str(), found.start), lexicon::phrase(text.str(), found.end))
    } else {
        let before = found.first.checked_sub(1).map_or("", |before| text.word(before));
        let after = text.words.get(found.last).map(|word| word.start);
        (lexicon::word(before).0, after.and_then(|at| lexicon::phrase(text.str(), at)))
    };
    let before = super::cue::Cues(before);
    let after = after.map_or(super::cue::Cues::default(), |(_, cues)| cues);
    match kind {
        EntityType::Person => {
            before.any(&[Cue::Title, Cue::Role]) || after.any(&[Cue::Say, Cue::Title])
        }
        EntityType::Organization => {
            before.has(Cue::Firm) || after.any(&[Cue::Legal, Cue::HanBody, Cue::Firm])
        }
        EntityType::Place => before.has(Cue::PlaceBefore) || after.any(&[Cue::Land, Cue::HanLand]),
        _ => false,
    }
}

/// The classes of the one to four Han characters before byte `at`.
fn before_han(text: &str, at: usize) -> u64 {
    let starts = text[..at].char_indices().rev().take(4).take_while(|(_, c)| is_han(*c));
    starts.fold(0, |all, (start, _)| all | lexicon::word(&text[start..at]).0)
}
