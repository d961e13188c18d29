//! Snippets: the fragments of a long text that show best what matched in it.
//!
//! A fragment is whole sentences, or of a long sentence whole clauses or words. It never ends within
//! a grapheme or within a highlight. It knows spans and the parts of the query they are of, nothing
//! of the query itself.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::is_cjk;
use crate::passage::Span;
use crate::results::Highlight;

/// A text that is no longer is one fragment. Lengths are in columns; a Chinese character has two.
const SHORT: usize = 240;

/// The longest fragment, unless a highlight is longer.
const LONGEST: usize = 200;

/// Of fragments that are no longer, the shorter is not the better one.
const ENOUGH: usize = 100;

/// At most `most` fragments of `text`, in order, apart from each other. They are chosen one by one:
/// those of more parts of the query that no fragment shows yet come first, then those with more
/// highlights for their length, then those that come first in the text. A short text is one fragment;
/// where nothing matched, the beginning is.
///
/// `highlights` are of this text, in order and not overlapping.
pub fn snippets(text: &str, highlights: &[Highlight], most: usize) -> Vec<Span> {
    if most == 0 {
        return Vec::new();
    }
    let pieces = pieces(text, highlights);
    let length: usize = pieces.iter().map(|piece| piece.columns).sum();
    if length <= SHORT {
        return trimmed(text, 0..text.len()).into_iter().collect();
    }
    let mut fragments: Vec<Range<usize>> = Vec::new();
    let mut shown: BTreeSet<u32> = BTreeSet::new();
    while fragments.len() < most {
        let Some(best) = best(&pieces, highlights, &fragments, &shown) else { break };
        let marks = pieces[best.start].marks.start..pieces[best.end - 1].marks.end;
        shown.extend(highlights[marks].iter().map(|highlight| highlight.part));
        fragments.push(best);
    }
    if fragments.is_empty() {
        fragments.push(window(&pieces, 0, &[]));
    }
    fragments.sort_by_key(|fragment| fragment.start);
    // Neighbours are one fragment.
    fragments.dedup_by(|next, before| {
        let joins = before.end == next.start;
        if joins {
            before.end = next.end;
        }
        joins
    });
    let bytes = |fragment: &Range<usize>| {
        pieces[fragment.start].bytes.start..pieces[fragment.end - 1].bytes.end
    };
    fragments.iter().filter_map(|fragment| trimmed(text, bytes(fragment))).collect()
}

/// What a fragment is made of.
struct Piece {
    bytes: Range<usize>,
    columns: usize,
    /// The highlights in it, by number.
    marks: Range<usize>,
}

/// The best fragment that shares no piece with `taken`, as a range of pieces; `None` if nothing
/// matched in any that is left.
fn best(
    pieces: &[Piece],
    highlights: &[Highlight],
    taken: &[Range<usize>],
    shown: &BTreeSet<u32>,
) -> Option<Range<usize>> {
    let mut best: Option<((usize, usize, usize), Range<usize>)> = None;
    for (at, piece) in pieces.iter().enumerate() {
        // A fragment begins where something matched: what follows explains it more than what was before.
        if piece.marks.is_empty() || taken.iter().any(|taken| taken.contains(&at)) {
            continue;
        }
        let fragment = window(pieces, at, taken);
        let marks = &highlights[piece.marks.start..pieces[fragment.end - 1].marks.end];
        let parts: BTreeSet<u32> = marks.iter().map(|highlight| highlight.part).collect();
        let columns: usize = pieces[fragment.clone()].iter().map(|piece| piece.columns).sum();
        let density = marks.len() * 10_000 / columns.max(ENOUGH);
        let worth = (parts.difference(shown).count(), parts.len(), density);
        if best.as_ref().is_none_or(|(other, _)| worth > *other) {
            best = Some((worth, fragment));
        }
    }
    best.map(|(_, fragment)| fragment)
}

/// The piece `at` and those behind it that fit in a fragment with it.
fn window(pieces: &[Piece], at: usize, taken: &[Range<usize>]) -> Range<usize> {
    let (mut end, mut columns) = (at, 0);
    while let Some(piece) = pieces.get(end) {
        columns += piece.columns;
        let fits = columns <= LONGEST && !taken.iter().any(|taken| taken.contains(&end));
        if end > at && !fits {
            break;
        }
        end += 1;
    }
    at..end
}

/// Cuts `text` into sentences, and those that are longer than a fragment into parts that are not.
fn pieces(text: &str, highlights: &[Highlight]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut sentences = sentence_ends(text).into_iter().peekable();
    let mut marks = 0;
    let mut open = Open::at(0);
    let mut close = |start: usize, end: usize, columns: usize| {
        // What is marked stays whole: the piece goes on.
        let to = marks + highlights[marks..].partition_point(|h| (h.span.start as usize) < end);
        if to > marks && highlights[to - 1].span.end as usize > end {
            return false;
        }
        pieces.push(Piece { bytes: start..end, columns, marks: marks..to });
        marks = to;
        true
    };
    for (at, grapheme) in text.grapheme_indices(true) {
        while sentences.next_if(|end| *end < at).is_some() {}
        if sentences.next_if_eq(&at).is_some() && at > open.start {
            if close(open.start, at, open.columns) {
                open = Open::at(at);
            }
        } else if open.columns >= LONGEST {
            let (end, columns) = open.break_before(at);
            if close(open.start, end, columns) {
                let rest = open.columns - columns;
                open = Open { columns: rest, ..Open::at(end) };
            }
        }
        open.add(at, grapheme);
    }
    if open.start < text.len() {
        // No highlight reaches beyond the text.
        close(open.start, text.len(), open.columns);
    }
    pieces
}

/// A piece that grows.
struct Open {
    start: usize,
    columns: usize,
    /// Where a clause ended last, and after how many columns; the same of a word.
    clause: Option<(usize, usize)>,
    word: Option<(usize, usize)>,
    /// Whether the last character ends a clause if a space follows; in a number none does.
    comma: bool,
}

impl Open {
    fn at(start: usize) -> Self {
        Self { start, columns: 0, clause: None, word: None, comma: false }
    }

    fn add(&mut self, at: usize, grapheme: &str) {
        self.columns += if grapheme.starts_with(is_wide) { 2 } else { 1 };
        let end = Some((at + grapheme.len(), self.columns));
        let space = grapheme.trim().is_empty();
        if space && self.comma || grapheme.starts_with(['，', '；', '：', '、']) {
            self.clause = end;
        }
        if space || grapheme.starts_with(is_wide) {
            self.word = end;
        }
        self.comma = grapheme.starts_with([',', ';', ':', '–', '—']);
    }

    /// Where to break it, at the latest before `at`, and how many columns come before.
    fn break_before(&self, at: usize) -> (usize, usize) {
        let far = |(_, columns): &(usize, usize)| *columns > LONGEST / 3;
        self.clause.filter(far).or(self.word).unwrap_or((at, self.columns))
    }
}

/// Chinese characters and the marks between them: a line may break behind each.
fn is_wide(c: char) -> bool {
    is_cjk(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff60}')
}

/// Where sentences end, the spaces behind them included. A title or an initial (`Mr. Xi`, `J. Tan`)
/// ends none.
fn sentence_ends(text: &str) -> Vec<usize> {
    let ends = text.split_sentence_bound_indices().map(|(at, sentence)| at + sentence.len());
    ends.filter(|end| !is_abbreviated(&text[..*end])).collect()
}

/// Whether the last word of `text` has its full stop because it is cut short.
fn is_abbreviated(text: &str) -> bool {
    #[rustfmt::skip]
    const TITLES: [&str; 24] = [
        "Capt", "Col", "Dato", "Dr", "Gen", "Gov", "Hj", "Jr", "Kol", "Lt", "Mdm", "Mr", "Mrs",
        "Ms", "No", "Prof", "Rep", "Sen", "Sgt", "Sr", "St", "Tn", "vs", "Yg",
    ];
    let Some(text) = text.trim_end().strip_suffix('.') else { return false };
    let word = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let mut chars = word.chars();
    let initial = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    initial || TITLES.contains(&word)
}

/// A part of `text` without the white space at its ends; `None` if that is all it is.
fn trimmed(text: &str, part: Range<usize>) -> Option<Span> {
    let blank = |grapheme: &str| grapheme.trim().is_empty();
    let part_text = &text[part.clone()];
    let (first, _) = part_text.grapheme_indices(true).find(|(_, grapheme)| !blank(grapheme))?;
    let (last, end) = part_text.grapheme_indices(true).rfind(|(_, grapheme)| !blank(grapheme))?;
    Span::new(text, part.start + first, part.start + last + end.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::results::Why;

    /// Highlights of all places of `words`, each a part.
    fn marks(text: &str, words: &[&str]) -> Vec<Highlight> {
        let mut marks: Vec<Highlight> = (1..)
            .zip(words)
            .flat_map(|(part, word)| {
                text.match_indices(word).map(move |(at, word)| Highlight {
                    span: Span::new(text, at, at + word.len()).unwrap(),
                    term: word.to_owned(),
                    why: Why::Exact,
                    part,
                })
            })
            .collect();
        marks.sort_by_key(|mark| mark.span);
        marks.dedup_by(|next, before| next.span.start < before.span.end);
        marks
    }

    fn shown<'t>(text: &'t str, words: &[&str], most: usize) -> Vec<&'t str> {
        snippets(text, &marks(text, words), most).iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn fragments_are_sentences_that_show_most_of_the_query() {
        let filler = "Nothing of note was said that day by anyone who was there, and the hall was half empty by noon. ";
        let english = format!(
            "The port opened. {filler}Mr. Xi of U.S. Steel spoke of palm oil and tariffs. {filler}{filler}Tariffs of 19.5 per cent on palm oil stay. {filler}{filler}A vote is due."
        );
        let chinese_filler =
            "当天会场内外并没有发生任何值得一提的事情，与会者大多在中午之前就已经离开了会场。"
                .repeat(2);
        let chinese = format!(
            "码头启用了。{chinese_filler}代表们谈到棕油和关税。{chinese_filler}{chinese_filler}关税不变。{chinese_filler}"
        );
        let one_sentence = format!("{}palm oil{}", "word, ".repeat(80), " word".repeat(80));
        let unbroken = "木".repeat(300) + "棕油" + &"木".repeat(300);
        type Case<'a> = (&'a str, &'a str, &'a [&'a str], usize, &'a [&'a str]);
        let cases: &[Case<'_>] = &[
            ("none asked for", &english, &["vote"], 0, &[]),
            ("short texts are whole", " A vote is due. ", &["vote"], 2, &["A vote is due."]),
            (
                "more parts come first",
                &english,
                &["palm oil", "tariffs"],
                1,
                &[
                    "Mr. Xi of U.S. Steel spoke of palm oil and tariffs. Nothing of note was said that day by anyone who was there, and the hall was half empty by noon.",
                ],
            ),
            (
                "in order, what is not shown yet first",
                &english,
                &["palm oil", "vote", "port"],
                2,
                &[
                    "The port opened. Nothing of note was said that day by anyone who was there, and the hall was half empty by noon. Mr. Xi of U.S. Steel spoke of palm oil and tariffs.",
                    "A vote is due.",
                ],
            ),
            (
                "nothing matched",
                &english,
                &[],
                2,
                &[
                    "The port opened. Nothing of note was said that day by anyone who was there, and the hall was half empty by noon. Mr. Xi of U.S. Steel spoke of palm oil and tariffs.",
                ],
            ),
            (
                "Chinese",
                &chinese,
                &["棕油", "关税"],
                1,
                &[
                    "代表们谈到棕油和关税。当天会场内外并没有发生任何值得一提的事情，与会者大多在中午之前就已经离开了会场。当天会场内外并没有发生任何值得一提的事情，与会者大多在中午之前就已经离开了会场。",
                ],
            ),
        ];
        for (name, text, words, most, want) in cases {
            assert_eq!(&shown(text, words, *most), want, "{name}");
        }
        let long = shown(&one_sentence, &["palm oil"], 1);
        assert!(long[0].contains("palm oil") && long[0].chars().count() <= LONGEST, "{long:?}");
        assert!(long[0].starts_with("word") || long[0].starts_with("palm"), "{long:?}");
        let cut = shown(&unbroken, &["棕油"], 1);
        assert!(cut[0].contains("棕油") && cut[0].chars().count() <= LONGEST / 2 + 1, "{cut:?}");
    }

    proptest! {
        /// Fragments are apart, in order, of whole graphemes and whole highlights; no part of the
        /// query is shown by none if there is room for it.
        #[test]
        fn fragments_keep_graphemes_and_highlights_whole(
            parts in prop::collection::vec(
                prop_oneof![
                    Just("a".to_owned()),
                    Just("palm oil".to_owned()),
                    Just("关税。".to_owned()),
                    Just("x ".repeat(60)),
                    Just("木".repeat(60)),
                    Just(". A".to_owned()),
                    Just(" \u{301}".to_owned()),
                    Just("\r\n".to_owned()),
                    Just("👩\u{200d}👩\u{200d}👧".to_owned()),
                    Just("\u{600}".to_owned()),
                    "\\PC{0,6}",
                ],
                0..40,
            ),
            most in 1..5usize,
        ) {
            let text = parts.concat();
            let marks = marks(&text, &["palm oil", "关税", "a", "x x"]);
            let found = snippets(&text, &marks, most);
            prop_assert!(found.len() <= most);
            prop_assert!(found.windows(2).all(|two| two[0].end <= two[1].start));
            let bounds: BTreeSet<usize> =
                text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            for span in &found {
                prop_assert!(bounds.contains(&(span.start as usize)));
                prop_assert!(bounds.contains(&(span.end as usize)));
                prop_assert!(!span.of(&text).trim().is_empty());
            }
            for mark in marks.iter().map(|mark| mark.span) {
                let cut = found.iter().any(|span| {
                    span.overlaps(mark) && (mark.start < span.start || span.end < mark.end)
                });
                prop_assert!(!cut, "{mark:?} is cut in {found:?}");
            }
            if most == 4 {
                for part in 1..=4 {
                    let mut of_part = marks.iter().filter(|mark| mark.part == part).peekable();
                    let shows = |mark: &Highlight| found.iter().any(|span| span.overlaps(mark.span));
                    prop_assert!(of_part.peek().is_none() || of_part.any(shows), "{part}");
                }
            }
        }
    }
}
