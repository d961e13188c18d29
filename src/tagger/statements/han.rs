//! Patterns of attribution in Chinese: from each cue to who said what.
//!
//! Chinese parts no words, so a subject is told by how it ends, a name or a word for people or
//! bodies, and by what stands between it and the cue, which must be an adverb, a day, or a phrase
//! of place or occasion.

use std::collections::HashMap;

use super::Found;
use super::cut::{Quote, quotes};
use super::lexicon::{HanKind, HanWords};
use super::noun::Who;
use crate::tag::{EntityType, Mention};

/// How far before a cue its subject is looked for, in bytes.
const FAR: usize = 240;

/// The longest phrase for a speaker, in bytes.
const LONGEST_PHRASE: usize = 75;

/// The longest reported statement, in bytes.
const LONGEST: usize = 2000;

/// Finds the statements of a text.
pub(super) fn find(text: &str, mentions: &[Mention], words: &HanWords) -> Vec<Found> {
    let quotes = quotes(text);
    let mut finder = Finder { text, mentions, words, quotes: &quotes, found: Vec::new() };
    let (mut quote, mut mention) = (0, 0);
    let (mut at, mut sentence) = (0, 0);
    let mut ends = None;
    while let Some(c) = text[at..].chars().next() {
        if let Some(one) = quotes.get(quote).filter(|one| one.start <= at) {
            at = one.end;
            quote += 1;
            if text[..one.inner.1].ends_with(['。', '！', '？', '!', '?', '…']) {
                sentence = at;
            }
            continue;
        }
        while mentions.get(mention).is_some_and(|one| one.span.end as usize <= at) {
            mention += 1;
        }
        if is_stop(c) {
            at += c.len_utf8();
            sentence = at;
            continue;
        }
        let named = mentions.get(mention).is_some_and(|one| one.span.start as usize <= at);
        let cue = words.cues(text, at).find(|_| !named).map(|cue| (cue.word.len(), cue.kind));
        let Some((length, _)) = cue else {
            at += c.len_utf8();
            continue;
        };
        let end = match ends {
            Some(end) if end > at => end,
            _ => finder.sentence_end(at, quote),
        };
        ends = Some(end);
        let kinds: Vec<HanKind> = words
            .cues(text, at)
            .filter(|cue| cue.word.len() == length)
            .map(|cue| cue.kind)
            .collect();
        let from = sentence.max(text.floor_char_boundary(at.saturating_sub(FAR)));
        let from = from.max(quote.checked_sub(1).map_or(0, |last| quotes[last].end));
        finder.cue(from.min(at), (at, at + length), end, &kinds);
        at += length;
    }
    finder.continued();
    finder.found
}

fn is_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n')
}

/// What stands between clauses.
fn is_break(c: char) -> bool {
    is_stop(c)
        || c.is_whitespace()
        || matches!(c, '，' | ',' | '：' | ':' | '、' | '（' | '(' | '）' | ')' | '—' | '-')
}

struct Finder<'a> {
    text: &'a str,
    mentions: &'a [Mention],
    words: &'a HanWords,
    quotes: &'a [Quote],
    found: Vec<Found>,
}

/// A speaker, and where the whole phrase begins.
#[derive(Clone, Copy)]
struct Subject {
    who: Who,
    span: (usize, usize),
    first: usize,
    also: Option<usize>,
}

impl Finder<'_> {
    /// Where the sentence ends that byte `at` is in; `quote` is the next quotation.
    fn sentence_end(&self, at: usize, quote: usize) -> usize {
        let mut from = at;
        for one in self.quotes[quote..].iter().map(Some).chain([None]) {
            let to = one.map_or(self.text.len(), |one| one.start);
            if let Some(stop) = self.text[from..to].find(is_stop) {
                return from + stop;
            }
            let Some(one) = one else { break };
            if self.text[..one.inner.1].ends_with(['。', '！', '？']) {
                return one.end;
            }
            from = one.end;
        }
        self.text.len()
    }

    fn cue(&mut self, from: usize, cue: (usize, usize), end: usize, kinds: &[HanKind]) {
        let lead = self.text[from..cue.0].trim_start_matches(is_break);
        let from = cue.0 - lead.len();
        let reported = kinds.contains(&HanKind::Report);
        if let Some(rest) = lead.strip_prefix("根据").or_else(|| lead.strip_prefix(['据', '據']))
        {
            let begins = cue.0 - rest.len();
            if !(reported || kinds.contains(&HanKind::Cue)) || rest.is_empty() {
                return;
            }
            let Some(subject) = self.subject(begins, cue.0, true) else { return };
            if let Some((span, direct)) = self.after(cue.1, end, false) {
                self.add(subject, cue, span, direct);
            }
            return;
        }
        let kind = kinds.iter().copied().find(|kind| *kind != HanKind::Report);
        let Some(kind) = kind else { return };
        let Some(subject) = self.subject(from, cue.0, false) else { return };
        let next = if kind == HanKind::Tell { self.addressee(cue.1) } else { cue.1 };
        let after = self.after(next, end, kind == HanKind::Thing);
        let before = self.quote_before(subject.first);
        match (before, after) {
            (Some(said), Some((span, true))) => {
                self.add(subject, cue, said, true);
                self.add(subject, cue, span, true);
            }
            (Some(said), None) => self.add(subject, cue, said, true),
            (Some(said), _) if self.text[said.1..].starts_with(['，', ',']) => {
                self.add(subject, cue, said, true);
            }
            (_, Some((span, direct))) => self.add(subject, cue, span, direct),
            (None, None) => {}
        }
    }

    fn add(&mut self, subject: Subject, cue: (usize, usize), span: (usize, usize), direct: bool) {
        let known = |one: &Found| direct && one.span == span && one.cue != cue;
        if span.0 >= span.1
            || !direct && span.1 - span.0 > LONGEST
            || self.found.iter().rev().take(4).any(known)
        {
            return;
        }
        if let Some(other) = subject.also {
            let (who, speaker) = (Who::Mention(other), self.place(other));
            self.found.push(Found { who, speaker, cue, span, direct });
        }
        let (who, speaker) = (subject.who, subject.span);
        self.found.push(Found { who, speaker, cue, span, direct });
    }

    fn place(&self, mention: usize) -> (usize, usize) {
        let span = self.mentions[mention].span;
        (span.start as usize, span.end as usize)
    }

    /// What is said from byte `from` to the end of the sentence, or the quotation there. `thing`
    /// wants no mark before it.
    fn after(&self, from: usize, end: usize, thing: bool) -> Option<((usize, usize), bool)> {
        let rest = &self.text[from..end.max(from)];
        let rest = rest.strip_prefix('了').unwrap_or(rest);
        let from = end.max(from) - rest.len();
        let trimmed = rest.trim_start_matches(is_break);
        let begins = from + rest.len() - trimmed.len();
        let marked = begins > from;
        let at = self.quotes.partition_point(|quote| quote.start < begins);
        if let Some(quote) = self.quotes.get(at).filter(|quote| quote.start == begins) {
            let inner = self.inner(*quote);
            let behind = self.text[quote.end..end.max(quote.end)].trim_start_matches(is_break);
            // A few words in marks within a sentence that goes on.
            let whole = behind.is_empty()
                || marked
                    && (self.text[..quote.inner.1].ends_with(['。', '！', '？'])
                        || inner.1 - inner.0 > 45)
                || self.text[quote.end..].starts_with(['，', ',', '。']) && inner.1 - inner.0 > 24;
            return Some(if whole { (inner, true) } else { ((begins, end), false) });
        }
        if trimmed.chars().count() < if thing { 4 } else { 3 } {
            return None;
        }
        let to = begins + trimmed.trim_end_matches(is_break).len();
        Some(((begins, to), false))
    }

    fn inner(&self, quote: Quote) -> (usize, usize) {
        let (start, end) = quote.inner;
        let text = &self.text[start..end];
        let from = start + text.len() - text.trim_start().len();
        (from, (start + text.trim_end().trim_end_matches(['，', ',']).len()).max(from))
    }

    /// The quotation that ends before byte `at`, but for marks.
    fn quote_before(&self, at: usize) -> Option<(usize, usize)> {
        let quote = self.quotes[..self.quotes.partition_point(|quote| quote.end <= at)].last()?;
        let between = &self.text[quote.end..at];
        let only_marks = between.chars().all(|c| matches!(c, '，' | ',' | '。' | ' '));
        let inner = self.inner(*quote);
        let ended = self.text[..quote.inner.1]
            .ends_with(['，', ',', '。', '！', '？', '.', '!', '?', '…'])
            || between.starts_with(['，', ',', '。']);
        (only_marks && ended && inner.1 > inner.0 + 6).then_some(inner)
    }

    /// The byte behind whom the words were said to.
    fn addressee(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        let at = self.mentions.partition_point(|one| (one.span.start as usize) < from);
        if self.mentions.get(at).is_some_and(|one| one.span.start as usize == from) {
            return self.place(at).1;
        }
        let near = &rest[..rest.floor_char_boundary(45)];
        match near.find(is_break) {
            Some(mark) if !near[..mark].is_empty() => from + mark,
            _ => ["记者", "記者", "媒体", "他们", "我们", "他", "她", "我", "大家"]
                .iter()
                .find(|word| rest.starts_with(**word))
                .map_or(from, |word| from + word.len()),
        }
    }

    /// The subject in the text from `from` to a cue at `cue`; `based` if 据 goes before it.
    fn subject(&self, from: usize, cue: usize, based: bool) -> Option<Subject> {
        let end = self.without_adverbs(from, cue);
        if let Some(found) = self.ending_at(from, end, based) {
            return Some(found);
        }
        // The first word of place or occasion that stands behind a subject; no clause may lie
        // between it and the cue, but the occasion may end with a comma.
        let lead = &self.text[from..end];
        let mut commas = lead.match_indices(['，', ',']).map(|(at, _)| from + at);
        let last_comma = commas.next_back();
        let comma_before = commas.next_back();
        for (offset, _) in lead.char_indices() {
            let at = from + offset;
            if comma_before.is_some_and(|comma| at < comma) || self.is_named(at) {
                continue;
            }
            if !self.words.place.iter().any(|word| self.text[at..end].starts_with(word)) {
                continue;
            }
            if let Some(comma) = last_comma.filter(|comma| at < *comma) {
                let occasion = ["时", "時", "后", "後", "中", "上", "问", "問", "说"];
                let tail = &self.text[at..comma];
                if comma + 3 < end || !occasion.iter().any(|word| tail.ends_with(word)) {
                    continue;
                }
            }
            let before = self.without_adverbs(from, at);
            if let Some(found) = self.ending_at(from, before, based) {
                return Some(found);
            }
        }
        None
    }

    /// Whether byte `at` lies within a name, or where one begins.
    fn is_named(&self, at: usize) -> bool {
        let next = self.mentions.partition_point(|one| (one.span.end as usize) <= at);
        self.mentions.get(next).is_some_and(|one| (one.span.start as usize) <= at)
    }

    /// `to` without the adverbs, days and marks before it.
    fn without_adverbs(&self, from: usize, to: usize) -> usize {
        let mut end = to;
        for _ in 0..8 {
            let text = &self.text[from..end];
            let trimmed = text.trim_end_matches([' ', '，', ',']);
            let trimmed = trimmed
                .strip_suffix(['）', ')'])
                .and_then(|inner| Some(&inner[..inner.rfind(['（', '('])?]))
                .filter(|outer| trimmed.len() - outer.len() < 60)
                .unwrap_or(trimmed);
            let trimmed = self.without_day(trimmed);
            let cut = self.words.ahead.at_end(trimmed).unwrap_or(0);
            let next = from + trimmed.len() - cut;
            if next == end {
                break;
            }
            end = next;
        }
        end
    }

    /// `text` without a day at its end: `18日`, `4月18日`, `周五`.
    fn without_day<'t>(&self, text: &'t str) -> &'t str {
        let mut rest = text;
        for unit in ['日', '号', '月', '年'] {
            let Some(inner) = rest.strip_suffix(unit) else { continue };
            let inner = inner.trim_end();
            let digits = inner.trim_end_matches(|c: char| c.is_ascii_digit());
            if digits.len() == inner.len() {
                return text;
            }
            rest = digits.trim_end();
        }
        if rest.len() < text.len() {
            return rest.strip_suffix('(').or_else(|| rest.strip_suffix('（')).unwrap_or(rest);
        }
        let weekday = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '日' | '天');
        if let Some(inner) = text.strip_suffix(weekday) {
            for week in ["星期", "礼拜", "周", "週"] {
                if let Some(before) = inner.strip_suffix(week) {
                    return before;
                }
            }
        }
        text
    }

    /// The subject that ends at byte `end`.
    fn ending_at(&self, from: usize, end: usize, based: bool) -> Option<Subject> {
        if end <= from {
            return None;
        }
        let at = self.mentions.partition_point(|one| (one.span.end as usize) < end);
        if let Some(one) = self.mentions.get(at).filter(|one| one.span.end as usize == end) {
            let span = self.place(at);
            if span.0 < from || one.demonym {
                return None;
            }
            if !based && self.is_governed(from, span.0) {
                return None;
            }
            let who = match one.kind {
                EntityType::Person | EntityType::Organization => Who::Mention(at),
                EntityType::Place | EntityType::Facility if self.opens(from, span.0) => Who::Phrase,
                _ => return None,
            };
            let mut also = None;
            let lead = &self.text[from..span.0];
            if one.kind == EntityType::Person
                && lead.ends_with(['和', '与', '、'])
                && let Some(other) = at.checked_sub(1)
                && self.mentions[other].kind == EntityType::Person
                && self.place(other).1 + 3 == span.0
            {
                also = Some(other);
            }
            let first = self.phrase_start(from, span.0);
            return Some(Subject { who, span, first, also });
        }
        let lead = &self.text[from..end];
        if let Some(before) = lead.strip_suffix(['他', '她']) {
            let first = from + before.len();
            let bare = self.without_adverbs(from, first);
            let free = bare <= from
                || self.text[..bare].ends_with(is_break)
                || self.text[bare..first].contains(['，', ',']);
            let who = Who::Pronoun;
            return free.then_some(Subject { who, span: (first, end), first, also: None });
        }
        let title = end - self.words.role.at_end(lead)?;
        // `安瓦尔总理`
        let at = self.mentions.partition_point(|one| (one.span.end as usize) < title);
        if let Some(one) = self.mentions.get(at)
            && one.span.end as usize == title
            && one.kind == EntityType::Person
            && self.place(at).0 >= from
        {
            let (span, first) = (self.place(at), self.phrase_start(from, self.place(at).0));
            let free = based || !self.is_governed(from, span.0);
            return free.then_some(Subject { who: Who::Mention(at), span, first, also: None });
        }
        let mut first = self.phrase_start(from, end);
        let whole_first = first;
        if !based && first > from && self.words.governs.at_end(&self.text[from..first]).is_some() {
            return None;
        }
        loop {
            let phrase = &self.text[first..end];
            let opening = self.words.opens.iter().find(|word| {
                phrase.starts_with(**word)
                    && phrase.len() > word.len()
                    && !phrase.starts_with("有关")
                    && !phrase.starts_with("有關")
                    && !self.is_named(first)
            });
            let Some(opening) = opening else { break };
            first += opening.len();
        }
        // What tells who they are by what they did is left out, unless it is by whose they are.
        if let Some(of) = self.text[first..end].rfind('的')
            && first + of + '的'.len_utf8() + 6 <= end
            && !self.is_named((first + of).saturating_sub(1).max(first))
        {
            first += of + '的'.len_utf8();
        }
        let phrase = &self.text[first..end];
        let whole = !phrase.contains(['了', '着', '过', '過'])
            && !["发表", "發表", "发布", "發布", "公布"].iter().any(|verb| phrase.contains(verb))
            && phrase.chars().count() >= 2
            && phrase.len() <= LONGEST_PHRASE;
        let who = Who::Phrase;
        whole.then_some(Subject { who, span: (first, end), first: whole_first, also: None })
    }

    /// Where the words begin that a phrase ending at byte `end` is made of: behind a mark, an
    /// adverb of the clause, or a word that governs it.
    fn phrase_start(&self, from: usize, end: usize) -> usize {
        let mut first = end;
        for (offset, c) in self.text[from..end].char_indices().rev() {
            let at = from + offset;
            let named = self.is_named(at);
            if !named
                && (is_break(c)
                    || matches!(c, '”' | '"' | '」')
                    || self.words.governs.at_end(&self.text[from..at + c.len_utf8()]).is_some())
            {
                break;
            }
            first = at;
        }
        first
    }

    /// Whether a word stands before the phrase at `start` that makes it anything but a subject.
    fn is_governed(&self, from: usize, start: usize) -> bool {
        let first = self.phrase_start(from, start);
        let lead = &self.text[from..first];
        let joint = lead.ends_with(['和', '与']) && first == start;
        let before = lead.strip_suffix(['和', '与']).map_or(0, str::len) + from;
        let at = self.mentions.partition_point(|one| (one.span.end as usize) < before);
        let joined =
            joint && self.mentions.get(at).is_some_and(|one| one.span.end as usize == before);
        self.words.governs.at_end(lead).is_some() && !joined
    }

    /// Whether a clause begins at byte `at`.
    fn opens(&self, from: usize, at: usize) -> bool {
        let bare = self.without_adverbs(from, at);
        bare <= from || self.text[..bare].ends_with(is_break)
    }

    /// Quotations that follow directly on one that somebody said.
    fn continued(&mut self) {
        let direct = self.found.iter().filter(|one| one.direct);
        let mut known: HashMap<_, Found> = direct.map(|one| (one.span, *one)).collect();
        for pair in self.quotes.windows(2) {
            let inner = self.inner(pair[1]);
            let joint = self.text[pair[0].end..pair[1].start].trim();
            if !joint.is_empty() || known.contains_key(&inner) {
                continue;
            }
            let before = self.inner(pair[0]);
            if let Some(before) = known.get(&before) {
                let one = Found { span: inner, ..*before };
                self.found.push(one);
                known.insert(inner, one);
            }
        }
    }
}
