//! What is shown of a passage's text: all of it, or its snippets joined by `…`.

use std::borrow::Cow;

use crate::passage::Span;
use crate::results::Hit;

/// The text to show, and what matched in it: in order, not overlapping.
pub(super) fn excerpt(hit: &Hit) -> (Cow<'_, str>, Vec<Span>) {
    let text = hit.passage.passage.text.as_str();
    let marks = hit.highlights.iter().map(|highlight| highlight.span);
    let Some(snippets) = &hit.snippets else { return (Cow::Borrowed(text), marks.collect()) };
    let (mut shown, mut spans) = (String::new(), Vec::new());
    let mut before = 0;
    for snippet in snippets {
        let (start, end) = (snippet.start as usize, snippet.end as usize);
        if !text[before..start].trim().is_empty() {
            shown.push_str(if shown.is_empty() { "… " } else { " … " });
        }
        for mark in marks.clone() {
            if snippet.start <= mark.start && mark.end <= snippet.end {
                // A text and what joins its parts are no longer than a span can tell.
                let moved = shown.len() as u32;
                let (start, end) = (mark.start - snippet.start, mark.end - snippet.start);
                spans.push(Span { start: moved + start, end: moved + end });
            }
        }
        shown.push_str(&text[start..end]);
        before = end;
    }
    if !text[before..].trim().is_empty() {
        shown.push_str(" …");
    }
    (Cow::Owned(shown), spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::sample;

    #[test]
    fn snippets_are_joined_and_what_matched_moves_with_them() {
        let mut hit = sample::results().hits.remove(0);
        let text = hit.passage.passage.text.clone();
        let span = |part: &str| sample::span(&text, part);
        let marked = |hit: &Hit| -> (String, Vec<String>) {
            let (shown, spans) = excerpt(hit);
            (shown.to_string(), spans.iter().map(|span| span.of(&shown).to_owned()).collect())
        };
        assert_eq!(marked(&hit), (text.clone(), vec!["data centers".to_owned()]));
        for (snippets, want) in [
            (vec!["CSCEC’s"], "… CSCEC’s …"),
            (vec!["Huang Yidong,", "like data centers."], "Huang Yidong, … like data centers."),
            (vec!["noted", "data centers"], "… noted … data centers …"),
        ] {
            hit.snippets = Some(snippets.iter().map(|part| span(part)).collect());
            let (shown, marks) = marked(&hit);
            assert_eq!(shown, want);
            assert_eq!(marks.concat(), if want.contains("data") { "data centers" } else { "" });
        }
    }
}
