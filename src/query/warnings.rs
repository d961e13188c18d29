//! Collects what the parser has to say about a query.
//!
//! The list stays short whatever the text: the same words are said once, and beyond
//! [`MAX_WARNINGS`] only their number is kept.

use std::collections::BTreeSet;

use super::Warning;

/// How many different warnings are spelled out.
const MAX_WARNINGS: usize = 20;

/// How many characters of the user's text a warning quotes.
const MAX_QUOTED: usize = 40;

/// Warnings in the order met.
#[derive(Default)]
pub(super) struct Warnings {
    list: Vec<Warning>,
    said: BTreeSet<String>,
    n_unsaid: usize,
}

impl Warnings {
    /// Adds a message, unless it was said before.
    pub(super) fn add(&mut self, message: String) {
        if self.said.contains(&message) {
            return;
        }
        if self.list.len() == MAX_WARNINGS {
            self.n_unsaid += 1;
            return;
        }
        self.said.insert(message.clone());
        self.list.push(Warning { message });
    }

    /// The warnings, with the number of those left out at the end.
    pub(super) fn into_list(mut self) -> Vec<Warning> {
        if self.n_unsaid > 0 {
            let message = format!("{} more warnings are left out", self.n_unsaid);
            self.list.push(Warning { message });
        }
        self.list
    }
}

/// `text` in backticks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}
