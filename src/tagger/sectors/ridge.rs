//! Logistic regression with a ridge penalty, by cyclic coordinate descent (Genkin, Lewis and
//! Madigan, *Large-scale Bayesian logistic regression for text categorization*, Technometrics 2007).
//!
//! The ridge stands around given weights. It knows numbers only, not what they are of.

/// How often the descent goes through all weights, and the step that is too small to go on.
const SWEEPS: usize = 60;
const LEAST_STEP: f64 = 1e-3;

/// An example of the descent: features by number, and whether it is one of those looked for.
pub(super) struct Row {
    pub(super) features: Vec<(u32, f64)>,
    pub(super) carried: bool,
}

/// The weights that make `rows` likely and stay near `before`.
pub(super) fn ridge(before: &[f64], variances: &[f64], rows: &[Row]) -> Vec<f64> {
    let mut weights = before.to_vec();
    let mut columns: Vec<Vec<(u32, f64)>> = vec![Vec::new(); before.len()];
    let mut margins = Vec::with_capacity(rows.len());
    for (number, row) in (0..).zip(rows) {
        margins.push(row.features.iter().map(|(at, x)| weights[*at as usize] * x).sum::<f64>());
        for (feature, value) in &row.features {
            columns[*feature as usize].push((number, *value));
        }
    }
    let mut trust = vec![1.0_f64; before.len()];
    for _ in 0..SWEEPS {
        let mut moved = 0.0_f64;
        for (feature, column) in columns.iter().enumerate() {
            if column.is_empty() {
                continue;
            }
            let mut curve = 1.0 / variances[feature];
            let mut slope = (weights[feature] - before[feature]) * curve;
            for (number, value) in column {
                let sign = if rows[*number as usize].carried { 1.0 } else { -1.0 };
                let miss = 1.0 / (1.0 + (sign * margins[*number as usize]).exp());
                slope -= sign * value * miss;
                curve += value * value * miss * (1.0 - miss);
            }
            let step = (-slope / curve).clamp(-trust[feature], trust[feature]);
            trust[feature] = (2.0 * step.abs()).max(trust[feature] / 2.0);
            weights[feature] += step;
            moved = moved.max(step.abs());
            for (number, value) in column {
                margins[*number as usize] += step * value;
            }
        }
        if moved < LEAST_STEP {
            break;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(features: &[(u32, f64)], carried: usize, all: usize) -> Vec<Row> {
        (0..all).map(|at| Row { features: features.to_vec(), carried: at < carried }).collect()
    }

    #[test]
    fn weights_become_the_odds_of_what_is_seen() {
        // Three of four: the logit is ln 3.
        let weights = ridge(&[0.0, 0.5], &[1e6, 1e6], &rows(&[(0, 1.0)], 75, 100));
        assert!((weights[0] - 3f64.ln()).abs() < 0.01, "{weights:?}");
        assert_eq!(weights[1], 0.5, "what no one has stays");
    }

    #[test]
    fn a_tight_ridge_holds_what_was_known() {
        let seen = rows(&[(0, 1.0)], 3, 4);
        let far = ridge(&[-2.0], &[1e3], &seen)[0];
        let near = ridge(&[-2.0], &[0.01], &seen)[0];
        assert!(far > 1.0 && near < -1.8, "{far} {near}");
    }
}
