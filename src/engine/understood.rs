//! How an engine understands a query: the tree, and the terms that each of its leaves looks for.
//! Nothing is searched for it.

use crate::query::{Query, Warning};

/// The most words of a pattern that are listed.
pub const MOST_LISTED: usize = 20;

/// A query as an engine understands it.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// What is looked for: names are resolved, synonyms are added.
    pub query: Query,
    /// The query as a tree.
    pub tree: Branch,
    /// The conditions beside it, all of which must hold.
    pub filters: Vec<Branch>,
    /// What a search would warn of.
    pub warnings: Vec<Warning>,
}

/// A part of the tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branch {
    /// What it is, in a word or two: `all of`, `any of`, `not`, `word`, `phrase`, `prefix`, …
    pub kind: &'static str,
    /// Its canonical text; empty for what is only its parts.
    pub text: String,
    /// What it looks for, by field; none if it is only its parts.
    pub terms: Vec<FieldTerm>,
    /// Words of a pattern beyond those listed.
    pub more: u64,
    /// Its parts.
    pub parts: Vec<Self>,
}

/// A term of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldTerm {
    /// The field, as the index calls it.
    pub field: String,
    /// The term: a stem, a word, an id.
    pub term: String,
    /// Passages that hold it.
    pub passages: u64,
}
