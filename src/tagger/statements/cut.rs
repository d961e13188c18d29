//! A text cut for the patterns: its quotations, and of English and Malay its words and sentences.

use std::ops::Range;

use super::lexicon::{Classes, Words};
use crate::tag::Mention;
use crate::tagger::ascii::word_ahead;

/// A quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// The mark that opens it.
    pub(super) start: usize,
    /// One past the mark that closes it, or the end of the text.
    pub(super) end: usize,
    /// What stands between the marks.
    pub(super) inner: (usize, usize),
}

/// The quotations of `text` in order, one within another left out. One that nothing closes goes on
/// to the end of the text, as those do that the next paragraph continues, if its mark can only open.
pub(super) fn quotes(text: &str) -> Vec<Quote> {
    let mut quotes: Vec<Quote> = Vec::new();
    // What every mark below begins with.
    if !text.bytes().any(|byte| matches!(byte, b'"' | b'\'' | 0xc2 | 0xe2 | 0xe3 | 0xef)) {
        return quotes;
    }
    let mut open: Option<(char, usize, usize)> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    // Where the last mark of a kind that may be an apostrophe stands: none is looked for in vain.
    let last_single = text.rfind(['’', '\'']).unwrap_or(0);
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        match open {
            None => {
                let opens = match c {
                    '“' | '„' | '«' | '「' | '『' | '"' | '＂' | '″' => true,
                    '”' => !before.is_alphanumeric() && next.is_alphanumeric(),
                    '‘' => at < last_single && !next.is_whitespace(),
                    '\'' => {
                        at < last_single
                            && (before.is_whitespace() || matches!(before, '(' | ':' | '：'))
                            && next.is_alphanumeric()
                    }
                    _ => false,
                };
                if opens {
                    open = Some((c, at, at + c.len_utf8()));
                }
            }
            Some((mark, start, from)) => {
                let closes = match mark {
                    '“' | '”' => matches!(c, '”' | '"'),
                    '„' => matches!(c, '“' | '”' | '"'),
                    '«' => c == '»',
                    '「' => c == '」',
                    '『' => c == '』',
                    '‘' => c == '’' && !next.is_alphanumeric(),
                    '\'' => matches!(c, '\'' | '’') && !next.is_alphanumeric(),
                    '"' | '＂' => matches!(c, '"' | '＂' | '”'),
                    _ => c == mark,
                };
                if closes {
                    quotes.push(Quote { start, end: at + c.len_utf8(), inner: (from, at) });
                    open = None;
                }
            }
        }
        before = c;
    }
    if let Some((mark, start, from)) = open
        && !matches!(mark, '‘' | '\'' | '"' | '＂' | '″' | '”')
    {
        quotes.push(Quote { start, end: text.len(), inner: (from, text.len()) });
    }
    quotes
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word that begins with a capital.
    Capital,
    /// Another word.
    Word,
    /// `'s`
    Possessive,
    /// A number.
    Number,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// What ends a sentence, unless it is in a quotation.
    Stop,
    /// Any other mark.
    Mark,
}

/// A word or mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) classes: Classes,
    /// The quotation it is in, the marks included.
    pub(super) quote: Option<usize>,
    /// The name it is part of.
    pub(super) mention: Option<usize>,
    /// The sentence it is in.
    pub(super) sentence: usize,
}

/// A text in words.
pub(super) struct Cut<'a> {
    pub(super) text: &'a str,
    pub(super) mentions: &'a [Mention],
    pub(super) quotes: Vec<Quote>,
    pub(super) tokens: Vec<Token>,
    /// The tokens of each sentence.
    pub(super) sentences: Vec<Range<usize>>,
}

impl<'a> Cut<'a> {
    pub(super) fn new(text: &'a str, mentions: &'a [Mention], words: &Words) -> Self {
        let quotes = quotes(text);
        let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 5 + 4);
        let (mut at, mut quote, mut mention, mut sentence) = (0, 0, 0, 0);
        let mut sentences = Vec::new();
        let mut first = 0;
        while let Some(c) = text[at..].chars().next() {
            if c.is_whitespace() {
                at += c.len_utf8();
                continue;
            }
            while quotes.get(quote).is_some_and(|quote: &Quote| quote.end <= at) {
                quote += 1;
            }
            let mark = quotes.get(quote).is_some_and(|one| one.end == at + c.len_utf8());
            let (end, kind) = match c {
                // `the workers’ union`
                '\'' | '’' if !mark && text[..at].ends_with('s') => {
                    let (end, kind) = token(text, at, c, words);
                    let bare = text[end..].starts_with(' ') && kind == Kind::Mark;
                    (end, if bare { Kind::Possessive } else { kind })
                }
                _ => token(text, at, c, words),
            };
            let classes = match kind {
                Kind::Capital | Kind::Word => words.of(&text[at..end]),
                _ => Classes::default(),
            };
            while mentions.get(mention).is_some_and(|one| one.span.end as usize <= at) {
                mention += 1;
            }
            let within = mentions.get(mention).filter(|one| (one.span.start as usize) < end);
            let in_quote = quotes.get(quote).filter(|quote| quote.start <= at);
            tokens.push(Token {
                start: at,
                end,
                kind,
                classes,
                quote: in_quote.map(|_| quote),
                mention: within.map(|_| mention),
                sentence,
            });
            // A quotation that ends with the end of its last sentence ends the sentence it is in.
            let closes = in_quote.is_some_and(|quote| {
                quote.end == end
                    && text[..quote.inner.1].ends_with(['.', '!', '?', '…'])
                    && next_begins(text, end)
            });
            if closes || kind == Kind::Stop && in_quote.is_none() {
                sentences.push(first..tokens.len());
                first = tokens.len();
                sentence += 1;
            }
            at = end;
        }
        if first < tokens.len() {
            sentences.push(first..tokens.len());
        }
        Self { text, mentions, quotes, tokens, sentences }
    }

    /// The text of a token; empty past the end.
    pub(super) fn str(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    /// The tokens of the sentence that token `at` is in.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        self.sentences[self.tokens[at].sentence].clone()
    }

    /// The kind of a token; a stop past the end.
    pub(super) fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Stop, |token| token.kind)
    }

    /// Whether the token is of one of the classes.
    pub(super) fn is(&self, at: usize, classes: Classes) -> bool {
        self.tokens.get(at).is_some_and(|token| token.classes.any(classes))
    }

    /// Whether the token is a word of any shape.
    pub(super) fn is_word(&self, at: usize) -> bool {
        matches!(self.kind(at), Kind::Capital | Kind::Word)
    }

    /// The name that ends with token `at`, and the first token of it.
    pub(super) fn name_ending(&self, at: usize) -> Option<(usize, usize)> {
        let mention = self.tokens.get(at)?.mention?;
        let span = self.mentions[mention].span;
        if self.tokens[at].end < span.end as usize {
            return None;
        }
        let mut first = at;
        while first > 0 && self.tokens[first - 1].mention == Some(mention) {
            first -= 1;
        }
        Some((mention, first))
    }
}

/// Whether what follows byte `end` begins a sentence: a capital, a number, or another quotation.
fn next_begins(text: &str, end: usize) -> bool {
    let next = text[end..].trim_start().chars().next();
    next.is_none_or(|c| c.is_uppercase() || c.is_numeric() || matches!(c, '“' | '"' | '‘' | '「'))
}

/// One past the token that begins at `at` with `c`, and its kind.
fn token(text: &str, at: usize, c: char, words: &Words) -> (usize, Kind) {
    let after = at + c.len_utf8();
    let next = text[after..].chars().next().unwrap_or(' ');
    if c.is_alphanumeric() {
        return word(text, at, c, words);
    }
    let kind = match c {
        '\'' | '’' if matches!(next, 's' | 'S') && at > 0 && !text[..at].ends_with(' ') => {
            let rest = text[after + 1..].chars().next();
            if rest.is_none_or(|c| !c.is_alphanumeric()) {
                return (after + 1, Kind::Possessive);
            }
            Kind::Mark
        }
        ',' | '，' => Kind::Comma,
        ':' | '：' => Kind::Colon,
        '.' | '!' | '?' | ';' | '。' | '！' | '？' | '；' => Kind::Stop,
        _ => Kind::Mark,
    };
    (after, kind)
}

fn word(text: &str, at: usize, c: char, words: &Words) -> (usize, Kind) {
    let rest = &text[at..];
    let mut end = rest.len();
    let plain = word_ahead(rest.as_bytes());
    let mut chars = rest[plain..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let offset = plain + offset;
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        let inside = match c {
            _ if c.is_alphanumeric() => true,
            '-' | '‑' => next.is_alphanumeric(),
            '\'' | '’' => {
                let own = matches!(next, 's' | 'S')
                    && rest[offset + c.len_utf8() + 1..]
                        .chars()
                        .next()
                        .is_none_or(|c| !c.is_alphanumeric());
                next.is_alphanumeric() && !own
            }
            '.' | ',' => {
                let before = rest[..offset].chars().next_back().unwrap_or(' ');
                before.is_numeric() && next.is_numeric()
                    || c == '.' && next.is_alphanumeric() && before.is_uppercase()
                    // `a.m.`
                    || c == '.' && offset == 1 && rest.as_bytes().get(3) == Some(&b'.')
            }
            _ => false,
        };
        if !inside {
            end = offset;
            break;
        }
    }
    let word = &rest[..end];
    let kind = match c {
        _ if c.is_numeric() => Kind::Number,
        _ if c.is_uppercase() => Kind::Capital,
        _ => Kind::Word,
    };
    // The dot of an abbreviation is part of it.
    if rest[end..].starts_with('.') {
        let single = word.chars().count() == 1 && kind == Kind::Capital;
        let dotted = word.contains('.') && kind != Kind::Number;
        let followed = rest[end + 1..].trim_start().chars().next().is_some();
        if followed && (single || dotted || words.of(word).any(Classes::ABBR)) {
            return (at + end + 1, kind);
        }
    }
    (at + end, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_of_all_marks_are_found_and_apostrophes_are_none() {
        for (text, want) in [
            ("“a” b \"c\"", &["a", "c"][..]),
            ("「a『b』」 „c“ «d»", &["a『b』", "c", "d"]),
            ("he’s ‘the boys’ own’ man", &["the boys"]),
            ("it's 'fine, isn't it?' said", &["fine, isn't it?"]),
            ("the workers' pay and the boss's", &[]),
            ("“goes on", &["goes on"]),
            ("a \" b", &[]),
            ("‘no end", &[]),
            ("", &[]),
        ] {
            let found: Vec<_> =
                quotes(text).iter().map(|quote| &text[quote.inner.0..quote.inner.1]).collect();
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn sentences_end_at_stops_that_are_ends() {
        let words = Words::read(super::super::ENGLISH);
        for (text, want) in [
            ("Mr. Lim of the U.S. arm paid 3.5 pct. He left.", 2),
            ("“It works. It does,” he said.", 1),
            ("“It works.” He left.", 2),
            ("“Does it work?” he asked. No!", 2),
            ("J. Smith spoke", 1),
            ("", 0),
        ] {
            assert_eq!(Cut::new(text, &[], &words).sentences.len(), want, "{text}");
        }
    }
}
