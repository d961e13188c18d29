//! Listings of an index: what it is, its sectors, its entities. All counts are of live passages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED};

use crate::engine::{EngineError, EntityCount, IndexStatus, SectorCount};
use crate::results::Totals;
use crate::tag::{EntityId, EntityType};

use super::articles::Tally;
use super::facet::{each_term, entity_names};
use super::read::Snapshot;

/// What the index is and holds.
pub(super) fn status(snapshot: &Snapshot, path: Option<&Path>) -> Result<IndexStatus, EngineError> {
    let card = snapshot.card();
    let mut langs: Vec<(String, u64)> = counts(snapshot, snapshot.fields().lang)?
        .into_iter()
        .map(|(lang, count)| (lang, count.articles))
        .collect();
    langs.sort_by_key(|(_, articles)| std::cmp::Reverse(*articles));
    let bytes = match path {
        Some(path) => folder_size(path).map_err(|source| EngineError::Io {
            doing: "read",
            path: path.to_owned(),
            source: Box::new(source),
        })?,
        None => 0,
    };
    Ok(IndexStatus {
        path: path.map(Path::to_owned),
        format: card.format,
        analysis: card.analysis,
        taxonomy: card.taxonomy.fingerprint.clone(),
        generation: card.generation,
        passages: card.passages,
        articles: card.articles,
        segments: snapshot.searcher().segment_readers().len(),
        bytes,
        days: days(snapshot).map_err(|source| snapshot.failed(source))?,
        langs,
    })
}

/// Every sector of the taxonomy, with its counts.
pub(super) fn sectors(snapshot: &Snapshot) -> Result<Vec<SectorCount>, EngineError> {
    let counts = counts(snapshot, snapshot.fields().sector)?;
    let mut listed: Vec<SectorCount> = snapshot
        .card()
        .taxonomy
        .sectors
        .iter()
        .map(|sector| {
            let count = counts.get(sector.id.as_str()).copied().unwrap_or_default();
            SectorCount {
                sector: sector.clone(),
                passages: count.passages,
                articles: count.articles,
            }
        })
        .collect();
    listed.sort_by(|a, b| a.sector.id.cmp(&b.sector.id));
    Ok(listed)
}

/// Every entity, most passages first.
pub(super) fn entities(snapshot: &Snapshot) -> Result<Vec<EntityCount>, EngineError> {
    let mut listed = Vec::new();
    let counts = counts(snapshot, snapshot.fields().entity)?;
    let mut names = entity_names(snapshot).map_err(|source| snapshot.failed(source))?;
    for (id, count) in counts {
        let kind = id.split_once(':').and_then(|(kind, _)| kind.parse().ok());
        listed.push(EntityCount {
            name: names.remove(&id).unwrap_or_else(|| id.clone()),
            kind: kind.unwrap_or(EntityType::Organization),
            id: EntityId::from_known(id),
            passages: count.passages,
            articles: count.articles,
        });
    }
    listed.sort_by(|a, b| b.passages.cmp(&a.passages).then_with(|| a.id.cmp(&b.id)));
    Ok(listed)
}

/// The values of a field that live passages carry.
fn counts(snapshot: &Snapshot, field: Field) -> Result<BTreeMap<String, Totals>, EngineError> {
    let mut values = BTreeSet::new();
    let mut note = |value: &str, _| {
        values.insert(value.to_owned());
    };
    each_term(snapshot.searcher(), field, "", &mut note).map_err(|e| snapshot.failed(e))?;
    let mut counted = BTreeMap::new();
    for value in values {
        let count = count(snapshot, field, &value).map_err(|e| snapshot.failed(e))?;
        if count.passages > 0 {
            counted.insert(value, count);
        }
    }
    Ok(counted)
}

fn count(snapshot: &Snapshot, field: Field, value: &str) -> tantivy::Result<Totals> {
    let term = tantivy::Term::from_field_text(field, value);
    let mut count = Totals::default();
    let readers = snapshot.searcher().segment_readers().iter().zip(snapshot.columns());
    for (reader, columns) in readers {
        let index = reader.inverted_index(field)?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
            continue;
        };
        let mut tally = Tally::new(&columns.places);
        while postings.doc() != TERMINATED {
            if !reader.is_deleted(postings.doc()) {
                tally.add(postings.doc());
            }
            postings.advance();
        }
        let found = tally.finish();
        count.passages += found.passages;
        count.articles += found.articles;
    }
    Ok(count)
}

/// First and last day of publication among live passages.
fn days(snapshot: &Snapshot) -> tantivy::Result<Option<(jiff::civil::Date, jiff::civil::Date)>> {
    let mut range: Option<(i64, i64)> = None;
    for reader in snapshot.searcher().segment_readers() {
        let column = reader.fast_fields().i64("day")?;
        for doc in (0..reader.max_doc()).filter(|doc| !reader.is_deleted(*doc)) {
            if let Some(day) = column.first(doc) {
                let (first, last) = range.unwrap_or((day, day));
                range = Some((first.min(day), last.max(day)));
            }
        }
    }
    Ok(range.and_then(|(first, last)| Some((super::day_of(first)?, super::day_of(last)?))))
}

fn folder_size(path: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        let metadata = entry?.metadata()?;
        if metadata.is_file() {
            bytes += metadata.len();
        }
    }
    Ok(bytes)
}
