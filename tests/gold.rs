//! The taggers measured on passages of our own corpus, labelled by reading: `gold/sectors.jsonl`
//! and `gold/entities.jsonl`, 20 in English, 12 in Chinese, 8 in Malay.
//!
//! What counts as a label is what the measures in `eval` say. The floors lie a little under what
//! is measured, so that a change which costs more than a passage or two is seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pressmark::article::ArticleId;
use pressmark::engine::Engine;
use pressmark::engine::embedded::Memory;
use pressmark::eval::{entities, sectors};
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
use serde_json::Value;

use crate::desk;

const LEAST_SECTORS_F1: f64 = 0.76;
const LEAST_ENTITIES_F1: f64 = 0.84;

fn gold(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold").join(name);
    fs::read_to_string(path).unwrap()
}

#[test]
fn sectors_of_our_corpus_are_told() {
    let gold = sectors::read_gold(&gold("sectors.jsonl"), "sectors.jsonl").unwrap();
    let report = sectors::evaluate(&gold, &SectorTagger::new(Taxonomy::builtin()), None);
    println!("sectors: {:?}", report.overall);
    let told: Vec<_> = report
        .errors
        .iter()
        .map(|error| {
            let false_alarms: Vec<_> = error.false_alarms.iter().map(|tag| &tag.id).collect();
            format!("{}: missed {:?}, false {false_alarms:?}", error.id, error.missed)
        })
        .collect();
    assert!(report.overall.f1 >= LEAST_SECTORS_F1, "{:?}\n{}", report.overall, told.join("\n"));
}

#[test]
fn entities_of_our_corpus_are_told() {
    let gold = entities::parse("entities.jsonl", &gold("entities.jsonl")).unwrap();
    let report = entities::score(&EntityTagger::default(), &gold);
    println!("entities: {:?}", report.overall);
    assert!(report.overall.f1 >= LEAST_ENTITIES_F1, "{:?}\n{:#?}", report.overall, report.mistakes);
}

#[test]
fn labelled_passages_are_those_of_the_corpus() {
    let memory = Memory::new().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    desk::index(&memory, &desk::ingest(&[corpus], 2, &[]), &[]);
    let engine = desk::open(&memory);
    for name in ["sectors.jsonl", "entities.jsonl"] {
        let mut langs = Vec::new();
        let mut seen = BTreeSet::new();
        for line in gold(name).lines() {
            let label: Value = serde_json::from_str(line).unwrap();
            let id = ArticleId::new(label["article"].as_str().unwrap()).unwrap();
            let article = engine.article(&id).unwrap().unwrap_or_else(|| panic!("{name}: {id}"));
            let ordinal = label["paragraph"].as_u64().unwrap() as usize;
            assert_eq!(label["text"], article.passages[ordinal].passage.text, "{name}: {id}");
            assert_eq!(label["lang"], article.head.lang.as_str(), "{name}: {id}");
            assert!(seen.insert((id, ordinal)), "{name}: {} twice", label["id"]);
            langs.push(label["lang"].as_str().unwrap().to_owned());
        }
        let count = |lang: &str| langs.iter().filter(|one| *one == lang).count();
        assert_eq!(["en", "zh", "ms"].map(count), [20, 12, 8], "{name}");
    }
}
