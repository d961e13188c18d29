//! An engine that counts its searches, to say what they cost.

use std::sync::atomic::{AtomicUsize, Ordering};

use pressmark::article::ArticleId;
use pressmark::engine::diagnose::Spelt;
use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::engine::understood::Understood;
use pressmark::engine::{
    Engine, EngineError, EntityCount, Found, Frequencies, IndexStatus, SectorCount,
};
use pressmark::results::SearchRequest;
use pressmark::tag::TaggedArticle;

/// An engine that counts how often it is asked.
pub(crate) struct Counting {
    pub(crate) engine: EmbeddedEngine,
    pub(crate) searches: AtomicUsize,
}

impl Engine for Counting {
    fn find<'a>(&'a self, request: &'a SearchRequest) -> Result<Found<'a>, EngineError> {
        self.searches.fetch_add(1, Ordering::Relaxed);
        self.engine.find(request)
    }
    fn understand(&self, request: &SearchRequest) -> Result<Understood, EngineError> {
        self.engine.understand(request)
    }
    fn frequencies(&self, words: &[&str]) -> Result<Frequencies, EngineError> {
        self.engine.frequencies(words)
    }
    fn article(&self, id: &ArticleId) -> Result<Option<TaggedArticle>, EngineError> {
        self.engine.article(id)
    }
    fn each_article(
        &self,
        each: &mut dyn FnMut(TaggedArticle) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        self.engine.each_article(each)
    }
    fn ids(&self) -> Result<Vec<ArticleId>, EngineError> {
        self.engine.ids()
    }
    fn status(&self) -> Result<IndexStatus, EngineError> {
        self.engine.status()
    }
    fn sectors(&self) -> Result<Vec<SectorCount>, EngineError> {
        self.engine.sectors()
    }
    fn entities(&self) -> Result<Vec<EntityCount>, EngineError> {
        self.engine.entities()
    }
    fn spellings(&self, of: Spelt, text: &str, most: usize) -> Result<Vec<String>, EngineError> {
        self.engine.spellings(of, text, most)
    }
}
