//! Hand-made results that the tests of all outputs share.

use jiff::civil::date;

use crate::article::{ArticleHead, ArticleId, BlockKind, Lang};
use crate::passage::{Passage, Span};
use crate::query::{Query, Warning};
use crate::results::{
    Facet, FacetCount, FacetField, Highlight, Hit, IndexStamp, ScorePart, SearchResults, Totals,
    Why,
};
use crate::tag::{
    EntityId, EntityType, Evidence, Mention, SectorId, SectorTag, Statement, TaggedArticle,
    TaggedPassage, Tags, Via,
};

const TEXT: &str = "Huang Yidong, Vice General Manager of CSCEC’s Malaysian Main Branch, noted the \
                    company’s strategic transition towards projects like data centers.";

/// The span of `part` in `text`.
pub(crate) fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the sample holds it");
    Span::new(text, start, start + part.len()).expect("`find` gives char boundaries")
}

/// Two hits: one with everything, one with almost nothing and an attack on the terminal.
pub(crate) fn results() -> SearchResults {
    let head = head();
    let headline = head.headline.clone().expect("the sample has one");
    let first = Hit {
        rank: 1,
        score: 7.310_000_4,
        article: head,
        of: 11,
        passage: passage(),
        highlights: vec![Highlight {
            span: span(TEXT, "data centers"),
            term: "data centers".into(),
            why: Why::Phrase,
            part: 1,
        }],
        headline_highlights: vec![Highlight {
            span: span(&headline, "tech"),
            term: "tech".into(),
            why: Why::Exact,
            part: 1,
        }],
        snippets: None,
        before: vec![Passage {
            ordinal: 3,
            kind: BlockKind::Paragraph,
            text: "Work on the site began last year.".into(),
            source_lines: vec![(15, 15).into()],
        }],
        after: Vec::new(),
        more_in_article: 2,
        explanation: Some(vec![
            ScorePart { what: "text: data centers".into(), value: 4.2 },
            ScorePart { what: "headline: tech".into(), value: 3.11 },
        ]),
    };
    let text = "大马与中国共建数据中心。\u{1b}[31m";
    let second = Hit {
        rank: 2,
        score: 0.0,
        article: ArticleHead {
            id: ArticleId::new("briefs").expect("not empty"),
            headline: None,
            published: None,
            lang: Lang::new("zh"),
            source: None,
            url: None,
            authors: Vec::new(),
            dateline: None,
            section: None,
            source_tags: Vec::new(),
            edition: Default::default(),
            unit: Default::default(),
        },
        of: 1,
        passage: TaggedPassage {
            passage: Passage {
                ordinal: 0,
                kind: BlockKind::ListItem,
                text: text.into(),
                source_lines: Vec::new(),
            },
            tags: Tags::default(),
        },
        highlights: vec![Highlight {
            span: span(text, "数据中心"),
            term: "数据中心".into(),
            why: Why::Exact,
            part: 1,
        }],
        headline_highlights: Vec::new(),
        snippets: None,
        before: Vec::new(),
        after: Vec::new(),
        more_in_article: 0,
        explanation: None,
    };
    let value = |value: &str, label: Option<&str>, passages| FacetCount {
        value: value.into(),
        label: label.map(str::to_owned),
        passages,
    };
    SearchResults {
        query: Query::All,
        fell_back: false,
        warnings: vec![Warning { message: "`date:soon` is no date, read as words".into() }],
        hits: vec![first, second],
        totals: Totals { passages: 2, articles: 2 },
        next: None,
        facets: vec![Facet {
            field: FacetField::Sector,
            values: vec![value("energy", Some("Energy"), 2), value("telecoms", None, 1)],
        }],
        index: IndexStamp { generation: 3, taxonomy: "f00d".into() },
    }
}

/// The article of the first hit, with that passage alone.
pub(crate) fn article() -> TaggedArticle {
    TaggedArticle { head: head(), passages: vec![passage()] }
}

fn head() -> ArticleHead {
    ArticleHead {
        id: ArticleId::new("high-tech").expect("not empty"),
        headline: Some("China and Malaysia forge deeper high-tech ties".into()),
        published: Some(date(2025, 4, 18)),
        lang: Lang::new("en"),
        source: Some("Xinhua".into()),
        url: Some("https://example.org/high-tech".into()),
        authors: vec!["Bernama desk".into()],
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    }
}

fn passage() -> TaggedPassage {
    let mention = |text: &str, name: &str, kind, via, demonym| Mention {
        id: EntityId::of_name(kind, name),
        name: name.into(),
        kind,
        span: span(TEXT, text),
        via,
        demonym,
    };
    TaggedPassage {
        passage: Passage {
            ordinal: 4,
            kind: BlockKind::Paragraph,
            text: TEXT.into(),
            source_lines: vec![(17, 17).into(), (19, 20).into()],
        },
        tags: Tags {
            sectors: vec![SectorTag {
                id: SectorId::new("digital-economy/data-centers").expect("a path"),
                score: 0.9,
                evidence: vec![Evidence {
                    rule: "strong: data center*".into(),
                    span: span(TEXT, "data centers"),
                }],
            }],
            mentions: vec![
                mention("Huang Yidong", "Huang Yidong", EntityType::Person, Via::Rule, false),
                mention("CSCEC", "CSCEC", EntityType::Organization, Via::Acronym, false),
                mention("Malaysian", "Malaysia", EntityType::Place, Via::Gazetteer, true),
            ],
            statements: vec![Statement {
                speaker: span(TEXT, "Huang Yidong"),
                name: "Huang Yidong".into(),
                entity: Some(EntityId::of_name(EntityType::Person, "Huang Yidong")),
                cue: span(TEXT, "noted"),
                span: span(
                    TEXT,
                    "the company’s strategic transition towards projects like data centers",
                ),
                direct: false,
            }],
        },
    }
}
