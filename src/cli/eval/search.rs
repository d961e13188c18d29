//! `pressmark eval search`: how good rankings are, measured against judgements.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use pressmark::analysis;
use pressmark::engine::embedded::{EmbeddedEngine, FORMAT};
use pressmark::engine::{Engine, EngineError, WriteOptions};
use pressmark::eval::search::compare::{Difference, compare};
use pressmark::eval::search::set::{self, Corpus, Judgements, SetQuery};
use pressmark::eval::search::{self, DEPTH, Measures, Rankings, Report, run as kept};
use pressmark::ingest::{self, ordered};
use pressmark::output::{Column, Table, json, trec};
use pressmark::query;
use pressmark::results::{Hit, Matching, SearchRequest};
use pressmark::tagger::Tagger;
use pressmark::tagger::corrections::Corrections;
use pressmark::tagger::sectors::Taxonomy;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::super::failure::{Failure, Status};
use super::super::open::{self, Threads};
use super::super::ui::Ui;
use super::super::values::MatchBy;
use super::{share, to_file};

/// Measure how well passages are found, against judgements of which are relevant
///
/// Indexes the passages of each set, runs its queries, and prints nDCG@10 with the interval in which
/// it lies in 95 of 100 sets of as many queries, MAP, MRR@10 and recall@100, as `trec_eval` defines
/// them, over the queries that have a judgement. Queries are plain words, none of them an operator.
#[derive(Debug, clap::Args)]
#[command(after_help = "A set is a folder in the layout of BEIR:
  corpus.jsonl   {\"_id\",\"title\",\"text\"}, one passage a line; if known, \"date\", \"lang\", \"url\" and
                 \"article\", of which the lines are the paragraphs
  queries.jsonl  {\"_id\",\"text\"}
  qrels.tsv      query, passage, grade; or qrels/test.tsv

An index is kept, and used again while the corpus and the versions of index, analysis and taggers
are the same. Those that are kept can be deleted.

Examples:
  pressmark eval search news-set --run before.trec
  pressmark eval search news-set --baseline before.trec --min-ndcg 0.4
  pressmark eval search sets/* --per-query queries.jsonl")]
pub(super) struct Args {
    /// Test sets: folders with corpus.jsonl, queries.jsonl and qrels.tsv
    #[arg(value_name = "DIR", required = true)]
    sets: Vec<PathBuf>,
    /// Judgements below each DIR [default: qrels.tsv, else qrels/test.tsv]
    #[arg(long, value_name = "FILE")]
    qrels: Option<PathBuf>,
    /// Whether a passage must have all words of a query or any
    #[arg(long = "match", value_enum, value_name = "WHICH", default_value_t = MatchBy::Any)]
    matching: MatchBy,
    /// Write the rankings as a TREC run; of several sets, one file each into the folder FILE
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Compare with such a run, with tests of significance; of several sets, those in the folder FILE
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what each query's ranking is worth to FILE, as JSON Lines
    #[arg(long, value_name = "FILE")]
    per_query: Option<PathBuf>,
    /// Exit with 1 if nDCG@10 of a set is less
    #[arg(long, value_name = "NDCG", value_parser = share)]
    min_ndcg: Option<f64>,
    /// Folder where the indexes of sets are kept [default: pressmark-eval in the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Index the sets anew, though they are indexed
    #[arg(long)]
    anew: bool,
    #[command(flatten)]
    threads: Threads,
    /// How the figures are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Tables
    Text,
    /// One JSON object
    Json,
}

/// Memory for passages that are not written yet.
const BUDGET_BYTES: usize = 256_000_000;

/// What came of one set.
#[derive(Serialize)]
struct Outcome {
    set: String,
    passages: usize,
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Vec<Difference>>,
    #[serde(skip)]
    queries: Vec<SetQuery>,
}

#[derive(Serialize)]
struct Sets<'a> {
    sets: &'a [Outcome],
}

/// One line of `--per-query`.
#[derive(Serialize)]
struct QueryLine<'a> {
    set: &'a str,
    query: &'a str,
    text: Option<&'a str>,
    #[serde(flatten)]
    measures: Measures,
}

pub(super) fn run(ui: &mut Ui, args: &Args) -> Result<Status, Failure> {
    let taggers = open::taggers(open::taxonomy(None)?, Corrections::default());
    let several = args.sets.len() > 1;
    let mut outcomes = Vec::new();
    for folder in &args.sets {
        let name = set_name(folder);
        let file =
            |file: &Option<PathBuf>| file.as_ref().map(|file| run_file(file, &name, several));
        let outcome = one(ui, args, folder, &name, &taggers, file(&args.run), file(&args.baseline));
        outcomes.push(outcome?);
    }
    if let Some(file) = &args.per_query {
        to_file(file, |out| outcomes.iter().try_for_each(|outcome| per_query(out, outcome)))?;
    }
    match args.format {
        Format::Json => json::line(ui.out(), &Sets { sets: &outcomes })?,
        Format::Text => tables(ui.out(), &outcomes)?,
    }
    let mut status = Status::Done;
    for Outcome { set, report, .. } in &outcomes {
        if let Some(wanted) = args.min_ndcg.filter(|wanted| report.means.ndcg_10 < *wanted) {
            let got = report.means.ndcg_10;
            ui.note(&format!("nDCG@10 of `{set}` is {got:.4}, wanted {wanted} at least"));
            status = Status::NoMatch;
        }
    }
    Ok(status)
}

/// What a set is called: its folder's name.
fn set_name(folder: &Path) -> String {
    let name = folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_owned()));
    name.map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The file of one set's run.
fn run_file(file: &Path, set: &str, several: bool) -> PathBuf {
    if several || file.is_dir() { file.join(format!("{set}.trec")) } else { file.to_owned() }
}

/// Reads, indexes, asks and measures one set.
fn one(
    ui: &mut Ui,
    args: &Args,
    folder: &Path,
    name: &str,
    taggers: &[Box<dyn Tagger>],
    run: Option<PathBuf>,
    baseline: Option<PathBuf>,
) -> Result<Outcome, Failure> {
    let text = |file: &Path| open::read(file).map(|text| (text, file.display().to_string()));
    // What is read fast is read first: a fault of it is told before anything is indexed.
    let (judged, file) = text(&qrels(folder, args.qrels.as_deref()))?;
    let judgements = set::judgements(&judged, &file)?;
    let (asked, file) = text(&folder.join("queries.jsonl"))?;
    let queries = set::queries(&asked, &file)?;
    let before = match &baseline {
        Some(file) => {
            let (text, file) = text(file)?;
            Some(as_judged(kept::read(&text, &file)?, &judgements))
        }
        None => None,
    };
    let (lines, file) = text(&folder.join("corpus.jsonl"))?;
    let corpus = set::corpus(&lines, &file)?;
    let key = key(&lines, taggers);
    drop(lines);

    tell_unknown(ui, name, &judgements, &queries);
    let engine = index(ui, args, name, &corpus, key, taggers)?;
    let judged = queries.iter().filter(|query| judgements.contains_key(&query.id));
    let rankings = ask(&engine, &corpus, judged, args.matching.into(), args.threads, run)?;
    let report = search::evaluate(&rankings, &judgements);
    let baseline = before.map(|before| compare(&search::evaluate(&before, &judgements), &report));
    Ok(Outcome { set: name.to_owned(), passages: corpus.passages(), report, baseline, queries })
}

/// A run with the ids that `judgements` have, where a run has to write them otherwise.
fn as_judged(run: Rankings, judgements: &Judgements) -> Rankings {
    let mut rankings = Rankings::new();
    for (query, grades) in judgements {
        let written: HashMap<Cow<'_, str>, &String> =
            grades.keys().map(|id| (trec::id(id), id)).collect();
        let Some(found) = run.get(trec::id(query).as_ref()) else { continue };
        let id = |id: &String| written.get(id.as_str()).map_or(id, |id| *id).clone();
        rankings.insert(query.clone(), found.iter().map(id).collect());
    }
    rankings
}

/// The file of judgements.
fn qrels(folder: &Path, given: Option<&Path>) -> PathBuf {
    let named = |name: &str| folder.join(name);
    match given {
        Some(file) => folder.join(file),
        None => Some(named("qrels/test.tsv"))
            .filter(|file| file.exists() && !named("qrels.tsv").exists())
            .unwrap_or_else(|| named("qrels.tsv")),
    }
}

/// Says which judgements are of a query that is not there: they count as nothing found.
fn tell_unknown(ui: &mut Ui, name: &str, judgements: &Judgements, queries: &[SetQuery]) {
    let known: HashSet<&str> = queries.iter().map(|query| &query.id[..]).collect();
    let unknown: Vec<&String> =
        judgements.keys().filter(|query| !known.contains(query.as_str())).collect();
    if let [first, more @ ..] = &unknown[..] {
        let more =
            if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        ui.warning(&format!(
            "`{name}` judges passages for queries that it does not have, `{first}`{more}; they count as 0"
        ));
    }
}

/// What an index is kept by: another corpus, layout, analysis or tagger gives another key.
fn key(corpus: &str, taggers: &[Box<dyn Tagger>]) -> u64 {
    let taxonomy = Taxonomy::builtin().card().fingerprint;
    let parts =
        [xxh3_64(corpus.as_bytes()), ingest::tagged_by(taggers), xxh3_64(taxonomy.as_bytes())];
    let mut bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(analysis::VERSION.to_le_bytes());
    bytes.extend(env!("CARGO_PKG_VERSION").bytes());
    xxh3_64(&bytes)
}

/// Opens the index that is kept of a set, or makes it.
fn index(
    ui: &mut Ui,
    args: &Args,
    name: &str,
    corpus: &Corpus,
    key: u64,
    taggers: &[Box<dyn Tagger>],
) -> Result<EmbeddedEngine, Failure> {
    let cache = args.cache.clone().unwrap_or_else(|| std::env::temp_dir().join("pressmark-eval"));
    let name: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' })
        .collect();
    let place = cache.join(format!("{name}-{key:016x}"));
    if !args.anew {
        match open_whole(&place, corpus) {
            Ok(Some(engine)) => return Ok(engine),
            Ok(None) | Err(EngineError::Missing { .. } | EngineError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let failed =
        |source| Failure::io(format!("cannot keep an index in `{}`", cache.display()), source);
    fs::create_dir_all(&cache).map_err(failed)?;
    // Made aside and put in its place when it is whole: other processes may look for it.
    let aside = tempfile::Builder::new().prefix(".making-").tempdir_in(&cache).map_err(failed)?;
    let making = aside.path().join("index");
    let threads = args.threads.count();
    let taxonomy = Taxonomy::builtin().card();
    let options = WriteOptions { budget_bytes: BUDGET_BYTES, threads, taxonomy };
    let writer = open::writer(&making, &options, "eval search")?;
    let articles = corpus.articles.iter().cloned();
    ingest::index_passages(articles, Box::new(writer), taggers, threads)?;
    match fs::remove_dir_all(&place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // Another process that was faster has made the same.
    if let Err(error) = fs::rename(&making, &place)
        && !place.exists()
    {
        return Err(failed(error));
    }
    ui.note(&format!("indexed {} passages in `{}`", corpus.passages(), place.display()));
    Ok(EmbeddedEngine::open(&place, open::entities_called)?)
}

/// The index in `place` if it holds the whole corpus.
fn open_whole(place: &Path, corpus: &Corpus) -> Result<Option<EmbeddedEngine>, EngineError> {
    let engine = EmbeddedEngine::open(place, open::entities_called)?;
    let whole = engine.status()?.passages == corpus.passages() as u64;
    Ok(whole.then_some(engine))
}

/// The ranking of each query, also written to `file` in the order of the queries.
fn ask<'a>(
    engine: &EmbeddedEngine,
    corpus: &Corpus,
    queries: impl Iterator<Item = &'a SetQuery> + Send,
    matching: Matching,
    threads: Threads,
    file: Option<PathBuf>,
) -> Result<Rankings, Failure> {
    let mut rankings = Rankings::new();
    let mut lines = Vec::new();
    ordered::in_order(
        threads.count(),
        |give| {
            let mut queries = queries;
            // It ends when all are given out or none is wanted any more.
            let _: ControlFlow<()> = queries.try_for_each(|query| give(1, query));
        },
        |query: &SetQuery| (query, found(engine, corpus, &query.text, matching)),
        &mut |(query, found): (&SetQuery, Result<_, EngineError>)| -> Result<(), Failure> {
            let found: Vec<(String, f64)> = found?;
            if file.is_some() {
                let found = found.iter().map(|(id, score)| (id.as_str(), *score));
                trec::write(&mut lines, &query.id, found)?;
            }
            let ids = found.into_iter().map(|(id, _)| id).collect();
            rankings.insert(query.id.clone(), ids);
            Ok(())
        },
    )?;
    if let Some(file) = file {
        if let Some(folder) = file.parent() {
            let failed =
                |source| Failure::io(format!("cannot make `{}`", folder.display()), source);
            fs::create_dir_all(folder).map_err(failed)?;
        }
        to_file(&file, |out| out.write_all(&lines))?;
    }
    Ok(rankings)
}

/// What the corpus calls the passages that are found, best first, with their scores.
fn found(
    engine: &EmbeddedEngine,
    corpus: &Corpus,
    text: &str,
    matching: Matching,
) -> Result<Vec<(String, f64)>, EngineError> {
    let request = SearchRequest {
        matching,
        limit: DEPTH,
        fallback: false,
        ..SearchRequest::new(query::plain(text))
    };
    let hits = engine.search(&request)?.hits;
    let id =
        |hit: &Hit| corpus.id(&hit.id()).expect("the index was made of this corpus").to_owned();
    Ok(hits.iter().map(|hit| (id(hit), hit.score)).collect())
}

fn per_query(out: &mut dyn Write, outcome: &Outcome) -> io::Result<()> {
    let texts: HashMap<&str, &str> =
        outcome.queries.iter().map(|query| (&query.id[..], &query.text[..])).collect();
    outcome.report.each.iter().try_for_each(|(query, measures)| {
        let (set, text) = (&outcome.set[..], texts.get(&query[..]).copied());
        json::line(out, &QueryLine { set, query, text, measures: *measures })
    })
}

fn tables(out: &mut dyn Write, outcomes: &[Outcome]) -> io::Result<()> {
    let [ndcg, rest @ ..] = Measures::NAMES.map(Column::Numbers);
    let [map, mrr, recall] = rest;
    let (set, queries) = (Column::Words("set"), Column::Numbers("queries"));
    let mut table = Table::new([set, queries, ndcg, Column::Numbers("95 %"), map, mrr, recall]);
    for Outcome { set, report, .. } in outcomes {
        let [ndcg, map, mrr, recall] = report.means.values().map(|value| format!("{value:.4}"));
        let [low, high] = report.ndcg_10_95;
        let interval = format!("{low:.3}-{high:.3}");
        table.row([set.clone(), report.queries.to_string(), ndcg, interval, map, mrr, recall]);
    }
    table.write(out, 0)?;
    if outcomes.iter().all(|outcome| outcome.baseline.is_none()) {
        return Ok(());
    }
    let mut table = Table::new([
        set,
        Column::Words("measure"),
        Column::Numbers("baseline"),
        Column::Numbers("now"),
        Column::Numbers("change"),
        Column::Numbers("p (random)"),
        Column::Numbers("p (t)"),
        Column::Numbers("better"),
        Column::Numbers("worse"),
    ]);
    for Outcome { set, baseline, .. } in outcomes {
        for one in baseline.iter().flatten() {
            table.row([
                set.clone(),
                one.measure.to_owned(),
                format!("{:.4}", one.before),
                format!("{:.4}", one.now),
                format!("{:+.4}", one.now - one.before),
                format!("{:.4}", one.p_randomization),
                format!("{:.4}", one.p_t),
                one.better.to_string(),
                one.worse.to_string(),
            ]);
        }
    }
    writeln!(out)?;
    table.write(out, 0)
}
