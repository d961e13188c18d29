//! JSON Lines: one article a line, each an object with the usual names for its fields.
//!
//! The text stays as the source gives it, a dateline in it included: it is data here, and others
//! may count its characters. A bad line is an error of its own.

mod body;
mod record;

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::encoding::guess;
use super::fields::apply;
use super::identity::{article_id, by_content};
use super::language::detect;
use super::{BOM, MAX_TEXT_BYTES, Piece, ReadError, ReadOptions, Reader, SourcePath, wire};
use crate::article::{Article, ArticleHead, Lang, LineRange};
use crate::reader::error::{JsonFault, published};
use record::{Body, Record, When};

/// Reads `.jsonl` and `.ndjson`.
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
        let head = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
        let first = head.strip_prefix(b"{").map(|inner| inner.trim_ascii_start().first());
        matches!(first, Some(Some(b'"' | b'}')))
    }

    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        let mut cutter = Cutter { input, line: 1, rest: Vec::new() };
        let mut is_empty = true;
        loop {
            let piece = match cutter.next() {
                Ok(Cut::End) => {
                    if is_empty {
                        let error = ReadError::Empty { path: source.path.clone() };
                        let _: ControlFlow<()> = emit(Err(error));
                    }
                    return;
                }
                Ok(Cut::Piece(piece)) => {
                    is_empty = is_empty && is_blank(&piece);
                    Ok(piece)
                }
                Ok(Cut::LineTooLong(line)) => {
                    is_empty = false;
                    Err(ReadError::LineTooLong {
                        path: source.path.clone(),
                        line,
                        limit_bytes: MAX_TEXT_BYTES,
                    })
                }
                Err(error) => {
                    let error = ReadError::unreadable(source, error);
                    let _: ControlFlow<()> = emit(Err(error));
                    return;
                }
            };
            if emit(piece).is_break() {
                return;
            }
        }
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let mut number = piece.first_line;
        let ends = memchr::memchr_iter(b'\n', &piece.bytes).chain([piece.bytes.len()]);
        let mut from = 0;
        for end in ends {
            let bytes = &piece.bytes[from..end];
            from = end + 1;
            let bytes = if number == 1 { bytes.strip_prefix(BOM).unwrap_or(bytes) } else { bytes };
            if !bytes.trim_ascii().is_empty() {
                let line = Line { source, number, options };
                let article = line.article(bytes, &mut |warning| emit(Err(warning)));
                emit(article);
            }
            number = number.saturating_add(1);
        }
    }
}

/// Whether there is nothing in `piece` to read.
fn is_blank(piece: &Piece) -> bool {
    let bytes = if piece.first_line == 1 {
        piece.bytes.strip_prefix(BOM).unwrap_or(&piece.bytes)
    } else {
        &piece.bytes
    };
    bytes.trim_ascii().is_empty()
}

/// Cuts a stream at line ends.
struct Cutter<'i> {
    input: &'i mut dyn BufRead,
    /// Number of the line that `rest` starts with.
    line: u32,
    /// What was read and not yet given.
    rest: Vec<u8>,
}

enum Cut {
    Piece(Piece),
    LineTooLong(u32),
    End,
}

impl Cutter<'_> {
    fn next(&mut self) -> io::Result<Cut> {
        let mut searched = 0;
        let mut wanted = PIECE_BYTES;
        loop {
            let missing = wanted.saturating_sub(self.rest.len()) as u64;
            let is_end = self.input.take(missing).read_to_end(&mut self.rest)? < missing as usize;
            if let Some(at) = memchr::memrchr(b'\n', &self.rest[searched..]) {
                return Ok(Cut::Piece(self.give(searched + at + 1)));
            }
            if is_end {
                let end = self.rest.len();
                return Ok(if end == 0 { Cut::End } else { Cut::Piece(self.give(end)) });
            }
            searched = self.rest.len();
            if searched > MAX_TEXT_BYTES {
                self.rest = Vec::new();
                self.skip_line()?;
                let line = self.line;
                self.line = line.saturating_add(1);
                return Ok(Cut::LineTooLong(line));
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
        Piece { first_line, bytes }
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
    options: &'s ReadOptions,
}

impl Line<'_> {
    fn article(&self, bytes: &[u8], warn: &mut dyn FnMut(ReadError)) -> Result<Article, ReadError> {
        let path = || self.source.path.clone();
        let text = std::str::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
            path: path(),
            line: self.number,
            offset: error.valid_up_to(),
            looks_like: guess(bytes),
        })?;
        if let Some(what) = no_object(text) {
            let what = format!("{what}, wanted one object a line");
            return Err(ReadError::WrongJson { path: path(), line: self.number, what });
        }
        if self.options.map.is_empty() {
            let record = serde_json::from_str(text).map_err(|error| self.fault(&error))?;
            return self.understand(record, warn);
        }
        let mut object: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| self.fault(&error))?;
        self.options.map.iter().for_each(|map| apply(map, &mut object));
        let record = Record::deserialize(&object).map_err(|error| self.fault(&error))?;
        self.understand(record, warn)
    }

    /// What serde says, without its own idea of lines.
    fn fault(&self, error: &serde_json::Error) -> ReadError {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said).to_owned();
        let (path, line) = (self.source.path.clone(), self.number);
        if error.is_data() {
            return ReadError::WrongJson { path, line, what };
        }
        let what = what.to_lowercase().replace("eof", "the line ends");
        ReadError::BrokenJson { path, line, source: JsonFault { column: error.column(), what } }
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
        if blocks.is_empty() && headline.is_none() {
            return Err(ReadError::NoText { path: path.clone(), line: self.number });
        }
        let given = record.lang.as_deref().map(Lang::new).filter(|lang| *lang != Lang::default());
        let lang = given.unwrap_or_else(|| {
            detect(headline.as_deref().into_iter().chain(blocks.iter().map(|b| b.text.as_str())))
        });
        let url = record.url.map(|url| url.trim().to_owned());
        let authors = record.authors.0.iter().flat_map(|names| wire::names(names)).collect();
        let source = record.source.0.into_iter().next();
        let id = article_id(record.id.as_deref(), url.as_deref(), || {
            by_content(headline.as_deref(), published, source.as_deref(), &blocks)
        });
        Ok(Article {
            head: ArticleHead {
                id,
                headline: headline.map(Cow::into_owned),
                published,
                lang,
                source,
                url,
                authors,
                dateline: record.dateline.map(Cow::into_owned),
                section: record.section.0.into_iter().next(),
                source_tags: record.tags,
                edition: Default::default(),
            },
            blocks,
            withdrawn: false,
        })
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
