//! Archives made in code, and what is seen of them when they are opened.

use std::io::{self, Read, Write};
use std::time::Duration;

use ::bzip2::write::BzEncoder;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::super::meter::Limits;
use super::super::*;
use crate::reader::{Opened, Opening, ReadError, ReadOptions, open, opened as open_within};

/// What no source may take.
pub(super) const HANG: Duration = Duration::from_secs(5);

pub(super) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

pub(super) fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// How a file lies in a ZIP.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kept {
    Stored,
    Deflated,
    /// Its length stands behind it.
    Streamed,
    /// Its length stands in an extra field.
    Long,
    Encrypted,
    ByMethod(u16),
}

pub(super) fn zip(files: &[(&[u8], &[u8], Kept)]) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, bytes, kept) in files {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        let packed = match kept {
            Kept::Deflated | Kept::Streamed | Kept::Long => encoder.finish().unwrap(),
            _ => bytes.to_vec(),
        };
        let method = match kept {
            Kept::Stored | Kept::Encrypted => 0,
            Kept::ByMethod(method) => *method,
            _ => 8,
        };
        let flags: u16 = match kept {
            Kept::Streamed => 8,
            Kept::Encrypted => 1,
            _ => 0,
        };
        let lens = [packed.len() as u32, bytes.len() as u32];
        let (crc, lens, extra) = match kept {
            Kept::Streamed => (0, [0, 0], Vec::new()),
            Kept::Long => {
                let mut extra = vec![1, 0, 16, 0];
                extra.extend((bytes.len() as u64).to_le_bytes());
                extra.extend((packed.len() as u64).to_le_bytes());
                (sum.sum(), [u32::MAX; 2], extra)
            }
            _ => (sum.sum(), lens, Vec::new()),
        };
        all.extend(b"PK\x03\x04\x14\0");
        all.extend(flags.to_le_bytes());
        all.extend(method.to_le_bytes());
        all.extend([0; 4]);
        [crc, lens[0], lens[1]].iter().for_each(|field| all.extend(field.to_le_bytes()));
        all.extend((name.len() as u16).to_le_bytes());
        all.extend((extra.len() as u16).to_le_bytes());
        all.extend(*name);
        all.extend(extra);
        all.extend(packed.iter());
        if *kept == Kept::Streamed {
            all.extend(b"PK\x07\x08");
            let lens = [packed.len() as u32, bytes.len() as u32];
            [sum.sum(), lens[0], lens[1]].iter().for_each(|field| all.extend(field.to_le_bytes()));
        }
    }
    all.extend(b"PK\x05\x06");
    all.extend([0; 18]);
    all
}

/// A record of a crawl, with these fields.
pub(super) fn record(fields: &str, block: &[u8]) -> Vec<u8> {
    let fields = fields.replace('\n', "\r\n");
    let head = format!("WARC/1.0\r\n{fields}\r\nContent-Length: {}\r\n\r\n", block.len());
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// What a server answered at `url`.
pub(super) fn answer(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let fields = format!(
        "WARC-Type: response\nWARC-Target-URI: {url}\nWARC-Date: 2025-04-18T02:00:00Z\n\
         Content-Type: application/http; msgtype=response"
    );
    let block = [b"HTTP/1.1 ", head.as_bytes(), b"\r\n\r\n", body].concat();
    record(&fields, &block)
}

pub(super) fn page(text: &str) -> Vec<u8> {
    format!("<!DOCTYPE html><title>{text}</title><p>{text} again.").into_bytes()
}

pub(super) const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

/// `path reader bytes` of what is opened in a file of these bytes, or why nothing is.
pub(super) fn opened(name: &str, bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut seen = Vec::new();
    let _: Opening = open(SourcePath::new(path, name), None, &mut |opened| told(opened, &mut seen));
    let folder = format!("{}/", folder.path().display());
    seen.iter().map(|line| line.replace(&folder, "")).collect()
}

/// The same of what `input` gives, within limits.
pub(super) fn opened_within(limits: Limits, input: impl Read) -> Vec<String> {
    opened_by(&Meter::new(limits), input)
}

/// The same, counted by `meter`.
pub(super) fn opened_by(meter: &Meter, input: impl Read) -> Vec<String> {
    let mut seen = Vec::new();
    let mut input = meter.file(input);
    let _: ControlFlow<()> = open_within(
        SourcePath::new("x.jsonl", "x.jsonl"),
        None,
        meter,
        &mut input,
        &mut |opened| told(opened, &mut seen),
    );
    seen
}

pub(super) fn told(
    opened: Result<Opened<'_>, ReadError>,
    seen: &mut Vec<String>,
) -> ControlFlow<()> {
    let cause = |error: &ReadError| match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    match opened {
        Ok(Opened { source, reader, input }) => {
            let mut from = seen.len();
            reader.pieces(&source, input, &mut |piece| {
                let (path, name) = (source.path.display(), reader.name());
                let line = match piece {
                    Ok(piece) => {
                        let text = String::from_utf8_lossy(&piece.bytes);
                        // The pieces of one source are one text here.
                        match seen.len() > from {
                            true => format!("{}{text}", seen.pop().unwrap()),
                            false => format!("{path} {name} {text}"),
                        }
                    }
                    Err(error) => {
                        from = seen.len() + 1;
                        cause(&error)
                    }
                };
                seen.push(line);
                ControlFlow::Continue(())
            });
        }
        Err(error) => seen.push(cause(&error)),
    }
    ControlFlow::Continue(())
}

/// As it is read: `id day headline` of each article, or why there is none.
pub(super) fn articles(name: &str, bytes: &[u8]) -> Vec<String> {
    let meter = Meter::default();
    let mut seen = Vec::new();
    let mut input = meter.file(bytes);
    let source = SourcePath::new(name, name);
    let _: ControlFlow<()> = open_within(source, None, &meter, &mut input, &mut |opened| {
        let Ok(Opened { source, reader, input }) = opened else {
            seen.push(opened.err().unwrap().to_string());
            return ControlFlow::Continue(());
        };
        reader.pieces(&source, input, &mut |piece| {
            let Ok(piece) = piece else { return ControlFlow::Continue(()) };
            reader.articles(&source, &piece, &ReadOptions::default(), &mut |article| {
                seen.push(match article {
                    Ok(article) => {
                        let head = article.head;
                        let day = head.published.map(|day| day.to_string()).unwrap_or_default();
                        format!("{} {day} {}", head.id, head.headline.unwrap_or_default())
                    }
                    Err(error) => error.to_string(),
                });
            });
            ControlFlow::Continue(())
        });
        ControlFlow::Continue(())
    });
    seen
}

/// One part many times.
pub(super) struct Repeated {
    pub(super) part: std::sync::Arc<[u8]>,
    pub(super) left: usize,
    pub(super) at: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.part.len() && self.left > 0 {
            (self.left, self.at) = (self.left - 1, 0);
        }
        let n = (&self.part[self.at..]).read(buffer)?;
        self.at += n;
        Ok(n)
    }
}
