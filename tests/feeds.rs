//! Feeds held against what feedparser, a library in Python, makes of them: `fmt-feeds` of the
//! development data, which is not part of the project.
//!
//! A file says in a comment what is to be true of it, as an expression of Python. What is said of
//! fields that articles have is checked; the rest is none of our concern: styles and addresses that
//! are sanitised, what feeds say of themselves but their title and language, enclosures, places.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pressmark::article::{Article, Lang};
use pressmark::reader::{
    FeedReader, Piece, ReadError, ReadOptions, Reader, Said, SourcePath, parse_date,
};

use crate::shared;

/// The least share of what is said of well-formed feeds, and of others, that must hold.
const LEAST_WELL_FORMED: f64 = 0.99;
const LEAST_OTHERS: f64 = 0.99;

/// How long one may take.
const MOST: Duration = Duration::from_secs(5);

/// One thing that is to be true: where it stands, and what is there.
#[derive(Clone, Debug)]
struct Claim {
    path: Vec<String>,
    value: Value,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Day(String),
    Other,
}

/// What a file says is to be true of it.
fn claims(expression: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    for term in terms(expression) {
        let sides = split(&term, "==");
        let Some((value, paths)) = sides.split_last() else { continue };
        let value = literal(value.trim());
        claims.extend(paths.iter().map(|path| Claim { path: steps(path), value: value.clone() }));
    }
    claims
}

fn terms(expression: &str) -> Vec<String> {
    split(expression, " and ")
}

/// `text` cut at `mark`, where that is not within quotes.
fn split(text: &str, mark: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let part = parts.last_mut().unwrap();
        if let Some(after) = rest.strip_prefix(mark) {
            parts.push(String::new());
            rest = after;
        } else if let Some(len) = quoted(rest) {
            part.push_str(&rest[..len]);
            rest = &rest[len..];
        } else {
            part.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    parts
}

/// The length of the string that `text` begins with.
fn quoted(text: &str) -> Option<usize> {
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| text.starts_with(quote))?;
    let mut at = quote.len();
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(quote) {
            return Some(at + quote.len());
        }
        let c = rest.chars().next()?;
        at += c.len_utf8();
        if c == '\\' {
            at += rest[1..].chars().next()?.len_utf8();
        }
    }
}

fn literal(text: &str) -> Value {
    let bare = text.strip_prefix('u').unwrap_or(text);
    if quoted(bare).is_some() {
        // Strings may be put together.
        let (mut rest, mut text) = (bare, String::new());
        while let Some(len) = quoted(rest) {
            let marks = if rest.starts_with("\"\"\"") || rest.starts_with("'''") { 3 } else { 1 };
            text.push_str(&unescaped(&rest[marks..len - marks]));
            rest = rest[len..].trim_start_matches([' ', '+']);
        }
        return Value::Text(text);
    }
    let numbers: Vec<i32> = text
        .trim_matches(['(', ')'])
        .split(',')
        .map_while(|number| number.trim().parse().ok())
        .collect();
    match numbers[..] {
        [year, month, day, _, _, _, ..] => Value::Day(format!("{year:04}-{month:02}-{day:02}")),
        _ => Value::Other,
    }
}

/// What is written in a string of Python.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(kind @ ('u' | 'x' | 'U')) => {
                let n = match kind {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits: String = chars.by_ref().take(n).collect();
                out.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}

/// `entries[0]['title_detail']['value']` as its steps.
fn steps(path: &str) -> Vec<String> {
    let parts = path.trim().split(['[', ']', '.']).map(|part| part.trim_matches(['\'', '"']));
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A file with what it says of itself.
#[derive(Default)]
struct Case {
    name: String,
    bytes: Vec<u8>,
    said: Said,
    claims: Vec<Claim>,
    is_well_formed: bool,
}

impl Case {
    fn of(path: &Path, root: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        // The comment is ASCII whatever the encoding.
        let ascii: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        let text = String::from_utf8_lossy(&ascii);
        let after = |mark: &str| {
            let rest = text.split_once(mark)?.1;
            Some(rest.lines().next()?.trim().trim_end_matches("\",").trim_end_matches(" -->"))
        };
        let header = |name: &str| {
            let of = |line: &&str| line.trim_start().starts_with("Header:");
            let mut lines = text.lines().filter(of).map(str::to_ascii_lowercase);
            lines.find_map(|line| Some(line.split_once(name)?.1.trim().to_owned()))
        };
        let charset = header("charset=").map(|name| name.trim_matches(['"', ';']).to_owned());
        let said = Said { charset, url: header("content-location:"), ..Said::default() };
        let expression = after("Expect:").unwrap_or_default();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        Self {
            claims: claims(expression),
            is_well_formed: expression.contains("not bozo"),
            name,
            bytes,
            said,
        }
    }

    /// Its first half, which ends anywhere.
    fn torn(&self) -> Self {
        let bytes = self.bytes[..self.bytes.len() / 2].to_vec();
        Self { name: self.name.clone(), bytes, said: self.said.clone(), ..Self::default() }
    }

    /// Reads it as it is, or `mended`: with an entry if it has none, and headlines for those that
    /// have no text, since nothing is told of articles that are not there.
    fn read(&self, mended: bool) -> (Vec<Article>, Vec<ReadError>) {
        let bytes = if mended { mended_feed(&self.bytes) } else { self.bytes.clone() };
        let source = SourcePath { said: self.said.clone(), ..SourcePath::new("f.xml", "f.xml") };
        let (mut articles, mut errors) = (Vec::new(), Vec::new());
        let piece = Piece::new(1, bytes);
        let start = Instant::now();
        FeedReader.articles(&source, &piece, &ReadOptions::default(), &mut |read| match read {
            Ok(article) => articles.push(article),
            Err(error) => errors.push(error),
        });
        assert!(start.elapsed() < MOST, "{}: {:?}", self.name, start.elapsed());
        (articles, errors)
    }
}

fn mended_feed(bytes: &[u8]) -> Vec<u8> {
    const TITLE: &str = "<title>12345</title>";
    // Bytes are characters here, as the text may be in any encoding.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let lower = text.to_ascii_lowercase();
    let mut out = text.clone();
    let entries: Vec<usize> = ["<item", "<entry", "<rss:item"]
        .iter()
        .flat_map(|start| lower.match_indices(start))
        .filter(|(at, start)| lower[at + start.len()..].starts_with(['>', ' ', '\n']))
        .filter_map(|(at, _)| Some(at + text[at..].find('>')? + 1))
        .collect();
    if !entries.is_empty() {
        for at in entries.iter().rev().filter(|at| !text[..**at].ends_with("/>")) {
            out.insert_str(*at, TITLE);
        }
    } else {
        for (end, entry) in [("</channel>", "item"), ("</feed>", "entry"), ("</rdf:rdf>", "item")] {
            if let Some(at) = lower.rfind(end) {
                out.insert_str(at, &format!("<{entry}>{TITLE}</{entry}>"));
                break;
            }
        }
    }
    out.chars().map(|c| c as u8).collect()
}

/// The text of HTML, without white space.
fn bare(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c));
        match after.split_once('>').filter(|_| is_tag) {
            Some((_, after)) => rest = after,
            None => {
                text.push('<');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    let references =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&nbsp;", "")];
    let mut text = references.iter().fold(text, |text, (name, said)| text.replace(name, said));
    while let Some((before, after)) = text.split_once("&#") {
        let Some((number, after)) = after.split_once(';') else { break };
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let said = code.ok().and_then(char::from_u32).map(String::from).unwrap_or_default();
        text = format!("{before}{said}{after}");
    }
    let text = text.replace("&amp;", "&");
    tight(&text)
}

fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}').collect()
}

/// Whether what is claimed holds, and of which field; `None` if articles have no such thing.
fn check(claim: &Claim, article: Option<&Article>) -> Option<(&'static str, bool)> {
    let path: Vec<&str> = claim.path.iter().map(String::as_str).collect();
    let head = article.map(|article| &article.head);
    let is_text = |found: Option<&str>, want: &str| {
        let found = tight(found.unwrap_or_default());
        found == bare(want) || found == tight(want)
    };
    let field = match (&path[..], &claim.value) {
        (["entries", _, "title"] | ["entries", _, "title_detail", "value"], Value::Text(want)) => {
            let headline = head.and_then(|head| head.headline.as_deref());
            ("headline", is_text(headline, want))
        }
        (
            ["entries", _, "description" | "summary"]
            | ["entries", _, "summary_detail", "value"]
            | ["entries", _, "content", "0", "value"],
            Value::Text(want),
        ) => {
            let text: Option<String> = article.map(|article| {
                article.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ")
            });
            ("text", is_text(text.as_deref(), want))
        }
        (["entries", _, "link"], Value::Text(want)) => {
            ("url", head.and_then(|head| head.url.as_deref()) == Some(want))
        }
        (["entries", _, "id" | "guid"], Value::Text(want)) => {
            ("id", head.is_some_and(|head| head.id.as_str() == want))
        }
        (["entries", _, "author"] | ["entries", _, "author_detail", "name"], Value::Text(want)) => {
            let name = want.split(" (").next().unwrap_or_default();
            ("author", head.is_some_and(|head| head.authors.first().is_some_and(|it| it == name)))
        }
        (["entries", _, "authors", at, "name"], Value::Text(want)) => {
            let at: usize = at.parse().unwrap();
            ("author", head.is_some_and(|head| head.authors.get(at) == Some(want)))
        }
        (["entries", _, "published" | "created"], Value::Text(want)) => {
            ("date", head.is_some_and(|head| head.published == parse_date(want)))
        }
        (["entries", _, "published_parsed" | "created_parsed"], Value::Day(want)) => {
            let day = head.and_then(|head| head.published).map(|day| day.to_string());
            ("date", day.as_ref() == Some(want))
        }
        (["entries", _, "updated"], Value::Text(want)) => {
            let updated = head.and_then(|head| head.edition.updated.as_deref());
            let day = head.and_then(|head| head.published);
            ("updated", updated == Some(want) || updated.is_none() && day == parse_date(want))
        }
        (["entries", _, "updated_parsed"], Value::Day(want)) => {
            let updated = head.and_then(|head| parse_date(head.edition.updated.as_deref()?));
            let day = updated.or(head.and_then(|head| head.published));
            ("updated", day.map(|day| day.to_string()).as_ref() == Some(want))
        }
        (
            ["entries", _, "tags", _, "term" | "label"] | ["entries", _, "category"],
            Value::Text(want),
        ) => ("tags", head.is_some_and(|head| head.source_tags.contains(want))),
        (["entries", _, "source", "title"], Value::Text(want))
        | (["feed", "title"] | ["feed", "title_detail", "value"], Value::Text(want)) => {
            ("source", is_text(head.and_then(|head| head.source.as_deref()), want))
        }
        (
            ["entries", _, _, "language"] | ["entries", _, _, _, "language"] | ["feed", "language"],
            Value::Text(want),
        ) if !want.is_empty() => ("lang", head.is_some_and(|head| head.lang == Lang::new(want))),
        _ => return None,
    };
    Some(field)
}

/// Whether `claim` is about what makes an article.
fn is_about_text(claim: &Claim) -> bool {
    let is_text = |step: &String| {
        ["title", "title_detail", "description", "summary", "summary_detail", "content"]
            .contains(&step.as_str())
    };
    claim.path[0] == "entries"
        && claim.path.iter().skip(2).take(1).any(is_text)
        && claim.path.last().is_some_and(|last| last != "language")
}

/// What is claimed and not so on purpose, with the reason: part of the names of files.
#[rustfmt::skip]
const DECLINED: &[(&str, &str)] = &[
    ("wellformed/atom10/entry_content_and_summary.xml", "a summary beside a text is left out"),
    ("wellformed/rss/item_description_and_summary.xml", "a summary beside a text is left out"),
    ("wellformed/rss/item_summary_and_description.xml", "a summary beside a text is left out"),
    ("wellformed/base/http_entry_id_base", "an id is no address, and stays as it is"),
    ("wellformed/base/http_item_link_base_docuri.xml", "a file was fetched from nowhere"),
    ("wellformed/cdf/item_lastmod_parsed.xml", "a day is the one that is stated, not that in UTC"),
    ("wellformed/lang/http_content_language", "nothing tells what else a server said"),
    ("wellformed/namespace/atomsvg", "what a drawing is titled is no text"),
    ("wellformed/namespace/rss2.0svgtitle.xml", "what a drawing is titled is no text"),
    ("wellformed/rss/entity_in_doctype.xml", "document types are not read"),
    ("wellformed/rss/item_description_not_a_doctype.xml", "`<!` begins a comment, as in browsers"),
    ("_crazy.xml", "what is a script, and what a title, is as in browsers"),
    ("_iframe.xml", "what a frame holds is not shown"),
    ("item_content_encoded_script_nested_cdata.xml", "`<!` begins a comment, as in browsers"),
    ("entities/lang.xml", "its meaning has changed since HTML 4"),
    ("entities/rang.xml", "its meaning has changed since HTML 4"),
    ("entities/shy.xml", "what is not seen parts no words"),
    ("wellformed/lang/entry_title_xml_lang_inherit_", "an article has the language of its text"),
];

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut folders = vec![folder];
    let mut files = Vec::new();
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
fn feeds_say_what_they_are_expected_to() {
    let Some(root) = shared::path("data/fmt-feeds/feedparser") else { return };
    /// Held, claimed.
    type Score = (usize, usize);
    let mut fields: BTreeMap<(bool, &str), Score> = BTreeMap::new();
    let (mut n_files, mut n_declined, mut n_other, mut n_undecoded) = (0, 0, 0, 0);
    for path in files(root.clone()) {
        let case = Case::of(&path, &root);
        n_files += 1;
        let (articles, errors) = case.read(false);
        case.torn().read(false);
        let mended = articles.is_empty().then(|| case.read(true).0);
        let is_undecoded = errors.iter().any(|error| {
            matches!(error, ReadError::UnknownEncoding { .. } | ReadError::NotText { .. })
        });
        for claim in &case.claims {
            let nth = || claim.path.get(1)?.parse::<usize>().ok();
            let is_of_entry = claim.path.first().is_some_and(|first| first == "entries");
            let at = if is_of_entry { nth().unwrap_or(0) } else { 0 };
            let mended = mended.as_ref().filter(|_| !is_about_text(claim));
            let article = articles.get(at).or_else(|| mended?.get(at));
            let Some((field, holds)) = check(claim, article) else {
                n_other += 1;
                continue;
            };
            if is_undecoded {
                n_undecoded += 1;
                continue;
            }
            if !holds && DECLINED.iter().any(|(name, _)| case.name.contains(name)) {
                n_declined += 1;
                continue;
            }
            let score = fields.entry((case.is_well_formed, field)).or_default();
            score.0 += usize::from(holds);
            score.1 += 1;
            if !holds {
                println!("  {}: {claim:?}", case.name);
                println!("    {:?} {errors:?}", article.map(|it| (&it.head, &it.blocks)));
            }
        }
    }
    println!("{n_files} files");
    let mut totals: BTreeMap<bool, Score> = BTreeMap::new();
    for ((is_well_formed, field), (held, claimed)) in &fields {
        let kind = if *is_well_formed { "well-formed" } else { "others" };
        println!("  {kind} {field}: {held} of {claimed}");
        let total = totals.entry(*is_well_formed).or_default();
        *total = (total.0 + held, total.1 + claimed);
    }
    println!("  not ours {n_other}, declined {n_declined}, in other encodings {n_undecoded}");
    for (is_well_formed, least) in [(true, LEAST_WELL_FORMED), (false, LEAST_OTHERS)] {
        let (held, claimed) = totals[&is_well_formed];
        assert!(held as f64 >= least * claimed as f64, "{held} of {claimed}");
    }
}
