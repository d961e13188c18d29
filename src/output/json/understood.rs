//! How a query is understood, in JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{VERSION, line};
use crate::engine::understood::{Branch, Understood};
use crate::query::{MAX_BYTES, MAX_CLAUSES, MAX_DEPTH, Warning};

#[derive(Serialize)]
struct UnderstoodObject<'a> {
    r#type: &'static str,
    v: u32,
    query: &'a str,
    parsed: String,
    tree: BranchObject<'a>,
    filters: Vec<BranchObject<'a>>,
    warnings: Vec<&'a str>,
    limits: Limits,
}

#[derive(Serialize)]
struct BranchObject<'a> {
    kind: &'a str,
    text: &'a str,
    terms: Vec<TermObject<'a>>,
    more: u64,
    parts: Vec<Self>,
}

#[derive(Serialize)]
struct TermObject<'a> {
    field: &'a str,
    term: &'a str,
    passages: u64,
}

#[derive(Serialize)]
struct Limits {
    bytes: usize,
    clauses: usize,
    depth: usize,
}

/// Writes how a query is understood as one object. `query` is as typed, `warnings` are the parser's.
///
/// ```text
/// {"type":"query","v":1,"query":…,"parsed":…,"tree":{…},"filters":[{…}],"warnings":[…],
///  "limits":{"bytes":…,"clauses":…,"depth":…}}
/// ```
///
/// `parsed` is the canonical text. `tree` and each of `filters` (the conditions beside the query) is
/// `{"kind":…,"text":…,"terms":[{"field":…,"term":…,"passages":…}],"more":…,"parts":[…]}`: `text` is
/// canonical and empty for what is only its parts, `more` are words of a pattern that are not listed.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_understood(
    out: &mut dyn Write,
    query: &str,
    warnings: &[Warning],
    understood: &Understood,
) -> io::Result<()> {
    let warnings = warnings.iter().chain(&understood.warnings);
    let object = UnderstoodObject {
        r#type: "query",
        v: VERSION,
        query,
        parsed: understood.query.to_string(),
        tree: object(&understood.tree),
        filters: understood.filters.iter().map(object).collect(),
        warnings: warnings.map(|warning| warning.message.as_str()).collect(),
        limits: Limits { bytes: MAX_BYTES, clauses: MAX_CLAUSES, depth: MAX_DEPTH },
    };
    line(out, &object)
}

fn object(branch: &Branch) -> BranchObject<'_> {
    let terms = branch.terms.iter().map(|term| TermObject {
        field: &term.field,
        term: &term.term,
        passages: term.passages,
    });
    BranchObject {
        kind: branch.kind,
        text: &branch.text,
        terms: terms.collect(),
        more: branch.more,
        parts: branch.parts.iter().map(object).collect(),
    }
}
