//! Text into terms with byte offsets: the one tokenizer that index, query and highlight share.
//!
//! [`fold()`] makes letters comparable (case, width, script, accents, apostrophes), [`Tokens`] cuts
//! the folded text into words and CJK bigrams, [`Stemmer`] reduces a word by the rules of its
//! language. It knows no index; the engine names fields after [`Analyzer`]s.

mod acronym;
pub mod fold;
mod malay;
mod pieces;
pub mod spelling;
pub mod stem;
pub mod token;

pub use acronym::ACRONYMS;
pub use fold::{Case, Folded, fold};
pub use stem::{Analyzer, Stemmer};
pub use token::{Compound, Token, Tokens, is_cjk, query_terms, query_terms_in};

/// Version of everything in this module. An index made with another version gives wrong answers
/// and is refused. Raise it with every change of terms, and say here what changed.
///
/// - 1: the first.
/// - 2: Malay words are taken apart to known roots, and repeated ones are one. Acronyms that are words
///   but for their capitals are terms of their own, hyphenated words are indexed as one word too.
///   Full stops and commas part words that are no initials and no number, `RM5bn` is three terms,
///   `C++` one.
/// - 3: Malay words that are no roots (`dialah`, `apakah`) lose their particles, and known ones the
///   owner (`rumahku`). More British spellings are made American.
///   Marks of the direction of text are no part of words.
pub const VERSION: u32 = 3;
