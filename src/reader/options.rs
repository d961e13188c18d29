//! What a user may say about how sources are read: values, and how they are typed.

use std::str::FromStr;

/// What the user may say about how sources are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Where structured formats keep a field, if not under one of its usual names.
    pub map: Vec<FieldMap>,
    /// Whether articles are to tell what was left out of them.
    pub tell_dropped: bool,
}

/// One `field=name`: our field is what the source calls `name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    /// Our field.
    pub field: Field,
    /// The source's name for it; `a.b` is `b` within `a`.
    pub name: String,
}

impl FromStr for FieldMap {
    type Err = NotAFieldMap;

    fn from_str(text: &str) -> Result<Self, NotAFieldMap> {
        let (field, name) = text
            .split_once('=')
            .filter(|(_, name)| !name.trim().is_empty())
            .ok_or_else(|| NotAFieldMap::Form(text.to_owned()))?;
        let field = Field::ALL
            .into_iter()
            .find(|known| known.as_str() == field.trim())
            .ok_or_else(|| NotAFieldMap::Field(field.trim().to_owned()))?;
        Ok(Self { field, name: name.trim().to_owned() })
    }
}

/// A text that was meant as a [`FieldMap`] and is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAFieldMap {
    /// It is not of the form `field=name`.
    #[error("`{0}` maps nothing, wanted FIELD=NAME, such as `headline=subject`")]
    Form(String),
    /// There is no such field.
    #[error("no field `{field}`, wanted {wanted}", field = .0, wanted = field_names())]
    Field(String),
}

fn field_names() -> String {
    Field::ALL.map(|field| format!("`{}`", field.as_str())).join(", ")
}

/// A field of an article, by the name that `--map` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What identifies the article.
    Id,
    /// Its headline.
    Headline,
    /// Its text: one string, or a list of paragraphs.
    Text,
    /// Its day of publication.
    Date,
    /// Its language.
    Lang,
    /// Its publisher.
    Source,
    /// Who wrote it.
    Author,
    /// The publisher's section.
    Section,
    /// Where it can be read.
    Url,
    /// Labels the source brings.
    Tags,
}

impl Field {
    /// Every field, in the order they are listed.
    pub const ALL: [Self; 10] = [
        Self::Id,
        Self::Headline,
        Self::Text,
        Self::Date,
        Self::Lang,
        Self::Source,
        Self::Author,
        Self::Section,
        Self::Url,
        Self::Tags,
    ];

    /// The field as `--map` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Headline => "headline",
            Self::Text => "text",
            Self::Date => "date",
            Self::Lang => "lang",
            Self::Source => "source",
            Self::Author => "author",
            Self::Section => "section",
            Self::Url => "url",
            Self::Tags => "tags",
        }
    }
}
