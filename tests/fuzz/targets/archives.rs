//! Bytes for whatever is in them: archives, and what they hold.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pressmark_fuzz::unpack(bytes));
