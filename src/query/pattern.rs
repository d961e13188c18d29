//! Reads one word of a query: what is to be found, and which of its characters are wildcards.
//!
//! Boosts and field names were taken off by the lexer.

use super::Pattern;
use super::lex::{Unit, text_of};
use super::marks::half_width;
use super::warnings::{Warnings, quoted};

/// The pattern that the word `units` is; it may have nothing to look for.
pub(super) fn read(units: &[Unit], warnings: &mut Warnings) -> Pattern {
    let marks: Vec<Option<char>> = units.iter().map(|unit| unit.mark()).collect();
    if marks.windows(3).any(|three| three == [Some(':'), Some('/'), Some('/')]) {
        // In a web address `?` and `~` are letters.
        return Pattern::Word(text_of(units));
    }
    let (units, distance) = take_distance(units, &marks, warnings);
    let units = without_question_mark(units);
    if !units.iter().any(|unit| is_wildcard(*unit)) {
        let word = text_of(units);
        return match distance {
            None => Pattern::Word(word),
            Some(distance) => Pattern::Fuzzy { word, distance },
        };
    }
    if distance.is_some() {
        let word = quoted(&text_of(units));
        warnings.add(format!("`~` does not go with the wildcards of {word}, left out"));
    }
    let n_stars = units.iter().rev().take_while(|unit| unit.mark() == Some('*')).count();
    let stem = &units[..units.len() - n_stars];
    if !stem.iter().any(|unit| is_wildcard(*unit)) {
        return Pattern::Prefix(text_of(stem));
    }
    // No word in an index holds a `*` or `?`, so an escaped one among wildcards stands for nothing.
    let literal = |unit: &Unit| unit.mark().is_some() || !matches!(unit.c, '*' | '?');
    let half = |unit: &Unit| if is_wildcard(*unit) { half_width(unit.c) } else { unit.c };
    Pattern::Wildcard(units.iter().filter(|unit| literal(unit)).map(half).collect())
}

/// The words that a pattern reaches over, where marks join several (`data-cen*`, `oil/ga?`): no word
/// of an index holds such a mark. One that is no pattern, or is of one word, stays whole.
pub(super) fn parts(units: &[Unit]) -> Vec<&[Unit]> {
    let marks: Vec<Option<char>> = units.iter().map(|unit| unit.mark()).collect();
    let is_address = marks.windows(3).any(|three| three == [Some(':'), Some('/'), Some('/')]);
    let (stem, distance) = take_distance(units, &marks, &mut Warnings::default());
    let is_pattern =
        distance.is_some_and(|edits| edits > 0) || stem.iter().any(|unit| is_wildcard(*unit));
    if is_address || !is_pattern {
        return vec![units];
    }
    let parts = units.split(|unit| unit.mark().is_some_and(is_joint));
    let parts: Vec<&[Unit]> =
        parts.filter(|part| part.iter().any(|unit| unit.c.is_alphanumeric())).collect();
    // Chinese has no words, so a pattern of it is text.
    let has_pattern = |part: &&[Unit]| !part.iter().any(|unit| is_cjk(unit.c));
    if parts.last().is_some_and(has_pattern) { parts } else { vec![units] }
}

/// Whether the marks of `pattern` mean nothing: Chinese has no words to misspell or to leave letters
/// out of.
pub(super) fn is_idle(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Wildcard(text) => text.contains(is_cjk),
        Pattern::Fuzzy { word, distance } => *distance > 0 && word.contains(is_cjk),
        Pattern::Word(_) | Pattern::Phrase { .. } | Pattern::Prefix(_) => false,
    }
}

/// Whether `c`, in its half-width form, parts the words that it joins.
pub(super) fn is_joint(c: char) -> bool {
    matches!(c, '‐'..='―' | '−' | '·' | '•')
        || c.is_ascii_punctuation() && !"'._,:;*?~^\\\"()".contains(c)
}

/// Whether `rest`, after a `~`, makes a word fuzzy: a number or nothing.
pub(super) fn is_distance(mut rest: impl Iterator<Item = char>) -> bool {
    rest.all(|c| matches!(half_width(c), '0'..='9' | '.'))
}

/// Whether `unit` stands for other characters.
fn is_wildcard(unit: Unit) -> bool {
    matches!(unit.mark(), Some('*' | '?'))
}

/// Takes `~` and its number off the end.
fn take_distance<'a>(
    units: &'a [Unit],
    marks: &[Option<char>],
    warnings: &mut Warnings,
) -> (&'a [Unit], Option<u8>) {
    let Some(at) = marks.iter().rposition(|mark| *mark == Some('~')) else {
        return (units, None);
    };
    let number: Option<String> = marks[at + 1..].iter().copied().collect();
    let Some(number) = number.filter(|number| is_distance(number.chars())) else {
        return (units, None);
    };
    let distance = match number.as_str() {
        "" | "2" => 2,
        "0" => 0,
        "1" => 1,
        _ => {
            let asked = quoted(&format!("~{number}"));
            warnings.add(format!("{asked} is no number of edits from 0 to 2, read as `~2`"));
            2
        }
    };
    (&units[..at], Some(distance))
}

/// `units` without the full-width question mark that ends a Chinese sentence.
fn without_question_mark(units: &[Unit]) -> &[Unit] {
    match units {
        [rest @ .., before, mark] if mark.c == '？' && is_wildcard(*mark) && is_cjk(before.c) => {
            &units[..rest.len() + 1]
        }
        _ => units,
    }
}

/// Whether `c` belongs to a script that is written without spaces or in syllables of one sign.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
        || matches!(c, '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
