//! What stands at the start of a text whatever its format: lines of dates, names and credits, and
//! what a headline looks like. Which blocks are looked at is the reader's to say.

use jiff::civil::Date;

use super::date::date_line;
use super::wire;
use crate::article::{Block, BlockKind};
use crate::passage::{closes_sentence, continues_headline};

/// What is said at the start of a text and is no text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    /// The day of the first date line, else of a dateline that gives the year.
    pub(super) published: Option<Date>,
    /// The names of the bylines.
    pub(super) authors: Vec<String>,
    /// The publisher that is credited.
    pub(super) source: Option<String>,
    /// The dateline.
    pub(super) dateline: Option<String>,
}

impl Opening {
    /// What a line without marks says; `None` for any that says something else as well.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let mut found = Self::default();
        let mut rest = line.trim();
        if let Some(names) = wire::byline(rest) {
            found.authors = names;
            return Some(found);
        }
        while !rest.is_empty() {
            if let Some(line) = date_line(rest) {
                found.published = found.published.or(Some(line.date));
                rest = line.rest;
                continue;
            }
            let (part, after) = rest.split_once(['|', '｜', '·', '•']).unwrap_or((rest, ""));
            if let Some(names) = wire::byline(part) {
                found.authors = names;
            } else if let Some(source) = wire::credit(part) {
                // `来源：新华社 2025-04-18 09:00`
                let dated = source.match_indices(char::is_whitespace).find_map(|(at, _)| {
                    Some((&source[..at], date_line(&source[at..]).filter(|d| d.rest.is_empty())?))
                });
                found.source = Some(dated.map_or(source, |(name, _)| name).trim().to_owned());
                found.published = found.published.or(dated.map(|(_, line)| line.date));
            } else {
                return None;
            }
            rest = after.trim();
        }
        (found != Self::default()).then_some(found)
    }

    /// Takes dates, bylines, credits and the dateline off the first blocks.
    pub(super) fn take(blocks: &mut Vec<Block>) -> Self {
        /// How many blocks may hold them.
        const BLOCKS: usize = 6;
        /// The longest of them, in bytes.
        const MAX_BYTES: usize = 200;
        let mut opening = Self::default();
        let mut at = 0;
        for _ in 0..BLOCKS {
            let Some(block) = blocks.get(at) else { break };
            let is_short = block.text.len() <= MAX_BYTES;
            let Some(found) = is_short.then(|| Self::of_line(&block.text)).flatten() else {
                at += 1;
                continue;
            };
            opening.published = opening.published.or(found.published);
            opening.authors.extend(found.authors);
            opening.source = opening.source.or(found.source);
            blocks.remove(at);
        }
        opening.add(Self::of_dateline(blocks));
        blocks.retain(|block| !block.text.is_empty());
        opening
    }

    /// Takes the dateline off the first paragraph that has one; a deck may stand before it.
    pub(super) fn of_dateline(blocks: &mut [Block]) -> Self {
        const PARAGRAPHS: usize = 2;
        let paragraphs = blocks.iter_mut().filter(|block| block.kind == BlockKind::Paragraph);
        for block in paragraphs.take(PARAGRAPHS) {
            let Some(found) = wire::dateline(&block.text) else { continue };
            let (published, authors) = (found.date, found.authors);
            let dateline = Some(found.text.to_owned());
            block.text = found.rest.to_owned();
            return Self { published, authors, source: None, dateline };
        }
        Self::default()
    }

    /// Takes what `other` says and is not known yet.
    pub(super) fn add(&mut self, other: Self) {
        self.published = self.published.or(other.published);
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
        self.source = self.source.take().or(other.source);
        self.dateline = self.dateline.take().or(other.dateline);
    }
}

/// Whether a first line without marks is a headline by its looks: short, and no sentence.
pub(super) fn looks_like_headline(text: &str) -> bool {
    const MAX_CHARS: usize = 160;
    const MAX_WORDS: usize = 25;
    const MAX_WIDE_CHARS: usize = 50;
    let wide = text.chars().filter(|c| matches!(c, '\u{3400}'..='\u{9fff}')).count();
    let ends_open = text.ends_with(['.', '。', ',', '，', ';', '；', ':', '：', '、', '-']);
    let is_ellipsis = text.ends_with("...");
    let quoted_stop = closes_sentence(text)
        && text.trim_end_matches(|c: char| "”’\"'」』)）".contains(c)).ends_with(['.', '。']);
    text.chars().any(char::is_alphanumeric)
        && text.chars().count() <= MAX_CHARS
        && text.split_whitespace().count() <= MAX_WORDS
        && wide <= MAX_WIDE_CHARS
        && (is_ellipsis || !ends_open && !quoted_stop)
        && wire::dateline(text).is_none()
}

/// Whether a paragraph that opens a text is its headline: it looks like one, and the text does not
/// go on from it.
pub(super) fn opens_as_headline(first: &Block, next: Option<&Block>) -> bool {
    first.kind == BlockKind::Paragraph
        && looks_like_headline(&first.text)
        && next.is_some_and(|next| {
            next.kind != BlockKind::Paragraph || !continues_headline(&first.text, &next.text)
        })
}

/// Whether two texts have the same letters and digits.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    letters(one) == letters(other)
}

/// The letters and digits of a text, in lower case.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether the title that a document has in its properties is one, and not the name of a file or
/// what a program puts there.
pub(super) fn is_title(title: &str) -> bool {
    /// Endings of the files that documents are made from.
    const FILES: [&str; 17] = [
        ".doc", ".docx", ".docm", ".pdf", ".indd", ".qxd", ".qxp", ".tex", ".dvi", ".ps", ".rtf",
        ".txt", ".odt", ".htm", ".html", ".ppt", ".pptx",
    ];
    const NONE: [&str; 8] = [
        "untitled",
        "microsoft word -",
        "layout 1",
        "无标题",
        "無題",
        "document1",
        "slide 1",
        "powerpoint presentation",
    ];
    let lower = title.to_lowercase();
    let wide = title.chars().filter(|c| matches!(c, '\u{2e80}'..='\u{9fff}')).count();
    !FILES.iter().any(|ending| lower.ends_with(ending))
        && !NONE.iter().any(|none| lower.starts_with(none))
        && !title.contains(char::REPLACEMENT_CHARACTER)
        && !title.contains(['_', '\\'])
        && (wide >= 4 || title.split_whitespace().nth(1).is_some())
        && title.chars().filter(|c| c.is_alphabetic()).count() >= 4
}
