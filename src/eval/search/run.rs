//! Runs: rankings in a file, as `trec_eval` and its kin read them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Rankings;
use super::set::SetError;

/// Reads a run, one passage a line: query id, `Q0`, passage id, rank, score, name of the run, parted
/// by white space. Of each query the best score comes first; equal ones by their rank.
///
/// # Errors
///
/// [`SetError::Row`] or [`SetError::Empty`]; `file` is what they call it.
pub fn read(text: &str, file: &str) -> Result<Rankings, SetError> {
    let mut found: BTreeMap<String, Vec<(f64, u64, String)>> = BTreeMap::new();
    for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
        let columns: Vec<&str> = row.split_whitespace().collect();
        let read = match columns[..] {
            [query, _, passage, rank, score, ..] => {
                let numbers = rank.parse().ok().zip(score.parse::<f64>().ok());
                numbers.map(|(rank, score)| (query, (score, rank, passage.to_owned())))
            }
            _ => None,
        };
        let Some((query, one)) = read.filter(|(_, (score, ..))| !score.is_nan()) else {
            let wanted = "query id, `Q0`, passage id, rank, score and a name";
            return Err(SetError::Row { file: file.to_owned(), line, wanted });
        };
        found.entry(query.to_owned()).or_default().push(one);
    }
    if found.is_empty() {
        return Err(SetError::Empty { file: file.to_owned() });
    }
    let order = |a: &(f64, u64, String), b: &(f64, u64, String)| -> Ordering {
        b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| a.2.cmp(&b.2))
    };
    let ranked = found.into_iter().map(|(query, mut passages)| {
        passages.sort_by(order);
        (query, passages.into_iter().map(|(.., id)| id).collect())
    });
    Ok(ranked.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_order_a_run_and_ranks_its_ties() {
        let text = "q1 Q0 c 3 1.5 x\nq1\tQ0\ta\t1\t2e1\tx\nq2 Q0 z 0 0 x\n\nq1 Q0 b 2 1.5 x\n";
        let run = read(text, "run").unwrap();
        assert_eq!(run["q1"], ["a", "b", "c"]);
        assert_eq!(run["q2"], ["z"]);
        for (text, want) in [
            ("", "run: nothing in it"),
            (
                "q1 Q0 a 1 1 x\nq1 Q0 a one 1 x",
                "run:2: wanted query id, `Q0`, passage id, rank, score and a name",
            ),
        ] {
            assert_eq!(read(text, "run").unwrap_err().to_string(), want);
        }
    }
}
