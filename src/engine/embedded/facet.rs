//! Facets: how many matches carry each value of a field. Exact, counted as matches stream by.

use std::collections::BTreeMap;

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Field;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::results::{Facet, FacetCount, FacetField};

use super::read::{Snapshot, str_column};
use super::statistics::live;

/// Counts the values of some fields over the matches of all segments.
pub(super) struct Facets {
    fields: Vec<FacetField>,
    /// By field, in the order asked: counts by value.
    totals: Vec<BTreeMap<String, u64>>,
}

/// Counts in one segment.
pub(super) struct SegmentFacets {
    counters: Vec<Counter>,
}

enum Counter {
    /// No passage of the segment has a value.
    Absent,
    /// Counts by the number a value has in this segment.
    Strings { column: StrColumn, counts: Vec<u64> },
    /// Counts by day number.
    Days { column: Column<i64>, counts: BTreeMap<i64, u64> },
}

impl Facets {
    /// Counters for `fields`.
    pub(super) fn new(fields: &[FacetField]) -> Self {
        Self { fields: fields.to_vec(), totals: vec![BTreeMap::new(); fields.len()] }
    }

    /// Counters for one segment.
    pub(super) fn segment(&self, reader: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let counters = self.fields.iter().map(|field| {
            let name = match field {
                FacetField::Sector => "sector",
                FacetField::Entity => "entity",
                FacetField::Source => "source",
                FacetField::Lang => "lang",
                FacetField::Month => {
                    let column = reader.fast_fields().i64("day")?;
                    return Ok(Counter::Days { column, counts: BTreeMap::new() });
                }
            };
            Ok(match str_column(reader, name)? {
                Some(column) => {
                    let counts = vec![0; column.num_terms()];
                    Counter::Strings { column, counts }
                }
                None => Counter::Absent,
            })
        });
        Ok(SegmentFacets { counters: counters.collect::<tantivy::Result<_>>()? })
    }

    /// Adds a segment's counts.
    pub(super) fn add(&mut self, segment: SegmentFacets) -> tantivy::Result<()> {
        for (counter, totals) in segment.counters.into_iter().zip(&mut self.totals) {
            match counter {
                Counter::Absent => {}
                Counter::Strings { column, counts } => {
                    // All at once: their values are unpacked one after the other.
                    let (ords, counts): (Vec<u64>, Vec<u64>) =
                        (0..).zip(counts).filter(|(_, count)| *count > 0).unzip();
                    let mut counts = counts.into_iter();
                    column.dictionary().sorted_ords_to_term_cb(&ords, |value| {
                        let value = String::from_utf8_lossy(value).into_owned();
                        *totals.entry(value).or_default() += counts.next().unwrap_or_default();
                    })?;
                }
                Counter::Days { counts, .. } => {
                    for (number, count) in counts {
                        if let Some(day) = super::day_of(number) {
                            let month = format!("{:04}-{:02}", day.year(), day.month());
                            *totals.entry(month).or_default() += count;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The counts, most frequent value first; months in their order.
    pub(super) fn finish(self, snapshot: &Snapshot) -> tantivy::Result<Vec<Facet>> {
        let labels = |id: &str| {
            let sectors = &snapshot.card().taxonomy.sectors;
            let sector = sectors.iter().find(|sector| sector.id.as_str() == id)?;
            let english = sector.labels.iter().find(|(lang, _)| lang == "en");
            english.or(sector.labels.first()).map(|(_, label)| label.clone())
        };
        let mut facets = Vec::with_capacity(self.fields.len());
        for (field, totals) in self.fields.into_iter().zip(self.totals) {
            let mut names = match field {
                FacetField::Entity => {
                    let ids: Vec<&str> = totals.keys().map(String::as_str).collect();
                    entity_names(snapshot, &ids)?
                }
                _ => BTreeMap::new(),
            };
            let mut values = Vec::with_capacity(totals.len());
            for (value, passages) in totals {
                let label = match field {
                    FacetField::Sector => labels(&value),
                    FacetField::Entity => names.remove(&value),
                    FacetField::Source | FacetField::Lang | FacetField::Month => None,
                };
                values.push(FacetCount { value, label, passages });
            }
            if field != FacetField::Month {
                // The values come sorted, and the sort keeps the order of equals.
                values.sort_by_key(|value| std::cmp::Reverse(value.passages));
            }
            facets.push(Facet { field, values });
        }
        Ok(facets)
    }
}

impl SegmentFacets {
    /// Counts some matches.
    pub(super) fn count(&mut self, docs: &[DocId]) {
        for counter in &mut self.counters {
            match counter {
                Counter::Absent => {}
                Counter::Strings { column, counts } => {
                    for doc in docs {
                        for ord in column.ords().values_for_doc(*doc) {
                            counts[ord as usize] += 1;
                        }
                    }
                }
                Counter::Days { column, counts } => {
                    for day in docs.iter().filter_map(|doc| column.first(*doc)) {
                        *counts.entry(day).or_default() += 1;
                    }
                }
            }
        }
    }
}

/// Going on to the next of all names is about as many times faster than looking one up.
const QUICKER: usize = 4;

/// The names the index lists entities by, whose ids come in order: of each the name that most
/// passages give it, the first of equals.
pub(super) fn entity_names(
    snapshot: &Snapshot,
    ids: &[&str],
) -> tantivy::Result<BTreeMap<String, String>> {
    let (searcher, field) = (snapshot.searcher(), snapshot.fields().entity_label);
    let mut terms = 0;
    for reader in searcher.segment_readers() {
        terms += reader.inverted_index(field)?.terms().num_terms();
    }
    let most = |names: BTreeMap<String, u64>| {
        let most = names.into_iter().rev().max_by_key(|(_, frequency)| *frequency);
        most.map(|(name, _)| name)
    };
    if ids.len() > terms / QUICKER {
        let all = snapshot.names(|| {
            let mut found: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
            each_term(searcher, field, "", &mut |label, frequency| {
                let Some((id, name)) = label.split_once('\t') else { return };
                let names = found.entry(id.to_owned()).or_default();
                *names.entry(name.to_owned()).or_default() += frequency;
            })?;
            Ok(found.into_iter().filter_map(|(id, names)| Some((id, most(names)?))).collect())
        })?;
        let named = ids.iter().filter_map(|id| Some(((*id).to_owned(), all.get(*id)?.clone())));
        return Ok(named.collect());
    }
    let mut named = BTreeMap::new();
    for id in ids {
        let (start, mut names) = (format!("{id}\t"), BTreeMap::new());
        each_term(searcher, field, &start, &mut |label, frequency| {
            *names.entry(label[start.len()..].to_owned()).or_default() += frequency;
        })?;
        named.extend(most(names).map(|name| ((*id).to_owned(), name)));
    }
    Ok(named)
}

/// Calls `each` with every term of a field that begins so, and in how many live passages of a
/// segment it is; not at all if in none.
pub(super) fn each_term(
    searcher: &Searcher,
    field: Field,
    start: &str,
    each: &mut dyn FnMut(&str, u64),
) -> tantivy::Result<()> {
    for reader in searcher.segment_readers() {
        each_term_of(reader, field, start, each)?;
    }
    Ok(())
}

fn each_term_of(
    reader: &SegmentReader,
    field: Field,
    start: &str,
    each: &mut dyn FnMut(&str, u64),
) -> tantivy::Result<()> {
    let index = reader.inverted_index(field)?;
    let mut terms = index.terms().range().ge(start.as_bytes()).into_stream()?;
    while terms.advance() && terms.key().starts_with(start.as_bytes()) {
        let live = live(reader, &index, terms.value())?;
        if let Ok(term) = std::str::from_utf8(terms.key())
            && live > 0
        {
            each(term, live);
        }
    }
    Ok(())
}
