//! The part of a plan that is about patterns of words: prefixes, wildcards and misspellings.

use std::sync::Arc;

use tantivy::Term;

use crate::analysis::{Analyzer, Case, fold, is_cjk, query_terms};
use crate::engine::EngineError;
use crate::engine::pattern::as_indexed;
use crate::query::Zone;

use super::expand::{MOST_WORDS, PatternQuery, Reach, WordPattern};
use super::node::Node;
use super::plan::{Planner, zone_label};

/// The longest prefix, wildcard or fuzzy word that is looked for, in bytes; no word is longer.
const LONGEST_PATTERN: usize = 512;

/// An index of so many passages has words enough that comparing all of them is felt.
const MANY_PASSAGES: u64 = 100_000;

impl Planner<'_> {
    /// Adds leaves for a pattern of words. Returns `false` if it holds no letters.
    pub(super) fn pattern(
        &mut self,
        typed: &str,
        pattern: impl Fn(String) -> WordPattern,
        zone: Zone,
        boost: f32,
        nodes: &mut Vec<Node>,
    ) -> Result<bool, EngineError> {
        let folded = fold(typed, Case::Lower).text;
        // Chinese has no words to begin or to misspell: what stands between the marks is looked for
        // as it stands.
        let literal = folded.replace(['*', '?'], " ");
        let terms = query_terms(&literal);
        let word = match terms.as_slice() {
            [] => return Ok(false),
            [(_, word)] if !word.starts_with(is_cjk) => word.clone(),
            _ if folded != literal && !folded.contains(is_cjk) => as_indexed(typed),
            terms => {
                // A pattern that reaches over several words; the parser takes most of them apart.
                if terms.last().is_some_and(|(_, word)| !word.starts_with(is_cjk)) {
                    self.warn(format!(
                        "a pattern is for one word, `{literal}` is searched as it stands"
                    ));
                }
                return self.words(&literal, 0, zone, boost, nodes);
            }
        };
        let word = if folded == literal { word } else { as_indexed(typed) };
        if word.len() > LONGEST_PATTERN {
            self.warn(format!("a pattern of more than {LONGEST_PATTERN} bytes matches no word"));
            nodes.push(Node::Nothing);
            return Ok(true);
        }
        let pattern = pattern(word);
        let shown = pattern.to_string();
        for analyzer in Analyzer::ALL {
            let fields = self.snapshot.fields();
            let field = fields.stems(zone, analyzer);
            let reach = self.reach(&pattern, &shown, zone, analyzer)?;
            let written = fields.words(zone, analyzer).unwrap_or(field);
            let term = |word: &String| Term::from_field_text(written, word);
            let query = PatternQuery {
                stems: reach
                    .stems
                    .iter()
                    .map(|(stem, meant)| (Term::from_field_text(field, stem), *meant))
                    .collect(),
                written: reach.written.iter().map(term).collect(),
                field: written,
                found: Arc::default(),
            };
            let what = format!("{}: {shown}", zone_label(zone));
            nodes.push(self.leaf(what, Box::new(query), boost));
        }
        Ok(true)
    }

    /// What a pattern covers; `shown` is how it is written.
    pub(super) fn reach(
        &mut self,
        pattern: &WordPattern,
        shown: &str,
        zone: Zone,
        analyzer: Analyzer,
    ) -> Result<Arc<Reach>, EngineError> {
        let key = (shown.to_owned(), zone, analyzer);
        if let Some(reach) = self.covered.get(&key) {
            return Ok(reach.clone());
        }
        let other = if zone == Zone::Text { Zone::Headline } else { Zone::Text };
        let twin = self.covered.get(&(shown.to_owned(), other, analyzer));
        let reach = pattern.reach(self.snapshot, zone, analyzer, twin.map(Arc::as_ref));
        let reach = Arc::new(reach.map_err(|e| self.snapshot.failed(e))?);
        if let Some(last) = &reach.cut_after {
            self.warn(format!(
                "`{shown}` covers more than {MOST_WORDS} words, those after `{last}` are left out"
            ));
        }
        if pattern.is_slow() && self.snapshot.card().passages >= MANY_PASSAGES {
            self.warn(format!(
                "`{shown}` begins with a wildcard, so every word of the index is compared with it, \
                 which is slow"
            ));
        }
        self.covered.insert(key, reach.clone());
        Ok(reach)
    }
}
