//! Text in other encodings, broken text and hostile text read through the readers, and held against
//! what it says: `fmt-encodings`, `rob-json`, `rob-utf8` and `rob-naughty-strings` of the development
//! data, which is not part of the project.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pressmark::article::Article;
use pressmark::reader::{
    CsvReader, HtmlReader, JsonlReader, Piece, ReadError, ReadOptions, Reader, SourcePath,
    TextReader,
};
use serde_json::Value;

use crate::shared;

/// Other texts in other encodings are harder or easier.
const LEAST_TOLD: f64 = 0.8;
const LEAST_SHORT: f64 = 0.97;

/// What takes longer hangs.
const MOST: Duration = Duration::from_secs(5);

/// The article that `bytes` are, and how many warnings go before it.
fn read(name: &str, bytes: &[u8]) -> (Option<Article>, usize) {
    let reader: &dyn Reader = if name.ends_with(".html") { &HtmlReader } else { &TextReader };
    let piece = Piece::new(1, bytes);
    let (mut article, mut n_warnings) = (None, 0);
    reader.articles(&SourcePath::new(name, name), &piece, &ReadOptions::default(), &mut |read| {
        match read {
            Ok(read) => article = Some(read),
            Err(error) if error.is_warning() => n_warnings += 1,
            Err(error) => println!("{error}"),
        }
    });
    (article, n_warnings)
}

/// All that an article says, on one line.
fn text(article: &Article) -> String {
    let blocks = article.blocks.iter().map(|block| block.text.as_str());
    let texts: Vec<&str> = article.head.headline.as_deref().into_iter().chain(blocks).collect();
    texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn chinese_is_read_from_every_encoding_as_it_was_written() {
    let Some(folder) = shared::path("data/fmt-encodings/generated-zh") else { return };
    let manifest = fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let (mut n, mut n_read) = (0, 0);
    for line in manifest.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let bytes = |key: &str| fs::read(folder.join(row[key].as_str().unwrap())).unwrap();
        let name = row["file"].as_str().unwrap();
        let (article, n_warnings) = read(name, &bytes("file"));
        let (truth, _) = read("truth.txt", &bytes("truth"));
        n += 1;
        let is_same = article.as_ref().map(text) == truth.as_ref().map(text) && n_warnings == 0;
        n_read += usize::from(is_same);
        if !is_same {
            println!("{name}: {:?}", article.map(|article| article.head.edition));
        }
    }
    println!("{n_read} of {n}");
    assert_eq!(n_read, n);
}

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

#[test]
fn texts_are_decoded_as_those_who_collected_them_say() {
    let Some(folder) = shared::path("data/fmt-encodings/chardet") else { return };
    let (mut n, mut n_told) = (0, 0);
    for path in files(&folder) {
        let said = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
        // Some say the language too.
        let is_label = |name: &&str| encoding_rs::Encoding::for_label(name.as_bytes()).is_some();
        let label = said.rsplit_once('-').map(|(name, _)| name).filter(is_label).unwrap_or(said);
        let bytes = fs::read(&path).unwrap();
        // Any reader will do, as all decode alike; text is read from every page.
        let (article, _) = read("x.txt", &bytes);
        let found = article.map(|article| article.head.edition.encoding.unwrap_or("UTF-8".into()));
        let is_told = found.as_deref().is_some_and(|found| is_same(found, label, &bytes));
        n += 1;
        n_told += usize::from(is_told);
        if !is_told {
            println!("{}: {found:?}", path.display());
        }
    }
    println!("{n_told} of {n} are decoded as their folder says");
    assert!(n_told as f64 >= LEAST_TOLD * n as f64, "{n_told} of {n}");
}

/// Whether `bytes` are the same text in both encodings.
fn is_same(found: &str, said: &str, bytes: &[u8]) -> bool {
    if found.eq_ignore_ascii_case(said) || found.starts_with(&said.to_uppercase()) {
        return true;
    }
    let encoding = |label: &str| encoding_rs::Encoding::for_label(label.as_bytes());
    match (encoding(found), encoding(said)) {
        (Some(found), Some(said)) => found.decode(bytes).0 == said.decode(bytes).0,
        _ => false,
    }
}

/// The texts of articles of the development data `below`, by paragraph.
fn paragraphs(below: &str) -> Option<Vec<String>> {
    let rows = shared::text(below)?;
    let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let texts = rows.flat_map(|row| match &row["paragraphs"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => vec![row["text"].as_str().unwrap_or_default().to_owned()],
    });
    Some(texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect())
}

#[test]
fn a_few_words_are_enough_to_know_an_encoding() {
    let mut least: f64 = 1.0;
    for (below, label, lengths) in [
        ("data/news-ntrex/articles-zh-dev.jsonl", "gbk", [4, 8, 16, 64]),
        ("data/news-ntrex/articles-zh-dev.jsonl", "gb18030", [4, 8, 16, 64]),
        ("data/news-ntrex/articles-zh-Hant-dev.jsonl", "big5", [4, 8, 16, 64]),
        ("data/news-ntrex/articles-zh-Hant-dev.jsonl", "gbk", [4, 8, 16, 64]),
        ("data/news-ntrex/articles-en-dev.jsonl", "windows-1252", [16, 32, 64, 256]),
        ("data/news-ntrex/articles-ms-dev.jsonl", "windows-1252", [16, 32, 64, 256]),
    ] {
        let Some(paragraphs) = paragraphs(below) else { return };
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        for length in lengths {
            let (mut n, mut n_same) = (0, 0);
            for paragraph in &paragraphs {
                let cut: String = paragraph.chars().take(length).collect();
                let line = serde_json::json!({ "text": cut }).to_string();
                let (line, _, has_faults) = encoding.encode(&line);
                if has_faults || cut.is_ascii() {
                    continue;
                }
                let article = records("x.jsonl", &line).into_iter().find_map(Result::ok);
                n += 1;
                let dense = |text: &str| text.split_whitespace().collect::<String>();
                let found = article.as_ref().map(|read| dense(&text(read)));
                let is_same = found.as_deref() == Some(&*dense(&cut));
                n_same += usize::from(is_same);
                if !is_same && length == 64 {
                    println!("{label}: {found:?}, wanted {cut}");
                }
            }
            let share = n_same as f64 / n as f64;
            println!("{label} {length} characters: {n_same} of {n} ({share:.3})");
            if length >= 16 {
                least = least.min(share);
            }
        }
    }
    assert!(least >= LEAST_SHORT, "{least}");
}

/// What is read from `bytes`, a source of records.
fn records(name: &str, bytes: &[u8]) -> Vec<Result<Article, ReadError>> {
    let source = SourcePath::new(name, name);
    let reader: &dyn Reader = if name.ends_with(".csv") { &CsvReader } else { &JsonlReader };
    let mut read = Vec::new();
    let start = Instant::now();
    reader.pieces(&source, &mut &*bytes, &mut |piece| {
        match piece {
            Ok(piece) => {
                let options = ReadOptions::default();
                reader.articles(&source, &piece, &options, &mut |article| read.push(article));
            }
            Err(error) => read.push(Err(error)),
        }
        ControlFlow::Continue(())
    });
    assert!(start.elapsed() < MOST, "{name}: {:?}", start.elapsed());
    read
}

/// `bytes` as a string of JSON.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in bytes {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            0..=0x1F => quoted.extend(format!("\\u{byte:04x}").bytes()),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'"');
    quoted
}

#[test]
fn json_is_taken_and_refused_as_its_test_suite_says() {
    let Some(folder) = shared::path("data/rob-json/JSONTestSuite") else { return };
    let (mut n_taken, mut n_refused) = (0, 0);
    for path in files(&folder) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        drop(records("x.jsonl", &bytes));
        if name.starts_with("y_") {
            // A record is one line; none of these has a line end in a string.
            bytes.iter_mut().filter(|b| b.is_ascii_whitespace()).for_each(|b| *b = b' ');
        }
        let read = records("x.jsonl", &[b"{\"text\":\"a\",\"x\":", &*bytes, b"}"].concat());
        let taken = read.iter().filter(|read| read.is_ok()).count();
        // The same as one of a list, which may be on many lines; what is broken costs no other.
        let (before, after) = (&b"[{\"text\":\"b\"},\n{\"text\":\"a\",\"x\":"[..], b"}\n]");
        let list = records("x.json", &[before, &*bytes, after].concat());
        let n_listed = list.iter().filter(|read| read.is_ok()).count();
        if name.starts_with("y_") {
            assert_eq!((taken, read.len()), (1, 1), "{name}: {read:?}");
            assert_eq!((n_listed, list.len()), (2, 2), "{name}: {list:?}");
            n_taken += 1;
        }
        if name.starts_with("n_") {
            assert!(taken == 0 && !read.is_empty(), "{name} is taken");
            assert!(n_listed < list.len(), "{name} is taken in a list: {list:?}");
            // With a NUL in it, it is text in no encoding that JSON comes in.
            assert!(n_listed > 0 || bytes.contains(&0), "{name} costs another: {list:?}");
            n_refused += 1;
        }
    }
    println!("{n_taken} taken, {n_refused} refused");
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn hostile_strings_come_back() {
    let Some(list) = shared::text("data/rob-naughty-strings/blns.json") else { return };
    let strings: Vec<String> = serde_json::from_str(&list).unwrap();
    let mut n = 0;
    for string in &strings {
        let json = serde_json::json!({
            "text": string, "title": "a", "author": string, "tags": [string], "url": string,
        });
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["text", "title", "author", "tags", "url"]).unwrap();
        table.write_record([string, "a", string, string, string]).unwrap();
        let table = table.into_inner().unwrap();
        for (name, bytes) in [("x.jsonl", json.to_string().into_bytes()), ("x.csv", table)] {
            let read = records(name, &bytes);
            let Some(Ok(article)) = read.last() else { panic!("{name} {string:?}: {read:?}") };
            // Tags and references are markup.
            if !string.contains(['<', '&']) {
                let texts = article.blocks.iter().map(|block| block.text.as_str());
                assert_eq!(letters(&texts.collect::<String>()), letters(string), "{name}");
                n += 1;
            }
        }
        let (article, _) = read("x.txt", string.as_bytes());
        // Nothing but marks is no text.
        assert!(
            article.is_some() || letters(string).is_empty() || string.contains(['\0', '<']),
            "{string:?}"
        );
    }
    println!("{} strings, {n} times as they were", strings.len());
}

#[test]
fn broken_utf8_costs_nothing_beside_it() {
    let Some(folder) = shared::path("data/rob-utf8/utf8tests") else { return };
    let bytes = fs::read(folder.join("utf8tests.bin")).unwrap();
    let mut n = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = [b"{\"id\":1,\"title\":\"a\",\"text\":", &*quoted(line), b"}"].concat();
        let read = records("x.jsonl", &line);
        let Some(Ok(article)) = read.last() else { panic!("{read:?}") };
        let texts: String = article.blocks.iter().map(|block| block.text.as_str()).collect();
        let record: Value = serde_json::from_str(&String::from_utf8_lossy(&line)).unwrap();
        let wanted = record["text"].as_str().unwrap();
        let ascii = |text: &str| letters(text).chars().filter(char::is_ascii).collect::<String>();
        assert_eq!(ascii(&texts), ascii(wanted));
        if std::str::from_utf8(&line).is_ok() {
            assert_eq!(letters(&texts), letters(wanted));
            n += 1;
        }
    }
    println!("{n} lines are UTF-8");
    for path in files(&folder) {
        drop(read("x.txt", &fs::read(&path).unwrap()));
        drop(read("x.html", &fs::read(&path).unwrap()));
    }
}
