//! How long a query takes, by shape and index size, as a ratio to bare tantivy.
//!
//! Measured: from the text of the query to ten highlighted hits with exact totals of passages and
//! articles, in one process, warm; for the yardstick (`bare.rs`), from the text to ten hits with
//! tantivy's snippets. For words it is asked once without and once with the number of matches; for
//! the other shapes always with it, and for the nearest it can do: it holds the same sectors and
//! entities, as strings that it filters by and counts, and does not collapse. Then whole cold
//! processes of `pressmark query`, start to exit.
//! Corpus:   `corpus.rs`, 100,000 passages, or those given; queries drawn from it, seed 5.
//! Unit:     microseconds a query, and ratios; milliseconds for a process.
//!
//! `cargo bench --bench query -- 100000 1000000`, and the names of shapes if not all are wanted

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
use pressmark::results::{Collapse, FacetField, SearchRequest, Sort};

use bare::How;

const QUERIES: usize = 200;

fn main() {
    let named: Vec<String> =
        std::env::args().skip(1).filter(|arg| arg.starts_with(char::is_alphabetic)).collect();
    for passages in sizes() {
        let (ours_folder, bare_folder) = indexes(passages);
        let ours = EmbeddedEngine::open(&ours_folder, |_| Vec::new()).unwrap();
        let bare = bare::Bare::open(&bare_folder);
        let segments = ours.status().unwrap().segments;
        println!("{passages} passages; segments: {segments} ours, {} bare", bare.segments());
        println!(
            "shape          ours p50    p99 |   bare p50    p99  ratio p50  p99 | counting p50    p99  ratio p50  p99"
        );
        let mut all: [Vec<f64>; 3] = Default::default();
        for shape in shapes().iter().filter(|s| named.is_empty() || named.contains(&s.name)) {
            let mine = time(&shape.queries, |query| {
                ours.search(&(shape.request)(query)).unwrap().hits.len()
            });
            let nearest = time(&shape.queries, |query| bare.search(&query.bare, shape.how));
            let words = matches!(shape.how, How::Best);
            let counting = if words {
                time(&shape.queries, |query| bare.search(&query.bare, How::Count))
            } else {
                Vec::new()
            };
            row(&shape.name, &mine, &nearest, &counting);
            if words {
                for (all, times) in all.iter_mut().zip([mine, nearest, counting]) {
                    all.extend(times);
                }
            }
        }
        let [mine, nearest, counting] = &all;
        row("words, all", mine, nearest, counting);
        cold(&ours_folder);
    }
}

/// A query for us, and for bare tantivy.
struct Both {
    text: String,
    bare: String,
    /// The sector or entity to filter by.
    filter: String,
}

/// Queries of a kind, and what is asked.
struct Shape {
    name: String,
    queries: Vec<Both>,
    request: fn(&Both) -> SearchRequest,
    how: How,
}

fn request(query: &Both) -> SearchRequest {
    let today = jiff::civil::date(2025, 12, 31);
    let mut request = SearchRequest::new(query::parse(&query.text, today).query);
    request.fallback = false;
    request
}

fn row(shape: &str, ours: &[f64], bare: &[f64], counting: &[f64]) {
    let of = |times: &[f64], part: f64| {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times.get((times.len().saturating_sub(1) as f64 * part) as usize).copied()
    };
    let (Some(p50), Some(p99)) = (of(ours, 0.5), of(ours, 0.99)) else { return };
    print!("{shape:<14} {p50:>8.0} {p99:>6.0}");
    for (other, width) in [(bare, 10), (counting, 12)] {
        if let (Some(o50), Some(o99)) = (of(other, 0.5), of(other, 0.99)) {
            print!(" | {o50:>width$.0} {o99:>6.0} {:>10.2} {:>4.2}", p50 / o50, p99 / o99);
        }
    }
    println!();
}

/// Microseconds of each query: the better of three runs, after one that warms up.
fn time(queries: &[Both], mut run: impl FnMut(&Both) -> usize) -> Vec<f64> {
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
fn shapes() -> Vec<Shape> {
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
    let mut shapes = Vec::new();
    let mut add =
        |name: &str, queries: Vec<String>, how, request, both: fn(usize, String) -> Both| {
            let queries =
                queries.into_iter().enumerate().map(|(at, text)| both(at, text)).collect();
            shapes.push(Shape { name: name.to_owned(), queries, request, how });
        };
    let same = |_, text: String| Both { bare: text.clone(), text, filter: String::new() };
    add("rare", ranks(5_000, 40_000, 1, ""), How::Best, request, same);
    add("medium", ranks(300, 3_000, 1, ""), How::Best, request, same);
    add("frequent", ranks(5, 100, 1, ""), How::Best, request, same);
    add("and", ranks(20, 2_000, 2, " "), How::Best, request, same);
    add("and3", ranks(20, 1_000, 3, " "), How::Best, request, same);
    add("or", ranks(20, 2_000, 2, " OR "), How::Best, request, same);
    add("phrase", phrases, How::Best, request, same);
    let mut usual = || ranks(20, 2_000, 1, "");
    let of_sector = |at: usize, text: String| Both {
        bare: format!("{text} sector:\"{}\"", SECTORS[at % SECTORS.len()]).trim().to_owned(),
        text,
        filter: SECTORS[at % SECTORS.len()].to_owned(),
    };
    add("sector", usual(), How::Count, in_sector, of_sector);
    add("sector only", vec![String::new(); QUERIES], How::Count, in_sector, of_sector);
    add("date", usual(), How::Latest, by_date, same);
    add(
        "sector facet",
        usual(),
        How::Terms("sector"),
        |both| facet(both, FacetField::Sector),
        same,
    );
    add(
        "entity facet",
        usual(),
        How::Terms("entity"),
        |both| facet(both, FacetField::Entity),
        same,
    );
    add("collapse", usual(), How::Count, collapsed, same);
    let prefixes = usual().into_iter().map(|word| word.chars().take(4).collect()).collect();
    let prefix = |_, bare: String| Both { text: format!("{bare}*"), bare, filter: String::new() };
    add("prefix", prefixes, How::Prefix, request, prefix);
    let of_entity = |at: usize, text: String| {
        let filter = ENTITIES[at % ENTITIES.len()].to_owned();
        let bare = format!("{text} entity:\"place:{}\"", filter.to_lowercase());
        Both { bare: bare.trim().to_owned(), text, filter }
    };
    add("entity", usual(), How::Count, with_entity, of_entity);
    add("entity only", vec![String::new(); QUERIES], How::Count, with_entity, of_entity);
    add("everything", vec![String::new()], How::Count, request, |_, text| Both {
        bare: "*".to_owned(),
        text,
        filter: String::new(),
    });
    shapes
}

/// Sectors that a twentieth of the passages are in, about.
const SECTORS: [&str; 8] = [
    "digital-economy/data-centers",
    "digital-economy/semiconductors",
    "transport/shipping",
    "agriculture/palm-oil",
    "transport/aviation",
    "transport/railways",
    "energy/electricity",
    "energy/renewables",
];

/// Entities that one passage in fifty to five hundred names.
const ENTITIES: [&str; 8] =
    ["Malaysia", "China", "Singapore", "Indonesia", "Thailand", "Vietnam", "Cambodia", "Brazil"];

fn in_sector(both: &Both) -> SearchRequest {
    let mut request = request(both);
    request.filters.sectors = vec![both.filter.clone()];
    request
}

fn with_entity(both: &Both) -> SearchRequest {
    let mut request = request(both);
    request.filters.entities = vec![both.filter.clone()];
    request
}

fn by_date(both: &Both) -> SearchRequest {
    let mut request = request(both);
    request.sort = Sort::DateDescending;
    request
}

fn collapsed(both: &Both) -> SearchRequest {
    let mut request = request(both);
    request.collapse = Collapse::Article;
    request
}

fn facet(both: &Both, field: FacetField) -> SearchRequest {
    let mut request = request(both);
    request.facets = vec![field];
    request
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
        let passages = bare::tagged(env!("CARGO_BIN_EXE_pressmark"), &jsonl);
        bare::index(passages, &bare, 2, 256_000_000);
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
