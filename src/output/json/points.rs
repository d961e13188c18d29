//! Places in a text, counted in bytes and in code points.

use serde::Serialize;

use crate::passage::Span;

/// How many bytes are counted together.
const STRIDE: usize = 128;

/// A text whose code points were counted once, however many spans are taken of it.
pub(super) struct Points<'a> {
    text: &'a str,
    /// Code points before each stride; empty if every byte is one.
    before: Vec<usize>,
}

impl<'a> Points<'a> {
    /// Counts `text`.
    pub(super) fn of(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self { text, before: Vec::new() };
        }
        let mut before = vec![0];
        for bytes in text.as_bytes().chunks_exact(STRIDE) {
            before.push(before[before.len() - 1] + n_starts(bytes));
        }
        Self { text, before }
    }

    /// The text of a span.
    pub(super) fn cut(&self, span: Span) -> &'a str {
        span.of(self.text)
    }

    /// The span in both counts.
    pub(super) fn span(&self, span: Span) -> SpanObject {
        let Span { start, end } = span;
        SpanObject { start, end, cstart: self.point(start), cend: self.point(end) }
    }

    /// How many code points stand before a byte.
    fn point(&self, byte: u32) -> usize {
        let byte = byte as usize;
        let stride = byte / STRIDE;
        match self.before.get(stride) {
            Some(before) => before + n_starts(&self.text.as_bytes()[stride * STRIDE..byte]),
            None => byte,
        }
    }
}

/// How many code points begin in `bytes`.
fn n_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count()
}

/// A span in bytes and in code points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct SpanObject {
    start: u32,
    end: u32,
    cstart: usize,
    cend: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_counted() {
        for text in ["", "a", "数", &"a".repeat(300), &"数é".repeat(128), &"a数👩".repeat(100)]
        {
            let points = Points::of(text);
            for (n, at) in text.char_indices().map(|(at, _)| at).chain([text.len()]).enumerate() {
                assert_eq!(points.point(at as u32), n, "{at} in {text}");
            }
        }
    }
}
