//! What encoding text says that it is in, and the names of encodings.

use encoding_rs::{BIG5, EUC_KR, GBK, SHIFT_JIS};
use memchr::memmem;

use super::{Encoding, Utf32, without_mark};

/// How much of a page is searched for what it says. Browsers ask for it within the first 1,024
/// bytes; pages do not heed that.
const HEAD_BYTES: usize = 8 << 10;

/// The encoding of that name.
pub(super) fn named(label: &str) -> Option<Encoding> {
    let label = label.trim();
    if let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) {
        // It stands for 8 bits of anything where it is said of what is not ASCII.
        let is_ascii = label.to_ascii_lowercase().contains("ascii");
        return (!is_ascii).then_some(Encoding::Named(encoding));
    }
    Some(match &*label.to_ascii_lowercase() {
        "utf-32" | "utf-32be" => Encoding::Utf32(Utf32::Big),
        "utf-32le" => Encoding::Utf32(Utf32::Little),
        "cp936" | "ms936" | "windows-936" => Encoding::Named(GBK),
        "cp950" | "ms950" | "windows-950" => Encoding::Named(BIG5),
        "cp949" | "ms949" | "uhc" => Encoding::Named(EUC_KR),
        "cp932" => Encoding::Named(SHIFT_JIS),
        _ => return None,
    })
}

/// The encoding that the page `html` says it is in: in its declaration of XML, or the first `<meta>`
/// that says so.
pub(crate) fn declared_in_html(html: &[u8]) -> Option<&str> {
    if let Some(declared) = declared_in_xml(html) {
        return Some(declared);
    }
    let mut head = &html[..html.len().min(HEAD_BYTES)];
    while let Some(at) = memchr::memchr(b'<', head) {
        head = &head[at..];
        if head.starts_with(b"<!--") {
            head = &head[memmem::find(head, b"-->")?..];
            continue;
        }
        let name = head.get(1..5).unwrap_or_default();
        let tag = &head[..memchr::memchr(b'>', head).unwrap_or(head.len())];
        if name.eq_ignore_ascii_case(b"meta")
            && let Some(label) = value(tag, b"charset")
        {
            return Some(label);
        }
        head = &head[1..];
    }
    None
}

/// The encoding that the document `xml` says it is in.
pub(super) fn declared_in_xml(xml: &[u8]) -> Option<&str> {
    let rest = without_mark(xml).trim_ascii_start().strip_prefix(b"<?xml")?;
    value(&rest[..memmem::find(rest, b"?>")?], b"encoding")
}

/// What follows on `name` and `=` within `tag`, up to what ends a label.
fn value<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t str> {
    let at = tag.windows(name.len()).position(|part| part.eq_ignore_ascii_case(name))?;
    let rest = tag[at + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let is_end =
        |byte: &u8| matches!(byte, b'"' | b'\'' | b';' | b'/' | b'>') || byte.is_ascii_whitespace();
    let end = rest.iter().position(is_end).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).ok().filter(|label| !label.is_empty())
}
