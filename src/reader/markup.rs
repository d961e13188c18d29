//! The little HTML that stands in plain text and in feeds: a closed list of tags, and character
//! references. It is no HTML parser; `<5%` and `AT&T` are text.

/// What a tag does to the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    /// Nothing: `<b>`, `<a>`, `<span>`, …
    Inline,
    /// It breaks the line.
    Break,
    /// It parts paragraphs.
    Block,
    /// It holds a heading.
    Heading,
    /// It holds an item of a list.
    Item,
    /// It holds a quotation.
    Quote,
    /// It holds the line under a picture.
    Caption,
    /// It holds one row of a table.
    Row,
    /// It parts the cells of a row.
    Cell,
    /// What it holds is not text.
    Hidden,
}

/// A tag, or a comment (which is [`TagKind::Inline`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// What it does.
    pub(super) kind: TagKind,
    /// Its name, in the spelling of the list below.
    pub(super) name: &'static str,
    /// Whether it ends what it names.
    pub(super) closing: bool,
    /// Its length in bytes, `<` and `>` included.
    pub(super) len: usize,
}

#[rustfmt::skip]
const TAGS: [(TagKind, &[&str]); 10] = [
    (TagKind::Inline, &[
        "a", "abbr", "b", "big", "bdi", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "img", "ins", "kbd", "mark", "q", "s", "small", "source", "span", "strike", "strong",
        "sub", "sup", "time", "tt", "u", "var", "wbr",
    ]),
    (TagKind::Break, &["br"]),
    (TagKind::Block, &[
        "p", "address", "article", "aside", "body", "center", "dd", "details", "div", "dl", "dt",
        "figure", "footer", "header", "hr", "html", "main", "nav", "ol", "pre", "section",
        "summary", "table", "tbody", "tfoot", "thead", "ul",
    ]),
    (TagKind::Heading, &["h1", "h2", "h3", "h4", "h5", "h6"]),
    (TagKind::Item, &["li"]),
    (TagKind::Quote, &["blockquote"]),
    (TagKind::Caption, &["figcaption", "caption"]),
    (TagKind::Row, &["tr"]),
    (TagKind::Cell, &["td", "th"]),
    (TagKind::Hidden, &["script", "style", "head", "noscript", "iframe", "svg", "template"]),
];

/// The longest tag and the longest comment: bounds on the search for their ends, so that text full
/// of starts stays cheap.
const MAX_TAG_BYTES: usize = 2_000;
const MAX_COMMENT_BYTES: usize = 20_000;

/// The tag or comment at the start of `text`; `None` for any other `<`.
pub(super) fn tag_at_start(text: &str) -> Option<Tag> {
    let inner = text.strip_prefix('<')?;
    if let Some(comment) = inner.strip_prefix("!--") {
        let comment = &comment.as_bytes()[..comment.len().min(MAX_COMMENT_BYTES)];
        let len = "<!--".len() + memchr::memmem::find(comment, b"-->")? + "-->".len();
        return Some(Tag { kind: TagKind::Inline, name: "", closing: false, len });
    }
    let closing = inner.starts_with('/');
    let inner = &inner[usize::from(closing)..];
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, rest) = inner.split_at(end);
    if !rest.starts_with(['>', '/']) && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let (kind, name) = TAGS.iter().find_map(|(kind, names)| {
        names.iter().find(|known| known.eq_ignore_ascii_case(name)).map(|known| (*kind, *known))
    })?;
    let close = attributes_end(rest)?;
    let len = text.len() - rest.len() + close + 1;
    Some(Tag { kind, name, closing, len })
}

/// Where the `>` is that ends the attributes in `rest`; those in quotes do not.
fn attributes_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().take(MAX_TAG_BYTES) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[rustfmt::skip]
const NAMED: [(&str, &str); 36] = [
    ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", " "),
    ("ndash", "–"), ("mdash", "—"), ("lsquo", "‘"), ("rsquo", "’"), ("ldquo", "“"),
    ("rdquo", "”"), ("laquo", "«"), ("raquo", "»"), ("hellip", "…"), ("bull", "•"),
    ("middot", "·"), ("copy", "©"), ("reg", "®"), ("trade", "™"), ("euro", "€"),
    ("pound", "£"), ("yen", "¥"), ("cent", "¢"), ("deg", "°"), ("times", "×"),
    ("frac12", "½"), ("eacute", "é"), ("egrave", "è"), ("agrave", "à"), ("ccedil", "ç"),
    ("ouml", "ö"), ("uuml", "ü"), ("auml", "ä"), ("ntilde", "ñ"), ("shy", ""),
];

/// The character reference at the start of `text`, written out into `out`; its length in bytes,
/// or `None` for any other `&`.
pub(super) fn reference_at_start(text: &str, out: &mut String) -> Option<usize> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(10).position(|byte| byte == b';')?;
    let name = inner.get(..end)?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        out.push(char::from_u32(code).filter(|c| *c != '\0')?);
    } else {
        let (_, written) = NAMED.iter().find(|(known, _)| *known == name)?;
        out.push_str(written);
    }
    Some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_tags_are_tags() {
        for (text, want) in [
            ("<p>", Some((TagKind::Block, false, 3))),
            ("</P >x", Some((TagKind::Block, true, 5))),
            ("<br/>", Some((TagKind::Break, false, 5))),
            ("<a href=\"x>y\">z", Some((TagKind::Inline, false, 14))),
            ("<!-- a > b -->c", Some((TagKind::Inline, false, 14))),
            ("<5% of <b>", None),
            ("<minister>", None),
            ("<b", None),
            ("<b <i>", None),
            ("< p>", None),
            ("<", None),
        ] {
            let got = tag_at_start(text).map(|tag| (tag.kind, tag.closing, tag.len));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn only_known_references_are_references() {
        for (text, want) in [
            ("&amp; x", Some(("&", 5))),
            ("&#8217;s", Some(("’", 7))),
            ("&#x4E2D;", Some(("中", 8))),
            ("&T;", None),
            ("& a;", None),
            ("&#0;", None),
            ("&", None),
        ] {
            let mut out = String::new();
            let len = reference_at_start(text, &mut out);
            assert_eq!(len.map(|len| (out.as_str(), len)), want, "{text}");
        }
    }
}
