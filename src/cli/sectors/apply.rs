//! `pressmark sectors apply`: another taxonomy for the index.

use std::path::Path;

use pressmark::ingest::{Part, Retag};
use pressmark::tagger::Tagger;
use pressmark::tagger::sectors::SectorTagger;

use super::super::failure::{Failure, Status};
use super::super::open::{self, Chosen, Means};
use super::super::ui::Ui;
use super::Which;
use super::changes::{Scope, Told};

/// Tag the index by another taxonomy
///
/// Works on what the index holds; the source files may be gone. Only articles whose sectors change
/// are written. Queries see the old taxonomy until it is done, then the new one, never a mix. The
/// index keeps the file, and what is indexed later is tagged by it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark sectors apply mine.toml
  pressmark sectors apply builtin")]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    means: Means,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let Chosen { taxonomy, file } = args.which.read()?;
    let old = open::engine(index)?.taxonomy().clone();
    let mut writer = open::writer(index, &args.means.write_options(old), "sectors apply")?;
    // Another process may have committed before we held the lock.
    let engine = open::engine(index)?;
    writer.tag_by(taxonomy.card(), file);
    let taggers: Vec<Box<dyn Tagger>> = vec![Box::new(SectorTagger::new(taxonomy))];
    let threads = args.means.threads.count();
    let retag =
        Retag { engine: &engine, articles: None, taggers: &taggers, part: Part::Sectors, threads };
    let mut told = Told::new(Scope(None), 0);
    let (changes, _) = retag.apply(Box::new(writer), &mut |article| told.add(article))?;
    if !ui.quiet() {
        told.write_counts(ui.out(), &changes)?;
        writeln!(ui.out(), "{}", told.summary(&changes))?;
    }
    Ok(Status::Done)
}
