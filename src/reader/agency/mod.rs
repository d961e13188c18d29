//! What agencies send: ninjs, NewsML-G2 and NITF, all of them standards of the IPTC. One file here
//! is one format; what they have in common is above them.
//!
//! An item that is withheld or canceled is an article that is withdrawn. Subject codes become labels
//! of the source, in the short form the IPTC gives them (`medtop:20000170`). An item that carries no
//! news (a concept, a plan, a list of references) is passed over with a reason.

mod blocks;
mod newsml;
mod ninjs;
mod nitf;

use std::borrow::Cow;

use memchr::memmem;

use super::encoding::decode;
use super::white_space::squeeze;
use super::xml::{self, Tree};
use super::{BOM, ReadError, SourcePath};
use crate::article::{Block, BlockKind, Edition};

pub use newsml::NewsmlReader;
pub use ninjs::NinjsReader;
pub use nitf::NitfReader;

/// The longest document of XML that is read: a tree takes many times the room of its text.
const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// Reads `bytes` as XML; what its articles keep of the encoding.
fn document(
    source: &SourcePath,
    bytes: &[u8],
    warn: &mut dyn FnMut(ReadError),
) -> Result<(Tree, Edition), ReadError> {
    let head = Head::of(bytes);
    let declared = source.said.charset.as_deref().or(head.encoding.as_deref());
    let decoded = decode(source, bytes, declared, warn)?;
    let edition = decoded.edition();
    match xml::parse(&decoded.text) {
        Ok(tree) => Ok((tree, edition)),
        Err(fault) => Err(broken(source, fault)),
    }
}

/// The error for XML that is not well-formed.
fn broken(source: &SourcePath, fault: xml::Fault) -> ReadError {
    ReadError::BrokenXml { path: source.path.clone(), line: fault.line, what: fault.what }
}

/// What the start of an XML document tells.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head {
    /// The name of its outermost element, without a prefix.
    root: Option<String>,
    /// The encoding it says it is in.
    encoding: Option<String>,
}

impl Head {
    /// Reads `head`, whatever declarations and comments stand before the outermost element.
    fn of(head: &[u8]) -> Self {
        let head = &head[..head.len().min(super::HEAD_BYTES)];
        // Two bytes a character are one and a zero here: all names are Latin.
        let narrow: Vec<u8>;
        let mut rest = match head {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                narrow = head[2..].iter().copied().filter(|byte| *byte != 0).collect();
                &narrow
            }
            _ => head.strip_prefix(BOM).unwrap_or(head),
        };
        let mut found = Self::default();
        loop {
            rest = rest.trim_ascii_start();
            let (open, close): (&[u8], &[u8]) = match rest {
                [b'<', b'?', ..] => (b"<?", b"?>"),
                [b'<', b'!', b'-', b'-', ..] => (b"<!--", b"-->"),
                [b'<', b'!', ..] => {
                    let Some(end) = doctype_end(rest) else { return found };
                    rest = &rest[end..];
                    continue;
                }
                _ => break,
            };
            let inner = &rest[open.len()..];
            let Some(end) = memmem::find(inner, close) else { return found };
            if inner.starts_with(b"xml ") {
                found.encoding = encoding_in(&inner[..end]);
            }
            rest = &inner[end + close.len()..];
        }
        let Some(name) = rest.strip_prefix(b"<") else { return found };
        let end = name.iter().position(|byte| b" \t\r\n/>".contains(byte)).unwrap_or(name.len());
        let name = String::from_utf8_lossy(&name[..end]);
        let local = name.rsplit(':').next().unwrap_or_default();
        found.root = Some(local.to_owned()).filter(|local| !local.is_empty());
        found
    }

    /// Whether the outermost element has one of `names`.
    fn is_one_of(&self, names: &[&str]) -> bool {
        self.root.as_deref().is_some_and(|root| names.contains(&root))
    }
}

/// Where a document type declaration ends, which may hold others in brackets.
fn doctype_end(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, byte) in text.iter().copied().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'<' | b'[') => depth += 1,
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'>') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The encoding that the declaration of a document names.
fn encoding_in(declaration: &[u8]) -> Option<String> {
    let declaration = String::from_utf8_lossy(declaration);
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split_once(quote).map(|(name, _)| name.to_owned())
}

/// Whether an item of this status (`usable`, `stat:canceled`, the address of either) is to be found
/// no more; `None` for what is no status. What is withheld must not be seen until it is usable again,
/// so it goes as well.
fn is_withdrawn(status: &str) -> Option<bool> {
    match tail(status) {
        "" | "usable" | "embargoed" => Some(false),
        "withheld" | "canceled" => Some(true),
        _ => None,
    }
}

/// A code without the scheme it is of.
fn tail(code: &str) -> &str {
    let code = code.trim();
    code.rsplit([':', '/', '#']).next().unwrap_or(code)
}

/// A code in its short form, where it is the address of one that the IPTC keeps.
fn short(code: &str) -> Cow<'_, str> {
    const SCHEMES: [(&str, &str); 3] =
        [("mediatopic", "medtop"), ("subjectcode", "subj"), ("genre", "genre")];
    let code = code.trim();
    let address = code.strip_prefix("http://").or(code.strip_prefix("https://"));
    let known = address.and_then(|rest| rest.strip_prefix("cv.iptc.org/newscodes/"));
    let Some((scheme, id)) = known.and_then(|rest| rest.split_once('/')) else {
        return Cow::Borrowed(code);
    };
    match SCHEMES.iter().find(|(long, _)| *long == scheme) {
        Some((_, short)) => Cow::Owned(format!("{short}:{id}")),
        None => Cow::Borrowed(code),
    }
}

/// Adds `label` to `labels`, unless it says nothing or is there.
fn add(labels: &mut Vec<String>, label: &str) {
    let label = squeeze(label);
    if !label.is_empty() && !labels.iter().any(|known| *known == label) {
        labels.push(label.into_owned());
    }
}

/// `text` on one line, if it says anything.
fn said(text: &str) -> Option<String> {
    Some(squeeze(text)).filter(|text| !text.is_empty()).map(Cow::into_owned)
}

/// What an item of that type is that says nothing.
fn bare(of: &str) -> String {
    match of {
        "" => "an item without headline or text".to_owned(),
        of => format!("an item of type `{of}` without headline or text"),
    }
}

/// Takes the headline off the start of a text that repeats it.
fn without_headline(blocks: &mut Vec<Block>, headline: Option<&str>) {
    let repeats = |block: &Block| {
        matches!(block.kind, BlockKind::Heading | BlockKind::Paragraph)
            && Some(block.text.as_str()) == headline
    };
    if blocks.len() > 1 && repeats(&blocks[0]) {
        blocks.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_document_tells_its_root_and_encoding() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        for (head, root, encoding) in [
            (b"<nitf>".to_vec(), Some("nitf"), None),
            (b" <a:newsItem\nguid='x'".to_vec(), Some("newsItem"), None),
            (
                b"\xEF\xBB\xBF<?xml version='1.0' encoding='GBK'?><!-- <x> --><!DOCTYPE nitf [<!ENTITY a \">\">]>\n<nitf/>"
                    .to_vec(),
                Some("nitf"),
                Some("GBK"),
            ),
            (wide("\u{feff}<?xml version=\"1.0\" encoding = \"UTF-16\"?><nitf>"), Some("nitf"), Some("UTF-16")),
            (b"<!-- no end <nitf>".to_vec(), None, None),
            (b"<!DOCTYPE nitf <nitf>".to_vec(), None, None),
            (b"nitf".to_vec(), None, None),
            (b"<".to_vec(), None, None),
            (b"".to_vec(), None, None),
        ] {
            let want = Head {
                root: root.map(str::to_owned),
                encoding: encoding.map(str::to_owned),
            };
            assert_eq!(Head::of(&head), want, "{}", String::from_utf8_lossy(&head));
        }
    }

    #[test]
    fn a_status_withdraws_or_not() {
        for (status, want) in [
            ("usable", Some(false)),
            ("stat:usable", Some(false)),
            ("", Some(false)),
            ("stat:canceled", Some(true)),
            ("http://cv.iptc.org/newscodes/pubstatusg2/withheld", Some(true)),
            ("cancelled", None),
            ("replaced", None),
        ] {
            assert_eq!(is_withdrawn(status), want, "{status}");
        }
    }

    #[test]
    fn codes_of_the_iptc_are_short() {
        for (code, want) in [
            ("http://cv.iptc.org/newscodes/mediatopic/20000344", "medtop:20000344"),
            ("https://cv.iptc.org/newscodes/subjectcode/04006000", "subj:04006000"),
            ("http://cv.iptc.org/newscodes/place/x", "http://cv.iptc.org/newscodes/place/x"),
            (" medtop:20000344", "medtop:20000344"),
            ("http://cv.ap.org/id/1", "http://cv.ap.org/id/1"),
        ] {
            assert_eq!(short(code), want);
        }
    }
}
