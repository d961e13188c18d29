//! Readers: the bytes of one source into articles. One file or folder here is one format.
//!
//! A reader cuts its input into pieces that can be read apart ([`Reader::pieces`], in order, on
//! one thread, streaming) and reads a piece into articles ([`Reader::articles`], on any thread).
//! It never splits paragraphs into passages and knows no taxonomy and no index. One bad article
//! is an error among good ones; it never ends the reading of the rest.
//!
//! [`walk()`] finds the sources, [`open`] opens one, [`for_source`] and [`by_name`] know the formats.

mod date;
mod encoding;
mod error;
mod fields;
mod html;
mod identity;
mod jsonl;
mod language;
mod loose;
mod pdf;
mod text;
mod walk;
mod white_space;
mod wire;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::article::Article;

pub use date::parse_date;
pub use error::ReadError;
pub use identity::Origin;
pub use jsonl::JsonlReader;
pub use language::detect as language_of;
pub use pdf::PdfReader;
pub use text::TextReader;
pub use walk::{Found, Walk, WalkOptions, walk};

/// One source: where it is and what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath {
    /// Where it is read from, as the user would type it; `-` is standard input.
    pub path: PathBuf,
    /// What it is called, see [`Origin::name`]: the id of last resort of a file that is one article.
    pub name: String,
}

impl SourcePath {
    /// Standard input.
    pub fn stdin() -> Self {
        Self { path: PathBuf::from("-"), name: "-".to_owned() }
    }

    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }
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
    /// Where structured formats keep a field, if not under one of its usual names.
    pub map: Vec<FieldMap>,
}

/// One `field=name`: our field is what the source calls `name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    /// Our field.
    pub field: Field,
    /// The source's name for it; `a.b` is `b` within `a`.
    pub name: String,
}

impl FromStr for FieldMap {
    type Err = NotAFieldMap;

    fn from_str(text: &str) -> Result<Self, NotAFieldMap> {
        let (field, name) = text
            .split_once('=')
            .filter(|(_, name)| !name.trim().is_empty())
            .ok_or_else(|| NotAFieldMap::Form(text.to_owned()))?;
        let field = Field::ALL
            .into_iter()
            .find(|known| known.as_str() == field.trim())
            .ok_or_else(|| NotAFieldMap::Field(field.trim().to_owned()))?;
        Ok(Self { field, name: name.trim().to_owned() })
    }
}

/// A text that was meant as a [`FieldMap`] and is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAFieldMap {
    /// It is not of the form `field=name`.
    #[error("`{0}` maps nothing, wanted FIELD=NAME, such as `headline=subject`")]
    Form(String),
    /// There is no such field.
    #[error("no field `{field}`, wanted {wanted}", field = .0, wanted = field_names())]
    Field(String),
}

fn field_names() -> String {
    Field::ALL.map(|field| format!("`{}`", field.as_str())).join(", ")
}

/// A field of an article, by the name that `--map` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What identifies the article.
    Id,
    /// Its headline.
    Headline,
    /// Its text: one string, or a list of paragraphs.
    Text,
    /// Its day of publication.
    Date,
    /// Its language.
    Lang,
    /// Its publisher.
    Source,
    /// Who wrote it.
    Author,
    /// The publisher's section.
    Section,
    /// Where it can be read.
    Url,
    /// Labels the source brings.
    Tags,
}

impl Field {
    /// Every field, in the order they are listed.
    pub const ALL: [Self; 10] = [
        Self::Id,
        Self::Headline,
        Self::Text,
        Self::Date,
        Self::Lang,
        Self::Source,
        Self::Author,
        Self::Section,
        Self::Url,
        Self::Tags,
    ];

    /// The field as `--map` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Headline => "headline",
            Self::Text => "text",
            Self::Date => "date",
            Self::Lang => "lang",
            Self::Source => "source",
            Self::Author => "author",
            Self::Section => "section",
            Self::Url => "url",
            Self::Tags => "tags",
        }
    }
}

/// One format.
pub trait Reader: Send + Sync {
    /// Its name, as `--reader` takes it.
    fn name(&self) -> &'static str;

    /// The endings of its files, in lower case and without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Cuts `input` into pieces, in order, until `emit` breaks. What cannot be read is an error in
    /// its place; unless it ends the input, pieces follow.
    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    );

    /// Reads one piece of `source`, giving each article or the reason there is none, in order. A
    /// reason that is a warning ([`ReadError::is_warning`]) stands before its article.
    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    );
}

/// Every reader, in the order they are listed.
pub const READERS: [&dyn Reader; 3] = [&TextReader, &JsonlReader, &PdfReader];

/// The reader of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Reader> {
    READERS.into_iter().find(|reader| reader.name() == name)
}

/// The reader for a file by its ending or, for standard input, by its first bytes: a JSON object
/// is JSON Lines, `%PDF-` begins a PDF, anything else is text. `None` for an ending that no reader has.
pub fn for_source(path: &Path, head: &[u8]) -> Option<&'static dyn Reader> {
    if path.as_os_str() == "-" {
        if head.starts_with(b"%PDF-") {
            return Some(&PdfReader);
        }
        let head = head.strip_prefix(BOM).unwrap_or(head);
        let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
        return Some(if first == Some(&b'{') { &JsonlReader } else { &TextReader });
    }
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    READERS.into_iter().find(|reader| reader.extensions().contains(&extension.as_str()))
}

/// The mark some editors put before UTF-8 text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The longest line, and the longest text file, that is read.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// A source that is open, with the reader that goes with it.
pub struct Opened {
    /// Reads it.
    pub reader: &'static dyn Reader,
    /// Its bytes, from the first.
    pub input: Box<dyn BufRead + Send>,
}

/// Opens `source` for `reader`, or for the one that [`for_source`] finds.
///
/// # Errors
///
/// [`ReadError::Io`] if it cannot be opened or its first bytes cannot be read,
/// [`ReadError::UnknownFormat`] if no reader is named and none is found.
pub fn open(source: &SourcePath, reader: Option<&'static dyn Reader>) -> Result<Opened, ReadError> {
    let failed = |error| ReadError::Io { path: source.path.clone(), source: error };
    let mut input: Box<dyn BufRead + Send> = if source.is_stdin() {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(&source.path).map_err(failed)?))
    };
    let reader = match reader {
        Some(reader) => reader,
        None => {
            let head = input.fill_buf().map_err(failed)?;
            for_source(&source.path, head).ok_or_else(|| ReadError::unknown_format(&source.path))?
        }
    };
    Ok(Opened { reader, input })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_the_ending_and_on_standard_input_by_the_first_bytes() {
        for (path, head, want) in [
            ("a.txt", "{", Some("text")),
            ("a.MD", "", Some("text")),
            ("a.b.ndjson", "", Some("jsonl")),
            ("a.docx", "", None),
            ("README", "", None),
            (".txt", "", None),
            ("-", "\u{feff} \n{\"id\":1}", Some("jsonl")),
            ("-", "# A headline", Some("text")),
            ("-", "", Some("text")),
            ("-", "%PDF-1.7", Some("pdf")),
            ("a.PDF", "", Some("pdf")),
        ] {
            let got = for_source(Path::new(path), head.as_bytes()).map(Reader::name);
            assert_eq!(got, want, "{path} {head}");
        }
        for reader in READERS {
            assert_eq!(by_name(reader.name()).map(Reader::name), Some(reader.name()));
        }
        assert!(by_name("nothing").is_none());
    }

    #[test]
    fn a_field_map_names_one_of_our_fields() {
        let map: FieldMap = "headline=meta.subject".parse().unwrap();
        assert_eq!(map, FieldMap { field: Field::Headline, name: "meta.subject".to_owned() });
        for (text, want) in [
            ("headline", "`headline` maps nothing, wanted FIELD=NAME, such as `headline=subject`"),
            (
                "headline=",
                "`headline=` maps nothing, wanted FIELD=NAME, such as `headline=subject`",
            ),
            (
                "colour=x",
                "no field `colour`, wanted `id`, `headline`, `text`, `date`, `lang`, `source`, \
                 `author`, `section`, `url`, `tags`",
            ),
        ] {
            assert_eq!(text.parse::<FieldMap>().unwrap_err().to_string(), want);
        }
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named() {
        let source =
            SourcePath { path: PathBuf::from("no/such.txt"), name: "no/such.txt".to_owned() };
        let error = open(&source, None).err().unwrap();
        assert_eq!(error.to_string(), "cannot read `no/such.txt`");
    }
}
