//! The contract of every engine: `NEAR`, and entities where they stand.

use jiff::civil::date;
use pressmark::query::parse;
use pressmark::results::{SearchRequest, SearchResults};

use crate::bed::*;
use crate::engine_contract::{check, find, ids};

/// Passages found and what is marked in them: `a#0 crime/exact Huawei/entity`.
fn told(found: &SearchResults) -> Vec<String> {
    let mut told: Vec<String> = found
        .hits
        .iter()
        .map(|hit| {
            let mark = |text: &str, mark: &pressmark::results::Highlight| {
                format!(" {}/{}", mark.span.of(text), mark.why.as_str())
            };
            let text = &hit.passage.passage.text;
            let headline = hit.article.headline.as_deref().unwrap_or_default();
            let marks = hit.highlights.iter().map(|one| mark(text, one));
            let above = hit.headline_highlights.iter().map(|one| mark(headline, one));
            format!("{}{}", hit.id(), marks.chain(above).collect::<String>())
        })
        .collect();
    told.sort();
    told
}

#[test]
fn what_stands_near_is_found_and_marked() {
    let articles = [
        article(
            "a",
            "Courts weigh crimes",
            &[
                ("The crime of the century was not near any firm.", "", ""),
                ("Huawei Technologies denied the crimes.", "", "Huawei Technologies"),
                ("Crime fell. Police, shops and the firm called Huawei agree.", "", "Huawei"),
                ("Police fight crime, crime and crime.", "", ""),
                ("Huawei said the palm oil is Huawei’s.", "", "Huawei"),
            ],
        ),
        article_in("zh", "b", "犯罪新聞", &[("華為否認參與網絡犯罪的指控。", "", "華為")]),
        article_in("ms", "c", "Berita", &[("Huawei menafikan jenayah itu.", "", "Huawei")]),
    ];
    check(&articles, |bed, engine| {
        for (query, want) in [
            ("crime NEAR/0 police", &[][..]),
            (
                "police NEAR/1 crime",
                &["a#2 Crime/exact Police/exact", "a#3 Police/exact crime/exact"],
            ),
            (
                "crime NEAR/1 police",
                &["a#2 Crime/exact Police/exact", "a#3 Police/exact crime/exact"],
            ),
            ("crime NEAR/2 @organization", &["a#1 Huawei Technologies/entity crimes/stem"]),
            ("crime NEAR/1 @organization", &[]),
            ("crime NEAR/2 @华为", &["a#1 Huawei Technologies/entity crimes/stem"]),
            (
                "crime NEAR/7 @huawei",
                &["a#1 Huawei Technologies/entity crimes/stem", "a#2 Crime/exact Huawei/entity"],
            ),
            (
                "crime NEAR/7 @organization:huawei AND firm",
                &["a#2 Crime/exact firm/exact Huawei/entity"],
            ),
            (
                "(crime OR jenayah) NEAR/2 @huawei",
                &["a#1 Huawei Technologies/entity crimes/stem", "c#0 Huawei/entity jenayah/exact"],
            ),
            ("网络犯罪 NEAR/4 @huawei", &["b#0 華為/entity 網絡犯罪/exact"]),
            ("网络犯罪 NEAR/3 @huawei", &[]),
            ("罪 NEAR/7 @organization", &["b#0 華為/entity 罪/exact"]),
            ("cri* NEAR/0 fe?l", &["a#2 Crime/prefix fell/wildcard"]),
            ("crume~1 NEAR/0 fell", &["a#2 Crime/fuzzy fell/exact"]),
            ("\"palm oil\" NEAR/2 said", &["a#4 said/exact palm oil/phrase"]),
            ("crime NEAR/0 crime", &["a#3 crime/exact crime/exact"]),
            ("huawei NEAR @organization", &["a#4 Huawei/entity Huawei/exact"]),
            ("police NEAR/2 shops NEAR/1 crime", &["a#2 Crime/exact Police/exact shops/exact"]),
            (
                "courts NEAR/1 crime",
                &[
                    "a#0 Courts/exact crimes/stem",
                    "a#1 Courts/exact crimes/stem",
                    "a#2 Courts/exact crimes/stem",
                    "a#3 Courts/exact crimes/stem",
                    "a#4 Courts/exact crimes/stem",
                ],
            ),
            ("headline:courts NEAR/1 text:crime", &[]),
            ("\"@huawei denied\"", &["a#1 Huawei Technologies denied/phrase"]),
            ("\"@huawei crimes\"", &[]),
            ("\"@huawei crimes\"~2", &["a#1 Huawei Technologies denied the crimes/phrase"]),
            ("\"crime @huawei\"~4", &[]),
            ("\"crime @huawei\"~5", &["a#1 Huawei Technologies denied the crimes/phrase"]),
            ("police @\"Huawei\"", &["a#2 Police/exact Huawei/entity"]),
            ("fell NEAR/2 -@organization", &["a#2 fell/exact"]),
            ("century NEAR/3 @nobody_at_all", &[]),
            (
                "police NEAR/1 @crime",
                &["a#2 Crime/exact Police/exact", "a#3 Police/exact crime/exact"],
            ),
        ] {
            let parsed = parse(query, date(2025, 4, 30)).query;
            let request = SearchRequest { fallback: false, ..SearchRequest::new(parsed.clone()) };
            let found = engine.search(&request).unwrap();
            assert_eq!(told(&found), want, "{bed}: {query}");
            for hit in &found.hits {
                assert!(hit.score > 0.0, "{bed}: {query}");
            }
            // What is excluded is the rest.
            let rest = find(engine, parse(&format!("NOT ({query})"), date(2025, 4, 30)).query);
            if !query.contains(" -") {
                assert_eq!(rest.totals.passages + found.totals.passages, 7, "{bed}: {query}");
            }
        }
    });
}

#[test]
fn every_match_of_a_sloppy_phrase_with_a_name_is_marked_and_none_wider_than_it_is() {
    let text = "Crime at Huawei; of crime, said Huawei Technologies, it knew. Crime is far from Huawei, crime Huawei.";
    let mut one = article("a", "H", &[(text, "", "Huawei Technologies")]);
    let mention = one.passages[0].tags.mentions[0].clone();
    for at in text
        .match_indices("Huawei")
        .map(|(at, _)| at)
        .filter(|at| !text[*at..].starts_with("Huawei T"))
    {
        let mut short = mention.clone();
        short.span = pressmark::passage::Span::new(text, at, at + 6).unwrap();
        one.passages[0].tags.mentions.push(short);
    }
    one.passages[0].tags.mentions.sort_by_key(|mention| mention.span);
    check(&[one], |bed, engine| {
        let found = find(engine, parse("\"crime @huawei\"~5", date(2025, 4, 30)).query);
        let want = "a#0 Crime at Huawei/phrase crime, said Huawei Technologies/phrase \
                    Crime is far from Huawei/phrase crime Huawei/phrase";
        assert_eq!(told(&found), [want], "{bed}");
    });
}

#[test]
fn a_name_that_no_passage_has_is_words_and_a_warning_says_so() {
    let articles = [article("a", "H", &[("The nobel prize was near.", "", "")])];
    check(&articles, |bed, engine| {
        let query = parse("prize NEAR/2 @nobel", date(2025, 4, 30)).query;
        let found = find(engine, query);
        assert_eq!(ids(&found), ["a#0"], "{bed}");
        let said: Vec<_> = found.warnings.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(said, ["no passage names an entity `nobel`, so `@` before it is left out"]);
    });
}

#[test]
fn corrections_of_mentions_move_what_stands_near() {
    let before = article("a", "H", &[("Crime at Huawei.", "", "Huawei")]);
    let mut after = before.clone();
    after.passages[0].tags.mentions.clear();
    for (name, bed) in beds() {
        for (article, want) in [(&before, 1), (&after, 0), (&before, 1)] {
            fill(bed.as_ref(), std::slice::from_ref(article));
            let query = parse("crime NEAR/3 @organization", date(2025, 4, 30)).query;
            assert_eq!(find(bed.engine().as_ref(), query).totals.passages, want, "{name}");
        }
    }
}

#[test]
fn synonyms_are_found_scored_a_little_lower_and_marked_as_such() {
    let memory = pressmark::engine::embedded::Memory::new().unwrap();
    let mut writer: Box<dyn pressmark::engine::Writer> =
        Box::new(memory.writer(&options()).unwrap());
    for article in [
        article(
            "a",
            "H",
            &[("Sales of EVs rose.", "", ""), ("Sales of electric cars rose.", "", "")],
        ),
        article_in("ms", "b", "H", &[("Jualan automobil naik.", "", ""), ("Kereta itu.", "", "")]),
        article_in("en", "c", "H", &[("An automobil sale of colour in the center.", "", "")]),
    ] {
        writer.put(&article, 1).unwrap();
    }
    writer.commit().unwrap();
    let mut engine = memory.engine(names).unwrap();
    let lines = "EV, electric car\n[ms] kereta, automobil\ncolour, hue";
    engine.widen_by(pressmark::engine::synonyms::Synonyms::read(lines, "f").unwrap());
    for (query, want, term) in [
        ("ev", &["a#0 EVs/stem", "a#1 electric cars/synonym"][..], "ev"),
        ("electric car", &["a#0 EVs/synonym", "a#1 electric/exact cars/stem"], "electric car"),
        (
            "sales NEAR/1 ev",
            &["a#0 Sales/exact EVs/stem", "a#1 Sales/exact electric cars/phrase"],
            "",
        ),
        ("kereta", &["b#0 automobil/synonym", "b#1 Kereta/exact"], "kereta"),
        ("hues", &["c#0 colour/synonym"], "hues"),
        // Built-in spellings work from both sides.
        ("color", &["c#0 colour/stem"], "color"),
        ("centre", &["c#0 center/stem"], "centre"),
    ] {
        let query = parse(query, date(2025, 4, 30)).query;
        let found = find(&engine, query.clone());
        assert_eq!(told(&found), want, "{query}");
        assert_eq!(found.query, query);
        for hit in &found.hits {
            for mark in hit.highlights.iter().filter(|mark| mark.why.as_str() == "synonym") {
                assert_eq!(mark.term, term, "{query}");
            }
        }
    }
}
