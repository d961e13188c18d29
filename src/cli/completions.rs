//! `pressmark completions`: what a shell needs to complete our commands.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use super::failure::{Failure, Status};
use super::ui::Ui;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark completions bash > ~/.local/share/bash-completion/completions/pressmark")]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(ui: &mut Ui, args: &Args) -> Result<Status, Failure> {
    // `generate` panics when it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "pressmark", &mut script);
    ui.out().write_all(&script)?;
    Ok(Status::Done)
}
