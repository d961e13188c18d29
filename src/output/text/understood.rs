//! How a query is understood, for people: its tree, and under each leaf the terms it looks for.

use std::io::{self, Write};

use super::Look;
use super::pen::{BOLD, DIM, PLAIN, Pen};
use crate::engine::understood::{Branch, Understood};

/// By how much a part is indented below what it is of.
const STEP: usize = 2;

/// Writes the canonical text of a query, then its tree. Below a leaf stand the fields it looks in,
/// each with terms and the number of passages that hold them.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_understood(
    out: &mut dyn Write,
    understood: &Understood,
    look: Look,
) -> io::Result<()> {
    let mut pen = Pen { out, look };
    let canonical = understood.query.to_string();
    let canonical = if canonical.is_empty() { "*" } else { &canonical };
    pen.paragraph("", canonical, BOLD, &[])?;
    writeln!(pen.out)?;
    branch(&mut pen, &understood.tree, 0)?;
    if !understood.filters.is_empty() {
        pen.paragraph("", "and beside the query", PLAIN, &[])?;
        understood.filters.iter().try_for_each(|filter| branch(&mut pen, filter, STEP))?;
    }
    Ok(())
}

fn branch(pen: &mut Pen<'_>, of: &Branch, indent: usize) -> io::Result<()> {
    let text = format!("{} {}", of.kind, of.text);
    pen.paragraph(&" ".repeat(indent), text.trim_end(), PLAIN, &[])?;
    let lead = " ".repeat(indent + STEP);
    let mut terms = of.terms.as_slice();
    while let Some(first) = terms.first() {
        let n = terms.iter().take_while(|term| term.field == first.field).count();
        let (here, rest) = terms.split_at(n);
        let one = |term: &crate::engine::understood::FieldTerm| {
            format!("{} {}", term.term, term.passages)
        };
        let listed = here.iter().map(one).collect::<Vec<_>>().join(", ");
        pen.paragraph(&lead, &format!("{}: {listed}", first.field), DIM, &[])?;
        terms = rest;
    }
    if of.more > 0 {
        pen.paragraph(&lead, &format!("and {} more", of.more), DIM, &[])?;
    }
    of.parts.iter().try_for_each(|part| branch(pen, part, indent + STEP))
}
