//! Which part of a page is the article. That is asked of `dom_smoothie`, a port of the reader view
//! of Firefox: of the crates there are it finds the text best for its speed, and it leaves the
//! elements as they are, so that `blocks` can tell what they hold.

use dom_smoothie::{Config, Readability};

use super::blocks::{Found, blocks};
use super::tree::Page;
use crate::article::{Block, BlockKind, LineRange};
use crate::reader::white_space::squeeze;

/// The article of a page.
#[derive(Debug, Default)]
pub(super) struct MainText {
    /// Its text.
    pub(super) blocks: Vec<Found>,
    /// The headline, as the page is titled.
    pub(super) headline: Option<String>,
    /// Who wrote it, in the words of the page.
    pub(super) byline: Option<String>,
}

/// Finds the article in `page`.
pub(super) fn find(page: Page) -> MainText {
    let Page { document, lines } = page;
    // Classes tell captions.
    let config = Config { keep_classes: true, ..Config::default() };
    let mut finder = Readability { doc: document, doc_url: None, config };
    let found = finder.parse();
    let root = finder.doc.select_single(CONTENT);
    let (headline, byline) = match found {
        Ok(article) => (Some(article.title), article.byline),
        Err(_) => (Some(finder.get_article_title().to_string()), None),
    };
    let said = |text: Option<String>| {
        text.map(|text| squeeze(&text).into_owned()).filter(|text| !text.is_empty())
    };
    MainText {
        blocks: root.nodes().first().map(|root| blocks(root, &lines)).unwrap_or_default(),
        headline: said(headline),
        byline: byline.filter(|text| !text.trim().is_empty()),
    }
}

/// What the finder calls the article it has put together.
const CONTENT: &str = "#readability-page-1";

/// The text of `body`, what the page gives machines, if much of it is not among `found`: pages that
/// are put together in the browser hold it nowhere else.
pub(super) fn given(body: &str, found: &[Found]) -> Option<Vec<Block>> {
    const LEAST_CHARS: usize = 400;
    let in_page: usize = found.iter().map(|found| found.block.text.chars().count()).sum();
    let in_body = body.chars().count();
    if in_body < LEAST_CHARS || in_body < in_page * 2 {
        return None;
    }
    let lines = LineRange { first: 1, last: 1 };
    let paragraphs = body.lines().map(super::metadata::plain).filter(|text| !text.is_empty());
    let block = |text| Block { kind: BlockKind::Paragraph, text, lines };
    Some(paragraphs.map(block).collect())
}
