//! ZIP: files one after the other, each with a header, and a list of them at the end.
//!
//! The headers are read and the list is not: it stands at the end, so it would need an input that can
//! be gone back in (standard input and what lies in another archive cannot) or a copy of it on disk; it
//! may name the same bytes many times, as bombs do; and an archive that was cut short has none,
//! though most of its files are whole. The price: a file that was taken off the list and not out of the
//! archive is still read, and one kept uncompressed by a program that did not know its length is lost
//! (and named), because only the list says where it ends. Compressed files say so themselves.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::decoder::{Packed, Told};
use super::placed::{Body, Placed};
use super::{Archive, Members, Meter, label};
use crate::reader::{ReadError, Said, SourcePath};

/// Reads `.zip`.
pub(super) struct Zip;

/// What stands before a file, before the list, and at its end.
const FILE: [u8; 4] = *b"PK\x03\x04";
const LISTED: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";

/// A header without name and extra fields, after its mark.
const HEADER_BYTES: usize = 26;

/// The most that stands between a file whose length was not known and the next header.
const MAX_AFTERWORD_BYTES: u64 = 24;

/// What the first file of an office document, a book or a program is called: its parts are no files.
const DOCUMENTS: [&[u8]; 5] =
    [b"[Content_Types].xml", b"_rels/.rels", b"docProps/", b"mimetype", b"META-INF/"];

impl Archive for Zip {
    fn recognises(&self, head: &[u8]) -> bool {
        let name = head.get(4 + HEADER_BYTES..).unwrap_or_default();
        let is_document = DOCUMENTS.iter().any(|document| name.starts_with(document));
        head.starts_with(&END) || head.starts_with(&FILE) && !is_document
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        let mut input = Placed::new(input);
        // Where to look for the next header, and how far.
        let mut reach = 0;
        let mut is_empty = true;
        loop {
            let at = input.at();
            let mark = match next_mark(&mut input, reach) {
                Ok(mark) => mark,
                Err(error) => return each(Err(source.broken_part(at, error.to_string()))),
            };
            match mark {
                Some(FILE) => {}
                Some(_) if is_empty => {
                    return each(Err(ReadError::Empty { path: source.path.clone() }));
                }
                Some(_) => return ControlFlow::Continue(()),
                // Something was broken, and there is nothing more.
                None if reach == u64::MAX => return ControlFlow::Continue(()),
                None => {
                    each(Err(source.broken_part(at, "wanted a file or the list".to_owned())))?;
                    reach = u64::MAX;
                    continue;
                }
            }
            is_empty = false;
            let at = input.at() - FILE.len() as u64;
            let file = match Header::read(&mut input) {
                Ok(file) => file,
                Err(error) => return each(Err(source.broken_part(at, error.to_string()))),
            };
            let member = source.member(&label(&file.name), Said::default());
            reach = match give(&file, member, at, &mut input, meter, each) {
                Ok(After { reach, flow }) => {
                    flow?;
                    reach
                }
                Err(Lost { error, reach }) => {
                    each(Err(source.broken_part(at, error)))?;
                    reach
                }
            };
            if meter.is_spent() {
                return ControlFlow::Continue(());
            }
        }
    }
}

/// What a header says of its file.
struct Header {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    name: Vec<u8>,
}

const ENCRYPTED: u16 = 1;
/// Lengths and sum stand behind the file.
const HAS_AFTERWORD: u16 = 1 << 3;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

impl Header {
    fn read(input: &mut Placed<'_>) -> io::Result<Self> {
        let mut fixed = [0; HEADER_BYTES];
        fill(input, &mut fixed)?;
        let u16_at = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let u32_at = |at: usize| u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16;
        let mut name = vec![0; u16_at(22).into()];
        fill(input, &mut name)?;
        let mut extra = vec![0; u16_at(24).into()];
        fill(input, &mut extra)?;
        let packed = match u32_at(14) {
            u32::MAX => long_length(&extra).unwrap_or(u32::MAX.into()),
            packed => packed.into(),
        };
        Ok(Self { flags: u16_at(2), method: u16_at(4), crc: u32_at(10), packed, name })
    }

    fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// How its method is called, if it is one that is not read.
    fn unread_method(&self) -> Option<String> {
        let name = match self.method {
            STORED | DEFLATED => return None,
            1..=6 => "an old method",
            9 => "`deflate64`",
            12 => "`bzip2`",
            14 => "`lzma`",
            93 => "`zstd`",
            95 => "`xz`",
            98 => "`ppmd`",
            method => return Some(format!("method {method}")),
        };
        Some(name.to_owned())
    }
}

/// The length of a packed file that is too long for its place, among the extra fields: behind that
/// of the file when it is unpacked.
fn long_length(mut extra: &[u8]) -> Option<u64> {
    loop {
        let (head, rest) = extra.split_first_chunk::<4>()?;
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        if head[..2] == [1, 0] {
            return Some(u64::from_le_bytes(*rest.get(8..len)?.first_chunk()?));
        }
        extra = rest.get(len..)?;
    }
}

/// Where the next header is after a file that was given.
struct After {
    /// How many bytes may stand before it.
    reach: u64,
    flow: ControlFlow<()>,
}

/// Why a file was not given.
struct Lost {
    error: String,
    /// How many bytes may stand before the next header.
    reach: u64,
}

/// Gives the file to `each`.
fn give(
    file: &Header,
    member: SourcePath,
    at: u64,
    input: &mut Placed<'_>,
    meter: &Meter,
    each: &mut Members<'_>,
) -> Result<After, Lost> {
    let lost =
        |error: &str, reach| Lost { error: format!("`{}` {error}", label(&file.name)), reach };
    let is_told = !file.has(HAS_AFTERWORD) || file.packed > 0;
    let unread = match file.unread_method() {
        _ if file.has(ENCRYPTED) => Some("is encrypted".to_owned()),
        Some(method) => Some(format!("is packed by {method}, wanted `deflate`")),
        None if !is_told && file.method == STORED => {
            Some("is kept uncompressed, of unknown length".to_owned())
        }
        None => None,
    };
    if let Some(why) = unread {
        if !is_told {
            return Err(lost(&why, u64::MAX));
        }
        let skipped = Body::new(input, at, file.packed).skip();
        let reach = if skipped.is_ok() { MAX_AFTERWORD_BYTES } else { 0 };
        return Err(lost(&why, reach));
    }
    let is_folder = file.name.ends_with(b"/");
    let mut flow = ControlFlow::Continue(());
    let wanted = (!file.has(HAS_AFTERWORD)).then_some(file.crc);
    let reach = if file.has(HAS_AFTERWORD) { MAX_AFTERWORD_BYTES } else { 0 };
    let mut has_failed = false;
    if is_told {
        let mut body = Body::new(input, at, file.packed);
        if !is_folder {
            let mut unpacked: Box<dyn BufRead> = match file.method {
                STORED => Box::new(BufReader::new(Summed::new(&mut body, wanted))),
                _ => {
                    let decoder = Told(DeflateDecoder::new(Packed::new(&mut body)));
                    Box::new(meter.unpacked(Summed::new(decoder, wanted)))
                }
            };
            flow = each(Ok((member, &mut unpacked)));
        }
        has_failed = body.has_failed();
        if flow.is_continue() && !meter.is_spent() {
            let skipped = body.skip();
            if let Err(error) = skipped.as_ref()
                && !has_failed
            {
                return Err(lost(&format!("cannot be read: {error}"), 0));
            }
            has_failed |= skipped.is_err();
        }
    } else if !is_folder {
        let decoder = Told(DeflateDecoder::new(Packed::new(&mut *input)));
        let mut unpacked = meter.unpacked(Summed::new(decoder, wanted));
        flow = each(Ok((member, &mut unpacked)));
        if flow.is_continue() {
            // Where it ends is known when it is unpacked.
            has_failed = super::meter::skip(&mut unpacked).is_err();
        }
    }
    // Its reader said what is wrong with it.
    Ok(After { reach: if has_failed { u64::MAX } else { reach }, flow })
}

/// Reads over the next mark that stands after `reach` bytes at most; `None` if none does.
fn next_mark(input: &mut Placed<'_>, reach: u64) -> io::Result<Option<[u8; 4]>> {
    let mut window = [0; 4];
    if read_up_to(input, &mut window)? < window.len() {
        return Ok(None);
    }
    let mut left = reach;
    loop {
        if [FILE, LISTED, END].contains(&window) || &window == b"PK\x06\x06" {
            return Ok(Some(window));
        }
        if left == 0 {
            return Ok(None);
        }
        left -= 1;
        window.rotate_left(1);
        if read_up_to(input, &mut window[3..])? == 0 {
            return Ok(None);
        }
    }
}

fn read_up_to(input: &mut Placed<'_>, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// Reads as much of a header as `buffer` takes.
fn fill(input: &mut Placed<'_>, buffer: &mut [u8]) -> io::Result<()> {
    if read_up_to(input, buffer)? < buffer.len() {
        let what = "the archive ends within a header";
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
    }
    Ok(())
}

/// Fails at the end of `input` if its sum is not the one wanted.
struct Summed<R> {
    input: R,
    wanted: Option<u32>,
    sum: Crc,
}

impl<R: Read> Summed<R> {
    fn new(input: R, wanted: Option<u32>) -> Self {
        Self { input, wanted, sum: Crc::new() }
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.sum.update(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && self.wanted.is_some_and(|sum| sum != self.sum.sum()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
        }
        Ok(n)
    }
}
