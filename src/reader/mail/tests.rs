//! Tests of the mail reader.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::article::BlockKind;

fn read(bytes: &[u8]) -> Vec<Result<Article, ReadError>> {
    let source = SourcePath::new("news/a.eml", "news/a.eml");
    let piece = Piece::new(1, bytes);
    let mut all = Vec::new();
    MailReader.articles(&source, &piece, &ReadOptions::default(), &mut |read| all.push(read));
    all
}

/// The one article of a mail, and its blocks as `kind first-last text`.
fn article(text: &str) -> (crate::article::ArticleHead, Vec<String>) {
    let mut all = read(text.as_bytes());
    assert_eq!(all.len(), 1, "{all:?}");
    let article = all.remove(0).unwrap();
    let blocks = article.blocks.iter().map(|block| {
        let lines = block.lines;
        format!("{} {}-{} {}", block.kind.as_str(), lines.first, lines.last, block.text)
    });
    let blocks = blocks.collect();
    (article.head, blocks)
}

const HEAD: &str = "From: \"Anthony Loke\" <loke@mot.example>\r\nTo: desk@a.example\r\n\
                    Date: Fri, 18 Apr 2025 23:30:00 +0800\r\nMessage-ID: <7@mot.example>\r\n";

#[test]
fn the_fields_of_a_mail_are_those_of_an_article() {
    let (head, blocks) = article(&format!(
        "{HEAD}Subject: =?UTF-8?B?5riv5Y+j?= reopens\r\n after a week\r\nOrganization: Ministry of Transport\r\n\
         Keywords: ports, trade\r\n\r\nKUALA LUMPUR: The port reopens\r\non Monday.\r\n\r\nSecond.\r\n"
    ));
    assert_eq!(head.id.as_str(), "7@mot.example");
    assert_eq!(head.headline.as_deref(), Some("港口 reopens after a week"));
    assert_eq!(head.published, Some(jiff::civil::date(2025, 4, 18)));
    assert_eq!(head.authors, ["Anthony Loke"]);
    assert_eq!(head.source.as_deref(), Some("Ministry of Transport"));
    assert_eq!(head.dateline.as_deref(), Some("KUALA LUMPUR"));
    assert_eq!(head.lang.as_str(), "en");
    assert_eq!(head.source_tags, ["ports", "trade"]);
    assert_eq!(blocks, ["paragraph 10-11 The port reopens on Monday.", "paragraph 13-13 Second."]);
    let (head, _) = article("From: desk@a.example\nMIME-Version: 1.0\nSubject: Ports\n\nText.");
    assert_eq!(head.authors, ["desk@a.example"]);
    assert!(head.id.as_str().starts_with("content:"));
}

#[test]
fn its_own_text_is_told_from_what_it_quotes_and_what_signs_it() {
    for (name, fields, body, want) in [
        (
            "quotation and signature",
            "",
            "On Friday Anwar Ibrahim wrote:\n> The port\n> reopens.\n\nGood.\n\n-- \nAnthony Loke\nMinister\n",
            &[
                "paragraph 7-7 On Friday Anwar Ibrahim wrote:",
                "quote 8-9 The port reopens.",
                "paragraph 11-11 Good.",
            ][..],
        ),
        ("dashes far from the end", "", &format!("One.\n--\n{}", "Two.\n\n".repeat(20)), &[]),
        (
            "quoted-printable in Latin 1",
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n",
            "The caf=E9 at the =\nport.\n",
            &["paragraph 9-10 The café at the port."],
        ),
        (
            "base64 in GBK",
            "Content-Type: text/plain; charset=GB2312\nContent-Transfer-Encoding: base64\n",
            "wu3AtM731tHC7cC0zvfRx8rXz+C3w87K1tC5+qGj\n",
            &["paragraph 9-9 马来西"],
        ),
        (
            "HTML",
            "Content-Type: text/html\n",
            "<html><body><p>The port reopens.</p>\n<blockquote>It closed.</blockquote></body></html>\n",
            &["paragraph 8-8 The port reopens.", "quote 9-9 It closed."],
        ),
        (
            "both",
            "Content-Type: multipart/alternative; boundary=x\n",
            "--x\nContent-Type: text/plain\n\nPlain.\n--x\nContent-Type: text/html\n\n<p>Rich.\n--x--\n",
            &["paragraph 11-11 Plain."],
        ),
        (
            "an empty plain part",
            "Content-Type: multipart/alternative; boundary=x\n",
            "--x\nContent-Type: text/plain\n\n \n--x\nContent-Type: text/html\n\n<p>Rich.\n--x--\n",
            &["paragraph 15-15 Rich."],
        ),
    ] {
        let (_, blocks) = article(&format!("{HEAD}Subject: Ports\n{fields}\n{body}"));
        if want.is_empty() {
            assert!(blocks.len() == 20, "{name}: {blocks:?}");
            continue;
        }
        assert_eq!(blocks.len(), want.len(), "{name}: {blocks:?}");
        for (block, want) in blocks.iter().zip(want) {
            assert!(block.starts_with(want), "{name}: {blocks:?}");
        }
    }
}

#[test]
fn what_is_attached_is_read_if_it_is_an_article() {
    let part = |fields: &str, body: &str| format!("--x\nContent-Type: {fields}\n\n{body}\n");
    let inner =
        "From: Fahmi Fadzil <f@a.example>\nMessage-ID: <8@a.example>\nSubject: Inner\n\nWithin.\n";
    let text = [
        format!("{HEAD}Subject: Outer\nContent-Type: multipart/mixed; boundary=x\n\n"),
        part("text/plain", "Around."),
        part(
            "text/html; name=\"b.html\"\nContent-Disposition: attachment",
            "<html><title>Page</title><p>Below.",
        ),
        part("image/png; name=c.png", "PNG"),
        part("application/octet-stream; name=d.jsonl", "{\"id\":\"9\",\"text\":\"Line.\"}"),
        part("message/rfc822", inner),
        "--x--\n".to_owned(),
    ];
    let all = read(text.concat().as_bytes());
    let heads = all.iter().map(|read| {
        let head = &read.as_ref().unwrap().head;
        let day = head.published.map(|day| day.to_string()).unwrap_or_default();
        format!("{} {day} {}", head.id, head.headline.as_deref().unwrap_or_default())
    });
    let want = [
        "7@mot.example 2025-04-18 Outer",
        "7@mot.example/b.html 2025-04-18 Page",
        "9 2025-04-18 ",
        "8@a.example  Inner",
    ];
    assert_eq!(heads.collect::<Vec<_>>(), want);
}

#[test]
fn what_is_left_out_is_told() {
    let text = format!("{HEAD}Subject: Ports\n\nGood.\n\n-- \nAnthony Loke\nMinister\n");
    let html =
        "<html><nav>Home</nav><article><h1>Ports</h1><p>The port reopens on Monday.</p></article>";
    for (text, want) in [
        (text.as_str(), "10-11 signature: Anthony Loke Minister"),
        (
            &format!("{HEAD}Subject: Ports\nContent-Type: text/html\n\n{html}"),
            "8-8 navigation: Home",
        ),
    ] {
        for tell_dropped in [true, false] {
            let source = SourcePath::new("a.eml", "a.eml");
            let options = ReadOptions { tell_dropped, ..ReadOptions::default() };
            let mut dropped = Vec::new();
            MailReader.articles(&source, &Piece::new(1, text), &options, &mut |read| {
                dropped.extend(read.unwrap().dropped.into_iter().map(|one| {
                    format!("{}-{} {}: {}", one.lines.first, one.lines.last, one.why, one.text)
                }));
            });
            assert_eq!(dropped, if tell_dropped { vec![want] } else { vec![] });
        }
    }
}

#[test]
fn noise_that_is_said_to_be_text_is_no_article() {
    let head = format!("{HEAD}Subject: Ports\nMIME-Version: 1.0\n");
    let mixed = format!("{head}Content-Type: multipart/mixed; boundary=x\n\n");
    let noise: Vec<u8> =
        (1..400_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let noise: Vec<u8> = noise.into_iter().filter(|byte| !b"\0\n\r".contains(byte)).collect();
    let packed = "kAGRApIDkwSUBZUGlgeXCJgLmQyaDpsPnBCdEZ4SnxM=";
    let part = |fields: &str, body: &[u8]| {
        [format!("--x\nContent-Type: {fields}\n\n").as_bytes(), body, b"\n"].concat()
    };
    let text = part("text/plain", b"The port reopens.");
    for (name, mail, want) in [
        (
            "a body with NUL",
            [head.as_bytes(), b"\nPorts\n\0\x01\x02"].concat(),
            vec!["`news/a.eml` is not text: byte 169 is NUL"],
        ),
        (
            "a body",
            [head.as_bytes(), b"\nPorts\n", &noise].concat(),
            vec!["news/a.eml:9: not UTF-8 at byte "],
        ),
        (
            "a part beside text",
            [mixed.as_bytes(), &text, &part("text/plain", &noise), b"--x--\n"].concat(),
            vec!["news/a.eml:16: not UTF-8 at byte ", "The port reopens."],
        ),
        (
            "a part with NUL beside text",
            [mixed.as_bytes(), &text, &part("text/plain", b"\0\x01\x02"), b"--x--\n"].concat(),
            vec!["`news/a.eml` is not text: byte 283 is NUL", "The port reopens."],
        ),
        (
            "a part in base64",
            format!("{mixed}--x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{packed}\n--x--\n").into(),
            vec!["news/a.eml:13: not UTF-8 at byte "],
        ),
        (
            "what is attached",
            [mixed.as_bytes(), &text, &part("text/plain; name=b.txt\nContent-Disposition: attachment", &noise), b"--x--\n"].concat(),
            vec!["The port reopens.", "news/a.eml/b.txt:1: not UTF-8 at byte "],
        ),
        (
            "GBK that is not said",
            [head.as_bytes(), b"\n", &encoding_rs::GBK.encode("马来西亚首相访问中国，双方将扩大合作。").0].concat(),
            vec!["马来西亚首相访问中国，双方将扩大合作。"],
        ),
    ] {
        let all: Vec<String> = read(&mail).into_iter().map(|read| match read {
            Ok(article) => article.blocks.into_iter().map(|block| block.text).collect(),
            Err(error) => error.to_string(),
        }).collect();
        assert_eq!(all.len(), want.len(), "{name}: {all:?}");
        for (got, want) in all.iter().zip(want) {
            assert!(got.starts_with(want), "{name}: {all:?}");
        }
    }
}

#[test]
fn a_mail_is_known_by_its_fields() {
    for (head, want) in [
        ("Received: from a\n\tby b\nFrom: x\nSubject: y\n\nText", true),
        ("From: x\r\nMIME-Version: 1.0\r\n\r\n", true),
        ("Subject: y\nFrom: x\nTo: z\nDate: today\n\nText", true),
        ("From: x\nSubject: y\n\nText", false),
        ("Title: y\nDate: today\n\nText", false),
        ("From: x\nMessage-ID: y\nAnd so it begins\n\n", false),
        ("From: here to there, Received: nothing", false),
        (" From: x\nMessage-ID: y\n", false),
        ("", false),
    ] {
        assert_eq!(MailReader.recognises(head.as_bytes()), want, "{head:?}");
    }
}

#[test]
fn mails_made_to_harm_are_read_or_refused_in_time() {
    const HANG: Duration = Duration::from_secs(5);
    let from = "From: x\nMessage-ID: <1@a>\n";
    let nested = |n: usize| "Content-Type: message/rfc822\n\n".repeat(n);
    let digests = "Content-Type: multipart/digest; boundary=x\n\n--x\n\n".repeat(900);
    let parts = |n: usize| "--x\nContent-Type: text/plain\n\nText.\n".repeat(n);
    let mixed = "Content-Type: multipart/mixed; boundary=x\n\n";
    for (name, text, want) in [
        ("mails in mails", format!("{from}{}", nested(900)), ""),
        ("too many", format!("{from}{}", nested(100_000)), "`news/a.eml` has more than 1000 parts"),
        ("digests", format!("{from}{digests}"), ""),
        ("parts", format!("{from}{mixed}{}", parts(900)), ""),
        ("bare parts", format!("{from}{mixed}{}", "--x\n\n.\n".repeat(19_000)), ""),
        (
            "too many bare parts",
            format!("{from}{mixed}{}", "--x\n\n.\n".repeat(300_000)),
            "`news/a.eml` has more than 20000 parts",
        ),
        ("no end of a word", format!("{from}Subject: {}\n\n", "=?utf-8?q?".repeat(300_000)), ""),
        ("addresses", format!("From: {}\nMessage-ID: x\n\n", "(<\"".repeat(1_000_000)), ""),
        ("empty", " \n".to_owned(), "`news/a.eml` is empty"),
        ("nothing but fields", from.to_owned(), "news/a.eml:1: no text and no headline"),
    ] {
        let start = Instant::now();
        let all = read(text.as_bytes());
        assert!(start.elapsed() < HANG, "{name}: {:?}", start.elapsed());
        if !want.is_empty() {
            assert_eq!(all[0].as_ref().unwrap_err().to_string(), want, "{name}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes);
        MailReader.recognises(&bytes);
    }

    #[test]
    fn no_fields_and_parts_panic(
        text in "(Content-Type: |multipart/mixed|message/rfc822|text/(html|plain)|; boundary=x|; charset=gbk|\nContent-Transfer-Encoding: (base64|quoted-printable)|\r?\n|\n\n|--x(--)?\n|=E9|5riv|> |-- \n|<p>|a){0,60}"
    ) {
        for article in read(format!("{HEAD}{text}").as_bytes()).into_iter().flatten() {
            for block in &article.blocks {
                prop_assert!(!block.text.is_empty() && block.kind != BlockKind::Headline);
                prop_assert!(1 <= block.lines.first && block.lines.first <= block.lines.last);
            }
        }
    }
}
