//! Why a name that may mean several entities means the one it does.
//!
//! It looks at an article that is tagged and says again what the gazetteer makes of its names; it
//! decides nothing.

use super::scan::{self, Reason, Support};
use super::words::Text;
use crate::passage::Span;
use crate::tag::{EntityId, Mention, TaggedArticle, Via};

/// A name of a passage that may mean several entities, or one only with support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Where it is.
    pub span: Span,
    /// What it may mean; the one it does mean, if any, first.
    pub readings: Vec<Reading>,
}

/// One entity that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The entity.
    pub id: EntityId,
    /// Its canonical name.
    pub name: String,
    /// Whether it is what the name means here.
    pub chosen: bool,
    /// What speaks for it or against it, in a few words.
    pub reason: String,
}

/// The choices in each passage of a tagged article, in reading order.
pub fn choices(article: &TaggedArticle) -> Vec<Vec<Choice>> {
    let headline = article.head.headline.as_deref().into_iter();
    let passages = article.passages.iter().map(|one| one.passage.text.as_str());
    let texts: Vec<Text<'_>> = headline.chain(passages).map(Text::new).collect();
    let matches: Vec<_> = texts.iter().map(scan::matches).collect();
    let mut support = Support::default();
    matches.iter().for_each(|found| support.extend(found));
    let before = texts.len() - article.passages.len();
    let passages = texts.iter().zip(&matches).skip(before).zip(&article.passages);
    let of_passage = passages.map(|((text, matches), tagged)| {
        let decided = scan::decide(text, matches, &support);
        let each = matches.iter().zip(decided);
        each.filter_map(|(found, decided)| {
            let (start, end) = text.folded.original(found.bounds().0, found.bounds().1);
            let span = Span::new(text.original, start, end)?;
            let overlaps = |one: &&Mention| one.span.start < span.end && span.start < one.span.end;
            let mention = tagged.tags.mentions.iter().find(overlaps);
            let readings = readings(found, decided, mention, span, text.original)?;
            Some(Choice { span, readings })
        })
        .collect()
    });
    of_passage.collect()
}

fn readings(
    found: &scan::Match,
    decided: Option<(crate::tagger::gazetteer::EntryRef, Reason)>,
    mention: Option<&Mention>,
    span: Span,
    text: &str,
) -> Option<Vec<Reading>> {
    let mut readings: Vec<Reading> = Vec::new();
    let mut needs_support = false;
    for meaning in found.meanings().iter() {
        needs_support |= meaning.ambiguous();
        let entry = meaning.entry();
        if readings.iter().any(|known| known.id.as_str() == entry.id) {
            continue;
        }
        let is_decided = decided.filter(|(one, _)| one.index() == meaning.index());
        let chosen = mention.is_some_and(|one| one.id.as_str() == entry.id);
        let reason = match (chosen, is_decided, meaning.ambiguous()) {
            (true, Some((_, reason)), _) => reason.in_words(),
            (true, None, _) if mention?.via == Via::Gazetteer => IN_CONTEXT,
            (true, None, _) => how(mention?),
            (false, _, true) => "nothing in the article speaks for it",
            (false, _, false) => "it means this where nothing speaks for another",
        };
        let (id, name) = (EntityId::from_known(entry.id), entry.name.to_owned());
        readings.push(Reading { id, name, chosen, reason: reason.to_owned() });
    }
    // Common words and parts of words are no choice as long as nothing is named there.
    if readings.len() < 2 && !(needs_support && mention.is_some())
        || is_one_character(span.of(text))
    {
        return None;
    }
    if let Some(mention) = mention.filter(|_| !readings.iter().any(|one| one.chosen)) {
        let reason = match mention.span == span {
            true => how(mention).to_owned(),
            false => format!("it is part of “{}”", mention.span.of(text)),
        };
        let (id, name) = (mention.id.clone(), mention.name.clone());
        readings.push(Reading { id, name, chosen: true, reason });
    }
    readings.sort_by_key(|one| !one.chosen);
    Some(readings)
}

fn is_one_character(name: &str) -> bool {
    name.chars().nth(1).is_none()
}

/// Why a name means what only the model says it does.
const IN_CONTEXT: &str = "the model takes it for this in its context";

/// How a mention came about that the gazetteer alone does not give.
fn how(mention: &Mention) -> &'static str {
    match mention.via {
        Via::Gazetteer => "a correction says so",
        Via::Rule => "the words around it make it a name of its own",
        Via::Acronym => "the article introduces it as a short form",
        Via::Surname => "the article names the person in full",
        Via::Memory => "the article names it so elsewhere",
        Via::Model => IN_CONTEXT,
        Via::Alias => "you gave it this name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleHead, ArticleId, BlockKind, Lang};
    use crate::passage::Passage;
    use crate::tag::{TaggedPassage, Tags};
    use crate::tagger::Tagger;
    use crate::tagger::entities::EntityTagger;

    fn explained(text: &str) -> Vec<String> {
        let head = ArticleHead {
            id: ArticleId::new("a").unwrap(),
            headline: None,
            published: None,
            lang: Lang::new("en"),
            source: None,
            url: None,
            authors: Vec::new(),
            dateline: None,
            section: None,
            source_tags: Vec::new(),
            edition: Default::default(),
            unit: Default::default(),
        };
        let text = text.to_owned();
        let passage =
            Passage { ordinal: 0, kind: BlockKind::Paragraph, text, source_lines: Vec::new() };
        let mut tags = vec![Tags::default()];
        EntityTagger::default().tag(&head, std::slice::from_ref(&passage), &mut tags);
        let tagged = tags.into_iter().map(|tags| TaggedPassage { passage: passage.clone(), tags });
        let article = TaggedArticle { head, passages: tagged.collect() };
        let told = choices(&article).into_iter().flatten().map(|choice| {
            let chosen = choice.readings.first().filter(|one| one.chosen);
            let chosen = chosen.map_or("nothing".to_owned(), |one| one.id.to_string());
            let reasons: Vec<&str> = choice.readings.iter().map(|one| &*one.reason).collect();
            format!("{}: {chosen} ({})", choice.span.of(&passage.text), reasons.join("; "))
        });
        told.collect()
    }

    #[test]
    fn what_speaks_for_each_meaning_is_told() {
        for (text, want) in [
            (
                "He flew from Atlanta, Georgia, to Jordan.",
                &["Georgia: place:georgia-us (what else the article names speaks for it; \
                   it means this where nothing speaks for another)"][..],
            ),
            (
                "Apple Inc. sells phones. Apple rose.",
                &["Apple: organization:apple-inc (the article names it beyond doubt elsewhere)"],
            ),
            (
                "Reading FC lost in Reading.",
                &[
                    "Reading: organization:reading-fc (it is part of “Reading FC”; nothing in the \
                     article speaks for it)",
                    "Reading: place:reading (a word beside it says what it is)",
                ],
            ),
            ("Proton sold cars in Jordan.", &[]),
            ("", &[]),
        ] {
            assert_eq!(explained(text), want, "{text}");
        }
    }
}
