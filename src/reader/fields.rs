//! What sources call the fields of an article, in English, Chinese and Malay: one table for records,
//! tables and front matter.

use serde_json::{Map, Value};

use super::{Field, FieldMap};

/// The names a field goes by, the first being the one that counts most.
#[rustfmt::skip]
pub(super) fn names(field: Field) -> &'static [&'static str] {
    match field {
        Field::Id => &["id", "_id", "guid", "uri", "编号", "編號"],
        Field::Headline => &["headline", "title", "标题", "標題", "tajuk"],
        Field::Text => &[
            "paragraphs", "text", "body", "content", "article", "正文", "内容", "內容", "kandungan", "isi", "teks",
        ],
        Field::Date => &[
            "published", "published_at", "date_published", "publish_date", "date", "pubDate",
            "发布时间", "發布時間", "发布日期", "發布日期", "日期", "时间", "時間", "tarikh",
        ],
        Field::Lang => &["lang", "language"],
        Field::Source => &["source", "publisher", "sources", "site", "来源", "來源", "媒体", "媒體", "sumber"],
        Field::Author => &[
            "author", "authors", "author_name", "byline", "作者", "记者", "記者", "penulis", "wartawan",
        ],
        Field::Section => &["section", "栏目", "欄目"],
        Field::Url => &["url", "link", "链接", "鏈接", "連結", "网址", "網址", "pautan"],
        Field::Tags => &[
            "tags",
            "labels",
            "sector",
            "sectors",
            "topic",
            "topics",
            "keywords",
            "category",
            "categories",
        ],
    }
}

/// Puts what `map` points to in the place of our field; what it does not find leaves all as it is.
pub(super) fn apply(map: &FieldMap, fields: &mut Map<String, Value>) {
    let mut found = fields.get(&map.name);
    if found.is_none() {
        let mut parts = map.name.split('.');
        let first = parts.next().and_then(|name| fields.get(name));
        found = parts.try_fold(first, |within, name| Some(within?.get(name))).flatten();
    }
    let Some(found) = found.cloned() else { return };
    let names = names(map.field);
    if map.field != Field::Tags {
        names.iter().for_each(|name| drop(fields.remove(*name)));
    }
    fields.insert(names[0].to_owned(), found);
}
