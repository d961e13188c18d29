//! The text that bytes are: by their byte order mark, else by what is said of them, else by what
//! they look like.
//!
//! What is said is believed unless the bytes are plainly something else: servers and templates
//! often say what was true of other pages. What text says of itself is found by `declared`; `wide`
//! knows units of two and four bytes, `detect` all else. Bytes that are no text in the encoding are
//! each read as U+FFFD, and told.

mod declared;
mod detect;
mod stream;
mod utf8;
mod wide;

use std::borrow::Cow;

use encoding_rs::{BIG5, DecoderResult, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874};

use super::{BOM, ReadError, SourcePath};
use crate::article::Edition;
pub(super) use declared::declared_in_html;
pub(super) use stream::Narrow;
use utf8::Utf8;
pub(super) use wide::Utf32;

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

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// One that the WHATWG names.
    Named(&'static encoding_rs::Encoding),
    /// UTF-32, which it leaves out.
    Utf32(Utf32),
}

impl Encoding {
    /// UTF-8, which all text is in unless something speaks against it.
    pub(super) const UTF_8: Self = Self::Named(UTF_8);

    /// Its name, if it is not UTF-8.
    pub(super) fn name(self) -> Option<&'static str> {
        (self != Self::UTF_8).then(|| self.any_name())
    }

    fn any_name(self) -> &'static str {
        match self {
            Self::Named(encoding) => encoding.name(),
            Self::Utf32(order) => order.name(),
        }
    }

    /// How many bytes a unit of it has.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::Utf32(_) => 4,
            Self::Named(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => 2,
            Self::Named(_) => 1,
        }
    }
}

/// Why bytes are not read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoText {
    /// They are NUL in this place, as no text is.
    Binary { offset: usize },
    /// They are text in no encoding that could be told.
    Unknown,
}

/// The text of `bytes`, which are a source or a part of it; `declared` is the encoding that the
/// source itself or what holds it says they are in.
pub(super) fn decode<'b>(
    source: &SourcePath,
    bytes: &'b [u8],
    declared: Option<&str>,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Decoded<'b>, ReadError> {
    let path = || source.path.clone();
    let encoding = encoding_of(bytes, declared, source.top_level_domain());
    let encoding = encoding.map_err(|no_text| match no_text {
        NoText::Binary { offset } => ReadError::NotText { path: path(), offset },
        NoText::Unknown => {
            let Fault { line, offset } = first_fault(bytes);
            ReadError::UnknownEncoding { path: path(), line, offset }
        }
    })?;
    let Text { text, faults } = read(encoding, bytes);
    if text.trim().is_empty() {
        return Err(ReadError::Empty { path: path() });
    }
    if let Some(warning) = faults.warning(source, 1, encoding) {
        warn(warning);
    }
    Ok(Decoded { text, encoding: encoding.name() })
}

/// The encoding of `bytes`, which `declared` is said to be; `domain` is the top level domain that
/// they are from, which tells of languages.
pub(super) fn encoding_of(
    bytes: &[u8],
    declared: Option<&str>,
    domain: Option<&str>,
) -> Result<Encoding, NoText> {
    if let Some(encoding) = wide::marked(bytes) {
        return Ok(encoding);
    }
    let declared = declared.and_then(declared::named);
    if let Some(offset) = memchr::memchr(0, bytes) {
        let found = wide::unmarked(bytes).or_else(|| wide::declared(bytes, declared?));
        let found = found.or_else(|| has_stray_nuls(bytes).then_some(Encoding::UTF_8));
        return found.ok_or(NoText::Binary { offset });
    }
    let rest = without_mark(bytes);
    let utf8 = Utf8::of(rest);
    if utf8.is_whole() {
        let is_said = |declared: &Encoding| detect::is_rather(*declared, rest, &utf8);
        let escapes = utf8.is_ascii() && memchr::memchr(0x1B, rest).is_some();
        return Ok(match declared.filter(is_said) {
            Some(declared) => declared,
            None if escapes && detect::is_iso_2022_jp(rest) => Encoding::Named(ISO_2022_JP),
            None => Encoding::UTF_8,
        });
    }
    let is_marked = rest.len() < bytes.len() || declared == Some(Encoding::UTF_8);
    let is_thai = declared == Some(Encoding::Named(WINDOWS_874));
    // A few letters of another encoding may look so; what is said is not given up for them.
    let is_sure = declared.is_none_or(|declared| declared == Encoding::UTF_8) || utf8.is_much();
    if utf8.is_most() && is_sure && !is_thai || is_marked && utf8.is_half() {
        return Ok(Encoding::UTF_8);
    }
    if let Some(encoding) = wide::unmarked(rest) {
        return Ok(encoding);
    }
    let trusted = declared.filter(|declared| detect::is_plausible(*declared, rest));
    let found = trusted.or_else(|| detect::detect(rest, domain));
    // Bytes gone astray here and there are no other encoding.
    found.or(utf8.is_mostly_ascii().then_some(Encoding::UTF_8)).ok_or(NoText::Unknown)
}

/// Whether `bytes` are UTF-8 but for a NUL here and there, as a faulty disk or program leaves them; what
/// is no text has more.
fn has_stray_nuls(bytes: &[u8]) -> bool {
    /// There is at most one among so many bytes.
    const RARE: usize = 200;
    memchr::memchr_iter(0, bytes).count() <= bytes.len() / RARE && Utf8::of(bytes).is_whole()
}

/// What text begins with, `head`, as UTF-8 and without a mark if it is in wide units or has one.
pub(super) fn narrow(head: &[u8]) -> Cow<'_, [u8]> {
    match wide::marked(head).or_else(|| wide::unmarked(head)) {
        Some(encoding) => Cow::Owned(read(encoding, head).text.into_owned().into_bytes()),
        None => Cow::Borrowed(without_mark(head)),
    }
}

/// The encoding of what of a source is no UTF-8, and what of it is read by lines.
pub(super) struct Foreign {
    found: Result<Encoding, NoText>,
}

impl Foreign {
    /// The encoding of `lines` of `source`, of which some are no UTF-8: of these together, as there
    /// is little in one.
    pub(super) fn of<'b>(source: &SourcePath, lines: impl Iterator<Item = &'b [u8]>) -> Self {
        let mut bytes = Vec::new();
        for line in lines.filter(|line| std::str::from_utf8(line).is_err()) {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
            if bytes.len() >= FOREIGN_BYTES {
                break;
            }
        }
        let declared = source.said.charset.as_deref();
        Self { found: encoding_of(&bytes, declared, source.top_level_domain()) }
    }

    /// The text of `line`, which is no UTF-8 either, and its encoding.
    pub(super) fn read<'b>(&self, line: &'b [u8]) -> Result<(Text<'b>, Encoding), NoText> {
        if Utf8::of(line).is_most() {
            return Ok((utf8::read(line), Encoding::UTF_8));
        }
        let mut found = self.found.ok().map(|encoding| (read(encoding, line), encoding));
        let is_good = |(text, encoding): &(Text<'_>, Encoding)| {
            text.faults.count == 0 && detect::is_likely(*encoding, line)
        };
        if let Some(found) = found.take_if(|found| is_good(found)) {
            return Ok(found);
        }
        // A source may be put together from several.
        let own = encoding_of(line, None, None).map(|encoding| (read(encoding, line), encoding));
        let n_faults = |text: &Text<'_>| text.faults.count;
        match (found, own) {
            (Some(found), Ok(own)) if n_faults(&found.0) < n_faults(&own.0) => Ok(found),
            (Some(found), Err(_)) => Ok(found),
            (_, own) => own,
        }
    }
}

/// How much that is no UTF-8 is enough to know what it is.
const FOREIGN_BYTES: usize = 16 << 10;

/// What bytes are in an encoding.
#[derive(Debug)]
pub(super) struct Text<'b> {
    /// The text, without a byte order mark.
    pub(super) text: Cow<'b, str>,
    pub(super) faults: Faults,
}

/// Places that are no text in an encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// The first of them.
    pub(super) first: Option<Fault>,
    /// How many there are.
    pub(super) count: usize,
    /// Whether the first is NUL, which every encoding has and no text.
    pub(super) is_nul: bool,
}

/// A place that is no text in an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: u32,
    /// Where its first byte is, from 0.
    pub(super) offset: usize,
}

impl Faults {
    /// Notes one at `offset`, after `text`.
    pub(super) fn add(&mut self, offset: usize, text: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| Fault { line: line_after(text), offset });
    }

    /// What is to be said of them, where the first line of what was read is `first_line`.
    pub(super) fn warning(
        self,
        source: &SourcePath,
        first_line: u32,
        encoding: Encoding,
    ) -> Option<ReadError> {
        let first = self.first?;
        Some(ReadError::Undecodable {
            path: source.path.clone(),
            line: first_line.saturating_add(first.line - 1),
            offset: first.offset,
            encoding: if self.is_nul { "text" } else { encoding.any_name() },
            more: self.count - 1,
        })
    }
}

/// The number of the line that follows on `text`.
fn line_after(text: &str) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    u32::try_from(ends).unwrap_or(u32::MAX).saturating_add(1)
}

/// Where `bytes` stop being UTF-8.
pub(super) fn first_fault(bytes: &[u8]) -> Fault {
    let good = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    Fault { line: line_after(good), offset: good.len() }
}

/// The text of `bytes` in `encoding`.
pub(super) fn read(encoding: Encoding, bytes: &[u8]) -> Text<'_> {
    match encoding {
        Encoding::Named(encoding) if encoding == UTF_8 => utf8::read(bytes),
        Encoding::Utf32(order) => wide::read(order, bytes),
        Encoding::Named(encoding) => read_named(encoding, bytes),
    }
}

fn read_named<'b>(encoding: &'static encoding_rs::Encoding, bytes: &'b [u8]) -> Text<'b> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2);
    let mut faults = Faults::default();
    let mut at = 0;
    loop {
        let (result, read) =
            decoder.decode_to_string_without_replacement(&bytes[at..], &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.reserve(bytes.len() - at + 16),
            DecoderResult::Malformed(length, after) => {
                let offset = at.saturating_sub(usize::from(length) + usize::from(after));
                faults.add(offset, &text);
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    // It has these signs once, and means the common ones.
    if encoding == BIG5 && text.contains(['￠', '￡', '￥']) {
        text = text.replace('￠', "¢").replace('￡', "£").replace('￥', "¥");
    }
    Text { text: Cow::Owned(text), faults }
}

/// `bytes` without the mark of UTF-8, however often it was put before them.
fn without_mark(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(BOM) {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests;
