//! Where articles end in a segment, and of how many articles some passages are.
//!
//! The passages of an article lie side by side, and a column has the place of each in its article.
//! Looking there is right for few passages; for many, a bit for each article's last passage is made
//! from it once, and counting is arithmetic on bits.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Cardinality, ColumnValues};
use tantivy::{DocId, SegmentReader};

use crate::results::Totals;

/// The articles of a segment.
pub(super) struct Articles {
    /// Places of passages in their articles.
    ordinals: Arc<dyn ColumnValues<u64>>,
    /// How many passages there are, deleted ones included.
    passages: u32,
    /// How often the column was looked into for counting.
    looked_up: AtomicU32,
    /// A bit for each passage that is the last of its article.
    ends: OnceLock<Box<[u64]>>,
}

/// As many look-ups cost about as much as making the bits: a part of the passages.
const WORTH: u32 = 4;

/// How many look-ups are noted at a time.
const NOTED: u32 = 256;

impl Articles {
    /// The articles of a segment; nothing is read yet.
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let column = reader.fast_fields().u64("ordinal")?;
        let ordinals = match column.get_cardinality() {
            Cardinality::Full => column.values,
            _ => column.first_or_default_col(0),
        };
        Ok(Self::of(ordinals, reader.max_doc()))
    }

    fn of(ordinals: Arc<dyn ColumnValues<u64>>, passages: u32) -> Self {
        Self { ordinals, passages, looked_up: AtomicU32::new(0), ends: OnceLock::new() }
    }

    /// The place of a passage in its article.
    pub(super) fn ordinal(&self, doc: DocId) -> u32 {
        self.ordinals.get_val(doc) as u32
    }

    /// The bits, if so many look-ups more are worth making them.
    fn ends(&self, more: u32) -> Option<&[u64]> {
        if let Some(ends) = self.ends.get() {
            return Some(ends);
        }
        let before = self.looked_up.fetch_add(more, Ordering::Relaxed);
        let worth = before.saturating_add(more) > self.passages / WORTH;
        worth.then(|| &**self.ends.get_or_init(|| self.make_ends()))
    }

    fn make_ends(&self) -> Box<[u64]> {
        let mut ends = vec![0_u64; self.passages.div_ceil(64) as usize];
        let mut ordinals = [0; 64];
        let mut left = self.passages as usize;
        for word in 0..ends.len() {
            let ordinals = &mut ordinals[..left.min(64)];
            self.ordinals.get_range(word as u64 * 64, ordinals);
            let starts =
                (0..).zip(&*ordinals).fold(0, |bits, (at, o)| bits | u64::from(*o == 0) << at);
            ends[word] = starts >> 1;
            if let Some(before) = word.checked_sub(1) {
                ends[before] |= starts << 63;
            }
            left -= ordinals.len();
        }
        if let Some(last) = self.passages.checked_sub(1) {
            ends[last as usize / 64] |= 1 << (last % 64);
        }
        ends.into()
    }

    /// Counts the passages whose bits are set, and their articles.
    pub(super) fn count(&self, matches: &[u64]) -> Totals {
        let passages = matches.iter().map(|word| u64::from(word.count_ones())).sum();
        match self.ends(u32::try_from(passages).unwrap_or(u32::MAX)) {
            Some(ends) => Totals { passages, articles: runs_hit(matches, ends) },
            None => {
                let mut tally = Tally::new(self);
                each_bit(matches, &mut |doc| {
                    tally.add(doc);
                });
                tally.finish()
            }
        }
    }
}

/// How many runs of bits, each of which ends with a bit of `ends`, hold a bit of `matches`.
///
/// To the matches of a run but its last bit, as a number, a one for each of these bits is added: the
/// sum reaches the last bit if and only if there was a match. No sum goes beyond its run, so one long
/// addition does it for all of them.
fn runs_hit(matches: &[u64], ends: &[u64]) -> u64 {
    let mut carry = false;
    let mut runs = 0;
    for (matches, ends) in matches.iter().zip(ends) {
        let (sum, over) = (matches & !ends).overflowing_add(!ends);
        let (sum, over_again) = sum.overflowing_add(u64::from(carry));
        carry = over || over_again;
        runs += u64::from(((sum | matches) & ends).count_ones());
    }
    runs
}

/// Calls `each` with the number of every bit that is set, in order.
pub(super) fn each_bit(words: &[u64], each: &mut dyn FnMut(DocId)) {
    for (at, word) in (0..).zip(words) {
        let mut word = *word;
        while word != 0 {
            each(at * 64 + word.trailing_zeros());
            word &= word - 1;
        }
    }
}

/// Counts passages, which come in order, and their articles.
pub(super) struct Tally<'a> {
    articles: &'a Articles,
    ends: Option<&'a [u64]>,
    /// The passage after the last; 0 before the first.
    next: DocId,
    /// Look-ups that are not noted yet.
    looked_up: u32,
    totals: Totals,
}

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    pub(super) fn new(articles: &'a Articles) -> Self {
        let ends = articles.ends.get().map(|ends| &**ends);
        Self { articles, ends, next: 0, looked_up: 0, totals: Totals::default() }
    }

    /// Counts a passage; whether it is the first of its article.
    pub(super) fn add(&mut self, doc: DocId) -> bool {
        let first = match self.ends {
            _ if self.next == 0 => true,
            Some(ends) => any_set(ends, self.next - 1, doc),
            None => self.look_up(doc),
        };
        self.next = doc + 1;
        self.totals.passages += 1;
        self.totals.articles += u64::from(first);
        first
    }

    /// What was counted.
    pub(super) fn finish(self) -> Totals {
        self.articles.looked_up.fetch_add(self.looked_up, Ordering::Relaxed);
        self.totals
    }

    fn look_up(&mut self, doc: DocId) -> bool {
        self.looked_up += 1;
        if self.looked_up == NOTED {
            self.looked_up = 0;
            self.ends = self.articles.ends(NOTED);
        }
        doc - self.articles.ordinal(doc) >= self.next
    }
}

/// Whether a bit from `from` to before `to`, which is after it, is set.
fn any_set(words: &[u64], from: u32, to: u32) -> bool {
    let (first, last) = (from as usize / 64, to as usize / 64);
    let after = words[first] >> (from % 64);
    let before_last = (1 << (to % 64)) - 1;
    if first == last {
        return after & (before_last >> (from % 64)) != 0;
    }
    after != 0
        || words[first + 1..last].iter().any(|word| *word != 0)
        || words.get(last).is_some_and(|word| word & before_last != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Values(Vec<u64>);

    impl ColumnValues<u64> for Values {
        fn get_val(&self, at: u32) -> u64 {
            self.0[at as usize]
        }

        fn min_value(&self) -> u64 {
            0
        }

        fn max_value(&self) -> u64 {
            u64::MAX
        }

        fn num_vals(&self) -> u32 {
            self.0.len() as u32
        }
    }

    proptest! {
        /// However they are counted, articles are those that a passage is of.
        #[test]
        fn articles_are_counted_once(
            sizes in prop::collection::vec(prop_oneof![9 => 1..9_u64, 1 => 60..200_u64], 1..40),
            every in 1..40_u32,
            picks in any::<[u64; 8]>(),
        ) {
            let ordinals: Vec<u64> = sizes.iter().flat_map(|size| 0..*size).collect();
            let numbers: Vec<usize> =
                (0..).zip(&sizes).flat_map(|(at, size)| (0..*size).map(move |_| at)).collect();
            let docs: Vec<DocId> = (0..ordinals.len() as u32)
                .filter(|doc| doc % every == 0 || picks[*doc as usize / 64 % 8] >> (doc % 64) & 1 == 1)
                .collect();
            let mut words = vec![0_u64; ordinals.len().div_ceil(64)];
            let mut found: Vec<usize> = Vec::new();
            for doc in &docs {
                words[*doc as usize / 64] |= 1 << (doc % 64);
                found.push(numbers[*doc as usize]);
            }
            found.dedup();
            let want = Totals { passages: docs.len() as u64, articles: found.len() as u64 };
            // A segment that seems endless is looked up, one that is known is not.
            for passages in [u32::MAX, ordinals.len() as u32] {
                let articles = Articles::of(Arc::new(Values(ordinals.clone())), passages);
                if passages < u32::MAX {
                    prop_assert!(articles.ends(passages).is_some());
                }
                prop_assert_eq!(articles.count(&words), want);
                let mut tally = Tally::new(&articles);
                for doc in &docs {
                    tally.add(*doc);
                }
                prop_assert_eq!(tally.finish(), want);
                prop_assert_eq!(articles.ends.get().is_some(), passages < u32::MAX);
            }
        }
    }
}
