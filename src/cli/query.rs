//! `pressmark query`: ranked passages for a query.

use std::path::Path;
use std::time::Instant;

use pressmark::article::Lang;
use pressmark::engine::{Engine, diagnose};
use pressmark::output::{self, Answer};
use pressmark::query::{self, Pattern, Query, Warning};
use pressmark::results::{Collapse, FacetField, Filters, SearchRequest, Sort};

use super::failure::{Failure, Status};
use super::nothing;
use super::open;
use super::ui::Ui;
use super::values::{self, Name, Period};

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
  pressmark query --format json 'palm oil' | jq -r '.hits[].text'")]
pub(super) struct Args {
    /// What to look for; quote the whole of it for the shell
    #[arg(value_name = "QUERY")]
    query: Vec<String>,

    /// Only passages of this sector or one below it; of any of them if repeated
    #[arg(long, value_name = "SECTOR", help_heading = "Filters")]
    sector: Vec<Name>,
    /// Only passages of every sector given with `--sector`
    #[arg(long, requires = "sector", help_heading = "Filters")]
    all_sectors: bool,
    /// No passages of this sector or one below it
    #[arg(long, value_name = "SECTOR", help_heading = "Filters")]
    not_sector: Vec<Name>,
    /// Only passages that name this entity, by id, name or alias; any of them if repeated
    #[arg(long, value_name = "ENTITY", help_heading = "Filters")]
    entity: Vec<Name>,
    /// Only passages with a statement of this speaker: id, name, alias, or words of what the passage calls them
    #[arg(long, value_name = "SPEAKER", help_heading = "Filters")]
    said_by: Vec<Name>,
    /// Only articles in this language
    #[arg(long, value_name = "LANG", value_parser = values::lang, help_heading = "Filters")]
    lang: Vec<Lang>,
    /// Only articles of this publisher
    #[arg(long, value_name = "SOURCE", help_heading = "Filters")]
    source: Vec<Name>,
    /// Only articles with this label of the source's own
    #[arg(long, value_name = "TAG", help_heading = "Filters")]
    source_tag: Vec<Name>,
    /// Only articles published then or later; those without a date are left out
    #[arg(long, value_name = "DAY", help_heading = "Filters")]
    since: Option<Period>,
    /// Only articles published then or earlier; those without a date are left out
    #[arg(long, value_name = "DAY", help_heading = "Filters")]
    until: Option<Period>,

    /// How many passages to print
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 10)]
    limit: usize,
    /// How many passages to pass over first
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    offset: usize,
    /// Order of the passages; `-date` is newest first
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = SortBy::Relevance, allow_hyphen_values = true)]
    sort: SortBy,
    /// `article` prints the best passage of each article only, with the number of the others
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = CollapseBy::None)]
    collapse: CollapseBy,
    /// Print so many passages before and after each
    #[arg(short = 'C', long, value_name = "COUNT", default_value_t = 0)]
    context: u32,
    /// Count all matches by these fields: sector, entity, source, lang, month
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = values::facet())]
    facets: Vec<FacetField>,
    /// Say how each score came about
    #[arg(long)]
    explain: bool,
    /// Fail if the query cannot be read as it looks
    #[arg(long)]
    strict: bool,
    /// Do not look for any of the words where no passage has them all
    #[arg(long)]
    no_fallback: bool,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum SortBy {
    Relevance,
    Date,
    #[value(name = "-date")]
    Newest,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum CollapseBy {
    Article,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// JSON Lines: begin, hits, end
    Jsonl,
    /// One JSON object
    Json,
    /// A table for spreadsheets
    Csv,
    /// Markdown quotations
    Md,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let text = args.query.join(" ");
    let format = args.format;
    let strict = args.strict;
    let engine = open::engine(index)?;
    let started = Instant::now();
    let mut parsed = query::parse(&text, jiff::Zoned::now().date());
    refuse_or_warn(ui, &parsed.warnings, strict)?;
    let request = request(args, parsed.query)?;
    let results = engine.search(&request)?;
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    refuse_or_warn(ui, &results.warnings, strict)?;
    let told = match format {
        Format::Text => !ui.quiet(),
        Format::Jsonl | Format::Json => true,
        Format::Csv | Format::Md => !ui.quiet() && results.totals.passages == 0,
    };
    let lacking = told && (results.fell_back || results.totals.passages == 0);
    let diagnosis = lacking.then(|| diagnose::diagnose(&engine, &request)).transpose()?;
    if results.fell_back && results.totals.passages > 0 {
        let message = match one_word(&request.query) {
            Some(word) => format!("no passage has `{word}`; showing those with any part of it"),
            None => "no passage has all the words; showing those with any".to_owned(),
        };
        ui.note(&message);
        if let Some(diagnosis) = &diagnosis {
            nothing::together(ui, index, diagnosis);
        }
        // Programs do not see what is said to people.
        parsed.warnings.push(Warning { message });
    }

    let answer = Answer {
        query: &text,
        filters: &request.filters,
        warnings: &parsed.warnings,
        results: &results,
        diagnosis: diagnosis.as_ref(),
        took_us,
    };
    match format {
        Format::Text => {
            let look = ui.look();
            output::text::write_results(ui.out(), &results, look)?;
        }
        Format::Jsonl => output::json::write_jsonl(ui.out(), &answer)?,
        Format::Json => output::json::write_json(ui.out(), &answer)?,
        Format::Csv => output::csv::write_results(ui.out(), &results)?,
        Format::Md => output::markdown::write_results(ui.out(), &results)?,
    }
    if results.totals.passages == 0 {
        if let Some(diagnosis) = &diagnosis {
            nothing::found(ui, index, &text, &request.filters, diagnosis);
        }
        return Ok(Status::NoMatch);
    }
    if format == Format::Text {
        let took = match ui.verbose() {
            true => format!(" ({:.1} ms)", took_us as f64 / 1000.0),
            false => String::new(),
        };
        ui.note(&format!("{}{took}", output::text::totals(&results, request.collapse)));
    }
    Ok(Status::Done)
}

fn refuse_or_warn(ui: &mut Ui, warnings: &[Warning], strict: bool) -> Result<(), Failure> {
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

/// The search that the arguments ask for.
fn request(args: Args, query: Query) -> Result<SearchRequest, Failure> {
    let since = args.since.map(|period| period.first);
    let until = args.until.map(|period| period.last);
    if let (Some(since), Some(until)) = (since, until)
        && since > until
    {
        return Err(Failure::user(format!("`--since` {since} is after `--until` {until}")));
    }
    let names = |names: Vec<Name>| names.into_iter().map(|name| name.0).collect::<Vec<_>>();
    let (any, all) = match args.all_sectors {
        true => (Vec::new(), names(args.sector)),
        false => (names(args.sector), Vec::new()),
    };
    Ok(SearchRequest {
        query,
        filters: Filters {
            sectors: any,
            all_sectors: all,
            not_sectors: names(args.not_sector),
            entities: names(args.entity),
            said_by: names(args.said_by),
            langs: args.lang.iter().map(ToString::to_string).collect(),
            sources: names(args.source),
            source_tags: names(args.source_tag),
            since,
            until,
        },
        offset: args.offset,
        limit: args.limit,
        sort: match args.sort {
            SortBy::Relevance => Sort::Relevance,
            SortBy::Date => Sort::DateAscending,
            SortBy::Newest => Sort::DateDescending,
        },
        collapse: match args.collapse {
            CollapseBy::Article => Collapse::Article,
            CollapseBy::None => Collapse::None,
        },
        context: args.context,
        facets: args.facets,
        explain: args.explain,
        fallback: !args.no_fallback,
    })
}

/// The word, if the query is one.
fn one_word(query: &Query) -> Option<&str> {
    let Query::Text(clause) = query else { return None };
    let Pattern::Word(word) = &clause.pattern else { return None };
    Some(word)
}
