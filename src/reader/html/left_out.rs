//! What of a page is no part of its article, and why, for a person who wants to know. It follows
//! what the others decided and decides nothing.

use std::collections::HashSet;

use super::blocks::is_inline;
use super::tree::{Node, NodeId, Tree};
use crate::article::{Dropped, LineRange};
use crate::reader::white_space::squeeze;

/// How much of a text is told, in characters.
const LONGEST: usize = 200;

/// How many bytes are searched in all for texts that are parts of others.
const MOST_SEARCHED: usize = 64 << 20;

/// The texts of `page` that are neither in `kept`, the texts of the article, nor code; those in
/// `furniture` stood among its paragraphs.
pub(super) fn left_out(page: &Tree, kept: &[&str], furniture: &[String]) -> Vec<Dropped> {
    // White space is no part of what is compared: it differs where elements meet. A line end stands in
    // no text then, so nothing is found across two.
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let kept: Vec<String> = kept.iter().map(|text| bare(text)).collect();
    let whole: HashSet<&str> = kept.iter().map(String::as_str).collect();
    let joined = kept.join("\n");
    let mut searched = 0;
    let mut is_kept = |text: &str| {
        let text = bare(text);
        searched += joined.len();
        whole.contains(&*text) || searched < MOST_SEARCHED && joined.contains(&text)
    };
    let mut dropped = Vec::new();
    let mut open: Option<(NodeId, Dropped)> = None;
    let mut close = |open: Option<(NodeId, Dropped)>| {
        let Some((_, mut one)) = open else { return };
        let text = squeeze(&one.text).into_owned();
        if text.is_empty() || is_kept(&text) {
            return;
        }
        if furniture.contains(&text) {
            one.why = "invitation or notice".into();
        }
        one.text = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        dropped.push(one);
    };
    for node in page.root().descendants() {
        let Some(text) = node.text() else { continue };
        let Some(block) = block_of(node) else { continue };
        let Some(why) = why(block) else { continue };
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        let first = node.line();
        let last = first.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        match &mut open {
            Some((of, one)) if *of == block.id => {
                one.text.push(' ');
                one.text.push_str(text);
                one.lines.last = last;
            }
            _ => {
                let lines = LineRange { first, last };
                let one = Dropped { why: why.into(), text: text.to_owned(), lines };
                close(open.replace((block.id, one)));
            }
        }
    }
    close(open);
    dropped
}

/// The element around a text that parts it from other texts.
fn block_of(text: Node<'_>) -> Option<Node<'_>> {
    let mut around = std::iter::successors(text.parent(), |node| node.parent());
    around.find(|node| !node.name().is_some_and(is_inline))
}

/// Why what stands in `block` is no article, by the names of what it stands in; `None` if it is not
/// shown either.
fn why(block: Node<'_>) -> Option<&'static str> {
    let mut why = None;
    for node in std::iter::successors(Some(block), |node| node.parent()) {
        let by_element = match node.name() {
            Some("script" | "style" | "noscript" | "template" | "head" | "svg") => return None,
            Some("nav") => Some("navigation"),
            Some("header") => Some("head of the page"),
            Some("footer") => Some("foot of the page"),
            Some("aside") => Some("beside the article"),
            Some("form" | "button" | "select" | "textarea" | "dialog") => Some("form"),
            _ => None,
        };
        why = why.or(by_element).or_else(|| by_class(node));
    }
    Some(why.unwrap_or("outside the main text"))
}

/// What a page calls its parts.
const CLASSES: [(&str, &str); 14] = [
    ("cookie", "notice of cookies"),
    ("consent", "notice of cookies"),
    ("advert", "advertisement"),
    ("sponsor", "advertisement"),
    ("share", "links to share"),
    ("social", "links to share"),
    ("related", "teaser"),
    ("recommend", "teaser"),
    ("teaser", "teaser"),
    ("newsletter", "invitation to subscribe"),
    ("subscribe", "invitation to subscribe"),
    ("comment", "comments"),
    ("breadcrumb", "navigation"),
    ("menu", "navigation"),
];

fn by_class(node: Node<'_>) -> Option<&'static str> {
    // The whole page may be called anything.
    if node.is("body") || node.is("html") {
        return None;
    }
    let names = ["class", "id"].into_iter().filter_map(|name| node.attribute(name));
    let names = names.collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    CLASSES.iter().find(|(part, _)| names.contains(part)).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn the_reason_is_what_the_page_calls_the_part() {
        for (html, want) in [
            ("<nav>Home <a>News</a></nav>", "navigation"),
            ("<div class='Cookie-bar'><p>Home News</div>", "notice of cookies"),
            ("<div id=related><ul><li>Home <b>News</b></ul></div>", "teaser"),
            ("<p>Home\nNews", "outside the main text"),
            ("<p>Home News<p>kept", "outside the main text"),
        ] {
            let page = parse(html).unwrap();
            let told = left_out(&page, &["all that is kept"], &[]);
            let told: Vec<_> = told.iter().map(|one| (&*one.text, &*one.why)).collect();
            assert_eq!(told, [("Home News", want)], "{html}");
        }
        let page = parse("<script>x</script><p>kept").unwrap();
        assert_eq!(left_out(&page, &["kept"], &[]), []);
    }
}
