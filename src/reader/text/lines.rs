//! Source lines with their numbers, whatever ends them, and what one line is by its marks.

/// One line of the source, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Its text.
    pub(super) text: &'a str,
}

/// The lines of `text`, the first having number `first`. They end with LF, CR LF or CR.
pub(super) fn lines(text: &str, first: u32) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut rest = text;
    let mut number = first;
    while !rest.is_empty() {
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        lines.push(Line { number, text: &rest[..end] });
        let skip = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = rest.get(end + skip..).unwrap_or("");
        number = number.saturating_add(1);
    }
    lines
}

/// `# Text` to `###### Text`: its level and text.
pub(super) fn heading(line: &str) -> Option<(u8, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = &line[level..];
    if !(1..=6).contains(&level) || !(text.is_empty() || text.starts_with([' ', '\t', '\u{3000}']))
    {
        return None;
    }
    let text = text.trim();
    // `# C#` keeps its sharp; `# Text ##` is closed.
    let bare = text.trim_end_matches('#');
    let is_closed = bare.is_empty() || bare.ends_with([' ', '\t']);
    Some((level as u8, if is_closed { bare.trim_end() } else { text }))
}

/// A line of nothing but marks that parts what is above and below: `---`, `* * *`, `====`, `~~~`.
pub(super) fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next().filter(|c| "-*_=~`—–─━═•·".contains(*c)) else {
        return false;
    };
    let count = 1 + marks.clone().count();
    count >= 3 && marks.all(|c| c == first)
}

/// The underline of a heading: `===` or `---`, without a gap.
pub(super) fn is_underline(line: &str) -> bool {
    line.len() >= 2 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

/// `> Text`, nested or not: its text.
pub(super) fn quote(line: &str) -> Option<&str> {
    let mut inner = line.strip_prefix('>')?;
    while let Some(deeper) = inner.trim_start().strip_prefix('>') {
        inner = deeper;
    }
    Some(inner.trim_start())
}

/// `- Text`, `• Text`, …: its text.
pub(super) fn bullet(line: &str) -> Option<&str> {
    let mark = line.chars().next()?;
    let rest = &line[mark.len_utf8()..];
    let is_mark = match mark {
        '-' | '*' | '+' | '–' => rest.starts_with([' ', '\t', '\u{3000}', '\u{a0}']),
        '•' | '‣' | '▪' | '●' | '■' | '◆' | '▶' | '►' | '○' | '◦' => true,
        _ => false,
    };
    is_mark.then(|| rest.trim_start())
}

/// The number that may begin an item of a numbered list, with the sign after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemNumber {
    value: u32,
    sign: char,
}

impl ItemNumber {
    /// Whether a list may begin with it.
    pub(super) fn begins(self) -> bool {
        self.value <= 1
    }

    /// Whether it is the next after `before`.
    pub(super) fn follows(self, before: Self) -> bool {
        self.sign == before.sign && self.value == before.value + 1
    }

    /// Whether it is `before` again, as Markdown allows all along a list.
    pub(super) fn repeats(self, before: Self) -> bool {
        self == before
    }
}

/// `1. Text`, `1) Text`, `（1）Text`, `1、Text`: number and text. Whether it is an item is for the
/// lines around it to say.
pub(super) fn numbered(line: &str) -> Option<(ItemNumber, &str)> {
    let inner = line.strip_prefix(['(', '（']);
    let digits = inner.unwrap_or(line);
    let end = digits.find(|c: char| !c.is_ascii_digit()).filter(|end| (1..=3).contains(end))?;
    let (value, rest) = digits.split_at(end);
    let sign = rest.chars().next()?;
    let text = &rest[sign.len_utf8()..];
    let fits = match sign {
        '.' => inner.is_none() && text.starts_with([' ', '\t', '\u{3000}', '\u{a0}']),
        ')' => inner.is_some() || text.starts_with([' ', '\t', '\u{3000}', '\u{a0}']),
        '）' | '．' => true,
        '、' => inner.is_none(),
        _ => false,
    };
    let text = text.trim_start();
    (fits && !text.is_empty()).then_some((ItemNumber { value: value.parse().ok()?, sign }, text))
}

/// Whether a line says that it stands under a picture: `Photo: …`, `图：…`, `Gambar: …`.
pub(in crate::reader) fn is_caption(line: &str) -> bool {
    #[rustfmt::skip]
    const CUES: [&str; 22] = [
        "Photo", "Photos", "File photo", "Photo caption", "Photo credit", "Caption", "Picture",
        "Pic", "Image", "Gambar", "Foto", "Kapsyen", "图片", "图说", "图", "圖片", "圖說", "圖",
        "资料图", "資料圖", "图片说明", "摄影",
    ];
    let line = line.trim_start_matches(['*', '_', '(', '（', '[', '【']);
    CUES.iter().any(|cue| {
        line.get(..cue.len()).is_some_and(|start| start.eq_ignore_ascii_case(cue))
            && line[cue.len()..].trim_start().starts_with([':', '：', '／', '/'])
    }) || line.starts_with("图为")
        || line.starts_with("圖為")
}

/// The cells of a table's row, if the line is marked as one: `| a | b |`.
pub(super) fn is_row(line: &str) -> bool {
    line.len() > 2 && line.starts_with('|') && line.ends_with('|') && !line.ends_with("\\|")
}

/// The line under a table's head: `|---|:--:|`.
pub(super) fn is_row_rule(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t' | b'+'))
}

/// The cells of a row, each trimmed; `\|` is no border.
pub(super) fn cells(line: &str) -> impl Iterator<Item = String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        if c == '|' && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            if c == '|' {
                cell.pop();
            }
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    cells.into_iter().map(|cell| cell.trim().to_owned())
}

/// `[label]: https://…`: its label, in lower case.
pub(super) fn link_definition(line: &str) -> Option<String> {
    let (label, target) = line.strip_prefix('[')?.split_once("]:")?;
    let address = target.split_whitespace().next()?;
    let is_address = address.contains("://") || address.starts_with(['/', '#', '<']);
    (is_address && !label.is_empty() && !label.contains(['[', ']'])).then(|| label.to_lowercase())
}

/// How wide a line is, in columns: two for a wide character.
pub(super) fn columns(line: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(line)
}

/// How far a line is set in, in columns; a tab counts four.
pub(super) fn indent(line: &str) -> usize {
    let mut columns = 0;
    for c in line.chars() {
        columns += match c {
            ' ' | '\u{a0}' => 1,
            '\u{3000}' => 2,
            '\t' => 4,
            _ => break,
        };
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_any_of_three_ways() {
        let got: Vec<_> = lines("a\r\nb\rc\n\nd", 3).iter().map(|l| (l.number, l.text)).collect();
        assert_eq!(got, [(3, "a"), (4, "b"), (5, "c"), (6, ""), (7, "d")]);
        assert_eq!(lines("", 1), []);
        assert_eq!(lines("a\n", 1).len(), 1);
    }

    #[test]
    fn a_line_is_known_by_its_marks() {
        for (line, want) in [
            ("# A", Some((1, "A"))),
            ("## A ##", Some((2, "A"))),
            ("# C#", Some((1, "C#"))),
            ("#hashtag", None),
            ("####### A", None),
        ] {
            assert_eq!(heading(line), want, "{line}");
        }
        for (line, want) in [
            ("---", true),
            ("* * *", true),
            ("======", true),
            ("--", false),
            ("-*-", false),
            ("- a", false),
        ] {
            assert_eq!(is_rule(line), want, "{line}");
        }
        for (line, want) in
            [("- a", Some("a")), ("•a", Some("a")), ("-a", None), ("*a*", None), ("— a", None)]
        {
            assert_eq!(bullet(line), want, "{line}");
        }
        for (line, want) in [
            ("1. a", Some("a")),
            ("12) a", Some("a")),
            ("（1）a", Some("a")),
            ("1、a", Some("a")),
            ("1.5 million", None),
            ("2025. A year", None),
            ("1.", None),
        ] {
            assert_eq!(numbered(line).map(|(_, text)| text), want, "{line}");
        }
        for (line, want) in [
            ("Photo: A port", true),
            ("图：港口", true),
            ("*Gambar: Pelabuhan*", true),
            ("Photos of the port", false),
            ("图书馆", false),
        ] {
            assert_eq!(is_caption(line), want, "{line}");
        }
        assert_eq!(cells("| a | b\\|c |").collect::<Vec<_>>(), ["a", "b|c"]);
        assert_eq!(link_definition("[A b]: https://x"), Some("a b".to_owned()));
        assert_eq!(link_definition("[Note]: this is said"), None);
    }
}
