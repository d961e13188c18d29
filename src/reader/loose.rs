//! Values that sources write in several ways: one text, a list of texts, an object with a name.
//!
//! Shared by front matter (YAML, TOML) and JSON Lines; it knows no field.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The texts of a value, in order: a scalar is one, a list is its members', an object is what it
/// calls its name; `null` is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts(pub(super) Vec<String>);

impl Texts {
    /// The first that is not blank.
    pub(super) fn first(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    fn one(text: &str) -> Self {
        let text = text.trim();
        Self(if text.is_empty() { Vec::new() } else { vec![text.to_owned()] })
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list of texts or an object with a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts::one(text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Texts, E> {
        Ok(Texts::one(&value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Texts, E> {
        Ok(Texts::one(&value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Texts, E> {
        Ok(Texts::one(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Texts, E> {
        Ok(Texts::one(&value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Texts, E> {
        Ok(Texts::default())
    }

    fn visit_none<E>(self) -> Result<Texts, E> {
        Ok(Texts::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Texts, D::Error> {
        Texts::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
        let mut texts = Texts::default();
        while let Some(more) = list.next_element::<Texts>()? {
            texts.0.extend(more.0);
        }
        Ok(texts)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Texts, A::Error> {
        let mut found = Texts::default();
        while let Some(key) = object.next_key::<String>()? {
            // The last is how the TOML parser hands over a date.
            let names = ["name", "label", "title", "term", "value", "$__toml_private_datetime"];
            if found.0.is_empty() && names.contains(&key.as_str()) {
                found = object.next_value()?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_a_list_and_named_objects_are_texts() {
        for (json, want) in [
            ("null", &[][..]),
            (r#"" ""#, &[]),
            (r#"" a ""#, &["a"]),
            ("7", &["7"]),
            (r#"["a",null,["b"]]"#, &["a", "b"]),
            (r#"[{"url":"u","name":"A"},{"label":"B"},{"x":1}]"#, &["A", "B"]),
        ] {
            let texts: Texts = serde_json::from_str(json).unwrap();
            assert_eq!(texts.0, want, "{json}");
        }
    }
}
