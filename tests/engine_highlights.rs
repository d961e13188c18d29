//! What is marked in a hit, and that its offsets cut what they say, in bytes and in code points.

use std::collections::BTreeSet;

use pressmark::output::{Answer, json};
use pressmark::query::{Filter, Pattern, Query, parse};
use pressmark::results::{SearchRequest, Sort};
use proptest::prelude::*;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use crate::bed::*;
use crate::engine_contract::{check, pattern, word};

#[test]
fn each_span_is_a_whole_match_and_says_of_which_part() {
    let articles = [
        article_in(
            "zh",
            "a",
            "国际论坛",
            &[("本届國際論壇在槟城举行，国际经济论坛另行。", "", "")],
        ),
        article("b", "Trade war", &[("A trade war, or trade-war talk; data centers.", "", "")]),
        article("d", "Gangs", &[("A gang of thieves and their crime is gang crime.", "", "")]),
        article("c", "Other", &[("Huawei of 华为 again and again and again.", "", "华为")]),
    ];
    let both = |a, b| Query::And(vec![a, b]);
    let phrase = |text: &str, slop| pattern(Pattern::Phrase { text: text.into(), slop });
    check(&articles, |bed, engine| {
        for (name, query, want) in [
            ("a Chinese word", word("国际论坛"), vec!["國際論壇 1"]),
            (
                "its parts, where no passage has it whole with the other",
                both(word("国际论坛"), word("战争")),
                vec!["國際論壇 1", "国际 1", "论坛 1"],
            ),
            (
                "a longer word than there is",
                word("国际论坛会"),
                vec!["國際論壇 1", "国际 1", "论坛 1"],
            ),
            ("a phrase", phrase("trade war", 0), vec!["trade war 1", "trade-war 1"]),
            (
                "words of a hyphenated one, where it is nowhere whole",
                word("data-center-war"),
                vec!["war 1", "war 1", "data centers 1"],
            ),
            (
                "two parts, typed alike",
                Query::And(vec![pattern(Pattern::Word("war".into())), word("war")]),
                vec!["war 1", "war 1"],
            ),
            ("a sloppy phrase", phrase("and again", 3), vec!["and again 1", "and again 1"]),
            (
                "a sloppy phrase, whose words stand nearer to each other later",
                phrase("gang crime", 9),
                vec!["gang of thieves and their crime 1", "gang crime 1"],
            ),
            (
                "an entity and a word",
                both(Query::Filter(Filter::Entity("Huawei".into())), word("huawei")),
                vec!["Huawei 2", "华为 1"],
            ),
        ] {
            let results = engine.search(&SearchRequest::new(query)).unwrap();
            let hit = &results.hits[0];
            let text = &hit.passage.passage.text;
            let marked: Vec<String> = hit
                .highlights
                .iter()
                .map(|mark| format!("{} {}", mark.span.of(text), mark.part))
                .collect();
            assert_eq!(marked, want, "{bed}: {name}");
        }
        let results = engine.search(&SearchRequest::new(word("国际论坛会"))).unwrap();
        let hit = &results.hits[0];
        assert!(results.fell_back && hit.highlights.iter().all(|mark| mark.term == "国际论坛会"));
        let headline = &hit.headline_highlights;
        assert_eq!((headline.len(), headline[0].span.end), (1, 12), "{bed}: the headline as well");
    });
}

fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => Just("palm oil ".to_owned()),
        3 => Just("国际论坛".to_owned()),
        2 => Just("ＰＡＬＭ ".to_owned()),
        2 => Just("e\u{301}tude, ".to_owned()),
        2 => Just("👩\u{200d}👩\u{200d}👧 ".to_owned()),
        2 => Just("ﬁnance. ".to_owned()),
        1 => Just("İstanbul\u{202e} ".to_owned()),
        1 => Just("\r\n\u{0}\u{1b}[31m".to_owned()),
        1 => Just("\u{fdfa}\u{600}9 ".to_owned()),
        1 => Just("𠀀𠀁。".to_owned()),
        2 => Just("Nothing else was said of it by anyone in the hall. ".to_owned()),
        1 => "\\PC{0,8}",
    ];
    prop::collection::vec(part, 1..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// All offsets that a program reads cut the text at the same place, counted either way; what is
    /// cut is a fragment that is told, and no grapheme is torn by it.
    #[test]
    fn offsets_of_highlights_and_snippets_cut_the_text(
        texts in prop::collection::vec(hostile(), 1..4),
        headline in hostile(),
        query in prop::sample::select(vec![
            "palm", "\"palm oil\"", "国际论坛", "国际论坛会", "坛", "étude istanbul", "fin*", "p?lm OR 𠀀𠀁", "oli~",
            "hall palm 国际", "9 finance",
        ]),
        snippets in 1..4usize,
    ) {
        let (_, bed) = beds().remove(0);
        let passages: Vec<_> = texts.iter().map(|text| (text.as_str(), "", "")).collect();
        fill(bed.as_ref(), &[article_in("zh", "a", &headline, &passages)]);
        let parsed = parse(query, jiff::civil::date(2025, 4, 30));
        let mut request = SearchRequest::new(parsed.query);
        (request.snippets, request.sort) = (snippets, Sort::Relevance);
        let results = bed.engine().search(&request).unwrap();
        let (filters, mut out) = (&request.filters, Vec::new());
        let answer = Answer { query_id: None, query, filters, warnings: &[], results: &results, diagnosis: None, took_us: 0 };
        json::write_json(&mut out, &answer).unwrap();
        let whole: Value = serde_json::from_slice(&out).unwrap();
        for hit in whole["hits"].as_array().unwrap() {
            let text = hit["text"].as_str().unwrap();
            let marks = hit["highlights"].as_array().unwrap();
            for mark in marks {
                prop_assert!(!cut(text, mark).is_empty());
            }
            let title = hit["article"]["headline"].as_str().unwrap();
            for mark in hit["headline_highlights"].as_array().unwrap() {
                prop_assert!(!cut(title, mark).is_empty());
            }
            let bounds: BTreeSet<usize> =
                text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            let fragments = hit["snippets"].as_array().unwrap();
            prop_assert!(fragments.len() <= snippets);
            for fragment in fragments {
                prop_assert_eq!(cut(text, fragment), fragment["text"].as_str().unwrap());
                for end in ["start", "end"] {
                    prop_assert!(bounds.contains(&(fragment[end].as_u64().unwrap() as usize)));
                }
                for mark in fragment["highlights"].as_array().unwrap() {
                    prop_assert!(marks.contains(mark));
                    prop_assert!(fragment["start"].as_u64() <= mark["start"].as_u64());
                    prop_assert!(mark["end"].as_u64() <= fragment["end"].as_u64());
                }
            }
            let shown = fragments.iter().any(|one| !one["highlights"].as_array().unwrap().is_empty());
            prop_assert_eq!(shown, !marks.is_empty());
        }
    }
}

/// What a span cuts, by bytes and by code points.
fn cut<'t>(text: &'t str, span: &Value) -> &'t str {
    let at = |key: &str| span[key].as_u64().unwrap() as usize;
    let by_bytes = &text[at("start")..at("end")];
    let by_points: String =
        text.chars().skip(at("cstart")).take(at("cend") - at("cstart")).collect();
    assert_eq!(by_bytes, by_points);
    by_bytes
}
