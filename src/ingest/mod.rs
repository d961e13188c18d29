//! The write pipeline: sources through readers, passages and taggers into an engine.
//!
//! One thread reads, several parse and tag, one writes; what is under way between them is bounded,
//! so memory does not grow with the input. Articles are written in the order of their sources,
//! whatever thread was first. It prints nothing: what happens is told as [`Event`]s, in order.

mod event;
mod fingerprint;
mod gaps;
pub mod ordered;
mod pipeline;
mod retag;
mod seen;
mod stop;
mod take;
mod versions;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

pub use event::{Event, Met, Outcome, Report, Understood};
pub use gaps::{Gaps, Proposal};
pub use retag::{ArticleChange, Changes, Part, PassageChange, Retag, SectorChange};

pub use stop::Stop;

use fingerprint::with_taggers;
use pipeline::{Held, Parsed, Step, Tagging, What};
use seen::{Notes, Seen};
use take::{End, Taking};
use versions::Versions;

use crate::article::{Article, ArticleHead, Lang};
use crate::engine::{Engine, EngineError, Known, Writer};
use crate::passage::{self, Passage, SplitOptions};
use crate::reader::{Origin, ReadOptions, Reader};
use crate::tag::{TaggedArticle, TaggedPassage, Tags};
use crate::tagger::Tagger;

/// What to index.
#[derive(Clone)]
pub struct Ingest {
    /// Files, folders, or `-` for standard input, in the order they are read.
    pub paths: Vec<PathBuf>,
    /// How.
    pub options: IngestOptions,
    /// What is done about files of earlier runs.
    pub again: Again,
    /// Ends the run early.
    pub stop: Stop,
}

/// What is done about files that an earlier run may have read.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// When the run starts. Without it no file is known again: one that is written to while it is read
    /// could look as it did before.
    pub now: Option<SystemTime>,
    /// Read files even if they are as they were when an earlier run read them.
    pub checksum: bool,
    /// Leave alone what was touched so shortly before `now`, for it may still be written to.
    pub settle: Duration,
    /// Look only at what is at, above or below these paths; they begin as the paths of the run do.
    pub only: Option<BTreeSet<PathBuf>>,
}

/// How sources are read and cut.
#[derive(Clone)]
pub struct IngestOptions {
    /// Where files are named from.
    pub origin: Origin,
    /// What readers are told.
    pub read: ReadOptions,
    /// How articles are cut.
    pub split: SplitOptions,
    /// The language of every article, instead of its own.
    pub lang: Option<Lang>,
    /// The publisher of every article, instead of its own.
    pub source: Option<String>,
    /// The reader of every source, instead of the one its name or content asks for.
    pub reader: Option<&'static dyn Reader>,
    /// Threads that parse and tag.
    pub threads: NonZeroUsize,
}

impl Ingest {
    /// Reads everything, writes what is new or changed, and commits once.
    ///
    /// What cannot be read is told and counted and never stops the rest. A file that the index knows
    /// from an earlier run as it is now ([`Again`]) is not opened; what comes of it is told and
    /// counted as if it were. If [`Ingest::stop`] is asked for, what was taken up till then is
    /// committed.
    ///
    /// # Errors
    ///
    /// What the engine gives; the last commit then stands.
    pub fn run(
        &self,
        mut writer: Box<dyn Writer>,
        taggers: &[Box<dyn Tagger>],
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Report, EngineError> {
        let known = writer.known();
        let seen = Seen::read(writer.notes());
        let held = Held { known: known.as_ref(), seen: &seen };
        let tagging = Tagging { taggers, fingerprint: tagged_by(taggers), held: Some(held) };
        let mut taking = Taking {
            ingest: self,
            writer: writer.as_mut(),
            tagging,
            seen: &seen,
            on_event,
            report: Report::default(),
            notes: Notes::default(),
            touched: HashSet::new(),
            met: HashMap::new(),
            over: None,
            versions: Versions::new(known.as_ref()),
        };
        match self.prepare(tagging, &mut |parsed| taking.take(parsed)) {
            Ok(()) | Err(End::Stopped) => {}
            Err(End::Engine(error)) => return Err(error),
        }
        let (mut report, notes) = taking.finish();
        if let Some(notes) = notes {
            writer.note(notes);
        }
        report.generation = writer.commit()?;
        Ok(report)
    }

    /// Reads everything and gives each article tagged, in order, without an index, until
    /// `each` breaks.
    pub fn tag(
        &self,
        taggers: &[Box<dyn Tagger>],
        each: &mut dyn FnMut(Met<TaggedArticle>) -> ControlFlow<()>,
    ) {
        let tagging = Tagging { taggers, fingerprint: tagged_by(taggers), held: None };
        let done = self.prepare(tagging, &mut |parsed| {
            let begun = parsed.begins.map(|begun| Met::File(begun.path));
            let steps = parsed.steps.into_iter().filter_map(|step| match step {
                Step::Tagged { article, .. } => Some(Met::Article(article)),
                Step::Skipped { source, reason } => {
                    Some(Met::Skipped { path: source.path, reason })
                }
                Step::Complaint(complaint) => Some(Met::Complaint(complaint)),
                Step::Unchanged { .. }
                | Step::Withdrawn { .. }
                | Step::Broken(_)
                | Step::Progress { .. }
                | Step::NotGiven
                | Step::Same(_)
                | Step::Unsettled(_)
                | Step::Over { .. } => None,
            });
            let flow = begun.into_iter().chain(steps).try_for_each(&mut *each);
            if flow.is_break() { Err(()) } else { Ok(()) }
        });
        // The only error is that no more is wanted: there is no engine.
        let (Ok(()) | Err(())) = done;
    }

    /// Reads everything and gives each article as its reader understood it, in order, on this
    /// thread, until `each` breaks.
    pub fn articles(&self, each: &mut dyn FnMut(Met<Understood>) -> ControlFlow<()>) {
        let tagging = Tagging { taggers: &[], fingerprint: 0, held: None };
        self.read(tagging, &mut |_, work| {
            if let Some(begun) = work.begins {
                each(Met::File(begun.path))?;
            }
            match work.what {
                What::Piece { source, reader, piece } => {
                    let mut flow = ControlFlow::Continue(());
                    reader.articles(&source, &piece, &self.options.read, &mut |article| {
                        if flow.is_break() {
                            return;
                        }
                        flow = each(match article {
                            Ok(mut article) => {
                                self.overrule(&mut article);
                                let (path, reader) = (source.path.clone(), reader.name());
                                Met::Article(Understood {
                                    path,
                                    reader,
                                    article: Box::new(article),
                                })
                            }
                            Err(error) => match error.passed_over() {
                                Some(reason) => Met::Skipped { path: source.path.clone(), reason },
                                None => Met::Complaint(error.into()),
                            },
                        });
                    });
                    flow
                }
                What::Step(step) => match *step {
                    Step::Skipped { source, reason } => {
                        each(Met::Skipped { path: source.path, reason })
                    }
                    Step::Complaint(complaint) => each(Met::Complaint(complaint)),
                    // Nothing else comes before articles are parsed.
                    _ => ControlFlow::Continue(()),
                },
                What::Nothing => ControlFlow::Continue(()),
            }
        });
    }

    /// Puts what the user says of every article in the place of what the article says.
    fn overrule(&self, article: &mut Article) {
        if let Some(lang) = &self.options.lang {
            article.head.lang = lang.clone();
        }
        if let Some(publisher) = &self.options.source {
            article.head.source = Some(publisher.clone());
        }
    }

    /// Runs the threads, and gives `take` what each job came to in order, until it fails.
    fn prepare<E>(
        &self,
        tagging: Tagging<'_>,
        take: &mut dyn FnMut(Parsed) -> Result<(), E>,
    ) -> Result<(), E> {
        ordered::in_order(
            self.options.threads,
            |give| self.read(tagging, give),
            |work| self.work(work, tagging),
            take,
        )
    }
}

/// Tags every article that `engine` holds anew and puts it into `writer`, then commits. Passages
/// stay as they were cut; `known` gives the fingerprints that `writer` may have forgotten when it
/// started over.
///
/// # Errors
///
/// What the engine gives; the last commit then stands.
pub fn retag(
    engine: &dyn Engine,
    known: &dyn Known,
    mut writer: Box<dyn Writer>,
    taggers: &[Box<dyn Tagger>],
    on_event: &mut dyn FnMut(Event),
) -> Result<Report, EngineError> {
    let mut report = Report::default();
    engine.each_article(&mut |article| {
        let TaggedArticle { head, passages } = article;
        let id = head.id.clone();
        // An article without a fingerprint is written again when its source is indexed.
        let fingerprint =
            with_taggers(known.fingerprint(&id)?.unwrap_or_default(), tagged_by(taggers));
        let passages = passages.into_iter().map(|tagged| tagged.passage).collect();
        let article = tag_passages(head, passages, taggers);
        writer.put(&article, fingerprint)?;
        let passages = article.passages.len();
        report.replaced += 1;
        report.passages += passages as u64;
        let path = PathBuf::from(id.as_str());
        let (format, outcome) = ("", Outcome::Replaced);
        on_event(Event::Article { path, format, id, outcome, passages });
        Ok(())
    })?;
    report.generation = writer.commit()?;
    Ok(report)
}

/// Tags articles that are cut already on `threads`, puts them into `writer` in their order, and
/// commits. Returns how many there were.
///
/// # Errors
///
/// What the engine gives; the last commit then stands.
pub fn index_passages(
    articles: impl IntoIterator<Item = (ArticleHead, Vec<Passage>)> + Send,
    mut writer: Box<dyn Writer>,
    taggers: &[Box<dyn Tagger>],
    threads: NonZeroUsize,
) -> Result<u64, EngineError> {
    let mut count = 0;
    ordered::in_order(
        threads,
        |give| {
            // It ends when all are given out or none is wanted any more.
            let _: ControlFlow<()> = articles.into_iter().try_for_each(|article| give(1, article));
        },
        |(head, passages)| tag_passages(head, passages, taggers),
        &mut |article: TaggedArticle| {
            count += 1;
            // No source is there that could be unchanged when it is read again.
            writer.put(&article, 0).map(|_| ())
        },
    )?;
    writer.commit()?;
    Ok(count)
}

/// Cuts an article into passages and tags them.
pub fn tag(article: &Article, split: SplitOptions, taggers: &[Box<dyn Tagger>]) -> TaggedArticle {
    tag_passages(article.head.clone(), passage::split(article, split), taggers)
}

fn tag_passages(
    head: ArticleHead,
    passages: Vec<Passage>,
    taggers: &[Box<dyn Tagger>],
) -> TaggedArticle {
    let tags = vec![Tags::default(); passages.len()];
    retagged(head, passages, tags, taggers)
}

/// Adds what the taggers find to `tags`, one entry a passage.
fn retagged(
    head: ArticleHead,
    passages: Vec<Passage>,
    mut tags: Vec<Tags>,
    taggers: &[Box<dyn Tagger>],
) -> TaggedArticle {
    for tagger in taggers {
        tagger.tag(&head, &passages, &mut tags);
    }
    let tagged = passages.into_iter().zip(tags);
    let passages = tagged.map(|(passage, tags)| TaggedPassage { passage, tags });
    TaggedArticle { head, passages: passages.collect() }
}

/// A fingerprint of all taggers together: another number when they may give other tags than before.
pub fn tagged_by(taggers: &[Box<dyn Tagger>]) -> u64 {
    taggers.iter().fold(0, |all: u64, one| all.rotate_left(7) ^ one.fingerprint())
}
