//! Stand-in for the walk; dropped when the branches are merged.
#![allow(missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use super::{ReadError, SourcePath};

pub enum Found {
    Source(SourcePath),
    Skipped { path: PathBuf, reason: String },
}

pub fn walk(paths: &[PathBuf], _: bool) -> impl Iterator<Item = Result<Found, ReadError>> {
    let mut found = Vec::new();
    paths.iter().for_each(|path| collect(path, path, &mut found));
    found.into_iter()
}

fn collect(root: &Path, path: &Path, found: &mut Vec<Result<Found, ReadError>>) {
    let Ok(entries) = fs::read_dir(path) else {
        let below = path.strip_prefix(root).unwrap_or(path);
        let below = if below.as_os_str().is_empty() { path } else { below };
        let below_root = below.to_string_lossy().into_owned();
        found.push(Ok(Found::Source(SourcePath { path: path.to_owned(), below_root })));
        return;
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.iter().for_each(|path| collect(root, path, found));
}
