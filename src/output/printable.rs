//! Text from outside, made safe to show on a terminal.

use std::borrow::Cow;

/// `text` with everything a terminal might obey, or a reader not see, spelled out as `\u{…}`.
///
/// That is: control characters (C0, DEL, C1, so every escape sequence), line and paragraph
/// separators, marks that turn the direction of writing, and characters without any shape. Joiners
/// and variation selectors stay, because letters and emoji beside them need them.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(unprintable) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if unprintable(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether `c` commands a terminal or cannot be seen.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_article_commands_the_terminal() {
        for (name, raw, shown) in [
            ("plain", "plain text, 中文 and é", "plain text, 中文 and é"),
            ("clipboard", "\x1b]52;c;eA==\x07", r"\u{1b}]52;c;eA==\u{7}"),
            ("title", "\x1b]0;root\x1b\\", r"\u{1b}]0;root\u{1b}\"),
            ("C1 sequence", "\u{9b}31m", r"\u{9b}31m"),
            ("overwrite", "good\rbad\x08", r"good\u{d}bad\u{8}"),
            ("line breaks", "a\nb\u{2028}c", r"a\u{a}b\u{2028}c"),
            ("reversed", "safe\u{202e}txt\u{2066}", r"safe\u{202e}txt\u{2066}"),
            ("shapeless", "a\u{200b}b\u{feff}\u{e0041}", r"a\u{200b}b\u{feff}\u{e0041}"),
            ("emoji keep their joiners", "👩\u{200d}🔬 ❤\u{fe0f}", "👩\u{200d}🔬 ❤\u{fe0f}"),
        ] {
            assert_eq!(printable(raw), shown, "{name}");
        }
    }
}
