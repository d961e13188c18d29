//! Small aligned tables of plain text.

use std::io::{self, Write};

use super::printable;
use super::wrap::columns;

/// One column of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// Words: aligned left.
    Words(&'static str),
    /// Numbers: aligned right.
    Numbers(&'static str),
}

/// Rows under headings. Cells are shown as [`printable()`] spells them, so they may come from
/// articles.
#[derive(Clone, Debug)]
pub struct Table<const N: usize> {
    columns: [Column; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// An empty table.
    pub fn new(columns: [Column; N]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| match printable(&cell) {
            std::borrow::Cow::Borrowed(_) => cell,
            std::borrow::Cow::Owned(shown) => shown,
        }));
    }

    /// Writes headings and rows, `indent` spaces before each line and no white space at its end.
    ///
    /// # Errors
    ///
    /// What writing to `out` gives.
    pub fn write(&self, out: &mut dyn Write, indent: usize) -> io::Result<()> {
        let headings = self.columns.map(|column| match column {
            Column::Words(heading) | Column::Numbers(heading) => heading.to_owned(),
        });
        let lines = || std::iter::once(&headings).chain(&self.rows);
        let widths: [usize; N] = std::array::from_fn(|at| {
            lines().map(|cells| columns(&cells[at])).max().unwrap_or_default()
        });
        for cells in lines() {
            let mut line = " ".repeat(indent);
            for (at, cell) in cells.iter().enumerate() {
                let pad = " ".repeat(widths[at] - columns(cell));
                let (before, after) = match self.columns[at] {
                    Column::Words(_) => ("", pad.as_str()),
                    Column::Numbers(_) => (pad.as_str(), ""),
                };
                if at > 0 {
                    line.push_str("  ");
                }
                line.extend([before, cell, after]);
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_every_script() {
        let mut table =
            Table::new([Column::Words("name"), Column::Numbers("n"), Column::Words("")]);
        table.row(["中国".into(), "7".into(), "x".into()]);
        table.row(["a\u{1b}".into(), "12".into(), String::new()]);
        let mut out = Vec::new();
        table.write(&mut out, 2).unwrap();
        let want = ["  name      n", "  中国      7  x", "  a\\u{1b}  12", ""].join("\n");
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }
}
