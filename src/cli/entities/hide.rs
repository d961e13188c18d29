//! `pressmark entities hide`: what is no entity.

use std::path::Path;

use super::change::{How, change};
use super::named::find_to_change;
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Make something no entity anywhere
///
/// Its mentions go, with those of everything that is merged into it. `pressmark entities restore`
/// brings them back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities hide person:read-more")]
pub(super) struct Args {
    /// The entities
    #[arg(value_name = "ENTITY", required = true)]
    entities: Vec<Name>,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities hide", &args.how, |desk| {
        for name in &args.entities {
            let entity = find_to_change(desk.engine, desk.corrections, &name.0)?;
            desk.of(&entity.id).hidden = true;
        }
        Ok(())
    })
}
