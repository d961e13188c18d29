//! The body of a record into blocks: plain text cut at line ends, or the little HTML of feeds.

use std::borrow::Cow;

use crate::article::{Block, BlockKind, LineRange};
use crate::passage::join;
use crate::reader::markup::{Tag, TagKind, reference_at_start, tag_at_start};
use crate::reader::white_space::squeeze;

/// Adds the blocks of `body` to `blocks`. A body is cut at its blank lines if it has any, else at
/// every line end.
pub(in crate::reader) fn cut(body: &str, lines: LineRange, blocks: &mut Vec<Block>) {
    if has_markup(body) {
        let (kind, text) = (BlockKind::Paragraph, String::new());
        Cutter { lines, blocks, kind, text, blank: 0, unclosed: Vec::new() }.run(body);
    } else {
        plain(body, BlockKind::Paragraph, lines, blocks);
    }
}

/// Adds `text`, a paragraph by itself whatever line ends it has, as a block of `kind`.
pub(super) fn whole(text: &str, kind: BlockKind, lines: LineRange, blocks: &mut Vec<Block>) {
    if has_markup(text) {
        let from = blocks.len();
        cut(&text.replace(['\n', '\r'], " "), lines, blocks);
        if kind != BlockKind::Paragraph {
            blocks[from..].iter_mut().for_each(|block| block.kind = kind);
        }
    } else {
        push(text, kind, lines, blocks);
    }
}

/// `text` on one line, without tags and references.
pub(in crate::reader) fn line(text: &str) -> Cow<'_, str> {
    if !has_markup(text) {
        return squeeze(text);
    }
    let mut blocks = Vec::new();
    cut(text, LineRange { first: 1, last: 1 }, &mut blocks);
    Cow::Owned(blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" "))
}

fn has_markup(text: &str) -> bool {
    memchr::memchr2(b'<', b'&', text.as_bytes()).is_some()
}

fn push(text: &str, kind: BlockKind, lines: LineRange, blocks: &mut Vec<Block>) {
    let text = squeeze(text);
    if !text.is_empty() {
        blocks.push(Block { kind, text: text.into_owned(), lines });
    }
}

fn plain(body: &str, kind: BlockKind, lines: LineRange, blocks: &mut Vec<Block>) {
    if memchr::memchr2(b'\n', b'\r', body.as_bytes()).is_none() {
        push(body, kind, lines, blocks);
        return;
    }
    let body: Cow<'_, str> = if body.contains('\r') {
        Cow::Owned(body.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(body)
    };
    let body = body.trim_matches('\n');
    let source_lines = || body.split('\n').map(str::trim);
    if !source_lines().any(str::is_empty) {
        source_lines().for_each(|line| push(line, kind, lines, blocks));
        return;
    }
    let mut paragraph = String::new();
    for line in source_lines() {
        if line.is_empty() {
            push(&paragraph, kind, lines, blocks);
            paragraph.clear();
        } else {
            join(&mut paragraph, line);
        }
    }
    push(&paragraph, kind, lines, blocks);
}

/// Reads light HTML, a block at a time.
struct Cutter<'b> {
    lines: LineRange,
    blocks: &'b mut Vec<Block>,
    kind: BlockKind,
    text: String,
    /// How many bytes of white space `text` is known to start with.
    blank: usize,
    /// Elements that were looked for the end of in vain.
    unclosed: Vec<&'static str>,
}

impl Cutter<'_> {
    fn run(&mut self, body: &str) {
        // Line ends mean something only where no tag parts the paragraphs.
        let is_html = body
            .match_indices('<')
            .filter_map(|(at, _)| tag_at_start(&body[at..]))
            .any(|tag| !matches!(tag.kind, TagKind::Inline | TagKind::Break | TagKind::Hidden));
        let mut rest = body;
        while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
            self.literal(&rest[..at], is_html);
            rest = &rest[at..];
            rest = &rest[self.mark(rest)..];
        }
        self.literal(rest, is_html);
        self.close();
    }

    fn literal(&mut self, text: &str, is_html: bool) {
        if is_html {
            self.text.extend(text.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
        } else {
            self.text.push_str(text);
        }
    }

    /// Takes the tag or reference that `rest` starts with, or its first character as text; the
    /// length of what was taken.
    fn mark(&mut self, rest: &str) -> usize {
        if let Some(len) = reference_at_start(rest, &mut self.text) {
            return len;
        }
        let Some(tag) = tag_at_start(rest) else {
            self.text.push_str(&rest[..1]);
            return 1;
        };
        match tag.kind {
            TagKind::Inline => {}
            TagKind::Break => self.text.push('\n'),
            TagKind::Cell if !tag.closing => {
                if !self.is_blank() {
                    self.text.push_str(" | ");
                }
            }
            TagKind::Cell => {}
            // A paragraph within a quotation or an item is a part of it.
            TagKind::Block => self.close(),
            TagKind::Hidden if !tag.closing => return self.hidden_length(rest, tag),
            TagKind::Hidden => {}
            kind => {
                self.close();
                self.kind = match kind {
                    _ if tag.closing => BlockKind::Paragraph,
                    TagKind::Heading => BlockKind::Heading,
                    TagKind::Item => BlockKind::ListItem,
                    TagKind::Quote => BlockKind::Quote,
                    TagKind::Caption => BlockKind::Caption,
                    _ => BlockKind::TableRow,
                };
            }
        }
        tag.len
    }

    /// The length of the element that `rest` starts with `tag` of; of the tag alone if it is never
    /// closed.
    fn hidden_length(&mut self, rest: &str, tag: Tag) -> usize {
        if self.unclosed.contains(&tag.name) {
            return tag.len;
        }
        let end = rest.match_indices("</").find_map(|(at, _)| {
            let close = tag_at_start(&rest[at..])?;
            (close.closing && close.name == tag.name).then_some(at + close.len)
        });
        end.unwrap_or_else(|| {
            self.unclosed.push(tag.name);
            tag.len
        })
    }

    fn close(&mut self) {
        if !self.is_blank() {
            plain(&self.text, self.kind, self.lines, self.blocks);
        }
        self.text.clear();
        self.blank = 0;
    }

    /// Whether there is only white space in `text` so far, none of which is looked at again.
    fn is_blank(&mut self) -> bool {
        self.blank = self.text.len() - self.text[self.blank..].trim_start().len();
        self.blank == self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(body: &str) -> Vec<(&'static str, String)> {
        let mut blocks = Vec::new();
        cut(body, LineRange { first: 7, last: 7 }, &mut blocks);
        assert!(blocks.iter().all(|block| block.lines == (7, 7).into()));
        blocks.into_iter().map(|block| (block.kind.as_str(), block.text)).collect()
    }

    #[test]
    fn bodies_are_cut_into_blocks() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            (" \n ", &[]),
            ("One.", &[("paragraph", "One.")]),
            ("One.\nTwo.", &[("paragraph", "One."), ("paragraph", "Two.")]),
            ("One\nline.\n \nTwo.", &[("paragraph", "One line."), ("paragraph", "Two.")]),
            ("One.\r\n\r\nTwo.\r\n", &[("paragraph", "One."), ("paragraph", "Two.")]),
            ("吉隆\n坡\n\n二", &[("paragraph", "吉隆坡"), ("paragraph", "二")]),
            ("<5% of AT&T", &[("paragraph", "<5% of AT&T")]),
            ("R&amp;D &lt;b&gt;", &[("paragraph", "R&D <b>")]),
            (
                "<h2>A</h2>\n<p>One\nline<br>more.</p><ul><li>x</li>\n<li><p>y</p></li></ul>",
                &[
                    ("heading", "A"),
                    ("paragraph", "One line"),
                    ("paragraph", "more."),
                    ("list-item", "x"),
                    ("list-item", "y"),
                ],
            ),
            (
                "<blockquote><p>Q</p></blockquote><figure><figcaption>C</figcaption></figure>P",
                &[("quote", "Q"), ("caption", "C"), ("paragraph", "P")],
            ),
            ("<table><tr><td>a</td><td>b</td></tr></table>", &[("table-row", "a | b")]),
            (
                "One <b>bold</b>.<br><br>Two\n<a href=\"x\">linked</a>.",
                &[("paragraph", "One bold."), ("paragraph", "Two linked.")],
            ),
            ("a<script>if (x<y) {}</script>b<style>", &[("paragraph", "ab")]),
        ];
        for (body, want) in cases {
            let got = blocks(body);
            let got: Vec<_> = got.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
            assert_eq!(&got, want, "{body:?}");
        }
    }

    #[test]
    fn a_paragraph_of_a_list_is_one_block_unless_tags_part_it() {
        for (text, want) in
            [("One\n\nmore.", 1), ("One &\n\nmore.", 1), ("<p>One</p>\n<p>Two</p>", 2)]
        {
            let mut blocks = Vec::new();
            whole(text, BlockKind::Quote, LineRange { first: 1, last: 1 }, &mut blocks);
            assert_eq!(blocks.len(), want, "{text:?}");
            assert!(blocks.iter().all(|block| block.kind == BlockKind::Quote));
        }
    }

    /// Reading the white space again for each cell would take minutes here.
    #[test]
    fn cells_after_much_white_space_are_read_at_once() {
        let body = [&" ".repeat(300_000), &"<td>".repeat(100_000), "a<td>b"].concat();
        assert_eq!(blocks(&body), [("paragraph", "a | b".to_owned())]);
    }

    #[test]
    fn a_headline_is_one_line() {
        assert_eq!(line("A  <i>b</i>\n&amp; c"), "A b & c");
    }

    proptest! {
        #[test]
        fn no_letter_or_digit_is_lost(body in "([a-z0-9中国]{1,4}|[ \n.<]|\r\n| < | & )*") {
            // A letter right after `<` might make it a tag.
            let body = body.replace('<', "< ");
            let alnum = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let got: String = blocks(&body).iter().map(|(_, text)| alnum(text)).collect();
            prop_assert_eq!(got, alnum(&body));
        }

        #[test]
        fn no_text_panics(body in "(\\PC|</?(p|br|li|script|td|tr|!--)>?|&(amp|#1)?;?|\n){0,30}") {
            blocks(&body);
        }
    }
}
