//! XML as a tree, for formats whose files are small and often not well-formed: what is wrong is
//! noted, and all that can be read is read. Whether that will do is for the reader to say.
//!
//! Names are resolved by the namespaces of the document (W3C, Namespaces in XML 1.0). Document type
//! definitions are not read, so no entity is ever expanded but those of XML and HTML. Libraries stop
//! at what is broken, or take text for tags there; so `tokens` is our own.

mod tokens;

use std::borrow::Cow;
use std::rc::Rc;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

use crate::article::LineRange;
use tokens::{Token, Tokens};

/// A document.
#[derive(Debug)]
pub(super) struct Tree {
    /// Its outermost element: of several, which there should not be, the longest.
    pub(super) root: Element,
    /// The other outermost elements, in order.
    pub(super) others: Vec<Element>,
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

/// The most namespaces that are declared at one place.
const MOST_SPACES: usize = 100;

/// Reads `text`; the error says why nothing at all can be read.
pub(super) fn parse(text: &str) -> Result<Tree, Fault> {
    let mut builder = Builder { text, line: 1, ..Builder::default() };
    let mut tokens = Tokens::of(text);
    loop {
        let start = tokens.at();
        builder.pass(start);
        let token = tokens.next();
        if let Some(what) = tokens.fault.take() {
            builder.wrong(what.to_owned());
        }
        match token {
            Some(Token::Start { name, attributes, is_empty }) => {
                builder.open(name, &attributes, start);
                if is_empty {
                    builder.pass(tokens.at());
                    builder.close_top();
                }
            }
            Some(Token::End { name }) => {
                builder.pass(tokens.at());
                builder.close(name);
            }
            Some(Token::Text(text)) => {
                let (text, unknown) = unescaped(text);
                if let Some(name) = unknown {
                    builder.wrong(format!("no entity `&{name};`"));
                }
                builder.add(&text);
            }
            Some(Token::Verbatim(text)) => builder.add(text),
            Some(Token::Other) => {}
            None => break,
        }
        if builder.n_elements > MOST_ELEMENTS {
            return Err(Fault { line: builder.line, what: "too many elements".to_owned() });
        }
    }
    builder.finish()
}

/// The names of the elements that are open where `text` ends, from the outermost.
pub(super) fn open_at_end(text: &str) -> Vec<&str> {
    let mut open = Vec::new();
    let mut tokens = Tokens::of(text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start { name, is_empty: false, .. } if open.len() < DEEPEST => open.push(name),
            Token::End { name } => {
                if let Some(at) = open.iter().rposition(|open| *open == name) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
    open
}

/// An element that is open.
struct Open<'t> {
    element: Element,
    /// Its name as written, prefix and all.
    qualified: &'t str,
    /// Where it begins.
    start: usize,
    /// How many namespaces were declared around it.
    n_spaces: usize,
}

#[derive(Default)]
struct Builder<'t> {
    text: &'t str,
    /// Up to which byte lines are counted, and the line there.
    seen: usize,
    line: u32,
    n_elements: usize,
    open: Vec<Open<'t>>,
    /// The namespaces that are declared here: prefix, address.
    spaces: Vec<(&'t str, Rc<str>)>,
    /// Those of prefixes that nothing declares, and none.
    undeclared: Vec<Rc<str>>,
    /// The outermost elements, with their lengths.
    roots: Vec<(Element, usize)>,
    fault: Option<Fault>,
}

impl<'t> Builder<'t> {
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

    fn open(&mut self, qualified: &'t str, attributes: &[(&'t str, &'t str)], start: usize) {
        self.n_elements += 1;
        let n_spaces = self.spaces.len();
        let mut plain = Vec::with_capacity(attributes.len());
        for (key, value) in attributes {
            let prefix = match key.strip_prefix("xmlns") {
                Some("") => Some(""),
                Some(rest) => rest.strip_prefix(':'),
                None => None,
            };
            match prefix {
                Some(_) if self.spaces.len() >= MOST_SPACES => {}
                Some(prefix) => {
                    self.spaces.push((prefix, Rc::from(unescaped(value).0.trim())));
                }
                None => plain.push((*key, *value)),
            }
        }
        let attributes = plain.into_iter().map(|(key, value)| {
            // The namespace of an element's name is not that of its attributes.
            let name = match key.contains(':') {
                true => self.name(key),
                false => Name { space: self.undeclared(""), local: key.to_owned() },
            };
            (name, unescaped(value).0.into_owned())
        });
        let attributes = attributes.collect();
        let lines = Some(LineRange { first: self.line, last: self.line });
        let name = self.name(qualified);
        let element = Element { name, attributes, nodes: Vec::new(), lines };
        self.open.push(Open { element, qualified, start, n_spaces });
        if self.open.len() > DEEPEST {
            self.wrong(format!("elements are more than {DEEPEST} deep"));
            self.close_top();
        }
    }

    /// The name that `qualified` is here.
    fn name(&mut self, qualified: &str) -> Name {
        let (prefix, local) = qualified.split_once(':').unwrap_or(("", qualified));
        let declared = self.spaces.iter().rev().find(|(of, _)| *of == prefix);
        let space = declared.map(|(_, space)| space.clone());
        let space = space.unwrap_or_else(|| self.undeclared(prefix));
        Name { space, local: local.to_owned() }
    }

    /// The namespace of a prefix that nothing declares.
    fn undeclared(&mut self, prefix: &str) -> Rc<str> {
        if let Some(known) = self.undeclared.iter().find(|known| ***known == *prefix) {
            return known.clone();
        }
        let space: Rc<str> = Rc::from(prefix);
        if self.undeclared.len() < MOST_SPACES {
            self.undeclared.push(space.clone());
        }
        space
    }

    fn close(&mut self, qualified: &str) {
        let exact = self.open.iter().rposition(|open| open.qualified == qualified);
        // Some close in small letters what they open in capitals.
        let found = exact.or_else(|| {
            self.open.iter().rposition(|open| open.qualified.eq_ignore_ascii_case(qualified))
        });
        let Some(at) = found else {
            self.wrong(format!("`</{qualified}>` closes nothing"));
            return;
        };
        if exact.is_none() {
            self.wrong(format!("`</{qualified}>` closes `{}`", self.open[at].qualified));
        }
        if let Some(open) = self.open.get(at + 1) {
            self.wrong(format!("`{}` is not closed", open.qualified));
        }
        while self.open.len() > at {
            self.close_top();
        }
    }

    fn close_top(&mut self) {
        let Some(Open { mut element, start, n_spaces, .. }) = self.open.pop() else { return };
        self.spaces.truncate(n_spaces);
        if let Some(lines) = &mut element.lines {
            lines.last = self.line;
        }
        match self.open.last_mut() {
            Some(around) => around.element.nodes.push(Node::Element(element)),
            None => {
                if !self.roots.is_empty() {
                    self.wrong("more than one outermost element".to_owned());
                }
                self.roots.push((element, self.seen.saturating_sub(start)));
            }
        }
    }

    fn add(&mut self, text: &str) {
        // A line ends in one way (XML 1.0, 2.11).
        let is_odd = |c: char| c == '\r' || matches!(c, '\u{80}'..='\u{9f}');
        let text = match text.contains(is_odd) {
            true => {
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                Cow::Owned(text.chars().map(meant).collect())
            }
            false => Cow::Borrowed(text),
        };
        match self.open.last_mut() {
            Some(open) => match open.element.nodes.last_mut() {
                Some(Node::Text(before)) => before.push_str(&text),
                _ => open.element.nodes.push(Node::Text(text.into_owned())),
            },
            None if text.trim_matches(['\u{feff}', ' ', '\t', '\n']).is_empty() => {}
            None => self.wrong("text outside of all elements".to_owned()),
        }
    }

    fn finish(mut self) -> Result<Tree, Fault> {
        if let Some(open) = self.open.last() {
            self.wrong(format!("`{}` is not closed", open.qualified));
        }
        while !self.open.is_empty() {
            self.close_top();
        }
        let longest = self.roots.iter().map(|(_, len)| *len).max();
        let at = self.roots.iter().position(|(_, len)| Some(*len) == longest);
        let Some(at) = at else {
            return Err(self.fault.unwrap_or(Fault { line: 1, what: "no element".to_owned() }));
        };
        let (root, _) = self.roots.remove(at);
        let others = self.roots.into_iter().map(|(root, _)| root).collect();
        Ok(Tree { root, others, fault: self.fault })
    }
}

/// What `&name;` stands for: the names of HTML, which has those of XML.
fn character(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(code).filter(|c| *c != '\0')?;
        return Some(meant(c).to_string());
    }
    let (first, second) = NAMED_ENTITIES.get(&format!("{name};"))?;
    let codes = [*first, *second].into_iter().filter(|code| *code != 0);
    Some(codes.filter_map(char::from_u32).collect())
}

/// Controls that no one means are what these bytes are in Windows-1252, as in browsers.
fn meant(c: char) -> char {
    let at = u32::from(c).checked_sub(0x80).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| C1_REPLACEMENTS.get(at).copied().flatten()).unwrap_or(c)
}

/// `text` with its references written out, and the first that stands for nothing we know.
pub(super) fn unescaped(text: &str) -> (Cow<'_, str>, Option<&str>) {
    /// The longest name there is has fewer bytes.
    const LONGEST: usize = 40;
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return (Cow::Borrowed(text), None);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut unknown = None;
    let mut rest = &text[first..];
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(LONGEST).position(|byte| !is_of_reference(byte));
        let name = end.filter(|end| rest.as_bytes()[*end] == b';').map(|end| &rest[..end]);
        match name.and_then(character) {
            Some(written) => {
                out.push_str(&written);
                rest = &rest[name.map_or(0, str::len) + 1..];
            }
            None => {
                unknown = unknown.or(name.filter(|name| !name.is_empty()));
                out.push('&');
            }
        }
    }
    out.push_str(rest);
    (Cow::Owned(out), unknown)
}

fn is_of_reference(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'#'
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

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
            ("junk <br/>: x\n<a>y</a>", r#"a("y")"#, Some("1 text outside of all elements")),
            ("<a b=c d>x</a>", r#"a[b=c][d=]("x")"#, Some("1 a tag whose attributes are broken")),
            ("<a b='&x;&amp'/>", "a[b=&x;&amp]()", None),
            (
                "<a>1 < 2 <<b>3</b> <</a>",
                r#"a("1 < 2 <" b("3") " <")"#,
                Some("1 a `<` that opens nothing"),
            ),
            ("<a><人民日报></a>", r#"a("<人民日报>")"#, Some("1 a `<` that opens nothing")),
            (
                "<a>x <b and <c>y</c></a>",
                r#"a("x <b and " c("y"))"#,
                Some("1 a `<` that opens nothing"),
            ),
            ("<a>x</ b></a>", r#"a("x</ b>")"#, Some("1 a `</` that closes nothing")),
            ("<a><b>x</b<c>y</c></a>", r#"a(b("x") c("y"))"#, Some("1 a tag that is not closed")),
            (
                "<a><b t='1 < 2'>x</b></a>",
                r#"a(b[t=1 < 2]("x"))"#,
                Some("1 a tag whose attributes are broken"),
            ),
            (
                "<a><b t='x>y</b><c d='1'/></a>",
                r#"a(b("y") c[d=1]())"#,
                Some("1 a tag whose attributes are broken"),
            ),
            ("<A><b>x</B></a>", r#"A(b("x"))"#, Some("1 `</B>` closes `b`")),
            ("<a><b><c>x</b></c>y</a>", r#"a(b(c("x")) "y")"#, Some("1 `c` is not closed")),
            ("<a><![CDATA[x ]] > &amp;]]></a>", r#"a("x ]] > &amp;")"#, None),
            (
                "<a><b><![CDATA[<i>x</i></b><b><![CDATA[y]]></b></a>",
                r#"a(b("<i>x</i>") b("y"))"#,
                Some("1 a CDATA section that is not closed"),
            ),
            (
                "<a><b><![CDATA[x</b>\n</a>",
                r#"a(b("x") "\n")"#,
                Some("1 a CDATA section that is not closed"),
            ),
            ("<a><b><![CDATA[x", r#"a(b("x"))"#, Some("1 a CDATA section that is not closed")),
            ("<a><b><![CD", "a(b())", Some("1 a `<!` that opens nothing")),
            ("<a>x<!-- y</a>", r#"a("x y")"#, Some("1 a comment that is not closed")),
            ("<?xml version='1.0'><a>x<?y z?></a>", r#"a("x")"#, None),
            ("<!DOCTYPE a [<!ENTITY b '>]>'><!-- ' --><!ENTITY c \"x\">]><a/>", "a()", None),
            (
                "<a>&#146;&#x2019;&apos;&nosuch;</a>",
                r#"a("’’'&nosuch;")"#,
                Some("1 no entity `&nosuch;`"),
            ),
            ("<a>&alpha;&Mu;&hearts;&lt;&fjlig; \u{92}</a>", r#"a("αΜ♥<fj ’")"#, None),
            ("<a>x\r\ny\rz</a>", r#"a("x\ny\nz")"#, None),
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

    #[test]
    fn what_is_full_of_starts_is_read_in_one_go() {
        const MOST: Duration = Duration::from_secs(5);
        for start in [
            "<",
            "</",
            "<!",
            "<!--",
            "<![CDATA[",
            "<?",
            "<?x",
            "<a",
            "<a ",
            "<a b=\"",
            "<a b='<",
            "&",
            "<!DOCTYPE",
            "<a b=\"<a b='",
            "<![CDATA[<a></a>",
            "<a><![CDATA[</a>",
            "<a b=\"> < ",
        ] {
            for end in ["", ">", "]]>", "-->", "\"/>", ";"] {
                let text = format!("<r>{}{end}</r>", start.repeat(100_000));
                let started = Instant::now();
                drop(parse(&text));
                assert!(started.elapsed() < MOST, "{start} {end}: {:?}", started.elapsed());
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(
            text in "(<a|</a>|<b |>|/>|'|\"|=|&|;|#|<!|--|\\[CDATA\\[|\\]\\]|<\\?|xmlns:|x|\\PC){0,40}"
        ) {
            drop(parse(&text));
        }

        /// What is written as it must be is read as it was.
        #[test]
        fn text_comes_back(text in "[ -~é中\n]{0,30}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            let tree = parse(&format!("<a b='1'>{escaped}</a>")).unwrap();
            prop_assert_eq!(tree.root.text(), text);
            prop_assert_eq!(tree.fault, None);
        }
    }
}
