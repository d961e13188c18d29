//! The passages of a segment that hold any of some terms: marked as bits, and the best by score.
//!
//! Most queries are a word, which is a term in each of a few fields. All lists are unpacked once and
//! together, a window of passages at a time: every passage is marked, which needs no order, and only
//! those are scored that may be among the best by what is known of their blocks (block-max MaxScore,
//! as in Ding and Suel, *Faster top-k document retrieval using block-max indexes*, 2011).

use std::ops::Range;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::{Bm25StatisticsProvider, Bm25Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader, Term};

use super::statistics::Statistics;

/// Where the passages of some terms are listed in a segment.
pub(super) struct Union<'a> {
    reader: &'a SegmentReader,
    statistics: &'a Statistics,
    found: Vec<(&'a Term, f32, Arc<InvertedIndexReader>, TermInfo)>,
}

impl<'a> Union<'a> {
    /// Looks up the terms, each with its boost.
    pub(super) fn open(
        reader: &'a SegmentReader,
        terms: &[(&'a Term, f32)],
        statistics: &'a Statistics,
    ) -> tantivy::Result<Self> {
        let mut found = Vec::with_capacity(terms.len());
        for (term, boost) in terms {
            let index = reader.inverted_index(term.field())?;
            if let Some(info) = index.get_term_info(term)? {
                found.push((*term, *boost, index, info));
            }
        }
        Ok(Self { reader, statistics, found })
    }

    /// How many passages the lists name, those in several of them several times.
    pub(super) fn named(&self) -> u64 {
        self.found.iter().map(|(.., info)| u64::from(info.doc_freq)).sum()
    }

    /// A bit for each passage that holds one of the terms, deleted ones included. Calls `offer` with
    /// every passage that scores more than what `offer` returned last, at first more than `least`,
    /// and perhaps others.
    pub(super) fn run(
        &self,
        least: Score,
        offer: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<Vec<u64>> {
        let lists = self.found.iter().map(|(term, boost, index, info)| {
            List::open(self.reader, self.statistics, term, *boost, index, info)
        });
        let mut lists: Vec<List> = lists.collect::<tantivy::Result<_>>()?;
        // Longest first: lists that are left out of a window should be long ones.
        lists.sort_by_key(|list| std::cmp::Reverse(list.postings.doc_freq()));
        let longest = lists.first().map_or(1, |list| list.postings.doc_freq());
        let width = self.reader.max_doc() / longest * NAMED;
        let width = width.clamp(WIDTHS.start, WIDTHS.end);
        let sums = vec![0.0; width as usize];
        let mut window = Window { sums, extras: Vec::new(), needed: Vec::new(), least };
        while let Some(base) = lists.iter().filter_map(List::next).min() {
            for list in &mut lists {
                list.fill(base + width);
            }
            window.score(base, &lists, offer);
            for list in &mut lists {
                list.drain();
            }
        }
        let mut lists = lists.into_iter().map(|list| list.marks);
        let Some(mut marks) = lists.next() else {
            return Ok(vec![0; self.reader.max_doc().div_ceil(64) as usize]);
        };
        for more in lists {
            marks.iter_mut().zip(more).for_each(|(marks, more)| *marks |= more);
        }
        Ok(marks)
    }
}

/// How many passages of the longest list a window is to have: few enough that bounds are tight, and
/// enough that looking at them costs little.
const NAMED: u32 = 192;

/// How wide a window may be for it.
const WIDTHS: Range<u32> = 512..8192;

/// The list of a term, read up to the end of a window.
struct List {
    postings: BlockSegmentPostings,
    norms: FieldNormReader,
    /// Whether it says how often a passage holds the term; names of entities are held or not, and
    /// have no lengths.
    counted: bool,
    weight: Bm25Weight,
    /// By how much the bound of a block may fall short, as a factor.
    slack: Score,
    /// A bit for each passage that is unpacked.
    marks: Vec<u64>,
    /// What is unpacked and not yet behind the window.
    docs: Vec<DocId>,
    frequencies: Vec<u32>,
    /// How many of them are within the window.
    within: usize,
    /// No passage of the window scores more.
    bound: Score,
    /// No passage of the last block that is unpacked scores more.
    last_bound: Score,
}

impl List {
    fn open(
        reader: &SegmentReader,
        statistics: &Statistics,
        term: &Term,
        boost: f32,
        index: &InvertedIndexReader,
        info: &TermInfo,
    ) -> tantivy::Result<Self> {
        let field = term.field();
        let passages = statistics.total_num_docs()?;
        let mean = statistics.total_num_tokens(field)? as Score / passages as Score;
        let frequency = statistics.doc_freq(term)?;
        let weight = Bm25Weight::for_one_term_without_explain(frequency, passages, mean);
        let there = index.total_num_tokens() as Score / reader.max_doc() as Score;
        let counted = reader.schema().get_field_entry(field).has_fieldnorms();
        let option = IndexRecordOption::WithFreqs;
        Ok(Self {
            postings: index.read_block_postings_from_terminfo(info, option)?,
            counted,
            norms: match counted {
                true => reader.get_fieldnorms_reader(field)?,
                false => FieldNormReader::constant(reader.max_doc(), 1),
            },
            weight: weight.boost_by(boost),
            slack: slack(there, mean),
            marks: vec![0; reader.max_doc().div_ceil(64) as usize],
            docs: Vec::new(),
            frequencies: Vec::new(),
            within: 0,
            bound: 0.0,
            last_bound: 0.0,
        })
    }

    /// The next passage; `None` at the end of the list.
    fn next(&self) -> Option<DocId> {
        self.docs.first().or(self.postings.docs().first()).copied()
    }

    /// Unpacks what lies before `end`, and marks it.
    fn fill(&mut self, end: DocId) {
        self.bound = self.last_bound;
        while self.docs.last().is_none_or(|last| *last < end) {
            let docs = self.postings.docs();
            if docs.is_empty() {
                break;
            }
            mark(docs, &mut self.marks);
            self.docs.extend_from_slice(docs);
            if self.counted {
                self.frequencies.extend_from_slice(self.postings.freqs());
                let bound = self.postings.block_max_score(&self.norms, &self.weight);
                self.last_bound = bound * self.slack;
            } else {
                self.frequencies.resize(self.docs.len(), 1);
                self.last_bound = self.weight.score(self.norms.fieldnorm_id(docs[0]), 1) * ROUNDING;
            }
            self.bound = self.bound.max(self.last_bound);
            self.postings.advance();
        }
        self.within = self.docs.partition_point(|doc| *doc < end);
        if self.within == 0 {
            self.bound = 0.0;
        }
    }

    /// Forgets what was within the window.
    fn drain(&mut self) {
        if self.within == self.docs.len() {
            self.docs.clear();
            self.frequencies.clear();
            self.last_bound = 0.0;
        } else {
            self.docs.drain(..self.within);
            self.frequencies.drain(..self.within);
        }
    }

    /// The score of a passage of the window; nothing if it is not in the list.
    fn score_of(&self, doc: DocId) -> Score {
        if self.marks[doc as usize / 64] >> (doc % 64) & 1 == 0 {
            return 0.0;
        }
        self.docs[..self.within].binary_search(&doc).map_or(0.0, |at| self.score(at))
    }

    fn score(&self, at: usize) -> Score {
        self.weight.score(self.norms.fieldnorm_id(self.docs[at]), self.frequencies[at])
    }
}

/// Finds the best of a window.
struct Window {
    /// By place in the window; all 0 between windows.
    sums: Vec<Score>,
    /// Lists that cannot, all together, give a passage enough.
    extras: Vec<usize>,
    /// The other lists: what is wanted is in one of them.
    needed: Vec<usize>,
    /// What scores no more is not offered.
    least: Score,
}

impl Window {
    fn score(&mut self, base: DocId, lists: &[List], offer: &mut dyn FnMut(DocId, Score) -> Score) {
        self.extras.clear();
        self.needed.clear();
        let mut extra = 0.0;
        for (at, list) in (0..).zip(lists).filter(|(_, list)| list.within > 0) {
            if extra + list.bound <= self.least {
                extra += list.bound;
                self.extras.push(at);
            } else {
                self.needed.push(at);
            }
        }
        for list in self.needed.iter().map(|at| &lists[*at]) {
            for at in 0..list.within {
                self.sums[(list.docs[at] - base) as usize] += list.score(at);
            }
        }
        for list in self.needed.iter().map(|at| &lists[*at]) {
            for doc in &list.docs[..list.within] {
                let mut score = std::mem::take(&mut self.sums[(doc - base) as usize]);
                // What was in a list before is done with.
                if score == 0.0 || score + extra <= self.least {
                    continue;
                }
                score += self.extras.iter().map(|at| lists[*at].score_of(*doc)).sum::<Score>();
                if score > self.least {
                    self.least = offer(*doc, score);
                }
            }
        }
    }
}

/// Passages in a block of postings, all but the last.
const BLOCK: usize = 128;

fn mark(docs: &[DocId], marks: &mut [u64]) {
    let mut set = |doc: DocId| marks[doc as usize / 64] |= 1 << (doc % 64);
    if let Ok(docs) = <&[DocId; BLOCK]>::try_from(docs) {
        // Neighbours are often bits of one word; four of different words need not wait for each
        // other.
        const PART: usize = BLOCK / 4;
        for at in 0..PART {
            set(docs[at]);
            set(docs[PART + at]);
            set(docs[2 * PART + at]);
            set(docs[3 * PART + at]);
        }
    } else {
        docs.iter().copied().for_each(set);
    }
}

/// What sums may differ by for being rounded, as a factor.
const ROUNDING: Score = 1.0001;

/// By how much the bound that is kept with a block may fall short of a score in it, as a factor.
///
/// Kept are the frequency and length that score most if the mean length is that of the segment;
/// ours is that of all live passages. BM25 divides a frequency by itself and a term that is linear
/// in the length over the mean, so another mean changes a score by no greater a factor than the mean
/// itself. The rest is for sums that are rounded.
fn slack(segment: Score, mean: Score) -> Score {
    ROUNDING * if segment > mean { segment / mean } else { mean / segment }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No text scores more than the bounds with their slack say.
    #[test]
    fn bounds_with_their_slack_hold() {
        let texts: Vec<(u8, u32)> = (1..300_u32)
            .flat_map(|length| [1, 2, 3, length / 2, length].map(|often| (length, often)))
            .filter(|(length, often)| (1..=*length).contains(often))
            .map(|(length, often)| (FieldNormReader::fieldnorm_to_id(length), often))
            .collect();
        let means: [f32; 5] = [1.0, 4.0, 9.5, 73.0, 180.0];
        for (segment, mean) in means.iter().flat_map(|a| means.map(|b| (*a, b))) {
            let of = |mean| Bm25Weight::for_one_term_without_explain(10, 1000, mean);
            let (theirs, ours) = (of(segment), of(mean));
            for block in texts.windows(40).step_by(7) {
                let kept = block
                    .iter()
                    .max_by(|a, b| theirs.score(a.0, a.1).total_cmp(&theirs.score(b.0, b.1)));
                let (norm, often) = *kept.unwrap();
                let bound = ours.score(norm, often) * slack(segment, mean);
                for (norm, often) in block {
                    let score = ours.score(*norm, *often);
                    assert!(score <= bound, "{score} {bound} {segment} {mean}");
                }
            }
        }
    }
}
