//! What a citation of a passage says, whatever its format.

use xxhash_rust::xxh3::xxh3_64;

use super::fragment;
use super::place::{joined, numbers};
use super::printable::printable;
use crate::article::{LineRange, Unit};
use crate::results::Hit;

/// The longest part of a key that is made of words.
const LONGEST_NAME: usize = 24;

/// A passage as it is cited; the texts are on one line, without controls.
pub(super) struct Citation {
    /// What the citation is called: publisher, day and paragraph, and a hash of the article's id.
    /// ASCII letters, digits and `-`; always the same for one passage.
    pub(super) key: String,
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    /// Where the passage is on the web.
    pub(super) url: Option<String>,
    /// The pages it is on, in order; empty if its source has none.
    pub(super) pages: Vec<LineRange>,
    /// Which it is of all, and on which page: `para. 2 of 11`, `p. 3, para. 2 of 11`.
    pub(super) place: String,
    /// Its text.
    pub(super) quote: String,
}

impl Citation {
    pub(super) fn of(hit: &Hit) -> Self {
        let head = &hit.article;
        let passage = &hit.passage.passage;
        let number = u64::from(passage.ordinal) + 1;
        let name = [head.source.as_deref(), head.headline.as_deref()];
        let name = name.into_iter().flatten().map(slug).find(|slug| !slug.is_empty());
        let mut key = name.unwrap_or_else(|| "passage".to_owned());
        if let Some(day) = head.published {
            key.push_str(&day.strftime("-%Y%m%d").to_string());
        }
        // 32 bits of the id tell apart what has the same publisher and day.
        let hash = xxh3_64(head.id.as_str().as_bytes()) >> 32;
        key.push_str(&format!("-p{number}-{hash:08x}"));
        let pages = match head.unit {
            Unit::Page => joined(&passage.source_lines),
            _ => Vec::new(),
        };
        let page = match (pages.as_slice(), numbers(&pages, "–")) {
            ([], _) => String::new(),
            ([one], number) if one.first == one.last => format!("p. {number}, "),
            (_, numbers) => format!("pp. {numbers}, "),
        };
        Self {
            key,
            title: head.headline.as_deref().map(line).filter(|title| !title.is_empty()),
            authors: head.authors.iter().map(|name| line(name)).filter(|n| !n.is_empty()).collect(),
            publisher: head.source.as_deref().map(line).filter(|name| !name.is_empty()),
            url: head.url.as_deref().and_then(|url| fragment::address(url, &passage.text)),
            pages,
            place: format!("{page}para. {number} of {}", hit.of),
            quote: line(&passage.text),
        }
    }
}

/// The first ASCII words of `name`, in lower case.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if slug.len() + word.len() > LONGEST_NAME {
            break;
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug
}

/// `text` on one line, with what a terminal would obey spelled out.
fn line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::sample;

    #[test]
    fn the_place_names_the_pages_of_what_has_pages() {
        let mut hit = sample::results().hits.remove(0);
        for (unit, pages, want) in [
            (Unit::Line, &[(3, 3)][..], "para. 5 of 11"),
            (Unit::Paragraph, &[(3, 3)], "para. 5 of 11"),
            (Unit::Page, &[(3, 3), (3, 3)], "p. 3, para. 5 of 11"),
            (Unit::Page, &[(3, 4)], "pp. 3–4, para. 5 of 11"),
            (Unit::Page, &[(1, 1), (5, 5)], "pp. 1, 5, para. 5 of 11"),
            (Unit::Page, &[], "para. 5 of 11"),
        ] {
            hit.article.unit = unit;
            hit.passage.passage.source_lines = pages.iter().copied().map(Into::into).collect();
            assert_eq!(Citation::of(&hit).place, want);
        }
    }

    #[test]
    fn keys_are_short_and_always_the_same() {
        let results = sample::results();
        let key = |hit| Citation::of(hit).key;
        let keys: Vec<String> = results.hits.iter().map(key).collect();
        assert_eq!(keys, ["xinhua-20250418-p5-1127da57", "passage-p1-42064fb7"]);
        let mut next = results.hits[0].clone();
        next.passage.passage.ordinal += 1;
        next.article.source = Some("新华社".to_owned());
        assert_ne!(key(&next), keys[0]);
        assert!(key(&next).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    }
}
