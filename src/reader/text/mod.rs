//! Plain text and Markdown: one file, one article.
//!
//! One reader for both, because plain text out of a content system is full of Markdown marks and
//! Markdown out of a newsroom is mostly plain text. Front matter, headline, dates, byline and
//! dateline go to the head; the rest becomes blocks. Passages are not cut here.

mod blocks;
mod front_matter;
mod inline;
mod lines;
mod opening;

use super::draft::{Draft, KnownBy, one};
use super::encoding::decode;
use super::error::published;
use super::{Field, Piece, ReadError, ReadOptions, Reader, SourcePath, wire};
use crate::article::{Article, Block, Lang};
pub(super) use lines::is_caption;
use opening::Opening;

/// Reads `.txt`, `.md` and `.markdown`.
#[derive(Clone, Copy, Debug)]
pub struct TextReader;

impl Reader for TextReader {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "md", "markdown"]
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["text/plain", "text/markdown", "text/x-markdown"]
    }

    fn recognises(&self, _head: &[u8]) -> bool {
        // Anything may be text.
        false
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

fn article(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Article, ReadError> {
    let decoded = decode(source, bytes, source.said.charset.as_deref(), warn)?;
    let text = decoded.text.as_ref();
    let without_comments = blocks::without_comments(text);
    let text = without_comments.as_deref().unwrap_or(text);
    let (front, body) = front_matter::split(source, text, &options.map, warn)?;
    let stated = front.text_and_line(Field::Date);
    let published = stated.and_then(|(found, line)| published(&source.path, line, found, warn));
    let title = front.text(Field::Headline);
    let first_line = body.first().map_or(1, |line| line.number);
    let (raw, labels) = blocks::parse(&body);
    let (opening, blocks) = opening::take(raw, &labels, title.as_deref());
    let headline = title.or(opening.headline);
    let lang = front.text(Field::Lang).map(|tag| Lang::new(&tag));
    let authors: Vec<String> =
        front.texts(Field::Author).iter().flat_map(|names| wire::names(names)).collect();
    let draft = Draft {
        id: front.text(Field::Id),
        headline,
        published: published.or(opening.said.published),
        lang,
        source: front.text(Field::Source).or(opening.said.source),
        url: front.text(Field::Url),
        authors: if authors.is_empty() { opening.said.authors } else { authors },
        dateline: front.dateline().or(opening.said.dateline),
        section: front.text(Field::Section),
        source_tags: front.texts(Field::Tags),
        edition: decoded.edition(),
        blocks,
        ..Draft::default()
    };
    draft.finish(source, first_line, KnownBy::File)
}

/// The opening and the blocks of a text that is a part of something else, with `headline` above it.
pub(super) fn body(text: &str, headline: Option<&str>) -> (Opening, Vec<Block>) {
    let (raw, labels) = blocks::parse(&lines::lines(text, 1));
    // Without one above it, a first line is still the text's own.
    opening::take(raw, &labels, Some(headline.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
