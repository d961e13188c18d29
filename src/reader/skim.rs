//! The members of a JSON object or list as stretches of its text, so that each is read only when it
//! is wanted and knows its line.
//!
//! It follows strings and brackets and nothing else; whether the text is JSON, a parser says. Text
//! that is cut off gives what is whole.

/// Gives what is in the object or list that `text` begins with, in order; nothing if it begins with
/// neither.
pub(super) fn members(text: &str) -> Members<'_> {
    let start = text.len() - text.trim_ascii_start().len();
    let opens = text.as_bytes().get(start);
    let is_object = opens == Some(&b'{');
    let at = if is_object || opens == Some(&b'[') { start + 1 } else { text.len() };
    Members { text, at, is_object, is_closed: false }
}

/// See [`members`].
pub(super) struct Members<'t> {
    text: &'t str,
    at: usize,
    is_object: bool,
    is_closed: bool,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member<'t> {
    /// Its key as it is written, without the quotes; empty in a list.
    pub(super) key: &'t str,
    /// Its value.
    pub(super) value: &'t str,
}

impl Members<'_> {
    /// Whether its end was come to.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl<'t> Iterator for Members<'t> {
    type Item = Member<'t>;

    fn next(&mut self) -> Option<Member<'t>> {
        let bytes = self.text.as_bytes();
        let parts = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b',';
        self.at += bytes[self.at..].iter().position(parts)?;
        if matches!(bytes[self.at], b'}' | b']') {
            self.is_closed = true;
            self.at = bytes.len();
            return None;
        }
        let mut key = "";
        if self.is_object {
            let end = value_end(bytes, self.at).filter(|_| bytes[self.at] == b'"');
            let Some(end) = end else { return self.stop() };
            key = &self.text[self.at + 1..end - 1];
            let colon = bytes[end..].iter().position(|byte| !byte.is_ascii_whitespace());
            let colon = colon.map(|n| end + n).filter(|at| bytes[*at] == b':');
            let Some(colon) = colon else { return self.stop() };
            let value = bytes[colon + 1..].iter().position(|byte| !byte.is_ascii_whitespace());
            let Some(value) = value else { return self.stop() };
            self.at = colon + 1 + value;
        }
        let from = self.at;
        let Some(end) = value_end(bytes, from).filter(|end| *end > from) else {
            return self.stop();
        };
        self.at = end;
        Some(Member { key, value: &self.text[from..end] })
    }
}

impl<'t> Members<'t> {
    fn stop(&mut self) -> Option<Member<'t>> {
        self.at = self.text.len();
        None
    }
}

/// Whether what begins so is one object on several lines, laid out for people, and not one a line. A
/// line that breaks off before its object ends does not make it so.
pub(super) fn is_laid_out(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim_ascii().is_empty());
    let Some(line) = lines.next().filter(|line| line.trim_ascii_start().starts_with('{')) else {
        return false;
    };
    let mut inside = members(line);
    inside.by_ref().for_each(drop);
    !inside.is_closed() && lines.next().is_some_and(|next| next.trim_ascii_start().starts_with('"'))
}

/// Where the value ends that begins at `from`; `None` if the text ends first.
fn value_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'"' => at = string_end(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                continue;
            }
            b'}' | b']' => {
                // One that nothing here opened ends a number or a word.
                if depth == 0 {
                    return Some(at);
                }
                depth -= 1;
                at += 1;
            }
            b',' | b':' if depth > 0 => {
                at += 1;
                continue;
            }
            byte if byte.is_ascii_whitespace() && depth > 0 => {
                at += 1;
                continue;
            }
            _ => {
                let ends = |byte: &u8| b",:]}[{\"".contains(byte) || byte.is_ascii_whitespace();
                at += bytes[at..].iter().position(ends)?.max(1);
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Where the string ends that begins at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn members_are_found_as_far_as_they_are_whole() {
        type Found<'t> = (&'t str, &'t str);
        let cases: &[(&str, &[Found<'_>], bool)] = &[
            ("{}", &[], true),
            (" [ ]", &[], true),
            ("7", &[], false),
            ("", &[], false),
            (
                "{\"a\" : [1,{\"b\":\"]\"}] , \"c\":\"\\\"}\",\"d\":-1.5e3}",
                &[("a", "[1,{\"b\":\"]\"}]"), ("c", "\"\\\"}\""), ("d", "-1.5e3")],
                true,
            ),
            ("[{\"a\":1},null]x", &[("", "{\"a\":1}"), ("", "null")], true),
            ("{\"a\":1,\"b\":\"cut", &[("a", "1")], false),
            ("{\"a\":1,\"b\"", &[("a", "1")], false),
            ("{a:1}", &[], false),
        ];
        for (text, want, closed) in cases {
            let mut found = members(text);
            let got: Vec<_> = found.by_ref().map(|member| (member.key, member.value)).collect();
            assert_eq!((&got[..], found.is_closed()), (*want, *closed), "{text}");
        }
    }

    #[test]
    fn an_object_on_many_lines_is_told_from_one_a_line() {
        for (head, want) in [
            ("{\n \"a\": 1}", true),
            (" {\"a\": [],\n\n  \"b\": 1", true),
            ("{\"a\": 1}\n{\"b\": 1}", false),
            ("{\"a\": \"cut\n{\"b\": 1}", false),
            ("{\"a\": \"one line, longer than what is looked at", false),
            ("{\n{", false),
            ("[\n{}]", false),
            ("", false),
        ] {
            assert_eq!(is_laid_out(head), want, "{head}");
        }
    }

    proptest! {
        #[test]
        fn what_a_parser_finds_is_found(text in "[\\[\\]{}:, \"\\\\a1é\n-]{0,40}") {
            let found: Vec<Member<'_>> = members(&text).collect();
            match serde_json::from_str::<Value>(&text) {
                Ok(Value::Array(list)) => {
                    let read = found.iter().map(|one| serde_json::from_str(one.value).unwrap());
                    prop_assert_eq!(read.collect::<Vec<Value>>(), list);
                }
                Ok(Value::Object(_)) => {
                    let is_json = |one: &Member<'_>| serde_json::from_str::<Value>(one.value).is_ok();
                    prop_assert!(found.iter().all(is_json));
                }
                _ => {}
            }
        }
    }
}
