//! Learning: labelled passages into a [`Model`].
//!
//! Weights start from what was known before, and few labels move them little (`ridge`). Articles are parted into groups. What words say of a passage while the calibrator learns, and
//! the tags by which learning is measured, come from models that saw nothing of its group. Nothing
//! is drawn by chance: the same labels give the same model, to the byte.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::model::{INPUTS, Known, LEAST_LIFT, LIFT_INPUTS, Lifting, Model, Speaking, said};
use super::ridge::{Row, ridge};
use super::words::{Words, Zone, each_word};
use super::{Passed, SectorTagger, Taxonomy};
use crate::analysis::{Case, fold};
use crate::article::ArticleHead;
use crate::passage::Passage;
use crate::tag::{SectorId, Tags};
use crate::tagger::Tagger;

/// Articles are parted into so many groups.
const GROUPS: u8 = 5;

/// Passages that must carry a sector for it to be learned, and for words to be learned of it.
const LEAST_LABELS: usize = 3;
const LEAST_FOR_WORDS: usize = 60;

/// Passages a word must stand in to be learned, and the share of all that it may stand in at most:
/// what stands nearly everywhere says nothing.
const LEAST_PASSAGES: usize = 2;
const MOST_SHARE: f32 = 0.1;

/// Variances of the weights: of words, of the calibrators' inputs, of the shifts of sectors and
/// terms.
const WORD_VARIANCE: f64 = 10.0;
const INPUT_VARIANCE: f64 = 10.0;
const SECTOR_VARIANCE: f64 = 0.25;
const TERM_VARIANCE: f64 = 0.4;

/// Variances of words and inputs are so much smaller around weights that were learned before: of
/// many labels, which a few more should not outweigh.
const HELD: f64 = 0.05;

/// Words whose weight is nearer to 0 are left out: most are, and they change nothing.
const LEAST_WEIGHT: f64 = 0.55;

/// Rarities are in these units, so that what words say is about as large as what the rules do.
const RARITY: f32 = 5.0;

/// How much of what the labels say of words is believed. Words are of their time and their
/// publisher: on news from elsewhere they say less than the same labels promise.
const TRUST: f64 = 0.4;

/// How likely a tag must be: half the F1 that is reached, which is where F1 is best.
const LEAST: f32 = 0.39;

/// An article with labelled passages.
#[derive(Clone, Debug)]
pub struct LabelledArticle {
    /// Its head.
    pub head: ArticleHead,
    /// Articles with the same name are judged together: translations of each other.
    pub name: String,
    /// Its labelled passages, in order.
    pub passages: Vec<Passage>,
    /// The labels of each.
    pub labels: Vec<Labels>,
}

/// What people said of a passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The sectors it carries.
    pub sectors: BTreeSet<SectorId>,
    /// Sectors that it may carry: nothing is learned from them.
    pub maybe: BTreeSet<SectorId>,
}

impl Labels {
    /// Whether a sector is carried; `None` where no one knows.
    fn say(&self, id: &SectorId) -> Option<bool> {
        if self.maybe.contains(id) { None } else { Some(self.sectors.contains(id)) }
    }
}

/// What was learned, and what it is worth.
#[derive(Clone, Debug)]
pub struct Learning {
    /// The model, as a taxonomy's model file.
    pub model: String,
    /// The tags of each passage, in order, by a model that was made without its article.
    pub held_out: Vec<Tags>,
}

/// Learns from `articles` what the terms of `taxonomy` and words are worth, on top of what it has
/// learned before.
pub fn learn(taxonomy: &Taxonomy, articles: &[LabelledArticle]) -> Learning {
    let mut school = School::new(taxonomy, articles);
    let mut held_out: Vec<Vec<Tags>> =
        articles.iter().map(|one| vec![Tags::default(); one.passages.len()]).collect();
    for group in 0..GROUPS {
        let tagger = school.tagger_without(taxonomy, group);
        let judged = articles.iter().zip(&mut held_out);
        for (article, tags) in judged.filter(|(article, _)| group_of(article) == group) {
            tagger.tag(&article.head, &article.passages, tags);
        }
    }
    let model = school.model(None).render();
    Learning { model, held_out: held_out.into_iter().flatten().collect() }
}

fn group_of(article: &LabelledArticle) -> u8 {
    (xxh3_64(article.name.as_bytes()) % u64::from(GROUPS)) as u8
}

/// A labelled passage, as numbers.
struct Example {
    group: u8,
    /// For each sector whether it is carried; `None` where no one knows.
    carried: Vec<Option<bool>>,
    /// Words by their number, with how much each counts.
    words: Vec<(u32, f64)>,
    candidates: Vec<Candidate>,
    /// The other sectors.
    others: Vec<(u32, Lifting)>,
}

/// A sector that terms of the passage speak for.
struct Candidate {
    sector: u32,
    /// Without what words say.
    speaking: Speaking,
    /// The same if the article were this passage only: it may be all that an index holds of it.
    alone: Speaking,
    /// The terms, by their numbers.
    terms: Vec<u32>,
}

/// Weights of words for one sector after the other; none for those that no words are learned of.
type WordWeights = Vec<Vec<f64>>;

/// All that is learned from.
struct School {
    ids: Vec<SectorId>,
    base: Model,
    /// Whether a sector was labelled often enough to be learned, and for its words to be.
    learns: Vec<bool>,
    learns_words: Vec<bool>,
    /// Words by number: the key and the rarity.
    vocabulary: Vec<(String, f32)>,
    /// Terms by number.
    terms: Vec<(SectorId, String)>,
    examples: Vec<Example>,
    /// Weights of words by the groups that were left out.
    weights: BTreeMap<BTreeSet<u8>, WordWeights>,
    /// What the variances of words and inputs are multiplied by.
    ease: f64,
}

impl School {
    fn new(taxonomy: &Taxonomy, articles: &[LabelledArticle]) -> Self {
        let base = taxonomy.model().cloned().unwrap_or_default();
        let tagger = SectorTagger::new(taxonomy.clone().unlearned());
        let ease = if base.sectors.is_empty() { 1.0 } else { HELD };
        let mut school = Self {
            ease,
            ids: tagger.ids.clone(),
            base,
            learns: Vec::new(),
            learns_words: Vec::new(),
            vocabulary: Vec::new(),
            terms: Vec::new(),
            examples: Vec::new(),
            weights: BTreeMap::new(),
        };
        let mut numbers = HashMap::new();
        let mut texts = Vec::new();
        for article in articles {
            let mut labels = article.labels.iter();
            tagger.each(&article.head, &article.passages, &mut |passed| {
                let labels = labels.next().cloned().unwrap_or_default();
                let group = group_of(article);
                let example = school.example(&tagger, passed, &labels, group, &mut numbers);
                school.examples.push(example);
                texts.push(words_of(&article.head, passed.text));
            });
        }
        school.read_words(&texts);
        for at in 0..school.ids.len() {
            let carrying = school.examples.iter().filter(|one| one.carried[at] == Some(true));
            let carrying = carrying.count();
            let known = school.base.sectors.iter().find(|known| known.id == school.ids[at]);
            let has_words = known.is_some_and(|known| known.has_words);
            let least = if has_words { LEAST_LABELS } else { LEAST_FOR_WORDS };
            school.learns.push(carrying >= LEAST_LABELS);
            school.learns_words.push(carrying >= least);
        }
        school
    }

    fn example(
        &mut self,
        tagger: &SectorTagger,
        passed: &Passed<'_>,
        labels: &Labels,
        group: u8,
        numbers: &mut HashMap<(u32, String), u32>,
    ) -> Example {
        let mut candidates = Vec::with_capacity(passed.scored.len());
        let alone = passed.alone(tagger.weights);
        for (at, one) in passed.scored.iter().enumerate() {
            let sector = one.found.sector;
            let own = passed.terms[one.found.terms.clone()].iter();
            let terms = own.map(|counted| {
                let term = tagger.matcher.term(counted.term).as_str();
                *numbers.entry((sector, term.to_owned())).or_insert_with(|| {
                    self.terms.push((tagger.ids[sector as usize].clone(), term.to_owned()));
                    (self.terms.len() - 1) as u32
                })
            });
            candidates.push(Candidate {
                sector,
                speaking: tagger.speaking(passed, at),
                alone: tagger.speaking(&alone, at),
                terms: terms.collect(),
            });
        }
        let sectors = 0..self.ids.len() as u32;
        Example {
            group,
            carried: self.ids.iter().map(|id| labels.say(id)).collect(),
            words: Vec::new(),
            candidates,
            others: sectors
                .filter_map(|sector| Some((sector, tagger.lifting(passed, sector)?)))
                .collect(),
        }
    }

    /// Numbers the words that are worth learning, and tells each example which it has.
    fn read_words(&mut self, texts: &[Vec<String>]) {
        let mut passages: BTreeMap<&str, usize> = BTreeMap::new();
        for text in texts {
            let distinct: BTreeSet<&str> = text.iter().map(String::as_str).collect();
            distinct.into_iter().for_each(|word| *passages.entry(word).or_default() += 1);
        }
        let known: BTreeSet<&str> = self.base.words.all().map(|(key, _)| key).collect();
        let all = texts.len() as f32;
        let worth = |word: &str, count: usize| {
            known.contains(word) || count >= LEAST_PASSAGES && count as f32 <= MOST_SHARE * all
        };
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        for (&word, &count) in passages.iter().filter(|&(word, count)| worth(word, *count)) {
            let rarity = ((1.0 + all) / (1.0 + count as f32)).ln() + 1.0;
            numbers.insert(word, self.vocabulary.len() as u32);
            self.vocabulary.push((word.to_owned(), rarity / RARITY));
        }
        for (example, text) in self.examples.iter_mut().zip(texts) {
            let mut words: BTreeMap<u32, f64> = BTreeMap::new();
            for number in text.iter().filter_map(|word| numbers.get(word.as_str())) {
                let (_, rarity) = self.vocabulary[*number as usize];
                let counts = f64::from(said(rarity, text.len() as u32));
                *words.entry(*number).or_default() += counts;
            }
            example.words = words.into_iter().collect();
        }
    }

    /// A tagger that knows nothing of the articles in `group`.
    fn tagger_without(&mut self, taxonomy: &Taxonomy, group: u8) -> SectorTagger {
        let text = self.model(Some(group)).render();
        let model = Model::parse(&text).expect("a model can read what it writes");
        SectorTagger::new(Taxonomy { model: Some(Arc::new(model)), ..taxonomy.clone() })
    }

    /// The model of all examples but those in group `without`.
    fn model(&mut self, without: Option<u8>) -> Model {
        let mut words = HashMap::new();
        for group in (0..GROUPS).filter(|group| Some(*group) != without) {
            let left_out = [group].into_iter().chain(without).collect();
            words.insert(group, self.word_weights(left_out));
        }
        let chosen: Vec<&Example> =
            self.examples.iter().filter(|one| Some(one.group) != without).collect();
        let said: Vec<Vec<Option<f32>>> =
            chosen.iter().map(|one| said_in(&words[&one.group], one)).collect();
        let (calibrator, shifts, terms) = self.calibrator(&chosen, &said);
        let lift = self.lift(&chosen, &said);
        let weights = self.word_weights(without.into_iter().collect());
        self.assemble(calibrator, lift, &shifts, &terms, &weights)
    }

    /// What words weigh by the examples outside the groups `left_out`.
    fn word_weights(&mut self, left_out: BTreeSet<u8>) -> WordWeights {
        if let Some(known) = self.weights.get(&left_out) {
            return known.clone();
        }
        let count = self.vocabulary.len();
        let chosen: Vec<&Example> =
            self.examples.iter().filter(|one| !left_out.contains(&one.group)).collect();
        let mut before: Vec<Vec<f64>> = vec![vec![0.0; count + 1]; self.ids.len()];
        for (number, (key, rarity)) in self.vocabulary.iter().enumerate() {
            for (place, weight) in self.base.words.of(key) {
                let id = &self.base.sectors[usize::from(*place)].id;
                if let Ok(at) = self.ids.binary_search(id) {
                    before[at][number] = f64::from(weight / rarity);
                }
            }
        }
        let mut variances = vec![WORD_VARIANCE * self.ease; count];
        variances.push(1e4);
        let mut weights = Vec::with_capacity(self.ids.len());
        for (at, before) in before.into_iter().enumerate() {
            if !self.learns_words[at] {
                weights.push(Vec::new());
                continue;
            }
            let rows = chosen.iter().filter_map(|one| {
                let bias = [(count as u32, 1.0)];
                let features = one.words.iter().copied().chain(bias).collect();
                Some(Row { features, carried: one.carried[at]? })
            });
            let mut learned = ridge(&before, &variances, &rows.collect::<Vec<_>>());
            learned.pop();
            for weight in learned.iter_mut().filter(|weight| weight.abs() < LEAST_WEIGHT) {
                *weight = 0.0;
            }
            weights.push(learned);
        }
        self.weights.insert(left_out, weights.clone());
        weights
    }

    /// The calibrator's weights, the shift of each sector and of each term.
    fn calibrator(
        &self,
        chosen: &[&Example],
        said: &[Vec<Option<f32>>],
    ) -> ([f32; INPUTS], Vec<f32>, Vec<f32>) {
        let (sectors, terms) = (self.ids.len(), self.terms.len());
        let mut before = vec![0.0; INPUTS + sectors + terms];
        for (to, from) in before.iter_mut().zip(self.base.calibrator) {
            *to = f64::from(from);
        }
        for known in &self.base.sectors {
            if let Ok(at) = self.ids.binary_search(&known.id) {
                before[INPUTS + at] = f64::from(known.shift);
            }
        }
        for (number, term) in self.terms.iter().enumerate() {
            let known = self.base.terms.get(term).copied();
            before[INPUTS + sectors + number] = f64::from(known.unwrap_or_default());
        }
        let inputs = INPUT_VARIANCE * self.ease;
        let variances = [(INPUTS, inputs), (sectors, SECTOR_VARIANCE), (terms, TERM_VARIANCE)];
        // Each passage is there twice, so a weight is held twice as tightly.
        let variances: Vec<f64> = variances
            .into_iter()
            .flat_map(|(count, variance)| std::iter::repeat_n(variance / 2.0, count))
            .collect();
        let fit = |with_words: bool| {
            let mut rows = Vec::new();
            for (example, said) in chosen.iter().zip(said) {
                for one in &example.candidates {
                    let Some(carried) = example.carried[one.sector as usize] else { continue };
                    if !self.learns[one.sector as usize] {
                        continue;
                    }
                    let words = said[one.sector as usize].filter(|_| with_words);
                    for speaking in [one.speaking, one.alone] {
                        let inputs = Speaking { words, ..speaking }.inputs().map(f64::from);
                        let mut features: Vec<(u32, f64)> =
                            (0..).zip(inputs).filter(|(_, input)| *input != 0.0).collect();
                        features.push((INPUTS as u32 + one.sector, 1.0));
                        let first = (INPUTS + sectors) as u32;
                        features.extend(one.terms.iter().map(|term| (first + term, 1.0)));
                        rows.push(Row { features, carried });
                    }
                }
            }
            ridge(&before, &variances, &rows)
        };
        let (without, with) = (fit(false), fit(true));
        let weights: Vec<f32> = without
            .iter()
            .zip(&with)
            .map(|(without, with)| ((1.0 - TRUST) * without + TRUST * with) as f32)
            .collect();
        let mut calibrator = [0.0; INPUTS];
        calibrator.copy_from_slice(&weights[..INPUTS]);
        let (shifts, terms) = weights[INPUTS..].split_at(sectors);
        (calibrator, shifts.to_vec(), terms.to_vec())
    }

    /// The weights by which words alone are judged.
    fn lift(&self, chosen: &[&Example], said: &[Vec<Option<f32>>]) -> [f32; LIFT_INPUTS] {
        let mut rows = Vec::new();
        for (example, said) in chosen.iter().zip(said) {
            for (sector, lifting) in &example.others {
                let Some(words) = said[*sector as usize].filter(|words| *words > LEAST_LIFT) else {
                    continue;
                };
                let Some(carried) = example.carried[*sector as usize] else { continue };
                let inputs = Lifting { words, ..*lifting }.inputs();
                let features = (0..).zip(inputs.map(f64::from)).collect();
                rows.push(Row { features, carried });
            }
        }
        let before = self.base.lift.map(f64::from);
        let mut lift = [0.0; LIFT_INPUTS];
        let weights = ridge(&before, &[INPUT_VARIANCE * self.ease; LIFT_INPUTS], &rows);
        lift.iter_mut().zip(weights).for_each(|(to, from)| *to = from as f32);
        lift
    }

    /// What was learned and, of what there were no labels for, what was known before.
    fn assemble(
        &self,
        calibrator: [f32; INPUTS],
        lift: [f32; LIFT_INPUTS],
        shifts: &[f32],
        terms: &[f32],
        weights: &WordWeights,
    ) -> Model {
        let mut sectors = Vec::new();
        let mut places = BTreeMap::new();
        for (at, id) in self.ids.iter().enumerate() {
            let before = self.base.sectors.iter().find(|known| known.id == *id);
            let had_words = before.is_some_and(|known| known.has_words);
            if !self.learns[at] && before.is_none() {
                continue;
            }
            places.insert(id.clone(), sectors.len() as u16);
            let (id, has_words) = (id.clone(), had_words || self.learns_words[at]);
            sectors.push(Known { id, shift: shifts[at], has_words });
        }
        let mut words: BTreeMap<String, BTreeMap<u16, f32>> = BTreeMap::new();
        for (key, weights) in self.base.words.all() {
            for (place, weight) in weights {
                if let Some(place) = places.get(&self.base.sectors[usize::from(*place)].id) {
                    words.entry(key.to_owned()).or_default().insert(*place, *weight);
                }
            }
        }
        for (id, weights) in self.ids.iter().zip(weights).filter(|(_, all)| !all.is_empty()) {
            for ((key, rarity), weight) in self.vocabulary.iter().zip(weights) {
                let of_word = words.entry(key.clone()).or_default();
                of_word.insert(places[id], *weight as f32 * rarity);
            }
        }
        let list = |(key, weights): (String, BTreeMap<u16, f32>)| {
            (key, weights.into_iter().filter(|(_, weight)| *weight != 0.0).collect())
        };
        let mut all_terms = self.base.terms.clone();
        all_terms.extend(self.terms.iter().cloned().zip(terms.iter().copied()));
        Model {
            least: LEAST,
            calibrator,
            lift,
            sectors,
            terms: all_terms,
            words: Words::new(words.into_iter().map(list).collect()),
            ..Model::default()
        }
    }
}

/// What words say of each sector in an example; nothing of those that no words were learned of.
fn said_in(weights: &WordWeights, example: &Example) -> Vec<Option<f32>> {
    let of_one = |weights: &Vec<f64>| {
        let sum = example.words.iter().map(|(word, counts)| weights[*word as usize] * counts);
        (!weights.is_empty()).then(|| sum.sum::<f64>() as f32)
    };
    weights.iter().map(of_one).collect()
}

/// The words of a passage and its headline, as a model's file writes them.
fn words_of(head: &ArticleHead, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let headline = head.headline.as_deref().unwrap_or_default();
    for (zone, text) in [(Zone::Headline, headline), (Zone::Text, text)] {
        each_word(&fold(text, Case::Lower).text, |word, _| words.push(zone.key(word)));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, BlockKind, Lang};

    const RULES: &str = r#"
        [[sector]]
        id = "sea"
        en.strong = ["boat", "harbour"]
        en.weak = ["net"]
        [[sector]]
        id = "rare"
        en.strong = ["unseen"]
    "#;

    fn article(number: usize, texts: &[(&str, bool)]) -> LabelledArticle {
        let passage = |(ordinal, (text, _)): (u32, &(&str, bool))| Passage {
            ordinal,
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            source_lines: Vec::new(),
        };
        let sea = SectorId::new("sea").unwrap();
        let labels = |(_, is_sea): &(&str, bool)| Labels {
            sectors: is_sea.then(|| sea.clone()).into_iter().collect(),
            maybe: BTreeSet::new(),
        };
        LabelledArticle {
            head: ArticleHead {
                id: ArticleId::new(&format!("a{number}")).unwrap(),
                headline: None,
                published: None,
                lang: Lang::new("en"),
                source: None,
                url: None,
                authors: Vec::new(),
                dateline: None,
                section: None,
                source_tags: Vec::new(),
                edition: Default::default(),
                unit: Default::default(),
            },
            name: format!("a{number}"),
            passages: (0..).zip(texts).map(passage).collect(),
            labels: texts.iter().map(labels).collect(),
        }
    }

    /// `boat` is always of the sea, `harbour` never is; fishermen are, and no term says so.
    fn articles() -> Vec<LabelledArticle> {
        let one = |number| {
            let mut texts = vec![
                ("The boat came home.", true),
                ("The harbour of hope was a song.", false),
                ("Every fisherman slept.", true),
            ];
            texts.extend([("Nothing else was said here.", false); 17]);
            article(number, &texts)
        };
        (0..80).map(one).collect()
    }

    fn tags(model: &str, text: &str) -> Vec<String> {
        let text_of = Taxonomy::with_model(RULES, model, "m").unwrap();
        let tagger = SectorTagger::new(Taxonomy::from_toml(&text_of, "rules").unwrap());
        let one = article(0, &[(text, false)]);
        let mut tags = vec![Tags::default()];
        tagger.tag(&one.head, &one.passages, &mut tags);
        let told = |tag: &crate::tag::SectorTag| format!("{} {}", tag.id, tag.evidence[0].rule);
        tags[0].sectors.iter().map(told).collect()
    }

    #[test]
    fn terms_and_words_are_worth_what_the_labels_say() {
        let rules = Taxonomy::from_toml(RULES, "rules").unwrap();
        let Learning { model, held_out } = learn(&rules, &articles());
        for (text, want) in [
            ("A boat.", vec!["sea strong: boat"]),
            ("A harbour.", vec![]),
            ("The fisherman slept.", vec!["sea word: fisherman"]),
            // What no label spoke of is left to the rules.
            ("An unseen thing.", vec!["rare strong: unseen"]),
        ] {
            assert_eq!(tags(&model, text), want, "{text}\n{model}");
        }
        assert_eq!(held_out.len(), 1600);
        let given: Vec<usize> = held_out[..4].iter().map(|tags| tags.sectors.len()).collect();
        assert_eq!(given, [1, 0, 1, 0]);
    }

    #[test]
    fn the_same_labels_give_the_same_bytes() {
        let rules = Taxonomy::from_toml(RULES, "rules").unwrap();
        let model = learn(&rules, &articles()).model;
        assert_eq!(learn(&rules, &articles()).model, model);
        let read = Model::parse(&model).unwrap();
        assert_eq!(Model::parse(&read.render()).unwrap().render(), read.render());
    }

    #[test]
    fn few_labels_move_what_was_known_a_little() {
        let rules = Taxonomy::from_toml(RULES, "rules").unwrap();
        let model = learn(&rules, &articles()).model;
        let text = Taxonomy::with_model(RULES, &model, "m").unwrap();
        let learned = Taxonomy::from_toml(&text, "rules").unwrap();
        let texts = [("A boat of mine.", false), ("Their net is full.", true)];
        let odd: Vec<_> = (0..4).map(|at| article(at, &texts)).collect();
        let again = learn(&learned, &odd).model;
        assert_ne!(again, model);
        assert_eq!(tags(&again, "A boat."), ["sea strong: boat"]);
        assert_eq!(tags(&again, "The fisherman slept."), ["sea word: fisherman"]);
        assert_eq!(learn(&learned, &[]).model, model, "no labels teach nothing");
    }
}
