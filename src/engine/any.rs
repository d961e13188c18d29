//! The query that any of its words satisfies: what a search falls back to, and what it is from the
//! start where any word is enough.
//!
//! It changes what is looked for, not how it is ranked.

use std::collections::BTreeSet;

use crate::analysis::{is_cjk, query_terms};
use crate::query::{Pattern, Query, TextClause};

/// What a year in the words is worth beside another word. Articles are about what happened in it
/// whether they name it or not.
const YEAR: f32 = 0.3;

/// What a word that asks is worth beside another.
const ASKED: f32 = 0.3;

/// Words that ask, of English and Malay, in order.
const ASKING_WORDS: [&str; 21] = [
    "apa",
    "apakah",
    "bagaimana",
    "berapa",
    "bila",
    "bilakah",
    "did",
    "do",
    "does",
    "how",
    "mana",
    "mengapa",
    "siapa",
    "siapakah",
    "what",
    "when",
    "where",
    "which",
    "who",
    "whom",
    "why",
];

/// What asks in Chinese, longest first: passages answer them, and do not hold them.
const ASKING: [&str; 16] = [
    "是什么",
    "为什么",
    "什么",
    "哪些",
    "哪个",
    "哪里",
    "哪年",
    "多少",
    "怎么",
    "如何",
    "为何",
    "何时",
    "几",
    "谁",
    "吗",
    "呢",
];

/// The query that any of its words satisfies, where `query` wanted several at once: clauses that
/// are not words, that are excluded or that are marked `+` stay as they are, and what is left of the
/// words comes first. What stands near each other stays whole, as a phrase does. `None` if that is the same query.
pub(super) fn any_word(query: &Query) -> Option<Query> {
    let parts = match query {
        Query::And(parts) => parts.clone(),
        other => vec![other.clone()],
    };
    let (mut words, mut rest) = (Vec::new(), Vec::new());
    for part in parts {
        match loosened(&part) {
            Some(any) => words.extend(any),
            None => rest.push(part),
        }
    }
    if words.is_empty() {
        return None;
    }
    let lighter = |word: &Query| match the_word(word) {
        Some(word) if is_year(word) => Some(YEAR),
        Some(word) if asks(word) => Some(ASKED),
        _ => None,
    };
    if words.iter().any(|word| lighter(word).is_none()) {
        for word in &mut words {
            if let Some(by) = lighter(word) {
                *word = Query::Boost(Box::new(word.clone()), by);
            }
        }
    }
    let any = if words.len() == 1 { words.remove(0) } else { Query::Or(words) };
    let wider = if rest.is_empty() {
        any
    } else {
        rest.insert(0, any);
        Query::And(rest)
    };
    (wider != *query).then_some(wider)
}

/// What of a clause any one of suffices; `None` if the clause is not about words.
fn loosened(part: &Query) -> Option<Vec<Query>> {
    match part {
        Query::Text(clause) => Some(loose(clause)),
        Query::Near(_) => Some(vec![part.clone()]),
        Query::Synonyms(of, also) => {
            let mut words = match of.as_ref() {
                Query::And(parts) => {
                    let words = parts.iter().map(loosened).collect::<Option<Vec<_>>>()?;
                    words.concat()
                }
                of => loosened(of)?,
            };
            let of = if words.len() == 1 { words.remove(0) } else { Query::Or(words) };
            Some(vec![Query::Synonyms(Box::new(of), also.clone())])
        }
        Query::Boost(inner, by) => match inner.as_ref() {
            Query::Text(_) | Query::Near(_) | Query::Synonyms(..) => {
                let words = loosened(inner)?.into_iter();
                Some(words.map(|word| Query::Boost(Box::new(word), *by)).collect())
            }
            _ => None,
        },
        Query::Or(inner) if !inner.iter().any(|part| matches!(part, Query::Must(_))) => {
            Some(inner.clone())
        }
        _ => None,
    }
}

/// The word that a clause is.
fn the_word(query: &Query) -> Option<&str> {
    match query {
        Query::Text(TextClause { pattern: Pattern::Word(word), .. }) => Some(word),
        Query::Synonyms(of, _) => the_word(of),
        _ => None,
    }
}

/// Whether a word only asks. The WHO does not.
fn asks(word: &str) -> bool {
    !word.chars().all(char::is_uppercase)
        && ASKING_WORDS.binary_search(&word.to_lowercase().as_str()).is_ok()
}

fn is_year(word: &str) -> bool {
    let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    digits && (word.starts_with("19") || word.starts_with("20"))
}

/// A word that analysis cuts into several terms, as those terms.
fn loose(clause: &TextClause) -> Vec<Query> {
    let whole = || vec![Query::Text(clause.clone())];
    let Pattern::Word(word) = &clause.pattern else { return whole() };
    let terms = loose_terms(word);
    if terms.is_empty() {
        return whole();
    }
    let word = |(_, term): (u32, String)| {
        Query::Text(TextClause { zone: clause.zone, pattern: Pattern::Word(term) })
    };
    terms.into_iter().map(word).collect()
}

/// The terms of a word that are looked for one by one where the word is nowhere as a whole, with
/// their places: each once, no single character beside longer ones, which says too little, and
/// nothing that only asks. None for a word of one term.
pub(super) fn loose_terms(word: &str) -> Vec<(u32, String)> {
    if query_terms(word).len() < 2 {
        return Vec::new();
    }
    let mut terms = query_terms(&without_asking(word));
    let mut seen = BTreeSet::new();
    terms.retain(|(_, term)| {
        let long = term.chars().count() > 1 || !term.starts_with(is_cjk);
        long && seen.insert(term.clone())
    });
    terms
}

/// `word` with a space for what only asks; all of it if nothing else is there.
fn without_asking(word: &str) -> String {
    let mut left = word.to_owned();
    for asking in ASKING {
        if left.contains(asking) {
            left = left.replace(asking, " ");
        }
    }
    if left.contains(char::is_alphanumeric) { left } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::Text(TextClause { zone: None, pattern: Pattern::Word(text.to_owned()) })
    }

    #[test]
    fn asking_words_are_in_order() {
        assert!(ASKING_WORDS.is_sorted());
    }

    #[test]
    fn falling_back_asks_for_any_word_and_keeps_what_is_marked() {
        let not = |query| Query::Not(Box::new(query));
        let must = |query| Query::Must(Box::new(query));
        for (name, query, want) in [
            ("one word", word("a"), None),
            (
                "two words",
                Query::And(vec![word("a"), word("b")]),
                Some(Query::Or(vec![word("a"), word("b")])),
            ),
            (
                "marked and excluded ones stay",
                Query::And(vec![word("a"), word("b"), must(word("c")), not(word("d"))]),
                Some(Query::And(vec![
                    Query::Or(vec![word("a"), word("b")]),
                    must(word("c")),
                    not(word("d")),
                ])),
            ),
            (
                "Chinese without spaces",
                word("国际论坛"),
                Some(Query::Or(vec![word("国际"), word("际论"), word("论坛")])),
            ),
            (
                "what only asks",
                word("谁是总理？"),
                Some(Query::Or(vec![word("是总"), word("总理")])),
            ),
            ("nothing but asking", word("什么"), None),
            (
                "words that ask",
                Query::And(vec![word("Who"), word("leads"), word("WHO")]),
                Some(Query::Or(vec![
                    Query::Boost(Box::new(word("Who")), ASKED),
                    word("leads"),
                    word("WHO"),
                ])),
            ),
            (
                "a year among words",
                Query::And(vec![word("vote"), word("2025")]),
                Some(Query::Or(vec![word("vote"), Query::Boost(Box::new(word("2025")), YEAR)])),
            ),
            (
                "years alone",
                Query::And(vec![word("2024"), word("2025")]),
                Some(Query::Or(vec![word("2024"), word("2025")])),
            ),
            ("nothing but a marked word", must(word("a")), None),
        ] {
            assert_eq!(any_word(&query), want, "{name}");
        }
    }
}
