//! Runs for `trec_eval` and its kin: query, passage, rank and score, one passage a line.

use std::borrow::Cow;
use std::io::{self, Write};

/// What the last column calls us.
const RUN: &str = "pressmark";

/// Writes the passages found for a query, (id, score), best first: `QUERY Q0 PASSAGE RANK SCORE
/// pressmark`, ranks from 1. Ids are written as by [`id`].
///
/// The tools order by score, which they keep in single precision, and part equal ones by id in an order
/// of their own. So a score that is not less than the one before it is written as the next number
/// below that one: the tools keep the order given here.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write<'a>(
    out: &mut dyn Write,
    query: &str,
    found: impl IntoIterator<Item = (&'a str, f64)>,
) -> io::Result<()> {
    let query = id(query);
    let mut before = f32::INFINITY;
    for (rank, (passage, score)) in (1_u64..).zip(found) {
        // Single precision is what is compared.
        let score = (score as f32).min(before.next_down());
        before = score;
        writeln!(out, "{query} Q0 {} {rank} {score} {RUN}", id(passage))?;
    }
    Ok(())
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
