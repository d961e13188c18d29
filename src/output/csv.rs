//! CSV: one row a hit, for spreadsheets.
//!
//! Columns: `rank`, `score`, `passage`, `headline`, `published`, `lang`, `source`, `url`, `text`,
//! `sectors`, `entities`, `place`. Sectors and entities are lists parted by `; `, entities by name, each
//! once; the place is where in the source the passage stands, such as `line 17` or `pages 3 to 4`. A
//! spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a
//! formula and would run it, so such a cell of an article gets a leading `'`, which spreadsheets do
//! not show. The rows of one of several answers begin with `query_id`, and the first of them has the
//! heading of all.

use std::borrow::Cow;
use std::io::{self, Write};

use super::place;
use super::printable::printable;
use crate::results::{Hit, SearchResults, Totals};

/// Writes a heading and the hits in order. Facets and totals are left out.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_results(out: &mut dyn Write, results: &SearchResults) -> io::Result<()> {
    let mut rows = Rows::begin(out, None, true)?;
    results.hits.iter().try_for_each(|hit| rows.hit(hit))?;
    rows.end()
}

/// Writes totals as a table of one row, of the query with this id if it is one of several; the
/// `first` of them has the heading.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_totals(
    out: &mut dyn Write,
    query: Option<&str>,
    first: bool,
    totals: Totals,
) -> io::Result<()> {
    let mut rows = Lines::begin(out, query, first, &["passages", "articles"])?;
    rows.line(&[totals.passages.to_string(), totals.articles.to_string()])?;
    rows.rows.flush()
}

/// Writes a table row by row.
pub struct Rows<'a> {
    lines: Lines<'a>,
}

/// Lines of cells, each after the id of the query if there are several.
struct Lines<'a> {
    rows: ::csv::Writer<&'a mut dyn Write>,
    query: Option<String>,
}

impl<'a> Lines<'a> {
    fn begin(
        out: &'a mut dyn Write,
        query: Option<&str>,
        first: bool,
        heading: &[&str],
    ) -> io::Result<Self> {
        let mut rows = ::csv::Writer::from_writer(out);
        if first {
            rows.write_record(query.map(|_| "query_id").iter().chain(heading))?;
        }
        Ok(Self { rows, query: query.map(|id| safe(id).into_owned()) })
    }

    fn line(&mut self, cells: &[String]) -> io::Result<()> {
        Ok(self.rows.write_record(self.query.iter().chain(cells))?)
    }
}

impl<'a> Rows<'a> {
    /// Begins the rows of the query with this id if it is one of several; the `first` of them has the
    /// heading.
    ///
    /// # Errors
    ///
    /// What writing to `out` gives.
    pub fn begin(out: &'a mut dyn Write, query: Option<&str>, first: bool) -> io::Result<Self> {
        let heading = [
            "rank",
            "score",
            "passage",
            "headline",
            "published",
            "lang",
            "source",
            "url",
            "text",
            "sectors",
            "entities",
            "place",
        ];
        Ok(Self { lines: Lines::begin(out, query, first, &heading)? })
    }

    /// Writes the row of a hit.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub fn hit(&mut self, hit: &Hit) -> io::Result<()> {
        let head = &hit.article;
        let tags = &hit.passage.tags;
        let sectors: Vec<&str> = tags.sectors.iter().map(|sector| sector.id.as_str()).collect();
        let mut names: Vec<&str> = Vec::new();
        for mention in &tags.mentions {
            if !names.contains(&mention.name.as_str()) {
                names.push(&mention.name);
            }
        }
        let cells = [
            hit.rank.to_string(),
            format!("{:.4}", hit.score),
            safe(&hit.id().to_string()).into_owned(),
            safe(head.headline.as_deref().unwrap_or_default()).into_owned(),
            head.published.map(|day| day.to_string()).unwrap_or_default(),
            head.lang.to_string(),
            safe(head.source.as_deref().unwrap_or_default()).into_owned(),
            safe(head.url.as_deref().unwrap_or_default()).into_owned(),
            safe(&hit.passage.passage.text).into_owned(),
            sectors.join("; "),
            safe(&names.join("; ")).into_owned(),
            place::words(head.unit, &hit.passage.passage.source_lines),
        ];
        self.lines.line(&cells)
    }

    /// Sends out what was written.
    ///
    /// # Errors
    ///
    /// What writing gives.
    pub fn end(mut self) -> io::Result<()> {
        self.lines.rows.flush()
    }
}

/// `cell` so that no spreadsheet takes it for a formula and no terminal for a command.
fn safe(cell: &str) -> Cow<'_, str> {
    let cell = printable(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::sample;

    #[test]
    fn a_row_a_hit_and_no_formula() {
        let mut results = sample::results();
        results.hits[1].article.headline = Some("=HYPERLINK(\"http://x\"), \"now\"".into());
        results.hits[1].passage.passage.text = "-2+3".into();
        let mut out = Vec::new();
        write_results(&mut out, &results).unwrap();
        let want = "\
rank,score,passage,headline,published,lang,source,url,text,sectors,entities,place
1,7.3100,high-tech#4,China and Malaysia forge deeper high-tech ties,2025-04-18,en,Xinhua,https://example.org/high-tech,\"Huang Yidong, Vice General Manager of CSCEC’s Malaysian Main Branch, noted the company’s strategic transition towards projects like data centers.\",digital-economy/data-centers,Huang Yidong; CSCEC; Malaysia,line 17 and lines 19 to 20
2,0.0000,briefs#0,\"'=HYPERLINK(\"\"http://x\"\"), \"\"now\"\"\",,zh,,,'-2+3,,,
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn cells_that_begin_like_a_formula_are_defused() {
        for (raw, shown) in [
            ("=1+1", "'=1+1"),
            ("+60 3", "'+60 3"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "\\u{9}x"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(safe(raw), shown);
        }
    }
}
