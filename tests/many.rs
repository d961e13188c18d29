//! Very many queries, asked of the corpus: whatever is typed is answered soon, without a panic and
//! without an error, and what is answered holds together.
//!
//! `PRESSMARK_QUERIES` says how many, which takes a release build where they are 100,000.

use std::time::{Duration, Instant};

use jiff::civil::date;
use pressmark::engine::Engine;
use pressmark::engine::diagnose::diagnose;
use pressmark::query;
use pressmark::results::{Collapse, FacetField, Highlight, Hit, Matching, SearchRequest};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::made::any_query;
use crate::robust::CORPUS;
use crate::{desk, shared};

/// How many queries are asked in a usual run.
const USUAL: u32 = 2_000;

/// The longest that a query may take here, where the usual takes a thousandth of it, on a machine
/// that has other work.
const SOON: Duration = Duration::from_secs(10);

/// Every how many queries without an answer one is diagnosed.
const DIAGNOSED: u32 = 20;

/// Texts of every kind: queries as they are written, what is almost one, hostile strings, anything.
fn typed() -> impl Strategy<Value = String> {
    let naughty = shared::text("data/rob-naughty-strings/blns.json");
    let naughty: Vec<String> = naughty.map_or_else(
        || vec!["\"; DROP TABLE".to_owned(), "٪\u{202e}نص".to_owned(), "ÅÍÎ".to_owned()],
        |json| serde_json::from_str(&json).unwrap(),
    );
    let word = "[a-z]{1,8}|[中国马来西亚数据中心]{1,4}|data|centre|Malaysia|kerajaan|[0-9]{1,4}";
    let soup = "(\\PC|[ \"()*?~^:+!&|/\\\\@-]|AND|OR|NOT|NEAR/3|sector:|entity:|date:2025|\
                @organization|[a-z]{2}|[中国马来]|\\p{any}){0,24}";
    let wrap = select(&["{}", "\"{}", "headline:{}*", "-({})", "{} NEAR/4 {}", "\"{} @{}\"~2"][..]);
    prop_oneof![
        4 => any_query().prop_map(|query| query.to_string()),
        2 => proptest::collection::vec(word, 1..=5).prop_map(|words| words.join(" ")),
        2 => soup,
        1 => "\\p{any}{0,60}",
        1 => (select(naughty), wrap).prop_map(|(text, wrap)| wrap.replace("{}", &text)),
    ]
}

/// Highlights are stretches of the text, in order.
fn well_marked(text: &str, highlights: &[Highlight]) -> bool {
    let spans = highlights.iter().map(|one| (one.span.start as usize, one.span.end as usize));
    let spans: Vec<(usize, usize)> = spans.collect();
    spans.iter().all(|(start, end)| start < end && text.get(*start..*end).is_some())
        && spans.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

fn holds_together(hit: &Hit) -> bool {
    let headline = hit.article.headline.as_deref().unwrap_or_default();
    let parts = hit.explanation.iter().flatten().map(|part| part.value);
    well_marked(&hit.passage.passage.text, &hit.highlights)
        && well_marked(headline, &hit.headline_highlights)
        && (parts.sum::<f64>() - hit.score).abs() <= hit.score.abs() * 1e-4 + 1e-6
}

#[test]
fn whatever_is_typed_is_answered_soon() {
    let asked = desk::how_many("PRESSMARK_QUERIES", USUAL);
    let engine = desk::open(&CORPUS.0);
    let mut runner = TestRunner::default();
    let (typed, mut nothing, mut slowest) = (typed(), 0, Duration::ZERO);
    for number in 0..asked {
        let text = typed.new_tree(&mut runner).unwrap().current();
        let started = Instant::now();
        let query = query::parse(&text, date(2025, 4, 30)).query;
        let request = SearchRequest {
            limit: 5,
            context: 1,
            explain: true,
            snippets: 2,
            facets: if number % 4 == 0 { FacetField::ALL.to_vec() } else { Vec::new() },
            collapse: if number % 3 == 0 { Collapse::Article } else { Collapse::None },
            matching: if number % 5 == 0 { Matching::Any } else { Matching::All },
            ..SearchRequest::new(query)
        };
        let results = engine.search(&request).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let listed = results.totals.listed(request.collapse);
        assert_eq!(results.hits.len() as u64, listed.min(5), "{text:?}");
        assert!(results.hits.iter().all(holds_together), "{text:?}: {:?}", results.hits);
        if listed == 0 {
            nothing += 1;
            if nothing % DIAGNOSED == 0 {
                diagnose(&engine, &request).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            }
        }
        slowest = slowest.max(started.elapsed());
        assert!(started.elapsed() < SOON, "{text:?} took {:?}", started.elapsed());
    }
    println!("{asked} queries, {nothing} of them found nothing; the slowest took {slowest:?}");
}
