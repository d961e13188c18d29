//! What a book says of itself: its package (OPF), which names its pages in order, and its table of
//! contents (the navigation of EPUB 3, or the NCX of EPUB 2).

use std::collections::{BTreeMap, BTreeSet};

use crate::reader::ReadError;
use crate::reader::document::person;
use crate::reader::package::Package;
use crate::reader::white_space::squeeze;
use crate::reader::xml::Element;

/// A book.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Its title and who published it.
    pub(super) title: Option<String>,
    /// The persons among those who made it.
    pub(super) persons: Vec<String>,
    /// See `title`.
    pub(super) publisher: Option<String>,
    /// What it is about.
    pub(super) subjects: Vec<String>,
    /// Its language.
    pub(super) lang: Option<String>,
    /// What identifies it.
    pub(super) id: Option<String>,
    /// When it was published, and when this copy was made.
    pub(super) published: Option<String>,
    /// See `published`.
    pub(super) made: Option<String>,
    /// The newspaper or magazine it is an issue of, as `calibre` says.
    pub(super) periodical: Option<String>,
    /// Its pages, in order.
    pub(super) pages: Vec<Page>,
    /// Its table of contents.
    pub(super) contents: Vec<Entry>,
}

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    /// Its name in the file.
    pub(super) name: String,
    /// What it is, if that is no text: `cover`, `table of contents`.
    pub(super) is: Option<&'static str>,
}

/// A line of the table of contents.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// What it says.
    pub(super) label: String,
    /// The page it leads to, if it leads anywhere.
    pub(super) page: Option<String>,
    /// Which line it stands under.
    pub(super) above: Option<usize>,
    /// Whether lines that lead to other pages stand under it.
    pub(super) has_more: bool,
}

/// The most of those who made it, and the most subjects: each article of it has them all.
const MOST_NAMES: usize = 200;

/// The longest line that a book says of itself, in characters: an article may have several.
const LONGEST_LINE: usize = 1_000;

/// The most lines of a table of contents.
const MOST_ENTRIES: usize = 20_000;

impl Book {
    /// Reads what `package` says of itself.
    pub(super) fn of(package: &Package<'_>) -> Result<Self, ReadError> {
        let container = package.xml("META-INF/container.xml")?;
        let opf = container.as_ref().and_then(|container| {
            let file = container.at(&["rootfiles", "rootfile"])?;
            Some(resolved("", file.attribute("full-path")?))
        });
        let opf = opf.ok_or_else(|| package.broken("it does not say where its contents are"))?;
        let root = package.xml(&opf)?;
        let root = root.ok_or_else(|| package.broken(format!("it has no `{opf}`")))?;
        let mut book = Self::default();
        if let Some(metadata) = root.child("metadata") {
            // Early books have another element within it.
            let inner = metadata.child("dc-metadata").unwrap_or(metadata);
            book.take_metadata(inner, root.attribute("unique-identifier"));
            book.take_meta(metadata);
        }
        book.take_pages(&root, &opf, package)?;
        if book.pages.is_empty() {
            return Err(package.broken("it names no pages"));
        }
        Ok(book)
    }

    fn take_metadata(&mut self, metadata: &Element, unique: Option<&str>) {
        let texts = |name: &'static str| {
            let texts = metadata.children(name).map(line);
            texts.filter(|text| !text.is_empty())
        };
        self.title = texts("title").next();
        let creators = texts("creator").take(MOST_NAMES);
        self.persons = creators.flat_map(|name| person(&name)).collect();
        self.publisher = texts("publisher").next();
        self.subjects = texts("subject").take(MOST_NAMES).collect();
        self.lang = texts("language").next();
        let ids: Vec<&Element> = metadata.children("identifier").collect();
        let own = ids.iter().find(|id| unique.is_some() && id.attribute("id") == unique);
        self.id = own.or(ids.first()).map(|id| line(id)).filter(|id| !id.is_empty());
        for date in metadata.children("date") {
            let place = match date.attribute("event") {
                Some("publication" | "original-publication") | None => &mut self.published,
                Some(_) => &mut self.made,
            };
            place.get_or_insert(line(date));
        }
    }

    fn take_meta(&mut self, metadata: &Element) {
        for meta in metadata.children("meta") {
            let name = meta.attribute("name").or_else(|| meta.attribute("property"));
            match name {
                Some("dcterms:modified") => {
                    self.made.get_or_insert(line(meta));
                }
                Some("calibre:publication_type") => {
                    // `periodical:newspaper:The Star`
                    let said = meta.attribute("content").unwrap_or_default();
                    let title =
                        said.strip_prefix("periodical:").and_then(|rest| rest.split_once(':'));
                    self.periodical = title.map(|(_, title)| cut(title.trim()).to_owned());
                }
                _ => {}
            }
        }
    }

    fn take_pages(
        &mut self,
        root: &Element,
        opf: &str,
        package: &Package<'_>,
    ) -> Result<(), ReadError> {
        let Some((manifest, spine)) = root.child("manifest").zip(root.child("spine")) else {
            return Ok(());
        };
        let items: Vec<Item<'_>> =
            manifest.children("item").filter_map(|item| Item::of(item, opf)).collect();
        let mut by_id: Vec<(&str, usize)> = items.iter().map(|item| item.id).zip(0..).collect();
        by_id.sort_unstable();
        let by_id = |id: &str| {
            let at = by_id.binary_search_by(|(known, _)| (*known).cmp(id)).ok()?;
            Some(&items[by_id[at].1])
        };
        let nav = items.iter().find(|item| item.properties.split_whitespace().any(|p| p == "nav"));
        let ncx = spine
            .attribute("toc")
            .and_then(by_id)
            .or_else(|| items.iter().find(|item| item.media_type == "application/x-dtbncx+xml"));
        // A table of contents that cannot be read is none.
        let read = |item: Option<&Item<'_>>| item.and_then(|item| package.xml(&item.name).ok()?);
        let mut guides = Vec::new();
        if let Some((nav, page)) = nav.zip(read(nav)) {
            take_nav(&page, &nav.name, &mut self.contents, &mut guides);
        }
        if self.contents.is_empty()
            && let Some((ncx, tree)) = ncx.zip(read(ncx))
            && let Some(map) = tree.child("navMap")
        {
            take_ncx(map, &ncx.name, None, &mut self.contents);
        }
        for guide in root.child("guide").into_iter().flat_map(|guide| guide.children("reference")) {
            if let Some((kind, page)) = guide.attribute("type").zip(guide.attribute("href")) {
                guides.push((kind.to_owned(), resolved(opf, page)));
            }
        }
        let guides: BTreeMap<String, &str> =
            guides.into_iter().filter_map(|(kind, page)| Some((page, named(&kind)?))).collect();
        let listed: BTreeSet<&str> =
            self.contents.iter().filter_map(|entry| entry.page.as_deref()).collect();
        let mut seen = BTreeSet::new();
        for entry in spine.children("itemref") {
            let Some(item) = entry.attribute("idref").and_then(by_id) else { continue };
            let name = item.name.as_str();
            if !seen.insert(name) {
                continue;
            }
            let is_aside = entry.attribute("linear") == Some("no") && !listed.contains(name);
            let is = match () {
                () if nav.is_some_and(|nav| nav.name == name) => Some("table of contents"),
                () if is_aside => Some("aside"),
                () => guides.get(name).copied(),
            };
            self.pages.push(Page { name: name.to_owned(), is });
        }
        Ok(())
    }
}

/// A file of the book.
struct Item<'e> {
    id: &'e str,
    name: String,
    media_type: &'e str,
    properties: &'e str,
}

impl<'e> Item<'e> {
    fn of(item: &'e Element, opf: &str) -> Option<Self> {
        Some(Self {
            id: item.attribute("id")?,
            name: resolved(opf, item.attribute("href")?),
            media_type: item.attribute("media-type").unwrap_or_default(),
            properties: item.attribute("properties").unwrap_or_default(),
        })
    }
}

/// What a page is that a guide or a landmark calls so, if it is no text.
fn named(kind: &str) -> Option<&'static str> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "cover" => "cover",
        "toc" | "landmarks" => "table of contents",
        "title-page" | "titlepage" => "title page",
        "copyright-page" => "copyright page",
        _ => return None,
    })
}

/// Takes the lists of a navigation page: the table of contents, and which page is what.
fn take_nav(
    element: &Element,
    file: &str,
    contents: &mut Vec<Entry>,
    guides: &mut Vec<(String, String)>,
) {
    for element in element.elements() {
        if element.name.local != "nav" {
            take_nav(element, file, contents, guides);
            continue;
        }
        let kind = element.attribute("type").unwrap_or("toc");
        let Some(list) = element.child("ol") else { continue };
        if kind.split_whitespace().any(|kind| kind == "toc") {
            take_list(list, file, None, contents);
        } else if kind.split_whitespace().any(|kind| kind == "landmarks") {
            for link in list.children("li").filter_map(|item| item.child("a")) {
                if let Some((kind, page)) = link.attribute("type").zip(link.attribute("href")) {
                    guides.push((kind.to_owned(), resolved(file, page)));
                }
            }
        }
    }
}

fn take_list(list: &Element, file: &str, above: Option<usize>, contents: &mut Vec<Entry>) {
    for item in list.children("li") {
        let label = item.child("a").or_else(|| item.child("span"));
        let page = item.child("a").and_then(|link| link.attribute("href"));
        let at = add(label, page, file, above, contents);
        if let Some(list) = item.child("ol") {
            take_list(list, file, at, contents);
        }
    }
}

fn take_ncx(map: &Element, file: &str, above: Option<usize>, contents: &mut Vec<Entry>) {
    for point in map.children("navPoint") {
        let page = point.child("content").and_then(|content| content.attribute("src"));
        let at = add(point.at(&["navLabel", "text"]), page, file, above, contents);
        take_ncx(point, file, at, contents);
    }
}

/// Adds a line; where it is, if there is room for it.
fn add(
    label: Option<&Element>,
    page: Option<&str>,
    file: &str,
    above: Option<usize>,
    contents: &mut Vec<Entry>,
) -> Option<usize> {
    if contents.len() >= MOST_ENTRIES {
        return None;
    }
    let page = page.map(|page| resolved(file, page));
    if let Some(above) = above
        && page.is_some()
        && contents[above].page != page
    {
        contents[above].has_more = true;
    }
    let label = label.map(line).unwrap_or_default();
    contents.push(Entry { label, page, above, has_more: false });
    Some(contents.len() - 1)
}

/// The text of an element on one line, which is cut if it is too long.
fn line(element: &Element) -> String {
    cut(&squeeze(&element.text())).to_owned()
}

fn cut(line: &str) -> &str {
    line.char_indices().nth(LONGEST_LINE).map_or(line, |(end, _)| &line[..end])
}

/// The name of the file that `address` means in `file`, without the place in it.
pub(super) fn resolved(file: &str, address: &str) -> String {
    let address = address.split(['#', '?']).next().unwrap_or_default();
    let address = decoded(address);
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = match address.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    if address.is_empty() {
        return file.to_owned();
    }
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// `address` with `%20` and the like written out.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        let code = (*byte == b'%').then(|| Some(digit(0)? * 16 + digit(1)?)).flatten();
        match code.and_then(|code| u8::try_from(code).ok()) {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_names_of_files() {
        for (file, address, want) in [
            ("OEBPS/a.opf", "text/one.xhtml#p3", "OEBPS/text/one.xhtml"),
            ("OEBPS/text/nav.xhtml", "../one%20two.html", "OEBPS/one two.html"),
            ("a.opf", "./%E4%B8%80.html", "一.html"),
            ("a/b.html", "/c.html", "c.html"),
            ("a/b.html", "#x", "a/b.html"),
            ("a.opf", "../../x", "x"),
            ("a.opf", "50%", "50%"),
        ] {
            assert_eq!(resolved(file, address), want, "{address}");
        }
    }
}
