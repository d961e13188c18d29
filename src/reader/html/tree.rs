//! A page as a tree of elements and texts, each with its line. How it is made is `parse`'s work;
//! what its elements mean is for others.

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName};

/// A page, read.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Entry>,
}

/// The place of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(usize);

impl NodeId {
    /// How many nodes were made before it.
    pub(super) fn index(self) -> usize {
        self.0
    }
}

#[derive(Debug)]
struct Entry {
    parent: Option<NodeId>,
    previous: Option<NodeId>,
    next: Option<NodeId>,
    first: Option<NodeId>,
    last: Option<NodeId>,
    line: u32,
    data: Data,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The page.
    Page,
    /// An element.
    Element {
        /// Its name.
        name: QualName,
        /// Its attributes, in order.
        attributes: Vec<Attribute>,
    },
    /// A text.
    Text(StrTendril),
    /// A comment, an instruction, what a template holds: nothing that is shown.
    Other,
}

impl Default for Tree {
    fn default() -> Self {
        let mut tree = Self { nodes: Vec::new() };
        tree.add(Data::Page, 1);
        tree
    }
}

impl Tree {
    /// The page itself.
    pub(super) const ROOT: NodeId = NodeId(0);

    /// The page itself, to walk from.
    pub(super) fn root(&self) -> Node<'_> {
        self.node(Self::ROOT)
    }

    /// The node at `id`.
    pub(super) fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// A new node, which is nowhere yet.
    pub(super) fn add(&mut self, data: Data, line: u32) -> NodeId {
        let id = NodeId(self.nodes.len());
        let [parent, previous, next, first, last] = [None; 5];
        self.nodes.push(Entry { parent, previous, next, first, last, line, data });
        id
    }

    /// Puts `node`, from wherever it is, at the end of `parent`.
    pub(super) fn append(&mut self, parent: NodeId, node: NodeId) {
        self.detach(node);
        let last = self.nodes[parent.0].last.replace(node);
        match last {
            Some(last) => self.nodes[last.0].next = Some(node),
            None => self.nodes[parent.0].first = Some(node),
        }
        let entry = &mut self.nodes[node.0];
        (entry.parent, entry.previous) = (Some(parent), last);
    }

    /// Puts `node`, from wherever it is, before `sibling`.
    pub(super) fn insert_before(&mut self, sibling: NodeId, node: NodeId) {
        self.detach(node);
        let Some(parent) = self.nodes[sibling.0].parent else { return };
        let previous = self.nodes[sibling.0].previous.replace(node);
        match previous {
            Some(previous) => self.nodes[previous.0].next = Some(node),
            None => self.nodes[parent.0].first = Some(node),
        }
        let entry = &mut self.nodes[node.0];
        (entry.parent, entry.previous, entry.next) = (Some(parent), previous, Some(sibling));
    }

    /// Takes `node` out of where it is.
    pub(super) fn detach(&mut self, node: NodeId) {
        let entry = &mut self.nodes[node.0];
        let (parent, previous, next) =
            (entry.parent.take(), entry.previous.take(), entry.next.take());
        let Some(parent) = parent else { return };
        match previous {
            Some(previous) => self.nodes[previous.0].next = next,
            None => self.nodes[parent.0].first = next,
        }
        match next {
            Some(next) => self.nodes[next.0].previous = previous,
            None => self.nodes[parent.0].last = previous,
        }
    }

    /// Adds to the text `node`; whether it is one.
    pub(super) fn extend(&mut self, node: NodeId, more: &StrTendril) -> bool {
        let Data::Text(text) = &mut self.nodes[node.0].data else { return false };
        text.push_tendril(more);
        true
    }

    /// The name of an element.
    pub(super) fn name(&self, node: NodeId) -> Option<&QualName> {
        match &self.nodes[node.0].data {
            Data::Element { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The attributes of an element.
    pub(super) fn attributes_mut(&mut self, node: NodeId) -> Option<&mut Vec<Attribute>> {
        match &mut self.nodes[node.0].data {
            Data::Element { attributes, .. } => Some(attributes),
            _ => None,
        }
    }
}

/// A node and the tree it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    tree: &'t Tree,
    pub(super) id: NodeId,
}

impl<'t> Node<'t> {
    fn entry(self) -> &'t Entry {
        &self.tree.nodes[self.id.0]
    }

    fn at(self, id: Option<NodeId>) -> Option<Self> {
        id.map(|id| self.tree.node(id))
    }

    /// The line it begins on.
    pub(super) fn line(self) -> u32 {
        self.entry().line
    }

    /// The name of an element, without its namespace.
    pub(super) fn name(self) -> Option<&'t str> {
        self.tree.name(self.id).map(|name| &*name.local)
    }

    /// Whether it is an element of that name.
    pub(super) fn is(self, name: &str) -> bool {
        self.name() == Some(name)
    }

    /// What a text says.
    pub(super) fn text(self) -> Option<&'t str> {
        match &self.entry().data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The attributes of an element.
    pub(super) fn attributes(self) -> &'t [Attribute] {
        match &self.entry().data {
            Data::Element { attributes, .. } => attributes,
            _ => &[],
        }
    }

    /// The value of an attribute.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        let of = |attribute: &&Attribute| &*attribute.name.local == name;
        self.attributes().iter().find(of).map(|attribute| &*attribute.value)
    }

    pub(super) fn parent(self) -> Option<Self> {
        self.at(self.entry().parent)
    }

    pub(super) fn previous(self) -> Option<Self> {
        self.at(self.entry().previous)
    }

    pub(super) fn next(self) -> Option<Self> {
        self.at(self.entry().next)
    }

    pub(super) fn first(self) -> Option<Self> {
        self.at(self.entry().first)
    }

    pub(super) fn last(self) -> Option<Self> {
        self.at(self.entry().last)
    }

    /// What stands right below it.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.first(), |node| node.next())
    }

    /// All that stands below it, in order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.first(), move |node| {
            node.first().or_else(|| {
                let mut at = *node;
                while at.id != self.id {
                    if let Some(next) = at.next() {
                        return Some(next);
                    }
                    at = at.parent()?;
                }
                None
            })
        })
    }

    /// All texts below it, joined.
    pub(super) fn whole_text(self) -> String {
        self.descendants().filter_map(Self::text).collect()
    }
}
