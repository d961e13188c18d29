//! Needles by hash: which of many byte strings begin at one place of a text, in a few looks.
//!
//! It compares bytes. Where a needle may begin and where it must end, and what it means to find
//! one, is `matcher`'s work.

use crate::tagger::ascii::{eight, mask, run};

/// Bytes that are compared at once; twice that many of each needle.
const WORD: usize = 8;

/// The most letters and digits of a start.
const START: usize = 4;

/// Places of [`Needles::lengths`]: ten times the starts of the built-in taxonomy.
const STARTS: usize = 1 << 15;

/// Words of [`Needles::marks`], a few keys of the built-in taxonomy to each.
const MARKS: usize = 1 << 11;

/// Some needles.
pub(super) struct Needles {
    /// By the hash of a start, how many bytes make the keys of the needles that begin so: bit `n`
    /// for `n + 1`. Most words of a text have no bit, and are done with.
    lengths: Vec<u8>,
    /// Three bits for each key; small enough to stay near the processor.
    marks: Vec<u64>,
    /// For each hash of a key where its needles are; one more for the end of the last.
    heads: Vec<u32>,
    needles: Vec<Needle>,
    /// How far a hash is shifted to be a place in `heads`.
    shift: u32,
}

/// One needle.
pub(super) struct Needle {
    /// Its first sixteen bytes, nothing behind its end.
    window: [u64; 2],
    /// Its number, as it was given.
    pub(super) number: u32,
    /// Its length in bytes.
    pub(super) length: usize,
}

impl Needle {
    /// How many bytes make its key. There are few such lengths, because each costs a look.
    fn key_length(&self) -> usize {
        match self.length {
            0..=6 => self.length,
            7 => 6,
            _ => WORD,
        }
    }

    fn hash(&self) -> u64 {
        hash(self.window[0] & mask(self.key_length()))
    }

    /// Whether it is longer than what [`Needles::each`] compares.
    pub(super) fn is_long(&self) -> bool {
        self.length > 2 * WORD
    }

    /// Whether a text with this window begins with its first sixteen bytes.
    fn begins(&self, window: [u64; 2]) -> bool {
        let [first, second] = self.window;
        let masks = (mask(self.length.min(WORD)), mask(self.length.saturating_sub(WORD).min(WORD)));
        window[0] & masks.0 == first && window[1] & masks.1 == second
    }
}

impl Needles {
    /// Those with the `numbers`, each with the bytes that `needle` gives, in lower case and not
    /// empty, and whether a letter or digit may come after these.
    pub(super) fn new<'a>(numbers: &[u32], needle: impl Fn(u32) -> (&'a [u8], bool)) -> Self {
        let (mut lengths, mut marks) = (vec![0; STARTS], vec![0; MARKS]);
        let mut needles = Vec::with_capacity(numbers.len());
        for &number in numbers {
            let (bytes, open) = needle(number);
            let one = Needle { window: window(bytes), number, length: bytes.len() };
            let bit = 1 << (one.key_length() - 1);
            each_start(bytes, open, &mut |start| lengths[start_place(start)] |= bit);
            let (word, bits) = mark(one.hash());
            marks[word] |= bits;
            needles.push(one);
        }
        let places = needles.len().next_power_of_two().max(2);
        let shift = 64 - places.ilog2();
        needles.sort_unstable_by_key(|one| (one.hash() >> shift, one.length, one.number));
        let mut heads = vec![0; places + 1];
        for one in &needles {
            heads[(one.hash() >> shift) as usize + 1] += 1;
        }
        for place in 0..places {
            heads[place + 1] += heads[place];
        }
        Self { lengths, marks, heads, needles, shift }
    }

    /// Calls `found` with each needle that `text` begins with, the shorter first. Of needles longer
    /// than sixteen bytes only these are compared.
    #[inline]
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(&Needle)) {
        let window = window(text);
        let mut lengths = self.lengths[start_place(start(window[0]))];
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize + 1;
            lengths &= lengths - 1;
            let hash = hash(window[0] & mask(length));
            let (word, bits) = mark(hash);
            if self.marks[word] & bits != bits {
                continue;
            }
            let place = (hash >> self.shift) as usize;
            let needles = self.heads[place] as usize..self.heads[place + 1] as usize;
            for one in &self.needles[needles] {
                let whole = one.key_length() == length && one.length <= text.len();
                if whole && one.begins(window) {
                    found(one);
                }
            }
        }
    }
}

/// The first sixteen bytes of `text`, the first one lowest; zeroes behind its end.
#[inline]
fn window(text: &[u8]) -> [u64; 2] {
    match text.first_chunk::<{ 2 * WORD }>() {
        Some(bytes) => [eight(bytes), eight(&bytes[WORD..])],
        None => [eight(text), eight(text.get(WORD..).unwrap_or_default())],
    }
}

/// The start of a text with this first word of its window: letters and digits up to the fourth, or
/// one other character.
#[inline]
fn start(word: u64) -> u64 {
    let length = match (run(word), word as u8) {
        (0, 0..0x80) => 1,
        (0, 0x80..0xe0) => 2,
        (0, 0xe0..0xf0) => 3,
        (run, _) if run > 0 => run.min(START),
        _ => 4,
    };
    word & mask(length)
}

/// Calls `found` with every start of a text that begins with `needle`; `open` says whether a letter
/// or digit may come after it.
fn each_start(needle: &[u8], open: bool, found: &mut impl FnMut(u64)) {
    found(start(window(needle)[0]));
    if open && needle.len() < START && needle.iter().all(u8::is_ascii_alphanumeric) {
        for byte in (b'a'..=b'z').chain(b'0'..=b'9') {
            each_start(&[needle, &[byte]].concat(), true, found);
        }
    }
}

#[inline]
fn hash(key: u64) -> u64 {
    let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline]
fn start_place(start: u64) -> usize {
    (start.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - STARTS.ilog2())) as usize
}

/// Where a hash is marked: the word, and the bits in it.
#[inline]
fn mark(hash: u64) -> (usize, u64) {
    let word = hash >> (64 - MARKS.ilog2());
    let bit = |from: u32| 1 << (hash >> from & 63);
    (word as usize, bit(46) | bit(40) | bit(34))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(needles: &[&str], text: &str) -> Vec<u32> {
        let numbers: Vec<u32> = (0..).take(needles.len()).collect();
        let all = Needles::new(&numbers, |number| (needles[number as usize].as_bytes(), true));
        let mut found = Vec::new();
        all.each(text.as_bytes(), |one| found.push(one.number));
        found
    }

    #[test]
    fn needles_are_found_where_they_begin_the_text() {
        let none: [u32; 0] = [];
        for (needles, text, want) in [
            (&["oil", "oil price", "o"][..], "oil prices", vec![2, 0, 1]),
            (&["oil"], "soil", none.to_vec()),
            (&["oil"], "oi", none.to_vec()),
            (&["bank", "bank"], "bank", vec![0, 1]),
            (&["芯片", "芯"], "芯片厂", vec![1, 0]),
            (&["a\0"], "a", none.to_vec()),
            (&[], "oil", none.to_vec()),
            (&["oil"], "", none.to_vec()),
        ] {
            assert_eq!(found(needles, text), want, "{needles:?} in {text}");
        }
    }

    proptest! {
        #[test]
        fn those_found_are_those_the_text_begins_with(
            needles in proptest::collection::vec("[ab ]{1,20}", 0..40),
            text in "[ab ]{0,24}",
        ) {
            let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
            let mut got = found(&needles, &text);
            got.sort_unstable();
            // Of longer ones the first sixteen bytes suffice, if the text is long enough.
            let begins = |number: &u32| {
                let needle = needles[*number as usize];
                needle.len() <= text.len() && text.starts_with(&needle[..needle.len().min(16)])
            };
            let want: Vec<u32> = (0..).take(needles.len()).filter(begins).collect();
            prop_assert_eq!(got, want);
        }
    }
}
