//! More like this: what is found is of other articles and speaks of the same.

use pressmark::engine::similar::similar;
use pressmark::query::Query;
use pressmark::results::SearchRequest;

use crate::bed::*;
use crate::engine_contract::{check, find, ids, word};

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
            assert!(hit.score > 0.0 && (sum - hit.score).abs() < 1e-9, "{bed}: {}", hit.id());
        }
    });
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
