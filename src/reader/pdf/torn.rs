//! Files that were cut short: how they are known, and what is left of them.

use hayro_syntax::object::dict::keys::{COUNT, PAGES};
use hayro_syntax::object::{Dict, Object};
use hayro_syntax::{LoadPdfError, Pdf};
use memchr::memmem;

/// Whether `file` lacks its end: objects follow the last table of them, or there is none.
pub(super) fn is_torn(file: &[u8]) -> bool {
    // Something of another kind may follow the end. Files made for the web have an end in their middle.
    let Some(end) = memmem::rfind(file, b"startxref") else { return true };
    let rest = &file[end..];
    memmem::find_iter(rest, b" obj").any(|at| rest[..at].ends_with(b" 0"))
}

/// Opens what is left of `file`, which was cut off before its catalog: it gets another, which names no
/// pages, so that the parser takes all it finds.
pub(super) fn open(file: &[u8]) -> Result<Pdf, LoadPdfError> {
    /// Numbers that no program gets to. There is no object of the second.
    const CATALOG: &[u8] = b"\n8388606 0 obj <</Type /Catalog /Pages 8388607 0 R>> endobj\n";
    Pdf::new([file, CATALOG].concat())
}

/// How many pages `pdf` says it has.
pub(super) fn pages_said(pdf: &Pdf) -> Option<usize> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    match catalog.get::<Dict<'_>>(PAGES)?.get::<Object<'_>>(COUNT)? {
        Object::Number(count) => usize::try_from(count.as_i64()).ok(),
        _ => None,
    }
}
