//! Bytes for the mail reader.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pressmark_fuzz::read("mail", bytes));
