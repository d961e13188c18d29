//! Documents of LibreOffice and its kin (OpenDocument text): one file, one article.
//!
//! `body` finds the text, [`Document`] makes an article of it. As in `docx`, changes that are tracked
//! count as accepted, notes follow the text, and heads and feet of pages, comments, tables of contents
//! and hidden text are left out.

mod body;

use super::document::{Document, Properties};
use super::draft::one;
use super::package::{Package, media_type};
use super::xml::Element;
use super::{Piece, ReadError, ReadOptions, Reader, SourcePath};
use crate::article::Article;
use body::Styles;

/// Reads `.odt`.
#[derive(Clone, Copy, Debug)]
pub struct OdtReader;

impl Reader for OdtReader {
    fn name(&self) -> &'static str {
        "odt"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["odt", "ott"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let text = b"application/vnd.oasis.opendocument.text";
        media_type(head).is_some_and(|kind| kind.starts_with(text))
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        one(emit, |warn| {
            document(source, &piece.bytes, options, warn)?.finish(source, options, warn)
        });
    }
}

fn document(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Document, ReadError> {
    let package = Package::open(source, bytes)?;
    if is_locked(&package)? {
        return Err(ReadError::LockedDocument { path: package.path() });
    }
    let content = package.main("content.xml", warn)?;
    let text = content.at(&["body", "text"]);
    let text = text.ok_or_else(|| package.broken("it is no text but another document"))?;
    let common = package.xml("styles.xml")?.unwrap_or_default();
    let styles = Styles::of(&[&common, &content]);
    let mut document = Document::of(properties(&package)?);
    let beside = body::read(text, &styles, &mut document);
    if options.tell_dropped {
        document.leave_out("comment", beside);
        for (name, why) in [("header", "running head"), ("footer", "running foot")] {
            let pages = common.child("master-styles").into_iter().flat_map(Element::elements);
            for part in pages.filter_map(|page| page.child(name)) {
                let mut beside = Document::default();
                drop(body::read(part, &styles, &mut beside));
                document.leave_out(why, beside);
            }
        }
    }
    Ok(document)
}

/// Whether the text is encrypted, or all parts in one.
fn is_locked(package: &Package<'_>) -> Result<bool, ReadError> {
    let Some(manifest) = package.xml("META-INF/manifest.xml")? else { return Ok(false) };
    let locked = manifest.children("file-entry").any(|entry| {
        let name = entry.attribute("full-path");
        let is_text = matches!(name, Some("content.xml" | "encrypted-package"));
        is_text && entry.child("encryption-data").is_some()
    });
    Ok(locked)
}

/// What the document says of itself. That it is said in a broken way is no reason not to read it.
fn properties(package: &Package<'_>) -> Result<Properties, ReadError> {
    let found = match package.xml("meta.xml") {
        Err(ReadError::BrokenDocument { .. }) => None,
        found => found?,
    };
    let Some(found) = found else { return Ok(Properties::default()) };
    let meta = found.child("meta").unwrap_or(&found);
    let text = |name: &str| {
        let text = meta.child(name).map(Element::text)?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let keywords = meta.children("keyword").map(|word| word.text().trim().to_owned());
    Ok(Properties {
        title: text("title"),
        // Who saved it last is the creator there.
        creator: text("initial-creator").or_else(|| text("creator")),
        keywords: keywords.filter(|word| !word.is_empty()).collect(),
        made: text("creation-date"),
        saved: text("date"),
        lang: text("language"),
    })
}

#[cfg(test)]
mod tests;
