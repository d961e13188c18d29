//! Terms cut beforehand: a text is folded, cut and stemmed once, and tantivy's fields get the
//! result.
//!
//! A text's words are needed as written and as stems, their number is kept beside them, and a
//! headline goes with every passage of its article. They are therefore made once, by `analysis`,
//! into strings with a separator between the terms, and the tokenizer here only parts such a
//! string again.

use tantivy::TantivyDocument;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Analyzer, Case, Folded, Tokens};

use super::format::{Fields, MENTIONS, TERMS};
use super::forms::{BITS, Forms, MANY};
use super::mentions::MentionTokenizer;
use super::read::Snapshot;

/// The longest term that is kept, in bytes; longer ones are noise that no one types.
const LONGEST_TERM: usize = 512;

/// Begins a term that stands where the one before stands.
const SAME_PLACE: char = '\u{7f}';

/// The last place that a position can hold; no text that fits in memory has as many words.
const LAST_PLACE: usize = (u32::MAX >> BITS) as usize - 1;

/// The terms of one text. Each is followed by a control character, which no term holds.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// Stems in order, CJK pairs among them; a term's place is its number in the text, or that of
    /// the one before for terms that begin with [`SAME_PLACE`]. The control character says which
    /// word of its stem it was; see [`super::forms`].
    pub(super) stems: String,
    /// The words that have no number, as written.
    pub(super) words: String,
    /// Where the tokens begin and end in the text, in bytes.
    pub(super) tokens: Vec<(u32, u32)>,
    /// How many terms there are.
    pub(super) count: u64,
}

/// Cuts texts into terms, reusing its memory.
pub(super) struct Cutter {
    folded: Folded,
    joined: String,
    forms: [Forms; Analyzer::ALL.len()],
}

impl Cutter {
    /// A cutter for every analyzer; `before` is the commit that it adds to.
    pub(super) fn new(before: &Snapshot) -> Self {
        let forms = Analyzer::ALL.map(|analyzer| Forms::new(analyzer, before.clone()));
        Self { folded: Folded::default(), joined: String::new(), forms }
    }

    /// Writes the terms of `text` to `terms`, in place of what it held.
    pub(super) fn cut(
        &mut self,
        analyzer: Analyzer,
        text: &str,
        terms: &mut Terms,
    ) -> tantivy::Result<()> {
        terms.stems.clear();
        terms.words.clear();
        terms.tokens.clear();
        terms.count = 0;
        self.folded.set(text, Case::Lower);
        let forms = &mut self.forms[analyzer as usize];
        let mut tokens = Tokens::new(text, &self.folded, analyzer);
        while tokens.advance() {
            let token = tokens.token();
            terms.count += 1;
            terms.tokens.push((token.start as u32, token.end as u32));
            // A term that is too long leaves its place empty.
            if token.term.len() > LONGEST_TERM {
                terms.stems.push('\0');
            } else if token.cjk {
                terms.stems.push_str(token.term);
                terms.stems.push('\0');
            } else if token.acronym {
                terms.stems.extend(token.term.chars().map(|c| c.to_ascii_uppercase()));
                terms.stems.push('\0');
            } else {
                let before = terms.stems.len();
                let number = forms.of(token.term, token.term, &mut terms.stems)?;
                let stem = before..terms.stems.len();
                terms.stems.push(char::from(number));
                if number == MANY {
                    terms.words.push_str(token.term);
                    terms.words.push('\0');
                }
                if let Some(compound) = tokens.compound()
                    && compound.written.len() <= LONGEST_TERM
                {
                    // `data-center` is found as `datacenter` too.
                    let before = terms.stems.len();
                    terms.stems.push(SAME_PLACE);
                    let joined = compound.joined(&mut self.joined);
                    let number = forms.of(compound.written, joined, &mut terms.stems)?;
                    if terms.stems[before + SAME_PLACE.len_utf8()..] == terms.stems[stem] {
                        terms.stems.truncate(before);
                    } else {
                        terms.stems.push(char::from(number));
                        terms.count += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// Documents of the words that came since the last ones: when they are worth it, or `all`.
    pub(super) fn take_vocabulary(
        &mut self,
        all: bool,
        fields: Fields,
    ) -> impl Iterator<Item = TantivyDocument> {
        self.forms.iter_mut().filter_map(move |forms| forms.take_fresh(all, fields))
    }
}

/// The tokenizers of an index.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(TERMS, TextAnalyzer::from(TermTokenizer));
    manager.register(MENTIONS, TextAnalyzer::from(MentionTokenizer));
    manager
}

/// Parts a string of terms.
#[derive(Clone)]
struct TermTokenizer;

impl Tokenizer for TermTokenizer {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, terms: &'a str) -> TermStream<'a> {
        TermStream { rest: terms, place: 0, token: Token::default() }
    }
}

/// The terms of one string.
struct TermStream<'a> {
    rest: &'a str,
    /// Of the term that `rest` begins with.
    place: usize,
    token: Token,
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(end) = self.rest.bytes().position(|byte| byte <= MANY) {
            let (mut term, rest) = self.rest.split_at(end);
            let number = usize::from(rest.as_bytes()[0]);
            self.rest = &rest[1..];
            let mut place = self.place;
            if let Some(joined) = term.strip_prefix(SAME_PLACE) {
                (term, place) = (joined, place.saturating_sub(1));
            } else {
                self.place += 1;
            }
            self.token.position = (place.min(LAST_PLACE) << BITS) | number;
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
    use crate::engine::embedded::Memory;

    /// Terms with their places and the numbers of their words.
    fn places(terms: &str) -> Vec<(String, usize, usize)> {
        let mut tokenizer = tokenizers().get(TERMS).unwrap();
        let mut found = Vec::new();
        tokenizer.token_stream(terms).process(&mut |token| {
            let (place, number) = (token.position >> BITS, token.position & usize::from(MANY));
            found.push((token.text.clone(), place, number));
        });
        found
    }

    #[test]
    fn stems_keep_their_places_and_say_which_word_they_were() {
        let long = "x".repeat(LONGEST_TERM + 1);
        for (analyzer, text, stems) in [
            (
                Analyzer::English,
                "Huawei’s 5G网络 centres, centers: centres",
                &[
                    ("huawei", 0, 0),
                    ("5g", 1, 0),
                    ("网络", 2, 0),
                    ("络", 3, 0),
                    ("center", 4, 0),
                    ("center", 5, 1),
                    ("center", 6, 0),
                ][..],
            ),
            (
                Analyzer::Malay,
                "Pelaburan 5G网 melabur",
                &[("labur", 0, 0), ("5g", 1, 0), ("网", 2, 0), ("labur", 3, 1)],
            ),
            (Analyzer::Plain, "centres", &[("centres", 0, 0)]),
            (
                Analyzer::English,
                "US data-centres, datacenters",
                &[
                    ("US", 0, 0),
                    ("data", 1, 0),
                    ("datacent", 1, 0),
                    ("center", 2, 0),
                    ("datacent", 3, 1),
                ],
            ),
            (
                Analyzer::Malay,
                "kanak-kanak se-Malaysia",
                &[("kanak", 0, 0), ("se", 1, 0), ("semalaysia", 1, 0), ("malaysia", 2, 0)],
            ),
            (Analyzer::English, &format!("a {long} b"), &[("a", 0, 0), ("b", 2, 0)]),
            (Analyzer::English, "", &[]),
        ] {
            let before = Memory::new().unwrap().engine(|_| Vec::new()).unwrap();
            let mut terms = Terms::default();
            Cutter::new(&before.snapshot).cut(analyzer, text, &mut terms).unwrap();
            let own: Vec<_> = stems.iter().map(|(t, p, n)| ((*t).to_owned(), *p, *n)).collect();
            assert_eq!(places(&terms.stems), own, "{text}");
            assert_eq!(terms.words, "", "{text}");
        }
    }
}
