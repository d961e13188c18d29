//! A feed in pieces: a short one whole; of one that goes on and on, what stands before its first
//! entry, and some entries, again and again.
//!
//! Only tags are looked for here. What stands before the entries is put on one line, so that a piece
//! tells where its entries are; what a long feed says of itself after them is in the last piece only.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use memchr::memmem;

use crate::reader::{HEAD_BYTES, MAX_TEXT_BYTES, Piece, ReadError, SourcePath, whole, xml};

/// A feed that is no longer is one piece, and about how much a piece of a longer one holds.
const PIECE_BYTES: usize = 2 << 20;

pub(super) fn cut(
    source: &SourcePath,
    input: &mut dyn BufRead,
    emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
) {
    let mut cutter = Cutter { input, buffer: Vec::new(), is_end: false, line: 1 };
    if let Err(error) = cutter.run(source, emit) {
        // Nothing follows, so whether more is wanted does not matter.
        let _: ControlFlow<()> = emit(Err(error));
    }
}

struct Cutter<'i> {
    input: &'i mut dyn BufRead,
    /// What was read and not yet given.
    buffer: Vec<u8>,
    is_end: bool,
    /// The line that `buffer` begins on.
    line: u32,
}

impl Cutter<'_> {
    fn run(
        &mut self,
        source: &SourcePath,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let failed = |error| ReadError::unreadable(source, error);
        let too_long =
            || ReadError::FileTooLong { path: source.path.clone(), limit_bytes: MAX_TEXT_BYTES };
        self.fill(PIECE_BYTES + 1).map_err(failed)?;
        if self.is_end || !self.is_cuttable() {
            let buffer = std::mem::take(&mut self.buffer);
            let mut input = buffer.as_slice().chain(&mut *self.input);
            let _: ControlFlow<()> = emit(Ok(whole(source, &mut input, MAX_TEXT_BYTES)?));
            return Ok(());
        }
        // What stands before the first entry.
        let mut marks = Marks::default();
        let start = loop {
            if let Some(start) = marks.find(&self.buffer, self.is_end, false) {
                break start;
            }
            if self.is_end {
                let bytes = std::mem::take(&mut self.buffer);
                let _: ControlFlow<()> = emit(Ok(Piece::new(1, bytes)));
                return Ok(());
            }
            self.grow().map_err(failed)?;
            if self.buffer.len() > MAX_TEXT_BYTES {
                return Err(too_long());
            }
        };
        let head: Vec<u8> = self.take(start);
        let closing: String = {
            let head = String::from_utf8_lossy(&head);
            let open = xml::open_at_end(&head);
            open.iter().rev().map(|name| format!("</{name}>")).collect()
        };
        let head: Vec<u8> =
            head.into_iter().map(|byte| if byte == b'\n' { b' ' } else { byte }).collect();
        let wanted = PIECE_BYTES.max(head.len());
        loop {
            // The last end of an entry within what is wanted, or the first after it.
            let mut marks = Marks::default();
            let mut end = None;
            loop {
                while end.is_none_or(|end| end < wanted) {
                    match marks.find(&self.buffer, self.is_end, true) {
                        Some(found) => end = Some(found),
                        None => break,
                    }
                }
                if self.is_end || end.is_some_and(|end| end >= wanted) {
                    break;
                }
                if self.buffer.len() > MAX_TEXT_BYTES {
                    return Err(too_long());
                }
                self.grow().map_err(failed)?;
            }
            let is_last = self.is_end && end.is_none_or(|end| end < wanted);
            let first_line = self.line;
            let entries = self.take(if is_last { self.buffer.len() } else { end.unwrap_or(0) });
            if is_last && Marks::default().find(&entries, true, false).is_none() {
                return Ok(());
            }
            let mut bytes = head.clone();
            bytes.extend_from_slice(&entries);
            if !is_last {
                bytes.extend_from_slice(closing.as_bytes());
            }
            if emit(Ok(Piece::new(first_line, bytes))).is_break() || is_last {
                return Ok(());
            }
        }
    }

    /// Whether tags can be told in it before it is decoded, and it has some.
    fn is_cuttable(&self) -> bool {
        let head = &self.buffer[..self.buffer.len().min(HEAD_BYTES)];
        memchr::memchr(0, head).is_none() && head.trim_ascii_start().first() != Some(&b'{')
    }

    /// Reads until so much is there, or all.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        let missing = wanted.saturating_sub(self.buffer.len());
        let read = (&mut *self.input).take(missing as u64).read_to_end(&mut self.buffer)?;
        self.is_end = read < missing;
        Ok(())
    }

    fn grow(&mut self) -> io::Result<()> {
        self.fill(self.buffer.len() + PIECE_BYTES)
    }

    /// Takes the first `end` bytes.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let after = self.buffer.split_off(end);
        let taken = std::mem::replace(&mut self.buffer, after);
        let lines = memchr::memchr_iter(b'\n', &taken).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        taken
    }
}

/// Finds the tags of entries in bytes that grow.
#[derive(Default)]
struct Marks {
    /// Up to where they were looked at.
    at: usize,
}

impl Marks {
    /// Where the next entry begins, or where the next one has ended. `None` if that cannot be told
    /// of what is there.
    fn find(&mut self, bytes: &[u8], is_all: bool, wants_end: bool) -> Option<usize> {
        loop {
            let found = memchr::memchr(b'<', &bytes[self.at..]);
            self.at = found.map_or(bytes.len(), |found| self.at + found);
            let rest = &bytes[self.at..];
            // The longest start that is looked for, with a prefix before the name.
            const LONGEST: usize = 64;
            if rest.is_empty() || rest.len() < LONGEST && !is_all {
                return None;
            }
            let verbatim = [(&b"<![CDATA["[..], &b"]]>"[..]), (b"<!--", b"-->")]
                .into_iter()
                .find(|(open, _)| rest.starts_with(open));
            if let Some((open, close)) = verbatim {
                match memmem::find(rest, close) {
                    Some(end) => self.at += end + close.len(),
                    // It is never closed.
                    None if is_all || rest.len() > MAX_TEXT_BYTES / 2 => self.at += open.len(),
                    None => return None,
                }
                continue;
            }
            let closes = rest.get(1) == Some(&b'/');
            let start = self.at;
            let name = &rest[1 + usize::from(closes)..];
            self.at += 1;
            if closes == wants_end && is_entry(&name[..name.len().min(LONGEST)]) {
                if !closes {
                    return Some(start);
                }
                let end = memchr::memchr(b'>', rest);
                match end {
                    Some(end) => {
                        self.at = start + end + 1;
                        return Some(self.at);
                    }
                    None if is_all => {}
                    None => {
                        self.at = start;
                        return None;
                    }
                }
            }
        }
    }
}

/// Whether a tag that begins with `name` is that of an entry.
fn is_entry(name: &[u8]) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let Some(end) = name.iter().position(is_end) else { return false };
    let name = &name[..end];
    let local = memchr::memchr(b':', name).map_or(name, |at| &name[at + 1..]);
    local.eq_ignore_ascii_case(b"item") || local.eq_ignore_ascii_case(b"entry")
}
