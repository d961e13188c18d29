//! The text of a document: paragraphs with their runs, tables, text boxes, notes. Where the standard
//! lets elements stand in many places, whatever is not known is looked into, and what is in it
//! taken: programs add elements, and text must not be lost for it.

use std::mem::take;

use super::styles::{Format, Styles, is_on};
use crate::reader::document::{Document, Role};
use crate::reader::xml::{Element, Node};

/// Takes what `element` holds (a body, a cell, a note, a text box) into `document`.
pub(super) fn read(element: &Element, styles: &Styles, document: &mut Document) {
    let mut walk = Walk { styles, document, open: Open::default(), fields: Vec::new() };
    walk.blocks(element);
    walk.close();
}

/// A paragraph that is being gathered.
#[derive(Default)]
struct Open<'e> {
    text: String,
    role: Role,
    /// Whether its style is bold.
    is_bold: bool,
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
    /// The fields that are open: whether what they show has begun. A field may span paragraphs.
    fields: Vec<bool>,
}

/// Why what a tracked change took out is left out.
const DELETED: &str = "deleted text";

impl<'e> Walk<'e, '_> {
    /// Takes the blocks below `element`.
    fn blocks(&mut self, element: &'e Element) {
        for element in element.elements() {
            match element.name.local.as_str() {
                "p" => self.paragraph(element),
                "tbl" => self.table(element),
                "del" | "moveFrom" => self.struck(element),
                "sectPr" | "altChunk" => {}
                "AlternateContent" => {
                    if let Some(choice) = element.elements().next() {
                        self.blocks(choice);
                    }
                }
                "sdt" => self.control(element),
                _ => self.blocks(element),
            }
        }
    }

    /// A content control, which may be a table of contents.
    fn control(&mut self, element: &'e Element) {
        let gallery = element.at(&["sdtPr", "docPartObj", "docPartGallery"]);
        let is_contents = gallery
            .and_then(|gallery| gallery.attribute("val"))
            .is_some_and(|name| name == "Table of Contents");
        let Some(content) = element.child("sdtContent") else { return };
        if !is_contents {
            return self.blocks(content);
        }
        for paragraph in content.elements().filter(|element| element.name.local == "p") {
            self.inline(paragraph);
            self.open.role = Role::Contents;
            self.close();
        }
    }

    fn paragraph(&mut self, element: &'e Element) {
        let properties = element.child("pPr");
        // What goes on with a paragraph whose end was deleted keeps what that was.
        if self.open.text.is_empty() {
            let format = properties.map(Format::of).unwrap_or_default();
            (self.open.role, self.open.is_bold) = self.styles.role(&format);
        }
        self.inline(element);
        let is_end_deleted = properties.is_some_and(|own| own.at(&["rPr", "del"]).is_some());
        if !is_end_deleted {
            self.close();
        }
    }

    /// Ends the paragraph that is open.
    fn close(&mut self) {
        let Open { text, role, n_bold, n_letters, boxes, .. } = take(&mut self.open);
        self.document.paragraph(&text, role, n_letters > 0 && n_bold == n_letters);
        // What a field is told to do ends with its paragraph, even if what said so was deleted.
        self.fields.fill(true);
        for element in boxes {
            // What hangs on a paragraph has fields of its own.
            let fields = take(&mut self.fields);
            self.blocks(element);
            self.close();
            self.fields = fields;
        }
    }

    fn table(&mut self, element: &'e Element) {
        self.close();
        for row in element.elements() {
            match row.name.local.as_str() {
                "tr" if row.at(&["trPr", "del"]).is_some() => {
                    self.document.struck(DELETED, &row.text());
                }
                "tr" => self.row(row),
                // Rows within a control, or marked by a program.
                "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" => self.table(row),
                _ => {}
            }
        }
    }

    fn row(&mut self, row: &'e Element) {
        let mut found = Vec::new();
        cells_of(row, &mut found);
        let mut cells = Vec::new();
        let mut part = self.document.part();
        for cell in found {
            read(cell, self.styles, &mut part);
            let next = part.part();
            cells.push(std::mem::replace(&mut part, next));
        }
        self.document.row(cells);
    }

    /// Takes note of what was deleted or stands elsewhere now.
    fn struck(&mut self, element: &Element) {
        let why = if element.name.local == "del" { DELETED } else { "moved text" };
        self.document.struck(why, &element.text());
    }

    /// Takes what stands within a paragraph.
    fn inline(&mut self, element: &'e Element) {
        for element in element.elements() {
            match element.name.local.as_str() {
                "r" => self.run(element),
                "del" | "moveFrom" => self.struck(element),
                "sdtPr" | "pPr" | "rPr" | "rt" => {}
                "txbxContent" => self.open.boxes.push(element),
                "AlternateContent" => {
                    if let Some(choice) = element.elements().next() {
                        self.inline(choice);
                    }
                }
                _ => self.inline(element),
            }
        }
    }

    /// Takes a run: letters that look the same.
    fn run(&mut self, run: &'e Element) {
        let look = run.child("rPr");
        let is = |name: &str| look.and_then(|look| is_on(look.child(name)));
        if is("vanish") == Some(true) {
            return;
        }
        let is_bold = is("b").unwrap_or(self.open.is_bold);
        for element in run.elements() {
            let from = self.open.text.len();
            match element.name.local.as_str() {
                "t" => self.text(element),
                "tab" | "ptab" => self.put("\t"),
                "br" | "cr" => self.put("\n"),
                "noBreakHyphen" => self.put("-"),
                "fldChar" => match element.attribute("fldCharType") {
                    Some("begin") => self.fields.push(false),
                    Some("separate") => {
                        if let Some(field) = self.fields.last_mut() {
                            *field = true;
                        }
                    }
                    Some("end") => {
                        self.fields.pop();
                    }
                    _ => {}
                },
                "sym" => {
                    let code =
                        element.attribute("char").and_then(|c| u32::from_str_radix(c, 16).ok());
                    // Fonts of symbols have places of their own, which say nothing.
                    let symbol = code
                        .and_then(char::from_u32)
                        .filter(|c| !matches!(c, '\u{e000}'..='\u{f8ff}'));
                    if let Some(symbol) = symbol {
                        self.put(symbol.encode_utf8(&mut [0; 4]));
                    }
                }
                "rPr" | "instrText" | "delText" | "delInstrText" => {}
                "AlternateContent" => {
                    if let Some(choice) = element.elements().next() {
                        self.inline(choice);
                    }
                }
                "txbxContent" => self.open.boxes.push(element),
                // Pictures with text boxes in them, phonetic guides.
                _ => self.inline(element),
            }
            let letters = self.open.text[from..].chars().filter(|c| c.is_alphanumeric()).count();
            self.open.n_letters += letters;
            self.open.n_bold += if is_bold { letters } else { 0 };
        }
    }

    fn text(&mut self, element: &Element) {
        for node in &element.nodes {
            if let Node::Text(text) = node {
                // A line end of the file is no line end of the text.
                self.put(&text.replace('\n', " "));
            }
        }
    }

    fn put(&mut self, text: &str) {
        if self.fields.iter().all(|is_shown| *is_shown) {
            self.open.text.push_str(text);
        }
    }
}

/// The cells of a row, some of which may be in controls.
fn cells_of<'e>(row: &'e Element, cells: &mut Vec<&'e Element>) {
    for element in row.elements() {
        match element.name.local.as_str() {
            "tc" => cells.push(element),
            "sdt" | "sdtContent" | "customXml" => cells_of(element, cells),
            _ => {}
        }
    }
}
