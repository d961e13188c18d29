//! What matched in a text, and the fragments that show it, as JSON objects.

use serde::Serialize;

use crate::passage::Span;
use crate::results::Highlight;

use super::points::{Points, SpanObject};

#[derive(Serialize)]
pub(super) struct HighlightObject<'a> {
    #[serde(flatten)]
    span: SpanObject,
    term: &'a str,
    why: &'static str,
    part: u32,
}

#[derive(Serialize)]
pub(super) struct SnippetObject<'a> {
    #[serde(flatten)]
    span: SpanObject,
    text: &'a str,
    highlights: Vec<HighlightObject<'a>>,
}

/// The spans of a text.
pub(super) fn highlights<'a>(
    highlights: impl IntoIterator<Item = &'a Highlight>,
    text: &Points<'_>,
) -> Vec<HighlightObject<'a>> {
    let object = |highlight: &'a Highlight| HighlightObject {
        span: text.span(highlight.span),
        term: &highlight.term,
        why: highlight.why.as_str(),
        part: highlight.part,
    };
    highlights.into_iter().map(object).collect()
}

/// The fragments of a text, each with the spans in it.
pub(super) fn snippets<'a>(
    spans: &[Span],
    marks: &'a [Highlight],
    text: &Points<'a>,
) -> Vec<SnippetObject<'a>> {
    let object = |span: &Span| {
        let within =
            move |mark: &&Highlight| span.start <= mark.span.start && mark.span.end <= span.end;
        SnippetObject {
            span: text.span(*span),
            text: text.cut(*span),
            highlights: highlights(marks.iter().filter(within), text),
        }
    };
    spans.iter().map(object).collect()
}
