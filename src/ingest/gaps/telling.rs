//! How telling a phrase is of a sector: counts of where phrases stand, and scores made of them.

use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;

use xxhash_rust::xxh3::xxh3_64;

use super::phrases::is_han;
use crate::article::Lang;
use crate::tag::SectorId;
use crate::tagger::sectors::{RuleLang, Strength, Taxonomy};

/// How many passages speak for a sector before any is seen.
const PRIOR: f32 = 4.0;

/// The share of them that speaks for a sector whose terms have all stems of the phrase.
const STEMS: f32 = 0.3;

/// How much more a phrase counts if so.
const STEMS_MORE: f32 = 3.0;

/// How much how telling a phrase is counts beside how frequent it is.
const TELLING: f32 = 1.5;

/// The least share of a longer phrase that makes a phrase a piece of it.
const PIECE: f32 = 0.7;

/// Letters that an ending has at most.
const ENDING: usize = 3;

/// How much an article's other passages count beside the passage itself.
const AROUND: f32 = 0.2;

/// Phrases by the hash of their text.
pub(super) struct Frequent {
    pub(super) numbers: HashMap<u64, u32>,
    pub(super) phrases: Vec<Phrase>,
}

/// Phrases, and what speaks for each sector where they stand.
pub(super) struct Candidates {
    pub(super) numbers: HashMap<u64, u32>,
    pub(super) phrases: Vec<Phrase>,
    /// The share of tagged passages that each sector has.
    pub(super) shares: Vec<f32>,
}

impl Candidates {
    pub(super) fn get(&self, text: &str) -> Option<usize> {
        self.numbers.get(&xxh3_64(text.as_bytes())).map(|&number| number as usize)
    }

    /// Forgets phrases that hardly stand but within a longer one.
    pub(super) fn drop_pieces(&mut self) {
        let mut pieces = Vec::new();
        for phrase in &self.phrases {
            for part in parts(&phrase.text) {
                if let Some(number) = self.get(part)
                    && phrase.bare.0 as f32 >= PIECE * self.phrases[number].bare.0 as f32
                {
                    pieces.push(number);
                }
            }
        }
        pieces.into_iter().for_each(|number| self.phrases[number].text.clear());
    }

    /// The phrase, with a star if it stands with other endings too.
    pub(super) fn family(&self, text: &str) -> String {
        if text.chars().any(is_han) || text.chars().any(char::is_uppercase) {
            return text.to_owned();
        }
        let singular = text.strip_suffix('s').filter(|stem| stem.len() > ENDING);
        for stem in singular.into_iter().chain([text]) {
            let has = |ending: &str| self.get(&format!("{stem}{ending}")).is_some();
            if stem.len() > ENDING
                && has("")
                && ["s", "es", "ed", "ing", "er"].iter().any(|e| has(e))
            {
                return format!("{stem}*");
            }
        }
        text.to_owned()
    }
}

/// The phrase without its first or its last word or character.
fn parts(text: &str) -> Vec<&str> {
    if text.contains(' ') {
        let first = text.split_once(' ').map(|(_, rest)| rest);
        let last = text.rsplit_once(' ').map(|(rest, _)| rest);
        return first.into_iter().chain(last).collect();
    }
    if !text.chars().any(is_han) || text.chars().count() < 3 {
        return Vec::new();
    }
    let (second, _) = text.char_indices().nth(1).unwrap_or_default();
    let (last, _) = text.char_indices().next_back().unwrap_or_default();
    vec![&text[second..], &text[..last]]
}

/// One phrase.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrase {
    /// Its text; none if it is of no interest.
    pub(super) text: String,
    /// Passages without a sector, and articles of them.
    pub(super) bare: (u32, u32),
    /// Of these passages, those in English, Malay and Chinese.
    pub(super) langs: [u32; 3],
    /// What speaks for each sector, and how much was looked at.
    pub(super) shares: BTreeMap<usize, f32>,
    pub(super) weight: f32,
}

impl Phrase {
    pub(super) fn add(&mut self, text: Option<String>, lang: Option<&Lang>, shares: &Shares) {
        if let Some(text) = text
            && self.text.is_empty()
        {
            self.text = text;
        }
        if let Some(place) =
            lang.and_then(|lang| ["en", "ms", "zh"].iter().position(|one| *one == lang.as_str()))
        {
            self.langs[place] += 1;
        }
        self.weight += shares.weight;
        for (sector, share) in &shares.of_sectors {
            self.shares.entry(*sector).or_default().add_assign(*share);
        }
    }

    /// How much speaks for proposing it for a sector that has this share of all tagged passages and
    /// this share of the phrase's stems; 0 if nothing does.
    pub(super) fn score(&self, sector: usize, usual: f32, stems: f32) -> f32 {
        let held = self.shares.get(&sector).copied().unwrap_or_default();
        let share = (held + PRIOR * usual.max(STEMS * stems)) / (self.weight + PRIOR);
        if share <= usual {
            return 0.0;
        }
        let telling = share * (share / usual).ln();
        let (passages, articles) = self.bare;
        let often = (f64::from(passages) * f64::from(articles)).sqrt() as f32;
        often * telling.powf(TELLING) * (1.0 + STEMS_MORE * stems)
    }

    /// The language of its rule: any if no one has most of it.
    pub(super) fn lang(&self) -> RuleLang {
        if self.text.chars().any(is_han) {
            return RuleLang::Zh;
        }
        let all: u32 = self.langs.iter().sum();
        let of = [RuleLang::En, RuleLang::Ms].into_iter().zip(self.langs);
        of.filter(|(_, passages)| passages * 4 >= all * 3 && all > 0)
            .map(|(lang, _)| lang)
            .next()
            .unwrap_or(RuleLang::Any)
    }
}

/// What speaks for sectors in one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares {
    pub(super) weight: f32,
    pub(super) of_sectors: Vec<(usize, f32)>,
}

impl Shares {
    /// What the passages of an article say of one among them that has no sector.
    pub(super) fn around(with: &[Vec<usize>]) -> Self {
        let tagged = with.iter().filter(|sectors| !sectors.is_empty()).count();
        let mut sums: BTreeMap<usize, f32> = BTreeMap::new();
        for sector in with.iter().flatten() {
            sums.entry(*sector).or_default().add_assign(AROUND / tagged as f32);
        }
        let weight = if tagged > 0 { AROUND } else { 0.0 };
        Self { weight, of_sectors: sums.into_iter().collect() }
    }
}

/// The beginnings of the words by which sectors are known.
pub(super) struct Stems(HashMap<String, Vec<usize>>);

impl Stems {
    pub(super) fn of(taxonomy: &Taxonomy, sectors: &[SectorId]) -> Self {
        let mut stems: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, id) in sectors.iter().enumerate() {
            let Some(sector) = taxonomy.sector(id) else { continue };
            let terms = sector.rules.iter().filter(|rule| rule.strength != Strength::Exclude);
            let texts = terms.map(|rule| rule.term.as_str());
            let labels = sector.labels.values().map(String::as_str);
            for text in texts.chain(labels).chain([sector.definition.as_str()]) {
                for stem in stems_of(text) {
                    let of = stems.entry(stem).or_default();
                    if of.last() != Some(&number) {
                        of.push(number);
                    }
                }
            }
        }
        Self(stems)
    }

    /// For each sector the share of the phrase's stems that it has.
    pub(super) fn shared(&self, text: &str) -> BTreeMap<usize, f32> {
        let stems = stems_of(text);
        let mut shared: BTreeMap<usize, f32> = BTreeMap::new();
        for sector in stems.iter().filter_map(|stem| self.0.get(stem)).flatten() {
            shared.entry(*sector).or_default().add_assign(1.0 / stems.len() as f32);
        }
        shared
    }
}

/// The first five letters of each word, and pairs of Chinese characters.
fn stems_of(text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let letters: Vec<char> = word.chars().collect();
        if letters.iter().copied().any(is_han) {
            stems.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else if letters.len() > 1 {
            stems.push(letters.into_iter().take(5).collect());
        }
    }
    stems
}
