//! NITF: one article a document, on its own or within an item of another format.
//!
//! Read as the document type definitions of NITF 3.0 to 3.6 have it, in whatever namespace.

use super::blocks::blocks;
use super::{
    Head, MAX_DOCUMENT_BYTES, add, broken, document, is_withdrawn, said, without_headline,
};
use crate::article::{Article, Block, BlockKind, Edition, Lang};
use crate::reader::draft::{Draft, KnownBy, one};
use crate::reader::error::published;
use crate::reader::xml::Element;
use crate::reader::{Piece, ReadError, ReadOptions, Reader, SourcePath, wire};

/// Reads `.nitf`, and any document whose outermost element is `nitf`.
#[derive(Clone, Copy, Debug)]
pub struct NitfReader;

impl Reader for NitfReader {
    fn name(&self) -> &'static str {
        "nitf"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["nitf"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        Head::of(head).is_one_of(&["nitf"])
    }

    fn longest(&self) -> usize {
        MAX_DOCUMENT_BYTES
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        _: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        one(emit, |warn| article(source, &piece.bytes, warn));
    }
}

fn article(
    source: &SourcePath,
    bytes: &[u8],
    warn: &mut dyn FnMut(ReadError),
) -> Result<Article, ReadError> {
    let (tree, edition) = document(source, bytes, warn)?;
    if let Some(fault) = tree.fault {
        return Err(broken(source, fault));
    }
    let root = tree.root;
    let line = root.lines.map_or(1, |lines| lines.first);
    let wrong = |what| ReadError::WrongXml { path: source.path.clone(), line, what };
    if root.name.local != "nitf" {
        return Err(wrong(format!("outermost element is `{}`, wanted `nitf`", root.name.local)));
    }
    let facts = Facts::of(&root);
    let withdrawn = match facts.status.as_deref().map(is_withdrawn) {
        Some(None) => {
            return Err(wrong(format!(
                "management status is `{}`, wanted `usable`, `embargoed`, `withheld` or `canceled`",
                facts.status.unwrap_or_default()
            )));
        }
        status => status.flatten().unwrap_or_default(),
    };
    let day = facts.issued.as_deref().map(|found| published(&source.path, line, date(found), warn));
    if facts.headline.is_none() && facts.blocks.is_empty() && !withdrawn {
        let what = "an NITF document without headline or text".to_owned();
        return Err(ReadError::NoArticle { path: source.path.clone(), line, what });
    }
    let draft = Draft {
        id: facts.id,
        headline: facts.headline,
        published: day.flatten(),
        lang: facts.lang.as_deref().map(Lang::new),
        source: facts.publisher,
        authors: facts.authors,
        dateline: facts.dateline,
        section: facts.section,
        source_tags: facts.labels,
        edition: Edition {
            version: facts.version,
            updated: facts.revised,
            embargoed: facts.released.filter(|time| Some(time) != facts.issued.as_ref()),
            ..edition
        },
        blocks: facts.blocks,
        withdrawn,
        ..Draft::default()
    };
    draft.finish(source, line, KnownBy::File)
}

/// The date in a time stamp of the form `20080219T000000+0100`.
fn date(norm: &str) -> &str {
    let norm = norm.trim();
    match norm.get(..8) {
        Some(day) if day.bytes().all(|byte| byte.is_ascii_digit()) => day,
        _ => norm,
    }
}

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) id: Option<String>,
    pub(super) headline: Option<String>,
    /// Time stamps, as they stand there.
    pub(super) issued: Option<String>,
    pub(super) released: Option<String>,
    pub(super) revised: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) dateline: Option<String>,
    pub(super) section: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) version: Option<String>,
    pub(super) status: Option<String>,
    pub(super) blocks: Vec<Block>,
}

impl Facts {
    /// What the element `nitf` holds, all of which may be missing.
    pub(super) fn of(nitf: &Element) -> Self {
        let lang = nitf.attribute("lang").and_then(said);
        let mut facts = Self { lang, ..Self::default() };
        if let Some(head) = nitf.child("head") {
            facts.head(head);
        }
        let Some(body) = nitf.child("body") else { return facts };
        if facts.lang.is_none() {
            facts.lang = body.attribute("lang").and_then(said);
        }
        if let Some(head) = body.child("body.head") {
            facts.body_head(head);
        }
        let text = ["body.content", "body.end"].into_iter().filter_map(|name| body.child(name));
        let mut text: Vec<Block> =
            text.flat_map(|part| blocks(part, BlockKind::Paragraph)).collect();
        without_headline(&mut text, facts.headline.as_deref());
        // What stands above the text opens it, unless the text says the same.
        let first = text.iter().position(|block| block.kind == BlockKind::Paragraph);
        let is_said = |block: &Block| first.is_some_and(|at| text[at].text.contains(&block.text));
        facts.blocks.retain(|block| !is_said(block));
        facts.blocks.append(&mut text);
        facts
    }

    fn head(&mut self, head: &Element) {
        let value = |element: Option<&Element>, name: &str| element?.attribute(name).and_then(said);
        self.headline = head.child("title").and_then(|title| said(&title.text()));
        if let Some(docdata) = head.child("docdata") {
            let of = |name: &str| docdata.child(name);
            self.id = value(of("doc-id"), "id-string");
            self.version = value(of("du-key"), "version");
            self.status = docdata.attribute("management-status").and_then(said);
            self.issued =
                value(of("date.issue"), "norm").or_else(|| value(of("date.release"), "norm"));
            self.released = value(of("date.release"), "norm");
            self.publisher =
                value(of("doc.copyright"), "holder").or_else(|| value(of("doc-id"), "regsrc"));
            for list in docdata.children("key-list") {
                let keys = list.children("keyword").filter_map(|word| word.attribute("key"));
                keys.for_each(|key| add(&mut self.labels, key));
            }
        }
        let publication = head.child("pubdata");
        self.section = value(publication, "position.section");
        self.publisher = value(publication, "name").or(self.publisher.take());
        let revisions = head.children("revision-history");
        self.revised = revisions.filter_map(|one| value(Some(one), "norm")).last();
        for subject in
            head.children("tobject").flat_map(|object| object.children("tobject.subject"))
        {
            let attribute = |name: &str| subject.attribute(&format!("tobject.subject.{name}"));
            if let Some(code) = attribute("refnum") {
                // The codes of today begin with another digit than those they took the place of.
                let is_code = code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit());
                let scheme = if code.starts_with('2') { "medtop" } else { "subj" };
                let code = if is_code { format!("{scheme}:{code}") } else { code.to_owned() };
                add(&mut self.labels, &code);
            }
            for name in ["type", "matter", "detail"] {
                add(&mut self.labels, attribute(name).unwrap_or_default());
            }
        }
    }

    fn body_head(&mut self, head: &Element) {
        if let Some(hedline) = head.child("hedline") {
            let main = hedline.child("hl1").and_then(|main| said(&main.text()));
            self.headline = main.or(self.headline.take());
            self.blocks.extend(
                hedline.children("hl2").flat_map(|below| blocks(below, BlockKind::Heading)),
            );
        }
        self.authors = head.children("byline").flat_map(byline).collect();
        self.publisher = match head.child("distributor").and_then(|name| said(&name.text())) {
            None => self.publisher.take(),
            name => name,
        };
        self.dateline = head.child("dateline").and_then(|line| said(&line.text()));
        let lead = ["abstract", "note"].into_iter().flat_map(|name| head.children(name));
        self.blocks.extend(lead.flat_map(|lead| blocks(lead, BlockKind::Paragraph)));
    }
}

/// The names in a byline: those it marks, else all of it but titles.
fn byline(line: &Element) -> Vec<String> {
    let marked: Vec<String> =
        line.children("person").filter_map(|person| said(&person.text())).collect();
    if !marked.is_empty() {
        return marked;
    }
    let mut line = line.clone();
    line.nodes.retain(|node| match node {
        crate::reader::xml::Node::Element(element) => element.name.local != "byttl",
        crate::reader::xml::Node::Text(_) => true,
    });
    let text = said(&line.text()).unwrap_or_default();
    wire::names(text.trim_end_matches([',', ' ']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<Result<Article, ReadError>> {
        let source = SourcePath::new("a.nitf", "a.nitf");
        let piece = Piece::new(1, text.as_bytes());
        let mut read = Vec::new();
        NitfReader.articles(&source, &piece, &ReadOptions::default(), &mut |one| read.push(one));
        read
    }

    const DOCUMENT: &str = r#"<?xml version="1.0"?>
<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf xml:lang="en-GB">
 <head>
  <title>Port</title>
  <tobject><tobject.subject tobject.subject.refnum="04015001" tobject.subject.type="Transport"/>
   <tobject.subject tobject.subject.refnum="20000337"/></tobject>
  <docdata>
   <doc-id regsrc="PW" id-string="pw-7"/><du-key version="2"/>
   <date.issue norm="20250418T080000+0800"/><date.release norm="20250419T000000+0800"/>
   <key-list><keyword key="ports"/></key-list>
  </docdata>
  <pubdata name="Pressmark Daily" position.section="Business"/>
  <revision-history norm="20250418T090000+0800"/>
 </head>
 <body>
  <body.head>
   <hedline><hl1>Port Klang adds a berth</hl1><hl2>Work to end in May</hl2></hedline>
   <byline>By <person>Anwar Ibrahim</person>, <byttl>Minister</byttl></byline>
   <dateline><location>PORT KLANG</location>, April 18</dateline>
   <abstract><p>The port adds a berth</p></abstract>
  </body.head>
  <body.content>
   <p lede="true">The port adds a berth, the operator said.</p>
   <ul><li>Five cranes</li></ul>
   <media media-type="image"><media-caption>The berth.</media-caption></media>
  </body.content>
  <body.end><tagline>Edited in Port Klang.</tagline></body.end>
 </body>
</nitf>"#;

    #[test]
    fn a_document_is_an_article() {
        let article = read(DOCUMENT).remove(0).unwrap();
        let head = &article.head;
        assert_eq!(head.id.as_str(), "pw-7");
        assert_eq!(head.headline.as_deref(), Some("Port Klang adds a berth"));
        assert_eq!(head.published.unwrap().to_string(), "2025-04-18");
        assert_eq!(head.lang.as_str(), "en");
        assert_eq!(head.source.as_deref(), Some("Pressmark Daily"));
        assert_eq!(head.authors, ["Anwar Ibrahim"]);
        assert_eq!(head.dateline.as_deref(), Some("PORT KLANG, April 18"));
        assert_eq!(head.section.as_deref(), Some("Business"));
        assert_eq!(head.source_tags, ["ports", "subj:04015001", "Transport", "medtop:20000337"]);
        assert_eq!(head.edition.version.as_deref(), Some("2"));
        assert_eq!(head.edition.updated.as_deref(), Some("20250418T090000+0800"));
        assert_eq!(head.edition.embargoed.as_deref(), Some("20250419T000000+0800"));
        let blocks: Vec<_> = article
            .blocks
            .iter()
            .map(|block| (block.kind.as_str(), block.text.as_str(), block.lines.first))
            .collect();
        assert_eq!(
            blocks,
            [
                ("heading", "Work to end in May", 18),
                ("paragraph", "The port adds a berth, the operator said.", 24),
                ("list-item", "Five cranes", 25),
                ("caption", "The berth.", 26),
                ("paragraph", "Edited in Port Klang.", 28),
            ]
        );
    }

    #[test]
    fn bylines_are_names() {
        for (line, want) in [
            ("By Anwar Ibrahim, <byttl>Staff</byttl>", vec!["Anwar Ibrahim"]),
            ("<byttl>Sports desk</byttl>", vec![]),
            ("By Anwar Ibrahim and Wang Yi", vec!["Anwar Ibrahim", "Wang Yi"]),
        ] {
            let text = DOCUMENT
                .replace("By <person>Anwar Ibrahim</person>, <byttl>Minister</byttl>", line);
            assert_eq!(read(&text).remove(0).unwrap().head.authors, want, "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, want) in [
            ("<nitf>\n<body>", "a.nitf:2: broken XML: `body` is not closed"),
            ("<rss/>", "a.nitf:1: outermost element is `rss`, wanted `nitf`"),
            ("<nitf/>", "a.nitf:1: an NITF document without headline or text"),
            (
                "\n<nitf><head><docdata management-status='gone'/></head></nitf>",
                "a.nitf:2: management status is `gone`, wanted `usable`, `embargoed`, `withheld` or \
                 `canceled`",
            ),
        ] {
            assert_eq!(read(text).remove(0).unwrap_err().to_string(), want);
        }
        let canceled = "<nitf><head><docdata management-status='canceled'>\
                        <doc-id id-string='x'/></docdata></head></nitf>";
        assert!(read(canceled).remove(0).unwrap().withdrawn);
    }

    proptest! {
        #[test]
        fn no_text_panics(
            text in "(</?(head|docdata|tobject|body|body.head|hedline|hl1|byline|body.content|p|pre|table|tr|td)/?>|\\PC|&(amp|x)?;?|\n){0,40}"
        ) {
            read(&format!("<nitf>{text}"));
            read(&format!("<nitf><body><body.content>{text}</body.content></body></nitf>"));
        }
    }
}
