//! Books (EPUB 2 and 3): one file, an article a page that its table of contents names.
//!
//! What reaches a newsroom as EPUB is an issue of a newspaper or magazine, or a long report. The
//! articles of an issue are found, dated and cited one by one, and so are the chapters of a report; so
//! each page that the table of contents leads to begins an article, headed as it says there and in
//! the section it stands under. Pages it does not name go on with the article before them, since
//! programs cut long ones at any place; a book of one flow is one article. What a page is, `package`
//! says; what stands on it, the reader of web pages. Covers, title pages and contents are left out.
//!
//! The place of a block is the number of its paragraph in the article ([`Unit::Paragraph`]).

mod package;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::document::{day_of, language};
use super::draft::{Draft, KnownBy};
use super::html::{Chapter, chapter};
use super::opening::{Opening, is_title, letters, opens_as_headline, same_words};
use super::package::{Package, first_names, media_type};
use super::{Piece, ReadError, ReadOptions, Reader, SourcePath};
use crate::article::{Article, Block, BlockKind, Dropped, Edition, LineRange, Unit};
use package::{Book, Entry, resolved};

/// Reads `.epub`.
#[derive(Clone, Copy, Debug)]
pub struct EpubReader;

impl Reader for EpubReader {
    fn name(&self) -> &'static str {
        "epub"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["epub"]
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let is_typed =
            media_type(head).is_some_and(|kind| kind.starts_with(b"application/epub+zip"));
        // Some programs pack the type, or put it elsewhere.
        let first = [&b"mimetype"[..], b"META-INF/"];
        is_typed
            || first_names(head).next().is_some_and(|name| first.contains(&name))
                && first_names(head).any(|name| name == b"META-INF/container.xml")
            || first_names(head).next().is_some_and(|name| name == b"META-INF/container.xml")
    }

    fn articles(
        &self,
        source: &SourcePath,
        piece: &Piece,
        options: &ReadOptions,
        emit: &mut dyn FnMut(Result<Article, ReadError>),
    ) {
        if let Err(error) = read(source, &piece.bytes, options, emit) {
            emit(Err(error));
        }
    }
}

/// Something that becomes an article.
#[derive(Debug, Default)]
struct Story {
    /// The page it begins on.
    page: String,
    headline: Option<String>,
    section: Option<String>,
    url: Option<String>,
    encoding: Option<&'static str>,
    blocks: Vec<Block>,
    dropped: Vec<Dropped>,
    n_paragraphs: u32,
}

fn read(
    source: &SourcePath,
    bytes: &[u8],
    options: &ReadOptions,
    emit: &mut dyn FnMut(Result<Article, ReadError>),
) -> Result<(), ReadError> {
    let package = Package::open(source, bytes)?;
    let book = Book::of(&package)?;
    if is_locked(&package, &book)? {
        return Err(ReadError::LockedDocument { path: package.path() });
    }
    let mut stories = stories(&package, &book, emit);
    let published = book.published.as_deref().and_then(day_of).or(source.said.day);
    let made = book.made.as_deref().and_then(day_of).filter(|_| published.is_none());
    let is_one = stories.len() == 1;
    if let [story] = &mut stories[..] {
        // Here the title of the book is that of the article.
        let title = book.title.as_deref().filter(|title| is_title(title));
        story.headline = title.map(str::to_owned).or(story.headline.take());
        story.section = None;
    }
    if stories.is_empty() {
        return Err(ReadError::NoText { path: package.path(), line: 1 });
    }
    let mut is_made_told = false;
    for mut story in stories {
        story.take_headline();
        let opening = Opening::take(&mut story.blocks);
        let mut published = opening.published.or(published);
        if let Some(taken) = made.filter(|_| published.is_none()) {
            published = Some(taken);
            if !is_made_told {
                is_made_told = true;
                emit(Err(ReadError::MadeDate { path: package.path(), taken, how: "made" }));
            }
        }
        emit(story.finish(source, options, &book, opening, published, is_one));
    }
    Ok(())
}

/// Whether a page is encrypted. Fonts may be, which does not matter.
fn is_locked(package: &Package<'_>, book: &Book) -> Result<bool, ReadError> {
    let Some(list) = package.xml("META-INF/encryption.xml")? else { return Ok(false) };
    let pages: BTreeSet<&str> = book.pages.iter().map(|page| page.name.as_str()).collect();
    let locked = list.children("EncryptedData").any(|data| {
        let file = data.at(&["CipherData", "CipherReference"]);
        let name = file.and_then(|file| file.attribute("URI")).map(|uri| resolved("", uri));
        name.is_some_and(|name| pages.contains(name.as_str()))
    });
    Ok(locked)
}

/// Pages of less text than this that stand before the first article are no article.
const FRONT_CHARS: usize = 1_000;

/// The longest page that is only a title page if it is titled as the book.
const TITLE_CHARS: usize = 300;

/// The stories of a book. A page that cannot be read is an error in its place.
fn stories(
    package: &Package<'_>,
    book: &Book,
    emit: &mut dyn FnMut(Result<Article, ReadError>),
) -> Vec<Story> {
    let mut entries: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in &book.contents {
        if let Some(page) = &entry.page {
            entries.entry(page).or_insert(entry);
        }
    }
    let pages: BTreeSet<&str> = book.pages.iter().map(|page| page.name.as_str()).collect();
    let mut stories: Vec<Story> = Vec::new();
    let mut dropped = Vec::new();
    for page in &book.pages {
        let text = match package.text(&page.name, &mut |warning| emit(Err(warning))) {
            Ok(Some(text)) => text,
            Ok(None) => continue,
            Err(error) => {
                // No page after this one would be read either.
                let is_last = matches!(error, ReadError::TooManyElements { .. });
                emit(Err(error));
                if is_last { break } else { continue }
            }
        };
        let Some(chapter) = chapter(&text.0) else {
            emit(Err(ReadError::TooManyElements { path: package.path() }));
            continue;
        };
        let entry = entries.get(page.name.as_str()).copied();
        let is_contents = || {
            let mut targets = chapter.links.iter().map(|link| resolved(&page.name, link));
            chapter.is_list
                && entry.is_none_or(|entry| entry.has_more)
                && targets.any(|target| target != page.name && pages.contains(target.as_str()))
        };
        let chars: usize = chapter.blocks.iter().map(|block| block.text.chars().count()).sum();
        let is_front = stories.is_empty()
            && entry.is_none()
            && !book.contents.is_empty()
            && chars < FRONT_CHARS;
        let is_title_page = stories.is_empty()
            && entry.is_some_and(|entry| {
                book.title.as_ref().is_some_and(|title| same_words(title, &entry.label))
            })
            && book.contents.len() > 1
            && chars < TITLE_CHARS;
        let why = match page.is {
            Some(why) => Some(why),
            None if is_title_page => Some("title page"),
            None if entry.is_some_and(is_front_matter) && chars < FRONT_CHARS => {
                Some("front matter")
            }
            None if is_contents() => Some("table of contents"),
            None if is_front => Some("front matter"),
            None => None,
        };
        if let Some(why) = why {
            let texts = chapter.blocks.into_iter().map(|block| block.text);
            dropped.extend(texts.map(|text| dropped_of(why, text, 1)));
            continue;
        }
        let begins = match entry {
            Some(_) => true,
            None => {
                let first = chapter.blocks.first().map(|block| block.kind);
                book.contents.is_empty() && first == Some(BlockKind::Heading)
            }
        };
        if begins || stories.is_empty() {
            let label = entry.map(|entry| entry.label.clone()).filter(|label| !label.is_empty());
            let above = entry.and_then(|entry| entry.above).map(|at| &book.contents[at].label);
            stories.push(Story {
                page: page.name.clone(),
                headline: label,
                section: above.filter(|label| !label.is_empty()).cloned(),
                encoding: text.1,
                dropped: std::mem::take(&mut dropped),
                ..Story::default()
            });
        }
        stories.last_mut().expect("one was begun").take(chapter);
    }
    stories.retain(|story| !story.blocks.is_empty());
    if let Some(last) = stories.last_mut() {
        last.dropped.append(&mut dropped);
    }
    stories
}

fn dropped_of(why: &'static str, text: String, paragraph: u32) -> Dropped {
    Dropped { why: why.into(), text, lines: LineRange { first: paragraph, last: paragraph } }
}

/// Whether a headline says no more than which chapter it is of.
fn is_number(label: &str) -> bool {
    const PARTS: [&str; 5] = ["chapter", "part", "section", "bab", "bahagian"];
    label.split(|c: char| !c.is_alphanumeric()).all(|word| {
        word.chars().all(|c| c.is_ascii_digit() || "IVXLC".contains(c))
            || PARTS.contains(&word.to_lowercase().as_str())
    })
}

/// Whether the table of contents calls a page what no article is called.
fn is_front_matter(entry: &Entry) -> bool {
    const NAMES: [&str; 21] = [
        "cover",
        "cover page",
        "title page",
        "titlepage",
        "copyright",
        "copyright page",
        "contents",
        "table of contents",
        "half title",
        "封面",
        "版权",
        "版权页",
        "版權頁",
        "目录",
        "目錄",
        "扉页",
        "书名页",
        "kulit",
        "muka hadapan",
        "kandungan",
        "isi kandungan",
    ];
    NAMES.contains(&entry.label.to_lowercase().as_str())
}

impl Story {
    /// Takes the text of another page.
    fn take(&mut self, chapter: Chapter) {
        for mut block in chapter.blocks {
            self.n_paragraphs = self.n_paragraphs.saturating_add(1);
            block.lines = LineRange { first: self.n_paragraphs, last: self.n_paragraphs };
            self.blocks.push(block);
        }
        let place = self.n_paragraphs.max(1);
        let left_out = chapter.left_out.into_iter().map(|block| block.text);
        self.dropped.extend(left_out.map(|text| dropped_of("link to other pages", text, place)));
        self.url = self.url.take().or(chapter.url.filter(|url| url.starts_with("http")));
    }

    /// Takes off the text what says the same as the headline. Where that is missing, cut, or only a
    /// number, the heading that the text begins with is the headline.
    fn take_headline(&mut self) {
        let label = self.headline.take().unwrap_or_default();
        let said = letters(&label);
        let is_bare = is_number(&label);
        let is_cut = label.ends_with(['…', '.']);
        while let Some(first) = self.blocks.first() {
            let own = letters(&first.text);
            let is_heading = first.kind == BlockKind::Heading;
            let is_said = own == said || is_heading && said.contains(&own);
            if is_said || is_heading && is_bare && is_number(&first.text) {
                self.blocks.remove(0);
                continue;
            }
            if is_heading && (is_bare || is_cut && own.starts_with(&said)) {
                self.headline = Some(self.blocks.remove(0).text);
            }
            break;
        }
        self.headline = self.headline.take().or(Some(label)).filter(|label| !label.is_empty());
        let is_dates = |block: &&Block| Opening::of_line(&block.text).is_some();
        let at = self.blocks.iter().take_while(is_dates).count();
        if self.headline.is_none()
            && let Some(first) = self.blocks.get(at)
            && opens_as_headline(first, self.blocks.get(at + 1))
        {
            self.headline = Some(self.blocks.remove(at).text);
        }
    }

    fn finish(
        self,
        source: &SourcePath,
        options: &ReadOptions,
        book: &Book,
        opening: Opening,
        published: Option<Date>,
        is_one: bool,
    ) -> Result<Article, ReadError> {
        let Self { page, headline, section, url, encoding, blocks, dropped, .. } = self;
        let by_program = |name: &String| name.to_lowercase().split(' ').next() != Some("calibre");
        let periodical = book.periodical.as_ref().filter(|_| !is_one);
        let publisher = periodical.or(book.publisher.as_ref().filter(|name| by_program(name)));
        // A chapter must say which book it is of.
        let title = book.title.as_ref().filter(|_| !is_one);
        let section = section.or_else(|| title.filter(|_| periodical.is_none()).cloned());
        let source_name = opening.source.or_else(|| publisher.or(title).cloned());
        let authors = match opening.authors.is_empty() {
            true => book.persons.clone(),
            false => opening.authors,
        };
        // Where it can be read tells it from others better than which copy of the book it is in.
        let book_id = || book.id.clone().unwrap_or_else(|| source.name.clone());
        let id = match (is_one, &url) {
            (_, Some(_)) => None,
            (true, None) => book.id.clone(),
            (false, None) => Some(format!("{}#{page}", book_id())),
        };
        let draft = Draft {
            id,
            lang: language(book.lang.as_deref(), headline.as_deref(), &blocks),
            headline,
            published,
            source: source_name,
            url,
            authors,
            dateline: opening.dateline,
            section,
            source_tags: book.subjects.clone(),
            edition: Edition { encoding: encoding.map(str::to_owned), ..Edition::default() },
            unit: Unit::Paragraph,
            blocks,
            dropped: if options.tell_dropped { dropped } else { Vec::new() },
            ..Draft::default()
        };
        draft.finish(source, 1, KnownBy::File)
    }
}

#[cfg(test)]
mod tests;
