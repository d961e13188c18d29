//! Taggers: passages of one article into tags, each with its evidence.
//!
//! A tagger sees the whole article at once, because a short form or a surname means what the
//! article made it mean. It knows no index.

mod ascii;
pub mod entities;
mod first_word;
pub mod gazetteer;
pub mod sectors;

use crate::article::ArticleHead;
use crate::passage::Passage;
use crate::tag::Tags;

/// Finds sectors, entities or both.
pub trait Tagger: Send + Sync {
    /// Adds what it finds to `tags`, one entry a passage, in the same order as `passages`.
    ///
    /// Equal input gives equal tags, whatever was tagged before.
    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]);
}
