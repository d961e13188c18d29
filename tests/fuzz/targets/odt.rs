//! Bytes for the odt reader: a file, and the parts of one.
#![no_main]

/// The parts of a document, in the order they come in.
const PARTS: [&str; 4] = ["content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    pressmark_fuzz::read("odt", bytes);
    pressmark_fuzz::read_parts("odt", &PARTS, bytes);
});
