//! Tokens: a folded text as words and CJK bigrams, with the byte offsets they came from.
//!
//! Words are those of Unicode (UAX #29), with what a news reader expects of them on top: a
//! possessive is not part of its noun, `U.S.` is `us`, `5,000` is `5000`. A run of Chinese or
//! Japanese characters gives its overlapping pairs and, so that single characters can be found,
//! its last character alone.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::{Case, Folded, fold};

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// The token, folded and normalised; never empty.
    pub term: &'t str,
    /// First byte in the text as written.
    pub start: usize,
    /// One past the last byte in the text as written.
    pub end: usize,
    /// Place among the tokens, from 0. Every character of a CJK run takes one place.
    pub position: u32,
    /// Whether it is of a CJK run: a pair, or the run's last character alone.
    pub cjk: bool,
}

/// Walks the tokens of one folded text. Not an `Iterator`, because a token may borrow from it.
#[derive(Debug)]
pub struct Tokens<'f> {
    folded: &'f Folded,
    /// Next byte of the folded text to look at.
    at: usize,
    /// Where the current run of CJK characters ends; `at` is in it while `at < cjk_end`.
    cjk_end: usize,
    /// Words that the Unicode rules found in the current chunk, last first: (start, end).
    words: Vec<(usize, usize)>,
    next_position: u32,
    /// The current token in the folded text.
    start: usize,
    end: usize,
    position: u32,
    cjk: bool,
    /// The term, where it is not the slice of the folded text.
    spelled: String,
    /// Whether `spelled` holds the term.
    respelled: bool,
}

impl<'f> Tokens<'f> {
    /// The tokens of a text folded with [`super::Case::Lower`].
    pub fn new(folded: &'f Folded) -> Self {
        Self {
            folded,
            at: 0,
            cjk_end: 0,
            words: Vec::new(),
            next_position: 0,
            start: 0,
            end: 0,
            position: 0,
            cjk: false,
            spelled: String::new(),
            respelled: false,
        }
    }

    /// Steps to the next token; `false` after the last.
    pub fn advance(&mut self) -> bool {
        loop {
            if let Some((start, end)) = self.words.pop() {
                self.set_word(start, end);
                return true;
            }
            if self.at < self.cjk_end {
                self.set_cjk();
                return true;
            }
            if !self.next_run() {
                return false;
            }
        }
    }

    /// The current token; call it after [`Tokens::advance`] returned `true`.
    pub fn token(&self) -> Token<'_> {
        let (start, end) = self.folded.original(self.start, self.end);
        let term = if self.respelled {
            self.spelled.as_str()
        } else {
            &self.folded.text[self.start..self.end]
        };
        Token { term, start, end, position: self.position, cjk: self.cjk }
    }

    /// Finds the next word or run of CJK characters; `false` at the end of the text.
    fn next_run(&mut self) -> bool {
        let text = self.folded.text.as_str();
        let bytes = text.as_bytes();
        while self.at < bytes.len() {
            let byte = bytes[self.at];
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() || byte == b'_' {
                    self.next_words();
                    return true;
                }
                self.at += 1;
                continue;
            }
            let c = text[self.at..].chars().next().expect("`at` is a char boundary");
            if is_cjk(c) {
                let run = &text[self.at..];
                let len = run.find(|c| !is_cjk(c)).unwrap_or(run.len());
                self.cjk_end = self.at + len;
                return true;
            }
            if c.is_alphanumeric() {
                self.next_words();
                return true;
            }
            self.at += c.len_utf8();
        }
        false
    }

    /// Cuts the chunk that starts at `at` with a letter or digit into words.
    fn next_words(&mut self) {
        let text = self.folded.text.as_str();
        let bytes = text.as_bytes();
        let start = self.at;
        let mut end = start;
        // ASCII is most of the news, and its rules are few: letters, digits and `_` join; between
        // letters `'`, `.` and `:` join; between digits `'`, `.`, `,` and `;` do.
        while end < bytes.len() {
            let byte = bytes[end];
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                end += 1;
                continue;
            }
            if end == start {
                break;
            }
            let (before, after) = (bytes[end - 1], bytes.get(end + 1).copied().unwrap_or(b' '));
            let joins = match byte {
                b'\'' | b'.' => {
                    before.is_ascii_alphabetic() && after.is_ascii_alphabetic()
                        || before.is_ascii_digit() && after.is_ascii_digit()
                }
                b':' => before.is_ascii_alphabetic() && after.is_ascii_alphabetic(),
                b',' | b';' => before.is_ascii_digit() && after.is_ascii_digit(),
                _ => false,
            };
            if !joins {
                break;
            }
            end += 1;
        }
        if end > start && bytes.get(end).is_none_or(u8::is_ascii) {
            self.at = end;
            self.words.push((start, end));
            return;
        }
        // Other scripts: leave it to the Unicode rules, up to where a space or CJK begins.
        let rest = &text[start..];
        let len = rest.find(|c: char| c.is_whitespace() || is_cjk(c)).unwrap_or(rest.len());
        let words = rest[..len].unicode_word_indices();
        self.words.extend(words.map(|(at, word)| (start + at, start + at + word.len())));
        self.words.reverse();
        self.at = start + len;
    }

    fn set_word(&mut self, start: usize, end: usize) {
        let mut word = &self.folded.text[start..end];
        if let Some(noun) = word.strip_suffix("'s") {
            word = noun;
        }
        self.start = start;
        self.end = start + word.len();
        self.cjk = false;
        self.position = self.next_position;
        self.next_position += 1;
        // `5,000`, `o'neil`, `u.s`; a decimal point stays.
        let drop = |at: usize, b: u8| match b {
            b'\'' | b',' => true,
            b'.' => !word.as_bytes()[at - 1].is_ascii_digit(),
            _ => false,
        };
        self.respelled = word.bytes().enumerate().any(|(at, b)| at > 0 && drop(at, b));
        if self.respelled {
            self.spelled.clear();
            let kept = word
                .char_indices()
                .filter(|(at, c)| *at == 0 || !u8::try_from(*c).is_ok_and(|b| drop(*at, b)));
            self.spelled.extend(kept.map(|(_, c)| c));
            // `U.S.`: the full stop that ends an abbreviation is part of what the reader sees.
            let initials = word.split('.').all(|part| part.chars().count() == 1);
            if initials && self.folded.text[self.end..].starts_with('.') {
                self.end += 1;
            }
        }
    }

    fn set_cjk(&mut self) {
        let run = &self.folded.text[self.at..self.cjk_end];
        let mut chars = run.char_indices();
        let second = chars.nth(1).map(|(at, _)| at);
        let after = chars.next().map_or(run.len(), |(at, _)| at);
        self.start = self.at;
        self.end = self.at + if second.is_some() { after } else { run.len() };
        self.at += second.unwrap_or(run.len());
        self.cjk = true;
        self.respelled = false;
        self.position = self.next_position;
        self.next_position += 1;
    }
}

/// The terms of a query text with their places, without the lone last character of a CJK run of
/// several: its pairs already hold it.
pub fn query_terms(text: &str) -> Vec<(u32, String)> {
    let folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(&folded);
    let mut terms: Vec<(u32, String)> = Vec::new();
    let mut run: Option<usize> = None;
    while tokens.advance() {
        let token = tokens.token();
        let single = token.cjk && token.term.chars().count() == 1;
        // The last character of a run starts where the pair before it has its second one.
        if single && run.is_some_and(|end| end == token.end) {
            run = None;
            continue;
        }
        run = token.cjk.then_some(token.end);
        terms.push((token.position, token.term.to_owned()));
    }
    if let Some((first, _)) = terms.first() {
        let first = *first;
        for (place, _) in &mut terms {
            *place -= first;
        }
    }
    terms
}

/// Whether `c` is written without spaces between words: Han, Hiragana, Katakana.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(text: &str) -> Vec<(String, String)> {
        let folded = fold(text, Case::Lower);
        let mut tokens = Tokens::new(&folded);
        let mut found = Vec::new();
        while tokens.advance() {
            let token = tokens.token();
            found.push((token.term.to_owned(), text[token.start..token.end].to_owned()));
        }
        found
    }

    #[test]
    fn words_are_what_a_news_reader_takes_for_words() {
        for (name, text, want) in [
            ("plain", "Shares fell.", &[("shares", "Shares"), ("fell", "fell")][..]),
            ("possessive, curly", "Xi’s visit", &[("xi", "Xi"), ("visit", "visit")]),
            ("possessive, straight", "Xi's", &[("xi", "Xi")]),
            ("plural possessive", "firms' aims", &[("firms", "firms"), ("aims", "aims")]),
            ("name with an apostrophe", "O’Neil", &[("oneil", "O’Neil")]),
            ("initials", "the U.S. army", &[("the", "the"), ("us", "U.S."), ("army", "army")]),
            ("initials at the end", "in the U.S", &[("in", "in"), ("the", "the"), ("us", "U.S")]),
            ("thousands", "5,000 jobs", &[("5000", "5,000"), ("jobs", "jobs")]),
            ("decimals", "3.5%", &[("3.5", "3.5")]),
            ("hyphen", "data-center", &[("data", "data"), ("center", "center")]),
            ("digits and letters", "5G, F-16", &[("5g", "5G"), ("f", "F"), ("16", "16")]),
            (
                "Chinese",
                "國際論壇",
                &[("国际", "國際"), ("际论", "際論"), ("论坛", "論壇"), ("坛", "壇")],
            ),
            ("one character", "这", &[("这", "这")]),
            ("mixed", "5G网络", &[("5g", "5G"), ("网络", "网络"), ("络", "络")]),
            ("Cyrillic", "Новости дня", &[("новости", "Новости"), ("дня", "дня")]),
            ("Hindi", "समाचार", &[("समाचार", "समाचार")]),
            ("a word that goes on past ASCII", "naïve", &[("naive", "naïve")]),
            ("nothing", " -- … ", &[]),
        ] {
            let want: Vec<_> =
                want.iter().map(|(t, s)| ((*t).to_owned(), (*s).to_owned())).collect();
            assert_eq!(terms(text), want, "{name}");
        }
    }

    #[test]
    fn every_character_of_a_run_takes_one_place() {
        let folded = fold("在5G网络上 run", Case::Lower);
        let mut tokens = Tokens::new(&folded);
        let mut places = Vec::new();
        while tokens.advance() {
            places.push((tokens.token().term.to_owned(), tokens.token().position));
        }
        let want = [("在", 0), ("5g", 1), ("网络", 2), ("络上", 3), ("上", 4), ("run", 5)];
        assert_eq!(places, want.map(|(t, p)| (t.to_owned(), p)));
    }

    #[test]
    fn query_terms_stand_at_their_places() {
        for (text, want) in [
            ("data-center", &[(0, "data"), (1, "center")][..]),
            ("国际论坛", &[(0, "国际"), (1, "际论"), (2, "论坛")]),
            ("国", &[(0, "国")]),
            ("5G网络", &[(0, "5g"), (1, "网络")]),
            ("中 国", &[(0, "中"), (1, "国")]),
            ("C++", &[(0, "c")]),
            ("&", &[]),
        ] {
            let want: Vec<_> = want.iter().map(|(p, t)| (*p, (*t).to_owned())).collect();
            assert_eq!(query_terms(text), want, "{text}");
        }
    }

    proptest! {
        /// Tokens stand in order, on char boundaries, and are never empty.
        #[test]
        fn tokens_are_ordered_slices_of_the_text(text in "([a-z0-9'.,: ]|\\PC|數|据|’s|é){0,60}") {
            let folded = fold(&text, Case::Lower);
            let mut tokens = Tokens::new(&folded);
            let (mut start, mut position) = (0, None);
            while tokens.advance() {
                let token = tokens.token();
                prop_assert!(!token.term.is_empty());
                prop_assert!(start <= token.start && token.start < token.end);
                prop_assert!(text.get(token.start..token.end).is_some());
                prop_assert!(position < Some(token.position));
                (start, position) = (token.start, Some(token.position));
            }
        }
    }
}
