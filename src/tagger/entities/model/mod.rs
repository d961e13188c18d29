//! The statistical part of the entity tagger: which of what the sources found are names, and which
//! names they missed.
//!
//! A linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML 2001) over the
//! tokens of a text. Its features are the words, their shapes and what every other source says of
//! them (`features`), so it weighs the gazetteer, the rules and the article's own usage against each
//! other rather than against itself. There is one for texts in Latin letters and one for Chinese,
//! each a table of hashed features with a byte a label (`table`), embedded in the program and read
//! in place. How they are learned is in `tests/train`.

mod features;
mod table;

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

use super::merge::Candidate;
use super::words::Text;
use crate::tag::EntityType;
pub(super) use features::{Tokens, Usage};
pub use table::{LABELS, NEVER, STATES, Table, label_name};

static LATIN: &[u8] = include_bytes!("latin.crf");
static HAN: &[u8] = include_bytes!("han.crf");

static BUILTIN: LazyLock<Models> =
    LazyLock::new(|| Models { latin: Table::read(LATIN), han: Table::read(HAN) });

/// The models of an entity tagger; where there is none, the sources decide among themselves.
pub struct Models {
    /// For texts in Latin letters.
    pub latin: Option<Table<'static>>,
    /// For Chinese.
    pub han: Option<Table<'static>>,
}

impl Models {
    /// Those that are part of the program.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }
}

/// A hash of the built-in models.
pub(super) fn fingerprint() -> u64 {
    xxh3_64(LATIN) ^ xxh3_64(HAN).rotate_left(1)
}

/// A stretch of a folded text that is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: EntityType,
}

/// What the sources say of one text.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    /// Its tokens.
    pub(super) tokens: &'a Tokens,
    /// Everything that was weighed.
    pub(super) all: &'a [Candidate],
    /// What the gazetteer's names may mean.
    pub(super) listed: &'a [(usize, usize, u8)],
}

/// Decides which names `text` holds, in reading order; `None` if no model was learned.
pub(super) fn names(
    models: &'static Models,
    text: &Text<'_>,
    said: Said<'_>,
    usage: &Usage,
) -> Option<Vec<Name>> {
    let tokens = said.tokens;
    let table = if tokens.is_han() { &models.han } else { &models.latin };
    let table = table.as_ref()?;
    let features = features::Features::new(text, said, usage);
    let mut path = table::Path::new(table, tokens.len());
    for at in 0..tokens.len() {
        if features.is_far(at) {
            path.push_outside();
        } else {
            let mut sums = table::Sums::default();
            features.each(at, |feature| table.add(feature, &mut sums));
            path.push(&sums);
        }
    }
    Some(spans(&path.best(), tokens))
}

/// The features of every token, with where it starts and ends in the original text: what learning
/// needs. A token that can be no part of a name has none.
pub(super) fn sequence(text: &Text<'_>, said: Said<'_>, usage: &Usage) -> Sequence {
    let tokens = said.tokens;
    let features = features::Features::new(text, said, usage);
    let one = |at: usize| {
        let mut all = Vec::new();
        if !features.is_far(at) {
            features.each(at, |feature| all.push(feature));
        }
        let (start, end) = tokens.span(at);
        let (start, end) = text.folded.original(start, end);
        (start, end, all)
    };
    Sequence { han: tokens.is_han(), tokens: (0..tokens.len()).map(one).collect() }
}

/// One text as the model sees it.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Whether it is for the model of Chinese.
    pub han: bool,
    /// Start, end (in bytes of the passage) and features of each token.
    pub tokens: Vec<(usize, usize, Vec<u64>)>,
}

fn spans(labels: &[u8], tokens: &Tokens) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let Some((kind, begins)) = table::part(*label) else { continue };
        let (start, end) = tokens.span(at);
        match names.last_mut() {
            Some(last) if !begins => last.end = end,
            _ => names.push(Name { start, end, kind }),
        }
    }
    names
}
