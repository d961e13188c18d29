//! What is shown of what a search finds: how many passages, in which order, in which form; and the
//! writing of them. It searches nothing by itself.

use std::ops::Range;
use std::str::FromStr;
use std::time::Instant;

use pressmark::engine::{Engine, Found, Hits};
use pressmark::output::{self, Answer};
use pressmark::query::{Query, Warning};
use pressmark::results::{
    Collapse, Cursor, FacetField, Filters, SearchRequest, SearchResults, Sort,
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
    /// One JSON object
    Json,
    /// A table for spreadsheets
    Csv,
    /// Markdown quotations
    Md,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    format: Format,
    count: bool,
    /// Whether all hits are written, as they come.
    all: bool,
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
                .hint("`-n all` goes with `--format jsonl`, `csv`, `md` and `text`"));
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

/// What was asked and when, to be told with the answer.
pub(super) struct Asked<'a> {
    /// The query as it was typed.
    pub(super) text: &'a str,
    /// What the parser has to say about it.
    pub(super) warnings: Vec<Warning>,
    pub(super) started: Instant,
}

impl Asked<'_> {
    fn took_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// Runs a search and writes its answer, which `check` sees before, and may add warnings to. Gives
/// back what was found, without the hits.
pub(super) fn answer(
    ui: &mut Ui,
    engine: &dyn Engine,
    request: &SearchRequest,
    form: Form,
    mut asked: Asked<'_>,
    check: impl FnOnce(&mut Ui, &SearchResults, &mut Vec<Warning>) -> Result<(), Failure>,
) -> Result<SearchResults, Failure> {
    let Found { mut results, mut hits } = engine.find(request)?;
    if !form.all {
        // The time of a page is that of its hits too.
        let page = hits.collect::<Result<Vec<_>, _>>()?;
        if form.format == Format::Json {
            results.hits = page;
            hits = Box::new(std::iter::empty());
        } else {
            hits = Box::new(page.into_iter().map(Ok));
        }
    }
    let took_us = asked.took_us();
    check(ui, &results, &mut asked.warnings)?;
    let shown = write(ui, request, form, &asked, (&results, took_us), hits)?;
    if form.format == Format::Text && !form.count && results.totals.passages > 0 {
        let took_us = if form.all { asked.took_us() } else { took_us };
        let took = match ui.verbose() {
            true => format!(" ({:.1} ms)", took_us as f64 / 1000.0),
            false => String::new(),
        };
        let said = output::text::totals(results.totals, request.collapse, shown);
        ui.note(&format!("{said}{took}"));
        if let Some(next) = results.next.as_ref().filter(|_| ui.verbose()) {
            ui.note(&format!("the next page: `--after {next}`"));
        }
    }
    Ok(results)
}

/// Writes the answer; gives the first rank that was written and the one after the last.
fn write(
    ui: &mut Ui,
    request: &SearchRequest,
    form: Form,
    asked: &Asked<'_>,
    (results, took_us): (&SearchResults, u64),
    hits: Hits<'_>,
) -> Result<Range<u64>, Failure> {
    let answer = |took_us| Answer {
        query: asked.text,
        filters: &request.filters,
        warnings: &asked.warnings,
        results,
        took_us,
    };
    let passed = request.after.as_ref().map_or(0, |after| after.passed);
    let first = passed.saturating_add(request.offset as u64) + 1;
    let mut next = first;
    let hits = hits.inspect(|_| next += 1);
    let look = ui.look();
    let out = ui.out();
    match form.format {
        Format::Text | Format::Md if form.count => {
            writeln!(out, "{}", output::text::found(results.totals))?;
            output::text::write_facets(out, &results.facets, true, look)?;
        }
        Format::Csv if form.count => output::csv::write_totals(out, results.totals)?,
        Format::Text => {
            let listed = results.totals.listed(request.collapse);
            let last = listed.min(first.saturating_add(request.limit as u64) - 1);
            let digits = last.to_string().len();
            let mut any = false;
            for hit in hits {
                output::text::write_hit(out, &hit?, digits, !any, look)?;
                any = true;
            }
            output::text::write_facets(out, &results.facets, any, look)?;
        }
        Format::Jsonl => {
            output::json::write_begin(out, &answer(took_us))?;
            let mut count = 0;
            for hit in hits {
                output::json::write_hit(out, &hit?)?;
                count += 1;
            }
            let took_us = if form.all { asked.took_us() } else { took_us };
            output::json::write_end(out, &answer(took_us), count)?;
        }
        Format::Json => output::json::write_json(out, &answer(took_us))?,
        Format::Csv => {
            let mut rows = output::csv::Rows::begin(out)?;
            for hit in hits {
                rows.hit(&hit?)?;
            }
            rows.end()?;
        }
        Format::Md => {
            let mut any = false;
            for hit in hits {
                output::markdown::write_hit(out, &hit?, !any)?;
                any = true;
            }
        }
    }
    Ok(first..next)
}
