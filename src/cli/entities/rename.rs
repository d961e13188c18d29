//! `pressmark entities rename`: what an entity is called.

use std::path::Path;

use super::change::{How, change};
use super::named::find_to_change;
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Give an entity another name
///
/// The id stays, and so do the names by which it is found.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities rename organization:twitter X")]
pub(super) struct Args {
    /// The entity
    #[arg(value_name = "ENTITY")]
    entity: Name,
    /// What it is to be called
    #[arg(value_name = "NAME")]
    name: Name,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities rename", &args.how, |desk| {
        let entity = find_to_change(desk.engine, desk.corrections, &args.entity.0)?;
        desk.of(&entity.id).name = Some(args.name.0.clone());
        Ok(())
    })
}
