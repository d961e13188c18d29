//! `pressmark eval sectors` and `entities`: how well passages are tagged, measured against labelled ones.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use pressmark::article::Lang;
use pressmark::eval::{GoldError, Score, bio, entities, sectors};
use pressmark::output::{Column, Table, json};
use pressmark::tag::{EntityType, SectorId};
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
use serde::Serialize;

use super::super::failure::{Failure, Status};
use super::super::ui::Ui;
use super::super::{open, values};
use super::{Format, share, to_file};

/// Measure how well sectors are tagged, against labelled passages
///
/// Prints precision, recall and F1 over all pairs of passage and sector, by language, and by sector,
/// with the interval in which F1 lies in 95 of 100 sets of as many articles (bootstrap over articles).
#[derive(Debug, clap::Args)]
#[command(after_help = "Labelled passages are JSON Lines:
  {\"id\",\"lang\",\"source\",\"article\",\"paragraph\",\"text\",\"sectors\":[…],\"maybe\":[…]}

Examples:
  pressmark eval sectors sectors-dev.jsonl --errors errors.jsonl")]
pub(super) struct SectorArgs {
    #[command(flatten)]
    common: Common,
    /// Taxonomy to tag by, instead of the built-in one
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
}

/// Measure how well entities are tagged, against labelled passages
///
/// Prints precision, recall and F1 over all spans with their types, by language, and by type, with
/// the interval in which F1 lies in 95 of 100 sets of as many articles (bootstrap over articles).
#[derive(Debug, clap::Args)]
#[command(after_help = "Labelled passages are JSON Lines, or tokens with BIO labels, one a line:
  {\"id\",\"lang\",\"article\",\"paragraph\",\"text\",\"mentions\":[{\"start\",\"end\",\"text\",\"type\"}],\"maybe\":[…]}

Examples:
  pressmark eval entities news.bio --types GPE=place,NORP=neutral --min-f1 0.7")]
pub(super) struct EntityArgs {
    #[command(flatten)]
    common: Common,
    /// What labels of a BIO file stand for: a type of ours, `neutral` or `none`; common names are known
    #[arg(long, value_name = "LABEL=TYPE", value_delimiter = ',', value_parser = type_of_label)]
    types: Vec<(String, bio::Kind)>,
    /// Language of a BIO file
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = values::lang)]
    lang: Lang,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Labelled passages
    #[arg(value_name = "GOLD")]
    gold: PathBuf,
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

pub(super) fn sectors(ui: &mut Ui, args: &SectorArgs) -> Result<Status, Failure> {
    let common = &args.common;
    let text = open::read(&common.gold)?;
    let gold = sectors::read_gold(&text, &common.gold.display().to_string())?;
    let taxonomy = open::taxonomy(args.taxonomy.as_ref())?;
    tell_unknown(ui, &gold, &taxonomy);
    let lenient = SectorTagger::lenient(taxonomy.clone());
    let tagger = SectorTagger::new(taxonomy);
    let report = sectors::evaluate(&gold, &tagger, Some(&lenient));
    let langs = rows(&report.by_lang);
    let sectors = rows(&report.by_sector);
    let parts = [("language", langs), ("sector", sectors)];
    write(ui, common.format, &report, report.passages, report.overall, parts)?;
    errors(common.errors.as_deref(), &report.errors)?;
    Ok(gate(ui, common.min_f1, report.overall))
}

pub(super) fn entities(ui: &mut Ui, args: &EntityArgs) -> Result<Status, Failure> {
    let common = &args.common;
    let text = open::read(&common.gold)?;
    let gold = mentions(ui, &text, &common.gold.display().to_string(), args)?;
    let report = entities::score(&EntityTagger::default(), &gold);
    let langs = rows(&report.languages);
    let types = rows(&report.types);
    let parts = [("language", langs), ("type", types)];
    write(ui, common.format, &report, report.passages, report.overall, parts)?;
    errors(common.errors.as_deref(), &report.mistakes)?;
    Ok(gate(ui, common.min_f1, report.overall))
}

/// Whether F1 is what was wanted.
fn gate(ui: &mut Ui, wanted: Option<f64>, overall: Score) -> Status {
    let Some(wanted) = wanted.filter(|wanted| overall.f1 < *wanted) else { return Status::Done };
    ui.note(&format!("F1 is {:.3}, wanted {wanted} at least", overall.f1));
    Status::NoMatch
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
    args: &EntityArgs,
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
    to_file(file, |out| errors.iter().try_for_each(|error| json::line(out, error)))
}

/// Scores by name.
pub(in crate::cli) type Rows = Vec<(String, Score)>;

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

pub(in crate::cli) fn table(heading: &'static str, rows: Rows) -> Table<8> {
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
