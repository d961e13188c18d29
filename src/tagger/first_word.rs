//! Tables of names by their first word: one look tells whether any begins with a word of a text.
//!
//! `build.rs` includes this file too, to write what the taggers read in place; it uses the standard
//! library only. It knows words of ASCII letters and digits; whatever begins otherwise, or with a
//! longer word, is in no such table and must be looked for letter by letter.

use std::collections::BTreeMap;

use super::ascii::{eight, mask, run};

/// Bytes that are looked at at once.
const WORD: usize = 8;

/// The most bytes of a word.
const LONGEST: usize = 2 * WORD;

/// Bytes of a place: a word, and what is said of it.
const PLACE: usize = LONGEST + 8;

/// A word of up to sixteen ASCII letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FirstWord(u128);

impl FirstWord {
    /// The word that `text` begins with, and its length; `None` if there is none, if it is longer,
    /// or if a letter beyond ASCII may carry it on.
    pub(crate) fn of(text: &[u8]) -> Option<(Self, usize)> {
        let low = eight(text);
        let mut length = run(low);
        let mut high = 0;
        if length == WORD {
            high = eight(&text[WORD..]);
            length += run(high);
        }
        let next = text.get(length);
        let ends = next.is_none_or(|next| next.is_ascii() && !next.is_ascii_alphanumeric());
        let (low, high) = (low & mask(length.min(WORD)), high & mask(length.saturating_sub(WORD)));
        let word = Self(u128::from(high) << 64 | u128::from(low));
        (length > 0 && ends).then_some((word, length))
    }

    /// The same in lower case.
    pub(crate) fn lower(self) -> Self {
        // Of letters and digits, capitals alone lack this bit.
        let bits = u128::from_le_bytes([0x20; LONGEST]);
        Self(self.0 | bits & u128::MAX >> (self.0.leading_zeros() / 8 * 8))
    }

    /// Where to look for it among so many places.
    fn place(self, places: usize) -> usize {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = (self.0 as u64 ^ ((self.0 >> 64) as u64).rotate_left(29)).wrapping_mul(ODD);
        let hash = (mixed ^ mixed >> 32).wrapping_mul(ODD) >> 32;
        (hash as usize * places) >> 32
    }
}

/// What a table says of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The value of the name that is this word.
    pub(crate) value: Option<u64>,
    /// Whether a name goes on after this word.
    pub(crate) longer: bool,
}

impl Said {
    fn packed(self) -> u64 {
        self.value.map_or(0, |value| value << 2 | 2) | u64::from(self.longer)
    }
}

/// The table of `names` with their values, which must be below 2⁶².
#[allow(dead_code, reason = "for `build.rs`")]
pub(crate) fn table<'a>(names: impl Iterator<Item = (&'a [u8], u64)>) -> Vec<u8> {
    let mut words: BTreeMap<FirstWord, Said> = BTreeMap::new();
    for (name, value) in names {
        if let Some((word, length)) = FirstWord::of(name) {
            let said = words.entry(word).or_default();
            match length == name.len() {
                true => said.value = Some(value),
                false => said.longer = true,
            }
        }
    }
    let places = words.len() + words.len() / 2 + 1;
    let mut table = vec![0; places * PLACE];
    for (word, said) in words {
        let mut place = word.place(places);
        while table[place * PLACE] != 0 {
            place = (place + 1) % places;
        }
        let bytes = [&word.0.to_le_bytes()[..], &said.packed().to_le_bytes()].concat();
        table[place * PLACE..][..PLACE].copy_from_slice(&bytes);
    }
    table
}

/// What `table` says of `word`; `None` if no name begins with it.
#[allow(dead_code, reason = "not for `build.rs`")]
pub(crate) fn look_up(table: &[u8], word: FirstWord) -> Option<Said> {
    let (places, _) = table.as_chunks::<PLACE>();
    let mut place = word.place(places.len());
    loop {
        let (found, packed) = places.get(place)?.split_first_chunk::<LONGEST>()?;
        match u128::from_le_bytes(*found) {
            0 => return None,
            found if found == word.0 => {
                let packed = u64::from_le_bytes(*packed.first_chunk()?);
                let value = (packed & 2 != 0).then_some(packed >> 2);
                return Some(Said { value, longer: packed & 1 != 0 });
            }
            _ => place = if place + 1 == places.len() { 0 } else { place + 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> FirstWord {
        FirstWord::of(text.as_bytes()).unwrap().0
    }

    #[test]
    fn a_word_is_of_ascii_and_not_too_long() {
        for (text, want) in [
            ("New York", Some("New")),
            ("G20", Some("G20")),
            ("O'Neill", Some("O")),
            ("abcdefghijklmnop.", Some("abcdefghijklmnop")),
            ("abcdefghijklmnopq", None),
            ("A股", None),
            ("Zoë", None),
            (" a", None),
            ("中国", None),
            ("", None),
        ] {
            let found = FirstWord::of(text.as_bytes());
            assert_eq!(found.map(|(_, length)| &text[..length]), want, "{text}");
            assert_eq!(found.map(|(found, _)| found), want.map(word), "{text}");
        }
        assert_eq!(word("G20 Summit").lower(), word("g20"));
        assert_eq!(word("ABCDEFGHIJKLMNOP").lower(), word("abcdefghijklmnop"));
    }

    #[test]
    fn a_table_tells_what_begins_with_a_word() {
        let said = |value, longer| Some(Said { value, longer });
        let names = ["York", "New York", "New Delhi", "Paris", "Paris Club", "中国", "A股"];
        let table = table((0..).zip(names).map(|(value, name)| (name.as_bytes(), value)));
        for (text, want) in [
            ("York", said(Some(0), false)),
            ("New", said(None, true)),
            ("Paris", said(Some(3), true)),
            ("Delhi", None),
            ("A", None),
        ] {
            assert_eq!(look_up(&table, word(text)), want, "{text}");
        }
        assert_eq!(look_up(&super::table([].into_iter()), word("York")), None);
    }
}
