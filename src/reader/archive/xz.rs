//! xz: one source, compressed, in one stream or several.
//!
//! `lzma-rust2` reads it: it is all Rust, streams, and can be told how much memory it may take.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use lzma_rust2::XzReader;

use super::decoder::{Decoder, Packed};
use super::parts::{Part, Parts};
use super::{Archive, Members, Meter};
use crate::reader::SourcePath;

/// Reads `.xz`.
pub(super) struct Xz;

/// A stream, unpacked.
type Stream<R> = XzReader<Packed<R>>;

const MARK: &[u8] = b"\xFD7zXZ\0";

/// The most memory that is taken, in KiB. The program `xz` asks for 65 MB at its highest level.
const MAX_MEMORY_KIB: u32 = 144 << 10;

impl Archive for Xz {
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
        each(Ok((source.unpacked(), &mut meter.unpacked(Parts::<Stream<_>>::new(input)))))
    }
}

impl<R: BufRead> Decoder for Stream<R> {
    type Input = R;
    const FORMAT: &'static str = "xz";

    fn packed(&self) -> &Packed<R> {
        self.inner()
    }

    fn refusal(error: &io::Error) -> Option<String> {
        match error.kind() {
            io::ErrorKind::OutOfMemory => {
                let most = MAX_MEMORY_KIB >> 10;
                Some(format!("it takes more than {most} MB of memory to unpack"))
            }
            io::ErrorKind::Unsupported => {
                Some("it is packed by a method of xz that is not read".to_owned())
            }
            _ => None,
        }
    }
}

impl<R: BufRead> Part for Stream<R> {
    const MARK: &'static [u8] = MARK;

    fn new(input: Packed<R>) -> Self {
        Self::new_mem_limit(input, false, MAX_MEMORY_KIB)
    }

    fn into_packed(self) -> Packed<R> {
        self.into_inner()
    }
}
