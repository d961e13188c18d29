//! Corrections of entities as they are kept in the folder of an index.
//!
//! The commit says by a stamp which corrections its articles are tagged by. A change is written to
//! a file beside `entities.toml`, named after the stamp of what it replaces, then committed, then
//! put in its place: whoever comes between finds by the stamp which of the two holds.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::tagger::corrections::Corrections;

use super::failure::Failure;
use super::open;

/// What the file is called.
pub(super) const FILE: &str = "entities.toml";

/// The file in the folder of an index.
pub(super) fn place(index: &Path) -> PathBuf {
    index.join(FILE)
}

/// The file that is to replace the one with this stamp.
fn successor(index: &Path, stamp: &str) -> PathBuf {
    index.join(format!(".entities-after-{}.toml", if stamp.is_empty() { "none" } else { stamp }))
}

/// The corrections that hold for the index in this folder, whose articles are tagged by those with
/// `stamp`; none if there is no file.
pub(super) fn read(index: &Path, stamp: &str) -> Result<Corrections, Failure> {
    let kept = read_file(&place(index))?.unwrap_or_default();
    if kept.stamp() != stamp
        && let Ok(Some(next)) = read_file(&successor(index, &kept.stamp()))
        && next.stamp() == stamp
    {
        return Ok(next);
    }
    Ok(kept)
}

/// The corrections that hold for the index in this folder, which may hold no index yet.
pub(super) fn of_index(index: &Path) -> Result<Corrections, Failure> {
    let engine = EmbeddedEngine::open(index, open::entities_called);
    read(index, engine.as_ref().map_or("", EmbeddedEngine::corrections))
}

fn read_file(path: &Path) -> Result<Option<Corrections>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Corrections::from_toml(&text, &path.display().to_string())?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io(format!("cannot read `{}`", path.display()), error)),
    }
}

/// Whether the file says what `corrections` do.
pub(super) fn is_kept(index: &Path, corrections: &Corrections) -> Result<bool, Failure> {
    Ok(read_file(&place(index))?.unwrap_or_default() == *corrections)
}

/// Corrections that are to be kept once a commit is tagged by them.
pub(super) struct Successor {
    index: PathBuf,
    path: PathBuf,
    is_empty: bool,
}

impl Successor {
    /// Writes `next` beside the file, to the disk.
    pub(super) fn write(index: &Path, next: &Corrections) -> Result<Self, Failure> {
        let kept = read_file(&place(index))?.unwrap_or_default();
        let path = successor(index, &kept.stamp());
        let written = fs::File::create(&path).and_then(|mut file| {
            file.write_all(next.to_string().as_bytes())?;
            file.sync_all()
        });
        written
            .map_err(|error| Failure::io(format!("cannot write `{}`", path.display()), error))?;
        Ok(Self { index: index.to_owned(), path, is_empty: next.is_empty() })
    }

    /// Puts it in place of the file. Without corrections there is no file.
    pub(super) fn keep(self) -> Result<(), Failure> {
        let file = place(&self.index);
        let failed = |error| Failure::io(format!("cannot write `{}`", file.display()), error);
        fs::rename(&self.path, &file).map_err(failed)?;
        if self.is_empty {
            fs::remove_file(&file).map_err(failed)?;
        }
        Ok(())
    }

    /// Takes it back.
    pub(super) fn drop_it(self) {
        drop(fs::remove_file(self.path));
    }
}
