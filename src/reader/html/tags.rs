//! Tags with attributes without end, cut before the parser sees them: it compares each attribute
//! with all before it.

use std::borrow::Cow;

/// The most attributes of one tag that are read. Pages have a dozen, some frameworks a hundred.
const MOST: usize = 300;

/// `html`, where what stands in a tag after so many attributes is left out.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut kept = String::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        at += found + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (end, cut) = tag(bytes, at);
        if let Some(cut) = cut {
            kept.push_str(&html[from..cut]);
            from = end;
        }
        at = end;
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    kept.push_str(&html[from..]);
    Cow::Owned(kept)
}

/// Where the tag ends whose name starts at `at` (its `>`, or the end), and where its last attribute ends that is read if
/// it has more.
pub(super) fn tag(bytes: &[u8], mut at: usize) -> (usize, Option<usize>) {
    let is_end = |byte: u8| byte == b'>';
    let parts = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
    let skip = |from: usize, stop: &dyn Fn(u8) -> bool| {
        bytes[from..].iter().position(|byte| stop(*byte)).map_or(bytes.len(), |n| from + n)
    };
    at = skip(at, &|byte| parts(byte) || is_end(byte));
    let mut cut = None;
    for nth in 0.. {
        at = skip(at, &|byte| !parts(byte));
        if at == bytes.len() || is_end(bytes[at]) {
            break;
        }
        if nth == MOST {
            cut = Some(at);
        }
        // A name may begin with `=`.
        at = skip(at + 1, &|byte| parts(byte) || is_end(byte) || byte == b'=');
        let equals = skip(at, &|byte| !byte.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            continue;
        }
        at = skip(equals + 1, &|byte| !byte.is_ascii_whitespace());
        at = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let end = memchr::memchr(*quote, &bytes[at + 1..]);
                end.map_or(bytes.len(), |n| at + n + 2)
            }
            _ => skip(at, &|byte| byte.is_ascii_whitespace() || is_end(byte)),
        };
    }
    (at, cut)
}
