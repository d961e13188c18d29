//! Forms: which of the words that share a stem an occurrence was.
//!
//! Texts are indexed by stem. For prefixes, wildcards and misspellings it must be known which word
//! stood there. A second index of the words as written would tell, and cost nearly as much as the
//! first; instead the words of each stem are numbered as they are first met, and an occurrence's
//! position carries the number: `position = place in the text << BITS | number of the word`. Words
//! and numbers are kept in documents of their own, the vocabulary, which belong to no article and
//! stay when articles go.
//!
//! A stem has numbers for [`MANY`] words, and a run for [`MOST_WORDS`]; what comes after is indexed
//! as written after all, in a field that is empty but for it.

use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxHashMap;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyDocument, TantivyError, Term};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::analysis::{Analyzer, Stemmer};

use super::format::Fields;
use super::read::Snapshot;

/// Bits of a position that hold the number of the word.
pub(super) const BITS: u32 = 5;

/// The number that stands for every word beyond: those that are indexed as written.
pub(super) const MANY: u8 = (1 << BITS) - 1;

/// How many words a run numbers for each analyzer, so that noise cannot fill the memory.
const MOST_WORDS: usize = 1 << 19;

/// Parts the two words of one that was written `data-center`; no other word holds it.
pub(super) const HYPHEN: char = '-';

/// Parts stem, word and number of a vocabulary term; no word holds it.
const SEPARATOR: char = '\u{1f}';

/// New words that make a vocabulary document worth writing.
const DOCUMENT_WORDS: usize = 8192;

/// The place in the text of a position.
pub(super) fn place(position: u32) -> u32 {
    position >> BITS
}

/// The number of the word at a position.
pub(super) fn number(position: u32) -> u32 {
    position & u32::from(MANY)
}

/// Numbers the words of one analyzer as they come.
pub(super) struct Forms {
    stemmer: Stemmer,
    /// The last commit, whose numbers stand.
    before: Snapshot,
    /// Words that were met, with their numbers.
    words: Words,
    /// The next number of stems, by the hash of the stem.
    next: FxHashMap<u64, u8>,
    /// Words numbered since the last vocabulary document: stem, word, number.
    fresh: Vec<(String, String, u8)>,
}

/// A word that was met: its number, and its stem, which is a stretch of the word, or differs from one
/// by the letter before and a short ending.
#[derive(Clone, Copy, Default)]
struct Met {
    number: u8,
    /// The letter before; 0 for none.
    first: u8,
    /// Where the stretch begins and how long it is, in bytes.
    skip: u8,
    common: u8,
    /// [`UNLIKE`] for a stem that is too unlike its word, and has to be made again.
    ending_len: u8,
    ending: [u8; 3],
}

const UNLIKE: u8 = u8::MAX;

impl Met {
    fn new(word: &str, stem: &str, number: u8) -> Self {
        let like = Self::like(word, stem).unwrap_or(Self { ending_len: UNLIKE, ..Self::default() });
        Self { number, ..like }
    }

    /// `None` for a stem that is too unlike its word.
    fn like(word: &str, stem: &str) -> Option<Self> {
        let mut met = Self::default();
        let mut rest = stem.as_bytes();
        let alike = word.bytes().zip(stem.bytes()).take_while(|(a, b)| a == b).count();
        let mut alike = word.floor_char_boundary(alike).min(stem.floor_char_boundary(alike));
        if let Some(after) = stem.get(1..).filter(|after| !after.is_empty() && alike == 0)
            && let Some(skip) = word.find(after)
        {
            met.first = rest[0];
            met.skip = u8::try_from(skip).ok()?;
            rest = after.as_bytes();
            alike = rest.len();
        }
        met.common = u8::try_from(alike).ok()?;
        let rest = &rest[alike..];
        met.ending.get_mut(..rest.len())?.copy_from_slice(rest);
        met.ending_len = rest.len() as u8;
        Some(met)
    }

    /// Appends the stem of the word; `false` if that is not known.
    fn write(&self, word: &str, stem: &mut String) -> bool {
        if self.ending_len == UNLIKE {
            return false;
        }
        if self.first > 0 {
            stem.push(char::from(self.first));
        }
        let skip = usize::from(self.skip);
        stem.push_str(&word[skip..skip + usize::from(self.common)]);
        if self.ending_len > 0 {
            let ending = &self.ending[..usize::from(self.ending_len)];
            stem.push_str(std::str::from_utf8(ending).expect("whole characters are remembered"));
        }
        true
    }
}

/// What is known of words, by their hashes. Every word of a text is looked up, so what must be read
/// lies side by side, and the few thousand words that most of the news is made of stay near the
/// processor.
struct Words {
    /// Each at the place that its hash gives it, or at the next free one; 0 for a free one.
    slots: Vec<(u64, Met)>,
    len: usize,
    /// Of the hashes: no one can choose words that want one place.
    seed: u64,
}

impl Words {
    fn new() -> Self {
        let seed = RandomState::new().hash_one(0);
        Self { slots: vec![(0, Met::default()); 1 << 12], len: 0, seed }
    }

    /// No word has the hash 0, which is a free place's.
    fn hash(&self, word: &str) -> u64 {
        xxh3_64_with_seed(word.as_bytes(), self.seed).max(1)
    }

    /// The place of a hash: its own, or a free one.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].0 != hash && self.slots[slot].0 != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn get(&self, hash: u64) -> Option<Met> {
        let (held, met) = self.slots[self.slot(hash)];
        (held != 0).then_some(met)
    }

    fn insert(&mut self, hash: u64, met: Met) {
        if self.len * 2 >= self.slots.len() {
            let larger = vec![(0, Met::default()); self.slots.len() * 2];
            let held = std::mem::replace(&mut self.slots, larger);
            for (hash, met) in held.into_iter().filter(|(hash, _)| *hash != 0) {
                let slot = self.slot(hash);
                self.slots[slot] = (hash, met);
            }
        }
        let slot = self.slot(hash);
        self.len += usize::from(self.slots[slot].0 == 0);
        self.slots[slot] = (hash, met);
    }
}

impl Forms {
    /// The forms that `before` holds and those that come.
    pub(super) fn new(analyzer: Analyzer, before: Snapshot) -> Self {
        Self {
            stemmer: Stemmer::new(analyzer),
            before,
            words: Words::new(),
            next: FxHashMap::default(),
            fresh: Vec::new(),
        }
    }

    /// Appends the stem of a folded word to `stems` and gives the number of the word. `as_one` is the
    /// word without its hyphen, if it has one, else the word.
    pub(super) fn of(
        &mut self,
        word: &str,
        as_one: &str,
        stems: &mut String,
    ) -> tantivy::Result<u8> {
        if self.stemmer.analyzer() == Analyzer::Plain {
            stems.push_str(as_one);
            return Ok(0);
        }
        let hash = self.words.hash(word);
        if let Some(met) = self.words.get(hash)
            && met.write(word, stems)
        {
            return Ok(met.number);
        }
        let mut out = String::new();
        let stem = self.stemmer.stem(as_one, &mut out);
        stems.push_str(stem);
        self.number(word, hash, stem)
    }

    fn number(&mut self, word: &str, word_hash: u64, stem: &str) -> tantivy::Result<u8> {
        if let Some(met) = self.words.get(word_hash) {
            return Ok(met.number);
        }
        if self.words.len >= MOST_WORDS {
            return Ok(MANY);
        }
        let stem_hash = self.words.hash(stem);
        let next = match self.next.get(&stem_hash) {
            Some(next) => *next,
            None => {
                let mut next = 0;
                for (word, number) in forms_of(&self.before, self.stemmer.analyzer(), stem)? {
                    next = next.max(number + 1);
                    let hash = self.words.hash(&word);
                    self.words.insert(hash, Met::new(&word, stem, number));
                }
                self.next.insert(stem_hash, next);
                if let Some(met) = self.words.get(word_hash) {
                    return Ok(met.number);
                }
                next
            }
        };
        self.words.insert(word_hash, Met::new(word, stem, next));
        if next == MANY {
            return Ok(MANY);
        }
        self.next.insert(stem_hash, next + 1);
        self.fresh.push((stem.to_owned(), word.to_owned(), next));
        Ok(next)
    }

    /// The vocabulary document of the words numbered since the last one, if they are enough or
    /// `all` are asked for.
    pub(super) fn take_fresh(&mut self, all: bool, fields: Fields) -> Option<TantivyDocument> {
        let analyzer = self.stemmer.analyzer();
        let (forms, words) = (fields.forms(analyzer)?, fields.vocabulary(analyzer)?);
        if self.fresh.is_empty() || (!all && self.fresh.len() < DOCUMENT_WORDS) {
            return None;
        }
        let mut document = TantivyDocument::new();
        for (stem, word, number) in self.fresh.drain(..) {
            // Patterns are for words without hyphens.
            if !word.contains(HYPHEN) {
                document.add_text(words, &word);
            }
            document.add_text(forms, format!("{stem}{SEPARATOR}{word}{SEPARATOR}{number}"));
        }
        Some(document)
    }
}

/// The words of a stem that have numbers, with these.
pub(super) fn forms_of(
    snapshot: &Snapshot,
    analyzer: Analyzer,
    stem: &str,
) -> tantivy::Result<Vec<(String, u8)>> {
    let mut found = Vec::new();
    let Some(field) = snapshot.fields().forms(analyzer) else { return Ok(found) };
    let start = format!("{stem}{SEPARATOR}");
    for reader in snapshot.searcher().segment_readers() {
        let index = reader.inverted_index(field)?;
        let mut terms = index.terms().range().ge(start.as_bytes()).into_stream()?;
        while terms.advance() && terms.key().starts_with(start.as_bytes()) {
            let (_, word, number) = part(terms.key())?;
            found.push((word.to_owned(), number));
        }
    }
    Ok(found)
}

/// Stem, word and number of a vocabulary term.
fn part(term: &[u8]) -> tantivy::Result<(&str, &str, u8)> {
    let damaged = || TantivyError::InternalError("the vocabulary is damaged".to_owned());
    let term = std::str::from_utf8(term).map_err(|_| damaged())?;
    let mut parts = term.split(SEPARATOR);
    let (Some(stem), Some(word), Some(number)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(damaged());
    };
    let number = number.parse().ok().filter(|number| *number < MANY).ok_or_else(damaged)?;
    Ok((stem, word, number))
}

/// Which words of a stem are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// A bit for each number.
    pub(super) numbers: u32,
    /// Whether these are all words of the stem, so that no occurrence needs a look.
    pub(super) whole: bool,
}

/// The documents of a segment that hold vocabulary and no passage, in order.
pub(super) fn vocabulary_docs(
    reader: &SegmentReader,
    fields: Fields,
) -> tantivy::Result<Vec<DocId>> {
    let term = Term::from_field_text(fields.article, NO_ARTICLE);
    let index = reader.inverted_index(fields.article)?;
    let mut docs = Vec::new();
    if let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            docs.push(postings.doc());
            postings.advance();
        }
    }
    Ok(docs)
}

/// What a vocabulary document has for the id of its article; no id holds a control character.
pub(super) const NO_ARTICLE: &str = "\u{1f}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again_however_many_there_are() {
        let mut words = Words::new();
        let word = |words: &Words, n: u32| {
            (words.hash(&n.to_string()), Met::new("word", "word", (n % 31) as u8))
        };
        for n in 0..20_000 {
            let (hash, met) = word(&words, n);
            assert!(words.get(hash).is_none());
            words.insert(hash, met);
            words.insert(hash, met);
        }
        assert_eq!(words.len, 20_000);
        for n in 0..20_000 {
            let (hash, met) = word(&words, n);
            assert_eq!(words.get(hash).map(|met| met.number), Some(met.number));
        }
        assert!(words.slots.len() < 4 * words.len, "they are not spread thin");
    }

    #[test]
    fn what_is_remembered_of_a_word_gives_its_stem() {
        for (analyzer, words) in [
            (Analyzer::English, ["centres", "organisations", "skies", "dying", "naïve", "5g"]),
            (Analyzer::Malay, ["menulis", "pelaburan", "ditemui", "negaranya", "mengecat", "é"]),
        ] {
            let mut stemmer = Stemmer::new(analyzer);
            for word in words {
                let mut out = String::new();
                let stem = stemmer.stem(word, &mut out).to_owned();
                let mut written = String::new();
                assert!(Met::new(word, &stem, 0).write(word, &mut written), "{word} is ordinary");
                assert_eq!(written, stem, "{word}");
            }
        }
        for (word, stem) in
            [("a".repeat(300), "a".repeat(299)), ("data-center".into(), "datacent".into())]
        {
            let (met, mut written) = (Met::new(&word, &stem, 7), String::new());
            assert!(!met.write(&word, &mut written) && written.is_empty(), "{word} is made again");
            assert_eq!(met.number, 7);
        }
    }
}
