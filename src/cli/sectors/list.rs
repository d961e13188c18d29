//! `pressmark sectors` by itself: the sectors of the index, with counts.

use std::path::Path;

use pressmark::article::Lang;
use pressmark::engine::Engine;
use pressmark::output;

use super::super::failure::{Failure, Status};
use super::super::open;
use super::super::ui::Ui;
use super::super::values;

/// What is listed, and how.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    /// List sectors without passages too
    #[arg(long)]
    all: bool,
    /// Language of the labels
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = values::lang)]
    lang: Lang,
    /// How they are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// A tree
    Text,
    /// JSON Lines, a sector a line
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let mut sectors = open::engine(index)?.sectors()?;
    sectors.retain(|sector| args.all || sector.passages > 0);
    if sectors.is_empty() {
        ui.note("no passage has a sector");
        return Ok(Status::NoMatch);
    }
    match args.format {
        Format::Text => output::text::write_sectors(ui.out(), &sectors, args.lang.as_str())?,
        Format::Jsonl => output::json::write_sectors(ui.out(), &sectors)?,
    }
    Ok(Status::Done)
}
