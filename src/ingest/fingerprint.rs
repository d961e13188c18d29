//! Fingerprints: whether an article is the one that was indexed before.
//!
//! They compare what a reader gave, not files, so a file that is only touched is unchanged.

use std::io;

use xxhash_rust::xxh3::Xxh3;

use crate::article::Article;
use crate::passage::SplitOptions;

/// A fingerprint of everything that decides an article's passages and tags; `taggers` is of what
/// tags it.
pub(super) fn fingerprint(article: &Article, split: SplitOptions, taggers: u64) -> u64 {
    struct Digest(Xxh3);
    impl io::Write for Digest {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut digest = Digest(Xxh3::new());
    digest.0.update(&[u8::from(split.mend)]);
    digest.0.update(&taggers.to_le_bytes());
    serde_json::to_writer(io::BufWriter::with_capacity(4096, &mut digest), article)
        .expect("plain values have a JSON form, and a digest takes all");
    digest.0.digest()
}
