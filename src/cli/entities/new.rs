//! `pressmark entities new`: names that no list holds.

use std::path::Path;

use jiff::civil::Date;
use pressmark::engine::Engine;
use pressmark::output::json;
use pressmark::output::{Column, Table};
use pressmark::query::Query;
use pressmark::results::{FacetField, Filters, SearchRequest, Sort};
use pressmark::tag::{EntityId, EntityType};
use pressmark::tagger::gazetteer;
use serde::Serialize;

use super::named::{kind, naming};
use crate::cli::corrections;
use crate::cli::failure::{Failure, Status};
use crate::cli::open;
use crate::cli::ui::Ui;
use crate::cli::values::Period;

/// List names that no list holds
///
/// Those that most passages name come first, each with the days on which it is first and last seen
/// and a passage to look at. What you have corrected is not new.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark entities new --since 30d
  pressmark entities new --type organization -n 50 --format jsonl")]
pub(super) struct Args {
    /// Only names in articles published then or later; all of an index where none is dated
    #[arg(long, value_name = "DAY")]
    since: Option<Period>,
    /// Only names of this type: person, organization, place, facility, event, product, law, work
    #[arg(long = "type", value_name = "TYPE")]
    kinds: Vec<EntityType>,
    /// How many names to print
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 20)]
    limit: usize,
    /// How they are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// A table
    Text,
    /// JSON Lines, a name a line
    Jsonl,
}

/// A name that no list holds.
#[derive(Serialize)]
struct New {
    r#type: &'static str,
    id: String,
    name: String,
    kind: EntityType,
    /// Passages since then.
    passages: u64,
    /// First day of publication, whenever that was.
    first: Option<Date>,
    last: Option<Date>,
    /// The newest passage that names it.
    example: String,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let corrections = corrections::read(index, engine.corrections())?;
    let mut since = args.since.map(|period| period.first);
    if since.is_some() && engine.status()?.days.is_none() {
        ui.note("no article is dated, so all are taken");
        since = None;
    }
    let every = SearchRequest {
        limit: 0,
        filters: Filters { since, ..Filters::default() },
        facets: vec![FacetField::Entity],
        ..SearchRequest::new(Query::All)
    };
    let counted = engine.search(&every)?.facets.into_iter().flat_map(|facet| facet.values);
    let is_new = |id: &EntityId| {
        (args.kinds.is_empty() || args.kinds.contains(&kind(id)))
            && gazetteer::entry(id.as_str()).is_none()
            && !corrections.speaks_of(id)
    };
    let of_each = counted.map(|one| (EntityId::from_known(one.value), one.label, one.passages));
    let mut all: Vec<_> = of_each.filter(|(id, ..)| is_new(id)).collect();
    let total = all.len();
    all.truncate(args.limit);
    let mut listed = Vec::with_capacity(all.len());
    for (id, label, passages) in all {
        let first = |sort| -> Result<_, Failure> {
            let request = SearchRequest { sort, limit: 1, ..naming(&id) };
            Ok(engine.search(&request)?.hits.into_iter().next())
        };
        let newest = first(Sort::DateDescending)?;
        listed.push(New {
            r#type: "entity",
            name: label.unwrap_or_else(|| id.to_string()),
            kind: kind(&id),
            passages,
            first: first(Sort::DateAscending)?.and_then(|hit| hit.article.published),
            last: newest.as_ref().and_then(|hit| hit.article.published),
            example: newest.map(|hit| hit.id().to_string()).unwrap_or_default(),
            id: id.to_string(),
        });
    }
    if listed.is_empty() {
        ui.note("no name is new");
        return Ok(Status::NoMatch);
    }
    match args.format {
        Format::Jsonl => {
            for one in &listed {
                json::line(ui.out(), one)?;
            }
        }
        Format::Text => {
            write_table(ui, &listed)?;
            if total > listed.len() {
                ui.note(&format!("{} of {total} names shown", listed.len()));
            }
        }
    }
    Ok(Status::Done)
}

fn write_table(ui: &mut Ui, listed: &[New]) -> std::io::Result<()> {
    let mut table = Table::new([
        Column::Words("name"),
        Column::Words("type"),
        Column::Numbers("passages"),
        Column::Words("first"),
        Column::Words("last"),
        Column::Words("example"),
    ]);
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    for one in listed {
        table.row([
            one.name.clone(),
            one.kind.to_string(),
            one.passages.to_string(),
            day(one.first),
            day(one.last),
            one.example.clone(),
        ]);
    }
    table.write(ui.out(), 0)
}
