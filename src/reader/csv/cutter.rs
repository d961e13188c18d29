//! A table into its records, by where they end, without looking into them; and what parts its
//! columns.
//!
//! Quotes count as they do with the `csv` crate, which reads the records: only at the start of a
//! field, and twice within one stands for one.

use std::io::{self, BufRead, Read};

use crate::reader::{MAX_TEXT_BYTES, Piece};

/// About how much one piece holds.
const PIECE_BYTES: usize = 256 << 10;

/// Cuts a stream at ends of records.
pub(super) struct Cutter<'i> {
    pub(super) input: &'i mut dyn BufRead,
    /// What parts columns.
    pub(super) delimiter: u8,
    /// Whether lines end in a carriage return alone, which is then read as a line feed.
    is_cr: bool,
    /// Number of the line that `rest` starts with.
    line: u32,
    /// What was read and not yet given.
    rest: Vec<u8>,
}

pub(super) enum Cut {
    /// Whole records.
    Records(Piece),
    /// A record that begins on the line and has no end within what is read.
    Endless(u32),
    End,
}

impl<'i> Cutter<'i> {
    pub(super) fn new(input: &'i mut dyn BufRead) -> Self {
        Self { input, delimiter: b',', is_cr: false, line: 1, rest: Vec::new() }
    }

    /// Takes the header, the first record that is not blank: its bytes, with the lines before it.
    /// What it parts columns by parts them in what follows; `usual` if nothing tells.
    pub(super) fn header(&mut self, usual: u8) -> io::Result<Vec<u8>> {
        let mut wanted = PIECE_BYTES;
        loop {
            let is_end = self.fill(wanted)?;
            if !self.is_cr && ends_in_cr(&self.rest) {
                self.is_cr = true;
                with_line_feeds(&mut self.rest);
            }
            let blank = self.rest.len() - self.rest.trim_ascii_start().len();
            self.delimiter = delimiter(&self.rest[blank..], usual);
            match first_end(&self.rest[blank..], self.delimiter) {
                Some(end) => return Ok(self.give(blank + end).bytes),
                None if is_end || wanted >= MAX_TEXT_BYTES => {
                    return Ok(self.give(self.rest.len()).bytes);
                }
                None => wanted *= 2,
            }
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Cut> {
        let mut wanted = PIECE_BYTES;
        loop {
            let is_end = self.fill(wanted)?;
            let (end, is_quoted) = last_end(&self.rest, self.delimiter);
            match end {
                Some(end) => return Ok(Cut::Records(self.give(end))),
                None if self.rest.is_empty() => return Ok(Cut::End),
                None if is_end && !is_quoted => {
                    return Ok(Cut::Records(self.give(self.rest.len())));
                }
                // What follows on its first line may be whole again.
                None if is_end || wanted >= MAX_TEXT_BYTES => {
                    let line = self.line;
                    self.skip_line()?;
                    return Ok(Cut::Endless(line));
                }
                None => wanted *= 2,
            }
        }
    }

    /// Reads until there are `wanted` bytes; whether that is all there are.
    fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        let missing = wanted.saturating_sub(self.rest.len());
        let had = self.rest.len();
        let n_read = self.input.take(missing as u64).read_to_end(&mut self.rest)?;
        if self.is_cr {
            with_line_feeds(&mut self.rest[had..]);
        }
        Ok(n_read < missing)
    }

    fn give(&mut self, end: usize) -> Piece {
        let after = self.rest.split_off(end);
        let piece = Piece::new(self.line, std::mem::replace(&mut self.rest, after));
        self.line = self.line.saturating_add(lines(&piece.bytes));
        piece
    }

    fn skip_line(&mut self) -> io::Result<()> {
        if let Some(end) = memchr::memchr(b'\n', &self.rest) {
            drop(self.give(end + 1));
            return Ok(());
        }
        self.rest.clear();
        self.line = self.line.saturating_add(1);
        self.input.skip_until(if self.is_cr { b'\r' } else { b'\n' })?;
        Ok(())
    }
}

/// Whether the first line of `bytes` ends in a carriage return that no line feed follows.
pub(super) fn ends_in_cr(bytes: &[u8]) -> bool {
    let mut is_quoted = false;
    let end = bytes.trim_ascii_start().iter().zip(bytes.trim_ascii_start().iter().skip(1)).find(
        |(byte, _)| {
            is_quoted ^= **byte == b'"';
            !is_quoted && matches!(byte, b'\r' | b'\n')
        },
    );
    end.is_some_and(|(byte, next)| *byte == b'\r' && *next != b'\n')
}

/// Makes carriage returns line feeds.
pub(super) fn with_line_feeds(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
}

/// How many lines end in `bytes`.
pub(super) fn lines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

/// Where in a record a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Field,
    Quoted,
    /// After a quote within quotes, which ends them or is the first of two.
    QuoteInQuoted,
}

impl State {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::QuoteInQuoted,
            (Self::Quoted, _) => Self::Quoted,
            (Self::FieldStart | Self::QuoteInQuoted, b'"') => Self::Quoted,
            (_, b'\r' | b'\n') => Self::FieldStart,
            (_, byte) if byte == delimiter => Self::FieldStart,
            _ => Self::Field,
        }
    }
}

/// Where the first record of `bytes` ends, after its line end.
fn first_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut state = State::FieldStart;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && state != State::Quoted {
            return Some(at + 1);
        }
        state = state.after(*byte, delimiter);
    }
    None
}

/// The first record of `bytes`, if it ends there, and what follows.
pub(super) fn first_record(bytes: &[u8], delimiter: u8) -> Option<(&[u8], &[u8])> {
    Some(bytes.split_at(first_end(bytes, delimiter)?))
}

/// Where the last record that is whole ends; and whether what is after it is in quotes.
fn last_end(bytes: &[u8], delimiter: u8) -> (Option<usize>, bool) {
    let mut state = State::FieldStart;
    let mut end = None;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && state != State::Quoted {
            end = Some(at + 1);
        }
        state = state.after(*byte, delimiter);
    }
    (end, state == State::Quoted)
}

/// What may stand between columns.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Whether the first record of `bytes` may have `count` columns, by a quick look.
pub(super) fn may_begin_with_columns(bytes: &[u8], count: usize) -> bool {
    let line = &bytes[..memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len())];
    let has = |delimiter: u8| memchr::memchr_iter(delimiter, line).count() + 1 >= count;
    // A quoted cell may go on in the next line.
    memchr::memchr(b'"', line).is_some() || DELIMITERS.into_iter().any(has)
}

/// What parts the columns of the table whose header `bytes` begin with: what makes the most of
/// them.
pub(super) fn delimiter(bytes: &[u8], usual: u8) -> u8 {
    let columns = |delimiter: u8| {
        let end = first_end(bytes, delimiter).unwrap_or(bytes.len());
        let mut state = State::FieldStart;
        let mut n = 0;
        for byte in &bytes[..end] {
            n += usize::from(*byte == delimiter && state != State::Quoted);
            state = state.after(*byte, delimiter);
        }
        n
    };
    DELIMITERS
        .into_iter()
        .fold(usual, |best, next| if columns(next) > columns(best) { next } else { best })
}
