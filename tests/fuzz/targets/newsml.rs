//! Bytes for the newsml reader.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pressmark_fuzz::read("newsml", bytes));
