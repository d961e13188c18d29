//! A search, from request to results.

use std::collections::BTreeMap;

use tantivy::query::{EnableScoring, Scorer, Weight};
use tantivy::{DocAddress, DocId, DocSet};

use crate::analysis::{is_cjk, query_terms};
use crate::engine::highlight::Marker;
use crate::engine::{EngineError, NameLookup};
use crate::passage::Passage;
use crate::query::{Pattern, Query, TextClause};
use crate::results::{
    Collapse, Hit, IndexStamp, ScorePart, SearchRequest, SearchResults, Sort, Totals,
};

use super::collect::{Best, Candidate, Id, Ids, Key, Pass};
use super::facet::Facets;
use super::filter::filter_clauses;
use super::meant::Meaning;
use super::plan::{Plan, Planner};
use super::read::Snapshot;
use super::union::Union;

/// Runs `request` over one commit.
pub(super) fn search(
    snapshot: &Snapshot,
    names: &NameLookup,
    mut meaning: Meaning<'_>,
    request: &SearchRequest,
) -> Result<SearchResults, EngineError> {
    let filters = filter_clauses(&request.filters);
    let mut query = request.query.clone();
    let mut meant = meaning.of(&query)?;
    let mut plan = Planner::new(snapshot, names).plan(&meant, &filters)?;
    let mut found = Run { snapshot, plan: &plan, request }.run()?;
    let mut fell_back = false;
    if found.totals.passages == 0
        && request.fallback
        && let Some(any) = any_word(&request.query)
    {
        let any_meant = meaning.of(&any)?;
        let wider = Planner::new(snapshot, names).plan(&any_meant, &filters)?;
        let again = Run { snapshot, plan: &wider, request }.run()?;
        if again.totals.passages > 0 {
            (query, meant, plan, found, fell_back) = (any, any_meant, wider, again, true);
        }
    }
    let marker = Marker::new(&meant, &request.filters, names);
    let hits = found
        .hits
        .into_iter()
        .zip(request.offset as u64 + 1..)
        .map(|(scored, rank)| hit(snapshot, request, &plan, &marker, scored, rank))
        .collect::<Result<_, _>>()?;
    let card = snapshot.card();
    Ok(SearchResults {
        query,
        fell_back,
        warnings: meaning.warnings.into_iter().chain(plan.warnings).collect(),
        hits,
        totals: found.totals,
        facets: found.facets.finish(snapshot).map_err(|e| snapshot.failed(e))?,
        index: IndexStamp {
            generation: card.generation,
            taxonomy: card.taxonomy.fingerprint.clone(),
        },
    })
}

/// A candidate whose score is summed in order.
struct Scored {
    candidate: Candidate,
    score: f64,
    parts: Vec<(usize, f32)>,
}

struct Found {
    hits: Vec<Scored>,
    totals: Totals,
    facets: Facets,
}

/// One plan over one snapshot.
struct Run<'a> {
    snapshot: &'a Snapshot,
    plan: &'a Plan,
    request: &'a SearchRequest,
}

impl Run<'_> {
    fn run(&self) -> Result<Found, EngineError> {
        self.run_inner().map_err(|source| self.snapshot.failed(source))
    }

    fn run_inner(&self) -> tantivy::Result<Found> {
        let (mut best, wanted) = self.room();
        let (totals, facets) = self.collect(&mut best)?;
        let mut candidates = best.into_candidates();
        let by_score = self.key().is_none();
        if !by_score {
            // What they are ordered by is known; only those that are shown are scored.
            candidates = self.first(candidates, wanted, |candidate| (candidate.key, candidate));
        }
        let hits = self.scored(candidates)?;
        let hits = self.first(hits, wanted, |hit| {
            (if by_score { hit.score } else { hit.candidate.key }, &hit.candidate)
        });
        let hits = hits.into_iter().skip(self.request.offset).take(self.request.limit).collect();
        Ok(Found { hits, totals, facets })
    }

    /// Room for what is wanted, and how many that is.
    fn room(&self) -> (Best, usize) {
        let wanted = self.request.offset.saturating_add(self.request.limit);
        let live = usize::try_from(self.snapshot.card().passages).unwrap_or(wanted);
        (Best::new(if self.request.limit == 0 { 0 } else { wanted.min(live) }), wanted)
    }

    /// The first `wanted` by key and passage id, in order.
    fn first<T>(&self, all: Vec<T>, wanted: usize, of: impl Fn(&T) -> (f64, &Candidate)) -> Vec<T> {
        let ids = Ids::of(self.snapshot);
        let keyed = all.into_iter().map(|one| {
            let (key, candidate) = of(&one);
            (key, Id::new(candidate.address), one)
        });
        let mut keyed: Vec<(f64, Id, T)> = keyed.collect();
        if let Some(last) = wanted.min(keyed.len()).checked_sub(1) {
            // Ids are dear to compare: only those that tie for a place are.
            keyed.select_nth_unstable_by(last, |a, b| b.0.total_cmp(&a.0));
            let least = keyed[last].0;
            keyed.retain(|(key, ..)| *key >= least);
        }
        // Of each segment, which compares them by numbers, no more than are wanted.
        let order = |(x, a, _): &(f64, Id, T), (y, b, _): &(f64, Id, T)| {
            y.total_cmp(x).then_with(|| ids.compare(a, b))
        };
        if keyed.len() > wanted {
            keyed.sort_by(|a, b| a.1.segment().cmp(&b.1.segment()).then_with(|| order(a, b)));
            let mut place = (None, 0);
            keyed.retain(|(_, id, _)| {
                let before = if place.0 == Some(id.segment()) { place.1 } else { 0 };
                place = (Some(id.segment()), before + 1);
                before < wanted
            });
        }
        keyed.sort_by(order);
        keyed.into_iter().map(|(.., one)| one).take(wanted).collect()
    }

    /// What matches are ordered by, if not by score.
    fn key(&self) -> Option<Key> {
        match self.request.sort {
            Sort::Relevance if self.plan.scores() => None,
            Sort::Relevance => Some(Key::Equal),
            Sort::DateDescending => Some(Key::Latest),
            Sort::DateAscending => Some(Key::Earliest),
        }
    }

    /// Goes through every match.
    fn collect(&self, best: &mut Best) -> tantivy::Result<(Totals, Facets)> {
        let searcher = self.snapshot.searcher();
        let statistics = &self.plan.statistics;
        let key = self.key();
        let scoring = match key {
            None => EnableScoring::enabled_from_statistics_provider(statistics, searcher),
            Some(_) => EnableScoring::disabled_from_searcher(searcher),
        };
        let weight = self.plan.root.to_query(&self.plan.leaves).weight(scoring)?;
        let union = self.plan.union();
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
                (Some(key), _) => pass.by_key(key, best)?,
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

    /// Sums each candidate's score leaf by leaf, in the order of the plan.
    fn scored(&self, mut candidates: Vec<Candidate>) -> tantivy::Result<Vec<Scored>> {
        candidates.sort_by_key(|candidate| candidate.address);
        let searcher = self.snapshot.searcher();
        let scoring =
            EnableScoring::enabled_from_statistics_provider(&self.plan.statistics, searcher);
        let weights: Vec<Box<dyn Weight>> = self
            .plan
            .leaves
            .iter()
            .map(|leaf| leaf.query.weight(scoring))
            .collect::<tantivy::Result<_>>()?;
        let mut scored = Vec::with_capacity(candidates.len());
        let mut segment = None;
        let mut scorers: Vec<Box<dyn Scorer>> = Vec::new();
        for candidate in candidates {
            let DocAddress { segment_ord, doc_id } = candidate.address;
            if segment != Some(segment_ord) {
                let reader = searcher.segment_reader(segment_ord);
                let opened = weights.iter().map(|weight| weight.scorer(reader, 1.0));
                scorers = opened.collect::<tantivy::Result<_>>()?;
                segment = Some(segment_ord);
            }
            let mut leaf = |at: usize| {
                let scorer = &mut scorers[at];
                let reached =
                    if scorer.doc() < doc_id { scorer.seek(doc_id) } else { scorer.doc() };
                (reached == doc_id).then(|| scorer.score())
            };
            let mut parts = Vec::new();
            let score = self.plan.root.score(&mut leaf, &mut parts).unwrap_or(candidate.key);
            scored.push(Scored { candidate, score, parts });
        }
        Ok(scored)
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
    Ok(Hit {
        rank,
        score: scored.score,
        highlights: marker.text(&stored.head.lang, &stored.passage),
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
    let Pattern::Word(word) = &clause.pattern else { return vec![Query::Text(clause.clone())] };
    let terms = query_terms(word);
    if terms.len() < 2 {
        return vec![Query::Text(clause.clone())];
    }
    // Counted in order, so that equal pairs are looked for once.
    let mut seen = BTreeMap::new();
    for (place, term) in terms {
        seen.entry(term).or_insert(place);
    }
    let mut terms: Vec<(u32, String)> =
        seen.into_iter().map(|(term, place)| (place, term)).collect();
    terms.sort_by_key(|(place, _)| *place);
    // Single characters say too little to find by on their own.
    let long = |term: &str| term.chars().count() > 1 || !term.starts_with(is_cjk);
    let word = |(_, term): (u32, String)| {
        Query::Text(TextClause { zone: clause.zone, pattern: Pattern::Word(term) })
    };
    terms.into_iter().filter(|(_, term)| long(term)).map(word).collect()
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
