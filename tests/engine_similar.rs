//! More like this: what is found is of other articles and speaks of the same.

use pressmark::engine::Engine;
use pressmark::engine::similar::similar;
use pressmark::query::Query;
use pressmark::results::SearchRequest;
use pressmark::tag::TaggedArticle;

use crate::bed::*;
use crate::desk;
use crate::engine_contract::{check, find, ids, word};
use crate::robust::CORPUS;

#[test]
fn what_is_like_it_speaks_of_the_same() {
    let mut articles = vec![
        article(
            "port",
            "A port for rubber",
            &[
                ("Huawei builds a rubber port by the harbour.", "trade", "Huawei"),
                ("It rained on the rubber.", "", ""),
            ],
        ),
        article("rain", "Weather", &[("It rained all day.", "", "")]),
        article("tyres", "Tyres", &[("Rubber leaves by the harbours.", "trade", "")]),
        article("tyres-2", "Tyres", &[("Rubber leaves by the harbours.", "", "")]),
        article_in("zh", "zh", "港口", &[("华为建港口。", "", "华为"), ("天气晴。", "", "")]),
    ];
    for at in 0..12 {
        articles.push(article(&format!("other-{at}"), "Other", &[("It is of no note.", "", "")]));
    }
    check(&articles, |bed, engine| {
        let like = |article: usize, ordinal| {
            similar(engine, &articles[article], ordinal).map(|query| find(engine, query)).unwrap()
        };
        // Words, an entity in another language; a sector in common puts one before its equal.
        let mut found = ids(&like(0, None));
        assert!(found.iter().all(|id| !id.starts_with("port")), "{bed}: {found:?}");
        let place = |id: &str| found.iter().position(|other| other == id);
        assert!(place("tyres#0") < place("tyres-2#0"), "{bed}: {found:?}");
        found.sort();
        assert_eq!(found, ["rain#0", "tyres#0", "tyres-2#0", "zh#0"], "{bed}");
        // A passage is like others by itself and by the headline.
        let mut found = ids(&like(0, Some(1)));
        found.sort();
        assert_eq!(found, ["rain#0", "tyres#0", "tyres-2#0"], "{bed}");
        // What nobody else speaks of is like nothing.
        let alone = article("alone", "Zeppelin", &[("Airships", "", "")]);
        assert_eq!(similar(engine, &alone, None).unwrap(), Query::Nothing, "{bed}");
        // The scores are told.
        let mut request = SearchRequest::new(similar(engine, &articles[0], None).unwrap());
        request.explain = true;
        for hit in engine.search(&request).unwrap().hits {
            let sum: f64 = hit.explanation.iter().flatten().map(|part| part.value).sum();
            assert!(
                hit.score > 0.0 && (sum - hit.score).abs() < 1e-9,
                "{bed}: {} {} {sum} {:?}",
                hit.id(),
                hit.score,
                hit.explanation
            );
        }
    });
}

#[test]
fn the_same_story_in_another_language_comes_first() {
    let stories: [&[&str]; 9] = [
        &["en/2024-08-27-fresh-durian-to-china.txt", "zh/2024-08-26-fresh-durian.txt"],
        &[
            "en/2024-12-02-east-coast-floods.txt",
            "zh/2024-12-02-monsoon-floods.txt",
            "ms/2024-12-03-banjir-pantai-timur.txt",
        ],
        &["en/2024-06-20-ecrl-gombak-station.md", "zh/2024-06-20-east-coast-rail-link.md"],
        &["en/2025-09-05-proton-ev-plant.md", "zh/2024-12-17-proton-first-ev.md"],
        &["en/2024-11-21-johor-data-centres.md", "zh/2025-01-09-johor-data-centres.md"],
        &["en/2024-05-29-penang-chip-strategy.md", "pw-zh-2024-0529-semiconductor"],
        &["pw-20241104-5g", "pw-zh-2025-0506-dual-5g"],
        &["en/2023-06-30-palm-oil-eu-deforestation.md", "ms/latar-minyak-sawit.md"],
        &["en/2025-10-26-asean-summit-timor-leste.md", "zh/2025-10-29-asean-china-fta-upgrade.md"],
    ];
    let engine = desk::open(&CORPUS.0);
    let mut articles = Vec::new();
    let mut keep = |article: TaggedArticle| {
        articles.push(article);
        Ok(())
    };
    engine.each_article(&mut keep).unwrap();
    let is = |id: &str, name: &str| id == name || id == format!("corpus/{name}");
    let (mut asked, mut first) = (0, 0);
    for story in stories {
        for name in story {
            let article = articles.iter().find(|one| is(one.head.id.as_str(), name)).unwrap();
            let mut request = SearchRequest::new(similar(&engine, article, None).unwrap());
            (request.fallback, request.limit) = (false, 1000);
            let mut found: Vec<String> = Vec::new();
            for hit in engine.search(&request).unwrap().hits {
                let id = hit.article.id.to_string();
                if !found.contains(&id) {
                    found.push(id);
                }
            }
            let others = story.iter().filter(|other| *other != name);
            for (before, other) in others.enumerate() {
                let place = found.iter().position(|id| is(id, other)).unwrap();
                // Of 44 other articles.
                assert!(place < 4, "{name}: {other} is number {place} of {found:?}");
                asked += 1;
                first += usize::from(place <= before);
            }
        }
    }
    assert!(first * 4 >= asked * 3, "{first} of {asked} come first");
}

#[test]
fn passages_that_hold_a_word_in_any_form_are_counted() {
    let articles = [
        article("a", "Ports", &[("Two ports", "", ""), ("A port", "", ""), ("None", "", "")]),
        article_in("ms", "b", "Port", &[("port", "", "")]),
    ];
    check(&articles, |bed, engine| {
        let counts = engine.frequencies(&["port", "nowhere", "none"]).unwrap();
        assert_eq!((counts.passages, counts.words), (4, vec![3, 0, 1]), "{bed}");
        assert_eq!(find(engine, word("port")).totals.passages, 4, "{bed}: headlines are more");
    });
}
