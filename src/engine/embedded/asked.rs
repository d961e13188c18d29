//! What the words of a query say together: names of entities, and words that belong side by side.
//!
//! These are leaves beside the plan's own. They find nothing by themselves, but where any word is
//! enough a name is one more; what they are worth is added to the best (see [`super::rank`]).

use std::ops::Range;

use tantivy::Term;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use crate::analysis::is_cjk;
use crate::engine::EngineError;
use crate::query::{Pattern, Query, Zone};

use super::leaves::Leaf;
use super::node::{Node, or};
use super::plan::Planner;
use super::statistics::idf;
use super::write::key;

/// What the entity of a name is worth beside a word as rare.
const NAME: f32 = 0.9;

/// What all words of the query in a row are worth, beside the words.
const PHRASE: f32 = 0.5;

/// What two neighbours are worth that stand together, in any order.
const NEIGHBOURS: f32 = 0.15;

/// How far neighbours may be moved.
const MOVED: u32 = 2;

/// Words whose weight is less say nothing about their neighbours: `of`, `the`.
const LEAST_IDF: f64 = 1.5;

/// The longest row of words that is looked for as a phrase.
const LONGEST_PHRASE: usize = 8;

/// How many neighbours are looked for.
const MOST_NEIGHBOURS: usize = 8;

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
    /// How many words it has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
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
    /// Leaves for words of a row that stand together.
    pub(super) fn together(&mut self, row: &Row, any: bool) -> Result<(), EngineError> {
        let one = row.words.len() == 1;
        // A word of several terms is found as they stand, unless any of them is enough.
        if row.quoted || one && !any {
            return Ok(());
        }
        let whole = row.words.join(" ");
        if (2..=LONGEST_PHRASE).contains(&crate::analysis::query_terms(&whole).len()) {
            self.extra_words("phrase", &whole, 0, PHRASE)?;
        }
        let mut weights = Vec::with_capacity(row.words.len().min(MOST_PIECES));
        for word in row.words.iter().take(MOST_PIECES) {
            weights.push(self.weight(word)?);
        }
        let tell = |pair: &&[(&String, &f64)]| {
            pair.iter().all(|(word, weight)| !word.contains(is_cjk) && **weight > LEAST_IDF)
        };
        let words: Vec<(&String, &f64)> = row.words.iter().zip(&weights).collect();
        for pair in words.windows(2).filter(tell).take(MOST_NEIGHBOURS) {
            self.extra_words("near", &format!("{} {}", pair[0].0, pair[1].0), MOVED, NEIGHBOURS)?;
        }
        Ok(())
    }

    fn extra_words(
        &mut self,
        what: &str,
        text: &str,
        slop: u32,
        boost: f32,
    ) -> Result<(), EngineError> {
        let mut nodes = Vec::new();
        let first = self.leaves.len();
        self.words(text, slop, Zone::Text, boost, &mut nodes)?;
        for mut leaf in self.leaves.split_off(first) {
            if let Some((_, terms)) = leaf.what.split_once(": ") {
                leaf.what = format!("{what}: {terms}");
            }
            self.extras.push(leaf);
        }
        Ok(())
    }

    /// How much a word tells, by how few passages have it in their text.
    fn weight(&mut self, word: &str) -> Result<f64, EngineError> {
        let mut frequency = 0;
        for term in self.terms_of(word) {
            frequency += self.frequency(&term)?;
        }
        Ok(idf(self.snapshot.card().passages, frequency))
    }

    /// Leaves for the entities that words of a row name, the longest names first.
    fn names_in(&mut self, row: &Row) -> Result<Vec<(String, Leaf)>, EngineError> {
        let text = row.words.join(" ");
        let pieces = pieces(&text);
        let mut found: Vec<(Range<usize>, &str, Vec<Term>)> = Vec::new();
        for first in 0..pieces.len() {
            for last in first..pieces.len().min(first + LONGEST_NAME) {
                let name = &text[pieces[first].start..pieces[last].end];
                let name = name.trim_matches(|c: char| !c.is_alphanumeric());
                let name = name.strip_suffix("'s").or(name.strip_suffix("’s")).unwrap_or(name);
                if may_name(name) {
                    let terms = self.entities_named(name)?;
                    if !terms.is_empty() {
                        found.push((first..last + 1, name, terms));
                    }
                }
            }
        }
        found.sort_by_key(|(at, ..)| (std::cmp::Reverse(at.len()), at.start));
        let mut taken: Vec<Range<usize>> = Vec::new();
        let mut leaves = Vec::new();
        for (at, name, terms) in found {
            if taken.iter().any(|other| other.start < at.end && at.start < other.end) {
                continue;
            }
            taken.push(at);
            for term in terms {
                let what = format!("entity: {}", super::plan::term_text(&term));
                let query = TermQuery::new(term, IndexRecordOption::Basic);
                leaves.push((name.to_owned(), Leaf::new(what, Box::new(query), NAME)));
            }
        }
        Ok(leaves)
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

    /// Adds the entities that words of `rows` name to what any one of suffices, or to the extras.
    /// Returns the names where entities alone now match.
    pub(super) fn add_names(
        &mut self,
        rows: &[Row],
        any: Option<&mut Node>,
    ) -> Result<Vec<String>, EngineError> {
        let mut names = Vec::new();
        let mut leaves = Vec::new();
        for row in rows {
            for (name, leaf) in self.names_in(row)? {
                names.push(name);
                leaves.push(leaf);
            }
        }
        let Some(node) = any else {
            self.extras.extend(leaves);
            return Ok(Vec::new());
        };
        let mut nodes = vec![std::mem::replace(node, Node::Nothing)];
        nodes.extend(leaves.into_iter().map(|leaf| self.push(leaf)));
        *node = or(nodes).unwrap_or(Node::Nothing);
        names.dedup();
        Ok(names)
    }
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
