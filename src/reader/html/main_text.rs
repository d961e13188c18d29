//! Which part of a page is the article. That is asked of `legible`, a port of the reader view of
//! Firefox: of the crates there are it finds the text best, and it leaves elements as they are, so
//! that `blocks` can tell what they hold.
//!
//! It takes text and gives text, so it is given the page as it was parsed, bounded, with the line
//! of every element noted in it.

use legible::{Options, parse as find_article};

use super::blocks::{Found, blocks};
use super::parse::{is_verbatim, parse};
use super::tree::{Node, Tree};
use crate::analysis::is_cjk;
use crate::article::{Block, BlockKind, LineRange};
use crate::reader::white_space::squeeze;

/// The article of a page.
#[derive(Debug, Default)]
pub(super) struct MainText {
    /// Its text.
    pub(super) blocks: Vec<Found>,
    /// The headline, as the page is titled.
    pub(super) headline: Option<String>,
    /// Who wrote it, in the words of the page.
    pub(super) byline: Option<String>,
}

/// The attribute that notes the line of an element.
pub(super) const LINE: &str = "data-l";

/// Finds the article in `page`.
pub(super) fn find(page: &Tree) -> MainText {
    // Classes tell captions.
    let options = Options::new().keep_classes(true);
    let Ok(article) = find_article(&written(page), None, Some(options)) else {
        return MainText { headline: titled(page), ..MainText::default() };
    };
    let text = parse(&article.content);
    let headline = without_site(page, squeeze(&article.title).into_owned());
    MainText {
        blocks: text.map(|text| blocks(text.root())).unwrap_or_default(),
        headline: Some(headline).filter(|text| !text.is_empty()),
        byline: article.byline.filter(|text| !text.trim().is_empty()),
    }
}

/// The title of a page that has no article.
fn titled(page: &Tree) -> Option<String> {
    let title = page.root().descendants().find(|node| node.is("title"))?;
    let title = without_site(page, squeeze(&title.whole_text()).into_owned());
    Some(title).filter(|text| !text.is_empty())
}

/// `title` without the name of the site, if it is in Chinese and the page has the rest of it as its
/// one main heading. The crate takes the name off by counting words, of which it sees none there.
fn without_site(page: &Tree, title: String) -> String {
    const SEPARATORS: [char; 10] = ['|', '-', '–', '—', '_', '－', '｜', '＿', '·', '»'];
    let mut headings = page.root().descendants().filter(|node| node.is("h1"));
    let (Some(heading), None) = (headings.next(), headings.next()) else { return title };
    let heading = squeeze(&heading.whole_text()).into_owned();
    let rest = title.strip_prefix(heading.as_str()).map(str::trim_start);
    let is_site = rest.is_some_and(|rest| rest.starts_with(SEPARATORS));
    if is_site && heading.contains(is_cjk) { heading } else { title }
}

/// `page` as HTML, with the line of every element and without what tells nothing of its text.
fn written(page: &Tree) -> String {
    let mut out = String::new();
    let mut next = page.root().first();
    while let Some(node) = next {
        let is_kept = write_start(node, &mut out);
        if let Some(child) = node.first().filter(|_| is_kept) {
            next = Some(child);
            continue;
        }
        if is_kept {
            write_end(node, &mut out);
        }
        let mut at = node;
        next = loop {
            if let Some(sibling) = at.next() {
                break Some(sibling);
            }
            let Some(parent) = at.parent() else { break None };
            write_end(parent, &mut out);
            at = parent;
        };
    }
    out
}

/// Writes a text, or the tag that opens an element; whether the element is to be written.
fn write_start(node: Node<'_>, out: &mut String) -> bool {
    if let Some(text) = node.text() {
        match node.parent().and_then(Node::name).is_some_and(is_verbatim) {
            true => out.push_str(text),
            false => escape(text, out),
        }
        return false;
    }
    let Some(name) = node.name() else { return false };
    let is_told =
        || node.attribute("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"));
    if name == "style" || name == "plaintext" || name == "script" && !is_told() {
        return false;
    }
    out.push('<');
    out.push_str(name);
    for attribute in node.attributes() {
        if &*attribute.name.local != LINE {
            out.push(' ');
            out.push_str(&attribute.name.local);
            out.push_str("=\"");
            escape(&attribute.value, out);
            out.push('"');
        }
    }
    out.push_str(&format!(" {LINE}=\"{}\">", node.line()));
    if matches!(name, "pre" | "textarea" | "listing") {
        // The parser reads over a line end here.
        out.push('\n');
    }
    true
}

fn write_end(node: Node<'_>, out: &mut String) {
    let Some(name) = node.name() else { return };
    let is_void = matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    );
    if !is_void {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The text of `body`, what the page gives machines, if much of it is not among `found`: pages that
/// are put together in the browser hold it nowhere else.
pub(super) fn given(body: &str, found: &[Found]) -> Option<Vec<Block>> {
    const LEAST_CHARS: usize = 400;
    const MOST_OF_NONE: usize = 40;
    let in_page: usize = found.iter().map(|found| found.block.text.chars().count()).sum();
    let in_body = body.chars().count();
    let is_more = match in_page < MOST_OF_NONE {
        // A line that asks to wait is no article.
        true => in_body > in_page,
        false => in_body >= LEAST_CHARS.max(in_page * 2),
    };
    if !is_more {
        return None;
    }
    let lines = LineRange { first: 1, last: 1 };
    let paragraphs = body.lines().map(super::metadata::plain).filter(|text| !text.is_empty());
    let block = |text| Block { kind: BlockKind::Paragraph, text, lines };
    Some(paragraphs.map(block).collect()).filter(|blocks: &Vec<_>| !blocks.is_empty())
}
