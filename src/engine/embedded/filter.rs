//! The part of a plan that is no words: filters as leaves that score nothing, unless they are boosted.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, ExistsQuery, Query as TantivyQuery, RangeQuery,
    TermQuery,
};
use tantivy::schema::IndexRecordOption;

use crate::engine::EngineError;
use crate::query::{DateRange, Filter, Query};
use crate::tag::SectorId;

use super::node::{Node, or};
use super::plan::{Planner, term_text};
use super::write::key;

impl Planner<'_> {
    /// The node of a filter.
    pub(super) fn filter(&mut self, filter: &Filter) -> Result<Node, EngineError> {
        let terms = match filter {
            Filter::SaidBy(name) => return self.said_by(name),
            Filter::Date(range) => return Ok(self.date(*range)),
            filter => self.filter_terms(filter)?,
        };
        let mut nodes = Vec::with_capacity(terms.len());
        for (term, _) in terms {
            let what = format!("filter: {}", term_text(&term));
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            nodes.push(self.unscored(what, Box::new(query)));
        }
        Ok(or(nodes).unwrap_or(Node::Nothing))
    }

    /// The node of a filter that has a boost: it scores what a word does that as many passages hold once.
    /// Speakers and dates never score.
    pub(super) fn boosted_filter(
        &mut self,
        filter: &Filter,
        boost: f32,
    ) -> Result<Node, EngineError> {
        if matches!(filter, Filter::SaidBy(_) | Filter::Date(_)) {
            return self.filter(filter);
        }
        let terms = self.filter_terms(filter)?;
        let Some(held) = terms.iter().map(|(_, held)| *held).max() else {
            return Ok(Node::Nothing);
        };
        let shown: Vec<&str> = terms.iter().map(|(term, _)| term_text(term)).collect();
        let what = format!("filter: {}", shown.join(" or "));
        let terms = terms.into_iter().map(|(term, _)| {
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            Box::new(query) as Box<dyn TantivyQuery>
        });
        let query = ConstScoreQuery::new(Box::new(BooleanQuery::union(terms.collect())), 1.0);
        let passages = self.snapshot.card().passages.max(held) as f32;
        let held = held as f32;
        let seldom = (1.0 + (passages - held + 0.5) / (held + 0.5)).ln();
        let query = BoostQuery::new(Box::new(query), seldom);
        Ok(self.leaf(what, Box::new(query), boost))
    }

    /// The terms that a filter on keywords stands for, with how many passages hold each; those that
    /// none holds are left out.
    pub(super) fn filter_terms(
        &mut self,
        filter: &Filter,
    ) -> Result<Vec<(Term, u64)>, EngineError> {
        let fields = self.snapshot.fields();
        let terms: Vec<Term> = match filter {
            Filter::Sector(name) => self
                .sectors(name)?
                .iter()
                .map(|sector| Term::from_field_text(fields.sector, sector.as_str()))
                .collect(),
            Filter::Entity(name) => {
                let mut terms = vec![
                    Term::from_field_text(fields.entity, name),
                    Term::from_field_text(fields.entity_name, &key(name)),
                ];
                let known = (self.names)(name);
                terms.extend(
                    known.iter().map(|id| Term::from_field_text(fields.entity, id.as_str())),
                );
                terms
            }
            Filter::Type(kind) => vec![Term::from_field_text(fields.entity_type, kind.as_str())],
            Filter::Lang(lang) => {
                let lang = crate::article::Lang::new(lang);
                vec![Term::from_field_text(fields.lang, lang.as_str())]
            }
            Filter::Source(name) => vec![Term::from_field_text(fields.source_key, &key(name))],
            Filter::SourceTag(tag) => vec![Term::from_field_text(fields.source_tag, &key(tag))],
            Filter::Article(id) => vec![Term::from_field_text(fields.article, id)],
            Filter::SaidBy(_) | Filter::Date(_) => Vec::new(),
        };
        let mut held = Vec::with_capacity(terms.len());
        for term in terms {
            match self.frequency(&term)? {
                0 => {}
                frequency => held.push((term, frequency)),
            }
        }
        Ok(held)
    }

    /// The sectors that a name stands for. One that is not plain is an error in a filter beside the
    /// query. In the query, which never fails for how it is written, a name of none finds nothing
    /// and a name of several any of them, with a warning.
    fn sectors(&mut self, name: &str) -> Result<Vec<SectorId>, EngineError> {
        let resolved = super::sectors::resolve(&self.snapshot.card().taxonomy, name);
        let (message, sectors) = match resolved {
            Ok(sector) => return Ok(vec![sector]),
            Err(EngineError::UnknownSector { name, similar }) if !self.strict => {
                let meant = match similar.as_slice() {
                    [] => "see `pressmark sectors --all`".to_owned(),
                    similar => format!("there is {}", listed(similar, "or")),
                };
                (format!("no sector `{name}`, so nothing is in it; {meant}"), Vec::new())
            }
            Err(EngineError::AmbiguousSector { name, candidates }) if !self.strict => {
                let all = listed(&candidates, "and");
                (format!("sector `{name}` may be {all}, all are taken"), candidates)
            }
            Err(error) => return Err(error),
        };
        self.warn(message);
        Ok(sectors)
    }

    fn date(&mut self, range: DateRange) -> Node {
        let field = self.snapshot.fields().day;
        let bound = |day: Option<jiff::civil::Date>| match day {
            Some(day) => Bound::Included(Term::from_field_i64(field, super::day_number(day))),
            None => Bound::Unbounded,
        };
        let (since, until) = (bound(range.since), bound(range.until));
        let query: Box<dyn TantivyQuery> = match (&since, &until) {
            (Bound::Unbounded, Bound::Unbounded) => {
                Box::new(ExistsQuery::new("day".to_owned(), false))
            }
            _ => Box::new(RangeQuery::new(since, until)),
        };
        self.unscored("filter: date".to_owned(), query)
    }

    pub(super) fn unscored(&mut self, what: String, query: Box<dyn TantivyQuery>) -> Node {
        self.leaf(what, Box::new(ConstScoreQuery::new(query, 0.0)), 1.0)
    }
}

/// `` `a`, `b` or `c` ``.
fn listed(sectors: &[SectorId], joint: &str) -> String {
    let names: Vec<String> = sectors.iter().map(|sector| format!("`{sector}`")).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("{} {joint} {last}", others.join(", "))
        }
        _ => names.concat(),
    }
}

/// The filters beside the query, each as a clause.
pub(super) fn filter_clauses(filters: &crate::results::Filters) -> Vec<Query> {
    let any = |values: &[String], make: fn(String) -> Filter| -> Option<Query> {
        let mut clauses: Vec<Query> =
            values.iter().map(|value| Query::Filter(make(value.clone()))).collect();
        match clauses.len() {
            0 => None,
            1 => clauses.pop(),
            _ => Some(Query::Or(clauses)),
        }
    };
    let mut clauses: Vec<Query> = Vec::new();
    clauses.extend(any(&filters.sectors, Filter::Sector));
    for sector in &filters.all_sectors {
        clauses.push(Query::Filter(Filter::Sector(sector.clone())));
    }
    for sector in &filters.not_sectors {
        clauses.push(Query::Not(Box::new(Query::Filter(Filter::Sector(sector.clone())))));
    }
    clauses.extend(any(&filters.entities, Filter::Entity));
    clauses.extend(any(&filters.said_by, Filter::SaidBy));
    clauses.extend(any(&filters.langs, Filter::Lang));
    clauses.extend(any(&filters.sources, Filter::Source));
    clauses.extend(any(&filters.source_tags, Filter::SourceTag));
    if filters.since.is_some() || filters.until.is_some() {
        let range = DateRange { since: filters.since, until: filters.until };
        clauses.push(Query::Filter(Filter::Date(range)));
    }
    clauses
}
