//! Stand-in for the write pipeline; dropped when the branches are merged.
#![allow(missing_docs)]

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::article::{ArticleId, Lang};
use crate::engine::{Engine, EngineError, Writer};
use crate::passage::SplitOptions;
use crate::reader::{ReadError, ReadOptions, Reader};
use crate::tag::TaggedArticle;
use crate::tagger::Tagger;

pub struct Ingest {
    pub paths: Vec<PathBuf>,
    pub options: IngestOptions,
}

pub struct IngestOptions {
    pub read: ReadOptions,
    pub split: SplitOptions,
    pub lang: Option<Lang>,
    pub source: Option<String>,
    pub reader: Option<&'static dyn Reader>,
    pub threads: NonZeroUsize,
}

pub enum Event {
    Article { path: PathBuf, id: ArticleId, outcome: Outcome, passages: usize },
    Skipped { path: PathBuf, reason: String },
    Failed(ReadError),
    Progress { bytes: u64 },
}

#[derive(Clone, Copy)]
pub enum Outcome {
    Added,
    Replaced,
    Unchanged,
}

#[derive(Default)]
pub struct Report {
    pub added: u64,
    pub replaced: u64,
    pub unchanged: u64,
    pub passages: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Ingest {
    pub fn run(
        &self,
        writer: Box<dyn Writer>,
        _: &[Box<dyn Tagger>],
        _: &mut dyn FnMut(Event),
    ) -> Result<Report, IngestError> {
        writer.commit()?;
        Ok(Report::default())
    }

    pub fn tag(
        &self,
        _: &[Box<dyn Tagger>],
        _: &mut dyn FnMut(Result<TaggedArticle, ReadError>) -> ControlFlow<()>,
    ) -> Result<(), IngestError> {
        Ok(())
    }
}

pub fn retag(
    _: &dyn Engine,
    writer: Box<dyn Writer>,
    _: &[Box<dyn Tagger>],
    _: &mut dyn FnMut(Event),
) -> Result<Report, IngestError> {
    writer.commit()?;
    Ok(Report::default())
}
