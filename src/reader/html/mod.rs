//! Saved web pages: one file, one article.
//!
//! The page says who wrote what and when in data for machines, which `metadata` reads; `main_text`
//! finds which part of it is the article, `blocks` what that holds, and `furniture` is left out.
//! A page without an article gives what text it has.

mod blocks;
mod chapter;
mod furniture;
mod json_ld;
mod left_out;
mod main_text;
mod metadata;
mod parse;
mod tags;
mod tree;

use memchr::memmem;

use super::date::date_line;
use super::draft::{Draft, KnownBy, one};
use super::encoding::{declared_in_html, decode};
use super::error::published;
use super::language;
use super::opening::Opening;
use super::{BOM, Piece, ReadError, ReadOptions, Reader, SourcePath, wire};
use crate::article::{Article, Block, BlockKind};
pub(super) use chapter::{Chapter, chapter};
use metadata::Facts;

/// Reads `.html`, `.htm` and `.xhtml`.
#[derive(Clone, Copy, Debug)]
pub struct HtmlReader;

/// The longest page that is read: a tree takes many times the room of its text.
const MAX_PAGE_BYTES: usize = 16 << 20;

impl Reader for HtmlReader {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "xhtml"]
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["text/html", "application/xhtml+xml"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let mut rest = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
        // A declaration of XML and comments may stand before the page.
        loop {
            let after = [(&b"<?xml"[..], &b"?>"[..]), (b"<!--", b"-->")].into_iter().find_map(
                |(open, close)| {
                    let inner = rest.strip_prefix(open)?;
                    Some(&inner[memmem::find(inner, close)? + close.len()..])
                },
            );
            match after {
                Some(after) => rest = after.trim_ascii_start(),
                None => break,
            }
        }
        let opens = |start: &&[u8]| {
            rest.get(..start.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(start))
        };
        [&b"<!doctype html"[..], b"<html", b"<head"].iter().any(opens)
    }

    fn longest(&self) -> usize {
        MAX_PAGE_BYTES
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        one(emit, |warn| article(source, &piece.bytes, options, warn));
    }
}

/// The blocks of `html`, all of which is of one article: nothing is sought in it, and of what it
/// holds only furniture is left out, unless there is nothing else. `None` if it has too many elements.
pub(super) fn blocks_of(html: &str) -> Option<Vec<Block>> {
    let page = parse::parse(&tags::bounded(html))?;
    let blocks = furniture::cleared(blocks::blocks(page.root()));
    if blocks.is_empty() {
        let all = blocks::blocks(page.root());
        return Some(all.into_iter().map(|found| found.block).collect());
    }
    Some(blocks)
}

/// The text of `html` on one line, or `None` if it has too many elements.
pub(super) fn line_of(html: &str) -> Option<String> {
    let page = parse::parse(&tags::bounded(html))?;
    let found = blocks::blocks(page.root());
    Some(found.iter().map(|found| found.block.text.as_str()).collect::<Vec<_>>().join(" "))
}

/// The article of a page.
pub(super) fn article(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Article, ReadError> {
    let declared = source.said.charset.as_deref().or_else(|| declared_in_html(bytes));
    let decoded = decode(source, bytes, declared, warn)?;
    let html = tags::bounded(&decoded.text);
    let page = parse::parse(&html)
        .ok_or_else(|| ReadError::TooManyElements { path: source.path.clone() })?;
    let facts = metadata::read(&page, &html);
    let found = main_text::find(&page);
    // The page may call its article two things; the finder knows which of them it is titled.
    let titled = found
        .headline
        .filter(|title| facts.headlines.is_empty() || facts.headlines.contains(title));
    let headline = titled.or_else(|| facts.headlines.first().cloned());
    let given = facts.body.as_deref().and_then(|body| main_text::given(body, &found.blocks));
    let is_told = options.tell_dropped;
    let found_texts: Vec<String> = match is_told {
        true => found.blocks.iter().map(|found| found.block.text.clone()).collect(),
        false => Vec::new(),
    };
    let blocks = given.unwrap_or_else(|| furniture::cleared(found.blocks));
    let dropped = is_told.then(|| {
        let kept: Vec<&str> =
            headline.as_deref().into_iter().chain(blocks.iter().map(|b| b.text.as_str())).collect();
        left_out::left_out(&page, &kept, &found_texts)
    });
    let (opening, blocks) = take_opening(blocks, headline.as_deref());
    let stated = facts.published.as_deref();
    let day = stated.and_then(|found| published(&source.path, 1, found, warn));
    let byline = found.byline.as_deref().map(names_in).unwrap_or_default();
    let authors = [facts.authors.clone(), byline, opening.authors];
    let Facts { publisher, url, section, tags: source_tags, .. } = facts;
    let draft = Draft {
        id: None,
        lang: Some(language::unless_template(facts.lang, headline.as_deref(), &blocks)),
        headline,
        published: day.or(opening.published),
        source: publisher,
        url,
        authors: authors.into_iter().find(|names| !names.is_empty()).unwrap_or_default(),
        dateline: opening.dateline,
        section,
        source_tags,
        edition: decoded.edition(),
        blocks,
        dropped: dropped.unwrap_or_default(),
        ..Draft::default()
    };
    draft.finish(source, 1, KnownBy::File)
}

/// The blocks of `html` that is an article's text and nothing else; `None` if it has too many elements.
pub(super) fn fragment(html: &str) -> Option<Vec<Block>> {
    let tree = parse::parse(&tags::bounded(html))?;
    let found = blocks::blocks(tree.root());
    Some(found.into_iter().map(|found| found.block).collect())
}

/// The names in what a page shows as its byline, which may hold dates and titles below them.
fn names_in(byline: &str) -> Vec<String> {
    let is_name = |part: &&str| !part.is_empty() && !part.contains(|c: char| c.is_ascii_digit());
    let parts = byline.split(['\n', '|', '·', '•']).map(str::trim);
    let first = parts.filter(is_name).find(|part| date_line(part).is_none());
    first.map(|part| wire::byline(part).unwrap_or_else(|| wire::names(part))).unwrap_or_default()
}

/// Takes the headline, dates, bylines and the dateline off the start of `blocks`. Pages mark up so much
/// that credits are not looked for here.
fn take_opening(blocks: Vec<Block>, headline: Option<&str>) -> (Opening, Vec<Block>) {
    /// How many blocks may hold them.
    const BLOCKS: usize = 6;
    let mut opening = Opening::default();
    let mut kept = Vec::with_capacity(blocks.len());
    for (nth, block) in blocks.into_iter().enumerate() {
        if nth >= BLOCKS || !takes(&mut opening, &block, headline) {
            kept.push(block);
        }
    }
    opening.add(Opening::of_dateline(&mut kept));
    (opening, kept)
}

/// Takes `block` if it is nothing but the headline, a date or a byline.
fn takes(opening: &mut Opening, block: &Block, headline: Option<&str>) -> bool {
    if headline == Some(block.text.as_str()) {
        return true;
    }
    if block.kind != BlockKind::Paragraph {
        return false;
    }
    let mut found = Opening::default();
    if let Some(line) = date_line(&block.text)
        && line.rest.trim().is_empty()
    {
        found.published = Some(line.date);
    } else if let Some(names) = wire::byline(&block.text) {
        found.authors = names;
    } else {
        return false;
    }
    opening.add(found);
    true
}

#[cfg(test)]
mod tests;
