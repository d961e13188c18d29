//! A search, from request to results.

use tantivy::query::{EnableScoring, Scorer, Weight};
use tantivy::{DocAddress, DocId, DocSet};

use crate::engine::highlight::{Marker, loose_terms};
use crate::engine::snippet::snippets;
use crate::engine::{EngineError, Found, NameLookup};
use crate::passage::{Passage, PassageId};
use crate::query::{Pattern, Query, TextClause};
use crate::results::{
    Collapse, Cursor, Hit, IndexStamp, Matching, ScorePart, SearchRequest, SearchResults, Sort,
    Totals,
};

use super::collect::{Best, Candidate, Key, Pass};
use super::facet::Facets;
use super::filter::filter_clauses;
use super::meant::Meaning;
use super::order;
use super::plan::{Plan, Planner};
use super::read::Snapshot;
use super::union::Union;

/// Runs `request` over one commit.
pub(super) fn find<'a>(
    snapshot: &'a Snapshot,
    names: &NameLookup,
    mut meaning: Meaning<'_>,
    request: &'a SearchRequest,
) -> Result<Found<'a>, EngineError> {
    check_cursor(snapshot, request)?;
    let filters = filter_clauses(&request.filters);
    let mut query = match request.matching {
        Matching::All => request.query.clone(),
        Matching::Any => any_word(&request.query).unwrap_or_else(|| request.query.clone()),
    };
    let mut plan = Planner::new(snapshot, names).plan(&meaning.of(&query)?, &filters)?;
    let mut list = Run { snapshot, plan: &plan, request }.run()?;
    let mut fell_back = false;
    if list.totals.passages == 0
        && request.fallback
        && let Some(any) = any_word(&query)
    {
        let wider = Planner::new(snapshot, names).plan(&meaning.of(&any)?, &filters)?;
        let again = Run { snapshot, plan: &wider, request }.run()?;
        if again.totals.passages > 0 {
            (query, plan, list, fell_back) = (any, wider, again, true);
        }
    }
    // What is marked is what was typed, however it was looked for.
    let loose = query != request.query;
    let marker = Marker::new(&meaning.of(&request.query)?, &request.filters, names, loose);
    let next = list.next(snapshot, &plan, request)?;
    let card = snapshot.card();
    let results = SearchResults {
        query,
        fell_back,
        warnings: meaning.warnings.into_iter().chain(std::mem::take(&mut plan.warnings)).collect(),
        hits: Vec::new(),
        totals: list.totals,
        next,
        facets: list.facets.finish(snapshot).map_err(|e| snapshot.failed(e))?,
        index: IndexStamp {
            generation: card.generation,
            taxonomy: card.taxonomy.fingerprint.clone(),
        },
    };
    let rank = list.passed + 1;
    let (rest, ready) = (list.candidates.into_iter(), Vec::new().into_iter());
    let hits = Box::new(Shown { snapshot, request, plan, marker, rest, ready, rank });
    Ok(Found { results, hits })
}

fn check_cursor(snapshot: &Snapshot, request: &SearchRequest) -> Result<(), EngineError> {
    let Some(after) = &request.after else { return Ok(()) };
    let (given, now) = (after.generation, snapshot.card().generation);
    if given != now {
        return Err(EngineError::StaleCursor { given, now });
    }
    if after.search != request.fingerprint() {
        return Err(EngineError::ForeignCursor);
    }
    Ok(())
}

/// A candidate whose score is summed in order.
struct Scored {
    candidate: Candidate,
    score: f64,
    parts: Vec<(usize, f32)>,
}

/// What is to be shown.
struct List {
    /// In order; if the order is by score, keys are the scores.
    candidates: Vec<Candidate>,
    /// Hits before the first of them.
    passed: u64,
    totals: Totals,
    facets: Facets,
}

impl List {
    /// Where the next page begins.
    fn next(
        &self,
        snapshot: &Snapshot,
        plan: &Plan,
        request: &SearchRequest,
    ) -> Result<Option<Cursor>, EngineError> {
        let all = self.totals.listed(request.collapse);
        let passed = self.passed + self.candidates.len() as u64;
        let Some(last) = self.candidates.last().filter(|_| passed < all) else { return Ok(None) };
        let last = match key(plan, request) {
            None => None,
            Some(_) => {
                let DocAddress { segment_ord, doc_id } = last.address;
                let id = snapshot.columns()[segment_ord as usize].id(doc_id);
                Some((last.key.to_bits(), id.ok_or_else(|| snapshot.no_id())?))
            }
        };
        let generation = snapshot.card().generation;
        Ok(Some(Cursor { generation, search: request.fingerprint(), passed, last }))
    }
}

/// What matches are ordered by, if not by score.
fn key(plan: &Plan, request: &SearchRequest) -> Option<Key> {
    match request.sort {
        Sort::Relevance if plan.scores() => None,
        Sort::Relevance => Some(Key::Equal),
        Sort::DateDescending => Some(Key::Latest),
        Sort::DateAscending => Some(Key::Earliest),
    }
}

/// One plan over one snapshot.
struct Run<'a> {
    snapshot: &'a Snapshot,
    plan: &'a Plan,
    request: &'a SearchRequest,
}

impl Run<'_> {
    fn run(&self) -> Result<List, EngineError> {
        self.run_inner().map_err(|source| self.snapshot.failed(source))
    }

    fn run_inner(&self) -> tantivy::Result<List> {
        let request = self.request;
        let before = request.after.as_ref().map_or(0, |after| after.passed);
        // By a key, the list goes on after the last hit; by score, it is gone through again.
        let again =
            if self.after().is_some() { 0 } else { usize::try_from(before).unwrap_or(usize::MAX) };
        let skipped = again.saturating_add(request.offset);
        let wanted = if request.limit == 0 { 0 } else { skipped.saturating_add(request.limit) };
        let live = usize::try_from(self.snapshot.card().passages).unwrap_or(wanted);
        let mut best = Best::new(wanted.min(live));
        let (totals, facets) = self.collect(&mut best)?;
        let mut candidates = best.into_candidates();
        if key(self.plan, request).is_none() {
            self.sum(&mut candidates)?;
        }
        let mut candidates = order::first(self.snapshot, candidates, wanted);
        candidates.drain(..skipped.min(candidates.len()));
        Ok(List { candidates, passed: before + request.offset as u64, totals, facets })
    }

    /// The place that the list goes on after, if that is of a key.
    fn after(&self) -> Option<(f64, &PassageId)> {
        let (bits, id) = self.request.after.as_ref()?.last.as_ref()?;
        Some((f64::from_bits(*bits), id))
    }

    /// Goes through every match.
    fn collect(&self, best: &mut Best) -> tantivy::Result<(Totals, Facets)> {
        let searcher = self.snapshot.searcher();
        let statistics = &self.plan.statistics;
        let union = self.plan.union();
        let key = match key(self.plan, self.request) {
            // Nothing is told apart where nothing is shown.
            None if self.request.limit == 0 && union.is_none() => Some(Key::Equal),
            key => key,
        };
        let scoring = match key {
            None => EnableScoring::enabled_from_statistics_provider(statistics, searcher),
            Some(_) => EnableScoring::disabled_from_searcher(searcher),
        };
        let weight = self.plan.root.to_query(&self.plan.leaves).weight(scoring)?;
        let mut totals = Totals::default();
        let mut facets = Facets::new(&self.request.facets);
        let readers = searcher.segment_readers();
        for ((segment, reader), columns) in (0..).zip(readers).zip(self.snapshot.columns()) {
            let mut counted = facets.segment(reader)?;
            let mut count = |docs: &[DocId]| counted.count(docs);
            let pass = Pass {
                segment,
                reader,
                columns,
                weight: weight.as_ref(),
                collapse: self.request.collapse == Collapse::Article,
                seen: if self.request.facets.is_empty() { None } else { Some(&mut count) },
            };
            let found = match (key, &union) {
                (Some(key), _) => {
                    let after = self.after().map(|(key, id)| columns.after(key, id));
                    pass.by_key(key, after.transpose()?, best)?
                }
                (None, Some(terms)) => {
                    pass.by_score_of(&Union::open(reader, terms, statistics)?, best)?
                }
                (None, None) => pass.by_score(best)?,
            };
            totals.passages += found.passages;
            totals.articles += found.articles;
            facets.add(counted)?;
        }
        Ok((totals, facets))
    }

    /// Makes the key of each candidate its score, summed leaf by leaf.
    fn sum(&self, candidates: &mut [Candidate]) -> tantivy::Result<()> {
        candidates.sort_unstable_by_key(|candidate| candidate.address);
        let mut leaves = Leaves::open(self)?;
        let mut parts = Vec::new();
        for candidate in candidates {
            parts.clear();
            if let Some(score) = leaves.score(candidate.address, &mut parts)? {
                candidate.key = score;
            }
        }
        Ok(())
    }

    /// The candidates in the order given, with their scores.
    fn scored(&self, candidates: Vec<Candidate>) -> tantivy::Result<Vec<Scored>> {
        let mut scored: Vec<Scored> = Vec::with_capacity(candidates.len());
        scored.extend(candidates.into_iter().map(|candidate| {
            let (score, parts) = (candidate.key, Vec::new());
            Scored { candidate, score, parts }
        }));
        let known = key(self.plan, self.request).is_none() && !self.request.explain;
        if known || scored.is_empty() {
            return Ok(scored);
        }
        // Leaves are read forward only.
        let mut by_address: Vec<usize> = (0..scored.len()).collect();
        by_address.sort_by_key(|at| scored[*at].candidate.address);
        let mut leaves = Leaves::open(self)?;
        for at in by_address {
            let scored = &mut scored[at];
            let score = leaves.score(scored.candidate.address, &mut scored.parts)?;
            scored.score = score.unwrap_or(scored.score);
        }
        Ok(scored)
    }
}

/// The leaves of a plan, to score passages one by one, in the order of their addresses.
struct Leaves<'a> {
    run: &'a Run<'a>,
    weights: Vec<Box<dyn Weight>>,
    segment: Option<u32>,
    scorers: Vec<Box<dyn Scorer>>,
}

impl<'a> Leaves<'a> {
    fn open(run: &'a Run<'a>) -> tantivy::Result<Self> {
        let searcher = run.snapshot.searcher();
        let scoring =
            EnableScoring::enabled_from_statistics_provider(&run.plan.statistics, searcher);
        let weights = run.plan.leaves.iter().map(|leaf| leaf.query.weight(scoring));
        let weights = weights.collect::<tantivy::Result<_>>()?;
        Ok(Self { run, weights, segment: None, scorers: Vec::new() })
    }

    /// Sums the score of a passage in the order of the plan; notes in `parts` what adds to it.
    fn score(
        &mut self,
        address: DocAddress,
        parts: &mut Vec<(usize, f32)>,
    ) -> tantivy::Result<Option<f64>> {
        let DocAddress { segment_ord, doc_id } = address;
        if self.segment != Some(segment_ord) {
            let reader = self.run.snapshot.searcher().segment_reader(segment_ord);
            let opened = self.weights.iter().map(|weight| weight.scorer(reader, 1.0));
            self.scorers = opened.collect::<tantivy::Result<_>>()?;
            self.segment = Some(segment_ord);
        }
        let mut leaf = |at: usize| {
            let scorer = &mut self.scorers[at];
            let reached = if scorer.doc() < doc_id { scorer.seek(doc_id) } else { scorer.doc() };
            (reached == doc_id).then(|| scorer.score())
        };
        Ok(self.run.plan.root.score(&mut leaf, parts))
    }
}

/// How many hits are scored together.
const TOGETHER: usize = 1024;

/// Loads hits as they are asked for.
struct Shown<'a> {
    snapshot: &'a Snapshot,
    request: &'a SearchRequest,
    plan: Plan,
    marker: Marker,
    rest: std::vec::IntoIter<Candidate>,
    ready: std::vec::IntoIter<Scored>,
    /// Of the next hit.
    rank: u64,
}

impl Iterator for Shown<'_> {
    type Item = Result<Hit, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { snapshot, request, plan, .. } = self;
        if self.ready.len() == 0 {
            let some: Vec<Candidate> = self.rest.by_ref().take(TOGETHER).collect();
            match (Run { snapshot, plan, request }).scored(some) {
                Ok(scored) => self.ready = scored.into_iter(),
                Err(source) => return Some(Err(snapshot.failed(source))),
            }
        }
        let scored = self.ready.next()?;
        let rank = self.rank;
        self.rank += 1;
        Some(hit(snapshot, request, plan, &self.marker, scored, rank))
    }
}

fn hit(
    snapshot: &Snapshot,
    request: &SearchRequest,
    plan: &Plan,
    marker: &Marker,
    scored: Scored,
    rank: u64,
) -> Result<Hit, EngineError> {
    let address = scored.candidate.address;
    let stored = snapshot.stored(address)?;
    let ordinal = stored.passage.passage.ordinal;
    let neighbours = |range: std::ops::Range<u32>| -> Result<Vec<Passage>, EngineError> {
        range
            .map(|other| {
                let doc = address.doc_id - ordinal + other;
                let stored = snapshot.stored(DocAddress::new(address.segment_ord, doc))?;
                Ok(stored.passage.into_owned().passage)
            })
            .collect()
    };
    let before = neighbours(ordinal.saturating_sub(request.context)..ordinal)?;
    let last = ordinal.saturating_add(request.context).min(stored.of.saturating_sub(1));
    let after = neighbours(ordinal + 1..last + 1)?;
    let explanation = request.explain.then(|| {
        let scoring = scored.parts.iter().filter(|(_, value)| *value != 0.0);
        let part = |(leaf, value): &(usize, f32)| ScorePart {
            what: plan.leaves[*leaf].what.clone(),
            value: f64::from(*value),
        };
        scoring.map(part).collect()
    });
    let highlights = marker.text(&stored.head.lang, &stored.passage);
    let text = &stored.passage.passage.text;
    let shown = (request.snippets > 0).then(|| snippets(text, &highlights, request.snippets));
    Ok(Hit {
        rank,
        score: scored.score,
        highlights,
        snippets: shown,
        headline_highlights: marker.headline(&stored.head),
        article: stored.head.into_owned(),
        of: stored.of,
        passage: stored.passage.into_owned(),
        before,
        after,
        more_in_article: scored.candidate.others,
        explanation,
    })
}

/// The query that any of its words satisfies, where `query` wanted several at once: clauses that
/// are not words, that are excluded or that are marked `+` stay as they are. `None` if that is the
/// same query.
fn any_word(query: &Query) -> Option<Query> {
    let parts = match query {
        Query::And(parts) => parts.clone(),
        other => vec![other.clone()],
    };
    let (mut words, mut rest) = (Vec::new(), Vec::new());
    for part in parts {
        match &part {
            Query::Text(clause) => words.extend(loose(clause)),
            Query::Boost(inner, by) => match inner.as_ref() {
                Query::Text(clause) => {
                    let boosted =
                        loose(clause).into_iter().map(|word| Query::Boost(Box::new(word), *by));
                    words.extend(boosted);
                }
                _ => rest.push(part),
            },
            Query::Or(inner) if !inner.iter().any(|part| matches!(part, Query::Must(_))) => {
                words.extend(inner.iter().cloned());
            }
            _ => rest.push(part),
        }
    }
    if words.is_empty() {
        return None;
    }
    let any = if words.len() == 1 { words.remove(0) } else { Query::Or(words) };
    let wider = if rest.is_empty() {
        any
    } else {
        rest.insert(0, any);
        Query::And(rest)
    };
    (wider != *query).then_some(wider)
}

/// A word that analysis cuts into several terms, as those terms.
fn loose(clause: &TextClause) -> Vec<Query> {
    let whole = || vec![Query::Text(clause.clone())];
    let Pattern::Word(word) = &clause.pattern else { return whole() };
    let terms = loose_terms(word);
    if terms.len() < 2 {
        return whole();
    }
    let word = |(_, term): (u32, String)| {
        Query::Text(TextClause { zone: clause.zone, pattern: Pattern::Word(term) })
    };
    terms.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::Text(TextClause { zone: None, pattern: Pattern::Word(text.to_owned()) })
    }

    #[test]
    fn falling_back_asks_for_any_word_and_keeps_what_is_marked() {
        let not = |query| Query::Not(Box::new(query));
        let must = |query| Query::Must(Box::new(query));
        for (name, query, want) in [
            ("one word", word("a"), None),
            (
                "two words",
                Query::And(vec![word("a"), word("b")]),
                Some(Query::Or(vec![word("a"), word("b")])),
            ),
            (
                "marked and excluded ones stay",
                Query::And(vec![word("a"), word("b"), must(word("c")), not(word("d"))]),
                Some(Query::And(vec![
                    Query::Or(vec![word("a"), word("b")]),
                    must(word("c")),
                    not(word("d")),
                ])),
            ),
            (
                "Chinese without spaces",
                word("国际论坛"),
                Some(Query::Or(vec![word("国际"), word("际论"), word("论坛")])),
            ),
            ("nothing but a marked word", must(word("a")), None),
        ] {
            assert_eq!(any_word(&query), want, "{name}");
        }
    }
}
