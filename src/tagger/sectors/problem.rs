//! What is wrong with a taxonomy file, and where.
//!
//! Messages only; what is wrong is found where files are read and checked.

use std::fmt;

use super::taxonomy::BUILTIN_NAME;
use crate::tag::SectorId;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the file is called.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What is wrong with a taxonomy file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaxonomyError {
    /// It is not TOML.
    #[error("{at}: {what}")]
    Syntax {
        /// Where.
        at: Place,
        /// What the TOML parser said.
        what: String,
    },
    /// A key that means nothing.
    #[error("{at}: unknown key `{key}`{}", hint(.nearest))]
    UnknownKey {
        /// Where.
        at: Place,
        /// The key.
        key: String,
        /// What may have been meant.
        nearest: Option<&'static str>,
    },
    /// A value of the wrong kind.
    #[error("{at}: `{key}` is {found}, wanted {wanted}")]
    WrongKind {
        /// Where.
        at: Place,
        /// The key.
        key: String,
        /// What it is.
        found: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// A sector without an id.
    #[error("{at}: a sector without `id`")]
    NoId {
        /// Where its block begins.
        at: Place,
    },
    /// An id that is no path.
    #[error(
        "{at}: bad sector id `{id}`, wanted lower-case letters, digits and `-`, parts separated by `/`"
    )]
    BadId {
        /// Where.
        at: Place,
        /// The id.
        id: String,
    },
    /// Two blocks of one file with the same id.
    #[error("{at}: sector `{id}` was given before, in line {first}")]
    DuplicateId {
        /// Where.
        at: Place,
        /// The id.
        id: SectorId,
        /// Line of the first.
        first: usize,
    },
    /// A sector whose parent is not there.
    #[error("{at}: sector `{id}` has no parent `{parent}`{}", hint(.nearest))]
    UnknownParent {
        /// Where.
        at: Place,
        /// The sector.
        id: SectorId,
        /// The parent that its id names.
        parent: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// A sector that is to be removed and is not there.
    #[error("{at}: no sector `{id}` to remove{}", hint(.nearest))]
    NothingToRemove {
        /// Where.
        at: Place,
        /// The sector.
        id: SectorId,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// A term that could never match.
    #[error("{at}: bad term `{term}`, wanted {wanted}")]
    BadTerm {
        /// Where.
        at: Place,
        /// The term.
        term: String,
        /// What a term must be.
        wanted: &'static str,
    },
    /// A code of no scheme we know.
    #[error("{at}: bad code `{code}`, wanted {wanted}")]
    BadCode {
        /// Where.
        at: Place,
        /// The code.
        code: String,
        /// How a code looks.
        wanted: &'static str,
    },
    /// A weight that would make tags meaningless.
    #[error("{at}: weight `{key}` is {value}, wanted 0 to 100")]
    BadWeight {
        /// Where.
        at: Place,
        /// The weight.
        key: String,
        /// The value.
        value: String,
    },
    /// A term that adds nothing to another one of its sector; told by
    /// [`check`](super::check::check) only, since it does no harm.
    #[error("{at}: term `{term}` of `{sector}` {why}")]
    IdleTerm {
        /// Where.
        at: Place,
        /// The sector.
        sector: SectorId,
        /// The term.
        term: String,
        /// What makes it idle.
        why: String,
    },
    /// It extends something that does not exist.
    #[error("{at}: cannot extend `{base}`, wanted `{BUILTIN_NAME}`")]
    UnknownBase {
        /// Where.
        at: Place,
        /// What was given.
        base: String,
    },
    /// A taxonomy without sectors.
    #[error("{file}: no `[[sector]]` in it")]
    Empty {
        /// The file.
        file: String,
    },
}

impl TaxonomyError {
    /// The line it is about; 0 if it is about the whole file.
    pub fn line(&self) -> usize {
        match self {
            Self::Syntax { at, .. }
            | Self::UnknownKey { at, .. }
            | Self::WrongKind { at, .. }
            | Self::NoId { at }
            | Self::BadId { at, .. }
            | Self::DuplicateId { at, .. }
            | Self::UnknownParent { at, .. }
            | Self::NothingToRemove { at, .. }
            | Self::BadTerm { at, .. }
            | Self::BadCode { at, .. }
            | Self::BadWeight { at, .. }
            | Self::IdleTerm { at, .. }
            | Self::UnknownBase { at, .. } => at.line,
            Self::Empty { .. } => 0,
        }
    }
}

fn hint(nearest: &Option<impl fmt::Display>) -> String {
    nearest.as_ref().map(|near| format!(", did you mean `{near}`?")).unwrap_or_default()
}
