//! JSON Lines: one article a line, each an object with the usual names for its fields.
//!
//! The text stays as the source gives it, a dateline in it included: it is data here, and others
//! may count its characters. A bad line is an error of its own. A file that holds one object on many
//! lines is read as well, and so is a list of objects, which need not be lines.

mod list;
mod record;

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::draft::{Draft, KnownBy};
use super::encoding::{Encoding, Fault, Foreign, Narrow, first_fault};
use super::fields::apply;
use super::skim::is_laid_out;
use super::{
    HEAD_BYTES, MAX_TEXT_BYTES, Piece, ReadError, ReadOptions, Reader, SourcePath, body, whole,
    wire,
};
use crate::article::{Article, Lang, LineRange};
use crate::reader::error::{JsonFault, published};
use list::{Cut, Elements, elements, is_list, is_of_list};
use record::{Body, Record, When};

/// Reads `.jsonl` and `.ndjson`, and lists of what these have on lines.
#[derive(Clone, Copy, Debug)]
pub struct JsonlReader;

/// About how much one piece holds: enough to be worth handing over, little enough to keep many in
/// memory.
const PIECE_BYTES: usize = 256 << 10;

impl Reader for JsonlReader {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["application/x-ndjson", "application/jsonl", "application/x-jsonlines"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        let list = head.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
        let object = list.unwrap_or(head).strip_prefix(b"{");
        let first = object.map(|inner| inner.trim_ascii_start().first());
        matches!(first, Some(Some(b'"' | b'}')))
    }

    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        let io = |error| ReadError::unreadable(source, error);
        let mut input = match Narrow::new(input) {
            Ok(input) => input,
            Err(error) => {
                let _: ControlFlow<()> = emit(Err(io(error)));
                return;
            }
        };
        let made_from = input.made_from();
        if input.fill_buf().is_ok_and(is_one) {
            let piece = whole(source, &mut input, MAX_TEXT_BYTES);
            let made = |piece| Piece { made_from: made_from.and_then(Encoding::name), ..piece };
            let _: ControlFlow<()> = emit(piece.map(made));
            let faults = made_from.and_then(|from| input.faults().warning(source, 1, from));
            if let Some(error) = faults {
                let _: ControlFlow<()> = emit(Err(error));
            }
            return;
        }
        if input.fill_buf().is_ok_and(is_list) {
            return list_pieces(source, &mut input, emit);
        }
        let mut cutter = Cutter { input: &mut input, line: 1, rest: Vec::new() };
        let mut is_empty = true;
        let end = loop {
            let piece = match cutter.next() {
                Ok(CutLine::End) => {
                    break is_empty.then(|| ReadError::Empty { path: source.path.clone() });
                }
                Ok(CutLine::Piece(mut piece)) => {
                    piece.made_from = made_from.and_then(Encoding::name);
                    is_empty = is_empty && piece.bytes.trim_ascii().is_empty();
                    Ok(piece)
                }
                Ok(CutLine::LineTooLong(line)) => {
                    is_empty = false;
                    let path = source.path.clone();
                    Err(ReadError::LineTooLong { path, line, limit_bytes: MAX_TEXT_BYTES })
                }
                Err(error) => break Some(io(error)),
            };
            if emit(piece).is_break() {
                return;
            }
        };
        let faults = made_from.and_then(|from| input.faults().warning(source, 1, from));
        // Nothing follows on the last, so whether it is wanted does not matter.
        for error in faults.into_iter().chain(end) {
            let _: ControlFlow<()> = emit(Err(error));
        }
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let is_whole = piece.first_line == 1 && is_one(&piece.bytes);
        let records = || -> Box<dyn Iterator<Item = (u32, usize, &[u8])>> {
            if is_of_list(piece) {
                return Box::new(elements(piece));
            }
            let ends = memchr::memchr_iter(b'\n', &piece.bytes).filter(|_| !is_whole);
            let ends = ends.chain([piece.bytes.len()]);
            let lines =
                ends.scan(0, |from, end| Some(&piece.bytes[std::mem::replace(from, end + 1)..end]));
            Box::new((piece.first_line..=u32::MAX).zip(lines).map(|(line, bytes)| (line, 0, bytes)))
        };
        let wanted = if is_of_list(piece) { LIST } else { LINES };
        let mut foreign: Option<Foreign> = None;
        for (number, column, bytes) in records() {
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let line = Line { source, number, column, wanted, options };
            let warn = &mut |warning| emit(Err(warning));
            let article = match std::str::from_utf8(bytes) {
                Ok(text) => line.article(text, piece.made_from, warn),
                Err(_) => {
                    let foreign = foreign.get_or_insert_with(|| {
                        Foreign::of(source, records().map(|(.., bytes)| bytes))
                    });
                    line.foreign(bytes, foreign, warn)
                }
            };
            emit(article);
        }
    }
}

/// What is wanted of records on lines, and of those in a list.
const LINES: &str = "one object a line";
const LIST: &str = "a list of objects";

/// Cuts a list into pieces.
fn list_pieces(
    source: &SourcePath,
    input: &mut Narrow<'_>,
    emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
) {
    let path = || source.path.clone();
    let made_from = input.made_from();
    let mut list = Elements::new(input);
    let mut is_empty = true;
    let end = loop {
        let piece = match list.next() {
            Ok(Cut::End) => break is_empty.then(|| ReadError::Empty { path: path() }),
            Ok(Cut::Piece(piece)) => {
                is_empty = is_empty && elements(&piece).next().is_none();
                Ok(Piece { made_from: made_from.and_then(Encoding::name), ..piece })
            }
            Ok(Cut::Fault(line, column, what)) => {
                is_empty = false;
                let source = JsonFault { column: column.saturating_add(1), what: what.to_owned() };
                Err(ReadError::BrokenJson { path: path(), line, wanted: LIST, source })
            }
            Ok(Cut::TooLong(line)) => {
                is_empty = false;
                Err(ReadError::LineTooLong { path: path(), line, limit_bytes: MAX_TEXT_BYTES })
            }
            Err(error) => break Some(ReadError::unreadable(source, error)),
        };
        if emit(piece).is_break() {
            return;
        }
    };
    let faults = made_from.and_then(|from| input.faults().warning(source, 1, from));
    // Nothing follows on the last, so whether it is wanted does not matter.
    for error in faults.into_iter().chain(end) {
        let _: ControlFlow<()> = emit(Err(error));
    }
}

/// Whether what begins so is one object on many lines.
fn is_one(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD_BYTES)];
    // What is cut within a character is cut within a line.
    let (Ok(text) | Err(text)) = std::str::from_utf8(head)
        .map_err(|error| std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default());
    is_laid_out(text)
}

/// Cuts a stream at line ends.
struct Cutter<'i> {
    input: &'i mut dyn BufRead,
    /// Number of the line that `rest` starts with.
    line: u32,
    /// What was read and not yet given.
    rest: Vec<u8>,
}

enum CutLine {
    Piece(Piece),
    LineTooLong(u32),
    End,
}

impl Cutter<'_> {
    fn next(&mut self) -> io::Result<CutLine> {
        let mut searched = 0;
        let mut wanted = PIECE_BYTES;
        loop {
            let missing = wanted.saturating_sub(self.rest.len()) as u64;
            let is_end = self.input.take(missing).read_to_end(&mut self.rest)? < missing as usize;
            if let Some(at) = memchr::memrchr(b'\n', &self.rest[searched..]) {
                return Ok(CutLine::Piece(self.give(searched + at + 1)));
            }
            if is_end {
                let end = self.rest.len();
                return Ok(if end == 0 { CutLine::End } else { CutLine::Piece(self.give(end)) });
            }
            searched = self.rest.len();
            if searched > MAX_TEXT_BYTES {
                self.rest = Vec::new();
                self.skip_line()?;
                let line = self.line;
                self.line = line.saturating_add(1);
                return Ok(CutLine::LineTooLong(line));
            }
            wanted = (searched * 2).min(MAX_TEXT_BYTES + 1);
        }
    }

    fn give(&mut self, end: usize) -> Piece {
        let mut after = Vec::with_capacity(PIECE_BYTES + (PIECE_BYTES >> 2));
        after.extend_from_slice(&self.rest[end..]);
        let mut bytes = std::mem::replace(&mut self.rest, after);
        bytes.truncate(end);
        let lines = memchr::memchr_iter(b'\n', &bytes).count();
        let first_line = self.line;
        self.line = first_line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        Piece::new(first_line, bytes)
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let end = memchr::memchr(b'\n', buffer);
            let taken = end.map_or(buffer.len(), |at| at + 1);
            self.input.consume(taken);
            if end.is_some() || taken == 0 {
                return Ok(());
            }
        }
    }
}

/// Where a record stands and how it is read.
struct Line<'s> {
    source: &'s SourcePath,
    number: u32,
    /// How many bytes of the line are before it.
    column: usize,
    /// What the source is to be.
    wanted: &'static str,
    options: &'s ReadOptions,
}

impl Line<'_> {
    /// The article that `bytes` are, which are no UTF-8.
    fn foreign(
        &self,
        bytes: &[u8],
        foreign: &Foreign,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Article, ReadError> {
        let (text, encoding) = foreign.read(bytes).map_err(|_| {
            let Fault { offset, .. } = first_fault(bytes);
            let path = self.source.path.clone();
            ReadError::UnknownEncoding { path, line: self.number, offset }
        })?;
        if let Some(warning) = text.faults.warning(self.source, self.number, encoding) {
            warn(warning);
        }
        self.article(&text.text, encoding.name(), warn)
    }

    /// The article that `text` is, which was in `encoding` if that was not UTF-8.
    fn article(
        &self,
        text: &str,
        encoding: Option<&'static str>,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Article, ReadError> {
        let path = || self.source.path.clone();
        if let Some(what) = no_object(text) {
            let what = format!("{what}, wanted {}", self.wanted);
            return Err(ReadError::WrongJson { path: path(), line: self.number, what });
        }
        let fault = |error: serde_json::Error| {
            let before = text.get(..error.column().saturating_sub(1));
            let characters = before.filter(|_| encoding.is_some()).map(|text| text.chars().count());
            self.fault(&error, characters.map_or(error.column(), |n| n + 1))
        };
        let mut article = if self.options.map.is_empty() {
            let record = serde_json::from_str(text).map_err(fault)?;
            self.understand(record, warn)?
        } else {
            let mut object: Map<String, Value> = serde_json::from_str(text).map_err(fault)?;
            self.options.map.iter().for_each(|map| apply(map, &mut object));
            let record = Record::deserialize(&object).map_err(fault)?;
            self.understand(record, warn)?
        };
        article.head.edition.encoding = encoding.map(str::to_owned);
        Ok(article)
    }

    /// What serde says of `column`, without its own idea of lines.
    fn fault(&self, error: &serde_json::Error, column: usize) -> ReadError {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said).to_owned();
        let column = if error.line() == 1 { self.column.saturating_add(column) } else { column };
        let below = u32::try_from(error.line().saturating_sub(1)).unwrap_or(u32::MAX);
        let (path, line) = (self.source.path.clone(), self.number.saturating_add(below));
        if error.is_data() {
            return ReadError::WrongJson { path, line, what };
        }
        let end = if self.wanted == LIST { "the article ends" } else { "the line ends" };
        let what = what.to_lowercase().replace("eof", end);
        ReadError::BrokenJson {
            path,
            line,
            wanted: self.wanted,
            source: JsonFault { column, what },
        }
    }

    fn understand(
        &self,
        record: Record<'_>,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Article, ReadError> {
        let path = &self.source.path;
        let lines = LineRange { first: self.number, last: self.number };
        let date = record.date.map(|date| match date {
            When::Text(text) => text,
            When::Number(number) => number.to_string().into(),
        });
        let published = date.and_then(|date| published(path, self.number, &date, warn));
        let headline = record.headline.as_deref().map(body::line).filter(|text| !text.is_empty());
        let mut blocks = Vec::new();
        match &record.body {
            None => {}
            Some(Body::Whole(text)) => body::cut(text, lines, &mut blocks),
            Some(Body::Paragraphs(paragraphs)) => {
                for paragraph in paragraphs {
                    body::whole(&paragraph.text, paragraph.kind, lines, &mut blocks);
                }
            }
        }
        let draft = Draft {
            id: record.id.map(Cow::into_owned),
            headline: headline.map(Cow::into_owned),
            published,
            lang: record.lang.as_deref().map(Lang::new),
            source: record.source.0.into_iter().next(),
            url: record.url.map(|url| url.trim().to_owned()),
            authors: record.authors.0.iter().flat_map(|names| wire::names(names)).collect(),
            dateline: record.dateline.map(Cow::into_owned),
            section: record.section.0.into_iter().next(),
            source_tags: record.tags,
            blocks,
            ..Draft::default()
        };
        draft.finish(self.source, self.number, KnownBy::Content)
    }
}

/// What `text` is if its first byte says that it is no object.
fn no_object(text: &str) -> Option<&'static str> {
    match text.trim_start().bytes().next()? {
        b'{' => None,
        b'[' => Some("a list"),
        b'"' => Some("a string"),
        b'0'..=b'9' | b'-' => Some("a number"),
        b't' | b'f' | b'n' => Some("no object"),
        _ => Some("no JSON"),
    }
}

#[cfg(test)]
mod tests;
