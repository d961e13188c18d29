//! What an article makes of its names: short forms it defines, surnames after full names,
//! companies without their legal ending, and names it repeats.

use std::collections::HashMap;

use super::acronym;
use super::cue::Cue;
use super::forms::{Form, Forms};
use super::lexicon;
use super::merge::{Candidate, Certainty, Who};
use super::words::{Text, is_dot};
use crate::tag::{EntityId, EntityType, Via};
use crate::tagger::gazetteer::{self, is_han};

/// An entity that the article established.
pub(super) struct Known {
    pub(super) id: EntityId,
    pub(super) name: String,
    pub(super) kind: EntityType,
}

/// Everything one article established.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) entities: Vec<Known>,
    pub(super) forms: Forms,
    places: HashMap<EntityId, usize>,
}

const DROPPED: [&str; 8] = [
    "Holdings",
    "Holding",
    "Group",
    "Corporation",
    "Company",
    "Industries",
    "International",
    "Enterprises",
];
const DROPPED_HAN: [&str; 8] = [
    "股份有限公司",
    "集团有限公司",
    "有限责任公司",
    "有限公司",
    "集团公司",
    "控股集团",
    "集团",
    "公司",
];

impl Memory {
    /// Learns from the names of one text, which must come in reading order.
    pub(super) fn learn(&mut self, number: usize, text: &Text<'_>, names: &[Candidate]) {
        let folded = text.str();
        let mut brackets = acronym::brackets(text).into_iter().peekable();
        for (place, one) in names.iter().enumerate() {
            let Some((at, full)) = self.establish(text, one) else { continue };
            let since = (number, one.end);
            if one.who == Who::Itself && one.certainty >= Certainty::Likely {
                self.form(&full, at, Via::Memory, one.certainty, since);
            }
            match one.kind {
                EntityType::Person => self.surnames(at, &full, one.certainty, since),
                EntityType::Organization => self.short_company(at, &full, since),
                _ => {}
            }
            while brackets.next_if(|bracket| bracket.open < one.end).is_some() {}
            let Some(bracket) = brackets.peek() else { continue };
            // From its start only: what is between two names is looked at once.
            if !folded[one.end..bracket.open].trim_start().is_empty() {
                continue;
            }
            let short = &folded[bracket.start..bracket.end];
            if accepts(&full, one.kind, short, bracket.declared) {
                self.form(short, at, Via::Acronym, Certainty::Bound, (number, bracket.start));
            } else if acronym::initials(&full)
                && acronym::fits(short, &full)
                && !lexicon::phrase(short, 0).is_some_and(|(_, cues)| cues.has(Cue::Title))
            {
                // `ACR (Full Name)`: what stands in brackets is the entity.
                let later = &names[place..];
                let long = later.get(later.partition_point(|long| long.start < bracket.start));
                let long =
                    long.filter(|long| (long.start, long.end) == (bracket.start, bracket.end));
                let long = long.copied().unwrap_or(Candidate {
                    start: bracket.start,
                    end: bracket.end,
                    kind: EntityType::Organization,
                    certainty: Certainty::Sure,
                    who: Who::Itself,
                });
                if let Some((at, _)) = self.establish(text, &long) {
                    let from = (number, one.start);
                    self.form(&full, at, Via::Acronym, Certainty::Bound, from);
                    self.form(short, at, Via::Memory, Certainty::Sure, from);
                }
            }
        }
    }

    /// The entity of `one`, made if it is new, and the folded text of the mention; `None` for
    /// names that establish nothing.
    fn establish(&mut self, text: &Text<'_>, one: &Candidate) -> Option<(usize, String)> {
        let full = text.str()[one.start..one.end].to_owned();
        let (id, name) = match one.who {
            Who::Entry(entry) if entry.demonym() => return None,
            Who::Entry(entry) => {
                let entry = entry.entry();
                (EntityId::from_known(entry.id), entry.name.to_owned())
            }
            Who::Itself => {
                let (start, end) = text.folded.original(one.start, one.end);
                (EntityId::of_name(one.kind, &full), text.original.get(start..end)?.to_owned())
            }
            Who::Known { at, .. } => return Some((at, full)),
        };
        if let Some(&at) = self.places.get(&id) {
            return Some((at, full));
        }
        let at = self.entities.len();
        self.places.insert(id.clone(), at);
        self.entities.push(Known { id, name, kind: one.kind });
        Some((at, full))
    }

    fn form(
        &mut self,
        text: &str,
        at: usize,
        via: Via,
        certainty: Certainty,
        since: (usize, usize),
    ) {
        let kind = self.entities[at].kind;
        self.forms.add(text, &Form { at, kind, via, certainty, since });
    }

    /// The parts of a full name that stand for it later.
    fn surnames(&mut self, at: usize, full: &str, sure: Certainty, since: (usize, usize)) {
        let add = |memory: &mut Self, part: &str| {
            memory.form(part, at, Via::Surname, Certainty::Bound, since);
        };
        if full.starts_with(is_han) {
            let parts: Vec<&str> = full.split(is_dot).collect();
            if let [_, .., last] = parts[..] {
                if last.chars().count() >= 2 {
                    add(self, last);
                }
            } else if (2..=3).contains(&full.chars().count()) {
                let family: String = full.chars().take(1).collect();
                if lexicon::word(&family).has(Cue::HanFamily) {
                    add(self, &family);
                }
            }
            return;
        }
        let parts: Vec<&str> = full.split(' ').collect();
        let [first, .., last] = parts[..] else { return };
        let stands = |part: &str| {
            let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
            let cues = lexicon::word(part);
            part.starts_with(char::is_uppercase)
                && letters >= 2
                && !part.ends_with('.')
                && !cues.any(&[Cue::Common, Cue::Title, Cue::Calendar, Cue::Legal])
                && !matches!(part, "Jr" | "Sr" | "II" | "III" | "IV")
        };
        // `Ahmad Kamal bin Ismail` is later `Ahmad Kamal` or `Kamal`.
        let is_particle = |part: &&str| {
            ["bin", "binti", "bte", "a/l", "a/p", "anak"]
                .iter()
                .any(|particle| part.eq_ignore_ascii_case(particle))
        };
        let given = &parts[..parts.iter().position(is_particle).unwrap_or(0)];
        if given.len() >= 2 {
            add(self, &given.join(" "));
        }
        let called = given.last().copied().filter(|called| *called != first);
        for part in [Some(last), called, Some(first)].into_iter().flatten() {
            // `Amman` may be a person of this name, a country hardly.
            let place = match sure {
                Certainty::Guess => known_place(part),
                _ => known_country(part),
            };
            if stands(part) && !place {
                add(self, part);
            }
        }
    }

    /// `Proton` for `Proton Holdings Bhd`, 吉利 for 吉利集团.
    fn short_company(&mut self, at: usize, full: &str, since: (usize, usize)) {
        if full.starts_with(is_han) {
            let short = DROPPED_HAN.iter().find_map(|end| full.strip_suffix(end));
            let short = short.filter(|one| one.chars().count() >= 2 && !known_place(one));
            if let Some(short) = short {
                self.form(short, at, Via::Memory, Certainty::Sure, since);
            }
            return;
        }
        let mut parts: Vec<&str> = full.split(' ').collect();
        let legal = |part: &&str| {
            let word = part.trim_matches(['.', ',', '(', ')']);
            lexicon::word(word).has(Cue::Legal) || part.starts_with('(')
        };
        let whole = parts.len();
        while parts.len() > 1 && parts.last().is_some_and(legal) {
            parts.pop();
        }
        let without = parts.len();
        while parts.len() > 1 && parts.last().is_some_and(|part| DROPPED.contains(part)) {
            parts.pop();
        }
        for count in [without, parts.len()] {
            if count == whole {
                continue;
            }
            let short = full.split(' ').take(count).collect::<Vec<_>>().join(" ");
            let short = short.trim_end_matches(',');
            let plain = count > 1
                || (short.len() >= 3
                    && !lexicon::word(short).any(&[
                        Cue::Common,
                        Cue::Subject,
                        Cue::Land,
                        Cue::Body,
                        Cue::Calendar,
                        Cue::Given,
                        Cue::Title,
                        Cue::Letters,
                    ]));
            if plain && !known_place(short) {
                self.form(short, at, Via::Memory, Certainty::Sure, since);
            }
        }
    }
}

/// Whether `short` in brackets after the name `full` is a short form of it.
fn accepts(full: &str, kind: EntityType, short: &str, declared: bool) -> bool {
    let latin = short.starts_with(|c: char| c.is_ascii_uppercase());
    if full.starts_with(is_han) {
        let translated = latin && kind != EntityType::Place && short.chars().all(|c| !is_han(c));
        return translated || (declared && short.chars().count() <= 8);
    }
    if kind == EntityType::Person || (kind == EntityType::Place && !acronym::fits(full, short)) {
        return declared && latin;
    }
    let place = known_place(short);
    (latin && !place && acronym::initials(short))
        || (declared && latin)
        || (!short.contains(' ') && latin && acronym::fits(full, short))
}

fn known_country(name: &str) -> bool {
    gazetteer::lookup(name).iter().any(|one| one.entry().refs.contains("iso:"))
}

fn known_place(name: &str) -> bool {
    let found = gazetteer::lookup(name);
    found.iter().any(|one| !one.ambiguous() && one.kind() == EntityType::Place)
}
