//! Phrases of a passage that could be terms of a sector: one to three words, or two to six Chinese
//! characters, without names and without small words at their ends.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::analysis::{Case, fold};
use crate::tag::{Mention, TaggedPassage};

/// Words of a phrase at most.
const WORDS: usize = 3;

/// Chinese characters of a phrase at most.
const CHARACTERS: usize = 6;

/// Words that no phrase begins or ends with: they say nothing of what a text is about.
static SMALL: LazyLock<HashSet<&str>> = LazyLock::new(|| SMALL_WORDS.split_whitespace().collect());

const SMALL_WORDS: &str = "\
    a about according after again against all almost also although always am among an and another \
    any are around as at away back be became because become been before behind being below best \
    better between both but by came can could day days did do does done down during each early \
    either else end even ever every few first five for former found four from full gave get give \
    given go going good got great had has have having he her here him his how however i if in \
    including into is it its it's just last late later least less let like long made make making \
    many may me might month months more most much must my near never new next no nor not nothing \
    now of off often old on once one only onto or other others our out over own part people per \
    put quite rather really s said same saw say says second see seen set several she should show \
    since six so some still such take taken ten than that the their them then there these they \
    thing things third this those though three through thus time times to today together told too \
    took toward two under until up upon us use used using very want was way we week weeks well \
    went were what when where whether which while who whom whose why will with within without \
    won't would year years yesterday yet you your \
    ada adalah agak akan akhir anda antara apa apabila atas atau awal bagaimana bagi bahawa bahkan \
    baharu baru bawah beberapa belum berada berikut berkata besar beliau bila boleh bukan dalam dan \
    dapat dari daripada dengan depan di dia dilakukan dua empat hanya hari hingga ia iaitu ialah \
    ini itu jadi jika juga kali kalangan kami kata ke kecil kedua kepada kerana ketika kini kita \
    lagi lain lalu lebih lima maka mana masa masih membuat memberi mempunyai mendapat mengikut \
    menjadi menurut mereka mungkin namun oleh orang pada para paling perlu pernah pertama pula pun \
    sahaja sama sambil sampai sangat satu saya se sebab sebagai sebahagian sebanyak sebarang \
    sebelum sebuah secara sedang sehingga sejak selain selama selepas seluruh semasa sementara \
    semua seorang seperti serta setelah setiap sini suatu sudah supaya tahun tanpa telah tengah \
    terdapat terhadap tersebut tetapi tidak tiga turut untuk walaupun waktu yang";

/// Characters that no Chinese phrase begins or ends with.
const SMALL_CHARACTERS: &str = "的了在是和有为与及等将对从到被于并而其这那他她它们我你一不也就都以个中上下后前年月日说者所或但把让向由至已未要会可能之此又还更最很使该每各两三四五六七八九十百千万亿多些如则";

/// Words that may stand within a phrase.
const WITHIN: [&str; 3] = ["of", "and", "for"];

/// Calls `each` with every phrase, as often as it stands there. Words are in lower case but for
/// acronyms, and parted by a space; Chinese is Simplified.
pub(super) fn each(tagged: &TaggedPassage, each: &mut dyn FnMut(&str)) {
    let text = &tagged.passage.text;
    // In a line of capitals every word looks like an acronym.
    let is_loud = text.contains(' ') && !text.chars().any(char::is_lowercase);
    let mut run = Run::default();
    let mut mentions = tagged.tags.mentions.iter().peekable();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_named(at, &mut mentions) {
            run.end(each);
        } else if is_han(c) {
            run.word_ends(is_loud);
            if !run.is_han {
                run.end(each);
            }
            run.is_han = true;
            run.text.push(c);
        } else if c.is_alphanumeric() || (matches!(c, '\'' | '’') && !run.word.is_empty()) {
            if run.is_han {
                run.end(each);
            }
            run.word.push(if c == '’' { '\'' } else { c });
        } else if c == ' ' || c == '-' {
            if run.is_han {
                run.end(each);
            }
            run.word_ends(is_loud);
        } else {
            run.word_ends(is_loud);
            run.end(each);
        }
        if chars.peek().is_none() {
            run.word_ends(is_loud);
            run.end(each);
        }
    }
}

/// Whether a name stands at `at`; asked for places in order.
fn is_named<'a>(
    at: usize,
    mentions: &mut std::iter::Peekable<impl Iterator<Item = &'a Mention>>,
) -> bool {
    while mentions.next_if(|mention| mention.span.end as usize <= at).is_some() {}
    mentions.peek().is_some_and(|mention| mention.span.start as usize <= at)
}

/// Words or characters that stand side by side.
#[derive(Default)]
struct Run {
    text: String,
    /// Where each word of the text begins and ends.
    words: Vec<(usize, usize)>,
    word: String,
    is_han: bool,
}

impl Run {
    fn word_ends(&mut self, is_loud: bool) {
        let word = self.word.trim_end_matches('\'');
        if word.is_empty() {
            self.word.clear();
            return;
        }
        let is_acronym = !is_loud
            && word.chars().count() > 1
            && word.chars().all(|c| c.is_uppercase() || c.is_numeric())
            && word.chars().any(char::is_uppercase);
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len();
        match is_acronym {
            true => self.text.push_str(word),
            false => self.text.extend(word.chars().flat_map(char::to_lowercase)),
        }
        self.words.push((start, self.text.len()));
        self.word.clear();
    }

    fn end(&mut self, each: &mut dyn FnMut(&str)) {
        if self.is_han {
            han(&fold(&self.text, Case::Lower).text, each);
        } else {
            for (first, &(start, _)) in self.words.iter().enumerate() {
                for &(_, end) in self.words[first..].iter().take(WORDS) {
                    let phrase = &self.text[start..end];
                    if is_term(phrase) {
                        each(phrase);
                    }
                }
            }
        }
        self.text.clear();
        self.words.clear();
        self.word.clear();
        self.is_han = false;
    }
}

fn han(text: &str, each: &mut dyn FnMut(&str)) {
    let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for first in 0..bounds.len() {
        for &end in bounds.iter().skip(first + 2).take(CHARACTERS - 1) {
            let phrase = &text[bounds[first]..end];
            let is_small = |c: Option<char>| c.is_some_and(|c| SMALL_CHARACTERS.contains(c));
            if !is_small(phrase.chars().next()) && !is_small(phrase.chars().next_back()) {
                each(phrase);
            }
        }
    }
}

/// Whether words could be a term: no small one at an end, no number, no single letter.
fn is_term(phrase: &str) -> bool {
    let mut words = phrase.split(' ').peekable();
    let mut is_first = true;
    while let Some(word) = words.next() {
        let is_end = is_first || words.peek().is_none();
        is_first = false;
        let is_within = !is_end && WITHIN.contains(&word);
        let is_short = word.len() < 3 && !word.contains(char::is_uppercase);
        if !is_within && (is_short || SMALL.contains(word)) || !word.contains(char::is_alphabetic) {
            return false;
        }
    }
    true
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::BlockKind;
    use crate::passage::{Passage, Span};
    use crate::tag::{EntityId, EntityType, Tags, Via};

    fn phrases(text: &str, name: &str) -> Vec<String> {
        let passage = Passage {
            ordinal: 0,
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            source_lines: Vec::new(),
        };
        let mention = text.find(name).filter(|_| !name.is_empty()).map(|at| Mention {
            id: EntityId::of_name(EntityType::Place, name),
            name: name.to_owned(),
            kind: EntityType::Place,
            span: Span::new(text, at, at + name.len()).unwrap(),
            via: Via::Rule,
            demonym: false,
        });
        let tags = Tags { mentions: mention.into_iter().collect(), ..Tags::default() };
        let mut found = Vec::new();
        each(&TaggedPassage { passage, tags }, &mut |phrase| found.push(phrase.to_owned()));
        found
    }

    #[test]
    fn phrases_are_words_that_could_be_terms() {
        for (text, name, want) in [
            ("The flash-flood of Kedah", "Kedah", "flash|flash flood|flood"),
            ("cost of living", "", "cost|cost of living|living"),
            ("AI chips, 5G and 300 dams", "", "AI|AI chips|chips|5G|dams"),
            ("ALL IS LOUD", "", "loud"),
            ("國產芯片", "", "国产|国产芯|国产芯片|产芯|产芯片|芯片"),
            ("在的芯片AI", "", "芯片|AI"),
            ("", "", ""),
        ] {
            assert_eq!(phrases(text, name).join("|"), want, "{text}");
        }
    }
}
