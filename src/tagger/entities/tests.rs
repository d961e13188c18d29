//! What the tagger finds, rule by rule, and what it never does.

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use super::model::Models;
use super::{EntityTagger, Reading};
use crate::article::{ArticleHead, ArticleId, BlockKind, Lang};
use crate::passage::Passage;
use crate::tag::{EntityType, Mention, Tags, Via};
use crate::tagger::Tagger;

fn head(lang: &str, headline: Option<&str>) -> ArticleHead {
    ArticleHead {
        id: ArticleId::new("test").unwrap(),
        headline: headline.map(str::to_owned),
        published: None,
        lang: Lang::new(lang),
        source: None,
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    }
}

fn passages(texts: &[&str]) -> Vec<Passage> {
    let passage = |(ordinal, text): (u32, &&str)| Passage {
        ordinal,
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        source_lines: Vec::new(),
    };
    (0..).zip(texts).map(passage).collect()
}

/// The sources without a model: what each of them is for is tested apart from what outweighs it.
static SOURCES: Models = Models { latin: None, han: None };

/// The mentions of each passage, by the sources alone.
pub(super) fn tag(lang: &str, headline: Option<&str>, texts: &[&str]) -> Vec<Vec<Mention>> {
    tag_by(EntityTagger::new(&SOURCES), lang, headline, texts)
}

fn tag_by(
    tagger: EntityTagger,
    lang: &str,
    headline: Option<&str>,
    texts: &[&str],
) -> Vec<Vec<Mention>> {
    let passages = passages(texts);
    let mut tags = vec![Tags::default(); passages.len()];
    tagger.tag(&head(lang, headline), &passages, &mut tags);
    tags.into_iter().map(|tags| tags.mentions).collect()
}

/// `text/type` of each mention of one passage, demonyms marked with `~`.
fn found(lang: &str, text: &str) -> Vec<String> {
    let mentions = tag(lang, None, &[text]).remove(0);
    let shown = |one: &Mention| {
        let mark = if one.demonym { "~" } else { "" };
        format!("{mark}{}/{}", one.span.of(text), one.kind)
    };
    mentions.iter().map(shown).collect()
}

fn check(lang: &str, table: &[(&str, &[&str])]) {
    for (text, want) in table {
        assert_eq!(found(lang, text), *want, "{text}");
    }
}

#[test]
fn people_are_known_by_titles_and_by_what_is_said_of_them() {
    check(
        "en",
        &[
            (
                "Chinese Ambassador to Malaysia Ouyang Yujing spoke.",
                &["~Chinese/place", "Malaysia/place", "Ouyang Yujing/person"],
            ),
            ("He met President Alar Karis.", &["Alar Karis/person"]),
            ("according to Pei Pei, a marketing manager", &["Pei Pei/person"]),
            ("Datuk Seri Johari Abdul Ghani said so.", &["Johari Abdul Ghani/person"]),
            ("Zorb Quant, 45, was there.", &["Zorb Quant/person"]),
            (
                "Ahmad bin Hassan and Ravi a/l Muthu left.",
                &["Ahmad bin Hassan/person", "Ravi a/l Muthu/person"],
            ),
            ("The spokesperson said nothing on Monday.", &[]),
            ("Several Police Officials were absent. However, Many Were.", &[]),
        ],
    );
    check(
        "zh",
        &[
            ("总理李强周一抵达。", &["李强/person"]),
            ("该公司的首席执行官约翰·布鲁斯表示", &["约翰·布鲁斯/person"]),
            ("发言人林剑表示，双方将合作。", &["林剑/person"]),
            ("他说，两国关系很好。", &[]),
        ],
    );
    check(
        "ms",
        &[
            (
                "Perdana Menteri Datuk Seri Anwar Ibrahim berkata demikian.",
                &["Anwar Ibrahim/person"],
            ),
            ("Siti Aminah binti Rosli memberitahu pemberita.", &["Siti Aminah binti Rosli/person"]),
        ],
    );
}

#[test]
fn bodies_are_known_by_the_words_they_are_made_of() {
    check(
        "en",
        &[
            (
                "built by Zorbian Holdings Sdn Bhd and Quantic Co., Ltd.",
                &["Zorbian Holdings Sdn Bhd/organization", "Quantic Co., Ltd./organization"],
            ),
            (
                "The Ministry of Science, Technology and Innovation agreed.",
                &["Ministry of Science, Technology and Innovation/organization"],
            ),
            (
                "the Association of Interaction Malaysia-China met",
                &["Association of Interaction Malaysia-China/organization"],
            ),
            (
                "Chinese Foreign Ministry spokesperson Lin Jian",
                &["Chinese Foreign Ministry/organization", "Lin Jian/person"],
            ),
            ("Zorb University’s dean", &["Zorb University/organization"]),
        ],
    );
    check(
        "ms",
        &[
            (
                "Kementerian Sains, Teknologi dan Inovasi mengumumkan",
                &["Kementerian Sains, Teknologi dan Inovasi/organization"],
            ),
            ("Persatuan Nelayan Zorba berkata", &["Persatuan Nelayan Zorba/organization"]),
        ],
    );
    check(
        "zh",
        &[
            ("他就读于卡内基梅隆大学。", &["卡内基梅隆大学/organization"]),
            ("该公司表示，这家公司不是集团。", &[]),
            ("他们在吉隆坡建数据中心", &["吉隆坡/place"]),
            ("明年將於吉隆坡興建科技園", &["吉隆坡/place"]),
        ],
    );
}

#[test]
fn buildings_places_events_and_works() {
    check(
        "en",
        &[
            (
                "The Zorb 106 skyscraper in Kuala Lumpur",
                &["Zorb 106/facility", "Kuala Lumpur/place"],
            ),
            ("the Infinaxis Data Center opened", &["Infinaxis Data Center/facility"]),
            (
                "Hurricane Zorba reached Zorbanne County",
                &["Hurricane Zorba/event", "Zorbanne County/place"],
            ),
            ("China-Malaysia relations", &["China/place", "Malaysia/place"]),
            ("in Zorbville, Malaysia", &["Zorbville/place", "Malaysia/place"]),
        ],
    );
    check(
        "zh",
        &[
            ("《今日新闻》和《红楼梦》", &["今日新闻/organization", "红楼梦/work"]),
            ("马来西亚人和中国人", &["~马来西亚人/place", "~中国人/place"]),
            ("希尔斯伯勒县", &["希尔斯伯勒县/place"]),
        ],
    );
}

#[test]
fn offsets_hold_where_folding_changes_lengths() {
    check(
        "en",
        &[
            ("‘‘’’ “Malaysia’s” – Pétronas’s", &["Malaysia/place", "Pétronas/organization"]),
            ("Ｍａｌａｙｓｉａ", &["Ｍａｌａｙｓｉａ/place"]),
        ],
    );
    check(
        "zh",
        &[("馬來西亞總理安瓦爾抵達中國", &["馬來西亞/place", "安瓦爾/person", "中國/place"])],
    );
}

#[test]
fn capitals_that_tell_nothing_are_not_names() {
    check("en", &[("Trade was worth US$6.7 billion, or HK$52 billion and NT$200 billion.", &[])]);
    check(
        "en",
        &[
            (
                "KUALA LUMPUR, April 18 (Bernama) -- It rained.",
                &["KUALA LUMPUR/place", "Bernama/organization"],
            ),
            ("CHINA, MALAYSIA SIGN PACT", &["CHINA/place", "MALAYSIA/place"]),
        ],
    );
}

/// Name, type and way of every mention whose text is `surface`.
fn bound(article: &[Vec<Mention>], texts: &[&str], surface: &str) -> Vec<(String, Via)> {
    let mentions = texts
        .iter()
        .zip(article)
        .flat_map(|(text, mentions)| mentions.iter().filter(|one| one.span.of(text) == surface));
    mentions.map(|one| (one.name.clone(), one.via)).collect()
}

#[test]
fn an_article_binds_its_short_forms() {
    for (lang, texts, surface, name, via) in [
        (
            "en",
            vec![
                "by China State Construction Engineering (M) SDN BHD (CSCEC), a subsidiary of \
                 China State Construction Engineering Corp. It opens soon.",
                "CSCEC’s branch grew.",
            ],
            "CSCEC",
            "China State Construction Engineering (M) SDN BHD",
            Via::Acronym,
        ),
        (
            "en",
            vec!["The Zorban Trade Promotion Council (ZTPC) met.", "Later ZTPC agreed."],
            "ZTPC",
            "Zorban Trade Promotion Council",
            Via::Acronym,
        ),
        (
            "en",
            vec!["Governor Oleh Kiper spoke.", "Mr Kiper left."],
            "Kiper",
            "Oleh Kiper",
            Via::Surname,
        ),
        (
            "en",
            vec!["Zorbian Holdings Bhd rose.", "Analysts like Zorbian now."],
            "Zorbian",
            "Zorbian Holdings Bhd",
            Via::Memory,
        ),
        (
            "ms",
            vec!["Suruhanjaya Zorba Kebangsaan (SZK) berkata.", "Menurut SZK, ia benar."],
            "SZK",
            "Suruhanjaya Zorba Kebangsaan",
            Via::Acronym,
        ),
        (
            "zh",
            vec!["首席执行官约翰·布鲁斯到场。", "布鲁斯表示同意。"],
            "布鲁斯",
            "约翰·布鲁斯",
            Via::Surname,
        ),
        (
            "zh",
            vec!["佐尔班大学（简称佐大）宣布。", "佐大同意。"],
            "佐大",
            "佐尔班大学",
            Via::Acronym,
        ),
    ] {
        let article = tag(lang, None, &texts);
        let all = bound(&article, &texts, surface);
        assert!(!all.is_empty(), "{surface} in {texts:?}: {article:?}");
        for one in all {
            assert_eq!(one, (name.to_owned(), via), "{surface} in {texts:?}");
        }
    }
}

#[test]
fn a_malay_name_is_bound_without_the_fathers() {
    let text = "Datuk Ahmad Kamal bin Ismail spoke. Ahmad Kamal left.";
    let mentions = tag("en", None, &[text]).remove(0);
    let ids: Vec<(&str, &str)> =
        mentions.iter().map(|one| (one.span.of(text), one.id.as_str())).collect();
    let id = "person:ahmad-kamal-bin-ismail";
    assert_eq!(ids, [("Ahmad Kamal bin Ismail", id), ("Ahmad Kamal", id)]);
}

#[test]
fn one_entity_has_one_id_in_every_script() {
    let ids = |lang, text: &str| -> Vec<String> {
        let mentions = tag(lang, None, &[text]).remove(0);
        mentions.into_iter().map(|one| one.id.as_str().to_owned()).collect()
    };
    assert_eq!(ids("zh", "馬來西亞"), ids("en", "in Malaysia"));
    assert_eq!(ids("zh", "总统约翰·布鲁斯"), ids("zh", "總統約翰·布魯斯"));
}

#[test]
fn words_that_are_cut_anew_name_the_same_as_words_that_are_kept() {
    let texts = [
        "Chinese Premier Li Qiang met Malaysian Prime Minister Anwar Ibrahim in Kuala Lumpur.",
        "The Regional Comprehensive Economic Partnership (RCEP) was signed; Anwar praised RCEP.",
        "马来西亚首相安华在吉隆坡会见李强。安华说，东盟欢迎合作。",
        "Li said ASEAN was open for trade.",
    ];
    let (passages, head) = (passages(&texts), head("en", Some("Anwar meets Li")));
    for tagger in [EntityTagger::default(), EntityTagger::new(&SOURCES)] {
        let [kept, anew] = [usize::MAX, 0].map(|longest_kept| {
            let mut tags = vec![Tags::default(); passages.len()];
            tagger.add(Reading::of(&head, &passages, longest_kept), &mut tags);
            tags.into_iter().map(|tags| tags.mentions).collect::<Vec<_>>()
        });
        assert!(kept.iter().all(|mentions| !mentions.is_empty()), "{kept:?}");
        assert_eq!(kept, anew);
    }
}

#[test]
fn tagging_twice_gives_the_same() {
    let texts = ["Oleh Kiper of Odesa met Mr Lee (ASEAN).", "Kiper said 马来西亚人。"];
    assert_eq!(tag("en", Some("Kiper"), &texts), tag("en", Some("Kiper"), &texts));
}

/// Development data, where it is present.
fn shared(path: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods)]
    let root = std::env::var("PRESSMARK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = PathBuf::from(root).join(path);
    let text = std::fs::read_to_string(&path);
    if text.is_err() {
        eprintln!("skipped: no {}; set PRESSMARK_SHARED", path.display());
    }
    text.ok()
}

#[test]
fn the_sample_article_gives_what_is_expected_of_it() {
    let Some(json) = shared("articles/china-malaysia-high-tech.expected.json") else { return };
    let expected: Value = serde_json::from_str(&json).unwrap();
    let texts: Vec<&str> = expected["passages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|passage| passage["text"].as_str().unwrap())
        .collect();
    let article = tag("en", expected["headline"].as_str(), &texts);
    for (mentions, passage) in article.iter().zip(expected["passages"].as_array().unwrap()) {
        let ordinal = &passage["ordinal"];
        // An expected name stands for the entity that this name has in the gazetteer.
        let is = |one: &Mention, name: &str| {
            let known = crate::tagger::gazetteer::lookup(name);
            let kind = expected["entity_types"][name].as_str();
            let same =
                one.name == name || known.iter().any(|known| known.entry().id == one.id.as_str());
            same && kind == Some(one.kind.as_str())
        };
        let names: Vec<&str> = passage["entities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap())
            .collect();
        for name in &names {
            assert!(mentions.iter().any(|one| is(one, name)), "{ordinal}: {name} in {mentions:#?}");
        }
        // The list leaves out some places that are named; people and bodies it has all.
        let strict = [EntityType::Person, EntityType::Organization, EntityType::Facility];
        for one in mentions.iter().filter(|one| strict.contains(&one.kind)) {
            assert!(names.iter().any(|name| is(one, name)), "{ordinal}: {one:#?} was not expected");
        }
    }
}

#[test]
fn labelled_passages_are_tagged_as_well_as_rules_can() {
    let Some(jsonl) = shared("gold/entities-dev.jsonl") else { return };
    let gold = crate::eval::entities::parse("entities-dev.jsonl", &jsonl).unwrap();
    let report = crate::eval::entities::score(&EntityTagger::default(), &gold);
    for (lang, least) in [("en", 0.80), ("zh", 0.80), ("ms", 0.75)] {
        let score = report.languages[lang];
        assert!(score.f1 >= least, "{lang}: {score:?}");
    }
}

/// Work that grew with brackets times names would take minutes here.
#[test]
fn a_megabyte_of_brackets_in_one_passage_is_tagged() {
    for (part, mentions) in [("(A B) ", 0), ("Regional Trade Zone (RTZ) and ", 2)] {
        let count = 1_000_000 / part.len();
        let found = &tag("en", None, &[&part.repeat(count)])[0];
        assert_eq!(found.len(), mentions * count, "{part}");
    }
}

/// Work that grew with names times names, or times the length of a name, would take minutes here.
#[test]
fn articles_made_to_be_slow_are_tagged_at_once() {
    /// A word of its own for each number, without digits.
    fn word(number: usize) -> String {
        number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
    }
    let each = |count: usize, part: &dyn Fn(&str) -> String| -> String {
        (0..count).map(|number| part(&word(number))).collect()
    };
    let count = 20_000;
    let long = "Abc ".repeat(count);
    for (shape, text, mentions) in [
        ("names of one first word", each(count, &|one| format!("Mr Tan Zq{one} left. ")), count),
        (
            "holders of one surname",
            each(count, &|one| format!("Mr Zq{one} Tan left. ")) + &"Tan said so. ".repeat(count),
            2 * count,
        ),
        ("a name as long as its article", format!("{long}Ltd (AB). {}", "AB, ".repeat(count)), 0),
        ("initials after text without spaces", "Ab，(QZ)".repeat(5 * count), 0),
        (
            "a gap after many names",
            each(count, &|one| format!("Mr Zq{one} Tan, ")) + &" ".repeat(20 * count) + "(AB)",
            count,
        ),
        ("one word", "Tan ".repeat(5 * count), 0),
    ] {
        let found = &tag("en", None, &[&text])[0];
        assert_eq!(found.len(), mentions, "{shape}");
        tag_by(EntityTagger::default(), "en", None, &[&text]);
    }
}

#[test]
fn the_model_has_the_last_word() {
    let found = |lang: &str, text: &str| -> Vec<String> {
        let mentions = tag_by(EntityTagger::default(), lang, None, &[text]).remove(0);
        let shown = |one: &Mention| {
            let mark = if one.demonym { "~" } else { "" };
            format!("{mark}{}/{}", one.span.of(text), one.kind)
        };
        mentions.iter().map(shown).collect()
    };
    for (lang, text, want) in [
        // Nationalities stay, and are no names.
        (
            "en",
            "Chinese engineers met Anwar Ibrahim in Putrajaya.",
            vec!["~Chinese/place", "Anwar Ibrahim/person", "Putrajaya/place"],
        ),
        (
            "ms",
            "Perdana Menteri Datuk Seri Anwar Ibrahim berlepas ke Jakarta semalam.",
            vec!["Anwar Ibrahim/person", "Jakarta/place"],
        ),
        (
            "zh",
            "马来西亚总理安瓦尔在吉隆坡会见了李强。",
            vec!["马来西亚/place", "安瓦尔/person", "吉隆坡/place", "李强/person"],
        ),
        ("en", "", vec![]),
    ] {
        assert_eq!(found(lang, text), want, "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_the_text_spans_are_in_order_and_cut_no_character(
        texts in proptest::collection::vec(
            prop_oneof![
                "\\PC{0,60}",
                "([A-Z][a-z]{1,6}|[A-Z]{2,5}|of|the|bin|\\(|\\)|,|\\.|'s|’|-|&| ){0,30}",
                "[中国马来西亚总理李强约翰·布鲁斯大学公司表示（）《》简称ABC。，的在州县]{0,40}",
            ],
            0..4,
        ),
        lang in prop_oneof![Just("en"), Just("zh"), Just("ms")],
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let headline = texts.first().copied();
        let judged = tag_by(EntityTagger::default(), lang, headline, &texts);
        let sources = tag(lang, headline, &texts);
        for (text, mentions) in texts.iter().chain(&texts).zip(judged.into_iter().chain(sources)) {
            let mut past = 0;
            for one in mentions {
                prop_assert!(one.span.start >= past && one.span.end > one.span.start);
                prop_assert!(text.get(one.span.start as usize..one.span.end as usize).is_some());
                past = one.span.end;
            }
        }
    }
}
