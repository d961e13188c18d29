//! `pressmark query`: ranked passages for a query.

use std::path::{Path, PathBuf};
use std::time::Instant;

use pressmark::engine::{Engine, EntityCount};
use pressmark::query::{self, Parsed, Pattern, Query, Warning};
use pressmark::results::{FacetField, Filters, Matching, SearchRequest, SearchResults};

use super::corrections;
use super::explained::{self, Asked};
use super::failure::{Failure, Status};
use super::filters::FilterArgs;
use super::hints::{either, flag};
use super::open;
use super::page::{self, Form, Format, PageArgs};
use super::queries;
use super::ui::Ui;
use super::values::MatchBy;

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
        let asked = Asked { text: &text, warnings: &parsed.warnings, strict, json };
        return explained::run(ui, &engine, &request, &asked);
    }
    let asked = (text.as_str(), parsed.warnings, started);
    let results = page::answer(ui, &engine, &request, form, asked, |ui, results, warnings| {
        refuse_or_warn(ui, &results.warnings, strict)?;
        if let Some(message) = fallback(&request, results) {
            ui.note(&message);
            // Programs do not see what is said to people.
            warnings.push(Warning { message });
        }
        Ok(())
    })?;
    if results.totals.passages == 0 {
        return nothing_found(ui, &engine, index, &request, &text);
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
        Some(word) => format!("no passage has `{word}`; showing those with any part of it"),
        None => "no passage has all the words; showing those with any".to_owned(),
    })
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
            after: None,
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
