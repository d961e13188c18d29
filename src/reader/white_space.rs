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
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let odd = match bytes[at] {
            b' ' => bytes.get(at + 1) == Some(&b' '),
            b'\t'..=b'\r' => true,
            // Every white space and invisible character beyond ASCII starts with one of these.
            0xC2 | 0xE1 | 0xE2 | 0xE3 | 0xEF => {
                text[at..].chars().next().is_some_and(|c| c.is_whitespace() || is_invisible(c))
            }
            _ => false,
        };
        if odd {
            return Some(at);
        }
        at += 1;
    }
    None
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

    proptest! {
        #[test]
        fn squeezing_is_what_splitting_and_joining_gives(text in "[ab \t\u{a0}\u{3000}数\u{2028}é]{0,20}") {
            let want: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(squeeze(&text), want.join(" "));
        }
    }
}
