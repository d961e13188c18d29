//! Bytes for the docx reader: a file, and the parts of one.
#![no_main]

/// The parts of a document, in the order they come in.
const PARTS: [&str; 5] = [
    "word/document.xml",
    "word/styles.xml",
    "docProps/core.xml",
    "word/footnotes.xml",
    "word/_rels/document.xml.rels",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    pressmark_fuzz::read("docx", bytes);
    pressmark_fuzz::read_parts("docx", &PARTS, bytes);
});
