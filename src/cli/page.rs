//! What is shown of what a search finds: how many passages, in which order, in which form; and the
//! writing of them. It searches nothing by itself.

use std::io::{self, Write};
use std::ops::Range;
use std::str::FromStr;
use std::time::Instant;

use clap::ValueEnum as _;
use pressmark::engine::diagnose::Diagnosis;
use pressmark::engine::{Engine, Found};
use pressmark::output::{self, Answer};
use pressmark::query::{Query, Warning};
use pressmark::results::{
    Collapse, Cursor, FacetField, Filters, Hit, SearchRequest, SearchResults, Sort, Totals,
};

use super::failure::Failure;
use super::ui::Ui;
use super::values;

/// Flags of every command that lists passages.
#[derive(Debug, clap::Args)]
pub(super) struct PageArgs {
    /// How many passages to print; `all` writes them one by one as they are read, however many
    #[arg(short = 'n', long, value_name = "COUNT", default_value = "10")]
    limit: Limit,
    /// Print only how many passages match, and of how many articles
    #[arg(long, conflicts_with_all = ["limit", "offset", "after", "context", "snippets", "explain"])]
    count: bool,
    /// How many passages to pass over first
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    offset: usize,
    /// Go on where a page ended: `next` of its JSON, or what `--verbose` tells
    #[arg(long, value_name = "CURSOR", conflicts_with = "offset")]
    after: Option<Cursor>,
    /// Order of the passages; `-date` is newest first
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = SortBy::Relevance, allow_hyphen_values = true)]
    sort: SortBy,
    /// `article` prints the best passage of each article only, with the number of the others
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = CollapseBy::None)]
    collapse: CollapseBy,
    /// Print so many passages before and after each
    #[arg(short = 'C', long, value_name = "COUNT", default_value_t = 0)]
    context: u32,
    /// Of long passages print only the fragments that show best what matched, so many at most
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=100))]
    snippets: Option<u16>,
    /// Count all matches by these fields: sector, entity, source, lang, month
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', value_parser = values::facet())]
    facets: Vec<FacetField>,
    /// Say how each score came about
    #[arg(long)]
    explain: bool,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How many passages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    AtMost(usize),
    All,
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            number => number
                .parse()
                .map(Self::AtMost)
                .map_err(|_| format!("`{text}` is not a number of passages, wanted one, or `all`")),
        }
    }
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
pub(super) enum Format {
    /// For people
    Text,
    /// JSON Lines: begin, hits, end
    Jsonl,
    /// One JSON object; of several queries, one each
    Json,
    /// A table for spreadsheets
    Csv,
    /// Markdown quotations
    Md,
    /// A run for `trec_eval` and its kin: query, `Q0`, passage, rank, score, `pressmark`
    Trec,
    /// A bibliography for LaTeX
    Bibtex,
    /// A bibliography for reference managers
    Ris,
    /// A bibliography for citation processors, in CSL-JSON
    Csl,
}

impl Format {
    pub(super) fn is_bibliography(self) -> bool {
        matches!(self, Self::Bibtex | Self::Ris | Self::Csl)
    }

    /// Writes what cites `hits`, if it is the format of a bibliography.
    pub(super) fn cite(self, out: &mut dyn Write, hits: &[Hit]) -> io::Result<()> {
        let today = jiff::Zoned::now().date();
        match self {
            Self::Bibtex => output::bibtex::write(out, hits, today),
            Self::Ris => output::ris::write(out, hits, today),
            Self::Csl => output::csl::write(out, hits, today),
            _ => Ok(()),
        }
    }
}

/// What a run calls a query that is the only one.
const ONLY: &str = "1";

/// How an answer is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) format: Format,
    count: bool,
    /// Whether all hits are written, as they come.
    pub(super) all: bool,
}

impl PageArgs {
    /// The search for `query` that shows what the flags ask for, and how it is written.
    pub(super) fn request(
        self,
        query: Query,
        filters: Filters,
    ) -> Result<(SearchRequest, Form), Failure> {
        let all = self.limit == Limit::All && !self.count;
        if all && self.format == Format::Json {
            return Err(Failure::user("`--format json` holds all passages at once")
                .hint("`-n all` goes with every other format"));
        }
        if self.count && (self.format == Format::Trec || self.format.is_bibliography()) {
            let format = self.format.to_possible_value().expect("no format is skipped");
            return Err(Failure::user(format!(
                "`--format {}` lists passages and has no place for a count",
                format.get_name()
            ))
            .hint("`--count` goes with `--format jsonl`, `json`, `csv`, `md` and `text`"));
        }
        let request = SearchRequest {
            filters,
            after: self.after,
            offset: self.offset,
            limit: match self.limit {
                _ if self.count => 0,
                Limit::AtMost(limit) => limit,
                Limit::All => usize::MAX,
            },
            sort: match self.sort {
                SortBy::Relevance => Sort::Relevance,
                SortBy::Date => Sort::DateAscending,
                SortBy::Newest => Sort::DateDescending,
            },
            collapse: match self.collapse {
                CollapseBy::Article => Collapse::Article,
                CollapseBy::None => Collapse::None,
            },
            context: self.context,
            snippets: self.snippets.map_or(0, usize::from),
            facets: self.facets,
            explain: self.explain,
            ..SearchRequest::new(query)
        };
        Ok((request, Form { format: self.format, count: self.count, all }))
    }
}

/// A query, and what is told with its answer.
pub(super) struct Asked<'a> {
    /// Which of several it is; `None` if it is the only one.
    pub(super) id: Option<&'a str>,
    /// The query as it was typed.
    pub(super) text: &'a str,
    /// What the parser has to say about it.
    pub(super) warnings: Vec<Warning>,
    /// Why no passage has all that was asked for, if that is so and told.
    pub(super) diagnosis: Option<Diagnosis>,
    pub(super) took: Took,
}

impl<'a> Asked<'a> {
    /// The only query, asked at `started`.
    pub(super) fn only(text: &'a str, warnings: Vec<Warning>, started: Instant) -> Self {
        Self { id: None, text, warnings, diagnosis: None, took: Took::Since(started) }
    }
}

/// How long parsing and searching take.
#[derive(Clone, Copy)]
pub(super) enum Took {
    /// So many microseconds: until the hits of a page were loaded.
    Page(u64),
    /// From then until the last hit of a stream is written.
    Since(Instant),
}

impl Took {
    /// The time of a page that is loaded now.
    pub(super) fn until_now(self) -> Self {
        Self::Page(self.us())
    }

    fn us(self) -> u64 {
        match self {
            Self::Page(us) => us,
            Self::Since(started) => {
                u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
            }
        }
    }
}

/// A page as the stream that is written.
pub(super) fn stream(mut results: SearchResults) -> Found<'static> {
    let hits = std::mem::take(&mut results.hits);
    Found { results, hits: Box::new(hits.into_iter().map(Ok)) }
}

/// Runs a search and writes its answer, which `check` sees before, and may add to what was asked. Gives
/// back what was found, without the hits.
pub(super) fn answer(
    ui: &mut Ui,
    engine: &dyn Engine,
    request: &SearchRequest,
    form: Form,
    asked: &mut Asked<'_>,
    check: impl FnOnce(&mut Ui, &SearchResults, &mut Asked<'_>) -> Result<(), Failure>,
) -> Result<SearchResults, Failure> {
    let found = if form.all {
        engine.find(request)?
    } else {
        let page = engine.search(request)?;
        asked.took = asked.took.until_now();
        stream(page)
    };
    check(ui, &found.results, asked)?;
    let took = asked.took;
    let results = write(ui, request, form, asked, found, true)?;
    if form.format == Format::Text && !form.count && results.totals.passages > 0 {
        let took = match ui.verbose() {
            true => format!(" ({:.1} ms)", took.us() as f64 / 1000.0),
            false => String::new(),
        };
        let shown = shown(request, results.totals);
        let said = output::text::totals(results.totals, request.collapse, shown);
        ui.note(&format!("{said}{took}"));
        if let Some(next) = results.next.as_ref().filter(|_| ui.verbose()) {
            ui.note(&format!("the next page: `--after {next}`"));
        }
    }
    Ok(results)
}

/// The first rank that is listed, and the one after the last.
fn shown(request: &SearchRequest, totals: Totals) -> Range<u64> {
    let passed = request.after.as_ref().map_or(0, |after| after.passed);
    let first = passed.saturating_add(request.offset as u64) + 1;
    let end = first.saturating_add(request.limit as u64);
    first..end.min(totals.listed(request.collapse) + 1).max(first)
}

/// Writes an answer, the `first` of several or one that follows; gives back what was found, without
/// the hits if they need not be held at once.
pub(super) fn write(
    ui: &mut Ui,
    request: &SearchRequest,
    form: Form,
    asked: &Asked<'_>,
    found: Found<'_>,
    first: bool,
) -> Result<SearchResults, Failure> {
    let Found { mut results, hits } = found;
    let answer = |results| Answer {
        query_id: asked.id,
        query: asked.text,
        filters: &request.filters,
        warnings: &asked.warnings,
        results,
        diagnosis: asked.diagnosis.as_ref(),
        took_us: asked.took.us(),
    };
    let shown = shown(request, results.totals);
    let title = asked.id.map(|id| format!("{id}  {}", asked.text));
    let look = ui.look();
    let out = ui.out();
    match form.format {
        Format::Text => {
            if let Some(title) = &title {
                // Answers of a line each are a list.
                if !first && (!form.count || !results.facets.is_empty()) {
                    writeln!(out)?;
                }
                let said = match results.totals.passages {
                    0 => "no passage".to_owned(),
                    _ if form.count => output::text::found(results.totals),
                    _ => output::text::totals(results.totals, request.collapse, shown.clone()),
                };
                output::text::write_title(out, title, &said, look)?;
                if !shown.is_empty() {
                    writeln!(out)?;
                }
            } else if form.count {
                writeln!(out, "{}", output::text::found(results.totals))?;
            }
            let digits = (shown.end - 1).to_string().len();
            let mut below = title.is_some() || form.count;
            for (at, hit) in hits.enumerate() {
                output::text::write_hit(out, &hit?, digits, at == 0, look)?;
                below = true;
            }
            output::text::write_facets(out, &results.facets, below, look)?;
        }
        Format::Jsonl => {
            output::json::write_begin(out, &answer(&results))?;
            let mut count = 0;
            for hit in hits {
                output::json::write_hit(out, &answer(&results), &hit?)?;
                count += 1;
            }
            output::json::write_end(out, &answer(&results), count)?;
        }
        Format::Json => {
            results.hits = hits.collect::<Result<_, _>>()?;
            output::json::write_json(out, &answer(&results))?;
        }
        Format::Csv if form.count => {
            output::csv::write_totals(out, asked.id, first, results.totals)?;
        }
        Format::Csv => {
            let mut rows = output::csv::Rows::begin(out, asked.id, first)?;
            for hit in hits {
                rows.hit(&hit?)?;
            }
            rows.end()?;
        }
        Format::Md => {
            if let Some(title) = &title {
                if !first {
                    writeln!(out)?;
                }
                output::markdown::write_title(out, title)?;
            }
            if form.count {
                writeln!(out, "{}", output::text::found(results.totals))?;
                output::text::write_facets(out, &results.facets, true, look)?;
            }
            for (at, hit) in hits.enumerate() {
                output::markdown::write_hit(out, &hit?, at == 0)?;
            }
        }
        Format::Trec => {
            let mut rows = output::trec::Rows::begin(out, asked.id.unwrap_or(ONLY));
            for hit in hits {
                // A passage is `ARTICLE#NUMBER` even where its article has no other, so that its id
                // stays the same when the article grows.
                let hit = hit?;
                rows.passage(&hit.id().to_string(), hit.score)?;
            }
        }
        Format::Bibtex | Format::Ris | Format::Csl => {
            results.hits = hits.collect::<Result<_, _>>()?;
            // Of several queries all are one bibliography, which is written at the end.
            if asked.id.is_none() {
                form.format.cite(out, &results.hits)?;
            }
        }
    }
    Ok(results)
}
