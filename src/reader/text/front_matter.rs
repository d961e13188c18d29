//! Front matter: the YAML between `---` lines, or the TOML between `+++` lines, that opens a file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::lines::{Line, lines};
use crate::reader::fields::{apply, names};
use crate::reader::loose::Texts;
use crate::reader::{Field, FieldMap, ReadError, SourcePath};

/// What the front matter says, by key in lower case.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    fields: BTreeMap<String, Texts>,
    key_lines: BTreeMap<String, u32>,
}

impl FrontMatter {
    /// The texts under the first name of `field` that has any; tags are those under all its names.
    pub(super) fn texts(&self, field: Field) -> Vec<String> {
        let mut found = names(field).iter().filter_map(|name| self.under(name));
        match field {
            Field::Tags => found.flat_map(|texts| texts.0.clone()).collect(),
            _ => found.next().map(|texts| texts.0.clone()).unwrap_or_default(),
        }
    }

    /// The first text under the first name of `field` that has one, with its line.
    pub(super) fn text_and_line(&self, field: Field) -> Option<(&str, u32)> {
        names(field).iter().find_map(|name| {
            let line = self.key_lines.get(&name.to_lowercase()).copied().unwrap_or(1);
            Some((self.under(name)?.first()?, line))
        })
    }

    /// The first text under the first name of `field` that has one.
    pub(super) fn text(&self, field: Field) -> Option<String> {
        self.text_and_line(field).map(|(text, _)| text.to_owned())
    }

    /// The first text under `dateline`.
    pub(super) fn dateline(&self) -> Option<String> {
        self.under("dateline")?.first().map(str::to_owned)
    }

    fn under(&self, name: &str) -> Option<&Texts> {
        self.fields.get(&name.to_lowercase()).filter(|texts| !texts.0.is_empty())
    }
}

/// The longest front matter; more than that is no head of an article.
const MAX_BYTES: usize = 64 << 10;

/// Splits `text` into its front matter and its body. A file whose first line is a mark that is
/// never closed (of which it warns where a key follows), or that closes over something other than keys, has none.
///
/// # Errors
///
/// [`ReadError::FrontMatter`] if there are keys, but they cannot be read.
pub(super) fn split<'a>(
    source: &SourcePath,
    text: &'a str,
    maps: &[FieldMap],
    warn: &mut dyn FnMut(ReadError),
) -> Result<(FrontMatter, Vec<Line<'a>>), ReadError> {
    let mut all = lines(text, 1);
    let blank = all.iter().take_while(|line| line.text.trim().is_empty()).count();
    let (language, mark) = match all.get(blank).map(|line| line.text.trim_end()) {
        Some("---") => ("YAML", "---"),
        Some("+++") => ("TOML", "+++"),
        _ => return Ok((FrontMatter::default(), all)),
    };
    let is_end = |line: &Line<'_>| {
        let line = line.text.trim_end();
        line == mark || mark == "---" && line == "..."
    };
    let Some(len) = all[blank + 1..].iter().position(is_end) else {
        if all.get(blank + 1).is_some_and(|line| key(line.text, mark).is_some()) {
            let line = all[blank].number;
            warn(ReadError::OpenFrontMatter { path: source.path.clone(), line, mark });
        }
        return Ok((FrontMatter::default(), all));
    };
    let inner = &all[blank + 1..][..len];
    if inner.iter().map(|line| line.text.len()).sum::<usize>() > MAX_BYTES {
        return Ok((FrontMatter::default(), all));
    }
    let mut key_lines: BTreeMap<String, u32> =
        inner.iter().filter_map(|line| Some((key(line.text, mark)?, line.number))).collect();
    // `---` is also a line across the page, and then prose follows.
    let is_keys = inner
        .iter()
        .map(|line| line.text)
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .is_none_or(|line| key(line, mark).is_some());
    if !is_keys {
        return Ok((FrontMatter::default(), all));
    }
    let joined = inner.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
    let first = all[blank].number;
    let parsed = if mark == "---" { from_yaml(&joined) } else { from_toml(&joined) };
    let fields = parsed.map_err(|fault| ReadError::FrontMatter {
        path: source.path.clone(),
        line: first.saturating_add(fault.line),
        language,
        source: fault.source,
    })?;
    let mut fields = fields;
    for map in maps {
        apply(map, &mut fields);
        let key = map.name.split('.').next().unwrap_or_default().to_lowercase();
        if let Some(line) = key_lines.get(&key).copied() {
            key_lines.insert(names(map.field)[0].to_owned(), line);
        }
    }
    let texts = |value: Value| Texts::deserialize(value).unwrap_or_default();
    let fields = fields.into_iter().map(|(key, value)| (key.to_lowercase(), texts(value)));
    let fields = fields.collect();
    let body = all.split_off(blank + len + 2);
    Ok((FrontMatter { fields, key_lines }, body))
}

/// The key that `line` gives a value, in lower case.
fn key(line: &str, mark: &str) -> Option<String> {
    let (key, _) = line.split_once(if mark == "---" { ':' } else { '=' })?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    let is_key = !key.is_empty()
        && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        && (mark == "+++"
            || line
                .split_once(':')
                .is_some_and(|(_, v)| v.is_empty() || v.starts_with([' ', '\t'])));
    is_key.then(|| key.to_lowercase())
}

/// What a parser said, with the line it said it of, from 1.
struct Fault {
    line: u32,
    source: Box<dyn std::error::Error + Send + Sync>,
}

type Fields = Map<String, Value>;

fn from_yaml(text: &str) -> Result<Fields, Fault> {
    if text.lines().all(|line| line.trim().is_empty() || line.starts_with('#')) {
        return Ok(Fields::new());
    }
    // As in YAML 1.2, `no` is a language and `y` a letter.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| Fault {
        line: error.location().map_or(1, |at| u32::try_from(at.line()).unwrap_or(u32::MAX)),
        source: first_line(&error.to_string()).into(),
    })
}

/// What a parser says, without the picture of the place that it draws below.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

fn from_toml(text: &str) -> Result<Fields, Fault> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        Fault {
            line: u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX),
            source: error.message().into(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> SourcePath {
        SourcePath::new("a.md", "a.md")
    }

    #[test]
    fn keys_are_read_and_the_body_keeps_its_line_numbers() {
        for text in [
            "---\nTitle: \"A: b\"\ndate: 2025-04-18\ntags: [x, y]\n---\nBody",
            "+++\ntitle = \"A: b\"\ndate = 2025-04-18\ntags = [\"x\", \"y\"]\n+++\nBody",
        ] {
            let (front, body) = split(&source(), text, &[], &mut |_| ()).unwrap();
            assert_eq!(front.text_and_line(Field::Headline), Some(("A: b", 2)));
            assert_eq!(front.text_and_line(Field::Date), Some(("2025-04-18", 3)));
            assert_eq!(front.texts(Field::Tags), ["x", "y"]);
            assert_eq!(body, [Line { number: 6, text: "Body" }]);
        }
    }

    #[test]
    fn a_line_across_the_page_is_no_front_matter() {
        for text in ["---\nProse.\n---\nBody", "---\nnever: closed", "***\na: b\n***", "+++"] {
            let (front, body) = split(&source(), text, &[], &mut |_| ()).unwrap();
            assert!(front.fields.is_empty(), "{text}");
            assert_eq!(body.len(), text.lines().count(), "{text}");
        }
        let (_, body) = split(&source(), "---\n---\nBody", &[], &mut |_| ()).unwrap();
        assert_eq!(body.len(), 1);
    }

    #[test]
    fn broken_front_matter_names_its_line() {
        for (text, want) in [
            ("---\ntitle: a\ntags: [x\n---\nBody", "a.md:3: front matter is not YAML"),
            ("+++\ntitle = \"a\"\ntags = [x\n+++\nBody", "a.md:3: front matter is not TOML"),
        ] {
            assert_eq!(split(&source(), text, &[], &mut |_| ()).unwrap_err().to_string(), want);
        }
    }
}
