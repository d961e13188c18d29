//! One entry of RSS or Atom into a draft: which element says what.

use std::borrow::Cow;

use url::Url;

use super::names::Space::{Content, Core, Dc, DcTerms, FeedBurner, Itunes, Media, Other, Xhtml};
use super::names::{Fields, Space, attribute, of_xml};
use super::text::{Text, without_notice};
use super::{Dates, Given};
use crate::article::{Dropped, Lang, LineRange};
use crate::reader::draft::Draft;
use crate::reader::white_space::squeeze;
use crate::reader::wire;
use crate::reader::xml::{Element, unescaped};

/// What holds for what is within an element.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// What `xml:lang` says; `und` where it takes back what was said.
    lang: Option<Lang>,
    /// Where relative addresses begin.
    base: Option<Url>,
}

impl Scope {
    /// That of a feed which was found at `url`.
    pub(super) fn at(url: Option<&str>) -> Self {
        Self { lang: None, base: url.and_then(|url| Url::parse(url).ok()) }
    }

    /// What holds within `element`.
    pub(super) fn within(&self, element: &Element) -> Self {
        let mut scope = self.clone();
        if let Some(lang) = of_xml(element, "lang") {
            scope.lang = Some(Lang::new(lang));
        }
        if let Some(base) = of_xml(element, "base").filter(|base| !base.is_empty()) {
            scope.base = scope.resolve(base).or(scope.base);
        }
        scope
    }

    fn resolve(&self, address: &str) -> Option<Url> {
        match &self.base {
            Some(base) => base.join(address).ok(),
            None => Url::parse(address).ok(),
        }
    }

    /// `address` in full, if it is relative and that can be told.
    fn address(&self, address: &str, site: Option<&Url>) -> String {
        if Url::parse(address).is_ok() {
            return address.to_owned();
        }
        let base = self.base.as_ref().or(site);
        let full = base.and_then(|base| base.join(address).ok());
        full.map_or_else(|| address.to_owned(), String::from)
    }
}

/// What a feed says of all its entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    pub(super) title: Option<String>,
    pub(super) lang: Option<Lang>,
    pub(super) authors: Vec<String>,
    /// Its page.
    pub(super) site: Option<Url>,
}

impl Feed {
    /// Of the elements of a feed that may say something of it.
    pub(super) fn of(elements: &[(&Element, Scope)]) -> Self {
        let mut feed = Self::default();
        for (element, scope) in elements {
            let fields = Fields::of(element);
            feed.title = feed
                .title
                .or_else(|| title(&fields))
                .or_else(|| fields.text(&[(Dc, "publisher")]).filter(|text| !text.is_empty()));
            let named = fields.text(&[(Core, "language"), (Dc, "language")]);
            feed.lang = named.as_deref().and_then(Lang::named).or(feed.lang);
            // The editors of RSS write none of it.
            if feed.authors.is_empty() && fields.named(Core, "entry").next().is_some() {
                feed.authors = authors(&fields);
            }
            let site = link(&fields).map(|link| scope.address(&link, None));
            feed.site = feed.site.or_else(|| Url::parse(&site?).ok());
        }
        feed
    }
}

/// An entry as it stands there; whether it says what was `dropped` of it.
pub(super) fn draft(entry: &Element, scope: &Scope, feed: &Feed, tell_dropped: bool) -> Given {
    let lines = entry.lines.unwrap_or(LineRange { first: 1, last: 1 });
    let fields = Fields::of(entry);
    let source = fields.first(&[(Core, "source")]);
    let of_source = source.map(Fields::of);
    let source_title = of_source.as_ref().and_then(title).or_else(|| {
        let source = source.filter(|source| source.elements().next().is_none());
        source.and_then(|source| Text::of(source).line())
    });
    let source_authors = of_source.as_ref().map(authors).unwrap_or_default();
    let authors = [authors(&fields), source_authors, feed.authors.clone()];
    let about = fields.attribute("about").map(str::to_owned);
    let link = link(&fields).map(|link| {
        // An address is relative to the element it stands in.
        let holder = fields.named(Core, "link").next().map(|link| scope.within(link));
        holder.as_ref().unwrap_or(scope).address(&link, feed.site.as_ref())
    });
    let texts = texts(&fields);
    let mut found = texts.iter().map(|element| (element, Text::of(element).blocks(lines)));
    let found = found.find(|(_, blocks)| !blocks.is_empty());
    let holder = found.as_ref().map(|(element, _)| **element);
    let holder = holder.or_else(|| fields.all(Core, "title").next());
    let holder = holder.map(|element| scope.within(element));
    let mut draft = Draft {
        id: fields
            .text(&[(Core, "guid"), (Core, "id")])
            .or_else(|| about.clone())
            .or_else(|| fields.text(&[(Dc, "identifier")])),
        headline: title(&fields),
        lang: holder
            .and_then(|holder| holder.lang)
            .or_else(|| scope.lang.clone())
            .or_else(|| Lang::named(&fields.text(&[(Dc, "language"), (Core, "language")])?))
            .or_else(|| feed.lang.clone()),
        source: source_title
            .or_else(|| fields.text(&[(Dc, "publisher")]))
            .or_else(|| feed.title.clone()),
        url: link.or_else(|| about.filter(|about| is_address(about))),
        authors: authors.into_iter().find(|names| !names.is_empty()).unwrap_or_default(),
        section: fields.text(&[(Core, "section"), (Other, "section")]),
        source_tags: tags(&fields),
        ..Draft::default()
    };
    if tell_dropped {
        let taken = found.as_ref().map(|(element, _)| **element);
        let others =
            texts.iter().filter(|other| taken.is_some_and(|it| !std::ptr::eq(it, **other)));
        draft.dropped = others.filter_map(|other| summary(other)).collect();
    }
    draft.blocks = found.map(|(_, blocks)| without_notice(blocks)).unwrap_or_default();
    let mut updated = dates(&fields, &UPDATED);
    updated.extend(fields.attribute("lastmod").map(str::to_owned));
    let dates = Dates { published: dates(&fields, &PUBLISHED), updated };
    Given { draft, dates, line: lines.first }
}

/// The entry that `deleted` says is gone.
pub(super) fn tombstone(deleted: &Element) -> Option<Given> {
    let fields = Fields::of(deleted);
    let draft = Draft {
        id: Some(fields.attribute("ref")?.to_owned()),
        withdrawn: true,
        ..Draft::default()
    };
    let updated = fields.attribute("when").map(str::to_owned).into_iter().collect();
    let line = deleted.lines.map_or(1, |lines| lines.first);
    Some(Given { draft, dates: Dates { published: Vec::new(), updated }, line })
}

/// Where an entry may hold its text, the whole before what is short.
const TEXTS: [(Space, &str); 15] = [
    (Content, "encoded"),
    (Core, "content"),
    (Xhtml, "body"),
    (Core, "body"),
    (Core, "fullitem"),
    (Core, "description"),
    (Core, "summary"),
    (Core, "abstract"),
    (Dc, "description"),
    (DcTerms, "abstract"),
    (Itunes, "summary"),
    (Media, "description"),
    (Media, "text"),
    (Other, "encoded"),
    (Itunes, "subtitle"),
];

const PUBLISHED: [(Space, &str); 8] = [
    (Core, "pubDate"),
    (Core, "published"),
    (Core, "issued"),
    (Dc, "date"),
    (DcTerms, "issued"),
    (Core, "date"),
    (DcTerms, "created"),
    (Core, "created"),
];

const UPDATED: [(Space, &str); 4] =
    [(Core, "updated"), (Core, "modified"), (DcTerms, "modified"), (Core, "lastmod")];

fn texts<'e>(fields: &Fields<'e>) -> Vec<&'e Element> {
    TEXTS.iter().flat_map(|(space, local)| fields.all(*space, local)).collect()
}

/// What these elements say; of one name, what comes last holds.
fn dates(fields: &Fields<'_>, names: &[(Space, &str)]) -> Vec<String> {
    let all = names.iter().flat_map(|(space, local)| fields.all(*space, local).rev());
    all.map(|date| date.text().trim().to_owned()).collect()
}

/// A text that stands beside the one that is taken.
fn summary(element: &Element) -> Option<Dropped> {
    const LONGEST: usize = 200;
    let mut text = Text::of(element).line()?;
    text.truncate(text.floor_char_boundary(LONGEST));
    Some(Dropped { why: Cow::Borrowed("summary"), text, lines: element.lines? })
}

fn title(fields: &Fields<'_>) -> Option<String> {
    let names = [(Core, "title"), (Dc, "title"), (Media, "title"), (Itunes, "title")];
    let mut titles = names.iter().flat_map(|(space, local)| fields.all(*space, local));
    titles.find_map(|title| Text::of(title).line())
}

/// The address of the page itself.
fn link(fields: &Fields<'_>) -> Option<String> {
    // The service puts an address of its own in the place of the link.
    if let Some(original) = fields.text(&[(FeedBurner, "origLink")]) {
        return Some(original);
    }
    let links = fields.named(Core, "link").filter_map(|link| {
        let href = attribute(link, "href").map(str::to_owned);
        let href = href.unwrap_or_else(|| link.text().trim().to_owned());
        let rel = attribute(link, "rel").unwrap_or("alternate").to_ascii_lowercase();
        let is_page = attribute(link, "type").is_none_or(|kind| kind.contains("html"));
        (rel.ends_with("alternate") && !href.is_empty()).then_some((!is_page, href))
    });
    let link = links.min_by_key(|(is_other, _)| *is_other).map(|(_, href)| href);
    link.or_else(|| fields.attribute("href").map(str::to_owned)).or_else(|| {
        let is_page = |guid: &&Element| {
            attribute(guid, "isPermaLink").is_none_or(|is| !is.eq_ignore_ascii_case("false"))
        };
        let guid = fields.all(Core, "guid").find(is_page)?.text().trim().to_owned();
        is_address(&guid).then_some(guid)
    })
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Who wrote it: of the elements that say so those that are most to the point.
fn authors(fields: &Fields<'_>) -> Vec<String> {
    let names = [(Core, "author"), (Dc, "creator"), (Dc, "author"), (Itunes, "author")];
    let of = |(space, local): &(Space, &'static str)| {
        let mut all: Vec<String> = Vec::new();
        for name in fields.all(*space, local).flat_map(author) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    };
    names.iter().map(of).find(|names| !names.is_empty()).unwrap_or_default()
}

fn author(element: &Element) -> Vec<String> {
    if element.elements().next().is_none() {
        return person(&element.text());
    }
    let fields = Fields::of(element);
    let name = fields.text(&[(Core, "name"), (Core, "email")]);
    name.map(|name| person(&name)).unwrap_or_default()
}

/// The names in `text`, which may stand beside an address of mail.
pub(super) fn person(text: &str) -> Vec<String> {
    let text = unescaped(text).0;
    let text = text.trim();
    for (open, close) in [('(', ')'), ('<', '>')] {
        let Some((before, rest)) = text.split_once(open) else { continue };
        let Some((inner, _)) = rest.split_once(close) else { continue };
        let (before, inner) = (before.trim(), inner.trim());
        if inner.contains('@') && !before.is_empty() {
            return wire::names(before);
        }
        if before.contains('@') && !inner.is_empty() {
            return wire::names(inner);
        }
    }
    wire::names(text)
}

/// The labels of an entry.
fn tags(fields: &Fields<'_>) -> Vec<String> {
    /// What Blogger says is no topic.
    const KIND: &str = "#kind";
    let mut tags = Vec::new();
    let mut add = |tag: &str| {
        let tag = squeeze(tag).into_owned();
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    };
    for (space, local) in [(Core, "category"), (Dc, "subject"), (Media, "category")] {
        for category in fields.named(space, local) {
            if attribute(category, "scheme").is_some_and(|scheme| scheme.ends_with(KIND)) {
                continue;
            }
            ["term", "label"].iter().filter_map(|key| attribute(category, key)).for_each(&mut add);
            add(&unescaped(&category.text()).0);
        }
    }
    for category in fields.named(Itunes, "category") {
        let inner = category.child("category");
        [Some(category), inner].into_iter().flatten().for_each(|category| {
            add(attribute(category, "text").unwrap_or_default());
        });
    }
    for (space, local) in [(Core, "tags"), (Media, "keywords"), (Itunes, "keywords")] {
        fields.all(space, local).for_each(|words| words.text().split(',').for_each(&mut add));
    }
    tags
}
