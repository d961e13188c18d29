//! Everything that checks the program from outside, in one binary: one link of the storage library.

mod engine_contract;
