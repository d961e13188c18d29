//! JSON that is safe to show: what a terminal would obey is escaped, and means the same.
//!
//! JSON itself escapes the controls below U+0020 only.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes `value` without white space.
pub(super) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    // An I/O error keeps its kind on the way through serde, so a closed pipe is still seen as one.
    value.serialize(&mut Serializer::with_formatter(out, Escaping)).map_err(io::Error::from)
}

/// Compact, with more characters escaped.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        mut fragment: &str,
    ) -> io::Result<()> {
        while let Some((at, c)) = fragment.char_indices().find(|(_, c)| is_command(*c)) {
            out.write_all(&fragment.as_bytes()[..at])?;
            write!(out, "\\u{:04x}", u32::from(c))?;
            fragment = &fragment[at + c.len_utf8()..];
        }
        out.write_all(fragment.as_bytes())
    }
}

/// Whether `c` moves the cursor, ends a line or turns the direction of writing.
fn is_command(c: char) -> bool {
    matches!(c,
        '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        write(&mut out, &text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nothing_in_a_text_commands_the_terminal() {
        for (text, want) in [
            ("plain “中文” é 👩\u{200d}🔬", "\"plain “中文” é 👩\u{200d}🔬\""),
            ("\u{9b}31m\u{7f}", r#""\u009b31m\u007f""#),
            ("a\u{85}\u{2028}b\u{2029}", r#""a\u0085\u2028b\u2029""#),
            ("safe\u{202e}txt\u{2066}.\u{200f}", r#""safe\u202etxt\u2066.\u200f""#),
            ("\"\u{1b}[31m\\", r#""\"\u001b[31m\\""#),
        ] {
            assert_eq!(written(text), want);
        }
    }

    proptest! {
        #[test]
        fn escaped_is_the_same_when_read(text in "([a-z\"\\\\]|\u{9b}|\u{202e}|\u{2028}|\u{7f}|\\PC){0,20}") {
            let json = written(&text);
            prop_assert!(!json.contains(is_command));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
