//! `pressmark entities merge`: several entities become one.

use std::path::Path;

use super::change::{How, change};
use super::named::{find_to_change, name_to_say};
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Make entities one
///
/// Mentions of the others become mentions of the one that is kept, which keeps its id, name and
/// type. The others are still found by their ids and names.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities merge organization:huawei organization:huawei-cloud")]
pub(super) struct Args {
    /// The entity that is kept
    #[arg(value_name = "KEEP")]
    keep: Name,
    /// Those that it is as well
    #[arg(value_name = "OTHER", required = true)]
    others: Vec<Name>,
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities merge", &args.how, |desk| {
        let keep = find_to_change(desk.engine, desk.corrections, &args.keep.0)?;
        for other in &args.others {
            let other = find_to_change(desk.engine, desk.corrections, &other.0)?;
            if other.id == keep.id {
                return Err(Failure::user(format!("`{}` cannot be merged into itself", keep.id)));
            }
            let merged = &mut desk.of(&keep.id).merged;
            if !merged.contains(&other.id) {
                merged.push(other.id);
            }
        }
        let said = desk.of(&keep.id);
        said.name = said.name.take().or_else(|| name_to_say(&keep));
        Ok(())
    })
}
