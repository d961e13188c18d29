//! What every measure counts, and what follows from it.

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
}

impl Score {
    /// The score that follows from its counts.
    pub fn of(right: usize, missed: usize, wrong: usize) -> Self {
        let ratio = |part: usize, whole: usize| match whole {
            0 => 0.0,
            _ => part as f64 / whole as f64,
        };
        Self {
            right,
            missed,
            wrong,
            precision: ratio(right, right + wrong),
            recall: ratio(right, right + missed),
            f1: ratio(2 * right, 2 * right + missed + wrong),
        }
    }

    /// Counts one more.
    pub(super) fn count(&mut self, outcome: Outcome) {
        let Self { right, missed, wrong, .. } = *self;
        *self = match outcome {
            Outcome::Right => Self::of(right + 1, missed, wrong),
            Outcome::Missed => Self::of(right, missed + 1, wrong),
            Outcome::Wrong => Self::of(right, missed, wrong + 1),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_without_a_whole_are_zero() {
        assert_eq!(Score::of(0, 0, 0), Score::default());
        let score = Score::of(3, 1, 3);
        assert_eq!((score.precision, score.recall, score.f1), (0.5, 0.75, 0.6));
    }
}
