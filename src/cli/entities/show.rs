//! `pressmark entities show`: all that the index knows of one entity.

use std::collections::BTreeMap;
use std::path::Path;

use pressmark::engine::Engine;
use pressmark::output::json;
use pressmark::output::text::write_profile;
use pressmark::output::{ArticleLine, NameCount, PassageCount, Profile};
use pressmark::results::{Collapse, Facet, FacetField, SearchRequest, Sort};
use pressmark::tag::EntityId;
use pressmark::tagger::gazetteer;

use super::named::{find, kind, naming};
use crate::cli::corrections;
use crate::cli::failure::{Failure, Status};
use crate::cli::open;
use crate::cli::ui::Ui;
use crate::cli::values::Name;

/// Names are counted in so many passages at most, the newest; each has to be read.
const READ: usize = 20_000;

/// Show what the index knows of an entity
///
/// What it is called and how often, the days on which it is first and last seen, the sectors of
/// its passages, the entities that are named with it, and the newest articles.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark entities show place:malaysia
  pressmark entities show 吉隆坡 --format json")]
pub(super) struct Args {
    /// The entity
    #[arg(value_name = "ENTITY")]
    entity: Name,
    /// How long each list is at most
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 10)]
    limit: usize,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let corrections = corrections::read(index, engine.corrections())?;
    let found = find(&engine, &corrections, &args.entity.0)?;
    let (id, limit) = (found.id, args.limit);
    let counts = engine.search(&SearchRequest {
        facets: vec![FacetField::Sector, FacetField::Entity],
        collapse: Collapse::Article,
        sort: Sort::DateDescending,
        limit: limit.max(1),
        ..naming(&id)
    })?;
    let by_day = |sort, limit| SearchRequest { sort, limit, ..naming(&id) };
    let oldest = engine.search(&by_day(Sort::DateAscending, 1))?;
    let (names, names_of) = names(&engine, &id, &by_day(Sort::DateDescending, READ))?;
    let day = |hits: &[pressmark::results::Hit]| hits.first().and_then(|hit| hit.article.published);
    let entry = gazetteer::entry(id.as_str());
    let refs = entry.map_or("", |entry| entry.refs);
    let reference =
        |start: &str| refs.split(';').find_map(|one| one.strip_prefix(start)).map(str::to_owned);
    let spoken = corrections.spoken_of(&id);
    let mut aliases = gazetteer::aliases(spoken.as_str());
    let said = corrections.entries().get(&spoken);
    aliases.extend(said.into_iter().flat_map(|said| said.aliases.iter().cloned()));
    let mut seen = std::collections::BTreeSet::from([found.name.clone()]);
    aliases.retain(|alias| seen.insert(alias.clone()));
    let profile = Profile {
        name: found.name,
        kind: kind(&id),
        wikidata: refs.split(';').find(|one| is_wikidata(one)).map(str::to_owned),
        iso: reference("iso:"),
        listed: entry.is_some(),
        names: names.into_iter().take(limit).collect(),
        names_of,
        aliases,
        merged: said.map(|said| said.merged.clone()).unwrap_or_default(),
        passages: counts.totals.passages,
        articles: counts.totals.articles,
        first: day(&oldest.hits),
        last: day(&counts.hits),
        sectors: counted(&counts.facets[0], "", limit),
        with: counted(&counts.facets[1], id.as_str(), limit),
        newest: counts
            .hits
            .into_iter()
            .take(limit)
            .map(|hit| ArticleLine {
                id: hit.article.id.to_string(),
                published: hit.article.published,
                source: hit.article.source,
                headline: hit.article.headline,
            })
            .collect(),
        id,
    };
    match args.format {
        Format::Json => json::line(ui.out(), &profile)?,
        Format::Text => {
            let look = ui.look();
            write_profile(ui.out(), &profile, look)?;
        }
    }
    Ok(if profile.passages > 0 { Status::Done } else { Status::NoMatch })
}

/// `Q` and a number.
fn is_wikidata(reference: &str) -> bool {
    reference.strip_prefix('Q').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The first values of a facet but one.
fn counted(facet: &Facet, but: &str, limit: usize) -> Vec<PassageCount> {
    let values = facet.values.iter().filter(|one| one.value != but).take(limit);
    let count = |one: &pressmark::results::FacetCount| PassageCount {
        id: one.value.clone(),
        label: one.label.clone(),
        passages: one.passages,
    };
    values.map(count).collect()
}

/// What the entity is called in the passages asked for, most often first, and how many those are.
fn names(
    engine: &dyn Engine,
    id: &EntityId,
    request: &SearchRequest,
) -> Result<(Vec<NameCount>, u64), Failure> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let hits = engine.search(request)?.hits;
    for hit in &hits {
        let tagged = &hit.passage;
        for one in tagged.tags.mentions.iter().filter(|one| one.id == *id) {
            *counts.entry(one.span.of(&tagged.passage.text).to_owned()).or_default() += 1;
        }
    }
    let mut names: Vec<NameCount> =
        counts.into_iter().map(|(name, mentions)| NameCount { name, mentions }).collect();
    names.sort_by_key(|one| std::cmp::Reverse(one.mentions));
    Ok((names, hits.len() as u64))
}
