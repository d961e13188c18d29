//! `pressmark sectors learn`: what labelled passages teach about a taxonomy.

use std::fs;
use std::path::{Path, PathBuf};

use pressmark::eval::sectors;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};

use super::super::eval;
use super::super::failure::{Failure, Status};
use super::super::open::{self, Chosen};
use super::super::ui::Ui;

/// Learn from labelled passages how far terms and words can be trusted
///
/// Starts from the weights that the taxonomy has and moves them as far as the labels ask. Prints
/// how well the labelled passages are tagged before, and after by what the other articles teach:
/// no passage is judged by its own labels. With `--output`, the weights are written to a file; a
/// taxonomy names it with the line `model = "FILE"` at its top.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark sectors learn labels.jsonl --taxonomy mine.toml
  pressmark sectors learn labels.jsonl --taxonomy mine.toml --output mine.tsv")]
pub(super) struct Args {
    /// Labelled passages, one JSON object a line, as `eval sectors` reads them
    #[arg(value_name = "LABELS", required = true)]
    labels: Vec<PathBuf>,
    /// Taxonomy to learn about, instead of the one that is built in
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    /// File that the weights are written to
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Start from the rules alone, whatever was learned before
    #[arg(long)]
    anew: bool,
}

/// Refuses to write over a file that holds anything but learned weights.
fn refuse_foreign(output: &Path) -> Result<(), Failure> {
    let is_foreign = fs::read(output).is_ok_and(|held| {
        let first = held.split(|byte| *byte == b'\n').next().unwrap_or_default();
        !held.is_empty() && !first.starts_with(b"# What `pressmark sectors learn` learned")
    });
    if !is_foreign {
        return Ok(());
    }
    let output = output.display();
    Err(Failure::user(format!("`{output}` holds something else than learned weights"))
        .hint("name a new file, as in `--output weights.tsv`"))
}

pub(super) fn run(ui: &mut Ui, args: &Args) -> Result<Status, Failure> {
    args.output.as_deref().map_or(Ok(()), refuse_foreign)?;
    let mut gold = Vec::new();
    for path in &args.labels {
        gold.extend(sectors::read_gold(&open::read(path)?, &path.display().to_string())?);
    }
    let taxonomy = match &args.taxonomy {
        Some(file) => Chosen::read(file)?.taxonomy,
        None => Taxonomy::builtin(),
    };
    let taxonomy = if args.anew { taxonomy.unlearned() } else { taxonomy };
    let before = sectors::evaluate(&gold, &SectorTagger::new(taxonomy.clone()), None);
    let (model, after) = sectors::learn(&gold, &taxonomy);
    let mut rows = Vec::new();
    for (name, report) in [("before", before), ("after", after)] {
        rows.push((name.to_owned(), report.overall));
        rows.extend(report.by_lang.iter().map(|(lang, score)| (format!("{name}, {lang}"), *score)));
    }
    eval::table("held out", rows).write(ui.out(), 0)?;
    if !args.anew {
        ui.note(
            "weights learned before may know these articles; `--anew` starts from the rules alone",
        );
    }
    if let Some(output) = &args.output {
        let failed = |source| Failure::io(format!("cannot write `{}`", output.display()), source);
        fs::write(output, model).map_err(failed)?;
    }
    Ok(Status::Done)
}
