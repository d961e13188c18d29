//! `pressmark sectors diff`: what another taxonomy would change in the index.

use std::path::Path;

use pressmark::engine::TaxonomyCard;
use pressmark::engine::embedded::sector_named;
use pressmark::ingest::{Part, Retag};
use pressmark::tagger::Tagger;
use pressmark::tagger::sectors::SectorTagger;

use super::super::failure::{Failure, Status};
use super::super::open::{self, Chosen, Threads};
use super::super::ui::Ui;
use super::super::values::Name;
use super::Which;
use super::changes::{Scope, Told, sectors_of_both};

/// Show which passages would gain or lose which sector by another taxonomy
///
/// Counts come first, for each sector that changes; then passages with the evidence for what they
/// gain and lose. Nothing is written: `apply` does what this shows. The exit code is 1 if no
/// passage would change.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark sectors diff mine.toml
  pressmark sectors diff mine.toml --sector energy -n 100 --format jsonl")]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// Only what this sector and those below it gain and lose
    #[arg(long, value_name = "SECTOR")]
    sector: Option<Name>,
    /// How many passages to list
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 10)]
    limit: usize,
    #[command(flatten)]
    threads: Threads,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// JSON Lines: the totals, a sector a line, a passage a line
    Jsonl,
    /// One JSON object
    Json,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let Chosen { taxonomy, .. } = args.which.read()?;
    let engine = open::engine(index)?;
    let card = taxonomy.card();
    let scope = match &args.sector {
        None => None,
        Some(Name(name)) => {
            let sectors = sectors_of_both(&engine.taxonomy().sectors, &card.sectors);
            Some(sector_named(&TaxonomyCard { sectors, ..card }, name)?)
        }
    };
    let taggers: Vec<Box<dyn Tagger>> = vec![Box::new(SectorTagger::new(taxonomy))];
    let threads = args.threads.count();
    let retag =
        Retag { engine: &engine, articles: None, taggers: &taggers, part: Part::Sectors, threads };
    let mut told = Told::new(Scope(scope), args.limit);
    let changes = retag.preview(&mut |article| told.add(article))?;
    match args.format {
        Format::Text => {
            let look = ui.look();
            told.write_text(ui.out(), &changes, look)?;
        }
        Format::Jsonl => told.write_jsonl(ui.out(), &changes)?,
        Format::Json => told.write_json(ui.out(), &changes)?,
    }
    Ok(if told.passages > 0 || changes.reweighed > 0 { Status::Done } else { Status::NoMatch })
}
