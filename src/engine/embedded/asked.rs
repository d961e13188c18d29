//! What the words of a query name: the rows of words that are looked for, and the entities that words
//! of a row are names of.
//!
//! Where any word is enough a name is one more, else it is worth something beside the words (see
//! [`super::rank`]).

use std::collections::BTreeSet;
use std::ops::Range;

use tantivy::Term;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use crate::analysis::{Case, fold, is_cjk, query_terms};
use crate::engine::EngineError;
use crate::query::{Pattern, Query, TextClause, Zone};

use super::leaves::Leaf;
use super::node::{Node, or};
use super::plan::Planner;
use super::statistics::idf;
use super::write::key;

/// What the entity of a name is worth beside a word as rare.
const NAME: f32 = 1.3;

/// What a word of a name is worth in a query that any word satisfies: the name is one thing, however
/// it is written, and is worth more as that.
const NAMED_WORD: f32 = 0.6;

/// How much of a query is searched for names: pieces, which are words or characters of Chinese.
const MOST_PIECES: usize = 64;

/// The longest name, in pieces.
const LONGEST_NAME: usize = 12;

/// Words that stand side by side in a query.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// As typed.
    words: Vec<String>,
    /// Whether they are to be found side by side as they are: a phrase.
    quoted: bool,
}

impl Row {
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Its words with spaces between.
    pub(super) fn text(&self) -> String {
        self.words.join(" ")
    }

    pub(super) fn is_quoted(&self) -> bool {
        self.quoted
    }
}

/// A part of a row: a word, or words that name entities.
pub(super) struct Unit {
    /// As typed, without what does not belong to a name.
    pub(super) text: String,
    /// By what passages are found that name the entities; none for a word.
    pub(super) names: Vec<Term>,
    /// How much it tells; a name tells all.
    pub(super) weight: f64,
}

/// The rows of words that `query` looks for in the text of passages.
pub(super) fn rows(query: &Query) -> Vec<Row> {
    let mut rows = vec![Row::default()];
    collect(query, &mut rows);
    rows.retain(|row| !row.words.is_empty());
    rows
}

fn collect(query: &Query, rows: &mut Vec<Row>) {
    match query {
        Query::Text(clause) if clause.zone != Some(Zone::Headline) => match &clause.pattern {
            Pattern::Word(word) => {
                if rows.last().is_none_or(|row| row.quoted) {
                    rows.push(Row::default());
                }
                rows.last_mut().expect("one was pushed").words.push(word.clone());
            }
            Pattern::Phrase { text, .. } => {
                rows.push(Row { words: vec![text.clone()], quoted: true });
            }
            _ => rows.push(Row::default()),
        },
        Query::Or(parts) => {
            for part in parts {
                rows.push(Row::default());
                collect(part, rows);
            }
            rows.push(Row::default());
        }
        Query::And(parts) => parts.iter().for_each(|part| collect(part, rows)),
        Query::Must(inner) | Query::Boost(inner, _) => collect(inner, rows),
        _ => {}
    }
}

impl Planner<'_> {
    /// How much a word tells, by how few passages have it in their text.
    pub(super) fn weight(&mut self, word: &str) -> Result<f64, EngineError> {
        let mut frequency = 0;
        for term in self.terms_of(word) {
            frequency += self.frequency(&term)?;
        }
        Ok(idf(self.snapshot.card().passages, frequency))
    }

    /// What a row consists of: the entities that its words name, the longest names first, and the
    /// words between.
    pub(super) fn units(&mut self, row: &Row) -> Result<Vec<Unit>, EngineError> {
        let text = row.text();
        let pieces = pieces(&text);
        let mut found: Vec<(Range<usize>, &str, Vec<Term>)> = Vec::new();
        for first in 0..pieces.len() {
            for last in first..pieces.len().min(first + LONGEST_NAME) {
                let name = bare(&text[pieces[first].start..pieces[last].end]);
                if may_name(name) {
                    let terms = self.entities_named(name)?;
                    if !terms.is_empty() {
                        found.push((first..last + 1, name, terms));
                    }
                }
            }
        }
        found.sort_by_key(|(at, ..)| (std::cmp::Reverse(at.len()), at.start));
        let mut taken: Vec<(Range<usize>, &str, Vec<Term>)> = Vec::new();
        for (at, name, terms) in found {
            if !taken.iter().any(|(other, ..)| other.start < at.end && at.start < other.end) {
                taken.push((at, name, terms));
            }
        }
        taken.sort_by_key(|(at, ..)| at.start);
        let mut units = Vec::new();
        let mut taken = taken.into_iter().peekable();
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            if let Some((range, name, names)) = taken.next_if(|(range, ..)| range.start == at) {
                units.push(Unit { text: name.to_owned(), names, weight: f64::INFINITY });
                at = range.end;
            } else {
                let text = text[piece.clone()].to_owned();
                let weight = self.weight(&text)?;
                units.push(Unit { text, names: Vec::new(), weight });
                at += 1;
            }
        }
        Ok(units)
    }

    /// What passages are found by that name an entity so: its ids, else the name.
    fn entities_named(&mut self, name: &str) -> Result<Vec<Term>, EngineError> {
        let fields = self.snapshot.fields();
        let mut terms = Vec::new();
        let ids = (self.names)(name);
        let ids = ids.iter().map(|id| Term::from_field_text(fields.entity, id.as_str()));
        let own = std::iter::once(Term::from_field_text(fields.entity_name, &key(name)));
        for term in ids.chain(own) {
            // A name of an entity that is known is one of its names.
            if term.field() == fields.entity_name && !terms.is_empty() {
                break;
            }
            let frequency = self.frequency(&term)?;
            if frequency > 0 {
                self.statistics.note(term.clone(), frequency);
                terms.push(term);
            }
        }
        Ok(terms)
    }

    /// Adds the entities that `units` name to what any one of suffices, or to the extras. Returns the
    /// names where entities alone now match.
    pub(super) fn add_names<'u>(
        &mut self,
        units: impl Iterator<Item = &'u Unit>,
        any: Option<&mut Node>,
    ) -> Vec<String> {
        let mut names = Vec::new();
        let mut leaves = Vec::new();
        for unit in units {
            for term in &unit.names {
                let what = format!("entity: {}", super::plan::term_text(term));
                let query = TermQuery::new(term.clone(), IndexRecordOption::Basic);
                names.push(unit.text.clone());
                leaves.push(Leaf::new(what, Box::new(query), NAME));
            }
        }
        let Some(node) = any else {
            self.extras.extend(leaves);
            return Vec::new();
        };
        let mut nodes = vec![std::mem::replace(node, Node::Nothing)];
        nodes.extend(leaves.into_iter().map(|leaf| self.push(leaf)));
        *node = or(nodes).unwrap_or(Node::Nothing);
        names.dedup();
        names
    }
}

/// A query that any word satisfies, where words of a name are worth less.
pub(super) fn lighten<'u>(query: &Query, units: impl Iterator<Item = &'u Unit>) -> Query {
    let mut words = BTreeSet::new();
    for unit in units.filter(|unit| !unit.names.is_empty()) {
        words.extend(unit.text.split_whitespace().map(name_word));
        words.extend(query_terms(&unit.text).into_iter().map(|(_, term)| term));
    }
    if words.is_empty() { query.clone() } else { lightened(query, &words) }
}

fn lightened(query: &Query, words: &BTreeSet<String>) -> Query {
    let each = |parts: &[Query]| parts.iter().map(|part| lightened(part, words)).collect();
    match query {
        Query::Text(TextClause { pattern: Pattern::Word(word), .. })
            if words.contains(&name_word(word)) =>
        {
            Query::Boost(Box::new(query.clone()), NAMED_WORD)
        }
        Query::Boost(inner, by) => match lightened(inner, words) {
            Query::Boost(inner, less) => Query::Boost(inner, less * by),
            other => Query::Boost(Box::new(other), *by),
        },
        Query::Or(parts) => Query::Or(each(parts)),
        // What any word of satisfies comes first.
        Query::And(parts) => match parts.split_first() {
            Some((first, rest)) => Query::And([&[lightened(first, words)], rest].concat()),
            None => query.clone(),
        },
        other => other.clone(),
    }
}

/// A word as words of names are compared.
fn name_word(word: &str) -> String {
    fold(bare(word), Case::Lower).text
}

/// Words without what does not belong to a name: marks around them, a possessive `s`.
fn bare(words: &str) -> &str {
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    words.strip_suffix("'s").or(words.strip_suffix("’s")).unwrap_or(words)
}

/// Words, and characters of Chinese.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut joins = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let part = !c.is_whitespace() && !matches!(c, '–' | '—' | '-' | '/');
        let alone = is_cjk(c);
        let room = pieces.len() < MOST_PIECES;
        match pieces.last_mut() {
            Some(last) if joins && part && !alone => last.end = end,
            _ if part && room => pieces.push(at..end),
            _ => {}
        }
        joins = part && !alone;
    }
    pieces
}

/// Short words in lower case are what they are: `who`, `us`, `it`.
fn may_name(name: &str) -> bool {
    let lower = !name.chars().any(char::is_uppercase);
    let shortest = if name.starts_with(is_cjk) { 2 } else { 4 };
    !name.is_empty() && (!lower || name.chars().count() >= shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_words_and_characters() {
        let cut = |text: &str| -> Vec<String> {
            pieces(text).into_iter().map(|at| text[at].to_owned()).collect()
        };
        assert_eq!(cut("Bank Negara’s rate"), ["Bank", "Negara’s", "rate"]);
        assert_eq!(cut("India–Pakistan 5G网络"), ["India", "Pakistan", "5G", "网", "络"]);
        assert_eq!(cut(" - "), Vec::<String>::new());
        assert_eq!(pieces(&"a ".repeat(1000)).len(), MOST_PIECES);
    }

    #[test]
    fn rows_are_what_is_typed_side_by_side() {
        let rows = |text: &str| -> Vec<String> {
            let query = crate::query::parse(text, jiff::civil::date(2025, 4, 30)).query;
            rows(&query).iter().map(|row| row.words.join(" ")).collect()
        };
        for (typed, want) in [
            ("palm oil price", &["palm oil price"][..]),
            ("palm OR oil", &["palm", "oil"]),
            ("palm \"crude oil\" price", &["palm", "crude oil", "price"]),
            ("palm -oil sector:trade price", &["palm price"]),
            ("headline:palm oil", &["oil"]),
            ("+palm oil^2", &["palm oil"]),
            ("sector:trade", &[]),
        ] {
            assert_eq!(rows(typed), want, "{typed}");
        }
    }
}
