//! Cuts query text into tokens.
//!
//! It decides where a word, a phrase or a range ends, and which characters are marks and which are
//! text; what tokens mean together is the parser's work. Every token is found by going forward, so
//! the time taken grows with the length of the text and no faster.

use std::collections::BTreeMap;
use std::ops::Range;

use super::field::Field;
use super::marks::{closers, groups_digits, half_width, is_direction, is_quote, is_space, is_stop};
use super::near;
use super::normal::{MAX_BOOST, MAX_SLOP, MIN_BOOST};
use super::warnings::{Warnings, quoted};

/// How far ahead the closing bracket of a date range is looked for, in characters.
const MAX_RANGE: usize = 80;

/// One character of the user's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// The character as typed.
    pub(super) c: char,
    /// Whether it may be a mark: no backslash stands before it, and it is no comma of a number.
    live: bool,
}

impl Unit {
    /// The character in its half-width form, if it may be a mark.
    pub(super) fn mark(self) -> Option<char> {
        self.live.then(|| half_width(self.c))
    }

    /// Whether words end here.
    fn is_space(self) -> bool {
        self.live && is_space(self.c)
    }

    /// Whether a word ends here, and something else may begin.
    fn is_break(self) -> bool {
        self.is_space()
            || self.mark().is_some_and(|c| matches!(c, '(' | ')') || is_quote(c))
            || (self.live && is_stop(self.c))
    }
}

/// The text as units: each backslash is joined with the character it escapes, and marks of
/// direction are left out.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if is_direction(c) {
            continue;
        }
        units.push(match (c, c == '\\') {
            (_, true) => Unit { c: chars.next().unwrap_or('\\'), live: false },
            ('，', _) if groups_digits(units.last().map(|unit| unit.c), chars.as_str()) => {
                Unit { c, live: false }
            }
            (_, false) => Unit { c, live: true },
        });
    }
    units
}

/// The characters of `units` as text.
pub(super) fn text_of(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.c).collect()
}

/// What joins or negates clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `AND`, `&&`
    And,
    /// `OR`, `||`
    Or,
    /// `NOT`, `!`
    Not,
    /// `NEAR/5`, `NEAR`: at most so many words between.
    Near(u32),
}

/// The ways operators are written.
const OPERATORS: [(&str, Operator); 6] = [
    ("AND", Operator::And),
    ("&&", Operator::And),
    ("OR", Operator::Or),
    ("||", Operator::Or),
    ("NOT", Operator::Not),
    ("!", Operator::Not),
];

/// The operator that `word` is, and its name, if all of it may be marks.
fn operator(word: &[Unit]) -> Option<(Operator, &'static str)> {
    let is = |name: &str| name.chars().map(Some).eq(word.iter().map(|unit| unit.mark()));
    let found = OPERATORS.iter().find(|(name, _)| is(name));
    let found = found.map(|&(name, operator)| (operator, name));
    found.or_else(|| {
        let words = near::distance(word.iter().map(|unit| unit.mark()))?;
        Some((Operator::Near(words), near::NAME))
    })
}

/// Whether `word` would be read as an operator.
pub(super) fn is_operator(word: &str) -> bool {
    OPERATORS.iter().any(|(name, _)| name.chars().eq(word.chars().map(half_width)))
        || near::distance(word.chars().map(|c| Some(half_width(c)))).is_some()
}

/// What a `:` after `name` and before `next` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colon {
    /// The end of a field's name.
    Field(Field),
    /// Part of the word, though it looks like the end of a field's name.
    Doubtful,
    /// Part of the word.
    Plain,
}

/// Tells what a colon is; `next` is `None` where the word ends with it.
pub(super) fn colon(name: impl Iterator<Item = char>, next: Option<char>) -> Colon {
    // One letter more than the longest name that could be meant.
    let name: String = name.map(half_width).take(32).collect();
    if let Some(field) = Field::named(&name) {
        return Colon::Field(field);
    }
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let has_value = next.is_some_and(|c| c.is_alphanumeric() || c == '(' || is_quote(c));
    if is_name && has_value { Colon::Doubtful } else { Colon::Plain }
}

/// A piece of the query.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    /// What joins or negates clauses, and how it was written.
    Operator(Operator, &'static str),
    /// `-` or `!` or `+` directly before a clause; the flag is for the first two.
    Sign(bool, &'static str),
    /// A field's name; its value follows directly.
    Field(Field),
    /// `(`
    Open,
    /// `)` and the boost after it.
    Close(Option<f32>),
    /// What stood between quotes.
    Phrase {
        /// The characters.
        units: &'a [Unit],
        /// Whether an `@` stands before the quotes: it is the name of an entity.
        named: bool,
        /// The number after `~`.
        slop: Option<u32>,
        /// The number after `^`.
        boost: Option<f32>,
    },
    /// A word, or the range of a date.
    Word {
        /// The characters, the boost taken off.
        units: &'a [Unit],
        /// The number after `^`.
        boost: Option<f32>,
    },
}

/// What stands directly before the place the lexer is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nothing, white space or an opening bracket.
    Space,
    /// `+`, `-` or `!`.
    Sign,
    /// A field's name and colon.
    Field,
    /// A word, a phrase or a closing bracket.
    Clause,
}

/// Gives tokens one after the other.
pub(super) struct Lexer<'a> {
    units: &'a [Unit],
    at: usize,
    before: Before,
    /// The last place of each kind of quote.
    last_quotes: BTreeMap<char, usize>,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `units`.
    pub(super) fn new(units: &'a [Unit]) -> Self {
        let quotes = units.iter().enumerate().filter_map(|(at, unit)| Some((unit.mark()?, at)));
        let last_quotes = quotes.filter(|&(c, _)| is_quote(c)).collect();
        Self { units, at: 0, before: Before::Space, last_quotes }
    }

    /// The next token; `dates` says that a value of `date:` is expected, where `[` opens a range.
    pub(super) fn next(&mut self, dates: bool, warnings: &mut Warnings) -> Option<Token<'a>> {
        loop {
            self.skip_space();
            let unit = *self.units.get(self.at)?;
            let before = std::mem::replace(&mut self.before, Before::Clause);
            match unit.mark() {
                Some('(') => {
                    self.at += 1;
                    self.before = Before::Space;
                    return Some(Token::Open);
                }
                Some(')') => {
                    self.at += 1;
                    if self.slop(warnings).is_some() {
                        warnings.add("`~` works after a word or a phrase, left out".to_owned());
                    }
                    return Some(Token::Close(self.boost(warnings)));
                }
                Some(c) if is_quote(c) => match self.closing(c) {
                    Some(end) => return Some(self.phrase(end, false, warnings)),
                    None => {
                        warnings.add(format!("`{}` has no partner, left out", unit.c));
                        self.at += 1;
                        self.before = before;
                    }
                },
                Some('@') => match self.named() {
                    Some(end) => {
                        self.at += 1;
                        return Some(self.phrase(end, true, warnings));
                    }
                    None => return Some(self.word(before, warnings)),
                },
                Some(c @ ('+' | '-' | '!')) if self.is_sign(c, before) => {
                    self.at += 1;
                    self.before = Before::Sign;
                    let typed = match c {
                        '+' => "+",
                        '-' => "-",
                        _ => "!",
                    };
                    return Some(Token::Sign(c != '+', typed));
                }
                Some('[' | '{') if dates => {
                    if let Some(end) = self.range_end(warnings) {
                        let units = &self.units[self.at..end];
                        self.at = end;
                        return Some(Token::Word { units, boost: self.boost(warnings) });
                    }
                    return Some(self.word(before, warnings));
                }
                _ => return Some(self.word(before, warnings)),
            }
        }
    }

    /// Whether no token is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.units[self.at..].iter().all(|unit| unit.is_space())
    }

    /// The character at `at` if it may be a mark.
    fn mark(&self, at: usize) -> Option<char> {
        self.units.get(at)?.mark()
    }

    /// Goes on to what is no white space.
    fn skip_space(&mut self) {
        while let Some(unit) = self.units.get(self.at) {
            let stop =
                unit.live && is_stop(unit.c) && (unit.c == '：' || self.before == Before::Clause);
            if !unit.is_space() && !stop {
                return;
            }
            self.before = Before::Space;
            self.at += 1;
        }
    }

    /// Whether `c`, where the lexer is, marks the clause that follows it.
    fn is_sign(&self, c: char, before: Before) -> bool {
        let glued = self.units.get(self.at + 1).is_some_and(|next| {
            // `--` is a dash, or an option of some command.
            !next.is_space() && (c != '-' || next.mark() != Some('-'))
        });
        glued
            && self.mark(self.at + 1) != Some(')')
            && matches!(before, Before::Space | Before::Sign)
    }

    /// The place of the quote that closes the one the lexer is at.
    fn closing(&self, open: char) -> Option<usize> {
        self.closing_from(self.at, open)
    }

    /// The place of the quote that closes the one at `at`.
    fn closing_from(&self, at: usize, open: char) -> Option<usize> {
        let ahead = |c: &char| self.last_quotes.get(c).is_some_and(|&last| at < last);
        let row = closers(open).iter().find(|row| row.iter().any(ahead))?;
        let closes = |at: &usize| self.mark(*at).is_some_and(|c| row.contains(&c));
        (at + 1..self.units.len()).find(closes)
    }

    /// The place of the quote that closes the one right after the `@` the lexer is at.
    fn named(&self) -> Option<usize> {
        let open = self.mark(self.at + 1).filter(|&c| is_quote(c))?;
        self.closing_from(self.at + 1, open)
    }

    /// The phrase that ends at `end`, with what is glued to it.
    fn phrase(&mut self, end: usize, named: bool, warnings: &mut Warnings) -> Token<'a> {
        let units = &self.units[self.at + 1..end];
        self.at = end + 1;
        let slop = self.slop(warnings);
        Token::Phrase { units, named, slop, boost: self.boost(warnings) }
    }

    /// Reads `~` and its number.
    fn slop(&mut self, warnings: &mut Warnings) -> Option<u32> {
        if self.mark(self.at) != Some('~') {
            return None;
        }
        let digits = number(&self.units[self.at + 1..], |c| c.is_ascii_digit());
        self.at += 1 + digits.len();
        if digits.is_empty() {
            warnings.add("`~` after a phrase wants a number, left out".to_owned());
            return None;
        }
        let slop = digits.parse().unwrap_or(u32::MAX);
        if slop > MAX_SLOP {
            warnings.add(format!("`~{digits}` is more than `~{MAX_SLOP}`, which is taken instead"));
        }
        Some(slop.min(MAX_SLOP))
    }

    /// Reads `^` and its number after a phrase or a bracket.
    fn boost(&mut self, warnings: &mut Warnings) -> Option<f32> {
        if self.mark(self.at) != Some('^') {
            return None;
        }
        let rest = &self.units[self.at + 1..];
        let value = &rest[..rest.iter().position(|unit| unit.is_break()).unwrap_or(rest.len())];
        self.at += 1 + value.len();
        let factor = factor(value);
        if factor.is_none() {
            warnings.add(bad_boost(value));
        }
        factor
    }

    /// The place after a range of dates that begins where the lexer is.
    fn range_end(&self, warnings: &mut Warnings) -> Option<usize> {
        let limit = self.units.len().min(self.at + MAX_RANGE);
        let closes = |at: &usize| matches!(self.mark(*at), Some(']' | '}'));
        if let Some(close) = (self.at..limit).find(closes) {
            return Some(close + 1);
        }
        let from = self.word_after(self.at..limit);
        let to = self.word_after(from.end..limit);
        let until = self.word_after(to.end..limit);
        let is_range = text_of(&self.units[to]).eq_ignore_ascii_case("to") && !until.is_empty();
        let open = self.units[self.at].c;
        is_range.then(|| {
            warnings.add(format!("`{open}` has no partner, read as if closed after the date"));
            until.end
        })
    }

    /// The first word in `range`, or an empty range at its end.
    fn word_after(&self, range: Range<usize>) -> Range<usize> {
        let ends = |at: &usize| self.units[*at].is_break();
        let start = range.clone().find(|at| !self.units[*at].is_space()).unwrap_or(range.end);
        start..(start..range.end).find(ends).unwrap_or(range.end)
    }

    /// The word, operator or field name where the lexer is.
    fn word(&mut self, before: Before, warnings: &mut Warnings) -> Token<'a> {
        let start = self.at;
        let mut seen_colon = before == Before::Field;
        let mut end = start;
        while let Some(unit) = self.units.get(end) {
            if unit.mark() == Some(':') && !seen_colon {
                seen_colon = true;
                if let Some(field) = self.field(start, end, warnings) {
                    self.at = end + 1;
                    self.before = Before::Field;
                    return Token::Field(field);
                }
            }
            if unit.is_break() && start < end {
                break;
            }
            end += 1;
        }
        self.at = end;
        let units = &self.units[start..end];
        if matches!(before, Before::Space | Before::Clause)
            && let Some((operator, name)) = operator(units)
        {
            if matches!(operator, Operator::Near(words) if words > MAX_SLOP) {
                let typed = quoted(&text_of(units));
                warnings
                    .add(format!("{typed} is more than `NEAR/{MAX_SLOP}`, which is taken instead"));
            }
            return Token::Operator(operator, name);
        }
        let Some(hat) = units.iter().position(|unit| unit.mark() == Some('^')) else {
            return Token::Word { units, boost: None };
        };
        let (base, value) = (&units[..hat], &units[hat + 1..]);
        if !base.is_empty()
            && let Some(factor) = factor(value)
        {
            return Token::Word { units: base, boost: Some(factor) };
        }
        let meant = value
            .first()
            .is_none_or(|unit| matches!(half_width(unit.c), '0'..='9' | '.' | '-' | '+' | '^'));
        if meant && !base.is_empty() {
            warnings.add(bad_boost(value));
            return Token::Word { units: base, boost: None };
        }
        let boost = quoted(&format!("^{}", text_of(value)));
        warnings.add(format!("{boost} is no boost, read as part of the word"));
        Token::Word { units, boost: None }
    }

    /// The field that `start..colon` names, if the colon there ends a field's name and a value
    /// follows.
    fn field(&self, start: usize, at: usize, warnings: &mut Warnings) -> Option<Field> {
        let name = &self.units[start..at];
        if !name.iter().all(|unit| unit.live) {
            return None;
        }
        let next = self.units.get(at + 1).filter(|unit| !unit.is_space());
        let next = next.filter(|unit| unit.mark() != Some(')'));
        match colon(name.iter().map(|unit| unit.c), next.map(|unit| half_width(unit.c))) {
            Colon::Field(field) if next.is_some() => return Some(field),
            Colon::Field(_) => {
                let name = quoted(&format!("{}:", text_of(name)));
                warnings.add(format!("nothing after {name}, read as a word"));
            }
            Colon::Doubtful => warnings.add(format!(
                "{} is no field, read as a word; {}",
                quoted(&format!("{}:", text_of(name))),
                match Field::near(&text_of(name)) {
                    Some(meant) => format!("did you mean `{meant}:`?"),
                    None => format!("fields are {}", Field::all_names()),
                }
            )),
            Colon::Plain => {}
        }
        None
    }
}

/// The characters at the start of `units` that `belongs` lets through, in half-width form.
fn number(units: &[Unit], belongs: impl Fn(char) -> bool) -> String {
    units.iter().map_while(|unit| unit.mark().filter(|&c| belongs(c))).collect()
}

/// The factor that all of `units` is: digits, with a point among them or before them.
fn factor(units: &[Unit]) -> Option<f32> {
    let digits = number(units, |c| c.is_ascii_digit() || c == '.');
    let factor: f32 = digits.parse().ok().filter(|_| digits.len() == units.len())?;
    (MIN_BOOST..=MAX_BOOST).contains(&factor).then_some(factor)
}

/// What is said of a boost that is none.
fn bad_boost(value: &[Unit]) -> String {
    let boost = quoted(&format!("^{}", text_of(value)));
    format!("{boost} left out: a boost is a number from {MIN_BOOST} to {MAX_BOOST}")
}
