//! Filters give exact sets: a year of labelled news briefs, and 200 filters with the ids that each
//! must give.
//!
//! The briefs and the filters are development data. Labels are the source's own, brought by the
//! JSON Lines reader as source tags; none is given by our taggers.

use std::collections::BTreeSet;
use std::fs;

use jiff::civil::Date;
use pressmark::engine::Engine;
use pressmark::engine::embedded::Memory;
use pressmark::query::{Filter, Query};
use pressmark::results::{Filters, Hit, SearchRequest};
use serde::Deserialize;
use serde_json::Value;

use crate::{desk, shared};

#[derive(Deserialize)]
struct Case {
    id: String,
    filter: Wanted,
    expected_count: usize,
    /// Left out where there are very many.
    expected_ids: Option<Vec<String>>,
    /// Of the ids in order, a line end between them.
    expected_ids_sha1: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    sector: Option<String>,
    sector_any: Option<Vec<String>>,
    date_from: Option<Date>,
    date_to: Option<Date>,
    /// The title of a proper name that the brief links to.
    entity: Option<String>,
}

impl Wanted {
    fn request(&self, limit: usize) -> SearchRequest {
        let tag = |tag: &String| Query::Filter(Filter::SourceTag(tag.clone()));
        let entity = self.entity.iter().map(tag).collect();
        SearchRequest {
            filters: Filters {
                source_tags: self
                    .sector
                    .iter()
                    .chain(self.sector_any.iter().flatten())
                    .cloned()
                    .collect(),
                since: self.date_from,
                until: self.date_to,
                ..Filters::default()
            },
            limit,
            ..SearchRequest::new(Query::all_of(entity))
        }
    }
}

#[test]
fn filters_by_the_labels_of_a_source_give_exact_sets() {
    let Some(stories) = shared::text("data/news-wce/stories-2025.jsonl") else { return };
    let cases = shared::text("data/news-wce/filter-cases-2025.jsonl").expect("it lies beside them");

    // What a brief links to is a list of objects of which only proper names count here, so those
    // are put into a list of their own, and `--map` says where it is.
    let mut briefs = String::new();
    let mut known = BTreeSet::new();
    for line in stories.lines() {
        let mut brief: Value = serde_json::from_str(line).unwrap();
        let links = brief["entities"].as_array().unwrap();
        let proper = links.iter().filter(|link| link["proper"] == true);
        brief["linked"] = proper.map(|link| link["title"].clone()).collect();
        known.insert(brief["id"].as_str().unwrap().to_owned());
        briefs += &format!("{brief}\n");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("briefs.jsonl");
    fs::write(&path, briefs).unwrap();
    let memory = Memory::new().unwrap();
    let report = desk::index(&memory, &desk::ingest(&[path], 2, &["tags=linked"]), &[]);
    assert_eq!(report.added, known.len() as u64);
    let engine = desk::open(&memory);

    let (mut run, mut folded) = (0, 0);
    for line in cases.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let results = engine.search(&case.filter.request(known.len())).unwrap();
        let name = format!("{} {:?}", case.id, case.filter);
        // Tags are compared folded, titles as written: `Israeli air force` is another one.
        let as_written = |hit: &&Hit| match &case.filter.entity {
            Some(title) => hit.article.source_tags.contains(title),
            None => true,
        };
        // A brief of several passages is one article.
        let got: BTreeSet<&str> =
            results.hits.iter().filter(as_written).map(|hit| hit.article.id.as_str()).collect();
        let got: Vec<&str> = got.into_iter().collect();
        folded += usize::from(results.totals.articles > got.len() as u64);
        assert_eq!(got.len(), case.expected_count, "{name}");
        if let Some(ids) = &case.expected_ids {
            assert_eq!(&got, ids, "{name}");
        }
        let sum = sha1_smol::Sha1::from(got.join("\n")).digest().to_string();
        assert_eq!(sum, case.expected_ids_sha1, "{name}");
        run += 1;
    }
    assert_eq!((run, folded), (200, 1));
}

#[test]
fn a_file_of_briefs_is_read_as_it_is() {
    let Some(path) = shared::path("data/news-wce/stories-2025.jsonl") else { return };
    let first = fs::read_to_string(path).unwrap();
    let first: String = first.lines().take(50).map(|line| format!("{line}\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("briefs.jsonl");
    fs::write(&path, &first).unwrap();
    let memory = Memory::new().unwrap();
    desk::index(&memory, &desk::ingest(&[path], 2, &[]), &[]);
    let engine = desk::open(&memory);
    for line in first.lines() {
        let brief: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| brief[field].as_str().unwrap().to_owned();
        let id = pressmark::article::ArticleId::new(&text("id")).unwrap();
        let article = engine.article(&id).unwrap().expect("it is indexed by its own id");
        assert_eq!(article.head.published.unwrap().to_string(), text("date"));
        assert!(article.head.source_tags.contains(&text("sector")), "{:?}", article.head);
        let texts: Vec<&str> =
            article.passages.iter().map(|passage| passage.passage.text.as_str()).collect();
        assert_eq!(texts.join(" "), text("text"));
    }
}
