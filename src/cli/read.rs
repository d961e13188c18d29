//! `pressmark read`: articles as their readers understand them.

use std::path::{Path, PathBuf};

use pressmark::ingest::Understood;
use pressmark::output;

use super::failure::{Failure, Status};
use super::index::Reading;
use super::listing::Listing;
use super::open::Threads;
use super::ui::Ui;

/// Print articles as they are read, before they are cut and tagged
///
/// Reads files of every format that `index` reads and prints what the reader made of them: the
/// fields of each article, its text block by block with the places it comes from, and what was left
/// out and why. Nothing is indexed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark read page.html
  pressmark read --format json crawl.warc.gz | jq -r '[.id, .headline] | @tsv'")]
pub(super) struct Args {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// How articles are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// JSON, an article a line
    #[value(alias = "jsonl")]
    Json,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let mut ingest = args.reading.ingest(args.paths, index, Threads::one())?;
    ingest.options.read.tell_dropped = true;
    let mut listing = Listing::new(ui, true);
    ingest.articles(&mut |met| {
        listing.take(met, |ui, Understood { path, reader, article }, is_first| {
            let look = ui.look();
            let out = ui.out();
            match args.format {
                Format::Text => {
                    if !is_first {
                        writeln!(out)?;
                    }
                    output::text::write_read(out, &article, reader, look)
                }
                Format::Json => output::json::write_read(out, &path, reader, &article),
            }
        })
    });
    listing.end()
}
