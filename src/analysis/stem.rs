//! Stems: the forms of one word reduced to one key, by the rules of the passage's language.
//!
//! A stem is a key to compare by, not a word to show. Languages without rules here are compared by
//! the word itself.

use frostem::Algorithm;

use crate::article::Lang;

use super::malay;
use super::spelling::american;

/// Whose rules a text is analysed by. Each has index fields of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Analyzer {
    /// Porter2, after British spellings are made American.
    English,
    /// Affixes taken off known roots; Indonesian too, which has the same morphology.
    Malay,
    /// No stemming: Chinese and every other language.
    Plain,
}

impl Analyzer {
    /// Every analyzer, in the order of their index fields.
    pub const ALL: [Self; 3] = [Self::English, Self::Malay, Self::Plain];

    /// The analyzer for a passage in `lang`.
    pub fn of(lang: &Lang) -> Self {
        match lang.as_str() {
            "en" => Self::English,
            "ms" | "id" => Self::Malay,
            _ => Self::Plain,
        }
    }

    /// The suffix of its index fields.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Malay => "ms",
            Self::Plain => "und",
        }
    }
}

/// Reduces words to their stems.
pub struct Stemmer {
    analyzer: Analyzer,
    /// Of English.
    porter2: Option<frostem::Stemmer>,
}

/// Longest word that is stemmed; longer ones are ids and noise.
const LONGEST: usize = 64;

impl Stemmer {
    /// The stemmer of `analyzer`.
    pub fn new(analyzer: Analyzer) -> Self {
        let porter2 =
            (analyzer == Analyzer::English).then(|| frostem::Stemmer::new(Algorithm::English));
        Self { analyzer, porter2 }
    }

    /// Whose rules it follows.
    pub fn analyzer(&self) -> Analyzer {
        self.analyzer
    }

    /// Whether a folded word may have this stem: a quick look that spares most words their stemming.
    /// `false` is certain.
    pub fn may_stem_to(&self, word: &str, stem: &str) -> bool {
        let first = |text: &str| text.as_bytes().first().copied();
        match self.analyzer {
            // Porter2 and the spellings keep the first letter.
            Analyzer::English => first(word) == first(stem),
            // Before a root's end at most its first letter was put back.
            Analyzer::Malay => stem.get(1..).is_none_or(|rest| word.contains(rest)),
            Analyzer::Plain => word == stem,
        }
    }

    /// The stem of a folded word: itself, or what is then in `out`.
    #[must_use]
    pub fn stem<'a>(&mut self, word: &'a str, out: &'a mut String) -> &'a str {
        if self.analyzer == Analyzer::Plain {
            return word;
        }
        let stemmable =
            (3..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
        if !stemmable {
            return word;
        }
        match &self.porter2 {
            Some(rules) => {
                out.clear();
                out.push_str(&rules.stem(&american(word)));
            }
            None => malay::stem(word, out),
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_have_one_stem() {
        for (analyzer, forms) in [
            (Analyzer::English, &["center", "centre", "centers", "centres"][..]),
            (Analyzer::English, &["cooperate", "cooperation", "cooperating"]),
            (Analyzer::English, &["organise", "organize", "organised", "organizing"]),
            (Analyzer::English, &["colour", "color", "colours"]),
            (Analyzer::English, &["maneuver", "manoeuvre", "manoeuvres", "maneuvering"]),
            (Analyzer::English, &["artifacts", "artefact"]),
            (Analyzer::English, &["advisers", "advisor"]),
            (Analyzer::English, &["archaeologists", "archeologist"]),
            (Analyzer::English, &["moustache", "mustache"]),
            (Analyzer::English, &["fuelled", "fuelling", "fueled", "fuels"]),
            (Analyzer::English, &["centred", "centered", "centring"]),
            (Analyzer::English, &["whisky", "whiskies", "whiskeys"]),
            (Analyzer::English, &["company", "companies"]),
            (Analyzer::Malay, &["ekonomi", "ekonominya", "ekonomilah"]),
            (Analyzer::Malay, &["labur", "pelaburan", "melabur"]),
            (Analyzer::Plain, &["word"]),
        ] {
            let mut stemmer = Stemmer::new(analyzer);
            let mut stems: Vec<String> = Vec::new();
            for form in forms {
                stems.push(stemmer.stem(form, &mut String::new()).to_owned());
            }
            stems.dedup();
            assert_eq!(stems.len(), 1, "{analyzer:?} {forms:?}: {stems:?}");
        }
    }

    #[test]
    fn the_quick_look_never_hides_a_stem() {
        for (analyzer, words) in [
            (Analyzer::English, ["tyres", "dying", "skies", "cheque", "5g"]),
            (Analyzer::Malay, ["menulis", "ditemui", "pengecatan", "pukulannya", "5g"]),
        ] {
            let mut stemmer = Stemmer::new(analyzer);
            for word in words {
                let mut out = String::new();
                let stem = stemmer.stem(word, &mut out);
                assert!(stemmer.may_stem_to(word, stem), "{word} {stem}");
            }
        }
    }
}
