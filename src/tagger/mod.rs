//! Taggers: passages of one article into tags, each with its evidence.
//!
//! A tagger sees the whole article at once, because a short form or a surname means what the
//! article made it mean. It knows no index.

mod ascii;
pub mod corrections;
pub mod entities;
mod first_word;
pub mod gazetteer;
pub mod sectors;
pub mod statements;

use crate::article::ArticleHead;
use crate::passage::Passage;
use crate::tag::Tags;

/// Finds sectors, entities, statements, or several of them.
pub trait Tagger: Send + Sync {
    /// Adds what it finds to `tags`, one entry a passage, in the same order as `passages`.
    ///
    /// Equal input gives equal tags, whatever was tagged before.
    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]);

    /// Another number when equal input may give other tags than an older program gave, so that
    /// articles indexed by that one are tagged anew. What the index watches by itself, the taxonomy,
    /// need not count.
    fn fingerprint(&self) -> u64 {
        0
    }
}
