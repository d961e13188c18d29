//! The text of a document and the styles of its paragraphs. As in `docx`, whatever is not known is
//! looked into, so that no text is lost.

use std::collections::BTreeMap;
use std::mem::{replace, swap, take};

use crate::article::BlockKind;
use crate::reader::document::{Document, Role};
use crate::reader::docx::role_of_style;
use crate::reader::xml::{Element, Node};

/// What a style is made from and says.
#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    /// What it is called, in lower case.
    name: String,
    outline: Option<u8>,
    is_bold: Option<bool>,
    is_hidden: bool,
}

/// The styles of a document by their names, those of paragraphs and of letters.
#[derive(Debug, Default)]
pub(super) struct Styles(BTreeMap<(String, String), Style>);

/// How many styles may be made from each other.
const DEEPEST: usize = 16;

impl Styles {
    /// The styles in `documents`, of which later ones count more.
    pub(super) fn of(documents: &[&Element]) -> Self {
        let lists = documents.iter().flat_map(|document| {
            document.elements().filter(|list| list.name.local.ends_with("styles"))
        });
        let styles = lists.flat_map(|list| list.children("style")).filter_map(|style| {
            let name = style.attribute("name")?;
            let look = style.child("text-properties");
            let look = |name: &str| look.and_then(|look| look.attribute(name));
            let weight = look("font-weight");
            let found = Style {
                parent: style.attribute("parent-style-name").map(str::to_owned),
                name: style.attribute("display-name").unwrap_or(name).trim().to_lowercase(),
                outline: style.attribute("default-outline-level").and_then(|n| n.parse().ok()),
                is_bold: weight.map(|weight| {
                    weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600)
                }),
                is_hidden: look("display") == Some("none"),
            };
            let family = style.attribute("family").unwrap_or("paragraph");
            Some(((family.to_owned(), name.to_owned()), found))
        });
        Self(styles.collect())
    }

    /// The style that `element` is in and those it is made from.
    fn chain<'s>(&'s self, family: &'s str, element: &Element) -> impl Iterator<Item = &'s Style> {
        let get = move |name: &str| self.0.get(&(family.to_owned(), name.to_owned()));
        let first = element.attribute("style-name").and_then(get);
        std::iter::successors(first, move |style| get(style.parent.as_deref()?)).take(DEEPEST)
    }

    fn role(&self, paragraph: &Element) -> Role {
        let unknown = paragraph.attribute("style-name").map(str::to_lowercase);
        let mut chain = self.chain("paragraph", paragraph).peekable();
        if chain.peek().is_none() {
            // Without its style a paragraph still has the name.
            return unknown.and_then(|name| role_of_style(&name)).unwrap_or_default();
        }
        let mut outline = None;
        for style in chain {
            if let Some(role) = role_of_style(&style.name) {
                return role;
            }
            outline = outline.or(style.outline);
        }
        outline.filter(|level| (1..=10).contains(level)).map(Role::Heading).unwrap_or_default()
    }
}

/// Takes what `element` holds into `document`; gives the comments on it.
pub(super) fn read(element: &Element, styles: &Styles, document: &mut Document) -> Document {
    let [notes, comments] = [Vec::new(), Vec::new()];
    let open = Open::default();
    let mut walk = Walk { styles, document, open, is_item: false, notes, comments };
    walk.blocks(element);
    // Notes hold no notes.
    for note in take(&mut walk.notes) {
        walk.blocks(note);
    }
    let comments = take(&mut walk.comments);
    let mut beside = Document::default();
    walk.document = &mut beside;
    for comment in comments {
        walk.blocks(comment);
    }
    beside
}

/// A paragraph that is being gathered.
#[derive(Default)]
struct Open<'e> {
    text: String,
    /// How many letters are bold, and how many there are.
    n_bold: usize,
    n_letters: usize,
    /// The text boxes that hang on it.
    boxes: Vec<&'e Element>,
}

struct Walk<'e, 'd> {
    styles: &'d Styles,
    document: &'d mut Document,
    open: Open<'e>,
    /// Whether a list is open.
    is_item: bool,
    notes: Vec<&'e Element>,
    comments: Vec<&'e Element>,
}

impl<'e> Walk<'e, '_> {
    /// Takes the blocks below `element`.
    fn blocks(&mut self, element: &'e Element) {
        for element in element.elements() {
            match element.name.local.as_str() {
                "p" => self.paragraph(element, None),
                "h" => {
                    let level = element.attribute("outline-level").and_then(|n| n.parse().ok());
                    self.paragraph(element, Some(level.unwrap_or(1)));
                }
                "list" => {
                    let around = replace(&mut self.is_item, true);
                    self.blocks(element);
                    self.is_item = around;
                }
                "table" => self.table(element),
                "tracked-changes" => {
                    for deletion in element.elements().filter_map(|one| one.child("deletion")) {
                        let texts =
                            deletion.elements().filter(|one| one.name.local != "change-info");
                        texts.for_each(|one| self.document.struck("deleted text", &one.text()));
                    }
                }
                "forms" | "dde-source" | "creator" | "date" | "sender-initials" => {}
                "table-of-content" | "illustration-index" | "table-index" | "object-index"
                | "alphabetical-index" | "user-index" => self.contents(element),
                "annotation" => self.comments.push(element),
                "section" if element.attribute("display") == Some("none") => {}
                _ => self.blocks(element),
            }
        }
    }

    fn contents(&mut self, element: &'e Element) {
        for element in element.elements() {
            match element.name.local.as_str() {
                "p" | "h" => {
                    self.inline(element, false);
                    let Open { text, .. } = take(&mut self.open);
                    self.document.paragraph(&text, Role::Contents, false);
                }
                name if name.ends_with("-source") => {}
                _ => self.contents(element),
            }
        }
    }

    fn paragraph(&mut self, element: &'e Element, level: Option<u8>) {
        let role = match (self.styles.role(element), level) {
            (Role::Title, _) => Role::Title,
            (_, Some(level)) => Role::Heading(level.max(1)),
            (Role::Text | Role::Heading(_), None) if self.is_item => {
                Role::Kind(BlockKind::ListItem)
            }
            (role, None) => role,
        };
        let mut chain = self.styles.chain("paragraph", element);
        let is_bold = chain.find_map(|style| style.is_bold).unwrap_or(false);
        let is_hidden = self.styles.chain("paragraph", element).any(|style| style.is_hidden);
        if !is_hidden {
            self.inline(element, is_bold);
        }
        let Open { text, n_bold, n_letters, boxes } = take(&mut self.open);
        self.document.paragraph(&text, role, n_letters > 0 && n_bold == n_letters);
        let around = take(&mut self.is_item);
        for element in boxes {
            self.blocks(element);
        }
        self.is_item = around;
    }

    fn table(&mut self, element: &'e Element) {
        for row in element.elements() {
            match row.name.local.as_str() {
                "table-row" => {
                    let mut cells = Vec::new();
                    let mut part = self.document.part();
                    for cell in row.children("table-cell") {
                        swap(self.document, &mut part);
                        self.blocks(cell);
                        swap(self.document, &mut part);
                        let next = part.part();
                        cells.push(replace(&mut part, next));
                    }
                    self.document.row(cells);
                }
                // Rows are grouped, and those that head each page apart.
                _ => self.table(row),
            }
        }
    }

    /// Takes what stands within a paragraph.
    fn inline(&mut self, element: &'e Element, is_bold: bool) {
        for node in &element.nodes {
            let element = match node {
                Node::Text(text) => {
                    // White space is one space here, and a line end of the file is white space.
                    self.put(&text.replace('\n', " "), is_bold);
                    continue;
                }
                Node::Element(element) => element,
            };
            match element.name.local.as_str() {
                "s" => self.put(" ", is_bold),
                "tab" => self.put("\t", is_bold),
                "line-break" => self.put("\n", is_bold),
                "span" => {
                    let mut chain = self.styles.chain("text", element);
                    let bold = chain.find_map(|style| style.is_bold).unwrap_or(is_bold);
                    if !self.styles.chain("text", element).any(|style| style.is_hidden) {
                        self.inline(element, bold);
                    }
                }
                "note" => self.notes.extend(element.child("note-body")),
                "annotation" => self.comments.push(element),
                "text-box" => self.open.boxes.push(element),
                "ruby-text" | "hidden-text" | "title" | "desc" | "tracked-changes" | "object"
                | "script" | "event-listeners" => {}
                _ => self.inline(element, is_bold),
            }
        }
    }

    fn put(&mut self, text: &str, is_bold: bool) {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        self.open.n_letters += letters;
        self.open.n_bold += if is_bold { letters } else { 0 };
        self.open.text.push_str(text);
    }
}
