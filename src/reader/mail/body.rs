//! The text of a mail: its plain part, else its part in HTML. What signs it is left out, what it
//! quotes is a quotation. What is said to be text and is none is an error, and no text.

use std::borrow::Cow;

use jiff::civil::Date;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use crate::article::{Block, Dropped, Lang, LineRange};
use crate::reader::encoding::decode;
use crate::reader::white_space::squeeze;
use crate::reader::{ReadError, ReadOptions, Said, SourcePath, html, text};

/// What the text of a mail says.
#[derive(Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<Date>,
    pub(super) dateline: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<Lang>,
    /// What signs it, if that is asked for.
    pub(super) dropped: Vec<Dropped>,
    /// Why parts of it are not read.
    pub(super) faults: Vec<ReadError>,
}

impl Body {
    /// The text of `message`, whose subject is `headline`.
    pub(super) fn of(
        source: &SourcePath,
        message: &Message<'_>,
        headline: Option<&str>,
        options: &ReadOptions,
    ) -> Self {
        let mut body = Self::default();
        let plain = message.text_bodies().filter(|part| has_text(part)).collect::<Vec<_>>();
        let parts = if plain.is_empty() { message.html_bodies().collect() } else { plain };
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &message.raw_message).collect();
        for part in parts {
            let lines = Lines::of(source, &ends, part);
            let (from, from_dropped) = (body.blocks.len(), body.dropped.len());
            match &part.body {
                PartType::Text(text) => match text_of(source, message, part, text, lines.first) {
                    Ok(text) => body.add_text(&text, headline),
                    Err(error) => body.faults.push(error),
                },
                PartType::Html(html) => body.add_html(source, html, options),
                _ => {}
            }
            for block in &mut body.blocks[from..] {
                block.lines = lines.of_block(block.lines);
            }
            for dropped in &mut body.dropped[from_dropped..] {
                dropped.lines = lines.of_block(dropped.lines);
            }
        }
        if !options.tell_dropped {
            body.dropped.clear();
        }
        body
    }

    fn add_text(&mut self, text: &str, headline: Option<&str>) {
        let (text, signature) = text.split_at(signature_at(text));
        let (opening, blocks) = text::body(text, headline);
        self.blocks.extend(blocks);
        // Without the dashes above it.
        let signed = signature.split_once('\n').map_or("", |(_, rest)| rest).trim_end();
        if !signed.is_empty() {
            let line_at = |text: &str| u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
            let first = line_at(text).saturating_add(2);
            let lines = LineRange { first, last: first.saturating_add(line_at(signed) - 1) };
            self.dropped.push(Dropped {
                why: "signature".into(),
                text: squeeze(signed).into_owned(),
                lines,
            });
        }
        if self.authors.is_empty() {
            self.authors = opening.said.authors;
        }
        self.published = self.published.or(opening.said.published);
        self.dateline = self.dateline.take().or(opening.said.dateline);
    }

    fn add_html(&mut self, source: &SourcePath, html: &str, options: &ReadOptions) {
        // It is UTF-8 by now, and the mail's own address is not the page's.
        let source = SourcePath { said: Said::default(), ..source.clone() };
        let options = ReadOptions { tell_dropped: options.tell_dropped, ..ReadOptions::default() };
        let page = html::article(&source, html.as_bytes(), &options, &mut |_| {});
        // A page without text adds none.
        let Ok(page) = page else { return };
        self.blocks.extend(page.blocks);
        self.dropped.extend(page.dropped);
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

/// Where in `text` stands what signs it: a line of two dashes and a space, and all below.
fn signature_at(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_end_matches(['\r', '\n']);
        let is_mark =
            mark == "-- " || mark == "--" && text[at..].lines().count() <= MAX_SIGNATURE_LINES + 1;
        if is_mark {
            return at;
        }
        at += line.len();
    }
    at
}

/// The text of a part, which begins on `line` and was decoded to `text` by what it says of itself; or why
/// it is none. Where that looks odd the bytes are asked, unless they are packed.
pub(super) fn text_of<'t>(
    source: &SourcePath,
    message: &Message<'_>,
    part: &MessagePart<'_>,
    text: &'t str,
    line: u32,
) -> Result<Cow<'t, str>, ReadError> {
    /// One in so many characters may be odd in a text.
    const RARE: usize = 20;
    let n_odd = text.chars().filter(|c| is_odd(*c)).count();
    if n_odd == 0 {
        return Ok(text.into());
    }
    let path = || source.path.clone();
    let from = part.offset_body as usize;
    let bytes = message.raw_message.get(from..part.offset_end as usize);
    if let Some(bytes) = bytes.filter(|_| part.encoding == Encoding::None) {
        let charset = part.content_type().and_then(|stated| stated.attribute("charset"));
        return match decode(source, bytes, charset, &mut |_| {}) {
            Ok(decoded) => Ok(decoded.text.into_owned().into()),
            Err(ReadError::NotText { path, offset }) => {
                Err(ReadError::NotText { path, offset: from + offset })
            }
            Err(ReadError::UnknownEncoding { path, line: at, offset }) => {
                let line = line.saturating_add(at - 1);
                Err(ReadError::UnknownEncoding { path, line, offset: from + offset })
            }
            Err(error) => Err(error),
        };
    }
    if text.contains('\0') {
        return Err(ReadError::NotText { path: path(), offset: from });
    }
    match n_odd * RARE > text.chars().count() {
        true => Err(ReadError::UnknownEncoding { path: path(), line, offset: from }),
        false => Ok(text.into()),
    }
}

/// Whether a character is in no text: it controls a machine, or stands for bytes that are none.
fn is_odd(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_ascii_whitespace()
}

/// Where a part stands in the file.
pub(super) struct Lines {
    pub(super) first: u32,
    last: u32,
    /// Whether its lines are those of the file.
    is_plain: bool,
}

impl Lines {
    /// Where `part` stands in the file that `source`, a mail whose lines end at `ends`, is or is in.
    pub(super) fn of(source: &SourcePath, ends: &[usize], part: &MessagePart<'_>) -> Self {
        let line_at = |offset: u32| {
            let before = ends.partition_point(|end| *end < offset as usize);
            u32::try_from(before).unwrap_or(u32::MAX).saturating_add(source.first_line())
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
