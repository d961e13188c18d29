//! Writes a query tree as canonical text.
//!
//! The text parses back to the same tree, if that is normal and within the parser's limits. What
//! a user would read as a mark is escaped with a backslash where it is none.

use std::fmt::{self, Formatter, Write};

use super::lex::{self, Colon, is_operator};
use super::marks::{groups_digits, half_width, is_direction, is_quote, is_space, is_stop};
use super::near::{NAME, Named, Near, Part};
use super::parse::MAX_DEPTH;
use super::pattern::{is_distance, is_joint};
use super::{DateRange, Filter, Pattern, Query, TextClause, Zone};

impl fmt::Display for Query {
    /// Writes `a AND (b OR c) AND NOT d`: operators are spelled out, and an `And` in an `Or` has
    /// brackets, unless that would nest them deeper than the parser goes. [`Query::All`] is empty
    /// text, [`Query::Nothing`] an empty pair of brackets.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if *self == Self::All {
            return Ok(());
        }
        if has_synonyms(self) {
            return self.clone().simplify().fmt(f);
        }
        let clear = depth(self, true) <= MAX_DEPTH;
        write_query(self, clear, f)
    }
}

/// Whether a part of `query` is written in another form.
fn has_synonyms(query: &Query) -> bool {
    match query {
        Query::Synonyms(..) => true,
        Query::Not(inner) | Query::Must(inner) | Query::Boost(inner, _) => has_synonyms(inner),
        Query::And(parts) | Query::Or(parts) => parts.iter().any(has_synonyms),
        Query::All | Query::Nothing | Query::Text(_) | Query::Near(_) | Query::Filter(_) => false,
    }
}

/// How deep brackets nest in the text of `query`.
fn depth(query: &Query, clear: bool) -> usize {
    let deepest = |parts: &[Query]| parts.iter().map(|part| depth(part, clear)).max();
    match query {
        Query::All | Query::Nothing | Query::Text(_) | Query::Filter(_) => 0,
        Query::Near(near) => near_depth(near),
        Query::Synonyms(inner, _) => depth(inner, clear),
        Query::Not(inner) | Query::Must(inner) | Query::Boost(inner, _) => {
            depth(inner, clear) + usize::from(is_joined(inner))
        }
        Query::And(clauses) => {
            let or = |part: &Query| usize::from(matches!(part, Query::Or(_)));
            clauses.iter().map(|part| depth(part, clear) + or(part)).max().unwrap_or(0)
        }
        Query::Or(arms) => deepest(arms).unwrap_or(0) + usize::from(clear),
    }
}

/// How deep brackets nest in the text of `near`.
fn near_depth(near: &Near) -> usize {
    match near {
        Near::Text(_) | Near::Entity(_) | Near::Phrase { .. } => 0,
        Near::Any(arms) => 1 + arms.iter().map(near_depth).max().unwrap_or(0),
        Near::Chain(first, rest) => {
            let nested = |next: &Near| near_depth(next) + usize::from(next.is_chain());
            rest.iter().map(|(_, next)| nested(next)).fold(near_depth(first), usize::max)
        }
    }
}

/// Whether `query` needs brackets behind a mark.
fn is_joined(query: &Query) -> bool {
    match query {
        Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Must(_) => true,
        Query::Near(near) => near.is_chain(),
        _ => false,
    }
}

fn write_query(query: &Query, clear: bool, f: &mut Formatter<'_>) -> fmt::Result {
    match query {
        Query::All => f.write_str("*"),
        Query::Nothing => f.write_str("()"),
        Query::Synonyms(of, _) => write_query(of, clear, f),
        Query::Text(clause) => write_text(clause, f),
        // A word that begins with `@` is one; a name needs quotes to stand alone.
        Query::Near(Near::Entity(named)) => write_named(named, true, f),
        Query::Near(near) => write!(f, "{near}"),
        Query::Filter(filter) => write_filter(filter, f),
        Query::Not(inner) => {
            f.write_str("NOT ")?;
            write_in_brackets_if(is_joined(inner), inner, clear, f)
        }
        Query::Must(inner) => {
            f.write_char('+')?;
            write_in_brackets_if(is_joined(inner), inner, clear, f)
        }
        Query::Boost(inner, factor) => {
            write_in_brackets_if(is_joined(inner), inner, clear, f)?;
            write!(f, "^{factor}")
        }
        Query::And(clauses) => {
            let clauses = match &clauses[..] {
                [Query::All, rest @ ..] if !rest.is_empty() => rest,
                all => all,
            };
            for (at, clause) in clauses.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { " AND " })?;
                write_in_brackets_if(matches!(clause, Query::Or(_)), clause, clear, f)?;
            }
            Ok(())
        }
        Query::Or(arms) => {
            for (at, arm) in arms.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { " OR " })?;
                write_in_brackets_if(clear && matches!(arm, Query::And(_)), arm, clear, f)?;
            }
            Ok(())
        }
    }
}

fn write_in_brackets_if(
    brackets: bool,
    query: &Query,
    clear: bool,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    if !brackets {
        return write_query(query, clear, f);
    }
    f.write_char('(')?;
    write_query(query, clear, f)?;
    f.write_char(')')
}

impl fmt::Display for Near {
    /// Writes it as part of a [`Near::Chain`].
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(clause) => write_text(clause, f),
            Self::Entity(named) => write_named(named, false, f),
            Self::Phrase { parts, slop } => {
                let parts: Vec<String> = parts.iter().map(Part::text).collect();
                write_quoted(&parts.join(" "), f)?;
                if *slop > 0 { write!(f, "~{slop}") } else { Ok(()) }
            }
            Self::Any(arms) => {
                for (at, arm) in arms.iter().enumerate() {
                    write!(f, "{}{arm}", if at == 0 { "(" } else { " OR " })?;
                }
                f.write_char(')')
            }
            Self::Chain(first, rest) => {
                write!(f, "{first}")?;
                for (words, next) in rest {
                    write!(f, " {NAME}/{words} ")?;
                    if next.is_chain() { write!(f, "({next})") } else { write!(f, "{next}") }?;
                }
                Ok(())
            }
        }
    }
}

fn write_named(named: &Named, quoted: bool, f: &mut Formatter<'_>) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | ':');
    f.write_char('@')?;
    match named.as_str() {
        name if !quoted && name.chars().all(plain) => f.write_str(name),
        name => write_quoted(name, f),
    }
}

fn write_text(clause: &TextClause, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str(match clause.zone {
        None => "",
        Some(Zone::Text) => "text:",
        Some(Zone::Headline) => "headline:",
    })?;
    match &clause.pattern {
        Pattern::Word(word) => {
            if is_operator(word) {
                f.write_char('\\')?;
            }
            write_word(word, Kind::Word, f)
        }
        Pattern::Phrase { text, slop } => {
            write_quoted(text, f)?;
            if *slop > 0 { write!(f, "~{slop}") } else { Ok(()) }
        }
        Pattern::Prefix(word) => {
            write_word(word, Kind::Marked, f)?;
            f.write_char('*')
        }
        Pattern::Wildcard(pattern) => write_word(pattern, Kind::Wildcard, f),
        Pattern::Fuzzy { word, distance } => {
            write_word(word, Kind::Marked, f)?;
            f.write_char('~')?;
            if *distance == 2 { Ok(()) } else { write!(f, "{distance}") }
        }
    }
}

/// What a word is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It stands alone.
    Word,
    /// A mark that belongs to it follows.
    Marked,
    /// Its `*` and `?` are marks.
    Wildcard,
}

/// Writes `word`, escaping what the lexer would take for a mark.
fn write_word(word: &str, kind: Kind, f: &mut Formatter<'_>) -> fmt::Result {
    let mut seen_colon = false;
    for (at, c) in word.char_indices() {
        let rest = &word[at + c.len_utf8()..];
        let mark = half_width(c);
        let escape = match mark {
            '\\' => c == '\\',
            '(' | ')' | '^' => true,
            '*' | '?' => kind != Kind::Wildcard || c != mark,
            '+' | '-' | '!' => at == 0 || is_stop(c),
            ':' if is_stop(c) => true,
            // In a web address, marks are letters.
            ':' if kind != Kind::Word => true,
            ':' => {
                let first = !std::mem::replace(&mut seen_colon, true);
                let next = rest.chars().next().map(half_width);
                first && lex::colon(word[..at].chars(), next) != Colon::Plain
            }
            '~' => kind == Kind::Marked || is_distance(rest.chars()),
            ',' if c != mark && groups_digits(word[..at].chars().next_back(), rest) => false,
            _ => is_space(c) || is_quote(mark) || is_direction(c),
        };
        // What joins words would part those of a pattern.
        if escape || kind != Kind::Word && is_joint(mark) {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}

/// Writes `text` between quotes.
fn write_quoted(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if c == '\\' || matches!(half_width(c), '"' | '*') || is_direction(c) {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

fn write_filter(filter: &Filter, f: &mut Formatter<'_>) -> fmt::Result {
    let (name, value) = match filter {
        Filter::Sector(text) => ("sector", text.as_str()),
        Filter::Entity(text) => ("entity", text.as_str()),
        Filter::SaidBy(text) => ("said-by", text.as_str()),
        Filter::Type(kind) => ("type", kind.as_str()),
        Filter::Lang(text) => ("lang", text.as_str()),
        Filter::Source(text) => ("source", text.as_str()),
        Filter::SourceTag(text) => ("source_tag", text.as_str()),
        Filter::Article(text) => ("article", text.as_str()),
        Filter::Date(range) => return write_date(range, f),
    };
    write!(f, "{name}:")?;
    let plain = |c: char| c.is_alphanumeric() || "-_./@#:?=&%,'".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        f.write_str(value)
    } else {
        write_quoted(value, f)
    }
}

fn write_date(range: &DateRange, f: &mut Formatter<'_>) -> fmt::Result {
    match (range.since, range.until) {
        (None, None) => f.write_str("date:*"),
        (Some(since), None) => write!(f, "date:>={since}"),
        (None, Some(until)) => write!(f, "date:<={until}"),
        (Some(since), Some(until)) if since == until => write!(f, "date:{since}"),
        (Some(since), Some(until)) => write!(f, "date:{since}..{until}"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;
    use crate::query::{Parsed, Synonym, parse};
    use crate::tag::EntityType;

    const TODAY: Date = date(2025, 4, 30);

    /// Text of one to eight pieces, rich in what the parser could take for a mark.
    fn snippet() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-z0-9]{1,3}",
            2 => r#"[-+!*?~^:"'()\[\]{}|&/.\\ ]"#,
            1 => "[“”„«»「」《》（）：＊？～＾＋－！＂＼，。　’ａＮ１]",
            1 => "[中国论坛é한]",
            1 => "(1，１２３|AND|OR|NOT|TO|NEAR|NEAR/3|@|＠|_|&&|://|text:|date:|foo:|~1|\\^2|\t|\u{0}|\u{200b}|\u{200f}|\u{2068})",
        ];
        prop::collection::vec(piece, 1..=8).prop_map(|pieces| pieces.concat())
    }

    fn pattern() -> impl Strategy<Value = Pattern> {
        prop_oneof![
            3 => snippet().prop_map(Pattern::Word),
            1 => (snippet(), 0u32..2000).prop_map(|(text, slop)| Pattern::Phrase { text, slop }),
            1 => snippet().prop_map(Pattern::Prefix),
            1 => snippet().prop_map(Pattern::Wildcard),
            1 => (snippet(), 0u8..4).prop_map(|(word, distance)| Pattern::Fuzzy { word, distance }),
        ]
    }

    fn day() -> impl Strategy<Value = Option<Date>> {
        let day = (0i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| date(y, m, d));
        prop::option::of(prop_oneof![day, (25i8..=30).prop_map(|d| date(2025, 4, d))])
    }

    fn filter() -> impl Strategy<Value = Filter> {
        prop_oneof![
            snippet().prop_map(Filter::Sector),
            snippet().prop_map(Filter::Entity),
            snippet().prop_map(Filter::SaidBy),
            prop::sample::select(&EntityType::ALL[..]).prop_map(Filter::Type),
            snippet().prop_map(Filter::Lang),
            snippet().prop_map(Filter::Source),
            snippet().prop_map(Filter::SourceTag),
            snippet().prop_map(Filter::Article),
            (day(), day()).prop_map(|(since, until)| Filter::Date(DateRange { since, until })),
        ]
    }

    fn named() -> impl Strategy<Value = Named> {
        prop_oneof![
            3 => snippet().prop_map(Named::Name),
            1 => prop::sample::select(&EntityType::ALL[..]).prop_map(Named::Type),
        ]
    }

    fn zone() -> impl Strategy<Value = Option<Zone>> {
        prop::sample::select(vec![None, Some(Zone::Text), Some(Zone::Headline)])
    }

    /// Any places, normal or not.
    fn near() -> impl Strategy<Value = Near> {
        let part = prop_oneof![snippet().prop_map(Part::Words), named().prop_map(Part::Entity),];
        let parts = prop::collection::vec(part, 0..5);
        let leaf = prop_oneof![
            6 => (zone(), pattern())
                .prop_map(|(zone, pattern)| Near::Text(TextClause { zone, pattern })),
            2 => named().prop_map(Near::Entity),
            2 => (parts, 0u32..2000).prop_map(|(parts, slop)| Near::Phrase { parts, slop }),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let rest = prop::collection::vec((0u32..2000, inner.clone()), 0..3);
            prop_oneof![
                1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Near::Any),
                3 => (inner, rest).prop_map(|(first, rest)| Near::Chain(Box::new(first), rest)),
            ]
        })
    }

    /// Any tree, normal or not.
    fn tree() -> impl Strategy<Value = Query> {
        let leaf = prop_oneof![
            1 => Just(Query::All),
            1 => Just(Query::Nothing),
            16 => (zone(), pattern())
                .prop_map(|(zone, pattern)| Query::Text(TextClause { zone, pattern })),
            6 => filter().prop_map(Query::Filter),
            6 => near().prop_map(Query::Near),
        ];
        let factor = prop_oneof![0.01f32..5.0, Just(1.0), Just(2.0), Just(0.5), Just(1e9)];
        leaf.prop_recursive(6, 40, 4, move |inner| {
            let some = prop::collection::vec(inner.clone(), 0..5);
            prop_oneof![
                2 => some.clone().prop_map(Query::And),
                2 => some.prop_map(Query::Or),
                1 => inner.clone().prop_map(|query| Query::Not(Box::new(query))),
                1 => inner.clone().prop_map(|query| Query::Must(Box::new(query))),
                1 => (inner.clone(), zone(), pattern()).prop_map(|(query, zone, pattern)| {
                    let clause = TextClause { zone, pattern };
                    let lang = crate::article::Lang::named("ms");
                    Query::Synonyms(Box::new(query), vec![Synonym { clause, lang }])
                }),
                1 => (inner, factor.clone())
                    .prop_map(|(query, factor)| Query::Boost(Box::new(query), factor)),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Canonical text means the tree it was written of, and is understood without a doubt.
        #[test]
        fn canonical_text_parses_back(tree in tree()) {
            let normal = tree.simplify();
            let Parsed { query, warnings } = parse(&normal.to_string(), TODAY);
            prop_assert_eq!(&query, &normal, "{}", normal);
            if query != Query::Nothing {
                // That a pattern of Chinese is one in vain is no doubt of what is written.
                let doubts = warnings.into_iter().filter(|warning| {
                    !warning.message.ends_with("is searched as it stands")
                        && !warning.message.ends_with("more warnings are left out")
                });
                prop_assert_eq!(doubts.collect::<Vec<_>>(), [], "{}", normal);
            }
        }

        /// A normal tree is as simple as it gets.
        #[test]
        fn simplifying_twice_changes_nothing(tree in tree()) {
            let normal = tree.simplify();
            prop_assert_eq!(normal.clone().simplify(), normal);
        }
    }

    #[test]
    fn brackets_for_clarity_never_nest_deeper_than_the_parser_goes() {
        let mut text = "z".to_owned();
        for at in 0..MAX_DEPTH {
            text = if at % 2 == 0 { format!("a OR b ({text})") } else { format!("c ({text})") };
        }
        let Parsed { query, warnings } = parse(&text, TODAY);
        assert_eq!(warnings, []);
        assert_eq!(parse(&query.to_string(), TODAY), Parsed { query, warnings });
    }
}
