//! The plan of a query: its tree over leaves, each a tantivy query of one field.
//!
//! The plan is read twice: as one tantivy query that finds and ranks, and leaf by leaf for the few
//! passages that are shown, so that their scores are summed in one fixed order, whatever segment
//! they lie in, and can be explained.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tantivy::Term;

use tantivy::query::{Query as TantivyQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::analysis::{Analyzer, Stemmer, is_cjk, query_terms, query_terms_in};
use crate::engine::highlight::Way;
use crate::engine::{EngineError, NameLookup};
use crate::query::{Pattern, Query, TextClause, Warning, Zone};

use super::asked::{Row, Unit, lighten, rows};
use super::expand::{CharacterQuery, Reach, WordPattern};
use super::leaves::Leaf;
use super::near::NearQuery;
use super::node::{Node, and, or};
use super::read::Snapshot;
use super::respell::Respell;
use super::statistics::{Statistics, live_frequency};

/// What a match in the headline is worth beside one in the text. The headline goes with every
/// passage of its article, so it must not outweigh what the passage itself says.
const HEADLINE_WEIGHT: f32 = 0.4;

/// Terms that are looked for together at most: each takes memory for a bit of every passage.
const MOST_LISTS: usize = 64;

/// Boosts at or below this may make a score nothing.
const LEAST_BOOST: f32 = 1e-6;

/// A plan and what it needs to run.
pub(super) struct Plan {
    /// How else clauses of the query are written.
    pub(super) ways: Vec<Way>,
    pub(super) root: Node,
    pub(super) leaves: Vec<Leaf>,
    /// Leaves that find nothing and add to the scores of the best; see [`super::rank`].
    pub(super) extras: Vec<Leaf>,
    /// How many words are looked for in texts.
    pub(super) words: usize,
    /// What names are among the words, where any of them is enough: the entity alone is, too.
    pub(super) named: Vec<String>,
    pub(super) statistics: Statistics,
    pub(super) warnings: Vec<Warning>,
}

impl Plan {
    /// Whether the best are to be looked at again.
    pub(super) fn ranks(&self) -> bool {
        self.scores() && (self.words > 1 || !self.extras.is_empty())
    }

    /// Whether what matches is told apart by scores.
    pub(super) fn scores(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.scores)
    }

    /// The terms, if the plan is to find what holds any of them.
    pub(super) fn union(&self) -> Option<Vec<(&Term, f32)>> {
        let term = |node: &Node| match node {
            Node::Leaf(at) => {
                let (term, boost) = self.leaves[*at].term.as_ref()?;
                // What scores nothing is no term for ranking.
                (*boost > LEAST_BOOST).then_some((term, *boost))
            }
            _ => None,
        };
        match &self.root {
            Node::Or(nodes) if nodes.len() > MOST_LISTS => None,
            Node::Or(nodes) => nodes.iter().map(term).collect(),
            node => Some(vec![term(node)?]),
        }
    }
}

/// Makes plans for one snapshot.
pub(super) struct Planner<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) names: &'s NameLookup,
    /// Whether a name that stands for nothing is an error: it is beside the query, not in it.
    pub(super) strict: bool,
    pub(super) leaves: Vec<Leaf>,
    pub(super) extras: Vec<Leaf>,
    pub(super) statistics: Statistics,
    warnings: Vec<Warning>,
    pub(super) stemmers: [Stemmer; Analyzer::ALL.len()],
    /// What patterns cover, by how they are written.
    pub(super) covered: HashMap<(String, Zone, Analyzer), Arc<Reach>>,
    /// How many live passages hold terms that were asked for.
    counted: HashMap<Term, u64>,
}

impl<'s> Planner<'s> {
    /// A planner; `names` gives the entities that a name may stand for.
    pub(super) fn new(snapshot: &'s Snapshot, names: &'s NameLookup) -> Self {
        Self {
            snapshot,
            names,
            strict: false,
            leaves: Vec::new(),
            extras: Vec::new(),
            statistics: Statistics::of(snapshot),
            warnings: Vec::new(),
            stemmers: Analyzer::ALL.map(Stemmer::new),
            covered: HashMap::new(),
            counted: HashMap::new(),
        }
    }

    /// The plan of `query` where every one of `filters` holds too. `typed` is what the user typed;
    /// `any` says that any of its words is enough, and that they come first in `query`.
    pub(super) fn plan(
        mut self,
        query: &Query,
        typed: &Query,
        any: bool,
        filters: &[Query],
    ) -> Result<Plan, EngineError> {
        let mut must = Vec::new();
        let mut not = Vec::new();
        let mut rows = rows(typed).into_iter().map(|row| Ok((self.units(&row)?, row)));
        let rows = rows.by_ref().collect::<Result<Vec<(Vec<Unit>, Row)>, EngineError>>()?;
        let units = || rows.iter().flat_map(|(units, _)| units);
        let lighter = any.then(|| lighten(query, units()));
        let respelled = Respell::new(self.snapshot).respell(lighter.as_ref().unwrap_or(query));
        let (meant, ways) = respelled.map_err(|source| self.snapshot.failed(source))?;
        let (first, rest) = match &meant {
            Query::And(parts) if any => parts.split_at(1.min(parts.len())),
            query => (std::slice::from_ref(query), &[][..]),
        };
        for part in first {
            self.conjunct(part, 1.0, &mut must, &mut not)?;
        }
        for (units, row) in &rows {
            self.together(row, units, any)?;
        }
        let named = self.add_names(units(), must.first_mut().filter(|_| any));
        for part in rest {
            self.conjunct(part, 1.0, &mut must, &mut not)?;
        }
        self.strict = true;
        for filter in filters {
            self.conjunct(filter, 1.0, &mut must, &mut not)?;
        }
        let root = and(must, not);
        let words = match query {
            Query::Or(_) | Query::Synonyms(..) if any => alternatives(query),
            Query::And(parts) if any => parts.first().map_or(1, alternatives),
            _ => rows.iter().map(|(_, row)| row.words().len()).max().unwrap_or(0),
        };
        let Self { leaves, extras, statistics, warnings, .. } = self;
        Ok(Plan { ways, root, leaves, extras, words, named, statistics, warnings })
    }

    fn conjunct(
        &mut self,
        query: &Query,
        boost: f32,
        must: &mut Vec<Node>,
        not: &mut Vec<Node>,
    ) -> Result<(), EngineError> {
        match query {
            Query::All => {}
            Query::And(parts) => {
                for part in parts {
                    self.conjunct(part, boost, must, not)?;
                }
            }
            Query::Must(inner) => self.conjunct(inner, boost, must, not)?,
            Query::Boost(inner, by) => match inner.as_ref() {
                Query::Filter(filter) => must.push(self.boosted_filter(filter, boost * by)?),
                inner => self.conjunct(inner, boost * by, must, not)?,
            },
            Query::Not(inner) => not.extend(self.node(inner, 1.0)?),
            other => must.extend(self.node(other, boost)?),
        }
        Ok(())
    }

    /// The node of a query; `None` for words that hold nothing to look for.
    fn node(&mut self, query: &Query, boost: f32) -> Result<Option<Node>, EngineError> {
        match query {
            Query::All => Ok(Some(Node::Everything)),
            Query::Nothing => Ok(Some(Node::Nothing)),
            Query::Text(clause) => self.text(clause, boost),
            Query::Filter(filter) => self.filter(filter).map(Some),
            Query::Synonyms(of, also) => {
                let mut any = Vec::with_capacity(also.len() + 1);
                any.extend(self.node(of, boost)?);
                for synonym in also {
                    any.extend(self.node(&synonym.to_query(), boost)?);
                }
                Ok(or(any))
            }
            Query::Near(near) => self.near(near, boost).map(Some),
            Query::Or(parts) => {
                // `a OR +b`: what is marked must match; the rest may, and is then worth its score.
                let mut must = Vec::new();
                let mut any = Vec::new();
                for part in parts {
                    match part {
                        Query::Must(inner) => must.extend(self.node(inner, boost)?),
                        other => any.extend(self.node(other, boost)?),
                    }
                }
                if must.is_empty() {
                    return Ok(or(any));
                }
                if !any.is_empty() {
                    any.push(Node::Everything);
                    must.extend(or(any));
                }
                Ok(Some(and(must, Vec::new())))
            }
            Query::And(_) | Query::Must(_) | Query::Boost(..) | Query::Not(_) => {
                let (mut must, mut not) = (Vec::new(), Vec::new());
                self.conjunct(query, boost, &mut must, &mut not)?;
                let left_out = must.is_empty() && not.is_empty() && !holds_all(query);
                Ok(if left_out { None } else { Some(and(must, not)) })
            }
        }
    }

    pub(super) fn leaf(&mut self, what: String, query: Box<dyn TantivyQuery>, boost: f32) -> Node {
        self.push(Leaf::new(what, query, boost))
    }

    /// Adds a leaf to the plan.
    pub(super) fn push(&mut self, leaf: Leaf) -> Node {
        self.leaves.push(leaf);
        Node::Leaf(self.leaves.len() - 1)
    }

    /// The zones that words are looked for in where none is named, with what a match there is worth.
    pub(super) fn zones(&self, boost: f32) -> [(Zone, f32); 2] {
        [(Zone::Text, boost), (Zone::Headline, boost * HEADLINE_WEIGHT)]
    }

    fn text(&mut self, clause: &TextClause, boost: f32) -> Result<Option<Node>, EngineError> {
        let zones = match clause.zone {
            Some(zone) => vec![zone],
            None => vec![Zone::Text, Zone::Headline],
        };
        let mut nodes = Vec::new();
        let mut empty = false;
        for zone in zones {
            let boost = match zone {
                Zone::Text => boost,
                Zone::Headline if clause.zone.is_none() => boost * HEADLINE_WEIGHT,
                Zone::Headline => boost,
            };
            match &clause.pattern {
                Pattern::Word(word) => empty |= !self.words(word, 0, zone, boost, &mut nodes)?,
                Pattern::Phrase { text, slop } => {
                    empty |= !self.words(text, *slop, zone, boost, &mut nodes)?;
                }
                Pattern::Prefix(prefix) => {
                    let pattern = WordPattern::Prefix;
                    empty |= !self.pattern(prefix, pattern, zone, boost, &mut nodes)?;
                }
                Pattern::Wildcard(wildcard) => {
                    let pattern = WordPattern::Wildcard;
                    empty |= !self.pattern(wildcard, pattern, zone, boost, &mut nodes)?;
                }
                Pattern::Fuzzy { word, distance } => {
                    let pattern = |word| WordPattern::Fuzzy(word, *distance);
                    empty |= !self.pattern(word, pattern, zone, boost, &mut nodes)?;
                }
            }
        }
        if empty {
            let (Pattern::Word(text)
            | Pattern::Phrase { text, .. }
            | Pattern::Prefix(text)
            | Pattern::Wildcard(text)
            | Pattern::Fuzzy { word: text, .. }) = &clause.pattern;
            self.warn(format!("`{text}` holds no letters or digits and is left out"));
            return Ok(None);
        }
        Ok(Some(or(nodes).unwrap_or(Node::Nothing)))
    }

    /// Adds a leaf for each analyzer whose field holds the words next to each other. Returns
    /// `false` if there are no words.
    pub(super) fn words(
        &mut self,
        text: &str,
        slop: u32,
        zone: Zone,
        boost: f32,
        nodes: &mut Vec<Node>,
    ) -> Result<bool, EngineError> {
        let terms = query_terms(text);
        if terms.is_empty() {
            return Ok(false);
        }
        if let [(_, character)] = terms.as_slice()
            && character.chars().all(is_cjk)
            && character.chars().count() == 1
        {
            for analyzer in Analyzer::ALL {
                let field = self.snapshot.fields().stems(zone, analyzer);
                let query = CharacterQuery { field, character: character.clone() };
                let what = format!("{}: {character}", zone_label(zone));
                nodes.push(self.leaf(what, Box::new(query), boost));
            }
            return Ok(true);
        }
        for stemmed in self.terms_in(text, zone)? {
            let shown: Vec<&str> = stemmed.iter().map(|(_, term)| term_text(term)).collect();
            let what = format!("{}: {}", zone_label(zone), shown.join(" "));
            let query: Box<dyn TantivyQuery> = match stemmed.as_slice() {
                [(_, term)] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)),
                _ => Box::new(NearQuery { terms: stemmed, slop, probes: false }),
            };
            nodes.push(self.leaf(what, query, boost));
        }
        Ok(true)
    }

    /// The terms of `text` with their places, in each language whose texts hold all of them; how often
    /// they are held is noted.
    pub(super) fn terms_in(
        &mut self,
        text: &str,
        zone: Zone,
    ) -> Result<Vec<Vec<(u32, Term)>>, EngineError> {
        // The same word in another language's field is the same word: their counts are one.
        let mut languages: Vec<Vec<(u32, String, Term)>> = Vec::new();
        let mut together: HashMap<String, u64> = HashMap::new();
        for analyzer in Analyzer::ALL {
            let field = self.snapshot.fields().stems(zone, analyzer);
            let terms = query_terms_in(text, analyzer);
            let mut stemmed = Vec::with_capacity(terms.len());
            let mut there = true;
            let mut counted = BTreeSet::new();
            for (place, word) in terms {
                let mut out = String::new();
                let stem = self.stemmers[analyzer as usize].stem(&word, &mut out);
                let term = Term::from_field_text(field, stem);
                let frequency = self.frequency(&term)?;
                there &= frequency > 0;
                // A word that is typed twice is counted once.
                if counted.insert(word.clone()) {
                    *together.entry(word.clone()).or_default() += frequency;
                }
                stemmed.push((place, word, term));
            }
            if there {
                languages.push(stemmed);
            }
        }
        let mut found = Vec::with_capacity(languages.len());
        for stemmed in languages {
            for (_, word, term) in &stemmed {
                self.statistics.note(term.clone(), together.get(word).copied().unwrap_or_default());
            }
            found.push(stemmed.into_iter().map(|(place, _, term)| (place, term)).collect());
        }
        Ok(found)
    }

    /// The terms that a word is in the texts of each language.
    pub(super) fn terms_of(&mut self, word: &str) -> Vec<Term> {
        let mut found = Vec::new();
        for analyzer in Analyzer::ALL {
            let field = self.snapshot.fields().stems(Zone::Text, analyzer);
            for (_, term) in query_terms_in(word, analyzer) {
                let mut out = String::new();
                let stem = self.stemmers[analyzer as usize].stem(&term, &mut out);
                found.push(Term::from_field_text(field, stem));
            }
        }
        found
    }

    /// Says something about the query, once.
    pub(super) fn warn(&mut self, message: String) {
        if !self.warnings.iter().any(|warning| warning.message == message) {
            self.warnings.push(Warning { message });
        }
    }

    /// How many live passages hold the term.
    pub(super) fn frequency(&mut self, term: &Term) -> Result<u64, EngineError> {
        if let Some(known) = self.counted.get(term) {
            return Ok(*known);
        }
        let frequency = live_frequency(self.snapshot, term);
        let frequency = frequency.map_err(|source| self.snapshot.failed(source))?;
        self.counted.insert(term.clone(), frequency);
        Ok(frequency)
    }
}

pub(super) fn term_text(term: &Term) -> &str {
    std::str::from_utf8(term.serialized_value_bytes()).unwrap_or_default()
}

pub(super) fn zone_label(zone: Zone) -> &'static str {
    match zone {
        Zone::Text => "text",
        Zone::Headline => "headline",
    }
}

/// How many words any one of which suffices.
fn alternatives(query: &Query) -> usize {
    let own =
        |part: &Query| if matches!(part, Query::Synonyms(..)) { alternatives(part) } else { 1 };
    match query {
        Query::Or(parts) => parts.iter().map(own).sum(),
        Query::Synonyms(of, _) => alternatives(of),
        _ => 1,
    }
}

/// Whether every passage is a clause of `query`, which is then more than words left out.
fn holds_all(query: &Query) -> bool {
    match query {
        Query::All => true,
        Query::Must(inner) | Query::Boost(inner, _) => holds_all(inner),
        Query::And(clauses) => clauses.iter().any(holds_all),
        _ => false,
    }
}
