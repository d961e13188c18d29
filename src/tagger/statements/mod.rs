//! The statement tagger: who says what in a passage.
//!
//! It runs after the tagger of entities, because most speakers are names. Each cue (`said`,
//! `menurut`, 表示) is looked at in its sentence: `latin` has the patterns of English and Malay over
//! the words and quotations of `cut`, the noun phrases of `noun` and the clauses of `said`, `han` those
//! of Chinese. A cue
//! whose speaker is not plain is passed over: none is invented. Cues are rows in `cues`.

mod cut;
mod han;
mod latin;
mod lexicon;
mod noun;
mod said;

use crate::article::ArticleHead;
use crate::passage::{Passage, Span};
use crate::tag::{EntityType, Mention, Statement, Tags};
use crate::tagger::Tagger;
use crate::tagger::gazetteer::is_han;

use lexicon::{HanWords, Words};
use noun::Who;

const ENGLISH: &str = include_str!("cues/en.tsv");
const MALAY: &str = include_str!("cues/ms.tsv");
const CHINESE: &str = include_str!("cues/zh.tsv");

/// Raise it with every change of the patterns that changes tags.
const RULES: u64 = 1;

/// Finds attributed statements.
pub struct StatementTagger {
    english: Words,
    malay: Words,
    chinese: HanWords,
}

impl Default for StatementTagger {
    fn default() -> Self {
        Self::new()
    }
}

impl StatementTagger {
    /// The tagger with its tables of cues.
    pub fn new() -> Self {
        Self {
            english: Words::read(ENGLISH),
            malay: Words::read(MALAY),
            chinese: HanWords::read(CHINESE),
        }
    }
}

impl Tagger for StatementTagger {
    fn fingerprint(&self) -> u64 {
        let tables =
            [ENGLISH, MALAY, CHINESE].map(|table| xxhash_rust::xxh3::xxh3_64(table.as_bytes()));
        tables.iter().fold(RULES, |all, table| all.rotate_left(1) ^ table)
    }

    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
        let (words, malay) = match head.lang.as_str() {
            "ms" | "id" => (&self.malay, true),
            _ => (&self.english, false),
        };
        let chinese = head.lang.as_str() == "zh";
        for (passage, tags) in passages.iter().zip(tags) {
            let text = passage.text.as_str();
            let found = if chinese {
                han::find(text, &tags.mentions, &self.chinese)
            } else if words.any_cue(text) && !text.chars().take(8).all(is_han) {
                latin::find(text, &tags.mentions, words, malay)
            } else {
                continue;
            };
            tags.statements = statements(text, &tags.mentions, found);
        }
    }
}

/// An attribution in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    who: Who,
    speaker: (usize, usize),
    cue: (usize, usize),
    span: (usize, usize),
    direct: bool,
}

/// What was found as statements: pronouns stand for whom they safely may, those that do not are
/// left out.
fn statements(text: &str, mentions: &[Mention], mut found: Vec<Found>) -> Vec<Statement> {
    found.sort_by_key(|one| (one.cue, one.span, one.speaker));
    found.dedup();
    let people: Vec<&Mention> =
        mentions.iter().filter(|one| one.kind == EntityType::Person).collect();
    // The last speaker, if it was one person: who, and where they were named.
    let mut last: Option<(&Mention, usize)> = None;
    let mut last_cue = None;
    let mut statements: Vec<Statement> = Vec::with_capacity(found.len());
    for one in found {
        let mention = match one.who {
            Who::Mention(at) => Some(&mentions[at]),
            Who::Phrase => None,
            Who::Pronoun => {
                let Some((person, from)) = last else { continue };
                // Whoever else is named between the two may be meant.
                let first = people.partition_point(|other| (other.span.start as usize) < from);
                let named = |other: &&&Mention| (other.span.start as usize) < one.speaker.0;
                let between = people[first..].iter().take_while(named);
                if between.take(MOST_NAMED).any(|other| other.id != person.id)
                    || people.get(first + MOST_NAMED).is_some_and(|other| named(&other))
                {
                    continue;
                }
                Some(person)
            }
        };
        let joined = last_cue.replace(one.cue) == Some(one.cue)
            && last.is_none_or(|(person, _)| Some(&person.id) != mention.map(|one| &one.id));
        last = match mention {
            Some(person) if person.kind == EntityType::Person && !joined => {
                Some((person, one.speaker.0))
            }
            _ => None,
        };
        let span = |(start, end)| Span::new(text, start, end);
        let (Some(speaker), Some(cue), Some(said)) =
            (span(one.speaker), span(one.cue), span(one.span))
        else {
            continue;
        };
        let (name, entity) = match mention {
            Some(mention) => (mention.name.clone(), Some(mention.id.clone())),
            None => (speaker.of(text).to_owned(), None),
        };
        statements.push(Statement { speaker, name, entity, cue, span: said, direct: one.direct });
    }
    statements.sort_by_key(|one| (one.span.start, one.cue.start, one.speaker.start));
    statements
}

/// The most names between a speaker and a pronoun that are looked at.
const MOST_NAMED: usize = 8;

#[cfg(test)]
mod tests;
