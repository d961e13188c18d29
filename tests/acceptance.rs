//! The main job on one real article: what a librarian expects of it is what the program gives,
//! from the file through readers, passages, taggers and index to the ranked answer.
//!
//! The article and what is expected of it are development data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::{Date, date};
use pressmark::article::ArticleId;
use pressmark::engine::Engine;
use pressmark::engine::embedded::{EmbeddedEngine, Memory};
use pressmark::query;
use pressmark::results::{Filters, SearchRequest, SearchResults};
use pressmark::tag::{EntityId, SectorId, TaggedArticle};
use serde::Deserialize;

use crate::{desk, shared};

/// The least F1 of sector tags against the librarian's.
const LEAST_F1: f64 = 0.85;

#[derive(Deserialize)]
struct Expected {
    file: String,
    headline: String,
    published: Date,
    lang: String,
    entity_types: BTreeMap<String, String>,
    passages: Vec<ExpectedPassage>,
    queries: Vec<ExpectedQuery>,
}

#[derive(Deserialize)]
struct ExpectedPassage {
    ordinal: u32,
    source_lines: Vec<u32>,
    text: String,
    sectors: Vec<SectorId>,
    entities: Vec<String>,
}

#[derive(Deserialize)]
struct ExpectedQuery {
    query: String,
    #[serde(default)]
    filter: BTreeMap<String, String>,
    exact: Option<Vec<u32>>,
    must_rank: Option<Vec<Vec<u32>>>,
    #[serde(default)]
    note: String,
}

/// What is expected, the article as the index holds it, and the index.
struct Case {
    expected: Expected,
    article: TaggedArticle,
    engine: EmbeddedEngine,
}

/// The case, or `None` where the development data are absent.
fn case() -> Option<Case> {
    let json = shared::text("articles/china-malaysia-high-tech.expected.json")?;
    let expected: Expected = serde_json::from_str(&json).expect("it is of the form above");
    let path: PathBuf = shared::path(&format!("articles/{}", expected.file))?;
    let name = desk::origin().name(&path);
    let memory = Memory::new().unwrap();
    let report = desk::index(&memory, &desk::ingest(&[path], 2, &[]), &desk::taggers());
    assert_eq!((report.added, report.passages), (1, 11));
    let engine = desk::open(&memory);
    let id = ArticleId::new(&name).unwrap();
    let article = engine.article(&id).unwrap().expect("a file's name is its article's id");
    Some(Case { expected, article, engine })
}

fn ask(engine: &dyn Engine, text: &str, filters: Filters) -> SearchResults {
    let query = query::parse(text, date(2025, 4, 30)).query;
    engine.search(&SearchRequest { filters, limit: 100, ..SearchRequest::new(query) }).unwrap()
}

fn ordinals(results: &SearchResults) -> Vec<u32> {
    results.hits.iter().map(|hit| hit.passage.passage.ordinal).collect()
}

fn sorted(ordinals: &[u32]) -> Vec<u32> {
    let mut ordinals = ordinals.to_vec();
    ordinals.sort_unstable();
    ordinals
}

#[test]
fn the_article_is_read_and_cut_as_expected() {
    let Some(Case { expected, article, .. }) = case() else { return };
    assert_eq!(article.head.headline.as_ref(), Some(&expected.headline));
    assert_eq!(article.head.published, Some(expected.published));
    assert_eq!(article.head.lang.as_str(), expected.lang);
    assert_eq!(article.passages.len(), expected.passages.len());
    for (got, want) in article.passages.iter().zip(&expected.passages) {
        let got = &got.passage;
        assert_eq!((got.ordinal, &got.text), (want.ordinal, &want.text));
        let lines: Vec<(u32, u32)> =
            got.source_lines.iter().map(|range| (range.first, range.last)).collect();
        let want_lines: Vec<(u32, u32)> = want.source_lines.iter().map(|at| (*at, *at)).collect();
        assert_eq!(lines, want_lines, "passage {}", want.ordinal);
    }
}

#[test]
fn every_entity_is_named_where_expected() {
    let Some(Case { expected, article, .. }) = case() else { return };
    let mentions = || {
        article.passages.iter().flat_map(|passage| {
            let text = &passage.passage.text;
            passage.tags.mentions.iter().map(move |mention| (mention, mention.span.of(text)))
        })
    };
    // The one entity that a name as it is written in full stands for.
    let mut ids: BTreeMap<&str, EntityId> = BTreeMap::new();
    for (name, kind) in &expected.entity_types {
        let named: Vec<_> = mentions().filter(|(_, text)| text == name).collect();
        let (first, _) = named.first().unwrap_or_else(|| panic!("no mention of `{name}`"));
        for (mention, _) in &named {
            assert_eq!(mention.kind.as_str(), kind, "{name}");
            assert_eq!(mention.id, first.id, "{name}");
        }
        let others = ids.values().any(|id| *id == first.id);
        assert!(!others, "`{name}` has the id of another entity: {}", first.id);
        ids.insert(name, first.id.clone());
    }
    for (passage, want) in article.passages.iter().zip(&expected.passages) {
        for name in &want.entities {
            let found =
                passage.tags.mentions.iter().any(|mention| mention.id == ids[name.as_str()]);
            assert!(found, "passage {}: `{name}`, {:?}", want.ordinal, passage.tags.mentions);
        }
    }
    let company = &ids["China State Construction Engineering (M) SDN BHD"];
    let mut short = mentions().filter(|(_, text)| *text == "CSCEC").peekable();
    assert!(short.peek().is_some());
    assert!(short.all(|(mention, _)| mention.id == *company), "`CSCEC` is the (M) company");
}

#[test]
fn those_who_say_something_are_told_and_no_one_else() {
    let Some(Case { article, engine, .. }) = case() else { return };
    let mut said = Vec::new();
    for passage in &article.passages {
        let text = &passage.passage.text;
        for statement in &passage.tags.statements {
            assert!(!statement.span.overlaps(statement.cue), "{statement:?}");
            said.push((passage.passage.ordinal, statement.speaker.of(text)));
        }
    }
    assert_eq!(
        said,
        [
            (0, "business representatives"),
            (4, "Huang Yidong"),
            (5, "Ouyang Yujing"),
            (6, "Pei Pei"),
            (7, "Gan Tian Loo"),
            (8, "CSCEC staff member"),
            (9, "Gan Tian Loo"),
            (10, "Lin Jian"),
        ]
    );
    for (query, want) in [
        ("said-by:\"Gan Tian Loo\" jobs", &[7][..]),
        ("said-by:\"Gan Tian Loo\"", &[7, 9]),
        ("said-by:person:gan-tian-loo", &[7, 9]),
        ("said-by:\"staff member\"", &[8]),
        ("said-by:representatives -said-by:loo", &[0]),
        ("said-by:\"Xi Jinping\"", &[]),
        ("said-by:Malaysia", &[]),
    ] {
        let results = ask(&engine, query, Filters::default());
        assert_eq!(sorted(&ordinals(&results)), want, "{query}");
    }
    let filters = Filters { said_by: vec!["Lin Jian".to_owned()], ..Filters::default() };
    let results = ask(&engine, "visa", filters);
    let marks = results.hits[0].highlights.iter();
    let marks: Vec<_> = marks.map(|mark| (mark.why.as_str(), mark.term.as_str())).collect();
    assert_eq!(marks, [("exact", "visa"), ("speaker", "Lin Jian")]);
}

#[test]
fn sectors_agree_with_the_librarian() {
    let Some(Case { expected, article, .. }) = case() else { return };
    let (mut hits, mut misses, mut false_alarms) = (0, 0, 0);
    let mut told = String::new();
    for (passage, want) in article.passages.iter().zip(&expected.passages) {
        let given: Vec<&SectorId> = passage.tags.sectors.iter().map(|tag| &tag.id).collect();
        let implied = |id: &SectorId| given.iter().any(|other| *other != id && id.covers(other));
        let given: BTreeSet<&SectorId> = given.iter().copied().filter(|id| !implied(id)).collect();
        let want: BTreeSet<&SectorId> = want.sectors.iter().collect();
        hits += given.intersection(&want).count();
        misses += want.difference(&given).count();
        false_alarms += given.difference(&want).count();
        if given != want {
            told += &format!("#{}: {given:?}, wanted {want:?}\n", passage.passage.ordinal);
        }
    }
    let f1 = 2.0 * f64::from(hits as u32) / f64::from((2 * hits + misses + false_alarms) as u32);
    println!("sector F1 {f1:.3}\n{told}");
    assert!(f1 >= LEAST_F1, "F1 {f1:.3}\n{told}");
}

#[test]
fn every_query_gives_what_is_expected() {
    let Some(Case { expected, article, engine }) = case() else { return };
    for ExpectedQuery { query, filter, exact, must_rank, note } in &expected.queries {
        let of = |name: &str| filter.get(name).cloned().into_iter().collect::<Vec<_>>();
        let filters =
            Filters { sectors: of("sector"), entities: of("entity"), ..Filters::default() };
        assert_eq!(filter.len(), filters.sectors.len() + filters.entities.len(), "{filter:?}");
        let results = ask(&engine, query, filters);
        let got = ordinals(&results);
        assert_eq!(results.totals.passages, got.len() as u64, "{query}");
        if let Some(exact) = exact {
            assert_eq!(sorted(&got), sorted(exact), "`{query}` {filter:?}: {note}");
        }
        let mut rest = got.as_slice();
        for group in must_rank.iter().flatten() {
            assert!(rest.len() >= group.len(), "`{query}` found {got:?}");
            let (top, others) = rest.split_at(group.len());
            assert_eq!(sorted(top), sorted(group), "`{query}` ranks {got:?}: {note}");
            rest = others;
        }
        if let Some(sector) = filter.get("sector") {
            let sector = SectorId::new(sector).unwrap();
            let tagged = |ordinal: &u32| {
                let tags = &article.passages[*ordinal as usize].tags;
                tags.sectors.iter().any(|tag| sector.covers(&tag.id))
            };
            assert!(!got.is_empty() && got.iter().all(tagged), "`{query}` in {sector}: {got:?}");
        }
    }
}

#[test]
fn every_spelling_finds_the_data_centers() {
    let Some(Case { engine, .. }) = case() else { return };
    for spelling in [
        "data center",
        "data centre",
        "data-center",
        "data-centre",
        "data centers",
        "data centres",
        "Data Center",
        "\"data centre\"",
        "ＤＡＴＡ center",
    ] {
        let got = ordinals(&ask(&engine, spelling, Filters::default()));
        assert!(got.len() >= 3, "{spelling}: {got:?}");
        assert_eq!(sorted(&got[..3]), [3, 4, 5], "{spelling}: {got:?}");
    }
}
