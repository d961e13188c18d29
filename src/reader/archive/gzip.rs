//! gzip: one source, compressed, in one part or many, as crawlers write one for each record.
//!
//! After a part that is broken, reading fails once and then goes on at the next part, so that an
//! archive within loses one record and not all that follow.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use flate2::bufread::GzDecoder;

use super::{Archive, Members, Meter};
use crate::reader::SourcePath;

/// Reads `.gz`.
pub(super) struct Gzip;

/// What every part begins with: its mark, and the only method there is.
const MAGIC: [u8; 3] = [0x1F, 0x8B, 8];

impl Archive for Gzip {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(&MAGIC)
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        each(Ok((source.unpacked(), &mut meter.unpacked(Parts::new(input)))))
    }
}

/// All parts, unpacked.
pub(super) struct Parts<R> {
    state: State<R>,
}

enum State<R> {
    /// Before a part; whether one before it was broken.
    Between(R, bool),
    /// In a part; whether one before it was broken and nothing has come since.
    Within(Box<GzDecoder<R>>, bool),
    End,
}

impl<R: BufRead> Parts<R> {
    /// What `input` holds from where it stands.
    pub(super) fn new(input: R) -> Self {
        Self { state: State::Between(input, false) }
    }
}

impl<R: BufRead> Read for Parts<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Between(mut input, was_broken) => match begins(&mut input, was_broken) {
                    Ok(true) => {
                        self.state = State::Within(Box::new(GzDecoder::new(input)), was_broken);
                    }
                    Ok(false) => return Ok(0),
                    Err(error) => {
                        self.state = State::Between(input, true);
                        return Err(error);
                    }
                },
                State::Within(mut part, was_broken) => match part.read(buffer) {
                    Ok(0) => self.state = State::Between(part.into_inner(), false),
                    Ok(n) => {
                        self.state = State::Within(part, false);
                        return Ok(n);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                        self.state = State::Within(part, was_broken);
                        return Err(error);
                    }
                    // What was looked for is not it, or the file ends; it was said before.
                    Err(_) if was_broken => self.state = State::Between(part.into_inner(), true),
                    Err(error) => {
                        self.state = State::Between(part.into_inner(), true);
                        return Err(error);
                    }
                },
            }
        }
    }
}

/// Whether `input` stands at a part. Zeros may fill the last block of a tape; else, unless a part is
/// looked for, there can be nothing but a part.
fn begins(input: &mut dyn BufRead, is_looked_for: bool) -> io::Result<bool> {
    loop {
        let buffer = input.fill_buf()?;
        let Some(first) = buffer.first().copied() else { return Ok(false) };
        if first == MAGIC[0] {
            // Too little to tell is left to the decoder to tell.
            let is_part = buffer.iter().zip(MAGIC).all(|(byte, wanted)| *byte == wanted);
            if is_part || !is_looked_for {
                return Ok(true);
            }
            input.consume(1);
        } else if is_looked_for {
            let len = buffer.len();
            let n = memchr::memchr(MAGIC[0], buffer).unwrap_or(len);
            input.consume(n);
        } else if first == 0 {
            let n = buffer.iter().take_while(|byte| **byte == 0).count();
            input.consume(n);
        } else {
            let what = "what follows a compressed part is none";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
    }
}
