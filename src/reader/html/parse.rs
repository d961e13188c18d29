//! The text of a page into its tree. The parser is `html5ever`'s; what is added here is where
//! things stand, and bounds: pages that nest or multiply without end are met in the wild.
//!
//! The parser takes time that grows with the square of the depth, and elements that are never
//! closed are opened again in every paragraph; so depth and number are watched as tags come in.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, QualName, TokenizerResult, local_name};

use super::tree::{Data, NodeId, Tree};

/// The most elements a page may have. Long articles have some thousands.
const MAX_ELEMENTS: usize = 200_000;

/// The depth below which tags open nothing more, so that what they hold stands side by side. Pages
/// have a few dozen; browsers stop at 512, but what is done with a page takes longer here.
const MAX_DEPTH: u32 = 128;

/// How many elements more than tags can be in its bytes a page may have, by what was left open.
const SPARE_ELEMENTS: usize = 5_000;

/// Parses `html`; `None` if it has more than [`MAX_ELEMENTS`], or grows out of proportion.
pub(super) fn parse(html: &str) -> Option<Tree> {
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let most = MAX_ELEMENTS.min(html.len() / "<p>".len() + SPARE_ELEMENTS);
    let builder = TreeBuilder::new(Sink { most, ..Sink::default() }, options);
    let tokenizer = Tokenizer::new(Bounded { builder }, TokenizerOpts::default());
    let input = BufferQueue::default();
    // In parts, so that a page with too many elements is not read to its end.
    let mut rest = html;
    while !rest.is_empty() {
        let (part, after) = rest.split_at(rest.floor_char_boundary(PART_BYTES));
        input.push_back(StrTendril::from_slice(part));
        rest = after;
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        if tokenizer.sink.builder.sink.is_full() {
            return None;
        }
    }
    tokenizer.end();
    let sink = tokenizer.sink.builder.sink;
    (!sink.is_full()).then(|| sink.tree.into_inner())
}

/// How much the parser is given at once.
const PART_BYTES: usize = 64 << 10;

/// Hands tokens to the tree builder, but for tags that would nest too deep.
struct Bounded {
    builder: TreeBuilder<NodeId, Sink>,
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        let sink = &self.builder.sink;
        sink.line.set(u32::try_from(line).unwrap_or(u32::MAX));
        if let TagToken(tag) = &token {
            let opens = tag.kind == StartTag && !is_raw(&tag.name);
            if sink.is_full() && (opens || tag.kind == EndTag) {
                return TokenSinkResult::Continue;
            }
            if opens && sink.depth.get() >= MAX_DEPTH {
                if parts(&tag.name) && !sink.is_parted.replace(true) {
                    // Two line ends part paragraphs as well, and open nothing.
                    for _ in 0..2 {
                        drop(self.builder.process_token(line_end(), line));
                    }
                }
                return TokenSinkResult::Continue;
            }
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Whether such an element parts what it holds from what is before.
fn parts(name: &str) -> bool {
    const PARTS: [&str; 20] = [
        "p",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "section",
        "article",
        "figure",
        "figcaption",
        "ul",
        "ol",
        "dd",
        "dt",
        "pre",
    ];
    PARTS.contains(&name)
}

/// The tag `<br>`.
fn line_end() -> Token {
    TagToken(Tag {
        kind: StartTag,
        name: local_name!("br"),
        self_closing: false,
        attrs: Vec::new(),
        had_duplicate_attributes: false,
    })
}

/// Whether what such an element holds is no markup, so that its tag must be seen whatever the depth.
pub(super) fn is_raw(name: &str) -> bool {
    is_verbatim(name) || matches!(name, "textarea" | "title")
}

/// Whether what such an element holds has not even character references.
pub(super) fn is_verbatim(name: &str) -> bool {
    matches!(name, "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext")
}

/// The tree that is built.
#[derive(Default)]
struct Sink {
    tree: RefCell<Tree>,
    /// The depth of each node.
    depths: RefCell<Vec<u32>>,
    /// What templates hold, which is not in the tree.
    templates: RefCell<Vec<(NodeId, NodeId)>>,
    /// Elements of mathematics that hold markup of the page.
    integration_points: RefCell<Vec<NodeId>>,
    /// The line of the token that is being handled.
    line: Cell<u32>,
    /// How deep the next node would be.
    depth: Cell<u32>,
    elements: Cell<usize>,
    /// Whether no text came since line ends were put in the place of a tag.
    is_parted: Cell<bool>,
    /// How many of them there may be.
    most: usize,
}

impl Sink {
    fn is_full(&self) -> bool {
        self.elements.get() > self.most
    }

    fn depth_of(&self, node: NodeId) -> u32 {
        self.depths.borrow().get(node.index()).copied().unwrap_or(0)
    }

    /// A new node, which is nowhere yet.
    fn create(&self, data: Data, line: u32) -> NodeId {
        let node = self.tree.borrow_mut().add(data, line);
        self.depths.borrow_mut().resize(node.index() + 1, 0);
        node
    }

    /// Puts `child` in place with `put`, at `depth`. A text goes on the text `before` it, if there
    /// is one.
    fn put(
        &self,
        child: NodeOrText<NodeId>,
        depth: u32,
        before: Option<NodeId>,
        put: impl FnOnce(&mut Tree, NodeId),
    ) {
        let node = match child {
            NodeOrText::AppendNode(node) => {
                self.depth.set(depth + 1);
                node
            }
            NodeOrText::AppendText(text) => {
                if !text.trim().is_empty() {
                    self.is_parted.set(false);
                }
                let extends = |node| self.tree.borrow_mut().extend(node, &text);
                if before.is_some_and(extends) {
                    return;
                }
                // A line end is told when it has been passed.
                let line = self.line.get().saturating_sub(u32::from(text.starts_with('\n')));
                self.create(Data::Text(text), line.max(1))
            }
        };
        self.depths.borrow_mut()[node.index()] = depth;
        put(&mut self.tree.borrow_mut(), node);
    }
}

impl TreeSink for Sink {
    type ElemName<'a> = Ref<'a, QualName>;
    type Output = Self;
    type Handle = NodeId;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        Tree::ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| {
            tree.name(*target).expect("the parser asks for the names of elements only")
        })
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> NodeId {
        self.elements.set(self.elements.get() + 1);
        let node = self.create(Data::Element { name, attributes }, self.line.get());
        if flags.template {
            let contents = self.create(Data::Other, self.line.get());
            self.templates.borrow_mut().push((node, contents));
        }
        if flags.mathml_annotation_xml_integration_point {
            self.integration_points.borrow_mut().push(node);
        }
        node
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.create(Data::Other, self.line.get())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.create(Data::Other, self.line.get())
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let depth = self.depth_of(*parent) + 1;
        let last = self.tree.borrow().node(*parent).last().map(|node| node.id);
        self.put(child, depth, last, |tree, node| tree.append(*parent, node));
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let depth = self.depth_of(*sibling);
        let before = self.tree.borrow().node(*sibling).previous().map(|node| node.id);
        self.put(child, depth, before, |tree, node| tree.insert_before(*sibling, node));
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let has_parent = self.tree.borrow().node(*element).parent().is_some();
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        self.depth.set(self.depth_of(*node));
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let templates = self.templates.borrow();
        // The template that is open is among the last.
        let found = templates.iter().rev().find(|(template, _)| template == target);
        found.expect("every template has been given contents").1
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        let mut tree = self.tree.borrow_mut();
        let Some(own) = tree.attributes_mut(*target) else { return };
        for attribute in attributes {
            if own.iter().all(|known| known.name != attribute.name) {
                own.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        let mut tree = self.tree.borrow_mut();
        loop {
            let Some(child) = tree.node(*node).first().map(|child| child.id) else { return };
            tree.append(*parent, child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeId) -> bool {
        self.integration_points.borrow().contains(node)
    }
}
