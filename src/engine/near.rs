//! Words near each other: one rule for what a sloppy phrase matches and one for what stands near,
//! used alike to find passages and to mark them.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Case, fold, is_cjk, query_terms};
use crate::passage::Span;
use crate::query::{Named, Near, Part, Pattern, Zone};
use crate::tag::{EntityId, EntityType};

use super::NameLookup;
use super::pattern::as_indexed;

/// One occurrence of a phrase: the place of each of its words, in the order of the phrase.
pub type Places = Vec<u32>;

/// Finds where a phrase occurs with at most `slop` moves.
///
/// `places[i]` holds the ascending places of the phrase's `i`-th word, `offsets[i]` its place in the
/// phrase. Words may stand in any order; what counts is the widest difference between how far two
/// words are from their due places, as in Lucene: `"a b"~2` matches `b a`. No place is used twice
/// in one occurrence. Occurrences are given by where they begin, first first, and do not share
/// their first word.
pub fn occurrences(places: &[Vec<u32>], offsets: &[u32], slop: u32) -> Vec<Places> {
    let mut found = ways(places, offsets, slop);
    let mut last: Option<u32> = None;
    found.retain(|one| {
        let later = last.is_none_or(|last| last < one[0]);
        last = if later { Some(one[0]) } else { last };
        later
    });
    found
}

/// All of which [`occurrences`] gives those that do not share their first word: from each place on
/// that a word stands at, the nearest.
pub fn ways(places: &[Vec<u32>], offsets: &[u32], slop: u32) -> Vec<Places> {
    let widest = offsets.iter().copied().max().unwrap_or(0);
    // Due places are shifted so that they cannot be negative.
    let due = |word: usize, place: u32| place + widest - offsets[word];
    let mut starts: Vec<u32> = Vec::new();
    for (word, list) in places.iter().enumerate() {
        starts.extend(list.iter().map(|place| due(word, *place)));
    }
    starts.sort_unstable();
    starts.dedup();
    let mut found: Vec<Places> = Vec::new();
    for start in starts {
        let mut taken: Places = Vec::with_capacity(places.len());
        for (word, list) in places.iter().enumerate() {
            let from = list.partition_point(|place| due(word, *place) < start);
            let near = list[from..]
                .iter()
                .take_while(|place| due(word, **place) <= start.saturating_add(slop));
            let Some(place) = near.copied().find(|place| !taken.contains(place)) else { break };
            taken.push(place);
        }
        let whole = taken.len() == places.len() && !places.is_empty();
        if whole && found.last() != Some(&taken) {
            found.push(taken);
        }
    }
    found
}

/// How many moves the words of an occurrence are from their due places.
pub fn moves(places: &[u32], offsets: &[u32]) -> u32 {
    let by = || places.iter().zip(offsets).map(|(at, due)| i64::from(*at) - i64::from(*due));
    let apart = by().max().unwrap_or(0) - by().min().unwrap_or(0);
    u32::try_from(apart).unwrap_or(u32::MAX)
}

/// Of what overlaps that with the fewest moves, of those the narrowest, then the first; in order. What
/// a reader takes for the match is no wider than it must be.
pub fn tightest<T>(found: Vec<T>, of: impl Fn(&T) -> (Stretch, u32)) -> Vec<T> {
    let mut found: Vec<(Stretch, u32, T)> = found
        .into_iter()
        .map(|one| {
            let (at, moves) = of(&one);
            (at, moves, one)
        })
        .collect();
    found.sort_by_key(|(at, moves, _)| (*moves, at.last - at.first, at.first));
    // Those kept are apart, so only the last that begins before an end can reach into it.
    let mut kept: BTreeMap<u32, (u32, T)> = BTreeMap::new();
    for (at, _, one) in found {
        let before = kept.range(..=at.last).next_back();
        if before.is_none_or(|(_, (last, _))| *last < at.first) {
            kept.insert(at.first, (at.last, one));
        }
    }
    kept.into_values().map(|(_, one)| one).collect()
}

/// A stretch of places: the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// The first place.
    pub first: u32,
    /// The last place; not before the first.
    pub last: u32,
}

/// The most occurrences that are followed in one passage.
const MOST_FOUND: usize = 1024;

/// How wide each of the entities of a phrase is: the most ways that are tried.
const MOST_WAYS: usize = 256;

/// What has places in a passage: a [`crate::query::Near`] over numbered leaves, whose places an index or a
/// text gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A leaf.
    Leaf {
        /// The part of the query that it is.
        part: usize,
        /// Its number.
        leaf: usize,
    },
    /// Leaves in order, next to each other.
    Phrase {
        /// The part of the query that it is.
        part: usize,
        /// The leaves, each with its place in the phrase.
        leaves: Vec<(u32, usize)>,
        /// Which of them, by number in the phrase, are names: each counts as one word.
        names: Vec<usize>,
        /// How many places they may be moved.
        slop: u32,
    },
    /// Any of them; of none, nothing.
    Any(Vec<Self>),
    /// What stands near to what was before it, with at most so many places between.
    Chain(Box<Self>, Vec<(u32, Self)>),
}

/// What a leaf of a [`Form`] looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaf {
    /// A word, or a pair of Chinese characters, folded.
    Word(String),
    /// One Chinese character.
    Character(String),
    /// Words that begin so, folded.
    Prefix(String),
    /// Words that the pattern covers whole, as words are indexed.
    Wildcard(String),
    /// Words within so many edits.
    Fuzzy(String, u8),
    /// A name.
    Entity(Named),
}

/// A [`Form`] for one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearby {
    /// The form.
    pub form: Form,
    /// Its leaves.
    pub leaves: Vec<Leaf>,
    /// The parts of the query that it is made of: words, phrases, names.
    pub parts: Vec<Near>,
}

/// Where a form occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// All of it.
    pub whole: Stretch,
    /// Its parts, by number, and by how many places their words were moved.
    pub parts: Vec<(usize, Stretch, u32)>,
}

impl Leaf {
    /// How many places it takes, if it is a word.
    pub fn width(&self) -> u32 {
        match self {
            Self::Word(word) if word.starts_with(is_cjk) && word.chars().count() == 2 => 2,
            _ => 1,
        }
    }
}

impl Nearby {
    /// What `near` looks for in a zone.
    pub fn new(near: &Near, zone: Zone) -> Self {
        let mut nearby =
            Self { form: Form::Any(Vec::new()), leaves: Vec::new(), parts: Vec::new() };
        nearby.form = nearby.form_of(near, zone);
        nearby
    }

    fn form_of(&mut self, near: &Near, zone: Zone) -> Form {
        match near {
            Near::Text(clause) if clause.zone.is_some_and(|only| only != zone) => self.none(near),
            Near::Text(clause) => {
                let (leaves, slop) = match &clause.pattern {
                    Pattern::Word(text) => (words(text), 0),
                    Pattern::Phrase { text, slop } => (words(text), *slop),
                    Pattern::Prefix(text) => (pattern(text, Leaf::Prefix), 0),
                    Pattern::Wildcard(text) => (pattern(text, Leaf::Wildcard), 0),
                    Pattern::Fuzzy { word, distance } => {
                        (pattern(word, |word| Leaf::Fuzzy(word, *distance)), 0)
                    }
                };
                self.phrase(near, leaves, slop)
            }
            Near::Entity(_) | Near::Phrase { .. } if zone == Zone::Headline => self.none(near),
            Near::Entity(named) => self.phrase(near, vec![(0, Leaf::Entity(named.clone()))], 0),
            Near::Phrase { parts, slop } => {
                let mut leaves: Vec<(u32, Leaf)> = Vec::new();
                for part in parts {
                    let from = leaves.last().map_or(0, |(place, leaf)| place + leaf.width());
                    match part {
                        Part::Words(text) => {
                            let words = words(text).into_iter();
                            leaves.extend(words.map(|(place, leaf)| (from + place, leaf)));
                        }
                        Part::Entity(named) => leaves.push((from, Leaf::Entity(named.clone()))),
                    }
                }
                self.phrase(near, leaves, *slop)
            }
            Near::Any(arms) => Form::Any(arms.iter().map(|arm| self.form_of(arm, zone)).collect()),
            Near::Chain(first, rest) => {
                let first = self.form_of(first, zone);
                let rest = rest.iter().map(|(words, next)| (*words, self.form_of(next, zone)));
                Form::Chain(Box::new(first), rest.collect())
            }
        }
    }

    /// One part of the query that stands nowhere in this zone. It has a number all the same.
    fn none(&mut self, part: &Near) -> Form {
        self.parts.push(part.clone());
        Form::Any(Vec::new())
    }

    /// One part of the query, of these leaves; nothing if there are none.
    fn phrase(&mut self, part: &Near, leaves: Vec<(u32, Leaf)>, slop: u32) -> Form {
        if leaves.is_empty() {
            return self.none(part);
        }
        self.parts.push(part.clone());
        let part = self.parts.len() - 1;
        let is_name =
            |(at, (_, leaf)): (usize, &(u32, Leaf))| matches!(leaf, Leaf::Entity(_)).then_some(at);
        let names = leaves.iter().enumerate().filter_map(is_name).collect();
        let numbered: Vec<(u32, usize)> =
            leaves.iter().map(|(place, _)| *place).zip(self.leaves.len()..).collect();
        self.leaves.extend(leaves.into_iter().map(|(_, leaf)| leaf));
        match numbered.as_slice() {
            [(_, leaf)] => Form::Leaf { part, leaf: *leaf },
            _ => Form::Phrase { part, leaves: numbered, names, slop },
        }
    }
}

/// The words of a text, with their places.
fn words(text: &str) -> Vec<(u32, Leaf)> {
    let terms = query_terms(text);
    if let [(_, term)] = terms.as_slice()
        && term.starts_with(is_cjk)
        && term.chars().count() == 1
    {
        return vec![(0, Leaf::Character(term.clone()))];
    }
    terms.into_iter().map(|(place, term)| (place, Leaf::Word(term))).collect()
}

/// A pattern of one word; Chinese has none, so it is looked for as it stands.
fn pattern(typed: &str, leaf: impl Fn(String) -> Leaf) -> Vec<(u32, Leaf)> {
    let folded = fold(typed, Case::Lower).text;
    let literal = folded.replace(['*', '?'], " ");
    match query_terms(&literal).as_slice() {
        [(_, word)] if folded == literal && !word.starts_with(is_cjk) => {
            vec![(0, leaf(word.clone()))]
        }
        [_, ..] if folded != literal && !folded.contains(is_cjk) => {
            vec![(0, leaf(as_indexed(typed)))]
        }
        _ => words(&literal),
    }
}

impl Form {
    /// Where it occurs, given where its leaves stand, in order; what is sloppy may overlap. No more
    /// than `MOST_FOUND` are followed.
    pub fn occurrences(&self, places: &[Vec<Stretch>]) -> Vec<Occurrence> {
        match self {
            Self::Leaf { part, leaf } => {
                places[*leaf].iter().map(|at| Occurrence::one(*part, *at, 0)).collect()
            }
            Self::Phrase { part, leaves, names, slop } => {
                let found = phrase(leaves, names, *slop, places);
                found.into_iter().map(|(at, moves)| Occurrence::one(*part, at, moves)).collect()
            }
            Self::Any(arms) => {
                let found = arms.iter().flat_map(|arm| arm.occurrences(places));
                let mut found: Vec<Occurrence> = found.collect();
                found.sort_by_key(|one| one.whole);
                found
            }
            Self::Chain(first, rest) => {
                let mut found = first.occurrences(places);
                for (words, next) in rest {
                    if found.is_empty() {
                        break;
                    }
                    found = joined(&found, &next.occurrences(places), *words);
                }
                found
            }
        }
    }
}

impl Occurrence {
    fn one(part: usize, at: Stretch, moves: u32) -> Self {
        Self { whole: at, parts: vec![(part, at, moves)] }
    }

    /// Whether `other` is near, which may lie between the parts but on none of them.
    fn is_near(&self, other: &Self, words: u32) -> bool {
        let reaches = |a: Stretch, b: Stretch| b.first <= a.last.saturating_add(words + 1);
        let near = reaches(self.whole, other.whole) && reaches(other.whole, self.whole);
        let shares = |a: &Stretch, b: &Stretch| a.first <= b.last && b.first <= a.last;
        near && !self.parts.iter().any(|(_, a, _)| other.parts.iter().any(|(_, b, _)| shares(a, b)))
    }
}

/// Every way in which a phrase stands. A name counts as one word, however many it has: what follows it is due
/// after its last.
fn phrase(
    leaves: &[(u32, usize)],
    names: &[usize],
    slop: u32,
    places: &[Vec<Stretch>],
) -> Vec<(Stretch, u32)> {
    let of = |at: usize| places[leaves[at].1].as_slice();
    let mut widths_of: Vec<Vec<u32>> = vec![Vec::new()];
    for name in names {
        let mut widths: Vec<u32> = of(*name).iter().map(|at| at.last - at.first).collect();
        widths.sort_unstable();
        widths.dedup();
        let longer = widths_of.iter().flat_map(|way| {
            widths.iter().map(|width| way.iter().copied().chain([*width]).collect::<Vec<u32>>())
        });
        widths_of = longer.take(MOST_WAYS).collect();
    }
    let mut found = Vec::new();
    for way in widths_of {
        let width = |at: usize| Some(way[names.iter().position(|name| *name == at)?]);
        let mut offsets = Vec::with_capacity(leaves.len());
        let mut lists = Vec::with_capacity(leaves.len());
        let mut more = 0;
        for (at, (offset, _)) in leaves.iter().enumerate() {
            let fits = |one: &&Stretch| width(at).is_none_or(|width| one.last - one.first == width);
            lists.push(of(at).iter().filter(fits).map(|one| one.first).collect::<Vec<u32>>());
            offsets.push(offset + more);
            more += width(at).unwrap_or(0);
        }
        for firsts in ways(&lists, &offsets, slop) {
            // How far the word at a place reaches.
            let last = |at: usize| {
                let same = of(at).iter().filter(|one| one.first == firsts[at]);
                width(at).or(same.map(|one| one.last - one.first).min()).unwrap_or(0) + firsts[at]
            };
            let shares = |name: &usize| {
                let within = firsts[*name]..=last(*name);
                (0..firsts.len()).any(|at| at != *name && within.contains(&firsts[at]))
            };
            if !names.iter().any(shares) {
                let first = firsts.iter().copied().min().unwrap_or(0);
                let last = (0..firsts.len()).map(last).max().unwrap_or(0);
                found.push((Stretch { first, last }, moves(&firsts, &offsets)));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The most places that a name is known to cover.
const LONGEST_NAME: u32 = 32;

/// The places that a name covers, given where the tokens of the text begin and end, in order. A name
/// within a token has its place; `None` if there is no token.
pub fn covered(span: Span, tokens: &[(u32, u32)]) -> Option<Stretch> {
    let from = tokens.partition_point(|(start, _)| *start < span.start);
    let to = tokens.partition_point(|(start, _)| *start < span.end);
    let (first, last) = if from < to { (from, to - 1) } else { (to.checked_sub(1)?, to - 1) };
    if from == to && tokens[first].1 <= span.start {
        return None;
    }
    let (first, last) = (u32::try_from(first).ok()?, u32::try_from(last).ok()?);
    Some(Stretch { first, last: last.min(first + LONGEST_NAME - 1) })
}

/// The entities that a name after `@` may stand for, in order of their ids.
pub fn ids(name: &str, names: &NameLookup) -> BTreeSet<EntityId> {
    let made = EntityType::ALL.map(|kind| EntityId::of_name(kind, name));
    names(name).into_iter().chain(made).chain([EntityId::from_known(name)]).collect()
}

/// What is of both, near each other.
fn joined(left: &[Occurrence], right: &[Occurrence], words: u32) -> Vec<Occurrence> {
    let widest = right.iter().map(|one| one.whole.last - one.whole.first).max().unwrap_or(0);
    let mut found = Vec::new();
    for a in left {
        let reach = words.saturating_add(1);
        let least = a.whole.first.saturating_sub(reach.saturating_add(widest));
        let from = right.partition_point(|b| b.whole.first < least);
        let most = a.whole.last.saturating_add(reach);
        for b in right[from..].iter().take_while(|b| b.whole.first <= most) {
            if found.len() == MOST_FOUND {
                return found;
            }
            if a.is_near(b, words) {
                let whole = Stretch {
                    first: a.whole.first.min(b.whole.first),
                    last: a.whole.last.max(b.whole.last),
                };
                let parts = a.parts.iter().chain(&b.parts).copied().collect();
                found.push(Occurrence { whole, parts });
            }
        }
    }
    found.sort_by_key(|one| one.whole);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sloppy_phrase_counts_moves_from_due_places() {
        for (name, places, slop, want) in [
            ("exact", vec![vec![3], vec![4]], 0, vec![vec![3, 4]]),
            ("one apart", vec![vec![3], vec![5]], 0, vec![]),
            ("one apart allowed", vec![vec![3], vec![5]], 1, vec![vec![3, 5]]),
            ("turned round costs two", vec![vec![4], vec![3]], 1, vec![]),
            ("turned round", vec![vec![4], vec![3]], 2, vec![vec![4, 3]]),
            ("twice", vec![vec![0, 7], vec![1, 8]], 0, vec![vec![0, 1], vec![7, 8]]),
            ("a word twice needs two places", vec![vec![3], vec![3]], 5, vec![]),
            ("a missing word", vec![vec![3], vec![]], 5, vec![]),
        ] {
            assert_eq!(occurrences(&places, &[0, 1], slop), want, "{name}");
        }
        assert_eq!(occurrences(&[], &[], 0), Vec::<Places>::new());
    }

    #[test]
    fn of_matches_that_overlap_the_tightest_is_told() {
        for (name, places, slop, want) in [
            ("wide before tight", [vec![0, 8], vec![5, 9]], 9, vec![[0, 5], [8, 9]]),
            ("tight before wide", [vec![0, 3], vec![1, 9]], 9, vec![[0, 1], [3, 9]]),
            ("turned, then due", [vec![1, 3], vec![0, 2, 4]], 3, vec![[1, 2], [3, 4]]),
            ("only turned", [vec![3], vec![0, 2]], 9, vec![[3, 2]]),
            ("one within", [vec![0, 4], vec![5]], 9, vec![[4, 5]]),
        ] {
            let found = tightest(ways(&places, &[0, 1], slop), |at| {
                let (first, last) = (at[0].min(at[1]), at[0].max(at[1]));
                (Stretch { first, last }, moves(at, &[0, 1]))
            });
            assert_eq!(found, want, "{name}");
        }
    }
}
