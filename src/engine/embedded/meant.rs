//! What a query means for one index and one user: words have the user's synonyms, and names after `@`
//! that stand for no entity of the index are words.

use tantivy::Term;

use crate::engine::near::ids;
use crate::engine::synonyms::Synonyms;
use crate::engine::{EngineError, NameLookup};
use crate::query::{Named, Near, Part, Pattern, Query, TextClause, Warning};

use super::read::Snapshot;
use super::statistics::live_frequency;

/// Reads queries as one index understands them.
pub(super) struct Meaning<'s> {
    snapshot: &'s Snapshot,
    names: &'s NameLookup,
    synonyms: &'s Synonyms,
    /// What was not taken as it looks, each once.
    pub(super) warnings: Vec<Warning>,
}

impl<'s> Meaning<'s> {
    /// For a snapshot; `names` gives the entities that a name may stand for.
    pub(super) fn new(
        snapshot: &'s Snapshot,
        names: &'s NameLookup,
        synonyms: &'s Synonyms,
    ) -> Self {
        Self { snapshot, names, synonyms, warnings: Vec::new() }
    }

    /// The query that `query` means.
    pub(super) fn of(&mut self, query: &Query) -> Result<Query, EngineError> {
        let named = self.settled(query)?;
        let (wider, warnings) = self.synonyms.widen(&named);
        for warning in warnings {
            self.warn(warning.message);
        }
        Ok(wider)
    }

    /// The query without names that stand for nothing.
    fn settled(&mut self, query: &Query) -> Result<Query, EngineError> {
        Ok(match query {
            Query::Near(near) => Query::Near(self.near(near)?).simplify(),
            Query::And(clauses) => Query::And(self.each(clauses)?),
            Query::Or(arms) => Query::Or(self.each(arms)?),
            Query::Not(inner) => Query::Not(Box::new(self.settled(inner)?)),
            Query::Must(inner) => Query::Must(Box::new(self.settled(inner)?)),
            Query::Boost(inner, by) => Query::Boost(Box::new(self.settled(inner)?), *by),
            Query::All
            | Query::Nothing
            | Query::Text(_)
            | Query::Filter(_)
            | Query::Synonyms(..) => query.clone(),
        })
    }

    fn each(&mut self, parts: &[Query]) -> Result<Vec<Query>, EngineError> {
        parts.iter().map(|part| self.settled(part)).collect()
    }

    fn near(&mut self, near: &Near) -> Result<Near, EngineError> {
        Ok(match near {
            Near::Text(_) => near.clone(),
            Near::Entity(named) => match self.words(named)? {
                Some(words) => Near::Text(TextClause {
                    zone: None,
                    pattern: match words.contains(' ') {
                        true => Pattern::Phrase { text: words, slop: 0 },
                        false => Pattern::Word(words),
                    },
                }),
                None => near.clone(),
            },
            Near::Phrase { parts, slop } => {
                let mut meant = Vec::with_capacity(parts.len());
                for part in parts {
                    meant.push(match part {
                        Part::Entity(named) => match self.words(named)? {
                            Some(words) => Part::Words(words),
                            None => part.clone(),
                        },
                        Part::Words(_) => part.clone(),
                    });
                }
                Near::Phrase { parts: meant, slop: *slop }
            }
            Near::Any(arms) => {
                Near::Any(arms.iter().map(|arm| self.near(arm)).collect::<Result<_, _>>()?)
            }
            Near::Chain(first, rest) => {
                let first = Box::new(self.near(first)?);
                let rest = rest.iter().map(|(words, next)| Ok((*words, self.near(next)?)));
                Near::Chain(first, rest.collect::<Result<_, EngineError>>()?)
            }
        })
    }

    /// The words to look for in place of a name, if no passage names such an entity.
    fn words(&mut self, named: &Named) -> Result<Option<String>, EngineError> {
        let Named::Name(name) = named else { return Ok(None) };
        let field = self.snapshot.fields().mention;
        for id in ids(name, self.names) {
            let term = Term::from_field_text(field, id.as_str());
            if live_frequency(self.snapshot, &term).map_err(|e| self.snapshot.failed(e))? > 0 {
                return Ok(None);
            }
        }
        self.warn(format!("no passage names an entity `{name}`, so `@` before it is left out"));
        Ok(Some(name.trim_start_matches(['@', '＠']).to_owned()))
    }

    /// Says something about the query, once.
    fn warn(&mut self, message: String) {
        if !self.warnings.iter().any(|warning| warning.message == message) {
            self.warnings.push(Warning { message });
        }
    }
}
