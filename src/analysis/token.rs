//! Tokens: a folded text as words and CJK bigrams, with the byte offsets they came from.
//!
//! Words are those of Unicode (UAX #29), with what a news reader expects of them on top: a
//! possessive is not part of its noun, `U.S.` is `us`, `5,000` is `5000`, and so on; what is taken
//! for what is in the tests of this folder and, by examples, in `tests/analysis.rs`. A run of Chinese
//! or Japanese characters gives its overlapping pairs and, so that single characters can be found,
//! its last character alone.

use unicode_segmentation::UnicodeSegmentation;

use super::Analyzer;
use super::acronym::is_acronym;
use super::fold::{Case, Folded, fold};
use super::{malay, pieces};

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
    /// Whether it is one of [`super::ACRONYMS`], in capitals. Its term in an index is in capitals
    /// too.
    pub acronym: bool,
}

/// Two words that a hyphen joins, as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compound<'f> {
    /// Both words as they are folded, with the hyphen.
    pub written: &'f str,
    /// Length of the first word in bytes.
    pub first: usize,
    /// One past the last byte in the text as written.
    pub end: usize,
}

impl Compound<'_> {
    /// Writes both words without the hyphen to `out`, in place of what it held.
    pub fn joined<'o>(&self, out: &'o mut String) -> &'o str {
        out.clear();
        out.push_str(&self.written[..self.first]);
        out.push_str(&self.written[self.first + 1..]);
        out
    }
}

/// Walks the tokens of one folded text. Not an `Iterator`, because a token may borrow from it.
#[derive(Debug)]
pub struct Tokens<'f> {
    text: &'f str,
    folded: &'f Folded,
    analyzer: Analyzer,
    /// Next byte of the folded text to look at.
    at: usize,
    /// Where the current run of CJK characters ends; `at` is in it while `at < cjk_end`.
    cjk_end: usize,
    /// Words of the current chunk, last first.
    words: Vec<Word>,
    next_position: u32,
    /// The current token in the folded text.
    start: usize,
    end: usize,
    position: u32,
    cjk: bool,
    acronym: bool,
    /// The term, where it is not the slice of the folded text.
    spelled: String,
    /// Whether `spelled` holds the term.
    respelled: bool,
}

/// A word of the folded text, and its term if that is another word.
#[derive(Debug)]
struct Word {
    start: usize,
    end: usize,
    spelled: Option<&'static str>,
}

impl<'f> Tokens<'f> {
    /// The tokens of `text`, whose folding with [`super::Case::Lower`] is `folded`.
    pub fn new(text: &'f str, folded: &'f Folded, analyzer: Analyzer) -> Self {
        Self {
            text,
            folded,
            analyzer,
            at: 0,
            cjk_end: 0,
            words: Vec::new(),
            next_position: 0,
            start: 0,
            end: 0,
            position: 0,
            cjk: false,
            acronym: false,
            spelled: String::new(),
            respelled: false,
        }
    }

    /// Steps to the next token; `false` after the last.
    pub fn advance(&mut self) -> bool {
        loop {
            if let Some(word) = self.words.pop() {
                self.set_word(word);
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
        let Self { position, cjk, acronym, .. } = *self;
        Token { term, start, end, position, cjk, acronym }
    }

    /// The current token and the next as one word, if a hyphen joins them and one of them holds a
    /// letter: `data-center` may be written `datacenter`, while `3-1` is no `31`.
    pub fn compound(&self) -> Option<Compound<'f>> {
        let text = self.folded.text.as_str();
        let rest = text.as_bytes().get(self.end..)?;
        if rest.first() != Some(&b'-') || self.respelled || self.acronym {
            return None;
        }
        let first = &text[self.start..self.end];
        let len = rest[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (second, after) = (&text[self.end + 1..][..len], &text[self.end + 1 + len..]);
        let plain = first.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let lettered = [first, second].concat().bytes().any(|byte| byte.is_ascii_alphabetic());
        // The second is a part of something else: `anti-U.S.`, `de-naïveté`, `ping-5,000`.
        let mut next = after.chars();
        let ends = match next.next() {
            Some('.' | ',' | ':') => !next.next().is_some_and(char::is_alphanumeric),
            other => !other.is_some_and(|c| c.is_alphanumeric() && !is_cjk(c) || c == '_'),
        };
        let joins = len > 0 && plain && lettered && ends && first != second;
        joins.then(|| Compound {
            written: &text[self.start..self.end + 1 + len],
            first: first.len(),
            end: self.folded.original(self.end, self.end + 1 + len).1,
        })
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
        let mut letters = true;
        // ASCII is most of the news, and its rules are few: letters, digits and `_` join; between
        // letters `'` and `.` join; between digits `'`, `.`, `,` and `;` do.
        while end < bytes.len() {
            let byte = bytes[end];
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                letters &= byte.is_ascii_alphabetic();
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
                b',' | b';' => before.is_ascii_digit() && after.is_ascii_digit(),
                b' ' => self.groups_digits(start, end),
                _ => false,
            };
            if !joins {
                break;
            }
            letters = false;
            end += 1;
        }
        if end > start && bytes.get(end).is_none_or(u8::is_ascii) {
            self.at = end;
            if letters {
                self.words.push(Word { start, end, spelled: None });
            } else {
                self.push_pieces(start, end);
                self.words.reverse();
            }
            return;
        }
        // Other scripts: leave it to the Unicode rules, up to where a space or CJK begins.
        let rest = &text[start..];
        let len = rest.find(|c: char| c.is_whitespace() || is_cjk(c)).unwrap_or(rest.len());
        self.at = start + len;
        for (at, word) in rest[..len].unicode_word_indices() {
            self.push_pieces(start + at, start + at + word.len());
        }
        self.words.reverse();
    }

    /// Whether the space at `at` groups the digits of the number that began at `start`: one that
    /// does not break lines, before three digits.
    fn groups_digits(&self, start: usize, at: usize) -> bool {
        let bytes = self.folded.text.as_bytes();
        let number = &bytes[start..at];
        let first = number.iter().position(|byte| *byte == b' ').unwrap_or(number.len());
        let after = &bytes[at + 1..];
        (1..=3).contains(&first)
            && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ')
            && after.len() >= 3
            && after[..3].iter().all(u8::is_ascii_digit)
            && !after.get(3).is_some_and(u8::is_ascii_digit)
            && matches!(
                self.written(at, at + 1).chars().next(),
                Some('\u{a0}' | '\u{2007}' | '\u{2008}' | '\u{2009}' | '\u{202f}')
            )
    }

    fn push_pieces(&mut self, start: usize, end: usize) {
        pieces::each(&self.folded.text[start..end], &mut |from, to, spelled| {
            self.words.push(Word { start: start + from, end: start + to, spelled });
        });
    }

    /// The text as written that a stretch of the folded text came from.
    fn written(&self, start: usize, end: usize) -> &'f str {
        let (start, end) = self.folded.original(start, end);
        &self.text[start..end]
    }

    fn set_word(&mut self, Word { start, end, spelled }: Word) {
        let text = self.folded.text.as_str();
        let mut word = &text[start..end];
        if let Some(noun) = word.strip_suffix("'s").filter(|noun| !noun.is_empty()) {
            word = noun;
        }
        self.start = start;
        self.end = start + word.len();
        self.cjk = false;
        self.acronym = false;
        self.position = self.next_position;
        self.next_position += 1;
        self.respelled = false;
        if let Some(term) = spelled {
            self.respell(term);
            return;
        }
        // `5,000`, `o'neil`, `u.s`; a decimal point stays.
        let drop = |at: usize, b: u8| match b {
            b'\'' | b',' | b' ' => true,
            b'.' => !word.as_bytes()[at - 1].is_ascii_digit(),
            _ => false,
        };
        if word.bytes().enumerate().any(|(at, b)| at > 0 && drop(at, b)) {
            self.spelled.clear();
            self.respelled = true;
            let kept = word
                .char_indices()
                .filter(|(at, c)| *at == 0 || !u8::try_from(*c).is_ok_and(|b| drop(*at, b)));
            self.spelled.extend(kept.map(|(_, c)| c));
            // `U.S.`: the full stop that ends an abbreviation is part of what the reader sees.
            let initials = word.split('.').all(|part| part.chars().count() == 1);
            if initials && text[self.end..].starts_with('.') {
                self.end += 1;
                // `the U.S.'s`
                let after = &text[self.end..];
                let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
                if self.at < self.end + 2 && after.strip_prefix("'s").is_some_and(ends) {
                    self.at = self.end + 2;
                }
            }
        } else if word.len() == 1 {
            self.set_language();
        }
        if word.len() <= 8 {
            let term = if self.respelled { &self.spelled } else { word };
            self.acronym = is_acronym(term, self.written(self.start, self.end));
        }
        if self.analyzer == Analyzer::Malay {
            self.set_plural();
        }
    }

    fn respell(&mut self, term: &str) {
        self.spelled.clear();
        self.spelled.push_str(term);
        self.respelled = true;
    }

    /// `C++` and `C#` are not `C`.
    fn set_language(&mut self) {
        let after = &self.folded.text[self.end..];
        let marks = ["++", "#"].into_iter().find(|marks| {
            let rest = after.strip_prefix(marks);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
        let letter = self.folded.text.as_bytes()[self.start].is_ascii_alphabetic();
        if let Some(marks) = marks.filter(|_| letter) {
            self.end += marks.len();
            self.at = self.at.max(self.end);
        }
    }

    /// `kanak-kanak` and `negara-negaranya` are plurals, of one word each.
    fn set_plural(&mut self) {
        let text = self.folded.text.as_str();
        let (word, after) = (&text[self.start..self.end], &text[self.end..]);
        let Some(second) = after.strip_prefix('-').filter(|_| self.at == self.end) else { return };
        let len = second.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let whole = !self.respelled && !second[len..].starts_with(|c: char| c.is_alphanumeric());
        if whole && malay::is_plural(word, &second[..len]) {
            let term = self.start..self.end;
            self.spelled.clear();
            self.spelled.push_str(&text[term]);
            self.respelled = true;
            self.end += 1 + len;
            self.at = self.end;
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
        self.acronym = false;
        self.respelled = false;
        self.position = self.next_position;
        self.next_position += 1;
    }
}

/// The terms of a query text with their places, as an index of texts in the analyzer's language
/// has them: without the lone last character of a CJK run of several, whose pairs already hold it.
pub fn query_terms_in(text: &str, analyzer: Analyzer) -> Vec<(u32, String)> {
    let folded = fold(text, Case::Lower);
    let mut tokens = Tokens::new(text, &folded, analyzer);
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
        let mut term = token.term.to_owned();
        if token.acronym {
            term.make_ascii_uppercase();
        }
        terms.push((token.position, term));
    }
    if let Some((first, _)) = terms.first() {
        let first = *first;
        for (place, _) in &mut terms {
            *place -= first;
        }
    }
    terms
}

/// The terms of a query text with their places, by no language's rules; see [`query_terms_in`].
pub fn query_terms(text: &str) -> Vec<(u32, String)> {
    query_terms_in(text, Analyzer::Plain)
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
        let mut tokens = Tokens::new(text, &folded, Analyzer::English);
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
            ("thousands, full width", "５，０００", &[("5000", "５，０００")]),
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
            ("initials and a possessive", "the U.S.’s", &[("the", "the"), ("us", "U.S.")]),
            (
                "an address",
                "see example.org.",
                &[("see", "see"), ("example", "example"), ("org", "org")],
            ),
            ("no space after a full stop", "said.The", &[("said", "said"), ("the", "The")]),
            (
                "thousands by a space",
                "5\u{202f}000\u{a0}000 1 000",
                &[("5000000", "5\u{202f}000\u{a0}000"), ("1", "1"), ("000", "000")],
            ),
            ("a list of numbers", "1,2", &[("1", "1"), ("2", "2")]),
            ("an amount", "RM5bn", &[("rm", "RM"), ("5", "5"), ("billion", "bn")]),
            (
                "languages of programs",
                "C++, C# and C",
                &[("c++", "C++"), ("c#", "C#"), ("and", "and"), ("c", "C")],
            ),
            ("nothing", " -- … ", &[]),
        ] {
            let want: Vec<_> =
                want.iter().map(|(t, s)| ((*t).to_owned(), (*s).to_owned())).collect();
            assert_eq!(terms(text), want, "{name}");
        }
    }

    #[test]
    fn every_character_of_a_run_takes_one_place() {
        let text = "在5G网络上 run";
        let folded = fold(text, Case::Lower);
        let mut tokens = Tokens::new(text, &folded, Analyzer::English);
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
            ("C++", &[(0, "c++")]),
            ("US us U.S.", &[(0, "US"), (1, "us"), (2, "US")]),
            ("buku-buku", &[(0, "buku"), (1, "buku")]),
            ("&", &[]),
        ] {
            let want: Vec<_> = want.iter().map(|(p, t)| (*p, (*t).to_owned())).collect();
            assert_eq!(query_terms(text), want, "{text}");
        }
    }

    #[test]
    fn hyphens_join_two_words_into_one() {
        for (text, want) in [
            ("data-center", &["datacenter"][..]),
            ("COVID‑19-era", &["covid19", "19era"]),
            ("F-16s", &["f16s"]),
            ("3-1", &[]),
            ("anti-U.S.", &[]),
            ("US-led", &[]),
            ("kanak-kanak", &[]),
            ("co-op's", &["coop"]),
            ("5G-网络", &[]),
            ("a -b", &[]),
        ] {
            let folded = fold(text, Case::Lower);
            let mut tokens = Tokens::new(text, &folded, Analyzer::English);
            let mut found = Vec::new();
            while tokens.advance() {
                found.extend(tokens.compound().map(|it| it.joined(&mut String::new()).to_owned()));
            }
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn a_plural_by_repeating_is_one_word_in_malay() {
        for (text, want) in [
            ("kanak-kanak", &["kanak"][..]),
            ("negara-negaranya", &["negara"]),
            ("Undang-undang", &["undang", "undang"]),
            ("buku-bukuan lain-lain", &["buku", "lain"]),
            ("anak-beranak", &["anak", "beranak"]),
            ("5-5", &["5", "5"]),
        ] {
            let terms: Vec<_> = query_terms_in(text, Analyzer::Malay);
            let terms: Vec<_> = terms.into_iter().map(|(_, term)| term).collect();
            assert_eq!(terms, want, "{text}");
        }
    }

    proptest! {
        /// Tokens stand in order, on char boundaries, and are never empty.
        #[test]
        fn tokens_are_ordered_slices_of_the_text(
            text in "([a-z0-9'.,:_ -]|\\PC|數|据|’s|é|U.S.'s|5\u{a0}000|5,000bn|C\\+\\+|buku-bukunya){0,60}",
            analyzer in proptest::sample::select(Analyzer::ALL.to_vec()),
        ) {
            let folded = fold(&text, Case::Lower);
            let mut tokens = Tokens::new(&text, &folded, analyzer);
            let (mut start, mut position) = (0, None);
            while tokens.advance() {
                let token = tokens.token();
                prop_assert!(!token.term.is_empty());
                prop_assert!(start <= token.start && token.start < token.end);
                prop_assert!(text.get(token.start..token.end).is_some());
                prop_assert!(position < Some(token.position));
                if let Some(compound) = tokens.compound() {
                    prop_assert!(compound.end > token.end && text.is_char_boundary(compound.end));
                    prop_assert_eq!(&compound.written[..compound.first], token.term);
                }
                (start, position) = (token.start, Some(token.position));
            }
        }
    }
}
