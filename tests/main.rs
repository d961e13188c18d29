//! Everything that checks the program from outside, in one binary: one link of the storage library.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic, and says what it skips"
)]

mod acceptance;
mod again;
mod agencies;
mod analysis;
mod bed;
mod cli;
mod corrections;
mod counting;
mod crawls;
mod desk;
mod encodings;
mod engine_contract;
mod engine_folder;
mod engine_highlights;
mod engine_near;
mod engine_pages;
mod engine_patterns;
mod engine_ranking;
mod engine_similar;
mod feeds;
mod filter_cases;
mod gold;
mod labels;
mod laws;
mod made;
mod many;
mod model;
mod model_near;
mod model_respell;
mod names;
mod pages;
mod parallel;
mod pdf;
mod retag;
mod robust;
mod runs;
mod shared;
mod statements;
mod tidy;
mod zero;
