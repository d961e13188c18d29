//! A place in a list of results to go on from, and the short text that stands for it.
//!
//! A cursor says after which hit the next page begins, of which search and of which state of an
//! index. It finds nothing by itself: an engine makes it, and refuses one that is not its own.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

use super::SearchRequest;
use crate::article::ArticleId;
use crate::passage::PassageId;

/// A place in the results of one search over one state of an index.
///
/// As text it is one word of letters, digits, `-` and `_` that begins with a letter; what it holds
/// may change from version to version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Generation of the index.
    pub generation: u64,
    /// [`SearchRequest::fingerprint`] of the search.
    pub search: u64,
    /// Hits before the place.
    pub passed: u64,
    /// The last of them, where they are ordered by more than a score: what it is ordered by, bit for
    /// bit, and its id.
    pub last: Option<(u64, PassageId)>,
}

/// A text that was meant as a cursor and is none.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no cursor, wanted the `next` of a page of results")]
pub struct NotACursor(String);

impl SearchRequest {
    /// A number that is the same for two searches only if they list the same hits in the same order,
    /// page by page: everything that changes which hits there are, or their order, enters it.
    pub fn fingerprint(&self) -> u64 {
        let Self { query, matching, filters, sort, collapse, fallback, expand, recency, .. } = self;
        let parts = (query, matching, filters, sort, collapse, fallback, expand, recency);
        xxh3_64(format!("{parts:?}").as_bytes())
    }
}

/// First byte of a cursor; another layout gets another. It makes the text begin with a letter.
const LAYOUT: u8 = 1;

/// Bytes at the end that tell a cursor from what was mistyped.
const CHECK: usize = 3;

/// What six bits are written as.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![LAYOUT];
        put(&mut bytes, self.generation);
        bytes.extend(self.search.to_le_bytes());
        put(&mut bytes, self.passed);
        if let Some((key, id)) = &self.last {
            bytes.extend(key.to_le_bytes());
            put(&mut bytes, u64::from(id.ordinal));
            bytes.extend(id.article.as_str().bytes());
        }
        let check = xxh3_64(&bytes).to_le_bytes();
        bytes.extend(&check[..CHECK]);
        for three in bytes.chunks(3) {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            let bits = bits << (8 * (3 - three.len()));
            for at in 0..=three.len() {
                let six = bits >> (18 - 6 * at) & 63;
                write!(f, "{}", char::from(LETTERS[six as usize]))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        read(text.trim()).ok_or_else(|| NotACursor(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Cursor> {
    let mut bytes = Vec::with_capacity(text.len());
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            let six = LETTERS.iter().position(|other| other == letter)?;
            bits = bits << 6 | u32::try_from(six).ok()?;
        }
        let bits = bits << (6 * (4 - four.len()));
        bytes.extend(&bits.to_be_bytes()[1..four.len()]);
    }
    let (bytes, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    if xxh3_64(bytes).to_le_bytes()[..CHECK] != *check {
        return None;
    }
    let (layout, mut rest) = bytes.split_first()?;
    if *layout != LAYOUT {
        return None;
    }
    let generation = take(&mut rest)?;
    let search = take_eight(&mut rest)?;
    let passed = take(&mut rest)?;
    let last = if rest.is_empty() {
        None
    } else {
        let key = take_eight(&mut rest)?;
        let ordinal = u32::try_from(take(&mut rest)?).ok()?;
        let article = ArticleId::new(std::str::from_utf8(rest).ok()?)?;
        Some((key, PassageId { article, ordinal }))
    };
    Some(Cursor { generation, search, passed, last })
}

/// Adds a number, seven bits a byte, the low ones first.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 127) << shift;
        if *byte < 128 {
            return Some(number);
        }
    }
    None
}

fn take_eight(bytes: &mut &[u8]) -> Option<u64> {
    let (eight, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*eight))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::Query;
    use crate::results::{Collapse, Matching, Sort};

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(
            numbers in any::<(u64, u64, u64)>(),
            last in prop::option::of((any::<u64>(), any::<u32>(), "\\PC{1,20}x")),
        ) {
            let (generation, search, passed) = numbers;
            let last = last.map(|(key, ordinal, article)| {
                (key, PassageId { article: ArticleId::new(&article).unwrap(), ordinal })
            });
            let cursor = Cursor { generation, search, passed, last };
            let text = cursor.to_string();
            prop_assert!(text.starts_with(|c: char| c.is_ascii_alphabetic()));
            prop_assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "[A-Za-z0-9_-]{0,60}|\\PC{0,20}") {
            drop(text.parse::<Cursor>());
        }
    }

    #[test]
    fn what_is_cut_or_mistyped_is_no_cursor() {
        let cursor = Cursor { generation: 3, search: 77, passed: 10, last: None };
        let text = cursor.to_string();
        for broken in ["", "x", "10", &text[1..], &text[..text.len() - 1], &text.to_lowercase()] {
            let error = broken.parse::<Cursor>().unwrap_err().to_string();
            assert!(error.ends_with("is no cursor, wanted the `next` of a page of results"));
        }
    }

    #[test]
    fn searches_that_list_other_hits_have_other_fingerprints() {
        let plain = SearchRequest::new(Query::All);
        let same = SearchRequest { limit: 3, offset: 7, context: 1, ..plain.clone() };
        assert_eq!(plain.fingerprint(), same.fingerprint());
        let mut filtered = plain.clone();
        filtered.filters.langs.push("zh".to_owned());
        for other in [
            SearchRequest { query: Query::Nothing, ..plain.clone() },
            SearchRequest { matching: Matching::Any, ..plain.clone() },
            SearchRequest { sort: Sort::DateAscending, ..plain.clone() },
            SearchRequest { collapse: Collapse::Article, ..plain.clone() },
            SearchRequest { expand: Some(true), ..plain.clone() },
            filtered,
        ] {
            assert_ne!(plain.fingerprint(), other.fingerprint(), "{other:?}");
        }
    }
}
