//! The text that bytes are, and which encoding bytes that are no UTF-8 may be in.
//!
//! A guess looks at what stands beside what; one that is not plain is not made.

use std::borrow::Cow;

use super::{BOM, ReadError, SourcePath};
use crate::article::Edition;

/// Text, and what it was in.
#[derive(Debug)]
pub(super) struct Decoded<'b> {
    /// The text, without a byte order mark.
    pub(super) text: Cow<'b, str>,
    /// The encoding, as the WHATWG names it, where that is not UTF-8.
    pub(super) encoding: Option<&'static str>,
}

impl Decoded<'_> {
    /// What an article of this text keeps of it.
    pub(super) fn edition(&self) -> Edition {
        Edition { encoding: self.encoding.map(str::to_owned), ..Edition::default() }
    }
}

/// The text of `bytes`, which are a source or a part of it; `declared` is the encoding that the
/// source itself or what holds it says they are in.
pub(super) fn decode<'b>(
    source: &SourcePath,
    bytes: &'b [u8],
    _declared: Option<&str>,
    _warn: &mut dyn FnMut(ReadError),
) -> Result<Decoded<'b>, ReadError> {
    let path = || source.path.clone();
    if let Some(offset) = memchr::memchr(0, bytes) {
        let looks_like = guess(bytes);
        return Err(match looks_like {
            Some(_) => ReadError::NotUtf8 { path: path(), line: 1, offset: 0, looks_like },
            None => ReadError::NotText { path: path(), offset },
        });
    }
    let mark = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let text = std::str::from_utf8(&bytes[mark..]).map_err(|error| {
        let offset = mark + error.valid_up_to();
        let lines = memchr::memchr_iter(b'\n', &bytes[..offset]).count() + 1;
        let line = u32::try_from(lines).unwrap_or(u32::MAX);
        ReadError::NotUtf8 { path: path(), line, offset, looks_like: guess(bytes) }
    })?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty { path: path() });
    }
    Ok(Decoded { text: Cow::Borrowed(text), encoding: None })
}

/// How many bytes are looked at.
const SAMPLE: usize = 64 << 10;

/// The encoding that `bytes` look like, as `iconv` calls it; `UTF-8` if that is what they are but
/// for some.
pub(super) fn guess(bytes: &[u8]) -> Option<&'static str> {
    let bytes = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(name) = wide(bytes) {
        return Some(name);
    }
    if bytes.contains(&0) {
        return None;
    }
    let n_letters = |bytes: &[u8]| bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let all = n_letters(bytes);
    let in_utf8: usize = bytes.utf8_chunks().map(|chunk| n_letters(chunk.valid().as_bytes())).sum();
    if in_utf8 > all / 2 {
        return Some("UTF-8");
    }
    let is_gb = |lead, trail| matches!((lead, trail), (0xA1..=0xA3 | 0xB0..=0xF7, 0xA1..=0xFE));
    let is_big5 = |lead, trail| matches!((lead, trail), (0xA1..=0xC6, 0x40..=0x7E | 0xA1..=0xFE));
    let is_pair = |lead, trail| matches!((lead, trail), (0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE));
    if pairs(bytes, is_pair, is_gb) {
        return Some("GB18030");
    }
    if pairs(bytes, is_pair, is_big5) {
        return Some("BIG5");
    }
    (in_utf8 == 0 && is_western(bytes)).then_some("WINDOWS-1252")
}

/// Whether `bytes` are text in units of more than a byte: they begin with a mark of order and then
/// hold text, or every second byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] | [0, 0, 0xFE, 0xFF, rest @ ..] if !rest.is_empty() => {
            return Some("UTF-32");
        }
        [0xFF, 0xFE, rest @ ..] => {
            return is_utf16(rest, u16::from_le_bytes).then_some("UTF-16");
        }
        [0xFE, 0xFF, rest @ ..] => {
            return is_utf16(rest, u16::from_be_bytes).then_some("UTF-16");
        }
        _ => {}
    }
    // Spaces and line ends are Latin in any script.
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, enough) = (zeros(0), zeros(1), bytes.len() / 20 + 1);
    if odd > enough && even == 0 && is_utf16(bytes, u16::from_le_bytes) {
        return Some("UTF-16LE");
    }
    (even > enough && odd == 0 && is_utf16(bytes, u16::from_be_bytes)).then_some("UTF-16BE")
}

/// Whether `bytes` are text in UTF-16: pairs of bytes, all of them characters, none a control that
/// no text has.
fn is_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> bool {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let is_whole = bytes.len().is_multiple_of(2);
    let is_text = |c: char| !c.is_control() || c.is_whitespace();
    // Of stray bytes some pair falls on characters that no one uses.
    let is_used = |c: char| !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}');
    is_whole
        && !bytes.is_empty()
        && char::decode_utf16(units).all(|c| c.is_ok_and(|c| is_text(c) && is_used(c)))
        && has_common_character(bytes, unit)
}

/// Whether a space, a line end, a Chinese stop or a Latin letter is there, as in any text.
fn has_common_character(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> bool {
    let mut units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    units.any(|unit| matches!(unit, 0x0A | 0x20..=0x7E | 0x3001 | 0x3002 | 0xFF0C))
}

/// Whether all that is not ASCII are pairs, and nearly all of them `common` ones.
fn pairs(bytes: &[u8], is_pair: impl Fn(u8, u8) -> bool, common: impl Fn(u8, u8) -> bool) -> bool {
    let (mut n, mut n_common) = (0, 0);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            Some(trail) if is_pair(bytes[at], *trail) => {
                n += 1;
                n_common += usize::from(common(bytes[at], *trail));
                at += 2;
            }
            // The sample may end within a pair.
            None => break,
            Some(_) => return false,
        }
    }
    n >= 2 && n_common * 10 >= n * 9
}

/// Whether what is not ASCII stands alone or in twos among letters, as accents and curled quotes do.
fn is_western(bytes: &[u8]) -> bool {
    // The last two are letters of Icelandic and nearly no other, and marks that went astray.
    const UNUSED: [u8; 7] = [0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xFE, 0xFF];
    let runs = bytes.split(u8::is_ascii).filter(|run| !run.is_empty());
    let n_letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let (mut n, mut longest) = (0, 0);
    for run in runs {
        n += run.len();
        longest = longest.max(run.len());
    }
    longest <= 2 && n * 4 <= n_letters && !bytes.iter().any(|byte| UNUSED.contains(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_told_by_what_stands_beside_what() {
        for (name, bytes, want) in [
            ("with a mark", utf16("\u{feff}# A headline\n", u16::to_le_bytes), Some("UTF-16")),
            ("Chinese", utf16("\u{feff}马来西亚，中国。", u16::to_be_bytes), Some("UTF-16")),
            ("without a mark", utf16("Shares fell.\n", u16::to_le_bytes), Some("UTF-16LE")),
            ("the other way", utf16("Shares fell.\n", u16::to_be_bytes), Some("UTF-16BE")),
            ("stray bytes like a mark", b"\xFF\xFEShares fell on Friday.".to_vec(), None),
            ("nothing but a mark", b"\xFF\xFE".to_vec(), None),
            // 马来西亚与中国
            (
                "GB18030",
                b"\xC2\xED\xC0\xB4\xCE\xF7\xD1\xC7\xD3\xEB\xD6\xD0\xB9\xFA".to_vec(),
                Some("GB18030"),
            ),
            // 馬來西亞與中國
            (
                "Big5",
                b"\xB0\xA8\xA8\xD3\xA6\xE8\xA8\xC8\xBB\x50\xA4\xA4\xB0\xEA".to_vec(),
                Some("BIG5"),
            ),
            ("accents", b"The caf\xE9 in the port\x92s old hall".to_vec(), Some("WINDOWS-1252")),
            (
                "UTF-8 with a fault",
                ["马来西亚与中国，caf\u{e9}".as_bytes(), b"\xE9 and more"].concat(),
                Some("UTF-8"),
            ),
            ("a picture", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(), None),
            ("noise", (128..=255).collect(), None),
        ] {
            assert_eq!(guess(&bytes), want, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            guess(&bytes);
        }
    }
}
