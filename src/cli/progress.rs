//! How far a run is: a line of the terminal that is drawn again and again, or, where there is none, a
//! line now and then.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use pressmark::output::printable;
use pressmark::output::text::counted;
use pressmark::reader::{self, Stamp, WalkOptions};

use super::ui::Ui;

/// How long a run may take before its line is drawn.
const SILENCE: Duration = Duration::from_millis(250);

/// How often the line is drawn at most.
const REDRAWN: Duration = Duration::from_millis(80);

/// How long a run goes on without a word where there is no terminal, and how often it says one then.
const WORD: Duration = Duration::from_secs(10);

/// How long a run takes before it is worth going through the folders ahead of it.
const LONG: Duration = Duration::from_secs(2);

/// Where it is shown.
enum Shown {
    /// Nowhere.
    Not,
    /// On a terminal, once it has lasted.
    Drawn(Option<ProgressBar>),
    /// As lines.
    Told,
}

/// Counts what a run does, and shows it.
pub(super) struct Progress {
    shown: Shown,
    from: Instant,
    /// When it was shown last.
    last: Instant,
    done: Done,
    paths: Vec<PathBuf>,
    ahead: Option<Arc<Ahead>>,
}

/// What is done.
#[derive(Debug, Default)]
struct Done {
    articles: u64,
    passages: u64,
    skipped: u64,
    /// Read from files or out of archives.
    read: u64,
    /// Of the files that are done.
    files: u64,
    /// Length of the file that is read, and how much was read of it.
    file: (u64, u64),
    path: PathBuf,
}

/// What the folders hold, as far as they were gone through.
#[derive(Debug, Default)]
struct Ahead {
    bytes: AtomicU64,
    is_all: AtomicBool,
}

impl Progress {
    /// Of a run on `paths`, which starts now.
    pub(super) fn new(ui: &Ui, paths: &[PathBuf]) -> Self {
        let shown = match (ui.quiet(), ui.talks_to_terminal()) {
            (true, _) => Shown::Not,
            (false, true) => Shown::Drawn(None),
            (false, false) => Shown::Told,
        };
        let from = Instant::now();
        let (done, paths) = (Done::default(), paths.to_vec());
        Self { shown, from, last: from, done, paths, ahead: None }
    }

    /// How long the run has lasted.
    pub(super) fn elapsed(&self) -> Duration {
        self.from.elapsed()
    }

    /// Whether a person has seen it, so that more may be said at the end.
    pub(super) fn was_shown(&self) -> bool {
        match &self.shown {
            Shown::Not => false,
            Shown::Drawn(bar) => bar.is_some(),
            Shown::Told => self.last > self.from,
        }
    }

    /// A file is begun.
    pub(super) fn file(&mut self, path: &Path, bytes: u64) {
        let done = &mut self.done;
        done.files += done.file.0;
        done.file = (bytes, 0);
        path.clone_into(&mut done.path);
    }

    /// One article more, of which so many passages were written.
    pub(super) fn article(&mut self, ui: &mut Ui, passages: usize) {
        self.done.articles += 1;
        self.done.passages += passages as u64;
        self.show(ui);
    }

    /// A file was passed over.
    pub(super) fn skipped(&mut self, ui: &mut Ui) {
        self.done.skipped += 1;
        self.show(ui);
    }

    /// So many bytes more were read.
    pub(super) fn bytes(&mut self, ui: &mut Ui, bytes: u64) {
        self.done.read += bytes;
        self.done.file.1 += bytes;
        self.show(ui);
    }

    fn show(&mut self, ui: &mut Ui) {
        let elapsed = self.from.elapsed();
        let is_due =
            self.last.elapsed() >= if let Shown::Told = self.shown { WORD } else { REDRAWN };
        if !is_due || elapsed < SILENCE || matches!(self.shown, Shown::Not) {
            return;
        }
        self.last = Instant::now();
        if self.ahead.is_none() && elapsed >= LONG {
            self.ahead = Some(look_ahead(self.paths.clone()));
        }
        let ahead = self.ahead.as_deref();
        let all = ahead.filter(|ahead| ahead.is_all.load(Ordering::Acquire));
        let line = self.done.line(elapsed, all.map(|ahead| ahead.bytes.load(Ordering::Relaxed)));
        match &mut self.shown {
            Shown::Not => {}
            Shown::Told => ui.note(&format!("{} s: {line}", elapsed.as_secs())),
            Shown::Drawn(bar) => {
                let bar = bar.get_or_insert_with(|| {
                    let style = ProgressStyle::with_template("{spinner} {wide_msg}")
                        .expect("the template is fixed and parses");
                    ProgressBar::new_spinner().with_style(style)
                });
                bar.set_message(printable(&line).into_owned());
                bar.tick();
            }
        }
    }

    /// Calls `say` while the line is off the terminal.
    pub(super) fn pause(&self, say: impl FnOnce()) {
        match &self.shown {
            Shown::Drawn(Some(bar)) => bar.suspend(say),
            _ => say(),
        }
    }

    /// Takes the line off the terminal.
    pub(super) fn finish(&self) {
        if let Shown::Drawn(Some(bar)) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

impl Done {
    /// `1200 articles, 6000 passages, 3.4 MB/s, 2 skipped, 0:42 left, news/wire.jsonl`; `all` is what
    /// all files are long together, if that is known.
    fn line(&self, elapsed: Duration, all: Option<u64>) -> String {
        let mut line = counted(self.articles, "article");
        if self.passages > 0 {
            line += &format!(", {}", counted(self.passages, "passage"));
        }
        let seconds = elapsed.as_secs_f64();
        line += &format!(", {:.1} MB/s", self.read as f64 / 1e6 / seconds);
        if self.skipped > 0 {
            line += &format!(", {} skipped", self.skipped);
        }
        // More may come out of an archive than it is long.
        let done = self.files + self.file.1.min(self.file.0);
        if let Some(all) = all.filter(|all| (1..=*all).contains(&done)) {
            let left = (seconds * (all - done) as f64 / done as f64).ceil() as u64;
            line += &format!(", {}:{:02} left", left / 60, left % 60);
        }
        if !self.path.as_os_str().is_empty() {
            line += &format!(", {}", self.path.display());
        }
        line
    }
}

/// Goes through what `paths` lead to on a thread of its own, which ends with the program.
fn look_ahead(paths: Vec<PathBuf>) -> Arc<Ahead> {
    let ahead = Arc::new(Ahead::default());
    let filled = ahead.clone();
    std::thread::spawn(move || {
        for found in reader::walk(&paths, WalkOptions::default()).flatten() {
            if found.source.is_stdin() {
                // What comes has no length, so there is no end to tell.
                return;
            }
            let bytes = Stamp::of(&found.source.path).map_or(0, |stamp| stamp.bytes);
            filled.bytes.fetch_add(bytes, Ordering::Relaxed);
        }
        filled.is_all.store(true, Ordering::Release);
    });
    ahead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_known() {
        let done = |files, file, read| Done {
            articles: 1200,
            passages: 6000,
            skipped: 2,
            read,
            files,
            file,
            path: PathBuf::from("news/wire.jsonl"),
        };
        let ten = Duration::from_secs(10);
        for (done, all, want) in [
            (Done { articles: 1, ..Done::default() }, Some(0), "1 article, 0.0 MB/s"),
            (
                done(0, (0, 0), 34_000_000),
                None,
                "1200 articles, 6000 passages, 3.4 MB/s, 2 skipped, news/wire.jsonl",
            ),
            (
                done(1000, (3000, 1000), 2000),
                Some(20_000),
                "1200 articles, 6000 passages, 0.0 MB/s, 2 skipped, 1:30 left, news/wire.jsonl",
            ),
            // An archive out of which more came than it is long.
            (
                done(1000, (3000, 90_000), 2000),
                Some(4000),
                "1200 articles, 6000 passages, 0.0 MB/s, 2 skipped, 0:00 left, news/wire.jsonl",
            ),
            // Files grew while they were read.
            (
                done(5000, (0, 0), 2000),
                Some(4000),
                "1200 articles, 6000 passages, 0.0 MB/s, 2 skipped, news/wire.jsonl",
            ),
        ] {
            assert_eq!(done.line(ten, all), want);
        }
    }
}
