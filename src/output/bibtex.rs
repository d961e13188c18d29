//! BibTeX: a bibliography of the passages that were found, for LaTeX and reference managers.
//!
//! Each is a `@misc`, which both BibTeX and BibLaTeX know. What an article says stays what it says:
//! every character that TeX could take for a command is written as one that prints it, and braces are
//! always in pairs.

use std::io::{self, Write};

use jiff::civil::Date;

use super::cite::Citation;
use super::place::numbers;
use crate::results::Hit;

/// Writes an entry for each of `hits`, in order; `accessed` is the day the addresses were looked at.
///
/// Fields: `author` (each name in braces, as it stands), `title` (in two pairs of braces, so that capitals
/// stay), `howpublished` (the publisher), `date` and `year`, `language`, `url` (with a text fragment),
/// `urldate`, `pages` (those the passage is on), `note` (which paragraph), `annote` (its text). What is not known is left out. Keys are
/// the same for a passage in every bibliography.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write<'a>(
    out: &mut dyn Write,
    hits: impl IntoIterator<Item = &'a Hit>,
    accessed: Date,
) -> io::Result<()> {
    for (at, hit) in hits.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let cited = Citation::of(hit);
        let head = &hit.article;
        writeln!(out, "@misc{{{},", cited.key)?;
        let mut field = |name: &str, value: &str| writeln!(out, "  {name} = {{{value}}},");
        if !cited.authors.is_empty() {
            let names: Vec<String> =
                cited.authors.iter().map(|name| format!("{{{}}}", escaped(name))).collect();
            field("author", &names.join(" and "))?;
        }
        if let Some(title) = &cited.title {
            field("title", &format!("{{{}}}", escaped(title)))?;
        }
        if let Some(publisher) = &cited.publisher {
            field("howpublished", &escaped(publisher))?;
        }
        if let Some(day) = head.published {
            field("date", &day.to_string())?;
            field("year", &day.strftime("%Y").to_string())?;
        }
        if let Some(language) = language(head.lang.as_str()) {
            field("language", language)?;
        }
        if let Some(url) = &cited.url {
            // It is ASCII without braces, and read as it stands.
            field("url", url)?;
            field("urldate", &accessed.to_string())?;
        }
        if !cited.pages.is_empty() {
            field("pages", &numbers(&cited.pages, "--"))?;
        }
        field("note", &cited.place)?;
        field("annote", &escaped(&cited.quote))?;
        writeln!(out, "}}")?;
    }
    Ok(())
}

/// What LaTeX calls a language; other codes stay as they are.
fn language(code: &str) -> Option<&str> {
    Some(match code {
        "und" => return None,
        "en" => "english",
        "zh" => "chinese",
        "ms" => "malay",
        "id" => "indonesian",
        code => code,
    })
}

/// Whether TeX prints another sign for the two.
fn is_ligature(first: char, second: char) -> bool {
    let same = first == second && "-'`,<>".contains(first);
    same || second == '`' && "?!".contains(first)
}

/// `text` so that TeX prints it as it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        if before.replace(c).is_some_and(|before| is_ligature(before, c)) {
            out.push_str("{}");
        }
        match c {
            '#' | '$' | '%' | '&' | '_' => out.extend(['\\', c]),
            '\\' => out.push_str("\\textbackslash{}"),
            // BibTeX counts every brace, a backslash before it or not.
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use biblatex::{Bibliography, ChunksExt};
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::article::Unit;
    use crate::output::sample;

    fn written(hits: &[Hit]) -> String {
        let mut out = Vec::new();
        write(&mut out, hits, date(2026, 1, 31)).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A field of the only entry, as a parser reads it.
    fn field(text: &str, name: &str) -> Option<String> {
        let read = Bibliography::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.len(), 1, "{text}");
        let entry = read.iter().next().unwrap();
        Some(entry.get(name)?.format_verbatim())
    }

    #[test]
    fn an_entry_says_what_is_known() {
        let hits = sample::results().hits;
        let text = written(&hits);
        let read = Bibliography::parse(&text).unwrap();
        assert_eq!(read.len(), 2);
        for (entry, hit) in read.iter().zip(&hits) {
            assert_eq!(entry.key, Citation::of(hit).key);
        }
        let first = written(&hits[..1]);
        let get = |name: &str| field(&first, name).unwrap_or_default();
        assert_eq!(get("title"), hits[0].article.headline.as_deref().unwrap());
        assert_eq!((get("note"), get("urldate")), ("para. 5 of 11".into(), "2026-01-31".into()));
        assert_eq!(get("date"), "2025-04-18");
        assert!(get("url").contains("#:~:text="), "{first}");
        assert_eq!(get("annote"), hits[0].passage.passage.text);
        assert_eq!(field(&first, "pages"), None);
        let mut paged = hits[0].clone();
        paged.article.unit = Unit::Page;
        paged.passage.passage.source_lines = vec![(3, 4).into()];
        let paged = written(&[paged]);
        assert!(paged.contains("  pages = {3--4},\n"), "{paged}");
        assert_eq!(field(&paged, "note").as_deref(), Some("pp. 3–4, para. 5 of 11"));
        let second = written(&hits[1..]);
        assert!(!second.contains("title") && !second.contains("url") && !second.contains('\u{1b}'));
    }

    proptest! {
        #[test]
        fn no_text_breaks_out(
            headline in "(\\PC|[{}\\\\%$&#_^~\"@,=\n\t'`<>!?-]){0,40}",
            name in "([A-Za-z{}\\\\ ,]| and ){1,20}",
        ) {
            let mut hit = sample::results().hits.remove(0);
            hit.article.headline = Some(headline.clone());
            hit.article.source = Some(name.clone());
            hit.article.authors = vec![name.clone()];
            hit.passage.passage.text = headline;
            let cited = Citation::of(&hit);
            let text = written(std::slice::from_ref(&hit));
            let spaced = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(field(&text, "title").map(spaced), cited.title.clone().map(spaced));
            prop_assert_eq!(field(&text, "annote").map(spaced), Some(spaced(cited.quote)));
            prop_assert_eq!(field(&text, "howpublished").map(spaced), cited.publisher);
            let mut depth = 0;
            for c in text.chars() {
                depth += i32::from(c == '{') - i32::from(c == '}');
                prop_assert!(depth >= 0);
            }
            prop_assert_eq!(depth, 0);
        }
    }
}
