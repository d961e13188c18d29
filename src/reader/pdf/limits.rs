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

use super::shared::PARTS;

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

/// How much dearer a byte of a dictionary is than one that is only unpacked.
const DICT: u64 = 4;

/// How much dearer a byte of a table of characters is.
const TABLE: u64 = 8;

impl Budget {
    /// Pays for looking a dictionary up, if it can: it is parsed each time.
    pub(super) fn take_dict(&mut self, dict: &Dict<'_>) -> bool {
        self.take_bytes(DICT * dict.data().len() as u64)
    }

    /// Pays for the resources that a form has of its own, if it can.
    pub(super) fn take_resources(&mut self, dict: &Dict<'_>) -> bool {
        self.take_dict(dict)
            && PARTS
                .iter()
                .all(|part| dict.get::<Dict<'_>>(part).is_none_or(|part| self.take_dict(&part)))
    }

    /// Pays for loading a font, if it can: for every stream that this unpacks.
    pub(super) fn take_font(&mut self, font: &Dict<'_>) -> bool {
        let descendants = font.get::<Array<'_>>(DESCENDANT_FONTS);
        let descendant = descendants.and_then(|fonts| fonts.iter::<Dict<'_>>().next());
        [Some(font), descendant.as_ref()].into_iter().flatten().all(|font| {
            let descriptor = font.get::<Dict<'_>>(FONT_DESC).unwrap_or_default();
            let tables = [TO_UNICODE, ENCODING, CID_TO_GID_MAP].map(|key| (font, key, TABLE));
            let files = [FONT_FILE, FONT_FILE2, FONT_FILE3].map(|key| (&descriptor, key, 1));
            tables.into_iter().chain(files).all(|(dict, key, cost)| {
                dict.get::<Stream<'_>>(key).is_none_or(|stream| match size(&stream) {
                    Some(size) => self.take_bytes(cost * size),
                    None => self.take_bytes(u64::MAX),
                })
            })
        })
    }

    fn take_bytes(&mut self, bytes: u64) -> bool {
        take(&mut self.bytes, bytes, &mut self.is_spent)
    }
}

/// What a stream unpacks to, if that is not too much; nothing if it is broken.
fn size(stream: &Stream<'_>) -> Option<u64> {
    match stream.filters().as_slice() {
        [] => Some(stream.raw_data().len() as u64),
        [Filter::FlateDecode] => inflated_size(&stream.raw_data(), MAX_UNPACKED),
        _ if fits(stream) => Some(stream.decoded_data().map_or(0, |data| data.len() as u64)),
        _ => None,
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
            [Filter::FlateDecode] => inflated_size(&packed, MAX_UNPACKED).is_some(),
            [Filter::LzwDecode] => packed.len() as u64 <= MAX_UNPACKED >> 5,
            _ => false,
        }
}

/// The most that a byte of deflated data can stand for.
const MAX_FLATE_RATIO: u64 = 1032;

/// What `packed` inflates to, if that is `limit` at most. What stops for being broken has stopped.
fn inflated_size(packed: &[u8], limit: u64) -> Option<u64> {
    let mut inflated = ZlibDecoder::new(packed).take(limit + 1);
    let mut size = 0;
    let mut buffer = [0; 16 << 10];
    loop {
        match inflated.read(&mut buffer) {
            Ok(read) if read > 0 => size += read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return (size <= limit).then_some(size),
        }
    }
}

/// The most that the tables of objects may hold in streams together, in bytes: each of some bytes is
/// an entry that takes forty in memory.
const MAX_TABLES: u64 = 8 << 20;

/// Whether the streams that opening the file unpacks, those that hold objects and tables of them,
/// are small enough together. Encrypted ones are not seen through.
pub(super) fn opening_fits(file: &[u8]) -> bool {
    /// How long the dictionary of such a stream may be.
    const DICTIONARY: usize = 2048;
    let end = memmem::Finder::new("endstream");
    // With a `#` names can be written otherwise; what it is then is not known.
    let (mut objects, mut tables, mut unknown) = (MAX_UNPACKED, MAX_TABLES, 4 * MAX_UNPACKED);
    let mut next_end = 0;
    memmem::find_iter(file, "stream").all(|at| {
        if file[..at].ends_with(b"end") {
            return true;
        }
        let before = &file[at.saturating_sub(DICTIONARY)..at];
        let dictionary = &before[memmem::rfind(before, b" obj").unwrap_or(0)..];
        let holds = |name: &str| memmem::find(dictionary, name.as_bytes()).is_some();
        let left = match (holds("XRef"), holds("ObjStm"), holds("#")) {
            (true, _, _) => &mut tables,
            (_, true, _) => &mut objects,
            (_, _, true) => &mut unknown,
            _ => return true,
        };
        let start = at + "stream".len();
        if next_end < start {
            next_end = end.find(&file[start..]).map_or(file.len(), |length| start + length);
        }
        let data = &file[start..next_end];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        // Filters and their parameters.
        let size = match memmem::find_iter(dictionary, "Decode").count() {
            0 => Some(data.len() as u64),
            1 | 2 if !holds("LZW") => inflated_size(data, *left),
            _ => Some(data.len() as u64 * MAX_FLATE_RATIO),
        };
        match size.and_then(|size| left.checked_sub(size)) {
            Some(rest) => *left = rest,
            None => return false,
        }
        true
    })
}
