//! `pressmark query`: ranked passages for a query.

use std::path::{Path, PathBuf};
use std::time::Instant;

use pressmark::article::Lang;
use pressmark::engine::{Engine, EntityCount};
use pressmark::output::{self, Answer};
use pressmark::query::{self, Pattern, Query, Warning};
use pressmark::results::{Collapse, FacetField, Filters, SearchRequest, Sort};

use super::corrections;
use super::explained::{self, Asked};
use super::failure::{Failure, Status};
use super::hints::{either, flag};
use super::open;
use super::ui::Ui;
use super::values::{self, Name, Period};

/// How many names a hint names.
const MAX_NAMED: usize = 5;

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

    /// Look for synonyms too: a file with a line for words that mean the same, `EV, electric car`, or
    /// for synonyms of one, `IMF => International Monetary Fund` [default: `synonyms.txt` in the folder of
    /// the index, if there is one]
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,

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
    /// Say how the query is understood, which terms it looks for and how many passages hold each;
    /// nothing is searched
    #[arg(long)]
    explain_query: bool,
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
    let explain_query = args.explain_query;
    let mut engine = open::engine(index)?;
    open::widen(&mut engine, index, args.synonyms.as_deref())?;
    let started = Instant::now();
    let mut parsed = query::parse(&text, jiff::Zoned::now().date());
    refuse_or_warn(ui, &parsed.warnings, strict)?;
    let request = request(args, parsed.query)?;
    if explain_query {
        let json = matches!(format, Format::Json | Format::Jsonl);
        let asked = Asked { text: &text, warnings: &parsed.warnings, strict, json };
        return explained::run(ui, &engine, &request, &asked);
    }
    let results = engine.search(&request)?;
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    refuse_or_warn(ui, &results.warnings, strict)?;
    if results.fell_back && results.totals.passages > 0 {
        let message = match one_word(&request.query) {
            Some(word) => format!("no passage has `{word}`; showing those with any part of it"),
            None => "no passage has all the words; showing those with any".to_owned(),
        };
        ui.note(&message);
        // Programs do not see what is said to people.
        parsed.warnings.push(Warning { message });
    }

    let answer = Answer {
        query: &text,
        filters: &request.filters,
        warnings: &parsed.warnings,
        results: &results,
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
        return nothing_found(ui, &engine, index, &request, &text);
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

/// Says that nothing matched, and what would have.
fn nothing_found(
    ui: &mut Ui,
    engine: &dyn Engine,
    index: &Path,
    request: &SearchRequest,
    text: &str,
) -> Result<Status, Failure> {
    let conditions = conditions(&request.filters);
    let what = match text.trim() {
        "" => "no passage".to_owned(),
        text => format!("no passage matches `{text}`"),
    };
    let verb = if text.trim().is_empty() && !conditions.is_empty() { " is" } else { "" };
    let given: String = conditions.iter().map(|(_, words)| format!(" {words}")).collect();
    ui.note(&format!("{what}{verb}{given}"));
    for hint in unknown(engine, index, &request.filters)? {
        ui.hint(&hint);
    }
    if !conditions.is_empty() {
        let wider = SearchRequest {
            filters: Filters::default(),
            offset: 0,
            limit: 1,
            context: 0,
            facets: Vec::new(),
            explain: false,
            ..request.clone()
        };
        let found = engine.search(&wider)?.totals.passages;
        if found > 0 {
            let name = if let [(name, _)] = conditions.as_slice() { name } else { "filters" };
            let verb = if found == 1 { "is" } else { "are" };
            ui.hint(&format!("without the {name} there {verb} {found}"));
            return Ok(Status::NoMatch);
        }
    }
    if engine.status()?.passages == 0 {
        ui.hint(&format!("the index is empty; fill it with `pressmark index PATH{}`", flag(index)));
    } else if let Some(word) = only_word(&request.query) {
        ui.hint(&format!("`{word}*` finds words that begin so, `{word}~1` those a letter away"));
    }
    Ok(Status::NoMatch)
}

/// What is to be said of publishers and entities that no passage of the index has.
fn unknown(engine: &dyn Engine, index: &Path, filters: &Filters) -> Result<Vec<String>, Failure> {
    let mut hints = Vec::new();
    if !filters.sources.is_empty() {
        let every = SearchRequest {
            limit: 0,
            facets: vec![FacetField::Source],
            ..SearchRequest::new(Query::All)
        };
        let facets = engine.search(&every)?.facets;
        let known: Vec<String> =
            facets.into_iter().flat_map(|facet| facet.values).map(|count| count.value).collect();
        let same = |name: &str, other: &str| name.to_lowercase() == other.to_lowercase();
        for name in &filters.sources {
            if !known.iter().any(|other| same(name, other)) {
                let there = match &known[..known.len().min(MAX_NAMED)] {
                    [] => "it knows no publisher".to_owned(),
                    some => format!("there is {}", either(some)),
                };
                hints.push(format!("the index has nothing from `{name}`; {there}"));
            }
        }
    }
    if !filters.entities.is_empty() {
        let known = engine.entities()?;
        let corrections = corrections::of_index(index)?;
        for name in &filters.entities {
            let called = corrections.called(name);
            let folded = name.to_lowercase();
            let is_it = |entity: &EntityCount| {
                entity.id.as_str() == name
                    || entity.name.to_lowercase() == folded
                    || called.contains(&entity.id)
            };
            if !known.iter().any(is_it) {
                let near: Vec<&str> = known
                    .iter()
                    .filter(|entity| entity.name.to_lowercase().contains(&folded))
                    .map(|entity| entity.name.as_str())
                    .take(MAX_NAMED)
                    .collect();
                let there = match near.as_slice() {
                    [] => "`pressmark entities TEXT` finds names".to_owned(),
                    near => format!("there is {}", either(near)),
                };
                hints.push(format!("the index names no entity `{name}`; {there}"));
            }
        }
    }
    Ok(hints)
}

/// Each kind of filter that is set: what it is called, and its values in words.
fn conditions(filters: &Filters) -> Vec<(&'static str, String)> {
    let lists = [
        ("sector", "in sector", " or ", &filters.sectors),
        ("sectors", "in sectors", " and ", &filters.all_sectors),
        ("sector", "outside sector", " or ", &filters.not_sectors),
        ("entity", "with entity", " or ", &filters.entities),
        ("speaker", "with a statement by", " or ", &filters.said_by),
        ("language", "in language", " or ", &filters.langs),
        ("source", "from", " or ", &filters.sources),
        ("source tag", "with source tag", " or ", &filters.source_tags),
    ];
    let mut set = Vec::new();
    for (name, words, joint, values) in lists.into_iter().filter(|list| !list.3.is_empty()) {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        set.push((name, format!("{words} {}", values.join(joint))));
    }
    let days = [("since", filters.since), ("until", filters.until)];
    set.extend(
        days.iter().filter_map(|(word, day)| day.map(|day| ("date", format!("{word} {day}")))),
    );
    // Both ends of one range are one filter.
    if let [.., ("date", since), ("date", until)] = set.as_slice() {
        let both = format!("{since} {until}");
        set.truncate(set.len() - 2);
        set.push(("date", both));
    }
    set
}

/// The word, if the query is one.
fn one_word(query: &Query) -> Option<&str> {
    let Query::Text(clause) = query else { return None };
    let Pattern::Word(word) = &clause.pattern else { return None };
    Some(word)
}

/// The word, if the query is one word of letters that prefix and fuzzy matching may help.
fn only_word(query: &Query) -> Option<&str> {
    let word = one_word(query)?;
    let ascii = word.len() > 3 && word.bytes().all(|b| b.is_ascii_alphanumeric());
    ascii.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_told_in_words() {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let filters = Filters {
            sectors: texts(&["energy", "trade"]),
            all_sectors: texts(&["a", "b"]),
            langs: texts(&["zh"]),
            sources: texts(&["Xinhua"]),
            since: Some(jiff::civil::date(2025, 1, 1)),
            until: Some(jiff::civil::date(2025, 12, 31)),
            ..Filters::default()
        };
        let told: Vec<(&str, String)> = conditions(&filters);
        let want = [
            ("sector", "in sector `energy` or `trade`"),
            ("sectors", "in sectors `a` and `b`"),
            ("language", "in language `zh`"),
            ("source", "from `Xinhua`"),
            ("date", "since 2025-01-01 until 2025-12-31"),
        ];
        assert_eq!(told, want.map(|(name, words)| (name, words.to_owned())));
        assert_eq!(conditions(&Filters::default()), []);
    }
}
