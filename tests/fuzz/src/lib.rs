//! What every fuzz target does with its bytes: it has them read, and holds what comes of it to what
//! readers promise. It is no test by itself; a finding becomes a row of a reader's own tests.

use std::io::Write;
use std::ops::ControlFlow;

use pressmark::article::Article;
use pressmark::passage::{SplitOptions, split};
use pressmark::reader::{
    Opened, Opening, ReadError, ReadOptions, Reader, SourcePath, by_name, for_source, open,
};

/// Has the reader of that name read `bytes`.
pub fn read(name: &str, bytes: &[u8]) {
    let reader = by_name(name).expect("targets are named after readers");
    let source = SourcePath::new("fuzzed", "fuzzed");
    // It may not panic either, whatever it says.
    for_source(&source, bytes);
    read_with(reader, &source, &mut &bytes[..]);
}

/// Has the reader of that name read a document whose `parts` are `bytes`, cut at each NUL: what is
/// packed and summed is hardly reached by bytes that are changed at random.
pub fn read_parts(name: &str, parts: &[&str], bytes: &[u8]) {
    let texts = bytes.split(|byte| *byte == 0);
    let parts: Vec<(&str, &[u8])> = parts.iter().copied().zip(texts).collect();
    read(name, &stored(&parts));
}

/// A ZIP file of these parts, none packed.
fn stored(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let len = (text.len() as u32).to_le_bytes();
        let name_len = (name.len() as u16).to_le_bytes();
        let fixed = [&[20, 0, 0, 8, 0, 0, 0, 0, 0, 0][..], &sum(text).to_le_bytes(), &len, &len];
        let fixed = [&fixed.concat()[..], &name_len, &[0; 2]].concat();
        let at = (file.len() as u32).to_le_bytes();
        list.extend([b"PK\x01\x02\x14\0", &fixed[..], &[0; 10], &at, name.as_bytes()].concat());
        file.extend([b"PK\x03\x04", &fixed[..], name.as_bytes(), text].concat());
    }
    let count = (parts.len() as u16).to_le_bytes();
    let sizes = [list.len() as u32, file.len() as u32].map(u32::to_le_bytes).concat();
    [file, list, b"PK\x05\x06\0\0\0\0".to_vec(), [count, count].concat(), sizes, vec![0; 2]]
        .concat()
}

/// The checksum that ZIP has.
fn sum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)))
    })
}

/// Opens a file of `bytes`, whatever it is, and has what it holds read.
pub fn unpack(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(bytes).expect("a few bytes can be written");
    let source = SourcePath::new(file.path(), "fuzzed");
    let _: Opening = open(source, None, &mut |opened| {
        match opened {
            Ok(Opened { source, reader, input }) => read_with(reader, &source, input),
            Err(error) => say(&error),
        }
        ControlFlow::Continue(())
    });
}

fn read_with(reader: &dyn Reader, source: &SourcePath, input: &mut dyn std::io::BufRead) {
    let options = ReadOptions { tell_dropped: true, ..ReadOptions::default() };
    reader.pieces(source, input, &mut |piece| {
        match piece {
            Ok(piece) => reader.articles(source, &piece, &options, &mut |article| match article {
                Ok(article) => hold(&article),
                Err(error) => say(&error),
            }),
            Err(error) => say(&error),
        }
        ControlFlow::Continue(())
    });
}

fn say(error: &ReadError) {
    let said = error.to_string();
    assert!(!said.is_empty() && !said.contains('\n'), "{said:?}");
    let _: Option<String> = error.hint();
}

/// What every article is.
fn hold(article: &Article) {
    let said = article.head.headline.is_some() || !article.blocks.is_empty();
    assert!(said || article.withdrawn, "an article says something");
    for block in &article.blocks {
        let text = &block.text;
        assert!(!text.trim().is_empty(), "no block is empty");
        assert!(!text.contains(['\n', '\t']) && !text.contains("  "), "{text:?} is squeezed");
        assert!(block.lines.first >= 1 && block.lines.first <= block.lines.last, "{block:?}");
    }
    let _: usize = split(article, SplitOptions::default()).len();
}
