//! `pressmark entities restore`: drops corrections.

use std::path::Path;

use pressmark::tag::EntityId;
use pressmark::tagger::corrections::id_of;

use super::change::{Desk, How, change};
use super::named::find;
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Drop what was said of an entity
///
/// Its name, type, aliases and splits, that it is hidden, what was merged into it, and that it was
/// itself merged into another or split off from one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities restore organization:huawei-cloud")]
pub(super) struct Args {
    /// The entities
    #[arg(value_name = "ENTITY", required = true)]
    entities: Vec<Name>,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities restore", &args.how, |desk| {
        for name in &args.entities {
            let id = match id_of(&name.0) {
                Some(id) => id,
                None => find(desk.engine, desk.corrections, &name.0)?.id,
            };
            if !forget(desk, &id) {
                return Err(Failure::user(format!("nothing is said of `{id}`"))
                    .hint("`pressmark entities corrections` lists what is"));
            }
        }
        Ok(())
    })
}

/// Drops what is said of `id`, if anything is.
fn forget(desk: &mut Desk<'_>, id: &EntityId) -> bool {
    let id = desk.corrections.spoken_of(id);
    let mut is_known = desk.said.remove(&id).is_some();
    for said in desk.said.values_mut() {
        let held = (said.merged.len(), said.splits.len());
        said.merged.retain(|merged| *merged != id);
        said.splits.retain(|split| split.into != id);
        is_known |= held != (said.merged.len(), said.splits.len());
    }
    is_known
}
