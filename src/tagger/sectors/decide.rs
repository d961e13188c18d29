//! From what speaks for each sector in a passage to its tags, by the rules' score alone or by what
//! was learned.
//!
//! Sectors that were learned are judged by the model, all others by the rules, so that a sector
//! added by hand does at once what its terms say.

use std::cmp::Ordering;
use std::sync::Arc;

use super::matcher::Term;
use super::model::{Known, LEAST_LIFT, Lifting, Model, Speaking, likelihood, said};
use super::words::{Zone, each_word};
use super::{Counted, Found, SectorTagger, Strength, Use, Weights};
use crate::analysis::{Case, fold};
use crate::passage::Span;
use crate::tag::{Evidence, SectorId, SectorTag};

/// The most words that are told as evidence.
const TOLD_WORDS: usize = 3;

/// The model, by the tagger's numbers of sectors and terms.
pub(super) struct Learned {
    model: Arc<Model>,
    /// For each sector its place in the model.
    places: Vec<Option<usize>>,
    /// For each place in the model the sector.
    sectors: Vec<Option<u32>>,
    /// For each term how it shifts its sector.
    shifts: Vec<f32>,
    /// For each term whether no label has spoken of it.
    unseen: Vec<bool>,
}

impl Learned {
    pub(super) fn new(model: Arc<Model>, ids: &[SectorId], uses: &[Use], terms: &[Term]) -> Self {
        let place = |id: &SectorId| model.sectors.iter().position(|known| known.id == *id);
        let places = ids.iter().map(place).collect();
        let sector = |known: &Known| (0..).zip(ids).find(|(_, id)| **id == known.id);
        let sectors = model.sectors.iter().map(|known| Some(sector(known)?.0)).collect();
        let keys = uses.iter().zip(terms);
        let keys = keys.map(|(of, term)| (ids[of.sector as usize].clone(), term.as_str().into()));
        let learned = |key: (SectorId, String)| match model.terms.get(&key) {
            Some(shift) => (*shift, false),
            None => (0.0, true),
        };
        let (shifts, unseen) = keys.map(learned).unzip();
        Self { model, places, sectors, shifts, unseen }
    }

    fn known(&self, sector: u32) -> Option<(usize, &Known)> {
        let place = self.places[sector as usize]?;
        Some((place, &self.model.sectors[place]))
    }
}

/// What words say in one article: of each sector the model knows, headline and passages apart.
#[derive(Default)]
pub(super) struct Said {
    /// The sums of one passage after the other.
    sums: Vec<f32>,
    /// How many words each passage has, those of the headline among them.
    counts: Vec<u32>,
    headline: (Vec<f32>, u32),
}

impl Said {
    /// Reads the headline, folded, before any passage.
    pub(super) fn headline(&mut self, learned: &Learned, folded: &str) {
        let Learned { model, .. } = learned;
        self.headline.0 = vec![0.0; model.sectors.len()];
        self.headline.1 = model.words.add(Zone::Headline, folded, &mut self.headline.0);
    }

    /// Reads the next passage, folded.
    pub(super) fn passage(&mut self, learned: &Learned, folded: &str) {
        let start = self.sums.len();
        self.sums.extend_from_slice(&self.headline.0);
        let words = learned.model.words.add(Zone::Text, folded, &mut self.sums[start..]);
        self.counts.push(self.headline.1 + words);
    }

    /// What words say in a passage, by the model's places.
    pub(super) fn of(&self, passage: usize) -> (&[f32], u32) {
        let sectors = self.headline.0.len();
        let sums = self.sums.get(passage * sectors..(passage + 1) * sectors);
        (sums.unwrap_or_default(), self.counts.get(passage).copied().unwrap_or_default())
    }
}

/// What speaks for a sector in a passage, its surroundings included.
#[derive(Clone, Copy)]
pub(super) struct Scored<'f> {
    pub(super) found: &'f Found,
    pub(super) score: f32,
    pub(super) headline: f32,
    pub(super) article: f32,
    /// The label of the source that stands for it.
    named: Option<&'f str>,
}

/// All that tags are decided by in one passage.
pub(super) struct Passed<'a> {
    pub(super) text: &'a str,
    pub(super) scored: Vec<Scored<'a>>,
    pub(super) headline: &'a [Found],
    pub(super) terms: &'a [Counted],
    /// What words say, by the model's places, and how many there are.
    pub(super) said: (&'a [f32], u32),
}

impl<'a> Passed<'a> {
    /// The same if the passage were all of its article.
    pub(super) fn alone(&self, weights: Weights) -> Passed<'a> {
        let most = weights.strong + weights.more;
        let alone = |one: &Scored<'a>| {
            let score = one.score - weights.article * one.article.min(most);
            Scored { score, article: 0.0, ..*one }
        };
        Passed { scored: self.scored.iter().map(alone).collect(), ..*self }
    }
}

/// A sector, how likely it is, and the place of what speaks for it among the scored.
type Chosen = (f32, u32, Option<usize>);

impl SectorTagger {
    /// What speaks for each sector that has a term in the passage. `named` are the sectors that the
    /// source names, with its labels.
    pub(super) fn score<'f>(
        &self,
        found: &'f [Found],
        headline: &[Found],
        around: impl Fn(&Found) -> f32,
        named: &'f [(u32, String)],
    ) -> Vec<Scored<'f>> {
        let weights = self.weights;
        let most = weights.strong + weights.more;
        let scored = found.iter().map(|found| {
            let name = named.iter().find(|(sector, _)| *sector == found.sector);
            let named = name.map(|(_, label)| label.as_str());
            // A label of the source speaks for all of the article, as a strong term in its
            // headline does.
            let label = if named.is_some() { weights.strong } else { 0.0 };
            let headline = headline_of(headline, found.sector) + label;
            let article = around(found);
            let score = found.sum
                + weights.headline * headline.min(most)
                + weights.article * article.min(most);
            Scored { found, score, headline, article, named }
        });
        scored.collect()
    }

    /// The tags of a passage: the likeliest few, parents of others left out.
    pub(super) fn decide(&self, case: &Passed<'_>) -> Vec<SectorTag> {
        let mut chosen = self.by_rules(&case.scored);
        if let Some(learned) = &self.learned {
            // A sector that the source names and a term of the passage confirms needs no more; and
            // a term that no label has spoken of does what its strength says.
            chosen.retain(|(_, sector, at)| {
                learned.known(*sector).is_none()
                    || at.is_some_and(|at| {
                        let one = &case.scored[at];
                        let mut own = case.terms[one.found.terms.clone()].iter();
                        one.named.is_some() || own.any(|term| learned.unseen[term.term as usize])
                    })
            });
            chosen.iter_mut().for_each(|(score, ..)| *score = 1.0 - (-*score).exp2());
            let rest = self.by_model(learned, case);
            for one in rest {
                match chosen.iter_mut().find(|(_, sector, _)| *sector == one.1) {
                    Some(known) => known.0 = known.0.max(one.0),
                    None => chosen.push(one),
                }
            }
        }
        let id = |sector: u32| &self.ids[sector as usize];
        chosen.sort_by(|a, b| {
            b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal).then_with(|| id(a.1).cmp(id(b.1)))
        });
        // A child says more than its parent; but weak terms and words are no reason to be so exact
        // when the parent has a strong term.
        let is_strong = |at: Option<usize>| at.is_some_and(|at| case.scored[at].found.has_strong);
        let is_guess =
            |down: u32| chosen.iter().any(|(_, up, at)| is_strong(*at) && self.is_below(*up, down));
        let exact: Vec<&Chosen> =
            chosen.iter().filter(|(_, sector, at)| is_strong(*at) || !is_guess(*sector)).collect();
        let is_parent = |up: u32| exact.iter().any(|(_, down, _)| self.is_below(up, *down));
        exact
            .iter()
            .filter(|(_, sector, _)| !is_parent(*sector))
            .map(|&&(score, sector, at)| SectorTag {
                id: id(sector).clone(),
                score,
                evidence: self.evidence(case, sector, at.map(|at| &case.scored[at])),
            })
            .filter(|tag| !tag.evidence.is_empty())
            .take(self.weights.most as usize)
            .collect()
    }

    /// What the rules decide by their score.
    fn by_rules(&self, scored: &[Scored<'_>]) -> Vec<Chosen> {
        let weights = self.weights;
        let best = scored.iter().map(|one| one.score.min(weights.ceiling)).fold(0.0, f32::max);
        let enough = |one: &Scored<'_>| {
            one.score >= weights.least
                && (best < weights.least || one.score >= weights.share * best)
        };
        let kept = scored.iter().enumerate().filter(|(_, one)| enough(one));
        kept.map(|(at, one)| (one.score, one.found.sector, Some(at))).collect()
    }

    /// What the model decides, of the sectors it knows.
    fn by_model(&self, learned: &Learned, case: &Passed<'_>) -> Vec<Chosen> {
        let Learned { model, shifts, .. } = learned;
        let mut chosen = Vec::new();
        for (at, one) in case.scored.iter().enumerate() {
            let Some((_, known)) = learned.known(one.found.sector) else { continue };
            let inputs = self.speaking(case, at).inputs();
            let own = &case.terms[one.found.terms.clone()];
            let shift: f32 = own.iter().map(|term| shifts[term.term as usize]).sum();
            let likely = likelihood(&model.calibrator, &inputs, known.shift + shift);
            if likely >= model.least {
                chosen.push((likely, one.found.sector, Some(at)));
            }
        }
        let may_lift = model.may_lift();
        for (place, sector) in learned.sectors.iter().enumerate() {
            let Some(sector) = *sector else { continue };
            if !model.sectors[place].has_words {
                continue;
            }
            let words = said(case.said.0[place], case.said.1);
            if words <= LEAST_LIFT {
                continue;
            }
            if !may_lift(words, headline_of(case.headline, sector)) {
                continue;
            }
            let Some(lifting) = self.lifting(case, sector) else { continue };
            let inputs = Lifting { words, ..lifting }.inputs();
            let likely = likelihood(&model.lift, &inputs, 0.0);
            if likely >= model.least {
                chosen.push((likely, sector, None));
            }
        }
        chosen
    }

    /// What the calibrator looks at for one that is scored.
    pub(super) fn speaking(&self, case: &Passed<'_>, at: usize) -> Speaking {
        let one = &case.scored[at];
        let sector = one.found.sector;
        let mut speaking = Speaking {
            score: one.score,
            headline: one.headline,
            article: one.article,
            words: self.learned.as_ref().and_then(|learned| learned.words(case.said, sector)),
            ..Speaking::default()
        };
        for other in &case.scored {
            speaking.best = speaking.best.max(other.score);
            if self.is_below(sector, other.found.sector) {
                speaking.below = speaking.below.max(other.score);
            } else if other.found.sector != sector && !self.is_below(other.found.sector, sector) {
                speaking.strangers = speaking.strangers.max(other.score);
            }
        }
        for term in &case.terms[one.found.terms.clone()] {
            match self.uses[term.term as usize] {
                Use { strength: Strength::Strong, specific, .. } => {
                    speaking.strong += 1;
                    speaking.specific += u32::from(specific);
                }
                _ => speaking.weak += 1,
            }
        }
        speaking
    }

    /// What is looked at for a sector that no term speaks for, but for the words; `None` if one does.
    pub(super) fn lifting(&self, case: &Passed<'_>, sector: u32) -> Option<Lifting> {
        let (mut has_below, mut has_above) = (false, false);
        for one in &case.scored {
            if one.found.sector == sector {
                return None;
            }
            has_below |= self.is_below(sector, one.found.sector);
            has_above |= self.is_below(one.found.sector, sector);
        }
        let headline = headline_of(case.headline, sector);
        Some(Lifting { headline, has_below, has_above, ..Lifting::default() })
    }

    /// Whether `down` is a sector below `up`.
    fn is_below(&self, up: u32, down: u32) -> bool {
        let mut at = self.parents[down as usize];
        while let Some(parent) = at {
            if parent == up {
                return true;
            }
            at = self.parents[parent as usize];
        }
        false
    }

    /// The terms that speak for a sector, and the words where the terms would not do by the rules.
    fn evidence(&self, case: &Passed<'_>, sector: u32, one: Option<&Scored<'_>>) -> Vec<Evidence> {
        let Some(one) = one else { return self.words(case.text, sector) };
        let weights = self.weights;
        let company = if one.found.has_strong || one.found.sum >= weights.least {
            String::new()
        } else if let Some(label) = one.named {
            format!(" + source: {label}")
        } else if one.score < weights.least {
            " + words".to_owned()
        } else if weights.headline * one.headline >= weights.article * one.article {
            " + headline".to_owned()
        } else {
            " + article".to_owned()
        };
        let terms = case.terms[one.found.terms.clone()].iter();
        let mut evidence: Vec<Evidence> =
            terms.map(|counted| self.told(counted, &company)).collect();
        if company == " + words" {
            evidence.extend(self.words(case.text, sector));
        }
        evidence
    }

    fn told(&self, counted: &Counted, company: &str) -> Evidence {
        let strength = self.uses[counted.term as usize].strength;
        let term: &Term = self.matcher.term(counted.term);
        let rule = [strength.as_str(), ": ", term.as_str(), company].concat();
        Evidence { rule, span: counted.span }
    }

    /// The words of a passage that speak most for a sector, each where it stands first.
    fn words(&self, text: &str, sector: u32) -> Vec<Evidence> {
        let Some(learned) = &self.learned else { return Vec::new() };
        let Some((place, _)) = learned.known(sector) else { return Vec::new() };
        let folded = fold(text, Case::Lower);
        let mut told: Vec<(f32, usize, &str)> = Vec::new();
        each_word(&folded.text, |word, at| {
            let weights = learned.model.words.get(Zone::Text, word).iter();
            let weight = weights.filter(|(to, _)| usize::from(*to) == place).map(|(_, w)| *w).sum();
            if weight > 0.0 && !told.iter().any(|(_, _, known)| *known == word) {
                told.push((weight, at, word));
            }
        });
        told.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        told.truncate(TOLD_WORDS);
        let evidence = told.into_iter().filter_map(|(_, at, word)| {
            let (from, to) = folded.original(at, at + word.len());
            Some(Evidence { rule: format!("word: {word}"), span: Span::new(text, from, to)? })
        });
        evidence.collect()
    }
}

impl Learned {
    /// What words say for a sector of the tagger.
    fn words(&self, (sums, count): (&[f32], u32), sector: u32) -> Option<f32> {
        let (place, known) = self.known(sector)?;
        let sum = sums.get(place).filter(|_| known.has_words)?;
        Some(said(*sum, count))
    }
}

fn headline_of(headline: &[Found], sector: u32) -> f32 {
    headline.iter().find(|one| one.sector == sector).map_or(0.0, |one| one.sum)
}
