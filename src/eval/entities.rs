//! How well a tagger finds names: precision, recall and F1 on labelled passages.
//!
//! A mention is right when its span and type equal a labelled one; place and facility count as one
//! type. What the labellers were not of one mind about (`maybe`), and demonyms, are neither right
//! nor wrong. Labels come as JSON Lines ([`parse`]) or as tokens with BIO labels ([`super::bio`]).
//! Passages of one article are tagged together, as they would be when indexing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::article::{ArticleHead, ArticleId, BlockKind, Lang};
use crate::passage::{Passage, Span};
use crate::tag::{EntityId, EntityType, Tags, Via};
use crate::tagger::Tagger;

use super::gold::{self, GoldError};
use super::score::{Outcome, Score, Tally};

/// A labelled passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gold {
    /// Name of the passage.
    pub id: String,
    /// Its language.
    pub lang: Lang,
    /// The article it is of.
    pub article: String,
    /// Its place in the article; the first, if it is several paragraphs.
    pub paragraph: u32,
    /// Its text.
    pub text: String,
    /// What it names.
    pub mentions: Vec<GoldMention>,
    /// What it names in the view of some.
    pub maybe: Vec<Span>,
}

/// A labelled mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoldMention {
    /// Where it is.
    pub span: Span,
    /// Its type.
    pub kind: EntityType,
}

#[derive(Deserialize)]
struct GoldLine {
    id: String,
    lang: String,
    article: String,
    paragraph: Paragraphs,
    text: String,
    mentions: Vec<LabelLine>,
    #[serde(default)]
    maybe: Vec<LabelLine>,
}

/// The place of a passage in its article; a passage may be several paragraphs set together.
#[derive(Deserialize)]
#[serde(untagged)]
enum Paragraphs {
    One(u32),
    Several(Vec<u32>),
}

#[derive(Deserialize)]
struct LabelLine {
    start: usize,
    end: usize,
    text: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Reads labelled passages, one JSON object a line; `path` is for messages.
///
/// # Errors
///
/// The first line that is no labelled passage, or whose labels do not fit its text; a file without
/// any.
pub fn parse(path: &str, jsonl: &str) -> Result<Vec<Gold>, GoldError> {
    gold::read(path, jsonl, check)
}

fn check(gold: GoldLine) -> Result<Gold, String> {
    let starts: Vec<usize> =
        gold.text.char_indices().map(|(at, _)| at).chain([gold.text.len()]).collect();
    let span = |label: &LabelLine| {
        let byte = |at: usize| starts.get(at).copied();
        byte(label.start)
            .zip(byte(label.end))
            .and_then(|(start, end)| Span::new(&gold.text, start, end))
            .filter(|span| span.of(&gold.text) == label.text)
            .ok_or_else(|| {
                let LabelLine { start, end, text, .. } = label;
                format!("the text at {start}..{end} is not `{text}`")
            })
    };
    let mention = |label: &LabelLine| {
        let kind = label.kind.parse();
        let kind = kind.map_err(|_| format!("`{}` is not an entity type", label.kind))?;
        Ok(GoldMention { span: span(label)?, kind })
    };
    Ok(Gold {
        mentions: gold.mentions.iter().map(mention).collect::<Result<_, String>>()?,
        maybe: gold.maybe.iter().map(span).collect::<Result<_, String>>()?,
        lang: Lang::new(&gold.lang),
        id: gold.id,
        article: gold.article,
        paragraph: match gold.paragraph {
            Paragraphs::One(place) => place,
            Paragraphs::Several(places) => places.first().copied().unwrap_or_default(),
        },
        text: gold.text,
    })
}

/// A mention that was wrong or missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The passage.
    pub passage: String,
    /// Its language.
    pub lang: Lang,
    /// [`Outcome::Wrong`] or [`Outcome::Missed`].
    pub outcome: Outcome,
    /// The type found or labelled.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// The words.
    pub text: String,
    /// Where they are, in bytes.
    pub start: u32,
    /// Where they end.
    pub end: u32,
    /// The text around them.
    pub around: String,
    /// The evidence: what was found there, or that overlaps what was missed.
    pub found: Vec<FoundThere>,
}

/// A mention as a tagger gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundThere {
    /// The entity.
    pub id: EntityId,
    /// Its words.
    pub text: String,
    /// How it was recognised.
    pub via: Via,
}

/// The measures of a tagger.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// How many passages were tagged.
    pub passages: usize,
    /// Person, organization and place (with facility) together.
    pub overall: Score,
    /// The same by language.
    #[serde(rename = "by_lang")]
    pub languages: BTreeMap<String, Score>,
    /// Every type by itself; facilities count as places.
    #[serde(rename = "by_label")]
    pub types: BTreeMap<String, Score>,
    /// Every mistake, in the order of the passages.
    pub mistakes: Vec<Mistake>,
}

/// The articles of `gold`, each with its head, its passages and their labels, in reading order.
pub fn articles(gold: &[Gold]) -> Vec<(ArticleHead, Vec<Passage>, Vec<&Gold>)> {
    let mut articles: BTreeMap<(&Lang, &str), Vec<&Gold>> = BTreeMap::new();
    for one in gold {
        articles.entry((&one.lang, &one.article)).or_default().push(one);
    }
    let mut cut = Vec::with_capacity(articles.len());
    for ((lang, article), mut golds) in articles {
        let Some(head) = head(article, lang) else { continue };
        golds.sort_by_key(|one| one.paragraph);
        let passages = (0..).zip(&golds).map(|(ordinal, one)| Passage {
            ordinal,
            kind: BlockKind::Paragraph,
            text: one.text.clone(),
            source_lines: Vec::new(),
        });
        cut.push((head, passages.collect(), golds));
    }
    cut
}

/// Tags the passages of `gold` and compares.
pub fn score(tagger: &dyn Tagger, gold: &[Gold]) -> Report {
    let mut marks = Marks::default();
    for (number, (head, passages, golds)) in articles(gold).into_iter().enumerate() {
        let mut tags = vec![Tags::default(); passages.len()];
        tagger.tag(&head, &passages, &mut tags);
        marks.article = number;
        for (one, tags) in golds.iter().zip(&tags) {
            marks.compare(one, tags);
        }
    }
    let scores = |tallies: BTreeMap<String, Tally>| {
        tallies.into_iter().map(|(name, tally)| (name, tally.score())).collect()
    };
    Report {
        passages: gold.len(),
        overall: marks.overall.score(),
        languages: scores(marks.languages),
        types: scores(marks.types),
        mistakes: marks.mistakes,
    }
}

fn head(article: &str, lang: &Lang) -> Option<ArticleHead> {
    Some(ArticleHead {
        id: ArticleId::new(article)?,
        headline: None,
        published: None,
        lang: lang.clone(),
        source: None,
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    })
}

/// The type as it is counted.
fn counted(kind: EntityType) -> EntityType {
    if kind == EntityType::Facility { EntityType::Place } else { kind }
}

/// Bytes shown before and after a mistake, at most.
const AROUND: usize = 60;

/// What is counted while articles are compared.
#[derive(Default)]
struct Marks {
    article: usize,
    overall: Tally,
    languages: BTreeMap<String, Tally>,
    types: BTreeMap<String, Tally>,
    mistakes: Vec<Mistake>,
}

impl Marks {
    fn compare(&mut self, gold: &Gold, tags: &Tags) {
        let mut left: Vec<GoldMention> = gold.mentions.clone();
        for found in tags.mentions.iter().filter(|found| !found.demonym) {
            let kind = counted(found.kind);
            let equal = |one: &GoldMention| one.span == found.span && counted(one.kind) == kind;
            if let Some(at) = left.iter().position(equal) {
                left.remove(at);
                self.count(gold, Outcome::Right, found.kind, found.span, tags);
            } else if !gold.maybe.iter().any(|maybe| maybe.overlaps(found.span)) {
                self.count(gold, Outcome::Wrong, found.kind, found.span, tags);
            }
        }
        for missed in left {
            self.count(gold, Outcome::Missed, missed.kind, missed.span, tags);
        }
    }

    fn count(&mut self, gold: &Gold, outcome: Outcome, kind: EntityType, span: Span, tags: &Tags) {
        use EntityType::{Organization, Person, Place};
        let counted = counted(kind);
        self.types.entry(counted.as_str().to_owned()).or_default().count(self.article, outcome);
        if matches!(counted, Person | Organization | Place) {
            self.overall.count(self.article, outcome);
            let language = self.languages.entry(gold.lang.as_str().to_owned());
            language.or_default().count(self.article, outcome);
        }
        if outcome == Outcome::Right {
            return;
        }
        let text = gold.text.as_str();
        let there = tags.mentions.iter().filter(|found| found.span.overlaps(span));
        let found = there.map(|one| FoundThere {
            id: one.id.clone(),
            text: one.span.of(text).to_owned(),
            via: one.via,
        });
        let from = text.floor_char_boundary((span.start as usize).saturating_sub(AROUND));
        let to = text.ceil_char_boundary((span.end as usize + AROUND).min(text.len()));
        self.mistakes.push(Mistake {
            passage: gold.id.clone(),
            lang: gold.lang.clone(),
            outcome,
            kind,
            text: span.of(text).to_owned(),
            start: span.start,
            end: span.end,
            around: text[from..to].to_owned(),
            found: found.collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::Mention;

    /// Finds every capital letter and calls it an organization.
    struct Capitals;

    impl Tagger for Capitals {
        fn tag(&self, _: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
            for (passage, tags) in passages.iter().zip(tags) {
                let capitals = passage.text.char_indices().filter(|(_, c)| c.is_ascii_uppercase());
                tags.mentions.extend(capitals.map(|(at, c)| Mention {
                    id: EntityId::of_name(EntityType::Organization, &c.to_string()),
                    name: c.to_string(),
                    kind: EntityType::Organization,
                    span: Span::new(&passage.text, at, at + 1).unwrap(),
                    via: Via::Rule,
                    demonym: c == 'D',
                }));
            }
        }
    }

    const LINES: &str = concat!(
        r#"{"id":"p","lang":"zh","article":"a","paragraph":0,"text":"在A和B、C与D","#,
        r#""mentions":[{"start":1,"end":2,"text":"A","type":"organization"},"#,
        r#"{"start":3,"end":4,"text":"B","type":"person"}],"#,
        r#""maybe":[{"start":5,"end":6,"text":"C","type":"place"}]}"#,
        "\n\n"
    );

    #[test]
    fn what_is_maybe_or_a_demonym_counts_neither_way() {
        let report = score(&Capitals, &parse("g", LINES).unwrap());
        let counts = |score: Score| (score.right, score.wrong, score.missed);
        assert_eq!(counts(report.overall), (1, 1, 1));
        assert_eq!(counts(report.languages["zh"]), (1, 1, 1));
        assert_eq!(counts(report.types["organization"]), (1, 1, 0));
        assert_eq!(counts(report.types["person"]), (0, 0, 1));
        assert!((report.overall.f1 - 0.5).abs() < 1e-9);
        let mistakes: Vec<_> =
            report.mistakes.iter().map(|one| (one.outcome, one.text.as_str())).collect();
        assert_eq!(mistakes, [(Outcome::Wrong, "B"), (Outcome::Missed, "B")]);
    }

    #[test]
    fn bad_labels_name_their_line() {
        for (line, want) in [
            ("", "gold.jsonl: no labelled passage in it"),
            ("{", "gold.jsonl:1: not a labelled passage"),
            (
                r#"{"id":"p","lang":"en","article":"a","paragraph":0,"text":"ab","mentions":[{"start":1,"end":3,"text":"b","type":"person"}]}"#,
                "gold.jsonl:1: the text at 1..3 is not `b`",
            ),
            (
                r#"{"id":"p","lang":"en","article":"a","paragraph":0,"text":"ab","mentions":[{"start":1,"end":2,"text":"b","type":"ship"}]}"#,
                "gold.jsonl:1: `ship` is not an entity type",
            ),
        ] {
            assert_eq!(parse("gold.jsonl", line).unwrap_err().to_string(), want);
        }
    }

    #[test]
    fn nothing_gives_zero_and_not_nan() {
        assert_eq!(score(&Capitals, &[]).overall.f1, 0.0);
    }
}
