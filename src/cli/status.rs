//! `pressmark status`: what the index is and holds.

use std::path::Path;

use pressmark::engine::Engine;
use pressmark::output;

use super::failure::{Failure, Status};
use super::open;
use super::ui::Ui;

/// Show what the index is and how much it holds
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let status = open::engine(index)?.status()?;
    let look = ui.look();
    match args.format {
        Format::Text => output::text::write_status(ui.out(), &status, look)?,
        Format::Json => output::json::write_status(ui.out(), &status)?,
    }
    Ok(Status::Done)
}
