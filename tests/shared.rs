//! Finds the development data that lies beside the project. It is no part of it: a test that needs
//! it is skipped where it is absent, and says so.

use std::path::{Path, PathBuf};

/// The path of `below` in the development data, or `None` with a note if it is not there. Its
/// folder is `$PRESSMARK_SHARED`, else `../shared`.
pub(crate) fn path(below: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test has no command line to be told by")]
    let given = std::env::var("PRESSMARK_SHARED");
    let folder = given
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = folder.join(below);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: there is no `{}`", path.display());
    None
}

/// The text of the file `below` in the development data, or `None` with a note.
pub(crate) fn text(below: &str) -> Option<String> {
    path(below).map(|path| std::fs::read_to_string(path).expect("development data are UTF-8"))
}
