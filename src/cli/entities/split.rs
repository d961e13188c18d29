//! `pressmark entities split`: some mentions of an entity become another.

use std::path::Path;

use pressmark::analysis::{Case, fold};
use pressmark::article::ArticleId;
use pressmark::tag::EntityId;
use pressmark::tagger::corrections::{Split, id_of};

use super::change::{How, change};
use super::named::{find, find_to_change, kind};
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::{self, Name};

/// Make some mentions of an entity another entity
///
/// Those of articles that meet any of the conditions: they also name an entity, they are given by
/// id, or they are of a publisher. The other entity is new, or one that is known if its id is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark entities split place:georgia place:georgia-us --with place:atlanta
  pressmark entities split organization:proton 'Proton Mail' --with Switzerland")]
pub(super) struct Args {
    /// The entity
    #[arg(value_name = "ENTITY")]
    entity: Name,
    /// Name of the other entity, or its id
    #[arg(value_name = "NEW-NAME")]
    name: Name,
    /// In articles that also name this entity
    #[arg(long, value_name = "ENTITY", required_unless_present_any = ["article", "source"])]
    with: Vec<Name>,
    /// In this article
    #[arg(long, value_name = "ARTICLE", value_parser = values::article)]
    article: Vec<ArticleId>,
    /// In articles of this publisher
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Name>,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities split", &args.how, |desk| {
        let entity = find_to_change(desk.engine, desk.corrections, &args.entity.0)?;
        let (into, name) = match id_of(&args.name.0) {
            Some(_) => (find(desk.engine, desk.corrections, &args.name.0)?.id, None),
            None => {
                let folded = fold(&args.name.0, Case::Keep).text;
                let shown = desk.corrections.settled(&entity.id);
                (EntityId::of_name(kind(&shown), &folded), Some(args.name.0.clone()))
            }
        };
        if into == entity.id || into == desk.corrections.settled(&entity.id) {
            return Err(Failure::user(format!("`{into}` cannot be split from itself"))
                .hint("give the other entity another name"));
        }
        let mut split =
            Split { into, name, with: Vec::new(), articles: Vec::new(), sources: Vec::new() };
        for name in &args.with {
            split.with.push(find(desk.engine, desk.corrections, &name.0)?.id);
        }
        for id in &args.article {
            split.articles.push(super::article_of(desk.engine, index, id)?);
        }
        split.sources.extend(args.source.iter().map(|source| source.0.clone()));
        desk.of(&entity.id).splits.push(split);
        Ok(())
    })
}
