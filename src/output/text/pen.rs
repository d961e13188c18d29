//! Writes paragraphs: escaped, wrapped, indented, with spans in colour.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::Look;
use crate::output::printable;
use crate::output::wrap::wrap;
use crate::passage::Span;

/// Headlines.
pub(super) const BOLD: Style = Style::new().bold();
/// What goes with the text but is not what was looked for.
pub(super) const DIM: Style = Style::new().dimmed();
/// What matched.
pub(super) const MATCH: Style = AnsiColor::Red.on_default().bold();
/// Sectors and entities.
pub(super) const TAG: Style = AnsiColor::Cyan.on_default();
/// No colour.
pub(super) const PLAIN: Style = Style::new();

/// A span of a paragraph in a style of its own.
pub(super) type Mark = (Span, Style);

/// A writer with a look.
pub(super) struct Pen<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) look: Look,
}

impl Pen<'_> {
    /// Writes `lead`, then `text` in `base`, with `marks` (in order, not overlapping) in theirs.
    /// Lines after the first are indented by as many columns as `lead` has; it is ASCII.
    pub(super) fn paragraph(
        &mut self,
        lead: &str,
        text: &str,
        base: Style,
        marks: &[Mark],
    ) -> io::Result<()> {
        let width = self.look.width.map(|width| width.saturating_sub(lead.len()).max(20));
        let mut marks = marks;
        for (at, line) in wrap(text, width).into_iter().enumerate() {
            if at == 0 {
                write!(self.out, "{lead}")?;
            } else {
                write!(self.out, "{:1$}", "", lead.len())?;
            }
            self.line(text, line, base, &mut marks)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Writes one line of `text`; marks that end before it are dropped.
    fn line(
        &mut self,
        text: &str,
        line: Range<usize>,
        base: Style,
        marks: &mut &[Mark],
    ) -> io::Result<()> {
        if !self.look.color || marks.is_empty() {
            return self.run(&text[line], base);
        }
        // A span may begin within a grapheme; colour never does, or terminals show it torn.
        let (mut from, mut style) = (line.start, base);
        for (at, grapheme) in text[line.clone()].grapheme_indices(true) {
            let at = line.start + at;
            while let Some(((span, _), rest)) = marks.split_first()
                && span.end as usize <= at
            {
                *marks = rest;
            }
            let here = match marks.first() {
                Some((span, marked)) if (span.start as usize) < at + grapheme.len() => *marked,
                _ => base,
            };
            if here != style {
                self.run(&text[from..at], style)?;
                (from, style) = (at, here);
            }
        }
        self.run(&text[from..line.end], style)
    }

    /// Writes `text` in one style.
    pub(super) fn run(&mut self, text: &str, style: Style) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let text = printable(text);
        if self.look.color && style != PLAIN {
            write!(self.out, "{style}{text}{style:#}")
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(look: Look, text: &str, spans: &[(usize, usize)]) -> String {
        let marks: Vec<Mark> =
            spans.iter().map(|&(start, end)| (Span::new(text, start, end).unwrap(), TAG)).collect();
        let mut out = Vec::new();
        Pen { out: &mut out, look }.paragraph("> ", text, PLAIN, &marks).unwrap();
        // Escape sequences as brackets, so that the rows below can be read.
        String::from_utf8(out).unwrap().replace("\x1b[36m", "[").replace("\x1b[0m", "]")
    }

    #[test]
    fn marks_survive_wrapping_and_escaping() {
        let color = Look { color: true, width: Some(22) };
        for (name, text, spans, want) in [
            ("in the middle", "a bb c", &[(2, 4)][..], "> a [bb] c\n"),
            ("side by side", "aabb", &[(0, 2), (2, 4)], "> [aabb]\n"),
            (
                "over a line's end",
                "one two three four five six",
                &[(14, 23)],
                "> one two three [four]\n  [five] six\n",
            ),
            ("half a grapheme", "e\u{301}x", &[(1, 3)], "> [e\u{301}]x\n"),
            ("Chinese", "马来西亚", &[(6, 12)], "> 马来[西亚]\n"),
            ("escapes of the text", "\x1b[36mx", &[(5, 6)], "> \\u{1b}[36m[x]\n"),
        ] {
            assert_eq!(shown(color, text, spans), want, "{name}");
        }
        assert_eq!(shown(Look::default(), "a bb c", &[(2, 4)]), "> a bb c\n");
    }
}
