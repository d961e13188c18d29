//! `pressmark reindex`: the articles of the index, cut into words and tagged anew.

use std::path::{Path, PathBuf};

use pressmark::engine::Writer;
use pressmark::ingest;

use super::corrections;
use super::failure::{Failure, Status};
use super::open::{self, Chosen, Means};
use super::telling::{Style, Telling};
use super::ui::Ui;

/// Tag and index the articles of the index anew
///
/// Works on what the index holds; the source files may be gone. Of use when a new version tags better;
/// to change the taxonomy alone, `pressmark sectors apply` is faster. Queries see the old state
/// until it is done.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark reindex --taxonomy sectors.toml")]
pub(super) struct Args {
    /// Taxonomy to tag by, instead of that of the index
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    #[command(flatten)]
    means: Means,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let Chosen { taxonomy, file } = open::taxonomy_for(index, args.taxonomy.as_ref())?;
    let old = engine.taxonomy().clone();
    let mut writer = open::writer(index, &args.means.write_options(old), "reindex")?;
    // Another process may have committed before we held the lock.
    let engine = open::engine(index)?;
    let known = writer.known();
    writer.start_over()?;
    writer.tag_by(taxonomy.card(), file);
    let corrections = corrections::read(index, engine.corrections())?;
    writer.correct_by(corrections.stamp());
    let taggers = open::taggers(taxonomy, corrections);

    let mut telling = Telling::new(ui, Style::Counts, &[]);
    let report =
        ingest::retag(&engine, known.as_ref(), Box::new(writer), &taggers, &mut |event| {
            telling.event(event);
        })?;
    telling.end(&report, None)
}
