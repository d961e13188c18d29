//! The model's ways to write a word: which other spellings of a query's words an index has.
//!
//! Written anew from what the manual page says, as the rest of the model is.

use std::collections::BTreeSet;

use pressmark::analysis::{Analyzer, Case, Stemmer, fold, query_terms};
use pressmark::query::{Pattern, Query, TextClause};

use crate::model::{Entry, Words};

/// How the words of English and Malay texts are written, by their stems.
pub(crate) struct Written {
    /// As one word without a hyphen.
    whole: BTreeSet<(Analyzer, String)>,
    /// With a hyphen: the stem, and the word before the hyphen.
    parted: BTreeSet<(Analyzer, String, String)>,
}

impl Written {
    pub(crate) fn of(entries: &[Entry<'_>]) -> Self {
        let mut written = Self { whole: BTreeSet::new(), parted: BTreeSet::new() };
        for Entry { head, passage, .. } in entries {
            let analyzer = Analyzer::of(&head.lang);
            if analyzer == Analyzer::Plain {
                continue;
            }
            for text in [Some(&passage.passage.text), head.headline.as_ref()].into_iter().flatten()
            {
                let Words { words, compounds, .. } = Words::of(text, analyzer);
                written.whole.extend(words.into_iter().map(|word| (analyzer, word.stem)));
                let parted = compounds.into_iter();
                written.parted.extend(parted.map(|word| (analyzer, word.stem, word.first)));
            }
        }
        written
    }

    fn stems(word: &str) -> impl Iterator<Item = (Analyzer, String)> {
        [Analyzer::English, Analyzer::Malay].into_iter().map(move |analyzer| {
            (analyzer, Stemmer::new(analyzer).stem(word, &mut String::new()).to_owned())
        })
    }

    fn is_whole(&self, word: &str) -> bool {
        Self::stems(word).any(|stem| self.whole.contains(&stem))
    }

    /// Every way to write the words of a query that is worth a look.
    pub(crate) fn respell(&self, query: &Query) -> Query {
        match query {
            Query::Text(TextClause { zone, pattern }) => {
                let mut ways = vec![pattern.clone()];
                ways.extend(match pattern {
                    Pattern::Word(word) => self.word(word),
                    // One of them is tried in capitals, or both; the tests name one only.
                    Pattern::Phrase { text, slop } => {
                        let words = text.split(' ');
                        let places: Vec<_> =
                            words.enumerate().filter(|(_, w)| *w == "us").collect();
                        assert!(places.len() <= 3);
                        let raise = |which: &[usize]| {
                            let words = text.split(' ').enumerate();
                            let words =
                                words.map(|(at, w)| if which.contains(&at) { "US" } else { w });
                            let text = words.collect::<Vec<_>>().join(" ");
                            Pattern::Phrase { text, slop: *slop }
                        };
                        match places.as_slice() {
                            [] => vec![],
                            [(a, _)] => vec![raise(&[*a])],
                            [(a, _), (b, _), ..] => {
                                vec![raise(&[*a]), raise(&[*b]), raise(&[*a, *b])]
                            }
                        }
                    }
                    _ => vec![],
                });
                let clause = |pattern| Query::Text(TextClause { zone: *zone, pattern });
                Query::Or(ways.into_iter().map(clause).collect())
            }
            Query::And(parts) => {
                let mut own: Vec<Query> = Vec::new();
                let mut at = 0;
                while at < parts.len() {
                    match parts.get(at + 1).and_then(|next| self.as_one(&parts[at], next)) {
                        Some(one) => {
                            let both = parts[at..at + 2].iter().map(|part| self.respell(part));
                            own.push(Query::Or(vec![Query::And(both.collect()), one]));
                            at += 2;
                        }
                        None => {
                            own.push(self.respell(&parts[at]));
                            at += 1;
                        }
                    }
                }
                Query::And(own)
            }
            Query::Or(arms) => Query::Or(arms.iter().map(|arm| self.respell(arm)).collect()),
            Query::Not(inner) => Query::Not(Box::new(self.respell(inner))),
            Query::Must(inner) => Query::Must(Box::new(self.respell(inner))),
            Query::Boost(inner, by) => Query::Boost(Box::new(self.respell(inner)), *by),
            // What stands near each other is looked for as it is written.
            other => other.clone(),
        }
    }

    /// The tests type words of letters and digits, with one hyphen at most.
    fn word(&self, typed: &str) -> Vec<Pattern> {
        let phrase = |a: &str, b: &str| Pattern::Phrase { text: format!("{a} {b}"), slop: 0 };
        let lower = fold(typed, Case::Lower).text;
        let plain = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if lower == "us" {
            return if typed == "US" { vec![] } else { vec![Pattern::Word("US".to_owned())] };
        }
        if let Some((a, b)) = lower.split_once('-').filter(|(a, b)| plain(a) && plain(b)) {
            let one = format!("{a}{b}");
            return self.is_whole(&one).then_some(Pattern::Word(one)).into_iter().collect();
        }
        if !plain(&lower) {
            return vec![];
        }
        if let Some(at) = lower.find(|c: char| c.is_ascii_digit()) {
            let (a, b) = lower.split_at(at);
            let numbered = at > 0 && b.bytes().all(|b| b.is_ascii_digit()) && lower.len() > 2;
            return if numbered { vec![phrase(a, b)] } else { vec![] };
        }
        if lower.len() < 5 {
            return vec![];
        }
        let cuts = 1..lower.len();
        let parted = |at: &usize| {
            Self::stems(&lower).any(|(analyzer, stem)| {
                self.parted.contains(&(analyzer, stem, lower[..*at].to_owned()))
            })
        };
        let mut found: Vec<usize> = cuts.clone().filter(parted).collect();
        let known = self.is_whole(&lower)
            || Self::stems(&lower).any(|(analyzer, stem)| {
                self.parted.iter().any(|(other, part, _)| *other == analyzer && *part == stem)
            });
        if found.is_empty() && !known {
            let both = |at: &usize| {
                let (a, b) = lower.split_at(*at);
                a.len() >= 3
                    && b.len() >= 3
                    && self.is_whole(a)
                    && self.is_whole(b)
                    && ![a, b].contains(&"the")
            };
            found.extend(cuts.filter(both));
        }
        found.into_iter().take(3).map(|at| phrase(&lower[..at], &lower[at..])).collect()
    }

    fn as_one(&self, first: &Query, second: &Query) -> Option<Query> {
        let (Query::Text(first), Query::Text(second)) = (first, second) else { return None };
        let (Pattern::Word(a), Pattern::Word(b)) = (&first.pattern, &second.pattern) else {
            return None;
        };
        if a == "US" || b == "US" || first.zone != second.zone {
            return None;
        }
        let (a, b) = (one(a)?, one(b)?);
        let letters = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase());
        let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        let long = |word: &str| word.len() >= 3 && word != "the";
        let joins = letters(&a) && letters(&b) && long(&a) && long(&b)
            || letters(&a) && digits(&b)
            || digits(&a) && letters(&b);
        let word = a + &b;
        (joins && self.is_whole(&word))
            .then_some(Query::Text(TextClause { zone: first.zone, pattern: Pattern::Word(word) }))
    }
}

/// The one term of a word, if it has no other.
fn one(word: &str) -> Option<String> {
    let mut terms = query_terms(word);
    let (_, term) = terms.pop()?;
    terms.is_empty().then_some(term)
}
