//! Patterns of words: what a wildcard covers and how far two words are apart. One rule each, used
//! alike to find passages and to mark them. Both sides are folded beforehand.

use crate::analysis::{Case, fold};

/// A wildcard pattern as words are indexed: folded, and without the apostrophes and the commas that
/// words and amounts lose (`o'n*l`, `5,0*`).
pub fn as_indexed(wildcard: &str) -> String {
    fold(wildcard, Case::Lower).text.replace(['\'', ','], "")
}

/// Whether a wildcard pattern covers the whole word: `?` is one character, `*` any number.
pub fn covers(pattern: &str, word: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let word: Vec<char> = word.chars().collect();
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || *c == word[w] => {
                p += 1;
                w += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, w) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// How many edits part two words, if at most `most`: insert, delete or substitute a character, or
/// swap two neighbours; what is edited once is not edited again.
pub fn edits(wanted: &str, word: &str, most: usize) -> Option<usize> {
    let wanted: Vec<char> = wanted.chars().collect();
    let word: Vec<char> = word.chars().collect();
    if wanted.len().abs_diff(word.len()) > most {
        return None;
    }
    let mut rows = vec![vec![0; word.len() + 1]; wanted.len() + 1];
    for i in 0..=wanted.len() {
        for j in 0..=word.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = usize::from(wanted[i - 1] != word[j - 1]);
                let least =
                    (rows[i - 1][j - 1] + changed).min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                let swapped =
                    i > 1 && j > 1 && wanted[i - 1] == word[j - 2] && wanted[i - 2] == word[j - 1];
                if swapped { least.min(rows[i - 2][j - 2] + 1) } else { least }
            };
        }
    }
    Some(rows[wanted.len()][word.len()]).filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_whole_words() {
        for (pattern, word, want) in [
            ("wom?n", "woman", true),
            ("wom?n", "women", true),
            ("wom?n", "womn", false),
            ("*ation", "organization", true),
            ("*ation", "organizations", false),
            ("a*b*c", "aXbXbc", true),
            ("a*", "a", true),
            ("?", "é", true),
        ] {
            assert_eq!(covers(pattern, word), want, "{pattern} {word}");
        }
    }

    #[test]
    fn a_wildcard_is_written_as_words_are_indexed() {
        for (typed, want) in [("O’N*l", "on*l"), ("5,0?0", "50?0"), ("*AÇÃO", "*acao")] {
            assert_eq!(as_indexed(typed), want);
        }
    }

    #[test]
    fn edits_are_counted_up_to_the_limit() {
        for (a, b, most, want) in [
            ("visit", "visit", 0, Some(0)),
            ("visit", "vsiit", 1, Some(1)),
            ("visit", "visits", 1, Some(1)),
            ("visit", "vist", 2, Some(1)),
            ("visit", "tisiv", 1, None),
            ("visit", "tisiv", 2, Some(2)),
            ("ab", "", 1, None),
        ] {
            assert_eq!(edits(a, b, most), want, "{a} {b}");
        }
    }
}
