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
    segments: Vec<SegmentFacets>,
}

/// Counts in one segment.
pub(super) struct SegmentFacets {
    /// By field, in the order asked.
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
        Self { fields: fields.to_vec(), segments: Vec::new() }
    }

    /// Counters for one segment.
    pub(super) fn segment(&self, reader: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let counters = self.fields.iter().map(|field| {
            let Some(name) = column_of(*field) else {
                let column = reader.fast_fields().i64("day")?;
                return Ok(Counter::Days { column, counts: BTreeMap::new() });
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

    /// Takes a segment's counts; segments come in their order.
    pub(super) fn add(&mut self, segment: SegmentFacets) {
        self.segments.push(segment);
    }

    /// The counts, most frequent value first; months in their order.
    pub(super) fn finish(self, snapshot: &Snapshot) -> tantivy::Result<Vec<Facet>> {
        let mut facets = Vec::with_capacity(self.fields.len());
        for (at, field) in self.fields.iter().copied().enumerate() {
            let counters = self.segments.iter().map(|segment| &segment.counters[at]);
            let mut values = match column_of(field) {
                None => months(counters),
                Some(_) => values(counters, snapshot, field)?,
            };
            if field != FacetField::Month {
                // The values come sorted, and the sort keeps the order of equals.
                values.sort_by_key(|value| std::cmp::Reverse(value.passages));
            }
            facets.push(Facet { field, values });
        }
        Ok(facets)
    }
}

/// The column of strings that holds a field; months are of no such.
fn column_of(field: FacetField) -> Option<&'static str> {
    match field {
        FacetField::Sector => Some("sector"),
        FacetField::Entity => Some("entity"),
        FacetField::Source => Some("source"),
        FacetField::Lang => Some("lang"),
        FacetField::Month => None,
    }
}

/// Passages of each month, in order.
fn months<'a>(counters: impl Iterator<Item = &'a Counter>) -> Vec<FacetCount> {
    let mut months: BTreeMap<String, u64> = BTreeMap::new();
    for counter in counters {
        let Counter::Days { counts, .. } = counter else { continue };
        for (number, count) in counts {
            if let Some(day) = super::day_of(*number) {
                let month = format!("{:04}-{:02}", day.year(), day.month());
                *months.entry(month).or_default() += count;
            }
        }
    }
    let count = |(value, passages)| FacetCount { value, label: None, passages };
    months.into_iter().map(count).collect()
}

/// Passages of each value of a field, in the order of the values.
fn values<'a>(
    counters: impl Iterator<Item = &'a Counter> + Clone,
    snapshot: &Snapshot,
    field: FacetField,
) -> tantivy::Result<Vec<FacetCount>> {
    let (mut held, mut all) = (0, 0);
    for counter in counters.clone() {
        if let Counter::Strings { counts, .. } = counter {
            held += counts.iter().filter(|count| **count > 0).count();
            all += counts.len();
        }
    }
    let make = || Values::of(counters.clone(), snapshot, field);
    if let Some(values) = snapshot.values(field).get(held, all / QUICKER, make)? {
        return Ok(values.totals(counters));
    }
    let mut totals: BTreeMap<String, u64> = BTreeMap::new();
    for counter in counters {
        let Counter::Strings { column, counts } = counter else { continue };
        let counted = || (0..).zip(counts).filter(|(_, count)| **count > 0);
        let ords: Vec<u64> = counted().map(|(ord, _)| ord).collect();
        let mut counts = counted().map(|(_, count)| *count);
        // All at once: their values are unpacked one after the other.
        column.dictionary().sorted_ords_to_term_cb(&ords, |value| {
            let value = String::from_utf8_lossy(value).into_owned();
            *totals.entry(value).or_default() += counts.next().unwrap_or_default();
        })?;
    }
    let count = |(value, passages): (String, u64)| {
        let label = label(snapshot, field, &value)?;
        Ok(FacetCount { value, label, passages })
    };
    totals.into_iter().map(count).collect()
}

/// Every value of a field in a commit, numbered in order over all segments.
pub(super) struct Values {
    all: Vec<(String, Option<String>)>,
    /// By segment: the number of the value that has a number there.
    numbers: Vec<Vec<u32>>,
}

impl Values {
    /// Joins the values of the segments, and labels them.
    fn of<'a>(
        counters: impl Iterator<Item = &'a Counter>,
        snapshot: &Snapshot,
        field: FacetField,
    ) -> tantivy::Result<Self> {
        let mut segments = Vec::new();
        for counter in counters {
            let mut values: Vec<String> = Vec::new();
            if let Counter::Strings { column, counts } = counter {
                let ords: Vec<u64> = (0..counts.len() as u64).collect();
                column.dictionary().sorted_ords_to_term_cb(&ords, |value| {
                    values.push(String::from_utf8_lossy(value).into_owned());
                })?;
            }
            segments.push(values.into_iter().peekable());
        }
        let mut names = match field {
            FacetField::Entity => entity_names(snapshot)?,
            _ => BTreeMap::new(),
        };
        let (mut all, mut numbers) = (Vec::new(), vec![Vec::new(); segments.len()]);
        while let Some(least) = segments.iter_mut().filter_map(|values| values.peek()).min() {
            let least = least.clone();
            for (values, numbers) in segments.iter_mut().zip(&mut numbers) {
                if values.next_if_eq(&least).is_some() {
                    numbers.push(all.len() as u32);
                }
            }
            let label = match field {
                FacetField::Entity => names.remove(&least),
                _ => label(snapshot, field, &least)?,
            };
            all.push((least, label));
        }
        Ok(Self { all, numbers })
    }

    /// Counts by segment, added up by value; not those that are nowhere.
    fn totals<'a>(&self, counters: impl Iterator<Item = &'a Counter>) -> Vec<FacetCount> {
        let mut totals = vec![0; self.all.len()];
        for (counter, numbers) in counters.zip(&self.numbers) {
            let Counter::Strings { counts, .. } = counter else { continue };
            for (number, count) in numbers.iter().zip(counts) {
                totals[*number as usize] += count;
            }
        }
        let counted = self.all.iter().zip(totals).filter(|(_, count)| *count > 0);
        let count = |(value, passages): (&(String, Option<String>), u64)| FacetCount {
            value: value.0.clone(),
            label: value.1.clone(),
            passages,
        };
        counted.map(count).collect()
    }
}

/// What people call a value.
fn label(snapshot: &Snapshot, field: FacetField, value: &str) -> tantivy::Result<Option<String>> {
    let sector = || {
        let sectors = &snapshot.card().taxonomy.sectors;
        let sector = sectors.iter().find(|sector| sector.id.as_str() == value)?;
        let english = sector.labels.iter().find(|(lang, _)| lang == "en");
        english.or(sector.labels.first()).map(|(_, label)| label.clone())
    };
    match field {
        FacetField::Sector => Ok(sector()),
        FacetField::Entity => entity_name(snapshot, value),
        FacetField::Source | FacetField::Lang | FacetField::Month => Ok(None),
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

/// Going on to the next of all values is about as many times faster than looking one up.
const QUICKER: usize = 4;

/// The name the index lists an entity by: the one that most passages give it, the first of equals.
fn entity_name(snapshot: &Snapshot, id: &str) -> tantivy::Result<Option<String>> {
    let (start, mut names) = (format!("{id}\t"), BTreeMap::new());
    let field = snapshot.fields().entity_label;
    each_term(snapshot.searcher(), field, &start, &mut |label, frequency| {
        *names.entry(label[start.len()..].to_owned()).or_default() += frequency;
    })?;
    Ok(most(names))
}

/// The names the index lists all its entities by, by their ids.
pub(super) fn entity_names(snapshot: &Snapshot) -> tantivy::Result<BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let field = snapshot.fields().entity_label;
    each_term(snapshot.searcher(), field, "", &mut |label, frequency| {
        let Some((id, name)) = label.split_once('\t') else { return };
        let names = found.entry(id.to_owned()).or_default();
        *names.entry(name.to_owned()).or_default() += frequency;
    })?;
    Ok(found.into_iter().filter_map(|(id, names)| Some((id, most(names)?))).collect())
}

/// The name of most passages, the first of equals.
fn most(names: BTreeMap<String, u64>) -> Option<String> {
    let most = names.into_iter().rev().max_by_key(|(_, frequency)| *frequency);
    most.map(|(name, _)| name)
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
