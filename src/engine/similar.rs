//! More like this: the query for passages that speak of what a passage or an article speaks of.
//!
//! It is an ordinary query: any of the most telling words, which are those used often here and
//! seldom elsewhere, or of the entities that are named; sectors in common count in favour. What is
//! found is ranked, filtered, marked and explained as for any other.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analyzer, Stemmer, is_cjk, query_terms};
use crate::passage::Passage;
use crate::query::{Filter, Pattern, Query, TextClause};
use crate::tag::{TaggedArticle, TaggedPassage};

use super::{Engine, EngineError};

/// Words that are looked for at most; of few words, one in so many, but no less than some.
const WORDS: usize = 25;
const SHARE: usize = 3;
const FEW: usize = 8;

/// Entities that are looked for at most.
const ENTITIES: usize = 12;

/// What a word of the headline counts beside one of the text.
const HEADLINE: f64 = 2.0;

/// Words that more than one passage in so many holds tell nothing.
const COMMON: u64 = 4;

/// What a sector in common is worth beside a word or an entity that is as rare.
const SECTOR: f32 = 0.5;

/// The query for passages of other articles that are like the passage of this ordinal, or like the
/// article if there is none. [`Query::Nothing`] if it says nothing that another article says.
///
/// # Errors
///
/// As for [`Engine::search`].
pub fn similar(
    engine: &dyn Engine,
    article: &TaggedArticle,
    ordinal: Option<u32>,
) -> Result<Query, EngineError> {
    let chosen = |passage: &&TaggedPassage| ordinal.is_none_or(|at| passage.passage.ordinal == at);
    let passages: Vec<&TaggedPassage> = article.passages.iter().filter(chosen).collect();
    let mut any = words(engine, article, &passages)?;
    any.extend(entities(&passages));
    if any.is_empty() {
        return Ok(Query::Nothing);
    }
    let mut sectors = BTreeSet::new();
    for tag in passages.iter().flat_map(|passage| &passage.tags.sectors) {
        sectors.insert(tag.id.as_str());
    }
    let mut like = Query::any_of(any);
    if !sectors.is_empty() {
        // What is marked must match; the rest may.
        let sector = |id: &str| boosted(Query::Filter(Filter::Sector(id.to_owned())), SECTOR);
        let must = std::iter::once(Query::Must(Box::new(like)));
        like = Query::Or(must.chain(sectors.into_iter().map(sector)).collect());
    }
    let own = Query::Filter(Filter::Article(article.head.id.as_str().to_owned()));
    Ok(Query::And(vec![like, Query::Not(Box::new(own))]))
}

/// The most telling words, most telling first.
fn words(
    engine: &dyn Engine,
    article: &TaggedArticle,
    passages: &[&TaggedPassage],
) -> Result<Vec<Query>, EngineError> {
    let mut stemmer = Stemmer::new(Analyzer::of(&article.head.lang));
    // By stem: the word as it stands here first, and how much it counts.
    let mut counts: BTreeMap<String, (String, f64)> = BTreeMap::new();
    let headline = article.head.headline.as_deref().unwrap_or_default();
    let texts = passages.iter().map(|passage| (passage.passage.text.as_str(), 1.0));
    let named = named(passages);
    for (text, weight) in texts.chain([(headline, HEADLINE)]) {
        let terms = query_terms(text).into_iter().map(|(_, term)| term);
        for term in terms.filter(|term| tells(term) && !named.contains(term)) {
            let stem = stemmer.stem(&term, &mut String::new()).to_owned();
            counts.entry(stem).or_insert((term, 0.0)).1 += weight;
        }
    }
    // What no other article holds finds nothing.
    let mut own: BTreeMap<&str, u64> = BTreeMap::new();
    let held: Vec<BTreeSet<String>> =
        article.passages.iter().map(|tagged| stems(&tagged.passage, &mut stemmer)).collect();
    for stem in held.iter().flatten() {
        *own.entry(stem).or_default() += 1;
    }
    let terms: Vec<&str> = counts.values().map(|(term, _)| term.as_str()).collect();
    let known = engine.frequencies(&terms)?;
    let mut telling = Vec::new();
    for ((stem, (term, count)), held) in counts.iter().zip(known.words) {
        let here = own.get(stem.as_str()).copied().unwrap_or_default();
        if held > here && (held <= known.passages / COMMON || held < COMMON) {
            let often = 1.0 + count.ln().max(0.0);
            let seldom = (1.0 + known.passages as f64 / held as f64).ln();
            telling.push((often * seldom, often, term));
        }
    }
    telling.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(b.2)));
    telling.truncate((counts.len() / SHARE).clamp(FEW, WORDS));
    let word = |(_, often, term): (f64, f64, &String)| {
        let pattern = Pattern::Word(term.clone());
        boosted(Query::Text(TextClause { zone: None, pattern }), often as f32)
    };
    Ok(telling.into_iter().map(word).collect())
}

/// The pairs of characters of Chinese names: the entity says it once, each pair would again.
fn named(passages: &[&TaggedPassage]) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for TaggedPassage { passage, tags } in passages {
        for mention in &tags.mentions {
            let terms = query_terms(mention.span.of(&passage.text)).into_iter();
            named.extend(terms.map(|(_, term)| term).filter(|term| term.starts_with(is_cjk)));
        }
    }
    named
}

/// Whether a term may say what a text is about: no number, and no single letter or character.
fn tells(term: &str) -> bool {
    let long = if term.starts_with(is_cjk) { 2 } else { 3 };
    term.chars().count() >= long && term.contains(char::is_alphabetic)
}

fn stems(passage: &Passage, stemmer: &mut Stemmer) -> BTreeSet<String> {
    let terms = query_terms(&passage.text).into_iter();
    terms.map(|(_, term)| stemmer.stem(&term, &mut String::new()).to_owned()).collect()
}

/// The entities that are named, those named most often first.
fn entities(passages: &[&TaggedPassage]) -> Vec<Query> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mention in passages.iter().flat_map(|passage| &passage.tags.mentions) {
        *counts.entry(mention.id.as_str()).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    counts.truncate(ENTITIES);
    let entity = |(id, count): (&str, usize)| {
        let often = 1.0 + (count as f32).ln();
        boosted(Query::Filter(Filter::Entity(id.to_owned())), often)
    };
    counts.into_iter().map(entity).collect()
}

/// `query` with its score multiplied, in hundredths; once is said too, because a condition that is
/// not boosted scores nothing.
fn boosted(query: Query, by: f32) -> Query {
    Query::Boost(Box::new(query), (by * 100.0).round() / 100.0)
}
