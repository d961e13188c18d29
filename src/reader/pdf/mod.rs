//! PDF: one file, one article, in reading order.
//!
//! `content` says which letter stands where, `furniture` takes off what is on every page, `lines`
//! finds columns and lines, `blocks` paragraphs and headings. The place of a block is its page
//! ([`Unit::Page`]): a PDF has no other that a reader could look up.
//! Of a file that was cut short the pages that are left are read, with a warning (`torn`).
//! Pictures are not read, and neither are forms to fill in and comments.

mod blocks;
mod content;
mod furniture;
mod info;
mod knots;
mod limits;
mod lines;
mod pictures;
mod shared;
mod torn;

use hayro_syntax::object::Name;
use hayro_syntax::object::dict::keys::TYPE;
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::draft::{Draft, KnownBy, one};
use super::opening::{Opening, same_words};
use super::{Piece, ReadError, ReadOptions, Reader, SourcePath};
use crate::article::{Article, Block, BlockKind, Dropped, Unit};
use blocks::Laid;
use limits::Budget;
use lines::{Line, Run};

/// Reads `.pdf`.
#[derive(Clone, Copy, Debug)]
pub struct PdfReader;

impl Reader for PdfReader {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["pdf"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"%PDF-")
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
    let path = || source.path.clone();
    if bytes.is_empty() {
        return Err(ReadError::Empty { path: path() });
    }
    let limit_bytes = limits::MAX_UNPACKED;
    if !limits::opening_fits(bytes) {
        return Err(ReadError::PdfTooLarge { path: path(), limit_bytes });
    }
    let pages_bytes = shared::weight_of_pages(bytes);
    let pages_bytes = pages_bytes.ok_or_else(|| ReadError::KnottedPdf { path: path() })?;
    if pages_bytes > shared::MAX_WEIGHT {
        let limit_bytes = shared::MAX_WEIGHT;
        return Err(ReadError::HeavyPages { path: path(), pages_bytes, limit_bytes });
    }
    let is_torn = PdfReader.recognises(bytes) && torn::is_torn(bytes);
    let pdf = Pdf::new(bytes.to_vec()).or_else(|error| match error {
        LoadPdfError::Invalid if is_torn => torn::open(bytes),
        error => Err(error),
    });
    let pdf = pdf.map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            ReadError::Encrypted { path: path() }
        }
        LoadPdfError::Decryption(_) => ReadError::UnknownEncryption { path: path() },
        LoadPdfError::Invalid => ReadError::BrokenPdf { path: path(), is_torn },
    })?;
    if pdf.pages().is_empty() {
        return Err(ReadError::NoPagesInPdf { path: path() });
    }
    let text = text(&pdf);
    let said = torn::pages_said(&pdf).filter(|said| *said > text.pages);
    if is_torn || said.is_some() {
        let torn_at = is_torn.then_some(bytes.len());
        warn(ReadError::FaultyPdf { path: path(), torn_at, pages: text.pages, said });
    }
    if let Some(pages) = text.unread {
        if text.lines.is_empty() {
            return Err(ReadError::PdfTooLarge { path: path(), limit_bytes });
        }
        warn(ReadError::PdfCut { path: path(), pages });
    }
    if text.unknown > 0 {
        let (unknown, letters) = (text.unknown, text.letters);
        let error = ReadError::UnknownLetters { path: path(), unknown, letters };
        if unknown == letters {
            return Err(error);
        }
        warn(error);
    }
    let mut blocks = blocks::blocks(&text.lines);
    if blocks.is_empty() {
        return Err(ReadError::NoTextInPdf {
            path: path(),
            pages: text.pages,
            running: text.running.len(),
        });
    }
    let headline = take_headline(&mut blocks, info::title(pdf.metadata()));
    let mut blocks: Vec<Block> = blocks.into_iter().map(|laid| laid.block).collect();
    let opening = Opening::take(&mut blocks);
    let made = info::day_made(pdf.metadata()).filter(|_| opening.published.is_none());
    if let Some(taken) = made {
        warn(ReadError::MadeDate { path: path(), taken, how: "made" });
    }
    let published = opening.published.or(made);
    let draft = Draft {
        headline,
        published,
        source: opening.source,
        authors: opening.authors,
        dateline: opening.dateline,
        unit: Unit::Page,
        blocks,
        dropped: if options.tell_dropped { text.running } else { Vec::new() },
        ..Draft::default()
    };
    draft.finish(source, 1, KnownBy::File)
}

/// The text of a document.
struct Text {
    /// How many pages there are.
    pages: usize,
    lines: Vec<Line>,
    /// The rows that were taken off the pages.
    running: Vec<Dropped>,
    /// How many letters the pages hold, and of how many the fonts do not tell which they are.
    letters: usize,
    unknown: usize,
    /// The first page that was not read to its end, because the document costs too much.
    unread: Option<u32>,
}

fn text(pdf: &Pdf) -> Text {
    let mut reader = content::Reader::new();
    let mut budget = Budget::default();
    let mut pages: Vec<(f32, Vec<Run>)> = Vec::new();
    let (mut letters, mut unknown, mut unread) = (0, 0, None);
    // Where pages are sought in all of a file, notes are found too.
    let is_note = |page: &&Page<'_>| page.raw().get::<Name<'_>>(TYPE).as_deref() == Some(b"Annot");
    let found: Vec<&Page<'_>> = pdf.pages().iter().filter(|page| !is_note(page)).collect();
    for (page, number) in found.iter().zip(1..) {
        let glyphs = reader.glyphs(page, &mut budget);
        letters += glyphs.len();
        unknown += glyphs.iter().filter(|glyph| glyph.text == char::REPLACEMENT_CHARACTER).count();
        pages.push((page.render_dimensions().1, lines::runs(&glyphs)));
        if budget.is_spent() {
            unread = Some(number);
            break;
        }
    }
    let running = furniture::take_off(&mut pages);
    let pages = pages.into_iter().zip(1..);
    let lines = pages.flat_map(|((_, runs), page)| lines::lines(runs, page)).collect();
    Text { pages: found.len(), lines, running, letters, unknown, unread }
}

/// The headline: the title of the document, else the largest text at the start of its first page.
/// What says the same in the text is taken off.
fn take_headline(blocks: &mut Vec<Laid>, title: Option<String>) -> Option<String> {
    /// How many blocks may stand before the headline: a kicker, a date, a section.
    const BEFORE: usize = 6;
    let start = || {
        let first = |laid: &&Laid| laid.block.lines.first == 1;
        blocks.iter().take_while(first).take(BEFORE + 1).enumerate()
    };
    if let Some(title) = title {
        if let Some((at, _)) = start().find(|(_, laid)| same_words(&laid.block.text, &title)) {
            blocks.remove(at);
        }
        return Some(title);
    }
    let headings = start().filter(|(_, laid)| laid.block.kind == BlockKind::Heading);
    let (at, _) = headings.max_by(|a, b| a.1.height.total_cmp(&b.1.height).then(b.0.cmp(&a.0)))?;
    Some(blocks.remove(at).block.text)
}

#[cfg(test)]
mod tests;
