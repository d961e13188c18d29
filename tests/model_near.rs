//! The model's rule for what stands near: every way in which the parts of a `NEAR` stand in a text.
//!
//! Written anew from what the manual page says, as the rest of the model is.

use pressmark::analysis::{Analyzer, Stemmer, is_cjk, query_terms};
use pressmark::query::{Named, Near, Part, Pattern, Zone};
use pressmark::tag::{EntityId, EntityType, Mention};

use crate::model::{Entry, Word, Words, names, pattern_matches, single};

/// Places from the first to the last.
type Stretch = (i64, i64);

/// A word or a name of a phrase: its due place, where it stands, and whether it is a name.
type Slot = (i64, Vec<Stretch>, bool);

/// Where `near` stands in one text: the stretches of its parts, for each way.
pub(crate) fn stands(
    near: &Near,
    zone: Zone,
    words: &Words,
    entry: Entry<'_>,
) -> Vec<Vec<Stretch>> {
    match near {
        Near::Text(clause) if clause.zone.is_some_and(|only| only != zone) => Vec::new(),
        Near::Text(clause) => match &clause.pattern {
            Pattern::Word(text) => ways(&word_slots(words, 0, text), 0),
            Pattern::Phrase { text, slop } => ways(&word_slots(words, 0, text), *slop),
            // Chinese has no words to begin or to misspell.
            Pattern::Prefix(text) | Pattern::Wildcard(text) | Pattern::Fuzzy { word: text, .. }
                if text.contains(is_cjk) =>
            {
                ways(&word_slots(words, 0, &text.replace(['*', '?'], " ")), 0)
            }
            pattern => {
                let same = |word: &&Word| {
                    let alone = Words {
                        analyzer: Analyzer::Plain,
                        compounds: Vec::new(),
                        words: vec![Word { place: 0, ..(*word).clone() }],
                        stemmer: Stemmer::new(Analyzer::Plain).into(),
                    };
                    pattern_matches(pattern, &alone)
                };
                let found = words.patterned().filter(same);
                found.map(|word| vec![(i64::from(word.place), i64::from(word.place))]).collect()
            }
        },
        Near::Entity(named) => ways(&name_slots(0, named, zone, words, entry), 0),
        Near::Phrase { parts, slop } if !parts.iter().any(|part| is_named(part, entry)) => {
            ways(&word_slots(words, 0, &as_text(parts)), *slop)
        }
        Near::Phrase { parts, slop } => {
            let mut slots: Vec<Slot> = Vec::new();
            let mut due = 0;
            for part in &joined(parts, entry) {
                let more = match part {
                    Part::Words(text) => word_slots(words, due, text),
                    Part::Entity(named) => name_slots(due, named, zone, words, entry),
                };
                let pair = matches!(part, Part::Words(text) if text.ends_with(is_cjk) && single(text).is_none());
                due = more.last().map_or(due, |(due, ..)| due + 1 + i64::from(pair));
                slots.extend(more);
            }
            if zone == Zone::Text { ways(&slots, *slop) } else { Vec::new() }
        }
        Near::Any(arms) => arms.iter().flat_map(|arm| stands(arm, zone, words, entry)).collect(),
        Near::Chain(first, rest) => {
            let mut found = stands(first, zone, words, entry);
            for (apart, next) in rest {
                let next = stands(next, zone, words, entry);
                let pairs = found.iter().flat_map(|a| next.iter().map(move |b| (a, b)));
                let near = pairs.filter(|(a, b)| are_near(a, b, i64::from(*apart)));
                found = near.map(|(a, b)| [a.as_slice(), b].concat()).collect();
            }
            found
        }
    }
}

/// The words that are left of a name or a phrase without names.
pub(crate) fn as_words(near: &Near, entry: Entry<'_>) -> Option<Pattern> {
    match near {
        Near::Entity(named @ Named::Name(name)) => {
            let text = name.to_owned();
            let is_named = is_named(&Part::Entity(named.clone()), entry);
            (!is_named).then_some(match text.contains(' ') {
                true => Pattern::Phrase { text, slop: 0 },
                false => Pattern::Word(text),
            })
        }
        Near::Phrase { parts, slop } if !parts.iter().any(|part| is_named(part, entry)) => {
            Some(Pattern::Phrase { text: as_text(parts), slop: *slop })
        }
        _ => None,
    }
}

/// The parts of a phrase where a name that is none is words, and words beside words are one part.
fn joined(parts: &[Part], entry: Entry<'_>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        if is_named(part, entry) {
            joined.push(part.clone());
            continue;
        }
        let text = as_text(std::slice::from_ref(part));
        match joined.last_mut() {
            Some(Part::Words(before)) => *before = format!("{before} {text}"),
            _ => joined.push(Part::Words(text)),
        }
    }
    joined
}

fn as_text(parts: &[Part]) -> String {
    let text = parts.iter().map(|part| match part {
        Part::Words(text) | Part::Entity(Named::Name(text)) => text.as_str(),
        Part::Entity(Named::Type(_)) => unreachable!("a type is a name of something"),
    });
    text.collect::<Vec<_>>().join(" ")
}

/// Whether a mention is of what is named.
fn is_of(mention: &Mention, named: &Named) -> bool {
    match named {
        Named::Type(kind) => mention.kind == *kind,
        Named::Name(name) => {
            mention.id.as_str() == name
                || names(name).contains(&mention.id)
                || EntityType::ALL.iter().any(|kind| mention.id == EntityId::of_name(*kind, name))
        }
    }
}

/// Whether a part of a phrase is a name that some passage of the shelf has, and not words.
fn is_named(part: &Part, entry: Entry<'_>) -> bool {
    let passages = entry.shelf.values().flat_map(|article| &article.passages);
    let mut mentions = passages.flat_map(|passage| &passage.tags.mentions);
    match part {
        Part::Words(_) => false,
        Part::Entity(Named::Type(_)) => true,
        Part::Entity(named) => mentions.any(|mention| is_of(mention, named)),
    }
}

/// A name, or the words of one that no passage of the shelf has.
fn name_slots(due: i64, named: &Named, zone: Zone, words: &Words, entry: Entry<'_>) -> Vec<Slot> {
    if let (false, Named::Name(name)) = (is_named(&Part::Entity(named.clone()), entry), named) {
        return word_slots(words, due, name);
    }
    let mentions = entry.passage.tags.mentions.iter().filter(|mention| is_of(mention, named));
    let mentions = mentions.filter(|_| zone == Zone::Text).filter_map(|mention| {
        let within = |word: &&Word| {
            (mention.span.start as usize..mention.span.end as usize).contains(&word.start)
        };
        let mut covered = words.words.iter().filter(within).map(|word| i64::from(word.place));
        let first = covered.next()?;
        Some((first, covered.next_back().unwrap_or(first)))
    });
    vec![(due, mentions.collect(), true)]
}

/// Every way to fill the slots: no two moves from due places differ by more than `slop`, what is
/// wider than a word moves what is due after it, and nothing stands on another.
fn ways(slots: &[Slot], slop: u32) -> Vec<Vec<Stretch>> {
    let mut found: Vec<Vec<(i64, Stretch, bool)>> = vec![Vec::new()];
    for (due, places, is_name) in slots {
        let mut longer = Vec::new();
        for way in &found {
            let wide = way.iter().filter(|(.., name)| *name).map(|(_, at, _)| at.1 - at.0);
            let due = due + wide.sum::<i64>();
            for at in places {
                let by = at.0 - due;
                let fits = way.iter().all(|(other, taken, name)| {
                    let clear = match (*name, *is_name) {
                        (false, false) => taken.0 != at.0,
                        (true, _) | (_, true) => taken.1 < at.0 || at.1 < taken.0,
                    };
                    (by - other).abs() <= i64::from(slop) && clear
                });
                if fits {
                    longer.push([way.as_slice(), &[(by, *at, *is_name)]].concat());
                }
            }
        }
        found = longer;
    }
    let whole = |way: Vec<(i64, Stretch, bool)>| {
        let first = way.iter().map(|(_, at, _)| at.0).min()?;
        Some(vec![(first, way.iter().map(|(_, at, _)| at.1).max()?)])
    };
    found.into_iter().filter_map(whole).collect()
}

/// Whether at most so many places lie between, and no part stands on another.
fn are_near(a: &[Stretch], b: &[Stretch], apart: i64) -> bool {
    let whole = |all: &[Stretch]| {
        (all.iter().map(|at| at.0).min().unwrap(), all.iter().map(|at| at.1).max().unwrap())
    };
    let (x, y) = (whole(a), whole(b));
    let clear = a.iter().all(|one| b.iter().all(|other| one.1 < other.0 || other.1 < one.0));
    clear && y.0 - x.1 - 1 <= apart && x.0 - y.1 - 1 <= apart
}

/// The words of a text as parts of a phrase, the first due at `due`.
fn word_slots(words: &Words, due: i64, text: &str) -> Vec<Slot> {
    let terms = query_terms(text);
    if let [(_, term)] = terms.as_slice()
        && let Some(character) = single(term)
    {
        let holds = |word: &&Word| word.cjk && word.written.starts_with(character);
        let places = words.words.iter().filter(holds).map(|word| i64::from(word.place));
        return vec![(due, places.map(|at| (at, at)).collect(), false)];
    }
    let slot = |(offset, term): (u32, String)| {
        let mut stem = String::new();
        let mut stemmer = words.stemmer.borrow_mut();
        let stem = stemmer.stem(&term, &mut stem).to_owned();
        let all = words.words.iter().chain(&words.compounds);
        let same = all.filter(move |word| word.stem == stem);
        // A pair of Chinese characters takes two places.
        let more = i64::from(term.starts_with(is_cjk) && single(&term).is_none());
        let places = same.map(|word| i64::from(word.place)).map(|at| (at, at + more));
        (due + i64::from(offset), places.collect(), false)
    };
    terms.into_iter().map(slot).collect()
}
