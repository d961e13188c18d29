//! tar: files one after the other, in blocks.
//!
//! The crate `tar` reads the fields of a header. That one file follows another is read here, because
//! there names are held in memory however long they are said to be, and one broken header is the
//! end; here names are bounded, and reading goes on at the next block that is a header.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use tar::{EntryType, Header};

use super::placed::{Body, Placed};
use super::{Archive, Members, Meter, label};
use crate::reader::{ReadError, Said, SourcePath};

/// Reads `.tar`.
pub(super) struct Tar;

/// Where the head of a file says that it is one.
const MAGIC_AT: usize = 257;

/// What every header and every file takes a multiple of.
const BLOCK: u64 = 512;

/// The longest records that stand before a file and say more of it than its header can.
const MAX_RECORDS_BYTES: u64 = 1 << 20;

impl Archive for Tar {
    fn recognises(&self, head: &[u8]) -> bool {
        // The letters alone stand in `mustard` too.
        let is_magic = |rest: &[u8]| rest.starts_with(b"ustar\0") || rest.starts_with(b"ustar  \0");
        head.get(MAGIC_AT..).is_some_and(is_magic)
    }

    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        _: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()> {
        let mut input = Placed::new(input);
        let mut said = More::default();
        let mut is_lost = false;
        loop {
            let at = input.at();
            let broken = |what: String| source.broken_part(at, what);
            let header = match header(&mut input) {
                Ok(Some(header)) => header,
                Ok(None) if said.is_pending => {
                    let what = "the archive ends before the file whose name it has given";
                    return each(Err(broken(what.to_owned())));
                }
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return each(Err(broken(error.to_string()))),
            };
            if header.as_bytes().iter().all(|byte| *byte == 0) {
                // Two of them end an archive; another may stand after it.
                continue;
            }
            let size = header.entry_size().ok().filter(|_| is_whole(&header));
            let Some(size) = size else {
                if !is_lost {
                    each(Err(broken("wanted the header of a file".to_owned())))?;
                }
                is_lost = true;
                continue;
            };
            is_lost = false;
            let kind = header.entry_type();
            let is_more = kind.is_gnu_longname()
                || kind.is_gnu_longlink()
                || kind.is_pax_local_extensions()
                || kind.is_pax_global_extensions();
            // What stands before a file may know its size better than its header.
            let size = if is_more { size } else { said.size.unwrap_or(size) };
            let mut body = Body::new(&mut input, at, size);
            if is_more {
                if size > MAX_RECORDS_BYTES {
                    each(Err(broken("a name longer than 1 MB".to_owned())))?;
                } else {
                    let mut records = Vec::new();
                    // What is cut short is found out below.
                    if body.read_to_end(&mut records).is_ok() {
                        said.take(kind, &records);
                    }
                }
            } else {
                let more = std::mem::take(&mut said);
                let name = more.name.unwrap_or_else(|| header.path_bytes().into_owned());
                let member = source.member(&label(&name), Said::default());
                if kind.is_gnu_sparse() || more.is_sparse {
                    each(Err(ReadError::skipped(member, "it is kept with holes (sparse)")))?;
                } else if kind.is_hard_link() || kind.is_symlink() {
                    each(Err(ReadError::skipped(member, "it is a link")))?;
                } else if (kind.is_file() || kind.is_contiguous()) && !name.ends_with(b"/") {
                    each(Ok((member, &mut body)))?;
                }
            }
            // Who was given the body was told.
            let has_failed = !is_more && body.has_failed();
            let rest = body.skip().and_then(|()| {
                let padding = size.wrapping_neg() % BLOCK;
                io::copy(&mut Read::take(&mut input, padding), &mut io::sink())
            });
            match rest {
                Ok(_) => {}
                Err(_) if has_failed => return ControlFlow::Continue(()),
                Err(error) => return each(Err(broken(error.to_string()))),
            }
        }
    }
}

/// The next block; `None` at the end.
fn header(input: &mut Placed<'_>) -> io::Result<Option<Header>> {
    let mut header = Header::new_old();
    let mut block = Vec::with_capacity(BLOCK as usize);
    Read::take(input, BLOCK).read_to_end(&mut block)?;
    if block.len() < BLOCK as usize {
        let is_end = block.iter().all(|byte| *byte == 0);
        let what = "the archive ends within a header";
        return if is_end { Ok(None) } else { Err(io::Error::other(what)) };
    }
    header.as_mut_bytes().copy_from_slice(&block);
    Ok(Some(header))
}

/// Whether a block has the sum that a header says it has.
fn is_whole(header: &Header) -> bool {
    const SUM_AT: usize = 148;
    let sum: u32 = header.as_bytes()[..SUM_AT]
        .iter()
        .chain(&header.as_bytes()[SUM_AT + 8..])
        .map(|byte| u32::from(*byte))
        .sum::<u32>()
        + 8 * u32::from(b' ');
    header.cksum().is_ok_and(|stated| stated == sum)
}

/// What stands before a file and says more of it.
#[derive(Default)]
struct More {
    /// Whether the file is still to come.
    is_pending: bool,
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl More {
    fn take(&mut self, kind: EntryType, records: &[u8]) {
        self.is_pending |= !kind.is_pax_global_extensions();
        if kind.is_gnu_longname() {
            let end = memchr::memchr(0, records).unwrap_or(records.len());
            self.name = Some(records[..end].to_owned());
        } else if kind.is_pax_local_extensions() {
            for record in tar::PaxExtensions::new(records).map_while(Result::ok) {
                match record.key_bytes() {
                    b"path" => self.name = Some(record.value_bytes().to_owned()),
                    b"size" => self.size = record.value().ok().and_then(|size| size.parse().ok()),
                    key => self.is_sparse |= key.starts_with(b"GNU.sparse."),
                }
            }
        }
    }
}
