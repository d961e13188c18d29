//! Stand-in for the measure of entities; dropped when the branches are merged.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use serde::Serialize;

pub use super::sectors::{GoldError, Score};
use crate::tagger::Tagger;

pub struct GoldPassage;

#[derive(Serialize, Default)]
pub struct Report {
    pub passages: usize,
    pub overall: Score,
    pub by_lang: BTreeMap<String, Score>,
    pub by_type: BTreeMap<String, Score>,
}

pub fn read_gold(_: &str, _: &str) -> Result<Vec<GoldPassage>, GoldError> {
    Ok(Vec::new())
}

pub fn evaluate(_: &[GoldPassage], _: &dyn Tagger) -> Report {
    Report::default()
}
