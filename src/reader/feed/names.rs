//! What stands right below an entry or a feed, found by name whatever the namespace is called: feeds
//! of a kind have had many addresses, and some declare none.

use crate::reader::xml::{Element, Name};

/// Who made up a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS and Atom, or nobody.
    Core,
    /// Dublin Core, the 15 elements.
    Dc,
    /// Dublin Core, all terms.
    DcTerms,
    /// The module of RSS for content.
    Content,
    /// Podcasts.
    Itunes,
    /// Media RSS.
    Media,
    /// HTML.
    Xhtml,
    /// A service that counts readers.
    FeedBurner,
    /// Tombstones of Atom.
    Tombstone,
    /// Exports of WordPress.
    WordPress,
    /// Another.
    Other,
}

/// Parts of addresses, and prefixes that are met undeclared.
#[rustfmt::skip]
const SPACES: [(&str, &str, Space); 19] = [
    ("purl.org/rss/1.0/modules/content", "content", Space::Content),
    ("purl.org/rss/1.0/modules/", "slash", Space::Other),
    ("purl.org/rss", "rss", Space::Core),
    ("www.w3.org/2005/atom", "atom", Space::Core),
    ("purl.org/atom/", "atom03", Space::Core),
    ("my.netscape.com", "rss091", Space::Core),
    ("userland.com", "rss2", Space::Core),
    ("blogs.law.harvard.edu", "rss20", Space::Core),
    ("purl.org/dc/elements", "dc", Space::Dc),
    ("purl.org/dc/terms", "dcterms", Space::DcTerms),
    ("itunes.com", "itunes", Space::Itunes),
    ("example.com/dtds/podcast", "podcast", Space::Itunes),
    ("search.yahoo.com/mrss", "media", Space::Media),
    ("www.w3.org/1999/xhtml", "xhtml", Space::Xhtml),
    ("feedburner", "feedburner", Space::FeedBurner),
    ("atompub/tombstones", "at", Space::Tombstone),
    ("/excerpt/", "excerpt", Space::Other),
    ("wordpress.org/export", "wp", Space::WordPress),
    ("www.w3.org/1999/02/22-rdf-syntax", "rdf", Space::Other),
];

/// The space of `name`, where what is in `own` is as good as in none.
pub(super) fn space_of(name: &Name, own: &str) -> Space {
    let space = &*name.space;
    if space.is_empty() || space == own {
        return Space::Core;
    }
    let address = space.to_ascii_lowercase();
    let is_of =
        |(part, prefix, _): &&(&str, &str, Space)| address.contains(part) || address == **prefix;
    SPACES.iter().find(is_of).map_or(Space::Other, |(_, _, space)| *space)
}

/// The elements right below one, with those of a group of media.
pub(super) struct Fields<'e> {
    of: &'e Element,
    fields: Vec<(Space, &'e Element)>,
}

impl<'e> Fields<'e> {
    pub(super) fn of(element: &'e Element) -> Self {
        let own = &element.name.space;
        let mut fields = Vec::new();
        for field in element.elements() {
            let space = space_of(&field.name, own);
            fields.push((space, field));
            let local = &field.name.local;
            if space == Space::Media && (local == "group" || local == "content") {
                fields.extend(field.elements().map(|field| (Space::Media, field)));
            }
        }
        Self { of: element, fields }
    }

    /// Those of that name that hold something, in order.
    pub(super) fn all(
        &self,
        space: Space,
        local: &str,
    ) -> impl DoubleEndedIterator<Item = &'e Element> {
        self.named(space, local)
            .filter(|field| field.elements().next().is_some() || !field.text().trim().is_empty())
    }

    /// Those of that name, in order.
    pub(super) fn named(
        &self,
        space: Space,
        local: &str,
    ) -> impl DoubleEndedIterator<Item = &'e Element> {
        let is = move |(of, field): &&(Space, &'e Element)| {
            *of == space && field.name.local.eq_ignore_ascii_case(local)
        };
        self.fields.iter().filter(is).map(|(_, field)| *field)
    }

    /// The first that holds something, of the first of these names that has one.
    pub(super) fn first(&self, names: &[(Space, &str)]) -> Option<&'e Element> {
        names.iter().find_map(|(space, local)| self.all(*space, local).next())
    }

    /// The text of that one.
    pub(super) fn text(&self, names: &[(Space, &str)]) -> Option<String> {
        self.first(names).map(|field| field.text().trim().to_owned())
    }

    /// An attribute of the element itself.
    pub(super) fn attribute(&self, local: &str) -> Option<&'e str> {
        attribute(self.of, local)
    }
}

/// The value of an attribute, whatever the case of its name, unless it is blank.
pub(super) fn attribute<'e>(element: &'e Element, local: &str) -> Option<&'e str> {
    let is = |(name, _): &&(Name, String)| name.local.eq_ignore_ascii_case(local);
    let value = element.attributes.iter().find(is).map(|(_, value)| value.trim());
    value.filter(|value| !value.is_empty())
}

/// The value of an attribute of XML itself: `xml:lang`, `xml:base`.
pub(super) fn of_xml<'e>(element: &'e Element, local: &str) -> Option<&'e str> {
    let is = |(name, _): &&(Name, String)| {
        name.local == local
            && matches!(&*name.space, "xml" | "http://www.w3.org/XML/1998/namespace")
    };
    element.attributes.iter().find(is).map(|(_, value)| value.trim())
}
