//! The contract of every engine: prefixes, wildcards and misspellings, which look for words as they
//! were written.

use std::collections::BTreeMap;

use pressmark::analysis::{Analyzer, Stemmer};
use pressmark::query::{Pattern, Query, TextClause, Zone};

use crate::bed::*;
use crate::engine_contract::{check, find, ids, pattern};

#[test]
fn patterns_cover_words_as_written_not_their_stems() {
    let articles = [
        article("a", "H", &[("kings", "", ""), ("king", "", ""), ("kings and a king", "", "")]),
        article("b", "H", &[("strategy", "", ""), ("strategic", "", ""), ("goals", "", "")]),
        article_in("ms", "c", "H", &[("pelaburan", "", ""), ("laburan", "", "")]),
        article_in("zh", "d", "H", &[("5G网络king", "", "")]),
    ];
    let text = |pattern| Query::Text(TextClause { zone: Some(Zone::Text), pattern });
    check(&articles, |bed, engine| {
        for (name, query, want) in [
            ("suffix", Pattern::Wildcard("*ing".into()), &["a#1", "a#2", "d#0"][..]),
            ("prefix", Pattern::Prefix("king".into()), &["a#0", "a#1", "a#2", "d#0"]),
            ("a stem is no prefix", Pattern::Prefix("strategi".into()), &["b#1"]),
            ("one edit", Pattern::Fuzzy { word: "coals".into(), distance: 1 }, &["b#2"]),
            ("one edit of a stem", Pattern::Fuzzy { word: "coal".into(), distance: 1 }, &[]),
            ("Malay", Pattern::Prefix("labur".into()), &["c#1"]),
        ] {
            let mut found = ids(&find(engine, text(query.clone())));
            found.sort();
            assert_eq!(found, want, "{bed}: {name}");
            for hit in find(engine, text(query)).hits {
                assert!(!hit.highlights.is_empty(), "{bed}: {name}: {}", hit.id());
            }
        }
    });
}

#[test]
fn a_wildcard_finds_words_that_lose_a_mark() {
    let articles = [article("a", "Names", &[("O’Neil paid 5,000 ringgit.", "", "")])];
    check(&articles, |bed, engine| {
        for (wildcard, marked) in [("o'n*l", "O’Neil"), ("5,0?0", "5,000")] {
            let found = find(engine, pattern(Pattern::Wildcard(wildcard.to_owned())));
            assert_eq!(ids(&found), ["a#0"], "{bed}: {wildcard}");
            let hit = &found.hits[0];
            let span = hit.highlights[0].span;
            assert_eq!(span.of(&hit.passage.passage.text), marked, "{bed}: {wildcard}");
        }
    });
}

/// More forms of one word than an occurrence can be numbered by, over several commits.
#[test]
fn a_pattern_finds_each_of_very_many_forms_of_a_word() {
    let endings = "s ed ing er ers ly ment ments able ably ance ances ence ences ent ents ion ions \
        ional ization izations ize izes ized izing izer izers al ally ate ates ated ating ism isms \
        ist ists iste ous ously ousness ive ives ively iveness ful fulness fully less lessly ic ical \
        ically icals iti ities";
    let words: Vec<String> =
        endings.split_whitespace().map(|ending| format!("tropolin{ending}")).collect();
    let mut stemmer = Stemmer::new(Analyzer::English);
    let mut forms: BTreeMap<String, usize> = BTreeMap::new();
    for word in &words {
        let mut out = String::new();
        *forms.entry(stemmer.stem(word, &mut out).to_owned()).or_default() += 1;
    }
    assert!(forms.values().any(|forms| *forms > 31), "{forms:?}");
    for (name, bed) in beds() {
        for (commit, words) in words.chunks(20).enumerate() {
            let texts: Vec<String> = words.iter().map(|word| format!("A {word} here.")).collect();
            let passages: Vec<_> = texts.iter().map(|text| (text.as_str(), "", "")).collect();
            fill(bed.as_ref(), &[article(&format!("a{commit}"), "Forms", &passages)]);
        }
        // What forgets the words' first passages keeps their numbers.
        fill(bed.as_ref(), &[article("a0", "Forms", &[("A tropolings here.", "", "")])]);
        let engine = bed.engine();
        for wanted in words[20..].iter().map(String::as_str).chain(["tropolin", "tropolini"]) {
            let wildcard = wanted.replacen("pol", "?ol", 1);
            for (written, covered) in [
                (
                    Pattern::Wildcard(wildcard),
                    words[20..].iter().filter(|word| *word == wanted).count(),
                ),
                (
                    Pattern::Prefix(wanted.to_owned()),
                    words[20..].iter().filter(|word| word.starts_with(wanted)).count()
                        + usize::from("tropolings".starts_with(wanted)),
                ),
            ] {
                let found = find(engine.as_ref(), pattern(written.clone()));
                assert_eq!(found.totals.passages as usize, covered, "{name}: {written:?}");
            }
        }
    }
}

#[test]
fn a_pattern_of_very_many_words_is_cut_and_says_so() {
    let words: Vec<String> = (0..10_001).map(|number| format!("w{number:05}")).collect();
    let articles = [article("a", "Words", &[(&words.join(" "), "", ""), ("wxyz", "", "")])];
    check(&articles, |bed, engine| {
        for (prefix, want, cut) in [("w", &["a#0"][..], true), ("wx", &["a#1"], false)] {
            let found = find(engine, pattern(Pattern::Prefix(prefix.to_owned())));
            assert_eq!(ids(&found), want, "{bed}: {prefix}");
            let said: Vec<_> = found.warnings.iter().map(|one| one.message.as_str()).collect();
            let warning = "`w*` covers more than 10000 words, those after `w09999` are left out";
            assert_eq!(said, if cut { vec![warning] } else { vec![] }, "{bed}: {prefix}");
        }
    });
}
