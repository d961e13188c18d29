//! The object that says why a search found nothing.

use serde::Serialize;

use crate::engine::diagnose::{Clause, Diagnosis, Known, Relaxed, Spelling, What};

use super::wire::FiltersObject;

#[derive(Serialize)]
pub(super) struct DiagnosisObject<'a> {
    clauses: Vec<ClauseObject<'a>>,
    spellings: Vec<SpellingObject<'a>>,
    relaxed: Vec<RelaxedObject<'a>>,
}

impl<'a> From<&'a Diagnosis> for DiagnosisObject<'a> {
    fn from(diagnosis: &'a Diagnosis) -> Self {
        Self {
            clauses: diagnosis.clauses.iter().map(ClauseObject::from).collect(),
            spellings: diagnosis.spellings.iter().map(SpellingObject::from).collect(),
            relaxed: diagnosis.relaxed.iter().map(RelaxedObject::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct ClauseObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<FiltersObject<'a>>,
    passages: u64,
    empties: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<ClauseObject<'a>>,
}

impl<'a> From<&'a Clause> for ClauseObject<'a> {
    fn from(clause: &'a Clause) -> Self {
        let (query, filters) = match &clause.what {
            What::Query(query) => (Some(query.to_string()), None),
            What::Filter(filters) => (None, Some(filters.into())),
        };
        Self {
            query,
            filters,
            passages: clause.passages,
            empties: clause.empties,
            within: clause.within.iter().map(Self::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct SpellingObject<'a> {
    typed: &'a str,
    of: &'static str,
    known: Vec<KnownObject<'a>>,
}

impl<'a> From<&'a Spelling> for SpellingObject<'a> {
    fn from(spelling: &'a Spelling) -> Self {
        let known = spelling.known.iter().map(KnownObject::from).collect();
        Self { typed: &spelling.typed, of: spelling.of.as_str(), known }
    }
}

#[derive(Serialize)]
struct KnownObject<'a> {
    text: &'a str,
    passages: u64,
    alike: bool,
}

impl<'a> From<&'a Known> for KnownObject<'a> {
    fn from(known: &'a Known) -> Self {
        Self { text: &known.text, passages: known.passages, alike: known.alike }
    }
}

#[derive(Serialize)]
struct RelaxedObject<'a> {
    how: &'static str,
    query: String,
    filters: FiltersObject<'a>,
    passages: u64,
}

impl<'a> From<&'a Relaxed> for RelaxedObject<'a> {
    fn from(relaxed: &'a Relaxed) -> Self {
        Self {
            how: relaxed.how.as_str(),
            query: relaxed.query.to_string(),
            filters: (&relaxed.filters).into(),
            passages: relaxed.passages,
        }
    }
}
