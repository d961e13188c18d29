//! `pressmark entities`: the entities of the index: listed, shown, and corrected.

mod alias;
mod apply;
mod change;
mod corrections;
mod hide;
mod list;
mod merge;
mod named;
mod new;
mod rename;
mod restore;
mod retype;
mod show;
mod split;

use std::path::Path;

use pressmark::article::ArticleId;
use pressmark::engine::Engine;

use super::failure::{Failure, Status};
use super::open;
use super::ui::Ui;

/// List, show and correct the entities that the index names
///
/// Without a subcommand they are listed, those that most passages name first. Corrections are kept
/// in `entities.toml` in the folder of the index; they hold for all that is indexed later, and
/// change what is indexed already at once. An entity is given by its id, or by a name that means
/// one only.
#[derive(Debug, clap::Args)]
#[command(
    disable_help_subcommand = true,
    after_help = "Examples:
  pressmark entities --type organization -n 20
  pressmark entities petro
  pressmark entities show Petronas
  pressmark entities merge organization:petronas 'Petroliam Nasional Berhad'"
)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: list::Listing,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Show(show::Args),
    New(new::Args),
    Merge(merge::Args),
    Split(split::Args),
    Rename(rename::Args),
    Type(retype::Args),
    Alias(alias::Args),
    Hide(hide::Args),
    Restore(restore::Args),
    Corrections(corrections::Args),
    Apply(apply::Args),
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    match &args.action {
        None => list::run(ui, index, &args.list),
        Some(Action::Show(args)) => show::run(ui, index, args),
        Some(Action::New(args)) => new::run(ui, index, args),
        Some(Action::Merge(args)) => merge::run(ui, index, args),
        Some(Action::Split(args)) => split::run(ui, index, args),
        Some(Action::Rename(args)) => rename::run(ui, index, args),
        Some(Action::Type(args)) => retype::run(ui, index, args),
        Some(Action::Alias(args)) => alias::run(ui, index, args),
        Some(Action::Hide(args)) => hide::run(ui, index, args),
        Some(Action::Restore(args)) => restore::run(ui, index, args),
        Some(Action::Corrections(args)) => corrections::run(ui, index, args),
        Some(Action::Apply(args)) => apply::run(ui, index, args),
    }
}

/// The id of an article of the index that is given by its id or the path of its file.
fn article_of(engine: &dyn Engine, index: &Path, id: &ArticleId) -> Result<ArticleId, Failure> {
    if engine.article(id)?.is_some() {
        return Ok(id.clone());
    }
    if let Some(of_file) = open::id_of_file(index, id.as_str())
        && engine.article(&of_file)?.is_some()
    {
        return Ok(of_file);
    }
    Err(Failure::user(format!("no article `{id}`")))
}
