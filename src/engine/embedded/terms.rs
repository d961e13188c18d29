//! Terms cut beforehand: a text is folded and cut once, and tantivy's fields get the result.
//!
//! A text's words are needed as written and as stems, and their number is kept beside them. They
//! are therefore cut once by `analysis` into one string, a separator between the terms, and the
//! tokenizers here only part that string again and stem.

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Analyzer, Case, Folded, Stemmer, Tokens, is_cjk};

use super::format::{WORDS, stems_tokenizer};

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
    manager.register(WORDS, TextAnalyzer::from(TermTokenizer { stemmer: None }));
    for analyzer in Analyzer::ALL {
        let tokenizer = TermTokenizer { stemmer: Some(Stemmer::new(analyzer)) };
        manager.register(&stems_tokenizer(analyzer), TextAnalyzer::from(tokenizer));
    }
    manager
}

/// Parts a string of terms. With a stemmer it gives every term's stem at its place; without, it
/// gives the words as written and leaves CJK pairs out, which are found as stems.
#[derive(Clone)]
struct TermTokenizer {
    stemmer: Option<Stemmer>,
}

impl Tokenizer for TermTokenizer {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, terms: &'a str) -> TermStream<'a> {
        TermStream { rest: Some(terms), stemmer: self.stemmer.as_mut(), token: Token::default() }
    }
}

/// The terms of one string.
struct TermStream<'a> {
    rest: Option<&'a str>,
    stemmer: Option<&'a mut Stemmer>,
    token: Token,
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(rest) = self.rest {
            let term = match rest.as_bytes().iter().position(|b| *b == SEPARATOR as u8) {
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
            if term.is_empty() {
                continue;
            }
            match &mut self.stemmer {
                Some(stemmer) => stemmer.stem(term, &mut self.token.text),
                None if term.starts_with(is_cjk) => continue,
                None => {
                    self.token.text.clear();
                    self.token.text.push_str(term);
                }
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
            stream("pressmark_en", text),
            own(&[("huawei", 0), ("5g", 1), ("网络", 2), ("络", 3), ("center", 4)])
        );
        assert_eq!(stream(WORDS, text), own(&[("huawei", 0), ("5g", 1), ("centres", 4)]));
        assert_eq!(stream(WORDS, ""), own(&[]));
    }
}
