//! WARC: what a crawler asked for and got, in records with headers like those of a mail.
//!
//! What servers answered, and what was kept without asking one, may be articles. What was asked, what
//! is said about other records, and answers that are the same as before, are not.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::ControlFlow;

use super::crawl::{self, Header, Holds, Records};
use super::placed::Placed;
use super::{Archive, Members, Meter, http};
use crate::reader::{SourcePath, parse_date};

/// Reads `.warc`.
pub(super) struct Warc;

impl Archive for Warc {
    fn recognises(&self, head: &[u8]) -> bool {
        is_version(head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end())
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        crawl::members(&mut Versioned, source, input, meter, each)
    }
}

/// Whether a line is `WARC/1.1` or of another version.
fn is_version(line: &[u8]) -> bool {
    line.strip_prefix(b"WARC/").is_some_and(|version| {
        let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        (1..=5).contains(&version.len()) && version.iter().all(is_number)
    })
}

/// Records that begin with a line that is a version.
struct Versioned;

impl Records for Versioned {
    fn begins(&self, line: &[u8]) -> bool {
        is_version(line.trim_ascii_end())
    }

    fn header(&mut self, _: &[u8], input: &mut Placed<'_>) -> Result<Header, String> {
        let mut fields = http::fields(input).map_err(|error| error.to_string())?;
        let len = fields.get("content-length");
        let len = len.ok_or("a record without `Content-Length`".to_owned())?;
        let len = len.parse().map_err(|_| format!("`Content-Length` is `{}`", http::cut(len)))?;
        Ok(Header { len, holds: holds(&mut fields) })
    }
}

fn holds(fields: &mut BTreeMap<String, String>) -> Holds {
    let url = fields.remove("warc-target-uri");
    // Some write it in angle brackets, as the standard had it once by mistake.
    let url = url.map(|url| url.trim_start_matches('<').trim_end_matches('>').to_owned());
    let url = url.filter(|url| !url.is_empty());
    let kind = fields.get("warc-type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default();
    match kind.as_str() {
        "response" | "resource" | "conversion" => {
            let day = fields.get("warc-date").and_then(|date| parse_date(date));
            Holds::Page { url, day, media_type: fields.remove("content-type") }
        }
        "revisit" => {
            let why = "it is as it was when it was fetched before (revisit)".to_owned();
            Holds::Other { url, why }
        }
        "continuation" => {
            let why = "it is a part of a record in several files".to_owned();
            Holds::Other { url, why }
        }
        _ => Holds::Nothing(kind),
    }
}
