//! Documents that are ZIP files: their parts by name, and what they may not do. `docx`, `odt` and
//! `epub` stand on it; archives of articles are `archive`'s, which reads from front to back.
//!
//! Here the list at the end counts, as in the programs that write documents. What a part unpacks to
//! is limited by what comes out of it and not by what the list says. Nothing is looked at but the
//! parts that are asked for, so pictures, fonts, macros and what is embedded cost nothing.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use memchr::memmem;

use super::encoding::{Decoded, declared_in_html, decode};
use super::{ReadError, SourcePath, xml};

/// The most that one part may unpack to: a tree of it takes many times the room.
const MAX_PART_BYTES: u64 = 32 << 20;

/// The most that all parts of a document may unpack to.
const MAX_BYTES: u64 = 128 << 20;

/// The most parts. Books have some thousands.
const MAX_PARTS: usize = 65_535;

/// The most marks of markup in one part of XML: each may become an element of the tree, and a thousand
/// pages have half as many.
const MAX_MARKS: usize = 800_000;

/// The most in all parts of text that are read, pages of a book included: some seconds.
const MAX_ALL_MARKS: usize = 2_000_000;

/// What stands before a part, before its line in the list, and at the end of the list.
const PART: &[u8] = b"PK\x03\x04";
const LISTED: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The lengths of what stands there, names not counted.
const PART_BYTES: usize = 30;
const LISTED_BYTES: usize = 46;
const END_BYTES: usize = 22;

/// A document of several parts.
pub(super) struct Package<'b> {
    source: &'b SourcePath,
    bytes: &'b [u8],
    parts: BTreeMap<String, Listed>,
    /// How much more may be unpacked.
    left: Cell<u64>,
    /// How many more marks may be read.
    marks_left: Cell<usize>,
}

/// What the list says of a part.
struct Listed {
    is_encrypted: bool,
    method: u16,
    sum: u32,
    packed: u64,
    at: u64,
}

impl<'b> Package<'b> {
    /// Reads the list of parts.
    ///
    /// # Errors
    ///
    /// [`ReadError::Empty`], or [`ReadError::BrokenDocument`] if there is no list.
    pub(super) fn open(source: &'b SourcePath, bytes: &'b [u8]) -> Result<Self, ReadError> {
        let path = || source.path.clone();
        if bytes.is_empty() {
            return Err(ReadError::Empty { path: path() });
        }
        let what = match bytes.starts_with(b"PK") {
            true => "it has no list of its parts, so it was cut short".to_owned(),
            false => "it is no ZIP file".to_owned(),
        };
        let parts = list(bytes).ok_or_else(|| ReadError::BrokenDocument { path: path(), what })?;
        let (left, marks_left) = (Cell::new(MAX_BYTES), Cell::new(MAX_ALL_MARKS));
        Ok(Self { source, bytes, parts, left, marks_left })
    }

    /// The file it is.
    pub(super) fn path(&self) -> PathBuf {
        self.source.path.clone()
    }

    /// The error for a document that is not as it must be.
    pub(super) fn broken(&self, what: impl Into<String>) -> ReadError {
        ReadError::BrokenDocument { path: self.path(), what: what.into() }
    }

    /// The bytes of a part; `None` if there is no such part.
    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(part) = self.parts.get(&key(name)) else { return Ok(None) };
        if part.is_encrypted {
            return Err(ReadError::LockedDocument { path: self.path() });
        }
        let broken = |what: &str| self.broken(format!("`{name}` {what}"));
        let packed = self.packed(part).ok_or_else(|| broken("is not where the list says"))?;
        let limit = MAX_PART_BYTES.min(self.left.get());
        let mut bytes = Vec::new();
        let read = match part.method {
            0 => packed.take(limit + 1).read_to_end(&mut bytes),
            8 => DeflateDecoder::new(packed).take(limit + 1).read_to_end(&mut bytes),
            method => return Err(broken(&format!("is packed by method {method}"))),
        };
        let len = bytes.len() as u64;
        if len > limit {
            let (path, part) = (self.path(), name.to_owned());
            let limit_bytes = if limit < MAX_PART_BYTES { MAX_BYTES } else { MAX_PART_BYTES };
            return Err(ReadError::DocumentTooLarge { path, part, limit_bytes });
        }
        self.left.set(self.left.get() - len);
        let mut sum = Crc::new();
        sum.update(&bytes);
        if read.is_err() || sum.sum() != part.sum {
            return Err(broken("is damaged"));
        }
        Ok(Some(bytes))
    }

    /// What is in the place of a part.
    fn packed(&self, part: &Listed) -> Option<&'b [u8]> {
        let header = self.bytes.get(usize::try_from(part.at).ok()?..)?;
        let is_one = header.len() >= PART_BYTES && header.starts_with(PART);
        let names = usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        let data = header.get(PART_BYTES + names..).filter(|_| is_one)?;
        data.get(..usize::try_from(part.packed).ok()?)
    }

    /// The text of a part; `None` if there is no such part, or nothing in it.
    pub(super) fn text(
        &self,
        name: &str,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Option<(String, Option<&'static str>)>, ReadError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        match decode(self.source, &bytes, declared_in_html(&bytes), warn) {
            Ok(Decoded { text, encoding }) => {
                let left = self.marks_left.get().checked_sub(marks(&text));
                let left = left.ok_or_else(|| ReadError::TooManyElements { path: self.path() })?;
                self.marks_left.set(left);
                Ok(Some((text.into_owned(), encoding)))
            }
            Err(ReadError::Empty { .. }) => Ok(None),
            Err(ReadError::NotText { .. } | ReadError::UnknownEncoding { .. }) => {
                Err(self.broken(format!("`{name}` is no text")))
            }
            Err(error) => Err(error),
        }
    }

    /// A part that is XML; `None` if there is no such part, or nothing in it.
    pub(super) fn xml(&self, name: &str) -> Result<Option<xml::Element>, ReadError> {
        Ok(self.tree(name)?.map(|tree| tree.root))
    }

    /// The part that holds the text; that it is not well-formed is a warning.
    pub(super) fn main(
        &self,
        name: &str,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<xml::Element, ReadError> {
        let tree = self.tree(name)?;
        let tree = tree.ok_or_else(|| self.broken(format!("it has no `{name}`")))?;
        if let Some(fault) = tree.fault {
            let what =
                format!("`{name}` is not well-formed: {} in line {}", fault.what, fault.line);
            warn(ReadError::FaultyDocument { path: self.path(), what });
        }
        Ok(tree.root)
    }

    fn tree(&self, name: &str) -> Result<Option<xml::Tree>, ReadError> {
        let Some((text, _)) = self.text(name, &mut |_| {})? else { return Ok(None) };
        if marks(&text) > MAX_MARKS {
            return Err(ReadError::TooManyElements { path: self.path() });
        }
        xml::parse(&text).map(Some).map_err(|fault| {
            self.broken(format!("`{name}` is no XML: {} in line {}", fault.what, fault.line))
        })
    }
}

/// How many marks of markup there may be in `text`.
fn marks(text: &str) -> usize {
    memchr::memchr_iter(b'<', text.as_bytes()).count()
}

/// The names of the parts that `head`, the start of a file, shows, in order; none if it does not
/// begin with a part.
pub(super) fn first_names(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_one = head.starts_with(PART);
    let starts = memmem::find_iter(if is_one { head } else { &[] }, PART);
    starts.filter_map(|at| {
        let header = &head[at..];
        header.get(PART_BYTES..PART_BYTES + usize::from(u16_at(header, 26)?))
    })
}

/// What the first part of a file is, if it is there to say what the file is (as in ODF and EPUB).
pub(super) fn media_type(head: &[u8]) -> Option<&[u8]> {
    if first_names(head).next()? != b"mimetype" || u16_at(head, 8)? != 0 {
        return None;
    }
    head.get(PART_BYTES + "mimetype".len() + usize::from(u16_at(head, 28)?)..)
}

/// Parts have one name whatever the case, as in the programs that write them.
fn key(name: &str) -> String {
    name.trim_start_matches('/').to_lowercase()
}

/// The list at the end of a file.
fn list(bytes: &[u8]) -> Option<BTreeMap<String, Listed>> {
    // A comment of this length may follow.
    let tail = bytes.len().saturating_sub(END_BYTES + usize::from(u16::MAX));
    let end = tail + memmem::rfind(&bytes[tail..], END)?;
    let size = u64::from(u32_at(bytes, end + 12)?);
    let said = u64::from(u32_at(bytes, end + 16)?);
    // Something may stand before the first part, which counts in no place; or there is a second, long
    // end between the list and its end, and the place is right.
    let before = (end as u64).checked_sub(size).filter(|at| starts(bytes, *at, LISTED));
    let start = before.or_else(|| Some(said).filter(|at| starts(bytes, *at, LISTED)))?;
    let shift = start.saturating_sub(said);
    let mut at = usize::try_from(start).ok()?;
    let mut parts = BTreeMap::new();
    while starts(bytes, at as u64, LISTED) && parts.len() < MAX_PARTS {
        let header = bytes.get(at..at + LISTED_BYTES)?;
        let u16_at = |at| u16_at(header, at).expect("the header is that long");
        let u32_at = |at| u32_at(header, at).expect("the header is that long");
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16_at(at)));
        let names = &bytes[at + LISTED_BYTES..];
        let long = Long::of(names.get(name..name + extra)?, u32_at(24));
        let part = Listed {
            is_encrypted: u16_at(8) & 1 != 0,
            method: u16_at(10),
            sum: u32_at(16),
            packed: long.or(u32_at(20), 0),
            at: long.or(u32_at(42), usize::from(u32_at(20) == u32::MAX)).saturating_add(shift),
        };
        let name_text = String::from_utf8_lossy(names.get(..name)?).replace('\\', "/");
        parts.entry(key(&name_text)).or_insert(part);
        at += LISTED_BYTES + name + extra + comment;
    }
    Some(parts)
}

/// The numbers of a line in the list that are too large for their places, or said to be.
struct Long([Option<u64>; 2]);

impl Long {
    /// Those among the extra fields, but for the length of the part when it is unpacked.
    fn of(mut extra: &[u8], unpacked: u32) -> Self {
        while let Some((head, rest)) = extra.split_first_chunk::<4>() {
            let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
            let field = rest.get(..len).unwrap_or(rest);
            if head[..2] == [1, 0] {
                let numbers = field.as_chunks::<8>().0;
                let first = usize::from(unpacked == u32::MAX);
                let at = |nth| numbers.get(first + nth).map(|bytes| u64::from_le_bytes(*bytes));
                return Self([at(0), at(1)]);
            }
            extra = rest.get(len..).unwrap_or_default();
        }
        Self([None; 2])
    }

    fn or(&self, said: u32, nth: usize) -> u64 {
        let long = self.0[nth].filter(|_| said == u32::MAX);
        long.unwrap_or_else(|| said.into())
    }
}

fn starts(bytes: &[u8], at: u64, mark: &[u8]) -> bool {
    let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..));
    rest.is_some_and(|rest| rest.starts_with(mark))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    /// A ZIP file of these parts; one called `mimetype` is not packed.
    pub(in crate::reader) fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut listed = Vec::new();
        for (name, text) in parts {
            let is_packed = *name != "mimetype";
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            let data = if is_packed { encoder.finish().unwrap() } else { text.as_bytes().to_vec() };
            let mut sum = Crc::new();
            sum.update(text.as_bytes());
            let mut fixed = Vec::new();
            fixed.extend([20, 0, 0, 8, if is_packed { 8 } else { 0 }, 0, 0, 0, 0, 0]);
            fixed.extend(sum.sum().to_le_bytes());
            fixed.extend((data.len() as u32).to_le_bytes());
            fixed.extend((text.len() as u32).to_le_bytes());
            fixed.extend((name.len() as u16).to_le_bytes());
            fixed.extend([0, 0]);
            listed.extend(LISTED);
            listed.extend([20, 0]);
            listed.extend(&fixed);
            listed.extend([0; 10]);
            listed.extend((file.len() as u32).to_le_bytes());
            listed.extend(name.bytes());
            file.extend(PART);
            file.extend(fixed);
            file.extend(name.bytes());
            file.extend(data);
        }
        let (start, count) = (file.len() as u32, (parts.len() as u16).to_le_bytes());
        file.extend(&listed);
        file.extend(END);
        file.extend([0; 4]);
        file.extend([count, count].concat());
        file.extend((listed.len() as u32).to_le_bytes());
        file.extend(start.to_le_bytes());
        file.extend([0, 0]);
        file
    }

    fn part(file: &[u8], name: &str) -> Result<Option<String>, String> {
        let source = SourcePath::new("a.docx", "a.docx");
        let package = Package::open(&source, file).map_err(|error| error.to_string())?;
        let bytes = package.bytes(name).map_err(|error| error.to_string())?;
        Ok(bytes.map(|bytes| String::from_utf8(bytes).unwrap()))
    }

    #[test]
    fn a_part_is_had_by_its_name() {
        let file = zip(&[("mimetype", "x"), ("a/B.xml", "<b/>")]);
        for (name, want) in [
            ("a/B.xml", Some("<b/>")),
            ("/A/b.XML", Some("<b/>")),
            ("mimetype", Some("x")),
            ("c", None),
        ] {
            assert_eq!(part(&file, name), Ok(want.map(str::to_owned)), "{name}");
        }
        let before = [b"#!/bin/sh\n", &file[..]].concat();
        assert_eq!(part(&before, "a/B.xml"), Ok(Some("<b/>".to_owned())));
        assert_eq!(first_names(&file).collect::<Vec<_>>(), [&b"mimetype"[..], b"a/B.xml"]);
        assert_eq!(media_type(&file).map(|rest| rest[0]), Some(b'x'));
    }

    /// `file` with the byte that stands `at` after the last `mark` made another.
    fn bent(file: &[u8], mark: &[u8], at: usize, byte: u8) -> Vec<u8> {
        let mut file = file.to_vec();
        let start = memmem::rfind(&file, mark).unwrap();
        file[start + at] = byte;
        file
    }

    #[test]
    fn what_is_broken_is_named() {
        let file = zip(&[("a.xml", "<b>and so on, and so on, and so on</b>")]);
        let damaged = "`a.docx` is no document that can be read: `a.xml` is damaged";
        for (file, want) in [
            (Vec::new(), "`a.docx` is empty"),
            (b"word".to_vec(), "`a.docx` is no document that can be read: it is no ZIP file"),
            (
                file[..file.len() - 40].to_vec(),
                "`a.docx` is no document that can be read: it has no list of its parts, so it was \
                 cut short",
            ),
            (bent(&file, LISTED, 16, 0), damaged),
            (bent(&file, PART, 40, 0xFF), damaged),
            (bent(&file, LISTED, 8, 1), "`a.docx` is encrypted"),
            (
                bent(&file, LISTED, 10, 14),
                "`a.docx` is no document that can be read: `a.xml` is packed by method 14",
            ),
            (
                bent(&file, LISTED, 43, 9),
                "`a.docx` is no document that can be read: `a.xml` is not where the list says",
            ),
        ] {
            assert_eq!(part(&file, "a.xml"), Err(want.to_owned()));
        }
    }

    #[test]
    fn a_part_that_unpacks_without_end_is_cut_off() {
        let long = " ".repeat(MAX_PART_BYTES as usize + 1);
        // The list may say what it likes.
        let file = bent(&zip(&[("a.xml", &long)]), LISTED, 27, 0);
        assert_eq!(
            part(&file, "a.xml"),
            Err("`a.docx` unpacks to more than 32 MB: `a.xml`".to_owned())
        );
        let long = &long[..long.len() - 1];
        let file = zip(&[("a.xml", long)]);
        let source = SourcePath::new("a.docx", "a.docx");
        let package = Package::open(&source, &file).unwrap();
        let said = (0..9).find_map(|_| package.bytes("a.xml").err()).unwrap().to_string();
        assert_eq!(said, "`a.docx` unpacks to more than 128 MB: `a.xml`");
    }
    #[test]
    fn parts_of_more_marks_than_a_book_has_are_not_read() {
        let part = "<".repeat(700_000);
        let file = zip(&[("a.html", &part)]);
        let source = SourcePath::new("a.epub", "a.epub");
        let package = Package::open(&source, &file).unwrap();
        let said: Vec<_> = (0..3)
            .map(|_| package.text("a.html", &mut |_| {}).err().map(|error| error.to_string()))
            .collect();
        let want = "`a.epub` has too many elements, wanted one article a page".to_owned();
        assert_eq!(said, [None, None, Some(want)]);
    }
}
