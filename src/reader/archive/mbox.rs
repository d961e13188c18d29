//! mbox: mails one after the other, each behind a line that begins with `From `.
//!
//! A mail is held whole, since its reader wants it so. Within one, `From ` at the start of a line has
//! a `>` before it; where a program forgot that, a line is one between mails only if it stands after
//! an empty one and ends in a time and a year.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use super::{Archive, Members, Meter};
use crate::reader::{MAX_TEXT_BYTES, ReadError, Said, SourcePath};

/// Reads `.mbox`.
pub(super) struct Mbox;

impl Archive for Mbox {
    fn recognises(&self, head: &[u8]) -> bool {
        let (first, rest) = head.split_at(memchr::memchr(b'\n', head).unwrap_or(head.len()));
        // The first field of a mail has no space in its name.
        let next = rest.get(1..).unwrap_or_default();
        let name = next.split(|byte| *byte == b':' || *byte == b'\n').next().unwrap_or_default();
        let is_field = next.get(name.len()) == Some(&b':')
            && !name.is_empty()
            && name.iter().all(u8::is_ascii_graphic);
        is_between(first) && is_field
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        _: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        let mut mails = Mails { input, line: Vec::new(), is_after_empty: true, n_lines: 0 };
        let mut number = 0;
        loop {
            let (line, mail) = match mails.next() {
                Ok(Some(mail)) => mail,
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return each(Err(ReadError::unreadable(source, error))),
            };
            number += 1;
            // Some say less of themselves than a mail on its way does.
            let media_type = Some("message/rfc822".to_owned());
            let said = Said { media_type, line: Some(line), ..Said::default() };
            let member = source.member(&format!("mail {number}"), said);
            if mail.len() > MAX_TEXT_BYTES {
                let (path, limit_bytes) = (member.path, MAX_TEXT_BYTES);
                each(Err(ReadError::FileTooLong { path, limit_bytes }))?;
            } else {
                each(Ok((member, &mut mail.as_slice())))?;
            }
        }
    }
}

/// Whether a line can stand between mails: `From `, then anything, then a time and a year.
fn is_between(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let is_time = |word: &[u8]| {
        word.len() >= 4
            && word.contains(&b':')
            && word.iter().all(|b| b.is_ascii_digit() || *b == b':')
    };
    let is_year =
        |word: &[u8]| word.len() == 4 && (word.starts_with(b"19") || word.starts_with(b"20"));
    let mut words = rest.trim_ascii_end().rsplit(|byte| *byte == b' ').take(6);
    // A zone may stand before the year or after it.
    words.any(is_year) && rest.split(|byte| *byte == b' ').any(is_time)
}

/// Cuts a mailbox into mails.
struct Mails<'i> {
    input: &'i mut dyn BufRead,
    /// The part of a line that was read last and is of no mail yet.
    line: Vec<u8>,
    is_after_empty: bool,
    /// How many lines were read.
    n_lines: u32,
}

/// How much of a line is read at once.
const PART_BYTES: u64 = 64 << 10;

impl Mails<'_> {
    /// The next mail, with the number of its first line; one that is too long is given up to the limit
    /// and a little more.
    fn next(&mut self) -> std::io::Result<Option<(u32, Vec<u8>)>> {
        let mut first = self.n_lines.saturating_add(1);
        let mut mail = Vec::new();
        let mut is_begun = false;
        let mut is_start = true;
        loop {
            let mut line = std::mem::take(&mut self.line);
            if line.is_empty() {
                Read::take(&mut *self.input, PART_BYTES).read_until(b'\n', &mut line)?;
                let is_whole = line.ends_with(b"\n");
                self.n_lines = self.n_lines.saturating_add(u32::from(is_whole));
            }
            if line.is_empty() {
                return Ok(is_begun.then_some((first, mail)));
            }
            if is_start && self.is_after_empty && is_between(&line) {
                if is_begun {
                    self.line = line;
                    return Ok(Some((first, mail)));
                }
                is_begun = true;
                first = self.n_lines.saturating_add(1);
                self.is_after_empty = false;
                continue;
            }
            is_begun = true;
            self.is_after_empty = is_start && line.trim_ascii().is_empty();
            let n_marks = line.iter().take_while(|byte| **byte == b'>').count();
            let is_quoted = is_start && n_marks > 0 && line[n_marks..].starts_with(b"From ");
            is_start = line.ends_with(b"\n");
            if mail.len() <= MAX_TEXT_BYTES {
                mail.extend_from_slice(&line[usize::from(is_quoted)..]);
            }
        }
    }
}
