//! Why a source gives no article: one enum for all readers, each message naming file, line and
//! what was wanted.

mod complaint;
mod made;
mod means;
mod words;

use std::io;
use std::path::PathBuf;

use jiff::civil::Date;

pub use complaint::Complaint;
pub(in crate::reader) use made::published;
use words::{and_more, but, formats, listed, missing, named, short};

/// Why a source gave no article, or one fewer than it holds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("cannot read {}", named(.path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing of that name.
    #[error("no file or folder `{}`", .path.display())]
    Missing {
        /// The name.
        path: PathBuf,
    },
    /// A folder that holds an index, not articles.
    #[error("`{}` is an index, wanted articles", .path.display())]
    IsIndex {
        /// The folder.
        path: PathBuf,
    },
    /// No reader knows it, by what is in it or by its ending.
    #[error("no reader for `{}`, wanted {}, or an archive of them", .path.display(), formats())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// Archives within archives.
    #[error("`{}` is {limit} archives deep, wanted no more", .path.display())]
    TooDeep {
        /// The archive within the others.
        path: PathBuf,
        /// How many there may be around a file.
        limit: usize,
    },
    /// An archive that is broken, or made to fill the machine.
    #[error("`{}` cannot be unpacked further: {what}", .path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A part of an archive that is broken; what follows it is read, if it can be found.
    #[error("{}: unreadable at byte {offset}: {what}", named(.path))]
    BrokenPart {
        /// The archive.
        path: PathBuf,
        /// Where the part begins, from 0, in the archive as it is when it is not compressed.
        offset: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A source that is whole and known to hold no article. It is no failure.
    #[error("{} is left out: {why}", named(.path))]
    Skipped {
        /// The source.
        path: PathBuf,
        /// What it is.
        why: String,
    },
    /// An ignore file has a line that is no pattern.
    #[error("`{}` has a line that is no pattern", .path.display())]
    BadIgnoreFile {
        /// The ignore file, or what was being walked.
        path: PathBuf,
        /// What is wrong with it.
        source: ignore::Error,
    },
    /// A file without a byte but white space.
    #[error("{} is empty", named(.path))]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A binary file.
    #[error("{} is not text: byte {offset} is NUL", named(.path))]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where its first NUL is, from 0.
        offset: usize,
    },
    /// Text in no encoding that can be told.
    #[error("{}:{line}: not UTF-8 at byte {offset}, nor what another encoding would have", .path.display())]
    UnknownEncoding {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// Where the first byte is that is no UTF-8: from 0, in the file, or in the line if it is read
        /// by lines.
        offset: usize,
    },
    /// Bytes that are no text in the encoding. The article follows, with U+FFFD in their place.
    #[error("{}:{line}: not {encoding} at byte {offset}{}, read as `\u{fffd}`", .path.display(), and_more(*.more))]
    Undecodable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// Where the first of them is: from 0, in the file, or in the line if it is read by lines.
        offset: usize,
        /// The encoding of the rest, as the WHATWG names it; `text` if the first is NUL.
        encoding: &'static str,
        /// In how many places more there are such.
        more: usize,
    },
    /// A text file over the limit.
    #[error("`{}` is longer than {} MB, wanted one article a file", .path.display(), limit_bytes >> 20)]
    FileTooLong {
        /// The file.
        path: PathBuf,
        /// The longest that is read.
        limit_bytes: usize,
    },
    /// A page with more elements than any article has, or than its length can be meant to have.
    #[error("{} has too many elements, wanted one article a page", named(.path))]
    TooManyElements {
        /// The file.
        path: PathBuf,
    },
    /// A mail of more parts than any has.
    #[error("{} has more than {limit} parts", named(.path))]
    TooManyParts {
        /// The file.
        path: PathBuf,
        /// The most that are read.
        limit: usize,
    },
    /// An article of more paragraphs than any has, such as a file of many.
    #[error("{}:{line}: more than {limit} paragraphs, wanted one article", .path.display())]
    TooManyBlocks {
        /// The file.
        path: PathBuf,
        /// The line it begins on, from 1.
        line: u32,
        /// The most that are read.
        limit: usize,
    },
    /// A line over the limit.
    #[error("{}:{line}: longer than {} MB, wanted one article a line", .path.display(), limit_bytes >> 20)]
    LineTooLong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// The longest that is read.
        limit_bytes: usize,
    },
    /// A table none of whose columns is text or headline.
    #[error("{}:{line}: no column for text or headline, only {}", .path.display(), listed(.columns))]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The line of the header, from 1.
        line: u32,
        /// The columns there are.
        columns: Vec<String>,
        /// The one with the most text.
        longest: String,
    },
    /// A table without a column that a field is mapped to. Its rows follow, as if it were not.
    #[error("{}:{line}: no column `{}` for `{field}`, only {}", .path.display(), short(.wanted), listed(.columns))]
    NoSuchColumn {
        /// The file.
        path: PathBuf,
        /// The line of the header, from 1.
        line: u32,
        /// The field, as `--map` takes it.
        field: &'static str,
        /// The column that is not there.
        wanted: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// A row of a table with more or fewer fields than the header.
    #[error("{}:{line}: {found} {}, wanted {wanted} as in the header", .path.display(), if *.found == 1 { "field" } else { "fields" })]
    WrongRow {
        /// The file.
        path: PathBuf,
        /// The line it begins on, from 1.
        line: u32,
        /// How many it has.
        found: usize,
        /// How many the header has.
        wanted: usize,
    },
    /// A row of a table that begins a quotation which does not end.
    #[error("{}:{line}: a quote is never closed, wanted one row", .path.display())]
    OpenQuote {
        /// The file.
        path: PathBuf,
        /// The line it begins on, from 1.
        line: u32,
    },
    /// A line, or an element of a list, that is not JSON.
    #[error("{}:{line}: broken JSON, wanted {wanted}", .path.display())]
    BrokenJson {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What the source is to be.
        wanted: &'static str,
        /// Where and what.
        source: JsonFault,
    },
    /// A line that is JSON, but not what an article is made of.
    #[error("{}:{line}: {what}", .path.display())]
    WrongJson {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What came and what was wanted.
        what: String,
    },
    /// A file that is not well-formed. What can be read of it follows.
    #[error("{}:{line}: not well-formed: {what}; read as far as it goes", .path.display())]
    IllFormed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What is wrong first.
        what: String,
    },
    /// A document that is not well-formed XML.
    #[error("{}:{line}: broken XML: {what}", .path.display())]
    BrokenXml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What is wrong.
        what: String,
    },
    /// Something that is as it should be and is no article. It is passed over.
    #[error("{}:{line}: {what}", .path.display())]
    NoArticle {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What it is.
        what: String,
    },
    /// XML that is not what was wanted.
    #[error("{}:{line}: {what}", .path.display())]
    WrongXml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What came and what was wanted.
        what: String,
    },
    /// A feed that holds nothing.
    #[error("{} is a feed without entries", named(.path))]
    NoEntries {
        /// The file.
        path: PathBuf,
    },
    /// Front matter that is neither YAML nor TOML.
    #[error("{}:{line}: front matter is not {language}", .path.display())]
    FrontMatter {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// The language its marks announce.
        language: &'static str,
        /// What its parser said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Front matter that nothing ends. The article follows; its text begins with the keys.
    #[error("{}:{line}: front matter has no closing `{mark}`, read as text", .path.display())]
    OpenFrontMatter {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// The mark that opens it.
        mark: &'static str,
    },
    /// A date that names no day. The article follows, dated the first of them.
    #[error("{}:{line}: `{found}` names no day, taken as {taken}", .path.display())]
    RoughDate {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What stands there, cut to 40 characters.
        found: String,
        /// The first day of it.
        taken: Date,
    },
    /// A date in no form we know. The article follows, without one.
    #[error("{}:{line}: `{found}` is not a date, wanted one such as `2025-04-18` or `18 April 2025`; the article has none", .path.display())]
    BadDate {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What stands there, cut to 40 characters.
        found: String,
    },
    /// A PDF that does not open without a password.
    #[error("{} is encrypted", named(.path))]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// A PDF encrypted in a way that is none of the standard's.
    #[error("{} is encrypted in an unknown way", named(.path))]
    UnknownEncryption {
        /// The file.
        path: PathBuf,
    },
    /// Not a PDF, or one that is damaged beyond repair.
    #[error("{} is no PDF that can be read{}", named(.path), if *.is_torn { ": it was cut short" } else { "" })]
    BrokenPdf {
        /// The file.
        path: PathBuf,
        /// Whether it lacks its end.
        is_torn: bool,
    },
    /// A PDF of which a part is missing. The article follows, with what there is.
    #[error("{}: {}; read as far as it goes", .path.display(), missing(*.torn_at, *.pages, *.said))]
    FaultyPdf {
        /// The file.
        path: PathBuf,
        /// Its length, if it lacks its end.
        torn_at: Option<usize>,
        /// How many pages there are.
        pages: usize,
        /// How many there should be, if that is known and more.
        said: Option<usize>,
    },
    /// A PDF that nobody would live to see opened.
    #[error("{} is no PDF that can be opened: too much of it is nested or never ends", named(.path))]
    KnottedPdf {
        /// The file.
        path: PathBuf,
    },
    /// A PDF without a page.
    #[error("{} is a PDF without pages", named(.path))]
    NoPagesInPdf {
        /// The file.
        path: PathBuf,
    },
    /// A PDF of pictures.
    #[error("{} has no text on any of its pages ({pages}){}", named(.path), but(*running))]
    NoTextInPdf {
        /// The file.
        path: PathBuf,
        /// How many pages it has.
        pages: usize,
        /// How many running heads and feet and numbers of pages they have.
        running: usize,
    },
    /// A PDF whose fonts do not tell which letters they draw. The article follows without them, if
    /// anything is left.
    #[error("{}: {unknown} of {letters} letters are unknown, since its fonts do not name them", .path.display())]
    UnknownLetters {
        /// The file.
        path: PathBuf,
        /// How many are unknown.
        unknown: usize,
        /// How many there are.
        letters: usize,
    },
    /// A PDF that holds something that unpacks to more than the limit.
    #[error("{} unpacks to more than {} MB", named(.path), limit_bytes >> 20)]
    PdfTooLarge {
        /// The file.
        path: PathBuf,
        /// The most that one part of it may unpack to.
        limit_bytes: u64,
    },
    /// A PDF whose pages share so much that it would take a minute to open.
    #[error("{} is no PDF that can be opened: its pages with what they share come to {} MB, wanted {} MB at most", named(.path), pages_bytes >> 20, limit_bytes >> 20)]
    HeavyPages {
        /// The file.
        path: PathBuf,
        /// What they come to.
        pages_bytes: u64,
        /// What they may come to.
        limit_bytes: u64,
    },
    /// A PDF that draws more than the limits. The article follows, with what was read.
    #[error("{}: too much to read on page {pages}, cut there", .path.display())]
    PdfCut {
        /// The file.
        path: PathBuf,
        /// The page where reading stopped.
        pages: u32,
    },
    /// An article whose only date is the day its file was made. It follows with that.
    #[error("{} names no day of publication, taken as {taken}, when the file was {how}", named(.path))]
    MadeDate {
        /// The file.
        path: PathBuf,
        /// The day.
        taken: Date,
        /// What was done on it: `made`, `last saved`.
        how: &'static str,
    },
    /// A document or book that does not open without a password or a licence.
    #[error("{} is encrypted", named(.path))]
    LockedDocument {
        /// The file.
        path: PathBuf,
    },
    /// Not the document or book its name says, or a damaged one.
    #[error("{} is no document that can be read: {what}", named(.path))]
    BrokenDocument {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A document whose text is not as it must be. The article follows, with what can be read.
    #[error("{}: {what}; read as far as it goes", .path.display())]
    FaultyDocument {
        /// The file.
        path: PathBuf,
        /// What is wrong first.
        what: String,
    },
    /// A document or book that unpacks to more than the limit.
    #[error("{} unpacks to more than {} MB: `{part}`", named(.path), limit_bytes >> 20)]
    DocumentTooLarge {
        /// The file.
        path: PathBuf,
        /// The part that does, or the last straw.
        part: String,
        /// The most that a part, or all of them, may unpack to.
        limit_bytes: u64,
    },
    /// An article with neither text nor headline.
    #[error("{}:{line}: no text and no headline", .path.display())]
    NoText {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
    },
}

/// Where a line stops being JSON.
#[derive(Debug, thiserror::Error)]
#[error("{what} at column {column}")]
pub struct JsonFault {
    /// The column from 1: in bytes, or in characters if the line is not UTF-8.
    pub column: usize,
    /// What the parser wanted.
    pub what: String,
}
