//! What the pipeline tells its caller: what happens, article by article, and the counts of a run.
//! Values only; how they are shown is for the caller.

use std::path::PathBuf;

use crate::article::{Article, ArticleId};
use crate::reader::Complaint;

/// What happens while articles are indexed, in the order of the sources.
#[derive(Debug)]
pub enum Event {
    /// A file is begun, or known as it is; what follows is of it.
    File {
        /// The file.
        path: PathBuf,
        /// Its length; 0 of what is no file.
        bytes: u64,
    },
    /// A file was left alone, because it may still be written to.
    Unsettled {
        /// The file.
        path: PathBuf,
    },
    /// An article was read.
    Article {
        /// Its source.
        path: PathBuf,
        /// The name of its reader; empty if it is tagged anew as the index holds it.
        format: &'static str,
        /// Its id.
        id: ArticleId,
        /// What became of it.
        outcome: Outcome,
        /// Passages written; none if it is unchanged.
        passages: usize,
    },
    /// A file, or an item in one, was passed over.
    Skipped {
        /// The file.
        path: PathBuf,
        /// Why, in plain words.
        reason: String,
    },
    /// A source, an article in it or something in the next article could not be read, now or when the
    /// file was read that is as it was.
    Complaint(Complaint),
    /// More of the sources is done.
    Progress {
        /// The name of their reader.
        format: &'static str,
        /// How many bytes more.
        bytes: u64,
    },
}

/// What became of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The index did not hold it.
    Added,
    /// The index held another version.
    Replaced,
    /// The run came upon the same before, perhaps in another place.
    Repeated,
    /// The index holds the same.
    Unchanged,
    /// Its publisher takes it back, so the index holds it no more.
    Withdrawn,
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Articles the index did not hold.
    pub added: u64,
    /// Articles of which it held another version.
    pub replaced: u64,
    /// Articles that the run came upon before, saying the same.
    pub repeated: u64,
    /// Articles it held already.
    pub unchanged: u64,
    /// Articles that their publishers take back.
    pub withdrawn: u64,
    /// Passages written.
    pub passages: u64,
    /// Files, and items in them, passed over.
    pub skipped: u64,
    /// Parts of articles that could not be read.
    pub warned: u64,
    /// Sources and articles that could not be read.
    pub failed: u64,
    /// Files that were opened.
    pub read: u64,
    /// Files that an earlier run read as they are now.
    pub same: u64,
    /// Files that may still be written to.
    pub unsettled: u64,
    /// Whether the run was stopped before all was read.
    pub stopped: bool,
    /// The commit that holds all of it.
    pub generation: u64,
}

/// What is met while sources are read and nothing is indexed, in their order.
#[derive(Debug)]
pub enum Met<A> {
    /// A file is begun; what follows is of it.
    File(PathBuf),
    /// An article.
    Article(A),
    /// A file, or an item in one, was passed over.
    Skipped {
        /// The file.
        path: PathBuf,
        /// Why, in plain words.
        reason: String,
    },
    /// A source, an article in it or something in the next article could not be read.
    Complaint(Complaint),
}

/// An article as its reader understood it.
#[derive(Debug)]
pub struct Understood {
    /// Its source.
    pub path: PathBuf,
    /// The name of the reader.
    pub reader: &'static str,
    /// The article.
    pub article: Box<Article>,
}
