//! White space as blocks want it: every run one space, nothing invisible that would part a word.

use std::borrow::Cow;

/// `text` with white space runs made one space, none at the ends, and without soft hyphens,
/// zero-width spaces and byte order marks.
pub(super) fn squeeze(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let Some(start) = first_oddity(text) else { return Cow::Borrowed(text) };
    let mut squeezed = String::with_capacity(text.len());
    squeezed.push_str(&text[..start]);
    let mut gap = squeezed.ends_with(' ');
    for c in text[start..].chars() {
        if c.is_whitespace() {
            if !gap {
                squeezed.push(' ');
            }
            gap = true;
        } else if !is_invisible(c) {
            squeezed.push(c);
            gap = false;
        }
    }
    Cow::Owned(squeezed)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}')
}

/// Where the first white space that is not one single space, or the first invisible character,
/// is.
fn first_oddity(text: &str) -> Option<usize> {
    const BLOCK: usize = 32;
    let bytes = text.as_bytes();
    let third = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut at = 0;
    // Most text has none; without a branch in it the loop takes a block at a time.
    while let Some(block) = bytes.get(at..at + BLOCK + 2) {
        let triples = block.iter().zip(&block[1..]).zip(&block[2..]);
        if triples.fold(false, |odd, ((&a, &b), &c)| odd | is_odd(a, b, c)) {
            break;
        }
        at += BLOCK;
    }
    (at..bytes.len()).find(|&at| is_odd(bytes[at], third(at + 1), third(at + 2)))
}

/// Whether these bytes start a space before another space, any other white space, or an invisible
/// character.
fn is_odd(a: u8, b: u8, c: u8) -> bool {
    (a == b' ') & (b == b' ')
        | (a.wrapping_sub(b'\t') < 5)
        | (a == 0xC2) & ((b == 0x85) | (b == 0xA0) | (b == 0xAD))
        | (a == 0xE1) & (b == 0x9A) & (c == 0x80)
        | (a == 0xE2) & (b == 0x80) & ((c < 0x8C) | (c == 0xA8) | (c == 0xA9) | (c == 0xAF))
        | (a == 0xE2) & (b == 0x81) & (c == 0x9F)
        | (a == 0xE3) & (b == 0x80) & (c == 0x80)
        | (a == 0xEF) & (b == 0xBB) & (c == 0xBF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_become_one_space_and_the_invisible_goes() {
        for (text, want) in [
            ("", ""),
            (" \t\n", ""),
            ("a b", "a b"),
            ("  a \t b\r\nc  ", "a b c"),
            ("吉隆坡\u{3000}讯", "吉隆坡 讯"),
            ("a\u{a0}b\u{2003}c", "a b c"),
            ("stra\u{ad}tegic \u{200b}x\u{feff}", "strategic x"),
            ("a \u{200b} b", "a b"),
        ] {
            assert_eq!(squeeze(text), want, "{text:?}");
        }
    }

    #[test]
    fn every_white_space_and_invisible_character_is_odd_and_no_other() {
        for c in (0..=char::MAX as u32).filter_map(char::from_u32).filter(|c| *c != ' ') {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes);
            let got = is_odd(bytes[0], bytes[1], bytes[2]);
            assert_eq!(got, c.is_whitespace() || is_invisible(c), "{}", c.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn long_text_is_squeezed_as_short_is(
            text in "([a-z数“。]{1,30}( |  |\u{a0}|\n|\u{3000}|\u{2009}|\u{1680}|\u{85}|\u{205f})?){0,30}"
        ) {
            let want: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(squeeze(&text), want.join(" "));
        }

        #[test]
        fn squeezing_is_what_splitting_and_joining_gives(text in "[ab \t\u{a0}\u{3000}数\u{2028}é]{0,20}") {
            let want: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(squeeze(&text), want.join(" "));
        }
    }
}
