//! Errors as readers make them, out of what they met. What each says is its own.

use std::io;
use std::path::Path;

use jiff::civil::Date;

use super::ReadError;
use super::words::short;
use crate::reader::SourcePath;
use crate::reader::archive::TooMuch;
use crate::reader::date::{Stated, stated};

impl ReadError {
    /// The error for a file whose ending no reader has.
    pub(in crate::reader) fn unknown_format(path: &Path) -> Self {
        Self::UnknownFormat { path: path.to_owned() }
    }

    /// The error for a source that the system does not give, or that an archive does not give out.
    pub(in crate::reader) fn unreadable(source: &SourcePath, error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(limit) => Self::too_much(source, *limit),
            None => Self::Io { path: source.path.clone(), source: error },
        }
    }

    /// The error for an archive that holds more than a limit.
    pub(in crate::reader) fn too_much(source: &SourcePath, limit: TooMuch) -> Self {
        Self::Archive { path: source.path.clone(), what: limit.to_string() }
    }

    /// That `source` is whole and no article, because `why`.
    pub(in crate::reader) fn skipped(source: SourcePath, why: &str) -> Self {
        Self::Skipped { path: source.path, why: why.to_owned() }
    }
}

/// The day that a source gives as the date of an article, and what is to be said about it.
pub(in crate::reader) fn published(
    path: &Path,
    line: u32,
    found: &str,
    warn: &mut dyn FnMut(ReadError),
) -> Option<Date> {
    let stated = stated(found);
    if let Some(Stated::Day(day)) = stated {
        return Some(day);
    }
    let shown = short(found);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_date_is_one_line() {
        let mut said = Vec::new();
        let day = published(Path::new("a.xml"), 6, " Thu,\n\n 01\tof never ", &mut |error| {
            said.push(error.to_string());
        });
        assert_eq!(day, None);
        let want = "a.xml:6: `Thu, 01 of never` is not a date, wanted one such as `2025-04-18` or \
                    `18 April 2025`; the article has none";
        assert_eq!(said, [want]);
    }
}
