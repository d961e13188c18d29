//! The sector tagger: terms of a taxonomy into sectors, each with the terms that made it.
//!
//! A strong term of a sector suffices alone. A weak one needs company: another term of the same
//! sector in the passage, in the headline or in the article's other passages. The sum of what
//! speaks for a sector is its score ([`Weights`]); the best few are kept. Where labelled passages
//! taught how much terms and words can be trusted, likelihoods take the place of scores
//! (`decide`). No state: one article in, its tags out.

pub mod check;
mod codes;
mod decide;
mod file;
mod learn;
mod matcher;
mod model;
mod needles;
mod problem;
mod ridge;
mod taxonomy;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

pub use learn::{LabelledArticle, Labels, Learning, learn};
pub use matcher::Term;
pub use taxonomy::{
    BUILTIN_NAME, Place, Rule, RuleLang, Sector, Strength, Taxonomy, TaxonomyError, Weights,
};

use crate::analysis::{Case, fold};
use crate::article::{ArticleHead, Lang};
use crate::passage::{Passage, Span};
use crate::tag::{SectorId, Tags};
use crate::tagger::Tagger;
use decide::{Learned, Passed, Said};
use matcher::{Match, Matcher, Scratch};

/// Weak terms of one sector that count in one text; more of them add nothing.
const WEAK_TERMS: usize = 3;

/// Further occurrences of one term that count.
const REPEATS: u32 = 2;

/// Tags passages with the sectors of one taxonomy.
pub struct SectorTagger {
    weights: Weights,
    ids: Vec<SectorId>,
    /// For each sector the one above it.
    parents: Vec<Option<u32>>,
    /// The sectors that a label of a source stands for, by the label, folded.
    labels: BTreeMap<String, Vec<u32>>,
    matcher: Matcher,
    /// For each term of the matcher what it is for.
    uses: Vec<Use>,
    learned: Option<Learned>,
}

/// What a term is for.
#[derive(Clone, Copy)]
struct Use {
    sector: u32,
    lang: RuleLang,
    strength: Strength,
    specific: bool,
}

impl SectorTagger {
    /// Builds the tagger of `taxonomy`.
    pub fn new(taxonomy: Taxonomy) -> Self {
        let weights = taxonomy.weights();
        let model = taxonomy.model.clone();
        let (mut ids, mut uses, mut terms) = (Vec::new(), Vec::new(), Vec::new());
        let mut labels: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (sector, of) in (0..).zip(taxonomy.into_sectors()) {
            for label in of.iptc.iter().chain(&of.source_tags) {
                labels.entry(folded(label)).or_default().push(sector);
            }
            ids.push(of.id);
            for Rule { lang, strength, term } in of.rules {
                uses.push(Use { sector, lang, strength, specific: term.is_specific() });
                terms.push(term);
            }
        }
        let number = |id: &str| (0..).zip(&ids).find(|(_, known)| known.as_str() == id);
        let parent = |id: &SectorId| Some(number(id.as_str().rsplit_once('/')?.0)?.0);
        let parents = ids.iter().map(parent).collect();
        let learned = model.map(|model| Learned::new(model, &ids, &uses, &terms));
        Self { weights, parents, labels, uses, learned, ids, matcher: Matcher::new(terms) }
    }

    /// The sectors that the source's labels and section stand for, with the labels as given.
    fn named(&self, head: &ArticleHead) -> Vec<(u32, String)> {
        let mut named = Vec::new();
        for label in head.source_tags.iter().chain(&head.section) {
            let key = folded(label);
            let known = match self.labels.get(&key) {
                Some(sectors) => sectors.clone(),
                None => {
                    let topics = codes::media_topics(&key);
                    topics
                        .iter()
                        .filter_map(|topic| self.labels.get(topic))
                        .flatten()
                        .copied()
                        .collect()
                }
            };
            named.extend(known.into_iter().map(|sector| (sector, label.clone())));
        }
        named
    }

    /// Calls `each` with every passage of an article and all that its tags are decided by.
    fn each(&self, head: &ArticleHead, passages: &[Passage], each: &mut dyn FnMut(&Passed<'_>)) {
        let mut reading = Reading::default();
        let mut said = Said::default();
        let named = self.named(head);
        let title = head.headline.as_deref().unwrap_or_default();
        let headline = self.read(title, &head.lang, &mut reading);
        if let Some(learned) = &self.learned {
            said.headline(learned, reading.scratch.folded());
        }
        let mut ranges = Vec::with_capacity(passages.len());
        for passage in passages {
            ranges.push(self.read(&passage.text, &head.lang, &mut reading));
            if let Some(learned) = &self.learned {
                said.passage(learned, reading.scratch.folded());
            }
        }
        let Reading { found, terms, .. } = reading;
        let around = Around::of(&found[headline.end..], passages.len(), self.ids.len());
        for ((range, passage), at) in ranges.into_iter().zip(passages).zip(0..) {
            let headline = &found[headline.clone()];
            let from_article = |one: &Found| around.without(one);
            let scored = self.score(&found[range], headline, from_article, &named);
            let said = said.of(at);
            let text = &passage.text;
            each(&Passed { text, scored, headline, terms: &terms, said });
        }
    }

    /// Builds a tagger that gives whatever any term speaks for, however weakly: to tell why a sector
    /// was not given.
    pub fn lenient(taxonomy: Taxonomy) -> Self {
        let mut tagger = Self::new(taxonomy.unlearned());
        tagger.weights = Weights { least: 0.0, share: 0.0, most: f32::MAX, ..tagger.weights };
        tagger
    }

    /// Finds what speaks for each sector in one text: a range of `reading.found`.
    fn read(&self, text: &str, lang: &Lang, reading: &mut Reading) -> Range<usize> {
        let langs = langs_for(lang);
        let wanted = |term: u32| langs.contains(&self.uses[term as usize].lang);
        let Reading { scratch, matches, found, terms } = reading;
        matches.clear();
        let matched = |hit: Match| matches.push((self.uses[hit.term as usize].sector, hit));
        self.matcher.each(text, scratch, wanted, matched);
        matches.sort_unstable_by_key(|(sector, Match { term, span })| {
            (*sector, span.start, u32::MAX - span.end, *term)
        });
        let from = found.len();
        for of_one in matches.chunk_by(|a, b| a.0 == b.0) {
            let counted = terms.len();
            self.count(of_one, terms);
            if counted < terms.len() {
                found.push(self.weigh(of_one[0].0, counted..terms.len(), terms));
            }
        }
        from..found.len()
    }

    /// Adds the terms to `terms` that count among the matches of one sector, given by start,
    /// longest first.
    fn count(&self, matches: &[(u32, Match)], terms: &mut Vec<Counted>) {
        let strength = |hit: &Match| self.uses[hit.term as usize].strength;
        let (mut voids, mut malay) = (Voids::default(), Voids::default());
        for (_, hit) in matches.iter().filter(|(_, hit)| strength(hit) == Strength::Exclude) {
            match self.uses[hit.term as usize].lang {
                RuleLang::Ms => malay.add(hit.span),
                _ => voids.add(hit.span),
            }
        }
        let first = terms.len();
        let mut reached = 0;
        for (_, hit) in matches {
            // The `oil price` of `palm oil prices` is none: the word it begins with belongs to the
            // compound. A Malay compound is the other way round, as in `harga minyak sawit`.
            let void = voids.cover(hit.span)
                || malay.cover(hit.span)
                || voids.split(hit.span.start)
                || malay.split(hit.span.end);
            // Of matches within each other only the longest counts.
            if void || hit.span.end <= reached {
                continue;
            }
            reached = hit.span.end;
            match terms[first..].iter_mut().find(|known| known.term == hit.term) {
                Some(known) => known.times += 1,
                None => terms.push(Counted { term: hit.term, span: hit.span, times: 1 }),
            }
        }
    }

    /// Adds up the terms of one sector, a range of `all`.
    fn weigh(&self, sector: u32, terms: Range<usize>, all: &[Counted]) -> Found {
        let weights = self.weights;
        let (mut strong, mut weak, mut sum) = (0, 0, 0.0);
        for counted in &all[terms.clone()] {
            let Use { strength, specific, .. } = self.uses[counted.term as usize];
            let again = (counted.times - 1).min(REPEATS) as f32 * weights.repeat;
            match strength {
                Strength::Strong => {
                    sum += if strong == 0 { weights.strong } else { weights.more };
                    sum += if specific { weights.phrase } else { 0.0 } + again;
                    strong += 1;
                }
                _ if weak < WEAK_TERMS => {
                    sum += weights.weak + again;
                    weak += 1;
                }
                _ => {}
            }
        }
        Found { sector, sum, has_strong: strong > 0, terms }
    }
}

impl Tagger for SectorTagger {
    fn tag(&self, head: &ArticleHead, passages: &[Passage], tags: &mut [Tags]) {
        let mut tags = tags.iter_mut();
        self.each(head, passages, &mut |passed| {
            if let Some(tags) = tags.next() {
                tags.sectors.extend(self.decide(passed));
            }
        });
    }
}

/// How labels of sources are compared.
fn folded(label: &str) -> String {
    fold(label.trim(), Case::Lower).text
}

/// What the texts of one article came to, and what reading them needs.
#[derive(Default)]
struct Reading {
    scratch: Scratch,
    /// Matches in one text, each with its sector.
    matches: Vec<(u32, Match)>,
    /// What speaks for each sector in each text.
    found: Vec<Found>,
    /// What counts for each of these.
    terms: Vec<Counted>,
}

/// What speaks for one sector in one text.
struct Found {
    sector: u32,
    sum: f32,
    has_strong: bool,
    /// Distinct terms by their first place, a range of [`Reading::terms`].
    terms: Range<usize>,
}

struct Counted {
    term: u32,
    span: Span,
    times: u32,
}

/// What exclusions of one sector cover in one text: disjoint stretches in reading order.
#[derive(Default)]
struct Voids(Vec<Span>);

impl Voids {
    /// Adds one that begins no earlier than those before it.
    fn add(&mut self, span: Span) {
        match self.0.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => self.0.push(span),
        }
    }

    /// Whether one of them covers all of `span`.
    fn cover(&self, span: Span) -> bool {
        let next = self.0.partition_point(|void| void.end < span.end);
        self.0.get(next).is_some_and(|void| void.start <= span.start)
    }

    /// Whether `at` is inside one of them, and not at its edge.
    fn split(&self, at: u32) -> bool {
        let next = self.0.partition_point(|void| void.end <= at);
        self.0.get(next).is_some_and(|void| void.start < at)
    }
}

/// What an article's passages give each sector, together.
struct Around {
    sums: Vec<f32>,
    passages: usize,
}

impl Around {
    fn of(found: &[Found], passages: usize, sectors: usize) -> Self {
        let mut sums = vec![0.0; sectors];
        found.iter().for_each(|one| sums[one.sector as usize] += one.sum);
        Self { sums, passages }
    }

    /// The average that the other passages give the sector of `one`.
    fn without(&self, one: &Found) -> f32 {
        match self.passages {
            0 | 1 => 0.0,
            // Sums of floats may fall short of their parts.
            more => ((self.sums[one.sector as usize] - one.sum) / (more - 1) as f32).max(0.0),
        }
    }
}

/// The rules that a text in `lang` is read by. Chinese characters are read wherever they stand.
fn langs_for(lang: &Lang) -> &'static [RuleLang] {
    match lang.as_str() {
        "en" => &[RuleLang::Any, RuleLang::En, RuleLang::Zh],
        "ms" => &[RuleLang::Any, RuleLang::Ms, RuleLang::Zh],
        "zh" => &[RuleLang::Any, RuleLang::Zh],
        _ => &RuleLang::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, BlockKind};
    use crate::eval::sectors::{evaluate, read_gold};
    use crate::tag::{Evidence, SectorTag};

    fn article(lang: &str, headline: &str, texts: &[&str]) -> (ArticleHead, Vec<Passage>) {
        let head = ArticleHead {
            id: ArticleId::new("a").unwrap(),
            headline: (!headline.is_empty()).then(|| headline.to_owned()),
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
        let passage = |(ordinal, text): (u32, &&str)| Passage {
            ordinal,
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            source_lines: Vec::new(),
        };
        (head, (0..).zip(texts).map(passage).collect())
    }

    fn tag(
        tagger: &SectorTagger,
        lang: &str,
        headline: &str,
        texts: &[&str],
    ) -> Vec<Vec<SectorTag>> {
        let (head, passages) = article(lang, headline, texts);
        let mut tags = vec![Tags::default(); passages.len()];
        tagger.tag(&head, &passages, &mut tags);
        tags.into_iter().map(|tags| tags.sectors).collect()
    }

    fn ids(tags: &[SectorTag]) -> Vec<&str> {
        tags.iter().map(|tag| tag.id.as_str()).collect()
    }

    const RULES: &str = r#"
        [[sector]]
        id = "tech"
        any.strong = ["AI"]
        en.strong = ["server farm*"]
        en.weak = ["server*", "phone*", "device*"]
        en.exclude = ["root server*", "farm animal*"]
        [[sector]]
        id = "tech/apple"
        en.strong = ["Apple"]
        en.weak = ["gadget*", "device*", "iOS"]
        en.exclude = ["Apple pie"]
        ms.strong = ["epal"]
        zh.strong = ["苹果公司"]
        zh.weak = ["苹果", "手机"]
        [[sector]]
        id = "food"
        en.strong = ["pie"]
        ms.strong = ["pai"]
    "#;

    #[test]
    fn weak_terms_need_company_and_exclusions_void() {
        let tagger = SectorTagger::new(Taxonomy::from_toml(RULES, "rules").unwrap());
        let none: [&str; 0] = [];
        for (lang, headline, text, want) in [
            ("en", "", "A server farm was sold.", vec!["tech"]),
            ("en", "", "The server was sold.", none.to_vec()),
            ("en", "A server farm burns", "The server was sold.", vec!["tech"]),
            ("en", "A server farm burns", "It was sold.", none.to_vec()),
            ("en", "", "The server, a phone and a device.", vec!["tech"]),
            // A term within a longer one of the same sector counts once.
            ("en", "", "A server farm, no more.", vec!["tech"]),
            ("en", "", "Apple sells pies.", vec!["tech/apple"]),
            ("en", "", "She baked an Apple pie.", vec!["food"]),
            // An exclusion voids what begins within it, and nothing beside it.
            ("en", "", "The root server farm was sold.", none.to_vec()),
            ("en", "", "A server farm animal.", vec!["tech"]),
            ("en", "", "A root server, a server farm.", vec!["tech"]),
            // A child beats its parent, but not by weak terms against a strong one.
            ("en", "", "Apple trains AI.", vec!["tech/apple"]),
            ("en", "", "AI in a gadget, a device, on iOS.", vec!["tech"]),
            // Rules are for their language; Chinese is read everywhere, names too.
            ("ms", "", "Sebiji epal dan pie.", vec!["tech/apple"]),
            ("ms", "", "Pai dan AI.", vec!["tech", "food"]),
            ("en", "", "Sebiji epal dan pai.", none.to_vec()),
            ("id", "", "Sebiji epal dan pie.", vec!["food", "tech/apple"]),
            ("zh", "", "苹果公司发布手机", vec!["tech/apple"]),
            ("zh", "", "一个苹果", none.to_vec()),
            ("en", "", "苹果公司 grows.", vec!["tech/apple"]),
            ("zh", "", "用AI的人", vec!["tech"]),
        ] {
            assert_eq!(ids(&tag(&tagger, lang, headline, &[text])[0]), want, "{headline}: {text}");
        }
    }

    #[test]
    fn evidence_names_the_rule_and_its_company_and_quotes_the_passage() {
        let tagger = SectorTagger::new(Taxonomy::from_toml(RULES, "rules").unwrap());
        let text = "“The server-farms”, servers and a phone.";
        let evidence = |headline, texts: &[&str]| -> Vec<(String, String)> {
            let tags = tag(&tagger, "en", headline, texts);
            let quote = |e: &Evidence| (e.rule.clone(), e.span.of(texts[0]).to_owned());
            tags[0].iter().flat_map(|tag| &tag.evidence).map(quote).collect()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            evidence("", &[text]),
            [
                pair("strong: server farm*", "server-farms"),
                pair("weak: server*", "servers"),
                pair("weak: phone*", "phone"),
            ]
        );
        assert_eq!(
            evidence("A server farm", &["one server"]),
            [pair("weak: server* + headline", "server")]
        );
    }

    #[test]
    fn the_other_passages_of_an_article_are_company_too() {
        let toml = format!("[weights]\narticle = 0.8\n{RULES}");
        let tagger = SectorTagger::new(Taxonomy::from_toml(&toml, "rules").unwrap());
        let tags = tag(&tagger, "en", "", &["one server", "A server farm."]);
        assert_eq!(ids(&tags[0]), ["tech"]);
        assert_eq!(tags[0][0].evidence[0].rule, "weak: server* + article");
    }

    #[test]
    fn a_compound_is_not_what_its_head_is() {
        let tagger = SectorTagger::new(Taxonomy::builtin());
        for (lang, text, not, want) in [
            (
                "en",
                "Palm oil prices rose on Bursa Malaysia.",
                "energy/oil-gas",
                "agriculture/palm-oil",
            ),
            ("en", "Thailand banned palm oil exports.", "energy/oil-gas", "agriculture/palm-oil"),
            (
                "en",
                "Crude palm oil producers said output fell.",
                "energy/oil-gas",
                "agriculture/palm-oil",
            ),
            ("en", "Olive oil prices rose as groves dried.", "energy/oil-gas", ""),
            ("en", "Cooking oil supplies ran short before the feast.", "energy/oil-gas", ""),
            ("en", "Edible-oil imports and sunflower oil exports fell.", "energy/oil-gas", ""),
            ("zh", "棕榈油价格上涨。", "energy/oil-gas", "agriculture/palm-oil"),
            ("zh", "食用油价格上涨，橄榄油价格下跌。", "energy/oil-gas", ""),
            ("ms", "Harga minyak sawit naik.", "energy/oil-gas", "agriculture/palm-oil"),
            (
                "ms",
                "Eksport minyak kelapa sawit meningkat.",
                "energy/oil-gas",
                "agriculture/palm-oil",
            ),
            ("ms", "Harga minyak masak paket naik.", "energy/oil-gas", ""),
            ("en", "Palm oil rose as crude oil prices did.", "", "energy/oil-gas"),
            ("zh", "国际油价上涨。", "", "energy/oil-gas"),
            ("ms", "Harga minyak dunia naik.", "", "energy/oil-gas"),
        ] {
            let tags = tag(&tagger, lang, "", &[text]);
            let found = ids(&tags[0]);
            assert!(!found.contains(&not), "{text}: {:?}", tags[0]);
            assert!(want.is_empty() || found.contains(&want), "{text}: {:?}", tags[0]);
        }
    }

    #[test]
    fn labels_of_the_source_keep_a_term_company() {
        let rules = r#"
            [[sector]]
            id = "finance"
            iptc = ["medtop:20000170"]
            source_tags = ["Business"]
            en.strong = ["bank"]
            en.weak = ["share*"]
        "#;
        let tagger = SectorTagger::new(Taxonomy::from_toml(rules, "rules").unwrap());
        for (source_tags, section, text, want) in [
            (
                vec!["medtop:20000170"],
                None,
                "Shares rose.",
                Some("weak: share* + source: medtop:20000170"),
            ),
            (
                vec!["x", "MEDTOP:20000170 "],
                None,
                "Shares rose.",
                Some("weak: share* + source: MEDTOP:20000170 "),
            ),
            (
                vec!["http://cv.iptc.org/newscodes/mediatopic/20000170"],
                None,
                "Shares rose.",
                Some("weak: share* + source: http://cv.iptc.org/newscodes/mediatopic/20000170"),
            ),
            (vec!["04016000"], None, "Shares rose.", Some("weak: share* + source: 04016000")),
            (vec![], Some("business"), "Shares rose.", Some("weak: share* + source: business")),
            (vec!["Business"], None, "The bank fell.", Some("strong: bank")),
            // A label is of the article: what a passage says must bear it out.
            (vec!["Business"], None, "It rained.", None),
            (vec!["Businesses"], Some("Sport"), "Shares rose.", None),
        ] {
            let (mut head, passages) = article("en", "", &[text]);
            head.source_tags = source_tags.into_iter().map(str::to_owned).collect();
            head.section = section.map(str::to_owned);
            let mut tags = vec![Tags::default()];
            tagger.tag(&head, &passages, &mut tags);
            let rules: Vec<_> = tags[0].sectors.iter().map(|tag| &*tag.evidence[0].rule).collect();
            assert_eq!(rules, Vec::from_iter(want), "{text}");
        }
    }

    #[test]
    fn what_a_file_adds_does_what_its_strength_says_beside_the_model() {
        let own = r#"
            extends = "builtin"
            [[sector]]
            id = "lighthouses"
            en.strong = ["lighthouse*"]
            [[sector]]
            id = "energy"
            en.strong = ["glimmer*"]
            source_tags = ["Power"]
        "#;
        let builtin = SectorTagger::new(Taxonomy::builtin());
        let tagger = SectorTagger::new(Taxonomy::from_toml(own, "own").unwrap());
        assert_eq!(ids(&tag(&tagger, "en", "", &["The lighthouse is lit."])[0]), ["lighthouses"]);
        assert_eq!(ids(&tag(&tagger, "en", "", &["The glimmers are lit."])[0]), ["energy"]);
        // What it does not touch stays as it is, to the score.
        let text = ["The central bank cut its interest rate as inflation eased."];
        assert_eq!(tag(&tagger, "en", "", &text), tag(&builtin, "en", "", &text));
        assert!(!tag(&builtin, "en", "", &text)[0].is_empty());
    }

    #[test]
    fn every_tag_of_the_model_says_what_made_it() {
        let tagger = SectorTagger::new(Taxonomy::builtin());
        let mut by_words = 0;
        let reach = include_str!("reach.tsv").lines().filter(|line| !line.starts_with('#'));
        let reach = reach.map(|line| {
            let [_, lang, text]: [&str; 3] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            (lang, text)
        });
        let no_terms = [("en", "He wrote the novel in Paris and won the prize for his debut.")];
        for (lang, text) in reach.chain(no_terms) {
            for found in &tag(&tagger, lang, "", &[text])[0] {
                assert!((0.0..=1.0).contains(&found.score), "{found:?}");
                assert!(!found.evidence.is_empty(), "{found:?}");
                for evidence in &found.evidence {
                    let word = evidence.rule.strip_prefix("word: ");
                    let quote = fold(evidence.span.of(text), Case::Lower).text;
                    assert!(word.is_none_or(|word| word == quote), "{evidence:?}");
                    by_words += usize::from(word.is_some());
                }
            }
        }
        assert!(by_words > 0);
    }

    #[test]
    fn every_sector_is_reached_by_its_terms_in_every_language() {
        let taxonomy = Taxonomy::builtin().unlearned();
        let mut left: std::collections::BTreeSet<_> = taxonomy
            .sectors()
            .flat_map(|sector| ["en", "zh", "ms"].map(|lang| (sector.id.to_string(), lang)))
            .collect();
        assert_eq!(left.len(), 3 * 64);
        let tagger = SectorTagger::new(taxonomy);
        for line in include_str!("reach.tsv").lines().filter(|line| !line.starts_with('#')) {
            let [sector, lang, text]: [&str; 3] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            let tags = tag(&tagger, lang, "", &[text]);
            assert!(ids(&tags[0]).contains(&sector), "{sector} {lang} {text}: {:?}", tags[0]);
            for evidence in tags[0].iter().flat_map(|tag| &tag.evidence) {
                assert!(
                    Span::new(text, evidence.span.start as usize, evidence.span.end as usize)
                        .is_some()
                );
            }
            left.retain(|(id, of)| id != sector || *of != lang);
        }
        assert!(left.is_empty(), "no sentence for {left:?}");
    }

    #[test]
    fn equal_articles_get_equal_tags_from_equal_taggers() {
        let texts = ["Troops fired missiles; the court met.", "Exports rose. 出口增长。"];
        let run = || {
            let tagger = SectorTagger::new(Taxonomy::builtin());
            let first = tag(&tagger, "en", "War and trade", &texts);
            tag(&tagger, "ms", "", &["Banjir besar."]);
            assert_eq!(tag(&tagger, "en", "War and trade", &texts), first);
            first
        };
        assert_eq!(run(), run());
    }

    /// Needs the development data, which is no part of the project.
    #[test]
    fn the_development_passages_are_tagged_well_enough() {
        let shared = option_env!("PRESSMARK_SHARED").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
            std::path::PathBuf::from,
        );
        let path = shared.join("gold/sectors-dev.jsonl");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("skipped: cannot read {}", path.display());
            return;
        };
        let gold = read_gold(&text, "sectors-dev.jsonl").unwrap();
        let report = evaluate(&gold, &SectorTagger::new(Taxonomy::builtin()), None);
        for (name, score) in
            report.by_lang.iter().map(|(l, s)| (l.as_str(), s)).chain([("all", &report.overall)])
        {
            assert!(score.f1 >= 0.70, "{name}: {score:?}");
        }
    }
}
