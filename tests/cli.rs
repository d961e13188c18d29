//! Runs the binary: the console transcripts in `golden/`, and what a transcript cannot show.
//!
//! `TRYCMD=overwrite cargo test cli` writes what the binary says now; read the diff.

use std::process::{Command, Stdio};

#[test]
fn transcripts_are_what_the_binary_says() {
    trycmd::TestCases::new().env("COLUMNS", "100").env("NO_COLOR", "1").case("tests/golden/*.md");
}

/// The binary, with a command that writes more than a pipe holds.
fn talkative() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pressmark"));
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
