//! What was said, in English and Malay: the quotation or the clause that belongs to a cue.
//!
//! Who said it is `latin`'s and `noun`'s work.

use std::ops::Range;

use super::cut::Kind;
use super::latin::{FAR, Finder, Said};
use super::lexicon::Classes;

/// The longest reported statement, in bytes; a sentence beyond that is none.
const LONGEST: usize = 2000;

/// How far behind the cue a `that` may stand.
const NEAR: usize = 16;

impl Finder<'_, '_> {
    /// What was said behind the verb at `verb`, from token `next` on.
    pub(super) fn after(&self, verb: usize, next: usize, sentence: &Range<usize>) -> Option<Said> {
        let cut = self.cut;
        let end = self.end(sentence);
        let mut at = next;
        let say = cut.is(verb, Classes::SAY) || cut.is(verb, Classes::TELL);
        let told = cut.is(verb, Classes::TELL);
        if told {
            at = self.behind_addressee(at, end)?;
        }
        // `said in a speech that`; but `warned against tariffs that` says what they are.
        let aside = |at: usize| {
            let place = Classes::DAY.or(Classes::AHEAD);
            let place = if say { place.or(Classes::AT).or(Classes::OF) } else { place };
            let occasion = matches!(cut.str(at), "in" | "on" | "at" | "during" | "pada" | "dalam");
            (cut.is(at, place) || occasion || cut.str(at).ends_with("ly"))
                && !cut.is(at, Classes::LINK)
                && cut.tokens[at].mention.is_none()
                || cut.kind(at) == Kind::Comma
        };
        if at < end && cut.tokens[at].quote.is_none() && aside(at) {
            let stop = end.min(at + NEAR);
            let goes_on = (at..stop).find(|at| {
                let quoted = |at: usize| cut.tokens.get(at).is_some_and(|one| one.quote.is_some());
                cut.is(*at, Classes::LINK) && cut.tokens[*at].quote.is_none()
                    || matches!(cut.kind(*at), Kind::Comma | Kind::Colon)
                        && cut.tokens[*at].quote.is_none()
                        && quoted(at + 1)
            });
            match goes_on {
                Some(found) => at = found,
                None if cut.kind(at) == Kind::Comma && self.nouns.head_first && say => {}
                None if cut.is(at, Classes::DAY) && say => at += 1,
                None if cut.str(at) == "on" && cut.is(at + 1, Classes::DAY) && say => at += 2,
                None => return None,
            }
        }
        if at >= end {
            return None;
        }
        if matches!(cut.kind(at), Kind::Comma | Kind::Colon) {
            let colon = cut.kind(at) == Kind::Colon;
            return match self.quote_at(at + 1) {
                // `Anwar berkata, harga …`
                None if say && (colon || self.nouns.head_first) => self.reported(at + 1, end),
                quote => quote,
            };
        }
        let linked = cut.is(at, Classes::LINK);
        if linked {
            at += 1;
        }
        if self.quote_at(at).is_some()
            && let Some(quote) = cut.tokens[at].quote
        {
            // A few words of the speaker's own in a sentence that goes on are not all that was said.
            let close = cut.quotes[quote].end;
            let behind = (at..end).find(|at| cut.tokens[*at].start >= close);
            let whole = behind.is_none_or(|at| matches!(cut.kind(at), Kind::Comma | Kind::Stop));
            if whole {
                return self.quote_at(at);
            }
            return if linked || say { self.reported(at, end) } else { None };
        }
        let word = cut.is_word(at) || cut.kind(at) == Kind::Number;
        let bare = !cut.is(at, Classes::AT.or(Classes::OF))
            && !matches!(cut.str(at), "to" | "so" | "demikian" | "begitu");
        if linked && word || say && word && bare {
            return self.reported(at, end);
        }
        let thing = cut.is(verb, Classes::THING)
            && word
            && (cut.is(at, Classes::ARTICLE) || !cut.is(at, Classes::STOP.or(Classes::JOINT)))
            && bare;
        if thing && end - at >= 3 { self.reported(at, end) } else { None }
    }

    /// The token behind whom the words were said to.
    pub(super) fn behind_addressee(&self, from: usize, end: usize) -> Option<usize> {
        let cut = self.cut;
        if cut.is(from, Classes::LINK) || cut.tokens.get(from)?.quote.is_some() {
            return Some(from);
        }
        if matches!(cut.kind(from), Kind::Comma | Kind::Colon) {
            return Some(from);
        }
        if matches!(cut.str(from), "him" | "her" | "them" | "us" | "me" | "it" | "you") {
            return Some(from + 1);
        }
        if self.nouns.head_first
            && !cut.is(from, Classes::ARTICLE.or(Classes::ROLE))
            && cut.tokens[from].mention.is_none()
        {
            // `memberitahu Berita Harian bahawa …`
            let link = (from..end.min(from + NEAR / 2)).find(|at| cut.is(*at, Classes::LINK));
            return Some(link.unwrap_or(from));
        }
        let mut at = from;
        while at < end && cut.is(at, Classes::ARTICLE) && cut.tokens[at].mention.is_none() {
            at += 1;
        }
        let breaks = Classes::ARTICLE
            .or(Classes::JOINT)
            .or(Classes::OF)
            .or(Classes::AT)
            .or(Classes::STOP)
            .or(Classes::DAY)
            .or(Classes::PRONOUN);
        while at < end
            && at - from < NEAR
            && cut.tokens[at].quote.is_none()
            && (cut.tokens[at].mention.is_some() || !cut.is(at, breaks))
            && matches!(cut.kind(at), Kind::Capital | Kind::Word | Kind::Possessive)
        {
            at += 1;
        }
        Some(at)
    }

    /// One past the last token of a sentence that is no stop.
    pub(super) fn end(&self, sentence: &Range<usize>) -> usize {
        let last = sentence.end - 1;
        if self.cut.kind(last) == Kind::Stop { last } else { sentence.end }
    }

    /// What is reported from token `from` to `end`.
    pub(super) fn reported(&self, from: usize, end: usize) -> Option<Said> {
        let cut = self.cut;
        if end < from + 2 {
            return None;
        }
        let span = (cut.tokens[from].start, cut.tokens[end - 1].end);
        (span.1 - span.0 <= LONGEST).then_some((span, false))
    }

    /// What stands behind the comma that ends `according to X` and what is said of X.
    pub(super) fn behind_comma(&self, from: usize, sentence: &Range<usize>) -> Option<Said> {
        let cut = self.cut;
        let end = self.end(sentence);
        let mut commas = (from..end.min(from + FAR))
            .filter(|at| cut.kind(*at) == Kind::Comma && cut.tokens[*at].quote.is_none());
        let first = commas.next()?;
        let mut begins = first + 1;
        // `According to Lim, who is a manager, …`
        if matches!(cut.str(begins), "who" | "which" | "whose" | "yang") {
            begins = commas.next()? + 1;
        }
        // `According to Lim, a manager of the firm, …`
        else if let Some(second) = commas.next()
            && cut.is(begins, Classes::ARTICLE.or(Classes::ROLE))
            && (begins..second).any(|at| cut.is(at, Classes::ROLE))
            && !(begins..second).any(|at| cut.is(at, Classes::STOP))
        {
            begins = second + 1;
        }
        self.quote_at(begins).or_else(|| self.reported(begins, end))
    }

    /// What was said before token `at`: a quotation, or a clause that a comma ends.
    pub(super) fn before(&self, at: usize, sentence: &Range<usize>) -> Option<Said> {
        let comma = at > sentence.start && self.cut.kind(at - 1) == Kind::Comma;
        self.quote_before(at).or_else(|| comma.then(|| self.clause(sentence.start, at)).flatten())
    }

    /// The quotation that ends directly before token `at`, but for a comma.
    pub(super) fn quote_before(&self, at: usize) -> Option<Said> {
        let cut = self.cut;
        let mut last = at.checked_sub(1)?;
        if cut.kind(last) == Kind::Comma && cut.tokens[last].quote.is_none() {
            last = last.checked_sub(1)?;
        }
        let quote = cut.quotes[cut.tokens[last].quote?];
        // What was said ends with a mark of its own or before a comma; a word in quotation marks
        // does not.
        let inner = &cut.text[quote.inner.0..quote.inner.1];
        let ended = last + 2 == at || inner.ends_with([',', '.', '!', '?', '…', '，']);
        // The last words of a clause may be in marks, and the clause is what was said.
        let first = cut.tokens.partition_point(|token| token.start < quote.start);
        let whole = first == 0
            || cut.tokens[first - 1].sentence != cut.tokens[first].sentence
            || matches!(cut.kind(first - 1), Kind::Comma | Kind::Colon | Kind::Mark);
        (cut.tokens[last].end == quote.end && ended && whole).then(|| self.inner(quote.inner))
    }

    /// The quotation that begins with token `at`.
    pub(super) fn quote_at(&self, at: usize) -> Option<Said> {
        let quote = self.cut.quotes[self.cut.tokens.get(at)?.quote?];
        (self.cut.tokens[at].start == quote.start).then(|| self.inner(quote.inner))
    }

    /// A quotation without the white space and the comma at its ends.
    pub(super) fn inner(&self, (start, end): (usize, usize)) -> Said {
        let text = &self.cut.text[start..end];
        let from = start + text.len() - text.trim_start().len();
        let to = start + text.trim_end().trim_end_matches([',', '，']).len();
        ((from, to.max(from)), true)
    }

    /// The clause from token `from` to the comma before token `to`, if it may have been said.
    pub(super) fn clause(&self, from: usize, to: usize) -> Option<Said> {
        let cut = self.cut;
        let mut end = to;
        if end > from && cut.kind(end - 1) == Kind::Comma {
            end -= 1;
        }
        let quoted = |at: usize| {
            let quote = cut.quotes[cut.tokens[at].quote?];
            let closes = cut.tokens[at].end == quote.end;
            Some(closes && cut.text[..quote.inner.1].ends_with([',', '，']))
        };
        let comma = end < to
            || cut.is(to, Classes::SOURCE)
            || end > from && quoted(end - 1).unwrap_or(false);
        let begins = if cut.is(from, Classes::JOINT)
            && matches!(cut.str(from), "But" | "And" | "So" | "Namun" | "Tetapi" | "Dan")
        {
            from + 1
        } else {
            from
        };
        let aside = cut.is(begins, Classes::AT.or(Classes::JOINT)) && end < begins + 10;
        if !comma || end < begins + 4 || aside {
            return None;
        }
        self.reported(begins, end)
    }
}
