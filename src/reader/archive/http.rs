//! What a server answered, as a crawler keeps it: status, header, and a body that may be in chunks
//! and compressed.
//!
//! Crawlers often undo chunks and compression and keep the header as it was, so both are undone where
//! they are there and not where they are said to be.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, ZlibDecoder};

use super::decoder::{Packed, Told};
use super::gzip::Member;
use super::parts::Parts;
use super::zstd::Frame;
use super::{Meter, label};
use crate::reader::{BOM, BUFFER_BYTES};

/// The longest header, and the longest line of it.
const MAX_HEADER_BYTES: usize = 256 << 10;
const MAX_LINE_BYTES: u64 = 64 << 10;

/// The fields up to the empty line, by name in lower case; the first of a name counts.
pub(super) fn fields(input: &mut dyn BufRead) -> io::Result<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    let mut last: Option<String> = None;
    let mut total = 0;
    loop {
        let Some(line) = line(input)? else {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a header"));
        };
        total += line.len();
        if total > MAX_HEADER_BYTES {
            return Err(io::Error::other("a header longer than 256 KB"));
        }
        if line.is_empty() {
            return Ok(fields);
        }
        let line = label(&line);
        if line.starts_with([' ', '\t']) {
            if let Some(value) = last.as_ref().and_then(|name| fields.get_mut(name)) {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        // What is no field is none.
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim().to_ascii_lowercase();
        fields.entry(name.clone()).or_insert_with(|| value.trim().to_owned());
        last = Some(name);
    }
}

/// The next line without its end; `None` at the end.
fn line(input: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
    if line.pop_if(|byte| *byte == b'\n').is_some() {
        line.pop_if(|byte| *byte == b'\r');
        return Ok(Some(line));
    }
    Ok((!line.is_empty()).then_some(line))
}

/// The media type and the charset that a `Content-Type` says.
pub(super) fn media_type(value: &str) -> (Option<String>, Option<String>) {
    let mut parts = value.split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (Some(media_type).filter(|media_type| media_type.contains('/')), charset)
}

/// What a server answered, but for the body.
pub(super) struct Answer {
    /// Its status, such as 200.
    pub(super) status: u16,
    fields: BTreeMap<String, String>,
}

/// Reads the header of the answer in `input`, which begins with `start`, if it holds one: it says so
/// by its media type, or begins as one does.
pub(super) fn answer(
    start: &[u8],
    input: &mut dyn BufRead,
    media_type: &Option<String>,
) -> io::Result<Option<Answer>> {
    let is_said = media_type.as_deref() == Some("application/http");
    if !start.starts_with(b"HTTP/") {
        return match is_said {
            true => Err(io::Error::other("wanted the answer of a server, `HTTP/…`")),
            false => Ok(None),
        };
    }
    let first = line(input)?.unwrap_or_default();
    let first = label(&first);
    let status = first.split_ascii_whitespace().nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("an answer without a status"))?;
    Ok(Some(Answer { status, fields: fields(input)? }))
}

impl Answer {
    /// The media type and the charset, if the server has said one.
    pub(super) fn media_type(&self) -> Option<(Option<String>, Option<String>)> {
        self.fields.get("content-type").map(|value| media_type(value))
    }

    /// The body in `input` as it was meant, or why it cannot be had.
    pub(super) fn payload<'i>(
        &self,
        input: &'i mut dyn BufRead,
        meter: &'i Meter,
    ) -> io::Result<Result<Box<dyn BufRead + 'i>, String>> {
        let is_chunked = self.names("transfer-encoding").any(|name| name == "chunked");
        let is_plain = !is_chunked && self.names("content-encoding").next().is_none();
        let len = self.fields.get("content-length").filter(|_| is_plain);
        let len = len.and_then(|len| len.parse().ok()).unwrap_or(u64::MAX);
        let (mut start, mut payload) = peeked(Box::new(BufReader::new(Sent { input, len })))?;
        if is_chunked && is_chunk(&start) {
            (start, payload) = peeked(Box::new(BufReader::new(Chunks::new(payload))))?;
        }
        // What was done last is undone first.
        let codings: Vec<String> = self.names("content-encoding").collect();
        for coding in codings.iter().rev() {
            let unpacked: Box<dyn Read + 'i> = match coding.as_str() {
                "gzip" | "x-gzip" if start.starts_with(&[0x1F, 0x8B]) => {
                    Box::new(Parts::<Member<_>>::new(payload))
                }
                "deflate" if is_zlib(&start) => {
                    Box::new(Told(ZlibDecoder::new(Packed::new(payload))))
                }
                "deflate" if !is_markup(&start) => {
                    Box::new(Told(DeflateDecoder::new(Packed::new(payload))))
                }
                "br" if !is_markup(&start) => {
                    Box::new(Told(Decompressor::new(Packed::new(payload), BUFFER_BYTES)))
                }
                "zstd" if start.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) => {
                    Box::new(Parts::<Frame<_>>::new(payload))
                }
                "gzip" | "x-gzip" | "deflate" | "br" | "zstd" | "identity" | "none" | "utf-8" => {
                    continue;
                }
                other => return Ok(Err(format!("it is compressed by `{}`", cut(other)))),
            };
            (start, payload) = peeked(Box::new(meter.unpacked(unpacked)))?;
        }
        Ok(Ok(payload))
    }

    /// The names that a field lists, in lower case.
    fn names(&self, field: &str) -> impl Iterator<Item = String> {
        let value = self.fields.get(field).map_or("", String::as_str);
        let names = value.split(',').map(|name| name.trim().to_ascii_lowercase());
        names.filter(|name| !name.is_empty())
    }
}

/// The first bytes of `input`, and all of it.
pub(super) fn peeked<'i>(
    mut input: Box<dyn BufRead + 'i>,
) -> io::Result<(Vec<u8>, Box<dyn BufRead + 'i>)> {
    const START_BYTES: u64 = 64;
    let mut start = Vec::new();
    (&mut input).take(START_BYTES).read_to_end(&mut start)?;
    Ok((start.clone(), Box::new(Cursor::new(start).chain(input))))
}

/// Whether a body begins with the length of a chunk.
fn is_chunk(start: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', start).unwrap_or(start.len());
    chunk_len(start[..end].trim_ascii_end()).is_some()
}

/// The length that a line gives before a chunk.
fn chunk_len(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u64::from_str_radix(digits, 16).ok()
}

/// Whether a body begins with the header of zlib: its method, and a check of it.
fn is_zlib(start: &[u8]) -> bool {
    start
        .first_chunk()
        .is_some_and(|head| head[0] & 0xF == 8 && u16::from_be_bytes(*head).is_multiple_of(31))
}

/// Whether a body is not compressed: it begins with a tag.
fn is_markup(start: &[u8]) -> bool {
    let start = start.strip_prefix(BOM).unwrap_or(start).trim_ascii_start();
    matches!(start, [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..])
}

/// What stands in a header, short enough for a message.
pub(super) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(40)]
}

/// A body that may end early if all is there that the server said it would send: records may have
/// lost the bytes of line ends in headers that they were measured with.
struct Sent<'i> {
    input: &'i mut dyn BufRead,
    /// What is still to come, as the server said; without end if it said nothing.
    len: u64,
}

impl Read for Sent<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.input.read(buffer) {
            Ok(n) => {
                let is_told = self.len < u64::MAX;
                self.len = if is_told { self.len.saturating_sub(n as u64) } else { self.len };
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && self.len == 0 => Ok(0),
            Err(error) => Err(error),
        }
    }
}

/// A body without the lengths that stand before its chunks.
struct Chunks<R> {
    input: R,
    /// How much of the chunk is left.
    left: u64,
    is_end: bool,
}

impl<R: BufRead> Chunks<R> {
    fn new(input: R) -> Self {
        Self { input, left: 0, is_end: false }
    }

    /// Goes into the next chunk, if there is one.
    fn enter(&mut self) -> io::Result<()> {
        let mut text = line(&mut self.input)?;
        if text.as_ref().is_some_and(Vec::is_empty) {
            // What ends the chunk before.
            text = line(&mut self.input)?;
        }
        let invalid = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        self.left = match text {
            Some(text) => chunk_len(&text).ok_or_else(|| invalid("a chunk without a length"))?,
            // Some servers end so, and all there was is there.
            None => 0,
        };
        self.is_end = self.left == 0;
        Ok(())
    }
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.is_end {
            self.enter()?;
        }
        if self.is_end || buffer.is_empty() {
            return Ok(0);
        }
        let n = (&mut self.input).take(self.left).read(buffer)?;
        if n == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a chunk"));
        }
        self.left -= n as u64;
        Ok(n)
    }
}
