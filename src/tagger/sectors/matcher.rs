//! Terms and the tries that find them all in one pass over a text.
//!
//! It knows how a term is written and where it matches. What a match means for a sector is the
//! tagger's work.

use memchr::memchr;

use crate::analysis::{Case, fold};
use crate::passage::Span;

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

    /// Where it matches in `haystack`, in whose `start..end` its needle was found: whole words.
    fn fits(&self, haystack: &str, start: usize, end: usize) -> Option<(usize, usize)> {
        let end = self.lower.rest(haystack, end)?;
        let within = |c: Option<char>| c.is_some_and(is_word);
        let (before, after) = (&haystack[..start], &haystack[end..]);
        let cut_start = self.bound_start && within(before.chars().next_back());
        let cut_end = self.bound_end && within(after.chars().next());
        let more = after.find(|c| !is_word(c)).unwrap_or(after.len());
        let less = before.trim_end_matches(is_word).len();
        let start = if self.open_start { less } else { start };
        let end = if self.open_end { end + more } else { end };
        (!cut_start && !cut_end).then_some((start, end))
    }
}

/// The letters of a term, folded, hyphens as spaces: a needle and, after each inner star, a piece
/// that must follow when the word is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// What the automaton looks for.
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

    /// Whether it stands in `text`, which is a match in another case.
    fn stands_in(&self, text: &str) -> bool {
        let mut places = text.match_indices(&self.needle);
        places.any(|(at, needle)| self.rest(text, at + needle.len()).is_some())
    }
}

/// Hyphens as spaces, so that `data-center` and `data center` are one. Byte for byte as long.
fn flat(folded: &str) -> String {
    folded.replace('-', " ")
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
/// Nearly all terms begin at a word boundary, so walking a trie from each word's first letter is
/// both smaller and faster than an automaton that could begin anywhere.
pub(super) struct Matcher {
    terms: Vec<Term>,
    /// Terms that begin at a word boundary.
    bound: Trie,
    /// Terms that may begin within a word, and those in Chinese.
    free: Trie,
}

impl Matcher {
    /// Makes the tries of `terms`.
    pub(super) fn new(terms: Vec<Term>) -> Self {
        let mut order: Vec<u32> = (0u32..).take(terms.len()).collect();
        let needle = |number: u32| terms[number as usize].lower.needle.as_bytes();
        order.sort_unstable_by_key(|&number| (needle(number), number));
        let (bound, free): (Vec<u32>, Vec<u32>) =
            order.into_iter().partition(|&number| terms[number as usize].bound_start);
        let (bound, free) = (Trie::new(&bound, needle), Trie::new(&free, needle));
        Self { terms, bound, free }
    }

    /// The term of that number.
    pub(super) fn term(&self, number: u32) -> &Term {
        &self.terms[number as usize]
    }

    /// Calls `found` with every match of a term that `wanted` lets through, by start.
    pub(super) fn each(
        &self,
        text: &str,
        wanted: impl Fn(u32) -> bool,
        mut found: impl FnMut(Match),
    ) {
        let folded = fold(text, Case::Lower);
        let haystack = flat(&folded.text);
        // In a line of capitals every word looks like an acronym.
        let shouted = text.contains(' ') && !text.chars().any(char::is_lowercase);
        let mut within = false;
        let mut start = 0;
        while let Some(&byte) = haystack.as_bytes().get(start) {
            // Most of a text is ASCII letters that no needle begins at.
            let (is_word, length) = if byte.is_ascii() {
                (byte.is_ascii_alphanumeric(), 1)
            } else {
                let c = haystack[start..].chars().next().expect("`start` is a char boundary");
                (is_word(c), c.len_utf8())
            };
            let may_bind = is_word && !within;
            within = is_word;
            let here = start;
            start += length;
            if !may_bind && !self.free.has(byte) {
                continue;
            }
            let start = here;
            let mut at_needle = |number: u32, end: usize| {
                if !wanted(number) {
                    return;
                }
                let term = self.term(number);
                let Some((from, to)) = term.fits(&haystack, start, end) else { return };
                let (from, to) = folded.original(from, to);
                let Some(span) = Span::new(text, from, to) else { return };
                let has_case = |cased: &Shape| {
                    !shouted && cased.stands_in(&flat(&fold(span.of(text), Case::Keep).text))
                };
                if term.cased.as_ref().is_none_or(has_case) {
                    found(Match { term: number, span });
                }
            };
            let rest = &haystack.as_bytes()[start..];
            self.free.walk(rest, |number, length| at_needle(number, start + length));
            if may_bind {
                self.bound.walk(rest, |number, length| at_needle(number, start + length));
            }
        }
    }
}

/// Needles by their bytes. The children of a node lie side by side.
#[derive(Default)]
struct Trie {
    nodes: Vec<Node>,
    /// The byte that leads to each node.
    bytes: Vec<u8>,
    /// For each byte the node it leads to from the root; 0 for none.
    first: Vec<u32>,
    /// What needles begin with.
    starts: Starts,
    /// Terms, those with the same needle side by side.
    terms: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Node {
    children: (u32, u32),
    /// The terms that end here, as a range of [`Trie::terms`].
    ends: (u32, u32),
}

impl Trie {
    /// Makes a trie of `sorted` terms.
    fn new<'a>(sorted: &[u32], needle: impl Fn(u32) -> &'a [u8]) -> Self {
        let none = Node { children: (0, 0), ends: (0, 0) };
        let starts = Starts::of(sorted.iter().map(|&number| needle(number)));
        let (nodes, first, terms) = (vec![none], vec![0; 256], sorted.to_vec());
        let mut trie = Self { nodes, bytes: vec![0], first, starts, terms };
        // Nodes whose children are still to come: their terms and their depth.
        let mut open = std::collections::VecDeque::from([(0usize, 0..sorted.len(), 0usize)]);
        while let Some((node, mut range, depth)) = open.pop_front() {
            let ended = sorted[range.clone()].iter().take_while(|&&t| needle(t).len() == depth);
            let begin = range.start + ended.count();
            trie.nodes[node].ends = (range.start as u32, begin as u32);
            range.start = begin;
            let first_child = trie.nodes.len() as u32;
            while let Some(&number) = sorted[range.clone()].first() {
                let byte = needle(number)[depth];
                let alike = sorted[range.clone()].partition_point(|&t| needle(t)[depth] <= byte);
                let child = trie.nodes.len();
                trie.nodes.push(none);
                trie.bytes.push(byte);
                if node == 0 {
                    trie.first[byte as usize] = child as u32;
                }
                open.push_back((child, range.start..range.start + alike, depth + 1));
                range.start += alike;
            }
            trie.nodes[node].children = (first_child, trie.nodes.len() as u32);
        }
        trie
    }

    /// Whether a needle begins with `byte`.
    fn has(&self, byte: u8) -> bool {
        self.first[byte as usize] != 0
    }

    /// Calls `found` with each term whose needle `text` begins with, and the needle's length.
    fn walk(&self, text: &[u8], mut found: impl FnMut(u32, usize)) {
        let Some(&byte) = text.first() else { return };
        if !self.starts.may_begin(text) {
            return;
        }
        let mut at = self.first[byte as usize];
        let mut depth = 1;
        while at != 0 {
            let node = self.nodes[at as usize];
            for &number in &self.terms[node.ends.0 as usize..node.ends.1 as usize] {
                found(number, depth);
            }
            let Some(&byte) = text.get(depth) else { return };
            let children = node.children.0 as usize..node.children.1 as usize;
            let next = memchr(byte, &self.bytes[children]);
            at = next.map_or(0, |nth| node.children.0 + nth as u32);
            depth += 1;
        }
    }
}

/// The first six bytes of some needles, or all of a shorter one's, as a set that may hold more than
/// was put in: a few looks spare most words the walk.
#[derive(Default)]
struct Starts {
    /// By length of what is looked at, from 1: a bit for each hash.
    bits: [Vec<u64>; START],
}

/// The longest start that is looked at, in bytes.
const START: usize = 6;

/// Bits of each set of [`Starts`]; a few times the needles of the built-in taxonomy.
const START_BITS: u32 = 1 << 16;

impl Starts {
    fn of<'a>(needles: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut starts = Self::default();
        for needle in needles {
            let length = needle.len().min(START);
            let bits = &mut starts.bits[length - 1];
            bits.resize(START_BITS as usize / 64, 0);
            let (word, bit) = place(&needle[..length]);
            bits[word] |= bit;
        }
        starts
    }

    /// Whether a needle may begin `text`; `false` is certain.
    fn may_begin(&self, text: &[u8]) -> bool {
        let mut packed = 0;
        self.bits.iter().zip(text).any(|(bits, byte)| {
            packed = packed << 8 | u64::from(*byte);
            let (word, bit) = place_of(packed);
            bits.get(word).is_some_and(|bits| bits & bit != 0)
        })
    }
}

/// Where the bit of a start is: the word, and the bit in it.
fn place(start: &[u8]) -> (usize, u64) {
    place_of(start.iter().fold(0, |packed, byte| packed << 8 | u64::from(*byte)))
}

/// The same for a start packed into a number.
fn place_of(packed: u64) -> (usize, u64) {
    let hash = packed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - START_BITS.ilog2());
    (hash as usize / 64, 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(term: &str, text: &str) -> Vec<String> {
        let matcher = Matcher::new(vec![Term::new(term).unwrap()]);
        let mut found = Vec::new();
        matcher.each(text, |_| true, |m| found.push(m.span.of(text).to_owned()));
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
        matcher.each("the banks, a Bank", |_| true, |m| numbers.push(m.term));
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
