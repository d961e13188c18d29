//! Organizations, buildings, places, events and laws by the words they are made of: `… Ministry`,
//! `University of …`, `… Sdn Bhd`, `Kementerian …`, `Hurricane …`.

use super::cue::{Cue, Cues};
use super::latin::{Part, Rules};
use super::merge::Certainty;
use super::words::Shape;
use crate::tag::EntityType;

/// Which class of last word gives which type, the surer first.
const LAST: [(Cue, EntityType); 6] = [
    (Cue::Legal, EntityType::Organization),
    (Cue::Event, EntityType::Event),
    (Cue::Law, EntityType::Law),
    (Cue::Site, EntityType::Facility),
    (Cue::Body, EntityType::Organization),
    (Cue::Land, EntityType::Place),
];

/// The same for first words.
const FIRST: [(Cue, EntityType); 5] = [
    (Cue::Ship, EntityType::Product),
    (Cue::EventFirst, EntityType::Event),
    (Cue::SiteFirst, EntityType::Facility),
    (Cue::BodyFirst, EntityType::Organization),
    (Cue::LandFirst, EntityType::Place),
];

/// Family names that are also last words of bodies, buildings, places or laws.
const FAMILY_TOO: [&str; 34] = [
    "Park", "Hill", "Hall", "Lane", "Church", "House", "Day", "Bill", "Fort", "Castle", "Market",
    "Lake", "Field", "Fair", "Cup", "Street", "Bridge", "Bridges", "Post", "Bay", "Banks",
    "Rivers", "Forest", "Coast", "Valley", "Plant", "Guard", "Mosque", "Key", "Point", "Springs",
    "Works", "Fund", "Falls",
];

/// No name has more words than this after its first `of`.
const LONGEST: usize = 16;

/// No list of subjects that a name is carried on over has more words than this.
const LISTED: usize = 64;

/// Adds what `part` is by its own words. Returns whether it is anything.
pub(super) fn judge(rules: &mut Rules<'_>, part: Part) -> bool {
    if rules.text.titled {
        // Where every word is capitalised, only a legal ending still tells.
        let ends = (part.start..part.end).any(|at| rules.legal(at));
        return ends && by_last(rules, part);
    }
    by_first(rules, part)
        || by_last(rules, part)
        || numbered(rules, part)
        || lower_ministry(rules, part)
}

/// What a name ending in `word` is, as far as the word tells.
pub(super) fn kind_of_last(word: &str) -> Option<EntityType> {
    kind_of(super::lexicon::word(word), &LAST).map(|(_, kind)| kind)
}

fn kind_of(cues: Cues, table: &[(Cue, EntityType)]) -> Option<(Cue, EntityType)> {
    table.iter().copied().find(|&(cue, _)| cues.has(cue))
}

/// `Kementerian Kewangan`, `Hospital Kuala Lumpur`, `Mount Kinabalu`.
fn by_first(rules: &mut Rules<'_>, part: Part) -> bool {
    let word = rules.text.words[part.start];
    let Some((cue, kind)) = kind_of(word.cues, &FIRST) else { return false };
    let after = part.start + word.phrase;
    if after >= part.end {
        return false;
    }
    // English puts most of these words last, so there they must not be contradicted.
    if !rules.malay && !matches!(cue, Cue::EventFirst | Cue::LandFirst | Cue::Ship) {
        let last = rules.text.words[part.end - 1].cues;
        if word.has(Cue::Body) || word.has(Cue::Site) || kind_of(last, &LAST).is_some() {
            return false;
        }
    }
    if word.has(Cue::Common) && word.opens && !rules.malay {
        return false;
    }
    let compass = matches!(cue, Cue::LandFirst)
        && (word.has(Cue::Common) || word.has(Cue::Given) || word.has(Cue::Particle));
    if compass {
        return false;
    }
    let end = joined(rules, part.end);
    rules.push(Part { end, ..part }, kind, Certainty::Sure);
    true
}

/// Carries the name on over `, Teknologi dan Inovasi` and `and Industry`.
fn joined(rules: &Rules<'_>, end: usize) -> usize {
    let text = rules.text;
    let subject = |at: usize| {
        text.words.get(at).is_some_and(|word| word.capital() && word.cues.any(&[Cue::Subject]))
    };
    let over = |mut at: usize| {
        while text.words.get(at).is_some_and(|word| {
            word.capital() && !word.cues.any(&[Cue::Title, Cue::Calendar, Cue::Given])
        }) {
            at += 1;
        }
        at
    };
    let mut at = end;
    let mut last = end;
    loop {
        let mark = text.word(at);
        if matches!(mark, "and" | "dan" | "&") && subject(at + 1) && subject(last - 1) {
            return over(at + 1);
        }
        // A comma carries on only if an `and` closes the list.
        if mark == "," && at < end + LISTED && subject(at + 1) && subject(last - 1) {
            at = over(at + 1);
            last = at;
            if matches!(text.word(at), "and" | "dan" | "&") {
                continue;
            }
            if text.is(at, ",") && matches!(text.word(at + 1), "and" | "dan") {
                at += 1;
                continue;
            }
            if text.is(at, ",") {
                continue;
            }
        }
        return end;
    }
}

/// `… Ministry`, `… Sdn Bhd`, `University of …`.
fn by_last(rules: &mut Rules<'_>, part: Part) -> bool {
    let words = &rules.text.words;
    let head = (part.start..part.end).rev().find_map(|at| {
        let word = &words[at];
        (word.shape == Shape::Capital || word.shape == Shape::Upper)
            .then(|| kind_of(word.cues, &LAST))?
            .map(|(cue, kind)| (at, cue, kind))
    });
    let Some((head, cue, mut kind)) = head else { return false };
    // The phrase the head belongs to may start before it: `International Airport`.
    let mut first = head;
    while first > part.start && words[first - 1].phrase > head - (first - 1) {
        first -= 1;
    }
    let mut end = head + 1;
    let mut start = part.start;
    // One sure name alone, `China` in `China Daily`, does not stop the longer one; but words after
    // the head that are no part of it do.
    let tail = end == part.end && cue != Cue::Legal;
    let of = tail
        .then(|| of_tail(rules, end))
        .flatten()
        .filter(|_| matches!(cue, Cue::Body | Cue::Site | Cue::Law | Cue::Land | Cue::Event));
    if let Some(of) = of {
        if matches!(cue, Cue::Site | Cue::Land | Cue::Event) && start == head {
            let place = cue == Cue::Land
                && matches!(
                    rules.text.word(head),
                    "Republic"
                        | "Kingdom"
                        | "Gulf"
                        | "Bay"
                        | "Strait"
                        | "State"
                        | "City"
                        | "Province"
                        | "Isle"
                        | "Sea"
                );
            if !place {
                return false;
            }
            if matches!(rules.text.word(head), "State" | "City" | "Province") {
                return false;
            }
        }
        end = of;
    } else {
        let named = first > start
            || (words[head].phrase > 1 && !words[head].has(Cue::Common) && cue == Cue::Law);
        if !named {
            return false;
        }
        let before = &words[start..first];
        if before.iter().all(|word| {
            word.has(Cue::Common) || word.has(Cue::Calendar) || word.shape == Shape::Mark
        }) && cue != Cue::Body
        {
            return false;
        }
    }
    let (name, last) = (&words[start], rules.text.word(head));
    if part.len() == 2
        && end == part.end
        && FAMILY_TOO.contains(&last)
        && (name.has(Cue::Given) || part.titled)
    {
        return false;
    }
    if cue == Cue::Legal {
        (start, end) = whole_company(rules, start, end);
    } else {
        end = joined(rules, end);
    }
    if cue == Cue::Event {
        let numeral = |word: &str| matches!(word, "I" | "II" | "III");
        if numeral(rules.text.word(end)) {
            end += 1;
        }
    }
    if cue == Cue::Site
        && matches!(last, "Center" | "Centre" | "House" | "Base" | "Camp" | "Market")
        && !words[first].cues.has(Cue::SiteLow)
        && first == head
    {
        // `National Hurricane Center` is a body, `Infinaxis Data Center` a building.
        kind = EntityType::Organization;
    }
    rules.push(Part { start, end, ..part }, kind, Certainty::Sure);
    true
}

/// One past the words that `of` brings to a body that ends before `at`.
fn of_tail(rules: &Rules<'_>, at: usize) -> Option<usize> {
    let text = rules.text;
    if !matches!(text.word(at), "of" | "for" | "on") {
        return None;
    }
    let mut next = at + 1;
    if text.is(next, "the") {
        next += 1;
    }
    let mut first = next;
    while let Some(word) = text.words.get(next) {
        let hyphen = matches!(text.word(next), "-" | "–" | "&")
            && text.words.get(next + 1).is_some_and(super::words::Word::capital);
        let goes_on = word.capital()
            && (next == first || word.spaced || matches!(text.word(next - 1), "-" | "–" | "&"))
            && !word.cues.any(&[Cue::Title, Cue::Calendar])
            && !(next > first && word.has(Cue::Given) && word.shape == Shape::Capital);
        if hyphen && next > first {
            next += 2;
        } else if goes_on {
            next += 1;
        } else if next > first && next < at + LONGEST && of_tail_goes_on(rules, next) {
            next += if text.is(next + 1, "the") { 2 } else { 1 };
            first = next;
        } else {
            break;
        }
    }
    (next > first).then(|| joined(rules, next))
}

/// Whether word `at` is a further `of` with a name after it.
fn of_tail_goes_on(rules: &Rules<'_>, at: usize) -> bool {
    let name = at + if rules.text.is(at + 1, "the") { 2 } else { 1 };
    matches!(rules.text.word(at), "of" | "for")
        && rules
            .text
            .words
            .get(name)
            .is_some_and(|word| word.capital() && !word.cues.any(&[Cue::Title, Cue::Calendar]))
}

/// A company from its first word to all of its legal ending.
fn whole_company(rules: &Rules<'_>, mut start: usize, mut end: usize) -> (usize, usize) {
    let text = rules.text;
    // `Daewoo Shipbuilding and Heavy Machinery Ltd`
    if text.words[start].opens && start > 0 {
        // A name that opens a sentence has nothing before it.
    } else if start >= 2 && matches!(text.word(start - 1), "and" | "&") {
        let mut first = start - 1;
        while first > 0 {
            let word = &text.words[first - 1];
            let open = word.capital()
                && !word.cues.any(&[Cue::Title, Cue::Calendar, Cue::Legal])
                && rules.known_at(first - 1).is_none()
                && word.spaced;
            let opened = word.capital() && word.opens && !word.cues.any(&[Cue::Common, Cue::Legal]);
            if !open && !opened {
                break;
            }
            first -= 1;
        }
        if first < start - 1 {
            start = first;
        }
    }
    loop {
        let dot = text.is(end, ".") && !text.words[end].spaced;
        if dot && rules.legal(end + 1) {
            end += 2;
        } else if rules.legal(end) {
            end += 1;
        } else if text.is(end, ",") && rules.legal(end + 1) {
            end += 2;
        } else {
            return (start, if dot && abbreviated(text.word(end - 1)) { end + 1 } else { end });
        }
    }
}

fn abbreviated(word: &str) -> bool {
    matches!(word, "Corp" | "Inc" | "Ltd" | "Co" | "Bhd" | "CORP" | "INC" | "LTD" | "CO")
}

/// Where a name of the gazetteer that ends at `end` of `text` ends with the full stop of its
/// abbreviation, which is written without it in the gazetteer.
pub(super) fn with_dot(text: &str, end: usize) -> usize {
    let last = text[..end].rsplit(' ').next().unwrap_or_default();
    if text[end..].starts_with('.') && abbreviated(last) { end + 1 } else { end }
}

/// `Exchange 106 skyscraper`, `Clemenceau metro station`: a name before a building in lower case.
fn numbered(rules: &mut Rules<'_>, part: Part) -> bool {
    let text = rules.text;
    let number = text.words.get(part.end).is_some_and(|word| {
        word.shape == Shape::Number && word.spaced && word.end - word.start <= 4
    });
    let at = part.end + usize::from(number);
    let Some(word) = text.words.get(at).filter(|word| word.shape == Shape::Lower) else {
        return false;
    };
    let Some((end, cues)) = super::lexicon::phrase(text.str(), word.start) else { return false };
    if !cues.has(Cue::SiteLow) {
        return false;
    }
    let noun = text.words[at..].iter().take_while(|word| word.end <= end).count();
    if number {
        let whole = Part { end: at, ..part };
        rules.push(whole, EntityType::Facility, Certainty::Sure);
        return true;
    }
    let known = (part.start..part.end).any(|at| rules.known_at(at).is_some());
    if noun < 2 && known {
        return false;
    }
    rules.push(Part { end: at + noun, ..part }, EntityType::Facility, Certainty::Likely);
    true
}

/// `Ukrainian energy ministry`: a country's adjective before a ministry in lower case.
fn lower_ministry(rules: &mut Rules<'_>, part: Part) -> bool {
    let text = rules.text;
    let known = rules.known_at(part.start).is_some_and(|one| {
        one.kind == EntityType::Place
            && one.start == text.words[part.start].start
            && one.end == text.words[part.end - 1].end
    });
    let subjects = (part.end..part.end + 4)
        .take_while(|&at| rules.cues(at).has(Cue::Subject) || matches!(text.word(at), "and" | "of"))
        .count();
    let end = part.end + subjects;
    if !known || subjects == 0 || !matches!(text.word(end), "ministry" | "department") {
        return false;
    }
    rules.push(Part { end: end + 1, ..part }, EntityType::Organization, Certainty::Sure);
    true
}
