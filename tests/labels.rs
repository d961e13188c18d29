//! The sector tagger measured on news that was labelled after its rules were made:
//! `gold/sectors-labels.tsv`, joined to the texts of the development data.
//!
//! What no one looked at while the rules were written says what to expect of unseen text. What is
//! learned is measured on the same labels, each article by what the others teach.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;

use pressmark::eval::sectors::{self, GoldPassage};
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
use serde_json::{Value, json};

use crate::shared;

/// A little under what is measured by the rules alone, and by what was learned: overall, English,
/// Malay, Chinese.
const LEAST_F1: [(&str, [f64; 2]); 4] =
    [("all", [0.735, 0.76]), ("en", [0.755, 0.78]), ("ms", [0.68, 0.70]), ("zh", [0.73, 0.76])];

/// The headline and paragraphs of articles, by id.
pub(crate) type Articles = BTreeMap<String, (Option<String>, Vec<String>)>;

/// The articles of a set in a language; `None` with a note if the set is not there.
pub(crate) fn articles(set: &str, lang: &str) -> Option<Articles> {
    let file = match set {
        "news-wikinews-en" => "data/news-wikinews-en/articles-2019.jsonl".to_owned(),
        "news-wce" => "data/news-wce/stories-2025.jsonl".to_owned(),
        "news-digitalgov" => "data/news-digitalgov/articles-dev.jsonl".to_owned(),
        "news-ntrex" => format!("data/news-ntrex/articles-{lang}-dev.jsonl"),
        "news-tico19" => "data/news-tico19/sentences-en-zh-ms.jsonl".to_owned(),
        "news-flores-dev" => "data/news-flores-dev/flores200-dev-en-zh-ms.jsonl".to_owned(),
        other => panic!("no set `{other}`"),
    };
    let text = shared::text(&file)?;
    let article = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let string = |value: &Value| value.as_str().map(str::to_owned);
        let paragraphs = match record["paragraphs"].as_array() {
            Some(paragraphs) => paragraphs.iter().filter_map(string).collect(),
            None => [&record["text"], &record[lang]].into_iter().filter_map(string).collect(),
        };
        (string(&record["id"]).unwrap(), (string(&record["title"]), paragraphs))
    };
    Some(text.lines().map(article).collect())
}

/// The labels in `gold/{name}.tsv` as a gold file, which is also left in the folder of build products
/// for `pressmark eval sectors` and `pressmark sectors learn`.
fn joined(name: &str) -> Option<String> {
    let labels = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/gold/{name}.tsv"));
    let labels = fs::read_to_string(labels).unwrap();
    let mut sets: BTreeMap<(&str, &str), Articles> = BTreeMap::new();
    let mut gold = String::new();
    for (number, line) in (1..).zip(labels.lines().filter(|line| !line.starts_with('#'))) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [set, article, paragraph, lang, sectors, maybe] = cells[..] else {
            panic!("`{line}` has not six cells");
        };
        let articles = match sets.entry((set, lang)) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(place) => place.insert(articles(set, lang)?),
        };
        let (title, paragraphs) = &articles[article];
        let (place, text) = match paragraph.split_once('-') {
            Some((from, to)) => {
                let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
                let gap = if lang == "zh" { "" } else { " " };
                (json!([from, to]), paragraphs[from..to].join(gap))
            }
            None => {
                let at: usize = paragraph.parse().unwrap();
                (json!(at), paragraphs[at].clone())
            }
        };
        let ids = |cell: &str| cell.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let passage = json!({
            "id": format!("{name}-{number}"), "lang": lang, "source": set, "article": article,
            "paragraph": place, "title": title, "text": text,
            "sectors": ids(sectors), "maybe": ids(maybe),
        });
        gold.push_str(&format!("{passage}\n"));
    }
    let products = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::write(products.join(format!("{name}.jsonl")), &gold).unwrap();
    Some(gold)
}

#[test]
fn sectors_of_unseen_news_are_told() {
    let Some(gold) = joined("sectors-labels") else { return };
    let gold = sectors::read_gold(&gold, "sectors-labels.jsonl").unwrap();
    assert_eq!(gold.len(), 3027);
    let rules = Taxonomy::builtin().unlearned();
    let (_, learned) = sectors::learn(&gold, &rules);
    let reports = [sectors::evaluate(&gold, &SectorTagger::new(rules), None), learned];
    for (at, report) in reports.iter().enumerate() {
        println!("{:?}\n{:?}", report.overall, report.by_lang);
        for (lang, least) in LEAST_F1 {
            let f1 = if lang == "all" { report.overall.f1 } else { report.by_lang[lang].f1 };
            assert!(f1 >= least[at], "{lang}: {f1}");
        }
    }
}

#[test]
fn further_labels_are_of_other_passages() {
    let (Some(first), Some(drawn)) = (joined("sectors-labels"), joined("sectors-drawn")) else {
        return;
    };
    let first = sectors::read_gold(&first, "sectors-labels.jsonl").unwrap();
    let drawn = sectors::read_gold(&drawn, "sectors-drawn.jsonl").unwrap();
    assert_eq!(drawn.len(), 560);
    let place =
        |of: &GoldPassage| (of.source.clone(), of.article.clone(), of.lang.clone(), of.paragraph);
    let known: Vec<_> = first.iter().map(place).collect();
    assert!(drawn.iter().all(|one| !known.contains(&place(one))));
}
