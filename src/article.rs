//! An article: what every reader must produce, and the part of it that goes with each passage.
//!
//! Plain values. How a file becomes an article is `reader`'s work; how an article is cut is
//! `passage`'s.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// What identifies an article across runs: the id its source brings (guid, url, …), else its
/// canonical URL, else the name of its file or a hash of its content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(String);

impl ArticleId {
    /// Makes an id of `text`, with surrounding white space taken off and control characters
    /// replaced by spaces; `None` if nothing is left. A text too long for an index is cut, and a
    /// hash of all of it put at the end.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let mut id = text.replace(char::is_control, " ");
        if id.len() > Self::LONGEST {
            let hash = xxh3_64(id.as_bytes());
            id.truncate(id.floor_char_boundary(Self::LONGEST - 17));
            id.push_str(&format!("~{hash:016x}"));
        }
        Some(Self(id))
    }

    /// The longest id, in bytes.
    const LONGEST: usize = 2048;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A language as the primary subtag of BCP 47, in lower case: `en`, `zh`, `ms`, … `und` when
/// nothing is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lang(String);

impl Lang {
    /// Reads a language tag such as `en`, `en-GB`, `zh_Hant`, `zsm`, or what a language is called in
    /// English, Chinese or Malay (`Chinese`, `英文`, `Bahasa Melayu`); anything else gives `und`.
    pub fn new(text: &str) -> Self {
        Self::named(text).unwrap_or_default()
    }

    /// As [`Lang::new`], but `None` for what is neither a tag nor a language's name.
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let primary = text.split(['-', '_']).next().unwrap_or_default();
        let is_tag =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
        let code = match primary {
            "eng" => "en",
            "zho" | "chi" | "cmn" => "zh",
            "msa" | "may" | "zsm" => "ms",
            "ind" => "id",
            code if is_tag => code,
            _ => {
                let called = text.strip_prefix("bahasa ").unwrap_or(&text);
                let holds = |names: &str| names.split(' ').any(|name| name == called);
                NAMES.iter().find(|(_, names)| holds(names))?.0
            }
        };
        Some(Self(code.to_owned()))
    }

    /// The subtag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What people call the languages that news of the region is in: code, names in lower case.
/// `Bahasa` before a name changes nothing.
const NAMES: &[(&str, &str)] = &[
    ("en", "english inggeris 英文 英语 英語"),
    (
        "zh",
        "chinese mandarin cina 中文 汉语 漢語 汉文 漢文 华文 華文 华语 華語 国语 國語 普通话 普通話 \
         简体中文 簡體中文 繁体中文 繁體中文",
    ),
    ("ms", "malay melayu malaysia 马来文 馬來文 马来语 馬來語 巫文"),
    ("id", "indonesian indonesia 印尼文 印尼语 印尼語"),
    ("ta", "tamil 淡米尔文 淡米爾文 泰米尔语 泰米爾語"),
    ("th", "thai 泰文 泰语 泰語"),
    ("vi", "vietnamese vietnam 越南文 越南语 越南語"),
    ("km", "khmer 高棉语 高棉語"),
    ("lo", "laotian 老挝语 老撾語"),
    ("my", "burmese 缅甸语 緬甸語"),
    ("tl", "tagalog filipino 菲律宾语 菲律賓語"),
    ("ja", "japanese jepun 日文 日语 日語 日本語"),
    ("ko", "korean korea 韩文 韓文 韩语 韓語"),
    ("ar", "arabic arab 阿拉伯文 阿拉伯语 阿拉伯語"),
    ("hi", "hindi 印地语 印地語"),
    ("fr", "french perancis 法文 法语 法語"),
    ("de", "german jerman 德文 德语 德語"),
    ("es", "spanish sepanyol 西班牙文 西班牙语 西班牙語"),
    ("pt", "portuguese portugis 葡萄牙文 葡萄牙语 葡萄牙語"),
    ("ru", "russian rusia 俄文 俄语 俄語"),
];

impl Default for Lang {
    fn default() -> Self {
        Self("und".to_owned())
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything about an article but its text. It is stored with each of its passages, so that a
/// hit can be cited without a second look-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleHead {
    /// Identity across runs.
    pub id: ArticleId,
    /// Headline, without markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Day of publication as the source states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Language, given or detected.
    pub lang: Lang,
    /// Publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where the article can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Byline, one name an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Place and date line that opens wire copy: `KUALA LUMPUR, April 18`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    /// The publisher's section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Labels that the source brings (sectors, tags, subject codes), as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_tags: Vec<String>,
    /// Which copy of it this is; apart, since most say nothing.
    #[serde(default, skip_serializing_if = "Edition::is_plain")]
    pub edition: Box<Edition>,
    /// What the places of its text in the source ([`Block::lines`]) are counted in.
    #[serde(default, skip_serializing_if = "Unit::is_line")]
    pub unit: Unit,
}

/// What a place in a source is the number of: what a reader can tell, and a person look up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Lines of a text file.
    #[default]
    Line,
    /// Pages, the first sheet being 1 whatever is printed on it.
    Page,
    /// Paragraphs of a document that has neither lines nor pages until it is printed.
    Paragraph,
}

impl Unit {
    /// Whether it is the line, which is not stored.
    pub fn is_line(&self) -> bool {
        *self == Self::Line
    }

    /// What one of them is called: `line`, `page`, `paragraph`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Page => "page",
            Self::Paragraph => "paragraph",
        }
    }
}

/// What tells one copy of an article from another, as the source states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Its version, such as `2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When this version was made: a time stamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Until when it must not be published: a time stamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargoed: Option<String>,
    /// The encoding its text was in, as the WHATWG names it, where that was not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

impl Edition {
    /// Whether nothing is said.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// One article as a reader understood it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Everything but the text.
    pub head: ArticleHead,
    /// The text, in reading order. A paragraph that the source tears by a blank line is still two
    /// blocks here.
    pub blocks: Vec<Block>,
    /// Whether its publisher takes it back: it is to be found no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// What its reader left out, in order, if it was asked to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<Dropped>,
}

/// Something in a source that is no part of its article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Why it was left out, in a word or two: `navigation`, `running head`.
    pub why: Cow<'static, str>,
    /// Its text, or the start of it.
    pub text: String,
    /// Lines of the source it stands on.
    pub lines: LineRange,
}

/// One block of an article's text, without its markup marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What the source presents it as.
    pub kind: BlockKind,
    /// Text with white space runs made one space; never empty.
    pub text: String,
    /// Lines of the source it comes from, or what else [`ArticleHead::unit`] says.
    pub lines: LineRange,
}

/// What a block of text is. Only [`BlockKind::Paragraph`] is prose that may be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// Running prose.
    Paragraph,
    /// The headline of an article that has no other text.
    Headline,
    /// A heading within the text.
    Heading,
    /// One item of a list.
    ListItem,
    /// A block quotation.
    Quote,
    /// The line under a picture.
    Caption,
    /// One row of a table.
    TableRow,
}

impl BlockKind {
    /// The kind as it is written in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Headline => "headline",
            Self::Heading => "heading",
            Self::ListItem => "list-item",
            Self::Quote => "quote",
            Self::Caption => "caption",
            Self::TableRow => "table-row",
        }
    }
}

/// First and last line of a source, or what else the [`Unit`] is, counted from 1, both inclusive.
/// Serialised as `[first, last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct LineRange {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

impl From<(u32, u32)> for LineRange {
    fn from((first, last): (u32, u32)) -> Self {
        Self { first, last }
    }
}

impl From<LineRange> for (u32, u32) {
    fn from(range: LineRange) -> Self {
        (range.first, range.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_cut_and_stays_its_own() {
        let long = |end: &str| ArticleId::new(&format!("{}{end}", "字".repeat(30_000))).unwrap();
        assert!(long("a").as_str().len() <= 2048);
        assert_eq!(long("a"), long("a"));
        assert_ne!(long("a"), long("b"));
        assert_eq!(ArticleId::new(long("a").as_str()), Some(long("a")));
    }

    #[test]
    fn language_tags_are_read_in_the_forms_sources_use() {
        for (tag, want) in [
            ("en", "en"),
            ("en-GB", "en"),
            ("zh_Hant", "zh"),
            ("ZHO", "zh"),
            ("zsm", "ms"),
            ("English", "en"),
            (" CHINESE ", "zh"),
            ("英文", "en"),
            ("華文", "zh"),
            ("Melayu", "ms"),
            ("Bahasa Melayu", "ms"),
            ("bahasa Malaysia", "ms"),
            ("马来文", "ms"),
            ("Bahasa Indonesia", "id"),
            ("und", "und"),
            ("Klingon", "und"),
            ("bahasa", "und"),
            ("", "und"),
        ] {
            assert_eq!(Lang::new(tag).as_str(), want, "{tag:?}");
        }
    }
}
