//! `pressmark entities alias`: further names of an entity.

use std::path::Path;

use super::change::{How, change};
use super::named::{find_to_change, name_to_say};
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Give an entity further names
///
/// It is found by them in texts, as they are written or all in capitals, and can be asked for by
/// them. Where a name overlaps another mention, the longer one stands; of two as long, yours.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities alias organization:petronas 'Petroliam Nasional' 国油")]
pub(super) struct Args {
    /// The entity
    #[arg(value_name = "ENTITY")]
    entity: Name,
    /// Its further names
    #[arg(value_name = "NAME", required = true)]
    names: Vec<Name>,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities alias", &args.how, |desk| {
        let entity = find_to_change(desk.engine, desk.corrections, &args.entity.0)?;
        let said = desk.of(&entity.id);
        for name in &args.names {
            if !said.aliases.contains(&name.0) {
                said.aliases.push(name.0.clone());
            }
        }
        said.name = said.name.take().or_else(|| name_to_say(&entity));
        Ok(())
    })
}
