//! Trains a linear-chain conditional random field: weights that make labelled sequences likely and
//! stay near 0, by L-BFGS (Liu and Nocedal, *On the limited memory BFGS method*, 1989).
//!
//! It knows numbers only. Sums are made in a fixed order, whatever the number of threads: the same
//! sequences give the same weights, to the bit.

use std::thread;

/// One sequence: for each token its features and its label.
pub(crate) struct Sequence {
    pub(crate) features: Vec<Vec<u32>>,
    pub(crate) labels: Vec<usize>,
}

/// Weights of features and steps for `L` labels.
pub(crate) struct Field<const L: usize> {
    /// What a feature adds to each label.
    pub(crate) features: Vec<[f32; L]>,
    /// What a label adds to the next.
    pub(crate) steps: [[f32; L]; L],
}

/// Sequences are parted into so many groups, each summed by a thread of its own.
const PARTS: usize = 2;

/// Steps of the past that shape the next one.
const MEMORY: usize = 6;

impl<const L: usize> Field<L> {
    /// Learns from `sequences` over `features` features; `penalty` is of the squares of weights. Stops
    /// after `rounds`, or when a round gains less than a hundred-thousandth.
    pub(crate) fn learn(
        sequences: &[Sequence],
        features: usize,
        penalty: f64,
        rounds: usize,
    ) -> Self {
        let size = (features + L) * L;
        let (mut at, mut slope) = (vec![0.0_f32; size], vec![0.0_f32; size]);
        let mut loss = Self::loss(sequences, &at, &mut slope, penalty);
        let mut past: Vec<(Vec<f32>, Vec<f32>, f64)> = Vec::new();
        for round in 0..rounds {
            let way = direction(&slope, &past);
            let falls = dot(&way, &slope);
            let mut length = if round == 0 { 1.0 / dot(&slope, &slope).sqrt() } else { 1.0 };
            let (next, next_slope, next_loss) = loop {
                let next: Vec<f32> =
                    at.iter().zip(&way).map(|(x, d)| x + (length * f64::from(*d)) as f32).collect();
                let mut next_slope = vec![0.0; size];
                let next_loss = Self::loss(sequences, &next, &mut next_slope, penalty);
                if next_loss <= loss + 1e-4 * length * falls || length < 1e-10 {
                    break (next, next_slope, next_loss);
                }
                length /= 2.0;
            };
            let step: Vec<f32> = next.iter().zip(&at).map(|(a, b)| a - b).collect();
            let turn: Vec<f32> = next_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
            let curve = dot(&step, &turn);
            if curve > 1e-10 {
                past.push((step, turn, curve));
                if past.len() > MEMORY {
                    past.remove(0);
                }
            }
            let gain = (loss - next_loss) / loss.abs();
            (at, slope, loss) = (next, next_slope, next_loss);
            if gain < 1e-5 {
                break;
            }
        }
        let steps = at.split_off(features * L);
        let rows = |flat: &[f32]| flat.as_chunks::<L>().0.to_vec();
        let mut field = Self { features: rows(&at), steps: [[0.0; L]; L] };
        field.steps.copy_from_slice(&rows(&steps));
        field
    }

    /// Minus the logarithm of the likelihood with the penalty; its slope is added to `slope`.
    fn loss(sequences: &[Sequence], at: &[f32], slope: &mut [f32], penalty: f64) -> f64 {
        let part = sequences.len().div_ceil(PARTS).max(1);
        let sums = thread::scope(|scope| {
            let threads: Vec<_> = sequences
                .chunks(part)
                .map(|part| {
                    scope.spawn(move || {
                        let mut slope = vec![0.0_f32; at.len()];
                        let mut work = Work::<L>::new(at);
                        let loss: f64 = part.iter().map(|one| work.loss(one, at, &mut slope)).sum();
                        (loss, slope)
                    })
                })
                .collect();
            threads.into_iter().map(|one| one.join().expect("it ends")).collect::<Vec<_>>()
        });
        let mut loss = 0.0;
        for (part, part_slope) in sums {
            loss += part;
            slope.iter_mut().zip(part_slope).for_each(|(sum, one)| *sum += one);
        }
        for (slope, weight) in slope.iter_mut().zip(at) {
            loss += penalty * f64::from(weight * weight);
            *slope += (2.0 * penalty) as f32 * weight;
        }
        loss
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    // In chunks, so that it is quick and in a fixed order.
    a.chunks(1024)
        .zip(b.chunks(1024))
        .map(|(a, b)| {
            let mut sums = [0.0_f32; 8];
            for (a, b) in a.chunks(8).zip(b.chunks(8)) {
                a.iter().zip(b).zip(&mut sums).for_each(|((a, b), sum)| *sum += a * b);
            }
            sums.iter().map(|sum| f64::from(*sum)).sum::<f64>()
        })
        .sum()
}

/// Down the slope, as the past bends it.
fn direction(slope: &[f32], past: &[(Vec<f32>, Vec<f32>, f64)]) -> Vec<f32> {
    let mut way: Vec<f32> = slope.iter().map(|x| -x).collect();
    let add = |way: &mut [f32], share: f64, other: &[f32]| {
        way.iter_mut().zip(other).for_each(|(x, y)| *x += (share * f64::from(*y)) as f32);
    };
    let mut shares = Vec::new();
    for (step, turn, curve) in past.iter().rev() {
        let share = dot(step, &way) / curve;
        add(&mut way, -share, turn);
        shares.push(share);
    }
    if let Some((_, turn, curve)) = past.last() {
        let scale = (curve / dot(turn, turn)) as f32;
        way.iter_mut().for_each(|x| *x *= scale);
    }
    for ((step, turn, curve), share) in past.iter().zip(shares.iter().rev()) {
        let back = dot(turn, &way) / curve;
        add(&mut way, share - back, step);
    }
    way
}

/// Room for the sums over all labellings of a sequence (forward and backward; Rabiner 1989), scaled
/// token by token.
struct Work<const L: usize> {
    steps: [[f32; L]; L],
    states: Vec<[f32; L]>,
    forward: Vec<[f32; L]>,
    backward: Vec<[f32; L]>,
    scales: Vec<f32>,
}

impl<const L: usize> Work<L> {
    fn new(at: &[f32]) -> Self {
        let steps = at[at.len() - L * L..].as_chunks::<L>().0;
        let steps = std::array::from_fn(|from| steps[from].map(f32::exp));
        Self {
            steps,
            states: Vec::new(),
            forward: Vec::new(),
            backward: Vec::new(),
            scales: Vec::new(),
        }
    }

    fn loss(&mut self, one: &Sequence, at: &[f32], slope: &mut [f32]) -> f64 {
        let length = one.labels.len();
        if length == 0 {
            return 0.0;
        }
        let weights = at.as_chunks::<L>().0;
        let log_steps = &weights[weights.len() - L..];
        let (mut likely, mut all) = (0.0_f64, 0.0_f64);
        self.states.clear();
        for (features, label) in one.features.iter().zip(&one.labels) {
            let mut sum = [0.0_f32; L];
            for feature in features {
                let row = &weights[*feature as usize];
                sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
            }
            likely += f64::from(sum[*label]);
            let most = sum.iter().copied().fold(f32::MIN, f32::max);
            all += f64::from(most);
            self.states.push(sum.map(|x| (x - most).exp()));
        }
        for pair in one.labels.windows(2) {
            likely += f64::from(log_steps[pair[0]][pair[1]]);
        }
        self.forward.clear();
        self.scales.clear();
        for t in 0..length {
            let mut next = self.states[t];
            if t > 0 {
                let before = self.forward[t - 1];
                let mut sums = [0.0_f32; L];
                for (share, row) in before.iter().zip(&self.steps) {
                    sums.iter_mut().zip(row).for_each(|(sum, step)| *sum += share * step);
                }
                next.iter_mut().zip(sums).for_each(|(state, sum)| *state *= sum);
            }
            let scale: f32 = next.iter().sum();
            next.iter_mut().for_each(|x| *x /= scale);
            all += f64::from(scale.ln());
            self.scales.push(scale);
            self.forward.push(next);
        }
        self.backward.clear();
        self.backward.resize(length, [1.0; L]);
        for t in (0..length - 1).rev() {
            let mut after = self.backward[t + 1];
            after.iter_mut().zip(&self.states[t + 1]).for_each(|(x, state)| *x *= state);
            let scale = self.scales[t + 1];
            self.backward[t] = std::array::from_fn(|from| {
                self.steps[from].iter().zip(&after).map(|(step, x)| step * x).sum::<f32>() / scale
            });
        }
        let (features, steps) = slope.split_at_mut(at.len() - L * L);
        let features = features.as_chunks_mut::<L>().0;
        let steps = steps.as_chunks_mut::<L>().0;
        for t in 0..length {
            let mut share: [f32; L] =
                std::array::from_fn(|at| self.forward[t][at] * self.backward[t][at]);
            share[one.labels[t]] -= 1.0;
            for feature in &one.features[t] {
                let row = &mut features[*feature as usize];
                row.iter_mut().zip(&share).for_each(|(slope, share)| *slope += share);
            }
            if t > 0 {
                let scale = self.scales[t];
                let after: [f32; L] =
                    std::array::from_fn(|at| self.states[t][at] * self.backward[t][at] / scale);
                for ((before, row), exp) in
                    self.forward[t - 1].iter().zip(steps.iter_mut()).zip(&self.steps)
                {
                    for ((slope, after), exp) in row.iter_mut().zip(&after).zip(exp) {
                        *slope += before * exp * after;
                    }
                }
                steps[one.labels[t - 1]][one.labels[t]] -= 1.0;
            }
        }
        all - likely
    }
}
