//! Why a source gives no article: one enum for all readers, each message naming file, line and
//! what was wanted.

use std::io;
use std::path::{Path, PathBuf};

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
    /// No reader has that ending.
    #[error("no reader for `{}`, wanted a file that ends in {}", .path.display(), endings())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
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
    /// A date in no form we know.
    #[error("{}:{line}: `{found}` is not a date, wanted one such as `2025-04-18` or `18 April 2025`", .path.display())]
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

    /// The error for a date that is none.
    pub(super) fn bad_date(path: &Path, line: u32, found: &str) -> Self {
        let found = found.trim();
        let mut shown: String = found.chars().take(40).collect();
        if shown.len() < found.len() {
            shown.push('…');
        }
        Self::BadDate { path: path.to_owned(), line, found: shown }
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
