//! What a feed says in words: headlines on a line, and texts as blocks. Feeds are seldom clear about
//! whether a text has markup, and some write it twice over; the text itself is asked.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::names::attribute;
use crate::article::{Block, BlockKind, LineRange};
use crate::reader::html;
use crate::reader::markup::{Tag, TagKind, tag_at_start};
use crate::reader::white_space::squeeze;
use crate::reader::xml::{Element, Node, unescaped};

/// A text of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// Without markup.
    Plain(String),
    /// HTML, or plain text with references: what it looks like.
    Loose(String),
    /// HTML.
    Html(String),
}

impl Text {
    /// The text of an element of RSS or Atom.
    pub(super) fn of(element: &Element) -> Self {
        let lower = |name: &str| attribute(element, name).unwrap_or_default().to_ascii_lowercase();
        let (kind, mode) = (lower("type"), lower("mode"));
        let is_plain = matches!(kind.as_str(), "text" | "plain" | "text/plain");
        if element.elements().next().is_some() {
            let mut html = String::new();
            write(element, &mut html);
            return Self::Html(html);
        }
        let text = element.text();
        let is_media = kind.contains('/')
            && !kind.starts_with("text/")
            && !["xml", "html"].iter().any(|end| kind.ends_with(end));
        if mode == "base64" || is_media {
            return match decoded(&text) {
                Some(text) if is_plain => Self::Plain(text),
                Some(text) => Self::Loose(text),
                // Pictures and sounds are no text, and what is no base64 is what it is.
                None if mode == "base64" => Self::Plain(String::new()),
                None => Self::Loose(text),
            };
        }
        match is_plain && mode != "escaped" || kind == "xhtml" {
            true => Self::Plain(text),
            false => Self::Loose(text),
        }
    }

    /// The text on one line, unless it is blank.
    pub(super) fn line(&self) -> Option<String> {
        let line = match self {
            Self::Plain(text) => squeeze(text).into_owned(),
            Self::Html(text) => html::line_of(&closed(text))?,
            Self::Loose(text) if is_html(text) => html::line_of(&closed(text))?,
            Self::Loose(text) => squeeze(&unescaped(text).0).into_owned(),
        };
        (!line.is_empty()).then_some(line)
    }

    /// The text as blocks that stand on `lines`.
    pub(super) fn blocks(&self, lines: LineRange) -> Vec<Block> {
        let mut blocks = match self {
            Self::Plain(text) => plain(text),
            Self::Loose(text) => loose(text),
            Self::Html(text) => of_html(text),
        };
        blocks.iter_mut().for_each(|block| block.lines = lines);
        blocks
    }
}

/// `blocks` without what programs that make feeds put below a text, and without the mark that there
/// is more.
pub(super) fn without_notice(mut blocks: Vec<Block>) -> Vec<Block> {
    let is_notice = |text: &str| {
        text.starts_with("The post ")
            && (text.contains(" appeared first on ") || text.contains(" first appeared on "))
            || text.starts_with("Continue reading ")
    };
    while let Some(last) = blocks.last_mut() {
        if is_notice(&last.text) {
            blocks.pop();
            continue;
        }
        let cut =
            ["[…]", "[...]", "[&#8230;]"].iter().find_map(|mark| last.text.strip_suffix(mark));
        match cut.map(|text| text.trim_end().to_owned()) {
            Some(text) if text.is_empty() => drop(blocks.pop()),
            Some(text) => last.text = text,
            None => break,
        }
    }
    blocks
}

fn loose(text: &str) -> Vec<Block> {
    if is_html(text) {
        return of_html(text);
    }
    let (written, _) = unescaped(text);
    match is_escaped_html(&written) {
        true => of_html(&written),
        false => plain(&written),
    }
}

fn of_html(text: &str) -> Vec<Block> {
    let closed = closed(text);
    html::blocks_of(&parted(&closed)).unwrap_or_else(|| plain(text))
}

/// What `text` holds that may be a tag, up to where it is plain whether it has any.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    const MOST: usize = 20_000;
    text.match_indices('<').take(MOST).map(|(at, _)| &text[at..])
}

/// The paragraphs of a text without markup: what blank lines part.
fn plain(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (paragraph, after) = match blank_line(rest) {
            Some((from, to)) => (&rest[..from], &rest[to..]),
            None => (rest, ""),
        };
        rest = after;
        let text = squeeze(paragraph).into_owned();
        if !text.is_empty() {
            let lines = LineRange { first: 1, last: 1 };
            blocks.push(Block { kind: BlockKind::Paragraph, text, lines });
        }
    }
    blocks
}

/// Where the first blank line begins and ends, with the line ends around it.
fn blank_line(text: &str) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'\n', text.as_bytes()).find_map(|from| {
        let after = text[from + 1..].trim_start_matches([' ', '\t', '\r']);
        after.starts_with('\n').then(|| (from, text.len() - after.len() + 1))
    })
}

/// `html`, where blank lines are paragraphs if nothing else is: so some programs keep what people
/// type, and count on those who show it.
fn parted(html: &str) -> Cow<'_, str> {
    let parts = |tag: Tag| matches!(tag.name, "p" | "pre" | "html" | "body");
    let has_paragraphs = starts(html).filter_map(tag_at_start).any(parts);
    if has_paragraphs || blank_line(html).is_none() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 100);
    let mut rest = html;
    while let Some((from, to)) = blank_line(rest) {
        out.push_str(&rest[..from]);
        out.push_str("\n<p>\n");
        rest = &rest[to..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `html` without starts of what nothing ends and what would hide all that follows.
fn closed(html: &str) -> Cow<'_, str> {
    const HIDING: [(&str, &str); 11] = [
        ("<!--", "-->"),
        ("<iframe", "</iframe"),
        ("<object", "</object"),
        ("<noembed", "</noembed"),
        ("<noframes", "</noframes"),
        ("<xmp", "</xmp"),
        ("<plaintext", "</plaintext"),
        ("<textarea", "</textarea"),
        ("<title", "</title"),
        ("<select", "</select"),
        ("<svg", "</svg"),
    ];
    let mut closed = Cow::Borrowed(html);
    let mut lower = closed.to_ascii_lowercase();
    for (start, end) in HIDING {
        let Some(at) = lower.rfind(start).filter(|at| !lower[*at..].contains(end)) else {
            continue;
        };
        // A tag of no meaning, or a comment that ends with the tag.
        let mark = if start == "<!--" { at + "<!".len() } else { at + 1 };
        closed.to_mut().insert_str(mark, "x-");
        lower.insert_str(mark, "x-");
    }
    closed
}

/// Whether `text` has a tag: one we know, one that closes something, or one with an attribute.
fn is_html(text: &str) -> bool {
    starts(text).any(|rest| {
        tag_at_start(rest).is_some() || rest.starts_with("<!--") || is_other_tag(&rest[1..])
    })
}

fn is_other_tag(inner: &str) -> bool {
    /// No one writes longer ones that matter.
    const LONGEST: usize = 300;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let (closes, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let after = inner.trim_start_matches(is_name);
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    if closes {
        return after.trim_start().starts_with('>');
    }
    let after = &after[..after.floor_char_boundary(LONGEST)];
    let end = after.find(['>', '<']).filter(|end| after[*end..].starts_with('>'));
    end.is_some_and(|end| {
        let attributes = &after[..end];
        attributes.starts_with(char::is_whitespace) && attributes.contains('=')
            || attributes.ends_with('/')
    })
}

/// Whether `text`, which was written out of references, is HTML that was escaped once too often.
fn is_escaped_html(text: &str) -> bool {
    starts(text).filter_map(tag_at_start).any(|tag| {
        tag.closing && !tag.name.is_empty() || tag.kind == TagKind::Break || tag.name == "p"
    })
}

/// Writes what `element` holds as HTML.
fn write(element: &Element, out: &mut String) {
    for node in &element.nodes {
        match node {
            Node::Text(text) => escape(text, out),
            Node::Element(element) => {
                let name = element.name.local.to_ascii_lowercase();
                out.push('<');
                out.push_str(&name);
                for (key, value) in &element.attributes {
                    if matches!(key.local.as_str(), "class" | "href" | "type") {
                        out.push(' ');
                        out.push_str(&key.local);
                        out.push_str("=\"");
                        escape(value, out);
                        out.push('"');
                    }
                }
                out.push('>');
                write(element, out);
                let is_void = matches!(
                    name.as_str(),
                    "br" | "hr" | "img" | "input" | "wbr" | "embed" | "source" | "col" | "area"
                );
                if !is_void {
                    out.push_str("</");
                    out.push_str(&name);
                    out.push('>');
                }
            }
        }
    }
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The text that `text` is base64 of.
fn decoded(text: &str) -> Option<String> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    let text: String = text.split_ascii_whitespace().collect();
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}
