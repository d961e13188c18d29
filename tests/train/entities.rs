//! Learns the models of the entity tagger from labelled passages, and says what they are worth.
//!
//!     cargo run --release --example learn_entities -- [--folds N] [--out DIR] GOLD…
//!
//! GOLD are files as `pressmark eval entities` reads them. With `--folds` articles are parted into N
//! groups, each is tagged by models learned from the others, and the scores are printed by file;
//! with `--out` models of all articles are written. The same labels give the same models, to the byte.

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

mod crf;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use pressmark::article::Lang;
use pressmark::eval::entities::{self, Gold};
use pressmark::eval::{Score, bio};
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::entities::model::{LABELS, Models, NEVER, STATES, Sequence, Table};

/// Strength of the penalty on the squares of weights.
const PENALTY: f64 = 0.15;

/// Rounds of the optimizer at most; more change little.
const ROUNDS: usize = 120;

/// How often a feature must be met, in Latin letters and in Chinese, where one of a few characters
/// is met once by chance more often.
const LEAST: [u32; 2] = [1, 2];

/// Features whose weights are all nearer to 0 are left out.
const LEAST_WEIGHT: f32 = 0.04;

/// One passage: its article's number, what the model sees and what it should say.
struct Example {
    article: String,
    sequence: Sequence,
    labels: Vec<usize>,
}

fn main() -> Result<()> {
    let (mut folds, mut out, mut files) = (None, None, Vec::new());
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--folds" => folds = Some(args.next().context("how many folds?")?.parse::<u64>()?),
            "--out" => out = Some(PathBuf::from(args.next().context("which folder?")?)),
            _ => files.push(arg),
        }
    }
    if files.is_empty() {
        bail!("which labelled passages?");
    }
    let sets: Vec<(String, Vec<Gold>)> =
        files.iter().map(|file| Ok((file.clone(), read(file)?))).collect::<Result<_>>()?;
    let examples: Vec<Example> =
        sets.iter().flat_map(|(file, gold)| examples(file, gold)).collect();
    if let Some(folds) = folds {
        cross_validate(&sets, &examples, folds);
    }
    if let Some(out) = out {
        for (name, han) in [("latin.crf", false), ("han.crf", true)] {
            let chosen = examples.iter().filter(|one| one.sequence.han == han);
            let Some(model) = learn(chosen) else { continue };
            println!("{name}: {} bytes", model.len());
            fs::write(out.join(name), model)?;
        }
    }
    Ok(())
}

fn read(file: &str) -> Result<Vec<Gold>> {
    let text = fs::read_to_string(file).with_context(|| file.to_owned())?;
    if !bio::looks_like(&text) {
        return Ok(entities::parse(file, &text)?);
    }
    Ok(bio::parse(file, &text, &Lang::new("en"), &bio::Types::default())?.gold)
}

fn examples(file: &str, gold: &[Gold]) -> Vec<Example> {
    let tagger = EntityTagger::default();
    let mut all = Vec::new();
    for (head, passages, golds) in entities::articles(gold) {
        for (sequence, one) in tagger.sequences(&head, &passages).into_iter().zip(golds) {
            let labels = labels(&sequence, one);
            all.push(Example { article: format!("{file}/{}", one.article), sequence, labels });
        }
    }
    all
}

/// The label of each token.
fn labels(sequence: &Sequence, gold: &Gold) -> Vec<usize> {
    let mut labels = vec![0; sequence.tokens.len()];
    for mention in &gold.mentions {
        let (from, to) = (mention.span.start as usize, mention.span.end as usize);
        let mut label = 1 + 2 * mention.kind as usize;
        for (at, (start, end, features)) in sequence.tokens.iter().enumerate() {
            // A token that can be no part of a name stays outside.
            if *start < to && *end > from && labels[at] == 0 && !features.is_empty() {
                labels[at] = label;
                label = 2 + 2 * mention.kind as usize;
            }
        }
    }
    labels
}

/// Trains on `examples` and gives the model's file; `None` without any.
fn learn<'e>(examples: impl Iterator<Item = &'e Example>) -> Option<Vec<u8>> {
    let examples: Vec<&Example> = examples.filter(|one| !one.labels.is_empty()).collect();
    let least = LEAST[usize::from(examples.first()?.sequence.han)];
    let mut met: HashMap<u64, u32> = HashMap::new();
    for features in examples.iter().flat_map(|one| &one.sequence.tokens).map(|token| &token.2) {
        features.iter().for_each(|feature| *met.entry(*feature).or_default() += 1);
    }
    let mut known: Vec<u64> =
        met.into_iter().filter(|(_, times)| *times >= least).map(|(feature, _)| feature).collect();
    known.sort_unstable();
    let number = |feature: &u64| known.binary_search(feature).ok().map(|at| at as u32);
    let sequences: Vec<crf::Sequence> = examples
        .iter()
        .map(|one| crf::Sequence {
            features: one
                .sequence
                .tokens
                .iter()
                .map(|(_, _, features)| features.iter().filter_map(number).collect())
                .collect(),
            labels: one.labels.clone(),
        })
        .collect();
    let field = crf::Field::<STATES>::learn(&sequences, known.len(), PENALTY, ROUNDS);
    let mut steps = [[0.0; STATES]; STATES + 1];
    steps[..STATES].copy_from_slice(&field.steps);
    // A further token follows only a token of the same name.
    for (from, row) in steps.iter_mut().enumerate() {
        for inside in (2..STATES).step_by(2) {
            if from != inside && from != inside - 1 {
                row[inside] = NEVER;
            }
        }
    }
    let rows = known
        .iter()
        .zip(&field.features)
        .map(|(feature, row)| (*feature, std::array::from_fn(|at| row[at + 1] - row[0])));
    let heavy = |(_, row): &(u64, [f32; LABELS])| row.iter().any(|x| x.abs() >= LEAST_WEIGHT);
    let rows: Vec<_> = rows.filter(heavy).collect();
    println!("{} sequences, {} features, {} kept", sequences.len(), known.len(), rows.len());
    Some(Table::write(&steps, &rows))
}

fn cross_validate(sets: &[(String, Vec<Gold>)], examples: &[Example], folds: u64) {
    let fold = |article: &str| {
        // Translations of an article fall into one fold.
        let name = article.rsplit('/').next().unwrap_or(article);
        xxhash_rust::xxh3::xxh3_64(name.as_bytes()) % folds
    };
    let mut counts: BTreeMap<(String, String), [usize; 3]> = BTreeMap::new();
    for held in 0..folds {
        let model = |han: bool| -> Option<Table<'static>> {
            let chosen =
                examples.iter().filter(|one| one.sequence.han == han && fold(&one.article) != held);
            Table::read(Vec::leak(learn(chosen)?))
        };
        let models = Models { latin: model(false), han: model(true) };
        let tagger = EntityTagger::new(Box::leak(Box::new(models)));
        for (file, gold) in sets {
            let held_out = |one: &&Gold| fold(&format!("{file}/{}", one.article)) == held;
            let gold: Vec<Gold> = gold.iter().filter(held_out).cloned().collect();
            let report = entities::score(&tagger, &gold);
            for (lang, score) in
                report.languages.into_iter().chain([("all".to_owned(), report.overall)])
            {
                let Score { right, missed, wrong, .. } = score;
                let sum = counts.entry((file.clone(), lang)).or_default();
                *sum = [sum[0] + right, sum[1] + missed, sum[2] + wrong];
            }
        }
    }
    for ((file, lang), [right, missed, wrong]) in counts {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        println!(
            "{file} {lang}: precision {:.3}, recall {:.3}, F1 {:.3}",
            share(right, right + wrong),
            share(right, right + missed),
            share(2 * right, 2 * right + missed + wrong),
        );
    }
}
