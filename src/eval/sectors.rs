//! Sectors: micro precision, recall and F1 of a tagger against labelled passages.
//!
//! A passage was labelled twice. What both labellings gave is wanted; what one gave is neither a
//! hit nor a miss nor a false alarm. A predicted parent of another predicted sector is dropped,
//! everything else is compared as given.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::article::{ArticleHead, ArticleId, BlockKind, Lang, LineRange};
use crate::passage::Passage;
use crate::tag::{Evidence, SectorId, SectorTag, Tags};
use crate::tagger::Tagger;
use crate::tagger::sectors::{self, LabelledArticle, Labels, Taxonomy};

use super::gold::{self, GoldError};
use super::score::{Outcome, Score, Tally};

/// One labelled passage, a line of a gold file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GoldPassage {
    /// Names the line in reports.
    pub id: String,
    /// Language of the article.
    pub lang: Lang,
    /// The set it is taken from; articles are told apart within a set.
    pub source: String,
    /// The article.
    pub article: String,
    /// Its place in the article, or the range of sentences that make it.
    pub paragraph: Paragraph,
    /// The article's headline.
    #[serde(default)]
    pub title: Option<String>,
    /// The passage.
    pub text: String,
    /// What both labellings gave, main one first.
    pub sectors: Vec<SectorId>,
    /// What only one of them gave.
    #[serde(default)]
    pub maybe: Vec<SectorId>,
}

/// Where in its article a labelled passage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub enum Paragraph {
    /// One paragraph.
    One(u32),
    /// Sentences from the first to before the second.
    Range(u32, u32),
}

impl Paragraph {
    fn first(self) -> u32 {
        match self {
            Self::One(first) | Self::Range(first, _) => first,
        }
    }
}

/// Reads the text of a gold file, one JSON object a line; `file` is what messages call it.
///
/// # Errors
///
/// The first line that is no labelled passage, or has a label that is no sector; a file without any.
/// Empty lines are let be.
pub fn read_gold(text: &str, file: &str) -> Result<Vec<GoldPassage>, GoldError> {
    gold::read(file, text, |passage: GoldPassage| {
        let mut labels = passage.sectors.iter().chain(&passage.maybe);
        match labels.find(|id| SectorId::new(id.as_str()).is_none()) {
            Some(bad) => Err(format!("bad sector id `{bad}`")),
            None => Ok(passage),
        }
    })
}

/// How well a tagger did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Labelled passages.
    pub passages: usize,
    /// All of them together.
    pub overall: Score,
    /// By language, in the order of its code.
    pub by_lang: BTreeMap<String, Score>,
    /// By sector, every one that was wanted or given.
    #[serde(rename = "by_label")]
    pub by_sector: BTreeMap<SectorId, Score>,
    /// Every passage with something missed or given falsely, in the order of the file.
    #[serde(rename = "mistakes")]
    pub errors: Vec<Disagreement>,
}

/// One passage on which tagger and labels differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disagreement {
    /// The passage's id in the gold file.
    #[serde(rename = "passage")]
    pub id: String,
    /// Its language.
    pub lang: Lang,
    /// Its article's headline.
    pub title: Option<String>,
    /// Its text.
    pub text: String,
    /// What was wanted and not given, with what spoke for it and did not suffice.
    pub missed: Vec<Missed>,
    /// What was given and not wanted, with the evidence.
    #[serde(rename = "wrong")]
    pub false_alarms: Vec<SectorTag>,
}

/// A sector that was wanted and not given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Missed {
    /// The sector.
    pub id: SectorId,
    /// What spoke for it; empty if nothing did.
    pub evidence: Vec<Evidence>,
}

/// Tags the passages of `gold` and counts. Passages of one article are tagged together, in
/// reading order. `lenient` gives what speaks for sectors that were missed, however weakly; it is
/// not counted.
pub fn evaluate(gold: &[GoldPassage], tagger: &dyn Tagger, lenient: Option<&dyn Tagger>) -> Report {
    let hints = lenient.map_or_else(|| vec![Vec::new(); gold.len()], |lenient| tag(gold, lenient));
    report(gold, tag(gold, tagger), &hints)
}

/// The sectors of each passage of `gold`, in its order.
fn tag(gold: &[GoldPassage], tagger: &dyn Tagger) -> Vec<Vec<SectorTag>> {
    let mut given = vec![Vec::new(); gold.len()];
    for (members, article) in articles(gold) {
        let mut tags = vec![Tags::default(); members.len()];
        tagger.tag(&article.head, &article.passages, &mut tags);
        for (at, tags) in members.into_iter().zip(tags) {
            given[at] = tags.sectors;
        }
    }
    given
}

/// Learns from `gold` what the terms of `taxonomy` and words are worth. Returns the text of the
/// model, and how well each article of `gold` is tagged by what the others teach.
pub fn learn(gold: &[GoldPassage], taxonomy: &Taxonomy) -> (String, Report) {
    let (members, articles): (Vec<_>, Vec<_>) = articles(gold).into_iter().unzip();
    let learning = sectors::learn(taxonomy, &articles);
    let mut given = vec![Vec::new(); gold.len()];
    for (at, tags) in members.into_iter().flatten().zip(learning.held_out) {
        given[at] = tags.sectors;
    }
    (learning.model, report(gold, given, &vec![Vec::new(); gold.len()]))
}

/// Counts what was given to each passage of `gold`, in its order; `hints` say why what was missed was.
fn report(gold: &[GoldPassage], given: Vec<Vec<SectorTag>>, hints: &[Vec<SectorTag>]) -> Report {
    let mut numbers = BTreeMap::new();
    let mut marks = Marks::default();
    for ((wanted, given), hints) in gold.iter().zip(given).zip(hints) {
        let next = numbers.len();
        let key = (&wanted.source, &wanted.article, &wanted.lang);
        marks.article = *numbers.entry(key).or_insert(next);
        marks.count(wanted, given, hints);
    }
    Report {
        passages: gold.len(),
        overall: marks.overall.score(),
        by_lang: marks.by_lang.into_iter().map(|(lang, tally)| (lang, tally.score())).collect(),
        by_sector: marks.by_sector.into_iter().map(|(id, tally)| (id, tally.score())).collect(),
        errors: marks.errors,
    }
}

/// The articles of `gold`, each with the places of its passages there, in reading order.
fn articles(gold: &[GoldPassage]) -> Vec<(Vec<usize>, LabelledArticle)> {
    let mut articles: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (at, one) in gold.iter().enumerate() {
        articles.entry((&one.source, &one.article, one.lang.as_str())).or_default().push(at);
    }
    let mut labelled = Vec::with_capacity(articles.len());
    for ((source, article, _), mut members) in articles {
        members.sort_by_key(|&at| (gold[at].paragraph.first(), at));
        let first = &gold[members[0]];
        let head = ArticleHead {
            id: ArticleId::new(&format!("{source}/{article}")).expect("it holds at least the `/`"),
            headline: first.title.clone(),
            published: None,
            lang: first.lang.clone(),
            source: None,
            url: None,
            authors: Vec::new(),
            dateline: None,
            section: None,
            source_tags: Vec::new(),
            edition: Default::default(),
            unit: Default::default(),
        };
        let passages = (0..).zip(&members).map(|(ordinal, &at)| Passage {
            ordinal,
            kind: BlockKind::Paragraph,
            text: gold[at].text.clone(),
            source_lines: vec![LineRange { first: ordinal + 1, last: ordinal + 1 }],
        });
        let labels = members.iter().map(|&at| Labels {
            sectors: gold[at].sectors.iter().cloned().collect(),
            maybe: gold[at].maybe.iter().cloned().collect(),
        });
        let (passages, labels) = (passages.collect(), labels.collect());
        let name = article.to_owned();
        labelled.push((members, LabelledArticle { head, name, passages, labels }));
    }
    labelled
}

/// What is counted while passages are compared.
#[derive(Default)]
struct Marks {
    article: usize,
    overall: Tally,
    by_lang: BTreeMap<String, Tally>,
    by_sector: BTreeMap<SectorId, Tally>,
    errors: Vec<Disagreement>,
}

impl Marks {
    fn count(&mut self, gold: &GoldPassage, mut given: Vec<SectorTag>, hints: &[SectorTag]) {
        let ids: BTreeSet<SectorId> = given.iter().map(|tag| tag.id.clone()).collect();
        given.retain(|tag| !ids.iter().any(|id| *id != tag.id && tag.id.covers(id)));
        let wanted: BTreeSet<&SectorId> = gold.sectors.iter().collect();
        let mut score = |id: &SectorId, outcome: Outcome| {
            self.overall.count(self.article, outcome);
            self.by_lang.entry(gold.lang.to_string()).or_default().count(self.article, outcome);
            self.by_sector.entry(id.clone()).or_default().count(self.article, outcome);
        };
        let is_given = |id: &SectorId| given.iter().any(|tag| tag.id == *id);
        for id in &wanted {
            score(id, if is_given(id) { Outcome::Right } else { Outcome::Missed });
        }
        let missed = gold.sectors.iter().filter(|id| !is_given(id)).map(|id| {
            let hint = hints.iter().find(|hint| hint.id == *id);
            let evidence = hint.map(|hint| hint.evidence.clone()).unwrap_or_default();
            Missed { id: id.clone(), evidence }
        });
        let missed: Vec<_> = missed.collect();
        given.retain(|tag| !wanted.contains(&tag.id) && !gold.maybe.contains(&tag.id));
        given.iter().for_each(|tag| score(&tag.id, Outcome::Wrong));
        if !missed.is_empty() || !given.is_empty() {
            self.errors.push(Disagreement {
                id: gold.id.clone(),
                lang: gold.lang.clone(),
                title: gold.title.clone(),
                text: gold.text.clone(),
                missed,
                false_alarms: given,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passage::Span;

    /// Takes the words of a passage for its sectors, and sees the article's first passage.
    struct Words;

    impl Tagger for Words {
        fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
            assert_eq!(head.headline.as_deref(), Some("H"));
            for (passage, tags) in passages.iter().zip(tags) {
                let words = passage.text.split(' ').chain((passage.ordinal > 0).then_some("later"));
                tags.sectors.extend(words.filter_map(SectorId::new).map(|id| SectorTag {
                    id,
                    score: 1.0,
                    evidence: vec![Evidence {
                        rule: String::new(),
                        span: Span { start: 0, end: 0 },
                    }],
                }));
            }
        }
    }

    fn line(lang: &str, article: &str, paragraph: &str, text: &str, sectors: &str) -> String {
        format!(
            r#"{{"id":"{article}{paragraph}","lang":"{lang}","source":"s","article":"{article}","paragraph":{paragraph},"date":null,"title":"H","text":"{text}",{sectors}}}"#
        )
    }

    #[test]
    fn pairs_are_counted_as_the_guide_says() {
        for (text, sectors, want) in [
            ("a b", r#""sectors":["a"],"maybe":[]"#, (1, 0, 1)),
            ("a b", r#""sectors":["a"],"maybe":["b"]"#, (1, 0, 0)),
            ("a", r#""sectors":["a","c"],"maybe":["b"]"#, (1, 1, 0)),
            // The parent of another prediction is dropped, wanted or not.
            ("a a/x", r#""sectors":["a/x"],"maybe":[]"#, (1, 0, 0)),
            ("a a/x", r#""sectors":["a"],"maybe":[]"#, (0, 1, 1)),
            // Else a parent is not its child.
            ("a", r#""sectors":["a/x"],"maybe":[]"#, (0, 1, 1)),
            ("ab", r#""sectors":[],"maybe":[]"#, (0, 0, 1)),
            ("!", r#""sectors":[]"#, (0, 0, 0)),
        ] {
            let gold = read_gold(&line("en", "x", "0", text, sectors), "gold").unwrap();
            let Score { right, missed, wrong, .. } = evaluate(&gold, &Words, None).overall;
            assert_eq!((right, missed, wrong), want, "{text} {sectors}");
        }
    }

    #[test]
    fn passages_of_one_article_are_tagged_together_in_reading_order() {
        let gold = [
            line("en", "x", "[7, 9]", "a", r#""sectors":["a","later"]"#),
            line("en", "x", "2", "b", r#""sectors":["b"]"#),
            line("zh", "x", "1", "c", r#""sectors":["d"]"#),
        ];
        let report = evaluate(&read_gold(&gold.join("\n"), "gold").unwrap(), &Words, None);
        assert_eq!(report.passages, 3);
        let counts = |score: &Score| (score.right, score.missed, score.wrong);
        assert_eq!(counts(&report.by_lang["en"]), (3, 0, 0));
        assert_eq!(counts(&report.by_lang["zh"]), (0, 1, 1));
        assert_eq!(counts(&report.overall), (3, 1, 1));
        assert_eq!(counts(&report.by_sector[&SectorId::new("d").unwrap()]), (0, 1, 0));
        assert_eq!(report.errors.len(), 1);
        assert_eq!(report.errors[0].id, "x1");
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = line("en", "x", "0", "a", r#""sectors":[]"#);
        let bad = line("en", "x", "0", "a", r#""sectors":["A B"]"#);
        for (text, want) in [
            (String::new(), "gold: no labelled passage in it"),
            (format!("{good}\n\n{{}}"), "gold:3: not a labelled passage"),
            (format!("{good}\n{bad}"), "gold:2: bad sector id `A B`"),
        ] {
            let message = read_gold(&text, "gold").unwrap_err().to_string();
            assert!(message.starts_with(want), "{message}");
        }
    }
}
