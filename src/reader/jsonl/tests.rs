//! Records through the JSON Lines reader.

use std::io::BufReader;

use proptest::prelude::*;

use super::*;

fn source() -> SourcePath {
    SourcePath::new("x.jsonl", "x.jsonl")
}

fn read_with(bytes: &[u8], options: &ReadOptions) -> Vec<Result<Article, ReadError>> {
    let source = source();
    let mut read = Vec::new();
    JsonlReader.pieces(&source, &mut &bytes[..], &mut |piece| {
        match piece {
            Ok(piece) => {
                JsonlReader.articles(&source, &piece, options, &mut |article| read.push(article));
            }
            Err(error) => read.push(Err(error)),
        }
        ControlFlow::Continue(())
    });
    read
}

fn read(text: &str) -> Vec<Result<Article, ReadError>> {
    read_with(text.as_bytes(), &ReadOptions::default())
}

fn one(text: &str) -> Article {
    read(text).remove(0).unwrap()
}

#[test]
fn the_usual_names_are_understood() {
    let want = |head: &crate::article::ArticleHead| {
        assert_eq!(head.id.as_str(), "7");
        assert_eq!(head.headline.as_deref(), Some("A b"));
        assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
        assert_eq!(head.lang.as_str(), "en");
        assert_eq!(head.source.as_deref(), Some("Pressmark Wire"));
        assert_eq!(head.url.as_deref(), Some("https://a.example/x"));
        assert_eq!(head.authors, ["Anwar Ibrahim", "Wang Yi"]);
        assert_eq!(head.section.as_deref(), Some("Markets"));
        assert_eq!(head.source_tags, ["Energy: oil", "x"]);
    };
    for line in [
        r#"{"id":7,"title":"A  b","text":"One.\n\nTwo.","date":"2025-04-18","lang":"en",
            "source":"Pressmark Wire","author":"Anwar Ibrahim and Wang Yi","section":"Markets",
            "url":"https://a.example/x","sector":"Energy: oil","topics":["x"]}"#,
        r#"{"_id":"7","headline":"A b","body":"One.\nTwo.","published":"18 April 2025",
            "language":"en-GB","publisher":{"name":"Pressmark Wire"},
            "authors":["Anwar Ibrahim",{"name":"Wang Yi"}],"section":["Markets"],
            "link":" https://a.example/x ","labels":["Energy: oil","x"]}"#,
        r#"{"guid":"7","title":"A b","content":"<p>One.</p><p>Two.</p>","published_at":1744934400,
            "lang":"en","sources":[{"name":"Pressmark Wire","url":"u"}],
            "byline":"By Anwar Ibrahim & Wang Yi","section":"Markets","url":"https://a.example/x",
            "tags":"Energy: oil","keywords":[{"name":"x"}],"unknown":{"deep":[1,{}]}}"#,
        r#"{"uri":"7","id":null,"text":" ","title":"A b","pubDate":"Fri, 18 Apr 2025 08:00:00 +0800",
            "paragraphs":["One.",null," ",{"text":"Two.","n":1}],"lang":"en","source":"Pressmark Wire",
            "author":["Anwar Ibrahim","Wang Yi"],"section":"Markets","url":"https://a.example/x",
            "tags":["Energy: oil"],"sectors":["x"]}"#,
        r#"{"id":"7","标题":"A b","正文":"One.\nTwo.","日期":"2025-04-18","lang":"en","来源":"Pressmark Wire",
            "作者":["Anwar Ibrahim","Wang Yi"],"section":"Markets","链接":"https://a.example/x",
            "tags":["Energy: oil","x"]}"#,
        r#"{"id":"7","tajuk":"A b","kandungan":"One.\nTwo.","tarikh":"18 April 2025","lang":"en",
            "sumber":"Pressmark Wire","penulis":["Anwar Ibrahim","Wang Yi"],"section":"Markets",
            "pautan":"https://a.example/x","tags":["Energy: oil","x"]}"#,
    ] {
        let article = one(&line.replace('\n', " "));
        want(&article.head);
        let texts: Vec<_> = article.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts, ["One.", "Two."], "{line}");
    }
}

#[test]
fn an_article_without_an_id_is_named_by_url_or_content() {
    assert_eq!(
        one(r#"{"text":"a","url":"HTTPS://A.example/#x"}"#).head.id.as_str(),
        "https://a.example"
    );
    let id = |line: &str| one(line).head.id.as_str().to_owned();
    let first = id(r#"{"text":"a"}"#);
    assert!(first.starts_with("content:") && first.len() == 24, "{first}");
    // Neither place nor spelling nor labels make another article of it.
    assert_eq!(id("\n\n{ \"text\": \"a\", \"tags\": [\"x\"] }\r\n"), first);
    for other in [r#"{"text":"b"}"#, r#"{"title":"a"}"#, r#"{"text":"a","date":"2025-04-18"}"#] {
        assert_ne!(id(other), first, "{other}");
    }
}

#[test]
fn one_object_may_stand_on_many_lines() {
    let text = "{\n  \"id\": 7,\n  \"headline\": \"A\",\n  \"text\": \"One.\"\n}\n";
    let article = one(text);
    assert_eq!((article.head.id.as_str(), article.blocks.len()), ("7", 1));
    for (text, want) in [
        (text.replace("7,", "7"), "x.jsonl:3: broken JSON, wanted one object a line"),
        (
            text.replace("\"One.\"", "1"),
            "x.jsonl:4: `text` is a number, wanted a string or a list of paragraphs",
        ),
    ] {
        assert_eq!(read(&text).remove(0).unwrap_err().to_string(), want);
    }
    // A first line that breaks off takes no other with it.
    assert!(read("{\"id\": \"x\n{\"id\": 8, \"text\": \"One.\"}\n")[1].is_ok());
}

#[test]
fn values_as_databases_export_them_are_read() {
    for (id, date) in [
        (r#"{"$oid":"6801d2"}"#, r#"{"$date":"2025-04-18T02:00:00Z"}"#),
        (r#""6801d2""#, r#"{"$date":{"$numberLong":"1744934400000"}}"#),
        (r#"{"$oid":"6801d2","more":[1]}"#, r#"{"$date":1744934400000}"#),
    ] {
        let line = format!(r#"{{"_id":{id},"published":{date},"text":"a"}}"#);
        for (map, line) in [("url=_", line.clone()), ("id=key", line.replace("_id", "key"))] {
            let options = ReadOptions { map: vec![map.parse().unwrap()], ..ReadOptions::default() };
            let head = read_with(line.as_bytes(), &options).remove(0).unwrap().head;
            assert_eq!(head.id.as_str(), "6801d2", "{line}");
            assert_eq!(head.published.unwrap().to_string(), "2025-04-18", "{line}");
        }
        assert_eq!(one(&line).head.id.as_str(), "6801d2", "{line}");
    }
    assert_eq!(one(r#"{"id":{"$numberLong":"7"},"text":"a"}"#).head.id.as_str(), "7");
}

#[test]
fn a_text_keeps_its_dateline_and_a_headline_alone_is_enough() {
    let article = one(r#"{"text":"BEIJING, April 18 - China said."}"#);
    assert_eq!(article.blocks[0].text, "BEIJING, April 18 - China said.");
    assert!(one(r#"{"title":"Shares fall","text":""}"#).blocks.is_empty());
}

#[test]
fn kinds_of_paragraphs_are_kept() {
    let article = one(r#"{"paragraphs":[{"type":"h2","text":"A"},{"kind":"quote","text":"B"}]}"#);
    let kinds: Vec<_> = article.blocks.iter().map(|block| block.kind.as_str()).collect();
    assert_eq!(kinds, ["heading", "quote"]);
}

#[test]
fn a_file_without_a_record_is_empty() {
    for text in ["", "\n \r\n", "\u{feff}", "\u{feff}\n"] {
        let told: Vec<_> =
            read(text).into_iter().map(|read| read.unwrap_err().to_string()).collect();
        assert_eq!(told, ["`x.jsonl` is empty"], "{text:?}");
    }
    let long = [" ".repeat(2 * PIECE_BYTES), "\n{\"text\":\"a\"}".to_owned()].concat();
    assert_eq!(read(&long).into_iter().filter(Result::is_ok).count(), 1);
    assert_eq!(read(&long).len(), 1);
}

#[test]
fn bad_lines_are_named_and_the_others_read() {
    let mut text = String::from("\u{feff}{\"text\":\"first\"}\r\n\r\n").into_bytes();
    for line in [
        &br#"{"text":"a""#[..],
        br#"{"text" "a"}"#,
        br#"{"text":"a"} x"#,
        b"[1]",
        b"plain words",
        br#"{"text":7}"#,
        br#"{"id":["a"],"text":"a"}"#,
        br#"{"text":"a","date":"some day"}"#,
        br#"{"text":"a","date":true}"#,
        br#"{"id":1}"#,
        b"{\"text\":\"a\xFF\"}",
        b"{\"paragraphs\":[1]}",
        br#"{"text":[["a"]]}"#,
        br#"{"id":{"a":1},"text":"a"}"#,
        br#"{"date":{},"text":"a"}"#,
        br#"{"text":{"a":"b"}}"#,
    ] {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(b"{\"text\":\"last\"}");
    let got: Vec<String> = read_with(&text, &ReadOptions::default())
        .into_iter()
        .map(|article| match article {
            Ok(article) => article.blocks[0].text.clone(),
            Err(error) => {
                use std::error::Error;
                let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
                format!("{error}{cause}")
            }
        })
        .collect();
    let want = [
        "first",
        "x.jsonl:3: broken JSON, wanted one object a line (the line ends while parsing an object at column 11)",
        "x.jsonl:4: broken JSON, wanted one object a line (expected `:` at column 9)",
        "x.jsonl:5: broken JSON, wanted one object a line (trailing characters at column 14)",
        "x.jsonl:6: a list, wanted one object a line",
        "x.jsonl:7: no JSON, wanted one object a line",
        "x.jsonl:8: `text` is a number, wanted a string or a list of paragraphs",
        "x.jsonl:9: `id` is a list, wanted a string",
        "x.jsonl:10: `some day` is not a date, wanted one such as `2025-04-18` or `18 April 2025`; the article has none",
        "a",
        "x.jsonl:11: `date` is true or false, wanted a date",
        "x.jsonl:12: no text and no headline",
        "x.jsonl:13: not UTF-8 at byte 10, read as `\u{fffd}`",
        "a\u{fffd}",
        "x.jsonl:14: a paragraph of `paragraphs` is a number, wanted a string or an object with `text`",
        "x.jsonl:15: a paragraph of `text` is a list, wanted a string or an object with `text`",
        "x.jsonl:16: `id` is an object, wanted a string",
        "x.jsonl:17: `date` is an object, wanted a date",
        "x.jsonl:18: `text` is an object, wanted a string or a list of paragraphs",
        "last",
    ];
    assert_eq!(got, want);
}

#[test]
fn lines_may_be_in_other_encodings_each_in_its_own() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let gbk = encoding_rs::GBK.encode("{\"text\":\"马来西亚\"}\n{\"text\":\"中国股市\" \"\"}\n").0;
    let big5 = encoding_rs::BIG5.encode("{\"text\":\"馬來西亞與中國簽署\"}\n").0;
    let utf8 = "{\"text\":\"一\"}\n".as_bytes();
    let latin = b"{\"text\":\"caf\xE9 au lait\"}\n";
    let noise = [b"{\"text\":\"", &(0x80..=0xFF).collect::<Vec<u8>>()[..], b"\"}\n"].concat();
    let cases: &[(Vec<u8>, &[&str])] = &[
        (
            [utf8, &gbk, &big5].concat(),
            &[
                "- 一",
                "GBK 马来西亚",
                "x.jsonl:3: broken JSON, wanted one object a line at 16",
                "Big5 馬來西亞與中國簽署",
            ],
        ),
        ([utf8, latin].concat(), &["- 一", "windows-1252 café au lait"]),
        (
            b"{\"text\":\"a\0b\"}\n{\"text\":\"good one\"}\n{\"text\":\"good two\"}\n".to_vec(),
            &["x.jsonl:1: broken JSON, wanted one object a line at 11", "- good one", "- good two"],
        ),
        (
            [utf8, &noise, utf8].concat(),
            &[
                "- 一",
                "x.jsonl:2: not UTF-8 at byte 9, nor what another encoding would have",
                "- 一",
            ],
        ),
        (wide("\u{feff}{\"text\":\"一\"}\n\n{\"text\":\"二\"}"), &["UTF-16BE 一", "UTF-16BE 二"]),
        (wide("{\"text\":\"一\"}\n"), &["UTF-16BE 一"]),
        (
            [&wide("{\"text\":\"一\"}\n{\"text\":\"")[..], b"\xD8\x00", &wide("\"}")].concat(),
            &[
                "UTF-16BE 一",
                "UTF-16BE \u{fffd}",
                "x.jsonl:2: not UTF-16BE at byte 44, read as `\u{fffd}`",
            ],
        ),
    ];
    for (bytes, want) in cases {
        let read = read_with(bytes, &ReadOptions::default()).into_iter();
        let told: Vec<String> = read
            .map(|read| match read {
                Ok(article) => {
                    let encoding = article.head.edition.encoding;
                    format!("{} {}", encoding.as_deref().unwrap_or("-"), article.blocks[0].text)
                }
                Err(ReadError::BrokenJson { path, line, wanted, source }) => {
                    let column = source.column;
                    let error = ReadError::BrokenJson { path, line, wanted, source };
                    format!("{error} at {column}")
                }
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(&told, want);
    }
}

/// Characters of two units and line ends lie across what is decoded at a time.
#[test]
fn a_long_stream_of_wide_units_is_read_as_it_is() {
    let row = |n: usize| format!("{{\"id\":{n},\"text\":\"{}\u{20000}一\"}}\n", "x".repeat(n % 13));
    let text: String = (0..9_000).map(row).collect();
    for units in [
        text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
    ] {
        let all = read_with(&units, &ReadOptions::default());
        assert_eq!(all.len(), 9_000);
        for (n, article) in all.into_iter().enumerate() {
            let article = article.unwrap();
            assert_eq!(article.head.id.as_str(), n.to_string());
            assert_eq!(article.blocks[0].text, format!("{}\u{20000}一", "x".repeat(n % 13)));
            assert_eq!(article.blocks[0].lines.first as usize, n + 1);
        }
    }
}

#[test]
fn other_names_are_mapped() {
    let options = ReadOptions {
        map: ["headline=meta.subject", "text=meta.story", "id=a.b", "tags=desk"]
            .iter()
            .map(|map| map.parse().unwrap())
            .collect(),
        ..ReadOptions::default()
    };
    let line =
        br#"{"id":1,"a.b":"2","title":"no","meta":{"subject":"A","story":["x","y"]},"desk":"z"}"#;
    let article = read_with(line, &options).remove(0).unwrap();
    assert_eq!(article.head.id.as_str(), "2");
    assert_eq!(article.head.headline.as_deref(), Some("A"));
    assert_eq!(article.blocks.len(), 2);
    assert_eq!(article.head.source_tags, ["z"]);
    let article = read_with(br#"{"id":1,"title":"kept"}"#, &options).remove(0).unwrap();
    assert_eq!(article.head.headline.as_deref(), Some("kept"));
}

/// `line id` of each article, or the error with its cause.
fn told(bytes: &[u8]) -> Vec<String> {
    use std::error::Error;
    let read = read_with(bytes, &ReadOptions::default()).into_iter();
    read.map(|read| match read {
        Ok(article) => format!("{} {}", article.blocks[0].lines.first, article.head.id.as_str()),
        Err(error) => {
            let cause = error.source().map(|cause| format!(" ({cause})")).unwrap_or_default();
            format!("{error}{cause}")
        }
    })
    .collect()
}

#[test]
fn a_list_is_read_element_by_element_and_what_is_wrong_is_told() {
    const BROKEN: &str = "broken JSON, wanted a list of objects";
    let broken = |at: &str| {
        let (line, cause) = at.split_once(' ').unwrap();
        format!("x.jsonl:{line}: {BROKEN} ({cause})")
    };
    let one =
        |id: u32| format!("{{\"id\":{id},\"text\":\"One, [two] {{three}} \\\"four\\\" \\\\\"}}");
    let (a, b, c) = (one(1), one(2), one(3));
    for (text, want) in [
        (format!("[{a},{b}]"), vec!["1 1".to_owned(), "1 2".to_owned()]),
        (
            format!("\u{feff}\r\n[\r\n  {a},\r\n\r\n  {b}\r\n]\r\n"),
            vec!["3 1".into(), "5 2".into()],
        ),
        (format!("[\n{a}\n,\n{b}\n]"), vec!["2 1".into(), "4 2".into()]),
        (
            "[\n{\n\"id\":\n1,\n\"text\":\n\"a\",\n\"tags\":\n[\n{\n\"name\": \"x\"\n}\n]\n}\n]"
                .into(),
            vec!["2 1".into()],
        ),
        ("[]".into(), vec!["`x.jsonl` is empty".into()]),
        ("[ \n ]\n".into(), vec!["`x.jsonl` is empty".into()]),
        // Elements that are no articles.
        (
            format!("[{{}},\n{a}, 7, \"a, b]\",\n null, [{b}], {{\"text\":1}}]"),
            vec![
                "x.jsonl:1: no text and no headline".into(),
                "2 1".into(),
                "x.jsonl:2: a number, wanted a list of objects".into(),
                "x.jsonl:2: a string, wanted a list of objects".into(),
                "x.jsonl:3: no object, wanted a list of objects".into(),
                "x.jsonl:3: a list, wanted a list of objects".into(),
                "x.jsonl:3: `text` is a number, wanted a string or a list of paragraphs".into(),
            ],
        ),
        // Elements that are broken, and the next.
        (
            format!("[\n  {{\"text\" \"a\"}},\n  {{\"id\":7 x}}, {a}]"),
            vec![
                broken("2 expected `:` at column 11"),
                broken("3 expected `,` or `}` at column 11"),
                "3 1".into(),
            ],
        ),
        (
            format!("[\n  {{\n    \"text\": 'a'\n  }},\n  {a}]"),
            vec![broken("3 expected value at column 13"), "5 1".into()],
        ),
        (
            format!("[\n  {{\"text\": \"a, \"b\": [1]}},\n  {a},\n  {b}\n]"),
            vec![broken("2 expected `,` or `}` at column 17"), "3 1".into(), "4 2".into()],
        ),
        (
            format!("[\n{{\"text\": \"a\",\n{{\"id\": 1, \"text\": \"b\"}},\n{b}]"),
            vec![
                broken("2 the article ends while parsing a value at column 13"),
                "3 1".into(),
                "4 2".into(),
            ],
        ),
        (
            format!("[{{\"tags\": [\"a\", \"text\": \"b\"}},\n{a},\n{b}]"),
            vec![broken("1 expected `,` or `]` at column 23"), "2 1".into(), "3 2".into()],
        ),
        // Between elements.
        (
            format!("[{a},]"),
            vec!["1 1".into(), broken("1 a comma before the end of the list at column 51")],
        ),
        (
            format!("[{a},,\n,,{b}]"),
            vec!["1 1".into(), broken("1 a comma after nothing at column 51"), "2 2".into()],
        ),
        (
            format!("[{a}\n{b}]"),
            vec![
                "1 1".into(),
                broken("2 no comma before the next article at column 1"),
                "2 2".into(),
            ],
        ),
        (
            format!("[{a}}},{b}]"),
            vec!["1 1".into(), broken("1 a bracket that nothing opens at column 50"), "1 2".into()],
        ),
        // The end.
        (
            format!("[{a}"),
            vec!["1 1".into(), broken("1 the file ends within the list at column 50")],
        ),
        (
            format!("[{a},\n"),
            vec!["1 1".into(), broken("2 the file ends within the list at column 1")],
        ),
        (
            format!("[{a},\n {{\"id\": 2, \"text\": \"b"),
            vec!["1 1".into(), broken("2 the file ends in the article that begins at column 2")],
        ),
        (
            format!("[{a}]\n{b}\n{c}\n"),
            vec![
                "1 1".into(),
                broken("2 more follows the list at column 1"),
                "2 2".into(),
                "3 3".into(),
            ],
        ),
        (
            format!("[{a}]\n[{b}]\n"),
            vec!["1 1".into(), broken("2 more follows the list at column 1"), "2 2".into()],
        ),
    ] {
        assert_eq!(told(text.as_bytes()), want, "{text}");
    }
}

#[test]
fn a_long_list_is_read_in_pieces_however_it_is_laid_out() {
    let text = "x\\u4e2d\\n[]{} ".repeat(40);
    for (between, lines) in [(",", 0), (",\n", 1), ("\n,\n\n", 3)] {
        let one = |n: usize| format!("{{\"id\":{n},\"text\":\"{}\"}}", &text[..text.len() - 4]);
        let all: Vec<String> = (0..3_000).map(one).collect();
        let list = format!("[{}, 7]", all.join(between));
        for units in
            [list.clone().into_bytes(), list.encode_utf16().flat_map(u16::to_le_bytes).collect()]
        {
            let mut pieces = 0;
            JsonlReader.pieces(&source(), &mut &units[..], &mut |piece| {
                assert!(piece.unwrap().bytes.len() < 2 * PIECE_BYTES);
                pieces += 1;
                ControlFlow::Continue(())
            });
            assert!(pieces > 4);
            let mut read = read_with(&units, &ReadOptions::default());
            let last = read.pop().unwrap().unwrap_err().to_string();
            assert_eq!(
                last,
                format!("x.jsonl:{}: a number, wanted a list of objects", 2_999 * lines + 1)
            );
            assert_eq!(read.len(), 3_000);
            for (n, article) in read.into_iter().enumerate() {
                let article = article.unwrap();
                assert_eq!(article.head.id.as_str(), n.to_string());
                assert_eq!(article.blocks[0].lines.first as usize, n * lines + 1);
            }
        }
    }
    // Columns are those of the line, whichever piece it is in.
    let far = format!(
        "[{}, {{\"id\":x}}]",
        (0..3_000).map(|_| "{}").collect::<Vec<_>>().join(&" ".repeat(200)).replace("{} ", "{},")
    );
    let want = format!("expected value at column {}", far.len() - 2);
    assert!(told(far.as_bytes()).last().unwrap().contains(&want), "{want}");
}

#[test]
fn an_element_over_the_limit_is_an_error_and_the_next_is_read() {
    let long = std::iter::repeat_n([&[b'x'; 1 << 20][..], b"\\n"].concat(), 65);
    let first = std::iter::once(b"[\n{\"text\":\"a\"},\n{\"text\":\"".to_vec());
    let last = std::iter::once(b"\"},\n{\"text\":\"b\"}]".to_vec());
    let mut got = Vec::new();
    JsonlReader.pieces(&source(), &mut endless(first.chain(long).chain(last)), &mut |piece| {
        got.extend(match piece {
            Ok(piece) => elements(&piece).map(|(line, ..)| line.to_string()).collect(),
            Err(error) => vec![error.to_string()],
        });
        ControlFlow::Continue(())
    });
    assert_eq!(got, ["2", "x.jsonl:3: longer than 64 MB, wanted one article a line", "4"]);
}

/// An input that gives `lines` one after the other, never all in memory.
fn endless(lines: impl Iterator<Item = Vec<u8>>) -> impl BufRead {
    struct Lines<I> {
        lines: I,
        now: io::Cursor<Vec<u8>>,
    }
    impl<I: Iterator<Item = Vec<u8>>> Read for Lines<I> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            loop {
                let read = self.now.read(into)?;
                match (read, if read == 0 { self.lines.next() } else { None }) {
                    (0, Some(next)) => self.now = io::Cursor::new(next),
                    _ => return Ok(read),
                }
            }
        }
    }
    BufReader::new(Lines { lines, now: io::Cursor::new(Vec::new()) })
}

#[test]
fn a_line_over_the_limit_is_an_error_and_the_next_is_read() {
    let long = std::iter::repeat_n(vec![b'x'; 1 << 20], 65);
    let first = std::iter::once(b"{\"text\":\"a\"}\n".to_vec());
    let last = std::iter::once(b"\n{\"text\":\"b\"}".to_vec());
    let mut got = Vec::new();
    JsonlReader.pieces(&source(), &mut endless(first.chain(long).chain(last)), &mut |piece| {
        got.push(match piece {
            Ok(piece) => format!("{}: {} bytes", piece.first_line, piece.bytes.len()),
            Err(error) => error.to_string(),
        });
        ControlFlow::Continue(())
    });
    let error = "x.jsonl:2: longer than 64 MB, wanted one article a line";
    assert_eq!(got, ["1: 13 bytes", error, "3: 12 bytes"]);
}

#[test]
fn reading_ends_when_no_more_is_wanted() {
    let lines = std::iter::repeat_with(|| b"{\"text\":\"a\"}\n".repeat(50_000));
    let mut pieces = 0;
    JsonlReader.pieces(&source(), &mut endless(lines), &mut |_| {
        pieces += 1;
        if pieces == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(pieces, 3);
}

proptest! {
    /// Pieces are the input, cut at line ends, and know their line.
    #[test]
    fn pieces_lose_nothing(lengths in proptest::collection::vec(0..200_000usize, 0..12), end in any::<bool>()) {
        let mut bytes: Vec<u8> =
            lengths.iter().flat_map(|len| std::iter::repeat_n(b'x', *len).chain([b'\n'])).collect();
        if !end {
            bytes.pop();
        }
        let mut joined = Vec::new();
        JsonlReader.pieces(&source(), &mut &bytes[..], &mut |piece| {
            let piece = match piece {
                Err(ReadError::Empty { .. }) if bytes.trim_ascii().is_empty() => {
                    return ControlFlow::Continue(());
                }
                piece => piece.unwrap(),
            };
            let before = joined.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(piece.first_line as usize, before + 1);
            assert!(joined.is_empty() || joined.ends_with(b"\n"));
            assert!(!piece.bytes.is_empty());
            joined.extend(piece.bytes);
            ControlFlow::Continue(())
        });
        prop_assert_eq!(joined, bytes);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(read_with(&bytes, &ReadOptions::default()));
    }

    /// What a parser takes for a list is read as one: as many articles or errors, and no more.
    #[test]
    fn lists_are_what_a_parser_says(text in "\\[\\{[\\[\\]{}:,\\n \"\\\\a1é-]{0,40}\\]") {
        let read = read(&text);
        match serde_json::from_str::<Vec<Value>>(&text) {
            Ok(list) => prop_assert_eq!(read.len(), list.len()),
            Err(_) => prop_assert!(read.iter().any(Result::is_err)),
        }
    }

    #[test]
    fn no_record_panics(line in "\\{(\"(text|id|date|paragraphs|author|sources|tags|lang)\":(\"\\PC{0,8}\"|[0-9]{1,25}|null|\\[\"a\",1\\]|\\{\"name\":1\\}|-1e9),){0,4}\"x\":1\\}") {
        drop(read(&line));
    }
}
