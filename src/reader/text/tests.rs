//! Whole files through the text reader.

use std::io;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::passage::{SplitOptions, split};
use crate::shared::path as shared;

fn source(name: &str) -> SourcePath {
    SourcePath::new(name, name)
}

fn read(bytes: &[u8]) -> Result<Article, ReadError> {
    let source = source("x.txt");
    let mut read = None;
    TextReader.pieces(&source, &mut &bytes[..], &mut |piece| {
        TextReader.articles(&source, &piece.unwrap(), &ReadOptions::default(), &mut |article| {
            read = Some(article);
        });
        ControlFlow::Continue(())
    });
    read.expect("a text file is one piece and gives one result")
}

#[test]
fn a_file_gives_an_article_whatever_ends_its_lines() {
    let text = "\u{feff}# Shares fall\n\nApril 18, 2025\n\nMarkets closed\nlower.\n";
    for end in ["\n", "\r\n", "\r"] {
        let article = read(text.replace('\n', end).as_bytes()).unwrap();
        assert_eq!(article.head.headline.as_deref(), Some("Shares fall"));
        assert_eq!(article.head.published.unwrap().to_string(), "2025-04-18");
        assert_eq!(article.head.id.as_str(), "x.txt");
        assert_eq!(article.head.lang.as_str(), "und", "five words are too few to tell");
        assert_eq!(article.blocks.len(), 1);
        assert_eq!(article.blocks[0].text, "Markets closed lower.");
        assert_eq!(article.blocks[0].lines, (5, 6).into());
    }
}

#[test]
fn front_matter_wins_over_what_the_text_says() {
    let text = "---\ntitle: Shares rise\ndate: 2025-04-19\nlang: en-MY\npublisher: Pressmark Wire\n\
                authors: [Anwar Ibrahim, Wang Yi]\nsection: Markets\ntags: [bursa]\ncategories: x\n\
                url: https://a.example/x\nid: 7\n---\n# Shares fall\n\nApril 18, 2025\n\nBy Li Qiang\n\nText.";
    let head = read(text.as_bytes()).unwrap().head;
    assert_eq!(head.headline.as_deref(), Some("Shares rise"));
    assert_eq!(head.published.unwrap().to_string(), "2025-04-19");
    assert_eq!(head.lang.as_str(), "en");
    assert_eq!(head.source.as_deref(), Some("Pressmark Wire"));
    assert_eq!(head.authors, ["Anwar Ibrahim", "Wang Yi"]);
    assert_eq!(head.section.as_deref(), Some("Markets"));
    assert_eq!(head.source_tags, ["bursa", "x"]);
    assert_eq!(head.url.as_deref(), Some("https://a.example/x"));
    assert_eq!(head.id.as_str(), "7");
}

#[test]
fn front_matter_has_the_names_of_records_and_may_be_mapped() {
    let text = "---\n_id: 7\nsubject: Shares rise\nsector: energy\ntopic: [oil]\nlabels: x\n\
                Category: y\ndesk:\n  name: Markets\n  day: 2025-04-19\nlanguage: Malay\n---\nText.";
    let map = ["headline=subject", "date=desk.day", "section=desk"];
    let options = ReadOptions {
        map: map.iter().map(|map| map.parse().unwrap()).collect(),
        ..ReadOptions::default()
    };
    let head = article(&source("x.txt"), text.as_bytes(), &options, &mut |_| ()).unwrap().head;
    assert_eq!(head.id.as_str(), "7");
    assert_eq!(head.headline.as_deref(), Some("Shares rise"));
    assert_eq!(head.source_tags, ["x", "energy", "oil", "y"]);
    assert_eq!(head.published.unwrap().to_string(), "2025-04-19");
    assert_eq!(head.section.as_deref(), Some("Markets"));
    assert_eq!(head.lang.as_str(), "ms");
    let bad = text.replace("2025-04-19", "soon");
    let mut said = Vec::new();
    let mut warn = |warning: ReadError| said.push(warning.to_string());
    let undated = article(&source("x.txt"), bad.as_bytes(), &options, &mut warn).unwrap();
    assert_eq!(undated.head.published, None);
    assert!(said[0].starts_with("x.txt:8: `soon` is not a date"), "{said:?}");
}

#[test]
fn what_is_no_text_is_an_error_that_names_the_file() {
    for (bytes, want) in [
        (&b""[..], "`x.txt` is empty"),
        (b" \r\n\t", "`x.txt` is empty"),
        (b"\xEF\xBB\xBF", "`x.txt` is empty"),
        (b"---\n\n***\n", "x.txt:1: no text and no headline"),
        (b"ELF\0\x01", "`x.txt` is not text: byte 3 is NUL"),
        (b"\xEF\xBB\xBF\xFF", "x.txt:1: not UTF-8 at byte 3, nor what another encoding would have"),
    ] {
        assert_eq!(read(bytes).unwrap_err().to_string(), want);
    }
    let hint = read(b"\xFF\xFF\xFF").unwrap_err().hint();
    assert_eq!(hint.as_deref(), Some("convert it with `iconv -f ENCODING -t UTF-8 'x.txt'`"));
    let article = read(b"\xFF\xFEa\0").unwrap();
    assert_eq!(article.head.edition.encoding.as_deref(), Some("UTF-16LE"));
}

#[test]
fn what_can_be_read_over_is_a_warning_before_the_article() {
    for (text, want, published) in [
        (
            "---\ndate: soon\n---\nText.",
            "x.txt:2: `soon` is not a date, wanted one such as `2025-04-18` or `18 April 2025`; the \
             article has none",
            None,
        ),
        (
            "---\ntitle: a\ndate: April 2025\n---\nText.",
            "x.txt:3: `April 2025` names no day, taken as 2025-04-01",
            Some(jiff::civil::date(2025, 4, 1)),
        ),
        (
            "---\ntitle: a\n\nText.",
            "x.txt:1: front matter has no closing `---`, read as text",
            None,
        ),
    ] {
        let piece = Piece::new(1, text);
        let mut got = Vec::new();
        TextReader.articles(&source("x.txt"), &piece, &ReadOptions::default(), &mut |article| {
            got.push(article);
        });
        let [Err(warning), Ok(article)] = got.as_slice() else { panic!("{got:?}") };
        assert!(warning.is_warning());
        assert_eq!(warning.to_string(), want);
        assert_eq!(article.head.published, published);
    }
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let mut input = io::BufReader::new(io::repeat(b'a'));
    let mut got = None;
    TextReader.pieces(&source("x.txt"), &mut input, &mut |piece| {
        got = Some(piece);
        ControlFlow::Break(())
    });
    let error = got.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "`x.txt` is longer than 64 MB, wanted one article a file");
}

#[test]
fn a_file_of_more_paragraphs_than_an_article_has_is_refused() {
    let error = read("- a\n".repeat(200_001).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "x.txt:1: more than 200000 paragraphs, wanted one article");
    assert!(error.hint().is_some());
    assert!(read("- a\n".repeat(200_000).as_bytes()).is_ok());
}

#[test]
fn the_sample_article_gives_what_it_should() {
    let Some(path) = shared("articles/china-malaysia-high-tech.txt") else { return };
    let bytes = std::fs::read(&path).unwrap();
    let want: serde_json::Value = serde_json::from_slice(
        &std::fs::read(path.with_file_name("china-malaysia-high-tech.expected.json")).unwrap(),
    )
    .unwrap();
    let article = read(&bytes).unwrap();
    assert_eq!(article.head.headline.as_deref(), want["headline"].as_str());
    assert_eq!(article.head.published.unwrap().to_string(), want["published"].as_str().unwrap());
    assert_eq!(article.head.lang.as_str(), want["lang"].as_str().unwrap());
    let passages = split(&article, SplitOptions::default());
    let want = want["passages"].as_array().unwrap();
    assert_eq!(passages.len(), want.len());
    for (passage, want) in passages.iter().zip(want) {
        assert_eq!(passage.text, want["text"].as_str().unwrap());
        let lines: Vec<u64> =
            passage.source_lines.iter().map(|lines| u64::from(lines.first)).collect();
        assert_eq!(serde_json::json!(lines), want["source_lines"]);
        assert!(passage.source_lines.iter().all(|lines| lines.first == lines.last));
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(read(&bytes));
    }

    #[test]
    fn no_text_panics(text in "(\\PC|\n|---\n|\\+\\+\\+\n|[a-z]+: |# |By |April 18, 2025|[0-9]|\\| |BEIJING|[—(),*]|讯){0,40}") {
        if let Ok(article) = read(text.as_bytes()) {
            for block in &article.blocks {
                prop_assert!(!block.text.is_empty());
                prop_assert_eq!(block.text.trim(), &block.text);
            }
        }
    }

    /// Nothing but dates leaves the article: every letter is in its text or its head.
    #[test]
    fn no_letter_is_lost(lines in proptest::collection::vec("(# |> |- |\\*\\*)?([a-z]{1,6}|[A-Z]{2,6}|By|中国|[—,:(]) ([a-z]{1,6}\\*{0,2}|[A-Z][a-z]{1,5}|讯|，){0,5}[ .。]?", 1..8)) {
        let text = lines.join("\n\n");
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            letters.sort_unstable();
            letters
        };
        let Ok(Article { head, blocks, .. }) = read(text.as_bytes()) else { return Ok(()) };
        let mut kept: String = blocks.iter().map(|block| block.text.as_str()).collect();
        kept.extend(head.headline.iter().chain(&head.dateline).chain(&head.authors).map(String::as_str));
        // The cue of a byline is no name.
        let is_byline = !head.authors.is_empty();
        let (got, want) = (letters(&kept), letters(&text));
        prop_assert!(got == want || is_byline && want.len() - got.len() <= 40, "{:?}", kept);
    }
}
