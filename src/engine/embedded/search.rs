//! A search, from request to results.

use std::collections::{HashMap, HashSet};

use tantivy::query::EnableScoring;
use tantivy::{DocAddress, DocId};

use crate::engine::any::any_word;
use crate::engine::highlight::Marker;
use crate::engine::snippet::snippets;
use crate::engine::{EngineError, Found, NameLookup};
use crate::passage::{Passage, PassageId};
use crate::results::{
    Collapse, Cursor, Hit, IndexStamp, Matching, ScorePart, SearchRequest, SearchResults, Sort,
    Totals,
};

use super::collect::{Best, Candidate, Key, Pass};
use super::facet::Facets;
use super::filter::filter_clauses;
use super::leaves::Leaves;
use super::meant::Meaning;
use super::order;
use super::plan::{Plan, Planner};
use super::rank::{LOOKED_AT, Ranked, rank};
use super::read::Snapshot;
use super::respell::levelled;
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
    let typed = &request.query;
    let meant = meaning.of(&levelled(typed))?;
    let wider = any_word(&meant).unwrap_or_else(|| meant.clone());
    let run = |any: bool| {
        let query = if any { &wider } else { &meant };
        let plan = Planner::new(snapshot, names).plan(query, typed, any, &filters)?;
        let expand = request.expand.unwrap_or(any);
        let list = Run { snapshot, plan: &plan, request }.run(expand)?;
        Ok::<_, EngineError>((plan, list))
    };
    let mut any = request.matching == Matching::Any;
    let (mut plan, mut list) = run(any)?;
    let mut fell_back = false;
    if list.totals.passages == 0 && request.fallback && !any {
        let again = run(true)?;
        if again.1.totals.passages > 0 {
            (plan, list) = again;
            (any, fell_back) = (true, true);
        }
    }
    // What is marked is what was typed, however it was looked for.
    let loosely = any && wider != meant;
    let mut marker = Marker::new(&meant, &request.filters, names, loosely, &plan.ways);
    plan.named.iter().for_each(|name| marker.entity(name, names));
    let next = list.next(snapshot, &plan, request)?;
    let card = snapshot.card();
    let results = SearchResults {
        query: any_word(typed).filter(|_| any).unwrap_or_else(|| typed.clone()),
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
    let (rest, ready, ranked) = (list.candidates.into_iter(), Vec::new().into_iter(), list.ranked);
    let hits = Box::new(Shown { snapshot, request, plan, ranked, marker, rest, ready, rank });
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
    /// What was added to the best.
    ranked: Ranked,
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
    fn run(&self, expand: bool) -> Result<List, EngineError> {
        let failed = |source| self.snapshot.failed(source);
        let request = self.request;
        let before = request.after.as_ref().map_or(0, |after| after.passed);
        // By a key, the list goes on after the last hit; by score, it is gone through again.
        let again =
            if self.after().is_some() { 0 } else { usize::try_from(before).unwrap_or(usize::MAX) };
        let skipped = again.saturating_add(request.offset);
        let wanted = if request.limit == 0 { 0 } else { skipped.saturating_add(request.limit) };
        let live = usize::try_from(self.snapshot.card().passages).unwrap_or(wanted);
        let by_score = key(self.plan, request).is_none();
        // The best are looked at again, so that many are needed to tell the first of them.
        let ranks = by_score && wanted > 0 && (self.plan.ranks() || request.recency.is_some());
        let kept = if ranks { wanted.max(LOOKED_AT) } else { wanted };
        let collapse = request.collapse == Collapse::Article;
        let mut best = Best::new(kept.min(live));
        // Which passage of an article is its best is only known when all are looked at.
        let mut passages = (ranks && collapse).then(|| Best::new(LOOKED_AT.min(live)));
        let (totals, facets) = self.collect(&mut best, passages.as_mut()).map_err(failed)?;
        let summed = |best: Best| {
            let mut candidates = best.into_candidates();
            if by_score {
                self.sum(&mut candidates).map_err(failed)?;
            }
            Ok::<_, EngineError>(candidates)
        };
        let candidates = summed(best)?;
        let mut ranked = Ranked::default();
        let mut listed = if !ranks {
            order::first(self.snapshot, candidates, wanted)
        } else {
            let (passages, articles) = match passages {
                Some(passages) => (summed(passages)?, candidates),
                None => (candidates, Vec::new()),
            };
            let (mut best, mut rest) = order::split(self.snapshot, passages, LOOKED_AT);
            ranked = rank(self.snapshot, self.plan, expand, request.recency, &mut best)?;
            if collapse {
                (best, rest) = self.one_an_article(best, articles);
            }
            // What is not looked at stays behind.
            let mut listed = order::first(self.snapshot, best, wanted);
            let more = wanted - listed.len();
            listed.extend(order::first(self.snapshot, rest, more));
            listed
        };
        listed.drain(..skipped.min(listed.len()));
        let passed = before + request.offset as u64;
        Ok(List { candidates: listed, ranked, passed, totals, facets })
    }

    /// The best passage of each article that has one in `best`, and the other `articles`, which know
    /// how many matches each stands for.
    fn one_an_article(
        &self,
        mut best: Vec<Candidate>,
        mut articles: Vec<Candidate>,
    ) -> (Vec<Candidate>, Vec<Candidate>) {
        let article = |candidate: &Candidate| {
            let DocAddress { segment_ord, doc_id } = candidate.address;
            let places = &self.snapshot.columns()[segment_ord as usize].places;
            (segment_ord, doc_id - places.ordinal(doc_id))
        };
        best.sort_unstable_by(|a, b| {
            b.key.total_cmp(&a.key).then_with(|| a.address.cmp(&b.address))
        });
        let mut seen = HashSet::new();
        best.retain(|candidate| seen.insert(article(candidate)));
        let others: HashMap<_, u64> =
            articles.iter().map(|one| (article(one), one.others)).collect();
        for candidate in &mut best {
            candidate.others = others.get(&article(candidate)).copied().unwrap_or(candidate.others);
        }
        articles.retain(|candidate| !seen.contains(&article(candidate)));
        (best, articles)
    }

    /// The place that the list goes on after, if that is of a key.
    fn after(&self) -> Option<(f64, &PassageId)> {
        let (bits, id) = self.request.after.as_ref()?.last.as_ref()?;
        Some((f64::from_bits(*bits), id))
    }

    /// Goes through every match: offers the best to `best`, each or one of each article, and then all
    /// to `passages`.
    fn collect(
        &self,
        best: &mut Best,
        mut passages: Option<&mut Best>,
    ) -> tantivy::Result<(Totals, Facets)> {
        let facets = &self.request.facets;
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
        let counts = !facets.is_empty();
        let mut facets = Facets::new(facets);
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
                passages: passages.as_deref_mut(),
                seen: counts.then_some(&mut count),
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
            facets.add(counted);
        }
        Ok((totals, facets))
    }

    /// Makes the key of each candidate its score, summed leaf by leaf, or that of the first of its
    /// rivals that has more, which takes its place.
    fn sum(&self, candidates: &mut [Candidate]) -> tantivy::Result<()> {
        candidates.sort_unstable_by_key(|candidate| candidate.address);
        let mut leaves = self.leaves()?;
        let mut parts = Vec::new();
        let mut score = |address| {
            parts.clear();
            let mut leaf = leaves.at(address)?;
            Ok::<_, tantivy::TantivyError>(self.plan.root.score(&mut leaf, &mut parts))
        };
        for candidate in candidates {
            let segment = candidate.address.segment_ord;
            let Some(key) = score(candidate.address)? else { continue };
            candidate.key = key;
            for doc in std::mem::take(&mut candidate.rivals) {
                let address = DocAddress::new(segment, doc);
                if let Some(key) = score(address)?.filter(|key| *key > candidate.key) {
                    (candidate.key, candidate.address) = (key, address);
                }
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
        let mut leaves = self.leaves()?;
        for at in by_address {
            let scored = &mut scored[at];
            let mut leaf = leaves.at(scored.candidate.address)?;
            let score = self.plan.root.score(&mut leaf, &mut scored.parts);
            // A score that hits are ordered by has what was added to it already.
            if key(self.plan, self.request).is_some() {
                scored.score = score.unwrap_or(scored.score);
            }
        }
        Ok(scored)
    }

    /// The plan's own leaves.
    fn leaves(&self) -> tantivy::Result<Leaves<'_>> {
        Leaves::open(self.snapshot, &self.plan.statistics, &self.plan.leaves)
    }
}

/// How many hits are scored together.
const TOGETHER: usize = 1024;

/// Loads hits as they are asked for.
struct Shown<'a> {
    snapshot: &'a Snapshot,
    request: &'a SearchRequest,
    plan: Plan,
    ranked: Ranked,
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
        Some(hit(snapshot, request, (plan, &self.ranked), &self.marker, scored, rank))
    }
}

fn hit(
    snapshot: &Snapshot,
    request: &SearchRequest,
    (plan, ranked): (&Plan, &Ranked),
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
        let added = ranked
            .added(address)
            .map(|(what, value)| ScorePart { what: what.to_owned(), value: f64::from(value) });
        scoring.map(part).chain(added).collect()
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
