//! Terms, and what finds them all in one pass over a text.
//!
//! It knows how a term is written and where it matches. What a match means for a sector is the
//! tagger's work.

use memchr::memchr;

use super::needles::{Needle, Needles};
use crate::analysis::{Case, Folded, fold};
use crate::passage::Span;
use crate::tagger::ascii::{eight, run};

/// The most bytes of a word that a star at an end of a term stands for. A longer one is no word, and
/// would have to be read again for each term in it.
const LONGEST_OPEN: usize = 256;

/// One term of a taxonomy.
///
/// A term is a word or a phrase. `*` at its start or at the end of a word stands for any further
/// letters. A term with an upper-case letter is matched as written, any other whatever the case; a
/// space and a hyphen are the same. A term matches whole words; at an end that is a Chinese
/// character there is no word boundary to look for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// As the taxonomy writes it.
    written: String,
    /// What it must look like, in lower case.
    lower: Shape,
    /// What it must look like if the case counts.
    cased: Option<Shape>,
    /// Whether a star is at its start, at its end.
    open_start: bool,
    open_end: bool,
    /// Whether a match must begin at a word boundary.
    bound_start: bool,
    /// Whether a match must end at a word boundary.
    bound_end: bool,
}

impl Term {
    /// Reads a term as a taxonomy writes it.
    ///
    /// # Errors
    ///
    /// What is wanted instead, if `written` holds no letter or digit or a `*` within it.
    pub fn new(written: &str) -> Result<Self, &'static str> {
        let body = written.trim();
        let (open_start, body) = match body.strip_prefix('*') {
            Some(rest) => (true, rest),
            None => (false, body),
        };
        let (open_end, body) = match body.strip_suffix('*') {
            Some(rest) => (true, rest),
            None => (false, body),
        };
        if !body.contains(char::is_alphanumeric) {
            return Err("at least one letter or digit");
        }
        let lower = Shape::of(body, Case::Lower).ok_or("`*` at an end of its words only")?;
        let has_case = body.chars().any(char::is_uppercase);
        let cased = if has_case { Shape::of(body, Case::Keep) } else { None };
        let bound = |c: Option<char>| c.is_some_and(is_word);
        Ok(Self {
            written: written.trim().to_owned(),
            open_start,
            open_end,
            bound_start: !open_start && bound(lower.needle.chars().next()),
            bound_end: !open_end && bound(body.chars().next_back()),
            lower,
            cased,
        })
    }

    /// The term as the taxonomy writes it.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether it is a phrase (four characters or more in Chinese), a name or an acronym.
    pub(super) fn is_specific(&self) -> bool {
        let needle = &self.lower.needle;
        let is_han = |c: char| !c.is_ascii() && !is_word(c);
        self.cased.is_some()
            || needle.contains(' ')
            || needle.chars().filter(|&c| is_han(c)).count() >= 4
    }

    /// Whether it matches whatever `other` matches, from the same letter to the same letter.
    pub(super) fn covers(&self, other: &Self) -> bool {
        if (self.open_start, self.open_end) == (other.open_start, other.open_end)
            && self.lower == other.lower
        {
            return self.cased.is_none() || self.cased == other.cased;
        }
        let plain = |term: &Self| term.lower.pieces.is_empty() && term.cased.is_none();
        let Some((before, after)) = other.lower.needle.split_once(&*self.lower.needle) else {
            return false;
        };
        // What `other` has more must be letters of the word that the star stands for.
        let more = |rest: &str, open: bool, others: bool| {
            if rest.is_empty() { open || !others } else { open && rest.chars().all(is_word) }
        };
        plain(self)
            && other.lower.pieces.is_empty()
            && more(before, self.open_start, other.open_start)
            && more(after, self.open_end, other.open_end)
    }

    /// Where it matches in `haystack`, in whose `start..end` its needle was found: whole words.
    fn fits(&self, haystack: &str, start: usize, end: usize) -> Option<(usize, usize)> {
        let end = self.lower.rest(haystack, end)?;
        let within = |c: Option<char>| c.is_some_and(is_word);
        let (before, after) = (&haystack[..start], &haystack[end..]);
        if self.bound_end && within(after.chars().next())
            || self.bound_start && within(before.chars().next_back())
        {
            return None;
        }
        let start = match self.open_start {
            true => {
                let least = before.ceil_char_boundary(start.saturating_sub(LONGEST_OPEN));
                let start = least + before[least..].trim_end_matches(is_word).len();
                (start > least || start == 0).then_some(start)?
            }
            false => start,
        };
        let end = match self.open_end {
            true => {
                let most = &after[..after.floor_char_boundary(LONGEST_OPEN)];
                let whole = most.len() == after.len();
                end + most.find(|c| !is_word(c)).or(whole.then_some(most.len()))?
            }
            false => end,
        };
        Some((start, end))
    }
}

/// The letters of a term, folded, hyphens as spaces: a needle and, after each inner star, a piece
/// that must follow when the word is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// What is looked for.
    needle: String,
    /// What must follow, each after any letters.
    pieces: Vec<String>,
}

impl Shape {
    /// `None` if a star of `body` stands within a word.
    fn of(body: &str, case: Case) -> Option<Self> {
        let text = flat(&fold(body, case).text);
        let mut pieces = text.split('*').map(str::to_owned);
        let needle = pieces.next().filter(|needle| !needle.is_empty())?;
        let pieces: Vec<String> = pieces.collect();
        pieces.iter().all(|piece| piece.starts_with(' ')).then_some(Self { needle, pieces })
    }

    /// Where a match in `text` ends whose needle ends at `at`.
    fn rest(&self, text: &str, mut at: usize) -> Option<usize> {
        for piece in &self.pieces {
            at += text[at..].find(|c| !is_word(c))?;
            text[at..].starts_with(piece.as_str()).then_some(())?;
            at += piece.len();
        }
        Some(at)
    }

    /// Whether it stands in `text`, which is a match in another case, when that is folded but for
    /// its case.
    fn stands_in_as_written(&self, text: &str) -> bool {
        let is_folded = text.bytes().all(|byte| byte.is_ascii() && byte != b'-');
        if is_folded {
            self.stands_in(text)
        } else {
            self.stands_in(&flat(&fold(text, Case::Keep).text))
        }
    }

    fn stands_in(&self, text: &str) -> bool {
        if text.len() == self.needle.len() {
            return self.needle == text && self.pieces.is_empty();
        }
        let mut places = text.match_indices(&self.needle);
        places.any(|(at, needle)| self.rest(text, at + needle.len()).is_some())
    }
}

/// Hyphens as spaces, so that `data-center` and `data center` are one. Byte for byte as long.
fn flat(folded: &str) -> String {
    folded.replace('-', " ")
}

/// The same as [`flat`], in `room` where anything changes.
fn flattened<'a>(folded: &'a str, room: &'a mut String) -> &'a str {
    if memchr(b'-', folded.as_bytes()).is_none() {
        return folded;
    }
    room.clear();
    for piece in folded.split_inclusive('-') {
        match piece.strip_suffix('-') {
            Some(piece) => {
                room.push_str(piece);
                room.push(' ');
            }
            None => room.push_str(piece),
        }
    }
    room
}

/// Whether `c` belongs to a word that has boundaries. Chinese, Japanese and Thai do not part
/// words, so their letters bound no word either: `AI` is a word in `用AI的`.
fn is_word(c: char) -> bool {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => true,
        _ if c.is_ascii() => false,
        '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{fdff}' | '\u{20000}'..='\u{3ffff}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// One place where a term matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Number of the term, in the order they were given.
    pub(super) term: u32,
    /// Where, in the text as it was given.
    pub(super) span: Span,
}

/// Finds every term of a taxonomy in a text.
///
/// Nearly all terms begin at a word boundary, so a look at each word's first letters is both smaller
/// and faster than an automaton that could begin anywhere.
pub(super) struct Matcher {
    terms: Vec<Term>,
    /// Terms that begin at a word boundary.
    bound: Needles,
    /// Terms that may begin within a word, and those in Chinese.
    free: Needles,
    /// For each byte whether any of these begins with it.
    free_starts: [bool; 256],
    /// Whether any of these begins with a letter or digit of ASCII.
    free_within: bool,
}

/// What the reading of a text needs for a while, kept for the next one.
#[derive(Default)]
pub(super) struct Scratch {
    folded: Folded,
    flat: String,
}

impl Matcher {
    /// Makes the tables of `terms`.
    pub(super) fn new(terms: Vec<Term>) -> Self {
        let needle = |number: u32| {
            let term = &terms[number as usize];
            let is_open = !term.bound_end || !term.lower.pieces.is_empty();
            (term.lower.needle.as_bytes(), is_open)
        };
        let numbers = (0u32..).take(terms.len());
        let (bound, free): (Vec<u32>, Vec<u32>) =
            numbers.partition(|&number| terms[number as usize].bound_start);
        let mut free_starts = [false; 256];
        free.iter().for_each(|&number| free_starts[usize::from(needle(number).0[0])] = true);
        let free_within = free_starts.iter().enumerate().any(|(byte, &starts)| {
            starts && u8::try_from(byte).is_ok_and(|byte| byte.is_ascii_alphanumeric())
        });
        let (bound, free) = (Needles::new(&bound, needle), Needles::new(&free, needle));
        Self { terms, bound, free, free_starts, free_within }
    }

    /// The term of that number.
    pub(super) fn term(&self, number: u32) -> &Term {
        &self.terms[number as usize]
    }

    /// Calls `found` with every match of a term that `wanted` lets through, by start.
    pub(super) fn each(
        &self,
        text: &str,
        scratch: &mut Scratch,
        wanted: impl Fn(u32) -> bool,
        mut found: impl FnMut(Match),
    ) {
        let Scratch { folded, flat } = scratch;
        folded.set(text, Case::Lower);
        let haystack = flattened(&folded.text, flat);
        // In a line of capitals every word looks like an acronym.
        let mut known = None;
        let shouts = || text.contains(' ') && !text.chars().any(char::is_lowercase);
        let mut at_needle = |one: &Needle, start: usize| {
            if !wanted(one.number) {
                return;
            }
            let term = self.term(one.number);
            if one.is_long() && !haystack[start..].starts_with(term.lower.needle.as_str()) {
                return;
            }
            let Some((from, to)) = term.fits(haystack, start, start + one.length) else { return };
            let (from, to) = folded.original(from, to);
            let Some(span) = Span::new(text, from, to) else { return };
            let has_case = |cased: &Shape| {
                !*known.get_or_insert_with(shouts) && cased.stands_in_as_written(span.of(text))
            };
            if term.cased.as_ref().is_none_or(has_case) {
                found(Match { term: one.number, span });
            }
        };
        let bytes = haystack.as_bytes();
        let mut within = false;
        let mut start = 0;
        while let Some(&byte) = bytes.get(start) {
            let rest = &bytes[start..];
            let run = run(eight(rest));
            let (is_word, length) = if run > 0 {
                // Most of a text is letters within a word that no term begins at.
                (true, if self.free_within { 1 } else { run })
            } else if byte.is_ascii() {
                (false, 1)
            } else {
                let c = haystack[start..].chars().next().expect("`start` is a char boundary");
                (is_word(c), c.len_utf8())
            };
            if self.free_starts[usize::from(byte)] {
                self.free.each(rest, |one| at_needle(one, start));
            }
            if is_word && !within {
                self.bound.each(rest, |one| at_needle(one, start));
            }
            within = is_word;
            start += length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(term: &str, text: &str) -> Vec<String> {
        let matcher = Matcher::new(vec![Term::new(term).unwrap()]);
        let mut found = Vec::new();
        matcher.each(
            text,
            &mut Scratch::default(),
            |_| true,
            |m| found.push(m.span.of(text).to_owned()),
        );
        found
    }

    #[test]
    fn terms_match_as_they_are_written() {
        let none: [&str; 0] = [];
        for (term, text, want) in [
            // Whole words.
            ("oil", "Oil, soil and oils; palm-oil", vec!["Oil", "oil"]),
            ("oil*", "Oil, soil and oilmen’s", vec!["Oil", "oilmen"]),
            ("*oil", "Oil, topsoil and oils", vec!["Oil", "topsoil"]),
            ("rail", "the rail’s end", vec!["rail"]),
            ("bas", "basikal dan bas.", vec!["bas"]),
            // Phrases across a space or a hyphen, not across anything else.
            (
                "data center*",
                "data-centers, data center; data, center",
                vec!["data-centers", "data center"],
            ),
            (
                "live* sales",
                "livestream sales, live-sales, live big sales",
                vec!["livestream sales", "live-sales"],
            ),
            ("e-commerce", "E commerce or e-commerce", vec!["E commerce", "e-commerce"]),
            // Case counts when the term has a capital.
            ("AI", "AI said ai and Ai; GenAI", vec!["AI"]),
            ("AI", "AI-driven", vec!["AI"]),
            ("EVs", "EVs and evs", vec!["EVs"]),
            ("AI", "WHAT AI SAYS", none.to_vec()),
            ("5G", "5G and 15G", vec!["5G"]),
            ("opec", "OPEC CUTS", vec!["OPEC"]),
            // Chinese has no word boundaries.
            ("芯片", "国产芯片厂", vec!["芯片"]),
            ("AI", "用AI的人", vec!["AI"]),
            ("A股", "在A股上市，HA股", vec!["A股"]),
            ("碳", "低碳", vec!["碳"]),
        ] {
            assert_eq!(found(term, text), want, "{term} in {text}");
        }
    }

    /// Reading each word again for each needle in it would take minutes here.
    #[test]
    fn no_term_is_found_within_a_word_without_end() {
        let long = "oil".repeat(200_000);
        for term in ["*oil", "*oil*"] {
            assert_eq!(found(term, &format!("topsoil {long} turmoil")), ["topsoil", "turmoil"]);
        }
    }

    #[test]
    fn spans_are_of_the_text_as_given_even_where_folding_changes_it() {
        for (term, text, want) in
            [("satellite", "“the İstanbul satellite”", "satellite"), ("café", "the café’s", "café")]
        {
            assert_eq!(found(term, text), [want], "{term} in {text}");
        }
    }

    #[test]
    fn one_needle_may_belong_to_several_terms() {
        let terms = ["bank", "Bank", "bank*"].map(|t| Term::new(t).unwrap());
        let matcher = Matcher::new(terms.to_vec());
        let mut numbers = Vec::new();
        matcher.each(
            "the banks, a Bank",
            &mut Scratch::default(),
            |_| true,
            |m| numbers.push(m.term),
        );
        assert_eq!(numbers, [2, 0, 1, 2]);
    }

    #[test]
    fn a_term_that_could_never_match_is_refused() {
        for (term, want) in [
            ("", "at least one letter or digit"),
            ("*", "at least one letter or digit"),
            ("a*b", "`*` at an end of its words only"),
        ] {
            assert_eq!(Term::new(term), Err(want), "{term:?}");
        }
    }
}
