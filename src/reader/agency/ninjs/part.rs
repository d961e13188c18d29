//! A text in one of the forms in which an item of ninjs gives it: HTML, NITF, plain.

use crate::article::{Block, BlockKind, LineRange};
use crate::reader::agency::blocks::blocks;
use crate::reader::agency::nitf::Facts;
use crate::reader::body;
use crate::reader::{html, xml};

/// In which form a text is given, the richest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Html,
    Nitf,
    Plain,
}

/// One form of a text.
pub(super) struct Part {
    /// What it is called, in lower case.
    pub(super) role: String,
    pub(super) form: Form,
    text: String,
    line: u32,
}

/// The text of an item, and what else stands beside it.
#[derive(Default)]
pub(super) struct Text {
    pub(super) facts: Facts,
    pub(super) blocks: Vec<Block>,
}

impl Part {
    /// A part that is called `role` and is of the type `media`; `None` if that is no text.
    pub(super) fn new(role: String, media: &str, text: String, line: u32) -> Option<Self> {
        let media = media.to_ascii_lowercase();
        let is_called = |name: &str| role.contains(name) || media.contains(name);
        let form = if is_called("html") {
            Form::Html
        } else if is_called("nitf") {
            Form::Nitf
        } else {
            Form::Plain
        };
        let is_text = media.is_empty() || media.starts_with("text/") || form != Form::Plain;
        is_text.then_some(Self { role, form, text, line })
    }

    /// Its text, of which what is nothing else is of `kind`.
    pub(super) fn read(&self, kind: BlockKind) -> Text {
        let lines = LineRange { first: self.line, last: self.line };
        let mut read = Text::default();
        let rich = match self.form {
            Form::Html => html::fragment(&self.text),
            Form::Nitf => xml::parse(&self.text).ok().map(|tree| {
                read.facts = Facts::of(&tree.root);
                match tree.root.name.local.as_str() {
                    "nitf" => std::mem::take(&mut read.facts.blocks),
                    _ => blocks(&tree.root, BlockKind::Paragraph),
                }
            }),
            Form::Plain => None,
        };
        read.blocks = rich.unwrap_or_else(|| {
            let mut plain = Vec::new();
            body::cut(&self.text, lines, &mut plain);
            plain
        });
        for block in &mut read.blocks {
            block.lines = lines;
            if block.kind == BlockKind::Paragraph {
                block.kind = kind;
            }
        }
        read
    }
}
