//! Marks within a paragraph: emphasis, links, images, code ticks, escapes, tags and character
//! references are taken off, and what they mark stays.
//!
//! Only well-formed marks are marks. Plain text comes through this as well, so `5 * 3`, `f***`,
//! `snake_case` and a lone `*` stay as they are.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::reader::markup::{TagKind, reference_at_start, tag_at_start};
use crate::reader::white_space::squeeze;

/// Labels that the text gives an address for (`[label]: https://…`), in lower case.
pub(super) type Labels = BTreeSet<String>;

/// `raw` without its marks, white space squeezed.
pub(super) fn plain<'a>(raw: &'a str, labels: &Labels) -> Cow<'a, str> {
    if !raw.contains(['*', '_', '~', '`', '[', '<', '&', '\\']) {
        return squeeze(raw);
    }
    let mut strip = Strip { labels, out: String::with_capacity(raw.len()), runs: Vec::new() };
    strip.run(raw, 0);
    Cow::Owned(squeeze(&strip.finish()).into_owned())
}

/// Whether `line` is an image and nothing else, perhaps one that links somewhere.
pub(super) fn is_lone_image(line: &str) -> bool {
    let is_image = |text: &str| {
        let Some(image) = text.strip_prefix('!').filter(|image| image.starts_with('[')) else {
            return false;
        };
        let target = closing_bracket(image).map(|end| &image[end + 1..]);
        target.is_some_and(|target| {
            target.starts_with('(') && address_length(target) == Some(target.len())
        })
    };
    if line.starts_with("[![") {
        return closing_bracket(line).is_some_and(|end| {
            let target = &line[end + 1..];
            is_image(&line[1..end])
                && target.starts_with('(')
                && address_length(target) == Some(target.len())
        });
    }
    is_image(line)
}

/// A run of `*`, `_` or `~~` in the output, some of which may turn out to be marks. A text may be
/// little else, so it is kept small.
struct Run {
    at: u32,
    mark: u8,
    len: u8,
    opens: bool,
    closes: bool,
    /// How many of it are marks.
    taken: u8,
}

/// The longest run that may be marks.
const MAX_RUN: usize = 3;

struct Strip<'l> {
    labels: &'l Labels,
    out: String,
    runs: Vec<Run>,
}

/// How deep links may stand in links before their marks are left alone.
const MAX_DEPTH: usize = 4;

/// How many emphases may be open at once: a bound on the search for the one that is closed.
const MAX_NESTED: usize = 32;

/// The longest text of a link, and the longest address: bounds on the search for their ends.
const MAX_LINK_BYTES: usize = 1000;
const MAX_ADDRESS_BYTES: usize = 2000;

impl Strip<'_> {
    fn run(&mut self, raw: &str, depth: usize) {
        let mut rest = raw;
        let mut before = None;
        while let Some(c) = rest.chars().next() {
            let len = self.mark(c, before, rest, depth);
            let len = if len == 0 {
                self.out.push(c);
                c.len_utf8()
            } else {
                len
            };
            before = rest[..len].chars().next_back();
            rest = &rest[len..];
        }
    }

    /// Takes the mark that `rest` starts with; 0 if it starts with none.
    fn mark(&mut self, c: char, before: Option<char>, rest: &str, depth: usize) -> usize {
        match c {
            '\\' => match rest[1..].chars().next() {
                Some(escaped) if escaped.is_ascii_punctuation() => {
                    self.out.push(escaped);
                    2
                }
                _ => 0,
            },
            '`' => self.code(rest),
            '!' if rest[1..].starts_with('[') => match self.link(&rest[1..], depth) {
                0 => 0,
                len => len + 1,
            },
            '[' => self.link(rest, depth),
            '<' => self.angle(rest),
            '&' => reference_at_start(rest, &mut self.out).unwrap_or(0),
            '*' | '_' | '~' => self.emphasis(c, before, rest),
            _ => 0,
        }
    }

    fn code(&mut self, rest: &str) -> usize {
        let ticks = run_length(rest, '`');
        let mut from = ticks;
        while let Some(at) = rest[from..].find('`') {
            let close = run_length(&rest[from + at..], '`');
            if close == ticks {
                self.out.push_str(&rest[ticks..from + at]);
                return from + at + close;
            }
            from += at + close;
        }
        self.out.push_str(&rest[..ticks]);
        ticks
    }

    /// `[text](address)`, `[text][label]`, `[label]`; `[^1]` goes.
    fn link(&mut self, rest: &str, depth: usize) -> usize {
        let Some(end) = closing_bracket(rest).filter(|_| depth < MAX_DEPTH) else { return 0 };
        let (text, after) = (&rest[1..end], &rest[end + 1..]);
        if text.starts_with('^') && !text.contains(' ') && !after.starts_with([':', '(', '[']) {
            // It points to a footnote.
            return end + 1;
        }
        let target = if after.starts_with('(') {
            address_length(after)
        } else if let Some(close) = closing_bracket(after) {
            let label = if close == 1 { text } else { &after[1..close] };
            self.labels.contains(&label.to_lowercase()).then_some(close + 1)
        } else {
            self.labels.contains(&text.to_lowercase()).then_some(0)
        };
        let Some(target) = target else { return 0 };
        self.run(text, depth + 1);
        end + 1 + target
    }

    fn angle(&mut self, rest: &str) -> usize {
        if let Some(tag) = tag_at_start(rest) {
            if matches!(tag.kind, TagKind::Inline) {
                return tag.len;
            }
            if tag.kind != TagKind::Hidden {
                self.out.push(' ');
                return tag.len;
            }
        }
        // `<https://…>` and `<name@host>`.
        let stop = |byte| matches!(byte, b'<' | b'>' | b' ' | b'\t');
        let end = rest.bytes().take(MAX_ADDRESS_BYTES).skip(1).position(stop).map(|at| at + 1);
        let Some(end) = end.filter(|end| rest[*end..].starts_with('>')) else { return 0 };
        let inner = &rest[1..end];
        if !inner.contains("://") && !inner.contains('@') {
            return 0;
        }
        self.out.push_str(inner);
        end + 1
    }

    fn emphasis(&mut self, mark: char, before: Option<char>, rest: &str) -> usize {
        let len = run_length(rest, mark);
        let after = rest[len..].chars().next();
        let is_outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || is_unspaced(c));
        let is_inside = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        let fits = if mark == '~' { len == 2 } else { len <= MAX_RUN };
        let opens = fits && is_inside(after) && is_outside(before);
        let closes = fits && is_inside(before) && is_outside(after);
        if (opens || closes)
            && let (Ok(at), Ok(len)) = (u32::try_from(self.out.len()), u8::try_from(len))
            && let Ok(mark) = u8::try_from(mark)
        {
            self.runs.push(Run { at, mark, len, opens, closes, taken: 0 });
        }
        self.out.push_str(&rest[..len]);
        len
    }

    /// Pairs the runs, nearest opener first, and cuts what was paired.
    fn finish(mut self) -> String {
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.runs.len() {
            let mut left = self.runs[at].len;
            while self.runs[at].closes && left > 0 {
                let mark = self.runs[at].mark;
                let near = open.len().saturating_sub(MAX_NESTED);
                let place = open[near..].iter().rposition(|&o| self.runs[o].mark == mark);
                let Some(place) = place.map(|place| near + place) else { break };
                let opener = &mut self.runs[open[place]];
                let paired = left.min(opener.len - opener.taken);
                opener.taken += paired;
                let is_spent = opener.taken == opener.len;
                left -= paired;
                self.runs[at].taken += paired;
                open.truncate(place + usize::from(!is_spent));
            }
            if self.runs[at].opens && left > 0 && self.runs[at].taken == 0 {
                open.push(at);
            }
        }
        if self.runs.iter().all(|run| run.taken == 0) {
            return self.out;
        }
        let mut cut = String::with_capacity(self.out.len());
        let mut from = 0;
        for run in &self.runs {
            let at = run.at as usize;
            cut.push_str(&self.out[from..at]);
            from = at + usize::from(run.taken);
        }
        cut.push_str(&self.out[from..]);
        cut
    }
}

fn run_length(text: &str, mark: char) -> usize {
    text.bytes().take_while(|byte| char::from(*byte) == mark).count()
}

/// Scripts written without spaces, where a mark may stand between two letters.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Where the `]` is that closes the `[` at the start of `text`; `None` if it starts otherwise.
fn closing_bracket(text: &str) -> Option<usize> {
    if !text.starts_with('[') {
        return None;
    }
    let mut depth = 0usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().take(MAX_LINK_BYTES) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' if depth > MAX_DEPTH => return None,
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The length of `(address)` or `(address "title")` at the start of `text`. What has no sign of an
/// address in it is a remark in brackets and stays: `[He said](sic)`.
fn address_length(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut end = None;
    for (at, byte) in text.bytes().enumerate().take(MAX_ADDRESS_BYTES) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    end = Some(at);
                    break;
                }
            }
            _ => {}
        }
    }
    let inner = text[1..end?].trim();
    let (address, title) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    let is_title = title.is_empty() || title.trim().starts_with(['"', '\'', '(']);
    let is_address = address.is_empty() || address.contains(['/', '.', '#', ':', '<']);
    (is_title && is_address).then(|| end.map_or(0, |end| end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strip(raw: &str) -> String {
        plain(raw, &Labels::from(["ref".to_owned()])).into_owned()
    }

    #[test]
    fn marks_go_and_what_they_mark_stays() {
        for (raw, want) in [
            ("**Bold lead.**", "Bold lead."),
            ("It fell.[^1] It rose[^note].", "It fell. It rose."),
            ("[^1]: A note.", "[^1]: A note."),
            ("a *b* __c__ _d_ ***e*** ~~f~~ `g_h_`", "a b c d e f g_h_"),
            ("**a *b* c**", "a b c"),
            ("***a** b*", "a b"),
            ("他说**重要**的", "他说重要的"),
            ("他说**“重要”**的", "他说“重要”的"),
            ("“*The Edge*”, he said", "“The Edge”, he said"),
            ("[text](https://a.example/b_(c)) on", "text on"),
            ("[**text**](a.md \"title\")", "text"),
            ("[text][ref], [ref], [text][]", "text, ref, [text][]"),
            ("![A plant](a.jpg) here", "A plant here"),
            ("<https://a.example> <b>x</b><br/>y <!-- z -->", "https://a.example x y"),
            ("R&amp;D &#8217;n&nbsp;x", "R&D ’n x"),
            ("\\*not marked\\* \\# 1\\. C:\\dir", "*not marked* # 1. C:\\dir"),
            // nothing here is a mark
            ("5 * 3 * 2 and 5*3*2", "5 * 3 * 2 and 5*3*2"),
            ("snake_case_name and __init", "snake_case_name and __init"),
            ("f***ing s**t, f*** off", "f***ing s**t, f*** off"),
            ("4.5* and 5* hotels", "4.5* and 5* hotels"),
            ("*Terms apply", "*Terms apply"),
            ("** spaced **", "** spaced **"),
            ("~20% and ~30%", "~20% and ~30%"),
            ("Hawai`i", "Hawai`i"),
            ("he [the minister] said [sic](sic)", "he [the minister] said [sic](sic)"),
            ("x[1] and [2", "x[1] and [2"),
            ("<5% of <minister> & AT&T", "<5% of <minister> & AT&T"),
        ] {
            assert_eq!(strip(raw), want, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn no_letter_or_digit_is_lost(raw in "([*_~`]{1,4}|[ab中9é]{1,3}|[ \\\\.\\]!(),]){0,30}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&strip(&raw)), letters(&raw));
        }

        #[test]
        fn no_text_panics(raw in "(\\PC|[\\[\\]()<>&;*_`!\\\\]|&amp;|<b>|\\(a/b\\)){0,30}") {
            strip(&raw);
        }
    }
}
