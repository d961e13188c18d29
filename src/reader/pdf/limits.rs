//! What a hostile file may not do: unpack to more than memory holds, or draw for ever. The parser
//! unpacks whatever it is asked for, so everything is measured here before it is asked.

use std::io::{self, Read};

use flate2::read::ZlibDecoder;
use hayro_syntax::Filter;
use hayro_syntax::object::dict::keys::{
    CID_TO_GID_MAP, DESCENDANT_FONTS, ENCODING, FONT_DESC, FONT_FILE, FONT_FILE2, FONT_FILE3,
    TO_UNICODE,
};
use hayro_syntax::object::{Array, Dict, Stream};
use memchr::memmem;

/// The most that one stream may unpack to.
pub(super) const MAX_UNPACKED: u64 = 64 << 20;

/// What the pages of one document may cost together.
#[derive(Debug)]
pub(super) struct Budget {
    operations: u64,
    glyphs: u64,
    bytes: u64,
    is_spent: bool,
}

impl Default for Budget {
    fn default() -> Self {
        // Some thousand pages of a newspaper.
        Self { operations: 8_000_000, glyphs: 4_000_000, bytes: 256 << 20, is_spent: false }
    }
}

impl Budget {
    /// Whether something was not read for want of it.
    pub(super) fn is_spent(&self) -> bool {
        self.is_spent
    }

    /// Stops reading: one page holds more than a page may.
    pub(super) fn spend(&mut self) {
        self.is_spent = true;
    }

    /// Pays for an operation, if it can.
    pub(super) fn take_operation(&mut self) -> bool {
        take(&mut self.operations, 1, &mut self.is_spent)
    }

    /// Pays for opening a form, if it can.
    pub(super) fn take_form(&mut self) -> bool {
        // What it is made of is looked up and unpacked each time.
        take(&mut self.operations, 200, &mut self.is_spent)
    }

    /// Pays for a glyph, if it can.
    pub(super) fn take_glyph(&mut self) -> bool {
        take(&mut self.glyphs, 1, &mut self.is_spent)
    }
}

fn take(left: &mut u64, cost: u64, is_spent: &mut bool) -> bool {
    match left.checked_sub(cost) {
        Some(rest) => *left = rest,
        None => *is_spent = true,
    }
    !*is_spent
}

/// The data of a stream without its filters; `None` if it is broken or `budget` does not reach.
pub(super) fn unpack(stream: &Stream<'_>, budget: &mut Budget) -> Option<Vec<u8>> {
    if !fits(stream) {
        budget.is_spent = true;
        return None;
    }
    let data = stream.decoded_data().ok()?;
    // Twice the same stream costs twice.
    take(&mut budget.bytes, data.len() as u64 + 1, &mut budget.is_spent).then(|| data.into_owned())
}

/// Whether every stream that loading this font unpacks is small enough.
pub(super) fn font_fits(font: &Dict<'_>) -> bool {
    let descendants = font.get::<Array<'_>>(DESCENDANT_FONTS);
    let descendant = descendants.and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    [Some(font), descendant.as_ref()].into_iter().flatten().all(|font| {
        let descriptor = font.get::<Dict<'_>>(FONT_DESC).unwrap_or_default();
        let own = [TO_UNICODE, ENCODING, CID_TO_GID_MAP].map(|key| font.get::<Stream<'_>>(key));
        let files =
            [FONT_FILE, FONT_FILE2, FONT_FILE3].map(|key| descriptor.get::<Stream<'_>>(key));
        own.iter().chain(&files).flatten().all(fits)
    })
}

fn fits(stream: &Stream<'_>) -> bool {
    let packed = stream.raw_data();
    let filters = stream.filters();
    let at_most = filters.iter().fold(packed.len() as u64, |size, filter| {
        size.saturating_mul(match filter {
            Filter::FlateDecode => MAX_FLATE_RATIO,
            Filter::LzwDecode => 2731,
            Filter::RunLengthDecode => 64,
            _ => 1,
        })
    });
    at_most <= MAX_UNPACKED
        || match filters.as_slice() {
            [Filter::FlateDecode] => inflated_fits(&packed),
            [Filter::LzwDecode] => packed.len() as u64 <= MAX_UNPACKED >> 5,
            _ => false,
        }
}

/// The most that a byte of deflated data can stand for.
const MAX_FLATE_RATIO: u64 = 1032;

fn inflated_fits(packed: &[u8]) -> bool {
    let mut inflated = ZlibDecoder::new(packed).take(MAX_UNPACKED + 1);
    // What stops for being broken has stopped.
    let mut size = 0;
    let mut buffer = [0; 16 << 10];
    loop {
        match inflated.read(&mut buffer) {
            Ok(0) => return size <= MAX_UNPACKED,
            Ok(read) => size += read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return size <= MAX_UNPACKED,
        }
    }
}

/// Whether the streams that opening the file unpacks, those that hold objects and tables of them,
/// are small enough. Encrypted ones are not seen through.
pub(super) fn opening_fits(file: &[u8]) -> bool {
    /// How long the dictionary of such a stream may be.
    const DICTIONARY: usize = 2048;
    let end = memmem::Finder::new("endstream");
    memmem::find_iter(file, "stream").all(|at| {
        if file[..at].ends_with(b"end") {
            return true;
        }
        let start = at + "stream".len();
        let data = &file[start..];
        let data = &data[..end.find(data).unwrap_or(data.len())];
        if data.len() as u64 * MAX_FLATE_RATIO <= MAX_UNPACKED {
            return true;
        }
        let before = &file[at.saturating_sub(DICTIONARY)..at];
        let dictionary = &before[memmem::rfind(before, b" obj").unwrap_or(0)..];
        let holds = |name: &str| memmem::find(dictionary, name.as_bytes()).is_some();
        if !holds("ObjStm") && !holds("XRef") && !holds("#") {
            return true;
        }
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let is_plain = memmem::find_iter(dictionary, "Decode").count() <= 2 && !holds("LZW");
        is_plain && inflated_fits(data)
    })
}
