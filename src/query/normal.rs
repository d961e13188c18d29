//! Keeps query trees normal: one shape for one meaning.
//!
//! The functions here take normal trees and give normal trees; [`Query::simplify`] takes any. They
//! change how a query is written, never what it finds.

use crate::article::Lang;

use super::near::Near;
use super::{DateRange, Filter, Pattern, Query, Synonym, TextClause};

/// The smallest factor a score is multiplied with.
pub const MIN_BOOST: f32 = 0.001;

/// The largest factor a score is multiplied with.
pub const MAX_BOOST: f32 = 1000.0;

/// The most places the words of a phrase may be moved.
pub const MAX_SLOP: u32 = 1000;

impl Query {
    /// What matches all of `clauses`; every passage if there are none. Clauses that are `And`
    /// themselves are merged in, in order.
    pub fn all_of(clauses: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(clauses.len());
        for clause in clauses {
            match clause {
                Self::Nothing => return Self::Nothing,
                Self::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        flat.retain(|clause| *clause != Self::All);
        if flat.iter().all(|clause| matches!(clause, Self::Not(_))) {
            flat.insert(0, Self::All);
        }
        one_or(flat, Self::And)
    }

    /// What matches at least one of `arms`; nothing if there are none. Arms that are `Or`
    /// themselves are merged in, in order.
    pub fn any_of(arms: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(arms.len());
        for arm in arms {
            match arm.without_must() {
                Self::All => return Self::All,
                Self::Nothing => {}
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.is_empty() { Self::Nothing } else { one_or(flat, Self::Or) }
    }

    /// Every passage that `self` does not match.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            // Neither changes what is found.
            Self::Must(inner) | Self::Boost(inner, _) => inner.negated(),
            Self::And(clauses) => match <[Self; 2]>::try_from(clauses) {
                Ok([Self::All, Self::Not(inner)]) => *inner,
                Ok(pair) => except(Self::And(pair.into())),
                Err(clauses) => except(Self::And(clauses)),
            },
            other => except(other),
        }
    }

    /// `self` as a clause that stays required when the query falls back to "any word". Negative
    /// clauses always do.
    #[must_use]
    pub fn required(self) -> Self {
        match self {
            Self::All | Self::Nothing | Self::Must(_) => self,
            Self::And(ref clauses) if clauses.first() == Some(&Self::All) => self,
            other => Self::Must(Box::new(other)),
        }
    }

    /// `self` with its score multiplied by `factor`, held between [`MIN_BOOST`] and [`MAX_BOOST`].
    /// What does not score is given back as it is, and so is `self` for a factor that is not a
    /// positive number.
    #[must_use]
    pub fn boosted(self, factor: f32) -> Self {
        if factor.is_nan() || factor <= 0.0 {
            return self;
        }
        let factor = factor.clamp(MIN_BOOST, MAX_BOOST);
        match self {
            Self::All | Self::Nothing | Self::Filter(_) => self,
            Self::And(ref clauses) if clauses.first() == Some(&Self::All) => self,
            Self::Must(inner) => inner.boosted(factor).required(),
            Self::Boost(inner, before) => inner.boosted(before * factor),
            other if factor == 1.0 => other,
            other => Self::Boost(Box::new(other), factor),
        }
    }

    /// The normal tree that finds the same.
    ///
    /// Clauses with nothing to look for (a word without letters and digits, an empty value) are
    /// left out as the parser leaves them out; if nothing else is there, [`Query::Nothing`] comes
    /// back.
    #[must_use]
    pub fn simplify(self) -> Self {
        self.tidy().unwrap_or(Self::Nothing).without_must()
    }

    /// The tree without a `Must` on top, where there is nothing to fall back from.
    pub(super) fn without_must(self) -> Self {
        match self {
            Self::Must(inner) => *inner,
            other => other,
        }
    }

    /// The tree made normal from below; `None` if there is nothing in it to look for.
    fn tidy(self) -> Option<Self> {
        match self {
            Self::All | Self::Nothing => Some(self),
            Self::Text(clause) => match &clause.pattern {
                // There may be an entity in it.
                Pattern::Phrase { .. } => Near::Text(clause).tidy().map(Near::into_query),
                _ => {
                    let pattern = clause.pattern.tidy()?;
                    Some(Self::Text(TextClause { pattern, ..clause }))
                }
            },
            Self::Near(Near::Text(clause)) => Self::Text(clause).tidy(),
            Self::Near(near) => near.tidy().map(Near::into_query),
            Self::Filter(filter) => filter.tidy(),
            Self::Not(inner) => Some(inner.tidy()?.negated()),
            Self::Must(inner) => Some(inner.tidy()?.required()),
            Self::Boost(inner, factor) => Some(inner.tidy()?.boosted(factor)),
            Self::And(clauses) => tidy_each(clauses, Self::all_of),
            Self::Or(arms) => tidy_each(arms, Self::any_of),
            Self::Synonyms(of, also) => {
                let arms = also.iter().map(Synonym::to_query);
                Self::Or(std::iter::once(*of).chain(arms).collect()).tidy()
            }
        }
    }
}

/// Makes each of `parts` normal and joins those that are left; `None` if all were left out.
fn tidy_each(parts: Vec<Query>, join: fn(Vec<Query>) -> Query) -> Option<Query> {
    let n_parts = parts.len();
    let left: Vec<_> = parts.into_iter().filter_map(Query::tidy).collect();
    (n_parts == 0 || !left.is_empty()).then(|| join(left))
}

/// The only one of `parts`, or all of them joined.
fn one_or(mut parts: Vec<Query>, join: fn(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

/// Every passage but those that `query` matches.
fn except(query: Query) -> Query {
    Query::And(vec![Query::All, Query::Not(Box::new(query))])
}

impl Pattern {
    /// The pattern in its simplest form; `None` if it holds no letter and no digit.
    pub(super) fn tidy(self) -> Option<Self> {
        let text = match &self {
            Self::Word(text) | Self::Phrase { text, .. } | Self::Prefix(text) => text,
            Self::Wildcard(text) | Self::Fuzzy { word: text, .. } => text,
        };
        if !text.contains(char::is_alphanumeric) {
            return None;
        }
        Some(match self {
            Self::Phrase { text, slop } => {
                Self::Phrase { text: single_spaced(&text), slop: slop.min(MAX_SLOP) }
            }
            Self::Wildcard(mut text) => {
                let mut before = None;
                text.retain(|c| before.replace(c) != Some('*') || c != '*');
                match text.find(['*', '?']) {
                    None => Self::Word(text),
                    Some(at) if at + 1 == text.len() && text.ends_with('*') => {
                        text.pop();
                        Self::Prefix(text)
                    }
                    Some(_) => Self::Wildcard(text),
                }
            }
            Self::Fuzzy { word, distance: 0 } => Self::Word(word),
            Self::Fuzzy { word, distance } => Self::Fuzzy { word, distance: distance.min(2) },
            other => other,
        })
    }
}

impl Filter {
    /// The condition as a normal tree; `None` if its value is empty, or no language where one is
    /// wanted.
    pub(super) fn tidy(self) -> Option<Query> {
        let value = |text: String| Some(single_spaced(&text)).filter(|text| !text.is_empty());
        let filter = match self {
            Self::Sector(text) => Self::Sector(value(text)?),
            Self::Entity(text) => Self::Entity(value(text)?),
            Self::SaidBy(text) => Self::SaidBy(value(text)?),
            Self::Lang(text) => Self::Lang(Lang::named(&text)?.to_string()),
            Self::Source(text) => Self::Source(value(text)?),
            Self::SourceTag(text) => Self::SourceTag(value(text)?),
            Self::Article(text) => Self::Article(value(text)?),
            Self::Date(range) if range.is_empty() => return Some(Query::Nothing),
            Self::Type(_) | Self::Date(_) => self,
        };
        Some(Query::Filter(filter))
    }
}

impl DateRange {
    /// Whether no day is in it.
    pub fn is_empty(&self) -> bool {
        matches!((self.since, self.until), (Some(since), Some(until)) if until < since)
    }
}

/// `text` with one space wherever there was white space, and none at its ends.
pub(super) fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
