//! `pressmark entities apply`: what the file of corrections says, put into the index.

use std::path::Path;

use super::change::{How, change};
use crate::cli::failure::{Failure, Status};
use crate::cli::ui::Ui;

/// Bring the index up to date with `entities.toml`
///
/// For after an edit by hand: every article is tagged anew, and those that change are written.
/// Nothing is done if the index is up to date.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities apply --dry-run")]
pub(super) struct Args {
    #[command(flatten)]
    how: How,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    change(ui, index, "entities apply", &args.how, |_| Ok(()))
}
