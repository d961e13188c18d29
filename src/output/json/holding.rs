//! The objects that say what an index is and holds.

use jiff::civil::Date;
use serde::Serialize;

use super::wire::map;
use crate::engine::{EntityCount, IndexStatus, SectorCount};

#[derive(Serialize)]
pub(super) struct StatusObject<'a> {
    path: Option<String>,
    format: u32,
    analysis: u32,
    taxonomy: &'a str,
    generation: u64,
    passages: u64,
    articles: u64,
    segments: usize,
    bytes: u64,
    since: Option<Date>,
    until: Option<Date>,
    #[serde(serialize_with = "map")]
    langs: &'a [(String, u64)],
}

impl<'a> From<&'a IndexStatus> for StatusObject<'a> {
    fn from(status: &'a IndexStatus) -> Self {
        Self {
            path: status.path.as_ref().map(|path| path.display().to_string()),
            format: status.format,
            analysis: status.analysis,
            taxonomy: &status.taxonomy,
            generation: status.generation,
            passages: status.passages,
            articles: status.articles,
            segments: status.segments,
            bytes: status.bytes,
            since: status.days.map(|(first, _)| first),
            until: status.days.map(|(_, last)| last),
            langs: &status.langs,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SectorCountObject<'a> {
    id: &'a str,
    #[serde(serialize_with = "map")]
    labels: &'a [(String, String)],
    passages: u64,
    articles: u64,
}

impl<'a> From<&'a SectorCount> for SectorCountObject<'a> {
    fn from(count: &'a SectorCount) -> Self {
        Self {
            id: count.sector.id.as_str(),
            labels: &count.sector.labels,
            passages: count.passages,
            articles: count.articles,
        }
    }
}

#[derive(Serialize)]
pub(super) struct EntityCountObject<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    passages: u64,
    articles: u64,
}

impl<'a> From<&'a EntityCount> for EntityCountObject<'a> {
    fn from(count: &'a EntityCount) -> Self {
        Self {
            id: count.id.as_str(),
            name: &count.name,
            kind: count.kind.as_str(),
            passages: count.passages,
            articles: count.articles,
        }
    }
}
