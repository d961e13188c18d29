//! Finds sources: files as named, folders walked in name order.
//!
//! It opens nothing. What a file is called is for [`Origin`] to say.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::{fs, io};

use ignore::{DirEntry, WalkBuilder};

use super::{Origin, ReadError, SourcePath};

/// How sources are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalkOptions {
    /// Where files are named from.
    pub origin: Origin,
    /// Look only at what is at, above or below one of these paths, each of which begins as one of
    /// those that are walked.
    pub only: Option<BTreeSet<PathBuf>>,
}

/// A file that a walk comes upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub source: SourcePath,
    /// Whether the user named it, or only a folder that it is in.
    pub named: bool,
}

/// Goes through `paths` in the order given: a file is taken as it is, a folder is walked with all
/// below it, in order of name (bytes), `-` is standard input.
///
/// In folders, hidden files are left out, and so is what a `.gitignore` or `.pressmarkignore` in
/// the folder or below it names; those above it do not count. Links are followed, but never round
/// in a circle. A file that is named is given even if it is hidden or ignored.
///
/// A folder that is an index is no news and is left out; one that is named is an error.
///
/// A file that two paths lead to is given once.
pub fn walk(paths: &[PathBuf], options: WalkOptions) -> Walk {
    let seen = (paths.len() > 1).then(BTreeSet::new);
    let mut paths = paths.to_vec();
    paths.reverse();
    Walk { seen, options, paths, folder: None }
}

/// The sources and errors of [`walk`], in order.
pub struct Walk {
    /// Names given so far, where one might come twice.
    seen: Option<BTreeSet<String>>,
    options: WalkOptions,
    /// Paths still to go, the next one last.
    paths: Vec<PathBuf>,
    folder: Option<ignore::Walk>,
}

impl Iterator for Walk {
    type Item = Result<Found, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let found = match self.folder.as_mut().map(Iterator::next) {
                Some(Some(entry)) => self.entry(entry),
                Some(None) => {
                    self.folder = None;
                    None
                }
                None => {
                    let path = self.paths.pop()?;
                    self.named(path)
                }
            };
            if let Some(Ok(Found { source, .. })) = &found
                && let Some(seen) = &mut self.seen
                && !seen.insert(source.name.clone())
            {
                continue;
            }
            if found.is_some() {
                return found;
            }
        }
    }
}

impl Walk {
    /// A path the user named.
    fn named(&mut self, path: PathBuf) -> Option<Result<Found, ReadError>> {
        if !is_wanted(&path, self.options.only.as_ref()) {
            return None;
        }
        if path.as_os_str() == "-" {
            return Some(Ok(Found { source: SourcePath::stdin(), named: true }));
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() && is_index(&path) => {
                Some(Err(ReadError::IsIndex { path }))
            }
            Ok(metadata) if metadata.is_dir() => {
                self.folder = Some(walker(&path, self.options.only.clone()));
                None
            }
            Ok(_) => Some(Ok(self.found(path, true))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Some(Err(ReadError::Missing { path }))
            }
            Err(source) => Some(Err(ReadError::Io { path, source })),
        }
    }

    /// Something in a folder.
    fn entry(&self, entry: Result<DirEntry, ignore::Error>) -> Option<Result<Found, ReadError>> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return explain(error).map(Err),
        };
        if let Some(error) = entry.error() {
            let path = parts(error).0.unwrap_or(entry.path()).to_owned();
            return Some(Err(ReadError::BadIgnoreFile { path, source: error.clone() }));
        }
        // Pipes and sockets are no articles, and reading one might never end.
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return None;
        }
        Some(Ok(self.found(entry.path().to_owned(), false)))
    }

    fn found(&self, path: PathBuf, named: bool) -> Found {
        let name = self.options.origin.name(&path);
        Found { source: SourcePath::new(path, name), named }
    }
}

/// Whether `path` is at, above or below one of `only`.
fn is_wanted(path: &Path, only: Option<&BTreeSet<PathBuf>>) -> bool {
    let Some(only) = only else { return true };
    let next = only.range::<Path, _>((Bound::Included(path), Bound::Unbounded)).next();
    next.is_some_and(|next| next.starts_with(path))
        || path.ancestors().any(|above| only.contains(above))
}

fn walker(folder: &Path, only: Option<BTreeSet<PathBuf>>) -> ignore::Walk {
    WalkBuilder::new(folder)
        // What lies above the folder, or in the user's home, is no part of what is indexed: the
        // same folder gives the same articles on every machine.
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .git_ignore(true)
        .require_git(false)
        .ignore(false)
        .add_custom_ignore_filename(".pressmarkignore")
        .follow_links(true)
        .filter_entry(move |entry| {
            is_wanted(entry.path(), only.as_ref())
                && !(entry.file_type().is_some_and(|kind| kind.is_dir()) && is_index(entry.path()))
        })
        .sort_by_file_name(|one, other| one.as_encoded_bytes().cmp(other.as_encoded_bytes()))
        .build()
}

/// Whether `folder` is an index of this program: what is in it was written by us.
fn is_index(folder: &Path) -> bool {
    ["meta.json", "writer.txt"].iter().all(|name| folder.join(name).is_file())
}

/// The walker's error in our words; `None` for a link that leads back to where it is, since what
/// is there has been seen.
fn explain(error: ignore::Error) -> Option<ReadError> {
    let (path, is_loop) = parts(&error);
    if is_loop {
        return None;
    }
    let path = path.unwrap_or(Path::new("")).to_owned();
    Some(match error.into_io_error() {
        Some(source) => ReadError::Io { path, source: system(source) },
        None => ReadError::Missing { path },
    })
}

/// The system's own error: the walker wraps it in words that repeat the path.
fn system(error: io::Error) -> io::Error {
    let mut cause = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(inner) = cause {
        if let Some(code) = inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return io::Error::from_raw_os_error(code);
        }
        cause = inner.source();
    }
    error
}

/// The path that an error of the walker names, and whether it is a link in a circle.
fn parts(error: &ignore::Error) -> (Option<&Path>, bool) {
    match error {
        ignore::Error::Loop { child, .. } => (Some(child), true),
        ignore::Error::WithPath { path, err } => (Some(path), parts(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            parts(err)
        }
        ignore::Error::Partial(errors) => errors.first().map_or((None, false), parts),
        _ => (None, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, each empty but for ignore files.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn found(walk: Walk, root: &Path) -> Vec<String> {
        let shown = |text: String| text.replace(&format!("{}/", root.display()), "");
        walk.map(|found| match found {
            Ok(found) => found.source.name,
            Err(error) => shown(error.to_string()),
        })
        .collect()
    }

    fn below(folder: &tempfile::TempDir) -> WalkOptions {
        let (working, base) = (PathBuf::new(), folder.path().to_owned());
        WalkOptions { origin: Origin { working, base }, only: None }
    }

    fn check(files: &[(&str, &str)], paths: &[&str], want: &[&str]) {
        let folder = folder(files);
        let paths: Vec<PathBuf> = paths
            .iter()
            .map(|path| if *path == "-" { "-".into() } else { folder.path().join(path) })
            .collect();
        assert_eq!(found(walk(&paths, below(&folder)), folder.path()), want, "{paths:?}");
    }

    #[test]
    fn folders_are_walked_in_order_of_name() {
        check(
            &[
                ("b/2.txt", ""),
                ("b/10.txt", ""),
                ("a.md", ""),
                ("B.jsonl", ""),
                ("é.txt", ""),
                ("x.pdf", ""),
            ],
            &[""],
            &["B.jsonl", "a.md", "b/10.txt", "b/2.txt", "x.pdf", "é.txt"],
        );
        check(&[], &[""], &[]);
    }

    #[test]
    fn ignore_files_count_at_and_below_the_folder() {
        check(
            &[
                (".gitignore", "drafts/\n"),
                ("drafts/a.txt", ""),
                ("b/.pressmarkignore", "*.md\n!keep.md"),
                ("b/c.md", ""),
                ("b/keep.md", ""),
                ("b/d.txt", ""),
                (".hidden.txt", ""),
            ],
            &[""],
            &["b/d.txt", "b/keep.md"],
        );
        // Named, it is wanted.
        check(&[(".gitignore", "*"), ("a/b.txt", "")], &["a"], &["a/b.txt"]);
        check(&[(".gitignore", "*"), (".a.txt", "")], &[".a.txt"], &[".a.txt"]);
    }

    #[test]
    fn a_file_has_one_name_whatever_path_leads_to_it_and_comes_once() {
        let files = &[("2024/1.txt", ""), ("2025/1.txt", ""), ("c.txt", "")];
        check(files, &["2024"], &["2024/1.txt"]);
        check(files, &["2025", "2024"], &["2025/1.txt", "2024/1.txt"]);
        check(files, &["2024/1.txt"], &["2024/1.txt"]);
        check(files, &["c.txt", "./2024", "2024/1.txt", "-"], &["c.txt", "2024/1.txt", "-"]);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_is_found() {
        check(
            &[("a.txt", ""), ("b.docx", ""), ("c", "")],
            &["none", "b.docx", "c", "a.txt"],
            &["no file or folder `none`", "b.docx", "c", "a.txt"],
        );
        check(
            &[(".gitignore", "[z-a]\nb.txt\n"), ("a.txt", ""), ("b.txt", "")],
            &[""],
            &["`.gitignore` has a line that is no pattern", "a.txt"],
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_never_in_a_circle() {
        use std::os::unix::fs::symlink;
        let folder = folder(&[("a/b.txt", ""), ("c.txt", "")]);
        symlink(folder.path(), folder.path().join("a/up")).unwrap();
        symlink(folder.path().join("c.txt"), folder.path().join("d.txt")).unwrap();
        symlink(folder.path().join("gone"), folder.path().join("e.txt")).unwrap();
        let got = found(walk(&[folder.path().to_owned()], below(&folder)), folder.path());
        assert_eq!(got, ["a/b.txt", "c.txt", "d.txt", "cannot read `e.txt`"]);
    }
}
