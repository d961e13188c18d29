//! Why a source gives no article: one enum for all readers, each message naming file, line and
//! what was wanted.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::SourcePath;
use super::archive::TooMuch;
use super::date::{Stated, stated};

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
    /// No reader has that ending.
    #[error("no reader for `{}`, wanted a file that ends in {}", .path.display(), endings())]
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
    /// Text in another encoding, or broken.
    #[error("{}:{line}: not UTF-8 at byte {offset}", .path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// Where the first wrong byte is: from 0, in the file for text, in the line for JSON Lines.
        offset: usize,
        /// The encoding it looks like, as `iconv` calls it; `UTF-8` if it is that but for a few
        /// bytes.
        looks_like: Option<&'static str>,
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
    /// A line that is not JSON.
    #[error("{}:{line}: broken JSON, wanted one object a line", .path.display())]
    BrokenJson {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
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
    /// The column, in bytes from 1.
    pub column: usize,
    /// What the parser wanted.
    pub what: String,
}

impl ReadError {
    /// The error for a file whose ending no reader has.
    pub(super) fn unknown_format(path: &Path) -> Self {
        Self::UnknownFormat { path: path.to_owned() }
    }

    /// The error for a source that the system does not give, or that an archive does not give out.
    pub(super) fn unreadable(source: &SourcePath, error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(limit) => Self::too_much(source, *limit),
            None => Self::Io { path: source.path.clone(), source: error },
        }
    }

    /// The error for an archive that holds more than a limit.
    pub(super) fn too_much(source: &SourcePath, limit: TooMuch) -> Self {
        Self::Archive { path: source.path.clone(), what: limit.to_string() }
    }

    /// That `source` is whole and no article, because `why`.
    pub(super) fn skipped(source: SourcePath, why: &str) -> Self {
        Self::Skipped { path: source.path, why: why.to_owned() }
    }

    /// Whether the article was read all the same, and follows.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::OpenFrontMatter { .. } | Self::RoughDate { .. } | Self::BadDate { .. })
    }

    /// The file, and the line if it is of one.
    pub fn place(&self) -> (&Path, Option<u32>) {
        match self {
            Self::Io { path, .. }
            | Self::Missing { path }
            | Self::IsIndex { path }
            | Self::UnknownFormat { path }
            | Self::TooDeep { path, .. }
            | Self::Archive { path, .. }
            | Self::BrokenPart { path, .. }
            | Self::Skipped { path, .. }
            | Self::BadIgnoreFile { path, .. }
            | Self::Empty { path }
            | Self::NotText { path, .. }
            | Self::TooManyElements { path, .. }
            | Self::TooManyParts { path, .. }
            | Self::FileTooLong { path, .. } => (path, None),
            Self::NotUtf8 { path, line, .. }
            | Self::LineTooLong { path, line, .. }
            | Self::BrokenJson { path, line, .. }
            | Self::WrongJson { path, line, .. }
            | Self::FrontMatter { path, line, .. }
            | Self::OpenFrontMatter { path, line, .. }
            | Self::RoughDate { path, line, .. }
            | Self::BadDate { path, line, .. }
            | Self::NoText { path, line } => (path, Some(*line)),
        }
    }

    /// What the user can do about it, if that is not plain.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotUtf8 { path, looks_like, .. } => {
                // It will be pasted into a shell.
                let path = path.display().to_string().replace('\'', r"'\''");
                Some(match looks_like {
                    None => format!("convert it with `iconv -f ENCODING -t UTF-8 '{path}'`"),
                    Some("UTF-8") => format!(
                        "the rest is UTF-8; leave out what is not with `iconv -c -f UTF-8 -t UTF-8 \
                         '{path}'`"
                    ),
                    Some(name) => format!(
                        "it looks like {name}; convert it with `iconv -f {name} -t UTF-8 '{path}'`"
                    ),
                })
            }
            Self::UnknownFormat { .. } => Some("name its format with `--reader`".to_owned()),
            Self::FileTooLong { .. } => {
                Some("put many articles into one JSON Lines file".to_owned())
            }
            _ => None,
        }
    }
}

/// The day that a source gives as the date of an article, and what is to be said about it.
pub(super) fn published(
    path: &Path,
    line: u32,
    found: &str,
    warn: &mut dyn FnMut(ReadError),
) -> Option<Date> {
    let stated = stated(found);
    if let Some(Stated::Day(day)) = stated {
        return Some(day);
    }
    let found = found.trim();
    let mut shown: String = found.chars().take(40).collect();
    if shown.len() < found.len() {
        shown.push('…');
    }
    let path = path.to_owned();
    match stated {
        Some(Stated::Day(day)) => Some(day),
        Some(Stated::From(taken)) => {
            warn(ReadError::RoughDate { path, line, found: shown, taken });
            Some(taken)
        }
        None => {
            warn(ReadError::BadDate { path, line, found: shown });
            None
        }
    }
}

/// A source as a message names it.
fn named(path: &Path) -> String {
    match path.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => format!("`{}`", path.display()),
    }
}

fn endings() -> String {
    let endings: Vec<String> = super::READERS
        .iter()
        .flat_map(|reader| reader.extensions())
        .map(|extension| format!("`.{extension}`"))
        .collect();
    endings.join(", ")
}
