//! Search results: passages with what matched in them, their tags, counts by value.

use std::io::{self, Write};

use anstyle::Style;

use super::article::{tag_lines, write_neighbour};
use super::pen::{BOLD, DIM, MATCH, Mark, PLAIN, Pen};
use super::{Look, counted};
use crate::article::{ArticleHead, BlockKind};
use crate::output::wrap::columns;
use crate::output::{Column, Table};
use crate::results::{Collapse, Facet, FacetCount, FacetField, Highlight, Hit, SearchResults};

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
    let mut pen = Pen { out, look };
    let digits = results.hits.last().map_or(1, |hit| hit.rank.to_string().len());
    for (at, hit) in results.hits.iter().enumerate() {
        if at > 0 {
            writeln!(pen.out)?;
        }
        write_hit(&mut pen, hit, digits)?;
    }
    for (at, facet) in results.facets.iter().enumerate() {
        if at > 0 || !results.hits.is_empty() {
            writeln!(pen.out)?;
        }
        write_facet(&mut pen, facet)?;
    }
    Ok(())
}

/// Writes the heading of one of several answers: what the query is called, and how many there are.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_title(
    out: &mut dyn Write,
    title: &str,
    results: &SearchResults,
    collapse: Collapse,
    look: Look,
) -> io::Result<()> {
    let mut pen = Pen { out, look };
    pen.run(title, BOLD)?;
    let found = match results.totals.passages {
        0 => "no passage".to_owned(),
        _ => totals(results, collapse),
    };
    writeln!(pen.out, ": {found}")
}

/// One line that says how many there are and which of them are shown, if not all: `12 passages in 5
/// articles, 1 to 10 shown`. `collapse` is what was asked for.
pub fn totals(results: &SearchResults, collapse: Collapse) -> String {
    let totals = results.totals;
    let listed = match collapse {
        Collapse::None => totals.passages,
        Collapse::Article => totals.articles,
    };
    let found = format!(
        "{} in {}",
        counted(totals.passages, "passage"),
        counted(totals.articles, "article")
    );
    match (results.hits.first(), results.hits.last()) {
        (Some(first), Some(last)) if (results.hits.len() as u64) < listed => {
            if first.rank == last.rank {
                format!("{found}, number {} shown", first.rank)
            } else {
                format!("{found}, {} to {} shown", first.rank, last.rank)
            }
        }
        (None, _) if totals.passages > 0 => format!("{found}, none shown"),
        _ => found,
    }
}

fn write_hit(pen: &mut Pen<'_>, hit: &Hit, digits: usize) -> io::Result<()> {
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
    pen.run(&format!("{kind}  {}", hit.id()), DIM)?;
    writeln!(pen.out)?;

    for before in &hit.before {
        write_neighbour(pen, &indent, before)?;
    }
    pen.paragraph(&indent, &passage.text, PLAIN, &marks(&hit.highlights, MATCH))?;
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
        for (passages, articles, want) in [
            (2, 2, "2 passages in 2 articles"),
            (1, 1, "1 passage in 1 article"),
            (12, 5, "12 passages in 5 articles, 1 to 2 shown"),
        ] {
            results.totals.passages = passages;
            results.totals.articles = articles;
            assert_eq!(totals(&results, Collapse::None), want);
        }
        results.totals.articles = 2;
        assert_eq!(totals(&results, Collapse::Article), "12 passages in 2 articles");
        results.totals.articles = 5;
        results.hits.clear();
        assert_eq!(totals(&results, Collapse::None), "12 passages in 5 articles, none shown");
    }
}
