//! What was learned of a taxonomy's sectors: the model, and the file that keeps it.
//!
//! A sector that terms speak for is a candidate. The calibrator, one linear model for all sectors,
//! makes of what the rules found how likely the candidate is; each sector and each term may shift
//! that a little. Words speak too, for sectors with enough labels to learn words from, with part of
//! the weight that the labels give them: the news that teaches is not the news that comes. Where no
//! term does, words alone may lift a sector, judged by a calibrator of their own.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use super::words::Words;
use crate::tag::SectorId;

/// What the calibrator looks at; see [`Speaking::inputs`].
pub(super) const INPUTS: usize = 13;

/// What is looked at where no term speaks; see [`Lifting::inputs`].
pub(super) const LIFT_INPUTS: usize = 5;

/// The sum of words from which on they may lift a sector that no term speaks for.
pub(super) const LEAST_LIFT: f32 = -1.0;

/// What the rules found for a candidate, and what else is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Speaking {
    /// The rules' score.
    pub(super) score: f32,
    /// Strong terms, weak ones, and strong ones that are phrases, names or acronyms.
    pub(super) strong: u32,
    pub(super) weak: u32,
    pub(super) specific: u32,
    /// What the headline gives, and the article's other passages.
    pub(super) headline: f32,
    pub(super) article: f32,
    /// The best score of any candidate, of those below this one, and of strangers to it.
    pub(super) best: f32,
    pub(super) below: f32,
    pub(super) strangers: f32,
    /// What words say, where any were learned.
    pub(super) words: Option<f32>,
}

impl Speaking {
    /// The numbers that the calibrator weighs.
    pub(super) fn inputs(&self) -> [f32; INPUTS] {
        let count = |terms: u32| terms.min(3) as f32;
        [
            1.0,
            self.score.min(6.0),
            f32::from(u8::from(self.strong > 0)),
            count(self.strong),
            count(self.weak),
            count(self.specific),
            self.headline.min(3.0),
            self.article.min(2.0),
            self.score / self.best.max(f32::MIN_POSITIVE),
            self.below.min(4.0),
            (self.strangers - self.score).clamp(0.0, 4.0),
            self.words.unwrap_or_default().clamp(-3.0, 3.0) / 2.0,
            f32::from(u8::from(self.words.is_some())),
        ]
    }
}

/// What is known of a sector that no term of the passage speaks for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Lifting {
    /// What words say.
    pub(super) words: f32,
    /// What the headline gives.
    pub(super) headline: f32,
    /// Whether a sector below it is a candidate, or one above.
    pub(super) has_below: bool,
    pub(super) has_above: bool,
}

impl Lifting {
    /// The numbers that are weighed.
    pub(super) fn inputs(&self) -> [f32; LIFT_INPUTS] {
        let flag = |is: bool| f32::from(u8::from(is));
        let headline = self.headline.min(1.5);
        [1.0, self.words, headline, flag(self.has_below), flag(self.has_above)]
    }
}

/// From 0 to 1: how likely `inputs` are, shifted by `shift`.
pub(super) fn likelihood<const N: usize>(weights: &[f32; N], inputs: &[f32; N], shift: f32) -> f32 {
    let sum: f32 = weights.iter().zip(inputs).map(|(weight, input)| weight * input).sum();
    1.0 / (1.0 + (-sum - shift).exp())
}

/// What words with these weights together say in a text of so many words.
pub(super) fn said(sum: f32, words: u32) -> f32 {
    sum / (words.max(1) as f32).sqrt()
}

/// A sector that was labelled often enough to be learned.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) id: SectorId,
    /// How much likelier it is than what speaks for it.
    pub(super) shift: f32,
    /// Whether words were learned for it.
    pub(super) has_words: bool,
}

/// Learned weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Model {
    /// How likely a tag must be.
    pub(super) least: f32,
    pub(super) calibrator: [f32; INPUTS],
    pub(super) lift: [f32; LIFT_INPUTS],
    /// The sectors it knows; words name them by their place.
    pub(super) sectors: Vec<Known>,
    /// How much likelier a term makes its sector than its strength says.
    pub(super) terms: BTreeMap<(SectorId, String), f32>,
    pub(super) words: Words,
    /// Tells one model from another.
    pub(super) fingerprint: u64,
}

/// A line of a model that cannot be read, from 1, and what was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) line: usize,
    pub(super) wanted: &'static str,
}

impl Model {
    /// A hash of its file.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Tells whether words that say so much may lift a sector of which the headline gives so much,
    /// whatever else is known of it: a quick look that few sectors of a passage pass. `false` is
    /// certain.
    pub(super) fn may_lift(&self) -> impl Fn(f32, f32) -> bool + '_ {
        /// More than rounding can do.
        const MARGIN: f32 = 0.01;
        // Sums beyond are certain, as far as numbers tell.
        const CERTAIN: f32 = 10.0;
        let enough = (self.least / (1.0 - self.least)).ln().min(CERTAIN) - MARGIN;
        let (has_below, has_above) = (self.lift[3] > 0.0, self.lift[4] > 0.0);
        move |words, headline| {
            let most = Lifting { words, headline, has_below, has_above }.inputs();
            let sum: f32 = self.lift.iter().zip(most).map(|(weight, input)| weight * input).sum();
            enough.is_nan() || sum >= enough
        }
    }

    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// The first line that is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, BadLine> {
        let mut model = Self { fingerprint: xxh3_64(text.as_bytes()), ..Self::default() };
        let mut words = Vec::new();
        let mut seen = [false; 3];
        for (line, text) in (1..).zip(text.lines()) {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let cells: Vec<&str> = text.split('\t').collect();
            let bad = |wanted| BadLine { line, wanted };
            match cells[..] {
                ["least", least] => {
                    seen[0] = true;
                    [model.least] = numbers(&[least]).ok_or(bad("a number"))?;
                }
                ["calibrator", ref cells @ ..] => {
                    seen[1] = true;
                    model.calibrator = numbers(cells).ok_or(bad("13 numbers"))?;
                }
                ["lift", ref cells @ ..] => {
                    seen[2] = true;
                    model.lift = numbers(cells).ok_or(bad("5 numbers"))?;
                }
                ["sector", id, shift, words] => {
                    let wanted = bad("a sector's id, its shift, and `words` or `-`");
                    let id = SectorId::new(id).ok_or(wanted)?;
                    let [shift] = numbers(&[shift]).ok_or(wanted)?;
                    model.sectors.push(Known { id, shift, has_words: words == "words" });
                }
                ["term", id, term, weight] => {
                    let wanted = bad("a sector's id, a term and its weight");
                    let id = SectorId::new(id).ok_or(wanted)?;
                    let [weight] = numbers(&[weight]).ok_or(wanted)?;
                    model.terms.insert((id, term.to_owned()), weight / 100.0);
                }
                ["word", key, weights] => {
                    let weights = pairs(weights, model.sectors.len())
                        .ok_or(bad("a word and `sector:weight` pairs"))?;
                    words.push((key.to_owned(), weights));
                }
                _ => {
                    return Err(bad(
                        "`least`, `calibrator`, `lift`, `sector`, `term` or `word`, and its cells",
                    ));
                }
            }
        }
        if seen != [true; 3] {
            return Err(BadLine { line: 1, wanted: "`least`, `calibrator` and `lift`" });
        }
        words.sort_by(|a, b| a.0.cmp(&b.0));
        words.dedup_by(|a, b| a.0 == b.0);
        model.words = Words::new(words);
        Ok(model)
    }

    /// The file of a model: the same bytes for the same weights. Words of no weight are left out.
    pub(super) fn render(&self) -> String {
        let mut out = String::from(
            "# What `pressmark sectors learn` learned of labelled passages; it writes this file.\n\
             # Weights of words and terms are in hundredths.\n",
        );
        let decimals = |weights: &[f32]| {
            let cells: Vec<String> = weights.iter().map(|weight| format!("{weight:.4}")).collect();
            cells.join("\t")
        };
        let mut line = |cells: &[&str]| {
            out.push_str(&cells.join("\t"));
            out.push('\n');
        };
        line(&["least", &decimals(&[self.least])]);
        line(&["calibrator", &decimals(&self.calibrator)]);
        line(&["lift", &decimals(&self.lift)]);
        for Known { id, shift, has_words } in &self.sectors {
            let words = if *has_words { "words" } else { "-" };
            line(&["sector", id.as_str(), &decimals(&[*shift]), words]);
        }
        for ((id, term), weight) in &self.terms {
            let weight = hundredths(*weight).to_string();
            line(&["term", id.as_str(), term, &weight]);
        }
        for (key, weights) in self.words.all() {
            let weights = weights.iter().filter(|(_, weight)| hundredths(*weight) != 0.0);
            let pairs: Vec<String> = weights
                .map(|(sector, weight)| format!("{sector}:{}", hundredths(*weight)))
                .collect();
            if !pairs.is_empty() {
                line(&["word", key, &pairs.join(" ")]);
            }
        }
        out
    }
}

fn hundredths(weight: f32) -> f32 {
    // There is a zero below zero, too, and it is written with a sign.
    (weight * 100.0).round() + 0.0
}

fn numbers<const N: usize>(cells: &[&str]) -> Option<[f32; N]> {
    let numbers: Option<Vec<f32>> =
        cells.iter().map(|cell| cell.parse().ok().filter(|n: &f32| n.is_finite())).collect();
    numbers?.try_into().ok()
}

fn pairs(cell: &str, sectors: usize) -> Option<Vec<(u16, f32)>> {
    cell.split(' ')
        .map(|pair| {
            let (sector, weight) = pair.split_once(':')?;
            let sector: u16 = sector.parse().ok().filter(|at| usize::from(*at) < sectors)?;
            let [weight] = numbers(&[weight])?;
            Some((sector, weight / 100.0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_quick_look_hides_no_sector(
            least in prop_oneof![0.0..=1.0_f32, Just(1.0_f32)],
            lift in [-6.0..6.0_f32, 0.0..6.0_f32, -4.0..4.0_f32, -2.0..2.0_f32, -2.0..2.0_f32],
            words in -4.0..6.0_f32,
            headline in 0.0..3.0_f32,
            (has_below, has_above) in any::<(bool, bool)>(),
        ) {
            let model = Model { least, lift, ..Model::default() };
            let inputs = Lifting { words, headline, has_below, has_above }.inputs();
            let is_lifted = likelihood(&lift, &inputs, 0.0) >= least;
            prop_assert!(model.may_lift()(words, headline) || !is_lifted);
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = "least\t0.4\ncalibrator\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\nlift\t0\t0\t0\t0\t0\n\
                    sector\tenergy\t0.5\twords\n";
        let model = Model::parse(good).unwrap();
        assert_eq!(model.sectors[0].id.as_str(), "energy");
        assert_ne!(model.fingerprint(), Model::parse(&format!("{good}#\n")).unwrap().fingerprint());
        for (more, wanted) in [
            ("sector\tBig Oil\t1\t-", "a sector's id, its shift, and `words` or `-`"),
            ("sector\tenergy\tNaN\t-", "a sector's id, its shift, and `words` or `-`"),
            ("term\tenergy\toil\tmuch", "a sector's id, a term and its weight"),
            ("word\toil\t1:3", "a word and `sector:weight` pairs"),
            ("word\toil\t", "a word and `sector:weight` pairs"),
            ("lift\t1", "5 numbers"),
            (
                "weight\t1",
                "`least`, `calibrator`, `lift`, `sector`, `term` or `word`, and its cells",
            ),
        ] {
            let text = format!("{good}{more}\n");
            assert_eq!(Model::parse(&text), Err(BadLine { line: 5, wanted }), "{more}");
        }
        let wanted = "`least`, `calibrator` and `lift`";
        assert_eq!(Model::parse("least\t0.4"), Err(BadLine { line: 1, wanted }));
    }
}
