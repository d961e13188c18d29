//! Words: what a text consists of for those who do not know its terms, and what each word says.
//!
//! A word is a run of letters and digits with a letter in it, or two neighbouring Chinese
//! characters. What a word weighs for a sector is learned by `learn`; here it is looked up, for
//! every word of every text, so it is made to be quick.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::analysis::is_cjk;
use crate::tagger::ascii::{eight, run};

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Zone {
    /// In the passage.
    Text,
    /// In the headline.
    Headline,
}

impl Zone {
    /// What a word of the zone is known by, as the model's file writes it.
    pub(super) fn key(self, word: &str) -> String {
        match self {
            Self::Text => word.to_owned(),
            Self::Headline => format!("^{word}"),
        }
    }

    fn hash(self, word: &str) -> u64 {
        xxh3_64_with_seed(word.as_bytes(), self as u64)
    }
}

/// Calls `each` with every word of a folded text and the byte where it begins.
pub(super) fn each_word<'t>(folded: &'t str, mut each: impl FnMut(&'t str, usize)) {
    let bytes = folded.as_bytes();
    let mut word: Option<usize> = None;
    let mut last_cjk: Option<usize> = None;
    let mut close = |word: Option<usize>, end: usize| {
        let Some(start) = word else { return };
        let run = &folded[start..end];
        if !bytes[start].is_ascii_digit() || run.contains(char::is_alphabetic) {
            each(run, start);
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let length = run(eight(&bytes[at..]));
        if length > 0 {
            word.get_or_insert(at);
            last_cjk = None;
            at += length;
            continue;
        }
        if bytes[at].is_ascii() {
            close(word.take(), at);
            last_cjk = None;
            at += 1;
            continue;
        }
        let c = folded[at..].chars().next().expect("`at` is a char boundary");
        let end = at + c.len_utf8();
        if is_cjk(c) {
            close(word.take(), at);
            close(last_cjk.replace(at), end);
        } else {
            last_cjk = None;
            if c.is_alphanumeric() {
                word.get_or_insert(at);
            } else {
                close(word.take(), at);
            }
        }
        at = end;
    }
    close(word, bytes.len());
}

/// What each word weighs for which sectors.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Words {
    keys: Vec<String>,
    /// For each place of a hash the number of its word and one, or 0; a taken place pushes on.
    places: Vec<u32>,
    /// A bit for the high bits of each hash: most words of a text are told unknown by it.
    known: Vec<u64>,
    /// By number: the hash, and where the weights begin; one more for the end of the last.
    entries: Vec<(u64, u32)>,
    weights: Vec<(u16, f32)>,
}

/// So many bits of a hash are looked up in `Words::known`, 16 KB: it stays near the processor.
const KNOWN_BITS: u32 = 17;

impl Words {
    /// A table of words by key, none twice, each with its weight for some sectors by number.
    pub(super) fn new(words: Vec<(String, Vec<(u16, f32)>)>) -> Self {
        let mut table = Self {
            places: vec![0; (words.len() * 4).next_power_of_two()],
            known: vec![0; 1 << (KNOWN_BITS - 6)],
            ..Self::default()
        };
        for (number, (key, weights)) in (1..).zip(words) {
            let hash = match key.strip_prefix('^') {
                Some(word) => Zone::Headline.hash(word),
                None => Zone::Text.hash(&key),
            };
            let mask = table.places.len() - 1;
            let mut place = hash as usize & mask;
            while table.places[place] != 0 {
                place = (place + 1) & mask;
            }
            table.places[place] = number;
            let bit = hash >> (64 - KNOWN_BITS);
            table.known[bit as usize / 64] |= 1 << (bit % 64);
            table.entries.push((hash, table.weights.len() as u32));
            table.weights.extend(weights);
            table.keys.push(key);
        }
        table.entries.push((0, table.weights.len() as u32));
        table
    }

    /// What a word weighs, by the number of each sector; nothing for one that is unknown.
    pub(super) fn get(&self, zone: Zone, word: &str) -> &[(u16, f32)] {
        let hash = zone.hash(word);
        let bit = hash >> (64 - KNOWN_BITS);
        if self.known.get(bit as usize / 64).is_none_or(|bits| bits >> (bit % 64) & 1 == 0) {
            return &[];
        }
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let Some(number) = (self.places[place] as usize).checked_sub(1) else { return &[] };
            let (held, start) = self.entries[number];
            if held == hash {
                return &self.weights[start as usize..self.entries[number + 1].1 as usize];
            }
            place = (place + 1) & mask;
        }
    }

    /// What a word weighs, by its key as the file writes it.
    pub(super) fn of(&self, key: &str) -> &[(u16, f32)] {
        match key.strip_prefix('^') {
            Some(word) => self.get(Zone::Headline, word),
            None => self.get(Zone::Text, key),
        }
    }

    /// Adds what the words of a folded text weigh to `sums`, by the number of each sector; gives
    /// how many words it has, known or not.
    pub(super) fn add(&self, zone: Zone, folded: &str, sums: &mut [f32]) -> u32 {
        let mut count = 0;
        each_word(folded, |word, _| {
            count += 1;
            for (sector, weight) in self.get(zone, word) {
                sums[usize::from(*sector)] += weight;
            }
        });
        count
    }

    /// Every word as the file writes it, with its weights, in the order they were given.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &[(u16, f32)])> {
        self.keys.iter().zip(self.entries.windows(2)).map(|(key, entries)| {
            (key.as_str(), &self.weights[entries[0].1 as usize..entries[1].1 as usize])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_pairs_of_characters() {
        for (text, want) in [
            ("the oil price rose 3% in q3", vec!["the", "oil", "price", "rose", "in", "q3"]),
            ("5g, 2024 and 3d", vec!["5g", "and", "3d"]),
            ("café-owner o’neil", vec!["café", "owner", "o", "neil"]),
            ("中国建筑ai公司", vec!["中国", "国建", "建筑", "ai", "公司"]),
            ("中，国", vec![]),
            ("a".repeat(20).as_str(), vec!["a".repeat(20).as_str()]),
            ("", vec![]),
        ] {
            let mut words = Vec::new();
            each_word(text, |word, at| {
                assert_eq!(&text[at..at + word.len()], word);
                words.push(word);
            });
            assert_eq!(words, want, "{text}");
        }
    }

    #[test]
    fn a_word_is_told_by_its_zone() {
        let words = Words::new(vec![
            ("bank".to_owned(), vec![(0, 1.0), (2, -0.5)]),
            ("^bank".to_owned(), vec![(1, 2.0)]),
        ]);
        assert_eq!(words.get(Zone::Text, "bank"), [(0, 1.0), (2, -0.5)]);
        assert_eq!(words.get(Zone::Headline, "bank"), [(1, 2.0)]);
        assert_eq!(words.get(Zone::Text, "banks"), []);
        assert_eq!(Words::default().get(Zone::Text, "bank"), []);
        let mut sums = [0.0; 3];
        assert_eq!(words.add(Zone::Text, "bank to bank", &mut sums), 3);
        assert_eq!(sums, [2.0, 0.0, -1.0]);
        assert_eq!(words.all().map(|(key, _)| key).collect::<Vec<_>>(), ["bank", "^bank"]);
    }
}
