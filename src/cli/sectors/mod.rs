//! `pressmark sectors`: the sectors of the index, and the taxonomy that they come from.

mod apply;
mod changes;
mod check;
mod diff;
mod gaps;
mod learn;
mod list;

use std::path::{Path, PathBuf};

use super::failure::{Failure, Status};
use super::open::Chosen;
use super::ui::Ui;

/// List the sectors that the index holds, with counts; check and change their taxonomy
///
/// A sector counts what those below it count, each passage once.
///
/// A taxonomy of your own is a TOML file. `check` says what is wrong with it, `diff` what it would
/// change in the index, `apply` changes it, and `gaps` proposes terms that are missing. The index
/// keeps the file: what is indexed later is tagged by it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark sectors
  pressmark sectors --all --lang zh
  pressmark sectors check mine.toml
  pressmark sectors diff mine.toml
  pressmark sectors apply mine.toml")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: list::Args,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Check(check::Args),
    Diff(diff::Args),
    Apply(apply::Args),
    Gaps(gaps::Args),
    Learn(learn::Args),
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    match &args.action {
        None => list::run(ui, index, &args.list),
        Some(Action::Check(args)) => check::run(ui, index, args),
        Some(Action::Diff(args)) => diff::run(ui, index, args),
        Some(Action::Apply(args)) => apply::run(ui, index, args),
        Some(Action::Gaps(args)) => gaps::run(ui, index, args),
        Some(Action::Learn(args)) => learn::run(ui, args),
    }
}

/// Which taxonomy.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// File of the taxonomy, or `builtin` for the one that is built in
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The taxonomy that is built in
    #[arg(long)]
    builtin: bool,
}

impl Which {
    /// Reads it.
    fn read(&self) -> Result<Chosen, Failure> {
        match &self.file {
            Some(file) if file.as_os_str() != "builtin" => Chosen::read(file),
            _ => Ok(Chosen::builtin()),
        }
    }
}
