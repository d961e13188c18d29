//! tar: files one after the other.

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

use super::{Archive, Members};
use crate::reader::{BUFFER_BYTES, ReadError, Said, SourcePath};

/// Reads `.tar`.
pub(super) struct Tar;

/// Where the head of the first file says that it is one.
const MAGIC_AT: usize = 257;

impl Archive for Tar {
    fn recognises(&self, head: &[u8]) -> bool {
        head.get(MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar"))
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        let broken = |error: std::io::Error| ReadError::Archive {
            path: source.path.clone(),
            what: error.to_string(),
        };
        let mut archive = tar::Archive::new(input);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return each(Err(broken(error))),
        };
        for entry in entries {
            // After a broken head nothing says where the next one is.
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return each(Err(broken(error))),
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let member = source.member(&name, Said::default());
            each(Ok((member, &mut BufReader::with_capacity(BUFFER_BYTES, entry))))?;
        }
        ControlFlow::Continue(())
    }
}
