//! A change of corrections: from what is said now to what is to be said, and the articles with it.
//!
//! Only articles that the change may concern are tagged anew, from the index's own text, and those
//! that do change are written in one commit. Where the file and the index have parted, by an edit
//! or a crash, every article is looked at.

use std::collections::BTreeMap;
use std::path::Path;

use pressmark::article::ArticleId;
use pressmark::engine::Engine;
use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::ingest::{ArticleChange, Changes, Part, Retag};
use pressmark::output::text::counted;
use pressmark::query::{Filter, Pattern, Query, TextClause};
use pressmark::results::{Collapse, SearchRequest};
use pressmark::tag::EntityId;
use pressmark::tagger::corrections::{Concern, Correction, Corrections};

use crate::cli::corrections::{self, Successor};
use crate::cli::failure::{Failure, Status};
use crate::cli::open::{self, Means};
use crate::cli::ui::Ui;

/// How many passages a dry run names.
const SHOWN: usize = 20;

/// How a change is made.
#[derive(Debug, clap::Args)]
pub(super) struct How {
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    means: Means,
}

/// What an edit sees: the index and what is said now, entity by entity.
pub(super) struct Desk<'a> {
    pub(super) engine: &'a EmbeddedEngine,
    pub(super) corrections: &'a Corrections,
    /// What is to be said.
    pub(super) said: BTreeMap<EntityId, Correction>,
}

impl Desk<'_> {
    /// What is to be said of an entity.
    pub(super) fn of(&mut self, id: &EntityId) -> &mut Correction {
        self.said.entry(id.clone()).or_default()
    }
}

/// Makes the change that `edit` asks for; `command` is told to whoever finds the index locked.
pub(super) fn change(
    ui: &mut Ui,
    index: &Path,
    command: &str,
    how: &How,
    edit: impl FnOnce(&mut Desk<'_>) -> Result<(), Failure>,
) -> Result<Status, Failure> {
    let mut engine = open::engine(index)?;
    let mut writer = None;
    if !how.dry_run {
        let options = how.means.write_options(engine.taxonomy().clone());
        writer = Some(open::writer(index, &options, command)?);
        // Another process may have committed before we held the lock.
        engine = open::engine(index)?;
    }
    let old = corrections::read(index, engine.corrections())?;
    let said = old.entries().clone();
    let mut desk = Desk { engine: &engine, corrections: &old, said };
    edit(&mut desk)?;
    let new = Corrections::new(desk.said)?;
    // What was hidden is named nowhere, and a nationality is no name to search for.
    let hid = |(id, said): (&EntityId, &Correction)| {
        said.hidden && !new.entries().get(id).is_some_and(|now| now.hidden)
    };
    let shows_again = old.entries().iter().any(hid);
    let articles = match old.stamp() == engine.corrections() && !shows_again {
        true => Some(concerned(&engine, &old.concern(&new))?),
        false => None,
    };
    let taggers = open::entity_taggers(new.clone());
    let threads = how.means.threads.count();
    let retag =
        Retag { engine: &engine, articles, taggers: &taggers, part: Part::Entities, threads };
    let Some(mut writer) = writer else {
        let mut seen = 0;
        let mut unwritten = None;
        let changes = retag.preview(&mut |article| {
            let written = tell(ui, article, &mut seen);
            unwritten = unwritten.take().or(written.err());
        })?;
        if let Some(error) = unwritten {
            return Err(error.into());
        }
        if seen > SHOWN {
            ui.note(&format!(
                "{SHOWN} of {} that would change shown",
                counted(seen as u64, "passage")
            ));
        }
        writeln!(ui.out(), "{} would change", amount(&changes))?;
        return Ok(Status::Done);
    };
    writer.correct_by(new.stamp());
    // A file that says so already, because it was edited, stays as it is.
    let successor = match corrections::is_kept(index, &new)? {
        true => None,
        false => Some(Successor::write(index, &new)?),
    };
    let changes = match retag.apply(Box::new(writer), &mut |_| {}) {
        Ok((changes, _)) => changes,
        Err(error) => {
            // A commit that only seems to have failed is known by its stamp.
            if open::engine(index).is_ok_and(|engine| engine.corrections() != new.stamp()) {
                successor.into_iter().for_each(Successor::drop_it);
            }
            return Err(error.into());
        }
    };
    successor.map_or(Ok(()), Successor::keep)?;
    if !ui.quiet() {
        writeln!(ui.out(), "{} changed", amount(&changes))?;
    }
    Ok(Status::Done)
}

fn amount(changes: &Changes) -> String {
    let passages = counted(changes.retagged + changes.reweighed, "passage");
    format!("{passages} in {}", counted(changes.articles_changed, "article"))
}

/// Tells what each passage of an article loses and gains: names as they stand there with their
/// entities.
fn tell(ui: &mut Ui, article: &ArticleChange, seen: &mut usize) -> std::io::Result<()> {
    for passage in article.passages() {
        *seen += 1;
        if *seen > SHOWN {
            continue;
        }
        let text = &passage.passage.text;
        let named = |tags: &pressmark::tag::Tags| -> BTreeMap<String, EntityId> {
            let of = tags.mentions.iter();
            of.map(|one| (one.span.of(text).to_owned(), one.id.clone())).collect()
        };
        let (before, after) = (named(passage.before), named(passage.after));
        let mut parts: Vec<String> = Vec::new();
        for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
            let id = |of: &BTreeMap<String, EntityId>| {
                of.get(name).map_or("nothing".to_owned(), ToString::to_string)
            };
            let (old, new) = (id(&before), id(&after));
            if old != new {
                parts.push(format!("{name}: {old} → {new}"));
            }
        }
        if parts.is_empty() {
            let renamed = passage.before.mentions != passage.after.mentions;
            parts.push(if renamed { "how it is named" } else { "who says what" }.to_owned());
        }
        let line = format!("{}  {}", passage.id(), parts.join(", "));
        writeln!(ui.out(), "{}", pressmark::output::printable(&line))?;
    }
    Ok(())
}

/// The articles of the index that a change may concern.
fn concerned(engine: &dyn Engine, concern: &Concern) -> Result<Vec<ArticleId>, Failure> {
    let ids = concern.entities.iter();
    let entities = ids.map(|id| Query::Filter(Filter::Entity(id.to_string())));
    let names =
        concern.names.iter().filter(|name| name.contains(char::is_alphanumeric)).map(|name| {
            let pattern = Pattern::Phrase { text: name.clone(), slop: 0 };
            Query::Text(TextClause { zone: None, pattern })
        });
    let query = Query::any_of(entities.chain(names).collect());
    let request = SearchRequest {
        limit: usize::MAX,
        collapse: Collapse::Article,
        fallback: false,
        ..SearchRequest::new(query)
    };
    let mut articles: Vec<ArticleId> =
        engine.search(&request)?.hits.into_iter().map(|hit| hit.article.id).collect();
    articles.sort_unstable();
    Ok(articles)
}
