//! The entity tagger: which people, bodies, places and other named things a passage names.
//!
//! Each text of an article is folded and cut into `words`; candidates come from the gazetteer
//! (`scan`) and from rules (`latin`, `bodies`, `person`, `han`); what the article establishes (`bind`)
//! gives further ones by the forms it uses (`forms`). `merge` keeps what does not overlap, the longest
//! and surest; a model that was learned from labelled texts (`model`) has the last word: it sees what
//! all of them say, drops what is no name and finds what they missed. Sectors are not its work.

mod acronym;
mod bind;
mod bodies;
mod context;
#[allow(dead_code, reason = "`build.rs` uses the rest of it")]
mod cue;
pub mod explain;
mod forms;
mod han;
mod latin;
mod lexicon;
mod merge;
pub mod model;
mod person;
mod scan;
mod words;

use std::collections::BTreeSet;

use crate::article::ArticleHead;
use crate::passage::{Passage, Span};
use crate::tag::{EntityId, EntityType, Mention, Tags, Via};
use crate::tagger::{Tagger, gazetteer};

use bind::Memory;
use merge::{Candidate, Certainty, Who, merge};
use scan::Support;
use words::Text;

/// Finds entities by gazetteer, rules and model. It costs nothing to make.
#[derive(Clone, Copy)]
pub struct EntityTagger(&'static model::Models);

impl Default for EntityTagger {
    fn default() -> Self {
        Self(model::Models::builtin())
    }
}

/// Raise it with every change of the rules that changes tags.
const RULES: u64 = 3;

impl Tagger for EntityTagger {
    fn fingerprint(&self) -> u64 {
        super::gazetteer::fingerprint()
            ^ lexicon::fingerprint().rotate_left(1)
            ^ model::fingerprint().rotate_left(2)
            ^ context::fingerprint().rotate_left(3)
            ^ RULES
    }

    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
        self.add(Reading::of(head, passages, LONGEST_KEPT), tags);
    }
}

impl EntityTagger {
    /// Adds what `reading` names to the tags of its texts.
    fn add(&self, Reading { texts, memory, usage }: Reading<'_>, tags: &mut [Tags]) {
        for (read, tags) in texts.into_iter().zip(tags) {
            read.look(|text, said| {
                let names = match model::names(self.0, text, said, &usage) {
                    Some(names) => judge(&read, text, &names),
                    None => read.kept.iter().map(|one| (*one, Via::Rule)).collect(),
                };
                let mentions =
                    names.iter().filter_map(|(one, via)| mention(text, one, *via, &memory));
                tags.mentions.extend(mentions);
            });
        }
    }

    /// A tagger with other models than the built-in ones.
    pub fn new(models: &'static model::Models) -> Self {
        Self(models)
    }

    /// The passages of an article as the model sees them, one for each: what it learns from.
    pub fn sequences(&self, head: &ArticleHead, passages: &[Passage]) -> Vec<model::Sequence> {
        let Reading { texts, usage, .. } = Reading::of(head, passages, LONGEST_KEPT);
        let sequence = |text: &Text<'_>, said: model::Said<'_>| model::sequence(text, said, &usage);
        texts.iter().map(|read| read.look(sequence)).collect()
    }
}

/// An article as its sources read it.
struct Reading<'a> {
    /// Its passages; the headline only supports and establishes names, like the first passage.
    texts: Vec<ReadText<'a>>,
    memory: Memory,
    usage: model::Usage,
}

/// The longest article whose words are kept, in bytes. They take more than ten times the room of the
/// text; those of a longer one are cut anew each time they are looked at.
const LONGEST_KEPT: usize = 1 << 20;

/// A text that can be looked at word by word.
enum Cut<'a> {
    Kept(Text<'a>),
    Anew(&'a str),
}

impl<'a> Cut<'a> {
    fn look<R>(&self, look: impl FnOnce(&Text<'a>) -> R) -> R {
        match self {
            Self::Kept(text) => look(text),
            Self::Anew(text) => look(&Text::new(text)),
        }
    }
}

/// One text, and what the sources say of it.
struct ReadText<'a> {
    text: Cut<'a>,
    /// Of a text that is kept.
    tokens: Option<model::Tokens>,
    /// All candidates.
    all: Vec<Candidate>,
    /// Those that the merging policy keeps.
    kept: Vec<Candidate>,
    /// Names of the gazetteer with the types they may mean.
    listed: Vec<(usize, usize, u8)>,
}

impl<'a> ReadText<'a> {
    fn look<R>(&self, look: impl FnOnce(&Text<'a>, model::Said<'_>) -> R) -> R {
        let Self { text, tokens, kept, all, listed } = self;
        text.look(|text| match tokens {
            Some(tokens) => look(text, model::Said { tokens, all, listed }),
            None => {
                let tokens = &model::Tokens::of(text, kept);
                look(text, model::Said { tokens, all, listed })
            }
        })
    }
}

impl<'a> Reading<'a> {
    fn of(head: &'a ArticleHead, passages: &'a [Passage], longest_kept: usize) -> Self {
        let malay = matches!(head.lang.as_str(), "ms" | "id");
        let headline = head.headline.as_deref().into_iter();
        let texts = headline.chain(passages.iter().map(|one| one.text.as_str()));
        let is_long = texts.clone().map(str::len).sum::<usize>() > longest_kept;
        let cut = |text| if is_long { Cut::Anew(text) } else { Cut::Kept(Text::new(text)) };
        let texts: Vec<Cut<'_>> = texts.map(cut).collect();
        let before = texts.len() - passages.len();

        let matches: Vec<_> = texts.iter().map(|text| text.look(scan::matches)).collect();
        let mut support = Support::default();
        for found in &matches {
            support.extend(found);
        }
        let mut memory = Memory::default();
        let mut found: Vec<Vec<Candidate>> = Vec::with_capacity(texts.len());
        for (number, (text, matches)) in texts.iter().zip(&matches).enumerate() {
            text.look(|text| {
                let candidates = candidates(text, scan::resolve(text, matches, &support), malay);
                memory.learn(number, text, &merge(candidates.clone()));
                found.push(candidates);
            });
        }
        let forms = memory.forms.sorted();
        let mut usage = model::Usage::default();
        let mut read = Vec::with_capacity(texts.len());
        let texts = texts.into_iter().zip(found).zip(matches).enumerate();
        for (number, ((text, mut all), matches)) in texts {
            let (kept, tokens) = text.look(|text| {
                forms.recall(number, text, &mut all);
                let kept = merge(all.clone());
                let tokens = model::Tokens::of(text, &kept);
                usage.learn(&tokens);
                (kept, (!is_long).then_some(tokens))
            });
            let listed = matches.iter().map(scan::Match::listed).collect();
            read.push(ReadText { text, tokens, all, kept, listed });
        }
        read.drain(..before);
        Self { texts: read, memory, usage }
    }
}

/// The names that the model found, each as the surest source that knows it so gives it; and beside
/// them nationalities, which are no names, and what it has seen too few of to judge: events,
/// products, laws and works that a source is sure of.
fn judge(read: &ReadText<'_>, text: &Text<'_>, names: &[model::Name]) -> Vec<(Candidate, Via)> {
    let short = names.iter().filter(|name| name.end - name.start <= merge::LONGEST);
    let mut judged: Vec<(Candidate, Via)> = short.map(|name| known(read, text, name)).collect();
    let stays = |one: &Candidate| match one.who {
        Who::Entry(entry) if entry.demonym() || !entry.ambiguous() => true,
        _ => is_rare(one.kind) && one.certainty >= Certainty::Sure,
    };
    let beside = read.kept.iter().filter(|one| {
        let at = judged.partition_point(|(name, _)| name.end <= one.start);
        stays(one) && judged.get(at).is_none_or(|(name, _)| name.start >= one.end)
    });
    let beside: Vec<_> = beside.map(|one| (*one, Via::Rule)).collect();
    judged.extend(beside);
    judged.sort_by_key(|(name, _)| name.start);
    judged
}

fn is_rare(kind: EntityType) -> bool {
    use EntityType::{Event, Law, Product, Work};
    matches!(kind, Event | Law | Product | Work)
}

fn known(read: &ReadText<'_>, text: &Text<'_>, name: &model::Name) -> (Candidate, Via) {
    let model::Name { start, end, kind } = *name;
    let same = |one: &&Candidate| (one.start, one.end, one.kind) == (start, end, kind);
    let sources = read.kept.iter().find(same);
    let sources = sources.or_else(|| read.all.iter().filter(same).max_by_key(|one| one.certainty));
    if let Some(source) = sources {
        return (*source, Via::Rule);
    }
    // A country is one entity, as a team and as a government too.
    let country = |one: &&Candidate| {
        let listed = matches!(one.who, Who::Entry(entry) if !entry.ambiguous() && !entry.demonym());
        (one.start, one.end, one.kind) == (start, end, EntityType::Place) && listed
    };
    if let Some(country) = read.kept.iter().find(country) {
        return (*country, Via::Rule);
    }
    // The context decides what an ambiguous name of the gazetteer means.
    let meanings = gazetteer::lookup(&text.str()[start..end]);
    let listed = meanings.into_iter().find(|one| one.kind() == kind && !one.demonym());
    let who = listed.map_or(Who::Itself, Who::Entry);
    (Candidate { start, end, kind, certainty: Certainty::Likely, who }, Via::Model)
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

/// The mention of `one`; `found` says how, unless the gazetteer or the article knows it.
fn mention(text: &Text<'_>, one: &Candidate, found: Via, memory: &Memory) -> Option<Mention> {
    let end = match one.who {
        Who::Entry(_) => bodies::with_dot(text.str(), one.end),
        Who::Itself | Who::Known { .. } => one.end,
    };
    let (start, end) = text.folded.original(one.start, end);
    let span = Span::new(text.original, start, end)?;
    let (id, name, via, demonym) = match one.who {
        Who::Entry(named) => {
            let entry = named.entry();
            let id = EntityId::from_known(entry.id);
            (id, entry.name.to_owned(), Via::Gazetteer, named.demonym())
        }
        Who::Itself => {
            // Of the folded name, so that both scripts and all accents give one id.
            let id = EntityId::of_name(one.kind, &text.str()[one.start..one.end]);
            (id, span.of(text.original).to_owned(), found, false)
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
