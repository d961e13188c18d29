//! How many passages hold a word in their text, in any of its forms and any language.

use tantivy::Term;

use crate::analysis::{Analyzer, Stemmer};
use crate::engine::{EngineError, Frequencies};
use crate::query::Zone;

use super::read::Snapshot;
use super::statistics::live_frequency;

/// Counts each of `words`, which are terms of analysis. Passages of several languages are counted
/// once each, because a passage is in the field of one.
pub(super) fn frequencies(snapshot: &Snapshot, words: &[&str]) -> Result<Frequencies, EngineError> {
    let mut stemmers = Analyzer::ALL.map(Stemmer::new);
    let mut counts = Vec::with_capacity(words.len());
    for word in words {
        let mut count = 0;
        for (analyzer, stemmer) in Analyzer::ALL.into_iter().zip(&mut stemmers) {
            let mut out = String::new();
            let field = snapshot.fields().stems(Zone::Text, analyzer);
            let term = Term::from_field_text(field, stemmer.stem(word, &mut out));
            count += live_frequency(snapshot, &term).map_err(|e| snapshot.failed(e))?;
        }
        counts.push(count);
    }
    Ok(Frequencies { passages: snapshot.card().passages, words: counts })
}
