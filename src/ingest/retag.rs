//! Tags of what an index holds, made anew: what would change, and the change itself.
//!
//! Both are one piece of work, so that the first says what the second does. No source is read, and
//! no article is written whose tags stay as they are.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use super::fingerprint::with_taggers;
use super::ordered::in_order;
use super::{retagged, tagged_by};
use crate::article::{ArticleHead, ArticleId};
use crate::engine::{Engine, EngineError, Writer};
use crate::passage::{Passage, PassageId};
use crate::tag::{SectorId, SectorTag, TaggedArticle, Tags};
use crate::tagger::Tagger;

/// Articles that are read and tagged in one go.
const ARTICLES_A_JOB: usize = 16;

/// Which tags are made anew; the others stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Sectors.
    Sectors,
    /// Everything but sectors.
    Entities,
    /// Everything the taggers give.
    All,
}

/// Tagging anew what an index holds.
///
/// Passages stay as they were cut. An article is written if the tags of one of its passages change
/// in anything: gained or lost, or only in score or evidence; so what the index holds then is what
/// the taggers give. Memory does not grow with the index but for the ids of its articles.
pub struct Retag<'a> {
    /// What holds the articles.
    pub engine: &'a dyn Engine,
    /// The articles; all if `None`. Those that are not there are passed over.
    pub articles: Option<Vec<ArticleId>>,
    /// What tags them.
    pub taggers: &'a [Box<dyn Tagger>],
    /// Which tags the taggers make.
    pub part: Part,
    /// Threads that read and tag.
    pub threads: NonZeroUsize,
}

impl Retag<'_> {
    /// Tells what would change and writes nothing. `on_change` is given every article that would be
    /// written, in the order of their ids.
    ///
    /// # Errors
    ///
    /// What the engine gives.
    pub fn preview(
        &self,
        on_change: &mut dyn FnMut(&ArticleChange),
    ) -> Result<Changes, EngineError> {
        self.run(&mut |change| {
            on_change(&change);
            Ok(())
        })
    }

    /// Writes what changes and commits once. `writer` must be of the index as `engine` sees it.
    /// Returns the changes and the generation of the commit.
    ///
    /// The fingerprint of an article stays, but for its share of the taggers if they made all of its
    /// tags: what the next `index` finds unchanged is what it would tag the same.
    ///
    /// # Errors
    ///
    /// What the engine gives; the last commit then stands.
    pub fn apply(
        &self,
        mut writer: Box<dyn Writer>,
        on_change: &mut dyn FnMut(&ArticleChange),
    ) -> Result<(Changes, u64), EngineError> {
        let taggers = tagged_by(self.taggers);
        let changes = self.run(&mut |change| {
            // An article without a fingerprint is written again when its source is indexed.
            let held = writer.fingerprint(&change.article.head.id)?.unwrap_or_default();
            let fingerprint = match self.part {
                Part::All => with_taggers(held, taggers),
                Part::Sectors | Part::Entities => held,
            };
            writer.put(&change.article, fingerprint)?;
            on_change(&change);
            Ok(())
        })?;
        Ok((changes, writer.commit()?))
    }

    fn run(
        &self,
        take: &mut dyn FnMut(ArticleChange) -> Result<(), EngineError>,
    ) -> Result<Changes, EngineError> {
        let all;
        let ids = match &self.articles {
            Some(ids) => ids,
            None => {
                all = self.engine.ids()?;
                &all
            }
        };
        let mut total = Changes::default();
        in_order(
            self.threads,
            |give| {
                for ids in ids.chunks(ARTICLES_A_JOB) {
                    if give(1, ids).is_break() {
                        return;
                    }
                }
            },
            |ids| self.look(ids),
            &mut |looked: Result<_, EngineError>| {
                let (changes, articles): (Changes, Vec<ArticleChange>) = looked?;
                total.add(changes);
                articles.into_iter().try_for_each(&mut *take)
            },
        )?;
        Ok(total)
    }

    /// Tags some articles anew: what changes in them, and those that do change.
    fn look(&self, ids: &[ArticleId]) -> Result<(Changes, Vec<ArticleChange>), EngineError> {
        let (mut changes, mut articles) = (Changes::default(), Vec::new());
        for id in ids {
            let Some(held) = self.engine.article(id)? else { continue };
            let change = self.change(held);
            changes.count(&change);
            if !change.before.is_empty() {
                articles.push(change);
            }
        }
        Ok((changes, articles))
    }

    fn change(&self, held: TaggedArticle) -> ArticleChange {
        let TaggedArticle { head, passages } = held;
        let (passages, before): (Vec<Passage>, Vec<Tags>) =
            passages.into_iter().map(|tagged| (tagged.passage, tagged.tags)).unzip();
        let kept = match self.part {
            Part::All => vec![Tags::default(); passages.len()],
            Part::Sectors => {
                before.iter().map(|tags| Tags { sectors: Vec::new(), ..tags.clone() }).collect()
            }
            Part::Entities => {
                let kept = |tags: &Tags| Tags { sectors: tags.sectors.clone(), ..Tags::default() };
                before.iter().map(kept).collect()
            }
        };
        let article = retagged(head, passages, kept, self.taggers);
        let differs = |(place, tags): &(usize, Tags)| article.passages[*place].tags != *tags;
        let before = before.into_iter().enumerate().filter(differs).collect();
        ArticleChange { article, before }
    }
}

/// An article of which tags change.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleChange {
    /// The article as it is to be.
    pub article: TaggedArticle,
    /// For each passage that changes, its place in the article and its tags as they are.
    pub before: Vec<(usize, Tags)>,
}

impl ArticleChange {
    /// The passages that change, in reading order.
    pub fn passages(&self) -> impl Iterator<Item = PassageChange<'_>> {
        self.before.iter().map(|(place, before)| {
            let tagged = &self.article.passages[*place];
            let (head, passage) = (&self.article.head, &tagged.passage);
            PassageChange { head, passage, before, after: &tagged.tags }
        })
    }
}

/// A passage of which tags change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PassageChange<'a> {
    /// Its article.
    pub head: &'a ArticleHead,
    /// The passage.
    pub passage: &'a Passage,
    /// Its tags as they are.
    pub before: &'a Tags,
    /// Its tags as they are to be.
    pub after: &'a Tags,
}

impl<'a> PassageChange<'a> {
    /// The passage's id.
    pub fn id(&self) -> PassageId {
        PassageId { article: self.head.id.clone(), ordinal: self.passage.ordinal }
    }

    /// The sectors it gains, surest first.
    pub fn gained(&self) -> impl Iterator<Item = &'a SectorTag> {
        missing(&self.after.sectors, &self.before.sectors)
    }

    /// The sectors it loses, surest first, with the evidence they had.
    pub fn lost(&self) -> impl Iterator<Item = &'a SectorTag> {
        missing(&self.before.sectors, &self.after.sectors)
    }

    /// Whether it gains or loses a sector, a mention or a statement, and not only scores and evidence
    /// change.
    pub fn is_retagged(&self) -> bool {
        let named = |tags: &'a Tags| tags.mentions.iter().map(|one| (one.span, &one.id));
        let said = |tags: &'a Tags| {
            tags.statements.iter().map(|one| (one.speaker, one.span, &one.entity, one.direct))
        };
        self.gained().next().is_some()
            || self.lost().next().is_some()
            || !named(self.before).eq(named(self.after))
            || !said(self.before).eq(said(self.after))
    }
}

/// The tags of `some` whose sectors `others` lacks.
fn missing<'a>(
    some: &'a [SectorTag],
    others: &'a [SectorTag],
) -> impl Iterator<Item = &'a SectorTag> {
    some.iter().filter(|tag| !others.iter().any(|other| other.id == tag.id))
}

/// What changes, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Articles that were looked at.
    pub articles: u64,
    /// Their passages.
    pub passages: u64,
    /// Articles that are written anew.
    pub articles_changed: u64,
    /// Passages that gain or lose a sector, a mention or a statement.
    pub retagged: u64,
    /// Passages whose tags change in score or evidence only.
    pub reweighed: u64,
    /// For each sector that has passages before or after, what it gains and loses. A sector counts
    /// what those below it count, each passage once.
    pub sectors: BTreeMap<SectorId, SectorChange>,
}

/// What one sector gains and loses, in passages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SectorChange {
    /// How many it has.
    pub now: u64,
    /// How many it gains.
    pub gained: u64,
    /// How many it loses.
    pub lost: u64,
}

impl SectorChange {
    /// How many it is to have.
    pub fn then(&self) -> u64 {
        self.now + self.gained - self.lost
    }
}

impl Changes {
    /// Whether no article is to be written.
    pub fn is_empty(&self) -> bool {
        self.articles_changed == 0
    }

    fn count(&mut self, change: &ArticleChange) {
        self.articles += 1;
        self.passages += change.article.passages.len() as u64;
        self.articles_changed += u64::from(!change.before.is_empty());
        for passage in change.passages() {
            match passage.is_retagged() {
                true => self.retagged += 1,
                false => self.reweighed += 1,
            }
        }
        let mut before = change.before.iter().peekable();
        for (place, tagged) in change.article.passages.iter().enumerate() {
            let after = lineage(&tagged.tags);
            let held = before.next_if(|(changed, _)| *changed == place);
            let held = held.map_or_else(|| after.clone(), |(_, tags)| lineage(tags));
            for path in &held {
                let sector = self.sector(path);
                sector.now += 1;
                sector.lost += u64::from(!after.contains(path));
            }
            for path in after.iter().filter(|path| !held.contains(path)) {
                self.sector(path).gained += 1;
            }
        }
    }

    fn sector(&mut self, path: &str) -> &mut SectorChange {
        let id = SectorId::new(path).expect("a part of an id from its start is one");
        self.sectors.entry(id).or_default()
    }

    fn add(&mut self, other: Self) {
        self.articles += other.articles;
        self.passages += other.passages;
        self.articles_changed += other.articles_changed;
        self.retagged += other.retagged;
        self.reweighed += other.reweighed;
        for (id, change) in other.sectors {
            let sum = self.sectors.entry(id).or_default();
            sum.now += change.now;
            sum.gained += change.gained;
            sum.lost += change.lost;
        }
    }
}

/// The sectors of a passage with everything above them, each once.
fn lineage(tags: &Tags) -> Vec<&str> {
    let mut paths: Vec<&str> = tags.sectors.iter().flat_map(|tag| tag.id.lineage()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
