//! How fast files of each format are read on one thread: opened, told apart, decoded, and made into
//! articles; nothing is tagged or indexed.
//!
//!     cargo bench --bench read -- PATH…
//!
//! Without paths it reads the bundled corpus. Files are read over and over, each as often as the
//! others; they come from the system's memory after the first time.

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use pressmark::reader::{self, Origin, ReadOptions, SourcePath, WalkOptions};

/// How long all files together are read for.
const LEAST: Duration = Duration::from_secs(5);

/// What was measured of one format.
#[derive(Default)]
struct Measured {
    files: usize,
    articles: usize,
    bytes: u64,
    time: Duration,
    slowest: Duration,
}

fn main() {
    let given = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).map(PathBuf::from);
    let mut paths: Vec<PathBuf> = given.collect();
    if paths.is_empty() {
        paths.push(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus"));
    }
    let origin = Origin { working: PathBuf::new(), base: PathBuf::from("/") };
    let walk = reader::walk(&paths, WalkOptions { origin, only: None });
    let sources: Vec<SourcePath> = walk.flatten().map(|found| found.source).collect();
    let mut formats: BTreeMap<&str, Measured> = BTreeMap::new();
    let begun = Instant::now();
    while begun.elapsed() < LEAST && !sources.is_empty() {
        for source in &sources {
            measure(source, &mut formats);
        }
    }
    println!("format     files  articles       MB     MB/s  files/s  slowest ms");
    for (format, Measured { files, articles, bytes, time, slowest }) in formats {
        let (megabytes, seconds) = (bytes as f64 / 1e6, time.as_secs_f64());
        println!(
            "{format:<9} {files:>6} {articles:>9} {megabytes:>8.1} {:>8.1} {:>8.0} {:>11.1}",
            megabytes / seconds,
            files as f64 / seconds,
            slowest.as_secs_f64() * 1e3,
        );
    }
}

/// Reads a file, which counts for the format that is first in it.
fn measure(source: &SourcePath, formats: &mut BTreeMap<&str, Measured>) {
    let (mut format, mut articles) = (None, 0);
    let start = Instant::now();
    let opening = reader::open(source.clone(), None, &mut |opened| {
        let Ok(opened) = opened else { return ControlFlow::Continue(()) };
        format.get_or_insert(opened.reader.name());
        opened.reader.pieces(&opened.source, opened.input, &mut |piece| {
            if let Ok(piece) = piece {
                let options = ReadOptions::default();
                opened.reader.articles(&opened.source, &piece, &options, &mut |article| {
                    articles += usize::from(article.is_ok());
                });
            }
            ControlFlow::Continue(())
        });
        ControlFlow::Continue(())
    });
    debug_assert!(opening.flow.is_continue(), "nothing stops it");
    let time = start.elapsed();
    let Some(format) = format else { return };
    let measured = formats.entry(format).or_default();
    measured.files += 1;
    measured.articles += articles;
    measured.bytes += std::fs::metadata(&source.path).map_or(0, |metadata| metadata.len());
    measured.time += time;
    measured.slowest = measured.slowest.max(time);
}
