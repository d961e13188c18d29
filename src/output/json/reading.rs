//! The object of an article as its reader understood it.

use std::path::Path;

use serde::Serialize;

use super::wire::{FullArticleObject, PlaceObject};
use crate::article::{Article, Block, Dropped};

/// An article as its reader understood it.
#[derive(Serialize)]
pub(super) struct ReadObject<'a> {
    path: String,
    reader: &'a str,
    #[serde(flatten)]
    article: FullArticleObject<'a>,
    withdrawn: bool,
    blocks: Vec<BlockObject<'a>>,
    dropped: Vec<DroppedObject<'a>>,
}

impl<'a> ReadObject<'a> {
    pub(super) fn new(path: &Path, reader: &'a str, article: &'a Article) -> Self {
        let place = |lines| PlaceObject::new(article.head.unit, lines);
        let block = |block: &'a Block| BlockObject {
            kind: block.kind.as_str(),
            text: &block.text,
            place: place(std::slice::from_ref(&block.lines)),
        };
        let dropped = |dropped: &'a Dropped| DroppedObject {
            why: &dropped.why,
            text: &dropped.text,
            place: place(std::slice::from_ref(&dropped.lines)),
        };
        Self {
            path: path.display().to_string(),
            reader,
            article: FullArticleObject::new(&article.head, None),
            withdrawn: article.withdrawn,
            blocks: article.blocks.iter().map(block).collect(),
            dropped: article.dropped.iter().map(dropped).collect(),
        }
    }
}

#[derive(Serialize)]
struct BlockObject<'a> {
    kind: &'static str,
    text: &'a str,
    #[serde(flatten)]
    place: PlaceObject<'a>,
}

#[derive(Serialize)]
struct DroppedObject<'a> {
    why: &'a str,
    text: &'a str,
    #[serde(flatten)]
    place: PlaceObject<'a>,
}
