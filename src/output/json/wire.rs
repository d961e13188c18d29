//! The objects of the JSON outputs. They are apart from the domain types so that a change inside
//! the program does not change what other programs read.
//!
//! Keys are written in the order of the fields. A field may be added at any time; taking one away
//! or changing its meaning raises [`super::VERSION`].

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::article::{ArticleHead, LineRange, Unit};
use crate::passage::{Passage, PassageId};
use crate::results::{Facet, Filters, Hit, IndexStamp, ScorePart};
use crate::tag::{Mention, SectorTag, TaggedPassage};

use super::diagnosis::DiagnosisObject;
use super::highlight::{HighlightObject, SnippetObject, highlights, snippets};
use super::holding::{EntityCountObject, SectorCountObject};
use super::points::{Points, SpanObject};
use super::reading::ReadObject;
use super::statement::{StatementObject, statements};
use crate::output::place::joined;

/// One line of JSON Lines; `type` comes first.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Record<'a> {
    Begin(&'a BeginObject<'a>),
    Hit(&'a HitObject<'a>),
    End(&'a EndObject<'a>),
    Article(&'a FullArticleObject<'a>),
    Read(&'a ReadObject<'a>),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) diagnosis: Option<DiagnosisObject<'a>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) diagnosis: Option<DiagnosisObject<'a>>,
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
    #[serde(flatten)]
    place: PlaceObject<'a>,
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
            place: PlaceObject::new(hit.article.unit, &passage.source_lines),
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
    version: Option<&'a str>,
    updated: Option<&'a str>,
    embargoed: Option<&'a str>,
    encoding: Option<&'a str>,
    #[serde(rename = "passages", skip_serializing_if = "Option::is_none")]
    n_passages: Option<usize>,
}

impl<'a> FullArticleObject<'a> {
    /// `n_passages` of an article that is cut.
    pub(super) fn new(head: &'a ArticleHead, n_passages: Option<usize>) -> Self {
        let edition = &head.edition;
        Self {
            head: head.into(),
            authors: &head.authors,
            dateline: head.dateline.as_deref(),
            section: head.section.as_deref(),
            source_tags: &head.source_tags,
            version: edition.version.as_deref(),
            updated: edition.updated.as_deref(),
            embargoed: edition.embargoed.as_deref(),
            encoding: edition.encoding.as_deref(),
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
    #[serde(flatten)]
    place: PlaceObject<'a>,
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
            place: PlaceObject::new(head.unit, &passage.source_lines),
            sectors: sectors(&tags.sectors, &text),
            entities: entities(&tags.mentions, &text),
            statements: statements(&tags.statements, &text),
        }
    }
}

/// Where in its source a passage stands. Lines are lines, so other places have a key of their own.
#[derive(Serialize)]
pub(super) struct PlaceObject<'a> {
    source_lines: &'a [LineRange],
    #[serde(skip_serializing_if = "Option::is_none")]
    source_pages: Option<Vec<LineRange>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_paragraphs: Option<Vec<LineRange>>,
}

impl<'a> PlaceObject<'a> {
    pub(super) fn new(unit: Unit, places: &'a [LineRange]) -> Self {
        let of = |wanted: Unit| (unit == wanted).then(|| joined(places));
        Self {
            source_lines: if unit.is_line() { places } else { &[] },
            source_pages: of(Unit::Page),
            source_paragraphs: of(Unit::Paragraph),
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
    #[serde(flatten)]
    place: PlaceObject<'a>,
}

impl<'a> NeighbourObject<'a> {
    fn new(head: &ArticleHead, passage: &'a Passage) -> Self {
        Self {
            passage: id(head, passage),
            ordinal: passage.ordinal,
            kind: passage.kind.as_str(),
            text: &passage.text,
            place: PlaceObject::new(head.unit, &passage.source_lines),
        }
    }
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

fn id(head: &ArticleHead, passage: &Passage) -> String {
    PassageId { article: head.id.clone(), ordinal: passage.ordinal }.to_string()
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
pub(super) fn map<V: Serialize, S: Serializer>(
    pairs: &[(String, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}
