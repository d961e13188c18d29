//! The styles of a document: what a paragraph in one of them is. Names tell, in the languages that
//! programs write them in, and outline levels; how anything looks does not count, but for bold.

use std::collections::BTreeMap;

use crate::article::BlockKind;
use crate::reader::document::Role;
use crate::reader::xml::Element;

/// What is said of a paragraph, or of the style it is in.
#[derive(Clone, Debug, Default)]
pub(super) struct Format {
    /// The style it is in, or that a style is made from.
    style: Option<String>,
    /// The name of a style.
    name: String,
    /// Its level in the outline, from 0; 9 is none.
    outline: Option<u8>,
    /// Whether it is an item of a list.
    is_item: Option<bool>,
    /// Whether its letters are bold.
    is_bold: Option<bool>,
}

/// The styles by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(BTreeMap<String, Format>);

/// How many styles may be made from each other.
const DEEPEST: usize = 16;

impl Styles {
    /// Reads `w:styles`.
    pub(super) fn of(styles: &Element) -> Self {
        let styles = styles.children("style").filter_map(|style| {
            let id = style.attribute("styleId")?.to_owned();
            let mut format = style.child("pPr").map(Format::of).unwrap_or_default();
            format.style = value(style.child("basedOn")).map(str::to_owned);
            format.name = value(style.child("name")).unwrap_or(&id).trim().to_lowercase();
            format.is_bold = style.child("rPr").and_then(|look| is_on(look.child("b")));
            Some((id, format))
        });
        Self(styles.collect())
    }

    /// What a paragraph in `format` is, and whether its letters are bold if nothing else is said.
    pub(super) fn role(&self, format: &Format) -> (Role, bool) {
        let mut role = None;
        let mut item = format.is_item;
        let mut bold = None;
        let mut outline = format.outline;
        let mut next = format.style.as_deref();
        for _ in 0..DEEPEST {
            let Some(id) = next else { break };
            let Some(style) = self.0.get(id) else {
                // Without its style a paragraph still has the id, which is mostly the name.
                role = role.or_else(|| named(&id.to_lowercase()));
                break;
            };
            role = role.or_else(|| named(&style.name));
            outline = outline.or(style.outline);
            item = item.or(style.is_item);
            bold = bold.or(style.is_bold);
            next = style.style.as_deref();
        }
        let level = outline.filter(|level| *level < 9).map(|level| Role::Heading(level + 1));
        let item = item.unwrap_or(false).then_some(Role::Kind(BlockKind::ListItem));
        let role = role.or(level).or(item).unwrap_or_default();
        (role, bold.unwrap_or(false))
    }
}

impl Format {
    /// Reads `w:pPr`.
    pub(super) fn of(properties: &Element) -> Self {
        let list = properties.child("numPr");
        let outline = value(properties.child("outlineLvl"));
        Self {
            style: value(properties.child("pStyle")).map(str::to_owned),
            outline: outline.and_then(|level| level.parse().ok()),
            is_item: list.map(|list| value(list.child("numId")) != Some("0")),
            ..Self::default()
        }
    }
}

/// Whether a switch such as `w:b` is on, if it is there.
pub(super) fn is_on(switch: Option<&Element>) -> Option<bool> {
    let switch = switch?;
    Some(!matches!(switch.attribute("val"), Some("0" | "false" | "off" | "none")))
}

fn value(element: Option<&Element>) -> Option<&str> {
    element?.attribute("val")
}

/// What a style of that name, in lower case, makes of a paragraph. `_20_` is a space in ODF.
pub(in crate::reader) fn named(name: &str) -> Option<Role> {
    const HEADINGS: [&str; 14] = [
        "heading",
        "überschrift",
        "titre",
        "título",
        "titolo",
        "kop",
        "rubrik",
        "заголовок",
        "标题",
        "標題",
        "見出し",
        "제목",
        "tajuk",
        "judul",
    ];
    const TITLES: [&str; 14] = [
        "title",
        "titel",
        "titre",
        "título",
        "titolo",
        "название",
        "标题",
        "標題",
        "文档标题",
        "表題",
        "제목",
        "tajuk",
        "judul",
        "headline",
    ];
    const QUOTES: [&str; 8] =
        ["quote", "quotation", "block text", "引用", "引文", "zitat", "petikan", "kutipan"];
    const CAPTIONS: [&str; 10] = [
        "caption",
        "illustration",
        "figure",
        "table",
        "drawing",
        "题注",
        "題註",
        "图注",
        "圖註",
        "kapsyen",
    ];
    const CONTENTS: [&str; 8] =
        ["toc", "contents", "目录", "目錄", "table of figures", "tableofcontents", "toa", "index"];
    const ITEMS: [&str; 4] = ["list bullet", "list number", "listbullet", "listnumber"];
    const AUTHORS: [&str; 5] = ["author", "byline", "by-line", "作者", "penulis"];
    // Made from the style of a title by some programs, and none.
    const PLAIN: [&str; 6] = ["subtitle", "date", "abstract", "副标题", "副標題", "日期"];
    let name = name.replace("_20_", " ");
    // `heading 1`, `标题1`, `Heading1Char` is none.
    let words = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let level = name[words.len()..].parse().ok().filter(|level| (1..=9).contains(level));
    let words = words.trim_end();
    if let Some(level) = level
        && HEADINGS.contains(&words)
    {
        return Some(Role::Heading(level));
    }
    let is = |names: &[&str]| names.contains(&words);
    let holds = |names: &[&str]| names.iter().any(|part| words.contains(part));
    match () {
        () if TITLES.contains(&&*name) => Some(Role::Title),
        () if AUTHORS.contains(&&*name) => Some(Role::Author),
        () if PLAIN.contains(&&*name) => Some(Role::Text),
        () if holds(&QUOTES) && !words.ends_with("char") => Some(Role::Kind(BlockKind::Quote)),
        () if is(&CAPTIONS) || words.ends_with("caption") => Some(Role::Kind(BlockKind::Caption)),
        () if is(&CONTENTS) || words.starts_with("toc ") || words.starts_with("contents ") => {
            Some(Role::Contents)
        }
        () if ITEMS.iter().any(|item| words.starts_with(item)) => {
            Some(Role::Kind(BlockKind::ListItem))
        }
        () => None,
    }
}
