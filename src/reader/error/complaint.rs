//! An error as it is told: plain values, so that it can be told again when nothing is read.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ReadError;

/// What is wrong with a source, in all the words that are made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Whether the article was read all the same, and follows; else there is one fewer.
    pub is_warning: bool,
    /// What is wrong, in a word or two that are the same for every file: what is counted by.
    pub kind: String,
    /// The source, as the run was told to find it.
    pub path: PathBuf,
    /// The line, if it is of one.
    pub line: Option<u32>,
    /// What is wrong and where: one line, which names the source.
    pub message: String,
    /// What the message does not say of how that came, from the nearest cause to the farthest.
    pub causes: Vec<String>,
    /// What the user can do about it, if that is not plain.
    pub hint: Option<String>,
    /// Whether it is told each time that these bytes are read, see [`ReadError::lasts`].
    pub lasts: bool,
}

impl From<ReadError> for Complaint {
    fn from(error: ReadError) -> Self {
        let (path, line) = error.place();
        let causes = std::iter::successors(error.source(), |cause| (**cause).source());
        Self {
            is_warning: error.is_warning(),
            kind: error.kind().to_owned(),
            path: path.to_owned(),
            line,
            message: error.to_string(),
            causes: causes.map(ToString::to_string).collect(),
            hint: error.hint(),
            lasts: error.lasts(),
        }
    }
}

impl Display for Complaint {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::reader::error::JsonFault;

    #[test]
    fn all_that_is_told_of_an_error_is_kept() {
        let source = JsonFault { column: 2, what: "wanted a key".to_owned() };
        let path = || PathBuf::from("a.jsonl");
        let complaint = |error: ReadError| Complaint::from(error);
        let broken =
            complaint(ReadError::BrokenJson { path: path(), line: 3, wanted: "x", source });
        let want = Complaint {
            is_warning: false,
            kind: "broken JSON".to_owned(),
            path: path(),
            line: Some(3),
            message: "a.jsonl:3: broken JSON, wanted x".to_owned(),
            causes: vec!["wanted a key at column 2".to_owned()],
            hint: None,
            lasts: true,
        };
        assert_eq!(broken, want);
        assert_eq!(broken.to_string(), want.message);

        let encrypted = complaint(ReadError::Encrypted { path: "it's.pdf".into() });
        let want = r"take its password off with `qpdf --decrypt --password=PASSWORD 'it'\''s.pdf' OUT.pdf`";
        assert_eq!(encrypted.hint.as_deref(), Some(want));
        let bare = complaint(ReadError::OpenFrontMatter { path: path(), line: 1, mark: "---" });
        assert!(bare.is_warning && bare.causes.is_empty() && bare.hint.is_none());
    }

    #[test]
    fn what_the_system_does_not_give_may_be_given_the_next_time() {
        for (source, want) in [
            (io::Error::from_raw_os_error(5), false),
            (io::ErrorKind::OutOfMemory.into(), false),
            (io::Error::new(io::ErrorKind::InvalidData, "its gzip data is damaged"), true),
            (io::Error::other("it takes more than 128 MB of memory to unpack"), true),
        ] {
            let told = source.to_string();
            let complaint = Complaint::from(ReadError::Io { path: "a.gz".into(), source });
            assert_eq!(complaint.lasts, want, "{told}");
        }
    }
}
