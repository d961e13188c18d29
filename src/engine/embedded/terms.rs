//! Terms cut beforehand: a text is folded, cut and stemmed once, and tantivy's fields get the
//! result.
//!
//! A text's words are needed as written and as stems, their number is kept beside them, and a
//! headline goes with every passage of its article. They are therefore made once, by `analysis`,
//! into strings with a separator between the terms, and the tokenizer here only parts such a
//! string again.

use memchr::memchr;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Analyzer, Case, Folded, Stemmer, Tokens};

use super::format::TERMS;

/// Stands between two terms; no term holds it, for it is no letter.
const SEPARATOR: char = '\u{1f}';

/// The longest term that is kept, in bytes; longer ones are noise that no one types.
const LONGEST_TERM: usize = 512;

/// The terms of one text.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// Stems in order, CJK pairs among them; a term's place is its number.
    pub(super) stems: String,
    /// Words as written where the stems do not tell them: English words that are not their own
    /// stem (most are, which halves what keeping both costs), all Malay words. CJK pairs are found
    /// as stems.
    pub(super) words: String,
    /// How many terms there are.
    pub(super) count: u64,
}

/// Cuts texts into terms, reusing its memory.
pub(super) struct Cutter {
    folded: Folded,
    stemmers: [Stemmer; Analyzer::ALL.len()],
    stem: String,
}

impl Cutter {
    /// A cutter for every analyzer.
    pub(super) fn new() -> Self {
        let stemmers = Analyzer::ALL.map(Stemmer::for_many);
        Self { folded: Folded::default(), stemmers, stem: String::new() }
    }

    /// Writes the terms of `text` to `terms`, in place of what it held.
    pub(super) fn cut(&mut self, analyzer: Analyzer, text: &str, terms: &mut Terms) {
        terms.stems.clear();
        terms.words.clear();
        terms.count = 0;
        self.folded.set(text, Case::Lower);
        let stemmer = &mut self.stemmers[analyzer as usize];
        let mut tokens = Tokens::new(&self.folded);
        while tokens.advance() {
            let token = tokens.token();
            if terms.count > 0 {
                terms.stems.push(SEPARATOR);
            }
            terms.count += 1;
            // A term that is too long leaves its place empty.
            if token.term.len() > LONGEST_TERM {
                continue;
            }
            let stem = stemmer.stem(token.term, &mut self.stem);
            let told = match analyzer {
                Analyzer::English => stem == token.term,
                Analyzer::Malay => false,
                Analyzer::Plain => true,
            };
            terms.stems.push_str(stem);
            if !told && !token.cjk {
                terms.words.push_str(token.term);
                terms.words.push(SEPARATOR);
            }
        }
    }
}

/// The tokenizers of an index.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(TERMS, TextAnalyzer::from(TermTokenizer));
    manager
}

/// Parts a string of terms.
#[derive(Clone)]
struct TermTokenizer;

impl Tokenizer for TermTokenizer {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, terms: &'a str) -> TermStream<'a> {
        TermStream { rest: Some(terms), token: Token::default() }
    }
}

/// The terms of one string.
struct TermStream<'a> {
    rest: Option<&'a str>,
    token: Token,
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(rest) = self.rest {
            let term = match memchr(SEPARATOR as u8, rest.as_bytes()) {
                Some(at) => {
                    self.rest = Some(&rest[at + 1..]);
                    &rest[..at]
                }
                None => {
                    self.rest = None;
                    rest
                }
            };
            self.token.position = self.token.position.wrapping_add(1);
            if !term.is_empty() {
                self.token.text.clear();
                self.token.text.push_str(term);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(terms: &str) -> Vec<(String, usize)> {
        let mut tokenizer = tokenizers().get(TERMS).unwrap();
        let mut found = Vec::new();
        tokenizer.token_stream(terms).process(&mut |t| found.push((t.text.clone(), t.position)));
        found
    }

    #[test]
    fn stems_keep_their_places_and_words_are_those_that_stems_do_not_tell() {
        let long = "x".repeat(LONGEST_TERM + 1);
        for (analyzer, text, stems, words) in [
            (
                Analyzer::English,
                "Huawei’s 5G网络 centres",
                &[("huawei", 0), ("5g", 1), ("网络", 2), ("络", 3), ("center", 4)][..],
                &["centres"][..],
            ),
            (
                Analyzer::Malay,
                "Pelaburan 5G网 besar",
                &[("labur", 0), ("5g", 1), ("网", 2), ("besar", 3)],
                &["pelaburan", "5g", "besar"],
            ),
            (Analyzer::Plain, "centres", &[("centres", 0)], &[]),
            (Analyzer::English, &format!("a {long} b"), &[("a", 0), ("b", 2)], &[]),
            (Analyzer::English, "", &[], &[]),
        ] {
            let mut terms = Terms::default();
            Cutter::new().cut(analyzer, text, &mut terms);
            let own: Vec<_> = stems.iter().map(|(t, p)| ((*t).to_owned(), *p)).collect();
            assert_eq!(places(&terms.stems), own, "{text}");
            let found: Vec<String> = places(&terms.words).into_iter().map(|(t, _)| t).collect();
            assert_eq!(found, words, "{text}");
        }
    }
}
