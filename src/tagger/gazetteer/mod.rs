//! The gazetteer: names that are known beforehand, in every spelling they are met in.
//!
//! `build.rs` compiles the tables beside this file into byte tables (see `layout`) that are
//! embedded in the program and read in place: nothing is built when a process starts, and one
//! look-up costs microseconds. It knows names only; what a name means in an article is
//! `entities`' work.

#[allow(dead_code, reason = "`build.rs` uses the rest of it")]
mod layout;

use std::sync::LazyLock;

use fst::Streamer;
use fst::raw::{Fst, Output};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::first_word::{FirstWord, Said, look_up};
use crate::analysis::{Case, fold};
use crate::tag::EntityType;

static ALIASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/aliases.fst"));
static FIRST_WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/alias_words.bin"));
static POSTINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/postings.bin"));
static ENTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entries.bin"));
static STRINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/strings.bin"));

/// Reads the header of the alias map; the map itself stays where it is.
static MAP: LazyLock<Fst<&'static [u8]>> =
    LazyLock::new(|| Fst::new(ALIASES).expect("build.rs wrote the alias map"));

/// A hash of all of it.
pub fn fingerprint() -> u64 {
    let tables = [ALIASES, FIRST_WORDS, POSTINGS, ENTRIES, STRINGS];
    tables.into_iter().fold(0, |hash, table| xxh3_64_with_seed(table, hash))
}

/// One known entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id, the same in every language.
    pub id: &'static str,
    /// Its canonical name.
    pub name: &'static str,
    /// Its type.
    pub kind: EntityType,
    /// What it is called elsewhere, as the table gives it: `iso:MY`.
    pub refs: &'static str,
}

/// An entity as an alias means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef {
    index: u32,
    flags: u32,
}

impl EntryRef {
    /// The entity.
    pub fn entry(self) -> Entry {
        entry_at(self.index as usize).expect("build.rs wrote postings of entries only")
    }

    /// The type of the entity.
    pub fn kind(self) -> EntityType {
        let record = record_at(self.index as usize).and_then(kind_of);
        record.expect("build.rs wrote postings of entries only")
    }

    /// A number for the entity, for comparing within this build.
    pub fn index(self) -> u32 {
        self.index
    }

    /// Whether the alias is an adjective or noun of nationality.
    pub fn demonym(self) -> bool {
        self.flags & layout::DEMONYM != 0
    }

    /// Whether the alias means the entity only with support from the article.
    pub fn ambiguous(self) -> bool {
        self.flags & layout::AMBIGUOUS != 0
    }
}

/// What an alias may mean, those that need no support first.
#[derive(Clone, Copy, Debug)]
pub struct Meanings {
    offset: usize,
}

impl Meanings {
    /// Each entity the alias may mean; never empty.
    pub fn iter(self) -> impl Iterator<Item = EntryRef> {
        let mut next = Some(self.offset);
        std::iter::from_fn(move || {
            let at = next?;
            let word = u32::from_le_bytes(*POSTINGS.get(at..)?.first_chunk()?);
            next = (word & layout::LAST == 0).then_some(at + 4);
            Some(EntryRef { index: word >> layout::SHIFT, flags: word })
        })
    }
}

/// A name found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// One past its last byte.
    pub end: usize,
    /// What it may mean.
    pub meanings: Meanings,
}

/// Whether letters of a text may differ in case from those of an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// They may not.
    AsWritten,
    /// The text is all capitals, as headlines and datelines are.
    Shouted,
}

/// The entities called `name`: by exactly this alias, else by one that differs in case only.
pub fn lookup(name: &str) -> Vec<EntryRef> {
    let cased = fold(name.trim(), Case::Keep).text;
    let lower = fold(&cased, Case::Lower).text;
    let behind_mark = [&[layout::LOWER], lower.as_bytes()].concat();
    [cased.as_bytes(), &behind_mark, lower.as_bytes()]
        .into_iter()
        .find_map(|key| MAP.get(key))
        .map(|found| meanings(found.value()).iter().collect())
        .unwrap_or_default()
}

/// The entity with this id.
pub fn entry(id: &str) -> Option<Entry> {
    let (mut low, mut high) = (0, len());
    while low < high {
        let middle = low + (high - low) / 2;
        let found = entry_at(middle)?;
        match found.id.cmp(id) {
            std::cmp::Ordering::Equal => return Some(found),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// What the entity with this id is called, folded, in order; words of nationality and spellings in
/// lower case, which are there for look-up only, left out. It goes through all names.
pub fn aliases(id: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut all = MAP.stream();
    while let Some((name, found)) = all.next() {
        let is_it = |one: &EntryRef| !one.demonym() && one.entry().id == id;
        if name.first() != Some(&layout::LOWER)
            && meanings(found.value()).iter().any(|one| is_it(&one))
            && let Ok(name) = std::str::from_utf8(name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// Every entity, by id.
pub fn entries() -> impl Iterator<Item = Entry> {
    (0..len()).map_while(entry_at)
}

/// How many entities there are.
pub fn len() -> usize {
    ENTRIES.len() / layout::RECORD
}

/// The longest alias that starts at byte `from` of the folded `text` and ends where a word ends;
/// `from` must be where a word may start. Between two Han characters a word may end anywhere.
pub fn longest(text: &str, from: usize, letters: Letters) -> Option<Found> {
    let bytes = text.as_bytes();
    // Most words begin no alias, and most that do are one.
    if letters == Letters::AsWritten
        && let Some((word, length)) = FirstWord::of(bytes.get(from..)?)
        && let Said { value, longer: false } = look_up(FIRST_WORDS, word)?
    {
        return value.map(|offset| Found { end: from + length, meanings: meanings(offset) });
    }
    let map = &*MAP;
    let mut node = map.root();
    let mut out = Output::zero();
    if letters == Letters::Shouted {
        let step = node.transition(node.find_input(layout::LOWER)?);
        out = out.cat(step.out);
        node = map.node(step.addr);
    }
    let mut best = None;
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        let byte = if letters == Letters::Shouted { byte.to_ascii_lowercase() } else { byte };
        let Some(step) = node.find_input(byte).map(|found| node.transition(found)) else { break };
        out = out.cat(step.out);
        node = map.node(step.addr);
        if node.is_final() && word_may_end(text, at + 1) {
            let offset = out.cat(node.final_output()).value();
            best = Some(Found { end: at + 1, meanings: meanings(offset) });
        }
    }
    best
}

/// Whether a name may end before byte `at`: not inside a character, nor between two letters or
/// digits of a script that puts spaces between words.
fn word_may_end(text: &str, at: usize) -> bool {
    if at == text.len() {
        return true;
    }
    if !text.is_char_boundary(at) {
        return false;
    }
    let bytes = text.as_bytes();
    let (before, after) = (bytes[at - 1], bytes[at]);
    if before.is_ascii() && after.is_ascii() {
        return !(before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric());
    }
    let joins = |c: char| c.is_alphanumeric() && !is_han(c);
    let last = text[..at].chars().next_back();
    !(last.is_some_and(joins) && text[at..].chars().next().is_some_and(joins))
}

/// Whether `c` is written without spaces between words: Han, kana.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn meanings(offset: u64) -> Meanings {
    Meanings { offset: usize::try_from(offset).unwrap_or(usize::MAX) }
}

fn record_at(index: usize) -> Option<&'static [u8; layout::RECORD]> {
    ENTRIES.get(index * layout::RECORD..)?.first_chunk()
}

fn kind_of(record: &[u8; layout::RECORD]) -> Option<EntityType> {
    EntityType::ALL.get(usize::from(record[10])).copied()
}

fn entry_at(index: usize) -> Option<Entry> {
    let record = record_at(index)?;
    let half = |at: usize| usize::from(u16::from_le_bytes([record[at], record[at + 1]]));
    let start = u32::from_le_bytes([record[0], record[1], record[2], record[3]]) as usize;
    let (id, name, refs) = (half(4), half(6), half(8));
    let string = |from: usize, len: usize| {
        std::str::from_utf8(STRINGS.get(start + from..start + from + len)?).ok()
    };
    Some(Entry {
        id: string(0, id)?,
        name: string(id, name)?,
        refs: string(id + name, refs)?,
        kind: kind_of(record)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_and_the_tags_order_types_alike() {
        assert_eq!(EntityType::ALL.map(EntityType::as_str), layout::KINDS);
    }

    #[test]
    fn every_entry_is_found_by_its_id_and_by_its_name() {
        let mut before = "";
        for entry in entries() {
            assert!(before < entry.id, "{} after {before}", entry.id);
            before = entry.id;
            assert_eq!(super::entry(entry.id), Some(entry));
            let found = lookup(entry.name);
            assert!(found.iter().any(|found| found.entry() == entry), "{}", entry.id);
        }
        assert_eq!(super::entry("person:nobody-at-all"), None);
        assert_eq!(super::entry(""), None);
    }

    #[test]
    fn an_entity_tells_what_it_is_called() {
        let names = aliases("place:malaysia");
        assert!(names.iter().any(|name| name == "马来西亚"), "{names:?}");
        assert!(!names.iter().any(|name| name == "Malaysian" || name == "malaysia"), "{names:?}");
        assert!(aliases("place:nowhere-at-all").is_empty());
    }

    #[test]
    fn a_name_is_found_whatever_its_case_script_or_language() {
        for name in ["Malaysia", "malaysia", "MALAYSIA", " Malaysia ", "马来西亚", "馬來西亞"]
        {
            let ids: Vec<_> = lookup(name).into_iter().map(|found| found.entry().id).collect();
            assert_eq!(ids, ["place:malaysia"], "{name}");
        }
        assert!(lookup("no such name").is_empty());
        assert!(lookup("").is_empty());
    }

    #[test]
    fn names_end_where_words_end() {
        for (text, letters, want) in [
            ("China", Letters::AsWritten, Some(5)),
            ("China-Malaysia", Letters::AsWritten, Some(5)),
            ("Chinatown", Letters::AsWritten, None),
            ("china", Letters::AsWritten, None),
            ("MALAYSIA", Letters::AsWritten, None),
            ("MALAYSIA SIGNS", Letters::Shouted, Some(8)),
            ("马来西亚总理", Letters::AsWritten, Some(12)),
            ("", Letters::AsWritten, None),
        ] {
            assert_eq!(longest(text, 0, letters).map(|found| found.end), want, "{text}");
        }
    }
}
