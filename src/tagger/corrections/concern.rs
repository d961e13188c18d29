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
    /// What differs between articles tagged by `self` and by `other`.
    pub fn concern(&self, other: &Self) -> Concern {
        let mut concern = Concern::default();
        let nothing = Correction::default();
        let ids: BTreeSet<&EntityId> = self.said.keys().chain(other.said.keys()).collect();
        for id in ids {
            let old = self.said.get(id).unwrap_or(&nothing);
            let new = other.said.get(id).unwrap_or(&nothing);
            if old == new {
                continue;
            }
            for (all, said) in [(self, old), (other, new)] {
                concern.entities.extend([id.clone(), all.settled(id)]);
                concern.entities.extend(said.merged.iter().cloned());
                concern.entities.extend(said.splits.iter().map(|split| split.into.clone()));
                concern.names.extend(said.aliases.iter().cloned());
            }
            // Hidden entities are in no article of the index, so only their names find them.
            if old.hidden {
                let members =
                    self.concerned.iter().filter(|one| self.settled(one) == self.settled(id));
                for one in members {
                    concern.names.extend(names_of(one));
                }
            }
        }
        concern
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
