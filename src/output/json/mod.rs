//! JSON and JSON Lines: what other programs read. The formats are specified here, at the function
//! that writes each.
//!
//! In all of them scalars are scalars, absent values are `null`, keys have a fixed order, days are
//! `YYYY-MM-DD`, and a span is given twice: in bytes of the UTF-8 text (`start`, `end`) and in
//! Unicode code points (`cstart`, `cend`), each half open. What a terminal would obey (controls, marks
//! of direction, separators of lines) is escaped, so that it can be shown and means the same.

mod diagnosis;
mod escape;
mod highlight;
mod holding;
mod points;
mod reading;
mod statement;
mod understood;
mod wire;

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use self::diagnosis::DiagnosisObject;
use self::holding::{EntityCountObject, SectorCountObject, StatusObject};
use self::reading::ReadObject;
pub use self::understood::write_understood;
use self::wire::{
    BeginObject, EndObject, FullArticleObject, HitObject, PassageObject, Record, WholeObject,
};
use super::Answer;
use crate::article::{Article, ArticleHead};
use crate::engine::{EntityCount, IndexStatus, SectorCount};
use crate::results::Hit;
use crate::tag::{SectorTag, TaggedArticle, TaggedPassage};

/// Version of the formats, the `v` of a `begin` record. It changes when a key goes away or changes
/// its meaning; new keys leave it as it is.
pub const VERSION: u32 = 1;

/// Writes the results of a search as JSON Lines: one `begin`, the hits in order, one `end`.
///
/// ```text
/// {"type":"begin","v":1,"query":…,"parsed":…,"filters":{…},"index":{"generation":…,"taxonomy":…},
///  "warnings":[…]}
/// {"type":"hit","rank":1,"score":7.31,"passage":"ID#4","ordinal":4,"of":11,"kind":"paragraph",
///  "article":{"id":…,"headline":…,"published":"2025-04-18","lang":"en","source":…,"url":…},
///  "headline_highlights":[…],"text":…,"source_lines":[[17,17],[19,19]],
///  "highlights":[{"start":…,"end":…,"cstart":…,"cend":…,"term":…,"why":"exact",
///    "part":1}],
///  "sectors":[{"id":…,"score":…,
///    "evidence":[{"rule":…,"start":…,"end":…,"cstart":…,"cend":…,"text":…}]}],
///  "entities":[{"id":…,"name":…,"type":…,"start":…,"end":…,"cstart":…,"cend":…,"text":…,"via":…}],
///  "statements":[{"name":…,"entity":…,"speaker":{"start":…,"end":…,"cstart":…,"cend":…,"text":…},
///    "cue":{…},"statement":{…},"direct":true}],
///  "context":{"before":[…],"after":[…]},"more_in_article":0}
/// {"type":"end","hits":…,"total_passages":…,"total_articles":…,"exact":true,"next":…,
///  "facets":{…},"took_us":…}
/// ```
///
/// The answer to one of several queries has its `query_id` as the second key of each line.
///
/// `query` is what the user typed, `parsed` the canonical form of what was run; when no passage had
/// all the words and any of them was looked for instead, `"fell_back":true` follows it. `filters`
/// holds those that were given: `sector`, `all_sectors`, `not_sector`, `entity`, `said_by`, `lang`,
/// `source`, `source_tag` (lists), `since`, `until`. Scores are rounded to four decimals.
///
/// `headline_highlights` are spans of the headline, all other spans are of `text`. `why` is one of
/// `exact`, `stem`, `prefix`, `wildcard`, `fuzzy`, `phrase`, `entity`, `speaker`, `synonym`. `part` numbers the parts of the query from 1, in their order, then those
/// of the filters: two of them may have the same `term`. If snippets were asked for, `"snippets":
/// [{"start":…,"end":…,"cstart":…,"cend":…,"text":…,"highlights":[…]}]` follows `highlights`; all its
/// spans are of the hit's `text`. An entity that is named by a
/// word of nationality has `"demonym":true` as its last key. A statement has
/// `entity` where its speaker is a tagged person or organization. Each passage of `context` has `passage`,
/// `ordinal`, `kind`, `text` and the keys of its place. If it was asked for, `"explanation":[{"what":…,
/// "value":…}]` ends the hit; its values add up to the score.
///
/// `source_lines` are lines of the source, one range for each part of a torn paragraph. A source without
/// lines has none, and another key follows: `"source_pages":[[3,4]]` for one with pages (PDF; the first
/// sheet is 1), `"source_paragraphs":[[12,12]]` for one that is a run of paragraphs.
///
/// `next` is the cursor that the next page begins at, `null` where no hits were asked for or none are
/// left; it holds for the same search on the same `generation` of the index.
///
/// `facets` maps each field asked for to `[{"value":…,"label":…,"passages":…}]`; `label` is there
/// where it differs from the value.
///
/// If no passage has all that was asked for, `diagnosis` follows `facets` and says why, even where any
/// of the words was looked for instead (but for one of several queries, only if nothing was found at all):
///
/// ```text
/// {"clauses":[{"query":"…","passages":0,"empties":true,"within":[{"query":"…",…}]},
///             {"filters":{"lang":["ms"]},"passages":12,"empties":false}],
///  "spellings":[{"typed":…,"of":"word","known":[{"text":…,"passages":…,"alike":true}]}],
///  "relaxed":[{"how":"spelling","query":…,"filters":{…},"passages":…}]}
/// ```
///
/// Each clause has `query`, in canonical form, or `filters`, with the one that it is, and the number
/// of passages that meet it alone. Those with `empties` leave nothing: alone, if they have no passages,
/// else together, and no fewer of them do. `within`, if a clause without passages has parts, has these.
/// `clauses` is empty if the index is. `of` is `word`, `entity`, `speaker`, `sector`, `source`,
/// `source_tag` or `lang`; what is not `alike` is there and spelt otherwise. `relaxed` has up to three
/// other queries that find something, the best first; `how` is `spelling`, `without`, `apart`,
/// `anywhere`, `prefix`, `any_word`, `dates` or `parent_sector`.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_jsonl(out: &mut dyn Write, answer: &Answer<'_>) -> io::Result<()> {
    write_begin(out, answer)?;
    for hit in &answer.results.hits {
        write_hit(out, answer, hit)?;
    }
    write_end(out, answer, answer.results.hits.len())
}

/// Writes the first line of [`write_jsonl`].
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_begin(out: &mut dyn Write, answer: &Answer<'_>) -> io::Result<()> {
    line(out, &Record::Begin(&begin(answer)))
}

/// Writes the line of a hit of `answer`; see [`write_jsonl`].
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_hit(out: &mut dyn Write, answer: &Answer<'_>, hit: &Hit) -> io::Result<()> {
    let mut object = HitObject::from(hit);
    object.query_id = answer.query_id;
    line(out, &Record::Hit(&object))
}

/// Writes the last line of [`write_jsonl`], after so many hits.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_end(out: &mut dyn Write, answer: &Answer<'_>, hits: usize) -> io::Result<()> {
    let results = answer.results;
    let end = EndObject {
        query_id: answer.query_id,
        hits,
        total_passages: results.totals.passages,
        total_articles: results.totals.articles,
        exact: true,
        next: results.next.as_ref().map(ToString::to_string),
        facets: &results.facets,
        diagnosis: answer.diagnosis.map(DiagnosisObject::from),
        took_us: answer.took_us,
    };
    line(out, &Record::End(&end))
}

/// Writes the results of a search as one JSON object: the keys of `begin` but its type, `hits` as a
/// list of the hit objects without their type, then the keys of `end` but its type and count. One
/// of several has its `query_id` first. See [`write_jsonl`].
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_json(out: &mut dyn Write, answer: &Answer<'_>) -> io::Result<()> {
    let results = answer.results;
    let whole = WholeObject {
        begin: begin(answer),
        list: results.hits.iter().map(HitObject::from).collect(),
        total_passages: results.totals.passages,
        total_articles: results.totals.articles,
        exact: true,
        next: results.next.as_ref().map(ToString::to_string),
        facets: &results.facets,
        diagnosis: answer.diagnosis.map(DiagnosisObject::from),
        took_us: answer.took_us,
    };
    line(out, &whole)
}

/// Writes one tagged passage as a line.
///
/// ```text
/// {"type":"passage","passage":…,"article":{…},"ordinal":…,"kind":…,"text":…,"source_lines":…,
///  "sectors":[…],"entities":[…],"statements":[…]}
/// ```
///
/// The objects are those of a hit.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_passage(
    out: &mut dyn Write,
    head: &ArticleHead,
    passage: &TaggedPassage,
) -> io::Result<()> {
    line(out, &Record::Passage(&PassageObject::new(head, passage)))
}

/// Writes an article as a line, then its passages as [`write_passage`] does.
///
/// ```text
/// {"type":"article","id":…,"headline":…,"published":…,"lang":…,"source":…,"url":…,"authors":[…],
///  "dateline":…,"section":…,"source_tags":[…],"version":…,"updated":…,"embargoed":…,"encoding":…,
///  "passages":…}
/// ```
///
/// `version`, `updated` and `embargoed` are as the source states them; `encoding` is that of its
/// text where it was not UTF-8. `passages` is their number.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_article(out: &mut dyn Write, article: &TaggedArticle) -> io::Result<()> {
    let head = &article.head;
    line(out, &Record::Article(&FullArticleObject::new(head, Some(article.passages.len()))))?;
    article.passages.iter().try_for_each(|passage| write_passage(out, head, passage))
}

/// Writes an article as the reader of that name understood it, from the file at `path`, as a line.
///
/// ```text
/// {"type":"read","path":…,"reader":…,"id":…,"headline":…,"published":…,"lang":…,"source":…,"url":…,
///  "authors":[…],"dateline":…,"section":…,"source_tags":[…],"version":…,"updated":…,"embargoed":…,
///  "encoding":…,"withdrawn":false,"blocks":[{"kind":…,"text":…,"source_lines":[[17,18]]}],
///  "dropped":[{"why":…,"text":…,"source_lines":[[1,1]]}]}
/// ```
///
/// `dropped` is what the reader left out, and why.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_read(
    out: &mut dyn Write,
    path: &Path,
    reader: &str,
    article: &Article,
) -> io::Result<()> {
    line(out, &Record::Read(&ReadObject::new(path, reader, article)))
}

/// Writes what an index is as one object with the keys `path`, `format`, `analysis`, `taxonomy`,
/// `generation`, `passages`, `articles`, `segments`, `bytes`, `since` and `until` (first and last
/// day of publication), `langs` (articles by language).
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_status(out: &mut dyn Write, status: &IndexStatus) -> io::Result<()> {
    line(out, &StatusObject::from(status))
}

/// Writes one `{"type":"sector","id":…,"labels":{…},"passages":…,"articles":…}` a line; `labels` by
/// language.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_sectors(out: &mut dyn Write, sectors: &[SectorCount]) -> io::Result<()> {
    sectors
        .iter()
        .try_for_each(|sector| line(out, &Record::Sector(&SectorCountObject::from(sector))))
}

/// Writes one `{"type":"entity","id":…,"name":…,"kind":…,"passages":…,"articles":…}` a line.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_entities(out: &mut dyn Write, entities: &[EntityCount]) -> io::Result<()> {
    entities
        .iter()
        .try_for_each(|entity| line(out, &Record::Entity(&EntityCountObject::from(entity))))
}

fn begin<'a>(answer: &Answer<'a>) -> BeginObject<'a> {
    let results = answer.results;
    let warnings = answer.warnings.iter().chain(&results.warnings);
    BeginObject {
        query_id: answer.query_id,
        v: VERSION,
        query: answer.query,
        parsed: results.query.to_string(),
        fell_back: results.fell_back,
        filters: answer.filters.into(),
        index: (&results.index).into(),
        warnings: warnings.map(|warning| warning.message.as_str()).collect(),
    }
}

/// Writes one value, without the end of a line.
pub(super) fn value(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    escape::write(out, value)
}

/// Sectors of a passage with this text as the `sectors` of a hit, to be a part of another record.
pub fn sector_tags<'a>(tags: &[&'a SectorTag], text: &'a str) -> impl Serialize + use<'a> {
    wire::sectors(tags.iter().copied(), &points::Points::of(text))
}

/// An article as the `article` of a hit, to be a part of another record.
pub fn article(head: &ArticleHead) -> impl Serialize + use<'_> {
    wire::ArticleObject::from(head)
}

/// Writes `value` as JSON on one line, safe to show.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    escape::write(out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::article::Unit;
    use crate::output::sample;
    use crate::passage::Span;
    use crate::query::Warning;
    use crate::results::{Filters, SearchResults};
    use crate::tag::{Evidence, SectorId, SectorTag};

    fn written(
        write: fn(&mut dyn Write, &Answer<'_>) -> io::Result<()>,
        results: &SearchResults,
    ) -> String {
        let filters = Filters {
            sectors: vec!["energy".into()],
            since: Some(jiff::civil::date(2025, 1, 1)),
            ..Filters::default()
        };
        let warnings = [Warning { message: "unclosed `\"` read as a letter".into() }];
        let answer = Answer {
            query_id: None,
            query: "data \"centers",
            filters: &filters,
            warnings: &warnings,
            results,
            diagnosis: None,
            took_us: 812,
        };
        let mut out = Vec::new();
        write(&mut out, &answer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_what_the_format_says_in_that_order() {
        let text = written(write_jsonl, &sample::results());
        let lines: Vec<&str> = text.lines().collect();
        let want = [
            format!(
                r#"{{"type":"begin","v":1,"query":"data \"centers","parsed":{},"filters":{{"sector":["energy"],"since":"2025-01-01"}},"index":{{"generation":3,"taxonomy":"f00d"}},"warnings":["unclosed `\"` read as a letter","`date:soon` is no date, read as words"]}}"#,
                Value::from(sample::results().query.to_string()),
            ),
            concat!(
                r#"{"type":"hit","rank":1,"score":7.31,"passage":"high-tech#4","ordinal":4,"of":11,"kind":"paragraph","#,
                r#""article":{"id":"high-tech","headline":"China and Malaysia forge deeper high-tech ties","published":"2025-04-18","lang":"en","source":"Xinhua","url":"https://example.org/high-tech"},"#,
                r#""headline_highlights":[{"start":37,"end":41,"cstart":37,"cend":41,"term":"tech","why":"exact","part":1}],"#,
                r#""text":"Huang Yidong, Vice General Manager of CSCEC’s Malaysian Main Branch, noted the company’s strategic transition towards projects like data centers.","#,
                r#""source_lines":[[17,17],[19,20]],"#,
                r#""highlights":[{"start":136,"end":148,"cstart":132,"cend":144,"term":"data centers","why":"phrase","part":1}],"#,
                r#""sectors":[{"id":"digital-economy/data-centers","score":0.9,"evidence":[{"rule":"strong: data center*","start":136,"end":148,"cstart":132,"cend":144,"text":"data centers"}]}],"#,
                r#""entities":[{"id":"person:huang-yidong","name":"Huang Yidong","type":"person","start":0,"end":12,"cstart":0,"cend":12,"text":"Huang Yidong","via":"rule"},"#,
                r#"{"id":"organization:cscec","name":"CSCEC","type":"organization","start":38,"end":43,"cstart":38,"cend":43,"text":"CSCEC","via":"acronym"},"#,
                r#"{"id":"place:malaysia","name":"Malaysia","type":"place","start":48,"end":57,"cstart":46,"cend":55,"text":"Malaysian","via":"gazetteer","demonym":true}],"#,
                r#""statements":[{"name":"Huang Yidong","entity":"person:huang-yidong","speaker":{"start":0,"end":12,"cstart":0,"cend":12,"text":"Huang Yidong"},"cue":{"start":71,"end":76,"cstart":69,"cend":74,"text":"noted"},"#,
                r#""statement":{"start":77,"end":148,"cstart":75,"cend":144,"text":"the company’s strategic transition towards projects like data centers"},"direct":false}],"#,
                r#""context":{"before":[{"passage":"high-tech#3","ordinal":3,"kind":"paragraph","text":"Work on the site began last year.","source_lines":[[15,15]]}],"after":[]},"#,
                r#""more_in_article":2,"explanation":[{"what":"text: data centers","value":4.2},{"what":"headline: tech","value":3.11}]}"#,
            )
            .to_owned(),
            concat!(
                r#"{"type":"hit","rank":2,"score":0.0,"passage":"briefs#0","ordinal":0,"of":1,"kind":"list-item","#,
                r#""article":{"id":"briefs","headline":null,"published":null,"lang":"zh","source":null,"url":null},"#,
                r#""headline_highlights":[],"text":"大马与中国共建数据中心。\u001b[31m","source_lines":[],"#,
                r#""highlights":[{"start":21,"end":33,"cstart":7,"cend":11,"term":"数据中心","why":"exact","part":1}],"#,
                r#""sectors":[],"entities":[],"statements":[],"context":{"before":[],"after":[]},"more_in_article":0}"#,
            )
            .to_owned(),
            concat!(
                r#"{"type":"end","hits":2,"total_passages":2,"total_articles":2,"exact":true,"next":null,"#,
                r#""facets":{"sector":[{"value":"energy","label":"Energy","passages":2},{"value":"telecoms","passages":1}]},"took_us":812}"#,
            )
            .to_owned(),
        ];
        assert_eq!(lines.len(), want.len());
        for (line, want) in lines.iter().zip(&want) {
            assert_eq!(line, want);
        }
    }

    #[test]
    fn one_object_holds_what_the_lines_hold() {
        let mut results = sample::results();
        results.fell_back = true;
        let whole: Value = serde_json::from_str(&written(write_json, &results)).unwrap();
        let lines = written(write_jsonl, &results);
        let lines: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(whole["fell_back"], true);
        for key in ["v", "query", "parsed", "fell_back", "filters", "index", "warnings"] {
            assert_eq!(whole[key], lines[0][key], "{key}");
        }
        for key in ["total_passages", "total_articles", "exact", "next", "facets", "took_us"] {
            assert_eq!(whole[key], lines[3][key], "{key}");
        }
        for (at, line) in lines[1..3].iter().enumerate() {
            for (key, value) in line.as_object().unwrap().iter().filter(|(key, _)| *key != "type") {
                assert_eq!(&whole["hits"][at][key], value, "{key}");
            }
        }
    }

    #[test]
    fn an_article_is_a_line_and_each_of_its_passages_one() {
        let mut out = Vec::new();
        write_article(&mut out, &sample::article()).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            r#"{"type":"article","id":"high-tech","headline":"China and Malaysia forge deeper high-tech ties","published":"2025-04-18","lang":"en","source":"Xinhua","url":"https://example.org/high-tech","authors":["Bernama desk"],"dateline":null,"section":null,"source_tags":[],"version":null,"updated":null,"embargoed":null,"encoding":null,"passages":1}"#,
        );
        let passage = r#"{"type":"passage","passage":"high-tech#4","article":{"id":"high-tech","#;
        assert!(lines[1].starts_with(passage), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn a_place_has_the_key_of_what_it_counts() {
        let lines = r#""source_lines":[[17,17],[19,20]],"sectors""#;
        let pages = r#""source_lines":[],"source_pages":[[17,17],[19,20]],"sectors""#;
        let paragraphs = r#""source_lines":[],"source_paragraphs":[[17,17],[19,20]],"sectors""#;
        for (unit, want) in
            [(Unit::Line, lines), (Unit::Page, pages), (Unit::Paragraph, paragraphs)]
        {
            let mut article = sample::article();
            article.head.unit = unit;
            let mut out = Vec::new();
            write_article(&mut out, &article).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.contains(want), "{text}");
        }
    }

    proptest! {
        /// Both kinds of offsets cut the text that the span is of, whatever the script.
        #[test]
        fn offsets_cut_the_text((text, spans) in spans_of_text()) {
            let mut article = sample::article();
            let tagged = &mut article.passages[0];
            tagged.passage.text.clone_from(&text);
            tagged.tags.mentions.clear();
            tagged.tags.statements.clear();
            tagged.tags.sectors = vec![SectorTag {
                id: SectorId::new("energy").unwrap(),
                score: 1.0,
                evidence: spans.iter().map(|&span| Evidence { rule: "r".into(), span }).collect(),
            }];
            let mut out = Vec::new();
            write_passage(&mut out, &article.head, tagged).unwrap();
            let line: Value = serde_json::from_slice(&out).unwrap();
            let shown = line["text"].as_str().unwrap();
            prop_assert_eq!(shown, &text);
            let points: Vec<char> = shown.chars().collect();
            let evidence = line["sectors"][0]["evidence"].as_array().unwrap();
            prop_assert_eq!(evidence.len(), spans.len());
            for one in evidence {
                let at = |key: &str| one[key].as_u64().unwrap() as usize;
                let want = one["text"].as_str().unwrap();
                prop_assert_eq!(&shown[at("start")..at("end")], want);
                let by_points: String = points[at("cstart")..at("cend")].iter().collect();
                prop_assert_eq!(by_points, want);
            }
        }
    }

    /// Texts of many scripts with spans over them.
    fn spans_of_text() -> impl Strategy<Value = (String, Vec<Span>)> {
        "([a-c\"\\\\]|é|e\u{301}|数|👩|\u{1b}|\\PC){1,30}".prop_flat_map(|text| {
            let cuts: Vec<usize> =
                text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let n = cuts.len();
            prop::collection::vec((0..n, 0..n), 0..5).prop_map(move |pairs| {
                let span = |&(a, b): &(usize, usize)| {
                    Span::new(&text, cuts[a.min(b)], cuts[a.max(b)]).unwrap()
                };
                (text.clone(), pairs.iter().map(span).collect())
            })
        })
    }
}
