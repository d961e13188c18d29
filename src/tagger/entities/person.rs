//! People that no list knows: by the title before, by what is said of them after, by their given
//! or family name.

use super::cue::Cue;
use super::latin::{Part, Rules};
use super::merge::Certainty;
use super::words::Shape;
use crate::tag::EntityType;

/// Whether `part` is built like a personal name.
pub(super) fn shaped(rules: &Rules<'_>, part: Part) -> bool {
    let words = &rules.text.words[part.start..part.end];
    let names = words.iter().filter(|word| word.capital()).count();
    let fits = |word: &super::words::Word| match word.shape {
        Shape::Capital => {
            let opens = word.has(Cue::Common) && word.opens;
            !opens && !word.cues.any(&[Cue::Calendar, Cue::Legal])
        }
        Shape::Initial => true,
        // `LIM Guan Eng`
        Shape::Upper => names > 1 && !word.has(Cue::Letters) && word.end - word.start > 1,
        Shape::Lower => true,
        Shape::Mark => true,
        _ => false,
    };
    let shouted = words.iter().all(|word| word.shape != Shape::Capital);
    (1..=5).contains(&names) && !shouted && words.iter().all(fits)
}

/// A name whose first word is a given name, though the gazetteer knows a part of it: `Ivanka
/// Trump`, `Jordan Peele`. Returns whether it is one.
pub(super) fn whole(rules: &mut Rules<'_>, part: Part) -> bool {
    let words = &rules.text.words[part.start..part.end];
    let names = words.iter().filter(|word| word.capital()).count();
    if !(2..=3).contains(&names) || !shaped(rules, part) || rules.text.titled {
        return false;
    }
    if words[0].has(Cue::Common) && words[0].opens {
        return false;
    }
    let given = words[0].has(Cue::Given);
    let Some(known) = (part.start..part.end).find_map(|at| rules.known_at(at)) else {
        return false;
    };
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    if known.start <= start && known.end >= end || known.end > end {
        return false;
    }
    // `Track Palin`: a family name that is known, after a word that is not.
    let namesake = known.kind == EntityType::Person && known.start > start && known.end == end;
    if !given && !namesake {
        return false;
    }
    // `Carlos in Madrid` has no such run, but `Paul China` may be two names set side by side: a
    // known place of two words is no family name.
    let spaces = rules.text.str()[known.start..known.end].contains(' ');
    if spaces || words.iter().any(|word| word.shape == Shape::Mark) {
        return false;
    }
    rules.push(part, EntityType::Person, Certainty::Likely);
    true
}

/// Adds `part` as a person if anything says so. Returns whether it did.
pub(super) fn judge(rules: &mut Rules<'_>, part: Part) -> bool {
    if !shaped(rules, part) {
        return false;
    }
    let words = &rules.text.words[part.start..part.end];
    let names = words.iter().filter(|word| word.capital()).count();
    let first = &words[0];
    let odd = words.iter().any(|word| word.cues.any(&[Cue::Common, Cue::Subject]));
    let particle = words.iter().any(|word| word.shape == Shape::Lower);
    let pair = (2..=3).contains(&names);
    let likely = names >= 2 && (first.has(Cue::Given) || particle)
        || names <= 4 && spoken_of(rules, part) && !camel(rules, part)
        || pair && first.has(Cue::Family) && !odd && syllables(rules, part);
    let certainty = if part.titled && !odd {
        Some(Certainty::Sure)
    } else if odd && names < 2 {
        None
    } else if likely {
        Some(Certainty::Likely)
    } else {
        (pair && !odd && !names_thing(rules, part)).then_some(Certainty::Guess)
    };
    if let Some(certainty) = certainty {
        rules.push(part, EntityType::Person, certainty);
    }
    certainty.is_some()
}

/// Whether capitals inside a word speak for a brand.
fn camel(rules: &Rules<'_>, part: Part) -> bool {
    (part.start..part.end).any(|at| {
        let word = rules.text.word(at);
        !word.starts_with("Mc")
            && !word.starts_with("Mac")
            && !word.contains('\'')
            && word.len() > 2
            && word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
            && word.bytes().any(|byte| byte.is_ascii_lowercase())
    })
}

/// Whether every word of `part` looks like a syllable or two of Chinese.
fn syllables(rules: &Rules<'_>, part: Part) -> bool {
    (part.start..part.end).all(|at| rules.text.word(at).len() <= 8)
}

/// Whether the words around `part` make a place or a body of it rather than a person.
fn names_thing(rules: &Rules<'_>, part: Part) -> bool {
    let before = part.start.checked_sub(1).map(|at| (rules.text.word(at), rules.cues(at)));
    let after = rules.cues(part.end);
    before.is_some_and(|(word, cues)| {
        matches!(word, "the" | "in" | "at" | "near" | "a" | "an" | "di" | "this" | "its" | "of")
            || cues.any(&[Cue::PlaceBefore, Cue::Firm])
    }) || after.has(Cue::Firm)
        || rules.text.words[part.start..part.end]
            .iter()
            .any(|word| word.cues.any(&[Cue::Body, Cue::Site, Cue::Land, Cue::Event, Cue::Law]))
}

/// Whether what follows `part` is said of people: `… said`, `…, 45,`, `…, a manager`, `… who`.
fn spoken_of(rules: &Rules<'_>, part: Part) -> bool {
    let text = rules.text;
    let at = part.end;
    if text.words.get(at).is_some_and(|word| word.shape == Shape::Lower) {
        return rules.cues(at).has(Cue::Say) || text.is(at, "who");
    }
    let said_before = part.start.checked_sub(1).is_some_and(|before| {
        matches!(text.word(before), "kata" | "ujar" | "jelas" | "tegas" | "said" | "says")
            && text.words[before].shape == Shape::Lower
    });
    if said_before {
        return true;
    }
    if !text.is(at, ",") {
        return false;
    }
    let next = at + 1;
    if text.is(next, "who") {
        return true;
    }
    if text.words.get(next).is_some_and(|word| word.shape == Shape::Number) {
        return text.word(next).len() <= 2
            && (text.words.get(next + 1).is_none_or(|word| word.shape == Shape::Mark)
                || matches!(text.word(next + 1), "tahun" | "of" | "from" | "and"));
    }
    // An office within the apposition; a comma or another name ends the search.
    for look in next..next + 5 {
        let Some(word) = text.words.get(look) else { return false };
        if matches!(word.shape, Shape::Mark if !text.is(look, "-")) {
            return false;
        }
        let opens = look > next
            || word.capital()
            || matches!(
                text.word(look),
                "a" | "an"
                    | "the"
                    | "its"
                    | "his"
                    | "her"
                    | "their"
                    | "former"
                    | "vice"
                    | "deputy"
                    | "chief"
                    | "senior"
                    | "assistant"
                    | "bekas"
                    | "seorang"
                    | "penulis"
            )
            || rules.cues(look).any(&[Cue::Title]);
        if !opens {
            return false;
        }
        if rules.cues(look).any(&[Cue::Title, Cue::Role]) {
            return true;
        }
    }
    false
}
