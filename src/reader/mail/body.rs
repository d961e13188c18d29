//! The text of a mail: its plain part, else its part in HTML. What signs it is left out, what it
//! quotes is a quotation.

use jiff::civil::Date;
use mail_parser::{Encoding, Message, MessagePart, PartType};

use crate::article::{Block, Lang, LineRange};
use crate::reader::{ReadOptions, Said, SourcePath, html, text};

/// What the text of a mail says.
#[derive(Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<Date>,
    pub(super) dateline: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<Lang>,
}

impl Body {
    /// The text of `message`, whose subject is `headline`.
    pub(super) fn of(source: &SourcePath, message: &Message<'_>, headline: Option<&str>) -> Self {
        let mut body = Self::default();
        let plain = message.text_bodies().filter(|part| has_text(part)).collect::<Vec<_>>();
        let parts = if plain.is_empty() { message.html_bodies().collect() } else { plain };
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &message.raw_message).collect();
        for part in parts {
            let lines = Lines::of(&ends, part);
            let from = body.blocks.len();
            match &part.body {
                PartType::Text(text) => body.add_text(text, headline),
                PartType::Html(html) => body.add_html(source, html),
                _ => {}
            }
            for block in &mut body.blocks[from..] {
                block.lines = lines.of_block(block.lines);
            }
        }
        body
    }

    fn add_text(&mut self, text: &str, headline: Option<&str>) {
        let (opening, blocks) = text::body(unsigned(text), headline);
        self.blocks.extend(blocks);
        if self.authors.is_empty() {
            self.authors = opening.authors;
        }
        self.published = self.published.or(opening.published);
        self.dateline = self.dateline.take().or(opening.dateline);
    }

    fn add_html(&mut self, source: &SourcePath, html: &str) {
        // It is UTF-8 by now, and the mail's own address is not the page's.
        let source = SourcePath { said: Said::default(), ..source.clone() };
        let page = html::article(&source, html.as_bytes(), &ReadOptions::default(), &mut |_| {});
        // A page without text adds none.
        let Ok(page) = page else { return };
        self.blocks.extend(page.blocks);
        if self.authors.is_empty() {
            self.authors = page.head.authors;
        }
        self.published = self.published.or(page.head.published);
        self.dateline = self.dateline.take().or(page.head.dateline);
        self.url = self.url.take().or(page.head.url);
        self.lang =
            self.lang.take().or(Some(page.head.lang).filter(|lang| *lang != Lang::default()));
    }
}

fn has_text(part: &MessagePart<'_>) -> bool {
    match &part.body {
        PartType::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}

/// The most lines of a signature that only two dashes stand above.
const MAX_SIGNATURE_LINES: usize = 12;

/// `text` without what signs it: all below a line of two dashes and a space.
fn unsigned(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_end_matches(['\r', '\n']);
        let is_mark =
            mark == "-- " || mark == "--" && text[at..].lines().count() <= MAX_SIGNATURE_LINES + 1;
        if is_mark {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// Where a part stands in the file.
struct Lines {
    first: u32,
    last: u32,
    /// Whether its lines are those of the file.
    is_plain: bool,
}

impl Lines {
    /// Where `part` stands in a mail whose lines end at `ends`.
    fn of(ends: &[usize], part: &MessagePart<'_>) -> Self {
        let line_at = |offset: u32| {
            let before = ends.partition_point(|end| *end < offset as usize);
            u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
        };
        let first = line_at(part.offset_body);
        let last = line_at(part.offset_end.saturating_sub(1)).max(first);
        Self { first, last, is_plain: part.encoding == Encoding::None }
    }

    /// The lines of the file that a block of the part comes from: all of the part if it is encoded.
    fn of_block(&self, lines: LineRange) -> LineRange {
        if !self.is_plain {
            return LineRange { first: self.first, last: self.last };
        }
        let placed = |line: u32| line.saturating_add(self.first - 1).min(self.last);
        LineRange { first: placed(lines.first), last: placed(lines.last) }
    }
}
