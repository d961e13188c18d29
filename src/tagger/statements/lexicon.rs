//! The words of attribution: rows of the tables in `cues`, and what class a word is of.
//!
//! Words only. Where they must stand is the patterns' work.

use std::collections::HashMap;

use crate::tagger::ascii::letters_ahead;

/// Classes of English and Malay words; a word may be of several. The heads of the tables explain
/// them.
const CLASSES: &[&str] = &[
    "say", "that", "thing", "tell", "quote", "source", "turned", "his", "ahead", "day", "role",
    "paper", "pronoun", "who", "article", "joint", "of", "at", "stop", "abbr", "link", "out",
    "after", "kin",
];

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

macro_rules! classes {
    ($($name:ident = $row:literal),* $(,)?) => {
        impl Classes {
            $(pub(super) const $name: Self = Self::of($row);)*
        }
    };
}

classes! {
    SAY = "say", THAT = "that", THING = "thing", TELL = "tell", QUOTE = "quote",
    SOURCE = "source", TURNED = "turned", HIS = "his", AHEAD = "ahead", DAY = "day",
    ROLE = "role", PAPER = "paper", PRONOUN = "pronoun", WHO = "who", ARTICLE = "article",
    JOINT = "joint", OF = "of", AT = "at", STOP = "stop", ABBR = "abbr", LINK = "link",
    OUT = "out", AFTER = "after", KIN = "kin",
}

impl Classes {
    /// What makes a word worth a look.
    const CUE: Self = Self(
        Self::SAY.0
            | Self::THAT.0
            | Self::THING.0
            | Self::TELL.0
            | Self::QUOTE.0
            | Self::SOURCE.0
            | Self::TURNED.0
            | Self::HIS.0,
    );

    /// The class of a row's name; a name that is none ends the build.
    const fn of(row: &str) -> Self {
        let mut at = 0;
        while at < CLASSES.len() {
            if same(CLASSES[at].as_bytes(), row.as_bytes()) {
                return Self(1 << at);
            }
            at += 1;
        }
        panic!("every class is the name of a row")
    }

    /// Whether it holds any of `other`.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The longest word of a table, in bytes.
const LONGEST: usize = 24;

/// A word in small letters, padded: as it is kept and compared.
type Packed = [u64; LONGEST / 8];

/// A word as it is compared; `None` if it is longer than any.
fn packed(word: &str) -> Option<Packed> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    let mut packed = Packed::default();
    for (part, eight) in packed.iter_mut().zip(bytes.as_chunks::<8>().0) {
        // The bit of small letters, which hyphens and apostrophes have too.
        *part = u64::from_le_bytes(*eight) | 0x2020_2020_2020_2020;
    }
    Some(packed)
}

/// The first and the last letter of a word in one number.
fn ends(word: &[u8]) -> usize {
    let letter = |byte: Option<&u8>| usize::from(byte.map_or(0, |byte| byte & 31));
    letter(word.first()) << 5 | letter(word.last())
}

/// Places of the table of words: more than twice as many as there are words.
const PLACES: usize = 2048;

/// The place at which a word is looked for first.
fn place(word: &Packed) -> usize {
    let all = word[0] ^ word[1].rotate_left(21) ^ word[2].rotate_left(42);
    (all.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 53) as usize
}

/// The words of a language that parts them by spaces.
pub(super) struct Words {
    /// Each at its place or the next free one; a free one has no class. Every word of a text is
    /// looked up, which a general map makes dear.
    table: Vec<(Packed, Classes)>,
    /// By first and last letter, the lengths of the words, and of those that are cues: nearly every
    /// word of a text is told by it to be none.
    lengths: Vec<[u32; 2]>,
}

impl Words {
    /// Reads a table. A row of no class is left out; a test looks for such.
    pub(super) fn read(table: &'static str) -> Self {
        let free = (Packed::default(), Classes::default());
        let mut words = Self { table: vec![free; PLACES], lengths: vec![[0; 2]; 32 * 32] };
        for (class, list) in rows(table) {
            let Some(at) = CLASSES.iter().position(|name| *name == class) else { continue };
            let class = Classes(1 << at);
            for word in list.split('|') {
                let Some(packed) = packed(word) else { continue };
                let at = words.find(&packed);
                words.table[at] = (packed, words.table[at].1.or(class));
                let [all, cues] = &mut words.lengths[ends(word.as_bytes())];
                *all |= 1 << word.len();
                *cues |= u32::from(class.any(Classes::CUE)) << word.len();
            }
        }
        words
    }

    /// The classes of a word in any case.
    pub(super) fn of(&self, word: &str) -> Classes {
        let bytes = word.as_bytes();
        if bytes.len() > LONGEST || self.lengths[ends(bytes)][0] >> bytes.len() & 1 == 0 {
            return Classes::default();
        }
        packed(word).map_or(Classes::default(), |packed| self.table[self.find(&packed)].1)
    }

    /// The place of a word, or the free one where it would be.
    fn find(&self, word: &Packed) -> usize {
        let mut at = place(word);
        while self.table[at].1 != Classes::default() && self.table[at].0 != *word {
            at = (at + 1) % PLACES;
        }
        at
    }

    /// Whether `text` holds a cue at all: most passages hold none, and are done with.
    pub(super) fn any_cue(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            at += letters_ahead(&bytes[at..]);
            if at == start {
                at += 1;
                continue;
            }
            if at - start <= LONGEST
                && self.lengths[ends(&bytes[start..at])][1] >> (at - start) & 1 == 1
                && self.of(&text[start..at]).any(Classes::CUE)
            {
                return true;
            }
        }
        false
    }
}

/// A Chinese cue and where it is none.
pub(super) struct HanCue {
    pub(super) word: &'static str,
    pub(super) kind: HanKind,
    not_after: Vec<&'static str>,
    not_before: Vec<&'static str>,
}

/// What a Chinese cue takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HanKind {
    /// A clause or a quotation.
    Cue,
    /// Whom it was said to, then the like.
    Tell,
    /// What was spoken of.
    Thing,
    /// A clause, if 据 goes before the speaker.
    Report,
}

/// The words of Chinese.
pub(super) struct HanWords {
    /// By first character, longest first.
    cues: HashMap<char, Vec<HanCue>>,
    pub(super) ahead: Endings,
    pub(super) place: Vec<&'static str>,
    pub(super) role: Endings,
    pub(super) opens: Vec<&'static str>,
    pub(super) governs: Endings,
}

impl HanWords {
    /// Reads a table.
    pub(super) fn read(table: &'static str) -> Self {
        let list = |wanted: &[&str]| -> Vec<&'static str> {
            let rows = rows(table).filter(|(class, _)| wanted.contains(class));
            let mut words: Vec<_> = rows
                .flat_map(|(_, list)| list.split('\t').next().unwrap_or("").split('|'))
                .collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        let mut cues: HashMap<char, Vec<HanCue>> = HashMap::new();
        for (class, row) in rows(table) {
            let kind = match class {
                "cue" => HanKind::Cue,
                "tell" => HanKind::Tell,
                "thing" => HanKind::Thing,
                "report" => HanKind::Report,
                _ => continue,
            };
            let mut fields = row.split('\t').map(|list| {
                list.split('|').filter(|word| !word.is_empty()).collect::<Vec<&'static str>>()
            });
            let words = fields.next().unwrap_or_default();
            let (after, before) =
                (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            for word in words {
                let Some(first) = word.chars().next() else { continue };
                let (not_after, not_before) = (after.clone(), before.clone());
                let list = cues.entry(first).or_default();
                let at = list.partition_point(|other| other.word.len() >= word.len());
                list.insert(at, HanCue { word, kind, not_after, not_before });
            }
        }
        Self {
            cues,
            ahead: Endings::of(&list(&["ahead"])),
            place: list(&["place"]),
            role: Endings::of(&list(&["role", "paper"])),
            opens: list(&["opens"]),
            governs: Endings::of(&list(&["governs"])),
        }
    }

    /// The cues that stand at `at`, the longest first.
    pub(super) fn cues<'a>(&'a self, text: &'a str, at: usize) -> impl Iterator<Item = &'a HanCue> {
        let first = text[at..].chars().next();
        let list = first.and_then(|first| self.cues.get(&first)).map_or(&[][..], Vec::as_slice);
        list.iter().filter(move |cue| {
            let rest = &text[at..];
            rest.starts_with(cue.word)
                && !cue.not_after.iter().any(|word| text[..at].ends_with(word))
                && !cue.not_before.iter().any(|word| rest[cue.word.len()..].starts_with(word))
        })
    }
}

/// Words looked for at the end of a text.
pub(super) struct Endings(HashMap<char, Vec<&'static str>>);

impl Endings {
    fn of(words: &[&'static str]) -> Self {
        let mut by_last: HashMap<char, Vec<&'static str>> = HashMap::new();
        for word in words {
            if let Some(last) = word.chars().next_back() {
                by_last.entry(last).or_default().push(word);
            }
        }
        Self(by_last)
    }

    /// The length of the longest word that `text` ends with.
    pub(super) fn at_end(&self, text: &str) -> Option<usize> {
        let words = self.0.get(&text.chars().next_back()?)?;
        words.iter().find(|word| text.ends_with(**word)).map(|word| word.len())
    }
}

/// The rows of a table: class and list.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_class_and_words_that_can_be_met() {
        for (name, table) in [("en", super::super::ENGLISH), ("ms", super::super::MALAY)] {
            let words = Words::read(table);
            for line in table.lines().filter(|line| !line.starts_with('#')) {
                let (class, list) =
                    line.split_once('\t').unwrap_or_else(|| panic!("{name}: {line}"));
                assert!(CLASSES.contains(&class), "{name}: `{class}`");
                for word in list.split('|') {
                    let good = |b: u8| b.is_ascii_lowercase() || b"'-".contains(&b);
                    assert!(
                        !word.is_empty() && word.bytes().all(good),
                        "{name}: {class}: `{word}`"
                    );
                    assert!(word.len() <= LONGEST, "{name}: {class}: `{word}`");
                    assert_ne!(words.of(word), Classes::default(), "{name}: {class}: `{word}`");
                }
            }
            let taken = words.table.iter().filter(|(_, classes)| *classes != Classes::default());
            assert!(taken.count() * 2 < PLACES, "{name}: the table is to be larger");
        }
        let classes = [
            "cue", "tell", "thing", "report", "ahead", "place", "role", "paper", "opens", "governs",
        ];
        for line in super::super::CHINESE.lines().filter(|line| !line.starts_with('#')) {
            let (class, list) = line.split_once('\t').unwrap_or_else(|| panic!("zh: {line}"));
            assert!(classes.contains(&class), "zh: `{class}`");
            assert!(!list.split('\t').next().unwrap().split('|').any(str::is_empty), "zh: {class}");
        }
    }

    #[test]
    fn a_cue_is_seen_in_any_case_and_not_within_a_word() {
        let words = Words::read(super::super::ENGLISH);
        for (text, want) in [
            ("He SAID so", true),
            ("said", true),
            ("according to", true),
            ("unsaid things", false),
            ("", false),
            ("说 said", true),
        ] {
            assert_eq!(words.any_cue(text), want, "{text}");
        }
    }
}
