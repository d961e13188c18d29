//! A document of a word processor, before it is an article: paragraphs with what their styles say,
//! and what the document says of itself. `docx` and `odt` fill it; which element is what is theirs.
//!
//! The place of a block is the number of its paragraph ([`Unit::Paragraph`]), paragraphs without
//! text not counted: what is a line or a page is not known before a document is laid out.

use jiff::civil::Date;

use super::date::parse_date;
use super::draft::{Draft, KnownBy};
use super::language::detect;
use super::opening::{Opening, is_title, looks_like_headline, opens_as_headline, same_words};
use super::text::is_caption;
use super::white_space::squeeze;
use super::{ReadError, ReadOptions, SourcePath, wire};
use crate::article::{Article, Block, BlockKind, Dropped, Lang, LineRange, Unit};

/// What a style makes of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Running text.
    #[default]
    Text,
    /// The title of the document.
    Title,
    /// Who wrote it.
    Author,
    /// A heading of this level, from 1.
    Heading(u8),
    /// What the block is called.
    Kind(BlockKind),
    /// A line of a table of contents.
    Contents,
}

/// A block, and what its style says.
#[derive(Clone, Debug)]
struct Laid {
    block: Block,
    role: Role,
    is_bold: bool,
}

/// A document, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Document {
    laid: Vec<Laid>,
    dropped: Vec<Dropped>,
    authors: Vec<String>,
    /// How many paragraphs with text there were.
    n_paragraphs: u32,
    /// What it says of itself.
    properties: Properties,
}

/// What a document says of itself, as written.
#[derive(Debug, Default)]
pub(super) struct Properties {
    /// Its title.
    pub(super) title: Option<String>,
    /// Who made it.
    pub(super) creator: Option<String>,
    /// Its keywords.
    pub(super) keywords: Vec<String>,
    /// When it was made, and when it was saved.
    pub(super) made: Option<String>,
    /// See `made`.
    pub(super) saved: Option<String>,
    /// Its language.
    pub(super) lang: Option<String>,
}

/// A row whose cells are longer is no data but a layout.
const MOST_CHARS: usize = 400;

/// How many blocks may stand before the headline: a kicker, a date, a section.
const BEFORE_HEADLINE: usize = 6;

impl Document {
    /// One of which nothing but `properties` is known yet.
    pub(super) fn of(properties: Properties) -> Self {
        Self { properties, ..Self::default() }
    }

    /// Takes a paragraph. Two line ends in it part it, since that is how some write paragraphs.
    pub(super) fn paragraph(&mut self, text: &str, role: Role, is_bold: bool) {
        let parts = parted(text);
        if parts.is_empty() {
            return;
        }
        self.n_paragraphs = self.n_paragraphs.saturating_add(1);
        let lines = LineRange { first: self.n_paragraphs, last: self.n_paragraphs };
        for text in parts {
            if role == Role::Author && self.laid.len() <= BEFORE_HEADLINE {
                self.authors.extend(wire::byline(&text).unwrap_or_else(|| wire::names(&text)));
                continue;
            }
            if role == Role::Contents {
                self.dropped.push(Dropped { why: "table of contents".into(), text, lines });
                continue;
            }
            let kind = match role {
                Role::Kind(kind) => kind,
                Role::Title | Role::Heading(_) => BlockKind::Heading,
                Role::Text if is_caption(&text) => BlockKind::Caption,
                _ => BlockKind::Paragraph,
            };
            self.laid.push(Laid { block: Block { kind, text, lines }, role, is_bold });
        }
    }

    /// Takes note of text that whoever tracked changes took out here.
    pub(super) fn struck(&mut self, why: &'static str, text: &str) {
        let text = squeeze(text);
        if !text.is_empty() {
            let place = self.n_paragraphs.saturating_add(1);
            let lines = LineRange { first: place, last: place };
            self.dropped.push(Dropped { why: why.into(), text: text.into_owned(), lines });
        }
    }

    /// A cell to fill, or what else may turn out to be apart.
    pub(super) fn part(&self) -> Self {
        Self { n_paragraphs: self.n_paragraphs, ..Self::default() }
    }

    /// Goes on counting where `part` stopped.
    pub(super) fn count_on(&mut self, part: &Self) {
        self.n_paragraphs = part.n_paragraphs;
    }

    /// Takes what is in `part` as it is.
    pub(super) fn append(&mut self, part: Self) {
        self.count_on(&part);
        self.laid.extend(part.laid);
        self.dropped.extend(part.dropped);
        self.authors.extend(part.authors);
    }

    /// Takes a row: one block if it is one of data, else what its cells hold.
    pub(super) fn row(&mut self, cells: Vec<Self>) {
        let is_cell = |cell: &Self| {
            let mut left = MOST_CHARS;
            cell.laid.iter().all(|Laid { block, .. }| {
                let chars = block.text.chars().take(MOST_CHARS + 1).count();
                let fits = left.checked_sub(chars).map(|rest| left = rest).is_some();
                fits && !matches!(block.kind, BlockKind::Heading | BlockKind::TableRow)
            })
        };
        if cells.len() < 2 || !cells.iter().all(is_cell) {
            cells.into_iter().for_each(|cell| self.append(cell));
            return;
        }
        let mut text = String::new();
        let mut lines: Option<LineRange> = None;
        for cell in cells {
            if !text.is_empty() {
                text.push_str(" | ");
            }
            let texts: Vec<&str> = cell.laid.iter().map(|laid| laid.block.text.as_str()).collect();
            text.push_str(&texts.join(" "));
            for Laid { block: Block { lines: own, .. }, .. } in &cell.laid {
                let first = lines.map_or(own.first, |lines| lines.first);
                lines = Some(LineRange { first, last: own.last });
            }
            self.count_on(&cell);
            self.dropped.extend(cell.dropped);
        }
        if let Some(lines) = lines {
            let text = squeeze(&text).trim_end_matches(" |").trim_end().to_owned();
            let block = Block { kind: BlockKind::TableRow, text, lines };
            self.laid.push(Laid { block, role: Role::Text, is_bold: false });
        }
    }

    /// Takes note of what is no part of the text, but stands on every page or beside it.
    pub(super) fn leave_out(&mut self, why: &'static str, other: Self) {
        let lines = LineRange { first: 1, last: self.n_paragraphs.max(1) };
        let texts = other.laid.into_iter().map(|laid| laid.block.text);
        self.dropped.extend(texts.map(|text| Dropped { why: why.into(), text, lines }));
    }

    /// The article that the document is.
    pub(super) fn finish(
        mut self,
        source: &SourcePath,
        options: &ReadOptions,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Article, ReadError> {
        self.find_headings();
        let headline = self.take_headline();
        let Self { laid, dropped, authors, properties, .. } = self;
        let mut blocks: Vec<Block> = laid.into_iter().map(|laid| laid.block).collect();
        let opening = Opening::take(&mut blocks);
        let mut published = opening.published.or(source.said.day);
        if published.is_none()
            && let Some((taken, how)) = properties.day()
        {
            // That of making is often of another document, which this was made from.
            warn(ReadError::MadeDate { path: source.path.clone(), taken, how });
            published = Some(taken);
        }
        let creator = || properties.creator.as_deref().map(person).unwrap_or_default();
        let authors = [authors, opening.authors].into_iter().find(|names| !names.is_empty());
        let authors = authors.unwrap_or_else(creator);
        let lang = language(properties.lang.as_deref(), headline.as_deref(), &blocks);
        let draft = Draft {
            headline,
            published,
            lang,
            source: opening.source,
            authors,
            dateline: opening.dateline,
            source_tags: properties.keywords,
            unit: Unit::Paragraph,
            blocks,
            dropped: if options.tell_dropped { dropped } else { Vec::new() },
            ..Draft::default()
        };
        draft.finish(source, 1, KnownBy::File)
    }

    /// Makes headings of paragraphs that are bold from end to end and look like one: most who write
    /// know no styles.
    fn find_headings(&mut self) {
        let n_text = self.laid.iter().filter(|laid| laid.is_plain()).count();
        let n_bold = self.laid.iter().filter(|laid| laid.is_plain() && laid.is_bold).count();
        if n_bold * 2 > n_text {
            return;
        }
        for at in 0..self.laid.len().saturating_sub(1) {
            let (laid, next) = (&self.laid[at], &self.laid[at + 1]);
            if laid.is_plain()
                && laid.is_bold
                && !next.is_bold
                && looks_like_headline(&laid.block.text)
                && Opening::of_line(&laid.block.text).is_none()
            {
                let laid = &mut self.laid[at];
                laid.role = Role::Heading(BOLD);
                laid.block.kind = BlockKind::Heading;
            }
        }
    }

    /// The headline, which is taken off the text: what has the style of a title; else the title
    /// among the properties, if the text begins with it; else the heading it begins with, if no other
    /// is of its level; else the title among the properties, which may be that of another document
    /// that this was made from; else the heading or the line that it begins with.
    fn take_headline(&mut self) -> Option<String> {
        let start = self.laid.len().min(BEFORE_HEADLINE + 1);
        let is_title_line = |laid: &Laid| laid.role == Role::Title;
        if let Some(at) = self.laid[..start].iter().position(is_title_line) {
            let titles = self.laid[at..].iter().take_while(|laid| is_title_line(laid)).count();
            let titles = self.laid.drain(at..at + titles).map(|laid| laid.block.text);
            let title = titles.collect::<Vec<_>>().join(" ");
            // Some have it as a heading as well.
            self.laid.retain(|laid| {
                laid.block.kind != BlockKind::Heading || !same_words(&laid.block.text, &title)
            });
            return Some(title);
        }
        let title = self.properties.title.as_deref().map(|title| squeeze(title).into_owned());
        let title = title.filter(|title| is_title(title));
        if let Some(title) = &title {
            let said = |laid: &Laid| same_words(&laid.block.text, title);
            if let Some(at) = self.laid[..start].iter().position(said) {
                return Some(self.laid.remove(at).block.text);
            }
        }
        let is_dates = |laid: &Laid| Opening::of_line(&laid.block.text).is_some();
        let at = self.laid.iter().take_while(|laid| is_dates(laid)).count();
        let first = self.laid.get(at)?;
        let is_only = match first.role {
            Role::Heading(BOLD) => true,
            role @ Role::Heading(_) => {
                self.laid.iter().filter(|laid| laid.role == role).count() == 1
            }
            _ => false,
        };
        if let Some(title) = title.filter(|_| !is_only) {
            return Some(title);
        }
        let next = self.laid.get(at + 1).map(|laid| &laid.block);
        let is_headline = match first.role {
            Role::Heading(_) => true,
            Role::Text => opens_as_headline(&first.block, next),
            _ => false,
        };
        is_headline.then(|| self.laid.remove(at).block.text)
    }
}

/// The level of headings that are only bold.
const BOLD: u8 = u8::MAX;

impl Laid {
    /// Whether it is a paragraph of no certain kind.
    fn is_plain(&self) -> bool {
        self.role == Role::Text && self.block.kind == BlockKind::Paragraph
    }
}

impl Properties {
    /// The day it was last saved or made, and which.
    fn day(&self) -> Option<(Date, &'static str)> {
        let day = |text: &Option<String>| text.as_deref().and_then(day_of);
        let saved = day(&self.saved).map(|day| (day, "last saved"));
        saved.or_else(|| day(&self.made).map(|day| (day, "made")))
    }
}

/// The day of a time stamp, unless it is that of an empty document that a library begins with.
pub(super) fn day_of(stamp: &str) -> Option<Date> {
    const EMPTY: &str = "2013-12-23T23:15:00Z";
    if stamp.trim() == EMPTY {
        return None;
    }
    parse_date(stamp.trim()).or_else(|| stamp.trim().get(..10)?.parse().ok())
}

/// What stands between blank lines, squeezed.
fn parted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.lines() {
        let line = squeeze(line);
        let last = parts.last_mut().expect("there is one from the start");
        match (line.is_empty(), last.is_empty()) {
            (true, false) => parts.push(String::new()),
            (false, is_first) => {
                if !is_first {
                    last.push(' ');
                }
                last.push_str(&line);
            }
            (true, true) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The language of a text, or what is said of it if that cannot be told: what programs say is
/// mostly the language of the program.
pub(super) fn language(
    said: Option<&str>,
    headline: Option<&str>,
    blocks: &[Block],
) -> Option<Lang> {
    let texts = headline.into_iter().chain(blocks.iter().map(|block| block.text.as_str()));
    let found = Some(detect(texts)).filter(|lang| *lang != Lang::default());
    found.or_else(|| said.map(Lang::new))
}

/// The names in what a document gives as its creator, if they are of persons: programs put their own
/// name there, or that of an account.
pub(super) fn person(creator: &str) -> Vec<String> {
    #[rustfmt::skip]
    const NONE: [&str; 22] = [
        "user", "admin", "administrator", "owner", "unknown", "author", "writer", "editor",
        "microsoft", "office", "windows", "apple", "google", "adobe", "libreoffice", "openoffice",
        "python-docx", "calibre", "guest", "desktop", "pc", "laptop",
    ];
    let creator = squeeze(creator);
    let lower = creator.to_lowercase();
    let is_none =
        lower.split(|c: char| !c.is_alphanumeric() && c != '-').any(|w| NONE.contains(&w));
    let chars = creator.chars().count();
    let is_han = creator.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '·'))
        && (2..=6).contains(&chars)
        && !["用户", "用戶", "管理员", "管理員", "微软", "微軟"]
            .iter()
            .any(|no| creator.contains(no));
    match () {
        () if is_none => Vec::new(),
        () if is_han => vec![creator.into_owned()],
        () if creator.contains(' ') => wire::byline(&format!("By {creator}")).unwrap_or_default(),
        () => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creator_is_named_if_it_is_a_person() {
        for (creator, want) in [
            ("Anwar Ibrahim", &["Anwar Ibrahim"][..]),
            ("Wang Yi; Lim Guan Eng", &["Wang Yi", "Lim Guan Eng"]),
            ("王毅", &["王毅"]),
            ("Microsoft Office User", &[]),
            ("Windows 用户", &[]),
            ("微软用户", &[]),
            ("python-docx", &[]),
            ("calibre (7.2) [https://calibre-ebook.com]", &[]),
            ("newsdesk03", &[]),
            ("", &[]),
        ] {
            assert_eq!(person(creator), want, "{creator:?}");
        }
    }

    #[test]
    fn two_line_ends_part_a_paragraph() {
        assert_eq!(parted(" one\ntwo\n \nthree\n\n\n"), ["one two", "three"]);
        assert!(parted(" \n ").is_empty());
    }
}
