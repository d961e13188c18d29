//! The clauses of a request: taken apart, put together again, and what one is made of.

use crate::analysis::{Analyzer, Case, Tokens, fold};
use crate::engine::EngineError;
use crate::query::{self, Filter, Named, Near, Pattern, Query, TextClause, Zone};
use crate::results::Filters;

use super::probe::Probe;
use super::{Clause, Spelt, What, conflict};

/// A clause or filter, as it is put into searches.
pub(super) type Part = What;

/// Of more words of a phrase, or values of a choice, the first are counted.
const MOST_WITHIN: usize = 8;

/// What all must hold: the clauses of the query in order, then each filter.
pub(super) fn parts(query: &Query, filters: &Filters) -> Vec<Part> {
    let mut clauses = Vec::new();
    conjuncts(query, 1.0, &mut clauses);
    let mut parts: Vec<Part> = clauses.into_iter().map(What::Query).collect();
    let none = Filters::default;
    let Filters {
        sectors,
        all_sectors,
        not_sectors,
        entities,
        said_by,
        langs,
        sources,
        source_tags,
        since,
        until,
    } = filters.clone();
    let mut set: Vec<Filters> = Vec::new();
    set.push(Filters { sectors, ..none() });
    set.extend(all_sectors.into_iter().map(|one| Filters { all_sectors: vec![one], ..none() }));
    set.extend(not_sectors.into_iter().map(|one| Filters { not_sectors: vec![one], ..none() }));
    set.push(Filters { entities, ..none() });
    set.push(Filters { said_by, ..none() });
    set.push(Filters { langs, ..none() });
    set.push(Filters { sources, ..none() });
    set.push(Filters { source_tags, ..none() });
    set.push(Filters { since, ..none() });
    set.push(Filters { until, ..none() });
    parts.extend(set.into_iter().filter(|one| *one != none()).map(What::Filter));
    parts
}

fn conjuncts(query: &Query, boost: f32, into: &mut Vec<Query>) {
    match query {
        Query::All => {}
        Query::And(clauses) => clauses.iter().for_each(|clause| conjuncts(clause, boost, into)),
        Query::Must(inner) => conjuncts(inner, boost, into),
        Query::Boost(inner, factor) => conjuncts(inner, boost * factor, into),
        other => into.push(other.clone().boosted(boost)),
    }
}

/// The search for what meets all of `parts`.
pub(super) fn joined(parts: &[&Part]) -> (Query, Filters) {
    let mut clauses = Vec::new();
    let mut filters = Filters::default();
    for part in parts {
        match part {
            What::Query(query) => clauses.push(query.clone()),
            What::Filter(one) => {
                let one = one.clone();
                filters.sectors.extend(one.sectors);
                filters.all_sectors.extend(one.all_sectors);
                filters.not_sectors.extend(one.not_sectors);
                filters.entities.extend(one.entities);
                filters.said_by.extend(one.said_by);
                filters.langs.extend(one.langs);
                filters.sources.extend(one.sources);
                filters.source_tags.extend(one.source_tags);
                filters.since = filters.since.or(one.since);
                filters.until = filters.until.or(one.until);
            }
        }
    }
    (Query::all_of(clauses).simplify(), filters)
}

impl What {
    /// Whether it only takes passages away.
    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::Query(query) => matches!(query, Query::Not(_)),
            Self::Filter(filters) => !filters.not_sectors.is_empty(),
        }
    }

    /// Whether it is about words.
    pub(super) fn is_text(&self) -> bool {
        let about_words = |query: &Query| !leaves(query).is_empty() || near_of(query).is_some();
        matches!(self, Self::Query(query) if about_words(query))
    }

    /// Its one word or phrase, if it is no more than that.
    pub(super) fn text(&self) -> Option<&TextClause> {
        match self {
            Self::Query(query) => text_of(query),
            Self::Filter(_) => None,
        }
    }

    /// The names it asks for, and what they name; any of them suffices.
    pub(super) fn names(&self) -> Vec<(Spelt, &str)> {
        let mut names = Vec::new();
        match self {
            Self::Query(query) => names_in(query, &mut names),
            Self::Filter(filters) => {
                for (of, list) in [
                    (Spelt::Sector, &filters.sectors),
                    (Spelt::Sector, &filters.all_sectors),
                    (Spelt::Entity, &filters.entities),
                    (Spelt::Speaker, &filters.said_by),
                    (Spelt::Lang, &filters.langs),
                    (Spelt::Source, &filters.sources),
                    (Spelt::SourceTag, &filters.source_tags),
                ] {
                    names.extend(list.iter().map(|name| (of, name.as_str())));
                }
            }
        }
        names
    }

    /// The same with another name in place of one.
    pub(super) fn renamed(&self, of: Spelt, name: &str, by: &str) -> Self {
        match self {
            Self::Query(query) => {
                let rename = |query: &Query| {
                    let (kind, value) = named(query)?;
                    (kind == of && value == name).then(|| Query::Filter(filter(of, by)))
                };
                Self::Query(changed(query, &rename))
            }
            Self::Filter(filters) => {
                let mut filters = filters.clone();
                let lists: &mut [&mut Vec<String>] = match of {
                    Spelt::Sector => &mut [&mut filters.sectors, &mut filters.all_sectors],
                    Spelt::Entity => &mut [&mut filters.entities],
                    Spelt::Speaker => &mut [&mut filters.said_by],
                    Spelt::Lang => &mut [&mut filters.langs],
                    Spelt::Source => &mut [&mut filters.sources],
                    Spelt::SourceTag => &mut [&mut filters.source_tags],
                    Spelt::Word => &mut [],
                };
                for value in lists.iter_mut().flat_map(|list| list.iter_mut()) {
                    if value == name {
                        by.clone_into(value);
                    }
                }
                Self::Filter(filters)
            }
        }
    }
}

/// The one word or phrase of a query, whatever it is worth.
pub(super) fn text_of(query: &Query) -> Option<&TextClause> {
    match query {
        Query::Text(clause) => Some(clause),
        Query::Boost(inner, _) | Query::Must(inner) => text_of(inner),
        _ => None,
    }
}

/// The words and phrases that a passage may be found by, in order.
pub(super) fn leaves(query: &Query) -> Vec<&TextClause> {
    match query {
        Query::Text(clause) => vec![clause],
        Query::Boost(inner, _) | Query::Must(inner) => leaves(inner),
        Query::And(parts) | Query::Or(parts) => parts.iter().flat_map(leaves).collect(),
        Query::Near(near) => near_leaves(near),
        _ => Vec::new(),
    }
}

fn near_leaves(near: &Near) -> Vec<&TextClause> {
    match near {
        Near::Text(clause) => vec![clause],
        Near::Any(arms) => arms.iter().flat_map(near_leaves).collect(),
        Near::Chain(first, rest) => {
            let rest = rest.iter().flat_map(|(_, next)| near_leaves(next));
            near_leaves(first).into_iter().chain(rest).collect()
        }
        Near::Entity(_) | Near::Phrase { .. } => Vec::new(),
    }
}

/// What must stand near each other, if a query is no more than that.
pub(super) fn near_of(query: &Query) -> Option<&Near> {
    match query {
        Query::Near(near) => Some(near),
        Query::Boost(inner, _) | Query::Must(inner) => near_of(inner),
        _ => None,
    }
}

/// What must stand near each other, each of it wherever it stands.
pub(super) fn parts_of(near: &Near) -> Vec<Query> {
    let name = |named: &Named| {
        Query::Filter(match named {
            Named::Type(kind) => Filter::Type(*kind),
            Named::Name(name) => Filter::Entity(name.clone()),
        })
    };
    let whole = |near: &Near| Query::all_of(parts_of(near));
    match near {
        Near::Text(clause) => vec![Query::Text(clause.clone())],
        Near::Entity(named) => vec![name(named)],
        Near::Phrase { parts, .. } => {
            let part = |part: &query::Part| match part {
                query::Part::Words(text) => word(None, text),
                query::Part::Entity(named) => name(named),
            };
            parts.iter().map(part).collect()
        }
        Near::Any(arms) => vec![Query::any_of(arms.iter().map(whole).collect())],
        Near::Chain(first, rest) => [first.as_ref()]
            .into_iter()
            .chain(rest.iter().map(|(_, next)| next))
            .map(whole)
            .collect(),
    }
}

fn names_in<'q>(query: &'q Query, names: &mut Vec<(Spelt, &'q str)>) {
    match query {
        Query::Or(arms) => arms.iter().for_each(|arm| names_in(arm, names)),
        Query::Must(inner) => names_in(inner, names),
        other => names.extend(named(other)),
    }
}

/// The name that a filter asks for.
fn named(query: &Query) -> Option<(Spelt, &str)> {
    let Query::Filter(filter) = query else { return None };
    Some(match filter {
        Filter::Sector(name) => (Spelt::Sector, name),
        Filter::Entity(name) => (Spelt::Entity, name),
        Filter::SaidBy(name) => (Spelt::Speaker, name),
        Filter::Lang(name) => (Spelt::Lang, name),
        Filter::Source(name) => (Spelt::Source, name),
        Filter::SourceTag(name) => (Spelt::SourceTag, name),
        _ => return None,
    })
}

/// The filter that asks for a name.
pub(super) fn filter(of: Spelt, name: &str) -> Filter {
    let name = name.to_owned();
    match of {
        Spelt::Sector => Filter::Sector(name),
        Spelt::Speaker => Filter::SaidBy(name),
        Spelt::Lang => Filter::Lang(name),
        Spelt::Source => Filter::Source(name),
        Spelt::SourceTag => Filter::SourceTag(name),
        Spelt::Entity | Spelt::Word => Filter::Entity(name),
    }
}

/// The tree with some leaves changed; what is excluded stays as it is.
pub(super) fn changed(query: &Query, change: &dyn Fn(&Query) -> Option<Query>) -> Query {
    let each = |parts: &[Query]| parts.iter().map(|part| changed(part, change)).collect();
    match query {
        Query::And(parts) => Query::And(each(parts)),
        Query::Or(parts) => Query::Or(each(parts)),
        Query::Boost(inner, factor) => Query::Boost(Box::new(changed(inner, change)), *factor),
        Query::Must(inner) => Query::Must(Box::new(changed(inner, change))),
        Query::Near(near) => Query::Near(changed_near(near, change)),
        other => change(other).unwrap_or_else(|| other.clone()),
    }
}

fn changed_near(near: &Near, change: &dyn Fn(&Query) -> Option<Query>) -> Near {
    match near {
        Near::Text(clause) => match change(&Query::Text(clause.clone())) {
            Some(Query::Text(other)) => Near::Text(other),
            _ => near.clone(),
        },
        Near::Any(arms) => Near::Any(arms.iter().map(|arm| changed_near(arm, change)).collect()),
        Near::Chain(first, rest) => {
            let rest = rest.iter().map(|(apart, next)| (*apart, changed_near(next, change)));
            Near::Chain(Box::new(changed_near(first, change)), rest.collect())
        }
        Near::Entity(_) | Near::Phrase { .. } => near.clone(),
    }
}

/// A word of a text, or a run of Chinese characters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    /// As typed.
    pub(super) text: &'t str,
    /// Where it begins in the text.
    pub(super) start: usize,
    /// As it is indexed; a run of Chinese is not, its pairs are.
    pub(super) term: String,
    /// Whether it is a run of Chinese.
    pub(super) cjk: bool,
}

/// The words of a text in order.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(text, &folded, Analyzer::Plain);
    let mut words: Vec<Word<'_>> = Vec::new();
    while tokens.advance() {
        let token = tokens.token();
        if let Some(last) = words.last_mut()
            && last.cjk
            && token.cjk
            && token.start < last.start + last.text.len()
        {
            let end = token.end.max(last.start + last.text.len());
            last.text = &text[last.start..end];
            last.term = fold(last.text, Case::Lower).text;
            continue;
        }
        words.push(Word {
            text: &text[token.start..token.end],
            start: token.start,
            term: token.term.to_owned(),
            cjk: token.cjk,
        });
    }
    words
}

/// The text of what is looked for as it stands: a word or a phrase.
pub(super) fn literal(clause: &TextClause) -> Option<&str> {
    match &clause.pattern {
        Pattern::Word(text) | Pattern::Phrase { text, .. } => Some(text),
        _ => None,
    }
}

/// The query for a word, which may be cut into several that stand side by side.
pub(super) fn word(zone: Option<Zone>, text: &str) -> Query {
    let text = text.to_owned();
    let pattern = if text.contains(char::is_whitespace) {
        Pattern::Phrase { text, slop: 0 }
    } else {
        Pattern::Word(text)
    };
    Query::Text(TextClause { zone, pattern })
}

/// The words that a word or phrase is made of; those of Chinese are the pairs of a run.
pub(super) fn pieces(clause: &TextClause) -> Vec<Query> {
    let Some(text) = literal(clause) else { return Vec::new() };
    let words = words(text);
    let pieces: Vec<String> = match words.as_slice() {
        [run] if run.cjk => {
            let characters: Vec<char> = run.text.chars().collect();
            characters.windows(2).map(|pair| pair.iter().collect()).collect()
        }
        words => words.iter().map(|word| word.text.to_owned()).collect(),
    };
    pieces.iter().map(|piece| word(clause.zone, piece)).collect()
}

/// What a clause that no passage meets is made of.
pub(super) fn within(probe: &mut Probe<'_>, part: &Part) -> Result<Vec<Clause>, EngineError> {
    let mut inner: Vec<Part> = match part {
        What::Query(Query::Or(arms)) => arms.iter().cloned().map(What::Query).collect(),
        What::Query(query) => match (text_of(query), near_of(query)) {
            (Some(clause), _) => pieces(clause).into_iter().map(What::Query).collect(),
            (_, Some(near)) => parts_of(near).into_iter().map(What::Query).collect(),
            _ => Vec::new(),
        },
        What::Filter(_) if part.names().len() > 1 => {
            let names = part.names().into_iter();
            names.map(|(of, name)| What::Query(Query::Filter(filter(of, name)))).collect()
        }
        What::Filter(_) => Vec::new(),
    };
    let near = matches!(part, What::Query(query) if near_of(query).is_some());
    let phrase = part.text().is_some() || near;
    if inner.len() < 2 {
        // A word of the headline may be in texts.
        let Some(TextClause { zone: Some(_), pattern }) = part.text() else {
            return Ok(Vec::new());
        };
        inner = vec![What::Query(Query::Text(TextClause { zone: None, pattern: pattern.clone() }))];
    }
    // What comes again is said once.
    let mut said: Vec<Part> = Vec::with_capacity(inner.len().min(MOST_WITHIN + 1));
    for one in inner {
        if said.len() <= MOST_WITHIN && !said.contains(&one) {
            said.push(one);
        }
    }
    let mut inner = said;
    let whole = inner.len() <= MOST_WITHIN;
    inner.truncate(MOST_WITHIN);
    let mut counts = Vec::with_capacity(inner.len());
    for part in &inner {
        let Some(count) = probe.count(&[part])? else { return Ok(Vec::new()) };
        counts.push(Some(count));
    }
    let mut emptying = Vec::new();
    let nowhere = counts.contains(&Some(0));
    if phrase && inner.len() == 1 && part.text().is_some_and(|clause| clause.zone.is_none()) {
        emptying.extend(nowhere.then_some(0));
    } else if phrase && inner.len() > 1 {
        let all: Vec<usize> = (0..inner.len()).collect();
        let together: Vec<&Part> = inner.iter().collect();
        if nowhere || whole && probe.count(&together)? == Some(0) {
            emptying = conflict::find(probe, &inner, &counts, &all)?;
        }
    }
    let counted = inner.into_iter().zip(counts).enumerate();
    let clauses = counted.map(|(at, (what, passages))| Clause {
        what,
        passages: passages.unwrap_or_default(),
        empties: emptying.contains(&at),
        within: Vec::new(),
    });
    Ok(clauses.collect())
}
