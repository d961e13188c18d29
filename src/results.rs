//! What a search asks and what it gives back: plain values that every engine and output shares.

mod cursor;

use jiff::civil::Date;

pub use cursor::{Cursor, NotACursor};

use crate::article::ArticleHead;
use crate::passage::{Passage, PassageId, Span};
use crate::query::{Query, Warning};
use crate::tag::TaggedPassage;

/// One search, whole.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What to look for.
    pub query: Query,
    /// How many of its words must match.
    pub matching: Matching,
    /// Conditions that every hit meets.
    pub filters: Filters,
    /// Where an earlier page of the same search ended: the list goes on from there.
    pub after: Option<Cursor>,
    /// Hits to pass over, from there or from the first.
    pub offset: usize,
    /// Hits to give at most.
    pub limit: usize,
    /// Their order.
    pub sort: Sort,
    /// Whether an article gives its best passage only.
    pub collapse: Collapse,
    /// Neighbouring passages to give before and after each hit.
    pub context: u32,
    /// Fragments of each passage to give at most; 0 for none.
    pub snippets: usize,
    /// What to count over all matches.
    pub facets: Vec<FacetField>,
    /// Whether each hit says how its score came about.
    pub explain: bool,
    /// Whether a query whose words are nowhere together is asked again for any of them.
    pub fallback: bool,
    /// Whether words that the best hits share help to rank the others; `None` where any word of the
    /// query is enough.
    pub expand: Option<bool>,
    /// Whether new passages rank higher.
    pub recency: Option<Recency>,
}

/// How much being new counts: a passage of `today` gets as much again as it has, and half of that for
/// every `half_life` days of age; one without a date gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recency {
    /// The day that ages are counted from; what is later is as new.
    pub today: Date,
    /// Days, at least one.
    pub half_life: std::num::NonZeroU32,
}

impl SearchRequest {
    /// The request for the ten best passages for `query`.
    pub fn new(query: Query) -> Self {
        Self {
            query,
            matching: Matching::All,
            filters: Filters::default(),
            after: None,
            offset: 0,
            limit: 10,
            sort: Sort::Relevance,
            collapse: Collapse::None,
            context: 0,
            snippets: 0,
            facets: Vec::new(),
            explain: false,
            fallback: true,
            expand: None,
            recency: None,
        }
    }
}

/// How many words of a query a passage must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// What the query says: all, unless it says OR.
    All,
    /// Any of them, and a part of a word that analysis cuts into several (`国际论坛`) is one; what is
    /// excluded or marked `+` stays so. More of them rank higher.
    Any,
}

/// Conditions beside the query. Within one list any one suffices (but `all_sectors`); across
/// lists all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Any of these sectors, or one below: path, unique leaf, or label.
    pub sectors: Vec<String>,
    /// Every one of these sectors.
    pub all_sectors: Vec<String>,
    /// None of these sectors.
    pub not_sectors: Vec<String>,
    /// Any of these entities: id, name or alias.
    pub entities: Vec<String>,
    /// With a statement of any of these speakers: id, name, alias, or words of what they are called.
    pub said_by: Vec<String>,
    /// Any of these languages.
    pub langs: Vec<String>,
    /// Any of these publishers.
    pub sources: Vec<String>,
    /// Any of these labels of the source's own.
    pub source_tags: Vec<String>,
    /// Published on or after this day.
    pub since: Option<Date>,
    /// Published on or before this day.
    pub until: Option<Date>,
}

/// The order of hits. Equal ones are ordered by passage id, ascending, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Best score first.
    Relevance,
    /// Oldest first; those without a date last.
    DateAscending,
    /// Newest first; those without a date last.
    DateDescending,
}

/// What happens to several hits of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collapse {
    /// Each is listed.
    None,
    /// The first in order is listed, with the number of the others.
    Article,
}

/// A field whose values can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetField {
    /// Sectors; a parent counts what its children count, once a passage.
    Sector,
    /// Entities.
    Entity,
    /// Publishers.
    Source,
    /// Languages.
    Lang,
    /// Months, `2025-04`.
    Month,
}

impl FacetField {
    /// Every field, in the order they are listed.
    pub const ALL: [Self; 5] = [Self::Sector, Self::Entity, Self::Source, Self::Lang, Self::Month];

    /// The field as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sector => "sector",
            Self::Entity => "entity",
            Self::Source => "source",
            Self::Lang => "lang",
            Self::Month => "month",
        }
    }
}

/// The answer to one search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResults {
    /// The query that was run: the asked one, or its fallback.
    pub query: Query,
    /// Whether the words were nowhere together and any of them was looked for instead.
    pub fell_back: bool,
    /// What the engine has to say about the query.
    pub warnings: Vec<Warning>,
    /// The hits, in order.
    pub hits: Vec<Hit>,
    /// Counts over all matches.
    pub totals: Totals,
    /// Where the next page begins, if hits were given and there are more.
    pub next: Option<Cursor>,
    /// Counts by value, one a field asked for, in the order asked.
    pub facets: Vec<Facet>,
    /// The state of the index that answered.
    pub index: IndexStamp,
}

/// Which state of which index answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexStamp {
    /// Number of the last commit; it only grows.
    pub generation: u64,
    /// Fingerprint of the taxonomy the passages are tagged by.
    pub taxonomy: String,
}

/// How many matched. Both are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Matching passages.
    pub passages: u64,
    /// Articles with a matching passage.
    pub articles: u64,
}

impl Totals {
    /// How many hits there are to list.
    pub fn listed(self, collapse: Collapse) -> u64 {
        match collapse {
            Collapse::None => self.passages,
            Collapse::Article => self.articles,
        }
    }
}

/// One passage found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Place in the results of the whole search, from 1.
    pub rank: u64,
    /// Score; no unit, comparable within one result only. Zero where nothing scores.
    pub score: f64,
    /// The article it is of.
    pub article: ArticleHead,
    /// How many passages that article has.
    pub of: u32,
    /// The passage with its tags.
    pub passage: TaggedPassage,
    /// What matched in the passage's text, in order, not overlapping.
    pub highlights: Vec<Highlight>,
    /// What matched in the headline, in order, not overlapping.
    pub headline_highlights: Vec<Highlight>,
    /// Fragments of the text that show best what matched, if asked: in order, apart from each other; the
    /// whole of a short text.
    pub snippets: Option<Vec<Span>>,
    /// Passages before it, in reading order.
    pub before: Vec<Passage>,
    /// Passages after it, in reading order.
    pub after: Vec<Passage>,
    /// Further matching passages of the same article that collapsing hides.
    pub more_in_article: u64,
    /// How the score came about, if asked; the parts add up to the score.
    pub explanation: Option<Vec<ScorePart>>,
}

impl Hit {
    /// The passage's id.
    pub fn id(&self) -> PassageId {
        PassageId { article: self.article.id.clone(), ordinal: self.passage.passage.ordinal }
    }
}

/// A span that matched, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// The part of the query that matched, as the user typed it.
    pub term: String,
    /// How it matched.
    pub why: Why,
    /// Which part of the query that is, if others are typed alike: words, phrases, entities and
    /// speakers are counted from 1 in the order they stand in the query, then in the filters.
    pub part: u32,
}

/// How a word of a passage matches a part of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The same word, case and width aside.
    Exact,
    /// Another form of the word.
    Stem,
    /// It begins so.
    Prefix,
    /// A wildcard covers it.
    Wildcard,
    /// It is a few edits away.
    Fuzzy,
    /// A phrase, as one span.
    Phrase,
    /// A name of the entity asked for.
    Entity,
    /// Who says what the speaker asked for says.
    Speaker,
    /// A synonym of it.
    Synonym,
}

impl Why {
    /// The reason as it is written in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Stem => "stem",
            Self::Prefix => "prefix",
            Self::Wildcard => "wildcard",
            Self::Fuzzy => "fuzzy",
            Self::Phrase => "phrase",
            Self::Entity => "entity",
            Self::Speaker => "speaker",
            Self::Synonym => "synonym",
        }
    }
}

/// One addend of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorePart {
    /// What matched where: `text: cooper`, `headline: visit`.
    pub what: String,
    /// What it adds.
    pub value: f64,
}

/// The values of one field over all matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The field.
    pub field: FacetField,
    /// Values with their counts, most frequent first, then by value; months by value.
    pub values: Vec<FacetCount>,
}

/// How many matching passages carry a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The value: a sector id, an entity id, …
    pub value: String,
    /// What people call it, where that differs.
    pub label: Option<String>,
    /// Passages.
    pub passages: u64,
}
