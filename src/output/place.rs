//! Where in its source a passage stands: in words for people, in numbers for citations. What the
//! numbers count is the article's to say ([`Unit`]).

use crate::article::{ArticleHead, LineRange, Unit};
use crate::passage::Passage;

/// Every place of a passage: `line 17 and lines 19 to 20`, `pages 3 to 4`; empty if none is known.
pub(super) fn words(unit: Unit, places: &[LineRange]) -> String {
    // A passage is a paragraph itself, so which one is meant is said.
    let name = match unit {
        Unit::Paragraph => "source paragraph",
        unit => unit.as_str(),
    };
    let word = |LineRange { first, last }: LineRange| match first == last {
        true => format!("{name} {first}"),
        false => format!("{name}s {first} to {last}"),
    };
    joined(places).into_iter().map(word).collect::<Vec<_>>().join(" and ")
}

/// The page that a person would turn to, in words; `None` if the source has no pages.
pub(super) fn page(head: &ArticleHead, passage: &Passage) -> Option<String> {
    let words = words(head.unit, &passage.source_lines);
    (head.unit == Unit::Page && !words.is_empty()).then_some(words)
}

/// The pages as citations give them, `dash` between the first and the last: `3`, `3-4`, `1, 5`.
pub(super) fn numbers(pages: &[LineRange], dash: &str) -> String {
    let number = |LineRange { first, last }: &LineRange| match first == last {
        true => first.to_string(),
        false => format!("{first}{dash}{last}"),
    };
    pages.iter().map(number).collect::<Vec<_>>().join(", ")
}

/// The ranges in order, those made one that meet: the parts of a torn paragraph may be of one page.
pub(super) fn joined(places: &[LineRange]) -> Vec<LineRange> {
    let mut joined: Vec<LineRange> = Vec::with_capacity(places.len());
    for &place in places {
        match joined.last_mut() {
            Some(before)
                if (before.first..=before.last.saturating_add(1)).contains(&place.first) =>
            {
                before.last = before.last.max(place.last);
            }
            _ => joined.push(place),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_and_counted_once() {
        for (unit, places, want, cited) in [
            (Unit::Line, &[][..], "", ""),
            (Unit::Line, &[(17, 17), (19, 20)][..], "line 17 and lines 19 to 20", "17, 19-20"),
            (Unit::Line, &[(7, 7), (7, 7)], "line 7", "7"),
            (Unit::Page, &[(3, 3)], "page 3", "3"),
            (Unit::Page, &[(3, 4), (4, 4)], "pages 3 to 4", "3-4"),
            (Unit::Page, &[(3, 3), (4, 4)], "pages 3 to 4", "3-4"),
            (Unit::Page, &[(1, 1), (5, 5)], "page 1 and page 5", "1, 5"),
            (Unit::Paragraph, &[(12, 13)], "source paragraphs 12 to 13", "12-13"),
        ] {
            let places: Vec<LineRange> = places.iter().copied().map(LineRange::from).collect();
            assert_eq!(words(unit, &places), want);
            assert_eq!(numbers(&joined(&places), "-"), cited);
        }
    }
}
