//! A text cut into tokens, and where words stand in it: what highlights are made of.
//!
//! It compares as an index does and knows no query.

use crate::analysis::{Analyzer, Case, Folded, Stemmer, Tokens, fold};

use super::near::{Stretch, moves, occurrences, tightest, ways};

/// A word to look for.
pub(super) struct Word {
    place: u32,
    term: String,
    stem: String,
}

/// A token of the text that is marked.
pub(super) struct Cut<'t> {
    pub(super) term: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) cjk: bool,
    acronym: bool,
    /// By the text's analyzer; empty until asked for.
    stem: Option<String>,
    /// With the next token as one word, if a hyphen joins them: the word, its end, its stem.
    joined: Option<(String, usize, Option<String>)>,
}

/// Words at their places, with their stems.
pub(super) fn with_stems(terms: Vec<(u32, String)>, stemmer: &mut Stemmer) -> Vec<Word> {
    let words = terms.into_iter().map(|(place, term)| {
        let stem = stemmer.stem(&term, &mut String::new()).to_owned();
        Word { place, term, stem }
    });
    words.collect()
}

/// The tokens of `text`; their terms are written to `terms`.
pub(super) fn cut<'t>(text: &str, analyzer: Analyzer, terms: &'t mut String) -> Vec<Cut<'t>> {
    let folded: Folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(text, &folded, analyzer);
    let mut cuts = Vec::with_capacity(text.len() / 5);
    let mut ends = Vec::with_capacity(text.len() / 5);
    while tokens.advance() {
        let token = tokens.token();
        terms.push_str(token.term);
        ends.push(terms.len());
        let joined = if token.cjk { None } else { tokens.compound() };
        let joined = joined.map(|it| (it.joined(&mut String::new()).to_owned(), it.end, None));
        let (start, end, cjk, acronym) = (token.start, token.end, token.cjk, token.acronym);
        cuts.push(Cut { term: "", start, end, cjk, acronym, stem: None, joined });
    }
    let mut from = 0;
    for (cut, to) in cuts.iter_mut().zip(ends) {
        cut.term = &terms[from..to];
        from = to;
    }
    cuts
}

impl Cut<'_> {
    /// The words that a pattern is compared with, with where they end: none for Chinese, which has no
    /// words to begin or to misspell. Where texts are not stemmed, two words that a hyphen joins are
    /// indexed as one like any other.
    pub(super) fn patterned(&self, analyzer: Analyzer) -> impl Iterator<Item = (&str, usize)> {
        let joined = self.joined.as_ref().filter(|_| analyzer == Analyzer::Plain);
        let joined = joined.map(|(term, end, _)| (term.as_str(), *end));
        [(self.term, self.end)].into_iter().chain(joined).filter(|_| !self.cjk)
    }

    /// Whether it is this term as it stands.
    pub(super) fn is_written(&self, term: &str) -> bool {
        let joined = self.joined.as_ref().is_some_and(|(joined, ..)| joined == term);
        joined
            || if self.acronym { term.eq_ignore_ascii_case(self.term) } else { term == self.term }
    }

    /// Whether it is `word`, and where it then ends and whether it is so as typed.
    pub(super) fn is(&mut self, word: &Word, stemmer: &mut Stemmer) -> Option<(usize, bool)> {
        if self.acronym {
            let same =
                self.term.bytes().map(|byte| byte.to_ascii_uppercase()).eq(word.term.bytes());
            return same.then_some((self.end, true));
        }
        let joined = self.joined.as_mut().map(|(term, end, stem)| (term.as_str(), *end, stem));
        for (term, end, stem) in [(self.term, self.end, &mut self.stem)].into_iter().chain(joined) {
            if term == word.term {
                return Some((end, true));
            }
            if stemmer.may_stem_to(term, &word.stem) {
                let stem =
                    stem.get_or_insert_with(|| stemmer.stem(term, &mut String::new()).to_owned());
                if *stem == word.stem {
                    return Some((end, false));
                }
            }
        }
        None
    }
}

/// Where the words stand: start, end, and whether all are as typed. Of sloppy matches that overlap,
/// the tightest.
pub(super) fn phrase_hits(
    words: &[Word],
    slop: u32,
    cuts: &mut [Cut<'_>],
    stemmer: &mut Stemmer,
) -> Vec<(usize, usize, bool)> {
    let mut places: Vec<Vec<u32>> = Vec::with_capacity(words.len());
    for word in words {
        // A token's place is its number.
        let held =
            (0..).zip(cuts.iter_mut()).filter_map(|(at, cut)| cut.is(word, stemmer).map(|_| at));
        places.push(held.collect());
        if places.last().is_some_and(Vec::is_empty) {
            return Vec::new();
        }
    }
    let offsets: Vec<u32> = words.iter().map(|word| word.place).collect();
    let found = match slop {
        0 => occurrences(&places, &offsets, 0),
        _ => tightest(ways(&places, &offsets, slop), |places| {
            let first = places.iter().copied().min().unwrap_or(0);
            let last = places.iter().copied().max().unwrap_or(0);
            (Stretch { first, last }, moves(places, &offsets))
        }),
    };
    let mut hits = Vec::new();
    for places in found {
        let (mut start, mut end, mut exact) = (usize::MAX, 0, true);
        for (at, word) in places.iter().zip(words) {
            let cut = &mut cuts[*at as usize];
            let (word_end, as_typed) = cut.is(word, stemmer).unwrap_or((cut.end, false));
            start = start.min(cut.start);
            end = end.max(word_end);
            exact &= as_typed;
        }
        hits.push((start, end, exact));
    }
    hits
}

/// Where any of the words stands: start, end, and whether all are as typed. Words that follow each
/// other in the text as they do in the query are one.
pub(super) fn any_hits(
    words: &[Word],
    cuts: &mut [Cut<'_>],
    stemmer: &mut Stemmer,
) -> Vec<(usize, usize, bool)> {
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    let mut before: Option<u32> = None;
    for cut in cuts {
        let held = words.iter().find_map(|word| Some((word, cut.is(word, stemmer)?)));
        let Some((word, (end, exact))) = held else {
            before = None;
            continue;
        };
        match found.last_mut() {
            Some((_, last, all)) if before.is_some_and(|before| before + 1 == word.place) => {
                (*last, *all) = (end, *all && exact);
            }
            _ => found.push((cut.start, end, exact)),
        }
        before = Some(word.place);
    }
    found
}
