//! From lines to blocks: which lines are a paragraph, a heading or an item of a list, and what
//! they say together, hyphens at line ends undone.

use std::collections::BTreeSet;

use super::lines::{Line, is_wide};
use crate::article::{Block, BlockKind, LineRange};
use crate::passage::{closes_sentence, continues, join};
use crate::reader::date::date_line;
use crate::reader::white_space::squeeze;
use crate::reader::wire;

/// How much larger than the text a heading is.
const HEADING: f32 = 1.15;

/// The most that a heading says, in bytes.
const MAX_HEADING_BYTES: usize = 300;

/// The longest word that is looked for at the end of a line, in bytes.
const MAX_WORD_BYTES: usize = 200;

/// A block with what tells how it looks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Laid {
    pub(super) block: Block,
    /// The height of its letters, in heights of those of the text.
    pub(super) height: f32,
}

/// Cuts the lines of a whole document into blocks.
pub(super) fn blocks(lines: &[Line]) -> Vec<Laid> {
    let size = text_size(lines);
    let words = words(lines);
    let is_tight = is_tight(lines);
    let mut blocks = Vec::new();
    let mut from = 0;
    while from < lines.len() {
        let mut end = from + 1;
        while end < lines.len() && goes_on(lines, from, end) {
            end += 1;
        }
        blocks.extend(block(&lines[from..end], size, &words, is_tight));
        from = end;
    }
    blocks
}

/// The height of most letters.
fn text_size(lines: &[Line]) -> f32 {
    let mut sizes: Vec<(f32, usize)> =
        lines.iter().map(|line| (line.size, line.text.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|(_, length)| length).sum::<usize>() / 2;
    let mut before = 0;
    let middle = sizes.iter().find(|(_, length)| {
        before += length;
        before > half
    });
    middle.map_or(1.0, |(size, _)| *size)
}

/// Whether `lines[at]` goes on the block that starts at `lines[from]` and reaches to it.
fn goes_on(lines: &[Line], from: usize, at: usize) -> bool {
    let (before, line) = (&lines[at - 1], &lines[at]);
    let size = before.size.max(line.size);
    if size > 1.12 * before.size.min(line.size) || item(&line.text).is_some() {
        return false;
    }
    if at < OPENING_LINES && (stands_alone(&before.text) || stands_alone(&line.text)) {
        return false;
    }
    let same_column = (before.page, before.column) == (line.page, line.column);
    let column = column(lines, at);
    let indent = line.left - column.left;
    let is_full = is_full(before, lines, at - 1);
    if !same_column {
        // A paragraph goes on over the end of a column only if it surely does.
        let is_open = is_full && !closes_sentence(&before.text) && indent < 0.8 * size;
        return item(&lines[from].text).is_none()
            && (hyphen(&before.text).is_some() || is_open || continues(&before.text, &line.text));
    }
    let leading = line.y - before.y;
    if leading > 1.35 * column.leading.max(0.9 * size) || leading < 0.0 {
        return false;
    }
    // An item hangs behind its mark, or runs on below it; a paragraph hangs before its lines.
    let start = lines[from].left - column.left;
    let is_second = at == from + 1;
    if item(&lines[from].text).is_some() {
        let is_below = !is_second && (line.left - lines[from + 1].left).abs() < 0.3 * size;
        let is_open = !closes_sentence(&before.text);
        let is_behind = indent > start + 0.3 * size;
        return is_behind && (is_full || is_open) || is_full && (is_below || is_open);
    }
    let is_indented = indent - (before.left - column.left) > 0.8 * size;
    if is_indented && !(is_second && start < 0.3 * size && hangs(lines, at)) {
        return false;
    }
    is_full
        || !closes_sentence(&before.text) && continues(&before.text, &line.text)
        || size > HEADING * text_size_of(lines, at)
        || is_centred(before, line, column.left, column.right)
}

/// Among how many lines at the start of a document bylines and dates are looked for.
const OPENING_LINES: usize = 16;

/// Whether a line is a byline, a date or a credit, which no paragraph goes on with.
fn stands_alone(line: &str) -> bool {
    wire::byline(line).is_some()
        || wire::credit(line).is_some()
        || date_line(line).is_some_and(|date| date.rest.is_empty())
}

/// The height of the lines around, as far as a heading needs it.
fn text_size_of(lines: &[Line], at: usize) -> f32 {
    let from = at.saturating_sub(20);
    let end = (at + 20).min(lines.len());
    text_size(&lines[from..end])
}

/// Whether a line starts where the one after it does, further in than the line before.
fn hangs(lines: &[Line], at: usize) -> bool {
    lines.get(at + 1).is_some_and(|next| (next.left - lines[at].left).abs() < 0.3 * next.size)
}

fn is_centred(before: &Line, line: &Line, left: f32, right: f32) -> bool {
    let middle = |line: &Line| (line.left + line.right) / 2.0;
    let is_off = |line: &Line| line.left - left > line.size && right - line.right > line.size;
    (middle(before) - middle(line)).abs() < 0.3 * line.size && is_off(before) && is_off(line)
}

/// Whether a line reaches the right end of its column, but for a word.
fn is_full(line: &Line, lines: &[Line], at: usize) -> bool {
    let column = column(lines, at);
    column.right - line.right < 0.18 * (column.right - column.left)
}

/// What the lines around share.
struct Column {
    left: f32,
    right: f32,
    /// From one base line to the next.
    leading: f32,
}

/// The column that `lines[at]` is in, as the lines near it show it.
fn column(lines: &[Line], at: usize) -> Column {
    /// How many lines before and after are looked at.
    const NEAR: usize = 12;
    let line = &lines[at];
    let is_same = |other: &&Line| {
        (other.page, other.column) == (line.page, line.column)
            && (other.size - line.size).abs() < 0.12 * line.size
    };
    let near = &lines[at.saturating_sub(NEAR)..(at + NEAR).min(lines.len())];
    let near: Vec<&Line> = near.iter().filter(is_same).collect();
    let left = near.iter().map(|line| line.left).fold(f32::MAX, f32::min);
    let right = near.iter().map(|line| line.right).fold(f32::MIN, f32::max);
    let mut leadings: Vec<f32> =
        near.windows(2).map(|pair| pair[1].y - pair[0].y).filter(|gap| *gap > 0.0).collect();
    leadings.sort_by(f32::total_cmp);
    // Gaps between paragraphs are the larger ones.
    let leading = leadings.get(leadings.len() / 3).copied().unwrap_or(1.2 * line.size);
    Column { left, right, leading: leading.min(2.5 * line.size) }
}

/// The text behind the mark of a list item.
fn item(line: &str) -> Option<&str> {
    let marks = ['•', '●', '▪', '■', '◦', '‣', '∙', '·', '➢', '✓', '–', '*'];
    let rest = line.strip_prefix(marks)?;
    let rest = if line.starts_with(['–', '*', '·']) { rest.strip_prefix(' ')? } else { rest };
    Some(rest.trim_start()).filter(|rest| !rest.is_empty())
}

fn block(lines: &[Line], size: f32, words: &BTreeSet<String>, is_tight: bool) -> Option<Laid> {
    let mut text = String::new();
    for line in lines {
        // Where Chinese lines break before or after figures, no space was meant.
        let ends = (text.chars().next_back(), line.text.chars().next());
        match ends {
            (Some(last), Some(first)) if is_tight && is_mixed(last, first) => {
                text.push_str(&line.text);
            }
            _ => add(&mut text, &line.text, words),
        }
    }
    let text = squeeze(&text.replace(char::REPLACEMENT_CHARACTER, " ")).into_owned();
    let first = lines.first()?;
    let height = first.size / size.max(0.1);
    let is_heading = height >= HEADING
        && text.len() <= MAX_HEADING_BYTES
        && !text.ends_with(['.', '。', ',', '，', ';'])
        && text.chars().any(char::is_alphabetic);
    let (kind, text) = match item(&text) {
        Some(rest) => (BlockKind::ListItem, rest.to_owned()),
        None if is_heading => (BlockKind::Heading, text),
        None => (BlockKind::Paragraph, text),
    };
    let pages = LineRange { first: first.page, last: lines.last()?.page };
    let is_text = text.chars().any(char::is_alphanumeric);
    is_text.then_some(Laid { block: Block { kind, text, lines: pages }, height })
}

/// Whether figures and Latin words stand in Chinese text without spaces around them, as a document
/// has it within its lines.
fn is_tight(lines: &[Line]) -> bool {
    let (mut tight, mut spaced) = (0, 0);
    for line in lines {
        let (mut before, mut last) = (' ', ' ');
        for c in line.text.chars() {
            tight += usize::from(is_mixed(last, c));
            spaced += usize::from(last == ' ' && is_mixed(before, c));
            (before, last) = (last, c);
        }
    }
    tight > spaced
}

/// Whether one of two is a letter or figure of Latin script, and the other Chinese.
fn is_mixed(one: char, other: char) -> bool {
    let is_latin = |c: char| c.is_ascii_alphanumeric();
    let is_chinese = |c: char| is_wide(c) && c.is_alphanumeric();
    is_latin(one) && is_chinese(other) || is_chinese(one) && is_latin(other)
}

/// Adds the next line of a paragraph.
fn add(text: &mut String, line: &str, words: &BTreeSet<String>) {
    let Some(mark) = hyphen(text).filter(|_| line.starts_with(char::is_alphabetic)) else {
        join(text, line);
        return;
    };
    let part =
        |text: &str, c: char| !(text.is_empty() && c == mark) && (c.is_alphanumeric() || c == '-');
    let head = &text[..text.len() - mark.len_utf8()];
    let head = &head[head.ceil_char_boundary(head.len().saturating_sub(MAX_WORD_BYTES))..];
    let start = head
        .rfind(|c| !part("x", c))
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let head = &head[start..];
    let end = line.find(|c: char| !part("x", c)).unwrap_or(line.len());
    let is_kept = mark != '\u{ad}' && keeps_hyphen(head, line[..end].trim_end_matches('-'), words);
    text.truncate(text.len() - mark.len_utf8());
    if is_kept {
        text.push('-');
    }
    text.push_str(line);
}

/// The hyphen within a word that ends `text`.
fn hyphen(text: &str) -> Option<char> {
    let mark = text.chars().next_back().filter(|c| matches!(c, '-' | '\u{ad}' | '\u{2010}'))?;
    let before = text[..text.len() - mark.len_utf8()].chars().next_back()?;
    (before.is_alphanumeric() && !is_wide(before)).then_some(mark)
}

/// Whether the hyphen between `head` and `tail` is part of the word: the document says so
/// elsewhere, or the word shows it.
fn keeps_hyphen(head: &str, tail: &str, words: &BTreeSet<String>) -> bool {
    let (one, other) = (head.to_lowercase(), tail.to_lowercase());
    let knows = |word: &str| words.contains(word);
    // `Jo-hor-Singapore`: only the torn part counts.
    let part = one.rsplit('-').next().unwrap_or(&one);
    let torn = format!("{part}{}", other.split('-').next().unwrap_or(&other));
    if knows(&format!("{one}{other}")) || knows(&torn) {
        return false;
    }
    let is_compound = head.contains('-') || tail.contains('-');
    let is_name = tail.starts_with(char::is_uppercase) && !head.chars().all(char::is_uppercase);
    // `negara-negara`, `kanak-kanaknya`.
    let is_double = one.len() >= 3 && other.starts_with(&one);
    let is_figure = head.ends_with(|c: char| c.is_ascii_digit());
    let are_words = one.len() >= 3 && other.len() >= 3 && knows(&one) && knows(&other);
    knows(&format!("{one}-{other}"))
        || is_compound
        || is_name
        || is_double
        || is_figure
        || are_words
}

/// The words of a document in lower case, those at torn line ends left out.
fn words(lines: &[Line]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut is_torn = false;
    for line in lines {
        let starts_torn = std::mem::replace(&mut is_torn, hyphen(&line.text).is_some());
        let parts = line.text.split(|c: char| !c.is_alphanumeric() && c != '-');
        let mut parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        if is_torn {
            parts.pop();
        }
        let parts = parts.into_iter().skip(usize::from(starts_torn));
        words.extend(parts.filter(|part| !part.contains(is_wide)).map(str::to_lowercase));
    }
    words
}
