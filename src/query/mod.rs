//! The query: a tree, the parser that makes it from what a user types, and its canonical text.
//!
//! It knows nothing of indexes. The parser ([`parse()`]) never fails on user text: what it cannot
//! read it takes literally and says so in a warning. [`Query`]'s `Display` is the canonical form,
//! and parses back to the same tree. Every accepted form is in `docs/query-language.md`.
//!
//! A tree is *normal* if [`Query::simplify`] changes nothing about it. The parser makes normal
//! trees only, and so do [`Query::all_of`] and its kin. In a normal tree a `Not` or a `Must` is a
//! direct clause of an `And`, and that `And` has a clause that is not a `Not`; `All` stands alone
//! or in front of clauses that are all `Not`; `Nothing` stands alone; every word holds a letter or
//! a digit.

mod date;
mod display;
mod field;
mod lex;
mod marks;
mod near;
mod normal;
mod parse;
mod pattern;
mod plain;
mod value;
mod warnings;

use jiff::civil::Date;

use crate::article::Lang;

pub use near::{MAX_ENTITIES, Named, Near, Part};
pub use normal::{MAX_BOOST, MAX_SLOP, MIN_BOOST};
pub use parse::{MAX_BYTES, MAX_CLAUSES, MAX_DEPTH, parse};
pub use plain::plain;

/// The first and the last day that `text` names by itself: a day, a month, a year, `today`,
/// `yesterday`, or the last days, weeks, months or years (`7d`, `2w`, `3m`, `1y`).
pub fn days(text: &str, today: Date) -> Option<(Date, Date)> {
    date::days(&text.trim().to_lowercase(), today)
}

/// A query as a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// Every passage: an empty query, or what negative clauses are taken from.
    All,
    /// No passage: the user typed something, and there is nothing in it to look for.
    Nothing,
    /// Words to find in the text or headline.
    Text(TextClause),
    /// Words and names that stand near each other, or a name in the passage's text.
    Near(Near),
    /// A condition on something other than words; it does not score unless it is boosted.
    Filter(Filter),
    /// What must not match.
    Not(Box<Query>),
    /// A clause marked `+`: it stays required when the query falls back to "any word".
    Must(Box<Query>),
    /// All must match; two or more.
    And(Vec<Query>),
    /// At least one must match; two or more.
    Or(Vec<Query>),
    /// The clause with its score multiplied; a positive finite number. A condition that is boosted by
    /// itself scores, as a word does that as many passages hold; the parser makes none.
    Boost(Box<Query>, f32),
    /// A clause, or words that mean the same. An engine makes it of a user's synonyms; in a normal
    /// tree there is none.
    Synonyms(Box<Query>, Vec<Synonym>),
}

/// Words that mean the same as those that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Synonym {
    /// The words.
    pub clause: TextClause,
    /// The only language of passages that they count in.
    pub lang: Option<Lang>,
}

/// What a synonym adds to a score, of what the words asked for would.
pub const SYNONYM_WEIGHT: f32 = 0.8;

impl Synonym {
    /// The synonym as a query, which scores less.
    pub fn to_query(&self) -> Query {
        let words = Query::Text(self.clause.clone());
        let lang = self.lang.as_ref().map(|lang| Query::Filter(Filter::Lang(lang.to_string())));
        Query::all_of(std::iter::once(words).chain(lang).collect()).boosted(SYNONYM_WEIGHT)
    }
}

/// Words to find, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct TextClause {
    /// Where to look; `None` is text and headline.
    pub zone: Option<Zone>,
    /// What to look for.
    pub pattern: Pattern,
}

/// A part of a passage that words are looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// The passage's text (`text:`).
    Text,
    /// The article's headline (`headline:` or `title:`).
    Headline,
}

/// What to look for in words. The text is the user's own; analysis folds and stems it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// One word as typed, holding a letter or a digit; analysis may cut it into several terms, which must
    /// then stand next to each other (`data-center`, `国际论坛`).
    Word(String),
    /// Words in this order, at most `slop` words apart in all from their places.
    Phrase {
        /// The words.
        text: String,
        /// How many places the words may be moved.
        slop: u32,
    },
    /// Words that begin with this, which is one word; of several (`data-cen`) analysis makes a phrase
    /// without an open end.
    Prefix(String),
    /// Words that this pattern covers whole: each `?` is one character, each `*` any number. It
    /// holds one of them at least, and is no [`Pattern::Prefix`].
    Wildcard(String),
    /// Words within `distance` edits (Damerau–Levenshtein) of this, 1 or 2.
    Fuzzy {
        /// The word.
        word: String,
        /// The most edits.
        distance: u8,
    },
}

/// A condition that a passage meets or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Tagged with this sector or one below it: a path, a unique leaf, or a label.
    Sector(String),
    /// Names this entity: an id, a name or an alias.
    Entity(String),
    /// Holds a statement of this speaker: an id, a name or an alias, or words of how the passage calls
    /// who said it.
    SaidBy(String),
    /// Names an entity of this type.
    Type(crate::tag::EntityType),
    /// In this language: a tag or a name of it; in a normal tree as [`crate::article::Lang`] writes
    /// it.
    Lang(String),
    /// From this publisher, folded like all names.
    Source(String),
    /// With this label of the source's own.
    SourceTag(String),
    /// Of this article.
    Article(String),
    /// Published in this range of days.
    Date(DateRange),
}

/// Days, both ends inclusive; an open end is `None`. Passages without a date are in no range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub since: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

/// What the parser understood, and what it did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree.
    pub query: Query,
    /// What was taken literally or left out, in the order met.
    pub warnings: Vec<Warning>,
}

/// Something in the user's text that was not taken as it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What was met and what was done, in plain words: ``unclosed `"` read as a word mark``.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The examples of the manual page: what is typed, canonical text, warnings.
    fn examples(page: &str) -> Vec<(&str, &str, Vec<&str>)> {
        let mut examples: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        let blocks = page.split("```query\n").skip(1);
        for line in blocks.flat_map(|block| block.split("```").next()).flat_map(str::lines) {
            if let Some(warning) = line.strip_prefix("  ! ") {
                examples.last_mut().expect("an example before its warnings").2.push(warning);
            } else {
                let (typed, canonical) = line.split_once(" → ").expect("`typed → canonical`");
                examples.push((typed.trim_end(), canonical, Vec::new()));
            }
        }
        examples
    }

    #[test]
    fn the_manual_page_tells_the_truth() {
        let examples = examples(include_str!("../../docs/query-language.md"));
        assert!(examples.len() > 80, "only {} examples found", examples.len());
        for (typed, canonical, wanted) in examples {
            let Parsed { query, warnings } = parse(typed, date(2025, 4, 30));
            let said: Vec<_> = warnings.iter().map(|warning| &warning.message[..]).collect();
            assert_eq!((query.to_string().as_str(), said), (canonical, wanted), "{typed}");
        }
    }
}
