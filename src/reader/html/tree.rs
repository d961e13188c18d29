//! A page as a tree, with the line of every node. The tree is the parser's; what is added here is
//! where things stand, and bounds: pages that nest or multiply without end are met in the wild.
//!
//! The parser takes time that grows with the square of the depth, and elements that are never
//! closed are opened again in every paragraph; so depth and number are watched as tags come in.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use dom_query::{Document, NodeId, NodeRef};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, EndTag, StartTag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, QualName, TokenizerResult};

/// A page, read.
pub(super) struct Page {
    /// Its elements and texts.
    pub(super) document: Document,
    /// The line where each node begins; those made later have none.
    pub(super) lines: Lines,
}

/// Where nodes begin.
pub(super) struct Lines(HashMap<NodeId, Place>);

impl Lines {
    /// The line where `node` begins, if it is one of the page's own.
    pub(super) fn of(&self, node: &NodeRef<'_>) -> Option<u32> {
        self.0.get(&node.id).map(|place| place.line)
    }
}

/// The most elements a page may have. Long articles have some thousands.
pub(super) const MAX_ELEMENTS: usize = 200_000;

/// The depth below which tags open nothing more; browsers stop there as well.
const MAX_DEPTH: u32 = 512;

/// Parses `html`; `None` if it has more than [`MAX_ELEMENTS`].
pub(super) fn parse(html: &str) -> Option<Page> {
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(Sink::default(), options);
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
    (!sink.is_full())
        .then(|| Page { document: sink.document, lines: Lines(sink.places.into_inner()) })
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
            if opens && (sink.depth.get() >= MAX_DEPTH || sink.is_full())
                || tag.kind == EndTag && sink.is_full()
            {
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

/// Whether what such an element holds is no markup, so that its tag must be seen whatever the depth.
fn is_raw(name: &str) -> bool {
    const RAW: [&str; 9] = [
        "script",
        "style",
        "textarea",
        "title",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "plaintext",
    ];
    RAW.contains(&name)
}

/// Where a node is.
#[derive(Clone, Copy)]
struct Place {
    line: u32,
    depth: u32,
}

/// The tree that is built, with the place of each node.
#[derive(Default)]
struct Sink {
    document: Document,
    places: RefCell<HashMap<NodeId, Place>>,
    /// The line of the token that is being handled.
    line: Cell<u32>,
    /// How deep the next node would be.
    depth: Cell<u32>,
    elements: Cell<usize>,
}

impl Sink {
    fn is_full(&self) -> bool {
        self.elements.get() > MAX_ELEMENTS
    }

    /// Notes that `node` is at `depth`, and begins on `line` if nothing is known of it.
    fn place(&self, node: NodeId, line: u32, depth: u32) {
        let mut places = self.places.borrow_mut();
        places.entry(node).or_insert(Place { line, depth }).depth = depth;
    }

    fn depth_of(&self, node: NodeId) -> u32 {
        self.places.borrow().get(&node).map_or(0, |place| place.depth)
    }

    /// Adds `child` with `add`, at `depth`; `at` tells where a text is after that.
    fn add<'s>(
        &'s self,
        child: NodeOrText<NodeId>,
        depth: u32,
        add: impl FnOnce(NodeOrText<NodeId>),
        at: impl FnOnce() -> Option<NodeRef<'s>>,
    ) {
        let line = self.line.get();
        match child {
            NodeOrText::AppendNode(node) => {
                self.place(node, line, depth);
                self.depth.set(depth + 1);
                add(NodeOrText::AppendNode(node));
            }
            NodeOrText::AppendText(text) => {
                // A line end is told when it has been passed.
                let line = line.saturating_sub(u32::from(text.starts_with('\n')));
                add(NodeOrText::AppendText(text));
                if let Some(node) = at() {
                    self.place(node.id, line, depth);
                }
            }
        }
    }
}

impl TreeSink for Sink {
    type ElemName<'a> = <Document as TreeSink>::ElemName<'a>;
    type Output = Self;
    type Handle = NodeId;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.document.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let node = self.document.create_element(name, attrs, flags);
        self.elements.set(self.elements.get() + 1);
        self.place(node, self.line.get(), 0);
        node
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.document.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.document.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let add = |child| self.document.append(parent, child);
        let depth = self.depth_of(*parent) + 1;
        self.add(child, depth, add, || self.document.tree.last_child_of(parent));
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let add = |child| self.document.append_before_sibling(sibling, child);
        let depth = self.depth_of(*sibling);
        self.add(child, depth, add, || self.document.tree.prev_sibling_of(sibling));
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let has_parent = self.document.tree.parent_of(element).is_some();
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.document.append_doctype_to_document(name, public, system);
    }

    fn pop(&self, node: &NodeId) {
        self.depth.set(self.depth_of(*node));
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.document.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        self.document.reparent_children(node, parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeId) -> bool {
        self.document.is_mathml_annotation_xml_integration_point(node)
    }
}
