//! Corrections: what a user says of entities, put over what the entity tagger found.
//!
//! Entities are merged, split, renamed, hidden, given another type or further names. A plain value:
//! [`Corrections::new`] says whether what is said fits together, `file` reads and prints it,
//! [`Corrections::apply`] changes the mentions of one article. Where it is kept, and which articles
//! of an index a change concerns, is for the caller.

mod concern;
mod file;
mod matcher;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

pub use concern::Concern;
pub use file::CorrectionsError;

use crate::analysis::{Case, fold};
use crate::article::{ArticleHead, ArticleId};
use crate::passage::{Passage, Span};
use crate::tag::{EntityId, EntityType, Mention, Tags, Via};
use crate::tagger::{Tagger, gazetteer};
use matcher::Names;

/// What is said of one entity. An entity that is merged into another is that other one: what is
/// said of it holds again when it is no longer merged, but its aliases hold for the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    /// What it is called.
    pub name: Option<String>,
    /// What it is; its id changes with it.
    pub kind: Option<EntityType>,
    /// Whether it is no entity at all.
    pub hidden: bool,
    /// Further names that it is found by in texts and asked for by.
    pub aliases: Vec<String>,
    /// Entities that are this one.
    pub merged: Vec<EntityId>,
    /// Which of its mentions are another entity; the first that holds is taken.
    pub splits: Vec<Split>,
    /// A remark.
    pub note: Option<String>,
}

impl Correction {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Mentions of an entity that are another one: those of articles that meet any of the conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The other entity.
    pub into: EntityId,
    /// What it is called, unless a list or another correction says so.
    pub name: Option<String>,
    /// The article also names one of these.
    pub with: Vec<EntityId>,
    /// It is one of these.
    pub articles: Vec<ArticleId>,
    /// It is of one of these publishers.
    pub sources: Vec<String>,
}

/// Everything that is said, of all entities.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    said: BTreeMap<EntityId, Correction>,
    merged_into: BTreeMap<EntityId, EntityId>,
    names: Names,
    /// Every entity that something is said of.
    concerned: BTreeSet<EntityId>,
}

impl PartialEq for Corrections {
    fn eq(&self, other: &Self) -> bool {
        self.said == other.said
    }
}

/// What does not fit together in what is said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// Going from entity to entity comes back to the first.
    #[error("{} goes round in a circle", ways(.path))]
    Cycle {
        /// The entities in turn; the last is the first.
        path: Vec<EntityId>,
    },
    /// An entity is merged into two.
    #[error("`{id}` is merged into `{first}` and into `{second}`")]
    MergedTwice {
        /// The entity.
        id: EntityId,
        /// One of the two.
        first: EntityId,
        /// The other.
        second: EntityId,
    },
    /// Two entities have the same further name.
    #[error("`{name}` is an alias of `{first}` and of `{second}`")]
    AliasTwice {
        /// The name.
        name: String,
        /// One of the two.
        first: EntityId,
        /// The other.
        second: EntityId,
    },
    /// A further name that no text can hold.
    #[error("bad alias `{name}` of `{id}`, wanted a name that begins with a letter or digit")]
    BadAlias {
        /// The name.
        name: String,
        /// Whose it is.
        id: EntityId,
    },
}

impl Conflict {
    /// The entity whose block is to be changed.
    pub fn entity(&self) -> &EntityId {
        match self {
            Self::Cycle { path } => &path[0],
            Self::MergedTwice { second, .. } | Self::AliasTwice { second, .. } => second,
            Self::BadAlias { id, .. } => id,
        }
    }
}

fn ways(path: &[EntityId]) -> String {
    path.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → ")
}

/// The type that an id says.
pub fn kind_of(id: &EntityId) -> Option<EntityType> {
    id.as_str()
        .split_once(':')
        .and_then(|(kind, slug)| kind.parse().ok().filter(|_| !slug.is_empty()))
}

/// The id that a text is, if it looks like one: `organization:huawei`.
pub fn id_of(text: &str) -> Option<EntityId> {
    let id = EntityId::from_known(text.trim());
    let plain = !id.as_str().contains(|c: char| c.is_whitespace() || c.is_control());
    (plain && kind_of(&id).is_some()).then_some(id)
}

/// A name without white space at its ends and with single spaces inside; `None` if nothing is left.
pub fn name_of(text: &str) -> Option<String> {
    let text = text.replace(char::is_control, " ");
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

impl Corrections {
    /// What `said` comes to. Entities of which nothing is said are left out.
    ///
    /// # Errors
    ///
    /// What does not fit together.
    pub fn new(mut said: BTreeMap<EntityId, Correction>) -> Result<Self, Conflict> {
        said.retain(|_, correction| !correction.is_empty());
        let mut all = Self { said, ..Self::default() };
        for (id, correction) in &all.said {
            all.concerned.insert(id.clone());
            all.concerned.extend(correction.merged.iter().cloned());
            for other in &correction.merged {
                if let Some(first) = all.merged_into.insert(other.clone(), id.clone())
                    && first != *id
                {
                    let (id, second) = (other.clone(), id.clone());
                    return Err(Conflict::MergedTwice { id, first, second });
                }
            }
        }
        all.check_cycles()?;
        let mut whose: BTreeMap<String, &EntityId> = BTreeMap::new();
        for (id, correction) in &all.said {
            for name in &correction.aliases {
                let folded = fold(name, Case::Keep).text;
                if !folded.starts_with(char::is_alphanumeric) {
                    return Err(Conflict::BadAlias { name: name.clone(), id: id.clone() });
                }
                if let Some(first) = whose.insert(folded.clone(), id)
                    && all.settled(first) != all.settled(id)
                {
                    let (first, second) = (first.clone(), id.clone());
                    return Err(Conflict::AliasTwice { name: name.clone(), first, second });
                }
                all.names.add(folded, id.clone());
            }
        }
        all.names.sort();
        Ok(all)
    }

    /// What is said of each entity.
    pub fn entries(&self) -> &BTreeMap<EntityId, Correction> {
        &self.said
    }

    /// Whether nothing is said at all.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// A word that differs where corrections do; empty where there are none.
    pub fn stamp(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        format!("{:016x}", self.hash())
    }

    /// The entity that `id` was merged into, if it was.
    pub fn merged_into(&self, id: &EntityId) -> Option<&EntityId> {
        self.merged_into.get(id)
    }

    /// The entity whose mentions those of `id` are now, but for those that are split off.
    pub fn settled(&self, id: &EntityId) -> EntityId {
        let mut at = id.clone();
        while let Some(next) = self.next(&at) {
            at = next;
        }
        at
    }

    /// The entity as it is written in the file: the one whose type was changed to give `id`.
    pub fn spoken_of(&self, id: &EntityId) -> EntityId {
        let retyped = |(old, said): &(&EntityId, &Correction)| {
            !self.merged_into.contains_key(old) && retyped(old, said).as_ref() == Some(id)
        };
        self.said.iter().find(retyped).map_or_else(|| id.clone(), |(old, _)| old.clone())
    }

    /// Whether anything is said of `id`, by any id it has had.
    pub fn speaks_of(&self, id: &EntityId) -> bool {
        let into = |said: &Correction| said.splits.iter().any(|split| split.into == *id);
        self.concerned.contains(&self.spoken_of(id)) || self.said.values().any(into)
    }

    /// Whether all mentions of `id` are taken away.
    pub fn hides(&self, id: &EntityId) -> bool {
        self.path(id, &mut |_| false).is_none()
    }

    /// Every entity that `name` may stand for: by its id, or as a list or a correction calls it;
    /// what is merged stands for the one it is merged into, and that one for all of them.
    pub fn called(&self, name: &str) -> Vec<EntityId> {
        let mut called = self.meant(name);
        if self.is_empty() || called.is_empty() {
            return called;
        }
        let settled: BTreeSet<EntityId> = called.iter().map(|id| self.settled(id)).collect();
        let members = self.concerned.iter().filter(|id| settled.contains(&self.settled(id)));
        called.extend(members.cloned().chain(settled.iter().cloned()));
        let mut seen = BTreeSet::new();
        called.retain(|id| seen.insert(id.clone()));
        called
    }

    /// As [`Corrections::called`], but of what is merged only the entity that has the name itself.
    pub fn meant(&self, name: &str) -> Vec<EntityId> {
        let mut called: Vec<EntityId> = gazetteer::lookup(name)
            .iter()
            .map(|found| EntityId::from_known(found.entry().id))
            .collect();
        if self.is_empty() {
            return called;
        }
        called.extend(
            id_of(name).filter(|id| self.concerned.contains(id) || self.spoken_of(id) != *id),
        );
        let key = key(name);
        let is_it = |text: &String| self::key(text) == key;
        for (id, said) in &self.said {
            if said.name.as_ref().is_some_and(is_it) || said.aliases.iter().any(is_it) {
                called.push(id.clone());
            }
            let splits = said.splits.iter().filter(|split| split.name.as_ref().is_some_and(is_it));
            called.extend(splits.map(|split| split.into.clone()));
        }
        called
    }

    /// Changes the mentions of an article until nothing changes any more, so that doing it again
    /// changes nothing: further names are found first, then each mention goes from entity to entity
    /// as is said of each, and those of hidden ones are dropped.
    pub fn apply(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
        if self.is_empty() {
            return;
        }
        let found: Vec<_> = passages.iter().map(|passage| self.names.find(&passage.text)).collect();
        let concerned = |one: &Mention| self.concerned.contains(&one.id);
        if found.iter().all(Vec::is_empty)
            && !tags.iter().any(|of| of.mentions.iter().any(concerned))
        {
            return;
        }
        loop {
            let before: Vec<Vec<Mention>> = tags.iter().map(|of| of.mentions.clone()).collect();
            for ((passage, found), tags) in passages.iter().zip(&found).zip(tags.iter_mut()) {
                for (span, id) in found {
                    self.add_alias(&passage.text, *span, id, &mut tags.mentions);
                }
            }
            self.resolve(head, tags);
            if tags.iter().map(|of| &of.mentions).eq(&before) {
                return;
            }
        }
    }

    /// Puts the mention of a further name in place of what it overlaps, unless that is longer, or
    /// names the same entity.
    fn add_alias(&self, text: &str, span: Span, id: &EntityId, mentions: &mut Vec<Mention>) {
        let length = |span: Span| span.end - span.start;
        let overlaps = |one: &Mention| one.span.start < span.end && span.start < one.span.end;
        let stays = |one: &Mention| {
            length(one.span) > length(span) || (one.span == span && self.may_become(id, &one.id))
        };
        if mentions.iter().any(|one| overlaps(one) && stays(one)) {
            return;
        }
        mentions.retain(|one| !overlaps(one));
        let said = self.said.get(id).and_then(|said| said.name.clone());
        let name = said
            .or_else(|| gazetteer::entry(id.as_str()).map(|entry| entry.name.to_owned()))
            .unwrap_or_else(|| span.of(text).to_owned());
        let kind = kind_of(id).unwrap_or(EntityType::Organization);
        let at = mentions.partition_point(|one| one.span.start < span.start);
        let (id, via) = (id.clone(), Via::Alias);
        mentions.insert(at, Mention { id, name, kind, span, via, demonym: false });
    }

    fn resolve(&self, head: &ArticleHead, tags: &mut [Tags]) {
        let mentions = tags.iter().flat_map(|of| &of.mentions);
        let named: BTreeSet<EntityId> = mentions.map(|one| self.settled(&one.id)).collect();
        let source = head.source.as_deref().map(key);
        let mut holds = |split: &Split| {
            split.with.iter().any(|id| named.contains(&self.settled(id)))
                || split.articles.contains(&head.id)
                || source.as_ref().is_some_and(|of| split.sources.iter().any(|one| key(one) == *of))
        };
        for tags in tags {
            tags.mentions.retain_mut(|one| {
                if !self.concerned.contains(&one.id) {
                    return true;
                }
                let Some((id, name)) = self.path(&one.id, &mut holds) else { return false };
                if let Some(name) = name {
                    one.name = name;
                }
                if id != one.id {
                    one.kind = kind_of(&id).unwrap_or(one.kind);
                    one.demonym &= one.kind == EntityType::Place;
                    one.id = id;
                }
                true
            });
        }
    }

    /// The entity that a mention of `id` is of, and its name where that is known to be another;
    /// `None` if it is hidden. `holds` says whether the article is split off.
    fn path(
        &self,
        id: &EntityId,
        holds: &mut dyn FnMut(&Split) -> bool,
    ) -> Option<(EntityId, Option<String>)> {
        let (mut at, mut name) = (id.clone(), None);
        loop {
            if let Some(next) = self.merged_into.get(&at) {
                (at, name) = (next.clone(), None);
                continue;
            }
            let Some(said) = self.said.get(&at) else { break };
            if let Some(split) = said.splits.iter().find(|split| holds(split)) {
                (at, name) = (split.into.clone(), split.name.clone());
                continue;
            }
            if said.hidden {
                return None;
            }
            name = said.name.clone().or(name);
            match retyped(&at, said) {
                Some(next) => at = next,
                None => break,
            }
        }
        if name.is_none() && at != *id {
            name = gazetteer::entry(at.as_str()).map(|entry| entry.name.to_owned());
        }
        Some((at, name))
    }

    /// Where a mention goes from `id` in every article.
    fn next(&self, id: &EntityId) -> Option<EntityId> {
        let merged = self.merged_into.get(id).cloned();
        merged.or_else(|| retyped(id, self.said.get(id)?))
    }

    /// Where a mention may go from `id`: to the next entity in every article, or by a split.
    fn ways_from(&self, id: &EntityId) -> Vec<EntityId> {
        if let Some(next) = self.merged_into.get(id) {
            return vec![next.clone()];
        }
        let Some(said) = self.said.get(id) else { return Vec::new() };
        said.splits.iter().map(|split| split.into.clone()).chain(retyped(id, said)).collect()
    }

    /// Whether a mention of `id` may come to be one of `other`.
    fn may_become(&self, id: &EntityId, other: &EntityId) -> bool {
        id == other || self.ways_from(id).iter().any(|next| self.may_become(next, other))
    }

    fn check_cycles(&self) -> Result<(), Conflict> {
        let mut done = BTreeSet::new();
        for start in &self.concerned {
            // A path from `start`, each entity with where it may go from there.
            let mut path = vec![(start.clone(), self.ways_from(start))];
            while let Some((_, ways)) = path.last_mut() {
                match ways.pop() {
                    Some(next) => {
                        if let Some(at) = path.iter().position(|(id, _)| *id == next) {
                            let mut cycle: Vec<_> = path.drain(at..).map(|(id, _)| id).collect();
                            // Told from the entity that something is said of.
                            let said = cycle.iter().position(|id| self.said.contains_key(id));
                            cycle.rotate_left(said.unwrap_or_default());
                            cycle.push(cycle[0].clone());
                            return Err(Conflict::Cycle { path: cycle });
                        }
                        if !done.contains(&next) {
                            let ways = self.ways_from(&next);
                            path.push((next, ways));
                        }
                    }
                    None => done.extend(path.pop().map(|(id, _)| id)),
                }
            }
        }
        Ok(())
    }

    fn hash(&self) -> u64 {
        xxh3_64(self.to_string().as_bytes())
    }
}

impl Tagger for Corrections {
    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
        self.apply(head, passages, tags);
    }

    fn fingerprint(&self) -> u64 {
        if self.is_empty() { 0 } else { self.hash() }
    }
}

impl fmt::Display for Corrections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        file::write(f, &self.said)
    }
}

/// The id that the type that is said of an entity gives it, if that is another.
fn retyped(id: &EntityId, said: &Correction) -> Option<EntityId> {
    let (old, slug) = id.as_str().split_once(':')?;
    let kind = said.kind.filter(|kind| kind.as_str() != old)?;
    Some(EntityId::from_known(format!("{kind}:{slug}")))
}

/// A name as it is compared: folded, white space runs one space.
fn key(name: &str) -> String {
    let folded = fold(name, Case::Lower).text;
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
