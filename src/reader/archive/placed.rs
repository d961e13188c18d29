//! Bytes of which it is known where they stand, and parts of them of a length that is told.

use std::io::{self, BufRead, Read};

/// An input, with how far it was read.
pub(super) struct Placed<'i> {
    input: &'i mut dyn BufRead,
    at: u64,
    /// Whether what follows goes on a line that was given in part.
    is_midline: bool,
}

/// The longest line that is given at once.
const MAX_LINE_BYTES: u64 = 64 << 10;

/// A line, or a part of one that is too long.
pub(super) struct Line {
    /// Where it stands.
    pub(super) at: u64,
    /// It, without its end.
    pub(super) bytes: Vec<u8>,
    /// Whether it is from the start of a line.
    pub(super) is_start: bool,
}

impl<'i> Placed<'i> {
    /// `input`, from its first byte.
    pub(super) fn new(input: &'i mut dyn BufRead) -> Self {
        Self { input, at: 0, is_midline: false }
    }

    /// How many bytes stand before what is read next.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The next line; `None` at the end.
    pub(super) fn line(&mut self) -> io::Result<Option<Line>> {
        let at = self.at;
        let is_start = !self.is_midline;
        let mut bytes = Vec::new();
        // After a failure nothing says that a line goes on.
        self.is_midline = false;
        Read::take(&mut *self, MAX_LINE_BYTES).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.is_midline = !bytes.ends_with(b"\n");
        if bytes.ends_with(b"\n") {
            bytes.pop();
            bytes.pop_if(|byte| *byte == b'\r');
        }
        Ok(Some(Line { at, bytes, is_start }))
    }
}

impl Read for Placed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl BufRead for Placed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.input.consume(n);
        self.at += n as u64;
    }
}

/// The part of an input that a header announces. If the input ends before it, reading fails.
pub(super) struct Body<'p, 'i> {
    input: &'p mut Placed<'i>,
    /// Where its header stands.
    header_at: u64,
    left: u64,
    has_failed: bool,
}

impl<'p, 'i> Body<'p, 'i> {
    /// The next `len` bytes of `input`, announced by a header at `header_at`.
    pub(super) fn new(input: &'p mut Placed<'i>, header_at: u64, len: u64) -> Self {
        Self { input, header_at, left: len, has_failed: false }
    }

    /// Whether reading it has failed, so that who read it knows.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Reads what is left of it.
    pub(super) fn skip(mut self) -> io::Result<()> {
        super::meter::skip(&mut self).map(drop)
    }
}

impl Read for Body<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buffer.len());
        buffer[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Body<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let buffer = self.input.input.fill_buf().inspect_err(|_| self.has_failed = true)?;
        if buffer.is_empty() {
            self.has_failed = true;
            let what =
                format!("what begins at byte {} ends {} bytes early", self.header_at, self.left);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        Ok(&buffer[..buffer.len().min(most)])
    }

    fn consume(&mut self, n: usize) {
        self.input.consume(n);
        self.left -= n as u64;
    }
}
