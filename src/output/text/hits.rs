//! Search results: passages with what matched in them, their tags, counts by value.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::Style;

use super::article::{tag_lines, write_neighbour};
use super::pen::{BOLD, DIM, MATCH, Mark, PLAIN, Pen};
use super::{Look, counted};
use crate::article::{ArticleHead, BlockKind};
use crate::output::excerpt::excerpt;
use crate::output::place;
use crate::output::wrap::columns;
use crate::output::{Column, Table};
use crate::results::{
    Collapse, Facet, FacetCount, FacetField, Highlight, Hit, SearchResults, Totals,
};

/// Values of a facet that are shown, those of most passages; programs get them all.
const FACET_ROWS: usize = 10;

/// Months that are shown, the latest ones.
const FACET_MONTHS: usize = 24;

/// Columns of the longest bar.
const BAR: u64 = 24;

/// Writes the hits, best first, and the facets below them, with an empty line between.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_results(out: &mut dyn Write, results: &SearchResults, look: Look) -> io::Result<()> {
    let digits = results.hits.last().map_or(1, |hit| hit.rank.to_string().len());
    for (at, hit) in results.hits.iter().enumerate() {
        write_hit(out, hit, digits, at == 0, look)?;
    }
    write_facets(out, &results.facets, !results.hits.is_empty(), look)
}

/// Writes one hit, its rank in so many digits, with an empty line above it unless it is the first.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_hit(
    out: &mut dyn Write,
    hit: &Hit,
    digits: usize,
    first: bool,
    look: Look,
) -> io::Result<()> {
    if !first {
        writeln!(out)?;
    }
    hit_lines(&mut Pen { out, look }, hit, digits)
}

/// Writes facets with an empty line between; one above the first too if they are `below` something.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_facets(
    out: &mut dyn Write,
    facets: &[Facet],
    below: bool,
    look: Look,
) -> io::Result<()> {
    for (at, facet) in facets.iter().enumerate() {
        if at > 0 || below {
            writeln!(out)?;
        }
        write_facet(&mut Pen { out, look }, facet)?;
    }
    Ok(())
}

/// Writes the heading of one of several answers: what the query is called, and what was `found`.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_title(out: &mut dyn Write, title: &str, found: &str, look: Look) -> io::Result<()> {
    let mut pen = Pen { out, look };
    pen.run(title, BOLD)?;
    writeln!(pen.out, ": {found}")
}

/// How many there are: `12 passages in 5 articles`.
pub fn found(totals: Totals) -> String {
    let Totals { passages, articles } = totals;
    format!("{} in {}", counted(passages, "passage"), counted(articles, "article"))
}

/// One line that says how many there are and which of them are shown, if not all: `12 passages in 5
/// articles, 1 to 10 shown`. `collapse` is what was asked for, `shown` the first rank that is shown
/// and the one after the last.
pub fn totals(totals: Totals, collapse: Collapse, shown: Range<u64>) -> String {
    let found = found(totals);
    let Range { start, end } = shown;
    match end.saturating_sub(start) {
        0 if totals.passages > 0 => format!("{found}, none shown"),
        some if some == totals.listed(collapse) => found,
        1 => format!("{found}, number {start} shown"),
        _ => format!("{found}, {start} to {} shown", end - 1),
    }
}

fn hit_lines(pen: &mut Pen<'_>, hit: &Hit, digits: usize) -> io::Result<()> {
    let rank = format!("{:>digits$}. ", hit.rank);
    let indent = " ".repeat(rank.len());
    let headline = hit.article.headline.as_deref().unwrap_or("(no headline)");
    pen.paragraph(&rank, headline, BOLD, &marks(&hit.headline_highlights, MATCH))?;

    let passage = &hit.passage.passage;
    write!(pen.out, "{indent}")?;
    pen.run(&origin(&hit.article), PLAIN)?;
    let kind = match passage.kind {
        BlockKind::Paragraph => String::new(),
        kind => format!(" · {}", kind.as_str()),
    };
    // Nobody counts lines to find a paragraph, but a page is turned to.
    let page = place::page(&hit.article, passage).map(|page| format!(" · {page}"));
    pen.run(&format!("{kind}{}  {}", page.unwrap_or_default(), hit.id()), DIM)?;
    writeln!(pen.out)?;

    for before in &hit.before {
        write_neighbour(pen, &indent, before)?;
    }
    let (text, spans) = excerpt(hit);
    let found: Vec<Mark> = spans.into_iter().map(|span| (span, MATCH)).collect();
    pen.paragraph(&indent, &text, PLAIN, &found)?;
    for after in &hit.after {
        write_neighbour(pen, &indent, after)?;
    }
    tag_lines(pen, &indent, &hit.passage.tags)?;
    if hit.more_in_article > 0 {
        pen.paragraph(
            &indent,
            &format!("+{} more in this article", hit.more_in_article),
            DIM,
            &[],
        )?;
    }
    if let Some(parts) = &hit.explanation {
        let sum: Vec<String> =
            parts.iter().map(|part| format!("{:.3} ({})", part.value, part.what)).collect();
        let sum = if sum.is_empty() { "0".to_owned() } else { sum.join(" + ") };
        pen.paragraph(&indent, &format!("score {:.3} = {sum}", hit.score), DIM, &[])?;
    }
    Ok(())
}

/// Publisher, day and language, as far as they are known.
pub(super) fn origin(head: &ArticleHead) -> String {
    let day = head.published.map(|day| day.to_string());
    let parts = [head.source.as_deref(), day.as_deref(), Some(head.lang.as_str())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn marks(highlights: &[Highlight], style: Style) -> Vec<Mark> {
    highlights.iter().map(|highlight| (highlight.span, style)).collect()
}

/// A facet as a table; with a bar beside each count where there is a terminal.
fn write_facet(pen: &mut Pen<'_>, facet: &Facet) -> io::Result<()> {
    if facet.values.is_empty() {
        return writeln!(pen.out, "{}  none", facet.field.as_str());
    }
    let values = &facet.values;
    let (shown, others) = match facet.field {
        FacetField::Month => (&values[values.len().saturating_sub(FACET_MONTHS)..], "earlier"),
        _ => (&values[..values.len().min(FACET_ROWS)], "more"),
    };
    let most = shown.iter().map(|value| value.passages).max().unwrap_or(1).max(1);
    let mut table = Table::new([
        Column::Words(facet.field.as_str()),
        Column::Numbers("passages"),
        Column::Words(""),
    ]);
    let name = |value: &FacetCount| match &value.label {
        Some(label) if *label != value.value => format!("{label} ({})", value.value),
        _ => value.value.clone(),
    };
    let widest = shown.iter().map(|value| columns(&name(value))).max().unwrap_or_default();
    // Beside the longest name stand the count and what parts the columns.
    let room = pen.look.width.unwrap_or_default().saturating_sub(widest + "  passages  ".len());
    let longest = BAR.min(room as u64);
    for value in shown {
        let bar = "▪".repeat((value.passages * longest).div_ceil(most) as usize);
        table.row([name(value), value.passages.to_string(), bar]);
    }
    table.write(pen.out, 0)?;
    let hidden = values.len() - shown.len();
    if hidden > 0 {
        writeln!(pen.out, "and {hidden} {others}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Unit;
    use crate::output::sample;

    fn shown(results: &SearchResults, look: Look) -> String {
        let mut out = Vec::new();
        write_results(&mut out, results, look).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn piped_results_are_plain_and_unwrapped() {
        let want = "\
1. China and Malaysia forge deeper high-tech ties
   Xinhua · 2025-04-18 · en  high-tech#4
   | Work on the site began last year.
   Huang Yidong, Vice General Manager of CSCEC’s Malaysian Main Branch, noted the company’s strategic transition towards projects like data centers.
   sectors   digital-economy/data-centers
   entities  Huang Yidong, CSCEC, Malaysia
   +2 more in this article
   score 7.310 = 4.200 (text: data centers) + 3.110 (headline: tech)

2. (no headline)
   zh · list-item  briefs#0
   大马与中国共建数据中心。\\u{1b}[31m

sector           passages
Energy (energy)         2
telecoms                1
";
        assert_eq!(shown(&sample::results(), Look::default()), want);
    }

    #[test]
    fn a_hit_in_a_source_with_pages_says_which() {
        let mut results = sample::results();
        results.hits[0].article.unit = Unit::Page;
        let text = shown(&results, Look::default());
        let want = "   Xinhua · 2025-04-18 · en · page 17 and pages 19 to 20  high-tech#4\n";
        assert!(text.contains(want), "{text}");
    }

    #[test]
    fn a_terminal_shows_wrapped_lines_with_coloured_matches() {
        let text = shown(&sample::results(), Look { color: true, width: Some(40) });
        assert!(text.contains("\x1b[1m\x1b[31mdata centers\x1b[0m"), "{text}");
        assert!(text.contains("\x1b[36m"), "tags have a second colour: {text}");
        assert!(text.contains("telecoms                1  ▪▪▪▪▪▪▪\n"), "{text}");
        let plain = anstream::adapter::strip_str(&text).to_string();
        for line in plain.lines().filter(|line| line.starts_with("   ") && !line.contains('#')) {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 40, "too wide: {line}");
        }
    }

    #[test]
    fn totals_and_empty_facets_say_so() {
        let mut results = sample::results();
        results.facets[0].values.clear();
        assert!(shown(&results, Look::default()).ends_with("\nsector  none\n"));
        for (passages, articles, collapse, shown, want) in [
            (2, 2, Collapse::None, 1..3, "2 passages in 2 articles"),
            (1, 1, Collapse::None, 1..2, "1 passage in 1 article"),
            (12, 5, Collapse::None, 1..3, "12 passages in 5 articles, 1 to 2 shown"),
            (12, 5, Collapse::None, 12..13, "12 passages in 5 articles, number 12 shown"),
            (12, 2, Collapse::Article, 1..3, "12 passages in 2 articles"),
            (12, 5, Collapse::None, 1..1, "12 passages in 5 articles, none shown"),
            (0, 0, Collapse::None, 1..1, "0 passages in 0 articles"),
        ] {
            assert_eq!(totals(Totals { passages, articles }, collapse, shown), want);
        }
    }
}
