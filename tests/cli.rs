//! Runs the binary: the console transcripts in `golden/`, the README and `docs/tagging.md`, and what
//! a transcript cannot show.
//!
//! `TRYCMD=overwrite cargo test cli` writes what the binary says now; read the diff.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Transcripts about the articles of `corpus/`: run at the root of the package, on an index of them.
const ON_THE_CORPUS: [&str; 11] = [
    "help", "demo", "query", "zero", "pages", "explain", "similar", "tag", "formats", "sectors",
    "entities",
];

/// Transcripts that make, change and break things: each runs in a copy of its `.in` folder, where
/// the index is `index`.
const IN_A_SANDBOX: [&str; 12] = [
    "agencies",
    "index",
    "errors",
    "eval",
    "feeds",
    "queries",
    "corrections",
    "taxonomy",
    "learn",
    "pdf",
    "documents",
    "read",
];

/// The binary.
const PRESSMARK: &str = env!("CARGO_BIN_EXE_pressmark");

/// The cases, at a width of 100 columns and without colours, with `index` as the default index.
/// They may use a shell and find the binary in it.
fn transcripts(index: &str) -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    // Commands that are proposed name an index that is not the default one.
    if index != "index" {
        cases.insert_var("[INDEX]", index.to_owned()).expect("a name in brackets is one");
    }
    cases.env("COLUMNS", "100").env("NO_COLOR", "1").env("PRESSMARK_INDEX", index);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for tool in ["sh", "cp", "rm"] {
        let mut places = folders.iter().map(|folder| folder.join(tool));
        cases.register_bin(tool, places.find(|place| place.exists()).expect("every Unix has it"));
    }
    folders.insert(0, Path::new(PRESSMARK).parent().expect("it is in a folder").to_owned());
    let path = std::env::join_paths(folders).expect("it was a path before");
    cases.env("PATH", path.to_str().expect("folders of programs have plain names"));
    cases
}

/// An index for articles of the package: it lies beside them, since articles are named from there,
/// and goes when it is dropped.
fn beside_the_corpus() -> tempfile::TempDir {
    let root = env!("CARGO_MANIFEST_DIR");
    tempfile::Builder::new().prefix(".index-of-tests-").tempdir_in(root).expect("it can be written")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the target folder has a plain name")
}

#[test]
fn transcripts_of_the_corpus_are_what_the_binary_says() {
    let folder = beside_the_corpus();
    let index = folder.path();
    let made = Command::new(PRESSMARK)
        .args(["index", "--threads", "1", "corpus", "--index", text(index)])
        .output()
        .expect("it starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let cases = transcripts(text(index));
    for name in ON_THE_CORPUS {
        cases.case(format!("tests/golden/{name}.md"));
    }
    cases.run();
}

#[test]
fn the_readme_is_what_the_binary_says() {
    let folder = beside_the_corpus();
    transcripts(text(folder.path())).case("README.md").run();
}

#[test]
fn the_manual_of_tagging_is_what_the_binary_says() {
    transcripts("index").case("docs/tagging.md").run();
}

#[test]
fn transcripts_of_changes_and_errors_are_what_the_binary_says() {
    let cases = transcripts("index");
    for name in IN_A_SANDBOX {
        cases.case(format!("tests/golden/{name}.md"));
    }
}

#[test]
fn manual_pages_are_of_commands_and_a_shell_completes_what_can_be_counted() {
    let folder = tempfile::tempdir().expect("it can be made");
    let made = Command::new(PRESSMARK).arg("man").arg(folder.path()).output().expect("it starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let pages: Vec<String> = std::fs::read_dir(folder.path())
        .expect("it was written to")
        .map(|page| page.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(pages.contains(&"pressmark-query.1".to_owned()), "{pages:?}");
    assert!(!pages.iter().any(|page| page.contains("help")), "{pages:?}");
    let script = talkative().output().expect("it runs").stdout;
    assert!(String::from_utf8_lossy(&script).contains("sector entity source lang month"));
}

#[test]
fn every_transcript_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in std::fs::read_dir(folder).expect("the folder is of the package") {
        let path = entry.expect("the folder can be listed").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("it is named by us");
            let run = ON_THE_CORPUS.contains(&name) || IN_A_SANDBOX.contains(&name);
            assert!(run, "`{name}` is in no list of this file");
        }
    }
}

/// The binary, with a command that writes more than a pipe holds.
fn talkative() -> Command {
    let mut command = Command::new(PRESSMARK);
    command.args(["completions", "bash"]).stdin(Stdio::null());
    command
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let mut child =
        talkative().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let output = talkative().stdout(full).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    let mut lines = told.lines();
    assert_eq!(lines.next(), Some("error: cannot write to standard output"), "{told}");
    assert!(lines.next().is_some_and(|line| line.starts_with("cause: ")), "{told}");
    assert!(lines.next().is_some_and(|line| line.starts_with("hint: free some space")), "{told}");
    assert_eq!(output.status.code(), Some(2));
}
