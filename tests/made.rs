//! What the laws of search are tried on: articles, commits of them, and queries, all at random from
//! words that meet each other. It checks nothing.

use jiff::civil::{Date, date};
use pressmark::article::{ArticleHead, ArticleId, BlockKind, Lang, LineRange};
use pressmark::passage::{Passage, Span};
use pressmark::query::{DateRange, Filter, Named, Near, Part, Pattern, Query, TextClause, Zone};
use pressmark::tag::{
    EntityId, EntityType, Evidence, Mention, SectorId, SectorTag, Statement, TaggedArticle,
    TaggedPassage, Tags, Via,
};
use proptest::prelude::*;
use proptest::sample::select;

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

pub(crate) const SECTORS: &[&str] =
    &["energy", "energy/coal", "energy/coal/mines", "trade", "trade-fairs"];

const SOURCES: &[&str] = &["Pressmark Wire", "Bernama"];

const SOURCE_TAGS: &[&str] = &["Business", "Top  News", "商業"];

const LANGS: &[&str] = &["en", "ms", "zh", "fr"];

/// The day that queries are parsed on.
pub(crate) const TODAY: Date = date(2025, 4, 30);

fn words(at_most: usize) -> impl Strategy<Value = String> {
    let word = (select(WORDS), select(&[" ", " ", " ", ", ", "-", "。", ""][..]));
    proptest::collection::vec(word, 1..=at_most)
        .prop_map(|words| words.iter().map(|(word, gap)| format!("{word}{gap}")).collect())
}

pub(crate) fn passage() -> impl Strategy<Value = TaggedPassage> {
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

pub(crate) fn article() -> impl Strategy<Value = TaggedArticle> {
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
                edition: Default::default(),
                unit: Default::default(),
            };
            TaggedArticle { head, passages }
        },
    )
}

/// One change of an index.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Put(Box<TaggedArticle>),
    Delete(u32),
}

pub(crate) fn commits() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![
        5 => article().prop_map(|article| Change::Put(Box::new(article))),
        1 => (0..7_u32).prop_map(Change::Delete),
    ];
    proptest::collection::vec(proptest::collection::vec(change, 1..=6), 1..=4)
}

pub(crate) fn clause() -> impl Strategy<Value = Query> {
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

pub(crate) fn near() -> impl Strategy<Value = Query> {
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

pub(crate) fn any_query() -> impl Strategy<Value = Query> {
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
