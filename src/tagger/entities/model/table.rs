//! A learned model as a table: for each hashed feature a byte for each label; and the best path
//! through them (Viterbi, 1967).
//!
//! The file: eight bytes of magic, the logarithm of the number of slots, the scale of a byte, the
//! transitions, then the slots' tags (the high bits of their feature's hash, 0 for an empty slot) and
//! rows. Numbers are little endian. It knows no text.

use crate::tag::EntityType;

/// Labels beside *outside*: the first and the further tokens of each type of name.
pub const LABELS: usize = 2 * EntityType::ALL.len();

/// All labels, *outside* first.
pub const STATES: usize = LABELS + 1;

const MAGIC: &[u8; 8] = b"pmcrf 1\n";

/// Score of a step that cannot be.
pub const NEVER: f32 = -1e6;

/// What label `at` is called: `O`, `B-person`, `I-person`, …
pub fn label_name(at: usize) -> String {
    match part(at as u8) {
        None => "O".to_owned(),
        Some((kind, begins)) => format!("{}-{kind}", if begins { 'B' } else { 'I' }),
    }
}

/// The type of a label and whether it begins a name; `None` for *outside*.
pub(super) fn part(label: u8) -> Option<(EntityType, bool)> {
    let at = usize::from(label).checked_sub(1)?;
    Some((EntityType::ALL[at / 2], at % 2 == 0))
}

/// Weights of the labels but *outside*, whose weight is 0.
pub(super) type Row = [i8; LABELS];

/// Sums of rows.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums([i32; LABELS]);

/// A model, read in place.
pub struct Table<'a> {
    scale: f32,
    /// From the label before, or from nothing (the last row), to a label.
    steps: [[f32; LANES]; STATES + 1],
    tags: &'a [[u8; 2]],
    rows: &'a [[u8; LABELS]],
}

impl<'a> Table<'a> {
    /// Reads a model; `None` if it is none.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(16)?;
        let (magic, numbers) = head.split_at(8);
        let (log, scale) = numbers.split_at(4);
        let slots = 1_usize.checked_shl(u32::from_le_bytes(log.try_into().ok()?))?;
        let scale = f32::from_le_bytes(scale.try_into().ok()?);
        let (steps, rest) = rest.split_at_checked(4 * STATES * (STATES + 1))?;
        let (tags, rows) = rest.split_at_checked(2 * slots)?;
        let (tags, rows) = (tags.as_chunks().0, rows.as_chunks().0);
        let whole = magic == MAGIC && tags.len() == slots && rows.len() == slots;
        let mut numbers = steps.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four));
        let steps = std::array::from_fn(|_| {
            std::array::from_fn(
                |to| if to < STATES { numbers.next().unwrap_or(NEVER) } else { NEVER },
            )
        });
        whole.then_some(Self { scale, steps, tags, rows })
    }

    /// Adds the row of `feature`.
    #[inline]
    pub(super) fn add(&self, feature: u64, sums: &mut Sums) {
        let tag = tag(feature);
        let mask = self.tags.len() - 1;
        let mut slot = feature as usize & mask;
        loop {
            match u16::from_le_bytes(self.tags[slot]) {
                0 => return,
                held if held == tag => break,
                _ => slot = (slot + 1) & mask,
            }
        }
        for (sum, weight) in sums.0.iter_mut().zip(&self.rows[slot]) {
            *sum += i32::from(*weight as i8);
        }
    }

    /// The file of a model of these weights: `steps` as in the table, with *outside* and the start
    /// first and last, and for each feature what it adds to each label but *outside*. Features that
    /// round to nothing are left out. The order of `features` does not matter.
    pub fn write(
        steps: &[[f32; STATES]; STATES + 1],
        features: &[(u64, [f32; LABELS])],
    ) -> Vec<u8> {
        let weights = features.iter().flat_map(|(_, row)| row);
        let most = weights.fold(1e-6_f32, |most, weight| most.max(weight.abs()));
        let scale = most / 127.0;
        let mut rows: Vec<(u64, Row)> = features
            .iter()
            .map(|(feature, row)| (*feature, row.map(|weight| (weight / scale).round() as i8)))
            .filter(|(_, row)| row.iter().any(|weight| *weight != 0))
            .collect();
        rows.sort_unstable();
        let log = (rows.len() * 4 / 3 + 2).next_power_of_two().trailing_zeros();
        let slots = 1 << log;
        let mut tags = vec![0_u16; slots];
        let mut table = vec![[0_i8; LABELS]; slots];
        for (feature, row) in rows {
            let mut slot = feature as usize & (slots - 1);
            while tags[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            (tags[slot], table[slot]) = (tag(feature), row);
        }
        let mut file = MAGIC.to_vec();
        file.extend(log.to_le_bytes());
        file.extend(scale.to_le_bytes());
        file.extend(steps.iter().flatten().flat_map(|step| step.to_le_bytes()));
        file.extend(tags.iter().flat_map(|tag| tag.to_le_bytes()));
        file.extend(table.iter().flatten().map(|weight| *weight as u8));
        file
    }
}

fn tag(feature: u64) -> u16 {
    ((feature >> 48) as u16).max(1)
}

/// States in a row that is as long as the registers like it.
const LANES: usize = STATES.next_multiple_of(4);

/// The best labels of a text, found token by token.
pub(super) struct Path<'t> {
    table: &'t Table<'t>,
    /// The score of the best way to each label of the last token.
    best: [f32; LANES],
    /// For each token where the label before is: [`PUSHED`] for one that may have any label, else what
    /// it is before *outside*.
    from: Vec<u32>,
    /// For each token that may have any label, the label before by its label.
    rows: Vec<[u32; LANES]>,
}

const PUSHED: u32 = u32::MAX;

impl<'t> Path<'t> {
    pub(super) fn new(table: &'t Table<'t>, tokens: usize) -> Self {
        let from = Vec::with_capacity(tokens);
        Self { table, best: [0.0; LANES], from, rows: Vec::new() }
    }

    /// Adds a token with what speaks for its labels.
    pub(super) fn push(&mut self, sums: &Sums) {
        let steps = &self.table.steps;
        let mut best = steps[STATES];
        let mut from = [0; LANES];
        if !self.from.is_empty() {
            best = [NEVER; LANES];
            for (before, (score, steps)) in (0_u32..).zip(self.best[..STATES].iter().zip(steps)) {
                if *score <= NEVER {
                    continue;
                }
                for label in 0..LANES {
                    let score = score + steps[label];
                    let better = score > best[label];
                    best[label] = if better { score } else { best[label] };
                    from[label] = if better { before } else { from[label] };
                }
            }
        }
        for (score, sum) in best[1..].iter_mut().zip(&sums.0) {
            *score += *sum as f32 * self.table.scale;
        }
        self.best = best;
        self.from.push(PUSHED);
        self.rows.push(from);
    }

    /// Adds a token that is no part of a name.
    pub(super) fn push_outside(&mut self) {
        let steps = &self.table.steps;
        match self.from.last() {
            // Most tokens are beside others of their kind.
            Some(last) if *last != PUSHED => {
                self.best[0] += steps[0][0];
                self.from.push(0);
                return;
            }
            Some(_) => {}
            None => {
                self.best = [NEVER; LANES];
                self.best[0] = steps[STATES][0];
                self.from.push(0);
                return;
            }
        }
        let (mut outside, mut from) = (NEVER, 0);
        for (before, (score, steps)) in (0_u32..).zip(self.best[..STATES].iter().zip(steps)) {
            if score + steps[0] > outside {
                (outside, from) = (score + steps[0], before);
            }
        }
        self.best = [NEVER; LANES];
        self.best[0] = outside;
        self.from.push(from);
    }

    /// The labels of the best path.
    pub(super) fn best(&self) -> Vec<u8> {
        let mut labels = vec![0; self.from.len()];
        let last = (0..STATES).max_by(|a, b| self.best[*a].total_cmp(&self.best[*b]));
        let mut label = last.unwrap_or_default() as u32;
        let mut rows = self.rows.iter().rev();
        for (place, from) in labels.iter_mut().zip(&self.from).rev() {
            *place = label as u8;
            label = match *from {
                PUSHED => rows.next().map_or(0, |row| row[label as usize]),
                from => from,
            };
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> [[f32; STATES]; STATES + 1] {
        let mut seed = 7_u32;
        std::array::from_fn(|_| {
            std::array::from_fn(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 16) as f32 / 32_768.0 - 1.0
            })
        })
    }

    #[test]
    fn what_is_written_is_read_and_small_weights_are_left_out() {
        let row = |first: f32| std::array::from_fn(|at| if at == 0 { first } else { 0.0 });
        let features =
            [(3, row(1.27)), (1 << 60 | 3, row(-0.5)), (9, row(0.004)), (u64::MAX, row(0.1))];
        let file = Table::write(&steps(), &features);
        let mut turned = features;
        turned.reverse();
        assert_eq!(file, Table::write(&steps(), &turned));
        let table = Table::read(&file).unwrap();
        for (feature, want) in [(3, 127), (1 << 60 | 3, -50), (9, 0), (u64::MAX, 10), (4, 0)] {
            let mut sums = Sums::default();
            table.add(feature, &mut sums);
            assert_eq!(sums.0[0], want, "{feature}");
        }
        for broken in [&file[..file.len() - 1], &file[1..], &[], &file[..40]] {
            assert!(Table::read(broken).is_none());
        }
    }

    #[test]
    fn the_best_path_is_the_best_of_all() {
        let file = Table::write(&steps(), &[(1, [0.3; LABELS])]);
        let table = Table::read(&file).unwrap();
        let sums = |token: usize| {
            Sums(std::array::from_fn(|label| ((token * 31 + label * 17) % 23) as i32 * 40 - 400))
        };
        let score = |path: &[u8]| {
            let step = |at: usize| match at {
                0 => table.steps[STATES][usize::from(path[0])],
                _ => table.steps[usize::from(path[at - 1])][usize::from(path[at])],
            };
            let own = |at: usize| match usize::from(path[at]) {
                0 => 0.0,
                label => sums(at).0[label - 1] as f32 * table.scale,
            };
            (0..path.len()).map(|at| step(at) + own(at)).sum::<f32>()
        };
        let mut path = Path::new(&table, 3);
        (0..3).for_each(|token| path.push(&sums(token)));
        let found = path.best();
        let labels = || 0..STATES as u8;
        let all =
            labels().flat_map(|a| labels().flat_map(move |b| labels().map(move |c| [a, b, c])));
        let best = all.map(|path| score(&path)).fold(f32::MIN, f32::max);
        assert!((score(&found) - best).abs() < 1e-3, "{found:?}");

        // The same where some tokens can be no part of a name.
        for outside in 0..1_u32 << 6 {
            let is_outside = |token: usize| outside >> token & 1 == 1;
            if (0..6).filter(|token| !is_outside(*token)).count() > 2 {
                continue;
            }
            let mut path = Path::new(&table, 6);
            let mut all = vec![Vec::new()];
            for token in 0..6 {
                let ways: Vec<u8> = if is_outside(token) { vec![0] } else { labels().collect() };
                all = all
                    .iter()
                    .flat_map(|before: &Vec<u8>| {
                        ways.iter().map(move |way| [before.as_slice(), &[*way]].concat())
                    })
                    .collect();
                if is_outside(token) { path.push_outside() } else { path.push(&sums(token)) }
            }
            let found = path.best();
            let best = all.iter().map(|path| score(path)).fold(f32::MIN, f32::max);
            assert!(all.contains(&found), "{outside:b}: {found:?}");
            assert!((score(&found) - best).abs() < 1e-3, "{outside:b}: {found:?}");
        }
        assert!(Path::new(&table, 0).best().is_empty());
    }

    #[test]
    fn labels_are_parts_of_types() {
        let names: Vec<String> = (0..4).map(label_name).collect();
        assert_eq!(names, ["O", "B-person", "I-person", "B-organization"]);
        assert_eq!(part(STATES as u8 - 1), Some((EntityType::Work, false)));
    }
}
