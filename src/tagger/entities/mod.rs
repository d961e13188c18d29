//! The entity tagger: which people, bodies, places and other named things a passage names.
//!
//! Each text of an article is folded and cut into `words`; candidates come from the gazetteer
//! (`scan`) and from rules (`latin`, `bodies`, `person`, `han`); what the article
//! establishes (`bind`) gives further ones by the forms it uses (`forms`); `merge` decides. A further source of candidates,
//! such as a statistical model, joins in `candidates`. Sectors are not its work.

mod acronym;
mod bind;
mod bodies;
#[allow(dead_code, reason = "`build.rs` uses the rest of it")]
mod cue;
pub mod explain;
mod forms;
mod han;
mod latin;
mod lexicon;
mod merge;
mod person;
mod scan;
mod words;

use std::collections::BTreeSet;

use crate::article::ArticleHead;
use crate::passage::{Passage, Span};
use crate::tag::{EntityId, EntityType, Mention, Tags, Via};
use crate::tagger::Tagger;

use bind::Memory;
use merge::{Candidate, Certainty, Who, merge};
use scan::Support;
use words::Text;

/// Finds entities by gazetteer and rules. It holds nothing, so it costs nothing to make.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntityTagger;

/// Raise it with every change of the rules that changes tags.
const RULES: u64 = 2;

impl Tagger for EntityTagger {
    fn fingerprint(&self) -> u64 {
        super::gazetteer::fingerprint() ^ lexicon::fingerprint().rotate_left(1) ^ RULES
    }

    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
        let malay = matches!(head.lang.as_str(), "ms" | "id");
        // The headline supports and establishes names like the first passage.
        let headline = head.headline.as_deref().into_iter();
        let texts: Vec<Text<'_>> =
            headline.chain(passages.iter().map(|one| one.text.as_str())).map(Text::new).collect();
        let before = texts.len() - passages.len();

        let matches: Vec<_> = texts.iter().map(scan::matches).collect();
        let mut support = Support::default();
        for found in &matches {
            support.extend(found);
        }
        let mut memory = Memory::default();
        let mut found: Vec<Vec<Candidate>> = Vec::with_capacity(texts.len());
        for (number, (text, matches)) in texts.iter().zip(&matches).enumerate() {
            let candidates = candidates(text, scan::resolve(text, matches, &support), malay);
            memory.learn(number, text, &merge(candidates.clone()));
            found.push(candidates);
        }
        let forms = memory.forms.sorted();
        let texts = texts.iter().zip(found).enumerate().skip(before);
        for ((number, (text, mut candidates)), tags) in texts.zip(tags) {
            forms.recall(number, text, &mut candidates);
            let names = merge(candidates);
            tags.mentions.extend(names.iter().filter_map(|one| mention(text, one, &memory)));
        }
    }
}

/// Everything that may be a name in `text`, by all sources that need no other text; `known` is
/// what the gazetteer gives.
fn candidates(text: &Text<'_>, known: Vec<Candidate>, malay: bool) -> Vec<Candidate> {
    let mut all = latin::names(text, &known, malay);
    han::names(text, &known, &mut all);
    defined(text, &mut all);
    all.extend(known);
    all
}

/// Long forms that stand before their initials in brackets: `Regional Comprehensive Economic
/// Partnership (RCEP)`.
fn defined(text: &Text<'_>, all: &mut Vec<Candidate>) {
    let mut ends = None;
    for bracket in acronym::brackets(text) {
        let (before, short) =
            (&text.str()[..bracket.open], &text.str()[bracket.start..bracket.end]);
        if !acronym::initials(short) {
            continue;
        }
        let Some(start) = acronym::long_form(before, short) else { continue };
        let end = before.trim_end().len();
        let ends = ends.get_or_insert_with(|| {
            let things = all.iter().filter(|one| one.kind != EntityType::Person);
            things.map(|one| one.end).collect::<BTreeSet<_>>()
        });
        if ends.insert(end) {
            let last = before[start..end].rsplit(' ').next().unwrap_or_default();
            let kind = bodies::kind_of_last(last).unwrap_or(EntityType::Organization);
            let (certainty, who) = (Certainty::Sure, Who::Itself);
            all.push(Candidate { start, end, kind, certainty, who });
        }
    }
}

fn mention(text: &Text<'_>, one: &Candidate, memory: &Memory) -> Option<Mention> {
    let (start, end) = text.folded.original(one.start, one.end);
    let span = Span::new(text.original, start, end)?;
    let (id, name, via, demonym) = match one.who {
        Who::Entry(found) => {
            let entry = found.entry();
            let id = EntityId::from_known(entry.id);
            (id, entry.name.to_owned(), Via::Gazetteer, found.demonym())
        }
        Who::Itself => {
            // Of the folded name, so that both scripts and all accents give one id.
            let id = EntityId::of_name(one.kind, &text.str()[one.start..one.end]);
            (id, span.of(text.original).to_owned(), Via::Rule, false)
        }
        Who::Known { at, via } => {
            let known = &memory.entities[at];
            (known.id.clone(), known.name.clone(), via, false)
        }
    };
    Some(Mention { id, name, kind: one.kind, span, via, demonym })
}

#[cfg(test)]
mod tests;
