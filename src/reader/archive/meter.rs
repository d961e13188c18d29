//! What may come out of one file, all archives within it together: an archive can be made to unpack
//! without end. Counted is what was really read and produced; what headers say is not believed.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Read};

use crate::reader::BUFFER_BYTES;

/// The most that one file may hold.
#[derive(Clone, Copy, Debug)]
pub(in crate::reader) struct Limits {
    /// How many times its size it may unpack to, beyond [`Limits::spare_bytes`]. News packs to a
    /// fifth, logs to a fiftieth; what is made to harm, to a thousandth and less.
    pub(in crate::reader) ratio: u64,
    /// What it may unpack to whatever its size. It is far less than the longest text that is read, so
    /// that a bomb is found out before it is a text that is too long.
    pub(in crate::reader) spare_bytes: u64,
    /// What it may unpack to in all, in bytes.
    pub(in crate::reader) total_bytes: u64,
    /// How many sources it may hold.
    pub(in crate::reader) members: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ratio: 250, spare_bytes: 16 << 20, total_bytes: 1 << 40, members: 10_000_000 }
    }
}

/// Why no more is taken out of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::reader) enum TooMuch {
    #[error("it unpacks to more than {0} times its size, and what follows is not read")]
    Ratio(u64),
    #[error("it unpacks to more than {} MB, and what follows is not read", .0 >> 20)]
    Total(u64),
    #[error("it holds more than {0} sources, and what follows is not read")]
    Members(u64),
}

/// Counts what is taken out of one file.
#[derive(Debug, Default)]
pub(in crate::reader) struct Meter {
    limits: Limits,
    /// Bytes of the file itself that were read.
    taken: Cell<u64>,
    /// Bytes that were unpacked, at any depth.
    made: Cell<u64>,
    members: Cell<u64>,
    /// Whether the system has failed to give bytes of the file.
    has_failed: Cell<bool>,
    /// The limit that was passed.
    passed: RefCell<Option<TooMuch>>,
}

impl Meter {
    /// A meter with other limits.
    #[cfg(test)]
    pub(in crate::reader) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Whether a limit was passed, so that nothing more is to be had.
    pub(in crate::reader) fn is_spent(&self) -> bool {
        self.passed.borrow().is_some()
    }

    /// Whether the system gave every byte of the file that it was asked for. What is read behind a
    /// failure need not be what is there: an archive looks broken, an end comes early.
    pub(in crate::reader) fn is_given(&self) -> bool {
        !self.has_failed.get()
    }

    /// Counts one more source.
    pub(in crate::reader) fn member(&self) -> Result<(), TooMuch> {
        self.members.set(self.members.get() + 1);
        match self.members.get() > self.limits.members {
            true => Err(self.pass(TooMuch::Members(self.limits.members))),
            false => Ok(()),
        }
    }

    /// `input`, which is the file itself, counted.
    pub(in crate::reader) fn file<R: Read>(&self, input: R) -> BufReader<File<'_, R>> {
        BufReader::with_capacity(BUFFER_BYTES, File { meter: self, input })
    }

    /// What `input` unpacks, counted.
    pub(super) fn unpacked<R: Read>(&self, input: R) -> BufReader<Unpacked<'_, R>> {
        BufReader::with_capacity(BUFFER_BYTES, Unpacked { meter: self, input })
    }

    fn made(&self, bytes: u64) -> Result<(), TooMuch> {
        let Limits { ratio, spare_bytes, total_bytes, .. } = self.limits;
        if let Some(passed) = *self.passed.borrow() {
            return Err(passed);
        }
        let made = self.made.get().saturating_add(bytes);
        self.made.set(made);
        if made > total_bytes {
            return Err(self.pass(TooMuch::Total(total_bytes)));
        }
        if made > spare_bytes.saturating_add(self.taken.get().saturating_mul(ratio)) {
            return Err(self.pass(TooMuch::Ratio(ratio)));
        }
        Ok(())
    }

    fn pass(&self, limit: TooMuch) -> TooMuch {
        *self.passed.borrow_mut().get_or_insert(limit)
    }
}

/// A file that is read.
pub(in crate::reader) struct File<'m, R> {
    meter: &'m Meter,
    input: R,
}

impl<R: Read> Read for File<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer).inspect_err(|error| {
            // Who is interrupted asks again.
            if error.kind() != io::ErrorKind::Interrupted {
                self.meter.has_failed.set(true);
            }
        })?;
        self.meter.taken.set(self.meter.taken.get() + n as u64);
        Ok(n)
    }
}

/// What is unpacked.
pub(super) struct Unpacked<'m, R> {
    meter: &'m Meter,
    input: R,
}

impl<R: Read> Read for Unpacked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.meter.made(0).map_err(io::Error::other)?;
        let n = self.input.read(buffer)?;
        self.meter.made(n as u64).map_err(io::Error::other)?;
        Ok(n)
    }
}

/// Reads `input` to its end, for what comes after it; how much that was.
pub(in crate::reader) fn skip(input: &mut dyn BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let n = input.fill_buf()?.len();
        if n == 0 {
            return Ok(skipped);
        }
        input.consume(n);
        skipped += n as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_held_against_what_was_read() {
        let limits = Limits { ratio: 10, spare_bytes: 100, total_bytes: 5000, members: 2 };
        for (file, unpacked, want) in [
            (10, 200, Ok(())),
            (10, 201, Err(TooMuch::Ratio(10))),
            (0, 100, Ok(())),
            (1000, 5000, Ok(())),
            (1000, 5001, Err(TooMuch::Total(5000))),
        ] {
            let meter = Meter::new(limits);
            skip(&mut meter.file(io::repeat(1).take(file))).unwrap();
            let mut input = meter.unpacked(io::repeat(1).take(unpacked));
            let got = skip(&mut input).map(|n| assert_eq!(n, unpacked));
            let got = got.map_err(|error| error.to_string());
            assert_eq!(got, want.map_err(|limit: TooMuch| limit.to_string()), "{file} {unpacked}");
            assert_eq!(meter.is_spent(), want.is_err());
        }
        let meter = Meter::new(limits);
        assert_eq!([meter.member(), meter.member()], [Ok(()), Ok(())]);
        assert_eq!(meter.member(), Err(TooMuch::Members(2)));
    }
}
