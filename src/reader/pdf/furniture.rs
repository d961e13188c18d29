//! What is on every page and none of the text: running heads and feet, page numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::Run;
use crate::article::{Dropped, LineRange};

/// How much of a page, at the top and at the bottom, may be furniture.
const MARGIN: f32 = 0.14;

/// How many rows at the top and at the bottom may be.
const ROWS: usize = 3;

/// Takes the running heads and feet and the page numbers off `pages`, each with its height, and
/// gives the rows that were, with the pages they were on.
pub(super) fn take_off(pages: &mut [(f32, Vec<Run>)]) -> Vec<Dropped> {
    let rows: Vec<Vec<Row>> =
        pages.iter().map(|(height, runs)| margin_rows(*height, runs)).collect();
    let mut seen: BTreeMap<&(bool, String), Vec<f32>> = BTreeMap::new();
    for row in rows.iter().flatten() {
        seen.entry(&row.key).or_default().push(row.at);
    }
    for places in seen.values_mut() {
        places.sort_by(f32::total_cmp);
    }
    // Left and right pages may differ, and the first may have none.
    let enough = if pages.len() < 6 { 2 } else { 3 };
    let is_running = |row: &Row| {
        let places = &seen[&row.key];
        let before = |end: f32| places.partition_point(|at| *at < end);
        before(row.at + 0.02) - before(row.at - 0.02) >= enough
    };
    let mut taken = Vec::new();
    for (((_, runs), rows), page) in pages.iter_mut().zip(&rows).zip(1..) {
        let gone: Vec<&Row> = rows
            .iter()
            .filter(|row| row.is_outermost && is_number(&row.text) || is_running(row))
            .collect();
        taken.extend(gone.iter().map(|row| row.told(page)));
        let gone: BTreeSet<usize> = gone.iter().flat_map(|row| &row.runs).copied().collect();
        let mut at = 0..;
        runs.retain(|_| !gone.contains(&at.next().expect("the range has no end")));
    }
    taken
}

/// Runs of one page that share a base line, near the top or the bottom.
struct Row {
    /// Whether it is at the top, and what it says but for its numbers.
    key: (bool, String),
    text: String,
    /// Where it is, as part of the height of the page.
    at: f32,
    /// Whether it is the first or the last of the page.
    is_outermost: bool,
    /// Its runs, by their numbers.
    runs: Vec<usize>,
}

impl Row {
    /// What it is to one who wants to know.
    fn told(&self, page: u32) -> Dropped {
        let why = match (is_number(&self.text), self.key.0) {
            (true, _) => "number of the page",
            (false, true) => "running head",
            (false, false) => "running foot",
        };
        let lines = LineRange { first: page, last: page };
        Dropped { why: why.into(), text: self.text.clone(), lines }
    }
}

fn margin_rows(height: f32, runs: &[Run]) -> Vec<Row> {
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by(|a, b| runs[*a].y.total_cmp(&runs[*b].y));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for at in order {
        match rows.last_mut() {
            Some(row) if (runs[at].y - runs[row[0]].y).abs() < 0.5 * runs[at].size => row.push(at),
            _ => rows.push(vec![at]),
        }
    }
    let count = rows.len();
    let mut found = Vec::new();
    for (nth, mut row) in rows.into_iter().enumerate() {
        let at = runs[row[0]].y / height.max(1.0);
        let is_top = nth < ROWS && (at < MARGIN || nth == 0 && count > 1);
        let is_bottom =
            nth + ROWS >= count && (at > 1.0 - MARGIN || nth + 1 == count && count > ROWS);
        if !is_top && !is_bottom {
            continue;
        }
        let is_outermost = is_top && nth == 0 || is_bottom && nth + 1 == count;
        row.sort_by(|a, b| runs[*a].left.total_cmp(&runs[*b].left));
        let texts: Vec<&str> = row.iter().map(|run| runs[*run].text.as_str()).collect();
        let text = texts.join(" ");
        let size = runs[row[0]].size.round();
        let words: String = text.chars().map(|c| if c.is_numeric() { '#' } else { c }).collect();
        let key = format!(
            "{size} {}",
            words.split('#').map(str::trim).collect::<Vec<_>>().join("#").replace("##", "#")
        );
        found.push(Row { key: (is_top, key), text, at, is_outermost, runs: row });
    }
    found
}

/// Whether a row is nothing but the number of a page.
fn is_number(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "-–—|.·•[]()".contains(c));
    let lower = text.to_lowercase();
    let text = ["page", "pg", "p.", "halaman", "muka surat", "ms", "第"]
        .into_iter()
        .find_map(|word| lower.strip_prefix(word))
        .unwrap_or(&lower);
    let text = text.trim().trim_end_matches(['页', '頁', '版']).trim();
    let parts: Vec<&str> = ["/", " of ", " dari ", "共"]
        .into_iter()
        .find_map(|between| text.split_once(between))
        .map_or_else(|| vec![text], |(one, all)| vec![one, all]);
    let is_count = |part: &&str| {
        let part = part.trim().trim_end_matches(['页', '頁']).trim();
        let is_roman = part.len() <= 6 && part.bytes().all(|b| b"ivxl".contains(&b));
        let is_digits = part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        !part.is_empty() && (is_roman || is_digits)
    };
    parts.iter().all(is_count)
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn a_page_number_is_told_from_a_line_of_text() {
        for text in [
            "7",
            "- 7 -",
            "Page 7 of 12",
            "7/12",
            "xii",
            "第7页",
            "第 7 页 共 12 页",
            "Muka surat 3",
        ] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "7 April", "Page", "2025-04-18", "mix", "12,000", "Chapter 3", "A3"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
