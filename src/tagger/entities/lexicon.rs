//! The cue words: which classes a word belongs to.
//!
//! The words stand in `cues/*.tsv`; `build.rs` compiles them into the map, and the table of its
//! first words, that are embedded here and read in place. Letters are compared without regard to
//! case.

use std::sync::LazyLock;

use fst::raw::{Fst, Output};
use xxhash_rust::xxh3::xxh3_64;

use super::cue::Cues;
use crate::tagger::first_word::{FirstWord, Said, look_up};
use crate::tagger::gazetteer::is_han;

static FIRST_WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cue_words.bin"));

static MAP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cues.fst"));

static CUES: LazyLock<Fst<&'static [u8]>> =
    LazyLock::new(|| Fst::new(MAP).expect("build.rs wrote the cue words"));

/// A hash of all of it.
pub(super) fn fingerprint() -> u64 {
    xxh3_64(MAP)
}

/// The classes of exactly this word.
pub(super) fn word(word: &str) -> Cues {
    if let Some((first, length)) = FirstWord::of(word.as_bytes())
        && length == word.len()
    {
        let said = look_up(FIRST_WORDS, first.lower());
        return said.and_then(|said| said.value).map(Cues).unwrap_or_default();
    }
    let map = &*CUES;
    let mut node = map.root();
    let mut out = Output::zero();
    for byte in word.bytes() {
        let Some(found) = node.find_input(byte.to_ascii_lowercase()) else {
            return Cues::default();
        };
        let step = node.transition(found);
        out = out.cat(step.out);
        node = map.node(step.addr);
    }
    if node.is_final() { Cues(out.cat(node.final_output()).value()) } else { Cues::default() }
}

/// The longest cue word or phrase that starts at byte `from` and ends where a word ends: one past
/// its last byte, and its classes.
pub(super) fn phrase(text: &str, from: usize) -> Option<(usize, Cues)> {
    // Most words begin no cue, and most that do are one.
    if let Some((word, length)) = FirstWord::of(text.as_bytes().get(from..)?)
        && let Said { value, longer: false } = look_up(FIRST_WORDS, word.lower())?
    {
        return value.map(|cues| (from + length, Cues(cues)));
    }
    let mut best = None;
    each(text, from, |end, cues| best = Some((end, cues)));
    best
}

/// Calls `found` for every cue word or phrase that starts at `from`, shortest first.
pub(super) fn each(text: &str, from: usize, mut found: impl FnMut(usize, Cues)) {
    let map = &*CUES;
    let bytes = text.as_bytes();
    let mut node = map.root();
    let mut out = Output::zero();
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        let Some(next) = node.find_input(byte.to_ascii_lowercase()) else { return };
        let step = node.transition(next);
        out = out.cat(step.out);
        node = map.node(step.addr);
        if node.is_final() && ends_word(text, at + 1) {
            found(at + 1, Cues(out.cat(node.final_output()).value()));
        }
    }
}

fn ends_word(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| {
        rest.chars().next().is_none_or(|c| {
            is_han(c)
                || !c.is_alphanumeric()
                || text[..at].chars().next_back().is_some_and(|c| !c.is_alphanumeric() || is_han(c))
        })
    })
}
