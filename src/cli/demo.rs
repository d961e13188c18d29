//! `pressmark demo`: the main job on articles that are built in.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use super::Cli;
use super::failure::{Failure, Status};
use super::hints::quoted;
use super::ui::Ui;
use clap::Parser;
use include_dir::{Dir, include_dir};

/// See pressmark work on articles that are built in
///
/// Indexes some dozens of short articles in English, Chinese and Malay into a throw-away index,
/// whatever `--index` says, and shows three queries with the commands that make them.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// The articles of `corpus/`, so that an installed binary has them too.
pub(super) static CORPUS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus");

/// What is shown: why it is telling, and the arguments after `pressmark`.
const QUERIES: [(&str, &[&str]); 3] = [
    (
        "A phrase and a word; stems match, and what matched is marked:",
        &["query", "\"data centre\" power", "-n", "3"],
    ),
    (
        "One entity in every language, one sector; newest first, a passage of each article:",
        &[
            "query",
            "--entity",
            "马来西亚",
            "--sector",
            "trade",
            "--collapse",
            "article",
            "--sort=-date",
            "-n",
            "3",
        ],
    ),
    (
        "Everything of a year about energy, counted by sector and month:",
        &[
            "query",
            "--sector",
            "energy",
            "--since",
            "2024",
            "--until",
            "2024",
            "-n",
            "1",
            "--facets",
            "sector,month",
        ],
    ),
];

pub(super) fn run(ui: &mut Ui, _: &Args) -> Result<Status, Failure> {
    let failed = |source| Failure::io("cannot use the folder for temporary files", source);
    let folder = tempfile::Builder::new().prefix("pressmark-demo-").tempdir().map_err(failed)?;
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).and_then(|()| CORPUS.extract(&corpus)).map_err(failed)?;
    let index = folder.path().join("index");

    show_command(ui, &["index", "corpus"])?;
    let status = run_command(ui, &index, &["index".as_ref(), corpus.as_os_str()])?;
    for (why, arguments) in QUERIES {
        writeln!(ui.out(), "\n{why}")?;
        show_command(ui, arguments)?;
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        run_command(ui, &index, &arguments)?;
    }
    writeln!(ui.out(), "\nThe index of this demo is gone; make your own:")?;
    show_command(ui, &["index", "PATH"])?;
    Ok(status)
}

/// Runs a command as if it had been typed, on the index of the demo.
fn run_command(ui: &mut Ui, index: &Path, arguments: &[&OsStr]) -> Result<Status, Failure> {
    let words = [OsStr::new("pressmark")].into_iter().chain(arguments.iter().copied());
    let cli = Cli::try_parse_from(words).expect("a test parses the demo's commands");
    super::run(ui, index, cli.command)
}

/// Prints a command as it is typed, set in from what it prints.
fn show_command(ui: &mut Ui, arguments: &[&str]) -> Result<(), Failure> {
    let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
    Ok(writeln!(ui.out(), "  $ pressmark {}", words.join(" "))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_that_are_shown_are_commands() {
        for (_, arguments) in QUERIES {
            let words = [&["pressmark"], arguments].concat();
            assert!(Cli::try_parse_from(words).is_ok(), "{arguments:?}");
        }
    }
}
