//! Stand-in for the embedded engine; dropped when the branches are merged.
#![allow(missing_docs)]

use std::path::{Path, PathBuf};

use super::{
    Engine, EngineError, EntityCount, IndexStatus, NameLookup, SectorCount, TaxonomyCard,
    WriteOptions, Writer,
};
use crate::article::ArticleId;
use crate::results::{SearchRequest, SearchResults};
use crate::tag::TaggedArticle;

pub struct EmbeddedEngine(PathBuf, TaxonomyCard);

impl EmbeddedEngine {
    pub fn open(path: &Path, _: NameLookup) -> Result<Self, EngineError> {
        Err(EngineError::Missing { path: path.to_owned() })
    }

    pub fn open_for_reindex(path: &Path) -> Result<Self, EngineError> {
        Err(EngineError::Missing { path: path.to_owned() })
    }

    pub fn taxonomy(&self) -> &TaxonomyCard {
        &self.1
    }

    fn missing(&self) -> EngineError {
        EngineError::Missing { path: self.0.clone() }
    }
}

impl Engine for EmbeddedEngine {
    fn search(&self, _: &SearchRequest) -> Result<SearchResults, EngineError> {
        Err(self.missing())
    }
    fn article(&self, _: &ArticleId) -> Result<Option<TaggedArticle>, EngineError> {
        Err(self.missing())
    }
    fn each_article(
        &self,
        _: &mut dyn FnMut(TaggedArticle) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        Err(self.missing())
    }
    fn status(&self) -> Result<IndexStatus, EngineError> {
        Err(self.missing())
    }
    fn sectors(&self) -> Result<Vec<SectorCount>, EngineError> {
        Err(self.missing())
    }
    fn entities(&self) -> Result<Vec<EntityCount>, EngineError> {
        Err(self.missing())
    }
}

pub struct EmbeddedWriter(PathBuf);

impl EmbeddedWriter {
    pub fn open_or_create(path: &Path, _: &WriteOptions, _: &str) -> Result<Self, EngineError> {
        Err(EngineError::Missing { path: path.to_owned() })
    }

    pub fn start_over(&mut self, _: TaxonomyCard) -> Result<(), EngineError> {
        Err(EngineError::Missing { path: self.0.clone() })
    }
}

impl Writer for EmbeddedWriter {
    fn fingerprint(&self, _: &ArticleId) -> Result<Option<u64>, EngineError> {
        Ok(None)
    }
    fn put(&mut self, _: &TaggedArticle, _: u64) -> Result<bool, EngineError> {
        Ok(false)
    }
    fn delete(&mut self, _: &ArticleId) -> Result<bool, EngineError> {
        Ok(false)
    }
    fn commit(self: Box<Self>) -> Result<u64, EngineError> {
        Ok(0)
    }
}
