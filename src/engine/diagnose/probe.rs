//! Counts what clauses find together, no more often than a diagnosis may.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::engine::{Engine, EngineError};
use crate::query::Query;
use crate::results::{Collapse, Filters, Matching, SearchRequest, Sort};

use super::clauses::joined;
use super::{MOST_SEARCHES, Part};

/// Asks an engine, and remembers what it said.
pub(super) struct Probe<'a> {
    pub(super) engine: &'a dyn Engine,
    request: &'a SearchRequest,
    left: usize,
    /// Counts by the text of query and filters.
    counted: HashMap<String, u64>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(engine: &'a dyn Engine, request: &'a SearchRequest) -> Self {
        Self { engine, request, left: MOST_SEARCHES, counted: HashMap::new() }
    }

    /// The query that is run; an engine knows what any of its words is.
    pub(super) fn asked(&mut self) -> Result<Query, EngineError> {
        let Self { request, .. } = *self;
        if request.matching == Matching::All {
            return Ok(request.query.clone());
        }
        self.left -= 1;
        let mut search = self.request_for(&request.query, &request.filters);
        search.matching = request.matching;
        Ok(self.engine.search(&search)?.query)
    }

    /// How many passages meet all of `parts`; `None` if that may not be asked any more.
    pub(super) fn count(&mut self, parts: &[&Part]) -> Result<Option<u64>, EngineError> {
        let (query, filters) = joined(parts);
        self.count_of(&query, &filters)
    }

    /// How many passages a search finds.
    pub(super) fn count_of(
        &mut self,
        query: &Query,
        filters: &Filters,
    ) -> Result<Option<u64>, EngineError> {
        let key = format!("{query}\n{filters:?}");
        if let Some(count) = self.counted.get(&key) {
            return Ok(Some(*count));
        }
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let request = self.request_for(query, filters);
        let count = self.engine.search(&request)?.totals.passages;
        self.counted.insert(key, count);
        Ok(Some(count))
    }

    /// The first or the last day that passages which meet all of `parts` were published on.
    pub(super) fn day(&mut self, parts: &[&Part], sort: Sort) -> Result<Option<Date>, EngineError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let (query, filters) = joined(parts);
        let request = SearchRequest { limit: 1, sort, ..self.request_for(&query, &filters) };
        let found = self.engine.search(&request)?;
        Ok(found.hits.first().and_then(|hit| hit.article.published))
    }

    /// The search that was asked, for something else, to be counted only.
    fn request_for(&self, query: &Query, filters: &Filters) -> SearchRequest {
        let mut request = self.request.clone();
        request.query = query.clone();
        request.filters = filters.clone();
        // What counts is what the query says.
        request.matching = Matching::All;
        (request.after, request.offset, request.limit) = (None, 0, 0);
        (request.context, request.snippets) = (0, 0);
        (request.sort, request.collapse) = (Sort::Relevance, Collapse::None);
        (request.explain, request.fallback) = (false, false);
        request.facets.clear();
        request
    }
}
