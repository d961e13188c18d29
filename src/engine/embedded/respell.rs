//! Respelling: the other ways in which the words of a query may be written in this index.
//!
//! `datacenter`, `data-center` and `data center` are one thing to a reader. A text's hyphenated words
//! are indexed as two words and as one, so most of it costs nothing here; what is left is asked of
//! the vocabulary, which remembers how words were written, and only what live passages hold is added
//! to the query. It is the query that is changed, so that what is found and what is marked agree.

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED, Term};

use crate::analysis::{ACRONYMS, Analyzer, Case, Stemmer, Tokens, fold};
use crate::engine::highlight::Way;
use crate::query::{Pattern, Query, TextClause, Zone};

use super::forms::{HYPHEN, forms_of, number};
use super::read::Snapshot;

/// Words that are short for nothing: a compound of one of them is another word, `not able` is not
/// `notable`. In order.
const FUNCTION_WORDS: [&str; 44] = [
    "about", "all", "and", "any", "are", "but", "can", "did", "down", "every", "for", "from",
    "get", "had", "has", "have", "her", "here", "him", "his", "how", "its", "may", "more", "not",
    "now", "off", "one", "out", "over", "she", "some", "than", "that", "the", "them", "then",
    "there", "they", "this", "under", "was", "what", "with",
];

/// The shortest word of two that may be written as one, in bytes.
const SHORTEST_PART: usize = 3;

/// The shortest word that may be written as two.
const SHORTEST_WHOLE: usize = 5;

/// The longest, in bytes; nobody writes a longer one with a hyphen either.
const LONGEST_WHOLE: usize = 64;

/// How many words that no one wrote are taken apart at most: each asks much of the vocabulary.
const MOST_UNKNOWN: usize = 16;

/// How many ways to write one word are looked for at most.
const MOST_WAYS: usize = 3;

/// Finds how else words are written.
pub(super) struct Respell<'s> {
    snapshot: &'s Snapshot,
    stemmers: [(Analyzer, Stemmer); 2],
    /// How many words that no one wrote may still be taken apart.
    unknown: usize,
    /// What was found.
    ways: Vec<Way>,
}

/// A word of a query.
struct Typed {
    term: String,
    /// In the text as typed.
    start: usize,
    end: usize,
    acronym: bool,
    plain: bool,
    /// Where in `term` and the next word a hyphen joins them.
    hyphened: bool,
}

impl<'s> Respell<'s> {
    /// For the words of one commit.
    pub(super) fn new(snapshot: &'s Snapshot) -> Self {
        let stemmers = [Analyzer::English, Analyzer::Malay].map(|of| (of, Stemmer::new(of)));
        Self { snapshot, stemmers, unknown: MOST_UNKNOWN, ways: Vec::new() }
    }

    /// The query, which need not be normal unless it has synonyms, with each word as it may be written
    /// here, and what was added to it.
    pub(super) fn respell(mut self, query: &Query) -> tantivy::Result<(Query, Vec<Way>)> {
        // What stands beside what is the same however a query was made.
        let meant = self.query(&levelled(query))?;
        Ok((meant, self.ways))
    }

    fn note(&mut self, of: &Query, also: &Pattern) {
        self.ways.push(Way { of: of.clone(), also: also.clone() });
    }

    fn query(&mut self, query: &Query) -> tantivy::Result<Query> {
        Ok(match query {
            Query::Text(clause) => {
                let mut ways = vec![clause.pattern.clone()];
                match &clause.pattern {
                    Pattern::Word(word) => ways.extend(self.word(word)?),
                    Pattern::Phrase { text, slop } => {
                        let phrase = |text| Pattern::Phrase { text, slop: *slop };
                        ways.extend(in_capitals(text).into_iter().map(phrase));
                    }
                    _ => {}
                }
                ways[1..].iter().for_each(|way| self.note(query, way));
                let zone = clause.zone;
                any_of(ways.into_iter().map(|pattern| Query::Text(TextClause { zone, pattern })))
            }
            Query::And(parts) => Query::And(self.conjuncts(parts)?),
            Query::Or(parts) => {
                Query::Or(parts.iter().map(|part| self.query(part)).collect::<Result<_, _>>()?)
            }
            Query::Not(inner) => Query::Not(Box::new(self.query(inner)?)),
            Query::Must(inner) => Query::Must(Box::new(self.query(inner)?)),
            Query::Boost(inner, by) => Query::Boost(Box::new(self.query(inner)?), *by),
            Query::Synonyms(of, also) => Query::Synonyms(Box::new(self.query(of)?), also.clone()),
            other => other.clone(),
        })
    }

    /// Two words beside each other may be one: `data center`, `MH 370`.
    fn conjuncts(&mut self, parts: &[Query]) -> tantivy::Result<Vec<Query>> {
        let mut found = Vec::with_capacity(parts.len());
        let mut at = 0;
        while at < parts.len() {
            let own = self.query(&parts[at])?;
            if let Some((zone, word)) = parts.get(at + 1).and_then(|next| joined(&parts[at], next))
                && self.is_written(&word)?
            {
                let apart = Query::And(vec![own, self.query(&parts[at + 1])?]);
                let pattern = Pattern::Word(word);
                // A reader who looks for either of them sees it.
                self.note(&parts[at], &pattern);
                self.note(&parts[at + 1], &pattern);
                found.push(Query::Or(vec![apart, Query::Text(TextClause { zone, pattern })]));
                at += 2;
            } else {
                found.push(own);
                at += 1;
            }
        }
        Ok(found)
    }

    /// How else a word may be written.
    fn word(&mut self, word: &str) -> tantivy::Result<Vec<Pattern>> {
        let phrase = |text| Pattern::Phrase { text, slop: 0 };
        Ok(match typed(word).as_slice() {
            [one] if one.acronym || !one.plain => Vec::new(),
            [one] if ACRONYMS.binary_search(&one.term.as_str()).is_ok() => {
                vec![Pattern::Word(one.term.to_ascii_uppercase())]
            }
            [one] => match numbered(&one.term) {
                Some(apart) => vec![phrase(apart)],
                None => self.apart(&one.term)?.into_iter().map(phrase).collect(),
            },
            [first, second] if first.hyphened => {
                let whole = format!("{}{}", first.term, second.term);
                let is_written = self.is_written(&whole)?;
                is_written.then_some(Pattern::Word(whole)).into_iter().collect()
            }
            _ => Vec::new(),
        })
    }

    /// Whether a word is written here without a hyphen.
    fn is_written(&mut self, word: &str) -> tantivy::Result<bool> {
        self.any_form(word, |form| !form.contains(HYPHEN))
    }

    /// The two words of one, where someone wrote a hyphen between them, or if no one wrote it as one.
    fn apart(&mut self, word: &str) -> tantivy::Result<Vec<String>> {
        let fits = (SHORTEST_WHOLE..=LONGEST_WHOLE).contains(&word.len());
        if !fits || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Ok(Vec::new());
        }
        let mut cuts = Vec::new();
        for at in self.hyphens(word)? {
            if self.any_form(word, |form| form.find(HYPHEN) == Some(at))? {
                cuts.push(at);
            }
        }
        if cuts.is_empty() && self.unknown > 0 && !self.any_form(word, |_| true)? {
            self.unknown -= 1;
            for at in SHORTEST_PART..=word.len().saturating_sub(SHORTEST_PART) {
                let (first, second) = word.split_at(at);
                let parts = is_part(first) && is_part(second);
                if parts && self.is_written(first)? && self.is_written(second)? {
                    cuts.push(at);
                }
            }
        }
        let apart = cuts.into_iter().take(MOST_WAYS);
        Ok(apart.map(|at| format!("{} {}", &word[..at], &word[at..])).collect())
    }

    /// Where someone may have written a hyphen in `word` or another form of it, in order.
    fn hyphens(&mut self, word: &str) -> tantivy::Result<Vec<usize>> {
        let mut found = Vec::new();
        for (analyzer, stemmer) in &mut self.stemmers {
            let mut out = String::new();
            for (form, _) in forms_of(self.snapshot, *analyzer, stemmer.stem(word, &mut out))? {
                found.extend(form.find(HYPHEN).filter(|at| word.starts_with(&form[..*at])));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Whether a live passage has a form of `word` that `counts`.
    fn any_form(&mut self, word: &str, counts: impl Fn(&str) -> bool) -> tantivy::Result<bool> {
        for (analyzer, stemmer) in &mut self.stemmers {
            let mut out = String::new();
            let stem = stemmer.stem(word, &mut out);
            let mut numbers = 0;
            for (form, number) in forms_of(self.snapshot, *analyzer, stem)? {
                numbers |= u32::from(counts(&form)) << number;
            }
            if numbers != 0 && any_live(self.snapshot, *analyzer, stem, numbers)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a query says what no normal one can: what a filter is worth, or what must hold beside what
/// may, or its synonyms.
fn says_more(query: &Query) -> bool {
    match query {
        Query::Boost(inner, _) => matches!(**inner, Query::Filter(_)) || says_more(inner),
        Query::Or(parts) => {
            parts.iter().any(|part| matches!(part, Query::Must(_)) || says_more(part))
        }
        Query::And(parts) => parts.iter().any(says_more),
        Query::Not(inner) | Query::Must(inner) => says_more(inner),
        Query::Synonyms(..) => true,
        Query::All | Query::Nothing | Query::Text(_) | Query::Near(_) | Query::Filter(_) => false,
    }
}

/// The query in its simplest form, but for what no normal one can say.
pub(super) fn levelled(query: &Query) -> Query {
    let inside = |inner: &Query| Box::new(levelled(inner));
    match query {
        query if !says_more(query) => query.clone().simplify(),
        Query::And(parts) => {
            let (mut level, mut run) = (Vec::new(), Vec::new());
            for part in parts {
                match says_more(part) {
                    false => run.push(part.clone()),
                    true => {
                        join(std::mem::take(&mut run), &mut level);
                        match levelled(part) {
                            Query::And(inner) => level.extend(inner),
                            other => level.push(other),
                        }
                    }
                }
            }
            join(run, &mut level);
            Query::And(level)
        }
        Query::Or(parts) => {
            let part = |part: &Query| match part {
                Query::Must(inner) => Query::Must(inside(inner)),
                other => levelled(other),
            };
            Query::Or(parts.iter().map(part).collect())
        }
        Query::Not(inner) => Query::Not(inside(inner)),
        Query::Must(inner) => Query::Must(inside(inner)),
        Query::Boost(inner, by) if says_more(inner) => Query::Boost(inside(inner), *by),
        other => other.clone(),
    }
}

/// Adds parts that all must hold to `level`, in their simplest form.
fn join(run: Vec<Query>, level: &mut Vec<Query>) {
    match Query::And(run.clone()).simplify() {
        Query::All => {}
        Query::And(inner) => level.extend(inner),
        // There may be nothing in them to look for, which is left out and not what must hold.
        Query::Nothing => level.extend(run),
        other => level.push(other),
    }
}

/// Whether a live passage has a stem as one of these words.
fn any_live(
    snapshot: &Snapshot,
    analyzer: Analyzer,
    stem: &str,
    numbers: u32,
) -> tantivy::Result<bool> {
    let mut positions = Vec::new();
    for zone in [Zone::Text, Zone::Headline] {
        let term = Term::from_field_text(snapshot.fields().stems(zone, analyzer), stem);
        for reader in snapshot.searcher().segment_readers() {
            let index = reader.inverted_index(term.field())?;
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(mut postings) = index.read_postings(&term, option)? else { continue };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    postings.positions(&mut positions);
                    if positions.iter().any(|position| numbers & 1 << number(*position) != 0) {
                        return Ok(true);
                    }
                }
                postings.advance();
            }
        }
    }
    Ok(false)
}

/// Any of some queries; one alone is itself.
fn any_of(ways: impl Iterator<Item = Query>) -> Query {
    let mut ways: Vec<Query> = ways.collect();
    if ways.len() == 1 { ways.remove(0) } else { Query::Or(ways) }
}

/// The words of what was typed.
fn typed(text: &str) -> Vec<Typed> {
    let folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(text, &folded, Analyzer::English);
    let mut found = Vec::new();
    while tokens.advance() {
        let token = tokens.token();
        found.push(Typed {
            term: token.term.to_owned(),
            start: token.start,
            end: token.end,
            acronym: token.acronym,
            plain: token.term.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            hyphened: tokens.compound().is_some(),
        });
    }
    found
}

/// A phrase with words that may be acronyms in capitals; one or all of two such words.
fn in_capitals(text: &str) -> Vec<String> {
    let words = typed(text);
    let may_be = |word: &&Typed| !word.acronym && ACRONYMS.binary_search(&&word.term[..]).is_ok();
    let found: Vec<&Typed> = words.iter().filter(may_be).take(2).collect();
    let raised = |which: &[&Typed]| {
        let mut text = text.to_owned();
        for word in which.iter().rev() {
            text.replace_range(word.start..word.end, &word.term.to_ascii_uppercase());
        }
        text
    };
    match found.as_slice() {
        [] => Vec::new(),
        [one] => vec![raised(&[one])],
        [first, .., last] => vec![raised(&[first]), raised(&[last]), raised(&[first, last])],
    }
}

/// `mh370` as `mh 370`.
fn numbered(word: &str) -> Option<String> {
    let at = word.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0)?;
    let (letters, digits) = word.split_at(at);
    let plain = letters.bytes().all(|byte| byte.is_ascii_lowercase())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain && word.len() >= SHORTEST_PART).then(|| format!("{letters} {digits}"))
}

/// Whether a word may be one of the two of a compound.
fn is_part(word: &str) -> bool {
    word.len() >= SHORTEST_PART && FUNCTION_WORDS.binary_search(&word).is_err()
}

/// What two clauses would be as one word, and where it is looked for.
fn joined(first: &Query, second: &Query) -> Option<(Option<Zone>, String)> {
    let word = |query: &Query| match query {
        Query::Text(TextClause { zone, pattern: Pattern::Word(word) }) => {
            let mut words = typed(word);
            let word =
                words.pop().filter(|word| words.is_empty() && word.plain && !word.acronym)?;
            Some((*zone, word.term))
        }
        _ => None,
    };
    let ((zone, first), (other, second)) = (word(first)?, word(second)?);
    let letters = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let joins = letters(&first) && letters(&second) && is_part(&first) && is_part(&second)
        || letters(&first) && digits(&second)
        || digits(&first) && letters(&second);
    (zone == other && joins).then(|| (zone, first + &second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_are_in_order() {
        assert!(FUNCTION_WORDS.is_sorted());
    }

    #[test]
    fn what_may_be_an_acronym_is_tried_in_capitals() {
        for (typed, want) in [
            ("tell us", &["tell US"][..]),
            ("tell US", &[]),
            ("who told us", &["WHO told us", "who told US", "WHO told US"]),
            ("trade war", &[]),
        ] {
            assert_eq!(in_capitals(typed), want, "{typed}");
        }
    }

    #[test]
    fn a_word_ends_where_its_number_begins() {
        for (word, want) in [
            ("mh370", Some("mh 370")),
            ("f16", Some("f 16")),
            ("g7", None),
            ("5g", None),
            ("a1b2", None),
        ] {
            assert_eq!(numbered(word).as_deref(), want, "{word}");
        }
    }
}
