//! `pressmark index`: articles into the index.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use pressmark::article::Lang;
use pressmark::ingest::{Event, Ingest, IngestOptions, Outcome, Report};
use pressmark::output::json;
use pressmark::output::text::counted;
use pressmark::passage::SplitOptions;
use pressmark::reader::{self, FieldMap, ReadError, ReadOptions};
use serde::Serialize;

use super::corrections;
use super::failure::{Failure, Status};
use super::hints::flag;
use super::open::{self, Chosen, Means, Threads};
use super::ui::{Progress, Ui};
use super::values::{self, Name};

/// Add articles to the index
///
/// Reads files and folders in order of their names, leaves alone what `.gitignore` and
/// `.pressmarkignore` say, adds what is new, replaces what changed and skips what is the same. All
/// of it is seen by queries at once, when the command is done. A file that cannot be read is named
/// and counted; the others are indexed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark index news/ wire.jsonl
  pressmark index --map headline=subject --lang en archive.jsonl
  curl -s https://example.org/articles.jsonl | pressmark index -")]
pub(super) struct Args {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Taxonomy to tag by, instead of that of the index, which for a new one is built in
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    #[command(flatten)]
    means: Means,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How sources are read.
#[derive(Debug, clap::Args)]
pub(super) struct Reading {
    /// Read our FIELD from what the source calls NAME; `a.b` is `b` within `a`
    #[arg(long, value_name = "FIELD=NAME", help_heading = "Reading")]
    map: Vec<FieldMap>,
    /// Leave paragraphs torn that a blank line tears in mid sentence
    #[arg(long, help_heading = "Reading")]
    no_mend: bool,
    /// Language of all articles, instead of what they say or seem to be
    #[arg(long, value_name = "LANG", value_parser = values::lang, help_heading = "Reading")]
    lang: Option<Lang>,
    /// Publisher of all articles, instead of what they say
    #[arg(long, value_name = "SOURCE", help_heading = "Reading")]
    source: Option<Name>,
    /// Read every file as this format, whatever its name: text, jsonl, csv, html
    #[arg(long, value_name = "NAME", value_parser = reader_name, help_heading = "Reading")]
    reader: Option<&'static str>,
}

fn reader_name(name: &str) -> Result<&'static str, String> {
    let names: Vec<&'static str> = reader::READERS.iter().map(|reader| reader.name()).collect();
    let found = names.iter().find(|known| **known == name).copied();
    found.ok_or_else(|| format!("no reader `{name}`, wanted {}", super::hints::either(&names)))
}

impl Reading {
    /// The work on `paths` that the arguments ask for. Without paths standard input is read,
    /// unless a person is typing there.
    pub(super) fn ingest(
        self,
        paths: Vec<PathBuf>,
        index: &Path,
        threads: Threads,
    ) -> Result<Ingest, Failure> {
        let paths = if paths.is_empty() { vec![PathBuf::from("-")] } else { paths };
        if paths.iter().any(|path| path.as_os_str() == "-") && io::stdin().is_terminal() {
            return Err(Failure::user("no articles to read")
                .hint("name files or folders, or send articles to standard input"));
        }
        Ok(Ingest {
            paths,
            options: IngestOptions {
                origin: open::origin(index),
                read: ReadOptions { map: self.map, tell_dropped: false },
                split: SplitOptions { mend: !self.no_mend },
                lang: self.lang,
                source: self.source.map(|source| source.0),
                reader: self.reader.and_then(reader::by_name),
                threads: threads.count(),
            },
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One line for people
    Text,
    /// JSON Lines: an article, a warning or a failure a line, then the counts
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let ingest = args.reading.ingest(args.paths, index, args.means.threads)?;
    let Chosen { taxonomy, file } = open::taxonomy_for(index, args.taxonomy.as_ref())?;
    let paths = &ingest.paths;
    if paths.iter().all(|path| path.as_os_str() != "-" && !path.exists() && !path.is_symlink()) {
        // A slip of the pen makes no index.
        let mut telling = Telling::new(ui, args.format == Format::Jsonl);
        for path in ingest.paths {
            telling.event(Event::Failed(ReadError::Missing { path }));
        }
        return telling.end(&Report::default());
    }
    let options = args.means.write_options(taxonomy.card());
    let mut writer = open::writer(index, &options, "index")?;
    if let Some(file) = file {
        writer.keep_taxonomy(file);
    }
    let corrections = corrections::of_index(index)?;
    match writer.corrections() {
        None => writer.correct_by(corrections.stamp()),
        Some(stamp) if stamp != corrections.stamp() => {
            let file = corrections::place(index);
            ui.warning(&format!("`{}` was edited and is not applied yet", file.display()));
            ui.hint(&format!("apply it with `pressmark entities apply{}`", flag(index)));
        }
        Some(_) => {}
    }
    let taggers = open::taggers(taxonomy, corrections);

    let mut telling = Telling::new(ui, args.format == Format::Jsonl);
    let report = ingest.run(Box::new(writer), &taggers, &mut |event| telling.event(event))?;
    telling.end(&report)
}

/// Tells what happens while articles are indexed, and what came of it.
pub(super) struct Telling<'a> {
    ui: &'a mut Ui,
    progress: Progress,
    jsonl: bool,
    warned: u64,
    failed: u64,
    skipped: u64,
    /// The first failure to write a line; the run goes on.
    unwritten: Option<io::Error>,
}

impl<'a> Telling<'a> {
    pub(super) fn new(ui: &'a mut Ui, jsonl: bool) -> Self {
        let progress = ui.progress();
        Self { ui, progress, jsonl, warned: 0, failed: 0, skipped: 0, unwritten: None }
    }

    /// Tells one event.
    pub(super) fn event(&mut self, event: Event) {
        let Self { ui, progress, .. } = self;
        let record = match event {
            Event::Progress { bytes } => return progress.bytes(bytes),
            Event::Article { path, id, outcome, passages } => {
                progress.article();
                let (id, outcome) = (id.to_string(), outcome_name(outcome));
                if ui.verbose() {
                    let written = match passages {
                        0 => String::new(),
                        n => format!(": {}", counted(n as u64, "passage")),
                    };
                    progress.pause(|| ui.note(&format!("{outcome} {id}{written}")));
                }
                Line::Article { path: path.display().to_string(), id, outcome, passages }
            }
            Event::Skipped { path, reason } => {
                self.skipped += 1;
                if ui.verbose() {
                    progress.pause(|| ui.note(&format!("skipped `{}`: {reason}", path.display())));
                }
                Line::Skipped { path: path.display().to_string(), reason }
            }
            Event::Warned(error) => {
                self.warned += 1;
                progress.pause(|| ui.warning(&error.to_string()));
                Line::Warning(Complaint::new(&error))
            }
            Event::Failed(error) => {
                self.failed += 1;
                let complaint = Complaint::new(&error);
                progress.pause(|| Failure::from(error).print(ui));
                Line::Failed(complaint)
            }
        };
        self.line(&record);
    }

    fn line(&mut self, line: &Line) {
        if !self.jsonl || self.unwritten.is_some() {
            return;
        }
        self.unwritten = json::line(self.ui.out(), line).err();
    }

    /// Tells the counts and gives the exit code: one failure is enough to fail.
    pub(super) fn end(mut self, report: &Report) -> Result<Status, Failure> {
        let counts = Counts {
            added: report.added,
            replaced: report.replaced,
            unchanged: report.unchanged,
            withdrawn: report.withdrawn,
            passages: report.passages,
            skipped: self.skipped,
            warned: self.warned,
            failed: self.failed,
        };
        self.line(&Line::End(counts));
        let Self { ui, progress, jsonl, unwritten, .. } = self;
        progress.finish();
        if let Some(error) = unwritten {
            return Err(error.into());
        }
        if !jsonl && !ui.quiet() {
            writeln!(ui.out(), "{}", counts.summary())?;
        }
        if counts.failed == 0 {
            return Ok(Status::Done);
        }
        if counts.added + counts.replaced + counts.unchanged + counts.withdrawn > 0 {
            ui.hint("everything else is indexed; mend what failed and run the same command again");
        }
        Ok(Status::Failed)
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Added => "added",
        Outcome::Replaced => "replaced",
        Outcome::Unchanged => "unchanged",
        Outcome::Withdrawn => "withdrawn",
    }
}

/// One line of `--format jsonl`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Article { path: String, id: String, outcome: &'static str, passages: usize },
    Skipped { path: String, reason: String },
    Warning(Complaint),
    Failed(Complaint),
    End(Counts),
}

/// What is wrong with a source, and where.
#[derive(Serialize)]
struct Complaint {
    path: String,
    line: Option<u32>,
    message: String,
    cause: Option<String>,
}

impl Complaint {
    fn new(error: &ReadError) -> Self {
        let (path, line) = error.place();
        Self {
            path: path.display().to_string(),
            line,
            message: error.to_string(),
            cause: std::error::Error::source(error).map(ToString::to_string),
        }
    }
}

/// What came of a run, in articles but for `passages` (those written) and `skipped` (files).
#[derive(Clone, Copy, Serialize)]
struct Counts {
    added: u64,
    replaced: u64,
    unchanged: u64,
    withdrawn: u64,
    passages: u64,
    skipped: u64,
    warned: u64,
    failed: u64,
}

impl Counts {
    /// `3 articles: 2 added, 1 unchanged; 21 passages written; 1 failed`: files of other kinds are
    /// no failure, and `-v` names them.
    fn summary(self) -> String {
        let outcomes = [
            (self.added, "added"),
            (self.replaced, "replaced"),
            (self.unchanged, "unchanged"),
            (self.withdrawn, "withdrawn"),
        ];
        let articles = outcomes.iter().map(|(n, _)| n).sum();
        let outcomes: Vec<String> = outcomes
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"))
            .collect();
        let mut text = counted(articles, "article");
        if !outcomes.is_empty() {
            text += &format!(": {}", outcomes.join(", "));
        }
        if self.passages > 0 {
            text += &format!("; {} written", counted(self.passages, "passage"));
        }
        if self.skipped > 0 {
            text += &format!("; {} of other kinds skipped", counted(self.skipped, "file"));
        }
        if self.warned > 0 {
            text += &format!("; {}", counted(self.warned, "warning"));
        }
        if self.failed > 0 {
            text += &format!("; {} failed", self.failed);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_is_not_nothing() {
        let none = Counts {
            added: 0,
            replaced: 0,
            unchanged: 0,
            withdrawn: 0,
            passages: 0,
            skipped: 0,
            warned: 0,
            failed: 0,
        };
        for (counts, want) in [
            (none, "0 articles"),
            (Counts { added: 1, passages: 1, ..none }, "1 article: 1 added; 1 passage written"),
            (
                Counts {
                    added: 2,
                    unchanged: 1,
                    passages: 21,
                    failed: 1,
                    skipped: 3,
                    warned: 2,
                    ..none
                },
                "3 articles: 2 added, 1 unchanged; 21 passages written; \
                 3 files of other kinds skipped; 2 warnings; 1 failed",
            ),
        ] {
            assert_eq!(counts.summary(), want);
        }
    }
}
