//! `pressmark man`: manual pages, made from the help.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use super::Cli;
use super::failure::{Failure, Status};
use super::ui::Ui;

/// Write the manual pages
///
/// With a folder, one page a command is written there; without, the main page is printed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark man | man -l -
  pressmark man ~/.local/share/man/man1")]
pub(super) struct Args {
    /// Folder to write to
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui, args: &Args) -> Result<Status, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.folder else {
        Man::new(command).render(ui.out())?;
        return Ok(Status::Done);
    };
    let failed = |source| Failure::io(format!("cannot write to `{}`", folder.display()), source);
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(command, folder).map_err(failed)?;
    Ok(Status::Done)
}
