//! What a page says of its article in JSON-LD, the data for search engines: `NewsArticle` and kin,
//! alone, in a list or in a `@graph`. It reads values; which of them count is `metadata`'s to say.

use serde_json::{Map, Value};

use super::metadata::plain;

/// The article a page describes.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub(super) headline: Option<String>,
    /// The name, where it is not the headline.
    pub(super) name: Option<String>,
    pub(super) published: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) section: Option<String>,
    pub(super) tags: Vec<String>,
    /// The whole text, where it is given.
    pub(super) body: Option<String>,
}

/// The first article that `scripts`, the JSON-LD of a page, describe. What is not JSON is skipped.
pub(super) fn described<'t>(scripts: impl IntoIterator<Item = &'t str>) -> Option<Described> {
    let values: Vec<Value> = scripts.into_iter().filter_map(json).collect();
    let mut objects = Vec::new();
    values.iter().for_each(|value| flatten(value, &mut objects));
    let article = objects.iter().find(|object| is_article(object))?;
    Some(Described::read(article, &objects))
}

/// The value of a script. Some pages wrap it into a comment or CDATA, some break lines in strings.
fn json(script: &str) -> Option<Value> {
    let mut text = script.trim();
    for (start, end) in [("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>")] {
        text = text.strip_prefix(start).unwrap_or(text);
        text = text.strip_suffix(end).unwrap_or(text).trim();
    }
    let text = text.trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let text = text.replace(|c: char| c.is_control(), " ");
        serde_json::from_str(&text).ok()
    })
}

/// The objects that stand at the top of `value`.
fn flatten<'v>(value: &'v Value, objects: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| flatten(value, objects)),
        Value::Object(object) => {
            objects.push(object);
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                object.get(key).into_iter().for_each(|value| flatten(value, objects));
            }
        }
        _ => {}
    }
}

/// Whether an object is an article of any kind.
fn is_article(object: &Map<String, Value>) -> bool {
    const KINDS: [&str; 5] = [
        "BlogPosting",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "DiscussionForumPosting",
        "Report",
    ];
    let is_kind = |name: &str| {
        let name = name.rsplit(['/', ':']).next().unwrap_or(name);
        name.ends_with("Article") || KINDS.contains(&name)
    };
    match object.get("@type") {
        Some(Value::String(name)) => is_kind(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is_kind),
        _ => false,
    }
}

impl Described {
    fn read(article: &Map<String, Value>, objects: &[&Map<String, Value>]) -> Self {
        let one = |keys: &[&str]| {
            let values = keys.iter().filter_map(|key| article.get(*key));
            values.flat_map(|value| texts(value, objects)).next()
        };
        let all = |key: &str| -> Vec<String> {
            article.get(key).map(|value| texts(value, objects)).unwrap_or_default()
        };
        let mut tags: Vec<String> = Vec::new();
        for tag in all("keywords") {
            tags.extend(tag.split([',', ';']).map(|tag| tag.trim().to_owned()));
        }
        Self {
            headline: one(&["headline"]),
            name: one(&["name"]),
            published: one(&["datePublished", "dateCreated", "uploadDate"]),
            authors: ["author", "creator"]
                .into_iter()
                .map(|key| all(key).into_iter().filter(|text| is_name(text)).collect())
                .find(|all: &Vec<String>| !all.is_empty())
                .unwrap_or_default(),
            publisher: one(&["publisher", "sourceOrganization"]).filter(|text| is_name(text)),
            url: one(&["url", "mainEntityOfPage", "@id"]),
            lang: one(&["inLanguage"]),
            section: one(&["articleSection"]),
            tags,
            body: article.get("articleBody").and_then(Value::as_str).map(str::to_owned),
        }
    }
}

/// Whether a text is no address, by which objects are pointed to.
fn is_name(text: &str) -> bool {
    !text.contains("://")
}

/// The texts of a value: itself, its members', or the name of what it is or points to.
fn texts(value: &Value, objects: &[&Map<String, Value>]) -> Vec<String> {
    let mut all = Vec::new();
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for value in list {
        let text = match value {
            Value::String(text) => Some(plain(text)),
            Value::Object(object) => named(object, objects).map(plain),
            _ => None,
        };
        all.extend(text.filter(|text| !text.is_empty()));
    }
    all
}

/// What an object is called; if it only points to another, what that is called.
fn named<'v>(
    object: &'v Map<String, Value>,
    objects: &[&'v Map<String, Value>],
) -> Option<&'v str> {
    let name = |object: &'v Map<String, Value>| {
        ["name", "headline", "alternateName"].iter().find_map(|key| object.get(*key)?.as_str())
    };
    let id = object.get("@id");
    let pointed = || objects.iter().find(|other| id.is_some() && other.get("@id") == id);
    name(object).or_else(|| name(pointed()?)).or_else(|| id?.as_str())
}
