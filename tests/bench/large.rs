//! How what is large is indexed: a folder of many small files, a tar of the same, one long JSON Lines
//! file; each twice, since the second time nothing is new. And how long one more article takes.
//!
//! Measured: wall time of the whole `pressmark index` process with the built-in taggers, default
//! settings, and its peak memory.
//! Corpus:   articles of `corpus.rs`, as text of one passage a file, and as JSON Lines.
//! Unit:     seconds; MB of the source a second.
//!
//! `cargo bench --bench large -- 100000 2000`: files, and MB of JSON Lines.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints, and fails by panicking"
)]

#[allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
mod corpus;
#[allow(unreachable_pub, reason = "each bench uses a part of it")]
mod process;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Passages of the corpus that everything is made of.
const PASSAGES: usize = 100_000;

fn main() {
    let mut given = std::env::args().filter_map(|arg| arg.parse::<usize>().ok());
    let files = given.next().unwrap_or(100_000);
    let megabytes = given.next().unwrap_or(2000);
    let jsonl = corpus::jsonl(PASSAGES);
    let made = tempfile::tempdir().unwrap();
    let (folder, tar) = (made.path().join("folder"), made.path().join("files.tar"));
    let bytes = small_files(&jsonl, files, &folder, &tar);
    // What was written within two seconds may still change, so it is not taken for known.
    std::thread::sleep(Duration::from_secs(3));
    let start = Instant::now();
    let walked = pressmark::reader::walk(std::slice::from_ref(&folder), Default::default()).count();
    println!("walking {walked} files takes {:.2} s", start.elapsed().as_secs_f64());
    println!("source              MB  first s   MB/s  peak MB  second s  peak MB");
    measure("folder", &folder, bytes / 1_000_000, made.path());
    measure("tar", &tar, length(&tar), made.path());
    let long = made.path().join("long.jsonl");
    repeat(&jsonl, megabytes, &long);
    std::thread::sleep(Duration::from_secs(3));
    let index = measure("JSON Lines", &long, length(&long), made.path());
    let one = made.path().join("one.txt");
    fs::write(&one, "One more article\n\nThe port of Penang reopened on Friday.\n").unwrap();
    for round in 0..3 {
        fs::write(&one, format!("One more article\n\nThe port reopened, for time {round}.\n"))
            .unwrap();
        let (seconds, _) = index_into(&index, &one);
        println!("one more article, start to visible: {seconds:.2} s");
    }
}

fn length(path: &Path) -> usize {
    usize::try_from(fs::metadata(path).unwrap().len()).unwrap() / 1_000_000
}

/// Indexes `source` twice and prints a line; where the index is.
fn measure(name: &str, source: &Path, megabytes: usize, made: &Path) -> std::path::PathBuf {
    let index = made.join(format!("index of {name}"));
    let (first, first_peak) = index_into(&index, source);
    let (second, second_peak) = index_into(&index, source);
    println!(
        "{name:<16} {megabytes:>5} {first:>8.1} {:>6.1} {first_peak:>8} {second:>9.2} {second_peak:>8}",
        megabytes as f64 / first
    );
    index
}

fn index_into(index: &Path, source: &Path) -> (f64, u64) {
    process::run(["index".as_ref(), "--quiet".as_ref(), "--index".as_ref(), index, source])
}

/// `n` articles of a passage each, as files of a folder and of a tar; how many bytes they have.
fn small_files(jsonl: &Path, n: usize, folder: &Path, tar: &Path) -> usize {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(tar).unwrap()));
    let (mut written, mut n_bytes) = (0, 0);
    'all: loop {
        for line in BufReader::new(File::open(jsonl).unwrap()).lines() {
            let article: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            let headline = article["headline"].as_str().unwrap();
            for paragraph in article["paragraphs"].as_array().unwrap() {
                if written == n {
                    break 'all;
                }
                let name = format!("{:03}/{written:07}.txt", written / 1000);
                let path = folder.join(&name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                let text = format!("{headline}\n\n{}\n", paragraph.as_str().unwrap());
                fs::write(path, &text).unwrap();
                let mut header = tar::Header::new_ustar();
                header.set_size(text.len() as u64);
                header.set_mode(0o644);
                archive.append_data(&mut header, name, text.as_bytes()).unwrap();
                written += 1;
                n_bytes += text.len();
            }
        }
    }
    archive.into_inner().unwrap().flush().unwrap();
    n_bytes
}

/// The lines of `jsonl` again and again with other ids, until there are so many MB.
fn repeat(jsonl: &Path, megabytes: usize, path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let text = fs::read_to_string(jsonl).unwrap();
    let mut n_bytes = 0;
    for round in 0.. {
        for line in text.lines() {
            let line = line.replacen("\"id\":\"", &format!("\"id\":\"{round}-"), 1);
            writeln!(out, "{line}").unwrap();
            n_bytes += line.len() + 1;
            if n_bytes >= megabytes * 1_000_000 {
                return out.flush().unwrap();
            }
        }
    }
}
