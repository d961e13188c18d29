//! Fingerprints: whether an article is the one that was indexed before.
//!
//! They compare what a reader gave, not files, so a file that is only touched is unchanged. Some of
//! their bits are of the taggers, so that these can be changed where only they change.

use std::io;

use serde::Serialize;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::article::Article;
use crate::passage::{LONGEST, SplitOptions, is_long};

/// The bits of the taggers: enough that two versions of them are not taken for one, few enough that
/// the others tell any two versions of an article apart.
const OF_TAGGERS: u64 = 0xff_ffff;

/// A fingerprint of what an article says, wherever it stands: an article that comes twice has one.
pub(super) fn content(article: &Article) -> u64 {
    let mut digest = Digest(Xxh3::new());
    digest.json(&article.head);
    for block in &article.blocks {
        digest.0.update(&[block.kind as u8]);
        digest.0.update(&(block.text.len() as u64).to_le_bytes());
        digest.0.update(block.text.as_bytes());
    }
    digest.0.digest()
}

/// A fingerprint of everything that decides an article's passages and tags; `taggers` is of what
/// tags it.
pub(super) fn fingerprint(article: &Article, split: SplitOptions, taggers: u64) -> u64 {
    let mut digest = Digest(Xxh3::new());
    digest.0.update(&[u8::from(split.mend)]);
    if article.blocks.iter().any(|block| is_long(&block.text)) {
        // It was one passage before long ones were cut.
        digest.0.update(&LONGEST.to_le_bytes());
    }
    digest.json(article);
    with_taggers(digest.0.digest(), taggers)
}

/// A digest of what is written to it.
struct Digest(Xxh3);

impl Digest {
    fn json(&mut self, value: &impl Serialize) {
        serde_json::to_writer(io::BufWriter::with_capacity(4096, self), value)
            .expect("plain values have a JSON form, and a digest takes all");
    }
}

impl io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The fingerprint of the same article if it is tagged by these taggers; 0, which is of no known
/// article, stays.
pub(super) fn with_taggers(fingerprint: u64, taggers: u64) -> u64 {
    match fingerprint {
        0 => 0,
        known => known & !OF_TAGGERS | xxh3_64(&taggers.to_le_bytes()) & OF_TAGGERS,
    }
}
