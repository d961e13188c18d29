//! Archives: files that hold sources of other formats, or one that is compressed. One file here is
//! one format.
//!
//! What they hold is given as it stands in them, one after the other, and read by the reader for it;
//! nothing is written to disk, and names in archives are labels that nothing is opened by. How much may
//! come out is for [`Meter`] to say. What is in an article is no matter here.

mod arc;
mod crawl;
mod gzip;
mod http;
mod mbox;
mod meter;
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

pub(super) use meter::{Meter, TooMuch};

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
const ARCHIVES: [&dyn Archive; 8] =
    [&gzip::Gzip, &zstd::Zstd, &xz::Xz, &tar::Tar, &zip::Zip, &warc::Warc, &arc::Arc, &mbox::Mbox];

/// The endings of files that are compressed and have another ending before it.
pub(super) const COMPRESSED: [&str; 3] = ["gz", "zst", "xz"];

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
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::reader::{Opened, open};

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = ::tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    /// `path reader bytes` of what is opened in a file of these bytes, or the error.
    fn opened(name: &str, bytes: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let below = |text: &str| text.replace(&format!("{}/", folder.path().display()), "");
        let mut seen = Vec::new();
        let _: ControlFlow<()> = open(SourcePath::new(path, name), None, &mut |opened| {
            seen.push(match opened {
                Ok(Opened { source, reader, input }) => {
                    let mut text = String::new();
                    let read = input.read_to_string(&mut text);
                    let text = if read.is_ok() { text } else { "cut short".to_owned() };
                    let path = below(&source.path.display().to_string());
                    format!("{path} {} {} {text}", source.name, reader.name())
                }
                Err(error) => below(&error.to_string()),
            });
            ControlFlow::Continue(())
        });
        seen
    }

    #[test]
    fn what_an_archive_holds_is_opened_wherever_it_lies() {
        let files =
            tar(&[("a/b.txt", b"Ports reopen."), ("c.png", b"\x89PNG"), ("d", b"{\"id\":1}")]);
        let want = |name: &str| {
            [
                format!("{name}/a/b.txt {name}/a/b.txt text Ports reopen."),
                format!("no reader for `{name}/c.png`"),
                format!("{name}/d {name}/d jsonl {{\"id\":1}}"),
            ]
        };
        for (name, bytes) in
            [("x.tar", files.clone()), ("x.tar.gz", gz(&files)), ("x.dat", gz(&gz(&files)))]
        {
            let seen = opened(name, &bytes);
            assert_eq!(seen.len(), 3, "{seen:?}");
            for (seen, want) in seen.iter().zip(want(name)) {
                assert!(seen.starts_with(&want), "{seen}");
            }
        }
        assert_eq!(opened("a.txt.gz", &gz(b"Ports.")), ["a.txt.gz a.txt.gz text Ports."]);
    }

    #[test]
    fn what_is_too_deep_or_broken_is_an_error_that_names_it() {
        let deep = (0..=DEEPEST).fold(b"{\"id\":1}".to_vec(), |inner, _| gz(&inner));
        assert_eq!(opened("x.gz", &deep), ["`x.gz` is 5 archives deep, wanted no more"]);
        let whole = gz(&[b'x'; 100_000]);
        assert_eq!(
            opened("a.txt.gz", &whole[..whole.len() / 2]),
            ["a.txt.gz a.txt.gz text cut short"]
        );
        let mut torn = tar(&[("a.txt", b"One."), ("b.txt", b"Two.")]);
        torn[1024] = 0xFF;
        let seen = opened("x.tar", &torn);
        assert_eq!(seen[0], "x.tar/a.txt x.tar/a.txt text One.");
        assert!(seen[1].starts_with("`x.tar` cannot be unpacked further: "), "{seen:?}");
    }
}
