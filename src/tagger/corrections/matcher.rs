//! The further names of entities in a text: leftmost first, the longest at each place.
//!
//! Names begin and end where words do, as those of the gazetteer; between Han characters a word may
//! begin and end anywhere. Letters are compared as they are written, but for a text all in capitals.

use std::collections::BTreeMap;

use crate::analysis::{Case, fold};
use crate::passage::Span;
use crate::tag::EntityId;
use crate::tagger::gazetteer::is_han;

/// A name in capitals is found by another's letters only if it has so many bytes.
const LEAST_SHOUTED: usize = 4;

/// Names, by the first word of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    by_first: BTreeMap<String, Vec<(String, EntityId)>>,
}

impl Names {
    /// Adds a folded name, which begins with a letter or digit.
    pub(super) fn add(&mut self, name: String, id: EntityId) {
        let first = first_word(&name).to_lowercase();
        self.by_first.entry(first).or_default().push((name, id));
    }

    /// Puts longer names first, and each once.
    pub(super) fn sort(&mut self) {
        for names in self.by_first.values_mut() {
            names.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            names.dedup_by(|(a, _), (b, _)| a == b);
        }
    }

    /// Where the names stand in `text`, in order, not overlapping.
    pub(super) fn find(&self, text: &str) -> Vec<(Span, EntityId)> {
        let mut found = Vec::new();
        if self.by_first.is_empty() {
            return found;
        }
        let folded = fold(text, Case::Keep);
        let whole = folded.text.as_str();
        let mut at = 0;
        while let Some(c) = whole[at..].chars().next() {
            if !c.is_alphanumeric() {
                at += c.len_utf8();
                continue;
            }
            let word = first_word(&whole[at..]);
            match self.longest(whole, at, word) {
                Some((end, id)) => {
                    let (from, to) = folded.original(at, end);
                    found.extend(Span::new(text, from, to).map(|span| (span, id.clone())));
                    at = end;
                }
                None => at += word.len(),
            }
        }
        found
    }

    fn longest(&self, text: &str, at: usize, first: &str) -> Option<(usize, &EntityId)> {
        let names = match self.by_first.get(first) {
            Some(names) => names,
            None => self.by_first.get(&first.to_lowercase())?,
        };
        let stands = |name: &str| {
            let here = text.get(at..at + name.len())?;
            let loud = || {
                here.len() >= LEAST_SHOUTED
                    && here.chars().all(|c| !c.is_alphabetic() || c.is_uppercase())
                    && here.eq_ignore_ascii_case(name)
            };
            let end = at + name.len();
            ((here == name || loud()) && word_ends(text, end)).then_some(end)
        };
        names.iter().find_map(|(name, id)| Some((stands(name)?, id)))
    }
}

/// The letters and digits that `text` begins with; of those written without spaces one.
fn first_word(text: &str) -> &str {
    let in_word = |c: char| c.is_alphanumeric() && !is_han(c);
    let end = match text.chars().next() {
        Some(c) if is_han(c) => c.len_utf8(),
        _ => text.find(|c| !in_word(c)).unwrap_or(text.len()),
    };
    &text[..end]
}

/// Whether a word may end before byte `at`.
fn word_ends(text: &str, at: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() && !is_han(c);
    !(text[..at].ends_with(joins) && text[at..].starts_with(joins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_words_begin_and_end() {
        let mut names = Names::default();
        for name in ["Sarawak Energy", "Sarawak Energy Berhad", "SEB", "砂能源", "O'Neil"] {
            names
                .add(name.to_owned(), EntityId::from_known(format!("organization:{}", name.len())));
        }
        names.sort();
        for (text, want) in [
            ("Sarawak Energy said", &["Sarawak Energy"][..]),
            ("the Sarawak Energy Berhad group", &["Sarawak Energy Berhad"]),
            ("SARAWAK ENERGY SIGNS", &["SARAWAK ENERGY"]),
            ("sarawak energy", &[]),
            ("Sarawak Energys", &[]),
            ("SEBs, SEB’s and SEB.", &["SEB", "SEB"]),
            ("seb", &[]),
            ("访砂能源公司和砂能源", &["砂能源", "砂能源"]),
            ("砂能", &[]),
            ("O’Neil spoke", &["O’Neil"]),
            ("", &[]),
        ] {
            let found = names.find(text);
            let found: Vec<_> = found.iter().map(|(span, _)| span.of(text)).collect();
            assert_eq!(found, want, "{text}");
        }
    }
}
