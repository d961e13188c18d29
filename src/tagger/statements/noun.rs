//! Noun phrases that may be speakers, in English and Malay: the one that ends before a verb, the
//! one that begins after it.
//!
//! A phrase counts if it is a tagged name, a capitalised name, a pronoun, or called by a word of the
//! tables for people, bodies and papers. Anything else is nobody, so that none is invented.

use super::cut::{Cut, Kind};
use super::lexicon::Classes;
use crate::tag::EntityType;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A tagged person or body, by its place in the mentions.
    Mention(usize),
    /// A group, a role, or a name that is not tagged.
    Phrase,
    /// `he`, `beliau`, 他.
    Pronoun,
}

/// A speaker in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    pub(super) who: Who,
    /// The bytes that name it.
    pub(super) span: (usize, usize),
    /// The first token of the whole phrase, article and titles included.
    pub(super) first: usize,
    /// The last token of the whole phrase.
    pub(super) last: usize,
    /// Another person joined to it: `Lim and Tan said`.
    pub(super) also: Option<usize>,
}

/// The most tokens of a noun phrase.
const LONGEST: usize = 12;

/// How many phrases may hang on one another: `the head of the office of the mayor`.
const DEEPEST: usize = 3;

/// Words that end a noun phrase.
const BREAKS: Classes = Classes::ARTICLE
    .or(Classes::JOINT)
    .or(Classes::OF)
    .or(Classes::AT)
    .or(Classes::STOP)
    .or(Classes::SAY)
    .or(Classes::TELL)
    .or(Classes::PRONOUN)
    .or(Classes::SOURCE)
    .or(Classes::DAY);

/// Finds noun phrases in one text.
pub(super) struct Nouns<'c, 'a> {
    pub(super) cut: &'c Cut<'a>,
    /// Whether what a phrase is about stands first in it, as in Malay.
    pub(super) head_first: bool,
}

impl Nouns<'_, '_> {
    /// The speaker whose phrase ends with token `last`; nothing before token `floor` is looked at.
    pub(super) fn ending_at(&self, last: usize, floor: usize) -> Option<Speaker> {
        self.ending(last, floor, 0)
    }

    fn ending(&self, last: usize, floor: usize, depth: usize) -> Option<Speaker> {
        let cut = self.cut;
        if last < floor || depth > DEEPEST || cut.tokens.get(last)?.quote.is_some() {
            return None;
        }
        if cut.is(last, Classes::PRONOUN) {
            let free = last == floor
                || cut.is(last - 1, Classes::JOINT)
                || matches!(cut.kind(last - 1), Kind::Comma | Kind::Mark | Kind::Colon);
            let token = cut.tokens[last];
            let span = (token.start, token.end);
            let speaker = Speaker { who: Who::Pronoun, span, first: last, last, also: None };
            return free.then_some(speaker);
        }
        let mut end = last;
        if self.head_first {
            while end > floor && cut.is(end, Classes::AFTER) && cut.tokens[end].mention.is_none() {
                end -= 1;
            }
        }
        let start = self.run_start(end, floor)?;
        let outer =
            if start > floor && cut.is(start - 1, Classes::ARTICLE) { start - 1 } else { start };
        let hangs = outer > floor
            && cut.is(outer - 1, Classes::OF.or(Classes::AT))
            && cut.tokens[outer - 1].mention.is_none();
        let speaker = match self.head_first {
            true => self.malay(start, end),
            false => self.english(start, end, floor),
        };
        // Of what hangs on another phrase, that one must be a speaker.
        let mut speaker = speaker.or_else(|| hangs.then(|| self.phrase(start, end)))?;
        (speaker.first, speaker.last) = (outer, last);
        // `fishermen from Zambales and Palawan`: the second hangs where the first does.
        let person = matches!(speaker.who, Who::Mention(one) if self.is_person(one));
        if !person
            && outer > floor + 1
            && matches!(cut.str(outer - 1), "and" | "or" | "dan" | "atau")
            && let Some(start) = self.run_start(outer - 2, floor)
        {
            let article = start > floor && cut.is(start - 1, Classes::ARTICLE);
            let before = (start - usize::from(article)).checked_sub(1);
            let before = before.filter(|before| *before > floor);
            if let Some(before) = before.filter(|at| cut.is(*at, Classes::OF.or(Classes::AT))) {
                let head = self.ending(before - 1, floor, depth + 1)?;
                return (head.who != Who::Pronoun).then_some(Speaker { last, ..head });
            }
        }
        if outer == floor {
            return Some(speaker);
        }
        let before = outer - 1;
        if hangs {
            return self.governed(speaker, start, before, floor, depth);
        }
        if cut.is(before, Classes::STOP) && !cut.is(before, Classes::JOINT) {
            return None;
        }
        if self.head_first && cut.is(before, Classes::WHO) && before > floor {
            return self.ending(before - 1, floor, depth + 1);
        }
        if person
            && matches!(cut.str(before), "and" | "dan")
            && before > floor
            && let Some((other, first)) = cut.name_ending(before - 1)
            && self.is_person(other)
            && let Some(outer) = self.run_start(first, floor)
            && (outer == floor
                || cut.kind(outer - 1) == Kind::Comma
                || cut.is(outer - 1, Classes::JOINT))
        {
            speaker.also = Some(other);
        }
        Some(speaker)
    }

    /// The speaker of a phrase that hangs by the word `before` on another phrase.
    fn governed(
        &self,
        inner: Speaker,
        start: usize,
        before: usize,
        floor: usize,
        depth: usize,
    ) -> Option<Speaker> {
        let cut = self.cut;
        // `Ambassador to Malaysia Ouyang Yujing`: what hangs is the place only.
        if let Who::Mention(one) = inner.who
            && self.is_person(one)
            && let Some(name) = (start..=inner.last).find(|at| cut.tokens[*at].mention == Some(one))
            && name > start
            && (start..name).all(|at| cut.tokens[at].mention.is_some())
        {
            return Some(inner);
        }
        if before == floor {
            return None;
        }
        let head = self.ending(before - 1, floor, depth + 1)?;
        if cut.is(before, Classes::OF) {
            if head.who == Who::Pronoun {
                return None;
            }
            // `Robyn Lim of Ipoh`
            if !self.is_role(&head) {
                return Some(Speaker { last: inner.last, ..head });
            }
            let span = (head.span.0, inner.span.1);
            return Some(Speaker { who: Who::Phrase, span, last: inner.last, ..head });
        }
        (head.who != Who::Pronoun).then_some(Speaker { last: inner.last, ..head })
    }

    /// The first token of the words that belong to a phrase that ends with `end`.
    fn run_start(&self, end: usize, floor: usize) -> Option<usize> {
        if !self.belongs(end) {
            return None;
        }
        let mut start = end;
        while start > floor && end - start < LONGEST && self.belongs(start - 1) {
            start -= 1;
        }
        // A phrase does not begin with the end of another.
        if self.cut.kind(start) == Kind::Possessive {
            return None;
        }
        Some(start)
    }

    /// Whether a token may be a word of a noun phrase.
    fn belongs(&self, at: usize) -> bool {
        let Some(token) = self.cut.tokens.get(at) else { return false };
        if token.quote.is_some() {
            return false;
        }
        if token.mention.is_some() {
            return true;
        }
        match token.kind {
            Kind::Possessive => true,
            Kind::Capital | Kind::Word => {
                !token.classes.any(BREAKS) && (self.head_first || !self.cut.str(at).ends_with("ly"))
            }
            _ => false,
        }
    }

    /// The person who is all that the pair of commas from token `comma` on holds; the second may be
    /// the end of the sentence.
    pub(super) fn name_in_commas(&self, comma: usize, ceiling: usize) -> Option<Speaker> {
        let cut = self.cut;
        let ends = |at: usize| matches!(cut.kind(at), Kind::Comma | Kind::Stop);
        if cut.kind(comma) != Kind::Comma {
            return None;
        }
        let last = (comma + 1..ceiling.min(comma + LONGEST)).find(|at| ends(at + 1))?;
        let (mention, first) = cut.name_ending(last)?;
        let whole = self.is_person(mention) && first == comma + 1;
        whole.then(|| Speaker { first: comma, last, ..self.mention(mention) })
    }

    /// Whether a phrase is called by what people are or do, not by a name.
    pub(super) fn is_role(&self, speaker: &Speaker) -> bool {
        let heads = Classes::ROLE.or(Classes::PAPER).or(Classes::KIN);
        speaker.who == Who::Phrase
            && (speaker.first..=speaker.last).any(|at| self.cut.is(at, heads))
    }

    fn is_person(&self, mention: usize) -> bool {
        self.cut.mentions[mention].kind == EntityType::Person
    }

    fn mention(&self, mention: usize) -> Speaker {
        let span = self.cut.mentions[mention].span;
        let span = (span.start as usize, span.end as usize);
        Speaker { who: Who::Mention(mention), span, first: 0, last: 0, also: None }
    }

    fn phrase(&self, start: usize, end: usize) -> Speaker {
        let span = (self.cut.tokens[start].start, self.cut.tokens[end].end);
        Speaker { who: Who::Phrase, span, first: start, last: end, also: None }
    }

    /// The speaker that the whole of a name is, if it may be one: of places the name by itself.
    fn named(&self, mention: usize, start: usize, end: usize) -> Option<Speaker> {
        let one = &self.cut.mentions[mention];
        match one.kind {
            EntityType::Person | EntityType::Organization => Some(self.mention(mention)),
            EntityType::Place | EntityType::Facility if !one.demonym => {
                let whole = (start..=end).all(|at| self.cut.tokens[at].mention == Some(mention));
                whole.then(|| self.phrase(start, end))
            }
            _ => None,
        }
    }

    /// The speaker of an English phrase: what it is about stands last.
    fn english(&self, start: usize, end: usize, floor: usize) -> Option<Speaker> {
        let cut = self.cut;
        if let Some((mention, _)) = cut.name_ending(end) {
            return self.named(mention, start, end);
        }
        if cut.tokens[end].mention.is_some() || cut.kind(end) == Kind::Possessive {
            return None;
        }
        if cut.is(end, Classes::ROLE.or(Classes::PAPER)) {
            return Some(self.phrase(start, end));
        }
        self.capitals(start, end, floor)
    }

    /// A name of capitalised words that end with `end` and that no one tagged.
    fn capitals(&self, start: usize, end: usize, floor: usize) -> Option<Speaker> {
        let cut = self.cut;
        let name = |at: usize| {
            cut.kind(at) == Kind::Capital
                && cut.tokens[at].mention.is_none()
                && !cut.is(at, Classes::THAT.or(Classes::QUOTE).or(Classes::AHEAD))
        };
        let mut first = end + 1;
        while first > start && end + 1 - first < 4 && name(first - 1) {
            first -= 1;
        }
        while first < end && cut.is(first, Classes::ABBR) {
            first += 1;
        }
        // The first word of a sentence may have a capital for that alone.
        let opens = first == end && (first == floor || first == 0);
        let known = first <= end && !opens;
        known.then(|| self.phrase(first, end))
    }

    /// The speaker of a Malay phrase: what it is about stands first.
    fn malay(&self, start: usize, end: usize) -> Option<Speaker> {
        let cut = self.cut;
        let last = cut.name_ending(end);
        if let Some((mention, first)) = last
            && self.is_person(mention)
            && !(first > start && cut.is(first - 1, Classes::KIN))
        {
            return Some(self.mention(mention));
        }
        if cut.is(start, Classes::ROLE.or(Classes::PAPER).or(Classes::KIN)) {
            return Some(self.phrase(start, end));
        }
        match last {
            Some((mention, first)) if first == start => self.named(mention, start, end),
            Some(_) => None,
            None => self.capitals(start, end, start),
        }
    }

    /// The speaker whose phrase begins with token `from`, before token `ceiling`.
    pub(super) fn starting_at(&self, from: usize, ceiling: usize) -> Option<Speaker> {
        let cut = self.cut;
        if from >= ceiling {
            return None;
        }
        if cut.is(from, Classes::PRONOUN) {
            let token = cut.tokens[from];
            let (who, span) = (Who::Pronoun, (token.start, token.end));
            return Some(Speaker { who, span, first: from, last: from, also: None });
        }
        let mut start = from;
        while start < ceiling
            && start < from + 2
            && cut.is(start, Classes::ARTICLE)
            && cut.tokens[start].mention.is_none()
        {
            start += 1;
        }
        let mut end = start;
        while end < ceiling && end - start < LONGEST && self.belongs(end) {
            end += 1;
        }
        if end == start {
            return None;
        }
        let mut speaker = self.within(start, end - 1)?;
        if cut.kind(speaker.last + 1) == Kind::Possessive {
            return None;
        }
        speaker.first = from;
        if matches!(speaker.who, Who::Phrase)
            && cut.is(speaker.last + 1, Classes::OF)
            && speaker.last + 2 < ceiling
        {
            let hangs = speaker.last + 2;
            let skip = usize::from(cut.is(hangs, Classes::ARTICLE));
            let mut end = hangs + skip;
            while end < ceiling && end - hangs < LONGEST && self.belongs(end) {
                end += 1;
            }
            if end > hangs + skip {
                speaker.last = end - 1;
                speaker.span.1 = cut.tokens[end - 1].end;
            }
        }
        // `said his father, Abdullah Kurdi, …`
        if self.is_role(&speaker)
            && let Some(name) = self.name_in_commas(speaker.last + 1, ceiling)
        {
            return Some(Speaker { first: from, ..name });
        }
        Some(speaker)
    }

    /// The speaker within the words from `start` to `end`.
    fn within(&self, start: usize, end: usize) -> Option<Speaker> {
        let cut = self.cut;
        let person = (start..=end).find_map(|at| {
            let (mention, first) = cut.name_ending(at)?;
            let owns = at < end && cut.kind(at + 1) == Kind::Possessive;
            let kin = self.head_first && first > start && cut.is(first - 1, Classes::KIN);
            (self.is_person(mention) && !owns && !kin).then_some((mention, at))
        });
        if let Some((mention, at)) = person {
            return Some(Speaker { last: at, ..self.mention(mention) });
        }
        if self.head_first {
            if cut.is(start, Classes::ROLE.or(Classes::PAPER).or(Classes::KIN)) {
                return Some(self.phrase(start, end));
            }
            let name = (start..=end).take_while(|at| cut.tokens[*at].mention.is_some()).last();
            if let Some(at) = name
                && let Some((mention, first)) = cut.name_ending(at)
                && first == start
            {
                return self.named(mention, start, at).map(|one| Speaker { last: at, ..one });
            }
            return self.capitals(start, end, start);
        }
        let heads = Classes::ROLE.or(Classes::PAPER);
        let last = (start..=end).rev().find(|at| {
            cut.is(*at, heads) || cut.name_ending(*at).is_some() || cut.kind(*at) == Kind::Capital
        })?;
        let speaker = self.english(start, last, start)?;
        Some(Speaker { last, ..speaker })
    }
}
