//! Text in units of two or four bytes, UTF-16 and UTF-32, in either order: how it is told from
//! other text and from what is no text, and how UTF-32 is read.
//!
//! The measure is how many of the characters are such as people write. Read in the wrong order,
//! Latin becomes Chinese characters whose number ends in two zeros, and Chinese becomes anything.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::{Encoding, Faults, Text};

/// The order of the bytes of a unit of UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Utf32 {
    /// The last byte of the number first.
    Little,
    /// The first byte of the number first.
    Big,
}

impl Utf32 {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Little => "UTF-32LE",
            Self::Big => "UTF-32BE",
        }
    }

    fn character(self, unit: [u8; 4]) -> Option<char> {
        char::from_u32(match self {
            Self::Little => u32::from_le_bytes(unit),
            Self::Big => u32::from_be_bytes(unit),
        })
    }
}

/// Every encoding with wide units; those of four bytes first, as their mark in little order begins
/// like that of two.
const WIDE: [(Encoding, &[u8]); 4] = [
    (Encoding::Utf32(Utf32::Little), b"\xFF\xFE\0\0"),
    (Encoding::Utf32(Utf32::Big), b"\0\0\xFE\xFF"),
    (Encoding::Named(UTF_16LE), b"\xFF\xFE"),
    (Encoding::Named(UTF_16BE), b"\xFE\xFF"),
];

/// How many bytes are looked at.
const SAMPLE: usize = 64 << 10;

/// The encoding that a byte order mark says that `bytes` are in, unless they are plainly not.
pub(super) fn marked(bytes: &[u8]) -> Option<Encoding> {
    let (encoding, mark) = WIDE.into_iter().find(|(_, mark)| bytes.starts_with(mark))?;
    let rest = &bytes[mark.len()..];
    // Pairs of letters look like Chinese.
    let is_narrow = !rest.is_empty() && !rest.contains(&0) && rest.is_ascii();
    let shares = rest.is_empty() || share(encoding, rest) >= 0.5;
    (!is_narrow && shares).then_some(encoding)
}

/// The encoding with wide units that `bytes` without a mark are in, if that is plain.
pub(super) fn unmarked(bytes: &[u8]) -> Option<Encoding> {
    // Nearly all that is read is plain UTF-8, and that is cheap to see. It may be cut in a character.
    let is_plain = || std::str::from_utf8(bytes).map_or_else(|e| e.error_len().is_none(), |_| true);
    if !bytes.contains(&0) && is_plain() {
        return None;
    }
    // A NUL here and there in what is UTF-8 else has gone astray.
    let n_nul = memchr::memchr_iter(0, bytes).count();
    let is_control = |byte: &u8| byte.is_ascii_control() && !b"\0\t\n\x0C\r".contains(byte);
    if n_nul > 0 && n_nul * 16 < bytes.len() && is_plain() && !bytes.iter().any(is_control) {
        return None;
    }
    let (encoding, share) = likeliest(bytes);
    if n_nul > 0 {
        return (share >= 0.9).then_some(encoding);
    }
    // Without NUL there is neither space nor line end nor Latin. Japanese in Shift_JIS looks like
    // Chinese then, but has no stops.
    let is_whole = bytes.len().is_multiple_of(2);
    let is_chinese = encoding.unit() == 2
        && share >= 0.95
        && characters(encoding, sample(bytes)).any(|c| matches!(c, Some('、' | '。' | '，')));
    (is_whole && is_chinese).then_some(encoding)
}

/// The encoding that `bytes` without a mark are in, of which UTF-16 or UTF-32 is said; its order
/// may be said wrongly.
pub(super) fn declared(bytes: &[u8], said: Encoding) -> Option<Encoding> {
    let (encoding, share) = likeliest(bytes);
    (said.unit() > 1 && said.unit() == encoding.unit() && share >= 0.6).then_some(encoding)
}

/// The encoding in which most of `bytes` is written by people, and how much.
fn likeliest(bytes: &[u8]) -> (Encoding, f64) {
    let shares = WIDE.map(|(encoding, _)| (encoding, share(encoding, bytes)));
    let best = shares.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.expect("there are four")
}

fn sample(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(SAMPLE)]
}

/// How much of `bytes`, read in `encoding`, people write.
fn share(encoding: Encoding, bytes: &[u8]) -> f64 {
    let (mut n, mut n_written) = (0, 0);
    for c in characters(encoding, sample(bytes)) {
        n += 1;
        n_written += usize::from(c.is_some_and(is_written));
    }
    if n == 0 { 0.0 } else { n_written as f64 / n as f64 }
}

/// Whether `bytes` end within a character of two units.
pub(super) fn ends_within(encoding: Encoding, bytes: &[u8]) -> bool {
    let Some((_, last)) = bytes.split_last_chunk::<2>() else { return false };
    let high = match encoding {
        Encoding::Named(encoding) if encoding == UTF_16LE => last[1],
        Encoding::Named(encoding) if encoding == UTF_16BE => last[0],
        _ => return false,
    };
    matches!(high, 0xD8..=0xDB)
}

/// The characters of `bytes`, whole ones only; `None` for what is none.
fn characters(encoding: Encoding, bytes: &[u8]) -> Box<dyn Iterator<Item = Option<char>> + '_> {
    if let Encoding::Utf32(order) = encoding {
        return Box::new(bytes.as_chunks().0.iter().map(move |unit| order.character(*unit)));
    }
    let unit = match encoding {
        Encoding::Named(encoding) if encoding == UTF_16LE => u16::from_le_bytes,
        _ => u16::from_be_bytes,
    };
    let units = bytes.as_chunks().0.iter().map(move |pair| unit(*pair));
    Box::new(char::decode_utf16(units).map(Result::ok))
}

/// Whether people write `c`, and wrong order seldom makes it.
fn is_written(c: char) -> bool {
    if u32::from(c) & 0xFF == 0 && !matches!(c, '一' | '\u{3000}' | '가') {
        return false;
    }
    matches!(
        c,
        '\t' | '\n' | '\r' | '\u{c}' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{24f}'
            | '\u{300}'..='\u{52f}' | '\u{531}'..='\u{6ff}' | '\u{900}'..='\u{dff}'
            | '\u{e01}'..='\u{e5b}' | '\u{10a0}'..='\u{10ff}' | '\u{1e00}'..='\u{205e}'
            | '\u{20a0}'..='\u{22ff}' | '\u{2500}'..='\u{26ff}' | '\u{3000}'..='\u{312f}'
            | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{feff}'
            | '\u{ff01}'..='\u{ff9f}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{2a6df}'
    )
}

/// The text of `bytes` in UTF-32, without a mark.
pub(super) fn read(order: Utf32, bytes: &[u8]) -> Text<'_> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut faults = Faults::default();
    for (nth, unit) in bytes.chunks(4).enumerate() {
        match unit.try_into().ok().and_then(|unit| order.character(unit)) {
            Some('\u{feff}') if nth == 0 => {}
            Some(c) => text.push(c),
            None => {
                faults.add(nth * 4, &text);
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    Text { text: Cow::Owned(text), faults }
}
