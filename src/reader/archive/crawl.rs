//! What the archives of crawlers share: records one after the other, each with a header that says what
//! was asked for and how long the answer is.
//!
//! Records are streamed. One that is broken is named with its place, and reading goes on at the next
//! line that can begin one.

use std::collections::BTreeSet;
use std::io::BufRead;
use std::ops::ControlFlow;

use jiff::civil::Date;

use super::placed::{Body, Line, Placed};
use super::{Members, Meter, http};
use crate::reader::{READERS, ReadError, Said, SourcePath};

/// One format of such archives.
pub(super) trait Records {
    /// Whether a line can begin a record.
    fn begins(&self, line: &[u8]) -> bool;

    /// Reads the header that `line` begins, or says what is wrong with it.
    fn header(&mut self, line: &[u8], input: &mut Placed<'_>) -> Result<Header, String>;
}

/// What a record says of itself.
pub(super) struct Header {
    /// How long what follows is, in bytes.
    pub(super) len: u64,
    pub(super) holds: Holds,
}

/// What a record holds.
pub(super) enum Holds {
    /// Something about other records, which no one misses; what it is called.
    Nothing(String),
    /// Something that is no article, and why.
    Other { url: Option<String>, why: String },
    /// What was at an address.
    Page { url: Option<String>, day: Option<Date>, media_type: Option<String> },
}

/// Gives what the records of `input` hold.
pub(super) fn members(
    records: &mut dyn Records,
    source: &SourcePath,
    input: &mut dyn BufRead,
    meter: &Meter,
    each: &mut Members<'_>,
) -> ControlFlow<()> {
    let mut input = Placed::new(input);
    // Whether something was broken and the next record is looked for.
    let mut is_lost = false;
    let mut failed_at = None;
    // What records were about that hold nothing, as long as nothing else was found.
    let mut only = Some(BTreeSet::new());
    loop {
        let line = match input.line() {
            Ok(Some(line)) => line,
            Ok(None) => {
                return match only.map(without_pages) {
                    Some(why) => each(Err(ReadError::skipped(source.clone(), &why))),
                    None => ControlFlow::Continue(()),
                };
            }
            Err(error) => {
                if !is_lost {
                    each(Err(source.broken_part(input.at(), error.to_string())))?;
                }
                only = None;
                // What fails twice in one place fails forever.
                if failed_at.replace(input.at()) == Some(input.at()) || meter.is_spent() {
                    return ControlFlow::Continue(());
                }
                is_lost = true;
                continue;
            }
        };
        let Line { at, bytes, is_start } = line;
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        if !is_start || !records.begins(&bytes) {
            if !is_lost {
                let what = "wanted the header of a record".to_owned();
                each(Err(source.broken_part(at, what)))?;
            }
            (is_lost, only) = (true, None);
            continue;
        }
        is_lost = false;
        let header = match records.header(&bytes, &mut input) {
            Ok(header) => header,
            Err(what) => {
                each(Err(source.broken_part(at, what)))?;
                (is_lost, only) = (true, None);
                continue;
            }
        };
        match &header.holds {
            Holds::Nothing(kind) => {
                let kinds = only.as_mut().filter(|kinds| kinds.len() < MAX_KINDS);
                let _: Option<bool> = kinds.map(|kinds| kinds.insert(http::cut(kind).to_owned()));
            }
            Holds::Other { .. } | Holds::Page { .. } => only = None,
        }
        let mut body = Body::new(&mut input, at, header.len);
        let flow = give(header.holds, at, source, &mut body, meter, each);
        let has_failed = body.has_failed();
        flow?;
        if meter.is_spent() {
            return ControlFlow::Continue(());
        }
        if has_failed {
            // Its reader has said so. How much of it is left no one knows.
            is_lost = true;
        } else if let Err(error) = body.skip() {
            each(Err(source.broken_part(at, error.to_string())))?;
            (is_lost, only) = (true, None);
        }
    }
}

/// The most kinds of records that are told.
const MAX_KINDS: usize = 8;

/// Why an archive that holds records of these kinds only holds no article.
fn without_pages(kinds: BTreeSet<String>) -> String {
    let kinds: Vec<String> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
    format!("it holds nothing that a server answered, only {}", kinds.join(", "))
}

/// Gives what a record holds, if it can be an article.
fn give(
    holds: Holds,
    at: u64,
    source: &SourcePath,
    body: &mut Body<'_, '_>,
    meter: &Meter,
    each: &mut Members<'_>,
) -> ControlFlow<()> {
    let member = |url: Option<String>, said: Said| match url {
        Some(url) => source.member(&url, said),
        None => source.member(&format!("byte {at}"), said),
    };
    let (url, day, media_type) = match holds {
        Holds::Nothing(_) => return ControlFlow::Continue(()),
        Holds::Other { url, why } => {
            return each(Err(ReadError::skipped(member(url, Said::default()), &why)));
        }
        Holds::Page { url, day, media_type } => (url, day, media_type),
    };
    let (media_type, charset) = media_type.as_deref().map(http::media_type).unwrap_or_default();
    let said = Said { url: url.clone(), day, media_type, charset, ..Said::default() };
    let mut member = member(url, said);
    if let Some(why) = no_page(&member.said) {
        return each(Err(ReadError::skipped(member, why)));
    }
    let (start, mut body) = match http::peeked(Box::new(body)) {
        Ok(peeked) => peeked,
        Err(error) => return each(Err(ReadError::unreadable(&member, error))),
    };
    let answer = match http::answer(&start, &mut body, &member.said.media_type) {
        Ok(Some(answer)) => answer,
        Ok(None) => return give_page(member, body, each),
        Err(error) => return each(Err(source.broken_part(at, error.to_string()))),
    };
    if let Some((media_type, charset)) = answer.media_type() {
        member.said.media_type = media_type;
        member.said.charset = charset;
    }
    if answer.status != 200 {
        let why = format!("the server said {}, wanted 200", answer.status);
        return each(Err(ReadError::skipped(member, &why)));
    }
    match answer.payload(&mut body, meter) {
        Ok(Ok(payload)) => give_page(member, payload, each),
        Ok(Err(why)) => each(Err(ReadError::skipped(member, &why))),
        Err(error) => each(Err(ReadError::unreadable(&member, error))),
    }
}

/// Gives what a server has sent, if there is something and it is made for people.
fn give_page(
    member: SourcePath,
    input: Box<dyn BufRead + '_>,
    each: &mut Members<'_>,
) -> ControlFlow<()> {
    let (start, mut input) = match http::peeked(input) {
        Ok(peeked) => peeked,
        Err(error) => return each(Err(ReadError::unreadable(&member, error))),
    };
    if start.is_empty() {
        return each(Err(ReadError::skipped(member, "it is empty")));
    }
    // A format made of JSON says so; else it is data.
    let is_known = member.said.media_type.as_deref().is_some_and(|said| {
        let reader = READERS.iter().find(|reader| reader.media_types().contains(&said));
        reader.is_some() && !said.starts_with("text/")
    });
    if is_json(start.trim_ascii_start()) && !is_known {
        return each(Err(ReadError::skipped(member, "it is JSON, as programs ask for")));
    }
    each(Ok((member, &mut input)))
}

/// Whether what begins so is an object, or a list of them.
fn is_json(start: &[u8]) -> bool {
    let (first, rest) = start.split_first().unwrap_or((&0, &[]));
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(next, Some(b'"' | b'}')),
        b'[' => matches!(next, Some(b'{')),
        _ => false,
    }
}

/// Why what is at such an address is for programs, if it is.
fn no_page(said: &Said) -> Option<&'static str> {
    let url = said.url.as_deref()?;
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let is_page = url.split_once("://").is_none_or(|(_, rest)| {
        !["/robots.txt", "/ads.txt", "/llms.txt", "/security.txt"]
            .iter()
            .any(|name| path.ends_with(name) && rest.contains('/'))
    });
    if !is_page {
        return Some("it is for crawlers");
    }
    url.starts_with("metadata:").then_some("it is about the crawl")
}
