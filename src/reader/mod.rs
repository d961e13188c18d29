//! Stand-in for the readers; dropped when the branches are merged.
#![allow(missing_docs)]

pub mod walk;

use std::fs;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::article::{Article, ArticleHead, ArticleId, Block, BlockKind, Lang};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath {
    pub path: PathBuf,
    pub below_root: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub first_line: u32,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub map: Vec<FieldMap>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    pub field: String,
    pub name: String,
}

impl std::str::FromStr for FieldMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (field, name) = text.split_once('=').ok_or("wanted FIELD=NAME")?;
        Ok(Self { field: field.to_owned(), name: name.to_owned() })
    }
}

pub trait Reader: Send + Sync {
    fn name(&self) -> &'static str;
    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    );
    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    );
}

struct Text;

impl Reader for Text {
    fn name(&self) -> &'static str {
        "text"
    }
    fn pieces(
        &self,
        _: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        let mut bytes = Vec::new();
        drop(input.read_to_end(&mut bytes));
        drop(emit(Ok(Piece { first_line: 1, bytes })));
    }
    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        _: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let text = String::from_utf8_lossy(&piece.bytes);
        let Some(id) = ArticleId::new(&source.below_root) else { return };
        let lang = Lang::new(source.below_root.split('/').next().unwrap_or_default());
        let mut blocks = Vec::new();
        for (line, text) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let text = text.trim_start_matches(['#', ' ']).to_owned();
            blocks.push(Block { kind: BlockKind::Paragraph, text, lines: (line, line).into() });
        }
        let headline = (!blocks.is_empty()).then(|| blocks.remove(0).text);
        let published = source.below_root.get(3..13).and_then(|day| day.parse().ok());
        let (url, source, dateline, section) = (None, None, None, None);
        let (authors, source_tags) = (Vec::new(), Vec::new());
        let head = ArticleHead {
            id,
            headline,
            published,
            lang,
            source,
            url,
            authors,
            dateline,
            section,
            source_tags,
        };
        emit(Ok(Article { head, blocks }));
    }
}

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    #[error("cannot read `{}`", .path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl ReadError {
    pub fn hint(&self) -> Option<String> {
        None
    }
}

pub const READERS: [&dyn Reader; 1] = [&Text];

pub fn by_name(name: &str) -> Option<&'static dyn Reader> {
    READERS.into_iter().find(|reader| reader.name() == name)
}

pub struct Opened {
    pub reader: &'static dyn Reader,
    pub input: Box<dyn BufRead + Send>,
}

pub fn open(source: &SourcePath, reader: Option<&'static dyn Reader>) -> Result<Opened, ReadError> {
    let mut bytes = Vec::new();
    let read = match source.path.as_os_str() == "-" {
        true => io::stdin().read_to_end(&mut bytes).map(drop),
        false => fs::read(&source.path).map(|read| bytes = read),
    };
    read.map_err(|error| ReadError::Io { path: source.path.clone(), source: error })?;
    Ok(Opened { reader: reader.unwrap_or(&Text), input: Box::new(io::Cursor::new(bytes)) })
}
