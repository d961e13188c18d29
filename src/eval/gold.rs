//! Files of labelled passages: a JSON object a line, whatever is labelled.

use serde::de::DeserializeOwned;

/// Why labelled passages could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldError {
    /// A line that is no labelled passage.
    #[error("{file}:{line}: not a labelled passage")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What was met and what was wanted.
        source: Fault,
    },
    /// A label that does not fit.
    #[error("{file}:{line}: {what}")]
    Label {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// Nothing is labelled.
    #[error("{file}: no labelled passage in it")]
    Empty {
        /// The file.
        file: String,
    },
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    /// What the parser said, in the words of a reader of the file, who knows the line.
    pub(super) fn of(error: &serde_json::Error) -> Self {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said);
        if !error.is_data() {
            let what = what.replace("EOF", "the line ends");
            return Self(format!("{what} at column {}", error.column()));
        }
        let words = [
            ("invalid type: ", "found "),
            ("invalid value: ", "found "),
            ("found map", "found an object"),
            ("found sequence", "found a list"),
            (", expected ", ", wanted "),
            ("wanted a sequence", "wanted a list"),
            ("wanted a map", "wanted an object"),
        ];
        let mut what = what.to_owned();
        for (theirs, ours) in words {
            what = what.replace(theirs, ours);
        }
        Self(format!("{what}, up to column {}", error.column()))
    }
}

/// Reads `text`, a passage a line, and makes of each what `check` does, or says what is wrong with
/// its labels; `file` is what messages call it. Blank lines are let be.
pub(super) fn read<L: DeserializeOwned, G>(
    file: &str,
    text: &str,
    check: impl Fn(L) -> Result<G, String>,
) -> Result<Vec<G>, GoldError> {
    let mut gold = Vec::new();
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        let file = || file.to_owned();
        let read = serde_json::from_str(json);
        let read = read.map_err(|error| GoldError::Line {
            file: file(),
            line,
            source: Fault::of(&error),
        })?;
        gold.push(check(read).map_err(|what| GoldError::Label { file: file(), line, what })?);
    }
    if gold.is_empty() {
        return Err(GoldError::Empty { file: file.to_owned() });
    }
    Ok(gold)
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Line {
        text: String,
        #[expect(dead_code, reason = "it is only read")]
        labels: Vec<u8>,
    }

    #[test]
    fn a_bad_line_is_told_in_plain_words() {
        let check = |line: Line| if line.text == "x" { Err("no `x`".to_owned()) } else { Ok(()) };
        for (text, want, cause) in [
            ("", "gold: no labelled passage in it", ""),
            (" \n\n", "gold: no labelled passage in it", ""),
            (
                "\n{\"text\":{}}",
                "gold:2: not a labelled passage",
                "found an object, wanted a string, up to column 8",
            ),
            ("{}", "gold:1: not a labelled passage", "missing field `text`, up to column 2"),
            (
                "{\"text\"",
                "gold:1: not a labelled passage",
                "the line ends while parsing an object at column 7",
            ),
            ("{\"text\":\"x\",\"labels\":[]}", "gold:1: no `x`", ""),
        ] {
            let error = read("gold", text, check).unwrap_err();
            let source = error.source().map(ToString::to_string).unwrap_or_default();
            assert_eq!((error.to_string().as_str(), source.as_str()), (want, cause));
        }
    }
}
