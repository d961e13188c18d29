//! Ranking the best again, by what is too dear to ask of every match.
//!
//! Matches are ordered by BM25 of their words. The best of them, [`LOOKED_AT`] at most, are then
//! given more for what else speaks for them: words that stand together as they were typed, the
//! entity that a name stands for, words that the very best share (pseudo-relevance feedback), and
//! other passages of the article that match. Nothing is taken away, so those that are not looked at
//! stay behind, and what is added is kept for explanations. It changes no count.

use std::collections::HashMap;

use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, Term};

use crate::analysis::{Analyzer, Case, Stemmer, Tokens, fold, is_cjk};
use crate::engine::EngineError;
use crate::query::Zone;
use crate::results::Recency;

use super::collect::Candidate;
use super::day_number;
use super::leaves::{Leaf, Leaves};
use super::order;
use super::plan::Plan;
use super::read::Snapshot;
use super::statistics::{Statistics, idf, live_frequency};

/// How many of the best are looked at.
pub(super) const LOOKED_AT: usize = 200;

/// What the best other match of its article adds to a passage, as a part of that one's score.
const ARTICLE: f64 = 0.4;

/// How many of the very best tell related words.
const TELLING: usize = 20;

/// How much less a passage tells for scoring less than the first: an exponent of their ratio.
const SHARPNESS: i32 = 8;

/// How many related words are looked for.
const RELATED: usize = 100;

/// How many words are looked up to find them.
const LOOKED_UP: usize = 150;

/// What all related words together are worth, beside the words of the query.
const RELATED_WEIGHT: f64 = 1.0;

/// What was added to the best.
#[derive(Default)]
pub(super) struct Ranked {
    /// What adds something, for people.
    what: Vec<String>,
    /// What is added to a passage: the number of what adds it, and how much.
    added: HashMap<DocAddress, Vec<(usize, f32)>>,
}

impl Ranked {
    /// What was added to a passage, in the order in which it was added.
    pub(super) fn added(&self, address: DocAddress) -> impl Iterator<Item = (&str, f32)> {
        let added = self.added.get(&address).into_iter().flatten();
        added.map(|(what, value)| (self.what[*what].as_str(), *value))
    }

    fn add(&mut self, leaves: &[Leaf]) -> usize {
        let first = self.what.len();
        self.what.extend(leaves.iter().map(|leaf| leaf.what.clone()));
        first
    }
}

/// Raises the scores of `best`, which are the best by words; `expand` says whether words that the
/// very best share count, `recency` whether being new does.
pub(super) fn rank(
    snapshot: &Snapshot,
    plan: &Plan,
    expand: bool,
    recency: Option<Recency>,
    best: &mut [Candidate],
) -> Result<Ranked, EngineError> {
    // Leaves are read forward only.
    best.sort_unstable_by_key(|candidate| candidate.address);
    let mut ranked = Ranked::default();
    raise(snapshot, &plan.statistics, &plan.extras, best, &mut ranked)?;
    if expand {
        let (leaves, statistics) = related(snapshot, plan.words, best)?;
        raise(snapshot, &statistics, &leaves, best, &mut ranked)?;
    }
    by_article(snapshot, best, &mut ranked);
    if let Some(recency) = recency {
        by_age(snapshot, recency, best, &mut ranked);
    }
    Ok(ranked)
}

/// Adds what `leaves` give.
fn raise(
    snapshot: &Snapshot,
    statistics: &Statistics,
    leaves: &[Leaf],
    best: &mut [Candidate],
    ranked: &mut Ranked,
) -> Result<(), EngineError> {
    if leaves.is_empty() {
        return Ok(());
    }
    let first = ranked.add(leaves);
    let failed = |source| snapshot.failed(source);
    let mut opened = Leaves::open(snapshot, statistics, leaves).map_err(failed)?;
    for candidate in best {
        let mut leaf = opened.at(candidate.address).map_err(failed)?;
        for at in 0..leaves.len() {
            let Some(value) = leaf(at).filter(|value| *value > 0.0) else { continue };
            candidate.key += f64::from(value);
            ranked.added.entry(candidate.address).or_default().push((first + at, value));
        }
    }
    Ok(())
}

/// Words that the very best share, as leaves, with what BM25 needs of them.
///
/// A relevance model as in Abdul-Jaleel et al., *UMass at TREC 2004: Novelty and HARD* (RM3), where
/// a passage counts by a power of its score: where one stands out, it tells alone.
fn related(
    snapshot: &Snapshot,
    words: usize,
    best: &[Candidate],
) -> Result<(Vec<Leaf>, Statistics), EngineError> {
    let mut statistics = Statistics::of(snapshot);
    let first = order::first(snapshot, best.to_vec(), TELLING);
    let Some(most) = first.first().map(|candidate| candidate.key).filter(|key| *key > 0.0) else {
        return Ok((Vec::new(), statistics));
    };
    let mut stemmers = Analyzer::ALL.map(Stemmer::new);
    let mut shares: HashMap<(usize, String), f64> = HashMap::new();
    let mut told: Vec<(f64, Vec<(usize, String)>)> = Vec::new();
    for candidate in first {
        let stored = snapshot.stored(candidate.address)?;
        let analyzer = Analyzer::of(&stored.head.lang);
        let weight = (candidate.key / most).powi(SHARPNESS);
        let terms = terms(&mut stemmers[analyzer as usize], &stored.passage.passage.text);
        told.push((weight, terms));
    }
    for (weight, terms) in told {
        let share = weight / terms.len().max(1) as f64;
        for term in terms {
            *shares.entry(term).or_default() += share;
        }
    }
    let order = |a: &((usize, String), f64), b: &((usize, String), f64)| {
        b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0))
    };
    let mut shares: Vec<((usize, String), f64)> = shares.into_iter().collect();
    shares.sort_unstable_by(order);
    shares.truncate(LOOKED_UP);
    let passages = snapshot.card().passages;
    let mut found = Vec::with_capacity(shares.len());
    for (at, ((analyzer, word), share)) in shares.iter().enumerate() {
        let field = snapshot.fields().stems(Zone::Text, Analyzer::ALL[*analyzer]);
        let term = Term::from_field_text(field, word);
        let frequency = live_frequency(snapshot, &term).map_err(|e| snapshot.failed(e))?;
        // What one passage has alone finds only itself.
        if frequency > 1 {
            found.push((share * idf(passages, frequency), at, term, frequency));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.truncate(RELATED);
    let sum: f64 = found.iter().map(|(value, ..)| value).sum();
    let mut leaves = Vec::with_capacity(found.len());
    for (value, at, term, frequency) in found {
        statistics.note(term.clone(), frequency);
        let boost = RELATED_WEIGHT * words as f64 * value / sum;
        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
        leaves.push(Leaf::new(
            format!("related: {}", shares[at].0.1),
            Box::new(query),
            boost as f32,
        ));
    }
    Ok((leaves, statistics))
}

/// The terms of a text that say something: of two characters and more.
fn terms(stemmer: &mut Stemmer, text: &str) -> Vec<(usize, String)> {
    let folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(text, &folded, stemmer.analyzer());
    let (analyzer, mut out) = (stemmer.analyzer() as usize, String::new());
    let mut terms = Vec::new();
    while tokens.advance() {
        let token = tokens.token();
        if token.term.chars().nth(1).is_none() {
            continue;
        }
        let term = if token.term.starts_with(is_cjk) {
            token.term
        } else {
            stemmer.stem(token.term, &mut out)
        };
        terms.push((analyzer, term.to_owned()));
    }
    terms
}

/// Adds to each what the best other one of its article lends it.
fn by_article(snapshot: &Snapshot, best: &mut [Candidate], ranked: &mut Ranked) {
    let article = |candidate: &Candidate| -> (u32, DocId) {
        let DocAddress { segment_ord, doc_id } = candidate.address;
        let places = &snapshot.columns()[segment_ord as usize].places;
        (segment_ord, doc_id - places.ordinal(doc_id))
    };
    let what = ranked.what.len();
    ranked.what.push("article: its best other match".to_owned());
    // Passages of an article lie side by side, and candidates are in the order of the index.
    for passages in best.chunk_by_mut(|a, b| article(a) == article(b)) {
        if passages.len() < 2 {
            continue;
        }
        let (mut first, mut second) = (0.0_f64, 0.0_f64);
        for key in passages.iter().map(|passage| passage.key) {
            second = second.max(key.min(first));
            first = first.max(key);
        }
        let mut one_is_first = false;
        for passage in passages {
            let is_first = passage.key == first && !std::mem::replace(&mut one_is_first, true);
            let other = if is_first { second } else { first };
            let value = (ARTICLE * other) as f32;
            passage.key += f64::from(value);
            ranked.added.entry(passage.address).or_default().push((what, value));
        }
    }
}

/// Adds to each what it is worth for being new.
fn by_age(snapshot: &Snapshot, recency: Recency, best: &mut [Candidate], ranked: &mut Ranked) {
    let what = ranked.what.len();
    ranked.what.push("recency".to_owned());
    let today = day_number(recency.today);
    for candidate in best {
        let DocAddress { segment_ord, doc_id } = candidate.address;
        let days = &snapshot.columns()[segment_ord as usize].days;
        let Some(day) = days.first(doc_id) else { continue };
        let age = today.saturating_sub(day).max(0) as f64;
        let value = (candidate.key * (-age / f64::from(recency.half_life.get())).exp2()) as f32;
        candidate.key += f64::from(value);
        ranked.added.entry(candidate.address).or_default().push((what, value));
    }
}
