//! Feeds: RSS 0.9 to 2.0, also as RDF, Atom 0.3 and 1.0, JSON Feed. One entry, one article.
//!
//! `pieces` cuts long ones between entries, `entry` and `json` tell what an entry says, by the names
//! that `names` knows, `text` makes blocks of its text, and `wordpress` knows items that are none. A feed that is not well-formed is read
//! as far as it goes.

mod entry;
mod json;
mod names;
mod pieces;
mod text;
mod wordpress;

use std::io::BufRead;
use std::ops::ControlFlow;

use memchr::memmem;

use super::date::{Stated, stated};
use super::draft::{Draft, KnownBy, one};
use super::encoding::decode;
use super::error::published;
use super::{BOM, Piece, ReadError, ReadOptions, Reader, SourcePath, language, xml};
use crate::article::{Article, Edition, LineRange};
use entry::{Feed, Scope};
use names::{Space, space_of};
use xml::Element;

/// Reads `.rss`, `.atom` and `.rdf`, and what is a feed under other names.
#[derive(Clone, Copy, Debug)]
pub struct FeedReader;

impl Reader for FeedReader {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rss", "atom", "rdf"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        if head.starts_with(b"{") {
            return json::is_feed(head);
        }
        let has = |part: &str| memmem::find(head, part.as_bytes()).is_some();
        match outermost(head).unwrap_or_default() {
            b"rss" => true,
            b"feed" => has("www.w3.org/2005/Atom") || has("purl.org/atom/") || has("<entry"),
            b"rdf:RDF" => has("purl.org/rss/1.0/") || has("my.netscape.com/rdf/"),
            _ => false,
        }
    }

    fn pieces(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        emit: &mut dyn FnMut(Result<Piece, ReadError>) -> ControlFlow<()>,
    ) {
        pieces::cut(source, input, emit);
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        let declared = source.said.charset.clone().or_else(|| declared(&piece.bytes));
        let decoded =
            decode(source, &piece.bytes, declared.as_deref(), &mut |warning| emit(Err(warning)));
        let decoded = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return emit(Err(error)),
        };
        // The address of the feed is not that of an article in it.
        let mut of_entries = source.clone();
        of_entries.said.url = None;
        let reading = Reading {
            url: source.said.url.as_deref(),
            source: &of_entries,
            edition: decoded.edition(),
            before: piece.first_line.saturating_sub(1),
            options,
        };
        let read = match decoded.text.trim_start().starts_with('{') {
            true => reading.json(&decoded.text, emit),
            false => reading.xml(&decoded.text, emit),
        };
        if let Err(error) = read {
            emit(Err(error));
        }
    }
}

/// The name of the outermost element of what begins with `head`, as written.
fn outermost(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head;
    loop {
        rest = rest.trim_ascii_start();
        let inner = rest.strip_prefix(b"<")?;
        let end = match inner {
            [b'!', b'-', b'-', ..] => memmem::find(rest, b"-->")? + 3,
            [b'?', ..] => memmem::find(rest, b"?>")? + 2,
            [b'!', ..] => {
                let close = memchr::memchr(b'>', rest)?;
                match memchr::memchr(b'[', &rest[..close]) {
                    Some(_) => memmem::find(rest, b"]>")? + 2,
                    None => close + 1,
                }
            }
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/>".contains(byte);
                return Some(&inner[..inner.iter().position(is_end)?]);
            }
        };
        rest = &rest[end..];
    }
}

/// The encoding that the declaration of XML names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start();
    let inner = head.strip_prefix(b"<?xml")?;
    let inner = &inner[..memchr::memchr(b'>', inner)?];
    let value = &inner[memmem::find(inner, b"encoding")? + "encoding".len()..];
    let value = value.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = value.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let value = &value[1..];
    let value = &value[..memchr::memchr(*quote, value)?];
    Some(String::from_utf8_lossy(value).trim().to_owned())
}

/// An entry that was found.
struct Given {
    draft: Draft,
    dates: Dates,
    line: u32,
}

/// When an entry says it was made, best first.
#[derive(Default)]
struct Dates {
    published: Vec<String>,
    updated: Vec<String>,
}

/// A piece that is being read.
struct Reading<'s> {
    source: &'s SourcePath,
    /// Where the feed was found.
    url: Option<&'s str>,
    edition: Edition,
    /// How many lines are before it.
    before: u32,
    options: &'s ReadOptions,
}

type Emit<'e> = dyn FnMut(Result<Article, ReadError>) + 'e;

impl Reading<'_> {
    fn xml(&self, text: &str, emit: &mut Emit<'_>) -> Result<(), ReadError> {
        let path = || self.source.path.clone();
        let tree = xml::parse(text).map_err(|fault| {
            let what = format!("{}, wanted a feed", fault.what);
            ReadError::WrongXml { path: path(), line: self.line(fault.line), what }
        })?;
        if let Some(fault) = &tree.fault {
            let line = self.line(fault.line);
            emit(Err(ReadError::IllFormed { path: path(), line, what: fault.what.clone() }));
        }
        let scope = Scope::at(self.url);
        let mut found = Found::default();
        found.take(&tree.root, &scope);
        tree.others.iter().for_each(|element| found.take(element, &scope));
        found.entries.sort_by_key(|(entry, _)| entry.lines.map(|lines| lines.first));
        if found.entries.is_empty() {
            let name = &tree.root.name.local;
            let is_feed = ["rss", "rdf", "feed", "channel"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name));
            return Err(match is_feed {
                true => ReadError::NoEntries { path: path() },
                false => {
                    let what = format!("an element `{name}`, wanted `rss`, `RDF` or `feed`");
                    let line = tree.root.lines.map_or(1, |lines| lines.first);
                    ReadError::WrongXml { path: path(), line: self.line(line), what }
                }
            });
        }
        let feed = Feed::of(&found.heads);
        for (entry, scope) in &found.entries {
            if let Some(what) = wordpress::no_article(entry) {
                let line = self.line(entry.lines.map_or(1, |lines| lines.first));
                emit(Err(ReadError::NoArticle { path: path(), line, what: what.to_owned() }));
                continue;
            }
            let given = match is_tombstone(entry) {
                true => entry::tombstone(entry),
                false => Some(entry::draft(entry, scope, &feed, self.options.tell_dropped)),
            };
            if let Some(given) = given {
                self.give(given, emit);
            }
        }
        Ok(())
    }

    fn json(&self, text: &str, emit: &mut Emit<'_>) -> Result<(), ReadError> {
        let path = || self.source.path.clone();
        let (feed, fault) = json::parse(text);
        let fault = fault.map(|(line, what)| (self.line(line), what));
        match (feed.items.is_empty(), fault) {
            (true, Some((line, what))) => {
                let what = format!("{what}, wanted a JSON Feed");
                return Err(ReadError::WrongJson { path: path(), line, what });
            }
            (true, None) => return Err(ReadError::NoEntries { path: path() }),
            (false, Some((line, what))) => {
                emit(Err(ReadError::IllFormed { path: path(), line, what }));
            }
            (false, None) => {}
        }
        for item in &feed.items {
            match feed.read(item) {
                Ok(given) => self.give(given, emit),
                Err(what) => {
                    let line = self.line(item.lines.first);
                    emit(Err(ReadError::WrongJson { path: path(), line, what }));
                }
            }
        }
        Ok(())
    }

    fn give(&self, given: Given, emit: &mut Emit<'_>) {
        one(emit, |warn| self.finish(given, warn));
    }

    fn finish(&self, given: Given, warn: &mut dyn FnMut(ReadError)) -> Result<Article, ReadError> {
        let Given { mut draft, dates, line } = given;
        let line = self.line(line);
        let is_day = |text: &&String| matches!(stated(text), Some(Stated::Day(_)));
        let all = || dates.published.iter().chain(&dates.updated);
        let date = all().find(is_day).or_else(|| all().next());
        draft.published = date.and_then(|date| published(&self.source.path, line, date, warn));
        draft.edition = self.edition.clone();
        draft.edition.updated = dates.updated.into_iter().find(|text| stated(text).is_some());
        for block in &mut draft.blocks {
            block.lines = self.lines(block.lines);
        }
        for dropped in &mut draft.dropped {
            dropped.lines = self.lines(dropped.lines);
        }
        let lang = draft.lang.take();
        let headline = draft.headline.as_deref();
        draft.lang = Some(language::unless_template(lang, headline, &draft.blocks));
        draft.finish(self.source, line, KnownBy::Content)
    }

    /// A line of the piece as one of the source.
    fn line(&self, line: u32) -> u32 {
        self.before.saturating_add(line)
    }

    fn lines(&self, lines: LineRange) -> LineRange {
        LineRange { first: self.line(lines.first), last: self.line(lines.last) }
    }
}

/// What a document holds that matters.
#[derive(Default)]
struct Found<'e> {
    /// What says something of the feed.
    heads: Vec<(&'e Element, Scope)>,
    entries: Vec<(&'e Element, Scope)>,
}

impl<'e> Found<'e> {
    /// Takes what is in `element`, or itself. Entries stand where they should not in what is not
    /// well-formed: below the feed itself, or in an entry that was not closed.
    fn take(&mut self, element: &'e Element, around: &Scope) {
        let scope = around.within(element);
        if is_entry(element) || is_tombstone(element) {
            self.entries.push((element, scope.clone()));
            for inner in element.elements().filter(|inner| is_entry(inner)) {
                self.take(inner, &scope);
            }
            return;
        }
        let local = &element.name.local;
        if ["channel", "feed", "rss", "rdf"].iter().any(|name| name.eq_ignore_ascii_case(local)) {
            self.heads.push((element, scope.clone()));
        }
        element.elements().for_each(|inner| self.take(inner, &scope));
    }
}

fn is_entry(element: &Element) -> bool {
    let local = &element.name.local;
    (local.eq_ignore_ascii_case("item") || local.eq_ignore_ascii_case("entry"))
        && matches!(space_of(&element.name, ""), Space::Core | Space::Other)
}

fn is_tombstone(element: &Element) -> bool {
    element.name.local == "deleted-entry"
        && matches!(space_of(&element.name, ""), Space::Core | Space::Tombstone)
}

#[cfg(test)]
mod tests;
