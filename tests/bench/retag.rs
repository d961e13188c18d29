//! How long another taxonomy takes, and that `sectors diff` tells what `sectors apply` does.
//!
//! Measured: wall times of whole processes: `index`, `sectors diff`, `sectors apply`, and `sectors
//! gaps` on what that leaves.
//! Corpus:   `corpus.rs`, 100,000 passages, or those given. The other taxonomy has a sector more, a
//!           sector less and a term more, so that about one article in three changes.
//! Unit:     seconds.
//!
//! `cargo bench --bench retag -- 100000`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints, and fails by panicking"
)]

#[allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]
mod corpus;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

const OTHER: &str = r#"
    extends = "builtin"
    [[sector]]
    id = "ports"
    en.strong = ["container port"]
    [[sector]]
    id = "sport"
    remove = true
    [[sector]]
    id = "trade"
    en.strong = ["crude oil"]
"#;

fn main() {
    let passages = std::env::args().filter_map(|size| size.parse().ok()).next_back();
    let jsonl = corpus::jsonl(passages.unwrap_or(100_000));
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let other = folder.path().join("other.toml");
    fs::write(&other, OTHER).unwrap();
    let (other, jsonl) = (other.to_str().unwrap(), jsonl.to_str().unwrap());

    run("index", &index, &["index", "-q", jsonl]);
    let told = run("diff", &index, &["sectors", "diff", other, "--format", "json", "-n", "1"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    println!(
        "         {} of {} passages gain or lose a sector, {} of {} articles are written",
        told["changed_passages"], told["passages"], told["written_articles"], told["articles"]
    );
    run("apply", &index, &["sectors", "apply", other]);
    let then: BTreeMap<String, u64> = told["sectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sector| (sector["id"].as_str().unwrap().to_owned(), sector["then"].as_u64().unwrap()))
        .filter(|(_, passages)| *passages > 0)
        .collect();
    let held: BTreeMap<String, u64> = run("sectors", &index, &["sectors", "--format", "jsonl"])
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["passages"].as_u64().unwrap()))
        .collect();
    assert_eq!(then, held, "what was told is not what happened");
    let again = run("diff", &index, &["sectors", "diff", other, "--format", "json"]);
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["written_articles"], 0);
    run("gaps", &index, &["sectors", "gaps", "-q"]);
}

/// Runs the program on the index, prints how long it took and gives what it printed.
fn run(what: &str, index: &Path, arguments: &[&str]) -> String {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pressmark"));
    let output = command.args(arguments).arg("--index").arg(index).output().unwrap();
    println!("{what:8} {:6.2} s", start.elapsed().as_secs_f64());
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
