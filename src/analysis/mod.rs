//! Text into terms with byte offsets: the one tokenizer that index, query and highlight share.
//!
//! [`fold`] makes letters comparable (case, width, script, accents, apostrophes); [`tokens`] cuts
//! folded words and CJK bigrams; [`Stemmer`] reduces a word by the rules of its language.

pub mod fold;

pub use fold::{Case, Folded, fold};
