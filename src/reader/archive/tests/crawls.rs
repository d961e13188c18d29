//! Archives of crawlers.

use std::io::{BufReader, Write};
use std::time::Instant;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use super::super::*;
use super::made::*;
use crate::reader::{Opened, opened as open_within};

#[test]
fn what_a_crawl_got_is_an_article_with_its_address_and_day() {
    let chunks = |bytes: &[u8]| {
        let (first, rest) = bytes.split_at(7);
        let mut body = format!("{:x};x=y\r\n", first.len()).into_bytes();
        body.extend(first);
        body.extend(format!("\r\n00{:X}\r\n", rest.len()).bytes());
        body.extend(rest);
        body.extend(b"\r\n0\r\n\r\n");
        body
    };
    let zlib = |bytes: &[u8]| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let raw = |bytes: &[u8]| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    // Brotli: a window, one part that is not compressed, the end.
    let brotli = |bytes: &[u8]| {
        let len = bytes.len() as u32 - 1;
        let head = (len << 4) | 1 << 20;
        let mut packed = vec![(head & 0xFF) as u8, (head >> 8) as u8, (head >> 16) as u8];
        packed.extend(bytes);
        packed.push(3);
        packed
    };
    let text = page("Ports");
    let gbk =
        encoding_rs::GBK.encode("<title>马来西亚</title><p>马来西亚首相访问中国。").0.into_owned();
    let html = "200 OK\r\ncontent-type: text/html";
    let ports = "http://a.example/1 2025-04-18 Ports";
    let coded = |coding: &str| format!("{html}\r\nContent-Encoding: {coding}");
    for (name, head, body, want) in [
        ("plain", html.to_owned(), text.clone(), ports),
        ("chunks", format!("{html}\r\nTransfer-Encoding: chunked"), chunks(&text), ports),
        ("no chunks", format!("{html}\r\nTransfer-Encoding: chunked"), text.clone(), ports),
        ("gzip", coded("gzip"), gz(&text), ports),
        ("no gzip", coded("gzip"), text.clone(), ports),
        ("zlib", coded("deflate"), zlib(&text), ports),
        ("deflate", coded("deflate"), raw(&text), ports),
        ("no deflate", coded("deflate"), text.clone(), ports),
        ("brotli", coded("br"), brotli(&text), ports),
        ("no brotli", coded("br"), text.clone(), ports),
        ("zstd", coded("zstd"), zst(&text), ports),
        (
            "both",
            format!("{}\r\nTransfer-Encoding: chunked", coded("GZIP")),
            chunks(&gz(&text)),
            ports,
        ),
        ("twice", coded("deflate, gzip"), gz(&zlib(&text)), ports),
        (
            "unknown",
            coded("sdch"),
            text.clone(),
            "`x.warc/http://a.example/1` is left out: it is compressed by `sdch`",
        ),
        (
            "GBK",
            "200 OK\r\nContent-Type: text/html; Charset=\"GB2312\"".to_owned(),
            gbk,
            "http://a.example/1 2025-04-18 马来西亚",
        ),
        (
            "text",
            "200 OK\r\nContent-Type: text/plain".to_owned(),
            b"# Ports\n\nThey reopen.".to_vec(),
            ports,
        ),
        (
            "missing",
            "404 Not Found\r\nContent-Type: text/html".to_owned(),
            text.clone(),
            "`x.warc/http://a.example/1` is left out: the server said 404, wanted 200",
        ),
        (
            "picture",
            "200 OK\r\nContent-Type: image/png".to_owned(),
            b"\x89PNG".to_vec(),
            "`x.warc/http://a.example/1` is left out: no reader for `image/png`",
        ),
        (
            "JSON",
            "200 OK\r\nContent-Type: application/json".to_owned(),
            b"{\"a\": 1}".to_vec(),
            "`x.warc/http://a.example/1` is left out: it is JSON, as programs ask for",
        ),
        (
            "JSON as text",
            html.to_owned(),
            b" [{\"a\": 1}]".to_vec(),
            "`x.warc/http://a.example/1` is left out: it is JSON, as programs ask for",
        ),
        (
            "empty",
            html.to_owned(),
            Vec::new(),
            "`x.warc/http://a.example/1` is left out: it is empty",
        ),
        (
            "no status",
            String::new(),
            text.clone(),
            "`x.warc`: unreadable at byte 0: an answer without a status",
        ),
    ] {
        let seen = articles("x.warc", &answer("http://a.example/1", &head, &body));
        assert_eq!(seen, [want], "{name}");
    }
}

#[test]
fn records_that_are_no_pages_are_told_from_those_that_are() {
    let fields = |kind: &str| {
        format!("WARC-Type: {kind}\nWARC-Target-URI: <http://a.example/1>\nContent-Type: text/html")
    };
    for (fields, want) in [
        (fields("resource"), &["http://a.example/1  Ports"][..]),
        (fields("Conversion"), &["http://a.example/1  Ports"]),
        (fields("request"), &["`x` is left out: it holds nothing that a server answered, only `request`"]),
        (fields("metadata"), &["`x` is left out: it holds nothing that a server answered, only `metadata`"]),
        (fields("warcinfo"), &["`x` is left out: it holds nothing that a server answered, only `warcinfo`"]),
        (fields("revisit"), &["`x/http://a.example/1` is left out: it is as it was when it was fetched before (revisit)"]),
        ("WARC-Type: resource\nContent-Type: text/html".to_owned(), &["x/byte 0  Ports"]),
        ("WARC-Type: resource\nWARC-Target-URI: http://a.example/robots.txt\nContent-Type: text/plain".to_owned(),
         &["`x/http://a.example/robots.txt` is left out: it is for crawlers"]),
    ] {
        let fields = fields.as_str();
        assert_eq!(articles("x", &record(fields, &page("Ports"))), want, "{fields}");
    }
    let about = [record(&fields("warcinfo"), b"x"), record(&fields("request"), b"x")].concat();
    let want =
        "`x` is left out: it holds nothing that a server answered, only `request`, `warcinfo`";
    assert_eq!(articles("x", &gz(&about)), [want]);
    let seen = articles("x", &[about, record(&fields("resource"), &page("Ports"))].concat());
    assert_eq!(seen, ["http://a.example/1  Ports"]);
    let line = "http://a.example/a b?c 1.2.3.4 20250418020000 text/html";
    let block =
        [b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n", page("Ports").as_slice()].concat();
    let first = "filedesc://x.arc 0.0.0.0 20250418 text/plain 9\n1 0 Test\n";
    let second = format!("\n{line} 200 - - 0 x.arc {}\n", block.len());
    let arc = format!("{first}\n{line} {}\n", block.len());
    let arc = [arc.as_bytes(), &block, second.as_bytes(), &block].concat();
    let want = "http://a.example/a b?c 2025-04-18 Ports";
    assert_eq!(articles("x.arc", &arc), [want, want]);
    assert_eq!(articles("x.arc.gz", &gz(&arc)), [want, want]);
}

#[test]
fn a_broken_record_is_named_with_its_place_and_the_next_is_read() {
    let good = |nth: usize| answer(&format!("http://a.example/{nth}"), HTML, &page("Ports"));
    let read = |nth: usize| format!("http://a.example/{nth} 2025-04-18 Ports");
    let fault = |at: usize, what: &str| format!("`x`: unreadable at byte {at}: {what}");
    let len = good(1).len();
    let changed = |from: &str, to: &str| {
        let text = String::from_utf8(good(2)).unwrap();
        assert!(text.contains(from));
        text.replacen(from, to, 1).into_bytes()
    };
    let text_len = String::from_utf8(good(2)).unwrap();
    let said = text_len.lines().find(|line| line.starts_with("Content-Length")).unwrap();
    // What is packed badly is found out early.
    let noise: Vec<_> = (0..4000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect();
    let mut bent = gz(&answer("http://a.example/2", HTML, &page(&noise.concat())));
    let middle = bent.len() / 2;
    bent[middle..].iter_mut().for_each(|byte| *byte ^= 0x55);
    let cases: [(&str, Vec<u8>, Vec<String>); 8] = [
        ("no length", changed(said, "X: 1"), vec![fault(len, "a record without `Content-Length`")]),
        (
            "odd length",
            changed(said, "Content-Length: -5"),
            vec![fault(len, "`Content-Length` is `-5`")],
        ),
        (
            "short length",
            changed(said, "Content-Length: 80"),
            vec!["x/http://a.example/2:1: no text".to_owned(), fault(0, "wanted")],
        ),
        (
            "no version",
            changed("WARC/1.0", "WORK"),
            vec![fault(len, "wanted the header of a record")],
        ),
        (
            "stray bytes",
            b"\xFF\xFE\0\x01\x02 stray\n".to_vec(),
            vec![fault(len, "wanted the header of a record")],
        ),
        (
            "a line without end",
            vec![b'x'; 200_000],
            vec![fault(len, "wanted the header of a record")],
        ),
        (
            "no colons",
            [b"WARC/1.0\r\n", "x".repeat(300_000).as_bytes()].concat(),
            vec![fault(len, "a header longer than 256 KB")],
        ),
        ("nothing", Vec::new(), vec![]),
    ];
    for (name, bad, want) in cases {
        let seen = articles("x", &[good(1), bad, b"\n".to_vec(), good(3)].concat());
        assert_eq!(seen.len(), want.len() + 2, "{name}: {seen:?}");
        assert_eq!(seen[0], read(1), "{name}");
        for (seen, want) in seen[1..].iter().zip(&want).take(1) {
            assert!(seen.starts_with(want), "{name}: {seen}");
        }
        assert_eq!(seen[seen.len() - 1], read(3), "{name}");
    }
    // One of the parts that each record is compressed in.
    let parts = [gz(&good(1)), bent, gz(&good(3)), gz(&good(4))].concat();
    let seen = opened("x", &parts);
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(
        seen[1].contains("gzip data is damaged near byte") || seen[1].contains("unreadable"),
        "{}",
        seen[1]
    );
    assert!(seen[2].starts_with("x/http://a.example/3 html"), "{}", seen[2]);
    // The end is missing, in a header and in a body.
    for (cut, what) in [
        (100, "`x`: unreadable at byte 0: it ends within a header"),
        (len - 20, "cannot read `x/http://a.example/1`: what begins at byte 0 ends 16 bytes early"),
    ] {
        assert_eq!(opened("x", &good(1)[..cut]), [what]);
    }
}

/// What is read at a time may end within any word.
#[test]
fn an_answer_is_known_however_little_is_read_at_a_time() {
    let records =
        [1, 2, 3].map(|nth| answer(&format!("http://a.example/{nth}"), HTML, &page("Ports")));
    let bytes = records.concat();
    for capacity in 1..=64 {
        let mut input = BufReader::with_capacity(capacity, bytes.as_slice());
        let mut n = 0;
        let archive = for_head(&bytes).unwrap();
        let source = SourcePath::new("x", "x");
        let flow = archive.members(&source, &mut input, &Meter::default(), &mut |member| {
            let (_, input) = member.unwrap();
            let mut text = String::new();
            input.read_to_string(&mut text).unwrap();
            assert_eq!(text.as_bytes(), page("Ports"), "{capacity}");
            n += 1;
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue() && n == 3, "{capacity}: {n}");
    }
}

#[test]
fn a_crawl_is_streamed() {
    let record = answer("http://a.example/1", HTML, &page(&"Ports ".repeat(2000)));
    let records = Repeated { part: record.into(), left: 3000, at: 0 };
    let start = Instant::now();
    let meter = Meter::default();
    let mut n = 0;
    let mut longest = 0;
    let mut input = meter.file(records);
    let _: ControlFlow<()> =
        open_within(SourcePath::new("x", "x"), None, &meter, &mut input, &mut |opened| {
            let Opened { source, reader, input } = opened.unwrap();
            reader.pieces(&source, input, &mut |piece| {
                longest = longest.max(piece.unwrap().bytes.len());
                n += 1;
                ControlFlow::Continue(())
            });
            ControlFlow::Continue(())
        });
    assert_eq!(n, 3000 + 1);
    assert!(longest < 64 << 10 && start.elapsed() < HANG, "{longest} {:?}", start.elapsed());
}
