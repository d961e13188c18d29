//! What speaks for a passage beside the words themselves: words that stand together as they were
//! typed, words beside a name however the name is written, words in the very form that was typed.
//!
//! These are extras of a plan: they find nothing, and what they are worth is added to the best (see
//! [`super::rank`]). They are only asked of those, and look for nothing else.

use tantivy::Term;

use crate::analysis::{Analyzer, is_cjk, query_terms};
use crate::engine::EngineError;
use crate::engine::near::{Form, Nearby};
use crate::query::{Named, Near, Pattern, TextClause, Zone};

use super::asked::{Row, Unit};
use super::forms::forms_of;
use super::leaves::Leaf;
use super::near::NearQuery;
use super::plan::{Planner, term_text};
use super::span::{Source, SourceTerm};

/// What all words of the query in a row are worth, beside the words.
const PHRASE: f32 = 0.5;

/// What two neighbours are worth that stand together, in any order.
const NEIGHBOURS: f32 = 0.15;

/// How far neighbours may be moved.
const MOVED: u32 = 2;

/// What a word and a name are worth that stand together: `President of Syria` is the `Syrian
/// President`, who may be written without `Syria`.
const BESIDE: f32 = 0.5;

/// How many words may stand between them.
const APART: u32 = 2;

/// What a word in the form that was typed is worth beside one in any form: `Houthis`, not `Houthi`.
const AS_TYPED: f32 = 0.5;

/// Forms tell in a query of so few words; where there are more, what they are about tells. They are
/// only asked for where any word is enough, so that a single word is found as fast as can be.
const FEW_WORDS: usize = 2;

/// Words whose weight is less say nothing about what they stand beside: `of`, `the`.
const LEAST_IDF: f64 = 1.5;

/// The longest row of words that is looked for as a phrase.
const LONGEST_PHRASE: usize = 8;

/// How many neighbours are looked for.
const MOST_NEIGHBOURS: usize = 8;

impl Planner<'_> {
    /// Extras for a row and the units that it consists of.
    pub(super) fn together(
        &mut self,
        row: &Row,
        units: &[Unit],
        any: bool,
    ) -> Result<(), EngineError> {
        if row.is_quoted() {
            return Ok(());
        }
        if any && row.words().len() <= FEW_WORDS {
            // Of a name of several words none tells alone.
            let alone = |unit: &&Unit| unit.names.is_empty() || !unit.text.contains(' ');
            for unit in units.iter().filter(alone) {
                self.as_typed(&unit.text)?;
            }
        }
        // A word of several terms is found as they stand, unless any of them is enough.
        if row.words().len() == 1 && !any {
            return Ok(());
        }
        let whole = row.text();
        if (2..=LONGEST_PHRASE).contains(&query_terms(&whole).len()) {
            self.phrase("phrase", &whole, 0, PHRASE)?;
        }
        let tells = |unit: &&Unit| unit.weight > LEAST_IDF;
        let telling: Vec<&Unit> = units.iter().filter(tells).collect();
        let pairs =
            telling.windows(2).filter(|pair| !pair.iter().any(|it| it.text.contains(is_cjk)));
        for pair in pairs.take(MOST_NEIGHBOURS) {
            let [a, b] = [pair[0], pair[1]];
            if a.names.is_empty() && b.names.is_empty() {
                self.phrase("near", &format!("{} {}", a.text, b.text), MOVED, NEIGHBOURS)?;
            } else {
                self.beside(a, b)?;
            }
        }
        Ok(())
    }

    /// An extra for words in a row in the text.
    fn phrase(&mut self, what: &str, text: &str, slop: u32, boost: f32) -> Result<(), EngineError> {
        for terms in self.terms_in(text, Zone::Text)? {
            let shown: Vec<&str> = terms.iter().map(|(_, term)| term_text(term)).collect();
            let what = format!("{what}: {}", shown.join(" "));
            if terms.len() > 1 {
                let query = NearQuery { terms, slop, probes: true };
                self.extras.push(Leaf::new(what, Box::new(query), boost));
            }
        }
        Ok(())
    }

    /// An extra for two units of which one or both name an entity.
    fn beside(&mut self, a: &Unit, b: &Unit) -> Result<(), EngineError> {
        let near = |unit: &Unit| {
            let text = unit.text.clone();
            let pattern = match text.contains(' ') {
                true => Pattern::Phrase { text, slop: 0 },
                false => Pattern::Word(text),
            };
            let words = Near::Text(TextClause { zone: Some(Zone::Text), pattern });
            match unit.names.is_empty() {
                true => words,
                false => {
                    let name = Named::Name(unit.text.clone());
                    Near::Any(vec![words, Near::Entity(name)])
                }
            }
        };
        let both = Near::Chain(Box::new(near(a)), vec![(APART, near(b))]);
        let query = self.span(Nearby::new(&both, Zone::Text), Zone::Text)?.probing();
        let what = format!("near: {} {}", a.text, b.text);
        self.extras.push(Leaf::new(what, Box::new(query), BESIDE));
        Ok(())
    }

    /// An extra for a word in the form that was typed.
    fn as_typed(&mut self, word: &str) -> Result<(), EngineError> {
        let mut typed = query_terms(word);
        let Some((_, folded)) = typed.pop().filter(|_| typed.is_empty()) else { return Ok(()) };
        // An acronym has one form, and so has a Chinese word.
        if folded.starts_with(is_cjk) || !word.chars().any(char::is_lowercase) {
            return Ok(());
        }
        let mut terms = Vec::new();
        for analyzer in Analyzer::ALL {
            let mut out = String::new();
            let stem = self.stemmers[analyzer as usize].stem(&folded, &mut out);
            let field = self.snapshot.fields().stems(Zone::Text, analyzer);
            let term = Term::from_field_text(field, stem);
            if analyzer == Analyzer::Plain {
                terms.push(SourceTerm::new(term));
                continue;
            }
            let forms = forms_of(self.snapshot, analyzer, stem);
            let forms = forms.map_err(|source| self.snapshot.failed(source))?.into_iter();
            let own = forms.filter(|(form, _)| *form == folded);
            let numbers = own.fold(0, |numbers, (_, number)| numbers | 1 << number);
            if numbers != 0 {
                terms.push(SourceTerm { term, numbers, written: None });
            }
        }
        let form = Form::Leaf { part: 0, leaf: 0 };
        let source = Source { terms, names: false, width: 1 };
        let rarity = self.weight(&folded)? as f32;
        let query = self.spanning(form, vec![source], rarity, Zone::Text).probing();
        self.extras.push(Leaf::new(format!("as typed: {folded}"), Box::new(query), AS_TYPED));
        Ok(())
    }
}
