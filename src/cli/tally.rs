//! What came of a run, counted by format and by reason: the lines at its end, and the file of
//! `--report`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use pressmark::ingest::{Event, Outcome, Report};
use pressmark::output::text::counted;
use pressmark::reader::Complaint;
use serde::Serialize;

use super::failure::Failure;

/// Counts of the events of a run.
#[derive(Debug, Default)]
pub(super) struct Tally {
    formats: BTreeMap<&'static str, OfFormat>,
    skipped: BTreeMap<String, u64>,
    warned: BTreeMap<String, u64>,
    failed: BTreeMap<String, u64>,
}

/// Articles by what became of them, passages that were written, and bytes that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct OfFormat {
    added: u64,
    replaced: u64,
    repeated: u64,
    unchanged: u64,
    withdrawn: u64,
    passages: u64,
    bytes: u64,
}

impl Tally {
    /// Counts an event.
    pub(super) fn count(&mut self, event: &Event) {
        match event {
            Event::Article { format, outcome, passages, .. } => {
                let of = self.formats.entry(format).or_default();
                *match outcome {
                    Outcome::Added => &mut of.added,
                    Outcome::Replaced => &mut of.replaced,
                    Outcome::Repeated => &mut of.repeated,
                    Outcome::Unchanged => &mut of.unchanged,
                    Outcome::Withdrawn => &mut of.withdrawn,
                } += 1;
                of.passages += *passages as u64;
            }
            Event::Progress { format, bytes } => {
                self.formats.entry(format).or_default().bytes += bytes;
            }
            Event::Skipped { reason, .. } => {
                // Where it stands is no part of why.
                let why = reason.split(" (line ").next().unwrap_or_default();
                *self.skipped.entry(why.to_owned()).or_default() += 1;
            }
            Event::Complaint(Complaint { is_warning, kind, .. }) => {
                let of = if *is_warning { &mut self.warned } else { &mut self.failed };
                *of.entry(kind.clone()).or_default() += 1;
            }
            Event::File { .. } | Event::Unsettled { .. } => {}
        }
    }

    /// Lines for people: a format or a reason each.
    pub(super) fn lines(&self) -> Vec<String> {
        let formats = self.formats.iter().map(|(format, of)| {
            let articles = of.added + of.replaced + of.repeated + of.unchanged + of.withdrawn;
            let megabytes = of.bytes as f64 / 1e6;
            let passages = counted(of.passages, "passage");
            format!("{format}: {}, {passages}, {megabytes:.1} MB", counted(articles, "article"))
        });
        let skipped = self.skipped.iter().map(|(reason, n)| format!("skipped, {reason}: {n}"));
        let warned = self.warned.iter().map(|(kind, n)| format!("warned, {kind}: {n}"));
        let failed = self.failed.iter().map(|(kind, n)| format!("failed, {kind}: {n}"));
        formats.chain(skipped).chain(warned).chain(failed).collect()
    }

    /// Writes the file of `--report`.
    pub(super) fn write(
        &self,
        file: &Path,
        report: &Report,
        elapsed: Duration,
    ) -> Result<(), Failure> {
        let whole = Whole {
            v: 1,
            generation: report.generation,
            stopped: report.stopped,
            seconds: elapsed.as_millis() as f64 / 1e3,
            files: Files { read: report.read, same: report.same },
            articles: Articles {
                added: report.added,
                replaced: report.replaced,
                repeated: report.repeated,
                unchanged: report.unchanged,
                withdrawn: report.withdrawn,
            },
            passages: report.passages,
            bytes: self.formats.values().map(|of| of.bytes).sum(),
            formats: &self.formats,
            skipped: &self.skipped,
            warned: &self.warned,
            failed: &self.failed,
        };
        let mut text = serde_json::to_string_pretty(&whole).expect("plain values have a JSON form");
        text.push('\n');
        fs::write(file, text).map_err(|source| unwritten(file, source))
    }
}

/// Whether the file of `--report` can be written: better known before a long run than after it.
pub(super) fn may_be_written(file: &Path) -> Result<(), Failure> {
    let opened = fs::File::options().create(true).append(true).open(file);
    opened.map(drop).map_err(|source| unwritten(file, source))
}

fn unwritten(file: &Path, source: std::io::Error) -> Failure {
    Failure::io(format!("cannot write `{}`", file.display()), source)
}

/// The file of `--report`; `docs/indexing.md` says what its keys mean.
#[derive(Serialize)]
struct Whole<'a> {
    v: u32,
    generation: u64,
    stopped: bool,
    seconds: f64,
    files: Files,
    articles: Articles,
    passages: u64,
    bytes: u64,
    formats: &'a BTreeMap<&'static str, OfFormat>,
    skipped: &'a BTreeMap<String, u64>,
    warned: &'a BTreeMap<String, u64>,
    failed: &'a BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Files {
    read: u64,
    same: u64,
}

#[derive(Serialize)]
struct Articles {
    added: u64,
    replaced: u64,
    repeated: u64,
    unchanged: u64,
    withdrawn: u64,
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pressmark::article::ArticleId;
    use pressmark::reader::ReadError;

    use super::*;

    #[test]
    fn articles_are_counted_by_format_and_the_rest_by_reason() {
        let mut tally = Tally::default();
        let article = |format, outcome, passages| Event::Article {
            path: PathBuf::from("a"),
            format,
            id: ArticleId::new("a").unwrap(),
            outcome,
            passages,
        };
        for event in [
            article("text", Outcome::Added, 3),
            article("jsonl", Outcome::Unchanged, 0),
            article("jsonl", Outcome::Replaced, 1),
            Event::Progress { format: "jsonl", bytes: 1_250_000 },
            Event::Skipped { path: PathBuf::from("b"), reason: "a draft (line 3)".to_owned() },
            Event::Skipped { path: PathBuf::from("b"), reason: "a draft (line 9)".to_owned() },
            Event::Complaint(ReadError::Empty { path: PathBuf::from("c") }.into()),
            Event::Complaint(ReadError::Empty { path: PathBuf::from("d") }.into()),
        ] {
            tally.count(&event);
        }
        assert_eq!(
            tally.lines(),
            [
                "jsonl: 2 articles, 1 passage, 1.2 MB",
                "text: 1 article, 3 passages, 0.0 MB",
                "skipped, a draft: 2",
                "failed, empty: 2",
            ]
        );
    }
}
