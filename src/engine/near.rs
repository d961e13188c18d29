//! Words near each other: one rule for what a sloppy phrase matches, used alike to find passages
//! and to mark them.

/// One occurrence of a phrase: the place of each of its words, in the order of the phrase.
pub type Places = Vec<u32>;

/// Finds where a phrase occurs with at most `slop` moves.
///
/// `places[i]` holds the ascending places of the phrase's `i`-th word, `offsets[i]` its place in the
/// phrase. Words may stand in any order; what counts is the widest difference between how far two
/// words are from their due places, as in Lucene: `"a b"~2` matches `b a`. No place is used twice
/// in one occurrence. Occurrences are given by where they begin, first first, and do not share
/// their first word.
pub fn occurrences(places: &[Vec<u32>], offsets: &[u32], slop: u32) -> Vec<Places> {
    let widest = offsets.iter().copied().max().unwrap_or(0);
    // Due places are shifted so that they cannot be negative.
    let due = |word: usize, place: u32| place + widest - offsets[word];
    let mut starts: Vec<u32> = Vec::new();
    for (word, list) in places.iter().enumerate() {
        starts.extend(list.iter().map(|place| due(word, *place)));
    }
    starts.sort_unstable();
    starts.dedup();
    let mut found: Vec<Places> = Vec::new();
    for start in starts {
        let mut taken: Places = Vec::with_capacity(places.len());
        for (word, list) in places.iter().enumerate() {
            let from = list.partition_point(|place| due(word, *place) < start);
            let near = list[from..]
                .iter()
                .take_while(|place| due(word, **place) <= start.saturating_add(slop));
            let Some(place) = near.copied().find(|place| !taken.contains(place)) else { break };
            taken.push(place);
        }
        let whole = taken.len() == places.len() && !places.is_empty();
        if whole && found.last().is_none_or(|last| last[0] < taken[0]) {
            found.push(taken);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sloppy_phrase_counts_moves_from_due_places() {
        for (name, places, slop, want) in [
            ("exact", vec![vec![3], vec![4]], 0, vec![vec![3, 4]]),
            ("one apart", vec![vec![3], vec![5]], 0, vec![]),
            ("one apart allowed", vec![vec![3], vec![5]], 1, vec![vec![3, 5]]),
            ("turned round costs two", vec![vec![4], vec![3]], 1, vec![]),
            ("turned round", vec![vec![4], vec![3]], 2, vec![vec![4, 3]]),
            ("twice", vec![vec![0, 7], vec![1, 8]], 0, vec![vec![0, 1], vec![7, 8]]),
            ("a word twice needs two places", vec![vec![3], vec![3]], 5, vec![]),
            ("a missing word", vec![vec![3], vec![]], 5, vec![]),
        ] {
            assert_eq!(occurrences(&places, &[0, 1], slop), want, "{name}");
        }
        assert_eq!(occurrences(&[], &[], 0), Vec::<Places>::new());
    }
}
