//! Zstandard: one source, compressed, in one frame or several.
//!
//! `ruzstd` reads it: it is all Rust, and faster than what is done with the text. A frame may ask for
//! a window of 128 MB, as the program `zstd` allows without being told.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Archive, Members, Meter, meter};
use crate::reader::SourcePath;

/// Reads `.zst`.
pub(super) struct Zstd;

/// The longest window of a frame, which is held in memory.
const MAX_WINDOW_BYTES: u64 = 128 << 20;

/// The little-endian number that begins a frame, and those that begin one to be skipped.
const MAGIC: u32 = 0xFD2F_B528;
const SKIPPED: std::ops::RangeInclusive<u32> = 0x184D_2A50..=0x184D_2A5F;

impl Archive for Zstd {
    fn recognises(&self, head: &[u8]) -> bool {
        let magic = head.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
        magic.is_some_and(|magic| magic == MAGIC || SKIPPED.contains(&magic))
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        each(Ok((source.unpacked(), &mut meter.unpacked(Frames::new(input)))))
    }
}

/// All frames, unpacked.
pub(super) struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
    is_within: bool,
}

impl<R: BufRead> Frames<R> {
    /// What `input` holds from where it stands.
    pub(super) fn new(input: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW_BYTES);
        Self { input, decoder, is_within: false }
    }

    /// Goes into the next frame that is not to be skipped; whether there is one.
    fn enter(&mut self) -> io::Result<bool> {
        loop {
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => meter::skip(&mut (&mut self.input).take(length.into()))?,
                Err(error) => return Err(io::Error::other(error)),
            };
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_within {
                self.is_within = self.enter()?;
                if !self.is_within {
                    return Ok(0);
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let blocks = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.input, blocks).map_err(io::Error::other)?;
            }
            let n = self.decoder.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            let stated = self.decoder.get_checksum_from_data();
            if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
            }
            self.is_within = false;
        }
    }
}
