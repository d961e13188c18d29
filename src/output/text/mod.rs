//! The view for people: what a terminal shows, and plain text where there is none.
//!
//! Everything that comes from an article goes through [`super::printable()`]. Colours mark what plain
//! text leaves unmarked; nothing is said by colour alone that is not also a hit's reason to be
//! listed.

mod article;
mod choices;
mod hits;
mod index;
mod pen;
mod profile;
mod read;
mod understood;

pub use article::{write_article, write_line, write_passage, write_sector_tag};
pub use choices::write_choice;
pub use hits::{found, totals, write_facets, write_hit, write_results, write_title};
pub use index::{write_entities, write_sectors, write_status};
pub use profile::write_profile;
pub use read::write_read;
pub use understood::write_understood;

/// `1 passage`, `2 passages`.
pub fn counted(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What the view is made for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Whether to colour.
    pub color: bool,
    /// Columns of the terminal; `None` leaves paragraphs on one line.
    pub width: Option<usize>,
}
