//! What lies beside an index: the file of its own taxonomy, kept under the taxonomy's fingerprint, and
//! what a user may keep there; any other file is foreign.
//!
//! The taxonomy is text to us. The card says which fingerprint is the index's, so a file counts only when a
//! commit has said so: it is written before the commit, and those of others go after it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::fault;
use super::write::HOLDER;
use crate::engine::EngineError;

/// What becomes of the file with the next commit.
pub(super) enum Keep {
    /// What is kept of the taxonomy stays.
    AsIs,
    /// This text is kept, or none.
    Only(Option<String>),
}

/// The text kept of the taxonomy with this fingerprint.
pub(super) fn read(folder: &Path, fingerprint: &str) -> io::Result<Option<String>> {
    match fs::read_to_string(place(folder, fingerprint)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the text of the taxonomy with this fingerprint: all of it, or nothing.
pub(super) fn write(folder: &Path, fingerprint: &str, text: &str) -> io::Result<()> {
    if read(folder, fingerprint).is_ok_and(|held| held.as_deref() == Some(text)) {
        return Ok(());
    }
    let mut file = tempfile::Builder::new().prefix(".taxonomy-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(place(folder, fingerprint)).map_err(|failed| failed.error)?;
    Ok(())
}

/// Removes every kept text but that of `fingerprint`.
pub(super) fn remove_others(folder: &Path, fingerprint: Option<&str>) -> io::Result<()> {
    let keep = fingerprint.map(|fingerprint| place(folder, fingerprint));
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        let is_ours = name.is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_ours && keep.as_ref() != Some(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

const PREFIX: &str = "taxonomy-";
const SUFFIX: &str = ".toml";

/// Where the text of the taxonomy with this fingerprint lies.
pub(super) fn place(folder: &Path, fingerprint: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{fingerprint}{SUFFIX}"))
}

/// What a user may keep in the folder of an index, before there is one.
const KEPT: [&str; 2] = ["entities.toml", "synonyms.txt"];

/// A folder with other people's files is no place for an index.
pub(super) fn refuse_foreign(path: &Path) -> Result<(), EngineError> {
    let failed = |source: io::Error| fault::reading(path, source.into());
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.')
            && name != "README.md"
            && name != HOLDER
            && !KEPT.contains(&&*name)
        {
            return Err(EngineError::Foreign { path: path.to_owned() });
        }
    }
    Ok(())
}
