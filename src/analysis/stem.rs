//! Stems: the forms of one word reduced to one key, by the rules of the passage's language.
//!
//! A stem is a key to compare by, not a word to show. Languages without rules here are compared by
//! the word itself.

use frostem::Algorithm;
use xxhash_rust::xxh3::xxh3_64;

use crate::article::Lang;

use super::spelling::american;

/// Whose rules a text is analysed by. Each has index fields of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Analyzer {
    /// Porter2, after British spellings are made American.
    English,
    /// The Snowball Indonesian stemmer, which is for the same morphology.
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
    rules: Option<frostem::Stemmer>,
    /// Recent words, if many are to come: news repeats itself, and a memo that stays in cache (a
    /// megabyte) halves the cost of stemming.
    memo: Option<Vec<Memo>>,
}

/// A remembered word; words that do not fit are not remembered.
#[derive(Clone, Copy)]
struct Memo {
    word: [u8; WORD],
    word_len: u8,
    stem: [u8; WORD],
    stem_len: u8,
}

/// Longest word and stem remembered, in bytes; an entry is then one cache line.
const WORD: usize = 31;
const MEMO_SLOTS: usize = 16 * 1024;
/// Longest word that is stemmed; longer ones are ids and noise.
const LONGEST: usize = 64;

impl Stemmer {
    /// The stemmer of `analyzer`.
    pub fn new(analyzer: Analyzer) -> Self {
        let rules = match analyzer {
            Analyzer::English => Some(frostem::Stemmer::new(Algorithm::English)),
            Analyzer::Malay => Some(frostem::Stemmer::new(Algorithm::Indonesian)),
            Analyzer::Plain => None,
        };
        Self { analyzer, rules, memo: None }
    }

    /// The stemmer of `analyzer` for millions of words; it is dear to make.
    pub fn for_many(analyzer: Analyzer) -> Self {
        let empty = Memo { word: [0; WORD], word_len: 0, stem: [0; WORD], stem_len: 0 };
        Self { memo: Some(vec![empty; MEMO_SLOTS]), ..Self::new(analyzer) }
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
            Analyzer::Malay => true,
            Analyzer::Plain => word == stem,
        }
    }

    /// The stem of a folded word: itself, or what is then in `out`.
    #[must_use]
    pub fn stem<'a>(&mut self, word: &'a str, out: &'a mut String) -> &'a str {
        let Some(rules) = &self.rules else { return word };
        let stemmable =
            (3..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
        if !stemmable {
            return word;
        }
        out.clear();
        let memo = self.memo.as_mut();
        let slot = memo.map(|memo| &mut memo[xxh3_64(word.as_bytes()) as usize % MEMO_SLOTS]);
        if let Some(slot) = &slot
            && slot.word.get(..usize::from(slot.word_len)) == Some(word.as_bytes())
        {
            let stem = &slot.stem[..usize::from(slot.stem_len)];
            out.push_str(std::str::from_utf8(stem).expect("only whole stems are remembered"));
            return out;
        }
        match self.analyzer {
            Analyzer::English => out.push_str(&rules.stem(&american(word))),
            Analyzer::Malay | Analyzer::Plain => out.push_str(&rules.stem(word)),
        }
        if let Some(slot) = slot
            && word.len() <= WORD
            && out.len() <= WORD
        {
            slot.word[..word.len()].copy_from_slice(word.as_bytes());
            slot.stem[..out.len()].copy_from_slice(out.as_bytes());
            slot.word_len = word.len() as u8;
            slot.stem_len = out.len() as u8;
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
            (Analyzer::English, &["company", "companies"]),
            (Analyzer::Malay, &["ekonomi", "ekonominya", "ekonomilah"]),
            (Analyzer::Malay, &["laburan", "pelaburan"]),
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
        let mut stemmer = Stemmer::new(Analyzer::English);
        for word in ["tyres", "dying", "skies", "cheque", "5g"] {
            let mut out = String::new();
            let stem = stemmer.stem(word, &mut out);
            assert!(stemmer.may_stem_to(word, stem), "{word} {stem}");
        }
    }

    #[test]
    fn the_memo_changes_nothing() {
        let words = ["policies", "police", "policy", "a", "5g", "policies", "police"];
        let mut warm = Stemmer::for_many(Analyzer::English);
        for word in words {
            let (mut remembered, mut fresh) = (String::new(), String::new());
            let mut cold = Stemmer::new(Analyzer::English);
            assert_eq!(warm.stem(word, &mut remembered), cold.stem(word, &mut fresh), "{word}");
        }
    }
}
