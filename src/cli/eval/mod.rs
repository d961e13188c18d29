//! `pressmark eval`: how good tags and search are, measured against what people say.

mod search;
mod tags;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(super) use tags::table;

use super::failure::{Failure, Status};
use super::ui::Ui;

/// Measure how well passages are tagged and found, against what people labelled and judged
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Sectors(tags::SectorArgs),
    Entities(tags::EntityArgs),
    Search(search::Args),
}

pub(super) fn run(ui: &mut Ui, args: &Args) -> Result<Status, Failure> {
    match &args.what {
        What::Sectors(args) => tags::sectors(ui, args),
        What::Entities(args) => tags::entities(ui, args),
        What::Search(args) => search::run(ui, args),
    }
}

/// How figures are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Tables
    Text,
    /// One JSON object, with every disagreement
    Json,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "wanted a number from 0 to 1".to_owned())
}

/// Writes a file of what `write` gives.
fn to_file(
    file: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let written = || -> io::Result<()> {
        let mut out = BufWriter::new(File::create(file)?);
        write(&mut out)?;
        out.flush()
    };
    written().map_err(|source| Failure::io(format!("cannot write `{}`", file.display()), source))
}
