//! gzip: one source, compressed, in one part or many.

use std::io::BufRead;
use std::ops::ControlFlow;

use flate2::bufread::GzDecoder;

use super::decoder::{Decoder, Packed};
use super::parts::{Part, Parts};
use super::{Archive, Members, Meter};
use crate::reader::SourcePath;

/// Reads `.gz`.
pub(super) struct Gzip;

/// A part, unpacked.
pub(super) type Member<R> = GzDecoder<Packed<R>>;

/// What a part begins with: its mark, and the only method there is.
const MARK: &[u8] = &[0x1F, 0x8B, 8];

impl Archive for Gzip {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(MARK)
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        each(Ok((source.unpacked(), &mut meter.unpacked(Parts::<Member<_>>::new(input)))))
    }
}

impl<R: BufRead> Decoder for Member<R> {
    type Input = R;
    const FORMAT: &'static str = "gzip";

    fn packed(&self) -> &Packed<R> {
        self.get_ref()
    }
}

impl<R: BufRead> Part for Member<R> {
    const MARK: &'static [u8] = MARK;

    fn new(input: Packed<R>) -> Self {
        Self::new(input)
    }

    fn into_packed(self) -> Packed<R> {
        self.into_inner()
    }
}
