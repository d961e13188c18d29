//! The merging policy: many candidates for the names of one text become mentions that do not
//! overlap. It is the only place that weighs one source of names against another; a further
//! source has only to add its candidates.

use std::collections::BTreeMap;

use crate::tag::{EntityType, Via};
use crate::tagger::gazetteer::EntryRef;

/// How sure a source is of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// Taken only where nothing else claims a byte of it.
    Guess,
    /// A sign speaks for it.
    Likely,
    /// A rule that seldom errs.
    Sure,
    /// The gazetteer has it.
    Listed,
    /// The article itself says so.
    Bound,
}

/// Who a candidate names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// An entity of the gazetteer.
    Entry(EntryRef),
    /// The name as it stands is the canonical name.
    Itself,
    /// An entity that the article established, by its place in `bind::Memory`.
    Known { at: usize, via: Via },
}

/// A stretch of a folded text that may be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: EntityType,
    pub(super) certainty: Certainty,
    pub(super) who: Who,
}

/// No name has more bytes than this. An article may hold one as long as itself and repeat a short
/// form of it at every word.
pub(super) const LONGEST: usize = 256;

/// Keeps the candidates that win, in reading order: guesses yield to everything, then the longest
/// wins, then the surest, then the leftmost. What is longer than [`LONGEST`] is no name.
pub(super) fn merge(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.retain(|one| (one.start + 1..=one.start + LONGEST).contains(&one.end));
    candidates.sort_by_key(|one| {
        let length = one.end - one.start;
        let rank = std::cmp::Reverse((one.certainty > Certainty::Guess, length, one.certainty));
        (rank, one.start, one.kind)
    });
    let mut kept: BTreeMap<usize, Candidate> = BTreeMap::new();
    for one in candidates {
        let before = kept.range(..one.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= one.start) {
            kept.insert(one.start, one);
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(start: usize, end: usize, certainty: Certainty) -> Candidate {
        Candidate { start, end, kind: EntityType::Place, certainty, who: Who::Itself }
    }

    #[test]
    fn longest_then_surest_and_guesses_fill_gaps() {
        use Certainty::{Bound, Guess, Likely, Sure};
        for (given, want) in [
            (vec![(0, 5, Sure), (0, 9, Likely)], vec![(0, 9, Likely)]),
            (vec![(0, 5, Sure), (0, 9, Guess)], vec![(0, 5, Sure)]),
            (vec![(0, 5, Sure), (0, 5, Bound)], vec![(0, 5, Bound)]),
            (vec![(6, 9, Sure), (0, 5, Guess)], vec![(0, 5, Guess), (6, 9, Sure)]),
            (vec![(0, 4, Sure), (3, 8, Sure), (7, 9, Sure)], vec![(3, 8, Sure)]),
            (vec![(4, 4, Sure)], vec![]),
            (vec![], vec![]),
        ] {
            let make = |list: Vec<(usize, usize, Certainty)>| -> Vec<_> {
                list.into_iter().map(|(start, end, sure)| candidate(start, end, sure)).collect()
            };
            assert_eq!(merge(make(given.clone())), make(want), "{given:?}");
        }
    }
}
