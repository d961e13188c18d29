//! CSL-JSON: a bibliography of the passages that were found, for citation processors (Zotero, pandoc).
//!
//! The schema is that of CSL 1.0.2; JSON escapes whatever an article says.

use std::io::{self, Write};

use jiff::civil::Date;
use serde::Serialize;

use super::cite::Citation;
use super::json;
use super::place::numbers;
use crate::results::Hit;

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Name<'a>>,
    #[serde(rename = "container-title", skip_serializing_if = "Option::is_none")]
    container_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Parts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Parts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    note: &'a str,
    annote: &'a str,
}

/// A name as it stands: which part of it is the family's is not told.
#[derive(Serialize)]
struct Name<'a> {
    literal: &'a str,
}

#[derive(Serialize)]
struct Parts {
    #[serde(rename = "date-parts")]
    parts: [[i16; 3]; 1],
}

impl From<Date> for Parts {
    fn from(day: Date) -> Self {
        Self { parts: [[day.year(), day.month().into(), day.day().into()]] }
    }
}

/// Writes a list of one item for each of `hits`, in order, an item a line; `accessed` is the day the
/// addresses were looked at.
///
/// Keys: `id` (the same for a passage in every bibliography), `type` (`article-newspaper`), `title`,
/// `author`, `container-title` (the publisher), `issued`, `accessed`, `language`, `URL` (with a text
/// fragment), `page` (those the passage is on), `note` (which paragraph), `annote` (its text). What is not known is left out.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write<'a>(
    out: &mut dyn Write,
    hits: impl IntoIterator<Item = &'a Hit>,
    accessed: Date,
) -> io::Result<()> {
    let mut first = true;
    for hit in hits {
        out.write_all(if first { b"[\n" } else { b",\n" })?;
        first = false;
        let cited = Citation::of(hit);
        let item = Item {
            id: &cited.key,
            kind: "article-newspaper",
            title: cited.title.as_deref(),
            author: cited.authors.iter().map(|literal| Name { literal }).collect(),
            container_title: cited.publisher.as_deref(),
            issued: hit.article.published.map(Parts::from),
            accessed: cited.url.is_some().then(|| accessed.into()),
            language: Some(hit.article.lang.as_str()).filter(|lang| *lang != "und"),
            url: cited.url.as_deref(),
            page: Some(numbers(&cited.pages, "-")).filter(|pages| !pages.is_empty()),
            note: &cited.place,
            annote: &cited.quote,
        };
        json::value(out, &item)?;
    }
    out.write_all(if first { b"[]\n" } else { b"\n]\n" })
}

#[cfg(test)]
mod tests {
    use citationberg::json as csl;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::article::Unit;
    use crate::output::sample;

    fn read(hits: &[Hit]) -> Vec<csl::Item> {
        let mut out = Vec::new();
        write(&mut out, hits, date(2026, 1, 31)).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn text(item: &csl::Item, key: &str) -> Option<String> {
        match item.0.get(key)? {
            csl::Value::String(text) => Some(text.clone()),
            other => panic!("`{key}` is {other:?}"),
        }
    }

    fn day(item: &csl::Item, key: &str) -> Option<Vec<i16>> {
        match item.0.get(key)? {
            csl::Value::Date(csl::DateValue::DateParts { date_parts, .. }) => {
                let [one] = &date_parts.0[..] else { panic!("`{key}` is a range") };
                Some(one.0.clone())
            }
            other => panic!("`{key}` is {other:?}"),
        }
    }

    #[test]
    fn an_item_says_what_is_known() {
        let hits = sample::results().hits;
        let items = read(&hits);
        let [first, second] = &items[..] else { panic!("two") };
        assert_eq!(text(first, "type").as_deref(), Some("article-newspaper"));
        assert_eq!(text(first, "title"), hits[0].article.headline);
        assert_eq!(text(first, "note").as_deref(), Some("para. 5 of 11"));
        assert_eq!(day(first, "issued"), Some(vec![2025, 4, 18]));
        assert_eq!(day(first, "accessed"), Some(vec![2026, 1, 31]));
        assert!(text(first, "URL").unwrap().contains("#:~:text="));
        let keys: Vec<&str> = second.0.keys().map(String::as_str).collect();
        assert_eq!(keys, ["annote", "id", "language", "note", "type"]);
        let mut paged = hits[0].clone();
        paged.article.unit = Unit::Page;
        paged.passage.passage.source_lines = vec![(1, 1).into(), (5, 6).into()];
        assert_eq!(text(&read(&[paged])[0], "page").as_deref(), Some("1, 5-6"));
        assert!(read(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_text_comes_back(headline in "(\\PC|[{}\\\\%\"\n\t\u{0}\u{202e}]){0,40}") {
            let mut hit = sample::results().hits.remove(0);
            hit.article.headline = Some(headline.clone());
            hit.article.authors = vec![headline];
            let items = read(&[hit.clone(), hit.clone()]);
            let cited = Citation::of(&hit);
            prop_assert_eq!(items.len(), 2);
            prop_assert_eq!(text(&items[0], "title"), cited.title);
            let authors = match items[0].0.get("author") {
                Some(csl::Value::Names(names)) => names.len(),
                _ => 0,
            };
            prop_assert_eq!(authors, cited.authors.len());
        }
    }
}
