//! Speakers asked for: which statements are theirs. The same for the index and for highlights, and
//! for any engine.

use crate::analysis::{Analyzer, Case, Tokens, fold, is_cjk, query_terms};
use crate::passage::Span;
use crate::tag::{EntityId, Statement};

use super::NameLookup;

/// A speaker as a query names one.
pub struct Speaker {
    /// As typed.
    term: String,
    /// What the name may stand for.
    known: Vec<EntityId>,
    /// Its words with their places.
    words: Vec<(u32, String)>,
}

impl Speaker {
    /// The speaker called `name`: an id, a name, or words of one.
    pub fn new(name: &str, names: &NameLookup) -> Self {
        let mut words = query_terms(name);
        // `WHO official` is whoever typed it in small letters too.
        words.iter_mut().for_each(|(_, word)| word.make_ascii_lowercase());
        Self { term: name.to_owned(), known: names(name), words }
    }

    /// As it was typed.
    pub fn term(&self) -> &str {
        &self.term
    }

    /// The ids of entities that it may be.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let known = self.known.iter().map(EntityId::as_str);
        known.chain([self.term.as_str()])
    }

    /// The words that stand next to each other in what the speaker is called, with their places.
    pub fn words(&self) -> &[(u32, String)] {
        &self.words
    }

    /// Whether `statement`, of a passage with this text, is by the speaker: by its id, or because
    /// the words stand in how the passage or the world calls who said it.
    pub fn says(&self, statement: &Statement, text: &str) -> bool {
        let is = |id: &EntityId| self.ids().any(|known| known == id.as_str());
        statement.entity.as_ref().is_some_and(is)
            || calls(statement, text).any(|called| self.is_in(called))
    }

    /// Whether the words stand next to each other in `called`.
    fn is_in(&self, called: &str) -> bool {
        let Some((_, first)) = self.words.first() else { return false };
        let terms = terms(called);
        if self.words.len() == 1 && first.chars().count() == 1 && first.chars().all(is_cjk) {
            return terms.iter().any(|term| {
                term.strip_prefix(first.as_str()).is_some_and(|rest| rest.chars().all(is_cjk))
            });
        }
        (0..terms.len()).any(|at| {
            let stands =
                |(place, word): &(u32, String)| terms.get(at + *place as usize) == Some(word);
            self.words.iter().all(stands)
        })
    }
}

/// What the speaker of `statement` is called: in the passage, and by name where that differs.
pub fn calls<'a>(statement: &'a Statement, text: &'a str) -> impl Iterator<Item = &'a str> {
    let written = Span::of(statement.speaker, text);
    let name = Some(statement.name.as_str()).filter(|name| *name != written);
    [written].into_iter().chain(name)
}

/// The words of a speaker in order, one a place.
pub fn terms(called: &str) -> Vec<String> {
    let folded = fold(called, Case::Lower);
    let mut tokens = Tokens::new(called, &folded, Analyzer::Plain);
    let mut terms = Vec::new();
    while tokens.advance() {
        terms.push(tokens.token().term.to_owned());
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speaker_is_known_by_id_and_by_words_in_their_order() {
        let text = "Loo spoke. A CSCEC staff member did. 外交部发言人林剑";
        let statement = |speaker: &str, name: &str, entity: Option<&str>| {
            let start = text.find(speaker).unwrap();
            let span = Span::new(text, start, start + speaker.len()).unwrap();
            let entity = entity.map(EntityId::from_known);
            Statement {
                speaker: span,
                name: name.to_owned(),
                entity,
                cue: span,
                span,
                direct: true,
            }
        };
        let loo = statement("Loo", "Gan Tian Loo", Some("person:gan-tian-loo"));
        let staff = statement("CSCEC staff member", "CSCEC staff member", None);
        let lin = statement("外交部发言人林剑", "外交部发言人林剑", None);
        let names = |name: &str| match name {
            "甘天禄" => vec![EntityId::from_known("person:gan-tian-loo")],
            _ => Vec::new(),
        };
        for (name, statement, want) in [
            ("Gan Tian Loo", &loo, true),
            ("person:gan-tian-loo", &loo, true),
            ("甘天禄", &loo, true),
            ("LOO", &loo, true),
            ("tian loo", &loo, true),
            ("Gan Loo", &loo, false),
            ("&", &loo, false),
            ("staff member", &staff, true),
            ("staff-member", &staff, true),
            ("member staff", &staff, false),
            ("cscec", &staff, true),
            ("memb", &staff, false),
            ("林剑", &lin, true),
            ("发言人", &lin, true),
            ("外", &lin, true),
            ("剑", &lin, true),
            ("部外", &lin, false),
        ] {
            assert_eq!(Speaker::new(name, &names).says(statement, text), want, "{name}");
        }
    }
}
