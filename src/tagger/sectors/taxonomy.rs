//! The taxonomy: sectors by id, with their labels, codes and rules.
//!
//! Plain values with laws (ids are unique, every parent stands). How a file becomes a taxonomy is
//! `file`'s work, how rules become tags the tagger's.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use super::file;
use super::matcher::Term;
use crate::engine::{SectorCard, TaxonomyCard};
use crate::tag::SectorId;

pub use super::problem::{Place, TaxonomyError};

/// The taxonomy that ships, as text.
const BUILTIN: &str = include_str!("taxonomy.toml");

/// The name the shipped taxonomy goes by: in messages, and after `extends`.
pub const BUILTIN_NAME: &str = "builtin";

/// Texts that a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleLang {
    /// Names and acronyms: every language.
    Any,
    /// English; and texts in a language we have no rules for.
    En,
    /// Malay; and texts in a language we have no rules for.
    Ms,
    /// Chinese characters, wherever they stand.
    Zh,
}

impl RuleLang {
    /// Every one, in the order they are listed.
    pub const ALL: [Self; 4] = [Self::Any, Self::En, Self::Ms, Self::Zh];

    /// As a taxonomy writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::En => "en",
            Self::Ms => "ms",
            Self::Zh => "zh",
        }
    }
}

/// What a match of a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// It suffices alone.
    Strong,
    /// It needs company.
    Weak,
    /// Nothing counts that it covers, or that begins within it (in Malay: ends within it).
    Exclude,
}

impl Strength {
    /// Every one, in the order they are listed.
    pub const ALL: [Self; 3] = [Self::Strong, Self::Weak, Self::Exclude];

    /// As a taxonomy writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
            Self::Exclude => "exclude",
        }
    }
}

/// One term of one sector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// What it is for.
    pub lang: RuleLang,
    /// What a match says.
    pub strength: Strength,
    /// What matches.
    pub term: Term,
}

/// One sector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// The sector.
    pub id: SectorId,
    /// What people call it, by language.
    pub labels: BTreeMap<String, String>,
    /// When a passage carries it.
    pub definition: String,
    /// IPTC Media Topics it maps to, `medtop:20000170`.
    pub iptc: Vec<String>,
    /// ISIC Rev 4 sections, divisions, groups or classes it maps to.
    pub isic: Vec<String>,
    /// Its rules, in order, none twice.
    pub rules: Vec<Rule>,
}

/// What matches are worth. One set for all sectors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// The first strong term.
    pub strong: f32,
    /// Each further strong term.
    pub more: f32,
    /// Added for a strong term that is a phrase, a name or an acronym: it is rarely there by
    /// chance.
    pub phrase: f32,
    /// Each weak term, up to three.
    pub weak: f32,
    /// Each further occurrence of a term, up to two.
    pub repeat: f32,
    /// Share of what the headline alone gives.
    pub headline: f32,
    /// Share of what the article's other passages give on average.
    pub article: f32,
    /// What a tag needs.
    pub least: f32,
    /// What it needs of the score of the passage's best tag.
    pub share: f32,
    /// The most that the best tag's score counts for in that.
    pub ceiling: f32,
    /// How many tags a passage may have.
    pub most: f32,
}

impl Default for Weights {
    /// Chosen by hand on labelled development passages, where the score is flat: moving any one of
    /// them by a fifth costs one point of F1 or so.
    fn default() -> Self {
        Self {
            strong: 1.0,
            more: 0.5,
            phrase: 0.5,
            weak: 0.45,
            repeat: 0.1,
            headline: 0.8,
            article: 0.2,
            least: 1.0,
            share: 0.48,
            ceiling: 3.0,
            most: 5.0,
        }
    }
}

impl Weights {
    /// The keys a taxonomy may give.
    pub(super) const KEYS: [&str; 11] = [
        "strong", "more", "phrase", "weak", "repeat", "headline", "article", "least", "share",
        "ceiling", "most",
    ];

    /// The weight by its key; `None` for a key that is none.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut f32> {
        Some(match key {
            "strong" => &mut self.strong,
            "more" => &mut self.more,
            "phrase" => &mut self.phrase,
            "weak" => &mut self.weak,
            "repeat" => &mut self.repeat,
            "headline" => &mut self.headline,
            "article" => &mut self.article,
            "least" => &mut self.least,
            "share" => &mut self.share,
            "ceiling" => &mut self.ceiling,
            "most" => &mut self.most,
            _ => return None,
        })
    }
}

/// A set of sectors. Every sector but those at the top has its parent in the set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taxonomy {
    pub(super) weights: Weights,
    pub(super) sectors: BTreeMap<SectorId, Sector>,
}

impl Taxonomy {
    /// The taxonomy that ships.
    pub fn builtin() -> Self {
        file::read(BUILTIN, BUILTIN_NAME, &Self::default)
            .expect("the shipped taxonomy is read by a test")
    }

    /// Reads the text of a taxonomy file; `name` is what messages call the file.
    ///
    /// A file that begins with `extends = "builtin"` changes the shipped taxonomy, any other
    /// stands for itself.
    ///
    /// # Errors
    ///
    /// The first thing wrong with it, with its line.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, TaxonomyError> {
        file::read(text, name, &Self::builtin)
    }

    /// The sectors, by id.
    pub fn sectors(&self) -> impl ExactSizeIterator<Item = &Sector> {
        self.sectors.values()
    }

    /// The sectors, by id, to keep.
    pub fn into_sectors(self) -> impl Iterator<Item = Sector> {
        self.sectors.into_values()
    }

    /// The sector of that id.
    pub fn sector(&self, id: &SectorId) -> Option<&Sector> {
        self.sectors.get(id)
    }

    /// What matches are worth.
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// Changes when any rule, id, label, code or weight does, not with the layout of the file.
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", xxh3_64(self.canonical().as_bytes()))
    }

    /// What an index remembers of it.
    pub fn card(&self) -> TaxonomyCard {
        let card = |sector: &Sector| SectorCard {
            id: sector.id.clone(),
            labels: sector.labels.iter().map(|(l, text)| (l.clone(), text.clone())).collect(),
        };
        TaxonomyCard {
            fingerprint: self.fingerprint(),
            sectors: self.sectors.values().map(card).collect(),
        }
    }

    /// Everything in it as text, one thing a line, in one order. No field can hold a line break.
    fn canonical(&self) -> String {
        let mut out = format!("{:?}\n", self.weights);
        let mut line = |parts: &[&str]| {
            out.push_str(&parts.join("\t").replace('\n', " "));
            out.push('\n');
        };
        for sector in self.sectors.values() {
            line(&["sector", sector.id.as_str()]);
            line(&["definition", &sector.definition]);
            sector.labels.iter().for_each(|(lang, label)| line(&["label", lang, label]));
            sector.iptc.iter().for_each(|code| line(&["iptc", code]));
            sector.isic.iter().for_each(|code| line(&["isic", code]));
            for Rule { lang, strength, term } in &sector.rules {
                line(&[lang.as_str(), strength.as_str(), term.as_str()]);
            }
        }
        out
    }
}
