//! What stands among the paragraphs of a page and is none: invitations to read on, to share and to
//! subscribe, lists of other articles, notices about cookies. A block goes only if all of it is
//! that; what might be prose stays.

use super::blocks::Found;
use crate::article::{Block, BlockKind};

/// `found` without furniture.
pub(super) fn cleared(found: Vec<Found>) -> Vec<Block> {
    let mut kept = Vec::with_capacity(found.len());
    let n_blocks = found.len();
    let mut in_list = false;
    for (nth, found) in found.into_iter().enumerate() {
        let text = bare(&found.block.text);
        let is_cue = text.chars().count() <= LONGEST_CUE && starts(&text, &LISTS);
        if found.block.kind == BlockKind::Heading || is_cue && !in_list {
            in_list = is_cue && is_whole(&text, &LISTS);
            if in_list {
                continue;
            }
        }
        in_list = in_list && found.is_link();
        let is_edge = nth < EDGE || nth + EDGE >= n_blocks;
        let is_furniture = in_list
            || is_whole(&text, &WHOLE)
            || found.is_link() && starts(&text, &LINKS)
            || text.chars().count() <= LONGEST_POINTER && points(&text)
            || is_edge && is_cookie_notice(&text);
        if !is_furniture {
            kept.push(found.block);
        }
    }
    kept
}

/// How many blocks at either end of a page may be a notice.
const EDGE: usize = 3;
const LONGEST_CUE: usize = 40;
const LONGEST_POINTER: usize = 200;

/// What a block says that is nothing else.
#[rustfmt::skip]
const WHOLE: [&str; 64] = [
    "advertisement", "advertisements", "advertising", "ad", "sponsored", "sponsored content",
    "story continues below", "story continues below advertisement",
    "article continues below", "article continues below advertisement",
    "article continues after advertisement", "story continues after advertisement",
    "continue reading", "continue reading the main story", "read more", "read full story",
    "read the full story", "read more here", "learn more", "more", "share", "share this",
    "share this article", "share this story", "share this page", "share on facebook",
    "share on twitter", "share on x", "share on whatsapp", "share on linkedin", "tweet",
    "copy link", "print this page", "sign up", "sign up here", "subscribe", "subscribe now",
    "log in", "sign in", "follow us", "load more", "view comments", "show comments",
    "leave a comment", "back to top", "skip to content", "skip to main content", "loading",
    "iklan", "baca lagi", "baca selanjutnya", "kongsi", "kongsi artikel ini", "langgan sekarang",
    "广告", "廣告", "分享", "分享到", "阅读更多", "閱讀更多", "点击阅读更多", "返回顶部", "责任编辑", "打印",
];

/// How a block begins that is a link to another article.
#[rustfmt::skip]
const LINKS: [&str; 24] = [
    "read more", "read also", "also read", "read next", "see also", "more on ", "more from ",
    "related", "watch", "you may also like", "click here", "follow us", "sign up", "subscribe",
    "baca juga", "baca lagi", "lihat juga", "berita berkaitan", "延伸阅读", "延伸閱讀", "相关",
    "相關", "另见", "点击",
];

/// How a line begins that points to another article, link or not.
#[rustfmt::skip]
const POINTERS: [&str; 18] = [
    "read more", "also read", "read also", "read next", "must read", "see also", "related",
    "related story", "related article", "recommended", "baca juga", "baca", "artikel berkaitan",
    "berita berkaitan", "延伸阅读", "延伸閱讀", "相关阅读", "相關閱讀",
];

/// What stands over a list of other articles.
#[rustfmt::skip]
const LISTS: [&str; 37] = [
    "related", "related articles", "related stories", "related coverage", "related news",
    "related topics", "related content", "related posts", "related links", "related reading",
    "read more", "read next", "more stories", "more news", "more from this section",
    "you may also like", "you might also like", "recommended", "recommended for you",
    "recommended stories", "most read", "most popular", "trending", "trending now",
    "latest news", "top stories", "baca juga", "berita berkaitan", "artikel berkaitan",
    "berita lain", "相关新闻", "相關新聞", "相关阅读", "相關閱讀", "延伸阅读", "延伸閱讀", "推荐阅读",
];

/// `text` in lower case, without the marks around it.
fn bare(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn is_whole(text: &str, phrases: &[&str]) -> bool {
    phrases.contains(&text)
}

fn starts(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.starts_with(phrase))
}

/// Whether `text` names another article after such words and a colon.
fn points(text: &str) -> bool {
    let Some((cue, rest)) = text.split_once([':', '：', '|']) else { return false };
    let cue = cue.trim();
    !rest.trim().is_empty() && (is_whole(cue, &POINTERS) || is_whole(cue, &LISTS))
}

fn is_cookie_notice(text: &str) -> bool {
    const LONGEST: usize = 600;
    const ASKS: [&str; 9] = [
        "we use cookies",
        "uses cookies",
        "use of cookies",
        "accept cookies",
        "accept all cookies",
        "cookie policy",
        "menggunakan kuki",
        "使用cookie",
        "使用 cookie",
    ];
    text.len() <= LONGEST && ASKS.iter().any(|ask| text.contains(ask))
}
