//! What is compressed in parts, one after the other, as crawlers write one for each record: members of
//! gzip, frames of Zstandard, streams of xz and bzip2.
//!
//! After a part that is broken, reading fails once and then goes on at the next part, so that an
//! archive within loses one record and not all that follow.

use std::io::{self, BufRead, Read};

use super::decoder::{Decoder, Packed};

/// Unpacks one part.
pub(super) trait Part: Decoder + Sized {
    /// What every part begins with, but for those that hold nothing.
    const MARK: &'static [u8];

    /// The decoder of the part that `input` stands at.
    fn new(input: Packed<Self::Input>) -> Self;

    /// What it read from, which stands behind the part if that is read.
    fn into_packed(self) -> Packed<Self::Input>;

    /// Whether a part begins with `byte`.
    fn begins(byte: u8) -> bool {
        Self::MARK.first() == Some(&byte)
    }
}

/// All parts, unpacked.
pub(super) struct Parts<P: Part> {
    state: State<P>,
}

enum State<P: Part> {
    /// Before a part; whether one before it was broken.
    Between(Packed<P::Input>, bool),
    /// In a part; whether one before it was broken and nothing has come since.
    Within(Box<P>, bool),
    End,
}

impl<P: Part> Parts<P> {
    /// What `input` holds from where it stands.
    pub(super) fn new(input: P::Input) -> Self {
        Self { state: State::Between(Packed::new(input), false) }
    }
}

impl<P: Part> Read for Parts<P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Between(mut input, was_broken) => {
                    match stands_at_part::<P>(&mut input, was_broken) {
                        Ok(true) => {
                            self.state = State::Within(Box::new(P::new(input)), was_broken);
                        }
                        Ok(false) => return Ok(0),
                        Err(error) => {
                            self.state = State::Between(input, true);
                            return Err(error);
                        }
                    }
                }
                State::Within(mut part, was_broken) => match part.read(buffer) {
                    Ok(0) => self.state = State::Between(part.into_packed(), false),
                    Ok(n) => {
                        self.state = State::Within(part, false);
                        return Ok(n);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                        self.state = State::Within(part, was_broken);
                        return Err(error);
                    }
                    // What was looked for is not it, or the file ends; it was said before.
                    Err(_) if was_broken => self.state = State::Between(part.into_packed(), true),
                    Err(error) => {
                        let fault = part.fault(error);
                        self.state = State::Between(part.into_packed(), true);
                        return Err(fault);
                    }
                },
            }
        }
    }
}

/// Whether `input` stands at a part. Zeros may fill the last block of a tape; else, unless a part is
/// looked for, there can be nothing but a part.
fn stands_at_part<P: Part>(input: &mut Packed<P::Input>, is_looked_for: bool) -> io::Result<bool> {
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(_) => return Err(input.fault(P::FORMAT)),
        };
        let Some(first) = buffer.first().copied() else { return Ok(false) };
        if is_looked_for {
            // Too little to tell is left to the decoder to tell.
            let is_part = buffer.iter().zip(P::MARK).all(|(byte, wanted)| byte == wanted);
            if is_part {
                return Ok(true);
            }
            let next = memchr::memchr(P::MARK[0], &buffer[1..]);
            let n = next.map_or(buffer.len(), |at| 1 + at);
            input.consume(n);
        } else if P::begins(first) {
            return Ok(true);
        } else if first == 0 {
            let n = buffer.iter().take_while(|byte| **byte == 0).count();
            input.consume(n);
        } else {
            let (at, format) = (input.at(), P::FORMAT);
            let what = format!("what stands at byte {at} is no {format} data, wanted its end");
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
    }
}
