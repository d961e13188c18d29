//! Addresses that lead to a passage: a text fragment (`#:~:text=`, WICG Scroll-to-Text Fragment) names
//! the words it begins and ends with, and a browser scrolls there.

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::is_cjk;

/// How much of each end is named: so many words, two Chinese characters counting as one.
const WORDS: usize = 4;

/// The address of the words of `text` in the page at `url`; `None` if that is no `http` or `https`
/// address. A fragment that `url` has stays, but for a text fragment.
pub(super) fn address(url: &str, text: &str) -> Option<String> {
    let url = web(url)?;
    let url = url.split_once(":~:").map_or(url.as_str(), |(before, _)| before);
    let url = url.trim_end_matches('#');
    let (start, end) = ends(text);
    if start.is_empty() {
        return Some(url.to_owned());
    }
    let hash = if url.contains('#') { "" } else { "#" };
    let end = end.map(|end| format!(",{}", directive(end))).unwrap_or_default();
    Some(format!("{url}{hash}:~:text={}{end}", directive(start)))
}

/// `url` with what is no character of an address percent-encoded, or `None` if it is not one of the
/// web.
fn web(url: &str) -> Option<String> {
    let url = url.trim();
    let scheme = url.split_once("://")?.0.to_ascii_lowercase();
    if !["http", "https"].contains(&scheme.as_str()) {
        return None;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    Some(encoded(url, is_plain))
}

/// Words as a part of a text fragment, in which `-`, `,` and `&` have a meaning.
fn directive(words: &str) -> String {
    encoded(words, |c| c.is_ascii_alphanumeric() || "._~!*()'".contains(c))
}

/// `text` with every character percent-encoded that is not `plain`.
fn encoded(text: &str, plain: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if plain(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes)
                .bytes()
                .for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        }
    }
    out
}

/// The words that `text` begins and ends with; no end if the first are all of it.
///
/// The first are there once, and the last are not before the end, as far as the passage goes: a
/// browser takes what comes first. It takes whole words only, and Chinese ones are not told here, so
/// Chinese is cut where a mark or a blank stands.
fn ends(text: &str) -> (&str, Option<&str>) {
    let runs = runs(text);
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return ("", None) };
    let whole = &text[first.start..last.end];
    let lower = |text: &str| text.to_lowercase();
    let (mut weight, mut at) = (0, 0);
    let start = loop {
        let Some(run) = runs.get(at) else { return (whole, None) };
        weight += run.weight;
        at += 1;
        let start = &text[first.start..run.end];
        if weight >= 2 * WORDS && lower(&text[first.start..]).rfind(&lower(start)) == Some(0) {
            break start;
        }
    };
    let rest = &text[first.start + start.len()..last.end];
    let left: usize = runs[at..].iter().map(|run| run.weight).sum();
    if left <= 2 * WORDS {
        return (whole, None);
    }
    let rest = lower(rest);
    let mut weight = 0;
    for run in runs[at..].iter().rev() {
        weight += run.weight;
        let end = &text[run.start..last.end];
        let from = rest.find(&lower(end));
        if weight >= 2 * WORDS && from.is_some_and(|from| from + lower(end).len() == rest.len()) {
            return (start, Some(end));
        }
    }
    (whole, None)
}

/// A word, or a run of Chinese characters.
struct Run {
    start: usize,
    end: usize,
    /// 2 for a word, 1 for a Chinese character.
    weight: usize,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (start, word) in text.unicode_word_indices() {
        let end = start + word.len();
        let cjk = word.chars().filter(|c| is_cjk(*c)).count();
        let weight = if cjk > 0 { cjk } else { 2 };
        match runs.last_mut() {
            // What touches may be one word for a browser.
            Some(before) if before.end == start => {
                before.end = end;
                before.weight += weight;
            }
            _ => runs.push(Run { start, end, weight }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_ends_are_named() {
        for (text, want) in [
            ("", ("", None)),
            ("…", ("", None)),
            ("A short one.", ("A short one", None)),
            (
                "“The port has, since Tuesday, two new cranes made in Shanghai.”",
                ("The port has, since", Some("cranes made in Shanghai")),
            ),
            // The first words come again, and the last have been there before.
            (
                "one two three four five one two three four six a b c d e a b c d e",
                ("one two three four five", Some("e a b c d e")),
            ),
            (
                "埃尔博尼亚东岸的集装箱码头星期二启用，起重机来自上海，渔民要求赔偿。",
                ("埃尔博尼亚东岸的集装箱码头星期二启用", Some("起重机来自上海，渔民要求赔偿")),
            ),
            (
                "一个没有标点的长句子没有地方可以切开",
                ("一个没有标点的长句子没有地方可以切开", None),
            ),
        ] {
            assert_eq!(ends(text), want, "{text}");
        }
    }

    #[test]
    fn addresses_are_those_of_the_web() {
        let text = "Well-made, cheap & new: it is all of that, 100% of it for all";
        let want = "text=Well%2Dmade%2C%20cheap%20%26%20new,of%20it%20for%20all";
        for (url, address_of) in [
            ("https://example.org/a", "https://example.org/a#:~:"),
            ("https://example.org/a#part", "https://example.org/a#part:~:"),
            ("https://example.org/a#:~:text=old", "https://example.org/a#:~:"),
            (
                "HTTP://example.org/a b{c}?x=1&y=%20",
                "HTTP://example.org/a%20b%7Bc%7D?x=1&y=%20#:~:",
            ),
            ("https://example.org/码", "https://example.org/%E7%A0%81#:~:"),
        ] {
            assert_eq!(address(url, text), Some(format!("{address_of}{want}")), "{url}");
        }
        for url in ["", "news/a.md", "javascript:alert(1)", "ftp://example.org/", "file:///a"] {
            assert_eq!(address(url, text), None, "{url}");
        }
        assert_eq!(address("https://example.org/#", "…"), Some("https://example.org/".to_owned()));
    }

    /// What an address says, read as a browser reads it.
    fn decoded(part: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = part.as_bytes();
        while let [first, more @ ..] = rest {
            if *first == b'%' {
                let hex = str::from_utf8(&more[..2]).unwrap();
                bytes.push(u8::from_str_radix(hex, 16).unwrap());
                rest = &more[2..];
            } else {
                bytes.push(*first);
                rest = more;
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        /// Whatever the passage, a browser that takes the first place of the start, and after it the
        /// first of the end, has all its words.
        #[test]
        fn the_range_is_the_whole_passage(
            text in "(\\PC{0,30}|([ab,&%-]|一|二|，| ){0,60}|([a-c]{1,2} ){0,40})"
        ) {
            let address = address("https://example.org/", &text).unwrap();
            let unsafe_in_addresses = [' ', '"', '<', '{', '}', '\\'];
            prop_assert!(address.is_ascii() && !address.contains(unsafe_in_addresses));
            let Some((_, fragment)) = address.split_once("#:~:text=") else {
                prop_assert!(runs(&text).is_empty());
                return Ok(());
            };
            let parts: Vec<String> = fragment.split(',').map(decoded).collect();
            prop_assert!(parts.len() <= 2 && !fragment.contains(['-', '&']));
            let all = runs(&text);
            let (first, last) = (all[0].start, all[all.len() - 1].end);
            let from = text.find(&parts[0]).unwrap();
            prop_assert_eq!(from, first);
            let after = from + parts[0].len();
            let to = parts.get(1).map_or(after, |end| after + text[after..].find(end.as_str()).unwrap() + end.len());
            prop_assert_eq!(to, last);
        }
    }
}
