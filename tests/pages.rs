//! Saved web pages read and held against what the reader view of Firefox makes of them:
//! `fmt-html-readability` of the development data, which is not part of the project.
//!
//! The measure of a text is F1 over its words, each counted as often as it stands there. The floors
//! lie under what is measured on these pages, as other pages may be worse.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pressmark::article::Article;
use pressmark::reader::{HtmlReader, Piece, ReadOptions, Reader, SourcePath, parse_date};
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use crate::shared;

const LEAST_F1: f64 = 0.98;
const LEAST_HEADLINES: f64 = 0.95;
const LEAST_DATES: f64 = 0.90;

/// The article of the page `html`, and how long it took.
fn read(html: &str) -> (Option<Article>, Duration) {
    let source = SourcePath::new("page.html", "page.html");
    let piece = Piece::new(1, html);
    let mut article = None;
    let start = Instant::now();
    HtmlReader.articles(&source, &piece, &ReadOptions::default(), &mut |read| {
        article = read.ok().or(article.take());
    });
    (article, start.elapsed())
}

/// The words of `text`, each with how often it is there.
fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in text.unicode_words() {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

/// Twice the words that both have, over the words of each.
fn f1(found: &HashMap<String, usize>, wanted: &HashMap<String, usize>) -> f64 {
    let total: usize = found.values().chain(wanted.values()).sum();
    let common: usize =
        wanted.iter().map(|(word, n)| found.get(word).map_or(0, |found| *found.min(n))).sum();
    if total == 0 { 1.0 } else { 2.0 * common as f64 / total as f64 }
}

/// The text of `html`, which is well-formed, with nothing left out but tags; what parts blocks
/// parts words.
fn text_of(html: &str) -> String {
    #[rustfmt::skip]
    const INLINE: [&str; 20] = [
        "a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "mark", "q", "s", "small",
        "span", "strong", "sub", "sup", "time", "u",
    ];
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        if !INLINE.contains(&name) {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    let references =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")];
    let text = references.iter().fold(text, |text, (name, said)| text.replace(name, said));
    text.replace("&amp;", "&")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[test]
fn saved_pages_are_read_as_the_reader_view_shows_them() {
    let Some(folder) = shared::path("data/fmt-html-readability/dev") else { return };
    let mut pages: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let mut scores = Vec::new();
    let (mut headlines, mut dates, mut dated) = (0, 0, 0);
    let (mut bytes, mut took) = (0, Duration::ZERO);
    for page in &pages {
        let text = |name: &str| fs::read_to_string(page.join(name)).unwrap();
        let name = page.file_name().and_then(|name| name.to_str()).unwrap();
        let html = text("source.html");
        let wanted: Value = serde_json::from_str(&text("expected-metadata.json")).unwrap();
        let (article, time) = read(&html);
        bytes += html.len();
        took += time;
        let article = article.unwrap_or_else(|| panic!("`{name}` is not read"));
        let found: Vec<&str> = article.blocks.iter().map(|block| block.text.as_str()).collect();
        let score = f1(&words(&found.join("\n")), &words(&text_of(&text("expected.html"))));
        scores.push((score, name));
        let headline = article.head.headline.as_deref().unwrap_or_default();
        let title = wanted["title"].as_str().unwrap_or_default();
        if squeezed(headline) == squeezed(title) {
            headlines += 1;
        } else {
            println!("{name}: headline `{headline}`, wanted `{title}`");
        }
        if let Some(time) = wanted["publishedTime"].as_str() {
            dated += 1;
            let day = parse_date(time);
            if article.head.published == day {
                dates += 1;
            } else {
                println!("{name}: date {:?}, wanted {day:?}", article.head.published);
            }
        }
    }
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean = scores.iter().map(|score| score.0).sum::<f64>() / scores.len() as f64;
    let share = |n: usize, of: usize| if of == 0 { 1.0 } else { n as f64 / of as f64 };
    println!(
        "{} pages: F1 {mean:.4}, median {:.4}; headlines {headlines}, dates {dates} of {dated}; {:.1} MB/s",
        pages.len(),
        scores[scores.len() / 2].0,
        bytes as f64 / took.as_secs_f64() / 1e6,
    );
    for (score, name) in scores.iter().take(8) {
        println!("  {score:.4} {name}");
    }
    assert!(mean >= LEAST_F1, "{mean}");
    assert!(share(headlines, pages.len()) >= LEAST_HEADLINES, "{headlines} of {}", pages.len());
    assert!(share(dates, dated) >= LEAST_DATES, "{dates} of {dated}");
}

#[test]
fn what_parsers_are_tested_with_is_read_or_refused_in_time() {
    const MOST: Duration = Duration::from_secs(5);
    let Some(folder) = shared::path("data/rob-html5lib") else { return };
    let mut folders = vec![folder];
    let mut n_files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            n_files += 1;
            for html in inputs(&path, &bytes) {
                let (_, took) = read(&html);
                assert!(took < MOST, "{}: {took:?}", path.display());
            }
        }
    }
    println!("{n_files} files");
}

/// The pages a file of tests holds: every text in it if it is JSON, and itself.
fn inputs(path: &Path, bytes: &[u8]) -> Vec<String> {
    fn texts(value: Value, all: &mut Vec<String>) {
        match value {
            Value::String(text) => all.push(text),
            Value::Array(list) => list.into_iter().for_each(|value| texts(value, all)),
            Value::Object(object) => object.into_iter().for_each(|(_, value)| texts(value, all)),
            _ => {}
        }
    }
    let mut all = vec![String::from_utf8_lossy(bytes).into_owned()];
    if let Ok(value) = serde_json::from_slice(bytes) {
        texts(value, &mut all);
    }
    all.push(format!("<!DOCTYPE html><title>{}</title>{}", path.display(), all[0]));
    all
}
