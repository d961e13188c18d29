//! JSON Feed 1.0 and 1.1. Items are read one by one: what is wrong with one loses no other, and of a
//! file that breaks off those before are there.

use std::fmt;

use memchr::memmem;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::entry::person;
use super::text::{Text, without_notice};
use super::{Dates, Given};
use crate::article::{Block, Lang, LineRange};
use crate::reader::draft::Draft;
use crate::reader::loose::Texts;

/// Whether what begins with `head` is one.
pub(super) fn is_feed(head: &[u8]) -> bool {
    memmem::find_iter(head, b"\"version\"").any(|at| {
        let after = head[at + "\"version\"".len()..].trim_ascii_start();
        let value = after.strip_prefix(b":").map(<[u8]>::trim_ascii_start).unwrap_or_default();
        let value = &value[..value.len().min(60)];
        value.starts_with(b"\"http") && memmem::find(value, b"jsonfeed.org").is_some()
    })
}

/// A feed, with its items as they stand there.
#[derive(Debug, Default)]
pub(super) struct JsonFeed<'a> {
    title: Texts,
    lang: Texts,
    authors: Vec<String>,
    pub(super) items: Vec<Raw<'a>>,
}

/// An item that is not yet read.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    text: &'a str,
    pub(super) lines: LineRange,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    id: Texts,
    url: Texts,
    external_url: Texts,
    title: Texts,
    content_html: Texts,
    content_text: Texts,
    summary: Texts,
    date_published: Texts,
    date_modified: Texts,
    authors: Texts,
    author: Texts,
    tags: Texts,
    language: Texts,
}

/// Reads `text` as far as it goes; the line where it stops being a feed, and why.
pub(super) fn parse(text: &str) -> (JsonFeed<'_>, Option<(u32, String)>) {
    let mut feed = JsonFeed::default();
    let mut items = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let seed = FeedSeed { feed: &mut feed, items: &mut items };
    let fault = seed.deserialize(&mut json).and_then(|()| json.end()).err().map(|error| {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said);
        let what = what.replace("EOF", "the file ends").replace("key must be", "keys must be");
        (u32::try_from(error.line()).unwrap_or(u32::MAX).max(1), what)
    });
    let (mut line, mut seen) = (1, 0);
    feed.items = items
        .into_iter()
        .map(|item: &RawValue| {
            let item = item.get();
            // It is a part of the text.
            let from = item.as_ptr() as usize - text.as_ptr() as usize;
            line += line_ends(&text[seen..from]);
            let first = line;
            line += line_ends(item);
            seen = from + item.len();
            Raw { text: item, lines: LineRange { first, last: line } }
        })
        .collect();
    (feed, fault)
}

fn line_ends(text: &str) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX)
}

impl JsonFeed<'_> {
    /// The entry that `item` is, or what it is instead.
    pub(super) fn read(&self, item: &Raw<'_>) -> Result<Given, String> {
        let lines = item.lines;
        let item: Item = serde_json::from_str(item.text).map_err(|error| {
            let said = error.to_string();
            said.split(" at line ").next().unwrap_or(&said).to_owned()
        })?;
        let first = |texts: Texts| texts.0.into_iter().next();
        let names = |texts: &Texts| -> Vec<String> {
            texts.0.iter().flat_map(|name| person(name)).collect()
        };
        let authors = [names(&item.authors), names(&item.author), self.authors.clone()];
        let texts = [
            first(item.content_html).map(Text::Loose),
            first(item.content_text).map(Text::Plain),
            first(item.summary).map(Text::Plain),
        ];
        let blocks = texts.into_iter().flatten().map(|text| without_notice(text.blocks(lines)));
        let draft = Draft {
            id: first(item.id),
            headline: first(item.title).and_then(|title| Text::Loose(title).line()),
            lang: item.language.first().or(self.lang.first()).and_then(Lang::named),
            source: self.title.first().and_then(|title| Text::Loose(title.to_owned()).line()),
            url: first(item.url).or_else(|| first(item.external_url)),
            authors: authors.into_iter().find(|names| !names.is_empty()).unwrap_or_default(),
            source_tags: item.tags.0,
            blocks: blocks
                .into_iter()
                .find(|blocks: &Vec<Block>| !blocks.is_empty())
                .unwrap_or_default(),
            ..Draft::default()
        };
        let dates = Dates { published: item.date_published.0, updated: item.date_modified.0 };
        Ok(Given { draft, dates, line: lines.first })
    }
}

/// Fills a feed as it is read, so that what was read before a fault is there.
struct FeedSeed<'f, 'a> {
    feed: &'f mut JsonFeed<'a>,
    items: &'f mut Vec<&'a RawValue>,
}

impl<'de> DeserializeSeed<'de> for FeedSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeedSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "title" => self.feed.title = object.next_value()?,
                "language" => self.feed.lang = object.next_value()?,
                "author" | "authors" => {
                    let names: Texts = object.next_value()?;
                    self.feed.authors.extend(names.0.iter().flat_map(|name| person(name)));
                }
                "items" => object.next_value_seed(ItemsSeed(self.items))?,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct ItemsSeed<'f, 'a>(&'f mut Vec<&'a RawValue>);

impl<'de> DeserializeSeed<'de> for ItemsSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ItemsSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            self.0.push(item);
        }
        Ok(())
    }
}
