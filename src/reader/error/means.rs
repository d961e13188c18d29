//! What an error means to the one who meets it: whether the article was read all the same, where it
//! is, whether it is the same each time, what it is counted as, and what can be done about it.

use std::path::Path;

use super::ReadError;
use super::words::quoted;

impl ReadError {
    /// Whether the article was read all the same, and follows.
    pub fn is_warning(&self) -> bool {
        match self {
            Self::Undecodable { .. }
            | Self::IllFormed { .. }
            | Self::OpenFrontMatter { .. }
            | Self::RoughDate { .. }
            | Self::BadDate { .. }
            | Self::NoSuchColumn { .. }
            | Self::PdfCut { .. }
            | Self::MadeDate { .. }
            | Self::FaultyPdf { .. }
            | Self::FaultyDocument { .. } => true,
            Self::UnknownLetters { unknown, letters, .. } => unknown < letters,
            _ => false,
        }
    }

    /// Why a source that is as it should be gives no article: it is passed over, and nothing is wrong
    /// with it.
    pub fn passed_over(&self) -> Option<String> {
        match self {
            Self::Skipped { why, .. } => Some(why.clone()),
            Self::NoArticle { line, what, .. } => Some(format!("{what} (line {line})")),
            _ => None,
        }
    }

    /// Whether it follows from the bytes of the file and from how the run was told to read them, so
    /// that it is the same whenever the file is read, as long as it is as it was. What may be another
    /// the next time costs a look each time.
    pub fn lasts(&self) -> bool {
        match self {
            // What a decoder says of the bytes it says in words. The system has a number for what it
            // does not give, and memory that is not to be had is but a kind: both may pass.
            Self::Io { source, .. } => {
                source.raw_os_error().is_none() && source.get_ref().is_some()
            }
            // These are of the folder: found anew by each run, and of no file that is read.
            Self::Missing { .. } | Self::IsIndex { .. } | Self::BadIgnoreFile { .. } => false,
            // Only a file that the user has named must be of some format.
            Self::UnknownFormat { .. } => false,
            // What is in an archive is in the bytes of its file. Its limits are numbers of ours.
            Self::TooDeep { .. }
            | Self::Archive { .. }
            | Self::BrokenPart { .. }
            | Self::Skipped { .. } => true,
            // Text, and what it is encoded in.
            Self::Empty { .. }
            | Self::NotText { .. }
            | Self::UnknownEncoding { .. }
            | Self::Undecodable { .. }
            | Self::FileTooLong { .. }
            | Self::LineTooLong { .. }
            | Self::TooManyBlocks { .. }
            | Self::TooManyElements { .. }
            | Self::TooManyParts { .. } => true,
            // Tables. Which columns were asked for is a part of how the file is read.
            Self::NoColumn { .. }
            | Self::NoSuchColumn { .. }
            | Self::WrongRow { .. }
            | Self::OpenQuote { .. } => true,
            // What stands in the text.
            Self::BrokenJson { .. }
            | Self::WrongJson { .. }
            | Self::IllFormed { .. }
            | Self::BrokenXml { .. }
            | Self::WrongXml { .. }
            | Self::NoArticle { .. }
            | Self::NoEntries { .. }
            | Self::FrontMatter { .. }
            | Self::OpenFrontMatter { .. }
            | Self::RoughDate { .. }
            | Self::BadDate { .. }
            | Self::MadeDate { .. }
            | Self::NoText { .. } => true,
            // PDF and documents are held whole before they are looked at. Their limits count bytes and
            // objects; no clock and no free memory is asked.
            Self::Encrypted { .. }
            | Self::UnknownEncryption { .. }
            | Self::BrokenPdf { .. }
            | Self::FaultyPdf { .. }
            | Self::KnottedPdf { .. }
            | Self::NoPagesInPdf { .. }
            | Self::NoTextInPdf { .. }
            | Self::UnknownLetters { .. }
            | Self::PdfTooLarge { .. }
            | Self::HeavyPages { .. }
            | Self::PdfCut { .. }
            | Self::LockedDocument { .. }
            | Self::BrokenDocument { .. }
            | Self::FaultyDocument { .. }
            | Self::DocumentTooLarge { .. } => true,
        }
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
            | Self::NoEntries { path }
            | Self::NotText { path, .. }
            | Self::TooManyElements { path, .. }
            | Self::Encrypted { path }
            | Self::UnknownEncryption { path }
            | Self::BrokenPdf { path, .. }
            | Self::FaultyPdf { path, .. }
            | Self::KnottedPdf { path }
            | Self::NoPagesInPdf { path }
            | Self::NoTextInPdf { path, .. }
            | Self::UnknownLetters { path, .. }
            | Self::PdfTooLarge { path, .. }
            | Self::HeavyPages { path, .. }
            | Self::PdfCut { path, .. }
            | Self::MadeDate { path, .. }
            | Self::LockedDocument { path }
            | Self::BrokenDocument { path, .. }
            | Self::FaultyDocument { path, .. }
            | Self::DocumentTooLarge { path, .. }
            | Self::TooManyParts { path, .. }
            | Self::FileTooLong { path, .. } => (path, None),
            Self::UnknownEncoding { path, line, .. }
            | Self::Undecodable { path, line, .. }
            | Self::LineTooLong { path, line, .. }
            | Self::TooManyBlocks { path, line, .. }
            | Self::NoColumn { path, line, .. }
            | Self::NoSuchColumn { path, line, .. }
            | Self::WrongRow { path, line, .. }
            | Self::OpenQuote { path, line }
            | Self::BrokenJson { path, line, .. }
            | Self::WrongJson { path, line, .. }
            | Self::IllFormed { path, line, .. }
            | Self::WrongXml { path, line, .. }
            | Self::BrokenXml { path, line, .. }
            | Self::NoArticle { path, line, .. }
            | Self::FrontMatter { path, line, .. }
            | Self::OpenFrontMatter { path, line, .. }
            | Self::RoughDate { path, line, .. }
            | Self::BadDate { path, line, .. }
            | Self::NoText { path, line } => (path, Some(*line)),
        }
    }

    /// What is wrong, in a word or two that are the same for every file: what is counted by.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::IsIndex { .. } => "an index",
            Self::UnknownFormat { .. } => "no reader",
            Self::TooDeep { .. } => "archives too deep",
            Self::Archive { .. } => "broken archive",
            Self::BadIgnoreFile { .. } => "broken ignore file",
            Self::Empty { .. } => "empty",
            Self::NotText { .. } => "not text",
            Self::UnknownEncoding { .. } => "unknown encoding",
            Self::Undecodable { .. } => "bytes that are no text",
            Self::FileTooLong { .. } | Self::LineTooLong { .. } | Self::TooManyBlocks { .. } => {
                "too long"
            }
            Self::TooManyElements { .. } => "too many elements",
            Self::NoColumn { .. } | Self::NoSuchColumn { .. } => "no known column",
            Self::WrongRow { .. } | Self::OpenQuote { .. } => "broken row",
            Self::IllFormed { .. } | Self::BrokenXml { .. } | Self::WrongXml { .. } => "broken XML",
            Self::NoArticle { .. } => "no article",
            Self::NoEntries { .. } => "no entries",
            Self::BrokenPart { .. } => "broken part of an archive",
            Self::TooManyParts { .. } => "too many parts",
            Self::Skipped { .. } => "no article",
            Self::BrokenJson { .. } => "broken JSON",
            Self::WrongJson { .. } => "no article in JSON",
            Self::FrontMatter { .. } | Self::OpenFrontMatter { .. } => "broken front matter",
            Self::RoughDate { .. } | Self::MadeDate { .. } => "rough date",
            Self::BadDate { .. } => "no date",
            Self::Encrypted { .. }
            | Self::UnknownEncryption { .. }
            | Self::LockedDocument { .. } => "encrypted",
            Self::BrokenDocument { .. } | Self::FaultyDocument { .. } => "broken document",
            Self::BrokenPdf { .. } | Self::FaultyPdf { .. } | Self::KnottedPdf { .. } => {
                "broken PDF"
            }
            Self::PdfTooLarge { .. }
            | Self::HeavyPages { .. }
            | Self::PdfCut { .. }
            | Self::DocumentTooLarge { .. } => "too large once unpacked",
            Self::UnknownLetters { .. } => "unknown letters",
            Self::NoText { .. } | Self::NoTextInPdf { .. } | Self::NoPagesInPdf { .. } => "no text",
            Self::Io { .. } => "cannot be read",
        }
    }

    /// What the user can do about it, if that is not plain.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownEncoding { path, .. } => {
                Some(format!("convert it with `iconv -f ENCODING -t UTF-8 '{}'`", quoted(path)))
            }
            Self::Encrypted { path } => Some(format!(
                "take its password off with `qpdf --decrypt --password=PASSWORD '{}' OUT.pdf`",
                quoted(path)
            )),
            Self::LockedDocument { .. } => {
                Some("open it in the program it is for and save it without its password".to_owned())
            }
            Self::NoTextInPdf { path, .. } | Self::UnknownLetters { path, .. } => Some(format!(
                "have its letters recognised with `ocrmypdf --force-ocr '{}' OUT.pdf`",
                quoted(path)
            )),
            Self::BrokenPdf { path, is_torn: false } | Self::KnottedPdf { path } => Some(format!(
                "if a viewer opens it, save it anew with `qpdf '{}' OUT.pdf`",
                quoted(path)
            )),
            Self::NoColumn { longest, .. } => {
                let quoted = longest.replace('\'', r"'\''");
                Some(format!("name them, such as `--map text='{quoted}'`"))
            }
            Self::UnknownFormat { .. } => Some("name its format with `--reader`".to_owned()),
            Self::FileTooLong { .. } | Self::TooManyBlocks { .. } => {
                Some("put many articles into one JSON Lines file".to_owned())
            }
            _ => None,
        }
    }
}
