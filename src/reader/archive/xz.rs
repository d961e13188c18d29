//! xz: one source, compressed, in one stream or several.
//!
//! `lzma-rust2` reads it: it is all Rust, streams, and can be told how much memory it may take.

use std::io::BufRead;
use std::ops::ControlFlow;

use lzma_rust2::XzReader;

use super::{Archive, Members, Meter};
use crate::reader::SourcePath;

/// Reads `.xz`.
pub(super) struct Xz;

/// The most memory that is taken, in KiB. The program `xz` asks for 65 MB at its highest level.
const MAX_MEMORY_KIB: u32 = 144 << 10;

impl Archive for Xz {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"\xFD7zXZ\0")
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        let reader = XzReader::new_mem_limit(input, true, MAX_MEMORY_KIB);
        each(Ok((source.unpacked(), &mut meter.unpacked(reader))))
    }
}
