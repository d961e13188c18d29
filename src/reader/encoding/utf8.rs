//! UTF-8: how much of bytes is that, and their text with what is not.

use std::borrow::Cow;

use super::{Faults, Text, without_mark};

/// How much of bytes is UTF-8.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Utf8 {
    length: usize,
    /// Characters that are not ASCII.
    pub(super) n_characters: usize,
    /// The bytes of these.
    n_good: usize,
    /// Bytes that are no UTF-8.
    n_bad: usize,
}

impl Utf8 {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut found = Self { length: bytes.len(), ..Self::default() };
        for chunk in bytes.utf8_chunks() {
            let valid = chunk.valid().as_bytes();
            let n_high = valid.iter().filter(|byte| !byte.is_ascii()).count();
            let n_inner = valid.iter().filter(|byte| matches!(byte, 0x80..=0xBF)).count();
            found.n_good += n_high;
            found.n_characters += n_high - n_inner;
            found.n_bad += chunk.invalid().len();
        }
        found
    }

    pub(super) fn is_whole(&self) -> bool {
        self.n_bad == 0
    }

    pub(super) fn is_ascii(&self) -> bool {
        self.n_bad == 0 && self.n_good == 0
    }

    /// Whether it is UTF-8 but for some bytes. Long Thai is so by chance to a half, all else to less.
    pub(super) fn is_most(&self) -> bool {
        self.n_good > 3 * self.n_bad
    }

    /// Whether so much of it is UTF-8 beyond ASCII as is no chance.
    pub(super) fn is_much(&self) -> bool {
        self.n_good >= 24
    }

    pub(super) fn is_half(&self) -> bool {
        self.n_good > self.n_bad
    }

    /// Whether most of it is ASCII; of what is no text, half is.
    pub(super) fn is_mostly_ascii(&self) -> bool {
        (self.n_good + self.n_bad) * 4 <= self.length
    }
}

/// The text of `bytes`, without marks. NUL is no text.
pub(super) fn read(bytes: &[u8]) -> Text<'_> {
    let rest = without_mark(bytes);
    let mut faults = Faults::default();
    if let Ok(text) = std::str::from_utf8(rest)
        && memchr::memchr(0, rest).is_none()
    {
        return Text { text: Cow::Borrowed(text), faults };
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut at = bytes.len() - rest.len();
    for chunk in rest.utf8_chunks() {
        for (nth, valid) in chunk.valid().split('\0').enumerate() {
            if nth > 0 {
                faults.is_nul |= faults.count == 0;
                faults.add(at, &text);
                text.push(char::REPLACEMENT_CHARACTER);
                at += 1;
            }
            text.push_str(valid);
            at += valid.len();
        }
        if !chunk.invalid().is_empty() {
            faults.add(at, &text);
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len();
        }
    }
    Text { text: Cow::Owned(text), faults }
}
