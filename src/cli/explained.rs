//! `pressmark query --explain-query`: how the query is understood. Nothing is searched.

use pressmark::engine::Engine;
use pressmark::output;
use pressmark::query::{MAX_BYTES, MAX_CLAUSES, MAX_DEPTH, Warning};
use pressmark::results::SearchRequest;

use super::failure::{Failure, Status};
use super::query::refuse_or_warn;
use super::ui::Ui;

/// What was asked, and how the answer is written.
pub(super) struct Asked<'a> {
    /// The query as typed.
    pub(super) text: &'a str,
    /// What the parser had to say, which has been shown.
    pub(super) warnings: &'a [Warning],
    pub(super) strict: bool,
    pub(super) json: bool,
}

/// Prints how the query of `request` is understood.
pub(super) fn run(
    ui: &mut Ui,
    engine: &dyn Engine,
    request: &SearchRequest,
    asked: &Asked<'_>,
) -> Result<Status, Failure> {
    let understood = engine.understand(request)?;
    refuse_or_warn(ui, &understood.warnings, asked.strict)?;
    if asked.json {
        output::json::write_understood(ui.out(), asked.text, asked.warnings, &understood)?;
        return Ok(Status::Done);
    }
    let look = ui.look();
    output::text::write_understood(ui.out(), &understood, look)?;
    ui.note(&format!(
        "nothing was searched; a query may have {} KB, {MAX_CLAUSES} clauses and brackets nested \
         {MAX_DEPTH} deep",
        MAX_BYTES / 1024
    ));
    Ok(Status::Done)
}
