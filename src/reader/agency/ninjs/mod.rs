//! ninjs: news in JSON, versions 1.0 to 3.1, whose names differ but not their meaning. A file is one
//! item, a list of items, or an item a line.
//!
//! What is read is checked against the types that the schemas give; so is the kind of value that the
//! other properties of the standard have. Properties it does not have are let be: publishers extend
//! it.

mod item;
mod part;

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::ControlFlow;

use serde::de::IgnoredAny;

use crate::article::{Article, Edition};
use crate::reader::encoding::decode;
use crate::reader::jsonl::JsonlReader;
use crate::reader::skim::{Member, is_laid_out, members};
use crate::reader::{BOM, Piece, ReadError, ReadOptions, Reader, SourcePath, whole};
use item::Item;

/// Reads `.ninjs`, and JSON whose first object has the properties of ninjs.
#[derive(Clone, Copy, Debug)]
pub struct NinjsReader;

impl Reader for NinjsReader {
    fn name(&self) -> &'static str {
        "ninjs"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ninjs"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = text_of(head);
        let first = match head.starts_with('[') {
            true => head[1..].trim_ascii_start(),
            false => &head,
        };
        first.starts_with('{') && item::is_ninjs(first)
    }

    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        match input.fill_buf() {
            Ok(head) if is_by_lines(&text_of(head)) => JsonlReader.pieces(source, input, emit),
            _ => {
                // There is one piece, so whether more are wanted does not matter.
                let _: ControlFlow<()> = emit(whole(source, input, self.longest()));
            }
        }
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        _: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let declared = source.said.charset.as_deref();
        let decoded = decode(source, &piece.bytes, declared, &mut |warning| emit(Err(warning)));
        let decoded = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return emit(Err(error)),
        };
        let document = Document {
            source,
            first_line: piece.first_line,
            text: &decoded.text,
            edition: decoded.edition(),
        };
        document.articles(emit);
    }
}

/// The start of a source as text, as far as it is; from its first character that is not white.
fn text_of(head: &[u8]) -> Cow<'_, str> {
    let head = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    match std::str::from_utf8(head) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(head),
    }
}

/// Whether what begins so has an object a line, and is not one on many lines or a list.
fn is_by_lines(head: &str) -> bool {
    head.trim_ascii_start().starts_with('{') && !is_laid_out(head)
}

/// A piece of a source.
struct Document<'d> {
    source: &'d SourcePath,
    first_line: u32,
    text: &'d str,
    edition: Edition,
}

impl<'d> Document<'d> {
    fn articles(&self, emit: &mut dyn FnMut(Result<Article, ReadError>)) {
        if is_by_lines(self.text) {
            let lines = self.text.split('\n').filter(|line| !line.trim_ascii().is_empty());
            return lines.for_each(|line| self.value(line, emit));
        }
        self.value(self.text, emit);
    }

    /// Reads an item or a list of items.
    fn value(&self, value: &'d str, emit: &mut dyn FnMut(Result<Article, ReadError>)) {
        if let Err(error) = serde_json::from_str::<IgnoredAny>(value) {
            return emit(Err(self.broken(value, &error)));
        }
        let is_list = value.trim_ascii_start().starts_with('[');
        let items = match is_list {
            true => members(value).collect(),
            false => vec![Member { key: "", value: value.trim_ascii() }],
        };
        if items.is_empty() {
            let (path, line) = (self.source.path.clone(), self.line_of(value));
            let what = "a list without items".to_owned();
            emit(Err(ReadError::NoArticle { path, line, what }));
        }
        for Member { value, .. } in items {
            Item::read(self, value, 0, emit);
        }
    }

    /// The number of the line on which `part` of the text begins.
    fn line_of(&self, part: &str) -> u32 {
        let at = part.as_ptr() as usize - self.text.as_ptr() as usize;
        let before = memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count();
        self.first_line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }

    fn wrong(&self, at: &str, what: String) -> ReadError {
        ReadError::WrongJson { path: self.source.path.clone(), line: self.line_of(at), what }
    }

    /// What a parser says of `value`, without its own idea of lines.
    fn broken(&self, value: &str, error: &serde_json::Error) -> ReadError {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said).to_lowercase();
        let what = what.replace("eof", "the text ends");
        let below = u32::try_from(error.line().saturating_sub(1)).unwrap_or(u32::MAX);
        let line = self.line_of(value).saturating_add(below);
        let what = format!("broken JSON at column {}: {what}", error.column());
        ReadError::WrongJson { path: self.source.path.clone(), line, what }
    }
}

#[cfg(test)]
mod tests;
