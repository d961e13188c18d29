//! Terms cut beforehand: a text is folded and cut once, and tantivy's fields get the result.
//!
//! A text's words are needed as written and as stems, and their number is kept beside them. They
//! are therefore cut once by `analysis` into one string, a separator between the terms, and the
//! tokenizers here only part that string again and stem.

use memchr::memchr;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Analyzer, Case, Folded, Stemmer, Tokens, is_cjk};

use super::format::{stems_tokenizer, words_tokenizer};

/// Stands between two terms; no term holds it, for it is no letter.
const SEPARATOR: char = '\u{1f}';

/// The longest term that is kept, in bytes; longer ones are noise that no one types.
const LONGEST_TERM: usize = 512;

/// Cuts texts into strings of terms, reusing its memory.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    folded: Folded,
}

impl Cutter {
    /// Writes the terms of `text` to `out`, in place of what it held, and returns how many.
    pub(super) fn cut(&mut self, text: &str, out: &mut String) -> u64 {
        out.clear();
        self.folded.set(text, Case::Lower);
        let mut tokens = Tokens::new(&self.folded);
        let mut count = 0;
        while tokens.advance() {
            let term = tokens.token().term;
            if count > 0 {
                out.push(SEPARATOR);
            }
            if term.len() <= LONGEST_TERM {
                out.push_str(term);
            }
            count += 1;
        }
        count
    }
}

/// The tokenizers of an index.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    for analyzer in Analyzer::ALL {
        let tokenizer = |give| TermTokenizer { give, stemmer: Stemmer::new(analyzer) };
        let words = match analyzer {
            Analyzer::English => Give::ChangedWords,
            Analyzer::Malay | Analyzer::Plain => Give::Words,
        };
        let stems = TextAnalyzer::from(tokenizer(Give::Stems));
        manager.register(&stems_tokenizer(analyzer), stems);
        manager.register(&words_tokenizer(analyzer), TextAnalyzer::from(tokenizer(words)));
    }
    manager
}

/// What a tokenizer gives of each term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Give {
    /// Its stem, at its place.
    Stems,
    /// The word as written. CJK pairs are left out: they are found as stems.
    Words,
    /// The word as written if it is not its own stem: most are, and are found as stems. It halves
    /// what keeping both costs.
    ChangedWords,
}

/// Parts a string of terms.
#[derive(Clone)]
struct TermTokenizer {
    give: Give,
    stemmer: Stemmer,
}

impl Tokenizer for TermTokenizer {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, terms: &'a str) -> TermStream<'a> {
        let Self { give, stemmer } = self;
        TermStream { rest: Some(terms), give: *give, stemmer, token: Token::default() }
    }
}

/// The terms of one string.
struct TermStream<'a> {
    rest: Option<&'a str>,
    give: Give,
    stemmer: &'a mut Stemmer,
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
            if term.is_empty() || self.give != Give::Stems && term.starts_with(is_cjk) {
                continue;
            }
            if self.give != Give::Words {
                self.stemmer.stem(term, &mut self.token.text);
            }
            if self.give == Give::ChangedWords && self.token.text == term {
                continue;
            }
            if self.give != Give::Stems {
                self.token.text.clear();
                self.token.text.push_str(term);
            }
            return true;
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

    fn stream(tokenizer: &str, text: &str) -> Vec<(String, usize)> {
        let mut terms = String::new();
        Cutter::default().cut(text, &mut terms);
        let mut analyzer = tokenizers().get(tokenizer).unwrap();
        let mut found = Vec::new();
        analyzer.token_stream(&terms).process(&mut |t| found.push((t.text.clone(), t.position)));
        found
    }

    #[test]
    fn stems_keep_their_places_and_words_leave_cjk_out() {
        let own = |want: &[(&str, usize)]| -> Vec<(String, usize)> {
            want.iter().map(|(t, p)| ((*t).to_owned(), *p)).collect()
        };
        let text = "Huawei’s 5G网络 centres";
        assert_eq!(
            stream("pressmark_stems_en", text),
            own(&[("huawei", 0), ("5g", 1), ("网络", 2), ("络", 3), ("center", 4)])
        );
        assert_eq!(stream("pressmark_words_en", text), own(&[("centres", 4)]));
        let text = "Pelaburan 5G网络 besar";
        let words = stream("pressmark_words_ms", text);
        assert_eq!(words, own(&[("pelaburan", 0), ("5g", 1), ("besar", 4)]));
        assert_eq!(stream("pressmark_stems_und", ""), own(&[]));
    }
}
