//! Bytes for the epub reader: a file, and the parts of one.
#![no_main]

/// The parts of a document, in the order they come in.
const PARTS: [&str; 6] =
    ["META-INF/container.xml", "a.opf", "nav.xhtml", "toc.ncx", "a.xhtml", "b.xhtml"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    pressmark_fuzz::read("epub", bytes);
    pressmark_fuzz::read_parts("epub", &PARTS, bytes);
});
