//! An article as a reader found it, before what every article needs is made of it: an id, a
//! language, and what the archive around it says.

use jiff::civil::Date;

use super::identity::{article_id, by_content};
use super::language::detect;
use super::{ReadError, SourcePath};
use crate::article::{Article, ArticleHead, Block, Dropped, Edition, Lang, Unit};

/// What a reader found; see [`ArticleHead`] for the fields.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) id: Option<String>,
    pub(super) headline: Option<String>,
    pub(super) published: Option<Date>,
    /// As given; without it the text is asked.
    pub(super) lang: Option<Lang>,
    pub(super) source: Option<String>,
    pub(super) url: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) dateline: Option<String>,
    pub(super) section: Option<String>,
    pub(super) source_tags: Vec<String>,
    pub(super) edition: Edition,
    pub(super) unit: Unit,
    pub(super) blocks: Vec<Block>,
    pub(super) withdrawn: bool,
    pub(super) dropped: Vec<Dropped>,
}

/// The most paragraphs and the like that an article has. A passage takes the room of many times its
/// words, and an article is written as a whole.
const MOST_BLOCKS: usize = 200_000;

/// What an article without id and address is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownBy {
    /// The name of its file, which holds no other.
    File,
    /// What it says.
    Content,
}

/// Gives what `read` warns of, then the one article it reads or the reason there is none.
pub(super) fn one(
    emit: &mut dyn FnMut(Result<Article, ReadError>),
    read: impl FnOnce(&mut dyn FnMut(ReadError)) -> Result<Article, ReadError>,
) {
    let article = read(&mut |warning| emit(Err(warning)));
    emit(article);
}

impl Draft {
    /// The article, which begins on `line` of `source`.
    ///
    /// # Errors
    ///
    /// [`ReadError::NoText`] if it has neither text nor headline and is not withdrawn;
    /// [`ReadError::TooManyBlocks`] if it is more than an article.
    pub(super) fn finish(
        self,
        source: &SourcePath,
        line: u32,
        known_by: KnownBy,
    ) -> Result<Article, ReadError> {
        let Self { headline, blocks, withdrawn, .. } = self;
        if blocks.is_empty() && headline.is_none() && !withdrawn {
            return Err(ReadError::NoText { path: source.path.clone(), line });
        }
        if blocks.len() > MOST_BLOCKS {
            let path = source.path.clone();
            return Err(ReadError::TooManyBlocks { path, line, limit: MOST_BLOCKS });
        }
        let lang = self.lang.filter(|lang| *lang != Lang::default()).unwrap_or_else(|| {
            let texts = headline.as_deref().into_iter();
            detect(texts.chain(blocks.iter().map(|block| block.text.as_str())))
        });
        let url = self.url.or_else(|| source.said.url.clone());
        let published = self.published.or(source.said.day);
        let id = article_id(self.id.as_deref(), url.as_deref(), || match known_by {
            KnownBy::File if !source.is_from_stdin() => source.name.clone(),
            _ => by_content(headline.as_deref(), published, self.source.as_deref(), &blocks),
        });
        Ok(Article {
            head: ArticleHead {
                id,
                headline,
                published,
                lang,
                source: self.source,
                url,
                authors: self.authors,
                dateline: self.dateline,
                section: self.section,
                source_tags: self.source_tags,
                edition: Box::new(self.edition),
                unit: self.unit,
            },
            blocks,
            withdrawn,
            dropped: self.dropped,
        })
    }
}
