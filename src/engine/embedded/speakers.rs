//! Who says what in a passage: the terms of its speakers, and how they are found.
//!
//! One field holds both: words of what speakers are called, each in its place, and ids. An id
//! begins with a mark that no word has.

use std::collections::BTreeSet;

use tantivy::Term;
use tantivy::query::{Query as TantivyQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::analysis::is_cjk;
use crate::engine::EngineError;
use crate::engine::speaker::{self, Speaker};
use crate::tag::TaggedPassage;

use super::expand::CharacterQuery;
use super::near::NearQuery;
use super::node::{Node, or};
use super::plan::{Planner, term_text};

/// What an id begins with.
const ID: char = '=';

/// The terms of a passage's speakers, each followed by a control character as [`super::terms`] wants
/// them; between two speakers a place is left empty.
pub(super) fn terms(passage: &TaggedPassage) -> String {
    let statements = &passage.tags.statements;
    let ids = statements.iter().filter_map(|statement| statement.entity.as_ref());
    let ids: BTreeSet<&str> = ids.map(crate::tag::EntityId::as_str).collect();
    let text = &passage.passage.text;
    let calls = statements.iter().flat_map(|statement| speaker::calls(statement, text));
    let calls: BTreeSet<&str> = calls.collect();
    let mut terms = String::new();
    for id in ids {
        terms.push(ID);
        terms.push_str(id);
        terms.push_str("\0\0");
    }
    for called in calls {
        for term in speaker::terms(called) {
            terms.push_str(&term);
            terms.push('\0');
        }
        terms.push('\0');
    }
    terms
}

/// The term of an id.
pub(super) fn id_term(id: &str) -> String {
    format!("{ID}{id}")
}

impl Planner<'_> {
    /// The node of passages with a statement by the speaker of this name.
    pub(super) fn said_by(&mut self, name: &str) -> Result<Node, EngineError> {
        let field = self.snapshot.fields().said_by;
        let asked = Speaker::new(name, self.names);
        let mut found: Vec<(String, Box<dyn TantivyQuery>)> = Vec::new();
        for id in asked.ids().collect::<BTreeSet<_>>() {
            let term = Term::from_field_text(field, &id_term(id));
            if self.frequency(&term)? > 0 {
                found.push((
                    id.to_owned(),
                    Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
                ));
            }
        }
        match asked.words() {
            [] => {}
            [(_, character)] if character.chars().count() == 1 && character.chars().all(is_cjk) => {
                let character = character.clone();
                found.push((character.clone(), Box::new(CharacterQuery { field, character })));
            }
            words => {
                let mut terms = Vec::with_capacity(words.len());
                let mut all = true;
                for (place, word) in words {
                    let term = Term::from_field_text(field, word);
                    all &= self.frequency(&term)? > 0;
                    terms.push((*place, term));
                }
                let shown: Vec<&str> = terms.iter().map(|(_, term)| term_text(term)).collect();
                let shown = shown.join(" ");
                match terms.as_slice() {
                    _ if !all => {}
                    [(_, term)] => {
                        let query = TermQuery::new(term.clone(), IndexRecordOption::Basic);
                        found.push((shown, Box::new(query)));
                    }
                    _ => found.push((shown, Box::new(NearQuery { terms, slop: 0, probes: false }))),
                }
            }
        }
        let nodes = found.into_iter();
        let nodes = nodes.map(|(what, query)| self.unscored(format!("filter: {what}"), query));
        Ok(or(nodes.collect()).unwrap_or(Node::Nothing))
    }
}
