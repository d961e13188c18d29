//! The words that messages share.

use std::path::Path;

use crate::reader::white_space::squeeze;

/// A path as it stands between the quotes of a shell, where a hint will be pasted.
pub(super) fn quoted(path: &Path) -> String {
    path.display().to_string().replace('\'', r"'\''")
}

/// The first of `columns`, for a message.
pub(super) fn listed(columns: &[String]) -> String {
    const MOST: usize = 12;
    let shown: Vec<_> =
        columns.iter().take(MOST).map(|name| format!("`{}`", short(name))).collect();
    let more = columns.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", shown.join(", "))
}

/// The start of `text` on one line: a message is one, and what it quotes may be of any length.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 40;
    let text = squeeze(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// In how many places more, for a message.
pub(super) fn and_more(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => " and in one more place".to_owned(),
        more => format!(" and in {more} more places"),
    }
}

/// A source as a message names it.
pub(super) fn named(path: &Path) -> String {
    match path.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => format!("`{}`", path.display()),
    }
}

/// What pages without text have nevertheless.
pub(super) fn but(running: usize) -> &'static str {
    match running {
        0 => "",
        _ => " but running heads and page numbers",
    }
}

/// What is missing of a document that is `torn_at` its end, or has fewer pages than it says.
pub(super) fn missing(torn_at: Option<usize>, pages: usize, said: Option<usize>) -> String {
    let torn = torn_at.map(|at| format!("cut short at byte {at}"));
    let count = said.map(|said| format!("{pages} of {said} pages are there"));
    torn.into_iter().chain(count).collect::<Vec<_>>().join(", ")
}

/// All formats by the names that `--reader` takes, for a message.
pub(super) fn formats() -> String {
    let names = crate::reader::READERS.iter().map(|reader| format!("`{}`", reader.name()));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_short_and_on_one_line() {
        let columns = ["a\nb".to_owned(), "x".repeat(50)];
        assert_eq!(listed(&columns), format!("`a b`, `{}…`", "x".repeat(40)));
    }
}
