//! Archives: files that hold sources of other formats, or one that is compressed. One file here is
//! one format.
//!
//! What they hold is given as it stands in them, one after the other, and read by the reader for it;
//! nothing is written to disk, and names in archives are labels that nothing is opened by. How much may
//! come out is for [`Meter`] to say. What is in an article is no matter here.

mod arc;
mod bzip2;
mod crawl;
mod decoder;
mod gzip;
mod http;
mod mbox;
mod meter;
mod parts;
mod placed;
mod tar;
mod warc;
mod xz;
mod zip;
mod zstd;

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::ControlFlow;

use super::{ReadError, SourcePath};

pub(super) use meter::{Meter, TooMuch, skip};

/// Is given what an archive holds, or why it cannot be had, until it breaks.
pub(super) type Members<'a> =
    dyn FnMut(Result<(SourcePath, &mut dyn BufRead), ReadError>) -> ControlFlow<()> + 'a;

/// One format.
pub(super) trait Archive: Sync {
    /// Whether what begins so is such an archive.
    fn recognises(&self, head: &[u8]) -> bool;

    /// Gives what `input` holds in its order until `each` breaks. What cannot be read is an error
    /// in its place. What it unpacks is counted by `meter`.
    fn members(
        &self,
        source: &SourcePath,
        input: &mut dyn BufRead,
        meter: &Meter,
        each: &mut Members<'_>,
    ) -> ControlFlow<()>;
}

/// Every archive.
const ARCHIVES: [&dyn Archive; 9] = [
    &gzip::Gzip,
    &zstd::Zstd,
    &xz::Xz,
    &bzip2::Bzip2,
    &tar::Tar,
    &zip::Zip,
    &warc::Warc,
    &arc::Arc,
    &mbox::Mbox,
];

/// The endings of files that are compressed and have another ending before it.
pub(super) const COMPRESSED: [&str; 4] = ["gz", "zst", "xz", "bz2"];

/// The endings of what is an archive or nothing.
const ENDINGS: [&str; 13] =
    ["gz", "tgz", "tar", "zip", "zst", "xz", "txz", "bz2", "tbz2", "warc", "arc", "mbox", "wacz"];

/// Whether a file is called as an archive is.
pub(super) fn is_called_one(path: &std::path::Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// How many archives may lie within each other: a crawl in a tar that is compressed, in a zip.
pub(super) const DEEPEST: usize = 5;

/// The archive that begins so.
pub(super) fn for_head(head: &[u8]) -> Option<&'static dyn Archive> {
    ARCHIVES.into_iter().find(|archive| archive.recognises(head))
}

/// What a file in an archive is called: text in whatever encoding its system had. Each name is
/// another text, for it may be what an article is known by.
fn label(name: &[u8]) -> String {
    let name = name.strip_prefix(b"./").unwrap_or(name);
    let text = str::from_utf8(name).map(str::to_owned).ok();
    let chinese = || encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(name);
    text.or_else(|| chinese().map(Cow::into_owned))
        .unwrap_or_else(|| encoding_rs::mem::decode_latin1(name).into_owned())
}

#[cfg(test)]
mod tests;
