//! More like this: the query for passages that speak of what a passage or an article speaks of.
//!
//! It is an ordinary query: any of the most telling words, which are those used often here and
//! seldom elsewhere, or of the entities that are named; sectors in common count in favour. Entities and
//! sectors lead to the same story in other languages, so words do not outweigh them. What is found is
//! ranked, filtered, marked and explained as for any other.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analyzer, Stemmer, is_cjk, query_terms};
use crate::passage::Passage;
use crate::query::{Filter, Pattern, Query, TextClause};
use crate::results::SearchRequest;
use crate::tag::{TaggedArticle, TaggedPassage};

use super::{Engine, EngineError};

/// Words that are looked for at most; of few words, one in so many, but no less than some.
const WORDS: usize = 20;
const SHARE: usize = 3;
const FEW: usize = 8;

/// Entities that are looked for at most, of so many that are named most often.
const ENTITIES: usize = 20;
const MOST_COUNTED: usize = 60;

/// What a word of the headline counts beside one of the text.
const HEADLINE: f64 = 2.0;

/// Words that more than one passage in so many holds tell nothing, but for a handful of passages of a
/// small index.
const COMMON: u64 = 20;
const HANDFUL: u64 = 8;

/// What a word in common is worth beside an entity that is as rare: there are more words, and they
/// are of one language, while entities and sectors lead to the others.
const WORD: f64 = 0.3;

/// What a sector in common is worth beside an entity that is as rare: an article has few.
const SECTOR: f64 = 2.0;

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
    any.extend(entities(engine, &passages)?);
    if any.is_empty() {
        return Ok(Query::Nothing);
    }
    let tagged = passages.iter().flat_map(|passage| &passage.tags.sectors);
    let sectors = counted(tagged.map(|tag| tag.id.as_str()));
    let mut like = Query::any_of(any);
    if !sectors.is_empty() {
        // What is marked must match; the rest may.
        let mut either = vec![Query::Must(Box::new(like))];
        for (id, often) in sectors {
            let filter = Filter::Sector(id.to_owned());
            let worth = often * seldom(engine, &filter)?;
            either.push(boosted(Query::Filter(filter), (SECTOR * worth) as f32));
        }
        like = Query::Or(either);
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
        if held > here && (held <= known.passages / COMMON || held < HANDFUL) {
            let often = 1.0 + count.ln().max(0.0);
            let worth = often * rarity(held, known.passages);
            telling.push((worth, term));
        }
    }
    telling.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    telling.truncate((counts.len() / SHARE).clamp(FEW, WORDS));
    let word = |(worth, term): (f64, &String)| {
        let pattern = Pattern::Word(term.clone());
        boosted(Query::Text(TextClause { zone: None, pattern }), (WORD * worth) as f32)
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

/// The entities that are named, the most telling first: those named often here and seldom elsewhere.
fn entities(engine: &dyn Engine, passages: &[&TaggedPassage]) -> Result<Vec<Query>, EngineError> {
    let mentions = passages.iter().flat_map(|passage| &passage.tags.mentions);
    let counted = counted(mentions.map(|mention| mention.id.as_str()));
    let mut counted: Vec<(&str, f64)> = counted.into_iter().collect();
    counted.sort_by(|a, b| b.1.total_cmp(&a.1));
    counted.truncate(MOST_COUNTED);
    let mut telling = Vec::with_capacity(counted.len());
    for (id, often) in counted {
        let filter = Filter::Entity(id.to_owned());
        telling.push((often * seldom(engine, &filter)?, filter));
    }
    telling.sort_by(|a, b| b.0.total_cmp(&a.0));
    telling.truncate(ENTITIES);
    let entity = |(worth, filter)| boosted(Query::Filter(filter), worth as f32);
    Ok(telling.into_iter().map(entity).collect())
}

/// How much each counts by how often it is there, which tells the less the more it is.
fn counted<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, f64> {
    let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
    ids.for_each(|id| *counts.entry(id).or_default() += 1.0);
    counts.values_mut().for_each(|count| *count = 1.0 + count.ln());
    counts
}

/// How seldom passages meet a condition, as [`rarity`] says.
fn seldom(engine: &dyn Engine, filter: &Filter) -> Result<f64, EngineError> {
    let count = |query| {
        let request = SearchRequest { limit: 0, fallback: false, ..SearchRequest::new(query) };
        Ok(engine.search(&request)?.totals.passages)
    };
    Ok(rarity(count(Query::Filter(filter.clone()))?, count(Query::All)?))
}

/// From 1 for what one passage has down to what all have. The engine counts rarity too; here it makes
/// what is common count less still, because there is much of it in any article.
fn rarity(held: u64, passages: u64) -> f64 {
    let (held, passages) = (held.max(1) as f64, passages.max(1) as f64);
    ((1.0 + passages / held).ln() / (1.0 + passages).ln()).powi(2)
}

/// `query` with its score multiplied, in hundredths; once is said too, because a condition that is
/// not boosted scores nothing.
fn boosted(query: Query, by: f32) -> Query {
    Query::Boost(Box::new(query), (by * 100.0).round().max(1.0) / 100.0)
}
