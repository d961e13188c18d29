//! Readers: the bytes of one source into articles. One file here is one format.
//!
//! A reader cuts its input into pieces that can be read apart ([`Reader::pieces`], in order, on
//! one thread, streaming) and reads a piece into articles ([`Reader::articles`], on any thread).
//! It never splits paragraphs into passages and knows no taxonomy and no index. One bad article
//! is an error among good ones; it never ends the reading of the rest.

use std::io::{self, BufRead};
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::article::Article;

/// One source: where it is and what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath {
    /// Where it is read from, as the user would type it; `-` is standard input.
    pub path: PathBuf,
    /// Its path below the indexed root, with `/` between the parts: the article id of last resort.
    pub below_root: String,
}

/// A part of a source that can be read without the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Number of its first line in the source, from 1.
    pub first_line: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What the user may say about how sources are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Other names for fields.
    pub map: Vec<FieldMap>,
}

/// One format.
pub trait Reader: Send + Sync {
    /// Its name, as `--reader` takes it.
    fn name(&self) -> &'static str;

    /// Cuts `input` into pieces, in order, until `emit` breaks.
    ///
    /// # Errors
    ///
    /// What reading `input` gives. Pieces emitted before the error stand.
    fn pieces(
        &self,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> io::Result<()>;

    /// Reads one piece of `source`, giving each article or the reason there is none, in order.
    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    );
}

/// Why a source gave no article, or one fewer than it holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("cannot read `{}`", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl ReadError {
    /// Stand-in; dropped when the branches are merged.
    pub fn hint(&self) -> Option<String> {
        None
    }
}

/// Stand-in; dropped when the branches are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    /// Our field.
    pub field: String,
    /// The source's name for it.
    pub name: String,
}

impl std::str::FromStr for FieldMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (field, name) = text.split_once('=').ok_or("wanted FIELD=NAME")?;
        Ok(Self { field: field.to_owned(), name: name.to_owned() })
    }
}

/// Stand-in; dropped when the branches are merged.
pub const READERS: [&dyn Reader; 0] = [];

/// Stand-in; dropped when the branches are merged.
pub fn by_name(name: &str) -> Option<&'static dyn Reader> {
    READERS.into_iter().find(|reader| reader.name() == name)
}
