//! Everything that checks the program from outside, in one binary: one link of the storage library.

mod acceptance;
mod cli;
mod desk;
mod engine_contract;
mod filter_cases;
mod gold;
mod shared;
mod tidy;
