//! How fast articles are indexed, as a ratio to a bare tantivy writer on the same passages.
//!
//! Measured: wall time of the whole `pressmark index` process (start, read, split, tag, index,
//! commit, merges) with the built-in taggers, and its peak memory; for the yardstick, reading and
//! indexing in this process (`bare.rs`), merges included. Both with two writer threads and the same
//! memory, one after the other.
//! Corpus:   `corpus.rs`, 100,000 passages, or those given, as JSON Lines, as text and as web pages, a file an
//!           article; the bare writer reads the JSON Lines each time.
//! Unit:     ratio of the bare writer's time to ours: 1 is as fast, 0.5 takes twice as long.
//!
//! `cargo bench --bench ingest -- 100000 1000000`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints, and fails by panicking"
)]

#[allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
mod bare;
#[allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
mod corpus;
#[allow(unreachable_pub, reason = "each bench uses a part of it")]
mod process;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

const THREADS: usize = 2;
/// What the bare writer is given for passages that are not written yet, and what the program is
/// given in all, which leaves it as much for them.
const BUDGET_MB: usize = 256;
const MEMORY_MB: usize = 522;

fn main() {
    println!("form   passages    MB  bare s  ours s  ratio  passages/s  peak MB");
    for passages in sizes() {
        let jsonl = corpus::jsonl(passages);
        let megabytes = fs::metadata(&jsonl).unwrap().len() as f64 / 1e6;
        let rounds = if passages > 200_000 { 1 } else { 3 };
        let sources = [
            ("jsonl", jsonl.clone()),
            ("txt", files(&jsonl, "txt", text)),
            ("html", files(&jsonl, "html", page)),
        ];
        for (form, source) in sources {
            let folder = tempfile::tempdir().unwrap();
            let (mut bare_best, mut ours_best, mut peak) = (f64::MAX, f64::MAX, 0);
            for round in 0..rounds {
                let at = folder.path().join(format!("bare-{round}"));
                fs::create_dir(&at).unwrap();
                let start = Instant::now();
                bare::index(bare::plain(&jsonl), &at, THREADS, BUDGET_MB * 1_000_000);
                bare_best = bare_best.min(start.elapsed().as_secs_f64());
                let at = folder.path().join(format!("ours-{round}"));
                let (seconds, memory) = ours(&source, &at);
                ours_best = ours_best.min(seconds);
                peak = peak.max(memory);
            }
            println!(
                "{form:<5} {passages:>9} {megabytes:>5.0} {bare_best:>7.2} {ours_best:>7.2} {:>6.2} {:>11.0} {peak:>8}",
                bare_best / ours_best,
                passages as f64 / ours_best,
            );
        }
    }
}

/// Indexes `source` with the real program; gives seconds and its peak memory in MB.
fn ours(source: &Path, folder: &Path) -> (f64, u64) {
    let (threads, memory) = (THREADS.to_string(), MEMORY_MB.to_string());
    let options = ["index", "--quiet", "--threads", &threads, "--memory", &memory, "--index"];
    process::run(
        options.map(OsStr::new).into_iter().chain([folder.as_os_str(), source.as_os_str()]),
    )
}

/// The articles of `jsonl` as files, a file each, in a folder that is made if it is not there yet.
fn files(jsonl: &Path, form: &str, file: fn(&Article) -> String) -> PathBuf {
    let folder = jsonl.with_extension(form);
    if folder.exists() {
        return folder;
    }
    let part = jsonl.with_extension("part");
    let lines = BufReader::new(File::open(jsonl).unwrap()).lines();
    for (nth, line) in lines.enumerate() {
        let article: Article = serde_json::from_str(&line.unwrap()).unwrap();
        let path = part.join(format!("{:03}/{nth:07}.{form}", nth / 1000));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file(&article)).unwrap();
    }
    fs::rename(part, &folder).unwrap();
    folder
}

/// A line of the corpus.
#[derive(serde::Deserialize)]
struct Article {
    headline: String,
    date: String,
    source: String,
    paragraphs: Vec<String>,
}

fn text(article: &Article) -> String {
    let Article { headline, date, source, paragraphs } = article;
    format!("{headline}\n\nSource: {source}\nDate: {date}\n\n{}\n", paragraphs.join("\n\n"))
}

fn page(article: &Article) -> String {
    let Article { headline, date, source, paragraphs } = article;
    let paragraphs: Vec<String> = paragraphs.iter().map(|one| format!("<p>{one}</p>")).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>{headline}</title>\n\
         <meta property=\"og:site_name\" content=\"{source}\">\n\
         <meta property=\"article:published_time\" content=\"{date}\"></head>\n\
         <body><nav><a href=\"/\">Home</a> <a href=\"/news\">News</a></nav>\n\
         <article><h1>{headline}</h1>\n{}\n</article>\n\
         <footer>All rights reserved</footer></body></html>\n",
        paragraphs.join("\n")
    )
}

fn sizes() -> Vec<usize> {
    let given: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    if given.is_empty() { vec![100_000] } else { given }
}
