//! XML as a tree, for formats whose files are small and often not well-formed: what is wrong is
//! noted, and all that can be read is read. Whether that will do is for the reader to say.
//!
//! Names are resolved by the namespaces of the document (W3C, Namespaces in XML 1.0). Document type
//! definitions are not read, so no entity is ever expanded but those of XML and HTML.

use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::escape::{resolve_html5_entity, resolve_xml_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::article::LineRange;

/// A document.
#[derive(Debug)]
pub(super) struct Tree {
    /// Its outermost element: the first, if there are several.
    pub(super) root: Element,
    /// What is not well-formed first, if anything is.
    pub(super) fault: Option<Fault>,
}

/// What is not well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: u32,
    /// What is wrong.
    pub(super) what: String,
}

/// One element.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Its name.
    pub(super) name: Name,
    /// Its attributes, in order; namespace declarations are none.
    pub(super) attributes: Vec<(Name, String)>,
    /// What it holds, in order.
    pub(super) nodes: Vec<Node>,
    /// The lines it stands on.
    pub(super) lines: Option<LineRange>,
}

/// What an element holds.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Another element.
    Element(Element),
    /// Text, as it is: white space is kept.
    Text(String),
}

/// A name in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// The address of its namespace, empty for none; of a prefix that nothing declares, the prefix.
    pub(super) space: Rc<str>,
    /// The name without its prefix.
    pub(super) local: String,
}

/// How deep elements may stand; what is deeper is held by the deepest that may.
const DEEPEST: usize = 200;

/// The most elements a document may have.
const MOST_ELEMENTS: usize = 2_000_000;

impl Element {
    /// The first child of that local name.
    pub(super) fn child(&self, local: &str) -> Option<&Element> {
        self.elements().find(|element| element.name.local == local)
    }

    /// The children of that local name, in order.
    pub(super) fn children<'e>(&'e self, local: &'e str) -> impl Iterator<Item = &'e Element> {
        self.elements().filter(move |element| element.name.local == local)
    }

    /// All children that are elements, in order.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// What stands at the end of a path of local names, the first at each step.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, local| element.child(local))
    }

    /// The value of the first attribute of that local name.
    pub(super) fn attribute(&self, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name.local == local);
        found.map(|(_, value)| value.as_str())
    }

    /// All text in it and in what it holds, as it is.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(&self, text: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Element(element) => element.gather(text),
                Node::Text(own) => text.push_str(own),
            }
        }
    }
}

/// Reads `text`; the error says why nothing at all can be read.
pub(super) fn parse(text: &str) -> Result<Tree, Fault> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut builder = Builder { text, seen: 0, line: 1, open: Vec::new(), root: None, fault: None };
    let mut n_elements = 0;
    loop {
        let event = reader.read_event();
        let end = usize::try_from(reader.buffer_position()).unwrap_or(text.len()).min(text.len());
        match event {
            Ok(Event::Start(start)) => builder.open(&start),
            Ok(Event::Empty(start)) => {
                builder.open(&start);
                builder.pass(end);
                builder.close_top();
            }
            Ok(Event::End(tag)) => {
                builder.pass(end);
                builder.close(tag.name().as_ref());
            }
            Ok(Event::Text(own)) => builder.add(&own.xml10_content()),
            Ok(Event::CData(own)) => builder.add(&own.xml10_content()),
            Ok(Event::GeneralRef(reference)) => builder.refer(&reference),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Ok(Event::Eof) => break,
            Err(error) => {
                builder.wrong(said(&error));
                // What is lexically broken cannot be passed over safely.
                if matches!(error, Error::Syntax(_)) || end == builder.seen {
                    break;
                }
            }
        }
        builder.pass(end);
        n_elements += usize::from(builder.open.len() <= DEEPEST);
        if n_elements > MOST_ELEMENTS {
            return Err(Fault { line: builder.line, what: "too many elements".to_owned() });
        }
    }
    if let Some(open) = builder.open.last() {
        builder.wrong(format!("`{}` is not closed", open.qualified));
    }
    while !builder.open.is_empty() {
        builder.close_top();
    }
    match builder.root {
        Some(root) => Ok(Tree { root, fault: builder.fault }),
        None => Err(builder.fault.unwrap_or(Fault { line: 1, what: "no element".to_owned() })),
    }
}

fn said(error: &Error) -> String {
    error.to_string().trim_start_matches("syntax error: ").to_owned()
}

/// An element that is open.
struct Open {
    element: Element,
    /// Its name as written, prefix and all.
    qualified: String,
    /// The namespaces it declares: prefix, address.
    spaces: Vec<(String, Rc<str>)>,
}

struct Builder<'t> {
    text: &'t str,
    /// Up to which byte lines are counted, and the line there.
    seen: usize,
    line: u32,
    open: Vec<Open>,
    root: Option<Element>,
    fault: Option<Fault>,
}

impl Builder<'_> {
    /// Counts the lines up to `end`.
    fn pass(&mut self, end: usize) {
        if end > self.seen {
            let n = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.seen..end]).count();
            self.line = self.line.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
            self.seen = end;
        }
    }

    fn wrong(&mut self, what: String) {
        let line = self.line;
        self.fault.get_or_insert(Fault { line, what });
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let mut spaces = Vec::new();
        let mut plain = Vec::new();
        for attribute in start.html_attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
                self.wrong("broken attribute".to_owned());
                continue;
            };
            let value = unescaped(&attribute.value);
            match attribute.key.as_ref() {
                "xmlns" => spaces.push((String::new(), Rc::from(value.trim()))),
                key => match key.strip_prefix("xmlns:") {
                    Some(prefix) => spaces.push((prefix.to_owned(), Rc::from(value.trim()))),
                    None => plain.push((key.to_owned(), value)),
                },
            }
        }
        let qualified = start.name().as_ref().to_owned();
        let lines = Some(LineRange { first: self.line, last: self.line });
        self.open.push(Open {
            element: Element { lines, ..Element::default() },
            qualified: qualified.clone(),
            spaces,
        });
        let attributes = plain.into_iter().map(|(key, value)| {
            // The namespace of an element's name is not that of its attributes.
            let name = match key.contains(':') {
                true => self.name(&key),
                false => Name { space: Rc::default(), local: key },
            };
            (name, value)
        });
        let attributes = attributes.collect();
        let name = self.name(&qualified);
        if let Some(open) = self.open.last_mut() {
            open.element.name = name;
            open.element.attributes = attributes;
        }
        if self.open.len() > DEEPEST {
            self.wrong(format!("elements are more than {DEEPEST} deep"));
            self.close_top();
        }
    }

    /// The name that `qualified` is here.
    fn name(&self, qualified: &str) -> Name {
        let (prefix, local) = qualified.split_once(':').unwrap_or(("", qualified));
        let declared = self.open.iter().rev().flat_map(|open| &open.spaces);
        let space = declared.into_iter().find(|(of, _)| of == prefix).map(|(_, space)| space);
        let space = space.cloned().unwrap_or_else(|| Rc::from(prefix));
        Name { space, local: local.to_owned() }
    }

    fn close(&mut self, qualified: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.qualified == qualified) else {
            self.wrong(format!("`</{qualified}>` closes nothing"));
            return;
        };
        if let Some(open) = self.open.get(at + 1) {
            let what = format!("`{}` is not closed", open.qualified);
            self.wrong(what);
        }
        while self.open.len() > at {
            self.close_top();
        }
    }

    fn close_top(&mut self) {
        let Some(Open { mut element, .. }) = self.open.pop() else { return };
        if let Some(lines) = &mut element.lines {
            lines.last = self.line;
        }
        match self.open.last_mut() {
            Some(around) => around.element.nodes.push(Node::Element(element)),
            None if self.root.is_none() => self.root = Some(element),
            None => self.wrong("more than one outermost element".to_owned()),
        }
    }

    fn add(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(open) => match open.element.nodes.last_mut() {
                Some(Node::Text(before)) => before.push_str(text),
                _ => open.element.nodes.push(Node::Text(text.to_owned())),
            },
            None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
            None => self.wrong("text outside of all elements".to_owned()),
        }
    }

    fn refer(&mut self, reference: &BytesRef<'_>) {
        match character(reference.as_ref()) {
            Some(text) => self.add(&text),
            None => {
                let name: &str = reference.as_ref();
                self.wrong(format!("no entity `&{name};`"));
                self.add(&format!("&{name};"));
            }
        }
    }
}

/// What `&name;` stands for.
fn character(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0').map(String::from);
    }
    resolve_xml_entity(name).or_else(|| resolve_html5_entity(name)).map(str::to_owned)
}

/// The value of an attribute, with its references written out.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].split_once(';').map(|(name, _)| name);
        match name.and_then(|name| Some((name, character(name)?))) {
            Some((name, written)) => {
                text.push_str(&written);
                rest = &rest[name.len() + 2..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree on one line: `name[attributes](nodes)`.
    fn drawn(element: &Element) -> String {
        let name = |name: &Name| match &*name.space {
            "" => name.local.clone(),
            space => format!("{space}:{}", name.local),
        };
        let attributes = element.attributes.iter();
        let attributes: String =
            attributes.map(|(key, value)| format!("[{}={value}]", name(key))).collect();
        let nodes = element.nodes.iter().map(|node| match node {
            Node::Element(element) => drawn(element),
            Node::Text(text) => format!("{text:?}"),
        });
        let nodes: Vec<String> = nodes.collect();
        format!("{}{attributes}({})", name(&element.name), nodes.join(" "))
    }

    #[test]
    fn a_document_is_read_whatever_is_wrong_with_it() {
        for (text, want, fault) in [
            ("<a>x<b/>y</a>", r#"a("x" b() "y")"#, None),
            (
                "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]><!-- c --><a b='1 &lt; &#50;'/>",
                "a[b=1 < 2]()",
                None,
            ),
            ("<a>&amp;&eacute;<![CDATA[<b>]]></a>", r#"a("&é<b>")"#, None),
            ("<a xmlns='u' xmlns:p='v' p:c='1' d='2'><p:b/></a>", "u:a[v:c=1][d=2](v:b())", None),
            ("<a><q:b/></a>", "a(q:b())", None),
            ("<a><b>x</a>", r#"a(b("x"))"#, Some("1 `b` is not closed")),
            ("<a>\n<b>x", r#"a("\n" b("x"))"#, Some("2 `b` is not closed")),
            ("<a>x</b>y</a>", r#"a("xy")"#, Some("1 `</b>` closes nothing")),
            ("<a>R&D & &e;</a>", r#"a("R&D & &e;")"#, Some("1 no entity `&e;`")),
            ("<a/><b/>", "a()", Some("1 more than one outermost element")),
            ("<a b=c d>x</a>", r#"a[b=c][d=]("x")"#, None),
            ("<a b='&x;&amp'/>", "a[b=&x;&amp]()", None),
        ] {
            let tree = parse(text).unwrap();
            assert_eq!(drawn(&tree.root), want, "{text}");
            let got = tree.fault.map(|fault| format!("{} {}", fault.line, fault.what));
            assert_eq!(got.as_deref(), fault, "{text}");
        }
        for text in ["", "no", "<!-- x", "<?xml version='1.0'?>"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn elements_know_their_lines_and_are_found_by_path() {
        let tree = parse("<a>\n <b>\n  <c>x</c> z\n </b>\n</a>").unwrap();
        let b = tree.root.child("b").unwrap();
        assert_eq!(b.lines, Some(LineRange { first: 2, last: 4 }));
        assert_eq!(tree.root.at(&["b", "c"]).unwrap().text(), "x");
        assert!(tree.root.at(&["c"]).is_none());
    }

    #[test]
    fn what_is_deep_is_held_by_the_deepest_and_nothing_overflows() {
        let text = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let tree = parse(&text).unwrap();
        assert_eq!(tree.root.text(), "x");
        assert!(tree.fault.unwrap().what.contains("deep"));
    }
}
