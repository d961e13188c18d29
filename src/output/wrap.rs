//! Cuts text into lines of a given width. Columns are those of a terminal: a Chinese character has
//! two.

use std::ops::Range;

use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::printable;

/// How many columns `text` takes when it is shown as [`printable()`] spells it.
pub(super) fn columns(text: &str) -> usize {
    printable(text).width()
}

/// Byte ranges of the lines of `text`, none wider than `width` columns, white space at their ends
/// left out. Without a width there is one line.
///
/// Lines break where UAX #14 allows it: at spaces, between Chinese characters but not before
/// their closing punctuation. A word that is wider than a line breaks between graphemes; a
/// grapheme that is wider than a line has a line to itself. An empty text has no line.
pub(super) fn wrap(text: &str, width: Option<usize>) -> Vec<Range<usize>> {
    let Some(width) = width else {
        let whole = trimmed(text, 0..text.len());
        return if whole.is_empty() { Vec::new() } else { vec![whole] };
    };
    let mut lines = Lines { text, width, start: 0, end: 0, used: 0, done: Vec::new() };
    let mut from = 0;
    // A mark on a space is one grapheme to UAX #29, and two things to UAX #14.
    let mut starts = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).peekable();
    for (to, _) in linebreaks(text) {
        while starts.next_if(|&start| start < to).is_some() {}
        if starts.peek() == Some(&to) {
            lines.add(from..to);
            from = to;
        }
    }
    lines.close();
    lines.done
}

/// Lines that fill up.
struct Lines<'a> {
    text: &'a str,
    width: usize,
    /// The open line.
    start: usize,
    end: usize,
    /// Its columns, trailing white space included.
    used: usize,
    done: Vec<Range<usize>>,
}

impl Lines<'_> {
    /// Adds a part of the text that should not be broken.
    fn add(&mut self, part: Range<usize>) {
        let whole = &self.text[part.clone()];
        let visible = columns(whole.trim_end());
        if self.used > 0 && self.used + visible > self.width {
            self.close();
        }
        if visible <= self.width {
            self.used += columns(whole);
        } else {
            for (at, grapheme) in whole.grapheme_indices(true) {
                let wide = columns(grapheme);
                if self.used > 0 && self.used + wide > self.width && !grapheme.trim().is_empty() {
                    self.end = part.start + at;
                    self.close();
                }
                self.used += wide;
            }
        }
        self.end = part.end;
    }

    /// Ends the open line and begins the next where it ended.
    fn close(&mut self) {
        let line = trimmed(self.text, self.start..self.end);
        if !line.is_empty() {
            self.done.push(line);
        }
        self.start = self.end;
        self.used = 0;
    }
}

/// `range` of `text` without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..(start + part.trim().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        wrap(text, Some(width)).into_iter().map(|line| &text[line]).collect()
    }

    #[test]
    fn lines_break_where_a_reader_expects_it() {
        let cases: &[(&str, &str, usize, &[&str])] = &[
            ("empty", "", 10, &[]),
            ("fits", "one two", 7, &["one two"]),
            ("at a space", "one two three", 8, &["one two", "three"]),
            ("hyphen", "data-center", 6, &["data-", "center"]),
            ("long word", "abcdefgh ij", 3, &["abc", "def", "gh", "ij"]),
            ("Chinese", "马来西亚与中国", 6, &["马来西", "亚与中", "国"]),
            ("no stop at a line's start", "马来西亚。中国", 8, &["马来西", "亚。中国"]),
            (
                "no line is cut in a grapheme",
                "e\u{301}e\u{301}e\u{301}",
                2,
                &["e\u{301}e\u{301}", "e\u{301}"],
            ),
            ("wider than the line", "数a", 1, &["数", "a"]),
            ("a mark on a space", "a \u{11d3f}数", 1, &["a", "\u{11d3f}", "数"]),
            ("escapes count as shown", "ab \u{1b}cd", 9, &["ab", "\u{1b}cd"]),
        ];
        for (name, text, width, want) in cases {
            assert_eq!(&wrapped(text, *width), want, "{name}");
        }
        assert_eq!(wrap(" one two ", None).first(), Some(&(1..8)));
    }

    proptest! {
        /// Wrapping loses white space at line ends and nothing else, and keeps to the width.
        #[test]
        fn wrapping_loses_nothing(text in "([ab-]{1,6}|e\u{301}|数|。|“|\\PC| ){0,40}", width in 1usize..20) {
            let lines = wrapped(&text, width);
            let kept: String = lines.concat();
            let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(strip(&kept), strip(&text));
            for line in lines {
                let wide = line.graphemes(true).filter(|grapheme| columns(grapheme) > 0).count();
                let fits = columns(line) <= width || wide == 1;
                prop_assert!(fits, "{line:?} is wider than {width}");
            }
        }
    }
}
