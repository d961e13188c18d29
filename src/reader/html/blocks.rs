//! The elements of a text into blocks: what is a heading, an item, a quotation, a caption, a row.
//! It takes every text it is given; which part of a page that is, is `main_text`'s to say.

use super::main_text::LINE;
use super::tree::Node;
use crate::article::{Block, BlockKind, LineRange};
use crate::reader::white_space::squeeze;

/// A block, and how much of it leads elsewhere.
#[derive(Debug)]
pub(super) struct Found {
    /// The block.
    pub(super) block: Block,
    /// How many of its bytes are links, white space not counted.
    linked: usize,
}

impl Found {
    /// Whether nearly all of it is links.
    pub(super) fn is_link(&self) -> bool {
        self.is_linked(8)
    }

    /// Whether so many tenths of it are links.
    pub(super) fn is_linked(&self, tenths: usize) -> bool {
        let bytes = self.block.text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        self.linked * 10 >= bytes * tenths
    }
}

/// The blocks below `root`, in order.
pub(super) fn blocks(root: Node<'_>) -> Vec<Found> {
    let mut walk = Walk {
        line: 1,
        open: Open::default(),
        kinds: Vec::new(),
        links: 0,
        is_broken: false,
        is_row: false,
        found: Vec::new(),
    };
    // Not by recursion: the depth is the page's.
    let mut next = root.first();
    while let Some(node) = next {
        if walk.enter(node) {
            if let Some(child) = node.first() {
                next = Some(child);
                continue;
            }
            walk.leave(node);
        }
        let mut at = node;
        next = loop {
            if let Some(sibling) = at.next() {
                break Some(sibling);
            }
            match at.parent() {
                Some(parent) if parent.id != root.id => {
                    walk.leave(parent);
                    at = parent;
                }
                _ => break None,
            }
        };
    }
    walk.close();
    walk.found
}

/// What an element does to the text in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It is not text.
    Hidden,
    /// It stands within a line.
    Inline,
    /// A link within a line.
    Link,
    /// It ends a line.
    Break,
    /// It parts what is before from what follows.
    Block,
    /// As [`Role::Block`], and says what its text is.
    Kind(BlockKind),
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
}

fn role(name: &str) -> Role {
    match name {
        "script" | "style" | "noscript" | "template" | "head" | "iframe" | "object" | "svg"
        | "nav" | "button" | "input" | "select" | "textarea" | "audio" | "video" | "canvas"
        | "dialog" => Role::Hidden,
        "a" => Role::Link,
        "br" => Role::Break,
        "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "data" | "del"
        | "dfn" | "em" | "font" | "i" | "img" | "ins" | "kbd" | "label" | "mark" | "math" | "q"
        | "rp" | "rt" | "ruby" | "s" | "samp" | "small" | "source" | "span" | "strike"
        | "strong" | "sub" | "sup" | "time" | "tt" | "u" | "var" | "wbr" => Role::Inline,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Kind(BlockKind::Heading),
        "li" => Role::Kind(BlockKind::ListItem),
        "blockquote" => Role::Kind(BlockKind::Quote),
        "figure" | "figcaption" | "caption" => Role::Kind(BlockKind::Caption),
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        _ => Role::Block,
    }
}

/// Whether an element of that name stands within a line.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(role(name), Role::Inline | Role::Link | Role::Break)
}

fn role_of(node: Node<'_>) -> Option<Role> {
    Some(match role(node.name()?) {
        Role::Block if is_caption(node) => Role::Kind(BlockKind::Caption),
        Role::Inline | Role::Link if is_note_mark(node) => Role::Hidden,
        role => role,
    })
}

/// The block that is being gathered.
#[derive(Default)]
struct Open {
    text: String,
    first: u32,
    last: u32,
    linked: usize,
}

struct Walk {
    /// The last line that text was seen on.
    line: u32,
    open: Open,
    /// The kinds of the elements that are open and have one.
    kinds: Vec<BlockKind>,
    /// How many links are open.
    links: usize,
    /// Whether a line has ended and nothing followed.
    is_broken: bool,
    /// Whether a row of data is open, which nothing in it parts.
    is_row: bool,
    found: Vec<Found>,
}

impl Walk {
    /// Takes a node; whether what is in it is to be taken as well.
    fn enter(&mut self, node: Node<'_>) -> bool {
        if let Some(text) = node.text() {
            self.text(text);
            return false;
        }
        let Some(role) = role_of(node) else { return false };
        if let Some(line) = node.attribute(LINE).and_then(|line| line.parse().ok()) {
            self.line = line;
        }
        match role {
            Role::Hidden => return false,
            Role::Inline => {}
            Role::Link => self.links += 1,
            // Two line ends are what others write a paragraph as.
            Role::Break if self.is_broken => self.part(),
            Role::Break => {
                self.open.text.push(' ');
                self.is_broken = true;
            }
            Role::Block => self.part(),
            Role::Kind(kind) => {
                self.part();
                self.kinds.push(kind);
            }
            Role::Row => {
                self.close();
                self.is_row = is_data(node);
                self.kinds.push(BlockKind::TableRow);
            }
            Role::Cell if self.is_row => {
                if !self.open.text.trim_start().is_empty() {
                    self.open.text.push_str(" | ");
                }
            }
            // A cell of a layout holds what any element may hold.
            Role::Cell => {
                self.part();
                self.kinds.push(BlockKind::Paragraph);
            }
        }
        true
    }

    /// Ends an element that was entered.
    fn leave(&mut self, node: Node<'_>) {
        match role_of(node) {
            Some(Role::Link) => self.links -= 1,
            Some(Role::Block) => self.part(),
            Some(Role::Kind(_)) => {
                self.part();
                self.kinds.pop();
            }
            Some(Role::Row) => {
                self.close();
                self.is_row = false;
                self.kinds.pop();
            }
            Some(Role::Cell) if !self.is_row => {
                self.part();
                self.kinds.pop();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let mut pass = |text: &str| {
            let ends = memchr::memchr_iter(b'\n', text.as_bytes()).count();
            self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
            self.line
        };
        let inner = text.trim();
        let (before, after) = text.split_at(text.len() - text.trim_start().len());
        let first = pass(before);
        if !inner.is_empty() {
            self.is_broken = false;
            if self.open.text.trim_start().is_empty() {
                self.open.first = first;
            }
            self.open.last = pass(inner).max(self.open.first);
            pass(&after[inner.len()..]);
        }
        if self.links > 0 {
            self.open.linked += inner.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        }
        self.open.text.push_str(text);
    }

    /// Parts what was gathered from what follows.
    fn part(&mut self) {
        if self.is_row {
            self.open.text.push(' ');
        } else {
            self.close();
        }
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        let text = squeeze(&open.text);
        let text = text.trim_end_matches(" |");
        if text.chars().any(|c| c != '|' && c != ' ') {
            let kind = self.kinds.last().copied().unwrap_or(BlockKind::Paragraph);
            let lines = LineRange { first: open.first, last: open.last };
            let block = Block { kind, text: text.to_owned(), lines };
            self.found.push(Found { block, linked: open.linked });
        }
    }
}

/// Whether an element is the number of a note.
fn is_note_mark(node: Node<'_>) -> bool {
    let is = |name: &str, value: &str| {
        node.attribute(name).is_some_and(|found| found.split_ascii_whitespace().any(|v| v == value))
    };
    is("role", "doc-noteref") || is("epub:type", "noteref") || is("class", "footnote-ref")
}

/// Whether the page calls an element the line under a picture.
fn is_caption(node: Node<'_>) -> bool {
    let named = |name: &str| {
        let is_other = ["has-", "no-", "with-"].iter().any(|start| name.starts_with(start));
        let ends = ["caption", "caption-text", "caption_text"];
        ends.iter().any(|end| name.ends_with(end)) && !is_other
    };
    node.attribute("class").is_some_and(|class| class.split_ascii_whitespace().any(named))
}

/// Whether a row is one of data: it has several cells, none of which holds what only a layout does.
fn is_data(row: Node<'_>) -> bool {
    const MOST_CHARS: usize = 400;
    let cells = row.children().filter(|node| node.is("td") || node.is("th"));
    let mut n_cells = 0;
    for cell in cells {
        n_cells += 1;
        let mut chars = 0;
        for node in cell.descendants() {
            chars += node.text().map_or(0, |text| text.chars().count());
            let layout = ["table", "h1", "h2", "h3", "blockquote", "figure", "article", "section"];
            if chars > MOST_CHARS || layout.iter().any(|name| node.is(name)) {
                return false;
            }
        }
    }
    n_cells >= 2
}
