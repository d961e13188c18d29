//! What a run that indexes says: each event as it happens, and the counts at its end.

use std::io;
use std::path::{Path, PathBuf};

use pressmark::ingest::{Event, Outcome, Report};
use pressmark::output::text::counted;
use pressmark::output::{json, printable};
use pressmark::reader::Complaint;
use serde::Serialize;

use super::complaints::Complaints;
use super::failure::{Failure, Status};
use super::progress::Progress;
use super::tally::Tally;
use super::ui::Ui;

/// How a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// The counts at the end, for people.
    Counts,
    /// A line for each article that is written, for people.
    Log,
    /// A line for each event, for programs.
    Jsonl,
}

/// Tells what happens while articles are indexed, and what came of it.
pub(super) struct Telling<'a> {
    ui: &'a mut Ui,
    progress: Progress,
    style: Style,
    tally: Tally,
    complaints: Complaints,
    warned: u64,
    failed: u64,
    skipped: u64,
    /// The first failure to write a line; the run goes on.
    unwritten: Option<io::Error>,
}

impl<'a> Telling<'a> {
    /// Of a run on `paths`, which starts now.
    pub(super) fn new(ui: &'a mut Ui, style: Style, paths: &[PathBuf]) -> Self {
        let progress = Progress::new(ui, paths);
        Self {
            ui,
            progress,
            style,
            tally: Tally::default(),
            complaints: Complaints::default(),
            warned: 0,
            failed: 0,
            skipped: 0,
            unwritten: None,
        }
    }

    /// Tells one event.
    pub(super) fn event(&mut self, event: Event) {
        self.tally.count(&event);
        let Self { ui, progress, style, complaints, .. } = self;
        let record = match event {
            Event::File { path, bytes } => {
                if complaints.has_more() {
                    progress.pause(|| complaints.end(ui));
                }
                complaints.go_on(ui, &path);
                return progress.file(&path, bytes);
            }
            Event::Unsettled { .. } => return,
            Event::Progress { bytes, .. } => return progress.bytes(ui, bytes),
            Event::Article { path, id, outcome, passages, .. } => {
                progress.article(ui, passages);
                let is_new = !matches!(outcome, Outcome::Unchanged | Outcome::Repeated);
                let (id, outcome) = (id.to_string(), outcome_name(outcome));
                let is_logged = *style == Style::Log && is_new;
                if ui.verbose() || is_logged {
                    let written = match passages {
                        0 => String::new(),
                        n => format!(": {}", counted(n as u64, "passage")),
                    };
                    let line = format!("{outcome} {id}{written}");
                    match is_logged {
                        true => self.log(&line),
                        false => progress.pause(|| ui.note(&line)),
                    }
                }
                Line::Article { path: path.display().to_string(), id, outcome, passages }
            }
            Event::Skipped { path, reason } => {
                self.skipped += 1;
                progress.skipped(ui);
                if ui.verbose() {
                    progress.pause(|| ui.note(&format!("skipped `{}`: {reason}", path.display())));
                }
                Line::Skipped { path: path.display().to_string(), reason }
            }
            Event::Complaint(complaint) => {
                progress.pause(|| complaints.tell(ui, &complaint));
                let is_warning = complaint.is_warning;
                let (count, line): (_, fn(_) -> _) = match is_warning {
                    true => (&mut self.warned, Line::Warning),
                    false => (&mut self.failed, Line::Failed),
                };
                *count += 1;
                line(Wrong::from(complaint))
            }
        };
        self.line(&record);
    }

    /// Writes a line for people.
    fn log(&mut self, line: &str) {
        if self.unwritten.is_none() && !self.ui.quiet() {
            let Self { ui, progress, unwritten, .. } = self;
            progress.pause(|| *unwritten = writeln!(ui.out(), "{}", printable(line)).err());
        }
    }

    fn line(&mut self, line: &Line) {
        if self.style != Style::Jsonl || self.unwritten.is_some() {
            return;
        }
        self.unwritten = json::line(self.ui.out(), line).err();
    }

    /// Tells the counts, writes them to the file of `--report`, and gives the exit code: one failure
    /// is enough to fail.
    pub(super) fn end(mut self, report: &Report, file: Option<&Path>) -> Result<Status, Failure> {
        let counts = Counts {
            added: report.added,
            replaced: report.replaced,
            repeated: report.repeated,
            unchanged: report.unchanged,
            withdrawn: report.withdrawn,
            passages: report.passages,
            skipped: self.skipped,
            warned: self.warned,
            failed: self.failed,
            stopped: report.stopped,
        };
        self.line(&Line::End(counts));
        let Self { ui, progress, style, tally, mut complaints, unwritten, .. } = self;
        progress.finish();
        complaints.end(ui);
        if let Some(error) = unwritten {
            return Err(error.into());
        }
        if progress.was_shown() && style == Style::Counts {
            tally.lines().iter().for_each(|line| ui.note(line));
        }
        if style == Style::Counts && !ui.quiet() {
            writeln!(ui.out(), "{}", counts.summary())?;
        }
        if let Some(file) = file {
            tally.write(file, report, progress.elapsed())?;
        }
        if report.stopped && style != Style::Log {
            ui.warning("stopped before all was read; what was read till then is indexed");
            ui.hint("run the same command again for the rest");
            return Ok(Status::Stopped);
        }
        if counts.failed == 0 {
            if style == Style::Counts
                && counts.articles() == 0
                && counts.skipped > 0
                && !ui.verbose()
            {
                ui.hint("`-v` tells what was skipped and why");
            }
            return Ok(Status::Done);
        }
        if style != Style::Log && counts.articles() > 0 {
            ui.hint("everything else is indexed; mend what failed and run the same command again");
        }
        Ok(Status::Failed)
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Added => "added",
        Outcome::Replaced => "replaced",
        Outcome::Repeated => "repeated",
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
    Warning(Wrong),
    Failed(Wrong),
    End(Counts),
}

/// What is wrong with a source, and where.
#[derive(Serialize)]
struct Wrong {
    path: String,
    line: Option<u32>,
    message: String,
    cause: Option<String>,
}

impl From<Complaint> for Wrong {
    fn from(complaint: Complaint) -> Self {
        let Complaint { path, line, message, causes, .. } = complaint;
        let (path, cause) = (path.display().to_string(), causes.into_iter().next());
        Self { path, line, message, cause }
    }
}

/// What came of a run, in articles but for `passages` (those written) and `skipped` (files).
#[derive(Clone, Copy, Serialize)]
struct Counts {
    added: u64,
    replaced: u64,
    repeated: u64,
    unchanged: u64,
    withdrawn: u64,
    passages: u64,
    skipped: u64,
    warned: u64,
    failed: u64,
    /// Whether there was more.
    #[serde(skip_serializing_if = "is_false")]
    stopped: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Counts {
    fn articles(self) -> u64 {
        self.added + self.replaced + self.repeated + self.unchanged + self.withdrawn
    }

    /// `3 articles: 2 added, 1 unchanged; 21 passages written; 1 failed`: files of other kinds are
    /// no failure, and `-v` names them.
    fn summary(self) -> String {
        let outcomes = [
            (self.added, "added"),
            (self.replaced, "replaced"),
            (self.repeated, "repeated"),
            (self.unchanged, "unchanged"),
            (self.withdrawn, "withdrawn"),
        ];
        let outcomes: Vec<String> = outcomes
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"))
            .collect();
        let mut text = counted(self.articles(), "article");
        if !outcomes.is_empty() {
            text += &format!(": {}", outcomes.join(", "));
        }
        if self.passages > 0 {
            text += &format!("; {} written", counted(self.passages, "passage"));
        }
        if self.skipped > 0 {
            text += &format!("; {} skipped", self.skipped);
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
            repeated: 0,
            unchanged: 0,
            withdrawn: 0,
            passages: 0,
            skipped: 0,
            warned: 0,
            failed: 0,
            stopped: false,
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
                 3 skipped; 2 warnings; 1 failed",
            ),
        ] {
            assert_eq!(counts.summary(), want);
        }
    }
}
