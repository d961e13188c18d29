//! What an index has that is spelt nearly as something it has not: words by its own terms, names by
//! those of its passages.
//!
//! Whatever is offered, a live passage has. Terms are looked up and not searched for, so that it costs
//! little however many passages there are.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, SegmentReader, TERMINATED, Term};

use crate::analysis::{Analyzer, Stemmer, is_cjk, query_terms};
use crate::engine::diagnose::Spelt;
use crate::engine::synonyms::Synonyms;
use crate::engine::{EngineError, NameLookup, pattern};
use crate::query::{Pattern, Query, TextClause, Zone};
use crate::results::SearchRequest;

use super::expand::WordPattern;
use super::facet::each_term;
use super::forms::{forms_of, number};
use super::meant::Meaning;
use super::read::{Snapshot, str_column};
use super::statistics::{live, live_frequency};
use super::write::key;

/// Words that are shorter, in characters, are one edit from too many others.
const SHORTEST: usize = 3;

/// Words and names that are longer, in characters, are spelt like no other: the time of a look grows with
/// their length.
const LONGEST: usize = 128;

/// Words up to this long are one edit away at most, longer ones two.
const SHORT: usize = 4;

/// How many ways to cut a word in two are looked into.
const CUTS: usize = 3;

/// What the index calls `text`, alone, if it has it; else up to `most` that are spelt nearly so, best
/// first.
pub(super) fn spellings(
    snapshot: &Snapshot,
    names: &NameLookup,
    of: Spelt,
    text: &str,
    most: usize,
) -> Result<Vec<String>, EngineError> {
    let fields = snapshot.fields();
    let failed = |source| snapshot.failed(source);
    let mut found = match of {
        Spelt::Word => words(snapshot, names, text, most)?,
        Spelt::Sector => match super::sectors::resolve(&snapshot.card().taxonomy, text) {
            Ok(sector) => vec![sector.as_str().to_owned()],
            Err(EngineError::UnknownSector { similar: found, .. })
            | Err(EngineError::AmbiguousSector { candidates: found, .. }) => {
                let mut held = Vec::new();
                for sector in found {
                    let term = Term::from_field_text(fields.sector, sector.as_str());
                    let count = live_frequency(snapshot, &term);
                    if count.map_err(failed)? > 0 {
                        held.push(sector.as_str().to_owned());
                    }
                }
                held
            }
            Err(error) => return Err(error),
        },
        Spelt::Entity | Spelt::Speaker if text.contains(':') => {
            keys(snapshot, fields.entity, text).map_err(failed)?
        }
        Spelt::Entity | Spelt::Speaker => entities(snapshot, text).map_err(failed)?,
        Spelt::SourceTag => keys(snapshot, fields.source_tag, text).map_err(failed)?,
        Spelt::Source => publishers(snapshot, text).map_err(failed)?,
        Spelt::Lang => langs(snapshot).map_err(failed)?,
    };
    // A word that it has is told of even where no other is wanted.
    found.truncate(if of == Spelt::Word { most.max(1) } else { most });
    Ok(found)
}

/// How well a candidate fits: edits, then whether it begins otherwise. The least is the best.
type Fit = (usize, bool);

fn fit(wanted: &str, other: &str) -> Option<Fit> {
    let edits = pattern::edits(wanted, other, reach(wanted))?;
    Some((edits, wanted.chars().next() != other.chars().next()))
}

/// How many edits away a word is still taken for the same.
fn reach(wanted: &str) -> usize {
    1 + usize::from(wanted.chars().count() > SHORT && !wanted.starts_with(is_cjk))
}

/// The candidates, best first: by fit, then the most frequent, then by spelling.
fn ranked(candidates: BTreeMap<String, (Fit, u64)>) -> Vec<String> {
    let mut ranked: Vec<_> = candidates.into_iter().collect();
    ranked.sort_by_key(|(_, (fit, frequency))| (*fit, Reverse(*frequency)));
    ranked.into_iter().map(|(text, _)| text).collect()
}

/// Words: as written, one word that is two, and Chinese by the names that are known.
fn words(
    snapshot: &Snapshot,
    names: &NameLookup,
    text: &str,
    most: usize,
) -> Result<Vec<String>, EngineError> {
    let terms = query_terms(text);
    if text.starts_with(is_cjk) {
        return entities(snapshot, text).map_err(|source| snapshot.failed(source));
    }
    let [(_, word)] = terms.as_slice() else { return Ok(Vec::new()) };
    let failed = |source| snapshot.failed(source);
    if frequency(snapshot, word).map_err(failed)? > 0 {
        return Ok(vec![word.clone()]);
    }
    // Of numbers every one is a letter from another.
    let fits = (SHORTEST..=LONGEST).contains(&word.chars().count());
    if most == 0 || !fits || !word.chars().any(char::is_alphabetic) {
        return Ok(Vec::new());
    }
    let mut found = written(snapshot, word).map_err(failed)?;
    if let Some((two, frequency)) = cut_in_two(snapshot, names, word)? {
        found.insert(two, ((1, false), frequency));
    }
    // Another form of a word finds the same.
    let (mut stemmer, mut out) = (Stemmer::new(Analyzer::English), String::new());
    let mut stems = BTreeSet::new();
    let mut ranked = ranked(found);
    ranked.retain(|word| stems.insert(stemmer.stem(word, &mut out).to_owned()));
    Ok(ranked)
}

/// The words as written that are spelt nearly as `word`.
fn written(snapshot: &Snapshot, word: &str) -> tantivy::Result<BTreeMap<String, (Fit, u64)>> {
    let fuzzy = WordPattern::Fuzzy(word.to_owned(), reach(word) as u8);
    let fields = snapshot.fields();
    let mut found = BTreeMap::new();
    for analyzer in Analyzer::ALL {
        // Words that are indexed as written tell themselves how many passages hold them.
        for zone in [Zone::Text, Zone::Headline] {
            let field = fields.words(zone, analyzer).unwrap_or(fields.stems(zone, analyzer));
            for reader in snapshot.searcher().segment_readers() {
                let index = reader.inverted_index(field)?;
                fuzzy.each_term(index.terms(), &mut |other, info| {
                    let held = live(reader, &index, info)?;
                    note(&mut found, word, other, held);
                    Ok(())
                })?;
            }
        }
        let Some(field) = fields.vocabulary(analyzer) else { continue };
        let mut numbered = BTreeSet::new();
        for reader in snapshot.searcher().segment_readers() {
            let index = reader.inverted_index(field)?;
            fuzzy.each_term(index.terms(), &mut |other, _| {
                numbered.insert(other.to_owned());
                Ok(())
            })?;
        }
        let (mut stemmer, mut out) = (Stemmer::new(analyzer), String::new());
        for other in &numbered {
            let stem = stemmer.stem(other, &mut out).to_owned();
            if occurs(snapshot, analyzer, &stem, other)? {
                let held = held(snapshot, analyzer, &stem)?;
                note(&mut found, word, other, held);
            }
        }
    }
    Ok(found)
}

fn note(found: &mut BTreeMap<String, (Fit, u64)>, wanted: &str, other: &str, held: u64) {
    if held > 0
        && let Some(fit) = fit(wanted, other)
    {
        found.entry(other.to_owned()).or_insert((fit, 0)).1 += held;
    }
}

/// How many texts and headlines hold a stem.
fn held(snapshot: &Snapshot, analyzer: Analyzer, stem: &str) -> tantivy::Result<u64> {
    let mut held = 0;
    for zone in [Zone::Text, Zone::Headline] {
        let field = snapshot.fields().stems(zone, analyzer);
        held += live_frequency(snapshot, &Term::from_field_text(field, stem))?;
    }
    Ok(held)
}

/// How many texts and headlines hold a form of the word, whatever their language.
fn frequency(snapshot: &Snapshot, word: &str) -> tantivy::Result<u64> {
    let mut frequency = 0;
    for analyzer in Analyzer::ALL {
        let mut out = String::new();
        let mut stemmer = Stemmer::new(analyzer);
        frequency += held(snapshot, analyzer, stemmer.stem(word, &mut out))?;
    }
    Ok(frequency)
}

/// Whether a live passage holds the word itself and not only another form of its stem: the vocabulary
/// keeps words whose articles are gone.
fn occurs(
    snapshot: &Snapshot,
    analyzer: Analyzer,
    stem: &str,
    word: &str,
) -> tantivy::Result<bool> {
    let forms = forms_of(snapshot, analyzer, stem)?;
    let Some((_, wanted)) = forms.into_iter().find(|(form, _)| form == word) else {
        return Ok(false);
    };
    for zone in [Zone::Text, Zone::Headline] {
        let term = Term::from_field_text(snapshot.fields().stems(zone, analyzer), stem);
        for reader in snapshot.searcher().segment_readers() {
            let index = reader.inverted_index(term.field())?;
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(mut postings) = index.read_postings(&term, option)? else { continue };
            let mut positions = Vec::new();
            while postings.doc() != TERMINATED {
                postings.positions(&mut positions);
                if !reader.is_deleted(postings.doc())
                    && positions.iter().any(|at| number(*at) == u32::from(wanted))
                {
                    return Ok(true);
                }
                postings.advance();
            }
        }
    }
    Ok(false)
}

/// The two words that one is written of, if a passage has them side by side, and in how many.
fn cut_in_two(
    snapshot: &Snapshot,
    names: &NameLookup,
    word: &str,
) -> Result<Option<(String, u64)>, EngineError> {
    let (mut cuts, synonyms) = (Vec::new(), Synonyms::default());
    for (at, _) in word.char_indices() {
        let (first, second) = word.split_at(at);
        if first.chars().count() < 2 || second.chars().count() < 2 {
            continue;
        }
        let held = |half| frequency(snapshot, half).map_err(|source| snapshot.failed(source));
        let rarer = held(first)?.min(held(second)?);
        if rarer > 0 {
            cuts.push((rarer, format!("{first} {second}")));
        }
    }
    cuts.sort_by_key(|(rarer, _)| Reverse(*rarer));
    for (_, text) in cuts.into_iter().take(CUTS) {
        let pattern = Pattern::Phrase { text: text.clone(), slop: 0 };
        let query = Query::Text(TextClause { zone: None, pattern });
        let request = SearchRequest { limit: 0, fallback: false, ..SearchRequest::new(query) };
        let meaning = Meaning::new(snapshot, names, &synonyms);
        let found =
            super::search::find(snapshot, names, meaning, &request)?.results.totals.passages;
        if found > 0 {
            return Ok(Some((text, found)));
        }
    }
    Ok(None)
}

/// Names of entities, as they are listed by; other names of an entity are folded.
fn entities(snapshot: &Snapshot, text: &str) -> tantivy::Result<Vec<String>> {
    let mut names = keys(snapshot, snapshot.fields().entity_name, text)?;
    if names.is_empty() {
        return Ok(names);
    }
    names.truncate(MOST_NAMES);
    let mut listed: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); names.len()];
    let field = snapshot.fields().entity_label;
    for reader in snapshot.searcher().segment_readers() {
        let index = reader.inverted_index(field)?;
        let mut labels = index.terms().stream()?;
        while labels.advance() {
            let label = std::str::from_utf8(labels.key()).ok();
            let Some((_, name)) = label.and_then(|label| label.split_once('\t')) else { continue };
            // Most are told by a look: folding every name of the index would take its time.
            let is_it = |other: &String| {
                other.eq_ignore_ascii_case(name) || !name.is_ascii() && *other == key(name)
            };
            if let Some(at) = names.iter().position(is_it) {
                let held = live(reader, &index, labels.value())?;
                *listed[at].entry(name.to_owned()).or_default() += held;
            }
        }
    }
    for (name, listed) in names.iter_mut().zip(listed) {
        // The most frequent; of equals the first.
        let best = listed.into_iter().rev().max_by_key(|(_, held)| *held);
        if let Some((best, _)) = best.filter(|(_, held)| *held > 0) {
            *name = best;
        }
    }
    Ok(names)
}

/// How many names are shown as they are listed.
const MOST_NAMES: usize = 8;

/// The values of a field of folded names that are spelt nearly as `text`, or hold it.
fn keys(snapshot: &Snapshot, field: Field, text: &str) -> tantivy::Result<Vec<String>> {
    let wanted = key(text);
    if live_frequency(snapshot, &Term::from_field_text(field, &wanted))? > 0 {
        return Ok(vec![wanted]);
    }
    let mut found: BTreeMap<String, (Fit, u64)> = BTreeMap::new();
    let length = wanted.chars().count();
    if (2..=LONGEST).contains(&length) {
        let fuzzy = WordPattern::Fuzzy(wanted.clone(), reach(&wanted) as u8);
        for reader in snapshot.searcher().segment_readers() {
            let index = reader.inverted_index(field)?;
            fuzzy.each_term(index.terms(), &mut |other, info| {
                let held = live(reader, &index, info)?;
                note(&mut found, &wanted, other, held);
                Ok(())
            })?;
        }
    }
    if found.is_empty() && (length >= SHORTEST || length == 2 && wanted.starts_with(is_cjk)) {
        for reader in snapshot.searcher().segment_readers() {
            holding(reader, field, &wanted, &mut found)?;
        }
    }
    Ok(ranked(found))
}

/// Adds the values of a segment in which `wanted` begins a word.
fn holding(
    reader: &SegmentReader,
    field: Field,
    wanted: &str,
    found: &mut BTreeMap<String, (Fit, u64)>,
) -> tantivy::Result<()> {
    let index = reader.inverted_index(field)?;
    let mut terms = index.terms().stream()?;
    while terms.advance() {
        let Ok(other) = std::str::from_utf8(terms.key()) else { continue };
        let Some(at) = other.find(wanted) else { continue };
        let inside = other[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        if inside && !wanted.starts_with(is_cjk) {
            continue;
        }
        let held = live(reader, &index, terms.value())?;
        if held > 0 {
            // Those that begin so come first.
            found.entry(other.to_owned()).or_insert(((0, at > 0), 0)).1 += held;
        }
    }
    Ok(())
}

/// Publishers as they are written: those that are spelt nearly so or hold the text, else those of the
/// most passages.
fn publishers(snapshot: &Snapshot, text: &str) -> tantivy::Result<Vec<String>> {
    let field = snapshot.fields().source_key;
    let near = keys(snapshot, field, text)?;
    let mut held = BTreeMap::new();
    each_term(snapshot.searcher(), field, "", &mut |name, count| {
        *held.entry(name.to_owned()).or_insert(0) += count;
    })?;
    let mut written: BTreeMap<String, String> = BTreeMap::new();
    for reader in snapshot.searcher().segment_readers() {
        let Some(column) = str_column(reader, "source")? else { continue };
        let mut names = column.dictionary().stream()?;
        while names.advance() {
            let name = String::from_utf8_lossy(names.key()).into_owned();
            let first = written.entry(key(&name)).or_insert_with(|| name.clone());
            if name < *first {
                *first = name;
            }
        }
    }
    let shown = |folded: String| written.get(&folded).cloned().unwrap_or(folded);
    if !near.is_empty() {
        return Ok(near.into_iter().map(shown).collect());
    }
    let mut all: Vec<(String, u64)> = held.into_iter().collect();
    all.sort_by_key(|(_, count)| Reverse(*count));
    Ok(all.into_iter().map(|(name, _)| shown(name)).collect())
}

/// Every language, that of the most passages first.
fn langs(snapshot: &Snapshot) -> tantivy::Result<Vec<String>> {
    let mut langs: BTreeMap<String, u64> = BTreeMap::new();
    each_term(snapshot.searcher(), snapshot.fields().lang, "", &mut |lang, count| {
        *langs.entry(lang.to_owned()).or_default() += count;
    })?;
    let mut langs: Vec<(String, u64)> = langs.into_iter().collect();
    langs.sort_by_key(|(_, count)| Reverse(*count));
    Ok(langs.into_iter().map(|(lang, _)| lang).collect())
}
