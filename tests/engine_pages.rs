//! Pages of results: joined they are the one long list, and a cursor holds for its own search only.

use pressmark::engine::{Engine, EngineError};
use pressmark::query::{Filter, Query};
use pressmark::results::{Collapse, Hit, SearchRequest, Sort};

use crate::bed::*;
use crate::engine_contract::{many, word};

/// The hits of all pages of `request`, each asked for where the one before ended.
fn paged(engine: &dyn Engine, request: &SearchRequest) -> Vec<Hit> {
    let mut request = request.clone();
    let mut hits = Vec::new();
    loop {
        let page = engine.search(&request).unwrap();
        assert!(page.hits.len() <= request.limit);
        assert!(page.next.is_none() || page.hits.len() == request.limit, "a page is full");
        hits.extend(page.hits);
        let Some(next) = page.next else { return hits };
        // What a user does with it: text, and text again.
        request.after = Some(next.to_string().parse().unwrap());
    }
}

#[test]
fn pages_joined_are_the_whole_list_in_every_order() {
    let articles = many();
    for (name, bed) in beds() {
        for part in articles.chunks(400) {
            fill(bed.as_ref(), part);
        }
        let mut writer = bed.writer();
        for article in articles.iter().skip(5).step_by(10) {
            writer.delete(&article.head.id).unwrap();
        }
        writer.commit().unwrap();
        let engine = bed.engine();
        for query in [
            word("rice"),
            // Words that are nowhere together: any of them is looked for.
            Query::And(vec![word("rice"), word("nowhere"), word("copper")]),
            Query::All,
            Query::Filter(Filter::Lang("ms".to_owned())),
        ] {
            for sort in [Sort::Relevance, Sort::DateDescending, Sort::DateAscending] {
                for collapse in [Collapse::None, Collapse::Article] {
                    let mut request = SearchRequest::new(query.clone());
                    (request.sort, request.collapse, request.limit) = (sort, collapse, usize::MAX);
                    let whole = engine.search(&request).unwrap();
                    assert_eq!(whole.hits.len() as u64, whole.totals.listed(collapse));
                    assert_eq!(whole.next, None, "nothing is left");
                    let size = whole.hits.len() / 7 + 1;
                    for limit in [size, whole.hits.len()] {
                        request.limit = limit;
                        let joined = paged(engine.as_ref(), &request);
                        let same = joined == whole.hits;
                        assert!(same, "{name}: {query:?} {sort:?} {collapse:?} by {limit}");
                    }
                    // One by one they are the same.
                    request.limit = usize::MAX;
                    let found = engine.find(&request).unwrap();
                    assert!(found.results.hits.is_empty());
                    let streamed: Vec<Hit> = found.hits.map(|hit| hit.unwrap()).collect();
                    assert!(streamed == whole.hits, "{name}: {query:?} {sort:?} {collapse:?}");
                }
            }
        }
    }
}

#[test]
fn a_cursor_counts_on_and_passes_over() {
    let articles = [
        article("day-02", "H", &[("x", "", ""), ("x", "", ""), ("x", "", "")]),
        article("day-01", "H", &[("x", "", ""), ("y", "", ""), ("x", "", "")]),
    ];
    for (name, bed) in beds() {
        fill(bed.as_ref(), &articles);
        let engine = bed.engine();
        for sort in [Sort::Relevance, Sort::DateDescending] {
            let mut request = SearchRequest::new(word("x"));
            (request.sort, request.limit) = (sort, 2);
            let whole = SearchRequest { limit: 10, ..request.clone() };
            let whole = engine.search(&whole).unwrap().hits;
            request.after = engine.search(&request).unwrap().next;
            (request.offset, request.explain) = (1, true);
            let page = engine.search(&request).unwrap();
            let ranks: Vec<u64> = page.hits.iter().map(|hit| hit.rank).collect();
            assert_eq!(ranks, [4, 5], "{name}");
            assert_eq!(page.hits[0].id(), whole[3].id(), "{name}");
            assert_eq!((page.totals.passages, page.totals.articles), (5, 2), "{name}");
            assert_eq!(page.next, None);
            for hit in &page.hits {
                let parts = hit.explanation.iter().flatten();
                let sum: f64 = parts.map(|part| part.value).sum();
                assert!((sum - hit.score).abs() < 1e-9 && hit.score > 0.0, "{name} {sort:?}");
            }
        }
        let nothing = SearchRequest { limit: 0, ..SearchRequest::new(word("x")) };
        assert_eq!(engine.search(&nothing).unwrap().next, None, "no page, no next one");
    }
}

#[test]
fn a_cursor_of_another_search_or_another_state_is_refused() {
    let one = |id: &str| article(id, "H", &[("x", "", ""), ("x", "", "")]);
    for (name, bed) in beds() {
        fill(bed.as_ref(), &[one("a"), one("b")]);
        let mut request = SearchRequest::new(word("x"));
        request.limit = 1;
        let engine = bed.engine();
        request.after = engine.search(&request).unwrap().next;
        for change in [
            (|request| request.query = word("y")) as fn(&mut SearchRequest),
            |request| request.sort = Sort::DateAscending,
            |request| request.collapse = Collapse::Article,
            |request| request.filters.langs.push("en".to_owned()),
        ] {
            let mut other = request.clone();
            change(&mut other);
            let refused = engine.search(&other);
            assert!(matches!(refused, Err(EngineError::ForeignCursor)), "{name}: {other:?}");
        }
        fill(bed.as_ref(), &[one("c")]);
        // Whoever opened the index before goes on as before.
        assert!(engine.search(&request).is_ok());
        let refused = bed.engine().search(&request);
        assert!(matches!(refused, Err(EngineError::StaleCursor { given: 1, now: 2 })), "{name}");
    }
}
