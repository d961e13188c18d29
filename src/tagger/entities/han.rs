//! Names in Chinese, which puts no spaces between words: ends of bodies and places reach back over
//! what may belong to a name, titles and verbs of speech point at people, and foreign people are
//! known by the characters their names are written with.

use std::ops::Range;

use super::cue::{Cue, Cues};
use super::lexicon;
use super::merge::{Candidate, Certainty, Who};
use super::words::{Shape, Text, is_dot};
use crate::tag::EntityType;

/// Which ending gives which type.
const ENDS: [(Cue, EntityType); 5] = [
    (Cue::HanSite, EntityType::Facility),
    (Cue::HanBody, EntityType::Organization),
    (Cue::HanLand, EntityType::Place),
    (Cue::HanEvent, EntityType::Event),
    (Cue::HanLaw, EntityType::Law),
];

/// Characters that words for building and opening something begin with.
const MAKING: [char; 12] = ['建', '兴', '興', '设', '設', '盖', '蓋', '修', '扩', '擴', '造', '办'];

/// What starts at one character of a run, and what ends before it. Numbers count characters of
/// the run.
#[derive(Clone, Default)]
struct Sign {
    /// Byte in the text.
    at: usize,
    sound: bool,
    dot: bool,
    /// One past the longest cue word that starts here, and its classes.
    word: Option<(usize, Cues)>,
    title: Option<usize>,
    say: Option<usize>,
    family: Option<usize>,
    /// Where the longest inner word, or word no name runs across, that ends before this starts.
    inner_before: Option<usize>,
    stop_before: Option<usize>,
    title_before: bool,
    /// Where the name of the gazetteer that ends before this starts, and whether it is a country.
    known_before: Option<(usize, bool)>,
    /// Whether a name of the gazetteer covers this character.
    known: bool,
}

struct Run<'t> {
    text: &'t str,
    signs: Vec<Sign>,
    out: &'t mut Vec<Candidate>,
}

/// Adds candidates by rule for the Han runs of `text`.
pub(super) fn names(text: &Text<'_>, known: &[Candidate], out: &mut Vec<Candidate>) {
    for word in text.words.iter().filter(|word| word.shape == Shape::Han) {
        if word.end - word.start < 6 {
            continue;
        }
        let signs = signs(text.str(), word.start..word.end, known);
        let mut run = Run { text: text.str(), signs, out };
        run.dotted();
        run.bodies();
        run.people();
        run.sounds();
    }
    works(text, out);
}

fn signs(text: &str, run: Range<usize>, known: &[Candidate]) -> Vec<Sign> {
    let mut signs: Vec<Sign> = text[run.clone()]
        .char_indices()
        .map(|(at, c)| Sign { at: run.start + at, dot: is_dot(c), ..Sign::default() })
        .collect();
    signs.push(Sign { at: run.end, ..Sign::default() });
    let last = signs.len() - 1;
    for here in 0..last {
        let mut next = here;
        lexicon::each(text, signs[here].at, |end, cues| {
            while next < last && signs[next].at < end {
                next += 1;
            }
            if signs[next].at != end {
                return;
            }
            let sign = &mut signs[here];
            sign.word = Some((next, cues));
            sign.sound |= cues.has(Cue::HanSound);
            if cues.has(Cue::Title) {
                sign.title = Some(next);
            }
            if cues.has(Cue::Say) {
                sign.say = Some(next);
            }
            if cues.has(Cue::HanFamily) {
                sign.family = Some(next);
            }
            let after = &mut signs[next];
            after.title_before |= cues.has(Cue::Title);
            if cues.has(Cue::HanInner) && after.inner_before.is_none() {
                after.inner_before = Some(here);
            }
            if cues.has(Cue::HanStop) && after.stop_before.is_none() {
                after.stop_before = Some(here);
            }
        });
    }
    let from = known.partition_point(|one| one.end <= run.start);
    for one in known[from..].iter().take_while(|one| one.start < run.end) {
        let first = signs.partition_point(|sign| sign.at < one.start);
        let end = signs.partition_point(|sign| sign.at < one.end);
        for sign in &mut signs[first..end.min(last)] {
            sign.known = true;
        }
        let country = match one.who {
            Who::Entry(entry) => entry.entry().refs.contains("iso:"),
            _ => false,
        };
        signs[end.min(last)].known_before = Some((first, country));
    }
    signs
}

impl Run<'_> {
    fn last(&self) -> usize {
        self.signs.len() - 1
    }

    fn push(&mut self, range: Range<usize>, kind: EntityType, certainty: Certainty) {
        let (start, end) = (self.signs[range.start].at, self.signs[range.end].at);
        self.out.push(Candidate { start, end, kind, certainty, who: Who::Itself });
    }

    fn free_sound(&self, at: usize) -> bool {
        self.signs[at].sound && !self.signs[at].known
    }

    /// Whether a word that is no name starts at `at`.
    fn plain_word(&self, at: usize) -> bool {
        self.signs[at].word.is_some_and(|(end, cues)| {
            end > at + 1
                && cues.any(&[Cue::HanWord, Cue::HanStop, Cue::Say, Cue::Title, Cue::HanInner])
        })
    }

    /// Whether the character at `at` is a word by itself: 和, 都.
    fn stops_alone(&self, at: usize) -> bool {
        self.signs[at].word.is_some_and(|(end, cues)| end == at + 1 && cues.has(Cue::HanStop))
    }

    /// One past the characters of a foreign name that start at `from`.
    fn sound_end(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.last() && at < from + 8 && self.free_sound(at) && !self.plain_word(at) {
            at += 1;
        }
        at
    }

    /// Foreign people written with dots: 约翰·布鲁斯.
    fn dotted(&mut self) {
        let mut at = 1;
        while at < self.last() {
            if !self.signs[at].dot {
                at += 1;
                continue;
            }
            let mut start = at;
            while start > 0 && at - start < 6 && self.signs[start - 1].sound {
                start -= 1;
            }
            // A title that is made of such characters is none of the name.
            let mut end = at;
            while end < self.last() && self.signs[end].dot {
                let next = end + 1;
                let mut over = next;
                while over < self.last()
                    && over < next + 7
                    && self.signs[over].sound
                    && !(over > next && self.plain_word(over))
                {
                    over += 1;
                }
                // 因 seldom ends a name and often opens what comes after one.
                if over > next + 1 && self.text[self.signs[over - 1].at..].starts_with('因') {
                    over -= 1;
                }
                if over == next {
                    break;
                }
                end = over;
            }
            if start < at && end > at {
                self.push(start..end, EntityType::Person, Certainty::Sure);
            }
            at = end.max(at + 1);
        }
    }

    /// Bodies, buildings, places, events and laws by their endings.
    fn bodies(&mut self) {
        let mut at = 1;
        while at < self.last() {
            let ending = self.signs[at].word.and_then(|(end, cues)| {
                let kind = ENDS.iter().find(|(cue, _)| cues.has(*cue))?.1;
                (!cues.any(&[Cue::HanWord, Cue::Title])).then_some((end, cues, kind))
            });
            let Some((end, cues, kind)) = ending else {
                at += 1;
                continue;
            };
            // 大学 is followed by 学院 in 大学学院: the later ending will take both.
            if let Some(start) = self.reach_back(at, end, cues) {
                let certainty = if end - at > 1 { Certainty::Sure } else { Certainty::Likely };
                self.push(start..end, kind, certainty);
            }
            at += 1;
        }
    }

    /// Where the name starts whose ending is `ending..end`; `None` if it is no name.
    fn reach_back(&self, ending: usize, end: usize, cues: Cues) -> Option<usize> {
        let short = end - ending == 1;
        let (mut start, mut sounds, mut unknown, mut inner) = (ending, 0, 0, 0);
        let mut named = None;
        while start > 0 && ending - start < 16 {
            let sign = &self.signs[start];
            if let Some((known, country)) = sign.known_before {
                named = Some((known, country, inner + unknown + sounds));
                start = known;
                break;
            }
            if let Some(word) = sign.inner_before.filter(|_| !self.signs[start - 1].known) {
                inner += start - word;
                start = word;
            } else if self.signs[start - 1].known
                || (self.signs[start - 1].dot && !self.signs[start].sound)
                || sign.stop_before.is_some()
                || sign.title_before
            {
                break;
            } else if self.signs[start - 1].sound || self.signs[start - 1].dot {
                sounds += 1;
                start -= 1;
            } else {
                unknown += 1;
                if unknown > 4 || short {
                    break;
                }
                start -= 1;
            }
        }
        let generic = cues.has(Cue::HanGeneric);
        if let Some((start, country, between)) = named {
            if self.makes_there(start, ending) {
                return None;
            }
            let enough = !generic || (!country || between > 0) || end - ending > 3;
            return (enough && (unknown <= 4)).then_some(start);
        }
        let named = if short {
            sounds >= 2 && unknown == 0 && inner == 0
        } else {
            sounds >= 2 || (2..=4).contains(&unknown) || (sounds + unknown >= 2 && unknown <= 4)
        };
        let law = cues.any(&[Cue::HanLaw, Cue::HanEvent]);
        (named && !(law && sounds < 2) && start < ending).then_some(start)
    }

    /// Whether the place at `place` is where something is done, so that what follows it before
    /// `ending` is no name: 在吉隆坡建数据中心.
    fn makes_there(&self, place: usize, ending: usize) -> bool {
        let text =
            |range: Range<usize>| &self.text[self.signs[range.start].at..self.signs[range.end].at];
        let after = (place + 1..ending).find(|at| !self.signs[*at].known);
        let Some(after) = after.filter(|_| text(0..place).ends_with(['在', '于', '於'])) else {
            return false;
        };
        let between = text(after..ending);
        between.starts_with(MAKING) && !between.starts_with("设计") && !between.starts_with("設計")
    }

    /// People by titles before and after them, and by what they say.
    fn people(&mut self) {
        for at in 0..self.last() {
            if let Some(end) = self.signs[at].title {
                self.after_title(end);
                self.before_cue(at, true);
            }
            if self.signs[at].say.is_some() {
                self.before_cue(at, false);
            }
        }
    }

    /// 总理李强, 总统马克龙.
    fn after_title(&mut self, from: usize) {
        if from >= self.last()
            || self.signs[from].known
            || self.signs[from].title.is_some_and(|end| end > from + 1)
        {
            return;
        }
        let sounds = self.sound_end(from);
        if sounds < self.last() && self.signs[sounds].dot {
            return;
        }
        if let Some(given) = self.signs[from].family {
            if self.plain_word(from) || self.stops_alone(from) {
                return;
            }
            let foreign = sounds - from >= 3;
            if !foreign {
                if let Some(end) = self.given_end(given) {
                    self.push(from..end, EntityType::Person, Certainty::Sure);
                }
                return;
            }
        }
        if sounds - from >= 2 && !self.ends_place(sounds) {
            self.push(from..sounds, EntityType::Person, Certainty::Sure);
        }
    }

    /// Whether the ending of a place or body starts at `at`.
    fn ends_place(&self, at: usize) -> bool {
        self.signs[at].word.is_some_and(|(_, cues)| ENDS.iter().any(|(cue, _)| cues.has(*cue)))
    }

    /// One past a Chinese given name that starts at `from`: two characters where what follows
    /// lets it be two, else one.
    fn given_end(&self, from: usize) -> Option<usize> {
        let ends = |at: usize| {
            at == self.last()
                || self.signs[at].known
                || self.signs[at].say.is_some()
                || self.signs[at].title.is_some()
                || self.signs[at].word.is_some_and(|(_, cues)| cues.has(Cue::HanStop))
        };
        let inside = |at: usize| {
            at < self.last()
                && !self.signs[at].known
                && !self.signs[at].dot
                && !self.plain_word(at)
                && !self.signs[at].word.is_some_and(|(end, cues)| {
                    end == at + 1
                        && (cues.has(Cue::HanStop) || cues.has(Cue::Say))
                        && !cues.has(Cue::HanSound)
                })
        };
        if !inside(from) {
            return None;
        }
        if inside(from + 1) && ends(from + 2) {
            return Some(from + 2);
        }
        if ends(from + 1) {
            return Some(from + 1);
        }
        inside(from + 1).then_some(from + 2)
    }

    /// 克拉克先生, 王小明表示: the name ends where the cue at `cue` starts.
    fn before_cue(&mut self, cue: usize, title: bool) {
        if cue == 0 || self.signs[cue - 1].known {
            return;
        }
        // A foreign name: as many characters of sound as there are.
        let mut start = cue;
        while start > 0 && cue - start < 8 && self.free_sound(start - 1) {
            start -= 1;
        }
        if start > 0 && self.signs[start - 1].dot {
            return;
        }
        let clean = !(start..cue).any(|at| self.plain_word(at));
        let polite = title
            && matches!(self.cue_text(cue), "先生" | "女士" | "夫人" | "小姐" | "太太" | "爵士");
        if cue - start >= 3 && clean || (cue - start >= 2 && clean && polite) {
            self.push(start..cue, EntityType::Person, Certainty::Likely);
            return;
        }
        for length in [3, 2, 4] {
            let Some(start) = cue.checked_sub(length) else { continue };
            let Some(given) = self.signs[start].family else { continue };
            if self.stops_alone(start) {
                continue;
            }
            let opens = start == 0
                || self.signs[start].stop_before.is_some()
                || self.signs[start].title_before
                || self.signs[start].known_before.is_some();
            let fits = given < cue
                && cue - given <= 2
                && given - start == usize::from(length == 4) + 1
                && (start..cue)
                    .all(|at| !self.signs[at].known && !self.signs[at].dot && !self.plain_word(at))
                && self.given_end(given) == Some(cue);
            if opens && fits {
                self.push(start..cue, EntityType::Person, Certainty::Likely);
                return;
            }
        }
        if polite && self.signs[cue - 1].family == Some(cue) {
            self.push(cue - 1..cue, EntityType::Person, Certainty::Guess);
        }
    }

    fn cue_text(&self, at: usize) -> &str {
        let end = self.signs[at].title.unwrap_or(at);
        &self.text[self.signs[at].at..self.signs[end].at]
    }

    /// Foreign names by their characters alone: 希瑟诺尔特.
    fn sounds(&mut self) {
        let mut at = 0;
        while at < self.last() {
            let end = self.sound_end(at);
            let dotted =
                end < self.last() && self.signs[end].dot || at > 0 && self.signs[at - 1].dot;
            let length = end - at;
            if (3..=7).contains(&length) && !dotted && !self.ends_place(end) {
                self.push(at..end, EntityType::Person, Certainty::Guess);
            }
            at = end.max(at + 1);
        }
    }
}

/// Titles in 《…》.
fn works(text: &Text<'_>, out: &mut Vec<Candidate>) {
    let folded = text.str();
    let mut from = 0;
    while let Some(open) = folded[from..].find('《').map(|at| from + at + '《'.len_utf8()) {
        let Some(close) = folded[open..].find('》').map(|at| open + at) else { return };
        let title = &folded[open..close];
        let ends = |endings: &[&str]| endings.iter().any(|end| title.ends_with(end));
        let kind = if ends(&["报", "时报", "日报", "晚报", "邮报", "周刊", "杂志", "新闻", "卫报"])
        {
            EntityType::Organization
        } else if ends(&[
            "法",
            "条约",
            "协定",
            "协议",
            "公约",
            "宪法",
            "法案",
            "条例",
            "声明",
            "宣言",
            "议定书",
        ]) {
            EntityType::Law
        } else {
            EntityType::Work
        };
        if !title.is_empty() && title.chars().count() <= 30 && !title.contains('《') {
            let (start, end) = (open, close);
            out.push(Candidate { start, end, kind, certainty: Certainty::Sure, who: Who::Itself });
        }
        from = close;
    }
}
