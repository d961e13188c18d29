//! What the storage library reports, in the engine's words: what the system refused is told as the
//! system's error, so that what to do about it can be told too.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

use crate::engine::EngineError;

/// How much is written to learn why nothing more can be: a segment's file would be as long.
const PROBE_BYTES: usize = 1 << 20;

/// The index in `path` cannot be read.
pub(super) fn reading(path: &Path, source: TantivyError) -> EngineError {
    told("read", path, source)
}

/// The index in `path` cannot be written.
pub(super) fn writing(path: &Path, source: TantivyError) -> EngineError {
    // A writer's thread takes the reason for its end with it; another write meets it again.
    if matches!(source, TantivyError::ErrorInThread(_))
        && !path.as_os_str().is_empty()
        && let Err(source) = probe(path)
    {
        return writing_io(path, source);
    }
    told("write", path, source)
}

/// The system does not let the index in `path` be written.
pub(super) fn writing_io(path: &Path, source: io::Error) -> EngineError {
    EngineError::Io { doing: "write", path: path.to_owned(), source: Box::new(source) }
}

fn told(doing: &'static str, path: &Path, source: TantivyError) -> EngineError {
    let path = path.to_owned();
    let damaged = |path, what| EngineError::Corrupt { path, what };
    let cut = |error: &io::Error| {
        error.raw_os_error().is_none()
            && matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
    };
    let source: Box<dyn std::error::Error + Send + Sync> = match source {
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath })
            if cut(&io_error) =>
        {
            let name = filepath.file_name().unwrap_or(filepath.as_os_str()).display();
            return damaged(path, format!("`{name}` does not hold what it must"));
        }
        TantivyError::IoError(error) if cut(&error) => {
            return damaged(path, "a file does not hold what it must".to_owned());
        }
        TantivyError::IoError(error)
        | TantivyError::LockFailure(LockError::IoError(error), _)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: error, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: error, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError {
            io_error: error, ..
        }) => Box::new(system(error)),
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
            let name = file.file_name().unwrap_or(file.as_os_str()).display();
            return damaged(path, format!("`{name}` is missing"));
        }
        TantivyError::DataCorruption(fault) => {
            // The file is in the fault, but only its text form gives it.
            let fault = format!("{fault:?}");
            let file = fault.split('"').nth(1).unwrap_or("a file");
            return damaged(path, format!("`{file}` does not hold what it must"));
        }
        TantivyError::LockFailure(LockError::LockBusy, _) => {
            "another process holds its lock".into()
        }
        TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(_))
        | TantivyError::IncompatibleIndex(_) => {
            return damaged(path, "it is of another version of the storage library".to_owned());
        }
        // These speak of values as a programmer sees them; what is in them speaks plainly.
        TantivyError::OpenDirectoryError(error) => Box::new(error),
        TantivyError::OpenWriteError(error) => Box::new(error),
        other => Box::new(other),
    };
    EngineError::Io { doing, path, source }
}

/// The system's error, of which the library keeps a share.
fn system(error: Arc<io::Error>) -> io::Error {
    Arc::try_unwrap(error).unwrap_or_else(|shared| match shared.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(shared.kind(), shared.to_string()),
    })
}

/// Writes a file in `folder` that is gone at once.
fn probe(folder: &Path) -> io::Result<()> {
    let mut file = tempfile::tempfile_in(folder)?;
    file.write_all(&vec![0; PROBE_BYTES])?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_systems_no_is_told_as_such() {
        let full = || Arc::new(io::Error::from(io::ErrorKind::StorageFull));
        let file = || PathBuf::from("a.store");
        let opened = OpenWriteError::IoError { io_error: full(), filepath: file() };
        let kept = full();
        for source in
            [TantivyError::IoError(full()), opened.into(), TantivyError::IoError(kept.clone())]
        {
            let EngineError::Io { source, .. } = writing(Path::new("index"), source) else {
                panic!("not an input or output error");
            };
            let error = source.downcast_ref::<io::Error>().expect("it is the system's");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[test]
    fn no_message_shows_the_values_of_a_program() {
        let denied = || Arc::new(io::Error::from(io::ErrorKind::PermissionDenied));
        let wrong = tantivy::directory::error::Incompatibility::CompressionMismatch {
            library_compression_format: "a".to_owned(),
            index_compression_format: "b".to_owned(),
        };
        for (source, want) in [
            (TantivyError::LockFailure(LockError::IoError(denied()), None), "permission denied"),
            (
                TantivyError::LockFailure(LockError::LockBusy, Some("x".to_owned())),
                "another process holds its lock",
            ),
            (
                OpenDirectoryError::NotADirectory("index".into()).into(),
                "Path exists but is not a directory: 'index'.",
            ),
            (
                TantivyError::IncompatibleIndex(wrong),
                "the index in `index` is damaged: it is of another version of the storage library",
            ),
        ] {
            let told = reading(Path::new("index"), source);
            let said = std::error::Error::source(&told).map(ToString::to_string);
            assert_eq!(said.unwrap_or_else(|| told.to_string()), want);
        }
    }

    #[test]
    fn a_file_that_is_not_what_it_was_is_damage() {
        let gone = OpenReadError::FileDoesNotExist(PathBuf::from("a.store"));
        let cut = |kind| Arc::new(io::Error::new(kind, "use another version"));
        let short = OpenReadError::IoError {
            io_error: cut(io::ErrorKind::InvalidData),
            filepath: PathBuf::from("a.term"),
        };
        let wrong = tantivy::error::DataCorruption::new("meta.json".into(), "not JSON".into());
        for (source, want) in [
            (short.into(), "the index in `index` is damaged: `a.term` does not hold what it must"),
            (
                TantivyError::IoError(cut(io::ErrorKind::UnexpectedEof)),
                "the index in `index` is damaged: a file does not hold what it must",
            ),
            (gone.into(), "the index in `index` is damaged: `a.store` is missing"),
            (
                wrong.into(),
                "the index in `index` is damaged: `meta.json` does not hold what it must",
            ),
        ] {
            let source: TantivyError = source;
            assert_eq!(reading(Path::new("index"), source).to_string(), want);
        }
    }
}
