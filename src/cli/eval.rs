//! `pressmark eval`: how well passages are tagged, measured against labelled ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use pressmark::article::Lang;
use pressmark::eval::{GoldError, Score, bio, entities, sectors};
use pressmark::output::{Column, Table, json};
use pressmark::tag::{EntityType, SectorId};
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
use serde::Serialize;

use super::failure::{Failure, Status};
use super::ui::Ui;
use super::{open, values};

/// Measure how well passages are tagged, against labelled ones
///
/// Prints precision, recall and F1 over all labels, by language, and by sector or entity type, with
/// the interval in which F1 lies in 95 of 100 sets of as many articles (bootstrap over articles).
#[derive(Debug, clap::Args)]
#[command(after_help = "Labelled passages are JSON Lines:
  {\"id\",\"lang\",\"source\",\"article\",\"paragraph\",\"text\",\"sectors\":[…],\"maybe\":[…]}
  {\"id\",\"lang\",\"article\",\"paragraph\",\"text\",\"mentions\":[{\"start\",\"end\",\"text\",\"type\"}],\"maybe\":[…]}
Entities may also be tokens with BIO labels, one a line.

Examples:
  pressmark eval sectors sectors-dev.jsonl --errors errors.jsonl
  pressmark eval entities news.bio --types GPE=place,NORP=neutral --min-f1 0.7")]
pub(super) struct Args {
    /// What to measure
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
    /// Labelled passages: JSON Lines, or tokens with BIO labels for entities
    #[arg(value_name = "GOLD")]
    gold: PathBuf,
    /// Taxonomy to tag by, instead of the built-in one
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    /// What labels of a BIO file stand for: a type of ours, `neutral` or `none`; common names are known
    #[arg(long, value_name = "LABEL=TYPE", value_delimiter = ',', value_parser = type_of_label)]
    types: Vec<(String, bio::Kind)>,
    /// Language of a BIO file
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = values::lang)]
    lang: Lang,
    /// Write every miss and false alarm with its evidence to FILE, as JSON Lines
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Exit with 1 if F1 over all is less
    #[arg(long, value_name = "F1", value_parser = share)]
    min_f1: Option<f64>,
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

fn type_of_label(text: &str) -> Result<(String, bio::Kind), String> {
    let (label, kind) = text.split_once('=').ok_or("wanted LABEL=TYPE, as in `GPE=place`")?;
    let kind = match kind {
        "neutral" => bio::Kind::Neutral,
        "none" => bio::Kind::None,
        kind => {
            let kind: EntityType =
                kind.parse().map_err(|error| format!("{error}, neutral or none"))?;
            bio::Kind::Is(kind)
        }
    };
    Ok((label.to_owned(), kind))
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "wanted a number from 0 to 1".to_owned())
}

pub(super) fn run(ui: &mut Ui, args: &Args) -> Result<Status, Failure> {
    let text = open::read(&args.gold)?;
    let name = args.gold.display().to_string();
    let overall = match args.what {
        What::Sectors => {
            let gold = sectors::read_gold(&text, &name)?;
            let taxonomy = open::taxonomy(args.taxonomy.as_ref())?;
            tell_unknown(ui, &gold, &taxonomy);
            let lenient = SectorTagger::lenient(taxonomy.clone());
            let tagger = SectorTagger::new(taxonomy);
            let report = sectors::evaluate(&gold, &tagger, Some(&lenient));
            let langs = rows(&report.by_lang);
            let sectors = rows(&report.by_sector);
            let parts = [("language", langs), ("sector", sectors)];
            write(ui, args.format, &report, report.passages, report.overall, parts)?;
            errors(args.errors.as_deref(), &report.errors)?;
            report.overall
        }
        What::Entities => {
            let gold = mentions(ui, &text, &name, args)?;
            let report = entities::score(&EntityTagger::default(), &gold);
            let langs = rows(&report.languages);
            let types = rows(&report.types);
            let parts = [("language", langs), ("type", types)];
            write(ui, args.format, &report, report.passages, report.overall, parts)?;
            errors(args.errors.as_deref(), &report.mistakes)?;
            report.overall
        }
    };
    let Some(wanted) = args.min_f1.filter(|wanted| overall.f1 < *wanted) else {
        return Ok(Status::Done);
    };
    ui.note(&format!("F1 is {:.3}, wanted {wanted} at least", overall.f1));
    Ok(Status::NoMatch)
}

/// Says which labels name no sector of the taxonomy: nothing can be right about them.
fn tell_unknown(ui: &mut Ui, gold: &[sectors::GoldPassage], taxonomy: &Taxonomy) {
    let card = taxonomy.card();
    let known: BTreeSet<&SectorId> = card.sectors.iter().map(|sector| &sector.id).collect();
    let labels = gold.iter().flat_map(|one| one.sectors.iter().chain(&one.maybe));
    let unknown: BTreeSet<&SectorId> = labels.filter(|id| !known.contains(id)).collect();
    for id in unknown {
        ui.warning(&format!("the taxonomy has no sector `{id}`; labels of it count as missed"));
    }
}

/// Labelled mentions of either kind of file.
fn mentions(
    ui: &mut Ui,
    text: &str,
    name: &str,
    args: &Args,
) -> Result<Vec<entities::Gold>, GoldError> {
    if !bio::looks_like(text) {
        return entities::parse(name, text);
    }
    let mut types = bio::Types::default();
    args.types.iter().for_each(|(label, kind)| types.set(label, *kind));
    let bio::Sentences { gold, unknown } = bio::parse(name, text, &args.lang, &types)?;
    if let Some(first) = unknown.first() {
        let labels: Vec<String> = unknown.iter().map(|label| format!("`{label}`")).collect();
        ui.note(&format!(
            "{} counted as no mention; `--types {first}=TYPE` says what it stands for",
            labels.join(", ")
        ));
    }
    Ok(gold)
}

/// Writes what was wrong, one a line.
fn errors<T: Serialize>(file: Option<&Path>, errors: &[T]) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let written = || -> io::Result<()> {
        let mut out = BufWriter::new(File::create(file)?);
        errors.iter().try_for_each(|error| json::line(&mut out, error))?;
        out.flush()
    };
    written().map_err(|source| Failure::io(format!("cannot write `{}`", file.display()), source))
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

pub(super) fn table(heading: &'static str, rows: Rows) -> Table<8> {
    let mut table = Table::new([
        Column::Words(heading),
        Column::Numbers("precision"),
        Column::Numbers("recall"),
        Column::Numbers("F1"),
        Column::Numbers("95 %"),
        Column::Numbers("right"),
        Column::Numbers("missed"),
        Column::Numbers("false"),
    ]);
    for (name, score) in rows {
        let shares = [score.precision, score.recall, score.f1];
        let [precision, recall, f1] = shares.map(|share| format!("{share:.3}"));
        let [low, high] = score.f1_95;
        let interval = format!("{low:.3}-{high:.3}");
        let counts = [score.right, score.missed, score.wrong];
        let [right, missed, wrong] = counts.map(|count| count.to_string());
        table.row([name, precision, recall, f1, interval, right, missed, wrong]);
    }
    table
}
