//! bzip2: one source, compressed, in one stream or several.
//!
//! The crate `bzip2` reads it, all in Rust. It takes 4 MB whatever the source asks for.

use std::io::BufRead;
use std::ops::ControlFlow;

use bzip2::bufread::BzDecoder;

use super::decoder::{Decoder, Packed};
use super::parts::{Part, Parts};
use super::{Archive, Members, Meter};
use crate::reader::SourcePath;

/// Reads `.bz2`.
pub(super) struct Bzip2;

/// A stream, unpacked.
type Stream<R> = BzDecoder<Packed<R>>;

const MARK: &[u8] = b"BZh";

/// What follows the mark and a digit: the mark of a block, or of the end where there is none.
const BLOCK: &[u8] = &[0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const NO_BLOCK: &[u8] = &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

impl Archive for Bzip2 {
    fn recognises(&self, head: &[u8]) -> bool {
        // Text may begin with the mark.
        let rest = head.strip_prefix(MARK).and_then(|rest| rest.split_first());
        rest.is_some_and(|(level, rest)| {
            (b'1'..=b'9').contains(level) && (rest.starts_with(BLOCK) || rest.starts_with(NO_BLOCK))
        })
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        each(Ok((source.unpacked(), &mut meter.unpacked(Parts::<Stream<_>>::new(input)))))
    }
}

impl<R: BufRead> Decoder for Stream<R> {
    type Input = R;
    const FORMAT: &'static str = "bzip2";

    fn packed(&self) -> &Packed<R> {
        self.get_ref()
    }
}

impl<R: BufRead> Part for Stream<R> {
    const MARK: &'static [u8] = MARK;

    fn new(input: Packed<R>) -> Self {
        Self::new(input)
    }

    fn into_packed(self) -> Packed<R> {
        self.into_inner()
    }
}
