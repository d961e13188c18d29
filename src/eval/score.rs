//! What every measure counts, and what follows from it.

use std::collections::BTreeMap;

use serde::Serialize;

/// What became of one label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Given and wanted.
    Right,
    /// Given and not wanted.
    Wrong,
    /// Wanted and not given.
    Missed,
}

/// Counts, and the measures they give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Given and wanted.
    pub right: usize,
    /// Wanted and not given.
    pub missed: usize,
    /// Given and not wanted.
    pub wrong: usize,
    /// Share of what was given that is right; 0 if nothing was given.
    pub precision: f64,
    /// Share of what was wanted that was given; 0 if nothing was wanted.
    pub recall: f64,
    /// Harmonic mean of the two; 0 if nothing is right.
    pub f1: f64,
    /// Where F1 lies in 95 of 100 sets of as many articles drawn from these, with replacement
    /// (percentile bootstrap; Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993). The
    /// article is drawn and not the passage, because passages of one article err together.
    pub f1_95: [f64; 2],
}

/// Sets drawn for an interval.
pub(super) const DRAWS: usize = 1000;

/// Where the draws begin: the same labels and tags give the same interval.
pub(super) const SEED: u64 = 0x7072_6573_736d_6172;

/// What became of labels, article by article.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(BTreeMap<usize, Counts>);

/// Right, missed and wrong.
type Counts = [usize; 3];

impl Tally {
    /// Counts one more label of an article, which is any number that tells it from the others.
    pub(super) fn count(&mut self, article: usize, outcome: Outcome) {
        let at = match outcome {
            Outcome::Right => 0,
            Outcome::Missed => 1,
            Outcome::Wrong => 2,
        };
        self.0.entry(article).or_default()[at] += 1;
    }

    /// What it comes to.
    pub(super) fn score(&self) -> Score {
        let articles: Vec<Counts> = self.0.values().copied().collect();
        let [right, missed, wrong] = sum(articles.iter());
        let ratio = |part: usize, whole: usize| match whole {
            0 => 0.0,
            _ => part as f64 / whole as f64,
        };
        Score {
            right,
            missed,
            wrong,
            precision: ratio(right, right + wrong),
            recall: ratio(right, right + missed),
            f1: f1([right, missed, wrong]),
            f1_95: interval(&articles),
        }
    }
}

fn sum<'a>(articles: impl Iterator<Item = &'a Counts>) -> Counts {
    articles.fold([0; 3], |sum, one| std::array::from_fn(|at| sum[at] + one[at]))
}

fn f1([right, missed, wrong]: Counts) -> f64 {
    match 2 * right + missed + wrong {
        0 => 0.0,
        whole => (2 * right) as f64 / whole as f64,
    }
}

fn interval(articles: &[Counts]) -> [f64; 2] {
    if articles.is_empty() {
        return [0.0; 2];
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut drawn: Vec<f64> = (0..DRAWS)
        .map(|_| f1(sum((0..articles.len()).map(|_| &articles[random.usize(..articles.len())]))))
        .collect();
    drawn.sort_by(f64::total_cmp);
    [drawn[DRAWS / 40], drawn[DRAWS - 1 - DRAWS / 40]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(articles: &[Counts]) -> Tally {
        Tally(articles.iter().copied().enumerate().collect())
    }

    #[test]
    fn ratios_without_a_whole_are_zero() {
        assert_eq!(Tally::default().score(), Score::default());
        let score = tally(&[[3, 1, 3]]).score();
        assert_eq!((score.precision, score.recall, score.f1), (0.5, 0.75, 0.6));
    }

    #[test]
    fn an_interval_is_as_wide_as_articles_differ() {
        // One article, or many that are alike, leave nothing to chance.
        assert_eq!(tally(&[[3, 1, 3]]).score().f1_95, [0.6, 0.6]);
        assert_eq!(tally(&[[3, 1, 3]; 50]).score().f1_95, [0.6, 0.6]);
        let width = |articles: usize| {
            let half = |at| if at % 2 == 0 { [1, 0, 0] } else { [0, 1, 1] };
            let score = tally(&(0..articles).map(half).collect::<Vec<_>>()).score();
            let [low, high] = score.f1_95;
            assert!(low <= score.f1 && score.f1 <= high, "{score:?}");
            high - low
        };
        // A coin's share of heads in n throws: 1.96 standard deviations to either side.
        for (articles, want) in [(100, 0.196), (400, 0.098)] {
            let got = width(articles);
            assert!((got / want - 1.0).abs() < 0.12, "{got}");
        }
    }
}
