//! PDFs as they come: every file of the development data is read or named as what it is, none in
//! more than a few seconds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pressmark::article::Unit;
use pressmark::reader::{PdfReader, Piece, ReadOptions, Reader, SourcePath};

use crate::shared;

/// What takes longer hangs.
const HANGS: Duration = Duration::from_secs(5);

#[test]
fn every_file_is_read_or_named_as_what_it_is() {
    let Some(folder) = shared::path("data/fmt-pdf") else { return };
    let mut files = Vec::new();
    find(&folder, &mut files);
    files.sort();
    let (mut read, mut pages, mut letters, mut bytes_in_all) = (0, 0, 0, 0);
    let (mut slowest, mut whole) = (Duration::ZERO, Duration::ZERO);
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in &files {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let source = SourcePath::new("a.pdf", name.clone());
        let bytes = std::fs::read(path).expect("it was found");
        bytes_in_all += bytes.len();
        let started = Instant::now();
        PdfReader.articles(&source, &Piece::new(1, bytes), &ReadOptions::default(), &mut |found| {
            match found {
                Ok(article) => {
                    read += 1;
                    let texts = article.blocks.iter().map(|block| block.text.chars().count());
                    letters += texts.sum::<usize>();
                    assert_eq!(article.head.unit, Unit::Page);
                    pages += article.blocks.iter().map(|block| block.lines.last).max().unwrap_or(1);
                }
                Err(error) if error.is_warning() => {}
                Err(error) => named.entry(error.to_string()).or_default().push(name.clone()),
            }
        });
        let took = started.elapsed();
        assert!(took < HANGS, "{name} takes {took:?}");
        slowest = slowest.max(took);
        whole += took;
    }
    let seconds = whole.as_secs_f64();
    println!(
        "{} files: {read} read, {pages} pages, {letters} letters; {:.0} pages/s, {:.1} MB/s, the \
         slowest in {slowest:?}",
        files.len(),
        f64::from(pages) / seconds,
        bytes_in_all as f64 / 1e6 / seconds,
    );
    for (error, names) in &named {
        println!("{error}: {}", names.join(", "));
    }
    assert_eq!(read + named.values().map(Vec::len).sum::<usize>(), files.len());
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "pdf") {
            files.push(path);
        }
    }
}
