//! The clauses that leave nothing, and no more of them than it takes.

use crate::engine::EngineError;

use super::clauses::Part;
use super::probe::Probe;

/// Among this many clauses, pairs are tried one by one: the smaller a conflict, the more it says.
const MOST_PAIRED: usize = 6;

/// The clauses among `all` that together leave nothing: each that no passage meets; if there is none,
/// a few that no passage meets together, of which any fewer find something. `all` together find
/// nothing, and `alone` says what each finds as far as that is known. None, if finding out takes too
/// many searches.
pub(super) fn find(
    probe: &mut Probe<'_>,
    parts: &[Part],
    alone: &[Option<u64>],
    all: &[usize],
) -> Result<Vec<usize>, EngineError> {
    let nowhere: Vec<usize> = all.iter().copied().filter(|at| alone[*at] == Some(0)).collect();
    if !nowhere.is_empty() || all.is_empty() {
        return Ok(nowhere);
    }
    let known = all.iter().all(|at| alone[*at].is_some());
    if known && all.len() == 2 {
        return Ok(all.to_vec());
    }
    if known && all.len() <= MOST_PAIRED {
        for (nth, first) in all.iter().enumerate() {
            for second in &all[nth + 1..] {
                if probe.count(&[&parts[*first], &parts[*second]])? == Some(0) {
                    return Ok(vec![*first, *second]);
                }
            }
        }
        if all.len() == 3 {
            return Ok(all.to_vec());
        }
    }
    // Rare ones first: what they leave is counted soonest, and is the least.
    let mut rest = all.to_vec();
    rest.sort_by_key(|at| alone[*at].unwrap_or(u64::MAX));
    let mut found: Vec<usize> = Vec::new();
    loop {
        // `found` and all of `rest` leave nothing: which is the first of `rest` that must be there?
        let (mut some, mut none) = (usize::from(known && found.is_empty()), rest.len());
        while none - some > 1 {
            let middle = some + (none - some) / 2;
            match count(probe, parts, &found, &rest[..middle])? {
                None => return Ok(Vec::new()),
                Some(0) => none = middle,
                Some(_) => some = middle,
            }
        }
        let Some(last) = none.checked_sub(1) else { return Ok(Vec::new()) };
        found.push(rest[last]);
        rest.truncate(last);
        if rest.is_empty() {
            break;
        }
        match count(probe, parts, &found, &[])? {
            None => return Ok(Vec::new()),
            Some(0) => break,
            Some(_) => {}
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn count(
    probe: &mut Probe<'_>,
    parts: &[Part],
    found: &[usize],
    more: &[usize],
) -> Result<Option<u64>, EngineError> {
    let together: Vec<&Part> = found.iter().chain(more).map(|at| &parts[*at]).collect();
    probe.count(&together)
}
