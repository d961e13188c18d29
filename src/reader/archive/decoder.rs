//! Decoders of what is compressed, which tell in our words what is wrong with it and where. What a
//! decoder says itself is meant for who wrote it.

use std::cell::Cell;
use std::io::{self, BufRead, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, ZlibDecoder};

/// What a decoder reads, with how far it was read and why that failed.
pub(super) struct Packed<R> {
    input: R,
    at: u64,
    is_end: bool,
    /// Kept from the decoder, which might hide it in a failure of its own.
    failure: Cell<Option<io::Error>>,
}

impl<R: BufRead> Packed<R> {
    /// What `input` holds from where it stands.
    pub(super) fn new(input: R) -> Self {
        Self { input, at: 0, is_end: false, failure: Cell::new(None) }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Why what `format` has packed cannot be unpacked: its bytes cannot be had, are missing, or are
    /// not what was packed.
    pub(super) fn fault(&self, format: &str) -> io::Error {
        let at = self.at;
        match self.failure.take() {
            Some(failure) => failure,
            None if self.is_end => {
                let what = format!("its {format} data ends early, after {at} bytes");
                io::Error::new(io::ErrorKind::UnexpectedEof, what)
            }
            None => {
                let what = format!("its {format} data is damaged near byte {at}");
                io::Error::new(io::ErrorKind::InvalidData, what)
            }
        }
    }
}

impl<R: BufRead> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Packed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.input.fill_buf() {
            Ok(buffer) => {
                self.is_end = buffer.is_empty();
                Ok(buffer)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failure.set(Some(error));
                Err(kind.into())
            }
        }
    }

    fn consume(&mut self, n: usize) {
        self.input.consume(n);
        self.at += n as u64;
    }
}

/// Unpacks what it reads from [`Packed`].
pub(super) trait Decoder: Read {
    /// What it reads.
    type Input: BufRead;

    /// What its format is called.
    const FORMAT: &'static str;

    /// What it reads from.
    fn packed(&self) -> &Packed<Self::Input>;

    /// What is wrong, if not the bytes are but what they ask for.
    fn refusal(_: &io::Error) -> Option<String> {
        None
    }

    /// Why it has failed, in our words.
    fn fault(&self, error: io::Error) -> io::Error {
        match Self::refusal(&error) {
            _ if error.kind() == io::ErrorKind::Interrupted => error,
            Some(what) => io::Error::other(what),
            None => self.packed().fault(Self::FORMAT),
        }
    }
}

/// A decoder that tells in our words why it fails.
pub(super) struct Told<D>(pub(super) D);

impl<D: Decoder> Read for Told<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| self.0.fault(error))
    }
}

impl<R: BufRead> Decoder for DeflateDecoder<Packed<R>> {
    type Input = R;
    const FORMAT: &'static str = "deflate";

    fn packed(&self) -> &Packed<R> {
        self.get_ref()
    }
}

impl<R: BufRead> Decoder for ZlibDecoder<Packed<R>> {
    type Input = R;
    const FORMAT: &'static str = "zlib";

    fn packed(&self) -> &Packed<R> {
        self.get_ref()
    }
}

impl<R: BufRead> Decoder for Decompressor<Packed<R>> {
    type Input = R;
    const FORMAT: &'static str = "brotli";

    fn packed(&self) -> &Packed<R> {
        self.get_ref()
    }
}
