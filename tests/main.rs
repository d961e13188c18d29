//! Everything that checks the program from outside, in one binary: one link of the storage library.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cli;
mod engine_contract;
mod tidy;
