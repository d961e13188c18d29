//! How long a query takes, by shape and index size, as a ratio to bare tantivy.
//!
//! Measured: from the text of the query to ten highlighted hits with exact totals of passages and
//! articles, in one process, warm; for the yardstick (`bare.rs`), from the text to the best ten
//! with tantivy's snippets, once without and once with the number of matches. Then whole cold
//! processes of `pressmark query`, start to exit.
//! Corpus:   `corpus.rs`, 100,000 passages, or those given; queries drawn from it, seed 5.
//! Unit:     microseconds a query, and ratios; milliseconds for a process.
//!
//! `cargo bench --bench query -- 100000 1000000`

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
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use pressmark::engine::Engine;
use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::query;
use pressmark::results::SearchRequest;

const QUERIES: usize = 200;

fn main() {
    for passages in sizes() {
        let (ours_folder, bare_folder) = indexes(passages);
        let ours = EmbeddedEngine::open(&ours_folder, |_| Vec::new()).unwrap();
        let bare = bare::Bare::open(&bare_folder);
        let segments = ours.status().unwrap().segments;
        println!("{passages} passages; segments: {segments} ours, {} bare", bare.segments());
        println!(
            "shape      ours p50   p99 | bare top-10 p50   p99  ratio p50  p99 | with count p50   p99  ratio p50  p99"
        );
        let (mut all_ours, mut all_top, mut all_count) = (Vec::new(), Vec::new(), Vec::new());
        for (shape, queries) in queries() {
            let mine = time(&queries, |text| {
                let today = jiff::civil::date(2025, 12, 31);
                let mut request = SearchRequest::new(query::parse(text, today).query);
                request.fallback = false;
                ours.search(&request).unwrap().hits.len()
            });
            let top = time(&queries, |text| bare.search(text, false).1);
            let count = time(&queries, |text| bare.search(text, true).1);
            row(shape, &mine, &top, &count);
            all_ours.extend(mine);
            all_top.extend(top);
            all_count.extend(count);
        }
        row("all", &all_ours, &all_top, &all_count);
        cold(&ours_folder);
    }
}

fn row(shape: &str, ours: &[f64], top: &[f64], count: &[f64]) {
    let of = |times: &[f64], part: f64| {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times[((times.len() - 1) as f64 * part) as usize]
    };
    let (p50, p99) = (of(ours, 0.5), of(ours, 0.99));
    print!("{shape:<10} {p50:>8.0} {p99:>5.0}");
    for other in [top, count] {
        let (o50, o99) = (of(other, 0.5), of(other, 0.99));
        print!(" | {o50:>14.0} {o99:>5.0} {:>10.2} {:>4.2}", p50 / o50, p99 / o99);
    }
    println!();
}

/// Microseconds of each query: the better of three runs, after one that warms up.
fn time(queries: &[String], mut run: impl FnMut(&str) -> usize) -> Vec<f64> {
    let mut seen = 0;
    for query in queries {
        seen += run(query);
    }
    let times = queries.iter().map(|query| {
        (0..3)
            .map(|_| {
                let start = Instant::now();
                seen += run(query);
                start.elapsed().as_secs_f64() * 1e6
            })
            .fold(f64::MAX, f64::min)
    });
    let times = times.collect();
    std::hint::black_box(seen);
    times
}

/// Queries by shape, drawn from the vocabulary.
fn queries() -> Vec<(&'static str, Vec<String>)> {
    let vocabulary = corpus::Vocabulary::new();
    let mut random = corpus::Random::new(5);
    let mut ranks = |from: usize, to: usize, words: usize, glue: &str| -> Vec<String> {
        let query = |_| {
            let words: Vec<&str> = (0..words)
                .map(|_| vocabulary.words[from + random.below(to - from)].as_str())
                .collect();
            words.join(glue)
        };
        (0..QUERIES).map(query).collect()
    };
    let phrases = ranks(5, 300, 2, " ").into_iter().map(|words| format!("\"{words}\"")).collect();
    vec![
        ("rare", ranks(5_000, 40_000, 1, "")),
        ("medium", ranks(300, 3_000, 1, "")),
        ("frequent", ranks(5, 100, 1, "")),
        ("and", ranks(20, 2_000, 2, " ")),
        ("and3", ranks(20, 1_000, 3, " ")),
        ("or", ranks(20, 2_000, 2, " OR ")),
        ("phrase", phrases),
    ]
}

/// Indexes of the corpus, made if they are not there yet.
fn indexes(passages: usize) -> (PathBuf, PathBuf) {
    let jsonl = corpus::jsonl(passages);
    let folder = jsonl.parent().unwrap();
    let program = fs::metadata(env!("CARGO_BIN_EXE_pressmark")).unwrap().modified().unwrap();
    let ours = folder.join(format!("ours-{passages}"));
    let made = fs::metadata(ours.join("meta.json")).and_then(|meta| meta.modified());
    if made.map_or(true, |made| made < program) {
        drop(fs::remove_dir_all(&ours));
        let status = Command::new(env!("CARGO_BIN_EXE_pressmark"))
            .args(["index", "--quiet", "--index"])
            .args([&ours, &jsonl])
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "`pressmark index` failed");
    }
    let bare = folder.join(format!("bare-{passages}"));
    if !bare.join("done").exists() {
        drop(fs::remove_dir_all(&bare));
        fs::create_dir(&bare).unwrap();
        bare::index(&jsonl, &bare, 2, 256_000_000);
        fs::write(bare.join("done"), "").unwrap();
    }
    (ours, bare)
}

/// Whole processes, their files in the page cache.
fn cold(index: &Path) {
    for query in ["palm oil", "\"central bank\" exports", "flood AND (port OR airline)"] {
        let mut times: Vec<f64> = (0..21)
            .map(|_| {
                let start = Instant::now();
                let status = Command::new(env!("CARGO_BIN_EXE_pressmark"))
                    .args(["query", query, "--format", "jsonl", "--index"])
                    .arg(index)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
                assert!(status.unwrap().success(), "`pressmark query {query}` failed");
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("process `{query}`: median {:.1} ms, worst {:.1} ms", times[10], times[20]);
    }
}

fn sizes() -> Vec<usize> {
    let given: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    if given.is_empty() { vec![100_000] } else { given }
}
