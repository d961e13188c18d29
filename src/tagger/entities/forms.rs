//! The forms by which an article calls what it established, and where in its texts they stand.
//!
//! What makes a form is `bind`'s work. However many names share a word, one look finds the forms
//! that may stand at a place: they are sorted, and each knows the longest one it begins with. Of
//! forms that begin one another only the [`NESTED`] longest are weighed at a place.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::cue::Cue;
use super::lexicon;
use super::merge::{Candidate, Certainty, Who};
use super::words::{self, Shape, Text, Word, is_dot};
use crate::tag::{EntityType, Via};

/// How many forms, each the beginning of the next, are weighed at one place.
const NESTED: usize = 8;

/// A form by which the article may call an entity.
pub(super) struct Form {
    /// The entity, by its place in `bind::Memory`.
    pub(super) at: usize,
    pub(super) kind: EntityType,
    pub(super) via: Via,
    /// How sure a mention by this form is.
    pub(super) certainty: Certainty,
    /// From which text and byte on it holds.
    pub(super) since: (usize, usize),
}

/// All forms of one article.
#[derive(Default)]
pub(super) struct Forms {
    texts: HashMap<String, Alike>,
    /// By the number of a text which entities it is a form of.
    taken: HashSet<(usize, usize)>,
}

/// The forms of one text.
struct Alike {
    number: usize,
    surest: Certainty,
    groups: Vec<Group>,
}

/// Forms of one text that differ only in the entity and in where they hold.
struct Group {
    surname: bool,
    kind: EntityType,
    certainty: Certainty,
    /// In the order they were learnt, which is also that of where they hold: a form that holds no
    /// later than one before it stands for it everywhere.
    forms: Vec<Learnt>,
}

struct Learnt {
    /// How many were learnt before.
    order: usize,
    at: usize,
    via: Via,
    since: (usize, usize),
}

impl Forms {
    /// Adds `form` of the text `text`, unless it adds nothing.
    pub(super) fn add(&mut self, text: &str, form: &Form) {
        if words::first(text).is_none() {
            return;
        }
        let number = self.texts.len();
        let &Form { at, kind, via, certainty, since } = form;
        if !self.texts.contains_key(text) {
            let none = Alike { number, surest: certainty, groups: Vec::new() };
            self.texts.insert(text.to_owned(), none);
        }
        let Some(alike) = self.texts.get_mut(text) else { return };
        // A full name that was sure once is not unsettled by a guess elsewhere.
        if via == Via::Memory && alike.surest > certainty {
            return;
        }
        if !self.taken.insert((alike.number, at)) {
            return;
        }
        let order = self.taken.len();
        alike.surest = alike.surest.max(certainty);
        let surname = via == Via::Surname;
        let like = |group: &&mut Group| {
            (group.surname, group.kind, group.certainty) == (surname, kind, certainty)
        };
        let learnt = Learnt { order, at, via, since };
        match alike.groups.iter_mut().find(like) {
            Some(group) => {
                while group.forms.pop_if(|before| before.since >= since).is_some() {}
                group.forms.push(learnt);
            }
            None => {
                let forms = vec![learnt];
                alike.groups.push(Group { surname, kind, certainty, forms });
            }
        }
    }

    /// All of them, to be looked for.
    pub(super) fn sorted(&self) -> Sorted<'_> {
        let name = |(text, alike)| {
            let first = words::first(text).unwrap_or_default();
            Name { text, first, alike, shorter: None }
        };
        let texts = self.texts.iter().map(|(text, alike)| (text.as_str(), alike));
        let mut names: Vec<Name<'_>> = texts.map(name).collect();
        names.sort_unstable_by_key(|name| name.text);
        let mut within: Vec<usize> = Vec::new();
        for at in 0..names.len() {
            let begins = |&mut before: &mut usize| names[at].text.starts_with(names[before].text);
            while within.pop_if(|before| !begins(before)).is_some() {}
            names[at].shorter = within.last().copied();
            within.push(at);
        }
        Sorted { firsts: names.iter().map(|name| name.first).collect(), names }
    }
}

impl Alike {
    /// What a text at `place` means by it; `as_surname` says whether a surname may stand there.
    fn meant(&self, place: (usize, usize), as_surname: impl FnOnce() -> bool) -> Option<Candidate> {
        let mut ask = Some(as_surname);
        let mut answer = false;
        let holds = |group: &&Group| {
            if group.surname
                && let Some(ask) = ask.take()
            {
                answer = ask();
            }
            !group.surname || answer
        };
        let newest = |group: &'_ Group| {
            let held = group.forms.partition_point(|form| form.since <= place);
            let Learnt { order, at, via, .. } = *group.forms.get(held.checked_sub(1)?)?;
            Some((group.certainty, Reverse(group.kind), order, Who::Known { at, via }))
        };
        let all = self.groups.iter().filter(holds).filter_map(newest);
        let best = all.max_by_key(|&(certainty, kind, order, _)| (certainty, kind, order));
        let (certainty, Reverse(kind), _, who) = best?;
        Some(Candidate { start: place.1, end: place.1, kind, certainty, who })
    }
}

/// The forms of an article in the order of their texts.
pub(super) struct Sorted<'f> {
    names: Vec<Name<'f>>,
    /// The first word, or the first Han character, of each.
    firsts: HashSet<&'f str>,
}

struct Name<'f> {
    text: &'f str,
    first: &'f str,
    alike: &'f Alike,
    /// The longest other name that this one begins with.
    shorter: Option<usize>,
}

impl Sorted<'_> {
    /// Adds to `out` the mentions by these forms in the text with this number.
    pub(super) fn recall(&self, number: usize, text: &Text<'_>, out: &mut Vec<Candidate>) {
        if self.names.is_empty() {
            return;
        }
        for (at, word) in text.words.iter().enumerate() {
            if word.capital() {
                self.recall_word(number, text, at, out);
            } else if word.shape == Shape::Han {
                self.recall_run(number, text, word, out);
            }
        }
    }

    /// The names that `rest` begins with, their first word being `first`, the longest first.
    fn starting(&self, rest: &str, first: &str) -> impl Iterator<Item = &Name<'_>> {
        let last = match self.firsts.contains(first) {
            // All that `rest` begins with begin the last one that sorts before it.
            true => self.names.partition_point(|name| name.text <= rest).checked_sub(1),
            false => None,
        };
        std::iter::successors(last, |&at| self.names[at].shorter)
            .map(|at| &self.names[at])
            .filter(move |name| name.first == first && rest.starts_with(name.text))
            .take(NESTED)
    }

    fn recall_word(&self, number: usize, text: &Text<'_>, at: usize, out: &mut Vec<Candidate>) {
        let start = text.words[at].start;
        for name in self.starting(&text.str()[start..], text.word(at)) {
            let end = start + name.text.len();
            let last = text.words[at..].partition_point(|word| word.end <= end) + at;
            if last > at && text.words[last - 1].end == end {
                let meant = name.alike.meant((number, start), || alone(text, at, last));
                out.extend(meant.map(|one| Candidate { end, ..one }));
            }
        }
    }

    fn recall_run(&self, number: usize, text: &Text<'_>, run: &Word, out: &mut Vec<Candidate>) {
        let folded = text.str();
        for (at, c) in folded[run.start..run.end].char_indices() {
            let start = run.start + at;
            for name in self.starting(&folded[start..], &folded[start..start + c.len_utf8()]) {
                let end = start + name.text.len();
                let as_surname = || stands_in_han(folded, start, end);
                let meant = name.alike.meant((number, start), as_surname);
                out.extend(meant.map(|one| Candidate { end, ..one }));
            }
        }
    }
}

/// Whether the words around a surname do not make another name of it.
fn alone(text: &Text<'_>, first: usize, last: usize) -> bool {
    let before = first.checked_sub(1).map(|at| &text.words[at]);
    let joined_before = before.is_some_and(|word| {
        word.capital()
            && text.words[first].spaced
            && !word.cues.any(&[Cue::Title, Cue::Calendar])
            && !(word.opens && word.has(Cue::Common))
    });
    let joined_after = text.words.get(last).is_some_and(|word| {
        word.spaced && word.capital() && !word.cues.any(&[Cue::Calendar, Cue::Title])
            || (!word.spaced
                && word.shape == Shape::Mark
                && text.is(last, "-")
                && text.words.get(last + 1).is_some_and(Word::capital))
    });
    !joined_before && !joined_after
}

/// Whether a Han surname found at `start..end` is that name: a single family name needs a title
/// after it, and none stands inside a dotted name.
fn stands_in_han(text: &str, start: usize, end: usize) -> bool {
    let after = text[end..].chars().next();
    let before = text[..start].chars().next_back();
    if before.is_some_and(is_dot) || after.is_some_and(is_dot) {
        return false;
    }
    text[start..end].chars().nth(1).is_some()
        || lexicon::phrase(text, end).is_some_and(|(_, cues)| cues.has(Cue::Title))
}
