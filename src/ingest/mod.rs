//! The write pipeline: sources through readers, passages and taggers into an engine.
//!
//! One thread reads, several parse and tag, one writes; what is under way between them is bounded,
//! so memory does not grow with the input. Articles are written in the order of their sources,
//! whatever thread was first. It prints nothing: what happens is told as [`Event`]s, in order.

mod event;
mod fingerprint;
mod gaps;
pub mod ordered;
mod retag;
mod versions;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

pub use event::{Event, Outcome, Report, Tagged};
pub use gaps::{Gaps, Proposal};
pub use retag::{ArticleChange, Changes, Part, PassageChange, Retag, SectorChange};

use fingerprint::{fingerprint, with_taggers};
use ordered::GiveOut;
use versions::{Comes, Versions};

use crate::article::{Article, ArticleHead, Lang};
use crate::engine::{Engine, EngineError, Known, Writer};
use crate::passage::{self, Passage, SplitOptions};
use crate::reader::{
    self, Found, Opened, Origin, Piece, ReadError, ReadOptions, Reader, SourcePath, WalkOptions,
};
use crate::tag::{TaggedArticle, TaggedPassage, Tags};
use crate::tagger::Tagger;

/// How large a piece may be to take one place of them; a larger one takes more.
const PLACE_BYTES: usize = 1 << 20;

/// What to index.
#[derive(Clone)]
pub struct Ingest {
    /// Files, folders, or `-` for standard input, in the order they are read.
    pub paths: Vec<PathBuf>,
    /// How.
    pub options: IngestOptions,
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
    /// What cannot be read is told and counted and never stops the rest.
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
        let mut report = Report::default();
        let mut versions = Versions::new(known.as_ref());
        self.prepare(taggers, Some(known.as_ref()), &mut |step| {
            let step = standing(step, &mut versions)?;
            take(step, writer.as_mut(), &self.options, taggers, &mut report, on_event)
        })?;
        report.generation = writer.commit()?;
        Ok(report)
    }

    /// Reads everything and gives each article tagged, in order, without an index, until
    /// `on_article` breaks.
    pub fn tag(
        &self,
        taggers: &[Box<dyn Tagger>],
        on_article: &mut dyn FnMut(Tagged) -> ControlFlow<()>,
    ) {
        let done = self.prepare(taggers, None, &mut |step| {
            let flow = match step {
                Step::Tagged { source, article, .. } => {
                    on_article(Tagged::Article { path: source.path.clone(), article })
                }
                Step::Skipped { path, reason } => on_article(Tagged::Skipped { path, reason }),
                Step::Warned(error) => on_article(Tagged::Warned(error)),
                Step::Failed(error) => on_article(Tagged::Failed(error)),
                Step::Unchanged { .. }
                | Step::Withdrawn { .. }
                | Step::Broken(_)
                | Step::Progress { .. } => ControlFlow::Continue(()),
            };
            if flow.is_break() { Err(()) } else { Ok(()) }
        });
        // The only error is that no more is wanted: there is no engine.
        let (Ok(()) | Err(())) = done;
    }

    /// Runs the threads, and gives `take` each step in order until it fails.
    fn prepare<E>(
        &self,
        taggers: &[Box<dyn Tagger>],
        known: Option<&dyn Known>,
        take: &mut dyn FnMut(Step) -> Result<(), E>,
    ) -> Result<(), E> {
        let fingerprint = tagged_by(taggers);
        let tagging = Tagging { taggers, known, fingerprint };
        ordered::in_order(
            self.options.threads,
            |give| self.read(give),
            |work| self.parse(work, tagging),
            &mut |steps: Vec<Step>| steps.into_iter().try_for_each(&mut *take),
        )
    }

    /// Reads sources in order and sends their pieces, until no one takes them.
    fn read(&self, give: &mut GiveOut<'_, Work>) {
        let mut send = |work: Work| {
            let bytes = match &work {
                Work::Piece { piece, .. } => piece.bytes.len(),
                Work::Ready(_) => 0,
            };
            give(bytes / PLACE_BYTES + 1, work)
        };
        let walk = WalkOptions { origin: self.options.origin.clone() };
        for found in reader::walk(&self.paths, walk) {
            let flow = match found {
                Ok(Found { source, named }) => {
                    let path = source.path.clone();
                    reader::open(source, self.options.reader, &mut |opened| match opened {
                        Ok(Opened { source, reader, input }) => {
                            let mut flow = ControlFlow::Continue(());
                            reader.pieces(&source, input, &mut |piece| {
                                let source = source.clone();
                                flow = send(match piece {
                                    Ok(piece) => Work::Piece { source, reader, piece },
                                    Err(error) => Work::Ready(Box::new(Step::Failed(error))),
                                });
                                flow
                            });
                            flow
                        }
                        // Folders and archives hold other things too.
                        Err(ReadError::UnknownFormat { path: other })
                            if !named || other != path =>
                        {
                            let reason = "no reader for files of this kind".to_owned();
                            send(Work::Ready(Box::new(Step::Skipped { path: other, reason })))
                        }
                        Err(error) => send(Work::Ready(Box::new(Step::Failed(error)))),
                    })
                }
                Err(error) => send(Work::Ready(Box::new(Step::Failed(error)))),
            };
            if flow.is_break() {
                return;
            }
        }
    }

    /// Parses and tags a piece.
    fn parse(&self, work: Work, tagging: Tagging<'_>) -> Vec<Step> {
        match work {
            Work::Ready(step) => vec![*step],
            Work::Piece { source, reader, piece } => {
                let mut steps = Vec::new();
                reader.articles(&source, &piece, &self.options.read, &mut |article| {
                    steps.push(match article {
                        Ok(article) => self.step(&source, article, tagging),
                        Err(error) if error.is_warning() => Step::Warned(error),
                        Err(ReadError::NoArticle { path, line, what }) => {
                            Step::Skipped { path, reason: format!("{what} (line {line})") }
                        }
                        Err(error) => Step::Failed(error),
                    });
                });
                steps.push(Step::Progress { bytes: piece.bytes.len() as u64 });
                steps
            }
        }
    }

    fn step(&self, source: &Arc<SourcePath>, mut article: Article, tagging: Tagging<'_>) -> Step {
        let Tagging { taggers, known, fingerprint: of_taggers } = tagging;
        if let Some(lang) = &self.options.lang {
            article.head.lang = lang.clone();
        }
        if let Some(publisher) = &self.options.source {
            article.head.source = Some(publisher.clone());
        }
        let source = source.clone();
        if article.withdrawn {
            return Step::Withdrawn { source, head: Box::new(article.head) };
        }
        let Some(known) = known else {
            let article = tag(&article, self.options.split, taggers);
            return Step::Tagged { source, article, fingerprint: 0 };
        };
        let fingerprint = fingerprint(&article, self.options.split, of_taggers);
        match known.fingerprint(&article.head.id) {
            Ok(Some(held)) if held == fingerprint => {
                Step::Unchanged { source, article, fingerprint }
            }
            Ok(_) => {
                let article = tag(&article, self.options.split, taggers);
                Step::Tagged { source, article, fingerprint }
            }
            Err(error) => Step::Broken(error),
        }
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
        on_event(Event::Article { path, id, outcome: Outcome::Replaced, passages });
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

/// What the threads that parse share.
#[derive(Clone, Copy)]
struct Tagging<'a> {
    taggers: &'a [Box<dyn Tagger>],
    /// What the index holds; nothing is compared without.
    known: Option<&'a dyn Known>,
    /// Of the taggers.
    fingerprint: u64,
}

/// A piece of a source, or what takes its place.
enum Work {
    Piece { source: Arc<SourcePath>, reader: &'static dyn Reader, piece: Piece },
    Ready(Box<Step>),
}

/// What the writer is to do next.
enum Step {
    Tagged {
        source: Arc<SourcePath>,
        article: TaggedArticle,
        fingerprint: u64,
    },
    /// The last commit holds the same; kept whole, because an earlier article of this run may have
    /// replaced it.
    Unchanged {
        source: Arc<SourcePath>,
        article: Article,
        fingerprint: u64,
    },
    /// Its publisher takes it back.
    Withdrawn {
        source: Arc<SourcePath>,
        head: Box<ArticleHead>,
    },
    Skipped {
        path: PathBuf,
        reason: String,
    },
    Warned(ReadError),
    Failed(ReadError),
    Broken(EngineError),
    Progress {
        bytes: u64,
    },
}

/// The step, unless it brings a version of an article that another stands before.
fn standing(step: Step, versions: &mut Versions<'_>) -> Result<Step, EngineError> {
    let (source, head, comes) = match &step {
        Step::Tagged { source, article, .. } => (source, &article.head, Comes::Version),
        Step::Unchanged { source, article, .. } => (source, &article.head, Comes::Held),
        Step::Withdrawn { source, head } => (source, &**head, Comes::Withdrawal),
        _ => return Ok(step),
    };
    Ok(match versions.refuses(&head.id, &head.edition, comes)? {
        Some(reason) => Step::Skipped { path: source.path.clone(), reason },
        None => step,
    })
}

fn take(
    step: Step,
    writer: &mut dyn Writer,
    options: &IngestOptions,
    taggers: &[Box<dyn Tagger>],
    report: &mut Report,
    on_event: &mut dyn FnMut(Event),
) -> Result<(), EngineError> {
    let (source, article, fingerprint) = match step {
        Step::Tagged { source, article, fingerprint } => {
            let held = writer.fingerprint(&article.head.id)? == Some(fingerprint);
            (source, if held { Err(article.head.id) } else { Ok(article) }, fingerprint)
        }
        Step::Unchanged { source, article, fingerprint } => {
            let held = writer.fingerprint(&article.head.id)? == Some(fingerprint);
            let article =
                if held { Err(article.head.id) } else { Ok(tag(&article, options.split, taggers)) };
            (source, article, fingerprint)
        }
        Step::Withdrawn { source, head } => {
            let id = head.id;
            writer.delete(&id)?;
            report.withdrawn += 1;
            let path = source.path.clone();
            on_event(Event::Article { path, id, outcome: Outcome::Withdrawn, passages: 0 });
            return Ok(());
        }
        Step::Skipped { path, reason } => {
            report.skipped += 1;
            on_event(Event::Skipped { path, reason });
            return Ok(());
        }
        Step::Warned(error) => {
            report.warned += 1;
            on_event(Event::Warned(error));
            return Ok(());
        }
        Step::Failed(error) => {
            report.failed += 1;
            on_event(Event::Failed(error));
            return Ok(());
        }
        Step::Progress { bytes } => {
            on_event(Event::Progress { bytes });
            return Ok(());
        }
        Step::Broken(error) => return Err(error),
    };
    let (id, outcome, passages) = match article {
        Err(id) => {
            report.unchanged += 1;
            (id, Outcome::Unchanged, 0)
        }
        Ok(article) => {
            let replaced = writer.put(&article, fingerprint)?;
            report.passages += article.passages.len() as u64;
            let (count, outcome) = match replaced {
                true => (&mut report.replaced, Outcome::Replaced),
                false => (&mut report.added, Outcome::Added),
            };
            *count += 1;
            (article.head.id, outcome, article.passages.len())
        }
    };
    on_event(Event::Article { path: source.path.clone(), id, outcome, passages });
    Ok(())
}
