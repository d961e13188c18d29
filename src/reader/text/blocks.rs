//! Lines into blocks: paragraphs, headings, list items, quotes, captions, table rows.
//!
//! One parser for Markdown and plain text, made for news and not for all of Markdown: a mark
//! counts only where it can be nothing else. It goes by lines, so every block knows where it came
//! from, and it loses no letter: what is not understood is a paragraph.

use super::inline::{self, Labels};
use super::lines::{self, ItemNumber, Line};
use crate::article::{Block, BlockKind, LineRange};
use crate::passage::{closes_sentence, join};

/// A block whose lines are still apart and still have their marks within.
#[derive(Clone, Debug)]
pub(super) struct RawBlock<'a> {
    /// What it is.
    pub(super) kind: BlockKind,
    /// Its lines, without the marks that said so.
    pub(super) lines: Vec<Line<'a>>,
}

impl RawBlock<'_> {
    /// The block as text, or `None` if nothing but marks is left of it.
    pub(super) fn finish(&self, labels: &Labels) -> Option<Block> {
        let lines =
            LineRange { first: self.lines.first()?.number, last: self.lines.last()?.number };
        let text = if self.kind == BlockKind::TableRow {
            let cells = self.lines.iter().flat_map(|line| lines::cells(line.text));
            let cells = cells.map(|cell| inline::plain(&cell, labels).into_owned());
            cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ")
        } else {
            let mut raw = String::new();
            for line in &self.lines {
                // A line that ends in a backslash is a line break of Markdown.
                let text = line.text.strip_suffix('\\').unwrap_or(line.text);
                join(&mut raw, text.trim());
            }
            inline::plain(&raw, labels).into_owned()
        };
        (!text.is_empty()).then_some(Block { kind: self.kind, text, lines })
    }
}

/// Cuts `lines` into blocks, with the labels that are given addresses among them.
pub(super) fn parse<'a>(lines: &[Line<'a>]) -> (Vec<RawBlock<'a>>, Labels) {
    let mut parser = Parser { lines, ..Parser::default() };
    for at in 0..lines.len() {
        parser.line(at);
    }
    parser.close();
    (parser.blocks, parser.labels)
}

/// `text` without the HTML comments that are closed, their line ends kept.
pub(super) fn without_comments(text: &str) -> Option<String> {
    let mut rest = text;
    let mut kept = String::new();
    while let Some(start) = rest.find("<!--") {
        let Some(end) = rest[start..].find("-->") else { break };
        let comment = &rest[start..start + end];
        kept.push_str(&rest[..start]);
        kept.extend(comment.chars().filter(|c| matches!(c, '\n' | '\r')));
        rest = &rest[start + end + 3..];
    }
    (rest.len() < text.len()).then(|| kept + rest)
}

/// Lines wider than this were not wrapped by hand.
const WRAP_COLUMNS: usize = 100;

/// How many lines down the next number of a list is looked for.
const LOOKAHEAD_LINES: usize = 200;

#[derive(Default)]
struct Parser<'a, 'l> {
    lines: &'l [Line<'a>],
    blocks: Vec<RawBlock<'a>>,
    labels: Labels,
    open: Option<RawBlock<'a>>,
    /// How far the text of the list's items is set in, while a list may go on.
    list_indent: Option<usize>,
    /// The number of the last numbered item.
    number: Option<ItemNumber>,
    in_table: bool,
    /// Whether a line since the last blank one stands at the margin.
    at_margin: bool,
}

impl<'a> Parser<'a, '_> {
    fn line(&mut self, at: usize) {
        let Line { number, text: raw } = self.lines[at];
        if raw.starts_with('\u{c}') {
            self.close();
        }
        let text = raw.trim();
        let line = |text| Line { number, text };
        if text.is_empty() {
            self.close();
            self.in_table = false;
            self.at_margin = false;
            return;
        }
        self.at_margin |= lines::indent(raw) < 2;
        if lines::is_underline(text) && self.underline() {
        } else if lines::is_rule(text) {
            self.close();
            self.list_indent = None;
        } else if matches!(text, "-" | "*" | "+" | "•") {
            // An item that nothing was written into.
            self.close();
        } else if self.table_row(at, text) {
        } else if let Some((_, text)) = lines::heading(text) {
            self.close();
            self.list_indent = None;
            self.push(BlockKind::Heading, line(text));
        } else if let Some(text) = quoted(text) {
            self.quote(line(text));
        } else if let Some(text) = self.item(at, text) {
            self.close();
            self.list_indent = Some(lines::indent(raw) + 2);
            self.open = Some(RawBlock { kind: BlockKind::ListItem, lines: vec![line(text)] });
        } else if inline::is_lone_image(text) {
            self.close();
            self.push(BlockKind::Caption, line(text));
        } else if self.open.is_none()
            && let Some(label) = lines::link_definition(text)
        {
            self.labels.insert(label);
        } else {
            self.text(at, line(text));
        }
    }

    /// A line without a mark of its own.
    fn text(&mut self, at: usize, line: Line<'a>) {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.kind == BlockKind::Quote || self.starts_paragraph(at, open))
        {
            self.close();
        }
        if let Some(open) = &mut self.open {
            open.lines.push(line);
            return;
        }
        let set_in = self.list_indent.is_some_and(|at_least| {
            lines::indent(self.lines[at].text) >= at_least
                && !self.lines[at].text.starts_with('\u{3000}')
        });
        let kind = if lines::is_caption(line.text) {
            BlockKind::Caption
        } else if set_in {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        };
        if !set_in {
            self.list_indent = None;
        }
        self.open = Some(RawBlock { kind, lines: vec![line] });
    }

    /// Whether the line is set in as the first of a paragraph is: two wide spaces in Chinese; else
    /// where other lines stand at the margin and the line before closes a sentence.
    fn starts_paragraph(&self, at: usize, open: &RawBlock<'_>) -> bool {
        let this = self.lines[at].text;
        this.starts_with("\u{3000}\u{3000}")
            || open.kind == BlockKind::Paragraph
                && self.at_margin
                && lines::indent(this) >= 2
                && open.lines.last().is_some_and(|line| closes(line.text))
    }

    /// Makes a heading of the one line that is open.
    fn underline(&mut self) -> bool {
        let Some(open) = &mut self.open else { return false };
        let is_title = open.kind == BlockKind::Paragraph
            && open.lines.len() == 1
            && open.lines.iter().all(|line| !line.text.ends_with(['.', '。', ',', '，']));
        if is_title {
            open.kind = BlockKind::Heading;
            self.close();
        }
        is_title
    }

    fn table_row(&mut self, at: usize, text: &'a str) -> bool {
        if lines::is_row_rule(text) {
            self.close();
            return true;
        }
        let heads_table = text.contains('|')
            && self.lines.get(at + 1).is_some_and(|next| {
                let next = next.text.trim();
                lines::is_row_rule(next)
            });
        self.in_table = heads_table || self.in_table && text.contains('|');
        if !self.in_table && !lines::is_row(text) {
            return false;
        }
        self.close();
        self.push(BlockKind::TableRow, Line { number: self.lines[at].number, text });
        true
    }

    fn quote(&mut self, line: Line<'a>) {
        let item = lines::bullet(line.text).or(lines::heading(line.text).map(|(_, text)| text));
        let in_quote = self.open.as_ref().is_some_and(|open| open.kind == BlockKind::Quote);
        if !in_quote || item.is_some() || line.text.is_empty() {
            self.close();
        }
        let line = Line { text: item.unwrap_or(line.text), ..line };
        match &mut self.open {
            Some(open) => open.lines.push(line),
            None if line.text.is_empty() => {}
            None => self.open = Some(RawBlock { kind: BlockKind::Quote, lines: vec![line] }),
        }
    }

    /// The text of a list item, if the line is one where it stands.
    fn item(&mut self, at: usize, text: &'a str) -> Option<&'a str> {
        let prose = self.open.as_ref().filter(|open| open.kind == BlockKind::Paragraph);
        if let Some(item) = lines::bullet(text) {
            // A dash within hard-wrapped prose may come to stand at the start of a line.
            let is_plain = text.starts_with(['-', '*', '+', '–']);
            let fits = prose.and_then(|open| open.lines.last()).is_none_or(|before| {
                !is_plain
                    || before.text.ends_with([':', '：'])
                    || closes(before.text)
                    || self.next_text(at).is_some_and(|next| lines::bullet(next).is_some())
            });
            return fits.then_some(item);
        }
        let (number, item) = lines::numbered(text)?;
        let goes_on = self.number.is_some_and(|before| number.follows(before));
        let begins = || {
            let next = self.next_text(at).and_then(lines::numbered);
            number.begins()
                && (next.is_some_and(|(next, _)| next.repeats(number))
                    || self.lines[at + 1..].iter().take(LOOKAHEAD_LINES).any(|line| {
                        lines::numbered(line.text.trim())
                            .is_some_and(|(next, _)| next.follows(number))
                    }))
        };
        let repeats = self.number.is_some_and(|before| number.repeats(before))
            && self.open.as_ref().is_some_and(|open| open.kind == BlockKind::ListItem);
        if !(goes_on || repeats || begins()) {
            return None;
        }
        self.number = Some(number);
        Some(item)
    }

    /// The text of the next line that is not blank.
    fn next_text(&self, at: usize) -> Option<&'a str> {
        self.lines[at + 1..].iter().map(|line| line.text.trim()).find(|text| !text.is_empty())
    }

    fn push(&mut self, kind: BlockKind, line: Line<'a>) {
        self.blocks.push(RawBlock { kind, lines: vec![line] });
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let is_wide = open.lines.len() > 1
            && open.kind == BlockKind::Paragraph
            && open.lines.iter().any(|line| lines::columns(line.text) > WRAP_COLUMNS);
        if !is_wide {
            self.blocks.push(open);
            return;
        }
        let paragraphs = open.lines.split_inclusive(|line| closes(line.text));
        self.blocks.extend(
            paragraphs.map(|lines| RawBlock { kind: BlockKind::Paragraph, lines: lines.to_vec() }),
        );
    }
}

fn quoted(text: &str) -> Option<&str> {
    // `>50 per cent` is a number.
    let inner = text.strip_prefix('>')?;
    let is_number = inner.starts_with(|c: char| c.is_ascii_digit() || c == '=');
    if is_number { None } else { lines::quote(text) }
}

fn closes(line: &str) -> bool {
    closes_sentence(line.trim_end_matches(['*', '_', '`', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Kind, text and lines.
    type Row<'t> = (&'t str, &'t str, (u32, u32));

    fn blocks(text: &str) -> Vec<(&'static str, String, (u32, u32))> {
        let (blocks, labels) = parse(&lines::lines(text, 1));
        let finished = blocks.iter().filter_map(|block| block.finish(&labels));
        finished.map(|block| (block.kind.as_str(), block.text, block.lines.into())).collect()
    }

    #[test]
    fn blocks_are_known_by_their_marks() {
        let long = format!("{} end.", "word ".repeat(25).trim());
        let wide = format!("{long}\nNext.\nLast, and\nmore.");
        let cases: &[(&str, &str, &[Row<'_>])] = &[
            ("nothing", "\n \n", &[]),
            ("hard-wrapped", "A line\nof text.", &[("paragraph", "A line of text.", (1, 2))]),
            (
                "an empty item",
                "- one\n-\n- two",
                &[("list-item", "one", (1, 1)), ("list-item", "two", (3, 3))],
            ),
            ("hard-wrapped Chinese", "马来西亚\n首都", &[("paragraph", "马来西亚首都", (1, 2))]),
            (
                "two paragraphs",
                "One.\n\n\nTwo.",
                &[("paragraph", "One.", (1, 1)), ("paragraph", "Two.", (4, 4))],
            ),
            (
                "wide spaces begin a paragraph",
                "\u{3000}\u{3000}一。\n\u{3000}\u{3000}二。",
                &[("paragraph", "一。", (1, 1)), ("paragraph", "二。", (2, 2))],
            ),
            (
                "so does a line that is set in where others are not",
                "  One\nmore.\n  Two.\n  Three.",
                &[
                    ("paragraph", "One more.", (1, 2)),
                    ("paragraph", "Two.", (3, 3)),
                    ("paragraph", "Three.", (4, 4)),
                ],
            ),
            (
                "all lines set in",
                "  One.\n  And\n  more.",
                &[("paragraph", "One. And more.", (1, 3))],
            ),
            (
                "lines too wide to be wrapped",
                &wide,
                &[
                    ("paragraph", &long, (1, 1)),
                    ("paragraph", "Next.", (2, 2)),
                    ("paragraph", "Last, and more.", (3, 4)),
                ],
            ),
            (
                "headings",
                "# A #\nText\n\nB\n---\nC\n===\n",
                &[
                    ("heading", "A", (1, 1)),
                    ("paragraph", "Text", (2, 2)),
                    ("heading", "B", (4, 4)),
                    ("heading", "C", (6, 6)),
                ],
            ),
            (
                "rules",
                "A.\n---\n***\n\nB",
                &[("paragraph", "A.", (1, 1)), ("paragraph", "B", (5, 5))],
            ),
            (
                "bullets",
                "It said:\n- one\n  more\n- two\n\n  still two\n\nProse",
                &[
                    ("paragraph", "It said:", (1, 1)),
                    ("list-item", "one more", (2, 3)),
                    ("list-item", "two", (4, 4)),
                    ("list-item", "still two", (6, 6)),
                    ("paragraph", "Prose", (8, 8)),
                ],
            ),
            (
                "a dash in wrapped prose",
                "The deal\n- the first - was signed.",
                &[("paragraph", "The deal - the first - was signed.", (1, 2))],
            ),
            (
                "numbers",
                "1. one\n2. two\n\n3. three",
                &[
                    ("list-item", "one", (1, 1)),
                    ("list-item", "two", (2, 2)),
                    ("list-item", "three", (4, 4)),
                ],
            ),
            (
                "numbers of Markdown",
                "1. one\n1. two",
                &[("list-item", "one", (1, 1)), ("list-item", "two", (2, 2))],
            ),
            (
                "a number that begins no list",
                "1. FC is a club.\n\n18. It is said",
                &[
                    ("paragraph", "1. FC is a club.", (1, 1)),
                    ("paragraph", "18. It is said", (3, 3)),
                ],
            ),
            (
                "quotes",
                "> We will\n> act.\n>\n> > Soon.\nHe said.",
                &[
                    ("quote", "We will act.", (1, 2)),
                    ("quote", "Soon.", (4, 4)),
                    ("paragraph", "He said.", (5, 5)),
                ],
            ),
            ("no quote", ">50 per cent", &[("paragraph", ">50 per cent", (1, 1))]),
            (
                "captions",
                "![A port](a.jpg)\n\n![](b.jpg)\n\nPhoto: A ship\n\n图为港口",
                &[
                    ("caption", "A port", (1, 1)),
                    ("caption", "Photo: A ship", (5, 5)),
                    ("caption", "图为港口", (7, 7)),
                ],
            ),
            (
                "tables",
                "| a | **b** |\n|---|---|\n| 1 | |\n\nx | y\n--|--\n2 | 3\n\nc | d",
                &[
                    ("table-row", "a | b", (1, 1)),
                    ("table-row", "1", (3, 3)),
                    ("table-row", "x | y", (5, 5)),
                    ("table-row", "2 | 3", (7, 7)),
                    ("paragraph", "c | d", (9, 9)),
                ],
            ),
            (
                "link definitions",
                "See [a].\n\n[a]: https://a.example",
                &[("paragraph", "See a.", (1, 1))],
            ),
            (
                "page breaks",
                "One.\n\u{c}Two.",
                &[("paragraph", "One.", (1, 1)), ("paragraph", "Two.", (2, 2))],
            ),
        ];
        for (name, text, want) in cases {
            let got = blocks(text);
            let got: Vec<_> = got.iter().map(|(k, t, l)| (*k, t.as_str(), *l)).collect();
            assert_eq!(&got, want, "{name}");
        }
    }

    #[test]
    fn comments_go_and_lines_keep_their_numbers() {
        assert_eq!(
            without_comments("a <!-- b\nc --> d\n<!-- e").as_deref(),
            Some("a \n d\n<!-- e")
        );
        assert_eq!(without_comments("a <!-- b"), None);
    }

    proptest! {
        /// Marks may go and white space may change; letters and digits never do.
        #[test]
        fn no_letter_or_digit_is_lost(
            text in "([#>*+|=-]{1,3} ?|[ab]{1,3}|[0-9]{1,2}|[中国]{1,2}|[ ,。:]|[.!?]\n?|\n{1,2}|\u{3000}|\t|\u{c}|_|`|\r){0,40}"
        ) {
            // A number that leads a list is a mark, so none may here.
            let text = text.replace(". ", ".");
            let text: String = text.chars().map(|c| if c == ')' { ' ' } else { c }).collect();
            let alnum = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let got: String = blocks(&text).iter().map(|(_, text, _)| alnum(text)).collect();
            prop_assert_eq!(got, alnum(&text));
        }

        #[test]
        fn line_ranges_rise_and_lie_in_the_source(text in "(\\PC|\n|[#>*|-] |1\\. |2\\. ){0,40}") {
            let count = lines::lines(&text, 1).len() as u32;
            let mut before = 0;
            for (_, text, (first, last)) in blocks(&text) {
                prop_assert!(!text.is_empty());
                prop_assert!(before < first && first <= last && last <= count);
                before = last;
            }
        }
    }
}
