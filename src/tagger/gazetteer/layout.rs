//! The byte layout of the compiled gazetteer: what `build.rs` writes and `gazetteer` reads.
//!
//! Included by both, so it may use the standard library only. All numbers are little endian.
//!
//! - `aliases.fst`: alias → byte offset of its posting list. The alias is folded with its case
//!   kept; its lower-cased form, where that differs, is a second key behind [`LOWER`].
//! - `alias_words.bin`: the same by the first words of aliases, see `first_word`.
//! - `postings.bin`: lists of `u32`, each posting in one; the last of a list has [`LAST`] set.
//! - `entries.bin`: one [`RECORD`] an entity, ordered by id.
//! - `strings.bin`: id, name and refs of each entity, one after the other.

/// The entity types in the order of `tag::EntityType::ALL`; a record holds the place in it.
pub(crate) const KINDS: [&str; 8] =
    ["person", "organization", "place", "facility", "event", "product", "law", "work"];

/// Goes before an alias in lower case. No alias starts with it.
pub(crate) const LOWER: u8 = 1;

/// Bytes of one record: where its strings start (`u32`), the lengths of id, name and refs (`u16`
/// each), its type (`u8`) and one byte of nothing.
pub(crate) const RECORD: usize = 12;

/// Set in the last posting of a list.
pub(crate) const LAST: u32 = 1;
/// Set where the alias is a nationality that points to the place.
pub(crate) const DEMONYM: u32 = 2;
/// Set where the alias means the entity only with support from the article.
pub(crate) const AMBIGUOUS: u32 = 4;
/// How far the number of the entity is shifted above the flags.
pub(crate) const SHIFT: u32 = 3;
