//! Runs for `trec_eval` and its kin: query, passage, rank and score, one passage a line.

use std::borrow::Cow;
use std::io::{self, Write};

/// What the last column calls us.
const RUN: &str = "pressmark";

/// Writes the passages found for a query, (id, score), best first, as [`Rows`].
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write<'a>(
    out: &mut dyn Write,
    query: &str,
    found: impl IntoIterator<Item = (&'a str, f64)>,
) -> io::Result<()> {
    let mut rows = Rows::begin(out, query);
    found.into_iter().try_for_each(|(passage, score)| rows.passage(passage, score))
}

/// The passages found for a query, one by one, best first: `QUERY Q0 PASSAGE RANK SCORE
/// pressmark`, ranks from 1. Ids are written as by [`id`].
///
/// The tools order by score, which they keep in single precision, and part equal ones by id in an order
/// of their own. So a score that is not less than the one before it is written as the next number
/// below that one: the tools keep the order given here.
pub struct Rows<'a> {
    out: &'a mut dyn Write,
    query: String,
    rank: u64,
    /// The last score that was written.
    before: f32,
}

impl<'a> Rows<'a> {
    /// Begins the passages found for the query with this id.
    pub fn begin(out: &'a mut dyn Write, query: &str) -> Self {
        Self { out, query: id(query).into_owned(), rank: 0, before: f32::INFINITY }
    }

    /// Writes the next passage.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub fn passage(&mut self, passage: &str, score: f64) -> io::Result<()> {
        // Single precision is what is compared.
        let score = (score as f32).min(self.before.next_down());
        self.before = score;
        self.rank += 1;
        writeln!(self.out, "{} Q0 {} {} {score} {RUN}", self.query, id(passage), self.rank)
    }
}

/// An id as one column: what parts columns or lines is written as `%20` and its like, and nothing is
/// `%`.
pub fn id(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return "%".into();
    }
    let parts = |c: char| c.is_whitespace() || c.is_control();
    if !text.contains(parts) {
        return text.into();
    }
    let mut id = String::new();
    for c in text.chars() {
        if parts(c) {
            c.encode_utf8(&mut [0; 4])
                .bytes()
                .for_each(|byte| id.push_str(&format!("%{byte:02X}")));
        } else {
            id.push(c);
        }
    }
    id.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_keep_their_order_for_tools_that_sort_by_score() {
        let mut out = Vec::new();
        let found =
            [("a", 2.5), ("b", 2.5), ("c", 2.499_999_999), ("d", 1.0), ("e", 0.0), ("f", 0.0)];
        write(&mut out, "q 1", found).unwrap();
        let text = String::from_utf8(out).unwrap();
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
        assert_eq!(rows[0], ["q%201", "Q0", "a", "1", "2.5", "pressmark"]);
        let scores: Vec<f32> = rows.iter().map(|row| row[4].parse().unwrap()).collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert_eq!(rows[3][3..5], ["4", "1"]);
    }

    #[test]
    fn ids_are_one_column() {
        for (text, want) in [
            ("news/a.md#3", "news/a.md#3"),
            ("my news/a.md#3", "my%20news/a.md#3"),
            ("新闻\u{3000}一", "新闻%E3%80%80一"),
            ("a\nb", "a%0Ab"),
            ("", "%"),
        ] {
            assert_eq!(id(text), want);
        }
    }
}
