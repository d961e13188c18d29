//! What the model looks at: each token of a text as hashes of its words, shapes and cues, and of what
//! the gazetteer, the rules and the article say of it.
//!
//! Words of Latin letters are tokens, and of Chinese each character. A change here makes both models
//! anew (`tests/train`).

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::super::cue::Cue;
use super::super::lexicon;
use super::super::merge::{Candidate, Who};
use super::super::words::{Shape, Text};
use super::Said;
use crate::tag::EntityType;

/// Templates, a number each. The order is part of the models.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Of {
    Bias = 1,
    Look,
    LookAt,
    Shape,
    Word,
    PairBefore,
    PairAfter,
    TwoBefore,
    TwoAfter,
    ThreeBefore,
    ThreeAfter,
    Middle,
    Around,
    Begins,
    Ends,
    WordBeforeLook,
    Kept,
    KeptHow,
    Listed,
    KeptRun,
    KeptWord,
    KeptLook,
    KeptAfterWord,
    KeptBeforeWord,
    Weighed,
    Cue,
    Usage,
    MostUsed,
    Unused,
}

/// A token: a word, a mark or a Chinese character.
#[derive(Clone, Copy)]
struct Token {
    start: usize,
    end: usize,
    shape: Shape,
    opens: bool,
    /// Whether it is capitalised for where it stands, as `The` is.
    common: bool,
    /// Hash of its letters in lower case.
    word: u64,
    /// Hash of its letters as they stand.
    written: u64,
}

/// The tokens of a text, and what the merging policy makes of them.
pub(in super::super) struct Tokens {
    all: Vec<Token>,
    /// For each its role as kept, and how it is known; see [`marks`].
    kept: Vec<(u8, u8)>,
    /// For each whether it looks like a part of a name.
    near: Vec<bool>,
    han: bool,
}

/// So far from a token its features look at words.
const SIGHT: usize = 2;

impl Tokens {
    /// The tokens of a text of which the merging policy would keep `kept`.
    pub(in super::super) fn of(text: &Text<'_>, kept: &[Candidate]) -> Self {
        let mut all = Vec::with_capacity(text.words.len());
        let (mut chinese, mut others) = (0, 0);
        for word in &text.words {
            let mut push = |start, end, opens| {
                let common = opens && word.has(Cue::Common);
                let shape = word.shape;
                all.push(Token { start, end, shape, opens, common, word: 0, written: 0 });
            };
            if word.shape == Shape::Han {
                for (at, c) in text.str()[word.start..word.end].char_indices() {
                    let start = word.start + at;
                    push(start, start + c.len_utf8(), word.opens && at == 0);
                    chinese += 1;
                }
            } else {
                others += usize::from(!matches!(word.shape, Shape::Mark | Shape::Number));
                push(word.start, word.end, word.opens);
            }
        }
        let kept = marks(&all, kept);
        let near = near(&all, &kept);
        for (at, token) in all.iter_mut().enumerate() {
            // Most words are far from any name, and no one asks for them.
            let seen =
                near[at.saturating_sub(SIGHT)..near.len().min(at + SIGHT + 1)].contains(&true);
            if seen || matches!(token.shape, Shape::Capital | Shape::Upper) {
                token.hash(text.str());
            }
        }
        Self { all, kept, near, han: chinese > others }
    }

    /// Whether the text is Chinese.
    pub(super) fn is_han(&self) -> bool {
        self.han
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn span(&self, at: usize) -> (usize, usize) {
        (self.all[at].start, self.all[at].end)
    }
}

/// Calls `each` with the tokens of a stretch and whether each is the first.
fn within(all: &[Token], start: usize, end: usize, mut each: impl FnMut(usize, bool)) {
    let first = all.partition_point(|token| token.end <= start);
    let inside = all[first..].iter().take_while(|token| token.start < end);
    (first..).zip(inside).for_each(|(at, _)| each(at, at == first));
}

impl Token {
    /// Hashes its letters, in `text`.
    fn hash(&mut self, text: &str) {
        let written = &text[self.start..self.end];
        self.written = match self.shape {
            Shape::Number => 9,
            _ => xxh3_64(written.as_bytes()),
        };
        let is_lower = matches!(self.shape, Shape::Number | Shape::Han)
            || written.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        self.word = match is_lower {
            true => self.written,
            false => xxh3_64(written.to_lowercase().as_bytes()),
        };
    }
}

/// How an article's texts use its capitalised words: by word, how often each role.
#[derive(Default)]
pub(in super::super) struct Usage(FxHashMap<u64, [u16; ROLES]>);

/// Outside, the types, a nationality.
const ROLES: usize = EntityType::ALL.len() + 2;

impl Usage {
    /// Takes in what the merging policy would keep in one text.
    pub(in super::super) fn learn(&mut self, tokens: &Tokens) {
        for (token, kept) in tokens.all.iter().zip(&tokens.kept) {
            if matches!(token.shape, Shape::Capital | Shape::Upper) {
                let counts = self.0.entry(token.written).or_default();
                counts[usize::from(kept.0 >> 1)] =
                    counts[usize::from(kept.0 >> 1)].saturating_add(1);
            }
        }
    }
}

/// For each token its role as kept (twice the type's number, from 2, and one if it begins a name;
/// 0 outside), and how it is known.
fn marks(tokens: &[Token], kept: &[Candidate]) -> Vec<(u8, u8)> {
    let mut marks = vec![(0, 0); tokens.len()];
    for one in kept {
        let kind = match one.who {
            Who::Entry(entry) if entry.demonym() => ROLES - 1,
            _ => 1 + one.kind as usize,
        };
        let how = how(one);
        within(tokens, one.start, one.end, |at, first| {
            marks[at] = ((kind as u8) << 1 | u8::from(first), how);
        });
    }
    marks
}

fn how(one: &Candidate) -> u8 {
    let who = match one.who {
        Who::Entry(_) => 0,
        Who::Itself => 1,
        Who::Known { via, .. } => 2 + via as u8,
    };
    who << 3 | one.certainty as u8
}

/// The features of one text's tokens.
pub(super) struct Features<'a> {
    text: &'a str,
    titled: bool,
    tokens: &'a Tokens,
    usage: &'a Usage,
    listed: Vec<u8>,
    /// Place and hash of what was weighed, by token.
    weighed: Vec<(u32, u16)>,
    /// Place and cue, with where in its phrase, by token.
    cues: Vec<(u32, u16)>,
}

impl<'a> Features<'a> {
    pub(super) fn new(text: &'a Text<'_>, said: Said<'a>, usage: &'a Usage) -> Self {
        let tokens = said.tokens;
        let mut listed = vec![0; tokens.len()];
        for (start, end, meanings) in said.listed {
            within(&tokens.all, *start, *end, |at, first| {
                listed[at] = meanings << 1 | u8::from(first);
            });
        }
        let mut weighed = Vec::new();
        for one in said.all {
            let what = u16::from(how(one) & 7) << 8 | (one.kind as u16) << 1;
            within(&tokens.all, one.start, one.end, |at, first| {
                weighed.push((at as u32, what | u16::from(first)));
            });
        }
        weighed.sort_unstable();
        weighed.dedup();
        let mut all = Self {
            text: text.str(),
            titled: text.titled,
            tokens,
            usage,
            listed,
            weighed,
            cues: Vec::new(),
        };
        all.find_cues(text);
        all
    }

    fn find_cues(&mut self, text: &Text<'_>) {
        let mut add = |at: usize, cues: u64, place: u16| {
            let mut left = cues;
            while left != 0 {
                let cue = left.trailing_zeros() as u16;
                left &= left - 1;
                self.cues.push((at as u32, cue << 2 | place));
            }
        };
        let mut at = 0;
        for word in &text.words {
            if word.shape != Shape::Han {
                if word.cues.0 != 0 {
                    add(at, word.cues.0, 0);
                }
                at += 1;
                continue;
            }
            while at < self.tokens.len() && self.tokens.all[at].end <= word.end {
                let token = self.tokens.all[at];
                if let Some((end, cues)) = lexicon::phrase(self.text, token.start) {
                    within(&self.tokens.all, token.start, end, |inner, first| {
                        let place = match (first, self.tokens.all[inner].end == end) {
                            (true, true) => 0,
                            (true, false) => 1,
                            (false, true) => 3,
                            (false, false) => 2,
                        };
                        add(inner, cues.0, place);
                    });
                }
                at += 1;
            }
        }
        self.cues.sort_unstable();
        self.cues.dedup();
    }

    /// Whether a token can be no part of a name: nothing near it looks like one.
    pub(super) fn is_far(&self, at: usize) -> bool {
        !self.tokens.near[at]
    }

    /// Calls `add` with each feature of token `at`.
    #[inline]
    pub(super) fn each(&self, at: usize, mut add: impl FnMut(u64)) {
        let tokens = &self.tokens.all;
        let token = tokens[at];
        let get = |step: isize| at.checked_add_signed(step).and_then(|at| tokens.get(at));
        let word = |step: isize| match get(step) {
            Some(token) => token.word,
            None if step < 0 => 1,
            None => 2,
        };
        let kept = |step: isize| {
            let place = at.checked_add_signed(step);
            place.and_then(|at| self.tokens.kept.get(at)).copied().unwrap_or((255, 255))
        };
        let look = (token.shape as u64) << 2 | u64::from(token.opens) << 1 | u64::from(self.titled);
        let (before, own, after) = (word(-1), token.word, word(1));
        let role = u64::from(kept(0).0);

        add(one(Of::Bias, 0, 0));
        add(one(Of::Look, 0, look));
        for step in [-2, -1, 1, 2] {
            if let Some(token) = get(step) {
                add(one(Of::LookAt, step, token.shape as u64));
            }
        }
        for step in -2..=2 {
            add(one(Of::Word, step, word(step)));
        }
        add(two(Of::PairBefore, before, own));
        add(two(Of::PairAfter, own, after));
        if token.shape == Shape::Han || self.tokens.han {
            add(two(Of::TwoBefore, word(-2), before));
            add(two(Of::TwoAfter, after, word(2)));
            add(three(Of::ThreeBefore, word(-2), before, own));
            add(three(Of::ThreeAfter, own, after, word(2)));
            add(three(Of::Middle, before, own, after));
            add(two(Of::Around, before, after));
        } else {
            self.letters(token, &mut add);
            add(two(Of::WordBeforeLook, before, token.shape as u64));
        }
        for step in -2..=2_isize {
            let (role, how) = kept(step);
            if role == 255 {
                continue;
            }
            add(one(Of::Kept, step, u64::from(role)));
            if step.abs() < 2 {
                add(one(Of::KeptHow, step, u64::from(role) << 8 | u64::from(how)));
                let listed = at.checked_add_signed(step).and_then(|at| self.listed.get(at));
                add(one(Of::Listed, step, u64::from(listed.copied().unwrap_or_default())));
            }
        }
        add(three(Of::KeptRun, u64::from(kept(-1).0), role, u64::from(kept(1).0)));
        add(two(Of::KeptWord, role, own));
        add(two(Of::KeptLook, role, look));
        add(two(Of::KeptAfterWord, role, before));
        add(two(Of::KeptBeforeWord, role, after));
        for (_, what) in of_token(&self.weighed, at) {
            add(one(Of::Weighed, 0, u64::from(*what)));
        }
        for step in -2..=2_isize {
            let Some(place) = at.checked_add_signed(step) else { continue };
            for (_, cue) in of_token(&self.cues, place) {
                add(one(Of::Cue, step, u64::from(*cue)));
            }
        }
        if matches!(token.shape, Shape::Capital | Shape::Upper) {
            self.usage(token, role, &mut add);
        }
    }

    /// The shape of a word, and how it begins and ends.
    fn letters(&self, token: Token, add: &mut impl FnMut(u64)) {
        let written = &self.text[token.start..token.end];
        add(one(Of::Shape, 0, shape(written)));
        if !matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Lower) {
            return;
        }
        let lower = |part: &str, of: Of| {
            let mut bytes = [0; 16];
            let length = part.len().min(16);
            bytes[..length].copy_from_slice(&part.as_bytes()[..length]);
            bytes.make_ascii_lowercase();
            let (low, high) = bytes.split_at(8);
            let number = |half: &[u8]| half.iter().fold(0, |n, b| n << 8 | u64::from(*b));
            two(of, number(low), number(high))
        };
        let mut chars = written.char_indices().map(|(at, _)| at).skip(1);
        for _ in 0..4 {
            let Some(end) = chars.next() else { break };
            add(lower(&written[..end], Of::Begins));
        }
        let mut chars = written.char_indices().rev().map(|(at, _)| at);
        for _ in 0..4 {
            let Some(start) = chars.next().filter(|start| *start > 0) else { break };
            add(lower(&written[start..], Of::Ends));
        }
    }

    /// What the article makes of the word elsewhere.
    fn usage(&self, token: Token, kept: u64, add: &mut impl FnMut(u64)) {
        let mut counts = self.usage.0.get(&token.written).copied().unwrap_or_default();
        let own = &mut counts[(kept >> 1) as usize];
        *own = own.saturating_sub(1);
        let all: u16 = counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
        if all == 0 {
            add(one(Of::Unused, 0, 0));
            return;
        }
        let mut most = 0;
        for (role, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            add(one(
                Of::Usage,
                0,
                (role as u64) << 1 | u64::from(u32::from(*count) * 2 > u32::from(all)),
            ));
            if *count > counts[most] {
                most = role;
            }
        }
        add(two(Of::MostUsed, most as u64, kept));
    }
}

/// Tokens on either side of a word that may hold the rest of its name.
const NEAR: usize = 2;

/// Which tokens may be part of a name: what is written like one or kept as one, numbers beside it,
/// and what stands between two of them.
fn near(tokens: &[Token], kept: &[(u8, u8)]) -> Vec<bool> {
    let like = |token: &Token| {
        matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Initial | Shape::Han)
            && !token.common
    };
    let likes: Vec<bool> =
        tokens.iter().zip(kept).map(|(token, kept)| like(token) || kept.0 != 0).collect();
    let mut near = likes.clone();
    let mut last: Option<usize> = None;
    for at in (0..tokens.len()).filter(|at| likes[*at]) {
        if let Some(last) = last.filter(|last| at - last <= NEAR + 1) {
            near[last..at].fill(true);
        }
        for beside in [at.wrapping_sub(1), at + 1] {
            if tokens.get(beside).is_some_and(|token| token.shape == Shape::Number) {
                near[beside] = true;
            }
        }
        last = Some(at);
    }
    near
}

fn of_token(sorted: &[(u32, u16)], at: usize) -> &[(u32, u16)] {
    let at = at as u32;
    let from = sorted.partition_point(|(place, _)| *place < at);
    let to = from + sorted[from..].partition_point(|(place, _)| *place == at);
    &sorted[from..to]
}

/// Capitals, small letters, digits and the rest, runs as two, the first eight.
fn shape(word: &str) -> u64 {
    let (mut shape, mut last, mut run, mut length) = (0_u64, 0, 0, 0);
    for c in word.chars() {
        let class = match c {
            _ if c.is_uppercase() => 1,
            _ if c.is_alphabetic() => 2,
            _ if c.is_numeric() => 3,
            _ => 4 + u64::from(c as u32 & 63),
        };
        run = if class == last { run + 1 } else { 1 };
        last = class;
        if run <= 2 && length < 8 {
            shape = shape << 7 | class;
            length += 1;
        }
    }
    shape
}

/// A feature of a template and one value, at a step from the token.
fn one(of: Of, step: isize, value: u64) -> u64 {
    mix(value ^ (step as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15), of as u64)
}

fn two(of: Of, a: u64, b: u64) -> u64 {
    mix(mix(a, of as u64 + 64), b)
}

fn three(of: Of, a: u64, b: u64, c: u64) -> u64 {
    mix(mix(mix(a, of as u64 + 128), b), c)
}

/// Multiply and fold, as in wyhash.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0xa076_1d64_78bd_642f)
        * u128::from(b.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xe703_7ed1_a0b4_28db);
    (product >> 64) as u64 ^ product as u64
}
