//! The objects of the JSON outputs. They are apart from the domain types so that a change inside
//! the program does not change what other programs read.
//!
//! Keys are written in the order of the fields. A field may be added at any time; taking one away
//! or changing its meaning raises [`super::VERSION`].

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::article::{ArticleHead, LineRange};
use crate::engine::{EntityCount, IndexStatus, SectorCount};
use crate::passage::{Passage, PassageId, Span};
use crate::results::{Facet, Filters, Highlight, Hit, IndexStamp, ScorePart};
use crate::tag::{Mention, SectorTag, TaggedPassage};

use super::points::{Points, SpanObject};
use super::statement::{StatementObject, statements};

/// One line of JSON Lines; `type` comes first.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Record<'a> {
    Begin(&'a BeginObject<'a>),
    Hit(&'a HitObject<'a>),
    End(&'a EndObject<'a>),
    Article(&'a FullArticleObject<'a>),
    Passage(&'a PassageObject<'a>),
    Sector(&'a SectorCountObject<'a>),
    Entity(&'a EntityCountObject<'a>),
}

#[derive(Serialize)]
pub(super) struct BeginObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query_id: Option<&'a str>,
    pub(super) v: u32,
    pub(super) query: &'a str,
    pub(super) parsed: String,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) fell_back: bool,
    pub(super) filters: FiltersObject<'a>,
    pub(super) index: IndexObject<'a>,
    pub(super) warnings: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct FiltersObject<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sector: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    all_sectors: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_sector: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    entity: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    said_by: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    lang: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    source: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    source_tag: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
}

impl<'a> From<&'a Filters> for FiltersObject<'a> {
    fn from(filters: &'a Filters) -> Self {
        Self {
            sector: &filters.sectors,
            all_sectors: &filters.all_sectors,
            not_sector: &filters.not_sectors,
            entity: &filters.entities,
            said_by: &filters.said_by,
            lang: &filters.langs,
            source: &filters.sources,
            source_tag: &filters.source_tags,
            since: filters.since,
            until: filters.until,
        }
    }
}

#[derive(Serialize)]
pub(super) struct IndexObject<'a> {
    generation: u64,
    taxonomy: &'a str,
}

impl<'a> From<&'a IndexStamp> for IndexObject<'a> {
    fn from(stamp: &'a IndexStamp) -> Self {
        Self { generation: stamp.generation, taxonomy: &stamp.taxonomy }
    }
}

#[derive(Serialize)]
pub(super) struct EndObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query_id: Option<&'a str>,
    pub(super) hits: usize,
    pub(super) total_passages: u64,
    pub(super) total_articles: u64,
    pub(super) exact: bool,
    pub(super) next: Option<String>,
    #[serde(serialize_with = "facets")]
    pub(super) facets: &'a [Facet],
    pub(super) took_us: u64,
}

#[derive(Serialize)]
pub(super) struct WholeObject<'a> {
    #[serde(flatten)]
    pub(super) begin: BeginObject<'a>,
    #[serde(rename = "hits")]
    pub(super) list: Vec<HitObject<'a>>,
    pub(super) total_passages: u64,
    pub(super) total_articles: u64,
    pub(super) exact: bool,
    pub(super) next: Option<String>,
    #[serde(serialize_with = "facets")]
    pub(super) facets: &'a [Facet],
    pub(super) took_us: u64,
}

#[derive(Serialize)]
pub(super) struct HitObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query_id: Option<&'a str>,
    rank: u64,
    score: f64,
    passage: String,
    ordinal: u32,
    of: u32,
    kind: &'static str,
    article: ArticleObject<'a>,
    headline_highlights: Vec<HighlightObject<'a>>,
    text: &'a str,
    source_lines: &'a [LineRange],
    highlights: Vec<HighlightObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippets: Option<Vec<SnippetObject<'a>>>,
    sectors: Vec<SectorObject<'a>>,
    entities: Vec<EntityObject<'a>>,
    statements: Vec<StatementObject<'a>>,
    context: ContextObject<'a>,
    more_in_article: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Vec<PartObject<'a>>>,
}

impl<'a> From<&'a Hit> for HitObject<'a> {
    fn from(hit: &'a Hit) -> Self {
        let TaggedPassage { passage, tags } = &hit.passage;
        let headline = Points::of(hit.article.headline.as_deref().unwrap_or_default());
        let text = Points::of(&passage.text);
        let neighbours = |passages: &'a [Passage]| {
            passages.iter().map(|passage| NeighbourObject::new(&hit.article, passage)).collect()
        };
        Self {
            query_id: None,
            rank: hit.rank,
            score: rounded(hit.score),
            passage: hit.id().to_string(),
            ordinal: passage.ordinal,
            of: hit.of,
            kind: passage.kind.as_str(),
            article: (&hit.article).into(),
            headline_highlights: highlights(&hit.headline_highlights, &headline),
            text: &passage.text,
            source_lines: &passage.source_lines,
            highlights: highlights(&hit.highlights, &text),
            snippets: hit.snippets.as_ref().map(|spans| snippets(spans, &hit.highlights, &text)),
            sectors: sectors(&tags.sectors, &text),
            entities: entities(&tags.mentions, &text),
            statements: statements(&tags.statements, &text),
            context: ContextObject {
                before: neighbours(&hit.before),
                after: neighbours(&hit.after),
            },
            more_in_article: hit.more_in_article,
            explanation: hit
                .explanation
                .as_ref()
                .map(|parts| parts.iter().map(PartObject::from).collect()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct ArticleObject<'a> {
    id: &'a str,
    headline: Option<&'a str>,
    published: Option<Date>,
    lang: &'a str,
    source: Option<&'a str>,
    url: Option<&'a str>,
}

impl<'a> From<&'a ArticleHead> for ArticleObject<'a> {
    fn from(head: &'a ArticleHead) -> Self {
        Self {
            id: head.id.as_str(),
            headline: head.headline.as_deref(),
            published: head.published,
            lang: head.lang.as_str(),
            source: head.source.as_deref(),
            url: head.url.as_deref(),
        }
    }
}

/// An article by itself: what a hit says of it, and the rest.
#[derive(Serialize)]
pub(super) struct FullArticleObject<'a> {
    #[serde(flatten)]
    head: ArticleObject<'a>,
    authors: &'a [String],
    dateline: Option<&'a str>,
    section: Option<&'a str>,
    source_tags: &'a [String],
    #[serde(rename = "passages")]
    n_passages: usize,
}

impl<'a> FullArticleObject<'a> {
    pub(super) fn new(head: &'a ArticleHead, n_passages: usize) -> Self {
        Self {
            head: head.into(),
            authors: &head.authors,
            dateline: head.dateline.as_deref(),
            section: head.section.as_deref(),
            source_tags: &head.source_tags,
            n_passages,
        }
    }
}

#[derive(Serialize)]
pub(super) struct PassageObject<'a> {
    passage: String,
    article: ArticleObject<'a>,
    ordinal: u32,
    kind: &'static str,
    text: &'a str,
    source_lines: &'a [LineRange],
    sectors: Vec<SectorObject<'a>>,
    entities: Vec<EntityObject<'a>>,
    statements: Vec<StatementObject<'a>>,
}

impl<'a> PassageObject<'a> {
    pub(super) fn new(head: &'a ArticleHead, tagged: &'a TaggedPassage) -> Self {
        let TaggedPassage { passage, tags } = tagged;
        let text = Points::of(&passage.text);
        Self {
            passage: id(head, passage),
            article: head.into(),
            ordinal: passage.ordinal,
            kind: passage.kind.as_str(),
            text: &passage.text,
            source_lines: &passage.source_lines,
            sectors: sectors(&tags.sectors, &text),
            entities: entities(&tags.mentions, &text),
            statements: statements(&tags.statements, &text),
        }
    }
}

#[derive(Serialize)]
struct ContextObject<'a> {
    before: Vec<NeighbourObject<'a>>,
    after: Vec<NeighbourObject<'a>>,
}

#[derive(Serialize)]
struct NeighbourObject<'a> {
    passage: String,
    ordinal: u32,
    kind: &'static str,
    text: &'a str,
    source_lines: &'a [LineRange],
}

impl<'a> NeighbourObject<'a> {
    fn new(head: &ArticleHead, passage: &'a Passage) -> Self {
        Self {
            passage: id(head, passage),
            ordinal: passage.ordinal,
            kind: passage.kind.as_str(),
            text: &passage.text,
            source_lines: &passage.source_lines,
        }
    }
}

#[derive(Serialize)]
struct HighlightObject<'a> {
    #[serde(flatten)]
    span: SpanObject,
    term: &'a str,
    why: &'static str,
    part: u32,
}

#[derive(Serialize)]
struct SnippetObject<'a> {
    #[serde(flatten)]
    span: SpanObject,
    text: &'a str,
    highlights: Vec<HighlightObject<'a>>,
}

#[derive(Serialize)]
pub(super) struct SectorObject<'a> {
    id: &'a str,
    score: f32,
    evidence: Vec<EvidenceObject<'a>>,
}

#[derive(Serialize)]
struct EvidenceObject<'a> {
    rule: &'a str,
    #[serde(flatten)]
    span: SpanObject,
    text: &'a str,
}

#[derive(Serialize)]
struct EntityObject<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    span: SpanObject,
    text: &'a str,
    via: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    demonym: bool,
}

#[derive(Serialize)]
struct PartObject<'a> {
    what: &'a str,
    value: f64,
}

impl<'a> From<&'a ScorePart> for PartObject<'a> {
    fn from(part: &'a ScorePart) -> Self {
        Self { what: &part.what, value: rounded(part.value) }
    }
}

#[derive(Serialize)]
pub(super) struct StatusObject<'a> {
    path: Option<String>,
    format: u32,
    analysis: u32,
    taxonomy: &'a str,
    generation: u64,
    passages: u64,
    articles: u64,
    segments: usize,
    bytes: u64,
    since: Option<Date>,
    until: Option<Date>,
    #[serde(serialize_with = "map")]
    langs: &'a [(String, u64)],
}

impl<'a> From<&'a IndexStatus> for StatusObject<'a> {
    fn from(status: &'a IndexStatus) -> Self {
        Self {
            path: status.path.as_ref().map(|path| path.display().to_string()),
            format: status.format,
            analysis: status.analysis,
            taxonomy: &status.taxonomy,
            generation: status.generation,
            passages: status.passages,
            articles: status.articles,
            segments: status.segments,
            bytes: status.bytes,
            since: status.days.map(|(first, _)| first),
            until: status.days.map(|(_, last)| last),
            langs: &status.langs,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SectorCountObject<'a> {
    id: &'a str,
    #[serde(serialize_with = "map")]
    labels: &'a [(String, String)],
    passages: u64,
    articles: u64,
}

impl<'a> From<&'a SectorCount> for SectorCountObject<'a> {
    fn from(count: &'a SectorCount) -> Self {
        Self {
            id: count.sector.id.as_str(),
            labels: &count.sector.labels,
            passages: count.passages,
            articles: count.articles,
        }
    }
}

#[derive(Serialize)]
pub(super) struct EntityCountObject<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    passages: u64,
    articles: u64,
}

impl<'a> From<&'a EntityCount> for EntityCountObject<'a> {
    fn from(count: &'a EntityCount) -> Self {
        Self {
            id: count.id.as_str(),
            name: &count.name,
            kind: count.kind.as_str(),
            passages: count.passages,
            articles: count.articles,
        }
    }
}

fn id(head: &ArticleHead, passage: &Passage) -> String {
    PassageId { article: head.id.clone(), ordinal: passage.ordinal }.to_string()
}

fn highlights<'a>(
    highlights: impl IntoIterator<Item = &'a Highlight>,
    text: &Points<'_>,
) -> Vec<HighlightObject<'a>> {
    let object = |highlight: &'a Highlight| HighlightObject {
        span: text.span(highlight.span),
        term: &highlight.term,
        why: highlight.why.as_str(),
        part: highlight.part,
    };
    highlights.into_iter().map(object).collect()
}

fn snippets<'a>(
    spans: &[Span],
    marks: &'a [Highlight],
    text: &Points<'a>,
) -> Vec<SnippetObject<'a>> {
    let object = |span: &Span| {
        let within =
            move |mark: &&Highlight| span.start <= mark.span.start && mark.span.end <= span.end;
        SnippetObject {
            span: text.span(*span),
            text: text.cut(*span),
            highlights: highlights(marks.iter().filter(within), text),
        }
    };
    spans.iter().map(object).collect()
}

pub(super) fn sectors<'a>(
    tags: impl IntoIterator<Item = &'a SectorTag>,
    text: &Points<'a>,
) -> Vec<SectorObject<'a>> {
    let object = |tag: &'a SectorTag| SectorObject {
        id: tag.id.as_str(),
        score: tag.score,
        evidence: tag
            .evidence
            .iter()
            .map(|evidence| EvidenceObject {
                rule: &evidence.rule,
                span: text.span(evidence.span),
                text: text.cut(evidence.span),
            })
            .collect(),
    };
    tags.into_iter().map(object).collect()
}

fn entities<'a>(mentions: &'a [Mention], text: &Points<'a>) -> Vec<EntityObject<'a>> {
    let object = |mention: &'a Mention| EntityObject {
        id: mention.id.as_str(),
        name: &mention.name,
        kind: mention.kind.as_str(),
        span: text.span(mention.span),
        text: text.cut(mention.span),
        via: mention.via.as_str(),
        demonym: mention.demonym,
    };
    mentions.iter().map(object).collect()
}

/// Four decimals are more than a score means, and short.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Facets as an object: field → values.
fn facets<S: Serializer>(facets: &[Facet], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Value<'a> {
        value: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        label: Option<&'a str>,
        passages: u64,
    }
    serializer.collect_map(facets.iter().map(|facet| {
        let values = facet.values.iter().map(|count| Value {
            value: &count.value,
            label: count.label.as_deref(),
            passages: count.passages,
        });
        (facet.field.as_str(), values.collect::<Vec<_>>())
    }))
}

/// Pairs as an object, in their order.
fn map<V: Serialize, S: Serializer>(
    pairs: &[(String, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}
