//! Readers: the bytes of one source into articles. One file or folder here is one format.
//!
//! A reader cuts its input into pieces that can be read apart ([`Reader::pieces`], in order, on
//! one thread, streaming) and reads a piece into articles ([`Reader::articles`], on any thread).
//! It never splits paragraphs into passages and knows no taxonomy and no index. One bad article
//! is an error among good ones; it never ends the reading of the rest.
//!
//! [`walk()`] finds the sources, [`open`] opens one and what is packed in it, [`by_name`] knows the
//! formats. A format is known by the content, where that tells, and else by the name.

mod archive;
mod date;
mod document;
mod docx;
mod draft;
mod encoding;
mod epub;
mod error;
mod fields;
mod html;
mod identity;
mod jsonl;
mod language;
mod loose;
mod markup;
mod odt;
mod opening;
mod package;
mod pdf;
mod text;
mod walk;
mod white_space;
mod wire;
mod xml;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;

use crate::article::Article;

pub use date::parse_date;
pub use docx::DocxReader;
pub use epub::EpubReader;
pub use error::ReadError;
pub use html::HtmlReader;
pub use identity::Origin;
pub use jsonl::JsonlReader;
pub use language::detect as language_of;
pub use odt::OdtReader;
pub use pdf::PdfReader;
pub use text::TextReader;
pub use walk::{Found, Walk, WalkOptions, walk};

/// One source: where it is and what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath {
    /// Where it is read from, as the user would type it; `-` is standard input. What an archive
    /// holds is below the path of the archive.
    pub path: PathBuf,
    /// What it is called, see [`Origin::name`]: the id of last resort of a file that is one article.
    pub name: String,
    /// What the archive says of it that holds it.
    pub said: Said,
}

/// What an archive says of a source it holds, beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The address it was fetched from.
    pub url: Option<String>,
    /// When it was fetched, or written.
    pub day: Option<Date>,
    /// Its media type, in lower case and without parameters, such as `text/html`.
    pub media_type: Option<String>,
    /// The encoding its text is said to be in.
    pub charset: Option<String>,
}

impl SourcePath {
    /// A source that nothing else is said of.
    pub fn new(path: impl Into<PathBuf>, name: impl Into<String>) -> Self {
        Self { path: path.into(), name: name.into(), said: Said::default() }
    }

    /// Standard input.
    pub fn stdin() -> Self {
        Self::new("-", "-")
    }

    /// What is called `member` in this source, which is an archive.
    fn member(&self, member: &str, said: Said) -> Self {
        Self { path: self.path.join(member), name: format!("{}/{member}", self.name), said }
    }

    /// The end of the name of the host it was fetched from, such as `my`.
    fn top_level_domain(&self) -> Option<&str> {
        let (_, rest) = self.said.url.as_deref()?.split_once("://")?;
        let host = rest.split(['/', ':', '?', '#']).next()?;
        let (_, domain) = host.rsplit_once('.')?;
        domain.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(domain)
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
    /// Whether articles are to tell what was left out of them.
    pub tell_dropped: bool,
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

    /// Whether what begins so is of this format, whatever its name: `head` is its first
    /// [`HEAD_BYTES`], or all if it is shorter. Only a plain case counts.
    fn recognises(&self, head: &[u8]) -> bool;

    /// Cuts `input` into pieces, in order, until `emit` breaks. What cannot be read is an error in
    /// its place; unless it ends the input, pieces follow. Where nothing else is said, the input is
    /// one article and one piece, of [`Reader::longest`] at most.
    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        // There is one piece, so whether more are wanted does not matter.
        let _: ControlFlow<()> = emit(whole(source, input, self.longest()));
    }

    /// The longest source that is one piece, in bytes.
    fn longest(&self) -> usize {
        MAX_TEXT_BYTES
    }

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
pub const READERS: [&dyn Reader; 7] =
    [&TextReader, &JsonlReader, &HtmlReader, &PdfReader, &DocxReader, &OdtReader, &EpubReader];

/// The reader of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Reader> {
    READERS.into_iter().find(|reader| reader.name() == name)
}

/// The reader for what begins with `head`, by what it is, else by the ending of its name, else, on
/// standard input, as text; `None` if nothing tells.
pub fn for_source(path: &Path, head: &[u8]) -> Option<&'static dyn Reader> {
    let recognised = READERS.into_iter().find(|reader| reader.recognises(head));
    recognised.or_else(|| by_ending(path)).or_else(|| match path.as_os_str() == "-" {
        true => Some(&TextReader),
        false => None,
    })
}

/// The reader that has the ending of the name, but for one that says how it is compressed.
fn by_ending(path: &Path) -> Option<&'static dyn Reader> {
    let ending = |path: &Path| Some(path.extension()?.to_str()?.to_ascii_lowercase());
    let mut extension = ending(path)?;
    if archive::COMPRESSED.contains(&extension.as_str()) {
        extension = ending(&path.with_extension(""))?;
    }
    READERS.into_iter().find(|reader| reader.extensions().contains(&extension.as_str()))
}

/// How much of a source is looked at to know its format.
pub const HEAD_BYTES: usize = 8 << 10;

/// The mark some editors put before UTF-8 text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The longest line, and the longest text file, that is read.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// A source that is open, with the reader that goes with it.
pub struct Opened<'a> {
    /// Where it is.
    pub source: Arc<SourcePath>,
    /// Reads it.
    pub reader: &'static dyn Reader,
    /// Its bytes, from the first.
    pub input: &'a mut dyn BufRead,
}

/// Is given what is opened, or why it cannot be, until it breaks.
pub type Open<'a> = dyn FnMut(Result<Opened<'_>, ReadError>) -> ControlFlow<()> + 'a;

/// Opens `source` for `reader`, or for the one that [`for_source`] finds, and gives it to `each`; of
/// an archive all that it holds, one by one, in its order. An archive is opened even if a reader is
/// named, unless that reader knows it for its own; if none is named, what any reader knows for its
/// own is no archive, such as documents and books that are ZIP files.
pub fn open(
    source: SourcePath,
    reader: Option<&'static dyn Reader>,
    each: &mut Open<'_>,
) -> ControlFlow<()> {
    let mut input: Box<dyn BufRead> = if source.is_stdin() {
        Box::new(BufReader::new(io::stdin()))
    } else {
        match File::open(&source.path) {
            Ok(file) => Box::new(BufReader::with_capacity(BUFFER_BYTES, file)),
            Err(error) => return each(Err(ReadError::Io { path: source.path, source: error })),
        }
    };
    unpack(source, reader, 0, &mut input, each)
}

/// How much of a file is read at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// Gives what is in `input` to `each`; `depth` is the number of archives around it.
fn unpack(
    source: SourcePath,
    reader: Option<&'static dyn Reader>,
    depth: usize,
    input: &mut dyn BufRead,
    each: &mut Open<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::new();
    if let Err(error) = input.take(HEAD_BYTES as u64).read_to_end(&mut head) {
        return each(Err(ReadError::Io { path: source.path, source: error }));
    }
    let is_own = match reader {
        Some(reader) => reader.recognises(&head),
        None => READERS.into_iter().any(|reader| reader.recognises(&head)),
    };
    let archive = archive::for_head(&head).filter(|_| !is_own);
    let reader = match (archive, reader.or_else(|| for_source(&source.path, &head))) {
        (Some(archive), _) => {
            if depth == archive::DEEPEST {
                return each(Err(ReadError::TooDeep { path: source.path, limit: depth }));
            }
            let mut input = head.chain(input);
            return archive.members(&source, &mut input, &mut |member| match member {
                Ok((source, input)) => unpack(source, reader, depth + 1, input, each),
                Err(error) => each(Err(error)),
            });
        }
        (None, Some(reader)) => reader,
        (None, None) => return each(Err(ReadError::unknown_format(&source.path))),
    };
    let source = Arc::new(source);
    each(Ok(Opened { source, reader, input: &mut head.chain(input) }))
}

/// The whole of a source as one piece, if it is no longer than `limit` bytes.
fn whole(source: &SourcePath, input: &mut dyn BufRead, limit: usize) -> Result<Piece, ReadError> {
    let mut bytes = Vec::new();
    let path = || source.path.clone();
    let read = input.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| ReadError::Io { path: path(), source: error })?;
    if bytes.len() > limit {
        return Err(ReadError::FileTooLong { path: path(), limit_bytes: limit });
    }
    Ok(Piece { first_line: 1, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_the_first_bytes_or_by_the_ending() {
        for (path, head, want) in [
            ("a.txt", "{", Some("text")),
            ("a.MD", "", Some("text")),
            ("a.b.ndjson", "", Some("jsonl")),
            ("a.dat", "{ \"id\": 1}", Some("jsonl")),
            ("a.md", "{% include x %}", Some("text")),
            ("a.txt.gz", "", Some("text")),
            ("a.gz", "", None),
            ("a.xlsx", "", None),
            ("a.docx", "", Some("docx")),
            ("a.ODT", "", Some("odt")),
            ("a.epub", "", Some("epub")),
            ("README", "", None),
            (".txt", "", None),
            ("-", "\u{feff} \n{\"id\":1}", Some("jsonl")),
            ("-", "# A headline", Some("text")),
            ("-", "\n<!DOCTYPE html>\n<html>", Some("html")),
            ("-", "<5% of shares", Some("text")),
            ("a.HTM", "", Some("html")),
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
        let mut said = Vec::new();
        let flow = open(SourcePath::new("no/such.txt", "no/such.txt"), None, &mut |opened| {
            said.extend(opened.err().map(|error| error.to_string()));
            ControlFlow::Continue(())
        });
        assert_eq!(
            (flow, said),
            (ControlFlow::Continue(()), vec!["cannot read `no/such.txt`".to_owned()])
        );
    }
}
