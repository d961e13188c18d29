//! Items through the ninjs reader.

use proptest::prelude::*;

use super::*;
use crate::reader::for_source;

fn read(text: &str) -> Vec<Result<Article, ReadError>> {
    let source = SourcePath::new("a.json", "a.json");
    let mut read = Vec::new();
    NinjsReader.pieces(&source, &mut text.as_bytes(), &mut |piece| {
        match piece {
            Ok(piece) => {
                let options = ReadOptions::default();
                NinjsReader.articles(&source, &piece, &options, &mut |one| read.push(one));
            }
            Err(error) => read.push(Err(error)),
        }
        ControlFlow::Continue(())
    });
    read
}

fn one(text: &str) -> Article {
    read(text).remove(0).unwrap()
}

fn texts(article: &Article) -> Vec<(&str, &str)> {
    article.blocks.iter().map(|block| (block.kind.as_str(), block.text.as_str())).collect()
}

const FIRST: &str = r#"{
 "uri": "urn:pressmark:7",
 "type": "text", "version": "2", "language": "en-GB",
 "firstcreated": "2025-04-18T08:00:00+08:00", "versioncreated": "2025-04-19T08:00:00+08:00",
 "embargoed": "2025-04-20",
 "byline": "By Anwar Ibrahim and Wang Yi", "located": "Port Klang",
 "copyrightholder": "Pressmark Wire", "usageterms": null,
 "headline": "Port Klang adds a berth",
 "subject": [
  {"name": "transport", "scheme": "http://cv.iptc.org/newscodes/mediatopic/", "code": "20000337"},
  {"scheme": "subj", "code": "04015000"}, {"scheme": "http://x.example/a", "code": "b"}],
 "genre": [{"name": "Current"}],
 "body_text": "The operator said so.",
 "body_xhtml": "<h1>Port Klang adds a berth</h1><p>The operator <b>said</b> so.</p><ul><li>Five cranes</li></ul>",
 "description_text": "A summary.",
 "associations": {"main": {"uri": "urn:p", "type": "picture", "description_text": "The berth.",
  "description_xhtml": "<p>The berth.</p>"}}
}"#;

const THIRD: &str = r#"{
 "standard": {"name": "ninjs", "version": "3.0"},
 "uri": "urn:pressmark:7",
 "type": "text", "version": "2", "language": "en",
 "contentCreated": "2025-04-18T08:00:00+08:00", "versionCreated": "2025-04-19T08:00:00+08:00",
 "embargoedUntil": "2025-04-20",
 "by": "Anwar Ibrahim, Wang Yi", "located": "Port Klang",
 "infoSources": [{"role": "x", "name": "Pressmark Wire"}], "copyrightHolder": "y",
 "headlines": [{"role": "short", "value": "Berth"}, {"role": "main", "value": "Port Klang adds a berth"}],
 "subjects": [
  {"name": "transport", "uri": "http://cv.iptc.org/newscodes/mediatopic/20000337"},
  {"literal": "subj:04015000"}, {"uri": "http://x.example/a/b", "literal": "b"}],
 "genres": [{"name": "Current"}],
 "bodies": [{"role": "text", "contentType": "text/plain", "value": "The operator said so."},
  {"contentType": "image/svg+xml", "value": "x"},
  {"role": "nitf", "value": "<nitf><body><body.content><p>By NITF.</p></body.content></body></nitf>"},
  {"contentType": "text/html", "value": "<section><p>The operator said so.</p><ul><li>Five cranes</li></ul></section>"}],
 "associations": [{"name": "main", "uri": "urn:p", "type": "picture",
  "descriptions": [{"role": "creditline", "value": "X"}, {"value": "The berth."}]}]
}"#;

#[test]
fn every_version_gives_the_same_article() {
    for (text, line) in [(FIRST, 14), (THIRD, 17)] {
        let article = one(text);
        let head = &article.head;
        assert_eq!(head.id.as_str(), "urn:pressmark:7");
        assert_eq!(head.headline.as_deref(), Some("Port Klang adds a berth"));
        assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
        assert_eq!(head.lang.as_str(), "en");
        assert_eq!(head.source.as_deref(), Some("Pressmark Wire"));
        assert_eq!(head.authors, ["Anwar Ibrahim", "Wang Yi"]);
        assert_eq!(head.dateline.as_deref(), Some("Port Klang"));
        assert_eq!(
            head.source_tags,
            ["medtop:20000337", "transport", "subj:04015000", "http://x.example/a/b", "Current"]
        );
        assert_eq!(head.edition.version.as_deref(), Some("2"));
        assert_eq!(head.edition.updated.as_deref(), Some("2025-04-19T08:00:00+08:00"));
        assert_eq!(head.edition.embargoed.as_deref(), Some("2025-04-20"));
        assert_eq!(
            texts(&article),
            [
                ("paragraph", "The operator said so."),
                ("list-item", "Five cranes"),
                ("caption", "The berth."),
            ]
        );
        assert_eq!(article.blocks[0].lines, (line, line).into());
    }
}

#[test]
fn the_text_is_the_richest_there_is_and_descriptions_stand_in_for_one() {
    for (inside, want) in [
        (
            r#""body_text":"One.\n\nTwo.","body_x":"X""#,
            vec![("paragraph", "One."), ("paragraph", "Two.")],
        ),
        (
            r#""bodies":[{"role":"nitf","value":"<nitf><body><body.content><p>N.</p></body.content></body></nitf>"},
            {"role":"text","value":"T."}]"#,
            vec![("paragraph", "N.")],
        ),
        (
            r#""bodies":[{"role":"nitf","value":"<nitf/>"},{"role":"text","value":"T."}]"#,
            vec![("paragraph", "T.")],
        ),
        (r#""bodies":[{"role":"nitf","value":"no XML"}]"#, vec![("paragraph", "no XML")]),
        (
            r#""body_html":"<o:p>O</o:p><table><tr><td>a</td><td>b</td></tr></table>""#,
            vec![("paragraph", "O"), ("table-row", "a | b")],
        ),
        (
            r#""type":"video","description_a":"A.","description_b":"<p>A.</p>""#,
            vec![("caption", "A.")],
        ),
        (
            r#""type":"event","title":"T","descriptions":[{"value":"A."}]"#,
            vec![("paragraph", "A.")],
        ),
    ] {
        let article = one(&format!(r#"{{"uri":"u",{}}}"#, inside.replace('\n', " ")));
        assert_eq!(texts(&article), want, "{inside}");
    }
}

#[test]
fn lists_and_lines_are_items_each_for_itself() {
    let a = r#"{"uri":"a","headline":"A","type":"text"}"#;
    let bad = r#"{"uri":"b","headline":1}"#;
    let c = r#"{"uri":"c","type":"composite","title":"C","associations":[
        {"uri":"d","bodies":[{"value":"D."}]},{"uri":"e"}]}"#;
    let said = |text: &str| -> Vec<String> {
        let id = |read: Result<Article, ReadError>| match read {
            Ok(article) => article.head.id.to_string(),
            Err(error) => error.to_string(),
        };
        read(text).into_iter().map(id).collect()
    };
    assert_eq!(
        said(&format!("[\n{a},\n{bad},\n{c}]")),
        ["a", "a.json:3: `headline` is a number, wanted a string", "c", "d"]
    );
    let c = c.replace('\n', "");
    assert_eq!(
        said(&format!("{a}\n{bad}\n\n{{\n{c}\n")),
        [
            "a",
            "a.json:2: `headline` is a number, wanted a string",
            "a.json:4: broken JSON at column 1: the text ends while parsing an object",
            "c",
            "d"
        ]
    );
    assert_eq!(said("[]"), ["a.json:1: a list without items"]);
}

#[test]
fn what_is_canceled_or_withheld_is_withdrawn() {
    for (status, withdrawn) in [("usable", false), ("withheld", true), ("canceled", true)] {
        let text = format!(r#"{{"uri":"a","title":"A","pubStatus":"{status}"}}"#);
        assert_eq!(one(&text).withdrawn, withdrawn, "{status}");
    }
    let bare = one(r#"{"uri":"a","pubstatus":"canceled"}"#);
    assert!(bare.withdrawn && bare.blocks.is_empty());
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, want) in [
        ("{}", "1: no `uri`, which every item has"),
        ("{\"uri\":\" \"}", "1: no `uri`, which every item has"),
        ("{\n\"uri\": 7}", "2: `uri` is a number, wanted a string"),
        ("{\"uri\":\"a\",\n\"subject\":\n\"x\"}", "3: `subject` is a string, wanted a list"),
        ("{\"uri\":\"a\",\"subject\":[\"x\"]}", "1: `subject` holds a string, wanted objects"),
        ("{\"uri\":\"a\",\"genres\":[{\"name\":[]}]}", "1: `name` in `genres` is no string"),
        (
            "{\"uri\":\"a\",\n\"type\":\"x\"}",
            "2: `type` is `x`, wanted `text`, `audio`, `video`, `picture`, `graphic`, `composite`, \
             `component`, `event`, `planning`",
        ),
        (
            "{\"uri\":\"a\",\"pubstatus\":\"cancelled\"}",
            "1: `pubstatus` is `cancelled`, wanted `usable`, `withheld`, `canceled`",
        ),
        (
            "{\"uri\":\"a\",\"type\":\"picture\"}",
            "1: an item of type `picture` without headline or text",
        ),
        (
            "{\"uri\":\"a\",\"headline_\":\"x\"}",
            "1: no headline and no text; `headline_` is no property of ninjs",
        ),
        ("{\"uri\":\"a\",\"title\":\"\\ud800\"}", "1: `title` is no text: it has half a character"),
        ("{\"uri\":\n\"a\",\n\"type\":}", "3: broken JSON at column 8: expected value"),
        ("7", "1: a number, wanted an object"),
        ("[\n7]", "2: a number, wanted an object"),
    ] {
        let said = read(text).pop().unwrap().unwrap_err().to_string();
        assert_eq!(said, format!("a.json:{want}"), "{text}");
    }
}

#[test]
fn ninjs_is_told_from_other_json() {
    for (head, want) in [
        (r#"{"uri":"a","body_text":"x"}"#, "ninjs"),
        ("[\n {\"uri\":\"a\",\"pubStatus\":\"usable\"}]", "ninjs"),
        (r#"{"$standard":{"name":"ninjs"}}"#, "ninjs"),
        (r#"{"uri":"a","type":"text"}"#, "ninjs"),
        (r#"{"uri":"a","headlines":[{"value":"cut"#, "jsonl"),
        (r#"{"uri":"a","headlines":[{"value":"x"}],"bodies":[{"value":"cut"#, "ninjs"),
        (r#"{"headlines":[],"bodies":[],"associations":[{"value":"cut"#, "ninjs"),
        (r#"{"uri":"a","type":"article","title":"x"}"#, "jsonl"),
        (r#"{"uri":"a","type":"text","text":"x"}"#, "jsonl"),
        (r#"{"uri":"a","version":"1","headline":"x"}"#, "jsonl"),
        (r#"{"id":"a","located":"x"}"#, "jsonl"),
    ] {
        let got = for_source(&SourcePath::stdin(), head.as_bytes()).unwrap();
        assert_eq!(got.name(), want, "{head}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "([\\[\\]{},:]|\"(uri|body_text|bodies|value|associations|subjects|x|<p>|\\\\u00|\\\\ud800)\"|\"|1|null|\n|\\PC){0,40}") {
        read(&text);
        read(&format!("{{\"uri\":\"a\",{text}}}"));
    }
}
