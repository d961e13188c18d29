//! Steps into the writer, one after the other: what becomes of each article, and what is noted of
//! its file.
//!
//! It runs on one thread, in the order of the sources. What it does is told as events.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::event::{Event, Outcome, Report};
use super::pipeline::{Begun, Parsed, Same, Step, Tagging, id_of};
use super::seen::{Gives, Notes, Seen};
use super::versions::{Comes, Versions};
use super::{Ingest, tag};
use crate::article::ArticleId;
use crate::engine::{EngineError, Writer};
use crate::reader::{Complaint, SourcePath, by_name};

/// Why a run ends before all is done.
pub(super) enum End {
    /// It was asked to.
    Stopped,
    /// The index cannot be read or written.
    Engine(EngineError),
}

impl From<EngineError> for End {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// The writing end of a run.
pub(super) struct Taking<'a> {
    pub(super) ingest: &'a Ingest,
    pub(super) writer: &'a mut dyn Writer,
    pub(super) tagging: Tagging<'a>,
    pub(super) seen: &'a Seen,
    pub(super) on_event: &'a mut dyn FnMut(Event),
    pub(super) report: Report,
    pub(super) notes: Notes,
    /// Articles this run put or deleted, by the digest of their ids: what the last commit says of
    /// them no longer holds.
    pub(super) touched: HashSet<u64>,
    /// Articles this run came upon and that stand, by the digest of their ids.
    pub(super) met: HashMap<u64, Met>,
    /// Whether all was looked at, and could be.
    pub(super) over: Option<bool>,
    /// Which versions of articles stand.
    pub(super) versions: Versions<'a>,
}

/// An article that stands, as far as it must be known when it comes again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    /// Of what it says.
    content: u64,
    /// Which file of the run brought it.
    file: u64,
}

impl Taking<'_> {
    /// Takes what a job came to.
    pub(super) fn take(&mut self, parsed: Parsed) -> Result<(), End> {
        if self.ingest.stop.is_asked() {
            return Err(End::Stopped);
        }
        if let Some(begun) = parsed.begins {
            self.begin(begun);
        }
        parsed.steps.into_iter().try_for_each(|step| self.step(step))
    }

    fn begin(&mut self, Begun { path, name, bytes, mark }: Begun) {
        self.notes.begin(&name, mark);
        // What the walk could not come by is no file that was opened.
        self.report.read += u64::from(!name.is_empty());
        (self.on_event)(Event::File { path, bytes });
    }

    fn step(&mut self, step: Step) -> Result<(), End> {
        if let Some((source, reason)) = self.refused(&step)? {
            // Whether another version stands is not the file's to say: it is read again next time.
            self.notes.forget();
            self.skipped(source, reason);
            return Ok(());
        }
        match step {
            Step::Tagged { source, format, article, fingerprint, content } => {
                let id = article.head.id.clone();
                let gives = Gives::Article { id: id.as_str(), format, fingerprint, content };
                if self.comes_again(&source, gives) {
                    self.repeated(source.path.clone(), format, id);
                    return Ok(());
                }
                self.notes.gives(&source.name, gives);
                self.touched.insert(digest(&id));
                self.met.insert(digest(&id), Met { content, file: self.file() });
                let replaced = self.writer.put(&article, fingerprint)?;
                let passages = article.passages.len();
                self.report.passages += passages as u64;
                let (count, outcome) = match replaced {
                    true => (&mut self.report.replaced, Outcome::Replaced),
                    false => (&mut self.report.added, Outcome::Added),
                };
                *count += 1;
                let path = source.path.clone();
                (self.on_event)(Event::Article { path, format, id, outcome, passages });
            }
            Step::Unchanged { source, format, article, fingerprint, content } => {
                let id = &article.head.id;
                let gives = Gives::Article { id: id.as_str(), format, fingerprint, content };
                if self.comes_again(&source, gives) {
                    self.repeated(source.path.clone(), format, article.head.id);
                    return Ok(());
                }
                if self.touched.contains(&digest(id))
                    && self.writer.fingerprint(id)? != Some(fingerprint)
                {
                    let article = tag(&article, self.ingest.options.split, self.tagging.taggers);
                    let step = Step::Tagged { source, format, article, fingerprint, content };
                    return self.step(step);
                }
                self.met.insert(digest(id), Met { content, file: self.file() });
                self.notes.gives(&source.name, gives);
                self.unchanged(source.path.clone(), format, article.head.id);
            }
            Step::Withdrawn { source, format, id, .. } => {
                // Read again next time, so that no earlier version comes back behind it.
                self.notes.forget();
                self.met.remove(&digest(&id));
                if self.writer.delete(&id)? {
                    self.touched.insert(digest(&id));
                }
                self.withdrawn(source.path.clone(), format, id);
            }
            Step::Skipped { source, reason } => {
                self.notes.gives(&source.name, Gives::Skipped { reason: &reason });
                self.skipped(source.path, reason);
            }
            Step::Complaint(complaint) => {
                self.notes.complaint(&complaint);
                self.complaint(complaint);
            }
            // Neither what was told nor what was not told says what is in it.
            Step::NotGiven => self.notes.forget(),
            Step::Progress { format, bytes } => (self.on_event)(Event::Progress { format, bytes }),
            Step::Same(files) => files.into_iter().try_for_each(|file| self.same(file))?,
            Step::Unsettled(path) => {
                self.report.unsettled += 1;
                (self.on_event)(Event::Unsettled { path });
            }
            Step::Over { whole } => {
                self.notes.end();
                self.over = Some(whole);
            }
            Step::Broken(error) => return Err(End::Engine(error)),
        }
        Ok(())
    }

    /// Which file is under way, by its number in the run.
    fn file(&self) -> u64 {
        self.report.read + self.report.same
    }

    /// Whether the run came upon the article before, saying the same. If so, it is noted.
    fn comes_again(&mut self, source: &SourcePath, gives: Gives<'_>) -> bool {
        let Gives::Article { id, format, content, .. } = gives else { return false };
        let met = self.met.get(&xxh3_64(id.as_bytes())).copied();
        let Some(met) = met.filter(|met| met.content == content) else { return false };
        // That another file brings the same is nothing that can be told of this one.
        let is_within = met.file == self.file();
        let gives = if is_within { Gives::Repeated { id, format } } else { gives };
        self.notes.gives(&source.name, gives);
        true
    }

    /// The source of a step that brings a version of an article which another stands before, and
    /// why.
    fn refused(&mut self, step: &Step) -> Result<Option<(PathBuf, String)>, EngineError> {
        let (source, id, edition, comes) = match step {
            Step::Tagged { source, article, .. } => {
                (source, &article.head.id, &article.head.edition, Comes::Version)
            }
            Step::Unchanged { source, article, .. } => {
                (source, &article.head.id, &article.head.edition, Comes::Held)
            }
            Step::Withdrawn { source, id, edition, .. } => (source, id, edition, Comes::Withdrawal),
            _ => return Ok(None),
        };
        let reason = self.versions.refuses(id, edition, comes)?;
        Ok(reason.map(|reason| (source.path.clone(), reason)))
    }

    /// A file as it was, whose articles the last commit holds: what came of it is told again.
    fn same(&mut self, file: Same) -> Result<(), End> {
        let Same { source, gives, bytes, .. } = &file;
        let is_touched = !self.touched.is_empty()
            && self.seen.items(gives.clone()).any(|item| match item.gives {
                Gives::Article { id, .. } => {
                    let id = id_of(source, item.member, id);
                    id.is_none_or(|id| self.touched.contains(&digest(&id)))
                }
                Gives::Repeated { .. } | Gives::Skipped { .. } | Gives::Complaint(_) => false,
            });
        if is_touched {
            // An earlier file of this run has one of its articles in another version.
            return self.read(file);
        }
        self.notes.same(&source.name);
        self.report.same += 1;
        let number = self.file();
        (self.on_event)(Event::File { path: source.path.clone(), bytes: *bytes });
        for item in self.seen.items(gives.clone()) {
            let path = match item.member {
                "" => source.path.clone(),
                member => source.path_of(member),
            };
            let format = |name| by_name(name).map_or("", |reader| reader.name());
            match item.gives {
                Gives::Skipped { reason } => self.skipped(path, reason.to_owned()),
                Gives::Complaint(kept) => {
                    if let Some(complaint) = kept.complaint() {
                        self.complaint(complaint);
                    }
                }
                Gives::Article { id, format: name, content, .. } => {
                    let Some(id) = id_of(source, item.member, id) else { continue };
                    match self.met.entry(digest(&id)) {
                        Entry::Occupied(met) if met.get().content == content => {
                            self.repeated(path, format(name), id);
                        }
                        met => {
                            met.insert_entry(Met { content, file: number });
                            self.unchanged(path, format(name), id);
                        }
                    }
                }
                Gives::Repeated { id, format: name } => {
                    let Some(id) = id_of(source, item.member, id) else { continue };
                    self.repeated(path, format(name), id);
                }
            }
        }
        Ok(())
    }

    /// Reads a file here and now, for it is its turn.
    fn read(&mut self, file: Same) -> Result<(), End> {
        let Same { source, named, bytes, mark, .. } = file;
        let (path, name) = (source.path.clone(), source.name.clone());
        self.begin(Begun { path, name, bytes, mark: Some(mark) });
        let (ingest, tagging) = (self.ingest, self.tagging);
        let mut done = Ok(());
        let flow = ingest.open(source, named, &mut |what| {
            let mut steps = ingest.parse(what, tagging).into_iter();
            done = match ingest.stop.is_asked() {
                true => Err(End::Stopped),
                false => steps.try_for_each(|step| self.step(step)),
            };
            if done.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if flow.is_break() {
            self.notes.forget();
        }
        self.notes.end();
        done
    }

    fn unchanged(&mut self, path: PathBuf, format: &'static str, id: ArticleId) {
        self.report.unchanged += 1;
        let (outcome, passages) = (Outcome::Unchanged, 0);
        (self.on_event)(Event::Article { path, format, id, outcome, passages });
    }

    fn repeated(&mut self, path: PathBuf, format: &'static str, id: ArticleId) {
        self.report.repeated += 1;
        let (outcome, passages) = (Outcome::Repeated, 0);
        (self.on_event)(Event::Article { path, format, id, outcome, passages });
    }

    fn withdrawn(&mut self, path: PathBuf, format: &'static str, id: ArticleId) {
        self.report.withdrawn += 1;
        let (outcome, passages) = (Outcome::Withdrawn, 0);
        (self.on_event)(Event::Article { path, format, id, outcome, passages });
    }

    fn skipped(&mut self, path: PathBuf, reason: String) {
        self.report.skipped += 1;
        (self.on_event)(Event::Skipped { path, reason });
    }

    fn complaint(&mut self, complaint: Complaint) {
        let count = match complaint.is_warning {
            true => &mut self.report.warned,
            false => &mut self.report.failed,
        };
        *count += 1;
        (self.on_event)(Event::Complaint(complaint));
    }

    /// Writes what is known of files now, and commits.
    pub(super) fn finish(self) -> (Report, Option<Vec<u8>>) {
        let Self { ingest, seen, notes, mut report, over, .. } = self;
        report.stopped = over.is_none();
        let is_all = over == Some(true) && ingest.again.only.is_none();
        let origin = &ingest.options.origin;
        let roots = ingest.paths.iter().filter(|path| is_all && path.is_dir());
        let roots: Vec<String> = roots.map(|path| origin.name(path)).collect();
        let bytes = notes.join(seen, |name| roots.iter().any(|root| is_below(name, root)));
        (report, bytes)
    }
}

/// Whether the file of that name is in a folder of that name; the empty one is where names begin.
fn is_below(name: &str, folder: &str) -> bool {
    match name.strip_prefix(folder) {
        Some(_) if folder.is_empty() => !Path::new(name).has_root(),
        Some(rest) => rest.starts_with('/') || folder.ends_with('/'),
        None => false,
    }
}

fn digest(id: &ArticleId) -> u64 {
    xxh3_64(id.as_str().as_bytes())
}
