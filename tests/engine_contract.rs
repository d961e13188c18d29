//! The contract of every engine: one suite, run on each kind there is.
//!
//! It says what a search must give, not how an engine finds it.

use jiff::civil::date;
use pressmark::engine::{Engine, EngineError};
use pressmark::passage::Passage;
use pressmark::query::{DateRange, Filter, Pattern, Query, TextClause, Zone};
use pressmark::results::{Collapse, FacetField, SearchRequest, SearchResults, Sort, Why};
use pressmark::tag::TaggedArticle;

use crate::bed::*;

pub(crate) fn word(text: &str) -> Query {
    Query::Text(TextClause { zone: None, pattern: Pattern::Word(text.to_owned()) })
}

pub(crate) fn pattern(pattern: Pattern) -> Query {
    Query::Text(TextClause { zone: Some(Zone::Text), pattern })
}

pub(crate) fn ids(results: &SearchResults) -> Vec<String> {
    results.hits.iter().map(|hit| hit.id().to_string()).collect()
}

pub(crate) fn find(engine: &dyn Engine, query: Query) -> SearchResults {
    engine.search(&SearchRequest::new(query)).unwrap()
}

/// Runs `check` on an index of `articles`, in every kind of engine.
pub(crate) fn check(articles: &[TaggedArticle], check: impl Fn(&str, &dyn Engine)) {
    for (name, bed) in beds() {
        fill(bed.as_ref(), articles);
        check(name, bed.engine().as_ref());
    }
}

#[test]
fn words_are_found_in_all_their_forms_and_marked() {
    let articles = [
        article("a", "Visit", &[("Xi’s visit opens the data centres.", "", "")]),
        article_in("zh", "b", "國際論壇", &[("國際論壇在吉隆坡舉行，5G网络待处理。", "", "")]),
        article_in("ms", "c", "Ekonomi", &[("Pelaburan dalam ekonominya meningkat.", "", "")]),
    ];
    check(&articles, |bed, engine| {
        for (name, query, id, marked, why) in [
            ("possessive", word("xi's"), "a#0", "Xi", Why::Exact),
            ("spelling", word("data-center"), "a#0", "data centres", Why::Stem),
            ("stem", word("visits"), "a#0", "visit", Why::Stem),
            ("Simplified finds Traditional", word("国际论坛"), "b#0", "國際論壇", Why::Exact),
            ("inside a run", word("处理"), "b#0", "处理", Why::Exact),
            ("one character", word("坡"), "b#0", "坡", Why::Exact),
            ("the last character of a run", word("行"), "b#0", "行", Why::Exact),
            ("mixed", word("5g网络"), "b#0", "5G网络", Why::Exact),
            ("Malay clitic", word("ekonomi"), "c#0", "ekonominya", Why::Stem),
            (
                "phrase",
                pattern(Pattern::Phrase { text: "the data centres".into(), slop: 0 }),
                "a#0",
                "the data centres",
                Why::Phrase,
            ),
            (
                "sloppy phrase",
                pattern(Pattern::Phrase { text: "opens centres".into(), slop: 2 }),
                "a#0",
                "opens the data centres",
                Why::Phrase,
            ),
            ("prefix", pattern(Pattern::Prefix("cent".into())), "a#0", "centres", Why::Prefix),
            ("wildcard", pattern(Pattern::Wildcard("v?s*t".into())), "a#0", "visit", Why::Wildcard),
            (
                "fuzzy",
                pattern(Pattern::Fuzzy { word: "vsiit".into(), distance: 1 }),
                "a#0",
                "visit",
                Why::Fuzzy,
            ),
        ] {
            let results = find(engine, query);
            assert_eq!(ids(&results), [id], "{bed}: {name}");
            let hit = &results.hits[0];
            let text = &hit.passage.passage.text;
            let found: Vec<_> =
                hit.highlights.iter().map(|mark| (mark.span.of(text), mark.why)).collect();
            assert_eq!(found, [(marked, why)], "{bed}: {name}");
        }
        for query in ["经典", "zeppelin", "visor"] {
            assert_eq!(find(engine, word(query)).totals.passages, 0, "{bed}: {query}");
        }
    });
}

/// Words are stored as stems, patterns are of words as written: neither may be seen in the other.
#[test]
fn filters_narrow_and_totals_are_exact() {
    let articles = [
        article("day-01", "One", &[("coal power", "energy/coal", ""), ("power", "trade", "")]),
        article("day-02", "Two", &[("power of Huawei", "energy/nuclear", "Huawei")]),
        article("x", "No day", &[("power of 华为", "energy", "华为")]),
    ];
    check(&articles, |bed, engine| {
        let with = |change: &dyn Fn(&mut SearchRequest)| {
            let mut request = SearchRequest::new(word("power"));
            change(&mut request);
            let mut found = ids(&engine.search(&request).unwrap());
            found.sort();
            found
        };
        let s = |text: &str| vec![text.to_owned()];
        assert_eq!(with(&|_| {}), ["day-01#0", "day-01#1", "day-02#0", "x#0"], "{bed}");
        assert_eq!(with(&|r| r.filters.sectors = s("energy")), ["day-01#0", "day-02#0", "x#0"]);
        assert_eq!(with(&|r| r.filters.sectors = s("coal")), ["day-01#0"]);
        assert_eq!(with(&|r| r.filters.not_sectors = s("energy")), ["day-01#1"]);
        assert_eq!(
            with(&|r| r.filters.sectors = vec!["coal".into(), "trade".into()]),
            ["day-01#0", "day-01#1"]
        );
        assert!(with(&|r| r.filters.all_sectors = vec!["coal".into(), "trade".into()]).is_empty());
        for name in ["Huawei", "华为", "huawei", "organization:huawei"] {
            assert_eq!(with(&|r| r.filters.entities = s(name)), ["day-02#0", "x#0"], "{name}");
        }
        assert_eq!(with(&|r| r.filters.since = Some(date(2025, 4, 2))), ["day-02#0"]);
        assert_eq!(with(&|r| r.filters.until = Some(date(2025, 4, 1))), ["day-01#0", "day-01#1"]);
        assert_eq!(with(&|r| r.filters.sources = s("pressmark wire")).len(), 4);
        assert_eq!(with(&|r| r.filters.source_tags = s("business")).len(), 4);
        assert!(with(&|r| r.filters.langs = s("zh")).is_empty());
        let mut request = SearchRequest::new(word("power"));
        request.limit = 1;
        let results = engine.search(&request).unwrap();
        assert_eq!((results.totals.passages, results.totals.articles), (4, 3), "{bed}");
        request.filters.sectors = s("coall");
        assert!(matches!(
            engine.search(&request),
            Err(EngineError::UnknownSector { similar, .. }) if similar[0].leaf() == "coal"
        ));
        // A pattern over several words, such as the parser does not make, is no secret either.
        let prefix = Pattern::Prefix("power-o".into());
        let query = Query::Text(TextClause { zone: None, pattern: prefix });
        let results = engine.search(&SearchRequest::new(query)).unwrap();
        let said: Vec<&str> = results.warnings.iter().map(|w| w.message.as_str()).collect();
        assert_eq!(said, ["a pattern is for one word, `power-o` is searched as it stands"]);
        // In the query, a name of no sector finds nothing and says so.
        let unknown = Query::Filter(Filter::Sector("coall".into()));
        for (query, want) in [
            (Query::all_of(vec![word("power"), unknown.clone()]), 0),
            (Query::any_of(vec![word("power"), unknown.clone()]), 4),
            (Query::all_of(vec![word("power"), unknown.negated()]), 4),
        ] {
            let results = engine.search(&SearchRequest::new(query)).unwrap();
            assert_eq!(results.totals.passages, want, "{bed}: {}", results.query);
            let said: Vec<&str> = results.warnings.iter().map(|w| w.message.as_str()).collect();
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].starts_with("no sector `coall`") && said[0].contains("/coal`"));
        }
    });
}

#[test]
fn equal_scores_are_ordered_by_passage_id_whatever_the_segments() {
    let one =
        |id: &str| article(id, "Same", &[("the same words", "", ""), ("the same words", "", "")]);
    for (bed_name, bed) in beds() {
        // One commit each, last id first: as many segments, in the wrong order.
        for id in ["c", "b", "a", "d"] {
            fill(bed.as_ref(), &[one(id)]);
        }
        let mut request = SearchRequest::new(word("same"));
        let engine = bed.engine();
        let all = ids(&engine.search(&request).unwrap());
        assert_eq!(all, ["a#0", "a#1", "b#0", "b#1", "c#0", "c#1", "d#0", "d#1"], "{bed_name}");
        (request.offset, request.limit) = (3, 2);
        assert_eq!(ids(&engine.search(&request).unwrap()), ["b#1", "c#0"], "{bed_name}");
        (request.offset, request.limit) = (0, 2);
        request.collapse = Collapse::Article;
        let results = engine.search(&request).unwrap();
        assert_eq!(ids(&results), ["a#0", "b#0"], "{bed_name}");
        assert_eq!(results.hits[0].more_in_article, 1);
        assert_eq!((results.totals.passages, results.totals.articles), (8, 4));
    }
}

#[test]
fn an_article_is_replaced_whole_and_scores_forget_what_is_gone() {
    let rest =
        [article("b", "B", &[("coal and gas", "", "")]), article("c", "C", &[("gas", "", "")])];
    let old = article("a", "A", &[("coal coal", "", ""), ("coal", "", ""), ("steel", "", "")]);
    let new = article("a", "A", &[("coal today", "", "")]);
    for (name, bed) in beds() {
        assert_eq!(fill(bed.as_ref(), &rest), 1);
        assert_eq!(fill(bed.as_ref(), std::slice::from_ref(&old)), 2, "{name}");
        assert_eq!(fill(bed.as_ref(), std::slice::from_ref(&new)), 3, "{name}");
        let engine = bed.engine();
        assert_eq!(find(engine.as_ref(), word("steel")).totals.passages, 0, "{name}");
        assert_eq!(engine.article(&new.head.id).unwrap().as_ref(), Some(&new), "{name}");
        let (_, fresh) = beds().into_iter().next().unwrap();
        fill(fresh.as_ref(), &[rest[0].clone(), rest[1].clone(), new.clone()]);
        let scores = |engine: &dyn Engine| -> Vec<(String, f64)> {
            let results = find(engine, word("coal"));
            results.hits.iter().map(|hit| (hit.id().to_string(), hit.score)).collect()
        };
        assert_eq!(scores(engine.as_ref()), scores(fresh.engine().as_ref()), "{name}");
        let mut writer = bed.writer();
        assert_eq!(writer.fingerprint(&new.head.id).unwrap(), Some(1));
        assert!(writer.delete(&new.head.id).unwrap());
        assert!(!writer.delete(&new.head.id).unwrap());
        assert_eq!(writer.fingerprint(&new.head.id).unwrap(), None);
        writer.commit().unwrap();
        assert_eq!(bed.engine().status().unwrap().articles, 2, "{name}");
        assert_eq!(bed.engine().status().unwrap().passages, 2, "{name}");
        // What is not committed is not seen.
        bed.writer().put(&old, 1).unwrap();
        assert_eq!(bed.engine().status().unwrap().articles, 2, "{name}");
    }
}

#[test]
fn what_is_deleted_is_counted_nowhere() {
    let old = article("day-01", "A", &[("Huawei x", "trade", "Huawei"), ("x", "trade", "")]);
    let mut renamed = article("day-02", "B", &[("Huawei x", "energy/coal", "Huawei")]);
    renamed.passages[0].tags.mentions[0].name = "Huawei Technologies".to_owned();
    let rest = article_in("zh", "day-03", "C", &[("x", "energy", "")]);
    for (name, bed) in beds() {
        // One segment, so that the deleted ones stay in it.
        fill(bed.as_ref(), &[old.clone(), renamed.clone(), rest.clone()]);
        let mut writer = bed.writer();
        assert!(writer.delete(&old.head.id).unwrap());
        writer.commit().unwrap();
        let engine = bed.engine();
        let entities = engine.entities().unwrap();
        let listed: Vec<_> = entities.iter().map(|e| (e.name.as_str(), e.passages)).collect();
        assert_eq!(listed, [("Huawei Technologies", 1)], "{name}");
        let sectors = engine.sectors().unwrap();
        let counts: Vec<_> = sectors.iter().map(|s| (s.passages, s.articles)).collect();
        assert_eq!(counts, [(2, 2), (1, 1), (0, 0), (0, 0)], "{name}");
        assert_eq!(engine.status().unwrap().langs.len(), 2, "{name}");
        for query in [Query::All, word("x")] {
            let mut request = SearchRequest::new(query);
            request.facets = vec![FacetField::Entity, FacetField::Sector];
            let results = engine.search(&request).unwrap();
            assert_eq!((results.totals.passages, results.totals.articles), (2, 2), "{name}");
            let facet = |at: usize| -> Vec<_> {
                let values = &results.facets[at].values;
                values.iter().map(|value| (value.label.as_deref(), value.passages)).collect()
            };
            assert_eq!(facet(0), [(Some("Huawei Technologies"), 1)], "{name}");
            assert_eq!(facet(1), [(Some("energy"), 2), (Some("energy/coal"), 1)], "{name}");
        }
    }
}

/// Articles enough for many blocks of postings, of words that are frequent to different degrees.
pub(crate) fn many() -> Vec<TaggedArticle> {
    let mut seed = 7_u32;
    let mut random = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let words = ["coal", "steel", "rubber", "tin", "cocoa", "timber", "copper", "rice"];
    let mut text = |least: u32, most: u32| -> String {
        let length = least + random(most);
        let words = (0..length).map(|_| {
            let rank = random(8).min(random(8));
            if random(4) == 0 { "and" } else { words[rank as usize] }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let ids = (0..900_u32).map(|at| {
        let id = at * 7919 % 900;
        if at % 3 == 0 { format!("day-{}", 1 + id % 28) } else { format!("id-{id}") }
    });
    ids.zip(0_u32..)
        .filter(|(id, at)| !id.starts_with("day-") || *at < 84)
        .map(|(id, at)| {
            let texts: Vec<String> = (0..1 + at % 9).map(|_| text(1, 40)).collect();
            let passages: Vec<_> = texts.iter().map(|text| (text.as_str(), "", "")).collect();
            article_in(["en", "en", "ms", "zh"][at as usize % 4], &id, &text(1, 9), &passages)
        })
        .collect()
}

#[test]
fn the_best_few_are_the_first_of_all_whatever_the_segments() {
    let articles = many();
    let (_, whole) = beds().remove(0);
    fill(whole.as_ref(), &articles);
    let (_, parts) = beds().remove(0);
    for part in articles.chunks(300) {
        fill(parts.as_ref(), part);
    }
    for bed in [&whole, &parts] {
        let mut writer = bed.writer();
        for article in articles.iter().skip(5).step_by(10) {
            writer.delete(&article.head.id).unwrap();
        }
        writer.commit().unwrap();
    }
    let (whole, parts) = (whole.engine(), parts.engine());
    let or = |words: &[&str]| Query::Or(words.iter().map(|text| word(text)).collect());
    for query in [
        word("coal"),
        word("rice"),
        or(&["rice", "copper"]),
        or(&["rice", "coal", "coal", "and"]),
        Query::Or(vec![word("rice"), Query::Boost(Box::new(word("tin")), 0.0)]),
        Query::All,
        Query::Filter(Filter::Lang("ms".to_owned())),
    ] {
        for sort in [Sort::Relevance, Sort::DateDescending, Sort::DateAscending] {
            for collapse in [Collapse::None, Collapse::Article] {
                let mut request = SearchRequest::new(query.clone());
                (request.sort, request.collapse, request.limit) = (sort, collapse, usize::MAX);
                let all = whole.search(&request).unwrap();
                let shown = if collapse == Collapse::None {
                    all.totals.passages
                } else {
                    all.totals.articles
                };
                assert_eq!(all.hits.len() as u64, shown, "{query:?} {sort:?}");
                for (limit, offset) in [(1, 0), (10, 0), (10, 35)] {
                    (request.limit, request.offset) = (limit, offset);
                    for engine in [&whole, &parts] {
                        let few = engine.search(&request).unwrap();
                        let want: Vec<_> = all.hits.iter().skip(offset).take(limit).collect();
                        assert_eq!(few.hits.iter().collect::<Vec<_>>(), want, "{query:?} {sort:?}");
                        assert_eq!(few.totals, all.totals, "{query:?} {sort:?}");
                    }
                }
                request.offset = 0;
            }
        }
    }
}

#[test]
fn words_that_are_nowhere_together_are_looked_for_apart() {
    let articles = [article("a", "A", &[("coal", "", ""), ("gas", "", ""), ("oil", "", "")])];
    check(&articles, |bed, engine| {
        let query = Query::And(vec![word("coal"), word("gas")]);
        let mut request = SearchRequest::new(query);
        let results = engine.search(&request).unwrap();
        assert!(results.fell_back, "{bed}");
        assert_eq!(ids(&results), ["a#0", "a#1"], "{bed}");
        request.fallback = false;
        assert_eq!(engine.search(&request).unwrap().totals.passages, 0, "{bed}");
    });
}

#[test]
fn facets_count_every_match_once() {
    let articles = [
        article("day-01", "A", &[("x", "energy/coal", "x"), ("x", "energy/nuclear", "")]),
        article_in("zh", "day-02", "B", &[("x", "trade", "")]),
    ];
    check(&articles, |bed, engine| {
        let mut request = SearchRequest::new(Query::All);
        request.facets = FacetField::ALL.to_vec();
        let results = engine.search(&request).unwrap();
        let facet = |field: FacetField| -> Vec<(String, u64)> {
            let facet = results.facets.iter().find(|facet| facet.field == field).unwrap();
            facet.values.iter().map(|value| (value.value.clone(), value.passages)).collect()
        };
        let own = |want: &[(&str, u64)]| -> Vec<(String, u64)> {
            want.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
        };
        assert_eq!(
            facet(FacetField::Sector),
            own(&[("energy", 2), ("energy/coal", 1), ("energy/nuclear", 1), ("trade", 1)]),
            "{bed}"
        );
        assert_eq!(facet(FacetField::Entity), own(&[("organization:huawei", 1)]), "{bed}");
        assert_eq!(facet(FacetField::Lang), own(&[("en", 2), ("zh", 1)]), "{bed}");
        assert_eq!(facet(FacetField::Source), own(&[("Pressmark Wire", 3)]), "{bed}");
        assert_eq!(facet(FacetField::Month), own(&[("2025-04", 3)]), "{bed}");
    });
}

#[test]
fn dates_sort_both_ways_and_the_undated_come_last() {
    let one = |id: &str| article(id, "H", &[("word", "", "")]);
    check(&[one("x"), one("day-02"), one("day-01"), one("day-03")], |bed, engine| {
        let mut request = SearchRequest::new(word("word"));
        for (sort, want) in [
            (Sort::DateAscending, ["day-01#0", "day-02#0", "day-03#0", "x#0"]),
            (Sort::DateDescending, ["day-03#0", "day-02#0", "day-01#0", "x#0"]),
        ] {
            for collapse in [Collapse::None, Collapse::Article] {
                (request.sort, request.collapse) = (sort, collapse);
                assert_eq!(ids(&engine.search(&request).unwrap()), want, "{bed} {collapse:?}");
            }
        }
        let range = DateRange { since: Some(date(2025, 4, 2)), until: None };
        let dated = find(engine, Query::Filter(Filter::Date(range)));
        assert_eq!(ids(&dated), ["day-02#0", "day-03#0"], "{bed}");
    });
}

#[test]
fn an_explanation_adds_up_to_the_score() {
    let articles = [
        article("a", "Coal and gas", &[("coal gas coal", "", ""), ("gas", "", "")]),
        article("b", "Oil", &[("oil and gas and coal", "", "")]),
    ];
    check(&articles, |bed, engine| {
        let mut request = SearchRequest::new(Query::Or(vec![
            Query::And(vec![word("coal"), word("oil")]),
            Query::Boost(Box::new(word("gas")), 2.0),
        ]));
        request.explain = true;
        let results = engine.search(&request).unwrap();
        assert_eq!(results.hits.len(), 3, "{bed}");
        for hit in &results.hits {
            let parts = hit.explanation.as_ref().unwrap();
            let sum: f64 = parts.iter().map(|part| part.value).sum();
            assert!((sum - hit.score).abs() < 1e-9, "{bed}: {} {parts:?}", hit.score);
        }
    });
}

#[test]
fn neighbours_come_with_a_hit() {
    let texts = ["zero", "one", "two", "three"];
    let passages: Vec<_> = texts.iter().map(|text| (*text, "", "")).collect();
    check(
        &[article("a", "H", &passages), article("b", "H", &[("other", "", "")])],
        |bed, engine| {
            let mut request = SearchRequest::new(word("one"));
            request.context = 2;
            let hit = engine.search(&request).unwrap().hits.remove(0);
            let texts = |passages: &[Passage]| -> Vec<String> {
                passages.iter().map(|passage| passage.text.clone()).collect()
            };
            assert_eq!(texts(&hit.before), ["zero"], "{bed}");
            assert_eq!(texts(&hit.after), ["two", "three"], "{bed}");
        },
    );
}

#[test]
fn what_random_queries_once_broke_stays_mended() {
    let passages = [("华为 data centre", "", ""), ("centre of data", "", "")];
    check(&[article("undated", "H", &passages)], |bed, engine| {
        let phrase = |text: &str| pattern(Pattern::Phrase { text: text.into(), slop: 0 });
        let without = Query::all_of(vec![phrase("data data").negated()]);
        assert_eq!(find(engine, without).totals.passages, 2, "{bed}: an absent phrase excluded");
        let near = pattern(Pattern::Fuzzy { word: "us".into(), distance: 2 });
        assert_eq!(
            ids(&find(engine, near)),
            ["undated#1"],
            "{bed}: a pair of characters is no word"
        );
        let mut request = SearchRequest::new(word("data"));
        (request.sort, request.collapse) = (Sort::DateAscending, Collapse::Article);
        assert_eq!(ids(&engine.search(&request).unwrap()), ["undated#0"], "{bed}: the first");
    });
}

#[test]
fn notes_are_kept_with_a_commit_and_not_without() {
    for (name, bed) in beds() {
        let note = |text: &str, is_committed: bool| {
            let mut writer = bed.writer();
            let before = writer.notes();
            writer.note(text.into());
            if is_committed {
                writer.commit().unwrap();
            }
            before.map(|before| String::from_utf8(before).unwrap())
        };
        assert_eq!(note("one", false), None, "{name}");
        assert_eq!(note("two", true), None, "{name}");
        assert_eq!(note("three", false).as_deref(), Some("two"), "{name}");
        // Nothing else changed, and they are kept all the same.
        assert_eq!(note("four", true).as_deref(), Some("two"), "{name}");
        assert_eq!(bed.writer().notes(), Some(b"four".to_vec()), "{name}");
    }
}
