//! `pressmark watch`: indexes what appears or changes, until it is stopped.

mod notice;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf, absolute};
use std::time::{Duration, Instant, SystemTime};

use pressmark::ingest::{Again, Event, Ingest};
use pressmark::reader::ReadError;

use super::failure::{Failure, Status};
use super::index::{Reading, no_source};
use super::open::{self, Means};
use super::stop;
use super::telling::{Style, Telling};
use super::ui::Ui;
use super::values;
use notice::{Notice, Notices};

/// Index what appears or changes, until stopped
///
/// Begins as `pressmark index` does: files whose size and dates are those of the last time are not
/// opened. Then whatever is written, moved there or replaced is indexed, once it has been left alone for
/// as long as `--settle` says, so that nothing is read half written. Each lot is one commit, and a line
/// tells each article that is written. The index is locked only while a lot is indexed: queries can be asked at all
/// times, and other commands may write in between.
///
/// An article stays when its file goes, and `pressmark delete` takes it out; it comes back when its
/// file changes, or when all files are looked at, as at the start.
///
/// Ctrl-C or the end of the session ends it: what was read till then is indexed, and the exit code is 0.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark watch news/
  pressmark watch --poll 30 /mnt/wire --format jsonl")]
pub(super) struct Args {
    /// Files and folders
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How long a file is left alone before it is read
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = values::seconds)]
    settle: Duration,
    /// Look at all files this often, instead of being told by the system; for folders of other machines
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds)]
    poll: Option<Duration>,
    #[command(flatten)]
    reading: Reading,
    /// Taxonomy to tag by, instead of that of the index, which for a new one is built in
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    #[command(flatten)]
    means: Means,
    /// How it is told what is indexed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each article that is written
    Text,
    /// JSON Lines as `index` writes them; an `end` with the counts closes each lot
    Jsonl,
}

/// How often to look whether it is to end, or the index is free.
const TICK: Duration = Duration::from_millis(200);

/// How often to look where the system does not tell.
const FALLBACK: Duration = Duration::from_secs(10);

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::user("standard input cannot be watched, wanted files or folders")
            .hint("index it with `pressmark index -`"));
    }
    if no_source(&args.paths) {
        return Err(ReadError::Missing { path: args.paths[0].clone() }.into());
    }
    let style = if args.format == Format::Jsonl { Style::Jsonl } else { Style::Log };
    let ingest = args.reading.ingest(args.paths.clone(), index, args.means.threads)?;
    stop::on_interrupt(&ingest.stop, "");
    // Before the first run, so that what changes meanwhile is not missed.
    let mut notices = match args.poll {
        Some(every) => Notices::by_looking(&args.paths, every),
        None => Notices::of_system(&args.paths)
            .unwrap_or_else(|error| look_instead(ui, &args.paths, &error.to_string())),
    };
    let (taxonomy, means, settle) = (args.taxonomy, args.means, args.settle);
    let mut watch = Watch { ui, index, ingest, taxonomy, means, settle, style, is_waiting: false };
    let mut pending = Pending { everything: Some(Instant::now()), ..Pending::default() };
    let mut is_first = true;
    while !watch.ingest.stop.is_asked() {
        let due = pending.take_due(watch.settle, is_first);
        if let Some(due) = due {
            match watch.lot(due.clone())? {
                Some(unsettled) => {
                    if is_first {
                        is_first = false;
                        let paths = args.paths.iter().map(|path| format!("`{}`", path.display()));
                        let paths = paths.collect::<Vec<_>>().join(", ");
                        watch.ui.note(&format!("watching {paths}; Ctrl-C ends it"));
                    }
                    unsettled.into_iter().for_each(|path| pending.at(path));
                }
                None => pending.put_back(due),
            }
        }
        for notice in notices.wait(TICK) {
            match notice {
                Notice::At(path) if is_of(&path, index) => {}
                Notice::At(path) if !decides_for_others(&path) => pending.at(path),
                Notice::At(_) | Notice::Anywhere => pending.everything = Some(Instant::now()),
                Notice::Lost(why) => {
                    notices = look_instead(watch.ui, &args.paths, &why);
                    pending.everything = Some(Instant::now());
                    break;
                }
            }
        }
    }
    watch.ui.note("stopped; what was read till then is indexed");
    Ok(Status::Done)
}

fn look_instead(ui: &mut Ui, paths: &[PathBuf], why: &str) -> Notices {
    let every = FALLBACK.as_secs();
    ui.warning(&format!("the system does not tell of changes ({why}), looking every {every} s"));
    Notices::by_looking(paths, FALLBACK)
}

/// Whether what is at `path` says which other files are looked at.
fn decides_for_others(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".gitignore" || name == ".pressmarkignore")
}

/// Whether `path` is in the folder of the index: what we write is no news.
fn is_of(path: &Path, index: &Path) -> bool {
    match (absolute(path), absolute(index)) {
        (Ok(path), Ok(index)) => path.starts_with(index),
        _ => false,
    }
}

/// What is to be looked at, and since when it was last heard of.
#[derive(Debug, Default)]
struct Pending {
    everything: Option<Instant>,
    paths: BTreeMap<PathBuf, Instant>,
}

impl Pending {
    fn at(&mut self, path: PathBuf) {
        self.paths.insert(path, Instant::now());
    }

    /// What has been left alone for as long as `settle`; all paths are `None`.
    fn take_due(&mut self, settle: Duration, at_once: bool) -> Option<Option<BTreeSet<PathBuf>>> {
        if self.everything.is_some_and(|since| at_once || since.elapsed() >= settle) {
            // What is still written to is found unsettled, and comes again.
            *self = Self::default();
            return Some(None);
        }
        let mut due = BTreeSet::new();
        self.paths.retain(|path, since| {
            let stays = since.elapsed() < settle;
            if !stays {
                due.insert(path.clone());
            }
            stays
        });
        // What is gone is nothing to read; a link that leads nowhere is told.
        due.retain(|path| path.symlink_metadata().is_ok());
        (!due.is_empty()).then_some(Some(due))
    }

    /// It could not be looked at.
    fn put_back(&mut self, due: Option<BTreeSet<PathBuf>>) {
        match due {
            None => self.everything = Some(Instant::now()),
            Some(paths) => paths.into_iter().for_each(|path| self.at(path)),
        }
    }
}

/// Indexes one lot after the other.
struct Watch<'a> {
    ui: &'a mut Ui,
    index: &'a Path,
    ingest: Ingest,
    taxonomy: Option<PathBuf>,
    means: Means,
    settle: Duration,
    style: Style,
    /// Whether it was said that another process writes the index.
    is_waiting: bool,
}

impl Watch<'_> {
    /// Indexes what is at these paths, or everything, and gives the files that may still be written
    /// to; `None` if another process writes the index.
    fn lot(&mut self, only: Option<BTreeSet<PathBuf>>) -> Result<Option<Vec<PathBuf>>, Failure> {
        let opened =
            open::to_index(self.ui, self.index, self.taxonomy.as_ref(), self.means, "watch");
        let (writer, taggers) = match opened {
            Err(failure) if failure.is_locked() => {
                if !std::mem::replace(&mut self.is_waiting, true) {
                    self.ui.note("waiting: another process writes the index");
                }
                return Ok(None);
            }
            opened => opened?,
        };
        self.is_waiting = false;
        let now = Some(SystemTime::now());
        self.ingest.again = Again { now, checksum: false, settle: self.settle, only };
        let mut unsettled = Vec::new();
        let mut telling = Telling::new(self.ui, self.style, &self.ingest.paths);
        let report = self.ingest.run(Box::new(writer), &taggers, &mut |event| {
            if let Event::Unsettled { path } = &event {
                unsettled.push(path.clone());
            }
            telling.event(event);
        })?;
        // A file that cannot be read was told, and the next may be better.
        let _: Status = telling.end(&report, None)?;
        self.ui.flush()?;
        Ok(Some(unsettled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_alone_is_due() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let mut pending = Pending::default();
        assert_eq!(pending.take_due(Duration::ZERO, false), None);
        pending.at(path.clone());
        pending.at(path.join("gone"));
        assert_eq!(pending.take_due(Duration::from_secs(3600), true), None);
        assert_eq!(
            pending.take_due(Duration::ZERO, false),
            Some(Some(BTreeSet::from([path.clone()])))
        );
        assert_eq!(pending.take_due(Duration::ZERO, false), None);
        pending.everything = Some(Instant::now());
        pending.at(path.clone());
        assert_eq!(pending.take_due(Duration::from_secs(3600), false), None);
        assert_eq!(pending.take_due(Duration::from_secs(3600), true), Some(None));
        assert_eq!(pending.take_due(Duration::ZERO, false), None);
        pending.put_back(Some(BTreeSet::from([path.clone()])));
        assert_eq!(pending.take_due(Duration::ZERO, false), Some(Some(BTreeSet::from([path]))));
    }

    #[test]
    fn what_the_index_holds_is_no_news() {
        for (path, index, want) in [
            ("news/index/meta.json", "news/index", true),
            ("./index/x", "index", true),
            ("news/indexed.txt", "news/index", false),
        ] {
            assert_eq!(is_of(Path::new(path), Path::new(index)), want, "{path}");
        }
    }
}
