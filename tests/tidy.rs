//! The rules of the house that a compiler does not check; ARCHITECTURE.md gives their reasons.

use std::fs;
use std::path::{Path, PathBuf};

/// What each module of the library may import. Imports run one way: data know no seam, seams know
/// data, and the work knows both.
const ARROWS: &[(&str, &[&str])] = &[
    // Data.
    ("article", &[]),
    ("passage", &["article"]),
    ("tag", &["article", "passage"]),
    ("query", &["article", "tag"]),
    ("results", &["article", "passage", "query", "tag"]),
    // Seams.
    ("analysis", &["article"]),
    ("reader", &["article", "passage", "analysis"]),
    // A taxonomy gives the card that an index remembers of it.
    ("tagger", &["article", "passage", "tag", "analysis", "engine"]),
    ("engine", &["article", "passage", "query", "results", "tag", "analysis"]),
    // What an index is and holds is told in the engine's words.
    ("output", &["article", "passage", "query", "results", "tag", "analysis", "engine"]),
    // The work.
    // A test set names dates and languages as articles do.
    (
        "eval",
        &[
            "article", "passage", "tag", "reader", "analysis", "tagger", "query", "results",
            "engine",
        ],
    ),
    ("ingest", &["article", "passage", "tag", "reader", "analysis", "tagger", "engine"]),
];

/// Names that say nothing about what is inside.
const DRAWERS: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "types", "prelude"];

/// The most lines of a source file before its tests.
const LINES: usize = 500;

/// One source file: its path below the package, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The text before the file's tests; none of a file of tests.
    fn code(&self) -> &str {
        if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            return "";
        }
        let tests = ["\n#[cfg(test)]\nmod tests {", "\n#[cfg(test)]\npub(crate) mod tests {"];
        let end = tests.iter().filter_map(|start| self.text.find(start)).min();
        &self.text[..end.unwrap_or(self.text.len())]
    }

    /// The lines of code with their numbers, comments left out.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = (1..).zip(self.code().lines());
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The module of the library it is part of, or `None` for the binary.
    fn module(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        let module = inner.split('/').next()?.trim_end_matches(".rs");
        (!["main", "lib", "cli"].contains(&module)).then_some(module)
    }

    fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// All sources of the package, in order of their paths.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["src", "tests"].iter().for_each(|folder| collect(&root.join(folder), &mut files));
    files.push(root.join("build.rs"));
    files.retain(|path| path.extension().is_some_and(|ending| ending == "rs") && path.exists());
    files.sort();
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("sources are UTF-8"),
        path: path
            .strip_prefix(root)
            .expect("it was found below the root")
            .to_string_lossy()
            .replace('\\', "/"),
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is of the package") {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Fails with every offence, one a line.
fn check(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let bare = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    check("a file opens with `//!`", &bare.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn files_are_short_and_clean() {
    let mut offences = Vec::new();
    for source in sources() {
        let lines = source.code().lines().count();
        if lines > LINES {
            offences.push(format!("{}: {lines} lines before its tests", source.path));
        }
        for (at, line) in source.text.lines().enumerate() {
            if line.ends_with([' ', '\t']) {
                offences.push(format!("{}:{}: blanks at its end", source.path, at + 1));
            }
        }
    }
    check(&format!("at most {LINES} lines, none with blanks at its end"), &offences);
}

#[test]
fn no_file_is_a_drawer() {
    let mut offences = Vec::new();
    for source in sources() {
        let parts = source.path.trim_end_matches(".rs").split('/');
        let drawers = parts.filter(|part| DRAWERS.contains(part));
        offences.extend(drawers.map(|part| format!("{}: `{part}` says nothing", source.path)));
    }
    check("files are named after what they hold", &offences);
}

#[test]
fn imports_run_one_way() {
    let mut offences = Vec::new();
    for source in sources() {
        let Some(module) = source.module() else { continue };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            offences.push(format!("{}: `{module}` has no arrows", source.path));
            continue;
        };
        for (at, line) in source.lines() {
            for target in imports(line) {
                if target != module && !allowed.contains(&target) {
                    offences.push(format!("{}:{at}: `{module}` uses `{target}`", source.path));
                }
            }
        }
    }
    check("imports follow the arrows", &offences);
}

/// The modules of the library that a line names after `crate::`.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn foreign_names_stay_in_their_folders() {
    let homes = [
        ("tantivy::", ["src/engine/embedded/", "tests/bench/"]),
        ("clap", ["src/cli/", "tests/"]),
        ("anstream::", ["src/cli/", "tests/"]),
        ("indicatif::", ["src/cli/", "tests/"]),
        ("engine::embedded", ["src/cli/", "tests/"]),
    ];
    let mut offences = Vec::new();
    for source in sources().iter().filter(|source| source.path != "tests/tidy.rs") {
        for (name, folders) in homes {
            if folders.iter().any(|folder| source.is_below(folder)) {
                continue;
            }
            let found = source.lines().filter(|(_, line)| names(line, name));
            offences.extend(found.map(|(at, _)| format!("{}:{at}: `{name}`", source.path)));
        }
    }
    check("a name is used at home only", &offences);
}

/// Whether `line` uses `name`, not only as a part of a longer word.
fn names(line: &str, name: &str) -> bool {
    let mut before = line.match_indices(name).map(|(at, _)| line[..at].chars().next_back());
    before.any(|before| !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"'))
}

#[test]
fn the_library_is_silent_and_timeless() {
    let banned = [
        "println!",
        "eprintln!",
        "print!",
        "std::env",
        "SystemTime::now",
        "Instant::now",
        "Zoned::now",
        "Timestamp::now",
        "process::exit",
        "io::stdout",
        "io::stderr",
    ];
    let mut offences = Vec::new();
    for source in sources().iter().filter(|source| source.module().is_some()) {
        for (at, line) in source.lines() {
            let found = banned.iter().filter(|name| line.contains(*name));
            offences.extend(found.map(|name| format!("{}:{at}: `{name}`", source.path)));
        }
    }
    check("the library prints nothing and reads no environment and no clock", &offences);
}
