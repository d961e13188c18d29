//! A folded text cut into words, marks and runs of Han characters, each with its shape.
//!
//! One pass over the bytes. Nothing here knows a name; cue classes are looked up for capitalised
//! words only, because names are made of them.

use super::cue::{Cue, Cues};
use super::lexicon;
use crate::analysis::{Case, Folded, fold};
use crate::tagger::ascii::{cases, eight, mask, run};
use crate::tagger::gazetteer::is_han;

/// What a word looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `word`
    Lower,
    /// `Word`, `McWord`, `iWord`
    Capital,
    /// `WORD`, `S3`
    Upper,
    /// `W`
    Initial,
    /// `106`
    Number,
    /// A run of Han characters, middle dots between them included.
    Han,
    /// `'s`
    Possessive,
    /// Any other single character that is no white space.
    Mark,
}

/// One word, mark or run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
    /// Whether white space, or nothing, goes before it.
    pub(super) spaced: bool,
    /// Whether it opens a sentence or a quotation.
    pub(super) opens: bool,
    /// Cue classes of a capitalised word, or of the phrase it is part of.
    pub(super) cues: Cues,
    /// How many words the phrase has that starts here; 1 for a word by itself.
    pub(super) phrase: usize,
}

impl Word {
    /// Whether it may be part of a name by its shape alone.
    pub(super) fn capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Initial)
    }

    pub(super) fn has(&self, cue: Cue) -> bool {
        self.cues.has(cue)
    }
}

/// A passage or headline prepared for tagging.
pub(super) struct Text<'a> {
    pub(super) original: &'a str,
    pub(super) folded: Folded,
    pub(super) words: Vec<Word>,
    /// Whether Words Are Capitalised As In A Headline, so that capitals tell nothing.
    pub(super) titled: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(original: &'a str) -> Self {
        let folded = fold(original, Case::Keep);
        let mut words = cut(&folded.text);
        let (mut loud, mut capital, mut lower, mut han) = (0, 0, 0, false);
        for word in &words {
            let long = usize::from(word.end - word.start >= 4);
            match word.shape {
                Shape::Upper => {
                    loud += 1;
                    capital += long;
                }
                Shape::Capital => capital += long,
                Shape::Lower => lower += long,
                Shape::Han => han = true,
                _ => {}
            }
        }
        mark_cues(&folded.text, &mut words);
        Self {
            original,
            words,
            titled: !han
                && (capital >= 5 && capital > 3 * lower
                    || loud >= 3 && lower == 0 && loud >= capital),
            folded,
        }
    }

    /// The folded text.
    pub(super) fn str(&self) -> &str {
        &self.folded.text
    }

    /// The folded text of word `at`; empty past either end.
    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &self.folded.text[word.start..word.end])
    }

    /// Whether word `at` is the mark `mark`.
    pub(super) fn is(&self, at: usize, mark: &str) -> bool {
        self.word(at) == mark
    }
}

/// The first word of a folded name, as [`Text`] cuts it; of a Han run the first character.
pub(super) fn first(name: &str) -> Option<&str> {
    let c = name.chars().next().filter(|c| c.is_alphanumeric())?;
    Some(&name[..if is_han(c) { c.len_utf8() } else { word_end(name, 0) }])
}

fn mark_cues(text: &str, words: &mut [Word]) {
    let mut at = 0;
    while at < words.len() {
        if !words[at].capital() {
            at += 1;
            continue;
        }
        let Some((end, cues)) = lexicon::phrase(text, words[at].start) else {
            at += 1;
            continue;
        };
        let inside = words[at..].iter().take_while(|word| word.end <= end).count().max(1);
        words[at].phrase = inside;
        for word in &mut words[at..at + inside] {
            word.cues = cues;
        }
        at += inside;
    }
}

fn cut(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let mut words = Vec::with_capacity(text.len() / 5 + 4);
    let (mut at, mut spaced, mut opens) = (0, true, true);
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            spaced = true;
            continue;
        }
        let c = if byte.is_ascii() { char::from(byte) } else { char_at(text, at) };
        let shape = if c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()) {
            if is_han(c) {
                at = han_end(text, at);
                Shape::Han
            } else if let Some((end, shape)) = plain_word(bytes, at) {
                at = end;
                shape
            } else {
                at = word_end(text, at);
                shape(&text[start..at])
            }
        } else if c.is_whitespace() {
            at += c.len_utf8();
            spaced = true;
            continue;
        } else if matches!(c, '\'' | '’') && possessive(bytes, at + c.len_utf8()) && !spaced {
            at += c.len_utf8() + 1;
            Shape::Possessive
        } else {
            at += c.len_utf8();
            Shape::Mark
        };
        words.push(Word { start, end: at, shape, spaced, opens, cues: Cues::default(), phrase: 1 });
        opens = match shape {
            Shape::Mark => {
                matches!(
                    c,
                    '.' | '!' | '?' | ':' | ';' | '"' | '“' | '”' | '‘' | '(' | '[' | '<' | '•'
                ) || matches!(c, '。' | '！' | '？' | '：' | '；' | '…' | '「' | '（')
                    || (c == '\'' && spaced)
                    || (opens && !c.is_alphanumeric())
            }
            _ => false,
        };
        spaced = false;
    }
    words
}

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or(' ')
}

/// Whether an apostrophe before byte `at` is that of `'s`.
fn possessive(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b's' | b'S'))
        && bytes.get(at + 1).is_none_or(|next| next.is_ascii() && !next.is_ascii_alphanumeric())
}

fn han_end(text: &str, from: usize) -> usize {
    let mut end = from;
    let mut chars = text[from..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = is_dot(c) && chars.peek().is_some_and(|&(_, next)| is_han(next));
        if !is_han(c) && !joins {
            break;
        }
        end = from + at + c.len_utf8();
    }
    end
}

/// Whether `c` stands between the parts of a foreign name in Chinese.
pub(super) fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙')
}

/// One past the word at `from`: letters and digits, apostrophes inside, the dots of `U.S.` and the
/// strokes of `a/l`.
fn word_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut dotted = false;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let single = |before: usize| {
            at > 0
                && bytes[at - 1].is_ascii_uppercase()
                && (at - 1 == before || bytes[at - 2] == b'.')
        };
        if byte == b'.' && single(from) && next.is_ascii_uppercase() {
            let after = bytes.get(at + 2).copied().unwrap_or(b' ');
            // `J.P.` goes on, `J.Smith` does not.
            if !after.is_ascii_lowercase() {
                dotted = true;
                at += 1;
                continue;
            }
        }
        if byte == b'.' && dotted && bytes[at - 1].is_ascii_uppercase() {
            return at + 1;
        }
        if byte == b'\'' && next.is_ascii_alphabetic() && !possessive(bytes, at + 1) {
            at += 1;
            continue;
        }
        if byte == b'/' && at == from + 1 && matches!(bytes[from], b'a' | b'A' | b's' | b'd') {
            let after = bytes.get(at + 2).copied().unwrap_or(b' ');
            if matches!(next, b'l' | b'L' | b'p' | b'P' | b'o' | b'O') && after == b' ' {
                at += 1;
                continue;
            }
        }
        if !byte.is_ascii() {
            let c = char_at(text, at);
            if c.is_alphanumeric() && !is_han(c) {
                at += c.len_utf8();
                continue;
            }
        }
        break;
    }
    at
}

/// One past the word at `from`, and its shape, if both are told by ASCII letters and digits alone,
/// as most are; they are what [`word_end`] and [`shape`] would say.
fn plain_word(bytes: &[u8], from: usize) -> Option<(usize, Shape)> {
    let (mut end, mut lower, mut upper) = (from, false, false);
    loop {
        let eight = eight(&bytes[end..]);
        let run = run(eight);
        let cases = cases(eight & mask(run));
        (lower, upper) = (lower | cases.0, upper | cases.1);
        end += run;
        if run < 8 {
            break;
        }
    }
    let length = end - from;
    match bytes.get(end) {
        Some(b'\'' | 0x80..) => return None,
        Some(b'.' | b'/') if length == 1 => return None,
        _ if length == 0 => return None,
        _ => {}
    }
    let shape = match (bytes[from], lower, upper) {
        (b'a'..=b'z', _, false) => Shape::Lower,
        (b'a'..=b'z', ..) => Shape::Capital,
        (b'A'..=b'Z', ..) if length == 1 => Shape::Initial,
        (_, false, true) => Shape::Upper,
        (b'A'..=b'Z', ..) => Shape::Capital,
        _ => Shape::Number,
    };
    Some((end, shape))
}

fn shape(word: &str) -> Shape {
    let bytes = word.as_bytes();
    if bytes[0].is_ascii_lowercase() {
        return if bytes.iter().any(u8::is_ascii_uppercase) {
            Shape::Capital
        } else {
            Shape::Lower
        };
    }
    let (mut upper, mut lower, mut digits) = (0, 0, 0);
    for c in word.chars() {
        if c.is_uppercase() {
            upper += 1;
        } else if c.is_lowercase() {
            lower += 1;
        } else if c.is_numeric() {
            digits += 1;
        }
    }
    let first = word.chars().next().unwrap_or(' ');
    match (upper, lower, digits) {
        (0, 0, 1..) => Shape::Number,
        (1, 0, 0) => Shape::Initial,
        (1.., 0, _) => Shape::Upper,
        _ if first.is_uppercase() || (digits == 0 && upper > 0) => Shape::Capital,
        (0, 0, 0) => Shape::Lower,
        _ if first.is_numeric() => Shape::Number,
        _ => Shape::Lower,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_word_is_what_the_full_rules_say(text in "[a-cA-C0-2é’'./国 -]{1,12}") {
            for from in (0..text.len()).filter(|&from| text.as_bytes()[from].is_ascii_alphanumeric()) {
                if let Some((end, found)) = plain_word(text.as_bytes(), from) {
                    prop_assert_eq!(end, word_end(&text, from), "{} from {}", text, from);
                    prop_assert_eq!(found, shape(&text[from..end]), "{} from {}", text, from);
                }
            }
        }
    }
}
