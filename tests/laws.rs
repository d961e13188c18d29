//! Laws of search: on random articles, indexed in several commits with some replaced and some
//! deleted, random queries find what a scan of all passages finds ([`crate::model`]), counted,
//! ordered and marked as promised.

use std::cmp::Reverse;

use pressmark::article::ArticleId;
use pressmark::engine::embedded::{EmbeddedEngine, Memory};
use pressmark::engine::{Engine, SectorCard, TaxonomyCard, Writer};
use pressmark::query::{self, Query};
use pressmark::results::{
    Collapse, FacetField, Highlight, Hit, SearchRequest, SearchResults, Sort,
};
use pressmark::tag::SectorId;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::desk;
use crate::made::{Change, SECTORS, TODAY, any_query, clause, commits, near};
use crate::model::{self, Shelf};

/// How many indexes each law is tried on, of 24 queries each.
fn cases() -> u32 {
    desk::how_many("PRESSMARK_LAWS", 48)
}

fn taxonomy() -> TaxonomyCard {
    let sector = |id: &&str| SectorCard { id: SectorId::new(id).unwrap(), labels: Vec::new() };
    TaxonomyCard { fingerprint: "laws".to_owned(), sectors: SECTORS.iter().map(sector).collect() }
}

/// Makes the changes, each list one commit; what the index should then hold, and the index.
fn shelve(commits: &[Vec<Change>]) -> (Shelf, EmbeddedEngine) {
    let memory = Memory::new().unwrap();
    let mut shelf = Shelf::new();
    for changes in commits {
        let options = desk::write_options_for(taxonomy(), 2);
        let mut writer: Box<dyn Writer> = Box::new(memory.writer(&options).unwrap());
        for change in changes {
            match change {
                Change::Put(article) => {
                    let replaced = writer.put(article, 1).unwrap();
                    let id = article.head.id.to_string();
                    assert_eq!(shelf.insert(id, (**article).clone()).is_some(), replaced);
                }
                Change::Delete(number) => {
                    let id = format!("a{number}");
                    let deleted = writer.delete(&ArticleId::new(&id).unwrap()).unwrap();
                    assert_eq!(shelf.remove(&id).is_some(), deleted);
                }
            }
        }
        writer.commit().unwrap();
    }
    (shelf, memory.engine(model::names).unwrap())
}

/// A request for everything that `query` finds as it stands.
fn all(query: Query) -> SearchRequest {
    SearchRequest { limit: 1000, fallback: false, ..SearchRequest::new(query) }
}

fn ids(results: &SearchResults) -> Vec<String> {
    results.hits.iter().map(|hit| hit.id().to_string()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids
}

/// Highlights lie on char boundaries, in order, and do not overlap.
fn well_marked(text: &str, highlights: &[Highlight]) -> bool {
    let spans = highlights.iter().map(|highlight| highlight.span);
    let spans: Vec<(usize, usize)> =
        spans.map(|span| (span.start as usize, span.end as usize)).collect();
    spans.iter().all(|(start, end)| start < end && text.get(*start..*end).is_some())
        && spans.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

fn check_marks(query: &Query, hit: &Hit) {
    let text = &hit.passage.passage.text;
    let headline = hit.article.headline.as_deref().unwrap_or_default();
    assert!(well_marked(text, &hit.highlights), "{text:?} {:?}", hit.highlights);
    assert!(well_marked(headline, &hit.headline_highlights), "{:?}", hit.headline_highlights);
    if matches!(query, Query::Text(_) | Query::Near(_)) {
        let marked = hit.highlights.len() + hit.headline_highlights.len();
        assert!(marked > 0, "`{query}` marks nothing in {text:?} or {headline:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_search_finds_what_a_scan_finds(
        commits in commits(),
        queries in proptest::collection::vec(any_query(), 12),
        clauses in proptest::collection::vec(prop_oneof![clause(), near()], 12),
    ) {
        let (shelf, engine) = shelve(&commits);
        for query in queries.into_iter().chain(clauses) {
            let scanned = model::find(&shelf, &query);
            let want = sorted(scanned.iter().map(model::Entry::id).collect());
            let normal = query.clone().simplify();
            let parsed = query::parse(&normal.to_string(), TODAY);
            prop_assert_eq!(&parsed.query, &normal);
            for form in [&query, &normal] {
                let mut request = all(form.clone());
                request.facets = FacetField::ALL.to_vec();
                let results = engine.search(&request).unwrap();
                prop_assert_eq!(&sorted(ids(&results)), &want, "`{}` {:?}", form, form);
                prop_assert_eq!(results.totals.passages, want.len() as u64);
                let mut articles: Vec<_> = scanned.iter().map(|entry| &entry.head.id).collect();
                articles.dedup();
                prop_assert_eq!(results.totals.articles, articles.len() as u64);
                for facet in &results.facets {
                    let values = facet.values.iter();
                    let got = values.map(|value| (value.value.clone(), value.passages)).collect();
                    prop_assert_eq!(model::count(&scanned, facet.field), got, "`{}`", form);
                }
                results.hits.iter().for_each(|hit| check_marks(form, hit));
            }
        }
    }

    #[test]
    fn hits_are_ordered_paged_and_collapsed_as_promised(
        commits in commits(),
        queries in proptest::collection::vec(any_query(), 8),
        offset in any::<Index>(),
        limit in 0..5_usize,
    ) {
        let (shelf, engine) = shelve(&commits);
        for query in queries {
            for sort in [Sort::Relevance, Sort::DateAscending, Sort::DateDescending] {
                let request = SearchRequest { sort, ..all(query.clone()) };
                let whole = engine.search(&request).unwrap();
                for (hit, rank) in whole.hits.iter().zip(1..) {
                    prop_assert_eq!(hit.rank, rank);
                    let held = &shelf[hit.article.id.as_str()];
                    prop_assert_eq!(&hit.article, &held.head);
                    prop_assert_eq!(hit.of as usize, held.passages.len());
                    let ordinal = hit.passage.passage.ordinal as usize;
                    prop_assert_eq!(&hit.passage, &held.passages[ordinal]);
                }
                let in_order = whole.hits.windows(2).all(|pair| {
                    let [a, b] = [&pair[0], &pair[1]];
                    let id = |hit: &Hit| (hit.article.id.to_string(), hit.passage.passage.ordinal);
                    let undated = |hit: &Hit| hit.article.published.is_none();
                    match sort {
                        Sort::Relevance => {
                            b.score.total_cmp(&a.score).then(id(a).cmp(&id(b))).is_le()
                        }
                        Sort::DateAscending => {
                            (undated(a), a.article.published, id(a))
                                < (undated(b), b.article.published, id(b))
                        }
                        Sort::DateDescending => {
                            (undated(a), Reverse(a.article.published), id(a))
                                < (undated(b), Reverse(b.article.published), id(b))
                        }
                    }
                });
                prop_assert!(in_order, "`{}` {:?}: {:?}", query, sort, ids(&whole));

                let offset = offset.index(whole.hits.len() + 2);
                let page = engine.search(&SearchRequest { offset, limit, ..request.clone() }).unwrap();
                let from = whole.hits.iter().skip(offset).take(limit);
                prop_assert_eq!(page.hits.iter().collect::<Vec<_>>(), from.collect::<Vec<_>>());
                prop_assert_eq!(page.totals, whole.totals);

                let collapse = Collapse::Article;
                let folded = engine.search(&SearchRequest { collapse, ..request }).unwrap();
                let mut firsts: Vec<(String, u64)> = Vec::new();
                let mut articles: Vec<&ArticleId> = Vec::new();
                for hit in &whole.hits {
                    match articles.iter().position(|id| **id == hit.article.id) {
                        Some(at) => firsts[at].1 += 1,
                        None => {
                            articles.push(&hit.article.id);
                            firsts.push((hit.id().to_string(), 0));
                        }
                    }
                }
                let got: Vec<(String, u64)> = folded
                    .hits
                    .iter()
                    .map(|hit| (hit.id().to_string(), hit.more_in_article))
                    .collect();
                prop_assert_eq!(got, firsts, "`{}` {:?}", query, sort);
                prop_assert_eq!(folded.totals, whole.totals);
            }
        }
    }

    /// However the same articles came to be there, answers are the same to the last bit.
    #[test]
    fn history_does_not_show(
        commits in commits(),
        queries in proptest::collection::vec(any_query(), 8),
    ) {
        let (shelf, engine) = shelve(&commits);
        let fresh: Vec<Change> =
            shelf.values().rev().map(|article| Change::Put(Box::new(article.clone()))).collect();
        let (_, other) = shelve(&[fresh]);
        for query in queries {
            let mut request = SearchRequest { explain: true, ..all(query) };
            request.fallback = true;
            let (mut a, b) = (engine.search(&request).unwrap(), other.search(&request).unwrap());
            a.index = b.index.clone();
            prop_assert_eq!(a, b);
        }
    }
}
