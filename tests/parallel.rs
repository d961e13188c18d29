//! Entities measured across languages, on news that was translated sentence by sentence.
//!
//! What the gazetteer knows in the English text must be found in the Chinese and the Malay text
//! under the same id, and whoever asks for it in one language must find the sentences of the others.
//! Whether a text is tagged rightly is not this measure's work.

use std::collections::{BTreeMap, BTreeSet};

use pressmark::article::{ArticleHead, ArticleId, BlockKind, Lang};
use pressmark::engine::embedded::Memory;
use pressmark::engine::{Engine, Writer};
use pressmark::passage::Passage;
use pressmark::query::{self, Filter, Query};
use pressmark::results::{Matching, SearchRequest};
use pressmark::tag::{Mention, TaggedArticle, TaggedPassage, Tags};
use pressmark::tagger::Tagger;
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::gazetteer;
use serde_json::Value;

use crate::{desk, shared};

/// The share of entities that must be found anywhere in the article's translation, a little under
/// what is measured: Chinese and Malay, of countries and of all that the gazetteer knows.
const LEAST: [(&str, f64, f64); 2] = [("zh", 0.95, 0.865), ("ms", 0.94, 0.845)];

/// The ids that each sentence of an article names.
type Named = Vec<BTreeSet<String>>;

/// An article: for each language its headline, if any, and its sentences.
type Parallel = BTreeMap<&'static str, (Option<String>, Vec<String>)>;

const LANGS: [&str; 3] = ["en", "zh", "ms"];

fn lines(file: &str) -> Option<Vec<Value>> {
    let text = shared::text(file)?;
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The articles of both sets; `None` with a note if one is not there.
fn articles() -> Option<Vec<Parallel>> {
    let mut articles: BTreeMap<String, Parallel> = BTreeMap::new();
    for lang in LANGS {
        for record in lines(&format!("data/news-ntrex/articles-{lang}-dev.jsonl"))? {
            let sentences = record["paragraphs"].as_array().unwrap().iter().map(string).collect();
            let article = articles.entry(string(&record["id"])).or_default();
            article.insert(lang, (Some(string(&record["title"])), sentences));
        }
    }
    for record in lines("data/news-tico19/sentences-en-zh-ms.jsonl")? {
        let id = string(&record["id"]);
        let (document, _) = id.split_once(':').unwrap();
        let article = articles.entry(document.to_owned()).or_default();
        for lang in LANGS {
            article.entry(lang).or_default().1.push(string(&record[lang]));
        }
    }
    Some(articles.into_values().collect())
}

/// An article in one language, with what it names.
fn tagged(id: &str, lang: &str, headline: Option<&str>, sentences: &[String]) -> TaggedArticle {
    let head = ArticleHead {
        id: ArticleId::new(id).unwrap(),
        headline: headline.map(str::to_owned),
        published: None,
        lang: Lang::new(lang),
        source: None,
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    };
    let passage = |(ordinal, text): (u32, &String)| Passage {
        ordinal,
        kind: BlockKind::Paragraph,
        text: text.clone(),
        source_lines: Vec::new(),
    };
    let passages: Vec<Passage> = (0..).zip(sentences).map(passage).collect();
    let mut tags = vec![Tags::default(); passages.len()];
    EntityTagger::default().tag(&head, &passages, &mut tags);
    let passages = passages.into_iter().zip(tags);
    let passages = passages.map(|(passage, tags)| TaggedPassage { passage, tags }).collect();
    TaggedArticle { head, passages }
}

/// What the gazetteer knows in each sentence.
fn named(lang: &str, headline: Option<&str>, sentences: &[String]) -> Named {
    let article = tagged("parallel", lang, headline, sentences);
    let ids = |passage: &TaggedPassage| {
        passage.tags.mentions.iter().map(|one| one.id.as_str().to_owned()).collect()
    };
    article.passages.iter().map(ids).collect()
}

/// How many of the entities were found again.
#[derive(Clone, Copy, Default)]
struct Recall {
    found: usize,
    of: usize,
}

impl Recall {
    fn count(&mut self, found: bool) {
        self.found += usize::from(found);
        self.of += 1;
    }

    fn share(self) -> f64 {
        self.found as f64 / self.of as f64
    }

    fn sum<'a>(articles: impl Iterator<Item = &'a Self>) -> Self {
        articles.fold(Self::default(), |sum, one| Self {
            found: sum.found + one.found,
            of: sum.of + one.of,
        })
    }

    /// The interval in which the share lies in 95 of 100 sets of as many articles (bootstrap).
    fn interval(articles: &[Self]) -> (f64, f64) {
        let mut random = fastrand::Rng::with_seed(1);
        let mut draw = || &articles[random.usize(..articles.len())];
        let mut shares: Vec<f64> =
            (0..1000).map(|_| Self::sum((0..articles.len()).map(|_| draw())).share()).collect();
        shares.sort_by(f64::total_cmp);
        (shares[25], shares[974])
    }
}

/// Countries and all.
type Recalls = [Recall; 2];

/// For each article, what was found again anywhere in it and what in the same sentence.
#[derive(Default)]
struct Measured {
    article: Vec<Recalls>,
    sentence: Vec<Recalls>,
    /// How often an id was missed in the article.
    missed: BTreeMap<String, usize>,
}

#[test]
fn an_entity_has_the_same_id_in_every_language() {
    let Some(articles) = articles() else { return };
    let mut measured: BTreeMap<&str, Measured> = BTreeMap::new();
    for article in &articles {
        let named: BTreeMap<&str, Named> = article
            .iter()
            .map(|(lang, (headline, text))| (*lang, named(lang, headline.as_deref(), text)))
            .collect();
        for lang in ["zh", "ms"] {
            let (original, translation) = (&named["en"], &named[lang]);
            assert_eq!(original.len(), translation.len());
            let measured = measured.entry(lang).or_default();
            let (mut in_article, mut in_sentence) = (Recalls::default(), Recalls::default());
            let known = |id: &&String| gazetteer::entry(id).is_some();
            let anywhere: BTreeSet<&String> = translation.iter().flatten().collect();
            for id in original.iter().flatten().collect::<BTreeSet<_>>().into_iter().filter(known) {
                let found = anywhere.contains(id);
                count(&mut in_article, id, found);
                if !found {
                    *measured.missed.entry(id.clone()).or_default() += 1;
                }
            }
            for (original, translation) in original.iter().zip(translation) {
                for id in original.iter().filter(known) {
                    count(&mut in_sentence, id, translation.contains(id));
                }
            }
            measured.article.push(in_article);
            measured.sentence.push(in_sentence);
        }
    }
    for (lang, measured) in &measured {
        for (level, recalls) in [("article", &measured.article), ("sentence", &measured.sentence)] {
            for (at, what) in ["countries", "all"].into_iter().enumerate() {
                let articles: Vec<Recall> = recalls.iter().map(|recall| recall[at]).collect();
                let sum = Recall::sum(articles.iter());
                let (low, high) = Recall::interval(&articles);
                println!(
                    "{lang} {level} {what}: {} of {}, {:.3}, {low:.3}-{high:.3}",
                    sum.found,
                    sum.of,
                    sum.share()
                );
            }
        }
        let mut missed: Vec<_> = measured.missed.iter().collect();
        missed.sort_by_key(|(id, times)| (std::cmp::Reverse(**times), *id));
        println!("{lang} missed most: {:?}", &missed[..missed.len().min(20)]);
    }
    for (lang, countries, all) in LEAST {
        let recalls = &measured[lang].article;
        let [is_countries, is_all] =
            [0, 1].map(|at| Recall::sum(recalls.iter().map(|recall| &recall[at])).share());
        assert!(is_countries >= countries, "{lang}: countries {is_countries}");
        assert!(is_all >= all, "{lang}: all {is_all}");
    }
}

/// The share of sentences that must be found by a name in another language: asked for as an entity,
/// and as words any of which is enough.
const FOUND: [f64; 2] = [0.80, 0.80];

/// An entity that is named less often is not asked for.
const OFTEN: usize = 3;

#[test]
fn a_name_in_one_language_finds_the_sentences_of_the_others() {
    let Some(articles) = articles() else { return };
    let memory = Memory::new().unwrap();
    let mut writer: Box<dyn Writer> = Box::new(memory.writer(&desk::write_options(2)).unwrap());
    // For each language and entity, its names there and the sentences that name it.
    type Places =
        BTreeMap<(&'static str, String), (BTreeMap<String, usize>, BTreeSet<(usize, usize)>)>;
    let mut places = Places::new();
    for (number, article) in articles.iter().enumerate() {
        for (lang, (headline, sentences)) in article {
            let id = format!("{number}-{lang}");
            let article = tagged(&id, lang, headline.as_deref(), sentences);
            for (at, passage) in article.passages.iter().enumerate() {
                let known = |mention: &&Mention| {
                    !mention.demonym && gazetteer::entry(mention.id.as_str()).is_some()
                };
                for mention in passage.tags.mentions.iter().filter(known) {
                    let key = (*lang, mention.id.as_str().to_owned());
                    let (names, sentences) = places.entry(key).or_default();
                    let name = mention.span.of(&passage.passage.text).to_owned();
                    *names.entry(name).or_default() += 1;
                    sentences.insert((number, at));
                }
            }
            writer.put(&article, 1).unwrap();
        }
    }
    writer.commit().unwrap();
    let engine = desk::open(&memory);
    let mut shares: BTreeMap<(&str, &str), [Recall; 2]> = BTreeMap::new();
    for ((from, _), (names, sentences)) in places.iter().filter(|(_, at)| at.1.len() >= OFTEN) {
        let (name, _) = names.iter().max_by_key(|(name, often)| (**often, *name)).unwrap();
        let as_entity = Query::Filter(Filter::Entity(name.clone()));
        let as_words = query::plain(name);
        let asked = [(as_entity, Matching::All), (as_words, Matching::Any)];
        for (way, (query, matching)) in asked.into_iter().enumerate() {
            let request =
                SearchRequest { limit: usize::MAX, matching, ..SearchRequest::new(query) };
            let results = engine.search(&request).unwrap();
            let found: BTreeSet<String> =
                results.hits.iter().map(|hit| hit.id().to_string()).collect();
            for to in LANGS.into_iter().filter(|to| to != from) {
                let recall = &mut shares.entry((*from, to)).or_default()[way];
                for (article, at) in sentences {
                    recall.count(found.contains(&format!("{article}-{to}#{at}")));
                }
            }
        }
    }
    for ((from, to), recalls) in &shares {
        let [entity, words] = recalls.map(Recall::share);
        println!(
            "asked in {from}, sentences in {to}: {} of names, as entities {entity:.3}, as words {words:.3}",
            recalls[0].of
        );
        for (share, least) in [entity, words].into_iter().zip(FOUND) {
            assert!(share >= least, "{from} to {to}: {share}");
        }
    }
}

/// Counts `id` among all, and among countries if it is one.
fn count([countries, all]: &mut [Recall; 2], id: &str, found: bool) {
    if gazetteer::entry(id).is_some_and(|entry| entry.refs.contains("iso:")) {
        countries.count(found);
    }
    all.count(found);
}
