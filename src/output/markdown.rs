//! Markdown: hits as quotations, for people who paste them into their notes.
//!
//! What an article says stays what it says: every character that Markdown or HTML could take for
//! markup is escaped, what a terminal could obey is spelled out, and a link is made of an `http` or
//! `https` address only.

use std::io::{self, Write};

use super::excerpt::excerpt;
use super::{place, printable};
use crate::passage::Span;
use crate::results::{Hit, SearchResults};

/// Writes the hits in order, each a heading line, a quotation with what matched in bold, its page
/// if its source has pages, and its tags. Facets and totals are left out.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_results(out: &mut dyn Write, results: &SearchResults) -> io::Result<()> {
    for (at, hit) in results.hits.iter().enumerate() {
        write_hit(out, hit, at == 0)?;
    }
    Ok(())
}

/// Writes the heading of one of several answers; `title` is what the query is called.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_title(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "## {}\n", block(&escaped(title)))
}

/// Writes one hit, with an empty line above it unless it is the first.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_hit(out: &mut dyn Write, hit: &Hit, first: bool) -> io::Result<()> {
    if !first {
        writeln!(out)?;
    }
    let head = &hit.article;
    let headline = escaped(head.headline.as_deref().unwrap_or("(no headline)"));
    let headline = match head.url.as_deref().and_then(address) {
        Some(address) => format!("[{headline}]({address})"),
        None => headline,
    };
    let day = head.published.map(|day| day.to_string());
    let origin: Vec<String> =
        [head.source.as_deref(), day.as_deref()].into_iter().flatten().map(escaped).collect();
    let origin =
        if origin.is_empty() { String::new() } else { format!(" — {}", origin.join(", ")) };
    writeln!(out, "### {headline}{origin}\n")?;

    for before in &hit.before {
        writeln!(out, "> {}\n>", block(&escaped(&before.text)))?;
    }
    let (text, spans) = excerpt(hit);
    writeln!(out, "> {}", block(&marked(&text, &spans)))?;
    for after in &hit.after {
        writeln!(out, ">\n> {}", block(&escaped(&after.text)))?;
    }

    let tags = &hit.passage.tags;
    let sectors: Vec<String> =
        tags.sectors.iter().map(|sector| escaped(sector.id.as_str())).collect();
    let mut names: Vec<String> = Vec::new();
    for mention in &tags.mentions {
        let name = escaped(&mention.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut notes = vec![format!("Passage {}", escaped(&hit.id().to_string()))];
    notes.extend(place::page(head, &hit.passage.passage));
    if !sectors.is_empty() {
        notes.push(format!("sectors: {}", sectors.join(", ")));
    }
    if !names.is_empty() {
        notes.push(format!("entities: {}", names.join(", ")));
    }
    if hit.more_in_article > 0 {
        notes.push(format!("{} more in this article", hit.more_in_article));
    }
    writeln!(out, "\n{}", notes.join(" · "))
}

/// `text` escaped, with the spans (in order, not overlapping) in bold. Stars that meet mean nothing,
/// so spans that touch are one.
fn marked(text: &str, spans: &[Span]) -> String {
    let mut shown = String::with_capacity(text.len() + 8 * spans.len());
    let mut from = 0;
    for touching in spans.chunk_by(|a, b| a.end == b.start) {
        let start = touching[0].start as usize;
        let end = touching[touching.len() - 1].end as usize;
        shown.push_str(&escaped(&text[from..start]));
        shown.push_str("**");
        shown.push_str(&escaped(&text[start..end]));
        shown.push_str("**");
        from = end;
    }
    shown.push_str(&escaped(&text[from..]));
    shown
}

/// `text` with a backslash before everything that could be markup within a line.
fn escaped(text: &str) -> String {
    let text = printable(text);
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`'
                | '*'
                | '_'
                | '{'
                | '}'
                | '['
                | ']'
                | '<'
                | '>'
                | '#'
                | '|'
                | '~'
                | '&'
                | '$'
        ) {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

/// `line` with a backslash where it could begin a list or a rule: `-`, `+`, `=`, `1.`, `1)`.
fn block(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &line[digits..];
    let listlike = match digits {
        0 => rest.starts_with(['-', '+', '=']),
        _ => rest.starts_with(['.', ')']),
    };
    if listlike { format!("{}\\{rest}", &line[..digits]) } else { line.to_owned() }
}

/// `url` as the target of a link, or `None` if it is not one that is safe to follow.
fn address(url: &str) -> Option<String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase())?;
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let mut target = String::with_capacity(url.len());
    for c in url.chars() {
        let harmless = c.is_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
        if harmless && !"_*~&$".contains(c) {
            target.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                match byte {
                    // These mean the same with a backslash, and would not when encoded.
                    b'&' | b'$' | b'*' | b'_' | b'~' => target.extend(['\\', byte as char]),
                    _ => target.push_str(&format!("%{byte:02X}")),
                }
            }
        }
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Unit;
    use crate::output::sample;

    #[test]
    fn hits_are_quotations_with_bold_matches() {
        let mut results = sample::results();
        results.hits[0].headline_highlights.clear();
        let mut out = Vec::new();
        write_results(&mut out, &results).unwrap();
        let want = "\
### [China and Malaysia forge deeper high-tech ties](https://example.org/high-tech) — Xinhua, 2025-04-18

> Work on the site began last year.
>
> Huang Yidong, Vice General Manager of CSCEC’s Malaysian Main Branch, noted the company’s strategic transition towards projects like **data centers**.

Passage high-tech\\#4 · sectors: digital-economy/data-centers · entities: Huang Yidong, CSCEC, Malaysia · 2 more in this article

### (no headline)

> 大马与中国共建**数据中心**。\\\\u\\{1b\\}\\[31m

Passage briefs\\#0
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn the_page_is_told_where_there_are_pages() {
        let mut hit = sample::results().hits.remove(0);
        hit.article.unit = Unit::Page;
        hit.passage.passage.source_lines = vec![(3, 4).into()];
        let mut out = Vec::new();
        write_hit(&mut out, &hit, true).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("Passage high-tech\\#4 · pages 3 to 4 · sectors: "), "{text}");
    }

    #[test]
    fn spans_that_touch_are_bold_as_one() {
        let spans: Vec<Span> = [(0, 6), (6, 12), (15, 18)].map(Span::from).to_vec();
        assert_eq!(marked("国际论坛，开", &spans), "**国际论坛**，**开**");
    }

    #[test]
    fn what_an_article_says_is_not_markup() {
        for (raw, shown) in [
            ("a *b* _c_", r"a \*b\* \_c\_"),
            ("<script>&lt;", r"\<script\>\&lt;"),
            ("[x](javascript:1)", r"\[x\](javascript:1)"),
            ("1. one", r"1\. one"),
            ("- one", r"\- one"),
            ("2025 was", "2025 was"),
            ("# no heading", r"\# no heading"),
        ] {
            assert_eq!(block(&escaped(raw)), shown, "{raw}");
        }
    }

    #[test]
    fn only_web_addresses_are_linked() {
        for (url, want) in [
            ("https://a.example/b?c=d&e=f", Some(r"https://a.example/b?c=d\&e=f")),
            ("HTTP://a.example/(x y)", Some("HTTP://a.example/%28x%20y%29")),
            ("https://a.example/a_b", Some(r"https://a.example/a\_b")),
            ("https://a.example/新闻", Some("https://a.example/新闻")),
            ("https://a.example/\u{202e}x", Some("https://a.example/%E2%80%AEx")),
            ("javascript://a.example/%0aalert(1)", None),
            ("file:///etc/passwd", None),
            ("a.example", None),
        ] {
            assert_eq!(address(url).as_deref(), want, "{url}");
        }
    }
}
