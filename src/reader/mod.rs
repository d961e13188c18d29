//! Readers: the bytes of one source into articles. One file or folder here is one format.
//!
//! A reader cuts its input into pieces that can be read apart ([`Reader::pieces`], in order, on
//! one thread, streaming) and reads a piece into articles ([`Reader::articles`], on any thread).
//! It never splits paragraphs into passages and knows no taxonomy and no index. One bad article
//! is an error among good ones; it never ends the reading of the rest.
//!
//! [`walk()`] finds the sources, [`open`] opens one and what is packed in it, [`by_name`] knows the
//! formats. A format is known by the content, where that tells, and else by the name.

mod agency;
mod archive;
mod body;
mod csv;
mod date;
mod document;
mod docx;
mod draft;
mod encoding;
mod epub;
mod error;
mod feed;
mod fields;
mod html;
mod identity;
mod jsonl;
mod language;
mod loose;
mod mail;
mod markup;
mod odt;
mod opening;
mod options;
mod package;
mod pdf;
mod skim;
mod stamp;
mod text;
mod walk;
mod white_space;
mod wire;
mod xml;

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::article::Article;
use archive::Meter;

pub use agency::{NewsmlReader, NinjsReader, NitfReader};
pub use csv::CsvReader;
pub use date::parse_date;
pub use docx::DocxReader;
pub use epub::EpubReader;
pub use error::{Complaint, ReadError};
pub use feed::FeedReader;
pub use html::HtmlReader;
pub use identity::Origin;
pub use jsonl::JsonlReader;
pub use language::detect as language_of;
pub use mail::MailReader;
pub use odt::OdtReader;
pub use options::{Field, FieldMap, NotAFieldMap, ReadOptions};
pub use pdf::PdfReader;
pub use stamp::Stamp;
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
    /// The line of the archive that its first line is, where those are lines of one text.
    pub line: Option<u32>,
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

    /// What is called `member` in this source, which is an archive. It is a label: nothing is opened by
    /// it, and wherever it seems to lead, it is below the archive.
    fn member(&self, member: &str, said: Said) -> Self {
        Self { path: self.path_of(member), name: format!("{}/{member}", self.name), said }
    }

    /// How a member of this source is told: on one line, whatever it says of itself and of where it
    /// would be unpacked.
    pub(crate) fn path_of(&self, member: &str) -> PathBuf {
        let member = member.trim_start_matches(['/', '\\']);
        self.path.join(member.replace(char::is_control, "\u{fffd}"))
    }

    /// What is compressed in this source, of which its media type says nothing.
    fn unpacked(&self) -> Self {
        let said = Said { media_type: None, charset: None, line: None, ..self.said.clone() };
        Self { said, ..self.clone() }
    }

    /// The number of its first line in the file that it is or is in.
    fn first_line(&self) -> u32 {
        self.said.line.unwrap_or(1)
    }

    /// That the part of this archive at `offset` is broken.
    fn broken_part(&self, offset: u64, what: String) -> ReadError {
        ReadError::BrokenPart { path: self.path.clone(), offset, what }
    }

    /// The end of the name of the host it was fetched from, such as `my`.
    fn top_level_domain(&self) -> Option<&str> {
        let (_, rest) = self.said.url.as_deref()?.split_once("://")?;
        let host = rest.split(['/', ':', '?', '#']).next()?;
        let (_, domain) = host.rsplit_once('.')?;
        domain.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(domain)
    }

    /// Whether it is standard input, or comes out of it.
    fn is_from_stdin(&self) -> bool {
        self.path.starts_with("-")
    }

    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// A part of a source that can be read without the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Number of its first line in the source, from 1.
    pub first_line: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the source begins with and all of it is read by: the header of a table.
    pub header: Arc<[u8]>,
    /// The encoding the source was in, if it had to be made UTF-8 to be cut.
    pub made_from: Option<&'static str>,
}

impl Piece {
    /// The piece of these bytes that begins on that line.
    pub fn new(first_line: u32, bytes: impl Into<Vec<u8>>) -> Self {
        Self { first_line, bytes: bytes.into(), ..Self::default() }
    }
}

/// One format.
pub trait Reader: Send + Sync {
    /// Its name, as `--reader` takes it.
    fn name(&self) -> &'static str;

    /// The endings of its files, in lower case and without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Whether what begins so is of this format, whatever its name: `head` is its first
    /// [`HEAD_BYTES`], or all if it is shorter; of text without a byte order mark, and in units of a
    /// byte. Only a plain case counts.
    fn recognises(&self, head: &[u8]) -> bool;

    /// The media types of its sources, in lower case and without parameters.
    fn media_types(&self) -> &'static [&'static str] {
        &[]
    }

    /// Cuts `input` into pieces, in order, until `emit` breaks. What cannot be read is an error in
    /// its place, or a warning if it is read all the same; unless it ends the input, pieces follow. Where nothing else is said, the input is
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
pub const READERS: [&dyn Reader; 13] = [
    &TextReader,
    &FeedReader,
    &NinjsReader,
    &JsonlReader,
    &CsvReader,
    &HtmlReader,
    &NewsmlReader,
    &NitfReader,
    &PdfReader,
    &DocxReader,
    &OdtReader,
    &EpubReader,
    &MailReader,
];

/// Version of what readers give, the same for all of them: another one when the same bytes, read the
/// same way, may give other articles or other complaints. Files are then read anew.
pub const VERSION: u32 = 3;

/// The reader of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Reader> {
    READERS.into_iter().find(|reader| reader.name() == name)
}

/// The reader for what begins with `head`, by what it is, else by the media type it is said to be of,
/// else by the ending of its name, else, on standard input, as text; `None` if nothing tells.
pub fn for_source(source: &SourcePath, head: &[u8]) -> Option<&'static dyn Reader> {
    if let Some(reader) = recognised(head) {
        return Some(reader);
    }
    if let Some(media_type) = source.said.media_type.as_deref().filter(|said| !is_any(said)) {
        return READERS.into_iter().find(|reader| reader.media_types().contains(&media_type));
    }
    by_ending(&source.path).or_else(|| match source.is_stdin() {
        true => Some(&TextReader),
        false => None,
    })
}

/// The reader that knows its own format by what begins with `head`.
fn recognised(head: &[u8]) -> Option<&'static dyn Reader> {
    let head = encoding::narrow(head);
    READERS.into_iter().find(|reader| reader.recognises(&head))
}

/// Whether a media type is one that is given to whatever a server does not know.
fn is_any(media_type: &str) -> bool {
    let types = ["application/octet-stream", "binary/octet-stream", "application/x-download"];
    !media_type.contains('/') || types.contains(&media_type) || media_type.starts_with("unknown")
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

/// What came of opening a source.
#[must_use]
pub struct Opening {
    /// Whether `each` broke.
    pub flow: ControlFlow<()>,
    /// Whether the system gave every byte it was asked for. If it did not, the source may hold something
    /// else than it seemed to, whatever was said of it.
    pub is_given: bool,
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
) -> Opening {
    let meter = Meter::default();
    let mut input: Box<dyn BufRead> = if source.is_stdin() {
        Box::new(meter.file(io::stdin()))
    } else {
        match File::open(&source.path) {
            Ok(file) => Box::new(meter.file(file)),
            Err(error) => {
                let flow = each(Err(ReadError::unreadable(&source, error)));
                return Opening { flow, is_given: false };
            }
        }
    };
    let flow = opened(source, reader, &meter, &mut input, each);
    Opening { flow, is_given: meter.is_given() }
}

/// Gives what is in `input`, which is a file, to `each`, within the limits of `meter`.
fn opened(
    source: SourcePath,
    reader: Option<&'static dyn Reader>,
    meter: &Meter,
    input: &mut dyn BufRead,
    each: &mut Open<'_>,
) -> ControlFlow<()> {
    let mut flow = ControlFlow::Continue(());
    // Archives break off too when a limit is passed, and that is no reason to open nothing more.
    let _: ControlFlow<()> = unpack(source, reader, (meter, 0), input, &mut |opened| {
        flow = each(opened);
        flow
    });
    flow
}

/// How far what no reader knows is read, to see whether it is damaged: as far as a block of bzip2, whose
/// sum stands behind it, may reach.
const DAMAGED_BYTES: u64 = 1 << 20;

/// How much of a file is read at a time.
const BUFFER_BYTES: usize = 64 << 10;

/// Gives what is in `input` to `each`; `depth` is the number of archives around it.
fn unpack(
    source: SourcePath,
    reader: Option<&'static dyn Reader>,
    (meter, depth): (&Meter, usize),
    input: &mut dyn BufRead,
    each: &mut Open<'_>,
) -> ControlFlow<()> {
    let mut head = Vec::new();
    let failure = match input.take(HEAD_BYTES as u64).read_to_end(&mut head) {
        Err(error) if head.is_empty() => return each(Err(ReadError::unreadable(&source, error))),
        // What fails here may go on behind, so it fails again where it did.
        read => Failing(read.err()),
    };
    let input = &mut failure.chain(input);
    let is_own = || reader.map_or(recognised(&head).is_some(), |reader| reader.recognises(&head));
    if let Some(archive) = archive::for_head(&head).filter(|_| !is_own()) {
        if depth == archive::DEEPEST {
            return each(Err(ReadError::TooDeep { path: source.path, limit: depth }));
        }
        let mut input = head.chain(input);
        return archive.members(&source, &mut input, meter, &mut |member| {
            if let (Ok(_), Err(limit)) = (&member, meter.member()) {
                each(Err(ReadError::too_much(&source, limit)))?;
            } else {
                match member {
                    Ok((source, input)) => unpack(source, reader, (meter, depth + 1), input, each)?,
                    Err(error) => each(Err(error))?,
                }
            }
            if meter.is_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
    match reader.or_else(|| for_source(&source, &head)) {
        Some(reader) => {
            let source = Arc::new(source);
            each(Ok(Opened { source, reader, input: &mut head.chain(input) }))
        }
        None => each(Err(match &source.said.media_type {
            // What is damaged may look like anything, and its end tells that it is.
            _ if depth > 0
                && let Err(error) = archive::skip(&mut input.take(DAMAGED_BYTES)) =>
            {
                ReadError::unreadable(&source, error)
            }
            None if head.is_empty() && archive::is_called_one(&source.path) => {
                ReadError::Empty { path: source.path }
            }
            // Nothing else has such a name, and of a folder of them none should be missed.
            None if depth == 0 && archive::is_called_one(&source.path) => {
                let what = "it does not begin as its ending says".to_owned();
                ReadError::Archive { path: source.path, what }
            }
            Some(media_type) => {
                let why = format!("no reader for `{media_type}`");
                ReadError::skipped(source, &why)
            }
            None => ReadError::unknown_format(&source.path),
        })),
    }
}

/// An input that fails once and then ends.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl BufRead for Failing {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}

/// The whole of a source as one piece, if it is no longer than `limit` bytes.
fn whole(source: &SourcePath, input: &mut dyn BufRead, limit: usize) -> Result<Piece, ReadError> {
    let mut bytes = Vec::new();
    let read = input.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| ReadError::unreadable(source, error))?;
    if bytes.len() > limit {
        return Err(ReadError::FileTooLong { path: source.path.clone(), limit_bytes: limit });
    }
    Ok(Piece::new(1, bytes))
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
            ("-", "<\0h\0t\0m\0l\0>\0", Some("html")),
            ("a.dat", "\u{feff}id;headline;date\n", Some("csv")),
            ("a.TSV", "", Some("csv")),
            ("-", "<5% of shares", Some("text")),
            ("a.HTM", "", Some("html")),
            ("a.rss", "", Some("feed")),
            ("a.xml", "", None),
            ("a.xml", "<?xml version='1.0'?><!-- x --><rss version='2.0'>", Some("feed")),
            ("a.xml", "<?xml version='1.0'?><newsItem>", Some("newsml")),
            ("a.txt", "<feed xmlns='http://www.w3.org/2005/Atom'>", Some("feed")),
            ("a.json", "{\"version\": \"https://jsonfeed.org/version/1.1\"", Some("feed")),
            ("-", "", Some("text")),
            ("-", "%PDF-1.7", Some("pdf")),
            ("a.PDF", "", Some("pdf")),
        ] {
            let source = SourcePath::new(path, path);
            let got = for_source(&source, head.as_bytes()).map(Reader::name);
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
    fn a_member_is_told_on_one_line_as_part_of_its_archive() {
        let archive = SourcePath::new("n/a.zip", "a.zip");
        for (member, path, name) in [
            ("b/c.txt", "n/a.zip/b/c.txt", "a.zip/b/c.txt"),
            ("/etc/c.txt", "n/a.zip/etc/c.txt", "a.zip//etc/c.txt"),
            (
                "\0b\nc\u{1b}[1m.txt",
                "n/a.zip/\u{fffd}b\u{fffd}c\u{fffd}[1m.txt",
                "a.zip/\0b\nc\u{1b}[1m.txt",
            ),
        ] {
            let found = archive.member(member, Said::default());
            assert_eq!((found.path, found.name.as_str()), (path.into(), name));
        }
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named() {
        let mut said = Vec::new();
        let Opening { flow, is_given } =
            open(SourcePath::new("no/such.txt", "no/such.txt"), None, &mut |opened| {
                said.extend(opened.err().map(|error| error.to_string()));
                ControlFlow::Continue(())
            });
        assert_eq!(
            (flow, is_given, said),
            (ControlFlow::Continue(()), false, vec!["cannot read `no/such.txt`".to_owned()])
        );
    }
}
