//! Streams that are read by lines: as they are if their line ends are bytes, and made UTF-8 on the
//! way if their units are wider.

use std::io::{self, BufRead, Read};

use super::{Encoding, Fault, Faults, read, wide};

/// How much is decoded at a time, and looked at to know what it is.
const CHUNK: usize = 64 << 10;

/// A stream without a byte order mark, in UTF-8 or another encoding whose line ends are bytes.
pub(crate) struct Narrow<'i> {
    input: &'i mut dyn BufRead,
    /// What the input is in, if its units are wider than a byte.
    wide: Option<Encoding>,
    /// What was read and not yet decoded.
    raw: Vec<u8>,
    /// What is given next.
    ready: Vec<u8>,
    at: usize,
    faults: Faults,
    /// Bytes read and lines given so far.
    n_bytes: usize,
    n_lines: u32,
}

impl<'i> Narrow<'i> {
    /// The stream that `input` is, from its start.
    pub(crate) fn new(input: &'i mut dyn BufRead) -> io::Result<Self> {
        let mut raw = Vec::new();
        input.take(CHUNK as u64).read_to_end(&mut raw)?;
        let wide = wide::marked(&raw).or_else(|| {
            let has_zero = memchr::memchr(0, &raw).is_some();
            wide::unmarked(&raw).filter(|_| has_zero)
        });
        let (faults, at, n_bytes, n_lines) = (Faults::default(), 0, 0, 0);
        let mut stream = Self { input, wide, raw, ready: Vec::new(), at, faults, n_bytes, n_lines };
        match wide {
            Some(encoding) => stream.decode(encoding),
            None => {
                stream.ready = std::mem::take(&mut stream.raw);
                stream.at = stream.ready.len() - super::without_mark(&stream.ready).len();
            }
        }
        Ok(stream)
    }

    /// What it was in before it was made UTF-8, if that was done.
    pub(crate) fn made_from(&self) -> Option<Encoding> {
        self.wide
    }

    /// What was no text so far, where it was made UTF-8.
    pub(crate) fn faults(&self) -> Faults {
        self.faults
    }

    /// Makes what was read ready, but for the part of a character at its end.
    fn decode(&mut self, encoding: Encoding) {
        let is_end = self.raw.len() < CHUNK;
        let mut end = self.raw.len();
        if !is_end {
            end -= end % encoding.unit();
            end -= if wide::ends_within(encoding, &self.raw[..end]) { 2 } else { 0 };
        }
        let text = read(encoding, &self.raw[..end]);
        if let (None, Some(first)) = (self.faults.first, text.faults.first) {
            let line = first.line.saturating_add(self.n_lines);
            self.faults.first = Some(Fault { line, offset: first.offset + self.n_bytes });
        }
        self.faults.count += text.faults.count;
        self.ready = text.text.into_owned().into_bytes();
        self.at = 0;
        let lines = memchr::memchr_iter(b'\n', &self.ready).count();
        self.n_lines = self.n_lines.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.n_bytes += end;
        self.raw.drain(..end);
    }
}

impl BufRead for Narrow<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.ready.len() {
            let Some(encoding) = self.wide else {
                self.ready = Vec::new();
                self.at = 0;
                return self.input.fill_buf();
            };
            let missing = (CHUNK - self.raw.len()) as u64;
            let n_read = self.input.take(missing).read_to_end(&mut self.raw)?;
            if n_read == 0 && self.raw.is_empty() {
                break;
            }
            self.decode(encoding);
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, n: usize) {
        match self.at < self.ready.len() {
            true => self.at += n,
            false => self.input.consume(n),
        }
    }
}

impl Read for Narrow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(into)?;
        self.consume(n);
        Ok(n)
    }
}
