//! Names in text that capitalises them: runs of capitalised words are cut at titles and dates,
//! and each part is judged by its own words (`bodies`) and by those around it (`person`).

use super::bodies;
use super::cue::{Cue, Cues};
use super::lexicon;
use super::merge::{Candidate, Certainty, Who};
use super::person;
use super::words::{Shape, Text};
use crate::tag::EntityType;

/// One text under the rules.
pub(super) struct Rules<'t> {
    pub(super) text: &'t Text<'t>,
    /// What the gazetteer gives, in reading order.
    pub(super) known: &'t [Candidate],
    /// Whether the article is in Malay.
    pub(super) malay: bool,
    pub(super) out: Vec<Candidate>,
}

/// A run of capitalised words, or a part of one: word numbers, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    /// A form of address or office stands right before it.
    pub(super) titled: bool,
}

impl Part {
    pub(super) fn len(self) -> usize {
        self.end - self.start
    }
}

/// Candidates by rule for the Latin words of `text`.
pub(super) fn names(text: &Text<'_>, known: &[Candidate], malay: bool) -> Vec<Candidate> {
    let mut rules = Rules { text, known, malay, out: Vec::new() };
    let mut at = 0;
    // Whether an office ended the run before and waits for its holder: `Ambassador to …`.
    let mut office = false;
    while at < text.words.len() {
        if !text.words[at].capital() {
            at += 1;
            continue;
        }
        let end = rules.run_end(at);
        let linked = at.checked_sub(1).is_some_and(|before| rules.links_office(before));
        office = rules.run(at, end, office && linked || rules.lower_office(at));
        at = end;
    }
    rules.out
}

impl Rules<'_> {
    /// One past the run of capitalised words that starts at `from`, joining words included.
    fn run_end(&self, from: usize) -> usize {
        let words = &self.text.words;
        let capital = |at: usize| words.get(at).is_some_and(super::words::Word::capital);
        let tight = |at: usize| words.get(at).is_some_and(|word| !word.spaced);
        let mut at = from + 1;
        while let Some(word) = words.get(at) {
            let step = match (word.shape, self.text.word(at)) {
                _ if word.capital() && word.spaced => 1,
                (Shape::Mark, "-" | "–" | "‑")
                    if !word.spaced && capital(at + 1) && tight(at + 1) =>
                {
                    2
                }
                (Shape::Mark, "&") if capital(at + 1) => 2,
                (Shape::Mark, ".")
                    if !word.spaced && self.abbreviates(at - 1) && capital(at + 1) =>
                {
                    2
                }
                (Shape::Mark, ",") if self.legal(at + 1) => 2,
                (Shape::Mark, ".") if self.text.is(at + 1, ",") && self.legal(at + 2) => 3,
                (Shape::Mark, "(")
                    if capital(at + 1) && self.text.is(at + 2, ")") && self.legal(at + 3) =>
                {
                    4
                }
                (Shape::Lower, _) => match self.particles(at) {
                    0 => break,
                    joined => joined,
                },
                _ => break,
            };
            at += step;
        }
        at.min(words.len())
    }

    /// How many words a join by `bin`, `van der` or `al-` takes from `at`, its capitalised end
    /// included; 0 for none.
    fn particles(&self, at: usize) -> usize {
        let words = &self.text.words;
        let mut next = at;
        while next < at + 3 && words.get(next).is_some_and(|word| word.shape == Shape::Lower) {
            let word = self.text.word(next);
            if !lexicon::word(word).has(Cue::Particle) || (self.malay && word == "di") {
                return 0;
            }
            next += 1;
            if self.text.is(next, "-") {
                next += 1;
            }
        }
        let ends = words.get(next).is_some_and(super::words::Word::capital);
        if ends { next + 1 - at } else { 0 }
    }

    /// Whether a full stop after word `at` belongs to it and ends no sentence.
    fn abbreviates(&self, at: usize) -> bool {
        let word = &self.text.words[at];
        let text = self.text.word(at);
        word.shape == Shape::Initial
            || matches!(
                text,
                "St" | "Mt" | "Jr" | "Sr" | "Mohd" | "Md" | "Dr" | "Mr" | "Mrs" | "Ms"
            )
            || (text.len() <= 4 && word.has(Cue::Title))
    }

    pub(super) fn legal(&self, at: usize) -> bool {
        self.text.words.get(at).is_some_and(|word| word.capital() && word.has(Cue::Legal))
    }

    /// Cue classes of word `at` whatever its case.
    pub(super) fn cues(&self, at: usize) -> Cues {
        lexicon::word(self.text.word(at))
    }

    /// Whether word `at` joins an office to what it is the office of.
    fn links_office(&self, at: usize) -> bool {
        matches!(self.text.word(at), "of" | "for" | "to" | "at" | "the" | "bagi" | "ke" | "kepada")
    }

    /// Whether a lower-case office `of` something stands before `at`: `former governor of`.
    fn lower_office(&self, at: usize) -> bool {
        let mut before = at;
        for _ in 0..2 {
            match before.checked_sub(1) {
                Some(link) if self.links_office(link) => before = link,
                _ => break,
            }
        }
        before < at && before.checked_sub(1).is_some_and(|at| self.cues(at).has(Cue::Role))
    }

    /// Judges one run. Returns whether it ends in an office that waits for its holder.
    fn run(&mut self, start: usize, end: usize, office: bool) -> bool {
        let mut part = Part { start, end: start, titled: self.role_before(start) };
        let mut at = start;
        let mut waits = false;
        while at < end {
            let word = self.text.words[at];
            let next = (at + word.phrase).min(end);
            let covered = self.known_at(at).is_some_and(|one| {
                one.kind != EntityType::Place || one.end > self.text.words[next - 1].end
            });
            waits = false;
            if word.has(Cue::Calendar) && !(word.has(Cue::Given) && next < end) {
                self.part(Part { end: at, ..part });
                part = Part { start: next, end: next, titled: false };
            } else if word.has(Cue::Title) && !covered && !self.title_is_name(at, next, part, end) {
                self.part(Part { end: at, ..part });
                let mut after = next;
                while after < end && self.text.is(after, ".") {
                    after += 1;
                }
                part = Part { start: after, end: after, titled: true };
                waits = after == end;
                at = after;
                continue;
            }
            at = next;
        }
        let last = Part { end, ..part };
        if office && part.start == start {
            self.holder(last);
        }
        self.part(last);
        waits
    }

    /// Whether the title at `at` is rather part of a name: `General Assembly`, `Justice
    /// Department`, a given name, the last word of a longer name.
    fn title_is_name(&self, at: usize, next: usize, part: Part, end: usize) -> bool {
        let body = next + 1 == end
            && self.text.words[next].cues.any(&[Cue::Body, Cue::Site, Cue::Event, Cue::Law]);
        let given = part.start == at && self.text.words[at].has(Cue::Given) && next < end;
        body || given
    }

    /// Whether a lower-case office or kinship word stands before `at`.
    fn role_before(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        self.text.words[before].shape == Shape::Lower
            && self.cues(before).any(&[Cue::Role, Cue::Title])
            && !matches!(self.text.word(before), "private" | "general" | "major" | "leader")
            || (self.text.is(before, ".")
                && before > 0
                && self.text.words[before - 1].has(Cue::Title)
                && self.abbreviates(before - 1))
    }

    /// The candidate of the gazetteer that covers word `at`.
    pub(super) fn known_at(&self, at: usize) -> Option<&Candidate> {
        let word = self.text.words.get(at)?;
        let next = self.known.partition_point(|one| one.end <= word.start);
        self.known.get(next).filter(|one| one.start <= word.start)
    }

    /// The holder of an office whose body or place opens `part`: `[Malaysia] Ouyang Yujing`.
    fn holder(&mut self, part: Part) {
        let mut start = part.start;
        while start < part.end {
            let word = &self.text.words[start];
            let known = self.known_at(start).is_some_and(|one| one.kind != EntityType::Person);
            if !known && !word.cues.any(&[Cue::Subject, Cue::Body, Cue::Land, Cue::Legal]) {
                break;
            }
            start += 1;
        }
        let rest = Part { start, titled: true, ..part };
        let after_known = start > part.start && self.known_at(start - 1).is_some();
        let least = if after_known { 1 } else { 2 };
        if start > part.start && (least..=5).contains(&rest.len()) && person::shaped(self, rest) {
            self.push(rest, EntityType::Person, Certainty::Likely);
        }
    }

    /// Judges one part of a run.
    fn part(&mut self, mut part: Part) {
        while part.start < part.end && self.only_opens(part) {
            part = Part { start: part.start + 1, ..part };
        }
        if part.start >= part.end || bodies::judge(self, part) {
            return;
        }
        if person::whole(self, part) {
            return;
        }
        if self.beside_known(part) {
            return;
        }
        // What the gazetteer knows splits the rest.
        let mut start = part.start;
        let mut titled = part.titled;
        let mut at = part.start;
        while at < part.end {
            let Some(end) = self.known_at(at).map(|one| one.end) else {
                at += 1;
                continue;
            };
            self.rest(Part { start, end: at, titled });
            while at < part.end && self.text.words[at].start < end {
                at += 1;
            }
            (start, titled) = (at, false);
        }
        self.rest(Part { start, end: part.end, titled });
    }

    /// A known name with one unknown word beside it is another name: `Utah Jazz`, `BBC Scotland`,
    /// `Massachusetts Barat`. Returns whether it is one.
    fn beside_known(&mut self, part: Part) -> bool {
        let words = &self.text.words[part.start..part.end];
        let Some(known) = self.known_at(part.start) else { return false };
        let (kind, end) = (known.kind, known.end);
        let count = words.iter().take_while(|word| word.end <= end).count();
        let [last] = words[count..] else { return false };
        let demonym = matches!(known.who, Who::Entry(entry) if entry.demonym());
        let direction = matches!(
            self.text.word(part.end - 1),
            "Barat" | "Timur" | "Utara" | "Selatan" | "Tengah" | "Raya"
        );
        if kind == EntityType::Place && direction {
            self.push(part, EntityType::Place, Certainty::Likely);
            return true;
        }
        let place_after =
            self.known_at(part.end - 1).is_some_and(|one| one.kind == EntityType::Place);
        let joins = match kind {
            EntityType::Organization => place_after,
            EntityType::Place => {
                self.known_at(part.end - 1).is_none()
                    && !demonym
                    && last.shape == Shape::Capital
                    && last.end - last.start >= 4
                    && !last.cues.any(&[Cue::Given, Cue::Family, Cue::Common, Cue::Subject])
            }
            _ => false,
        };
        if count == 0 || !joins || self.text.titled || part.titled || last.shape == Shape::Mark {
            return false;
        }
        self.push(part, EntityType::Organization, Certainty::Likely);
        true
    }

    /// Whether the first word of `part` is capitalised only because of where it stands.
    fn only_opens(&self, part: Part) -> bool {
        let word = &self.text.words[part.start];
        if self.known_at(part.start).is_some_and(|one| one.start == word.start) {
            return false;
        }
        let text = self.text.word(part.start);
        matches!(text, "The" | "A" | "An" | "THE" | "Former" | "Bekas")
            || (word.shape == Shape::Mark || word.shape == Shape::Lower)
            || (word.opens && word.has(Cue::Common))
    }

    /// Judges words that no list knows and that are no body.
    fn rest(&mut self, mut part: Part) {
        let edge = |rules: &Self, at: usize| {
            matches!(rules.text.words[at].shape, Shape::Mark | Shape::Lower)
        };
        while part.start < part.end && edge(self, part.start) {
            part.start += 1;
        }
        while part.start < part.end && edge(self, part.end - 1) {
            part.end -= 1;
        }
        if part.start >= part.end || self.text.titled && !part.titled {
            return;
        }
        if person::judge(self, part) || self.place(part) {
            return;
        }
        self.guess(part);
    }

    /// A place by the words around it: `near X`, `X, Louisiana`.
    fn place(&mut self, part: Part) -> bool {
        let words = &self.text.words[part.start..part.end];
        let plain = |word: &super::words::Word| {
            word.shape == Shape::Capital && !word.cues.any(&[Cue::Common, Cue::Given, Cue::Subject])
                || word.shape == Shape::Mark
        };
        if part.len() > 3 || !words.iter().all(plain) {
            return false;
        }
        let before = part.start.checked_sub(1);
        let after_in = before.is_some_and(|before| {
            self.text.words[before].shape == Shape::Lower
                && self.cues(before).has(Cue::PlaceBefore)
                && !matches!(
                    self.text.word(before),
                    "at" | "from" | "off" | "across" | "dari" | "ke"
                )
        });
        let before_place = self.text.is(part.end, ",")
            && self.known_at(part.end + 1).is_some_and(|one| {
                one.kind == EntityType::Place
                    && one.start == self.text.words[part.end + 1].start
                    && self.text.words[part.end + 1].spaced
            });
        if !after_in && !before_place {
            return false;
        }
        let possessive =
            self.text.words.get(part.end).is_some_and(|word| word.shape == Shape::Possessive);
        if possessive && !before_place {
            return false;
        }
        self.push(part, EntityType::Place, Certainty::Likely);
        true
    }

    /// What is left: capitals in the middle of a sentence that nothing explains.
    fn guess(&mut self, part: Part) {
        let first = &self.text.words[part.start];
        if part.len() == 1 {
            let letters = self.text.word(part.start);
            let acronym = first.shape == Shape::Upper
                && (2..=6).contains(&letters.len())
                && letters.bytes().all(|byte| byte.is_ascii_uppercase())
                && !self.text.str()[first.end..].starts_with('$')
                && !first.cues.any(&[Cue::Letters, Cue::Common, Cue::Calendar, Cue::Title]);
            let camel = first.shape == Shape::Capital
                && letters.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
                && !letters.starts_with("Mc")
                && !letters.starts_with("Mac")
                && !letters.contains('\'');
            let firm = part.start.checked_sub(1).is_some_and(|at| {
                self.text.words[at].shape == Shape::Lower && self.cues(at).has(Cue::Firm)
            });
            if acronym || camel || (firm && !first.has(Cue::Common)) {
                self.push(part, EntityType::Organization, Certainty::Guess);
            } else if self.malay && self.unexplained(part) {
                // Malay capitalises little else; in English this would cost more than it gives.
                self.push(part, EntityType::Person, Certainty::Guess);
            }
        }
    }

    /// Whether `part` is one capitalised word in mid sentence that no cue touches.
    fn unexplained(&self, part: Part) -> bool {
        let word = &self.text.words[part.start];
        let before = part.start.checked_sub(1).map_or("", |at| self.text.word(at));
        word.shape == Shape::Capital
            && !word.opens
            && word.end - word.start >= 4
            && word.cues == Cues::default()
            && !matches!(before, "the" | "a" | "an" | "\"" | "“" | "-")
    }

    /// Adds a candidate that names itself.
    pub(super) fn push(&mut self, part: Part, kind: EntityType, certainty: Certainty) {
        let start = self.text.words[part.start].start;
        let end = self.text.words[part.end - 1].end;
        self.out.push(Candidate { start, end, kind, certainty, who: Who::Itself });
    }
}
