//! A page that is all of one article, such as a chapter of a book: nothing is sought in it, and all
//! its text is taken but for what leads to other pages at its ends.

use std::borrow::Cow;

use super::blocks::{Found, blocks};
use super::{furniture, parse, tags};
use crate::article::{Block, BlockKind};

/// A page, read.
#[derive(Debug, Default)]
pub(in crate::reader) struct Chapter {
    /// Its text.
    pub(in crate::reader) blocks: Vec<Block>,
    /// What was at its ends and only leads elsewhere.
    pub(in crate::reader) left_out: Vec<Block>,
    /// Whether it is a list of links: a third of its blocks are, in the main.
    pub(in crate::reader) is_list: bool,
    /// Where its links lead, as written.
    pub(in crate::reader) links: Vec<String>,
    /// Where it was downloaded from, if the program that made the book says so.
    pub(in crate::reader) url: Option<String>,
}

/// How many blocks at either end may lead elsewhere.
const EDGE: usize = 4;

/// What `calibre` writes below a page that it downloaded.
const DOWNLOADED: &str = "This article was downloaded by calibre";

/// Reads `xhtml`; `None` if it has too many elements.
pub(in crate::reader) fn chapter(xhtml: &str) -> Option<Chapter> {
    let page = parse::parse(&tags::bounded(&opened(xhtml)))?;
    let mut chapter = Chapter::default();
    for link in page.root().descendants().filter(|node| node.is("a")) {
        let Some(address) = link.attribute("href") else { continue };
        if link.attribute("rel") == Some("calibre-downloaded-from") {
            chapter.url = Some(address.trim().to_owned());
        }
        chapter.links.push(address.to_owned());
    }
    let mut found = blocks(page.root());
    let leads = |found: &Found| {
        let block = &found.block;
        let is_plain = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem);
        is_plain && found.is_link() || block.text.starts_with(DOWNLOADED)
    };
    // A page of links is one to its end.
    if !found.iter().all(leads) {
        let first = found.iter().take(EDGE).take_while(|found| leads(found)).count();
        let last = found.iter().rev().take(EDGE).take_while(|found| leads(found)).count();
        let end = found.split_off(found.len() - last);
        let middle = found.split_off(first);
        chapter.left_out = found.into_iter().chain(end).map(|found| found.block).collect();
        found = middle;
    }
    let links = found.iter().filter(|found| found.is_linked(4)).count();
    chapter.is_list = links > 0 && links * 3 >= found.len();
    chapter.blocks = furniture::cleared(found);
    Some(chapter)
}

/// `xhtml`, with elements that hold nothing closed as HTML wants it: there a tag that ends in `/>`
/// is one that opens, and `<title/>` would hold all that follows.
fn opened(xhtml: &str) -> Cow<'_, str> {
    const VOID: [&str; 15] = [
        "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta",
        "param", "source", "track", "wbr",
    ];
    let bytes = xhtml.as_bytes();
    let mut out = String::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found + 1;
        at = start;
        if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        (at, _) = tags::tag(bytes, start);
        if !xhtml[..at].ends_with('/') || at == bytes.len() {
            continue;
        }
        let tag = &xhtml[start..at - 1];
        let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next();
        let name = name.unwrap_or_default();
        if !VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) {
            out.push_str(&xhtml[from..at - 1]);
            out.push_str("></");
            out.push_str(name);
            from = at;
        }
    }
    match from {
        0 => Cow::Borrowed(xhtml),
        _ => Cow::Owned(out + &xhtml[from..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_where_it_opens_holds_nothing() {
        for (xhtml, want) in [
            ("<title/><p>One.</p>", "<title></title><p>One.</p>"),
            ("<p><a id=\"x\" />One<br/>two.</p>", "<p><a id=\"x\" ></a>One<br/>two.</p>"),
            ("<a href=\"x/>y\">One</a>", "<a href=\"x/>y\">One</a>"),
            ("1 < 2 /> 3", "1 < 2 /> 3"),
            ("/><", "/><"),
        ] {
            assert_eq!(opened(xhtml), want);
        }
    }

    #[test]
    fn all_of_a_page_is_text_but_what_leads_elsewhere_at_its_ends() {
        let page = "<html><head><title/></head><body>\
            <div>| <a href='../index.html'>Section menu</a> | <a href='b.html'>Next</a> |</div>\
            <h1>One</h1><p><a id='p1'/>Two<a href='#n1' epub:type='noteref'><sup>1</sup></a>.</p><p><a href='c.html'>Three</a></p><p>Four.</p>\
            <p>This article was downloaded by <b>calibre</b> from \
            <a rel='calibre-downloaded-from' href='https://wire.example/one'>here</a></p>\
            </body></html>";
        let chapter = chapter(page).unwrap();
        let texts: Vec<&str> = chapter.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts, ["One", "Two.", "Three", "Four."]);
        assert_eq!(chapter.left_out.len(), 2);
        assert_eq!(chapter.url.as_deref(), Some("https://wire.example/one"));
        assert_eq!(chapter.links[0], "../index.html");
    }
}
