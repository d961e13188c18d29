//! Zstandard: one source, compressed, in one frame or several.
//!
//! `ruzstd` reads it: it is all Rust, and faster than what is done with the text. A frame may ask for
//! a window of 128 MB, as the program `zstd` allows without being told.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::decoder::{Decoder, Packed};
use super::parts::{Part, Parts};
use super::{Archive, Members, Meter, meter};
use crate::reader::SourcePath;

/// Reads `.zst`.
pub(super) struct Zstd;

/// The longest window of a frame, which is held in memory.
const MAX_WINDOW_BYTES: u64 = 128 << 20;

const MARK: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// What a frame that is to be skipped begins with, and goes on with.
const SKIPPED: std::ops::RangeInclusive<u8> = 0x50..=0x5F;
const SKIPPED_REST: &[u8] = &[0x2A, 0x4D, 0x18];

impl Archive for Zstd {
    fn recognises(&self, head: &[u8]) -> bool {
        let skipped = head.split_first().filter(|(first, _)| SKIPPED.contains(first));
        head.starts_with(MARK) || skipped.is_some_and(|(_, rest)| rest.starts_with(SKIPPED_REST))
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        each(Ok((source.unpacked(), &mut meter.unpacked(Parts::<Frame<_>>::new(input)))))
    }
}

/// A frame, unpacked; one that is to be skipped is empty.
pub(super) struct Frame<R> {
    input: Packed<R>,
    decoder: FrameDecoder,
    is_within: bool,
}

impl<R: BufRead> Read for Frame<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_within {
            match self.decoder.init(&mut self.input) {
                Ok(()) => self.is_within = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    meter::skip(&mut (&mut self.input).take(length.into()))?;
                    return Ok(0);
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let blocks = BlockDecodingStrategy::UptoBlocks(1);
            self.decoder.decode_blocks(&mut self.input, blocks).map_err(io::Error::other)?;
        }
        let n = self.decoder.read(buffer)?;
        let stated = self.decoder.get_checksum_from_data();
        if n == 0 && stated.is_some() && stated != self.decoder.get_calculated_checksum() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(n)
    }
}

impl<R: BufRead> Decoder for Frame<R> {
    type Input = R;
    const FORMAT: &'static str = "zstd";

    fn packed(&self) -> &Packed<R> {
        &self.input
    }

    fn refusal(error: &io::Error) -> Option<String> {
        match error.get_ref()?.downcast_ref()? {
            FrameDecoderError::WindowSizeTooBig { .. } => {
                let most = MAX_WINDOW_BYTES >> 20;
                Some(format!("it takes more than {most} MB of memory to unpack"))
            }
            FrameDecoderError::DictNotProvided { dict_id } => {
                Some(format!("it was packed with a dictionary ({dict_id}), wanted one without"))
            }
            _ => None,
        }
    }
}

impl<R: BufRead> Part for Frame<R> {
    const MARK: &'static [u8] = MARK;

    fn new(input: Packed<R>) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW_BYTES);
        Self { input, decoder, is_within: false }
    }

    fn into_packed(self) -> Packed<R> {
        self.input
    }

    fn begins(byte: u8) -> bool {
        byte == MARK[0] || SKIPPED.contains(&byte)
    }
}
