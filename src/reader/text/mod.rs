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

use std::borrow::Cow;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::encoding::guess;
use super::error::published;
use super::identity::{article_id, by_content};
use super::language::detect;
use super::{BOM, Field, Piece, ReadError, ReadOptions, Reader, SourcePath, wire};
use crate::article::{Article, ArticleHead, Block, Edition, Lang};
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
        let article = article(source, &piece.bytes, options, &mut |warning| emit(Err(warning)));
        emit(article);
    }
}

fn article(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Article, ReadError> {
    let Decoded { text, encoding } = decode(source, bytes)?;
    let without_comments = blocks::without_comments(&text);
    let text = without_comments.as_deref().unwrap_or(&text);
    let (front, body) = front_matter::split(source, text, &options.map, warn)?;
    let stated = front.text_and_line(Field::Date);
    let published = stated.and_then(|(found, line)| published(&source.path, line, found, warn));
    let title = front.text(Field::Headline);
    let first_line = body.first().map_or(1, |line| line.number);
    let (raw, labels) = blocks::parse(&body);
    let (opening, blocks) = opening::take(raw, &labels, title.as_deref());
    let headline = title.or(opening.headline);
    if blocks.is_empty() && headline.is_none() {
        return Err(ReadError::NoText { path: source.path.clone(), line: first_line });
    }
    let given = front.text(Field::Lang).map(|tag| Lang::new(&tag));
    let lang = given.filter(|lang| *lang != Lang::default()).unwrap_or_else(|| {
        let texts = headline.as_deref().into_iter();
        detect(texts.chain(blocks.iter().map(|block| block.text.as_str())))
    });
    let url = front.text(Field::Url).or_else(|| source.said.url.clone());
    let id = front.text(Field::Id);
    let authors: Vec<String> =
        front.texts(Field::Author).iter().flat_map(|names| wire::names(names)).collect();
    let published = published.or(opening.published).or(source.said.day);
    let publisher = front.text(Field::Source).or(opening.source);
    let id = article_id(id.as_deref(), url.as_deref(), || match source.is_stdin() {
        true => by_content(headline.as_deref(), published, publisher.as_deref(), &blocks),
        false => source.name.clone(),
    });
    Ok(Article {
        head: ArticleHead {
            id,
            headline,
            published,
            lang,
            source: publisher,
            url,
            authors: if authors.is_empty() { opening.authors } else { authors },
            dateline: front.dateline().or(opening.dateline),
            section: front.text(Field::Section),
            source_tags: front.texts(Field::Tags),
            edition: Box::new(Edition { encoding, ..Edition::default() }),
        },
        blocks,
        withdrawn: false,
    })
}

/// The opening and the blocks of a text that is a part of something else, with `headline` above it.
pub(super) fn body(text: &str, headline: Option<&str>) -> (Opening, Vec<Block>) {
    let (raw, labels) = blocks::parse(&lines::lines(text, 1));
    // Without one above it, a first line is still the text's own.
    opening::take(raw, &labels, Some(headline.unwrap_or_default()))
}

/// The text of a file.
pub(super) struct Decoded<'b> {
    /// It, without a byte order mark.
    pub(super) text: Cow<'b, str>,
    /// The encoding it was in, as the WHATWG names it, if that is not UTF-8.
    pub(super) encoding: Option<String>,
}

/// The text of a file: UTF-8, or in the encoding that is said of it.
pub(super) fn decode<'b>(source: &SourcePath, bytes: &'b [u8]) -> Result<Decoded<'b>, ReadError> {
    let said = source.said.charset.as_deref();
    let said = said.and_then(|label| Encoding::for_label(label.as_bytes()));
    // What is UTF-8 is hardly ever anything else, and servers say what they like; but a few
    // encodings are written in ASCII.
    let is_other = |encoding: &&'static Encoding| {
        *encoding != UTF_8 && (!encoding.is_ascii_compatible() || str::from_utf8(bytes).is_err())
    };
    if let Some(encoding) = said.filter(is_other)
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
        && !text.contains('\0')
    {
        if text.trim().is_empty() {
            return Err(ReadError::Empty { path: source.path.clone() });
        }
        let text = match text.strip_prefix('\u{feff}') {
            Some(text) => Cow::Owned(text.to_owned()),
            None => text,
        };
        return Ok(Decoded { text, encoding: Some(encoding.name().to_owned()) });
    }
    Ok(Decoded { text: Cow::Borrowed(utf8(&source.path, bytes)?), encoding: None })
}

/// The text of a file in UTF-8, without a byte order mark.
fn utf8<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str, ReadError> {
    let path = || path.to_owned();
    if let Some(offset) = memchr::memchr(0, bytes) {
        let looks_like = guess(bytes);
        return Err(match looks_like {
            Some(_) => ReadError::NotUtf8 { path: path(), line: 1, offset: 0, looks_like },
            None => ReadError::NotText { path: path(), offset },
        });
    }
    let mark = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let text = std::str::from_utf8(&bytes[mark..]).map_err(|error| {
        let offset = mark + error.valid_up_to();
        let lines = lines::lines(&String::from_utf8_lossy(&bytes[..offset + 1]), 1).len();
        let line = u32::try_from(lines).unwrap_or(u32::MAX);
        ReadError::NotUtf8 { path: path(), line, offset, looks_like: guess(bytes) }
    })?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty { path: path() });
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
