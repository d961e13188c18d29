//! What a page says of itself: JSON-LD first, then Open Graph and other `meta`, then elements that
//! are marked, then where browsers note what they save. Nothing is taken from the text.

use super::json_ld::{Described, described};
use super::tree::{Node, Tree};
use crate::article::Lang;
use crate::reader::date::{Stated, day_at_start, stated};
use crate::reader::markup::{reference_at_start, tag_at_start};
use crate::reader::white_space::squeeze;
use crate::reader::wire;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// What the page gives machines as the headline, and what it calls the article beside that.
    pub(super) headlines: Vec<String>,
    /// The day of publication as it stands there; the first that can be read, else the first.
    pub(super) published: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<Lang>,
    pub(super) section: Option<String>,
    pub(super) tags: Vec<String>,
    /// The text, where it is given to machines.
    pub(super) body: Option<String>,
}

/// Reads what the page `page`, which is `html`, says of itself.
pub(super) fn read(page: &Tree, html: &str) -> Facts {
    let seen = Seen::of(page);
    let described = described(seen.scripts.iter().map(String::as_str)).unwrap_or_default();
    let url = seen.url(&described).or_else(|| saved_from(html));
    let published = seen.published(&described, url.as_deref());
    Facts {
        published,
        authors: seen.authors(&described),
        publisher: described.publisher.clone().or_else(|| seen.meta(&["og:site_name"])),
        url,
        lang: seen.lang(&described),
        headlines: [described.headline, described.name].into_iter().flatten().collect(),
        section: described.section.or_else(|| seen.meta(&["article:section", "parsely-section"])),
        tags: tags(described.tags, &seen),
        body: described.body,
    }
}

/// `text` without tags and references, on one line.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = match reference_at_start(rest, &mut out) {
            Some(len) => len,
            None => tag_at_start(rest).map_or_else(
                || {
                    out.push_str(&rest[..1]);
                    1
                },
                |tag| tag.len,
            ),
        };
        rest = &rest[len..];
    }
    out.push_str(rest);
    squeeze(&out).into_owned()
}

fn tags(mut tags: Vec<String>, seen: &Seen) -> Vec<String> {
    /// More are there for search engines.
    const MOST: usize = 50;
    for (key, value) in &seen.metas {
        match key.as_str() {
            "article:tag" | "og:article:tag" | "news_keywords" | "keywords" | "parsely-tags" => {
                tags.extend(value.split([',', ';', '，', '、']).map(|tag| tag.trim().to_owned()));
            }
            _ => {}
        }
    }
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        if !tag.is_empty() && kept.len() < MOST && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// The address that browsers and their extensions note at the start of a page they save.
fn saved_from(html: &str) -> Option<String> {
    const START: usize = 4096;
    let start = &html[..html.floor_char_boundary(START)];
    let rest = match start.split_once("saved from url=(") {
        Some((_, rest)) => rest.split_once(')')?.1,
        None => start.split_once("Page saved with SingleFile")?.1.split_once("url:")?.1,
    };
    let url = rest.split_whitespace().next()?;
    is_of_article(url).then(|| url.to_owned())
}

/// Whether `url` can be that of one article: it is whole, and more than a site's name.
fn is_of_article(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.and_then(|rest| rest.split_once('/')).is_some_and(|(host, path)| {
        !host.is_empty() && !path.is_empty() && !url.contains(char::is_whitespace)
    })
}

/// The elements of a page that tell something of it.
#[derive(Default)]
struct Seen {
    /// The JSON-LD.
    scripts: Vec<String>,
    /// `meta` in order: name in lower case, content.
    metas: Vec<(String, String)>,
    /// What elements that are marked as the date say.
    marked_dates: Vec<String>,
    /// What elements for a time say, in order.
    times: Vec<String>,
    canonical: Option<String>,
    lang: Option<String>,
}

impl Seen {
    fn of(page: &Tree) -> Self {
        let mut seen = Self::default();
        for node in page.root().descendants() {
            let Some(name) = node.name() else { continue };
            match name {
                "html" => seen.lang = value(node, "lang").or_else(|| value(node, "xml:lang")),
                "meta" => seen.see_meta(node),
                "link" if value(node, "rel").is_some_and(|rel| rel == "canonical") => {
                    seen.canonical = seen.canonical.take().or_else(|| value(node, "href"));
                }
                "script" if value(node, "type").is_some_and(|kind| kind.contains("ld+json")) => {
                    seen.scripts.push(node.whole_text());
                }
                "time" | "abbr" | "span" | "div" | "p" => seen.see_time(node, name),
                _ => {}
            }
        }
        seen
    }

    fn see_meta(&mut self, node: Node<'_>) {
        let Some(content) = value(node, "content") else { return };
        for key in ["property", "name", "itemprop", "http-equiv"] {
            let Some(names) = value(node, key) else { continue };
            for name in names.split_ascii_whitespace() {
                self.metas.push((name.to_ascii_lowercase(), plain(&content)));
            }
            return;
        }
    }

    fn see_time(&mut self, node: Node<'_>, name: &str) {
        let is_time = name == "time";
        let is_marked = value(node, "itemprop").is_some_and(|name| name == "datePublished")
            || is_time && node.attribute("pubdate").is_some()
            || value(node, "class").is_some_and(|class| class.contains("dt-published"));
        if !is_time && !is_marked {
            return;
        }
        let given = ["datetime", "content", "title"].iter().find_map(|key| value(node, key));
        let said = given.unwrap_or_else(|| plain(&node.whole_text()));
        if is_marked {
            self.marked_dates.push(said);
        } else {
            self.times.push(said);
        }
    }

    /// The first of the `meta` of these names, in the order of the names.
    fn meta(&self, names: &[&str]) -> Option<String> {
        let of = |name: &&str| self.metas.iter().find(|(key, _)| key == name);
        names.iter().find_map(of).map(|(_, value)| value.clone())
    }

    fn published(&self, described: &Described, url: Option<&str>) -> Option<String> {
        #[rustfmt::skip]
        const NAMES: [&str; 26] = [
            "article:published_time", "og:article:published_time", "og:published_time",
            "parsely-pub-date", "datepublished", "pubdate", "publishdate", "publish-date",
            "publish_date", "publication_date", "publication-date", "published_date",
            "article.published", "sailthru.date", "dcterms.issued", "dc.date.issued",
            "dcterms.date", "dc.date", "dc.date.created", "dcterms.created", "bt:pubdate",
            "cxenseparse:recs:publishtime", "rnews:datepublished", "date", "datecreated",
            "citation_publication_date",
        ];
        let metas = NAMES.iter().filter_map(|name| self.meta(&[name]));
        let is_day = |text: &String| matches!(stated(text), Some(Stated::Day(_)));
        let mut sure = described.published.iter().cloned().chain(metas);
        let first = sure.next();
        let told = first.iter().cloned().chain(sure).chain(self.marked_dates.iter().cloned());
        // The first time on a page is that of the article, but for what runs above it.
        told.chain(self.times.iter().take(1).cloned())
            .find(is_day)
            .or_else(|| url.and_then(day_in_url).map(str::to_owned))
            .or(first)
    }

    fn authors(&self, described: &Described) -> Vec<String> {
        if !described.authors.is_empty() {
            return described.authors.clone();
        }
        const NAMES: [&str; 8] = [
            "author",
            "article:author",
            "parsely-author",
            "sailthru.author",
            "byl",
            "dc.creator",
            "dcterms.creator",
            "article:author_name",
        ];
        let given = |name: &&str| -> Vec<String> {
            let of_name = self.metas.iter().filter(|(key, _)| key == name);
            let names = of_name.map(|(_, value)| value).filter(|value| !value.contains("://"));
            names.flat_map(|names| wire::names(names)).collect()
        };
        NAMES.iter().map(given).find(|names| !names.is_empty()).unwrap_or_default()
    }

    fn url(&self, described: &Described) -> Option<String> {
        let given = [self.canonical.clone(), self.meta(&["og:url"]), described.url.clone()];
        given.into_iter().flatten().find(|url| is_of_article(url))
    }

    fn lang(&self, described: &Described) -> Option<Lang> {
        let metas = self.meta(&["content-language", "language", "og:locale", "dc.language"]);
        let given = [self.lang.clone(), described.lang.clone(), metas];
        given.into_iter().flatten().find_map(|tag| Lang::named(&tag))
    }
}

/// The value of an attribute, unless it is blank.
fn value(node: Node<'_>, name: &str) -> Option<String> {
    let value = node.attribute(name)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The day in an address such as `https://…/2025/04/18/…`.
fn day_in_url(url: &str) -> Option<&str> {
    url.match_indices("/20").find_map(|(at, _)| {
        let text = &url[at + 1..];
        let (_, rest) = day_at_start(text).filter(|(day, _)| day.date().is_some())?;
        let day = &text[..text.len() - rest.len()];
        (day.contains('/') && rest.starts_with('/')).then_some(day)
    })
}
