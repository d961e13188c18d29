//! The fields a query can name.
//!
//! Their names only; what a field's value means is decided by the parser.

use super::Zone;

/// What stands before a `:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Where words are looked for.
    Zone(Zone),
    /// [`super::Filter::Sector`].
    Sector,
    /// [`super::Filter::Entity`].
    Entity,
    /// [`super::Filter::SaidBy`].
    SaidBy,
    /// [`super::Filter::Type`].
    Type,
    /// [`super::Filter::Lang`].
    Lang,
    /// [`super::Filter::Source`].
    Source,
    /// [`super::Filter::SourceTag`].
    SourceTag,
    /// [`super::Filter::Article`].
    Article,
    /// [`super::Filter::Date`].
    Date,
}

/// Every name; the first of several is the one written in canonical text.
const NAMES: [(&str, Field); 14] = [
    ("text", Field::Zone(Zone::Text)),
    ("headline", Field::Zone(Zone::Headline)),
    ("title", Field::Zone(Zone::Headline)),
    ("sector", Field::Sector),
    ("entity", Field::Entity),
    ("said-by", Field::SaidBy),
    ("said_by", Field::SaidBy),
    ("type", Field::Type),
    ("lang", Field::Lang),
    ("source", Field::Source),
    ("source_tag", Field::SourceTag),
    ("article", Field::Article),
    ("id", Field::Article),
    ("date", Field::Date),
];

impl Field {
    /// The field of this name in any case, if there is one.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, field)| field)
    }

    /// The name it is written with.
    pub(super) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|&&(_, field)| field == self);
        found.expect("every field has a name in the table").0
    }

    /// The name that `typed` is a slip of: it begins or ends alike and all else is a letter or two.
    pub(super) fn near(typed: &str) -> Option<&'static str> {
        let typed = typed.to_ascii_lowercase();
        let slip = |name: &str| {
            let front = name.bytes().zip(typed.bytes()).take_while(|(a, b)| a == b).count();
            let rest = name.len().min(typed.len()) - front;
            let back = name.bytes().rev().zip(typed.bytes().rev()).take(rest);
            let alike = front + back.take_while(|(a, b)| a == b).count();
            alike >= 3 && alike + 2 >= name.len().max(typed.len())
        };
        NAMES.iter().map(|&(name, _)| name).find(|name| slip(name))
    }

    /// All names as a list for a message.
    pub(super) fn all_names() -> String {
        let names: Vec<_> = NAMES.iter().map(|(name, _)| format!("`{name}:`")).collect();
        names.join(", ")
    }
}
