//! Laws of search: on random articles, indexed in several commits with some replaced and some
//! deleted, random queries find what a scan of all passages finds ([`crate::model`]), counted,
//! ordered and marked as promised.

use std::cmp::Reverse;

use jiff::civil::{Date, date};
use pressmark::article::{ArticleHead, ArticleId, BlockKind, Lang, LineRange};
use pressmark::engine::embedded::{EmbeddedEngine, Memory};
use pressmark::engine::{Engine, SectorCard, TaxonomyCard, Writer};
use pressmark::passage::{Passage, Span};
use pressmark::query::{
    self, DateRange, Filter, Named, Near, Part, Pattern, Query, TextClause, Zone,
};
use pressmark::results::{
    Collapse, FacetField, Highlight, Hit, SearchRequest, SearchResults, Sort,
};
use pressmark::tag::{
    EntityId, EntityType, Evidence, Mention, SectorId, SectorTag, Statement, TaggedArticle,
    TaggedPassage, Tags, Via,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::desk;
use crate::model::{self, Shelf};

/// Words that meet each other: forms of one word, spellings, scripts, marks within words.
const WORDS: &[&str] = &[
    "visit",
    "Visits",
    "visiting",
    "visitor",
    "centre",
    "centers",
    "Center",
    "data",
    "5G",
    "Xi’s",
    "xi",
    "O’Neil",
    "U.S.",
    "5,000",
    "naïve",
    "organisation",
    "the",
    "pelaburan",
    "ekonomi",
    "ekonominya",
    "makanan",
    "国际",
    "国际论坛",
    "國際",
    "论坛",
    "坛",
    "5g网络",
    "中国",
    "ＤＡＴＡ",
    "US",
    "us",
    "datacentres",
    "MH370",
    "MH",
    "370",
];

const TYPED: &[&str] = &[
    "visit",
    "visited",
    "center",
    "centre",
    "data-center",
    "data",
    "5g",
    "xi's",
    "xi",
    "oneil",
    "us",
    "5000",
    "naive",
    "organization",
    "the",
    "ekonomi",
    "makan",
    "国际",
    "际论",
    "国",
    "坛",
    "國際論壇",
    "5g网络",
    "网络",
    "zeppelin",
    "data 国际",
    "US",
    "datacenter",
    "mh370",
    "MH",
    "370",
];

const PREFIXES: &[&str] = &[
    "visi", "v", "c", "cent", "5", "o", "ekonom", "ekonomin", "国", "国际", "zep", "organis", "Na",
];

const WILDCARDS: &[&str] =
    &["v*t", "?isit*", "c?nt*s", "*tion", "5*", "d?ta", "u?", "*nya", "国*坛", "data-cen*"];

const MISSPELT: &[&str] = &[
    "visti", "centre", "dta", "5h", "xi", "ekonmi", "vist", "naiev", "teh", "国际", "tisiv", "us",
];

const SECTORS: &[&str] = &["energy", "energy/coal", "energy/coal/mines", "trade", "trade-fairs"];

const SOURCES: &[&str] = &["Pressmark Wire", "Bernama"];

const SOURCE_TAGS: &[&str] = &["Business", "Top  News", "商業"];

const LANGS: &[&str] = &["en", "ms", "zh", "fr"];

/// The day that queries are parsed on.
const TODAY: Date = date(2025, 4, 30);

fn words(at_most: usize) -> impl Strategy<Value = String> {
    let word = (select(WORDS), select(&[" ", " ", " ", ", ", "-", "。", ""][..]));
    proptest::collection::vec(word, 1..=at_most)
        .prop_map(|words| words.iter().map(|(word, gap)| format!("{word}{gap}")).collect())
}

fn passage() -> impl Strategy<Value = TaggedPassage> {
    let sectors = proptest::sample::subsequence(SECTORS, 0..=2);
    let name =
        prop_oneof![3 => Just(""), 1 => Just("Huawei"), 1 => Just("华为"), 1 => Just("Penang")];
    (words(8), sectors, name, any::<bool>()).prop_map(|(text, sectors, name, said)| {
        let said = said && !name.is_empty();
        let text = format!("{name} {text}").trim().to_owned();
        let span = Span::new(&text, 0, name.len()).unwrap();
        let (id, known, kind) = match name {
            "Penang" => ("place:penang", "Pulau Pinang", EntityType::Place),
            _ => ("organization:huawei", "Huawei", EntityType::Organization),
        };
        let mention = (!name.is_empty()).then(|| Mention {
            id: EntityId::from_known(id),
            name: known.to_owned(),
            kind,
            span,
            via: Via::Gazetteer,
            demonym: false,
        });
        let sectors = sectors.iter().map(|id| SectorTag {
            id: SectorId::new(id).unwrap(),
            score: 1.0,
            evidence: vec![Evidence { rule: "strong: x".to_owned(), span }],
        });
        let statement = said.then(|| Statement {
            speaker: span,
            name: known.to_owned(),
            entity: (kind == EntityType::Organization).then(|| EntityId::from_known(id)),
            cue: span,
            span,
            direct: false,
        });
        let tags = Tags {
            sectors: sectors.collect(),
            mentions: mention.into_iter().collect(),
            statements: statement.into_iter().collect(),
        };
        let passage =
            Passage { ordinal: 0, kind: BlockKind::Paragraph, text, source_lines: Vec::new() };
        TaggedPassage { passage, tags }
    })
}

fn article() -> impl Strategy<Value = TaggedArticle> {
    let day = (1..=12_i8, 1..=28_i8).prop_map(|(month, day)| date(2025, month, day));
    let head = (
        0..7_u32,
        select(LANGS),
        proptest::option::of(words(4)),
        proptest::option::of(day),
        proptest::option::of(select(SOURCES)),
        proptest::sample::subsequence(SOURCE_TAGS, 0..=2),
    );
    (head, proptest::collection::vec(passage(), 1..=4)).prop_map(
        |((id, lang, headline, published, source, tags), mut passages)| {
            for (ordinal, passage) in (0..).zip(&mut passages) {
                passage.passage.ordinal = ordinal;
                let line = LineRange { first: ordinal + 1, last: ordinal + 1 };
                passage.passage.source_lines.push(line);
            }
            let head = ArticleHead {
                id: ArticleId::new(&format!("a{id}")).unwrap(),
                headline: headline.map(|headline| headline.trim().to_owned()),
                published,
                lang: Lang::new(lang),
                source: source.map(str::to_owned),
                url: None,
                authors: Vec::new(),
                dateline: None,
                section: None,
                source_tags: tags.into_iter().map(str::to_owned).collect(),
            };
            TaggedArticle { head, passages }
        },
    )
}

/// One change of an index.
#[derive(Clone, Debug)]
enum Change {
    Put(Box<TaggedArticle>),
    Delete(u32),
}

fn commits() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![
        5 => article().prop_map(|article| Change::Put(Box::new(article))),
        1 => (0..7_u32).prop_map(Change::Delete),
    ];
    proptest::collection::vec(proptest::collection::vec(change, 1..=6), 1..=4)
}

fn clause() -> impl Strategy<Value = Query> {
    let pattern = prop_oneof![
        4 => select(TYPED).prop_map(|word| Pattern::Word(word.to_owned())),
        2 => (proptest::collection::vec(select(TYPED), 1..=3), 0..=4_u32)
            .prop_map(|(words, slop)| Pattern::Phrase { text: words.join(" "), slop }),
        1 => select(PREFIXES).prop_map(|prefix| Pattern::Prefix(prefix.to_owned())),
        1 => select(WILDCARDS).prop_map(|wildcard| Pattern::Wildcard(wildcard.to_owned())),
        1 => (select(MISSPELT), 1..=2_u8)
            .prop_map(|(word, distance)| Pattern::Fuzzy { word: word.to_owned(), distance }),
    ];
    let zone = select(&[None, None, Some(Zone::Text), Some(Zone::Headline)][..]);
    (zone, pattern).prop_map(|(zone, pattern)| Query::Text(TextClause { zone, pattern }))
}

fn named() -> impl Strategy<Value = Named> {
    let name = select(&["huawei", "Huawei Technologies", "penang", "visit", "place:penang"][..]);
    prop_oneof![
        2 => name.prop_map(|name| Named::Name(name.to_owned())),
        1 => select(&EntityType::ALL[1..3]).prop_map(Named::Type),
    ]
}

fn near() -> impl Strategy<Value = Query> {
    // Of a sloppy phrase not every place is followed, so it is no part of another.
    let words = clause().prop_filter_map("words that stand in one way", |query| match query {
        Query::Text(TextClause { pattern: Pattern::Phrase { slop: 1.., .. }, .. }) => None,
        Query::Text(clause) => Some(Near::Text(clause)),
        _ => None,
    });
    let part = prop_oneof![
        select(TYPED).prop_map(|words| Part::Words(words.to_owned())),
        named().prop_map(Part::Entity),
    ];
    let phrase = (proptest::collection::vec(part, 1..=3), 0..=4_u32)
        .prop_map(|(parts, slop)| Near::Phrase { parts, slop });
    let leaf = prop_oneof![4 => words, 2 => named().prop_map(Near::Entity)];
    let chain = leaf.prop_recursive(2, 6, 3, |inner| {
        let rest = proptest::collection::vec((0..=6_u32, inner.clone()), 1..=2);
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 2..=3).prop_map(Near::Any),
            3 => (inner, rest).prop_map(|(first, rest)| Near::Chain(Box::new(first), rest)),
        ]
    });
    prop_oneof![1 => phrase, 3 => chain].prop_map(|near| Query::Near(near).simplify())
}

fn filter() -> impl Strategy<Value = Query> {
    let text = |texts: &'static [&'static str]| select(texts).prop_map(str::to_owned);
    let day = || proptest::option::of((1..=12_i8).prop_map(|month| date(2025, month, 10)));
    let entities = &[
        "Huawei",
        "huawei",
        "华为",
        "organization:huawei",
        "Huawei Technologies",
        "Penang",
        "pulau  pinang",
        "Petronas",
    ];
    let speakers = &[
        "Huawei",
        "华为",
        "华",
        "organization:huawei",
        "place:penang",
        "pinang",
        "pulau pinang",
        "&",
    ];
    prop_oneof![
        text(SECTORS).prop_map(Filter::Sector),
        text(entities).prop_map(Filter::Entity),
        text(speakers).prop_map(Filter::SaidBy),
        select(&EntityType::ALL[..]).prop_map(Filter::Type),
        text(LANGS).prop_map(Filter::Lang),
        text(&["Bernama", "pressmark WIRE", "Xinhua"]).prop_map(Filter::Source),
        text(&["business", "Top News", "商业"]).prop_map(Filter::SourceTag),
        text(&["a0", "a3", "A3"]).prop_map(Filter::Article),
        (day(), day()).prop_map(|(since, until)| Filter::Date(DateRange { since, until })),
    ]
    .prop_map(Query::Filter)
}

fn any_query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![4 => clause(), 2 => near(), 1 => filter(), 1 => Just(Query::All)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let part = prop_oneof![
            4 => inner.clone(),
            1 => inner.clone().prop_map(|query| Query::Not(Box::new(query))),
            1 => inner.clone().prop_map(|query| Query::Must(Box::new(query))),
        ];
        prop_oneof![
            proptest::collection::vec(part, 2..=3).prop_map(Query::And),
            proptest::collection::vec(inner.clone(), 2..=3).prop_map(Query::Or),
            inner.clone().prop_map(|query| Query::Not(Box::new(query))),
            inner.prop_map(|query| Query::Boost(Box::new(query), 2.5)),
        ]
    })
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
    #![proptest_config(ProptestConfig::with_cases(48))]

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
