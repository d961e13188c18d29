//! Attributed statements in the JSON outputs: who, by which words, and what.

use serde::Serialize;

use crate::passage::Span;
use crate::tag::{EntityId, Statement};

use super::points::{Points, SpanObject};

#[derive(Serialize)]
pub(super) struct StatementObject<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<&'a str>,
    speaker: Part<'a>,
    cue: Part<'a>,
    statement: Part<'a>,
    direct: bool,
}

/// A part of the passage's text.
#[derive(Serialize)]
struct Part<'a> {
    #[serde(flatten)]
    span: SpanObject,
    text: &'a str,
}

/// The statements as objects, in their order.
pub(super) fn statements<'a>(
    statements: &'a [Statement],
    text: &Points<'a>,
) -> Vec<StatementObject<'a>> {
    let part = |span: Span| Part { span: text.span(span), text: text.cut(span) };
    let object = |statement: &'a Statement| StatementObject {
        name: &statement.name,
        entity: statement.entity.as_ref().map(EntityId::as_str),
        speaker: part(statement.speaker),
        cue: part(statement.cue),
        statement: part(statement.span),
        direct: statement.direct,
    };
    statements.iter().map(object).collect()
}
