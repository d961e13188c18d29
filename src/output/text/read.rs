//! An article as its reader understood it: its fields, its blocks, and what was left out.

use std::io::{self, Write};

use super::Look;
use super::article::{INDENT, write_head};
use super::pen::{BOLD, DIM, PLAIN, Pen};
use crate::article::Article;
use crate::output::place;

/// Writes `article`, which the reader of that name read: what is known of it, its blocks with what
/// they are and where they stand, and below them what was left out and why.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_read(
    out: &mut dyn Write,
    article: &Article,
    reader: &str,
    look: Look,
) -> io::Result<()> {
    let mut pen = Pen { out, look };
    write_head(&mut pen, &article.head)?;
    pen.paragraph("reader: ", reader, PLAIN, &[])?;
    if article.withdrawn {
        pen.paragraph("", "withdrawn by its publisher", BOLD, &[])?;
    }
    let unit = article.head.unit;
    for block in &article.blocks {
        writeln!(pen.out)?;
        pen.paragraph(INDENT, &block.text, PLAIN, &[])?;
        let place = format!("{}, {}", block.kind.as_str(), place::words(unit, &[block.lines]));
        pen.paragraph(INDENT, &place, DIM, &[])?;
    }
    if !article.dropped.is_empty() {
        writeln!(pen.out)?;
        pen.paragraph("", "left out", BOLD, &[])?;
    }
    for dropped in &article.dropped {
        let place =
            format!("{}{}, {}: ", &INDENT[..2], dropped.why, place::words(unit, &[dropped.lines]));
        pen.paragraph(&place, &dropped.text, DIM, &[])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, BlockKind, Dropped, LineRange};
    use crate::output::sample;

    #[test]
    fn an_article_shows_its_blocks_and_what_was_left_out() {
        let mut head = sample::article().head;
        head.edition.version = Some("2".to_owned());
        let line = |first, last| LineRange { first, last };
        let article = Article {
            head,
            blocks: vec![Block {
                kind: BlockKind::ListItem,
                text: "Ports reopen\u{1b}.".to_owned(),
                lines: line(3, 4),
            }],
            withdrawn: true,
            dropped: vec![Dropped {
                why: "navigation".into(),
                text: "Home".to_owned(),
                lines: line(1, 1),
            }],
        };
        let mut out = Vec::new();
        write_read(&mut out, &article, "html", Look::default()).unwrap();
        let want = "\
China and Malaysia forge deeper high-tech ties
Xinhua · 2025-04-18 · en  high-tech
by: Bernama desk
url: https://example.org/high-tech
version: 2
reader: html
withdrawn by its publisher

      Ports reopen\\u{1b}.
      list-item, lines 3 to 4

left out
  navigation, line 1: Home
";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }
}
