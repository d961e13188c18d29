//! What a caller of the writer keeps beside an index, of which nothing depends: bytes to us.
//!
//! They are written after the commit, all or nothing, and not waited for: after a crash the old ones
//! may stand, or none.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The file, in the folder of the index.
const NAME: &str = "sources.bin";

/// Where the notes of an index are.
#[derive(Clone, Debug)]
pub(super) enum Notes {
    /// In the folder of the index.
    Beside(PathBuf),
    /// With the index, in memory.
    Memory(Arc<Mutex<Option<Vec<u8>>>>),
}

impl Notes {
    /// Those of the index in `folder`.
    pub(super) fn beside(folder: &Path) -> Self {
        Self::Beside(folder.to_owned())
    }

    /// Those of an index in memory.
    pub(super) fn in_memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// What was written last, if it can be read.
    pub(super) fn read(&self) -> Option<Vec<u8>> {
        match self {
            Self::Beside(folder) => fs::read(folder.join(NAME)).ok(),
            Self::Memory(notes) => notes.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Puts `notes` in place of those before. What cannot be written is missed by no one: the index
    /// is whole without.
    pub(super) fn write(&self, notes: Vec<u8>) {
        match self {
            Self::Beside(folder) => drop(replace(folder, &notes)),
            Self::Memory(held) => {
                *held.lock().unwrap_or_else(PoisonError::into_inner) = Some(notes);
            }
        }
    }
}

fn replace(folder: &Path, notes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".sources-").tempfile_in(folder)?;
    file.write_all(notes)?;
    file.persist(folder.join(NAME)).map_err(|failed| failed.error)?;
    Ok(())
}
