//! The part of a plan that is about places: `NEAR`, and entities in the text.

use std::sync::Arc;

use tantivy::Term;

use crate::analysis::Analyzer;
use crate::engine::EngineError;
use crate::engine::near::{Form, Leaf, Nearby, ids};
use crate::query::{Named, Near, Zone};

use super::expand::{WordPattern, characters};
use super::forms::MANY;
use super::mentions::type_term;
use super::node::{Node, or};
use super::plan::Planner;
use super::span::{Source, SourceTerm, SpanQuery};

/// The most terms that a part of a `NEAR` stands for.
const MOST_TERMS: usize = 4096;

/// What a pattern within a `NEAR` counts for, as one beside it does.
const PATTERN_RARITY: f32 = 1.0;

impl Planner<'_> {
    /// The node of what stands near each other: a leaf for each zone.
    pub(super) fn near(&mut self, near: &Near, boost: f32) -> Result<Node, EngineError> {
        let mut nodes = Vec::new();
        let in_text = may_occur(&Nearby::new(near, Zone::Text).form);
        for (zone, weighed) in self.zones(boost) {
            let nearby = Nearby::new(near, zone);
            if !may_occur(&nearby.form) {
                continue;
            }
            // What can only be in the headline is worth all.
            let boost = if in_text { weighed } else { boost };
            let query = self.span(nearby, zone)?;
            let what = format!("{}: {near}", super::plan::zone_label(zone));
            nodes.push(self.leaf(what, Box::new(query), boost));
        }
        Ok(or(nodes).unwrap_or(Node::Nothing))
    }

    /// The query for what stands near each other in one zone.
    pub(super) fn span(&mut self, nearby: Nearby, zone: Zone) -> Result<SpanQuery, EngineError> {
        let mut sources = Vec::with_capacity(nearby.leaves.len());
        let mut rarities = Vec::with_capacity(nearby.leaves.len());
        for leaf in &nearby.leaves {
            let source = self.source(leaf, zone)?;
            rarities.push(match leaf {
                // The vocabulary remembers words that are gone, so how many passages hold what a
                // pattern covers is not known without reading them.
                Leaf::Prefix(_) | Leaf::Wildcard(_) | Leaf::Fuzzy(..) => PATTERN_RARITY,
                _ => self.rarity(&source)?,
            });
            sources.push(source);
        }
        let rarity = rarity(&nearby.form, &rarities);
        Ok(self.spanning(nearby.form, sources, rarity, zone))
    }

    /// The query for a form over `sources`, which is as rare as said.
    pub(super) fn spanning(
        &self,
        form: Form,
        sources: Vec<Source>,
        rarity: f32,
        zone: Zone,
    ) -> SpanQuery {
        let lengths = Analyzer::ALL.map(|analyzer| {
            let mean = self.snapshot.card().lengths.mean(analyzer, zone);
            (self.snapshot.fields().stems(zone, analyzer), mean as f32)
        });
        let (sources, lengths) = (Arc::from(sources), lengths.to_vec());
        SpanQuery { rarity, form, sources, lengths, probes: false }
    }

    /// The terms that a leaf looks for.
    fn source(&mut self, leaf: &Leaf, zone: Zone) -> Result<Source, EngineError> {
        let fields = self.snapshot.fields();
        let mut terms = Vec::new();
        match leaf {
            Leaf::Word(word) => {
                for analyzer in Analyzer::ALL {
                    let mut out = String::new();
                    let stem = self.stemmers[analyzer as usize].stem(word, &mut out);
                    let field = fields.stems(zone, analyzer);
                    terms.push(SourceTerm::new(Term::from_field_text(field, stem)));
                }
            }
            Leaf::Character(character) => {
                for analyzer in Analyzer::ALL {
                    let field = fields.stems(zone, analyzer);
                    let found = characters(self.snapshot, field, character);
                    let found = found.map_err(|e| self.snapshot.failed(e))?;
                    let found = found.iter().map(|term| Term::from_field_text(field, term));
                    terms.extend(found.map(SourceTerm::new));
                }
            }
            Leaf::Prefix(prefix) => {
                terms = self.pattern_terms(&WordPattern::Prefix(prefix.clone()), zone)?;
            }
            Leaf::Wildcard(pattern) => {
                terms = self.pattern_terms(&WordPattern::Wildcard(pattern.clone()), zone)?;
            }
            Leaf::Fuzzy(word, edits) => {
                terms = self.pattern_terms(&WordPattern::Fuzzy(word.clone(), *edits), zone)?;
            }
            Leaf::Entity(Named::Type(kind)) => {
                terms.push(SourceTerm::new(Term::from_field_text(
                    fields.mention,
                    &type_term(*kind),
                )));
            }
            Leaf::Entity(Named::Name(name)) => {
                let found = ids(name, self.names).into_iter();
                terms.extend(
                    found.map(|id| {
                        SourceTerm::new(Term::from_field_text(fields.mention, id.as_str()))
                    }),
                );
            }
        }
        if terms.len() > MOST_TERMS {
            self.warn(format!(
                "within `NEAR` a pattern stands for {MOST_TERMS} words at most, {} are left out",
                terms.len() - MOST_TERMS
            ));
            terms.truncate(MOST_TERMS);
        }
        Ok(Source { terms, names: matches!(leaf, Leaf::Entity(_)), width: leaf.width() })
    }

    /// The stems of the words that a pattern covers, with which of their words it does.
    fn pattern_terms(
        &mut self,
        pattern: &WordPattern,
        zone: Zone,
    ) -> Result<Vec<SourceTerm>, EngineError> {
        let fields = self.snapshot.fields();
        let mut terms = Vec::new();
        for analyzer in Analyzer::ALL {
            let field = fields.stems(zone, analyzer);
            let term = |stem: &str| Term::from_field_text(field, stem);
            let reach = self.reach(pattern, &pattern.to_string(), zone, analyzer)?;
            for (stem, meant) in reach.stems.iter() {
                // A word without a number may share the stem.
                let unnumbered = if meant.whole { u32::MAX >> 1 } else { 0 };
                let numbers = meant.numbers | unnumbered;
                terms.push(SourceTerm { term: term(stem), numbers, written: None });
            }
            let written = fields.words(zone, analyzer).unwrap_or(field);
            for word in &reach.written {
                if written == field {
                    terms.push(SourceTerm::new(term(word)));
                } else {
                    let mut out = String::new();
                    let stem = self.stemmers[analyzer as usize].stem(word, &mut out);
                    let (term, word) = (term(stem), Term::from_field_text(written, word));
                    terms.push(SourceTerm { term, numbers: 1 << MANY, written: Some(word) });
                }
            }
        }
        Ok(terms)
    }

    /// How rare the terms of a source are together, as BM25 has it.
    fn rarity(&mut self, source: &Source) -> Result<f32, EngineError> {
        let passages = self.snapshot.card().passages.max(1) as f32;
        let mut holding = 0;
        for term in &source.terms {
            holding += self.frequency(&term.term)?;
        }
        let holding = (holding as f32).min(passages);
        Ok((1.0 + (passages - holding + 0.5) / (holding + 0.5)).ln())
    }
}

/// Whether anything in the form can stand anywhere.
fn may_occur(form: &Form) -> bool {
    match form {
        Form::Leaf { .. } | Form::Phrase { .. } => true,
        Form::Any(arms) => arms.iter().any(may_occur),
        Form::Chain(first, rest) => {
            may_occur(first) && rest.iter().all(|(_, next)| may_occur(next))
        }
    }
}

/// How rare a form is, by its leaves: all of them where all must stand, the rarest of alternatives.
fn rarity(form: &Form, leaves: &[f32]) -> f32 {
    match form {
        Form::Leaf { leaf, .. } => leaves[*leaf],
        Form::Phrase { leaves: all, .. } => all.iter().map(|(_, leaf)| leaves[*leaf]).sum(),
        Form::Any(arms) => arms.iter().map(|arm| rarity(arm, leaves)).fold(0.0, f32::max),
        Form::Chain(first, rest) => rest
            .iter()
            .map(|(_, next)| rarity(next, leaves))
            .fold(rarity(first, leaves), |a, b| a + b),
    }
}
