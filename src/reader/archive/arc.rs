//! ARC: what a crawler got, in records with a header of one line. WARC has come after it.

use std::io::BufRead;
use std::ops::ControlFlow;

use jiff::civil::Date;

use super::crawl::{self, Header, Holds, Records};
use super::placed::Placed;
use super::{Archive, Members, Meter, http};
use crate::reader::SourcePath;

/// Reads `.arc`.
pub(super) struct Arc;

/// What the first record is called, which says what the file is.
const FIRST: &[u8] = b"filedesc://";

impl Archive for Arc {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(FIRST)
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        crawl::members(&mut Lines, source, input, meter, each)
    }
}

/// Records that begin with a line that says address, host, time, media type and length, apart by
/// spaces; the second version has five fields more before the length.
struct Lines;

/// How many fields follow the address, which may have spaces in it.
const FIELDS: [usize; 2] = [4, 9];

/// A line that begins a record.
struct Fields<'l> {
    url: &'l str,
    time: &'l str,
    media_type: &'l str,
    len: &'l str,
}

impl<'l> Fields<'l> {
    fn of(line: &'l [u8]) -> Option<Self> {
        let line = str::from_utf8(line).ok()?;
        FIELDS.into_iter().find_map(|n_fields| {
            let mut fields = line.rsplitn(n_fields + 1, ' ').collect::<Vec<_>>();
            fields.reverse();
            let [url, host, time, media_type, .., len] = fields[..] else { return None };
            let is_host = host.contains(['.', ':']) || host == "0" || host == "-";
            let is_time = time.len() >= 8 && time.bytes().all(|byte| byte.is_ascii_digit());
            let is_url = url.split_once(':').is_some_and(|(scheme, _)| {
                !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            (is_url && is_host && is_time).then_some(Self { url, time, media_type, len })
        })
    }
}

impl Records for Lines {
    fn begins(&self, line: &[u8]) -> bool {
        Fields::of(line).is_some()
    }

    fn header(&mut self, line: &[u8], _: &mut Placed<'_>) -> Result<Header, String> {
        let fields = Fields::of(line).ok_or("wanted the header of a record".to_owned())?;
        let len = fields.len;
        let len =
            len.parse().map_err(|_| format!("the length of the record is `{}`", http::cut(len)))?;
        if line.starts_with(FIRST) {
            return Ok(Header { len, holds: Holds::Nothing("filedesc".to_owned()) });
        }
        let holds = Holds::Page {
            url: Some(fields.url.to_owned()),
            day: day(fields.time),
            media_type: Some(fields.media_type.to_owned()).filter(|said| said.contains('/')),
        };
        Ok(Header { len, holds })
    }
}

/// The day of a time such as `20140216050221`.
fn day(time: &str) -> Option<Date> {
    let part = |from: usize, to: usize| time.get(from..to)?.parse::<i16>().ok();
    let [month, day] = [part(4, 6)?, part(6, 8)?].map(i8::try_from);
    Date::new(part(0, 4)?, month.ok()?, day.ok()?).ok()
}
