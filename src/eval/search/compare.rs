//! Whether one run is better than another, or only luckier in its queries.

use std::collections::BTreeMap;

use serde::Serialize;

use super::student::two_sided;
use super::{Measures, Report, SEED, mean};

/// Sign flips drawn for a randomization test.
const FLIPS: usize = 10_000;

/// Differences that are rounding and nothing else.
const ROUNDING: f64 = 1e-12;

/// One measure of two runs over the same queries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The measure, one of [`Measures::NAMES`].
    pub measure: &'static str,
    /// Its mean before.
    pub before: f64,
    /// Its mean now.
    pub now: f64,
    /// How often a difference at least as large, either way, comes of chance alone: two-sided paired
    /// randomization test, in which each query's two values change places or do not (Smucker,
    /// Allan and Carterette, CIKM 2007; 10,000 draws, always the same).
    pub p_randomization: f64,
    /// The same by the two-sided paired t-test.
    pub p_t: f64,
    /// Queries that are better now.
    pub better: usize,
    /// Queries that are worse now.
    pub worse: usize,
}

/// Compares two reports of one set, measure by measure.
pub fn compare(before: &Report, now: &Report) -> Vec<Difference> {
    let values = |each: &BTreeMap<String, Measures>, at: usize| -> Vec<f64> {
        now.each.keys().map(|id| each.get(id).copied().unwrap_or_default().values()[at]).collect()
    };
    let one = |(at, measure): (usize, &'static str)| {
        let (before, now) = (values(&before.each, at), values(&now.each, at));
        let gains: Vec<f64> = now.iter().zip(&before).map(|(now, before)| now - before).collect();
        Difference {
            measure,
            before: mean(&before),
            now: mean(&now),
            p_randomization: by_flips(&gains),
            p_t: by_t(&gains),
            better: gains.iter().filter(|gain| **gain > ROUNDING).count(),
            worse: gains.iter().filter(|gain| **gain < -ROUNDING).count(),
        }
    };
    Measures::NAMES.into_iter().enumerate().map(one).collect()
}

/// The share of sign flips whose sum is as far from 0 as that of `gains`.
fn by_flips(gains: &[f64]) -> f64 {
    let sum = gains.iter().sum::<f64>().abs();
    // What is equal in both runs adds nothing, whatever its sign.
    let gains: Vec<f64> = gains.iter().copied().filter(|gain| gain.abs() > ROUNDING).collect();
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut flipped = || -> f64 {
        let signs = gains.chunks(64).map(|chunk| (chunk, random.u64(..)));
        let sums = signs.map(|(chunk, mut bits)| {
            chunk.iter().fold(0.0, |sum, gain| {
                let gain = if bits & 1 == 0 { *gain } else { -gain };
                bits >>= 1;
                sum + gain
            })
        });
        sums.sum()
    };
    let as_far = (0..FLIPS).filter(|_| flipped().abs() >= sum - ROUNDING).count();
    // The draw that was observed is one of those that could have been.
    (as_far + 1) as f64 / (FLIPS + 1) as f64
}

/// The p-value of the paired t-test: 1 if nothing differs or there is one query only, 0 if all
/// differ by the same.
fn by_t(gains: &[f64]) -> f64 {
    let count = gains.len() as f64;
    let mean = mean(gains);
    if gains.len() < 2 || gains.iter().all(|gain| gain.abs() <= ROUNDING) {
        return 1.0;
    }
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count - 1.0);
    if variance.sqrt() <= ROUNDING {
        return 0.0;
    }
    two_sided(mean / (variance / count).sqrt(), count - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(values: &[f64]) -> Report {
        let one = |value| Measures { ndcg_10: value, ..Measures::default() };
        let each = values.iter().enumerate().map(|(at, value)| (format!("q{at}"), one(*value)));
        Report {
            queries: values.len(),
            means: one(mean(values)),
            ndcg_10_95: [0.0; 2],
            each: each.collect(),
        }
    }

    #[test]
    fn what_is_equal_is_no_difference() {
        let same = compare(&report(&[0.3, 0.5]), &report(&[0.3, 0.5]));
        assert_eq!(same.len(), 4);
        for one in same {
            assert_eq!((one.p_randomization, one.p_t), (1.0, 1.0), "{one:?}");
            assert_eq!((one.better, one.worse), (0, 0), "{one:?}");
        }
    }

    /// The t-test's value is R's: `t.test(c(.1,.2,.3,-.1,.2), mu = 0)`. Of the 32 sign flips of these
    /// gains, 6 have a sum of 0.7 or more, either way.
    #[test]
    fn differences_are_tested() {
        let before = [0.5, 0.5, 0.5, 0.5, 0.5];
        let now = [0.6, 0.7, 0.8, 0.4, 0.7];
        let [first, ..] = &compare(&report(&before), &report(&now))[..] else { panic!("four") };
        assert_eq!((first.measure, first.better, first.worse), ("nDCG@10", 4, 1));
        assert!((first.now - first.before - 0.14).abs() < 1e-12);
        assert!((first.p_t - 0.108_9).abs() < 1e-3, "{first:?}");
        assert!((first.p_randomization - 6.0 / 32.0).abs() < 0.015, "{first:?}");
    }

    #[test]
    fn a_sure_difference_has_a_small_p() {
        let before: Vec<f64> = (0..50).map(|at| f64::from(at) / 100.0).collect();
        let now: Vec<f64> =
            before.iter().enumerate().map(|(at, one)| one + 0.1 + at as f64 / 1e3).collect();
        let differences = compare(&report(&before), &report(&now));
        assert!(differences[0].p_randomization < 0.001 && differences[0].p_t < 0.001);
        assert_eq!(differences[0].better, 50);
    }
}
