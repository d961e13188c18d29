//! Runs of ASCII letters and digits, told from eight bytes at once and without a branch a byte.
//!
//! `build.rs` includes this file too; it uses the standard library only.

const ONES: u64 = u64::MAX / 0xff;
const HIGH: u64 = ONES << 7;
const CASE: u64 = ONES << 5;

/// The first eight bytes of a text, the first one lowest, with zeroes behind its end.
#[inline]
pub(crate) fn eight(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    }
}

/// How many ASCII letters and digits `bytes` begins with.
#[inline]
pub(crate) fn run(bytes: u64) -> usize {
    ((!(letters(bytes) | digits(bytes)) & HIGH).trailing_zeros() / 8) as usize
}

/// How many ASCII letters a text begins with.
#[inline]
pub(crate) fn letters_ahead(text: &[u8]) -> usize {
    ahead(text, letters)
}

/// How many ASCII letters and digits a text begins with.
#[inline]
pub(crate) fn word_ahead(text: &[u8]) -> usize {
    ahead(text, |bytes| letters(bytes) | digits(bytes))
}

#[inline]
fn ahead(text: &[u8], wanted: impl Fn(u64) -> u64) -> usize {
    let mut at = 0;
    loop {
        let run = (!wanted(eight(&text[at..])) & HIGH).trailing_zeros() / 8;
        at += run as usize;
        if run < 8 {
            return at;
        }
    }
}

/// The lowest `length` bytes, of at most eight.
#[inline]
pub(crate) fn mask(length: usize) -> u64 {
    u64::MAX.checked_shr(64 - 8 * length as u32).unwrap_or(0)
}

/// Whether there is a lower-case letter among `bytes`, and an upper-case one.
#[inline]
pub(crate) fn cases(bytes: u64) -> (bool, bool) {
    let (letters, lower) = (letters(bytes), (bytes & CASE) << 2);
    (letters & lower != 0, letters & !lower != 0)
}

/// The highest bit of each byte that is a letter.
#[inline]
fn letters(bytes: u64) -> u64 {
    let folded = bytes & !HIGH | CASE;
    from(b'a', folded) & !from(b'z' + 1, folded) & !bytes & HIGH
}

/// The highest bit of each byte that is a digit.
#[inline]
fn digits(bytes: u64) -> u64 {
    let low = bytes & !HIGH;
    from(b'0', low) & !from(b'9' + 1, low) & !bytes & HIGH
}

/// The highest bit of each byte that is `least` or more; none of `bytes` may have it.
#[inline]
fn from(least: u8, bytes: u64) -> u64 {
    bytes + ONES * u64::from(0x80 - least)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn eight_bytes_at_once_say_what_each_of_them_says(bytes in prop::collection::vec(prop_oneof![any::<u8>(), b'a'..=b'z'], 0..20)) {
            let (some, length) = (&bytes[..bytes.len().min(8)], run(eight(&bytes)));
            prop_assert_eq!(length, some.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count());
            let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let word = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            prop_assert_eq!((letters_ahead(&bytes), word_ahead(&bytes)), (letters, word));
            let cases_of_each = (some.iter().any(u8::is_ascii_lowercase), some.iter().any(u8::is_ascii_uppercase));
            prop_assert_eq!(cases(eight(&bytes)), cases_of_each);
            prop_assert_eq!(mask(length).count_ones() as usize, 8 * length);
        }

        #[test]
        fn words_have_a_run_and_a_case(text in "[a-zA-Z0-9]{0,9}[ -~é]{0,2}") {
            let want = text.bytes().take(8).take_while(u8::is_ascii_alphanumeric).count();
            prop_assert_eq!(run(eight(text.as_bytes())), want);
        }
    }
}
