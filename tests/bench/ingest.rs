//! How fast articles are indexed, as a ratio to a bare tantivy writer on the same passages.
//!
//! Measured: wall time of the whole `pressmark index` process (start, read, split, tag, index,
//! commit, merges) with the built-in taggers, and its peak memory; for the yardstick, reading and
//! indexing in this process (`bare.rs`), merges included. Both with two writer threads and the same
//! memory, one after the other.
//! Corpus:   `corpus.rs`, 100,000 passages, or those given.
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

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const THREADS: usize = 2;
const BUDGET_MB: usize = 256;

fn main() {
    println!("passages    MB  bare s  ours s  ratio  passages/s  peak MB");
    for passages in sizes() {
        let jsonl = corpus::jsonl(passages);
        let megabytes = fs::metadata(&jsonl).unwrap().len() as f64 / 1e6;
        let folder = tempfile::tempdir().unwrap();
        let (mut bare_best, mut ours_best, mut peak) = (f64::MAX, f64::MAX, 0);
        for round in 0..if passages > 200_000 { 1 } else { 3 } {
            let at = folder.path().join(format!("bare-{round}"));
            fs::create_dir(&at).unwrap();
            let start = Instant::now();
            bare::index(bare::plain(&jsonl), &at, THREADS, BUDGET_MB * 1_000_000);
            bare_best = bare_best.min(start.elapsed().as_secs_f64());
            let at = folder.path().join(format!("ours-{round}"));
            let (seconds, memory) = ours(&jsonl, &at);
            ours_best = ours_best.min(seconds);
            peak = peak.max(memory);
        }
        println!(
            "{passages:>8} {megabytes:>5.0} {bare_best:>7.2} {ours_best:>7.2} {:>6.2} {:>11.0} {peak:>8}",
            bare_best / ours_best,
            passages as f64 / ours_best,
        );
    }
}

/// Runs the real program; gives seconds and its peak memory in MB.
fn ours(jsonl: &Path, folder: &Path) -> (f64, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_pressmark"))
        .args(["index", "--quiet", "--threads", &THREADS.to_string()])
        .args(["--memory", &BUDGET_MB.to_string(), "--index"])
        .args([folder, jsonl])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if let Ok(text) = fs::read_to_string(&status_file) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "`pressmark index` failed");
    (start.elapsed().as_secs_f64(), peak / 1024)
}

fn sizes() -> Vec<usize> {
    let given: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    if given.is_empty() { vec![100_000] } else { given }
}
