//! How a query is understood: the terms of its leaves, with how many passages hold each.
//!
//! The terms are those that [`super::plan`] looks for; nothing is ranked here.

use tantivy::Term;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED};

use crate::analysis::{Analyzer, Case, Stemmer, fold, is_cjk, query_terms, query_terms_in};
use crate::engine::near::ids;
use crate::engine::pattern::as_indexed;
use crate::engine::speaker::Speaker;
use crate::engine::understood::{Branch, FieldTerm, MOST_LISTED, Understood};
use crate::engine::{EngineError, NameLookup};
use crate::query::{Filter, Named, Near, Part, Pattern, Query, TextClause, Zone};
use crate::results::SearchRequest;

use super::expand::{WordPattern, characters};
use super::filter::filter_clauses;
use super::forms::{forms_of, number};
use super::meant::Meaning;
use super::mentions::type_term;
use super::plan::{Planner, term_text};
use super::read::Snapshot;
use super::respell::Respell;
use super::respell::levelled;

/// How the query of a request is understood.
pub(super) fn understand(
    snapshot: &Snapshot,
    mut meaning: Meaning<'_>,
    names: &NameLookup,
    request: &SearchRequest,
) -> Result<Understood, EngineError> {
    let query = meaning.of(&levelled(&request.query))?;
    let beside = filter_clauses(&request.filters);
    let plan = Planner::new(snapshot, names).plan(&query, &request.query, false, &beside)?;
    let respelled = Respell::new(snapshot).respell(&query);
    let (looked_for, _) = respelled.map_err(|source| snapshot.failed(source))?;
    let mut reader = Reader {
        snapshot,
        names,
        planner: Planner::new(snapshot, names),
        stemmers: Analyzer::ALL.map(Stemmer::new),
    };
    let tree = reader.branch(&looked_for)?;
    let filters = beside.iter().map(|clause| reader.branch(clause)).collect::<Result<_, _>>()?;
    let warnings = meaning.warnings.into_iter().chain(plan.warnings).collect();
    Ok(Understood { query, tree, filters, warnings })
}

/// Reads trees.
struct Reader<'s> {
    snapshot: &'s Snapshot,
    names: &'s NameLookup,
    planner: Planner<'s>,
    stemmers: [Stemmer; Analyzer::ALL.len()],
}

impl Reader<'_> {
    fn branch(&mut self, query: &Query) -> Result<Branch, EngineError> {
        let joined = |kind, parts| Branch { kind, parts, ..Branch::default() };
        Ok(match query {
            Query::All => Branch { kind: "everything", ..Branch::default() },
            Query::Nothing => Branch { kind: "nothing", ..Branch::default() },
            Query::Text(clause) => self.text(clause)?,
            Query::Near(near) => self.near(near)?,
            Query::Filter(filter) => self.filter(filter)?,
            Query::Not(inner) => joined("not", vec![self.branch(inner)?]),
            Query::Must(inner) => joined("required", vec![self.branch(inner)?]),
            Query::Boost(inner, by) => Branch {
                kind: "boost",
                text: format!("^{by}"),
                parts: vec![self.branch(inner)?],
                ..Branch::default()
            },
            Query::And(clauses) => joined("all of", self.branches(clauses)?),
            Query::Or(arms) => joined("any of", self.branches(arms)?),
            Query::Synonyms(of, also) => {
                let mut parts = vec![self.branch(of)?];
                for synonym in also {
                    let found = self.text(&synonym.clause)?;
                    let lang = synonym.lang.as_ref();
                    let lang = lang.map_or(String::new(), |lang| format!(" AND lang:{lang}"));
                    let text = format!("{}{lang}", found.text);
                    parts.push(Branch { kind: "synonym", text, ..found });
                }
                joined("any of", parts)
            }
        })
    }

    fn branches(&mut self, parts: &[Query]) -> Result<Vec<Branch>, EngineError> {
        let parts = parts.iter().filter(|part| **part != Query::All);
        parts.map(|part| self.branch(part)).collect()
    }

    fn text(&mut self, clause: &TextClause) -> Result<Branch, EngineError> {
        let zones = match clause.zone {
            Some(zone) => vec![zone],
            None => vec![Zone::Text, Zone::Headline],
        };
        let kind = match &clause.pattern {
            Pattern::Word(_) => "word",
            Pattern::Phrase { .. } => "phrase",
            Pattern::Prefix(_) => "prefix",
            Pattern::Wildcard(_) => "wildcard",
            Pattern::Fuzzy { .. } => "fuzzy",
        };
        let text = Query::Text(clause.clone()).to_string();
        let mut branch = Branch { kind, text, ..Branch::default() };
        for zone in zones {
            match &clause.pattern {
                Pattern::Word(text) | Pattern::Phrase { text, .. } => {
                    self.words(text, zone, &mut branch)?;
                }
                Pattern::Prefix(text) => {
                    self.pattern(text, &WordPattern::Prefix, zone, &mut branch)?;
                }
                Pattern::Wildcard(text) => {
                    self.pattern(text, &WordPattern::Wildcard, zone, &mut branch)?;
                }
                Pattern::Fuzzy { word, distance } => {
                    let fuzzy = |word| WordPattern::Fuzzy(word, *distance);
                    self.pattern(word, &fuzzy, zone, &mut branch)?;
                }
            }
        }
        Ok(branch)
    }

    /// Adds the terms of words that stand next to each other. Fields that hold none of them are left
    /// out, unless all would be.
    fn words(&mut self, text: &str, zone: Zone, branch: &mut Branch) -> Result<(), EngineError> {
        let terms = query_terms(text);
        let is_character = |term: &str| term.starts_with(is_cjk) && term.chars().count() == 1;
        let alone = terms.len() == 1;
        let mut missing = Vec::new();
        let before = branch.terms.len();
        for analyzer in Analyzer::ALL {
            let field = self.snapshot.fields().stems(zone, analyzer);
            let mut found = Vec::new();
            for (_, term) in &query_terms_in(text, analyzer) {
                if alone && is_character(term) {
                    let all = characters(self.snapshot, field, term)
                        .map_err(|e| self.snapshot.failed(e))?;
                    branch.more += all.len().saturating_sub(MOST_LISTED) as u64;
                    for term in all.iter().take(MOST_LISTED) {
                        found.push(self.term(field, term)?);
                    }
                } else {
                    let mut out = String::new();
                    let stem = self.stemmers[analyzer as usize].stem(term, &mut out).to_owned();
                    found.push(self.term(field, &stem)?);
                }
            }
            if found.iter().any(|term| term.passages > 0) {
                branch.terms.extend(found);
            } else {
                missing = found;
            }
        }
        if branch.terms.len() == before && zone == Zone::Text {
            branch.terms.extend(missing);
        }
        Ok(())
    }

    fn term(&mut self, field: Field, term: &str) -> Result<FieldTerm, EngineError> {
        let term = Term::from_field_text(field, term);
        let passages = self.planner.frequency(&term)?;
        Ok(self.counted(field, term_text(&term), passages))
    }

    fn counted(&self, field: Field, term: &str, passages: u64) -> FieldTerm {
        let field = self.snapshot.searcher().schema().get_field_name(field).to_owned();
        FieldTerm { field, term: term.to_owned(), passages }
    }

    /// Adds the words that a pattern covers.
    fn pattern(
        &mut self,
        typed: &str,
        pattern: &dyn Fn(String) -> WordPattern,
        zone: Zone,
        branch: &mut Branch,
    ) -> Result<(), EngineError> {
        let folded = fold(typed, Case::Lower).text;
        let literal = folded.replace(['*', '?'], " ");
        let pattern = match query_terms(&literal).as_slice() {
            [(_, word)] if folded == literal && !word.starts_with(is_cjk) => pattern(word.clone()),
            [_, ..] if folded != literal && !folded.contains(is_cjk) => pattern(as_indexed(typed)),
            _ => return self.words(&literal, zone, branch),
        };
        for analyzer in Analyzer::ALL {
            let reach = self.planner.reach(&pattern, &pattern.to_string(), zone, analyzer)?;
            let fields = self.snapshot.fields();
            let field = fields.stems(zone, analyzer);
            let mut listed = 0;
            for (stem, meant) in reach.stems.iter() {
                if meant.numbers == u32::MAX {
                    let acronym = self.term(field, stem)?;
                    branch.terms.extend(Some(acronym).filter(|acronym| acronym.passages > 0));
                    continue;
                }
                let forms =
                    forms_of(self.snapshot, analyzer, stem).map_err(|e| self.snapshot.failed(e))?;
                for (word, number) in forms {
                    if meant.numbers & 1 << number == 0 {
                        continue;
                    }
                    let passages =
                        if listed < MOST_LISTED { self.holding(field, stem, number)? } else { 1 };
                    match passages {
                        0 => {}
                        _ if listed == MOST_LISTED => branch.more += 1,
                        _ => {
                            listed += 1;
                            branch.terms.push(self.counted(field, &word, passages));
                        }
                    }
                }
            }
            let written = fields.words(zone, analyzer).unwrap_or(field);
            for word in &reach.written {
                if listed == MOST_LISTED {
                    branch.more += 1;
                } else {
                    listed += 1;
                    branch.terms.push(self.term(written, word)?);
                }
            }
        }
        Ok(())
    }

    /// How many passages hold a stem as the word of this number.
    fn holding(&self, field: Field, stem: &str, wanted: u8) -> Result<u64, EngineError> {
        let count = || -> tantivy::Result<u64> {
            let (mut passages, mut positions) = (0, Vec::new());
            let term = Term::from_field_text(field, stem);
            for reader in self.snapshot.searcher().segment_readers() {
                let index = reader.inverted_index(field)?;
                let option = IndexRecordOption::WithFreqsAndPositions;
                let Some(mut postings) = index.read_postings(&term, option)? else { continue };
                while postings.doc() != TERMINATED {
                    postings.positions(&mut positions);
                    let is_there = positions.iter().any(|at| number(*at) == u32::from(wanted));
                    passages += u64::from(is_there && !reader.is_deleted(postings.doc()));
                    postings.advance();
                }
            }
            Ok(passages)
        };
        count().map_err(|e| self.snapshot.failed(e))
    }

    fn near(&mut self, near: &Near) -> Result<Branch, EngineError> {
        Ok(match near {
            Near::Text(clause) => self.text(clause)?,
            Near::Entity(named) => self.entity(named)?,
            Near::Phrase { parts, .. } => {
                let parts = parts.iter().map(|part| match part {
                    Part::Words(text) => self.text(&TextClause {
                        zone: Some(Zone::Text),
                        pattern: Pattern::Phrase { text: text.clone(), slop: 0 },
                    }),
                    Part::Entity(named) => self.entity(named),
                });
                let parts = parts.collect::<Result<_, _>>()?;
                Branch { kind: "phrase", text: near.to_string(), parts, ..Branch::default() }
            }
            Near::Any(arms) => {
                let parts = arms.iter().map(|arm| self.near(arm)).collect::<Result<_, _>>()?;
                Branch { kind: "any of", parts, ..Branch::default() }
            }
            Near::Chain(first, rest) => {
                let parts =
                    std::iter::once(first.as_ref()).chain(rest.iter().map(|(_, next)| next));
                let parts = parts.map(|part| self.near(part)).collect::<Result<_, _>>()?;
                Branch { kind: "near", text: near.to_string(), parts, ..Branch::default() }
            }
        })
    }

    fn entity(&mut self, named: &Named) -> Result<Branch, EngineError> {
        let field = self.snapshot.fields().mention;
        let mut branch = Branch {
            kind: "entity",
            text: Near::Entity(named.clone()).to_string(),
            ..Branch::default()
        };
        match named {
            Named::Type(kind) => branch.terms.push(self.term(field, &type_term(*kind))?),
            Named::Name(name) => {
                for id in ids(name, self.names) {
                    let term = self.term(field, id.as_str())?;
                    branch.terms.extend(Some(term).filter(|term| term.passages > 0));
                }
            }
        }
        Ok(branch)
    }

    fn filter(&mut self, filter: &Filter) -> Result<Branch, EngineError> {
        let text = Query::Filter(filter.clone()).to_string();
        let mut branch = Branch { kind: "filter", text, ..Branch::default() };
        let terms: Vec<Term> = match filter {
            Filter::Date(_) => Vec::new(),
            Filter::SaidBy(name) => {
                let field = self.snapshot.fields().said_by;
                let speaker = Speaker::new(name, self.names);
                let ids = speaker.ids().map(super::speakers::id_term);
                let words = speaker.words().iter().map(|(_, word)| word.clone());
                ids.chain(words).map(|term| Term::from_field_text(field, &term)).collect()
            }
            other => self.planner.filter_terms(other)?.into_iter().map(|(term, _)| term).collect(),
        };
        for term in terms {
            let found = self.term(term.field(), term_text(&term))?;
            if found.passages > 0 && !branch.terms.contains(&found) {
                branch.terms.push(found);
            }
        }
        Ok(branch)
    }
}
