//! The elements of NITF and XHTML that hold an article's text, as blocks.
//!
//! It takes every text below the element it is given; which element that is, is the format's to say.

use crate::article::{Block, BlockKind, LineRange};
use crate::reader::white_space::squeeze;
use crate::reader::xml::{Element, Node};

/// The blocks below `root`, in order. What stands in no element that parts text is of `kind`.
pub(super) fn blocks(root: &Element, kind: BlockKind) -> Vec<Block> {
    let place = root.lines.unwrap_or(LineRange { first: 1, last: 1 });
    let open = vec![(kind, place)];
    let mut walk =
        Walk { found: Vec::new(), text: String::new(), open, rows: 0, lines_part: false };
    walk.nodes(root);
    walk.part();
    walk.found
}

/// What an element does to the text in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It is not text.
    Hidden,
    /// It stands within a line.
    Inline,
    /// It ends a line.
    Break,
    /// It parts what is before from what follows.
    Block,
    /// As [`Role::Block`], and says what its text is.
    Kind(BlockKind),
    /// As [`Role::Block`], and line ends in it part as well.
    Lines,
    /// A cell of a row.
    Cell,
}

fn role(name: &str) -> Role {
    match name {
        "head"
        | "script"
        | "style"
        | "noscript"
        | "template"
        | "iframe"
        | "object"
        | "svg"
        | "form"
        | "nav"
        | "media-reference"
        | "media-metadata"
        | "media-object"
        | "media-producer"
        | "nitf-table-metadata"
        | "ed-msg"
        | "rights" => Role::Hidden,
        "br" => Role::Break,
        "hl1" | "hl2" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Kind(BlockKind::Heading),
        "li" | "dt" | "dd" => Role::Kind(BlockKind::ListItem),
        "bq" | "blockquote" | "pullquote" => Role::Kind(BlockKind::Quote),
        "media-caption" | "figure" | "figcaption" | "caption" => Role::Kind(BlockKind::Caption),
        "tr" => Role::Kind(BlockKind::TableRow),
        "td" | "th" => Role::Cell,
        "pre" => Role::Lines,
        "p" | "div" | "section" | "article" | "aside" | "main" | "header" | "footer"
        | "address" | "block" | "body" | "body.head" | "body.content" | "body.end" | "html"
        | "nitf" | "abstract" | "note" | "fn" | "tagline" | "bibliography" | "media" | "ul"
        | "ol" | "dl" | "table" | "nitf-table" | "thead" | "tbody" | "tfoot" | "hr" | "credit"
        | "datasource" | "hedline" | "byline" | "dateline" | "center" | "details" | "summary" => {
            Role::Block
        }
        _ => Role::Inline,
    }
}

struct Walk {
    found: Vec<Block>,
    text: String,
    /// The kind and the place of text, by the elements that are open and part it.
    open: Vec<(BlockKind, LineRange)>,
    /// How many rows of tables are open, which nothing in them parts.
    rows: usize,
    /// Whether line ends part.
    lines_part: bool,
}

impl Walk {
    fn nodes(&mut self, element: &Element) {
        for node in &element.nodes {
            match node {
                Node::Element(element) => self.element(element),
                Node::Text(text) if self.lines_part => {
                    for (nth, line) in text.split('\n').enumerate() {
                        if nth > 0 {
                            self.part();
                        }
                        self.text.push_str(line);
                    }
                }
                Node::Text(text) => self.text.push_str(text),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let role = role(&element.name.local);
        let (around, place) = self.open.last().copied().expect("the root is never closed");
        let place = element.lines.unwrap_or(place);
        let kind = match role {
            Role::Hidden => return,
            Role::Inline => return self.nodes(element),
            Role::Break => return self.text.push(' '),
            Role::Cell => {
                if !self.text.trim_start().is_empty() {
                    self.text.push_str(" | ");
                }
                return self.nodes(element);
            }
            Role::Block | Role::Lines => around,
            Role::Kind(kind) => kind,
        };
        self.part();
        let is_row = kind == BlockKind::TableRow && role != Role::Block;
        self.open.push((kind, place));
        self.rows += usize::from(is_row);
        let lines_part = std::mem::replace(&mut self.lines_part, role == Role::Lines);
        self.nodes(element);
        self.lines_part = lines_part;
        self.rows -= usize::from(is_row);
        self.part();
        self.open.pop();
    }

    /// Ends the block that is being gathered; within a row it only parts words.
    fn part(&mut self) {
        if self.rows > 0 {
            self.text.push(' ');
            return;
        }
        let text = std::mem::take(&mut self.text);
        let text = squeeze(&text);
        let text = text.trim_end_matches(" |");
        if text.chars().any(|c| !matches!(c, '|' | ' '))
            && let Some((kind, lines)) = self.open.last().copied()
        {
            self.found.push(Block { kind, text: text.to_owned(), lines });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::xml;

    #[test]
    fn elements_become_blocks_of_their_kinds() {
        type Found<'t> = (&'t str, &'t str, u32);
        let cases: &[(&str, &[Found<'_>])] = &[
            ("<p>One <em>two</em>.<br/>Three.</p>", &[("paragraph", "One two. Three.", 1)]),
            (
                "<body>\n<hl2>A</hl2>\n<block><p>One\nline.</p>loose</block></body>",
                &[("heading", "A", 2), ("paragraph", "One line.", 3), ("paragraph", "loose", 3)],
            ),
            (
                "<body><ul><li>x</li><li><p>y</p></li></ul><bq><block><p>Q</p></block><credit>C</credit></bq></body>",
                &[
                    ("list-item", "x", 1),
                    ("list-item", "y", 1),
                    ("quote", "Q", 1),
                    ("quote", "C", 1),
                ],
            ),
            (
                "<body><media><media-reference>r</media-reference><media-caption><p>C</p></media-caption>\
                 <media-producer>x</media-producer></media><p>P</p></body>",
                &[("caption", "C", 1), ("paragraph", "P", 1)],
            ),
            (
                "<table>\n<tr><th>a</th><td><p>b</p></td><td/></tr>\n<tr><td/></tr></table>",
                &[("table-row", "a | b", 2)],
            ),
            ("<pre>a\n\nb <em>c</em></pre>", &[("paragraph", "a", 1), ("paragraph", "b c", 1)]),
            ("<p> </p>", &[]),
        ];
        for (text, want) in cases {
            let tree = xml::parse(&format!("<x>{text}</x>")).unwrap();
            let got = blocks(&tree.root, BlockKind::Paragraph);
            let got: Vec<_> = got
                .iter()
                .map(|block| (block.kind.as_str(), block.text.as_str(), block.lines.first))
                .collect();
            assert_eq!(&got, want, "{text}");
        }
    }
}
