//! Tests of the archives: what each gives, and what is made to break or to harm.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::meter::Limits;
use super::*;
use crate::reader::{HEAD_BYTES, Opened, ReadOptions, open, opened as open_within};

/// What no source may take.
const HANG: Duration = Duration::from_secs(5);

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// How a file lies in a ZIP.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    Stored,
    Deflated,
    /// Its length stands behind it.
    Streamed,
    /// Its length stands in an extra field.
    Long,
    Encrypted,
    ByMethod(u16),
}

fn zip(files: &[(&[u8], &[u8], Kept)]) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, bytes, kept) in files {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        let packed = match kept {
            Kept::Deflated | Kept::Streamed | Kept::Long => encoder.finish().unwrap(),
            _ => bytes.to_vec(),
        };
        let method = match kept {
            Kept::Stored | Kept::Encrypted => 0,
            Kept::ByMethod(method) => *method,
            _ => 8,
        };
        let flags: u16 = match kept {
            Kept::Streamed => 8,
            Kept::Encrypted => 1,
            _ => 0,
        };
        let lens = [packed.len() as u32, bytes.len() as u32];
        let (crc, lens, extra) = match kept {
            Kept::Streamed => (0, [0, 0], Vec::new()),
            Kept::Long => {
                let mut extra = vec![1, 0, 16, 0];
                extra.extend((bytes.len() as u64).to_le_bytes());
                extra.extend((packed.len() as u64).to_le_bytes());
                (sum.sum(), [u32::MAX; 2], extra)
            }
            _ => (sum.sum(), lens, Vec::new()),
        };
        all.extend(b"PK\x03\x04\x14\0");
        all.extend(flags.to_le_bytes());
        all.extend(method.to_le_bytes());
        all.extend([0; 4]);
        [crc, lens[0], lens[1]].iter().for_each(|field| all.extend(field.to_le_bytes()));
        all.extend((name.len() as u16).to_le_bytes());
        all.extend((extra.len() as u16).to_le_bytes());
        all.extend(*name);
        all.extend(extra);
        all.extend(packed.iter());
        if *kept == Kept::Streamed {
            all.extend(b"PK\x07\x08");
            let lens = [packed.len() as u32, bytes.len() as u32];
            [sum.sum(), lens[0], lens[1]].iter().for_each(|field| all.extend(field.to_le_bytes()));
        }
    }
    all.extend(b"PK\x05\x06");
    all.extend([0; 18]);
    all
}

/// A record of a crawl, with these fields.
fn record(fields: &str, block: &[u8]) -> Vec<u8> {
    let fields = fields.replace('\n', "\r\n");
    let head = format!("WARC/1.0\r\n{fields}\r\nContent-Length: {}\r\n\r\n", block.len());
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// What a server answered at `url`.
fn answer(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let fields = format!(
        "WARC-Type: response\nWARC-Target-URI: {url}\nWARC-Date: 2025-04-18T02:00:00Z\n\
         Content-Type: application/http; msgtype=response"
    );
    let block = [b"HTTP/1.1 ", head.as_bytes(), b"\r\n\r\n", body].concat();
    record(&fields, &block)
}

fn page(text: &str) -> Vec<u8> {
    format!("<!DOCTYPE html><title>{text}</title><p>{text} again.").into_bytes()
}

const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

/// `path reader bytes` of what is opened in a file of these bytes, or why nothing is.
fn opened(name: &str, bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut seen = Vec::new();
    let _: ControlFlow<()> =
        open(SourcePath::new(path, name), None, &mut |opened| told(opened, &mut seen));
    let folder = format!("{}/", folder.path().display());
    seen.iter().map(|line| line.replace(&folder, "")).collect()
}

/// The same of what `input` gives, within limits.
fn opened_within(limits: Limits, input: impl Read) -> Vec<String> {
    let meter = Meter::new(limits);
    let mut seen = Vec::new();
    let mut input = meter.file(input);
    let _: ControlFlow<()> = open_within(
        SourcePath::new("x.jsonl", "x.jsonl"),
        None,
        &meter,
        &mut input,
        &mut |opened| told(opened, &mut seen),
    );
    seen
}

fn told(opened: Result<Opened<'_>, ReadError>, seen: &mut Vec<String>) -> ControlFlow<()> {
    let cause = |error: &ReadError| match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    match opened {
        Ok(Opened { source, reader, input }) => {
            let mut from = seen.len();
            reader.pieces(&source, input, &mut |piece| {
                let (path, name) = (source.path.display(), reader.name());
                let line = match piece {
                    Ok(piece) => {
                        let text = String::from_utf8_lossy(&piece.bytes);
                        // The pieces of one source are one text here.
                        match seen.len() > from {
                            true => format!("{}{text}", seen.pop().unwrap()),
                            false => format!("{path} {name} {text}"),
                        }
                    }
                    Err(error) => {
                        from = seen.len() + 1;
                        cause(&error)
                    }
                };
                seen.push(line);
                ControlFlow::Continue(())
            });
        }
        Err(error) => seen.push(cause(&error)),
    }
    ControlFlow::Continue(())
}

/// As it is read: `id day headline` of each article, or why there is none.
fn articles(name: &str, bytes: &[u8]) -> Vec<String> {
    let meter = Meter::default();
    let mut seen = Vec::new();
    let mut input = meter.file(bytes);
    let source = SourcePath::new(name, name);
    let _: ControlFlow<()> = open_within(source, None, &meter, &mut input, &mut |opened| {
        let Ok(Opened { source, reader, input }) = opened else {
            seen.push(opened.err().unwrap().to_string());
            return ControlFlow::Continue(());
        };
        reader.pieces(&source, input, &mut |piece| {
            let Ok(piece) = piece else { return ControlFlow::Continue(()) };
            reader.articles(&source, &piece, &ReadOptions::default(), &mut |article| {
                seen.push(match article {
                    Ok(article) => {
                        let head = article.head;
                        let day = head.published.map(|day| day.to_string()).unwrap_or_default();
                        format!("{} {day} {}", head.id, head.headline.unwrap_or_default())
                    }
                    Err(error) => error.to_string(),
                });
            });
            ControlFlow::Continue(())
        });
        ControlFlow::Continue(())
    });
    seen
}

#[test]
fn what_an_archive_holds_is_opened_wherever_it_lies() {
    let files = [("a/b.txt", &b"Ports reopen."[..]), ("c.png", b"\x89PNG"), ("d", b"{\"id\":1}")];
    let tar = tar(&files);
    let zip = |kept| zip(&files.map(|(name, bytes)| (name.as_bytes(), bytes, kept)));
    let want = |name: &str| {
        [
            format!("{name}/a/b.txt text Ports reopen."),
            format!("no reader for `{name}/c.png`"),
            format!("{name}/d jsonl {{\"id\":1}}"),
        ]
    };
    for (name, bytes) in [
        ("x.tar", tar.clone()),
        ("x.tar.gz", gz(&tar)),
        ("x.tar.zst", zst(&tar)),
        ("x.tar.xz", xz(&tar)),
        ("x.dat", gz(&xz(&zst(&gz(&tar))))),
        ("x.zip", zip(Kept::Stored)),
        ("deflated.zip", zip(Kept::Deflated)),
        ("streamed.zip", zip(Kept::Streamed)),
        ("long.zip", zip(Kept::Long)),
        ("x.zip.gz", gz(&zip(Kept::Streamed))),
    ] {
        let seen = opened(name, &bytes);
        assert_eq!(seen.len(), 3, "{seen:?}");
        for (seen, want) in seen.iter().zip(want(name)) {
            assert!(seen.starts_with(&want), "{name}: {seen}");
        }
    }
    for (name, bytes) in [
        ("a.txt.gz", gz(b"Ports.")),
        ("a.txt.gz", [gz(b"Por"), gz(b""), gz(b"ts."), vec![0; 9]].concat()),
        (
            "a.txt.zst",
            [zst(b"Por"), b"\x50\x2A\x4D\x18\x02\0\0\0xx".to_vec(), zst(b"ts.")].concat(),
        ),
        ("a.txt.xz", [xz(b"Por"), xz(b"ts.")].concat()),
    ] {
        assert_eq!(opened(name, &bytes), [format!("{name} text Ports.")]);
    }
    let inner = zip(Kept::Deflated);
    let seen = opened("x.zip", &self::zip(&[(b"y.zip", &inner, Kept::Stored)]));
    assert_eq!(seen[0], "x.zip/y.zip/a/b.txt text Ports reopen.");
}

#[test]
fn names_in_archives_are_labels_and_stay_apart() {
    let files: [(&[u8], &[u8], Kept); 5] = [
        (b"../../etc/a.txt", b"One.", Kept::Stored),
        (b"/etc/b.txt", b"Two.", Kept::Stored),
        // 马来西亚 in GBK, and a name in neither encoding.
        (b"\xC2\xED\xC0\xB4\xCE\xF7\xD1\xC7.txt", b"Three.", Kept::Stored),
        (b"caf\xE9.txt", b"Four.", Kept::Stored),
        (b"folder/", b"", Kept::Stored),
    ];
    assert_eq!(
        opened("x.zip", &zip(&files)),
        [
            "x.zip/../../etc/a.txt text One.",
            "x.zip/etc/b.txt text Two.",
            "x.zip/马来西亚.txt text Three.",
            "x.zip/café.txt text Four.",
        ]
    );
    let long = format!("{}/a.txt", "folder".repeat(40));
    assert_eq!(
        opened("x.tar", &tar(&[(&long, b"One."), ("b.txt", b"Two.")])),
        [format!("x.tar/{long} text One."), "x.tar/b.txt text Two.".to_owned()]
    );
}

#[test]
fn links_and_files_with_holes_are_left_out_by_name() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (kind, name) in [
        (::tar::EntryType::Symlink, "link.txt"),
        (::tar::EntryType::Link, "hard.txt"),
        (::tar::EntryType::GNUSparse, "holes.txt"),
        (::tar::EntryType::Directory, "folder"),
        (::tar::EntryType::Regular, "a.txt"),
    ] {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_path(name).unwrap();
        header.set_link_name("/etc/passwd").unwrap();
        header.set_size(if name == "a.txt" { 4 } else { 0 });
        header.set_cksum();
        let text: &[u8] = if name == "a.txt" { b"One." } else { b"" };
        builder.append(&header, text).unwrap();
    }
    assert_eq!(
        opened("x.tar", &builder.into_inner().unwrap()),
        [
            "`x.tar/link.txt` is left out: it is a link",
            "`x.tar/hard.txt` is left out: it is a link",
            "`x.tar/holes.txt` is left out: it is kept with holes (sparse)",
            "x.tar/a.txt text One.",
        ]
    );
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_read() {
    let deep = (0..=DEEPEST).fold(b"{\"id\":1}".to_vec(), |inner, _| gz(&inner));
    let text = [b'x'; 100_000];
    let files = tar(&[("a.txt", b"One."), ("b.txt", b"Two."), ("c.txt", b"Three.")]);
    let mut torn = files.clone();
    torn[1024] = 0xFF;
    let mut file: Vec<(&[u8], &[u8], Kept)> = vec![(b"a.txt", b"One.", Kept::Stored)];
    let mut with = |name: &'static [u8], kept| {
        file.truncate(1);
        file.push((name, b"Two.", kept));
        file.push((b"c.txt", b"Three.", Kept::Deflated));
        zip(&file)
    };
    let mut wrong_sum = with(b"b.txt", Kept::Stored);
    let at = memchr::memmem::find(&wrong_sum, b"Two.").unwrap();
    wrong_sum[at] = b'Z';
    for (name, bytes, want) in [
        ("x.gz", deep, &["`x.gz` is 5 archives deep, wanted no more"][..]),
        ("a.txt.gz", gz(&text)[..200].to_vec(), &["cannot read `a.txt.gz`: "]),
        ("a.txt.zst", zst(&text)[..zst(&text).len() - 6].to_vec(), &["cannot read `a.txt.zst`"]),
        ("a.txt.xz", xz(&text)[..xz(&text).len() / 2].to_vec(), &["cannot read `a.txt.xz`"]),
        (
            "x.tar",
            torn,
            &[
                "x.tar/a.txt text One.",
                "`x.tar`: unreadable at byte 1024: wanted the header of a file",
                "x.tar/c.txt text Three.",
            ],
        ),
        (
            "x.tar",
            files[..1538].to_vec(),
            &[
                "x.tar/a.txt text One.",
                "cannot read `x.tar/b.txt`: what begins at byte 1024 ends 2 bytes early",
            ],
        ),
        (
            "x.zip",
            with(b"b.txt", Kept::Encrypted),
            &[
                "x.zip/a.txt text One.",
                "`x.zip`: unreadable at byte 39: `b.txt` is encrypted",
                "x.zip/c.txt text Three.",
            ],
        ),
        (
            "x.zip",
            with(b"b.txt", Kept::ByMethod(93)),
            &[
                "x.zip/a.txt",
                "`x.zip`: unreadable at byte 39: `b.txt` is packed by `zstd`, wanted `deflate`",
                "x.zip/c.txt",
            ],
        ),
        (
            "x.zip",
            wrong_sum,
            &["x.zip/a.txt", "cannot read `x.zip/b.txt`: its checksum is wrong", "x.zip/c.txt"],
        ),
        (
            "x.zip",
            with(b"b.txt", Kept::Stored)[..77].to_vec(),
            &[
                "x.zip/a.txt",
                "cannot read `x.zip/b.txt`: what begins at byte 39 ends 1 bytes early",
            ],
        ),
        ("x.zip", zip(&[]), &["`x.zip` is empty"]),
    ] {
        let seen = opened(name, &bytes);
        assert_eq!(seen.len(), want.len(), "{seen:?}");
        for (seen, want) in seen.iter().zip(want) {
            assert!(seen.starts_with(want), "{name}: {seen}");
        }
    }
}

#[test]
fn office_documents_and_books_are_no_archives() {
    for name in [&b"[Content_Types].xml"[..], b"mimetype", b"_rels/.rels"] {
        let seen = opened("x.xyz", &zip(&[(name, b"x", Kept::Stored)]));
        assert!(seen[0].starts_with("no reader for `x.xyz`"), "{seen:?}");
    }
}

#[test]
fn bombs_are_cut_off_by_what_they_unpack_to() {
    let limits = Limits { ratio: 50, spare_bytes: 1 << 20, total_bytes: 1 << 30, members: 1000 };
    let zeros = vec![0; 16 << 20];
    let many: Vec<_> = (0..2000).map(|nth| (nth.to_string(), "")).collect();
    let many: Vec<_> = many.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let nested = gz(&gz(&zeros));
    let kept = |kept| zip(&[(b"a.txt", &zeros, kept), (b"b.txt", b"Two.", Kept::Stored)]);
    let coded =
        answer("http://a.example/1", &format!("{HTML}\r\nContent-Encoding: gzip"), &gz(&zeros));
    let times = "it unpacks to more than 50 times its size";
    for (name, bytes, want) in [
        ("gzip", gz(&zeros), times),
        ("zstd", zst(&zeros), times),
        ("xz", xz(&zeros), times),
        ("nested", nested, times),
        ("zip", kept(Kept::Deflated), times),
        ("streamed zip", kept(Kept::Streamed), times),
        ("body", coded, times),
        ("members", tar(&many), "it holds more than 1000 sources"),
    ] {
        let seen = opened_within(limits, bytes.as_slice());
        let last = seen.last().unwrap();
        assert!(last.ends_with(want), "{name}: {last}");
        let named = seen.iter().filter(|line| line.contains(want)).count();
        assert_eq!(named, 1, "{name}: {seen:?}");
    }
    let total = Limits { total_bytes: 2 << 20, spare_bytes: 1 << 30, ..limits };
    let seen = opened_within(total, gz(&zeros).as_slice());
    assert!(seen[0].ends_with("it unpacks to more than 2 MB"), "{seen:?}");
}

#[test]
fn ten_gigabytes_of_nothing_take_no_time() {
    // What repeats is made as it is read, so that the test takes no memory either.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 1 << 20]).unwrap();
    let part = encoder.finish().unwrap();
    let in_time = |input: &mut dyn Read| {
        let start = Instant::now();
        let seen = opened_within(Limits::default(), input);
        assert!(start.elapsed() < HANG, "{:?}", start.elapsed());
        seen
    };
    let seen = in_time(&mut Repeated { part: part.into(), left: 10_000, at: 0 });
    assert!(seen[0].ends_with("it unpacks to more than 250 times its size"), "{seen:?}");
    let empty: Vec<_> = (0..100_000).map(|nth| (nth.to_string(), "")).collect();
    let empty: Vec<_> = empty.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    assert_eq!(in_time(&mut tar(&empty).as_slice()).len(), 100_000);
    let empty: Vec<_> =
        empty.iter().map(|(name, text)| (name.as_bytes(), *text, Kept::Stored)).collect();
    assert_eq!(in_time(&mut zip(&empty).as_slice()).len(), 100_000);
}

/// One part many times.
struct Repeated {
    part: std::sync::Arc<[u8]>,
    left: usize,
    at: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.part.len() && self.left > 0 {
            (self.left, self.at) = (self.left - 1, 0);
        }
        let n = (&self.part[self.at..]).read(buffer)?;
        self.at += n;
        Ok(n)
    }
}

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
        (fields("request"), &[]),
        (fields("metadata"), &[]),
        (fields("warcinfo"), &[]),
        (fields("revisit"), &["`x/http://a.example/1` is left out: it is as it was when it was fetched before (revisit)"]),
        ("WARC-Type: resource\nContent-Type: text/html".to_owned(), &["x/byte 0  Ports"]),
        ("WARC-Type: resource\nWARC-Target-URI: http://a.example/robots.txt\nContent-Type: text/plain".to_owned(),
         &["`x/http://a.example/robots.txt` is left out: it is for crawlers"]),
    ] {
        let fields = fields.as_str();
        assert_eq!(articles("x", &record(fields, &page("Ports"))), want, "{fields}");
    }
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
    assert!(seen[1].contains("corrupt") || seen[1].contains("unreadable"), "{}", seen[1]);
    assert!(seen[2].starts_with("x/http://a.example/3 html"), "{}", seen[2]);
    // The end is missing, in a header and in a body.
    for (cut, what) in [
        (100, "`x`: unreadable at byte 0: it ends within a header"),
        (len - 20, "cannot read `x/http://a.example/1`: what begins at byte 0 ends 16 bytes early"),
    ] {
        assert_eq!(opened("x", &good(1)[..cut]), [what]);
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

#[test]
fn a_mailbox_is_cut_into_its_mails() {
    let mail = |id: u32, text: &str| {
        format!(
            "From: Ports <ports@a.example>\nMessage-ID: <{id}@a.example>\nSubject: Mail {id}\n\n{text}\n"
        )
    };
    let line = "From ports@a.example Fri Apr 18 09:00:00 2025\n";
    let first = mail(
        1,
        "From here on ships sail.\n>From there they return.\n>>From >quoted.\n\nFrom now on, too.\n",
    );
    let mbox = format!("{line}{first}\n{line}{}\n{line}{}", mail(2, "Two."), mail(3, "Three."));
    let seen = opened("x.mbox", mbox.as_bytes());
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(seen[0].starts_with("x.mbox/mail 1 mail From: Ports"), "{}", seen[0]);
    assert!(seen[0].contains("\nFrom there") && seen[0].contains("\n>From >q"), "{}", seen[0]);
    assert!(seen[2].ends_with("Three.\n"), "{}", seen[2]);
    assert_eq!(articles("x", mbox.as_bytes())[1], "2@a.example  Mail 2");
    assert_eq!(
        opened("x.txt", b"From here on\nships: sail."),
        ["x.txt text From here on\nships: sail."]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is changed in an archive, it is read to its end in time.
    #[test]
    fn no_bytes_panic_or_hang(
        which in 0_usize..9,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let warc = [
            answer("http://a.example/1", HTML, &page("Ports")),
            answer("http://a.example/2", &format!("{HTML}\r\nTransfer-Encoding: chunked"), b"5\r\nports\r\n0\r\n\r\n"),
            answer("http://a.example/3", &format!("{HTML}\r\nContent-Encoding: br"), b"\x0b\x02\x80ports\x03"),
        ];
        let files = [("a.txt", &b"One."[..]), ("b.jsonl", b"{\"text\":\"Two.\"}")];
        let in_zip = |kept| zip(&files.map(|(name, text)| (name.as_bytes(), text, kept)));
        let mut bytes = match which {
            0 => gz(&tar(&files)),
            1 => zst(&tar(&files)),
            2 => xz(&tar(&files)),
            3 => tar(&files),
            4 => in_zip(Kept::Streamed),
            5 => in_zip(Kept::Long),
            6 => warc.concat(),
            7 => warc.map(|record| gz(&record)).concat(),
            _ => b"filedesc://x 0.0.0.0 20250418 text/plain 1\n\nhttp://a.example/ 1.2.3.4 20250418 text/html 4\nText\n".to_vec(),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let start = Instant::now();
        opened_within(Limits::default(), bytes.as_slice());
        prop_assert!(start.elapsed() < HANG);
        // What is no archive any more is nothing either.
        for_head(&bytes[..bytes.len().min(HEAD_BYTES)]);
    }
}

#[test]
fn a_file_that_is_called_an_archive_and_is_none_is_an_error() {
    for name in ["x.zip", "x.GZ", "x.warc"] {
        let want =
            format!("`{name}` cannot be unpacked further: it does not begin as its ending says");
        assert_eq!(opened(name, b"\x89noise"), [want]);
    }
    // What is packed may be anything.
    assert!(opened("x.png.gz", &gz(b"\x89PNG"))[0].starts_with("no reader for"));
}

#[test]
fn every_part_of_a_mailbox_is_a_mail() {
    let mailbox = b"From x@y Mon Mar 10 09:00:00 2025\nFrom: a@b.example\nSubject: S\n\nBody\n";
    let seen = opened("x.mbox", mailbox);
    assert!(seen[0].starts_with("x.mbox/mail 1 mail "), "{seen:?}");
}
