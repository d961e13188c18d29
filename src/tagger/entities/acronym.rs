//! Short forms that a text defines in brackets, after Schwartz and Hearst (2003): the letters of
//! the short form are looked for in the long form from right to left, and its first letter must
//! begin a word.

use memchr::memchr;

use super::merge;
use super::words::{Shape, Text};

/// Where the long form of `short` starts in `before`, the text before its bracket; `None` if
/// `before` does not hold it.
pub(super) fn long_form(before: &str, short: &str) -> Option<usize> {
    let letters: Vec<char> =
        short.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let (&first, _) = letters.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let reach = (letters.len() + 5).min(letters.len() * 2);
    let before = before.trim_end();
    // No name starts further back. Where words have no spaces, nothing else would end the search.
    let least = before.ceil_char_boundary(before.len().saturating_sub(merge::LONGEST));
    let mut spaces = before[least..].rmatch_indices(' ');
    let floor = spaces.nth(reach - 1).map_or(least, |(at, _)| least + at + 1);
    let mut wanted = letters.iter().rev().copied().peekable();
    let mut place = None;
    for (at, c) in before[floor..].char_indices().rev() {
        let Some(&want) = wanted.peek() else { break };
        if !c.to_lowercase().eq(std::iter::once(want)) {
            continue;
        }
        let at = floor + at;
        let begins = !before[..at].ends_with(char::is_alphanumeric);
        let is_first = want == first && wanted.len() == 1;
        if is_first && !begins {
            continue;
        }
        wanted.next();
        place = Some(at);
    }
    let start = place.filter(|_| wanted.peek().is_none())?;
    let words = before[start..].split_whitespace().count();
    (before[start..].starts_with(char::is_uppercase) && words >= 2).then_some(start)
}

/// Whether `short` can be a short form of `long`.
pub(super) fn fits(long: &str, short: &str) -> bool {
    long_form(long, short) == Some(0)
}

/// More characters than this in brackets are no name.
const LONGEST: usize = 70;

/// A short form in brackets.
pub(super) struct Bracket {
    /// Byte of the bracket.
    pub(super) open: usize,
    /// Its content, without words such as 简称 and without quotation marks.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether words say that it is a short form.
    pub(super) declared: bool,
}

/// Brackets of `text` whose content may be another form of the name before them.
pub(super) fn brackets(text: &Text<'_>) -> Vec<Bracket> {
    let folded = text.str();
    // Most texts have none. Folding leaves no full-width ones.
    if memchr(b'(', folded.as_bytes()).is_none() {
        return Vec::new();
    }
    let opens = text.words.iter().filter(|word| word.shape == Shape::Mark);
    opens
        .filter(|word| &folded[word.start..word.end] == "(")
        .filter_map(|word| {
            let rest = &folded[word.end..];
            let mut near = rest.char_indices().take(LONGEST);
            let close = near.find(|(_, c)| matches!(c, ')' | '）'))?.0;
            let mut content = &rest[..close];
            let mut declared = false;
            for said in [
                "以下简称为",
                "以下简称",
                "下称",
                "简称为",
                "简称",
                "also known as",
                "known as",
                "or",
                "atau",
                "singkatannya",
            ] {
                if let Some(short) = content.trim_start().strip_prefix(said) {
                    if said.is_ascii() && !short.starts_with(' ') {
                        continue;
                    }
                    content = short;
                    declared = true;
                    break;
                }
            }
            let quote = |c: char| {
                c.is_whitespace()
                    || matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '：' | ':')
            };
            let content = content.trim_matches(quote);
            let start = content.as_ptr() as usize - folded.as_ptr() as usize;
            let plain = !content.is_empty()
                && content.len() <= 60
                && !content.contains(['(', '（', ',', ';', '，', '；', ':', '：', '/']);
            plain.then_some(Bracket {
                open: word.start,
                start,
                end: start + content.len(),
                declared,
            })
        })
        .collect()
}

/// Whether `short` looks like initials: `CSCEC`, `MoU`, `3GPP`.
pub(super) fn initials(short: &str) -> bool {
    let upper = short.bytes().filter(u8::is_ascii_uppercase).count();
    (2..=10).contains(&short.len())
        && short.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'&'))
        && upper >= 2
        && upper * 2 > short.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_forms_are_found_by_their_letters() {
        for (before, short, want) in [
            (
                "the Association of Southeast Asian Nations ",
                "ASEAN",
                Some("Association of Southeast Asian Nations"),
            ),
            ("said the World Health Organization", "WHO", Some("World Health Organization")),
            (
                "Suruhanjaya Pencegahan Rasuah Malaysia",
                "SPRM",
                Some("Suruhanjaya Pencegahan Rasuah Malaysia"),
            ),
            ("a memorandum", "MOU", None),
            ("heavy rain in Kedah", "XYZ", None),
            ("", "WHO", None),
            ("World", "W", None),
        ] {
            assert_eq!(
                long_form(before, short).map(|at| before[at..].trim_end()),
                want,
                "{before}"
            );
        }
    }
}
