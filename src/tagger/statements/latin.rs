//! Patterns of attribution in English and Malay: from each cue to who said what.

use std::collections::HashSet;
use std::ops::Range;

use super::Found;
use super::cut::{Cut, Kind};
use super::lexicon::{Classes, Words};
use super::noun::{Nouns, Speaker, Who};
use crate::tag::Mention;

/// How far words are looked for, in tokens: the name before `, the minister of trade, said`.
pub(super) const FAR: usize = 40;

/// Finds the statements of a text.
pub(super) fn find(text: &str, mentions: &[Mention], words: &Words, malay: bool) -> Vec<Found> {
    let cut = Cut::new(text, mentions, words);
    let nouns = Nouns { cut: &cut, head_first: malay };
    let mut finder = Finder { cut: &cut, nouns, found: Vec::new() };
    for at in 0..cut.tokens.len() {
        let token = &cut.tokens[at];
        if token.quote.is_none() && token.mention.is_none() && cut.is_word(at) {
            finder.cue(at);
        }
    }
    finder.continued();
    finder.found
}

/// The cues and what is found by them.
pub(super) struct Finder<'c, 'a> {
    pub(super) cut: &'c Cut<'a>,
    pub(super) nouns: Nouns<'c, 'a>,
    found: Vec<Found>,
}

/// What was said: where, and whether in the speaker's own words.
pub(super) type Said = ((usize, usize), bool);

impl Finder<'_, '_> {
    fn cue(&mut self, at: usize) {
        let cut = self.cut;
        let sentence = cut.sentence(at);
        let verbs = Classes::SAY.or(Classes::THAT).or(Classes::THING).or(Classes::TELL);
        if cut.is(at, Classes::SOURCE) {
            self.source(at, &sentence);
        } else if cut.is(at, Classes::HIS) {
            self.his(at, &sentence);
        } else if cut.is(at, Classes::TURNED) {
            self.turned(at, &sentence);
        } else if cut.is(at, verbs.or(Classes::QUOTE)) {
            self.verb(at, &sentence);
        }
    }

    fn add(&mut self, speaker: Speaker, cue: (usize, usize), said: Said) {
        let (span, direct) = said;
        let known = |one: &Found| direct && one.span == span && one.cue != cue;
        if span.0 >= span.1 || self.found.iter().rev().take(4).any(known) {
            return;
        }
        let who = |who, speaker| Found { who, speaker, cue, span, direct };
        if let Some(other) = speaker.also {
            let place = self.cut.mentions[other].span;
            let place = (place.start as usize, place.end as usize);
            self.found.push(who(Who::Mention(other), place));
        }
        self.found.push(who(speaker.who, speaker.span));
    }

    fn span(&self, at: usize) -> (usize, usize) {
        (self.cut.tokens[at].start, self.cut.tokens[at].end)
    }

    /// `according to X`, `menurut X`.
    fn source(&mut self, at: usize, sentence: &Range<usize>) {
        let cut = self.cut;
        let malay = self.nouns.head_first;
        if !malay && cut.str(at + 1) != "to" {
            return;
        }
        let last = if malay { at } else { at + 1 };
        let Some(speaker) = self.nouns.starting_at(last + 1, sentence.end) else { return };
        let cue = (cut.tokens[at].start, cut.tokens[last].end);
        if let Some(said) = self.quote_before(at) {
            return self.add(speaker, cue, said);
        }
        let opens = at == sentence.start
            || at == sentence.start + 1 && cut.is(sentence.start, Classes::JOINT);
        let said = if opens {
            self.behind_comma(speaker.last + 1, sentence)
        } else {
            self.clause(sentence.start, at)
                .or_else(|| self.behind_comma(speaker.last + 1, sentence))
        };
        if let Some(said) = said {
            self.add(speaker, cue, said);
        }
    }

    /// `katanya`: who said it is in the word.
    fn his(&mut self, at: usize, sentence: &Range<usize>) {
        let span = self.span(at);
        let who = Who::Pronoun;
        let speaker = Speaker { who, span, first: at, last: at, also: None };
        let said = self.before(at, sentence).or_else(|| {
            (at == sentence.start).then(|| self.behind_comma(at + 1, sentence)).flatten()
        });
        if let Some(said) = said {
            self.add(speaker, span, said);
        }
    }

    /// `kata X`, behind what was said or before it.
    fn turned(&mut self, at: usize, sentence: &Range<usize>) {
        let Some(speaker) = self.nouns.starting_at(at + 1, sentence.end) else { return };
        let said = if at == sentence.start {
            self.behind_comma(speaker.last + 1, sentence)
        } else {
            self.before(at, sentence)
        };
        if let Some(said) = said {
            self.add(speaker, self.span(at), said);
        }
    }

    fn verb(&mut self, at: usize, sentence: &Range<usize>) {
        let cut = self.cut;
        let mut cue = self.span(at);
        let mut next = at + 1;
        if cut.is(at, Classes::OUT) && cut.str(next) == "out" {
            cue.1 = cut.tokens[next].end;
            next += 1;
        }
        let quoted = self.quote_before(at);
        if let Some(said) = quoted
            && !self.nouns.head_first
            && let Some(speaker) = self.nouns.starting_at(next, sentence.end)
        {
            self.add(speaker, cue, said);
            self.resumed(speaker, cue, speaker.last + 1);
            return;
        }
        let Some(speaker) = self.subject(at, sentence.start) else {
            if cut.is(at, Classes::SAY)
                && cut.kind(at.wrapping_sub(1)) == Kind::Comma
                && !self.nouns.head_first
                && let Some(speaker) = self.nouns.starting_at(next, sentence.end)
                && self.ends(speaker.last + 1)
                && let Some(said) = self.clause(sentence.start, at)
            {
                self.add(speaker, cue, said);
            }
            return;
        };
        let after = self.after(at, next, sentence);
        let first = speaker.first;
        if let Some(said) = self.quote_before(first)
            && (first > sentence.start || after.is_none())
        {
            self.add(speaker, cue, said);
            self.resumed(speaker, cue, next);
        } else if let Some(said) = after {
            self.add(speaker, cue, said);
        } else if cut.is(at, Classes::SAY.or(Classes::THAT).or(Classes::TELL)) {
            let end = self.end(sentence);
            let comma = first > sentence.start && cut.kind(first - 1) == Kind::Comma;
            // `The law, Lim said, is old`: what was said is on both sides.
            let goes_on = comma
                && cut.kind(next) == Kind::Comma
                && next + 1 < end
                && cut.is_word(next + 1)
                && !cut.str(next + 1).ends_with("ing");
            let said = match goes_on {
                true => self.reported(sentence.start, end),
                false if self.ends(next) || cut.is(next, Classes::AT.or(Classes::DAY)) => {
                    self.clause(sentence.start, first)
                }
                false => None,
            };
            if let Some(said) = said {
                self.add(speaker, cue, said);
            }
        }
    }

    /// The quotation that goes on behind `…,” he said, “`.
    fn resumed(&mut self, speaker: Speaker, cue: (usize, usize), next: usize) {
        let begins = match self.cut.kind(next) {
            Kind::Comma | Kind::Colon => next + 1,
            _ => return,
        };
        if let Some(said) = self.quote_at(begins) {
            self.add(speaker, cue, said);
        }
    }

    /// Whether a clause ends before token `at`.
    fn ends(&self, at: usize) -> bool {
        matches!(self.cut.kind(at), Kind::Stop | Kind::Comma)
    }

    /// The subject of the verb at `at`.
    fn subject(&self, at: usize, floor: usize) -> Option<Speaker> {
        let cut = self.cut;
        let mut end = at;
        if cut.str(at) == "saying" {
            // `was quoted as saying`
            let quoted = at >= floor + 4 && cut.str(at - 1) == "as";
            if !quoted || !matches!(cut.str(at - 2), "quoted" | "cited" | "reported") {
                return None;
            }
            end = at - 3;
        }
        for _ in 0..8 {
            let before = end.checked_sub(1).filter(|before| *before >= floor)?;
            let token = &cut.tokens[before];
            if token.mention.is_some() || token.quote.is_some() {
                break;
            }
            let day = token.classes.any(Classes::DAY);
            let adverb = !self.nouns.head_first
                && token.kind == Kind::Word
                && cut.str(before).ends_with("ly")
                && !token.classes.any(Classes::ROLE);
            if !(token.classes.any(Classes::AHEAD) || day || adverb) {
                break;
            }
            end = before;
            if day && end > floor && matches!(cut.str(end - 1), "on" | "last" | "pada" | "hari") {
                end -= 1;
            }
        }
        let mut before = end.checked_sub(1).filter(|before| *before >= floor)?;
        if cut.str(before) == ")" {
            let open = (floor..before).rev().take(FAR / 2).find(|at| cut.str(*at) == "(")?;
            before = open.checked_sub(1).filter(|before| *before >= floor)?;
        }
        if cut.kind(before) == Kind::Comma {
            return self.apposition(before, floor);
        }
        if cut.is(before, Classes::WHO) && cut.tokens[before].mention.is_none() {
            let comma = before > floor && cut.kind(before - 1) == Kind::Comma;
            let last = before.checked_sub(1 + usize::from(comma))?;
            let speaker = self.nouns.ending_at(last, floor)?;
            return (speaker.who != Who::Pronoun).then_some(speaker);
        }
        self.nouns.ending_at(before, floor)
    }

    /// The speaker before what a pair of commas holds, the second of them at `comma`.
    fn apposition(&self, comma: usize, floor: usize) -> Option<Speaker> {
        let cut = self.cut;
        let commas = (floor..comma).rev().take(FAR);
        let mut speakers = commas
            .filter(|at| cut.kind(*at) == Kind::Comma && cut.tokens[*at].quote.is_none())
            .filter_map(|at| self.nouns.ending_at(at.checked_sub(1)?, floor));
        // What stands in the pair of commas has no subject and verb of its own.
        let speaker = speakers.next()?;
        let free = speaker.first == floor
            || matches!(cut.kind(speaker.first - 1), Kind::Comma)
            || cut.is(speaker.first - 1, Classes::JOINT)
            || cut.tokens[speaker.first - 1].quote.is_some();
        // `the mayor of Paris, Anne Hidalgo, said`
        if self.nouns.is_role(&speaker)
            && let Some(name) = self.nouns.name_in_commas(speaker.last + 1, comma + 1)
            && name.last + 1 == comma
        {
            return Some(Speaker { first: speaker.first, ..name });
        }
        (free && speaker.who != Who::Pronoun).then_some(speaker)
    }

    /// Quotations that are whole sentences behind one that somebody said: they go on with it.
    fn continued(&mut self) {
        let cut = self.cut;
        let mut last: Vec<Option<Found>> = vec![None; cut.sentences.len()];
        let mut known = HashSet::new();
        for one in &self.found {
            known.insert(one.span);
            let token = cut.tokens.partition_point(|token| token.start < one.cue.0);
            if one.direct {
                last[cut.tokens[token].sentence] = Some(*one);
            }
        }
        for (at, sentence) in cut.sentences.iter().enumerate().skip(1) {
            let Some(quote) = cut.tokens[sentence.start].quote else { continue };
            let quote = cut.quotes[quote];
            let whole = cut.tokens[sentence.start].start == quote.start
                && cut.tokens[sentence.end - 1].end <= quote.end;
            let said = self.inner(quote.inner).0;
            if whole
                && !known.contains(&said)
                && let Some(before) = last[at - 1]
            {
                let one = Found { span: said, ..before };
                last[at] = Some(one);
                self.found.push(one);
            }
        }
    }
}
