//! From sources to steps for the writer: what the thread that reads does, and those that parse.
//!
//! Nothing is written here. A file that is known and whose articles the index holds is not opened.

use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use xxhash_rust::xxh3::Xxh3;

use super::fingerprint::{content, fingerprint, with_taggers};
use super::ordered::GiveOut;
use super::seen::{Gives, Seen};
use super::{Ingest, tag};
use crate::article::{Article, ArticleHead, ArticleId, Edition};
use crate::engine::{EngineError, Known};
use crate::reader::{
    self, Complaint, Found, Opened, Piece, ReadError, Reader, SourcePath, Stamp, WalkOptions,
};
use crate::tag::TaggedArticle;
use crate::tagger::Tagger;

/// How large a piece may be to take one place of them; a larger one takes more.
const PLACE_BYTES: usize = 1 << 20;

/// Files that are as they were are handed over together, so many at a time.
const SAME_A_JOB: usize = 256;

/// Files are found ahead of their reading, so many at a time, and so often.
const AHEAD_FILES: usize = 64;
const AHEAD_TIMES: usize = 64;

/// What the threads share.
#[derive(Clone, Copy)]
pub(super) struct Tagging<'a> {
    pub(super) taggers: &'a [Box<dyn Tagger>],
    /// Of the taggers.
    pub(super) fingerprint: u64,
    /// What the index holds and what is known of files; nothing is compared without.
    pub(super) held: Option<Held<'a>>,
}

/// What is there from runs before.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) known: &'a dyn Known,
    pub(super) seen: &'a Seen,
}

/// A job, and the file that begins with it.
pub(super) struct Work {
    pub(super) begins: Option<Begun>,
    pub(super) what: What,
}

/// A piece of a source, or what takes its place.
pub(super) enum What {
    Piece { source: Arc<SourcePath>, reader: &'static dyn Reader, piece: Piece },
    Step(Box<Step>),
    Nothing,
}

/// What a job came to.
pub(super) struct Parsed {
    pub(super) begins: Option<Begun>,
    pub(super) steps: Vec<Step>,
}

/// A file, from here to the next one.
pub(super) struct Begun {
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// Its length, if it is a file.
    pub(super) bytes: u64,
    /// What it is known by next time, if it can be.
    pub(super) mark: Option<u64>,
}

/// A file that is as it was when it was read.
pub(super) struct Same {
    pub(super) source: SourcePath,
    /// Whether the user named it, or only a folder that it is in.
    pub(super) named: bool,
    pub(super) bytes: u64,
    pub(super) mark: u64,
    /// Where that stands which it gives.
    pub(super) gives: Range<usize>,
}

/// What the writer is to do next.
pub(super) enum Step {
    Tagged {
        source: Arc<SourcePath>,
        format: &'static str,
        article: TaggedArticle,
        fingerprint: u64,
        /// Of what it says.
        content: u64,
    },
    /// The last commit holds the same; kept whole, because an earlier article of this run may have
    /// replaced it.
    Unchanged {
        source: Arc<SourcePath>,
        format: &'static str,
        article: Article,
        fingerprint: u64,
        content: u64,
    },
    /// Its publisher takes it back.
    Withdrawn {
        source: Arc<SourcePath>,
        format: &'static str,
        id: ArticleId,
        edition: Box<Edition>,
    },
    Skipped {
        source: SourcePath,
        reason: String,
    },
    Complaint(Complaint),
    /// The system did not give all of the file.
    NotGiven,
    Broken(EngineError),
    Progress {
        format: &'static str,
        bytes: u64,
    },
    /// Files that need not be opened.
    Same(Vec<Same>),
    /// A file that is still being written to.
    Unsettled(PathBuf),
    /// All was looked at; whether it all could be.
    Over {
        whole: bool,
    },
}

impl Step {
    /// What a reader gave instead of an article, or before it.
    fn without(error: ReadError, source: &SourcePath) -> Self {
        match error.passed_over() {
            Some(reason) => Self::Skipped { source: source.clone(), reason },
            None => Self::Complaint(error.into()),
        }
    }
}

/// The thread that reads hands over its work here.
struct Sender<'a, 'b> {
    ingest: &'a Ingest,
    give: &'a mut GiveOut<'b, Work>,
    /// The file that the next job is the first of.
    begins: Option<Begun>,
    same: Vec<Same>,
}

impl Sender<'_, '_> {
    fn begin(&mut self, begun: Begun) -> ControlFlow<()> {
        self.flush()?;
        self.begins = Some(begun);
        ControlFlow::Continue(())
    }

    /// Hands over what waits.
    fn flush(&mut self) -> ControlFlow<()> {
        if !self.same.is_empty() {
            let same = std::mem::take(&mut self.same);
            self.send(What::Step(Box::new(Step::Same(same))))?;
        }
        // A file that nothing came of has been begun all the same.
        if self.begins.is_some() { self.send(What::Nothing) } else { ControlFlow::Continue(()) }
    }

    fn send(&mut self, what: What) -> ControlFlow<()> {
        if self.ingest.stop.is_asked() {
            return ControlFlow::Break(());
        }
        let bytes = match &what {
            What::Piece { piece, .. } => piece.bytes.len(),
            What::Step(_) | What::Nothing => 0,
        };
        (self.give)(bytes / PLACE_BYTES + 1, Work { begins: self.begins.take(), what })
    }

    fn step(&mut self, step: Step) -> ControlFlow<()> {
        self.send(What::Step(Box::new(step)))
    }
}

impl Ingest {
    /// Reads sources in order and sends their pieces, until no one takes them.
    pub(super) fn read(&self, tagging: Tagging<'_>, give: &mut GiveOut<'_, Work>) {
        let mut sender = Sender { ingest: self, give, begins: None, same: Vec::new() };
        let walk =
            WalkOptions { origin: self.options.origin.clone(), only: self.again.only.clone() };
        let mut whole = true;
        let how = self.how();
        let each = |found: Result<Found, ReadError>| match found {
            Ok(found) => self.file(found, how, tagging, &mut sender),
            Err(error) => {
                whole = false;
                let path = error.place().0.to_owned();
                sender.begin(Begun { path, name: String::new(), bytes: 0, mark: None })?;
                sender.step(Step::Complaint(error.into()))
            }
        };
        let flow = thread::scope(|scope| {
            ahead(scope, reader::walk(&self.paths, walk)).flatten().try_for_each(each)
        });
        if flow.is_continue() && sender.flush().is_continue() {
            // Who takes no more has what it needs.
            let _: ControlFlow<()> = sender.step(Step::Over { whole });
        }
    }

    /// Sends what is in a file, or that it is as it was.
    fn file(
        &self,
        Found { source, named }: Found,
        how: u64,
        tagging: Tagging<'_>,
        sender: &mut Sender<'_, '_>,
    ) -> ControlFlow<()> {
        let is_looked_at = tagging.held.is_some() && !source.is_stdin();
        let stamp = is_looked_at.then(|| Stamp::of(&source.path)).flatten();
        let bytes = stamp.map_or(0, |stamp| stamp.bytes);
        let (now, settle) = (self.again.now, self.again.settle);
        if let (Some(stamp), Some(now)) = (stamp, now)
            && now.duration_since(stamp.touched()).unwrap_or_default() < settle
        {
            sender.flush()?;
            return sender.step(Step::Unsettled(source.path));
        }
        let settled = stamp.filter(|stamp| now.is_some_and(|now| stamp.is_settled(now)));
        let mark = settled.map(|stamp| stamp.digest() ^ how);
        if let (Some(mark), Some(held), false) = (mark, tagging.held, self.again.checksum)
            && let Some(gives) = held.seen.find(&source.name, mark)
        {
            match tagging.holds(held, &source, named, gives.clone()) {
                Ok(true) => {
                    sender.same.push(Same { source, named, bytes, mark, gives });
                    let is_full = sender.same.len() >= SAME_A_JOB;
                    return if is_full { sender.flush() } else { ControlFlow::Continue(()) };
                }
                Ok(false) => {}
                Err(error) => return sender.step(Step::Broken(error)),
            }
        }
        let name = source.name.clone();
        sender.begin(Begun { path: source.path.clone(), name, bytes, mark })?;
        self.open(source, named, &mut |what| sender.send(what))
    }

    /// Opens a source and gives what is in it.
    pub(super) fn open(
        &self,
        source: SourcePath,
        named: bool,
        send: &mut dyn FnMut(What) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let file = source.clone();
        let opening = reader::open(source, self.options.reader, &mut |opened| match opened {
            Ok(Opened { source, reader, input }) => {
                let mut flow = ControlFlow::Continue(());
                reader.pieces(&source, input, &mut |piece| {
                    let source = source.clone();
                    flow = send(match piece {
                        Ok(piece) => What::Piece { source, reader, piece },
                        Err(error) => What::Step(Box::new(Step::without(error, &source))),
                    });
                    flow
                });
                flow
            }
            Err(error) => {
                let path = error.place().0.to_owned();
                let below = path.strip_prefix(&file.path).unwrap_or(&path);
                let name = match below.as_os_str().is_empty() {
                    true => file.name.clone(),
                    false => format!("{}/{}", file.name, below.to_string_lossy()),
                };
                let is_named = named && path == file.path;
                let source = SourcePath::new(path, name);
                send(What::Step(Box::new(match error {
                    // Folders and archives hold other things too.
                    ReadError::UnknownFormat { .. } if !is_named => {
                        let reason = "no reader for files of this kind".to_owned();
                        Step::Skipped { source, reason }
                    }
                    error => Step::without(error, &source),
                })))
            }
        });
        opening.flow?;
        match opening.is_given {
            true => ControlFlow::Continue(()),
            false => send(What::Step(Box::new(Step::NotGiven))),
        }
    }

    /// A number for everything beside a file that decides what reading it gives.
    fn how(&self) -> u64 {
        let mut digest = Xxh3::new();
        let mut add = |text: &str| {
            digest.update(&(text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        };
        let options = &self.options;
        add(env!("CARGO_PKG_VERSION"));
        add(&reader::VERSION.to_string());
        for reader in reader::READERS {
            add(reader.name());
            reader.extensions().iter().for_each(|ending| add(ending));
        }
        add(options.reader.map_or("", Reader::name));
        add(options.lang.as_ref().map_or("", |lang| lang.as_str()));
        add(if options.source.is_some() { "source" } else { "" });
        add(options.source.as_deref().unwrap_or_default());
        add(if options.split.mend { "mend" } else { "" });
        for map in &options.read.map {
            add(map.field.as_str());
            add(&map.name);
        }
        digest.digest()
    }

    /// Parses and tags what a job is.
    pub(super) fn work(&self, work: Work, tagging: Tagging<'_>) -> Parsed {
        Parsed { begins: work.begins, steps: self.parse(work.what, tagging) }
    }

    /// Parses and tags a piece.
    pub(super) fn parse(&self, what: What, tagging: Tagging<'_>) -> Vec<Step> {
        match what {
            What::Nothing => Vec::new(),
            What::Step(step) => vec![*step],
            What::Piece { source, reader, piece } => {
                let mut steps = Vec::new();
                let format = reader.name();
                reader.articles(&source, &piece, &self.options.read, &mut |article| {
                    steps.push(match article {
                        Ok(article) => self.step(&source, format, article, tagging),
                        Err(error) => Step::without(error, &source),
                    });
                });
                steps.push(Step::Progress { format, bytes: piece.bytes.len() as u64 });
                steps
            }
        }
    }

    fn step(
        &self,
        source: &Arc<SourcePath>,
        format: &'static str,
        mut article: Article,
        tagging: Tagging<'_>,
    ) -> Step {
        self.overrule(&mut article);
        let source = source.clone();
        if article.withdrawn {
            let ArticleHead { id, edition, .. } = article.head;
            return Step::Withdrawn { source, format, id, edition };
        }
        let (split, taggers) = (self.options.split, tagging.taggers);
        let Some(Held { known, .. }) = tagging.held else {
            let article = tag(&article, split, taggers);
            return Step::Tagged { source, format, article, fingerprint: 0, content: 0 };
        };
        let fingerprint = fingerprint(&article, split, tagging.fingerprint);
        let content = content(&article);
        match known.fingerprint(&article.head.id) {
            Ok(Some(held)) if held == fingerprint => {
                Step::Unchanged { source, format, article, fingerprint, content }
            }
            Ok(_) => {
                let article = tag(&article, split, taggers);
                Step::Tagged { source, format, article, fingerprint, content }
            }
            Err(error) => Step::Broken(error),
        }
    }
}

/// What `walk` finds, in order, some at a time; a thread of its own looks for it.
fn ahead<'s>(
    scope: &'s thread::Scope<'s, '_>,
    mut walk: reader::Walk,
) -> impl Iterator<Item = Vec<Result<Found, ReadError>>> {
    let (send, found) = mpsc::sync_channel(AHEAD_TIMES);
    scope.spawn(move || {
        loop {
            let some: Vec<_> = walk.by_ref().take(AHEAD_FILES).collect();
            // Who reads may have stopped.
            if some.is_empty() || send.send(some).is_err() {
                break;
            }
        }
    });
    found.into_iter()
}

impl Tagging<'_> {
    /// Whether the last commit is what reading the file would leave of it, so that it need not be
    /// opened.
    fn holds(
        &self,
        held: Held<'_>,
        source: &SourcePath,
        named: bool,
        gives: Range<usize>,
    ) -> Result<bool, EngineError> {
        for item in held.seen.items(gives) {
            let (id, want) = match item.gives {
                // A file that is named must be of some format.
                Gives::Skipped { .. } if named && item.member.is_empty() => return Ok(false),
                // Of one that stands before in the file that says all.
                Gives::Skipped { .. } | Gives::Repeated { .. } => continue,
                Gives::Complaint(kept) => match kept.names(&source.path) {
                    true => continue,
                    false => return Ok(false),
                },
                Gives::Article { id, fingerprint, .. } => {
                    (id, with_taggers(fingerprint, self.fingerprint))
                }
            };
            let Some(id) = id_of(source, item.member, id) else { return Ok(false) };
            if held.known.fingerprint(&id)? != Some(want) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The id of an article in a member of `source`, as it is noted: an empty one is the member's name.
pub(super) fn id_of(source: &SourcePath, member: &str, id: &str) -> Option<ArticleId> {
    match (id, member) {
        ("", "") => ArticleId::new(&source.name),
        ("", member) => ArticleId::new(&format!("{}/{member}", source.name)),
        (id, _) => ArticleId::new(id),
    }
}
