//! NewsML-G2: one item, or a message that carries many. News items are articles; so is an item in a
//! package that carries text. Concepts, knowledge, plans and catalogs are no news and are passed
//! over, and so is a package, which only refers to items.
//!
//! The text of an item is what its content set holds as XHTML, as NITF or as plain data; of a
//! picture or a video, which has none, it is the description.

use super::blocks::blocks;
use super::nitf::Facts;
use super::{
    Head, MAX_DOCUMENT_BYTES, add, bare, broken, document, is_withdrawn, said, short, tail,
    without_headline,
};
use crate::article::{Article, Block, BlockKind, Edition, Lang, LineRange};
use crate::reader::body;
use crate::reader::draft::{Draft, KnownBy, one};
use crate::reader::error::published;
use crate::reader::xml::{Element, Node};
use crate::reader::{Piece, ReadError, ReadOptions, Reader, SourcePath, wire};

/// Reads `.newsml`, and any document whose outermost element is an item or a message of NewsML-G2.
#[derive(Clone, Copy, Debug)]
pub struct NewsmlReader;

/// What items are called that are no news, and what they are.
const OTHER: [(&str, &str); 5] = [
    ("packageItem", "a package, which only refers to items"),
    ("conceptItem", "a concept item"),
    ("knowledgeItem", "a knowledge item"),
    ("planningItem", "a planning item"),
    ("catalogItem", "a catalog item"),
];

impl Reader for NewsmlReader {
    fn name(&self) -> &'static str {
        "newsml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["newsml"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = Head::of(head);
        // The first NewsML is another format, but is said to be none more clearly here.
        head.is_one_of(&["newsItem", "newsMessage", "NewsML"])
            || OTHER.iter().any(|(name, _)| head.is_one_of(&[*name]))
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
        let read = document(source, &piece.bytes, &mut |warning| emit(Err(warning)));
        let (tree, edition) = match read {
            Ok(read) => read,
            Err(error) => return emit(Err(error)),
        };
        // What ends before the first fault is sound.
        let sound = tree.fault.as_ref().map_or(u32::MAX, |fault| fault.line.saturating_sub(1));
        let root = &tree.root;
        let mut items: Vec<&Element> = match root.name.local.as_str() {
            "newsMessage" => root.children("itemSet").flat_map(Element::elements).collect(),
            _ => vec![root],
        };
        if items.is_empty() {
            let (path, line) = (source.path.clone(), line_of(root));
            let what = "a message without items".to_owned();
            emit(Err(ReadError::NoArticle { path, line, what }));
        }
        items.retain(|item| item.lines.is_none_or(|lines| lines.last <= sound));
        for item in items {
            let item = Item { source, item, line: line_of(item) };
            one(emit, |warn| item.article(&edition, warn));
        }
        if let Some(fault) = tree.fault {
            emit(Err(broken(source, fault)));
        }
    }
}

fn line_of(element: &Element) -> u32 {
    element.lines.map_or(1, |lines| lines.first)
}

/// One item of a document.
struct Item<'d> {
    source: &'d SourcePath,
    item: &'d Element,
    line: u32,
}

impl Item<'_> {
    fn wrong(&self, what: String) -> ReadError {
        ReadError::WrongXml { path: self.source.path.clone(), line: self.line, what }
    }

    fn none(&self, what: String) -> ReadError {
        ReadError::NoArticle { path: self.source.path.clone(), line: self.line, what }
    }

    fn article(
        &self,
        edition: &Edition,
        warn: &mut dyn FnMut(ReadError),
    ) -> Result<Article, ReadError> {
        let name = self.item.name.local.as_str();
        if let Some((_, what)) = OTHER.iter().find(|(other, _)| *other == name) {
            return Err(self.none((*what).to_owned()));
        }
        match name {
            "newsItem" => {}
            "NewsML" => return Err(self.wrong("NewsML 1, wanted NewsML-G2".to_owned())),
            _ => return Err(self.wrong(format!("element is `{name}`, wanted `newsItem`"))),
        }
        let id = self.item.attribute("guid").and_then(said);
        let Some(id) = id else { return Err(self.wrong("`newsItem` has no `guid`".to_owned())) };
        let withdrawn = self.is_withdrawn()?;
        let Content { mut facts, mut blocks } = self.content();
        let class = self.at(&["itemMeta", "itemClass"]).map(code).unwrap_or_default();
        let class = tail(&class);
        if blocks.is_empty() {
            blocks = self.described(class);
        }
        let headline = self
            .headline()
            .or(facts.headline.take())
            .or_else(|| self.at(&["itemMeta", "title"]).and_then(|title| said(&title.text())));
        without_headline(&mut blocks, headline.as_deref());
        if headline.is_none() && blocks.is_empty() && !withdrawn {
            return Err(self.none(bare(class)));
        }
        let dates =
            [["itemMeta", "firstCreated"], ["contentMeta", "contentCreated"], VERSION_CREATED];
        let day = dates.iter().find_map(|path| Some((path, self.text_at(path)?)));
        let published = day
            .and_then(|(path, day)| published(&self.source.path, self.line_at(path), &day, warn));
        let mut labels = self.labels();
        facts.labels.iter().for_each(|label| add(&mut labels, label));
        let draft = Draft {
            id: Some(id),
            headline,
            published,
            lang: self.lang(facts.lang.as_deref()),
            source: self.publisher().or(facts.publisher),
            authors: self.authors(facts.authors),
            dateline: self
                .text_at(&["contentMeta", "dateline"])
                .or(facts.dateline)
                .or_else(|| self.at(&["contentMeta", "located"]).and_then(called)),
            section: self.at(&["itemMeta", "service"]).and_then(called).or(facts.section),
            source_tags: labels,
            edition: Edition {
                version: self.item.attribute("version").and_then(said),
                updated: self.text_at(&VERSION_CREATED),
                embargoed: self.text_at(&["itemMeta", "embargoed"]),
                ..edition.clone()
            },
            blocks,
            withdrawn,
            ..Draft::default()
        };
        draft.finish(self.source, self.line, KnownBy::Content)
    }

    fn at(&self, path: &[&str]) -> Option<&Element> {
        self.item.at(path)
    }

    fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).and_then(|element| said(&element.text()))
    }

    fn line_at(&self, path: &[&str]) -> u32 {
        self.at(path).map_or(self.line, line_of)
    }

    /// All elements of that name in the description of the content.
    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Element> {
        self.item.children("contentMeta").flat_map(move |meta| meta.children(name))
    }

    fn is_withdrawn(&self) -> Result<bool, ReadError> {
        let Some(status) = self.at(&["itemMeta", "pubStatus"]) else { return Ok(false) };
        let said = code(status);
        is_withdrawn(&said).ok_or_else(|| ReadError::WrongXml {
            path: self.source.path.clone(),
            line: line_of(status),
            what: format!(
                "publishing status is `{said}`, wanted `stat:usable`, `stat:withheld` or \
                 `stat:canceled`"
            ),
        })
    }

    fn headline(&self) -> Option<String> {
        let is_main =
            |element: &&Element| element.attribute("role").is_none_or(|role| tail(role) == "main");
        let main = self.all("headline").find(is_main);
        main.or_else(|| self.all("headline").next()).and_then(|line| said(&line.text()))
    }

    fn lang(&self, inner: Option<&str>) -> Option<Lang> {
        let tagged = self.all("language").find_map(|language| language.attribute("tag"));
        tagged.or(inner).or_else(|| self.item.attribute("lang")).map(Lang::new)
    }

    fn publisher(&self) -> Option<String> {
        let provider = self.at(&["itemMeta", "provider"]);
        let by_code = |party: &Element| {
            let code = party.attribute("qcode").or(party.attribute("literal"))?;
            said(tail(code))
        };
        provider
            .and_then(|party| called(party).or_else(|| by_code(party)))
            .or_else(|| self.all("infoSource").find_map(called))
            .or_else(|| self.at(&["rightsInfo", "copyrightHolder"]).and_then(called))
            .or_else(|| provider?.attribute("uri").and_then(said))
    }

    fn authors(&self, inner: Vec<String>) -> Vec<String> {
        let by: Vec<String> = self
            .all("by")
            .filter_map(|by| said(&by.text()))
            .flat_map(|names| wire::names(&names))
            .collect();
        let creators = || self.all("creator").filter_map(called).collect();
        [by, inner].into_iter().find(|names| !names.is_empty()).unwrap_or_else(creators)
    }

    /// What the item is about and of which genre: codes, and what they are called. Persons, places
    /// and events are no subjects to us.
    fn labels(&self) -> Vec<String> {
        let mut labels = Vec::new();
        for subject in self.all("subject").chain(self.all("genre")) {
            let kind = subject.attribute("type").unwrap_or_default();
            if kind.starts_with("cpnat:") && kind != "cpnat:abstract" {
                continue;
            }
            let subject = subject.child("mainConcept").unwrap_or(subject);
            add(&mut labels, &short(&code(subject)));
            add(&mut labels, &called(subject).unwrap_or_default());
        }
        labels
    }

    /// The descriptions of the item, in place of a text it does not carry.
    fn described(&self, class: &str) -> Vec<Block> {
        let kind = match class {
            "picture" | "graphic" | "video" | "audio" => BlockKind::Caption,
            _ => BlockKind::Paragraph,
        };
        let mut described: Vec<Block> =
            self.all("description").flat_map(|text| blocks(text, kind)).collect();
        let mut seen: Vec<String> = Vec::new();
        described.retain(|block| {
            let is_new = !seen.contains(&block.text);
            seen.push(block.text.clone());
            is_new
        });
        described
    }

    /// The first text of the content set, of which all others are other forms.
    fn content(&self) -> Content {
        let sets = || self.item.children("contentSet");
        let inline = sets().flat_map(|set| set.children("inlineXML")).filter_map(inline_xml);
        let data = sets().flat_map(|set| set.children("inlineData")).filter_map(inline_data);
        inline.chain(data).find(|content| !content.blocks.is_empty()).unwrap_or_default()
    }
}

const VERSION_CREATED: [&str; 2] = ["itemMeta", "versionCreated"];

/// The text of an item, and what else stands beside it.
#[derive(Default)]
struct Content {
    facts: Facts,
    blocks: Vec<Block>,
}

/// The content of XML within an item, if that is an article's.
fn inline_xml(inline: &Element) -> Option<Content> {
    const XHTML: [&str; 8] = ["html", "body", "div", "section", "article", "main", "p", "h1"];
    let mut content = Content::default();
    let first = inline.elements().next()?;
    match first.name.local.as_str() {
        "nitf" => {
            content.facts = Facts::of(first);
            content.blocks = std::mem::take(&mut content.facts.blocks);
        }
        name if XHTML.contains(&name) => {
            let title = first.at(&["head", "title"]);
            content.facts.headline = title.and_then(|title| said(&title.text()));
            content.blocks = blocks(inline, BlockKind::Paragraph);
        }
        _ => return None,
    }
    let lang = inline.attribute("lang").or(first.attribute("lang")).and_then(said);
    content.facts.lang = content.facts.lang.or(lang);
    Some(content)
}

/// The content of data within an item, if that is text.
fn inline_data(inline: &Element) -> Option<Content> {
    let media = inline.attribute("contenttype").unwrap_or("text/plain").to_ascii_lowercase();
    if !media.starts_with("text/") && !media.contains("html")
        || inline.attribute("encoding").is_some()
    {
        return None;
    }
    let lines = inline.lines.unwrap_or(LineRange { first: 1, last: 1 });
    let mut content = Content::default();
    content.facts.lang = inline.attribute("lang").and_then(said);
    if inline.nodes.iter().any(|node| matches!(node, Node::Element(_))) {
        content.blocks = blocks(inline, BlockKind::Paragraph);
    } else {
        body::cut(&inline.text(), lines, &mut content.blocks);
    }
    Some(content)
}

/// What something is identified by: a code of a scheme, its address, or a code of no scheme.
fn code(of: &Element) -> String {
    let codes = ["qcode", "uri", "literal"];
    codes.into_iter().find_map(|name| of.attribute(name)).unwrap_or_default().trim().to_owned()
}

/// What something is called first.
fn called(of: &Element) -> Option<String> {
    of.child("name").and_then(|name| said(&name.text()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<Result<Article, ReadError>> {
        let source = SourcePath::new("a.xml", "a.xml");
        let piece = Piece::new(1, text.as_bytes());
        let mut read = Vec::new();
        NewsmlReader.articles(&source, &piece, &ReadOptions::default(), &mut |one| read.push(one));
        read
    }

    const ITEM: &str = r#"<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"
 guid="urn:newsml:pressmark:1" version="3" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:PW"/>
 <versionCreated>2025-04-18T10:00:00+08:00</versionCreated>
 <firstCreated>2025-04-17T10:00:00+08:00</firstCreated>
 <embargoed>2025-04-19T00:00:00Z</embargoed>
 <pubStatus qcode="stat:usable"/><service qcode="svc:biz"><name>Business</name></service></itemMeta>
<contentMeta><located qcode="city:PK"><name>Port Klang</name></located>
 <creator uri="x"><name>Wang Yi</name></creator>
 <language tag="en-MY"/>
 <genre qcode="genre:Current"><name>Current</name></genre>
 <subject type="cpnat:abstract" qcode="medtop:20000337"><name>transport</name><name>运输</name></subject>
 <subject uri="http://cv.iptc.org/newscodes/mediatopic/20000170"/>
 <subject type="cpnat:person" qcode="p:1"><name>Wang Yi</name></subject>
 <headline role="hl:short">Berth</headline><headline>Port Klang adds a berth</headline>
 <description>A berth more.</description></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml">
 <html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>
 <h1>Port Klang adds a berth</h1><p>The operator said so.</p></body></html>
</inlineXML><inlineData>The same again.</inlineData></contentSet></newsItem>"#;

    fn texts(article: &Article) -> Vec<(&str, &str)> {
        let blocks = article.blocks.iter();
        blocks.map(|block| (block.kind.as_str(), block.text.as_str())).collect()
    }

    #[test]
    fn a_news_item_is_an_article() {
        let article = read(ITEM).remove(0).unwrap();
        let head = &article.head;
        assert_eq!(head.id.as_str(), "urn:newsml:pressmark:1");
        assert_eq!(head.headline.as_deref(), Some("Port Klang adds a berth"));
        assert_eq!(head.published.unwrap().to_string(), "2025-04-17");
        assert_eq!(head.lang.as_str(), "en");
        assert_eq!(head.source.as_deref(), Some("PW"));
        assert_eq!(head.authors, ["Wang Yi"]);
        assert_eq!(head.dateline.as_deref(), Some("Port Klang"));
        assert_eq!(head.section.as_deref(), Some("Business"));
        assert_eq!(
            head.source_tags,
            ["medtop:20000337", "transport", "medtop:20000170", "genre:Current", "Current"]
        );
        assert_eq!(head.edition.version.as_deref(), Some("3"));
        assert_eq!(head.edition.updated.as_deref(), Some("2025-04-18T10:00:00+08:00"));
        assert_eq!(head.edition.embargoed.as_deref(), Some("2025-04-19T00:00:00Z"));
        assert_eq!(texts(&article), [("paragraph", "The operator said so.")]);
        assert_eq!(article.blocks[0].lines.first, 19);
    }

    #[test]
    fn the_text_is_the_first_there_is() {
        let set = &ITEM[ITEM.find("<contentSet>").unwrap()..];
        for (inside, want) in [
            (
                "<inlineXML><nitf><body><body.head><byline>By Anwar Ibrahim</byline></body.head>\
                 <body.content><p>By NITF.</p></body.content></body></nitf></inlineXML>",
                vec![("paragraph", "By NITF.")],
            ),
            (
                "<inlineXML><nitf/></inlineXML><inlineData>One.\n\nTwo.</inlineData>",
                vec![("paragraph", "One."), ("paragraph", "Two.")],
            ),
            (
                "<inlineData contenttype='text/html'>&lt;p>One.&lt;/p></inlineData>",
                vec![("paragraph", "One.")],
            ),
            (
                "<inlineXML><events><p>x</p></events></inlineXML>",
                vec![("paragraph", "A berth more.")],
            ),
            (
                "<inlineData encoding='e:base64'>QQ==</inlineData>",
                vec![("paragraph", "A berth more.")],
            ),
            ("<remoteContent href='x'/>", vec![("paragraph", "A berth more.")]),
        ] {
            let text = ITEM.replace(set, &format!("<contentSet>{inside}</contentSet></newsItem>"));
            let article = read(&text).remove(0).unwrap();
            assert_eq!(texts(&article), want, "{inside}");
            let by = if inside.contains("byline") { "Anwar Ibrahim" } else { "Wang Yi" };
            assert_eq!(article.head.authors, [by], "{inside}");
        }
        let picture = ITEM.replace(set, "</newsItem>").replace("ninat:text", "ninat:picture");
        let article = read(&picture).remove(0).unwrap();
        assert_eq!(texts(&article), [("caption", "A berth more.")]);
    }

    #[test]
    fn a_message_gives_each_item_or_the_reason_there_is_none() {
        let item =
            |guid: &str, inside: &str| format!("<newsItem guid='{guid}'>{inside}</newsItem>\n");
        let headline = "<contentMeta><headline>H</headline></contentMeta>";
        let message = format!(
            "<newsMessage>\n<header/><itemSet>\n<packageItem/>\n<conceptItem/>\n{}{}{}{}{}</itemSet></newsMessage>",
            item("a", headline),
            item("b", "....."),
            item("", headline),
            item("c", "<itemMeta><pubStatus qcode='stat:canceled'/></itemMeta>"),
            item("d", "<itemMeta><pubStatus qcode='stat:gone'/></itemMeta>"),
        );
        let said: Vec<String> = read(&message)
            .into_iter()
            .map(|read| match read {
                Ok(article) if article.withdrawn => format!("{} withdrawn", article.head.id),
                Ok(article) => article.head.id.to_string(),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(
            said,
            [
                "a.xml:3: a package, which only refers to items",
                "a.xml:4: a concept item",
                "a",
                "a.xml:6: an item without headline or text",
                "a.xml:7: `newsItem` has no `guid`",
                "c withdrawn",
                "a.xml:9: publishing status is `stat:gone`, wanted `stat:usable`, `stat:withheld` or \
                 `stat:canceled`",
            ]
        );
        // What a broken message holds before it breaks is not lost.
        let broken = &message[..message.find("<newsItem guid='c'").unwrap()];
        let read = read(&format!("{broken}<newsItem guid='c'>"));
        assert!(read.iter().any(Result::is_ok));
        let last = read.last().unwrap().as_ref().unwrap_err();
        assert_eq!(last.to_string(), "a.xml:8: broken XML: `newsItem` is not closed");
    }

    #[test]
    fn other_documents_are_refused() {
        for (text, want) in [
            ("<contentSet/>", "a.xml:1: element is `contentSet`, wanted `newsItem`"),
            ("<NewsML/>", "a.xml:1: NewsML 1, wanted NewsML-G2"),
            ("<newsMessage/>", "a.xml:1: a message without items"),
            ("<planningItem/>", "a.xml:1: a planning item"),
            ("<newsItem guid='a'>\n<b></newsItem>", "a.xml:2: broken XML: `b` is not closed"),
        ] {
            assert_eq!(read(text).pop().unwrap().unwrap_err().to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(
            text in "(</?(newsItem|newsMessage|itemSet|contentSet|inlineXML|nitf|body|p|tr|td)( guid='a')?/?>|\\PC|&(amp|x)?;?|\n){0,40}"
        ) {
            read(&text);
            read(&format!("<newsItem guid='x'><contentSet><inlineXML>{text}"));
        }
    }
}
