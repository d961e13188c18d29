//! What a change of corrections concerns: the entities that articles are found by, and the names,
//! where no article of the index is tagged with the entity yet or any more.

use std::collections::BTreeSet;

use super::{Correction, Corrections};
use crate::tag::EntityId;
use crate::tagger::gazetteer;

/// Articles that name one of the entities, or hold one of the names, may be tagged otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concern {
    /// Ids as an index may hold them.
    pub entities: BTreeSet<EntityId>,
    /// Names in texts and headlines.
    pub names: BTreeSet<String>,
}

impl Corrections {
    /// What may differ between articles as `self` tagged them and as `other` does. Articles that
    /// merely name what others are merged into stay out of it.
    pub fn concern(&self, other: &Self) -> Concern {
        let mut concern = Concern::default();
        let nothing = Correction::default();
        let ids: BTreeSet<&EntityId> = self.said.keys().chain(other.said.keys()).collect();
        for id in &ids {
            let old = self.said.get(*id).unwrap_or(&nothing);
            let new = other.said.get(*id).unwrap_or(&nothing);
            let of_its_own = |said: &Correction| {
                (said.name.clone(), said.kind, said.hidden, said.splits.clone())
            };
            if of_its_own(old) != of_its_own(new) {
                self.add_mentions(id, &mut concern);
            }
            for merged in old.merged.iter().chain(&new.merged) {
                if old.merged.contains(merged) != new.merged.contains(merged) {
                    self.add_mentions(merged, &mut concern);
                }
            }
            for name in old.aliases.iter().chain(&new.aliases) {
                if old.aliases.contains(name) != new.aliases.contains(name) {
                    concern.names.insert(name.clone());
                }
            }
        }
        // Where company is another entity now, articles that always named that one are split too.
        for id in ids {
            let splits = [self, other].into_iter().filter_map(|all| all.said.get(id));
            let mut company = splits.flat_map(|said| &said.splits).flat_map(|split| &split.with);
            if company.any(|with| self.settled(with) != other.settled(with)) {
                self.add_mentions(id, &mut concern);
            }
        }
        concern
    }

    /// Adds what articles are found by that hold mentions of `id` before they were corrected.
    fn add_mentions(&self, id: &EntityId, concern: &mut Concern) {
        let mut reached = vec![id.clone()];
        while let Some(at) = reached.pop() {
            if concern.entities.insert(at.clone()) || at == *id {
                reached.extend(self.ways_from(&at));
            }
            // Hidden entities are in no article of the index, so only their names find them.
            if self.said.get(&at).is_some_and(|said| said.hidden) {
                let members = self.concerned.iter().filter(|one| self.may_become(one, &at));
                for one in members {
                    concern.names.extend(names_of(one));
                    let said = self.said.get(one);
                    concern.names.extend(said.iter().flat_map(|said| said.aliases.iter().cloned()));
                }
            }
        }
    }
}

/// What an entity may be called in a text: by the gazetteer, or by the name its id was made of.
fn names_of(id: &EntityId) -> Vec<String> {
    let mut names = gazetteer::aliases(id.as_str());
    if names.is_empty()
        && let Some((_, slug)) = id.as_str().split_once(':')
    {
        let words: Vec<&str> = slug.split('-').collect();
        names.push(words.join(" "));
        // `U.S. Steel` gives `u-s-steel`, and is two words to the index.
        let mut joined = String::new();
        for (at, word) in words.iter().enumerate() {
            let single = |word: &str| word.len() == 1;
            if at > 0 && !(single(word) && single(words[at - 1])) {
                joined.push(' ');
            }
            joined.push_str(word);
        }
        names.push(joined);
        names.dedup();
    }
    names
}
