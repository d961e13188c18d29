//! `pressmark query`: ranked passages for a query.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Instant;

use pressmark::engine::diagnose::{Diagnosis, diagnose};
use pressmark::engine::{Engine, EngineError};
use pressmark::query::{self, Parsed, Pattern, Query, Warning};
use pressmark::results::{Matching, Recency, SearchRequest, SearchResults};

use super::explained;
use super::failure::{Failure, Status};
use super::filters::FilterArgs;
use super::nothing;
use super::open;
use super::page::{self, Asked, Form, Format, PageArgs};
use super::queries;
use super::ui::Ui;
use super::values::{self, MatchBy};

/// Search the index for passages
///
/// Prints the best passages first, with what matched. All words must occur in a passage or its
/// headline; if no passage has them all, those with any of them are shown. Quote phrases; AND, OR,
/// NOT, `+`, `-` and parentheses combine, `word*` and `word~1` match words that begin so or are
/// spelt nearly so. A query that begins
/// with `-` goes after `--`, behind all options. Without a query every passage that the filters let through is shown.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark query '\"data centre\" -football'
  pressmark query -n 3 -- '-football \"data centre\"'
  pressmark query --sector energy --since 2025-01 'tariff*'
  pressmark query --said-by 'Wang Yi' visa
  pressmark query --entity 马来西亚 --facets sector,month -n 3
  pressmark query --format json 'palm oil' | jq -r '.hits[].text'
  pressmark query --queries queries.jsonl --plain --format trec -n 1000 > run.trec")]
pub(super) struct Args {
    /// What to look for; quote the whole of it for the shell
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Run the queries of FILE, one a line: JSON Lines with `_id` and `text`, or plain text, whose ids are the numbers of its lines; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "after"])]
    queries: Option<PathBuf>,
    /// Whether a passage must have all words or any; `any` if the format is `trec`, else `all`
    #[arg(long = "match", value_enum, value_name = "WHICH")]
    matching: Option<MatchBy>,
    /// Take queries as plain words: nothing in them is an operator
    #[arg(long)]
    plain: bool,

    #[command(flatten)]
    filters: FilterArgs,
    #[command(flatten)]
    page: PageArgs,
    /// Look for synonyms too: a file with a line for words that mean the same, `EV, electric car`, or
    /// for synonyms of one, `IMF => International Monetary Fund` [default: `synonyms.txt` in the folder of
    /// the index, if there is one]
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// Say how the query is understood, which terms it looks for and how many passages hold each;
    /// nothing is searched
    #[arg(long, conflicts_with_all = ["queries", "after"])]
    explain_query: bool,
    /// Fail if the query cannot be read as it looks
    #[arg(long)]
    strict: bool,
    /// Do not look for any of the words where no passage has them all
    #[arg(long)]
    no_fallback: bool,
    /// Let words that the best passages share help to rank the others, as where any word is enough
    #[arg(long)]
    expand: bool,
    /// Rank by the words of the query alone where any word is enough
    #[arg(long, conflicts_with = "expand")]
    no_expand: bool,
    /// Rank new passages higher: one of today counts double, and one so old half as much more
    #[arg(long, value_name = "AGE", value_parser = values::half_life)]
    recency: Option<NonZeroU32>,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let (strict, plain) = (args.strict, args.plain);
    let mut engine = open::engine(index)?;
    open::widen(&mut engine, index, args.synonyms.as_deref())?;
    let (mut request, form) = args.page.request(Query::All, args.filters.filters()?)?;
    request.matching = match args.matching {
        Some(matching) => matching.into(),
        None if form.format == Format::Trec => Matching::Any,
        None => Matching::All,
    };
    request.fallback = !args.no_fallback;
    request.expand = (args.expand || args.no_expand).then_some(args.expand);
    let today = jiff::Zoned::now().date();
    request.recency = args.recency.map(|half_life| Recency { today, half_life });
    if let Some(file) = args.queries {
        return queries::run(ui, &engine, &file, &Settings { request, form, strict, plain });
    }
    let text = args.query.join(" ");
    let started = Instant::now();
    let parsed = understood(&text, plain);
    refuse_or_warn(ui, &parsed.warnings, strict)?;
    request.query = parsed.query;
    if args.explain_query {
        let json = matches!(form.format, Format::Json | Format::Jsonl);
        let asked = explained::Asked { text: &text, warnings: &parsed.warnings, strict, json };
        return explained::run(ui, &engine, &request, &asked);
    }
    let mut asked = Asked::only(&text, parsed.warnings, started);
    let results = page::answer(ui, &engine, &request, form, &mut asked, |ui, results, asked| {
        refuse_or_warn(ui, &results.warnings, strict)?;
        let told = match form.format {
            Format::Text => !ui.quiet(),
            Format::Jsonl | Format::Json => true,
            Format::Csv
            | Format::Md
            | Format::Trec
            | Format::Bibtex
            | Format::Ris
            | Format::Csl => !ui.quiet() && results.totals.passages == 0,
        };
        if told {
            asked.diagnosis = diagnosis(&engine, &request, results)?;
        }
        if let Some(message) = fallback(&request, results) {
            ui.note(&message);
            if let Some(diagnosis) = &asked.diagnosis {
                nothing::together(ui, index, diagnosis);
            }
            // Programs do not see what is said to people.
            asked.warnings.push(Warning { message });
        }
        Ok(())
    })?;
    if results.totals.passages == 0 {
        if let Some(diagnosis) = &asked.diagnosis {
            nothing::found(ui, index, &text, &request.filters, diagnosis);
        }
        return Ok(Status::NoMatch);
    }
    Ok(Status::Done)
}

/// How each of several queries is run and shown.
pub(super) struct Settings {
    /// The search, but for its query.
    pub(super) request: SearchRequest,
    pub(super) form: Form,
    pub(super) strict: bool,
    pub(super) plain: bool,
}

/// What the text of a query means. No text is no condition, of plain words too.
pub(super) fn understood(text: &str, plain: bool) -> Parsed {
    match plain && !text.trim().is_empty() {
        true => Parsed { query: query::plain(text), warnings: Vec::new() },
        false => query::parse(text, jiff::Zoned::now().date()),
    }
}

/// What is to be said if there was no passage with all the words.
pub(super) fn fallback(request: &SearchRequest, results: &SearchResults) -> Option<String> {
    if !results.fell_back || results.totals.passages == 0 {
        return None;
    }
    Some(match one_word(&request.query) {
        // Nothing was taken apart, so what was found is what the word names.
        Some(word) if results.query == request.query => {
            format!("no passage has `{word}`; showing those that name it otherwise")
        }
        Some(word) => format!("no passage has `{word}`; showing those with any part of it"),
        None => "no passage has all the words; showing those with any".to_owned(),
    })
}

/// Why no passage has all that was asked for, if that is so.
pub(super) fn diagnosis(
    engine: &dyn Engine,
    request: &SearchRequest,
    results: &SearchResults,
) -> Result<Option<Diagnosis>, EngineError> {
    let lacking = results.fell_back || results.totals.passages == 0;
    lacking.then(|| diagnose(engine, request)).transpose()
}

pub(super) fn refuse_or_warn(
    ui: &mut Ui,
    warnings: &[Warning],
    strict: bool,
) -> Result<(), Failure> {
    match warnings.first() {
        Some(warning) if strict => {
            Err(Failure::user(format!("the query is not what it looks like: {}", warning.message))
                .hint("without `--strict` it is searched all the same"))
        }
        _ => {
            warnings.iter().for_each(|warning| ui.warning(&warning.message));
            Ok(())
        }
    }
}

/// The word, if the query is one.
fn one_word(query: &Query) -> Option<&str> {
    let Query::Text(clause) = query else { return None };
    let Pattern::Word(word) = &clause.pattern else { return None };
    Some(word)
}
