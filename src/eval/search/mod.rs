//! Search: how well ranked passages agree with what people judged to be relevant.
//!
//! The measures are those of `trec_eval`, over the queries that have a judgement; one that found
//! nothing counts 0. This part holds numbers only: [`set`] reads test sets, [`run`] rankings that are
//! kept in files, and who searches is the caller.

pub mod compare;
pub mod run;
pub mod set;

mod student;

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::score::{DRAWS, SEED};
use set::Judgements;

/// How deep a ranking is looked at: average precision takes in this many places.
pub const DEPTH: usize = 1000;

/// A ranking for each query, best first: query id → passage ids.
pub type Rankings = BTreeMap<String, Vec<String>>;

/// What one ranking, or the mean of several, is worth; each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Measures {
    /// Normalized discounted cumulative gain of the first ten: the gain of a passage is its grade,
    /// the discount the binary logarithm of its place + 1 (`ndcg_cut.10`).
    pub ndcg_10: f64,
    /// Average precision: the mean, over all relevant passages, of the precision at their places,
    /// 0 for those beyond [`DEPTH`] (`map`).
    pub map: f64,
    /// One over the place of the first relevant passage, 0 if it is not among the first ten
    /// (`recip_rank`, cut at 10).
    pub mrr_10: f64,
    /// Share of all relevant passages that are among the first hundred (`recall.100`).
    pub recall_100: f64,
}

impl Measures {
    /// What the measures are called, in the order of [`Measures::values`].
    pub const NAMES: [&'static str; 4] = ["nDCG@10", "MAP", "MRR@10", "recall@100"];

    /// The measures as a list.
    pub fn values(&self) -> [f64; 4] {
        [self.ndcg_10, self.map, self.mrr_10, self.recall_100]
    }

    fn of_values([ndcg_10, map, mrr_10, recall_100]: [f64; 4]) -> Self {
        Self { ndcg_10, map, mrr_10, recall_100 }
    }
}

/// What `ranking` is worth by `grades` (passage id → grade; above 0 is relevant). A passage that
/// comes twice counts at its first place only.
pub fn measure(ranking: &[String], grades: &BTreeMap<String, i32>) -> Measures {
    let relevant = grades.values().filter(|grade| **grade > 0).count();
    if relevant == 0 {
        return Measures::default();
    }
    let mut seen = HashSet::new();
    let places = ranking.iter().filter(|id| seen.insert(id.as_str())).take(DEPTH);
    let (mut gained, mut precisions, mut mrr_10, mut early, mut found) = (0.0, 0.0, 0.0, 0, 0);
    for (place, id) in (1..).zip(places) {
        let grade = grades.get(id).copied().unwrap_or_default();
        if grade <= 0 {
            continue;
        }
        found += 1;
        precisions += f64::from(found) / f64::from(place);
        if place <= 10 {
            gained += gain(grade, place);
            if found == 1 {
                mrr_10 = 1.0 / f64::from(place);
            }
        }
        if place <= 100 {
            early += 1;
        }
    }
    let mut best: Vec<i32> = grades.values().copied().filter(|grade| *grade > 0).collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal: f64 = (1..=10).zip(best).map(|(place, grade)| gain(grade, place)).sum();
    Measures {
        ndcg_10: gained / ideal,
        map: precisions / relevant as f64,
        mrr_10,
        recall_100: f64::from(early) / relevant as f64,
    }
}

/// What a passage of this grade adds at this place, from 1.
fn gain(grade: i32, place: i32) -> f64 {
    f64::from(grade) / (f64::from(place) + 1.0).log2()
}

/// What a run over a set is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Queries that have a judgement.
    pub queries: usize,
    /// Means over them.
    #[serde(flatten)]
    pub means: Measures,
    /// Where the mean nDCG lies in 95 of 100 sets of as many queries drawn from these, with
    /// replacement (percentile bootstrap).
    pub ndcg_10_95: [f64; 2],
    /// What each query's ranking is worth, by query id.
    #[serde(skip)]
    pub each: BTreeMap<String, Measures>,
}

/// Measures `rankings` by `judgements`; queries without a judgement are left out.
pub fn evaluate(rankings: &Rankings, judgements: &Judgements) -> Report {
    let none = Vec::new();
    let each: BTreeMap<String, Measures> = judgements
        .iter()
        .map(|(query, grades)| {
            (query.clone(), measure(rankings.get(query).unwrap_or(&none), grades))
        })
        .collect();
    let ndcg: Vec<f64> = each.values().map(|one| one.ndcg_10).collect();
    let means = std::array::from_fn(|at| {
        mean(&each.values().map(|one| one.values()[at]).collect::<Vec<_>>())
    });
    Report {
        queries: each.len(),
        means: Measures::of_values(means),
        ndcg_10_95: interval(&ndcg),
        each,
    }
}

/// The mean; 0 of nothing.
fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// Where the mean lies in 95 of 100 draws.
fn interval(values: &[f64]) -> [f64; 2] {
    if values.is_empty() {
        return [0.0; 2];
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut draw = || {
        let sum: f64 = values.iter().map(|_| values[random.usize(..values.len())]).sum();
        sum / values.len() as f64
    };
    let mut drawn: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
    drawn.sort_by(f64::total_cmp);
    [drawn[DRAWS / 40], drawn[DRAWS - 1 - DRAWS / 40]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &str) -> Vec<String> {
        ids.split_whitespace().map(str::to_owned).collect()
    }

    fn grades(grades: &[(&str, i32)]) -> BTreeMap<String, i32> {
        grades.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
    }

    /// Values computed by hand.
    #[test]
    fn rankings_are_worth_what_trec_eval_says() {
        let log = |place: f64| (place + 1.0).log2();
        let graded = [("a", 2), ("b", 1), ("c", 0), ("d", -1), ("e", 1)];
        let ideal = 2.0 + 1.0 / log(2.0) + 1.0 / log(3.0);
        let late: String = (0..9).map(|at| format!("x{at} ")).collect();
        let later: String = (0..99).map(|at| format!("x{at} ")).collect();
        for (name, ranking, judged, want) in [
            ("the best order", ids("a b e c"), &graded[..], [1.0, 1.0, 1.0, 1.0]),
            (
                "grades and unjudged ones",
                ids("c b x a"),
                &graded,
                [
                    (1.0 / log(2.0) + 2.0 / log(4.0)) / ideal,
                    (1.0 / 2.0 + 2.0 / 4.0) / 3.0,
                    0.5,
                    2.0 / 3.0,
                ],
            ),
            (
                "the tenth place counts",
                ids(&format!("{late}a")),
                &[("a", 3)],
                [1.0 / log(10.0), 0.1, 0.1, 1.0],
            ),
            (
                "the eleventh does not",
                ids(&format!("y {late}a")),
                &[("a", 3)],
                [0.0, 1.0 / 11.0, 0.0, 1.0],
            ),
            (
                "nor the hundred and first",
                ids(&format!("y {later}a")),
                &[("a", 1)],
                [0.0, 1.0 / 101.0, 0.0, 0.0],
            ),
            ("one that comes twice counts once", ids("a a b"), &[("a", 1), ("b", 1)], [1.0; 4]),
            ("nothing found", ids(""), &graded, [0.0; 4]),
            ("nothing relevant", ids("a"), &[("a", 0)], [0.0; 4]),
        ] {
            let got = measure(&ranking, &grades(judged)).values();
            for ((got, want), measure) in got.iter().zip(want).zip(Measures::NAMES) {
                assert!((got - want).abs() < 1e-12, "{name}: {measure} is {got}, wanted {want}");
            }
        }
    }

    #[test]
    fn the_ideal_is_cut_at_ten_too() {
        let names: Vec<String> = (0..12).map(|at| format!("d{at:02}")).collect();
        let judged = names.iter().map(|id| (id.clone(), 1)).collect();
        let got = measure(&names, &judged);
        assert!((got.ndcg_10 - 1.0).abs() < 1e-12, "{got:?}");
        assert!((got.map - 1.0).abs() < 1e-12, "{got:?}");
    }

    #[test]
    fn means_are_over_the_judged_queries() {
        let judged = [("q1", &[("a", 1)][..]), ("q2", &[("b", 1)]), ("q3", &[("c", 1)])];
        let judgements =
            judged.into_iter().map(|(query, judged)| (query.to_owned(), grades(judged))).collect();
        let rankings = [("q1", "a"), ("q2", "x b"), ("unjudged", "a")];
        let rankings = rankings.into_iter().map(|(query, found)| (query.to_owned(), ids(found)));
        let report = evaluate(&rankings.collect(), &judgements);
        assert_eq!(report.queries, 3);
        assert!((report.means.mrr_10 - 0.5).abs() < 1e-12, "{report:?}");
        assert_eq!(report.each["q3"], Measures::default());
        assert_eq!(report.each.len(), 3);
        let [low, high] = report.ndcg_10_95;
        assert!(low <= report.means.ndcg_10 && report.means.ndcg_10 <= high);
        assert_eq!(evaluate(&Rankings::new(), &Judgements::new()).ndcg_10_95, [0.0; 2]);
    }
}
