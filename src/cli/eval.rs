//! `pressmark eval`: how well passages are tagged, measured against labelled ones.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use pressmark::eval::{Score, entities, sectors};
use pressmark::output::{Column, Table, json};
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::sectors::SectorTagger;
use serde::Serialize;

use super::failure::{Failure, Status};
use super::open;
use super::ui::Ui;

/// Measure how well passages are tagged, against labelled ones
///
/// Prints precision, recall and F1 over all labels, by language, and by sector or entity type.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark eval sectors sectors-dev.jsonl")]
pub(super) struct Args {
    /// What to measure
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
    /// Labelled passages, one JSON object a line
    #[arg(value_name = "GOLD")]
    gold: PathBuf,
    /// Taxonomy to tag by, instead of the built-in one
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    /// How the figures are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum What {
    /// Pairs of passage and sector
    Sectors,
    /// Spans with their types
    Entities,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Tables
    Text,
    /// One JSON object, with every disagreement
    Json,
}

pub(super) fn run(ui: &mut Ui, args: Args) -> Result<Status, Failure> {
    let text = open::read(&args.gold)?;
    let name = args.gold.display().to_string();
    match args.what {
        What::Sectors => {
            let gold = sectors::read_gold(&text, &name)?;
            let tagger = SectorTagger::new(open::taxonomy(args.taxonomy.as_ref())?);
            let report = sectors::evaluate(&gold, &tagger);
            let langs = rows(&report.by_lang);
            let sectors = rows(&report.by_sector);
            let parts = [("language", langs), ("sector", sectors)];
            write(ui, args.format, &report, report.passages, report.overall, parts)?;
        }
        What::Entities => {
            let gold = entities::parse(&name, &text)?;
            let report = entities::score(&EntityTagger, &gold);
            let langs = rows(&report.languages);
            let types = rows(&report.types);
            let parts = [("language", langs), ("type", types)];
            write(ui, args.format, &report, report.passages, report.overall, parts)?;
        }
    }
    Ok(Status::Done)
}

/// Scores by name.
type Rows = Vec<(String, Score)>;

fn rows<K: ToString>(scores: &BTreeMap<K, Score>) -> Rows {
    scores.iter().map(|(name, score)| (name.to_string(), *score)).collect()
}

fn write(
    ui: &mut Ui,
    format: Format,
    report: &impl Serialize,
    passages: usize,
    overall: Score,
    parts: [(&'static str, Rows); 2],
) -> io::Result<()> {
    let out = ui.out();
    if let Format::Json = format {
        return json::line(out, report);
    }
    let all = (format!("{passages} passages"), overall);
    table("all", vec![all]).write(out, 0)?;
    for (heading, rows) in parts {
        writeln!(out)?;
        table(heading, rows).write(out, 0)?;
    }
    Ok(())
}

pub(super) fn table(heading: &'static str, rows: Rows) -> Table<7> {
    let mut table = Table::new([
        Column::Words(heading),
        Column::Numbers("precision"),
        Column::Numbers("recall"),
        Column::Numbers("F1"),
        Column::Numbers("right"),
        Column::Numbers("missed"),
        Column::Numbers("false"),
    ]);
    for (name, score) in rows {
        let shares = [score.precision, score.recall, score.f1];
        let [precision, recall, f1] = shares.map(|share| format!("{share:.3}"));
        let counts = [score.right, score.missed, score.wrong];
        let [right, missed, wrong] = counts.map(|count| count.to_string());
        table.row([name, precision, recall, f1, right, missed, wrong]);
    }
    table
}
