//! Queries of plain words: text in which nothing is an operator.

use super::{MAX_CLAUSES, Pattern, Query, TextClause};

/// The query for all words of `text`, which white space parts. No character of it means anything
/// else: `NOT`, `title:` and `c*` are words. [`Query::Nothing`] if no word holds a letter or a
/// digit; what is beyond [`MAX_CLAUSES`] words is left out.
pub fn plain(text: &str) -> Query {
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let clause = |word: &str| {
        Query::Text(TextClause { zone: None, pattern: Pattern::Word(word.to_owned()) })
    };
    let words: Vec<_> = words.take(MAX_CLAUSES).map(clause).collect();
    if words.is_empty() { Query::Nothing } else { Query::all_of(words) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn nothing_is_an_operator() {
        let today = jiff::civil::date(2025, 4, 30);
        for (text, canonical) in [
            ("palm oil", "palm oil"),
            ("oil NOT gas", "oil \"NOT\" gas"),
            ("-c* title:a (b", "\\-c\\* title\\:a \\(b"),
            ("国际论坛 2025?", "国际论坛 2025\\?"),
        ] {
            let query = plain(text);
            assert_eq!(query, query.clone().simplify(), "{text}");
            assert_eq!(parse(&query.to_string(), today).query, query, "{text} {query} {canonical}");
        }
        assert_eq!(plain(" ?! -- "), Query::Nothing);
        assert_eq!(plain(""), Query::Nothing);
        let Query::And(words) = plain(&"a ".repeat(5000)) else { panic!("several words") };
        assert_eq!(words.len(), MAX_CLAUSES);
    }
}
