//! Documents of Word (Office Open XML): one file, one article.
//!
//! `body` finds the text, `styles` says what its paragraphs are, [`Document`] makes an article of
//! them. Changes that are tracked count as accepted. Notes at the foot and the end are text and
//! follow it, since news of companies and offices keeps figures in them; heads and feet of pages,
//! comments, tables of contents and hidden text are left out. Macros, pictures and what is embedded
//! are not looked at.

mod body;
mod styles;

use std::collections::BTreeSet;

use memchr::memmem;

use super::document::{Document, Properties};
use super::draft::one;
use super::package::{Package, first_names};
use super::xml::Element;
use super::{Piece, ReadError, ReadOptions, Reader, SourcePath};
use crate::article::Article;
use styles::Styles;
pub(super) use styles::named as role_of_style;

/// Reads `.docx` and `.docm`.
#[derive(Clone, Copy, Debug)]
pub struct DocxReader;

impl Reader for DocxReader {
    fn name(&self) -> &'static str {
        "docx"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["docx", "docm"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        /// How the parts of any office document begin, and those that only a text has.
        const OFFICE: [&[u8]; 5] =
            [b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"word/"];
        const TEXT: [&[u8]; 7] = [
            b"word/document",
            b"word/_rels/",
            b"word/styles",
            b"word/numbering.xml",
            b"word/settings.xml",
            b"word/fontTable.xml",
            b"word/theme/",
        ];
        let is = |starts: &[&[u8]], name: &[u8]| starts.iter().any(|start| name.starts_with(start));
        first_names(head).next().is_some_and(|name| is(&OFFICE, name))
            && first_names(head).any(|name| is(&TEXT, name))
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        one(emit, |warn| article(source, &piece.bytes, options, warn));
    }
}

/// How a file begins that is not ZIP but the format of Word before it, which also wraps what is
/// encrypted.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

fn article(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Article, ReadError> {
    if bytes.starts_with(OLE) {
        let path = source.path.clone();
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(match memmem::find(bytes, &name) {
            Some(_) => ReadError::LockedDocument { path },
            None => {
                let what = "it is of Word 97 to 2003, wanted `.docx`".to_owned();
                ReadError::BrokenDocument { path, what }
            }
        });
    }
    let package = Package::open(source, bytes)?;
    let document = of_package(&package, options, warn)?;
    document.finish(source, options, warn)
}

fn of_package(
    package: &Package<'_>,
    options: &ReadOptions,
    warn: &mut dyn FnMut(ReadError),
) -> Result<Document, ReadError> {
    let main = related(package, "")?.into_iter().find(|(kind, _)| kind == "officeDocument");
    let main = main.map_or_else(|| "word/document.xml".to_owned(), |(_, name)| name);
    let text = package.main(&main, warn)?;
    let parts = related(package, &main)?;
    let of_kind = |wanted: &'static str| {
        let names = parts.iter().filter(move |(kind, _)| kind == wanted).map(|(_, name)| name);
        names.map(|name| package.xml(name))
    };
    let styles = of_kind("styles").next().transpose()?.flatten();
    let mut properties = properties(package)?;
    properties.lang = properties.lang.or_else(|| {
        let lang = styles.as_ref()?.at(&["docDefaults", "rPrDefault", "rPr", "lang"])?;
        lang.attribute("val").map(str::to_owned)
    });
    let styles = styles.as_ref().map(Styles::of).unwrap_or_default();
    let mut document = Document::of(properties);
    body::read(text.child("body").unwrap_or(&text), &styles, &mut document);
    for notes in of_kind("footnotes").chain(of_kind("endnotes")) {
        let Some(notes) = notes? else { continue };
        // Those of another type are the lines that part notes from text.
        for note in notes.elements().filter(|note| note.attribute("type").is_none()) {
            body::read(note, &styles, &mut document);
        }
    }
    if options.tell_dropped {
        for (kind, why) in
            [("header", "running head"), ("footer", "running foot"), ("comments", "comment")]
        {
            for part in of_kind(kind) {
                let Some(part) = part? else { continue };
                let mut beside = Document::default();
                body::read(&part, &styles, &mut beside);
                document.leave_out(why, beside);
            }
        }
    }
    Ok(document)
}

/// What the part `of` is related to, or the whole document if that is empty: the last word of the
/// kind, and the name of the part.
fn related(package: &Package<'_>, of: &str) -> Result<Vec<(String, String)>, ReadError> {
    let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let Some(list) = package.xml(&format!("{prefix}_rels/{name}.rels"))? else {
        return Ok(Vec::new());
    };
    let relations = list.children("Relationship").filter_map(|relation| {
        let kind = relation.attribute("Type")?.rsplit('/').next()?.to_owned();
        let target = relation.attribute("Target")?;
        let is_inside = relation.attribute("TargetMode") != Some("External");
        let name = match target.strip_prefix('/') {
            Some(name) => name.to_owned(),
            None => format!("{prefix}{target}"),
        };
        is_inside.then_some((kind, name))
    });
    // What is related twice is read once.
    let mut seen = BTreeSet::new();
    let mut relations: Vec<(String, String)> = relations.collect();
    relations.retain(|relation| seen.insert(relation.clone()));
    Ok(relations)
}

/// What the document says of itself. That it is said in a broken way is no reason not to read it.
fn properties(package: &Package<'_>) -> Result<Properties, ReadError> {
    let found = match package.xml("docProps/core.xml") {
        Err(ReadError::BrokenDocument { .. }) => None,
        found => found?,
    };
    let Some(found) = found else { return Ok(Properties::default()) };
    let text = |name: &str| {
        let text = found.child(name).map(Element::text)?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let keywords = text("keywords").unwrap_or_default();
    let keywords = keywords.split([',', ';', '，', '；', '、']).map(str::trim);
    Ok(Properties {
        title: text("title"),
        creator: text("creator"),
        keywords: keywords.filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        made: text("created"),
        saved: text("modified"),
        lang: text("language"),
    })
}

#[cfg(test)]
mod tests;
