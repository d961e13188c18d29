//! What comes first, and that every part of a score is told.

use std::num::NonZeroU32;

use jiff::civil::date;
use pressmark::engine::Engine;
use pressmark::query::parse;
use pressmark::results::{Hit, Matching, Recency, SearchRequest, SearchResults};

use crate::bed::*;
use crate::engine_contract::{check, ids};

fn ranked(engine: &dyn Engine, typed: &str, change: impl Fn(&mut SearchRequest)) -> SearchResults {
    let mut request = SearchRequest::new(parse(typed, date(2025, 4, 30)).query);
    request.explain = true;
    change(&mut request);
    let results = engine.search(&request).unwrap();
    for hit in &results.hits {
        let sum: f64 = hit.explanation.iter().flatten().map(|part| part.value).sum();
        assert!((sum - hit.score).abs() < 1e-9, "{typed}: {} {:?}", hit.score, hit.explanation);
    }
    results
}

#[test]
fn the_best_come_first_for_reasons_that_are_told() {
    let mut articles = vec![
        // The same words, once side by side.
        article("apart", "A", &[("The war that no one calls a trade is over now.", "", "")]),
        article("beside", "B", &[("The trade war that no one calls a thing is over.", "", "")]),
        // The same name, once of the entity.
        article("fruit", "C", &[("Huawei is a word, and so is huawei.", "", "")]),
        article("maker", "D", &[("Huawei is a firm, not a word at all.", "", "Huawei")]),
        // The same sentence, once in an article that goes on about it.
        article("aside", "E", &[("A durian orchard was sold.", "", "")]),
        article(
            "whole",
            "F",
            &[("A durian orchard was sold.", "", ""), ("The durian grows in an orchard.", "", "")],
        ),
        article("day-03", "G", &[("Rubber prices rose again.", "", "")]),
        article("day-28", "H", &[("Rubber prices rose again.", "", "")]),
        article_in("zh", "zh", "华为", &[("华为发布新手机。", "", "华为")]),
    ];
    for at in 0..30 {
        articles.push(article(&format!("other-{at}"), "Other", &[("It is of no note.", "", "")]));
    }
    check(&articles, |bed, engine| {
        let first = |typed: &str| ids(&ranked(engine, typed, |_| {}))[0].clone();
        for (typed, want) in
            [("trade war", "beside#0"), ("huawei", "maker#0"), ("durian orchard", "whole#0")]
        {
            assert_eq!(first(typed), want, "{bed}: {typed}");
        }
        let told = |typed: &str, what: &str| {
            let results = ranked(engine, typed, |_| {});
            let parts = results.hits[0].explanation.clone().unwrap();
            assert!(parts.iter().any(|part| part.what.starts_with(what)), "{bed}: {parts:?}");
        };
        told("trade war", "phrase: ");
        told("huawei", "entity: ");
        told("durian orchard", "article: ");
        // What is looked at again is what was found: no more, no less.
        assert_eq!(ranked(engine, "huawei", |_| {}).totals.passages, 2, "{bed}");
        // Where any word is enough, the entity is too, in any language.
        let any = ranked(engine, "huawei", |request| request.matching = Matching::Any);
        let mut found = ids(&any);
        found.sort();
        assert_eq!(found, ["fruit#0", "maker#0", "zh#0"], "{bed}");
        let zh = any.hits.iter().find(|hit| hit.id().to_string() == "zh#0").unwrap();
        assert_eq!(zh.highlights.len(), 1, "{bed}: the name is marked");
        // New before old, if that is asked for.
        let plain = ids(&ranked(engine, "rubber prices", |_| {}));
        assert_eq!(plain, ["day-03#0", "day-28#0"], "{bed}: equal scores are in the order of ids");
        let half_life = NonZeroU32::new(30).unwrap();
        let recency = Some(Recency { today: date(2025, 4, 30), half_life });
        let new = ids(&ranked(engine, "rubber prices", |request| request.recency = recency));
        assert_eq!(new, ["day-28#0", "day-03#0"], "{bed}");
    });
}

#[test]
fn words_that_the_best_share_raise_those_that_have_them() {
    let mut articles = vec![
        article("one", "A", &[("Semeru erupts: ash falls on Lumajang villages.", "", "")]),
        article("two", "B", &[("Semeru sends ash over Lumajang.", "", "")]),
        article("three", "C", &[("Semeru is on the island, says a guide to walks.", "", "")]),
        article("four", "D", &[("Semeru again: Lumajang cleans up after the ash fall.", "", "")]),
    ];
    for at in 0..30 {
        articles.push(article(&format!("other-{at}"), "Other", &[("It is of no note.", "", "")]));
    }
    check(&articles, |bed, engine| {
        let found = |expand| {
            let results = ranked(engine, "semeru erupts", |request| {
                (request.matching, request.expand) = (Matching::Any, expand);
            });
            let related = |part: &pressmark::results::ScorePart| part.what.starts_with("related: ");
            let told = results.hits.iter().flat_map(|hit| hit.explanation.iter().flatten());
            (told.filter(|part| related(part)).count() > 0, ids(&results))
        };
        let (told, with) = found(None);
        let (untold, without) = found(Some(false));
        assert!(told && !untold, "{bed}");
        assert_eq!(with.last().unwrap(), "three#0", "{bed}: {with:?}");
        assert_eq!((with.len(), without.len()), (4, 4), "{bed}: nothing else is found");
    });
}

/// In Malay `wang` is money, and the corpus has that; the minister it names in Chinese only.
#[test]
fn a_name_finds_its_entity_before_its_words() {
    let engine = crate::desk::open(&crate::robust::CORPUS.0);
    let query = parse("Wang Yi", date(2025, 4, 30)).query;
    let found = engine.search(&SearchRequest::new(query)).unwrap();
    let names = |hit: &Hit| {
        let mentions = hit.passage.tags.mentions.iter();
        mentions.map(|mention| mention.id.as_str()).any(|id| id == "person:wang-yi")
    };
    assert!(names(&found.hits[0]), "{:?}", found.hits[0]);
    assert!(found.hits[0].score > 2.0 * found.hits[1].score, "{:?}", found.hits[1]);
}
