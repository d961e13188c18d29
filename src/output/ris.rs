//! RIS: a bibliography of the passages that were found, for reference managers.
//!
//! A record is lines of a tag of two letters, two blanks, a dash, a blank and a value; it ends with
//! `ER`. A value is one line, so no text of an article can begin a tag of its own.

use std::io::{self, Write};

use jiff::civil::Date;

use super::cite::Citation;
use crate::results::Hit;

/// Writes a record for each of `hits`, in order; `accessed` is the day the addresses were looked at.
///
/// Tags: `TY` (`NEWS`), `ID` (the same for a passage in every bibliography), `AU` (each name as it stands),
/// `TI`, `T2` (the publisher), `PY`, `DA`, `LA`, `UR` (with a text fragment), `Y2` (the day accessed),
/// `SP` and `EP` (the first and the last page that the passage is on), `SE` (which paragraph), `N1` (its text). What is not known is left out. Lines end as RIS wants,
/// with a carriage return and a line feed.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write<'a>(
    out: &mut dyn Write,
    hits: impl IntoIterator<Item = &'a Hit>,
    accessed: Date,
) -> io::Result<()> {
    for hit in hits {
        let cited = Citation::of(hit);
        let head = &hit.article;
        let mut tag = |tag: &str, value: &str| write!(out, "{tag}  - {value}\r\n");
        tag("TY", "NEWS")?;
        tag("ID", &cited.key)?;
        cited.authors.iter().try_for_each(|name| tag("AU", name))?;
        if let Some(title) = &cited.title {
            tag("TI", title)?;
        }
        if let Some(publisher) = &cited.publisher {
            tag("T2", publisher)?;
        }
        if let Some(day) = head.published {
            tag("PY", &day.strftime("%Y").to_string())?;
            tag("DA", &day.strftime("%Y/%m/%d").to_string())?;
        }
        if head.lang.as_str() != "und" {
            tag("LA", head.lang.as_str())?;
        }
        if let Some(url) = &cited.url {
            tag("UR", url)?;
            tag("Y2", &accessed.strftime("%Y/%m/%d").to_string())?;
        }
        if let (Some(first), Some(last)) = (cited.pages.first(), cited.pages.last()) {
            tag("SP", &first.first.to_string())?;
            tag("EP", &last.last.to_string())?;
        }
        tag("SE", &cited.place)?;
        tag("N1", &cited.quote)?;
        tag("ER", "")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use biblib::{CitationParser, RisParser};
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

    #[test]
    fn a_record_says_what_is_known() {
        let hits = sample::results().hits;
        let text = written(&hits[..1]);
        let read = RisParser::new().parse(&text).unwrap();
        assert_eq!(read.len(), 1, "{text}");
        let one = &read[0];
        assert_eq!(one.title, hits[0].article.headline.as_deref().unwrap());
        assert_eq!(
            one.date.as_ref().map(|date| (date.year, date.month, date.day)),
            Some((2025, Some(4), Some(18)))
        );
        assert!(one.urls.iter().any(|url| url.contains("#:~:text=")), "{text}");
        for line in ["Y2  - 2026/01/31\r\n", "SE  - para. 5 of 11\r\n", "LA  - en\r\n"] {
            assert!(text.contains(line), "{text}");
        }
        let mut paged = hits[0].clone();
        paged.article.unit = Unit::Page;
        paged.passage.passage.source_lines = vec![(1, 1).into(), (5, 6).into()];
        let paged = written(&[paged]);
        assert!(paged.contains("SP  - 1\r\nEP  - 6\r\nSE  - pp. 1, 5–6, para. 5"), "{paged}");
        assert_eq!(RisParser::new().parse(&paged).unwrap()[0].pages.as_deref(), Some("1-6"));
        assert!(!written(&hits[1..]).contains('\u{1b}'));
        assert!(!written(&hits[1..]).contains("TI  - "));
    }

    /// Tags and values of a file, or the line that is none.
    fn strict(text: &str) -> Result<Vec<(&str, &str)>, String> {
        let lines = text.strip_suffix("\r\n").ok_or("the last line does not end")?.split("\r\n");
        let mut open = false;
        let mut read = Vec::new();
        for line in lines {
            let (tag, value) = line.split_once("  - ").ok_or_else(|| line.to_owned())?;
            let named =
                tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            let fits = named && open != (tag == "TY") && !value.contains(char::is_control);
            if !fits {
                return Err(line.to_owned());
            }
            open = tag != "ER";
            read.push((tag, value));
        }
        if open { Err("the last record does not end".to_owned()) } else { Ok(read) }
    }

    proptest! {
        #[test]
        fn no_text_begins_a_tag(headline in "(\\PC|\r\n|\nER  - \nTY  - BOOK\n|[%\\\\{}\"]){0,30}") {
            let mut hit = sample::results().hits.remove(0);
            hit.article.headline = Some(headline.clone());
            hit.article.authors = vec![headline.clone()];
            hit.passage.passage.text = headline;
            let text = written(&[hit.clone(), hit.clone()]);
            let read = strict(&text).map_err(TestCaseError::fail)?;
            prop_assert_eq!(read.iter().filter(|(tag, _)| *tag == "TY").count(), 2);
            let cited = Citation::of(&hit);
            let value = |wanted: &str| read.iter().find(|(tag, _)| *tag == wanted).map(|one| one.1);
            prop_assert_eq!(value("TI"), cited.title.as_deref());
            prop_assert_eq!(value("N1"), Some(&*cited.quote));
        }
    }
}
