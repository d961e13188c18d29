//! gzip: one source, compressed, in one part or several.

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

use flate2::bufread::MultiGzDecoder;

use super::{Archive, Members};
use crate::reader::{BUFFER_BYTES, SourcePath};

/// Reads `.gz`.
pub(super) struct Gzip;

impl Archive for Gzip {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(&[0x1F, 0x8B, 8])
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        let mut input = BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(input));
        each(Ok((source.clone(), &mut input)))
    }
}
