//! What a taxonomy misses: phrases of passages without a sector, as rules that would tag them.
//!
//! A phrase is proposed for the sector of which it speaks elsewhere: in passages that have it besides,
//! in the article's other passages, and by sharing stems with the sector's terms. How often it
//! stands in passages without a sector, and in how many articles, says what it would add. Terms of
//! another taxonomy that this one lacks are proposed as they are. No model, no state.

mod phrases;
mod telling;

use std::collections::HashMap;
use std::num::NonZeroUsize;

use telling::{Candidates, Frequent, Phrase, Shares, Stems};
use xxhash_rust::xxh3::xxh3_64;

use super::ordered::in_order;
use crate::article::{ArticleId, Lang};
use crate::engine::{Engine, EngineError};
use crate::passage::{PassageId, Span};
use crate::tag::{SectorId, TaggedArticle};
use crate::tagger::sectors::check::{TermFinder, has_rule_for, lacking};
use crate::tagger::sectors::{Rule, Strength, Taxonomy, Term};

/// Articles that are read in one go.
const ARTICLES_A_JOB: usize = 32;

/// In how many articles a phrase must stand that is proposed: one writer's habit is no gap.
const LEAST_ARTICLES: u32 = 2;

/// In how many passages without a sector it must stand; half of it where these are few.
const LEAST_PASSAGES: u32 = 4;

/// How many passages without a sector are few.
const FEW: u64 = 400;

/// Looks for what a taxonomy misses in an index that is tagged by it.
pub struct Gaps<'a> {
    /// What holds the articles.
    pub engine: &'a dyn Engine,
    /// What they are tagged by.
    pub taxonomy: &'a Taxonomy,
    /// Another taxonomy, whose terms are proposed where this one lacks them.
    pub known: Option<Taxonomy>,
    /// The only sector to propose rules for, with those below it.
    pub sector: Option<SectorId>,
    /// How many rules to propose at most.
    pub limit: usize,
    /// Threads that read.
    pub threads: NonZeroUsize,
}

/// A rule that would tag passages which have no sector.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The sector it most likely belongs to.
    pub sector: SectorId,
    /// The rule.
    pub rule: Rule,
    /// How many passages have no sector and would have this one.
    pub passages: u64,
    /// One of them: its id, its text, and where the term stands in it.
    pub example: (PassageId, String, Span),
    /// Whether it is a term of the other taxonomy.
    pub is_known: bool,
}

impl Gaps<'_> {
    /// The proposals, best first.
    ///
    /// # Errors
    ///
    /// What the engine gives.
    pub fn find(self) -> Result<Vec<Proposal>, EngineError> {
        let ids = self.engine.ids()?;
        let sectors: Vec<SectorId> =
            self.taxonomy.sectors().map(|sector| sector.id.clone()).collect();
        let frequent = self.frequent(&ids)?;
        let mut candidates = self.weighed(&ids, frequent, &sectors)?;
        candidates.drop_pieces();
        let mut rules = self.known_rules();
        let known = rules.len();
        rules.extend(self.ranked(&candidates, &sectors));
        let mut proposals = self.proposals(&ids, rules, known)?;
        proposals.sort_by_key(|one| {
            (!one.is_known, if one.is_known { u64::MAX - one.passages } else { 0 })
        });
        proposals.truncate(self.limit);
        Ok(proposals)
    }

    fn wants(&self, sector: &SectorId) -> bool {
        self.sector.as_ref().is_none_or(|wanted| wanted.covers(sector))
    }

    fn each<R: Default + Send>(
        &self,
        ids: &[ArticleId],
        look: impl Fn(&TaggedArticle, &mut R) + Sync,
        take: &mut dyn FnMut(R),
    ) -> Result<(), EngineError> {
        in_order(
            self.threads,
            |give| {
                for ids in ids.chunks(ARTICLES_A_JOB) {
                    if give(1, ids).is_break() {
                        return;
                    }
                }
            },
            |ids: &[ArticleId]| {
                let mut seen = R::default();
                for id in ids {
                    if let Some(article) = self.engine.article(id)? {
                        look(&article, &mut seen);
                    }
                }
                Ok(seen)
            },
            &mut |seen: Result<R, EngineError>| {
                take(seen?);
                Ok(())
            },
        )
    }

    /// The phrases that stand in enough passages without a sector, numbered.
    fn frequent(&self, ids: &[ArticleId]) -> Result<Frequent, EngineError> {
        let mut counts: HashMap<u64, (u32, u32)> = HashMap::new();
        let mut untagged = 0;
        self.each(
            ids,
            |article, seen: &mut Vec<Vec<Vec<u64>>>| {
                let bare = article.passages.iter().filter(|one| one.tags.sectors.is_empty());
                seen.push(bare.map(|one| hashes(|each| phrases::each(one, each))).collect());
            },
            &mut |articles: Vec<Vec<Vec<u64>>>| {
                for passages in articles {
                    untagged += passages.len() as u64;
                    let mut all: Vec<u64> = passages.concat();
                    all.sort_unstable();
                    for same in all.chunk_by(|a, b| a == b) {
                        let (passages, articles) = counts.entry(same[0]).or_default();
                        *passages += same.len() as u32;
                        *articles += 1;
                    }
                }
            },
        )?;
        let least = if untagged < FEW { LEAST_PASSAGES / 2 } else { LEAST_PASSAGES };
        counts.retain(|_, (passages, articles)| *passages >= least && *articles >= LEAST_ARTICLES);
        let mut hashes: Vec<u64> = counts.keys().copied().collect();
        hashes.sort_unstable();
        let phrases = hashes.iter().map(|hash| Phrase { bare: counts[hash], ..Phrase::default() });
        let phrases = phrases.collect();
        Ok(Frequent { numbers: (0..).zip(hashes).map(|(n, hash)| (hash, n)).collect(), phrases })
    }

    /// What speaks for each sector where the phrases stand.
    fn weighed(
        &self,
        ids: &[ArticleId],
        frequent: Frequent,
        sectors: &[SectorId],
    ) -> Result<Candidates, EngineError> {
        let Frequent { numbers, mut phrases } = frequent;
        let number_of = |id: &SectorId| sectors.binary_search(id).ok();
        let mut tagged = 0.0;
        let mut of_sectors = vec![0.0; sectors.len()];
        self.each(
            ids,
            |article, seen: &mut Vec<Seen>| {
                let with: Vec<Vec<usize>> = article
                    .passages
                    .iter()
                    .map(|one| {
                        let mut ids: Vec<usize> =
                            one.tags.sectors.iter().filter_map(|tag| number_of(&tag.id)).collect();
                        ids.dedup();
                        ids
                    })
                    .collect();
                let around = Shares::around(&with);
                for (one, with) in article.passages.iter().zip(with) {
                    let is_bare = one.tags.sectors.is_empty();
                    let mut held: Vec<(u32, Option<String>)> = Vec::new();
                    phrases::each(one, &mut |phrase| {
                        if let Some(&number) = numbers.get(&xxh3_64(phrase.as_bytes()))
                            && !held.iter().any(|(known, _)| *known == number)
                        {
                            held.push((number, is_bare.then(|| phrase.to_owned())));
                        }
                    });
                    let lang = is_bare.then(|| article.head.lang.clone());
                    let shares = match is_bare {
                        true => around.clone(),
                        false => Shares {
                            weight: 1.0,
                            of_sectors: with.into_iter().map(|sector| (sector, 1.0)).collect(),
                        },
                    };
                    seen.push(Seen { held, lang, shares });
                }
            },
            &mut |passages: Vec<Seen>| {
                for Seen { held, lang, shares } in passages {
                    if lang.is_none() {
                        tagged += 1.0;
                        shares.of_sectors.iter().for_each(|(sector, _)| of_sectors[*sector] += 1.0);
                    }
                    for (number, text) in held {
                        phrases[number as usize].add(text, lang.as_ref(), &shares);
                    }
                }
            },
        )?;
        let shares = of_sectors.iter().map(|of: &f32| (of / f32::max(tagged, 1.0)).max(0.002));
        Ok(Candidates { numbers, phrases, shares: shares.collect() })
    }

    /// The rules of the phrases that are most telling and frequent, best first.
    fn ranked(&self, candidates: &Candidates, sectors: &[SectorId]) -> Vec<(SectorId, Rule)> {
        let stems = Stems::of(self.taxonomy, sectors);
        let mut scored: Vec<(f32, usize, &Phrase)> = Vec::new();
        for phrase in candidates.phrases.iter().filter(|phrase| !phrase.text.is_empty()) {
            let shared = stems.shared(&phrase.text);
            let wanted = (0..sectors.len()).filter(|&sector| self.wants(&sectors[sector]));
            let scores = wanted.filter_map(|sector| {
                let stems = shared.get(&sector).copied().unwrap_or_default();
                let usual = candidates.shares[sector];
                let score = phrase.score(sector, usual, stems);
                (score > 0.0).then_some((score, sector, phrase))
            });
            scored.extend(scores.max_by(|a, b| a.0.total_cmp(&b.0)));
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.text.cmp(&b.2.text)));
        let mut chosen: Vec<(SectorId, Rule)> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for (_, sector, phrase) in scored {
            // Some prove to add nothing.
            if chosen.len() >= self.limit.saturating_mul(2) {
                break;
            }
            let text = candidates.family(&phrase.text);
            let plain = text.trim_end_matches('*').to_lowercase();
            if texts.iter().any(|known| known.contains(&plain) || plain.contains(known.as_str())) {
                continue;
            }
            let Ok(term) = Term::new(&text) else { continue };
            let rule = Rule { lang: phrase.lang(), strength: Strength::Strong, term };
            if !has_rule_for(self.taxonomy, &sectors[sector], &rule) {
                texts.push(plain);
                chosen.push((sectors[sector].clone(), rule));
            }
        }
        chosen
    }

    fn known_rules(&self) -> Vec<(SectorId, Rule)> {
        let known = self.known.clone().map(|known| lacking(self.taxonomy, known));
        let mut rules = known.unwrap_or_default();
        rules.retain(|(sector, _)| self.wants(sector));
        rules
    }

    /// What each rule would add; the first `known` are of the other taxonomy.
    fn proposals(
        &self,
        ids: &[ArticleId],
        rules: Vec<(SectorId, Rule)>,
        known: usize,
    ) -> Result<Vec<Proposal>, EngineError> {
        type Example = (PassageId, String, Span);
        let finder = TermFinder::new(rules.iter().map(|(_, rule)| rule));
        let mut added: Vec<(u64, Option<Example>)> = vec![(0, None); rules.len()];
        self.each(
            ids,
            |article, seen: &mut Vec<(usize, Example)>| {
                for one in article.passages.iter().filter(|one| one.tags.sectors.is_empty()) {
                    let from = seen.len();
                    let (head, passage) = (&article.head, &one.passage);
                    finder.each(&head.lang, &passage.text, |rule, span| {
                        if !seen[from..].iter().any(|(held, _)| *held == rule) {
                            let (article, ordinal) = (head.id.clone(), passage.ordinal);
                            let id = PassageId { article, ordinal };
                            seen.push((rule, (id, passage.text.clone(), span)));
                        }
                    });
                }
            },
            &mut |seen: Vec<(usize, Example)>| {
                for (rule, example) in seen {
                    added[rule].0 += 1;
                    added[rule].1.get_or_insert(example);
                }
            },
        )?;
        let known_terms: Vec<Rule> = rules
            .iter()
            .zip(&added)
            .take(known)
            .filter(|(_, (passages, _))| *passages >= u64::from(LEAST_ARTICLES))
            .map(|((_, rule), _)| rule.clone())
            .collect();
        let proposals = (0..).zip(rules).zip(added).filter_map(|((at, (sector, rule)), added)| {
            let (passages, example) = added;
            let is_known = at < known;
            let says = |known: &Rule| {
                known.term.as_str().trim_end_matches('*')
                    == rule.term.as_str().trim_end_matches('*')
            };
            let is_new = passages >= u64::from(LEAST_ARTICLES)
                && (is_known || !known_terms.iter().any(says));
            let proposal = |example| Proposal { sector, rule, passages, example, is_known };
            example.filter(|_| is_new).map(proposal)
        });
        Ok(proposals.collect())
    }
}

/// The hashes of some phrases, each once.
fn hashes(phrases: impl FnOnce(&mut dyn FnMut(&str))) -> Vec<u64> {
    let mut all = Vec::new();
    phrases(&mut |phrase| all.push(xxh3_64(phrase.as_bytes())));
    all.sort_unstable();
    all.dedup();
    all
}

/// The phrases of one passage and what speaks for sectors there.
struct Seen {
    /// Numbers of phrases, with their texts if the passage has no sector.
    held: Vec<(u32, Option<String>)>,
    /// The language, if the passage has no sector.
    lang: Option<Lang>,
    shares: Shares,
}
