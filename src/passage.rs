//! Passages: the unit that is indexed, ranked and quoted. One paragraph is one passage, unless it is
//! longer than any that is written to be read.
//!
//! Wire copy is often torn by stray blank lines, so a paragraph that starts in the middle of a
//! sentence is joined to the one before it. This module sees text only: headlines, dates and
//! markup were taken off by the reader.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::article::{Article, ArticleId, BlockKind, LineRange};

/// Names one passage: `{article_id}#{ordinal}`.
///
/// Ordered by article id, then by ordinal as a number. The article id may itself hold a `#`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassageId {
    /// The article.
    pub article: ArticleId,
    /// Place in the article, from 0.
    pub ordinal: u32,
}

impl fmt::Display for PassageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.article, self.ordinal)
    }
}

impl FromStr for PassageId {
    type Err = NotAPassageId;

    fn from_str(text: &str) -> Result<Self, NotAPassageId> {
        text.rsplit_once('#')
            .and_then(|(article, ordinal)| {
                Some(Self { article: ArticleId::new(article)?, ordinal: ordinal.parse().ok()? })
            })
            .ok_or_else(|| NotAPassageId(text.to_owned()))
    }
}

/// A text that was meant as a passage id and is none.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a passage id, wanted ARTICLE#NUMBER")]
pub struct NotAPassageId(String);

/// Half-open byte range of a passage's text. Both ends are `char` boundaries of that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Returns `None` unless `start..end` cuts `text` at char boundaries.
    pub fn new(text: &str, start: usize, end: usize) -> Option<Self> {
        text.get(start..end)?;
        Some(Self { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    }

    /// The part of `text` this span was made for.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<(u32, u32)> for Span {
    fn from((start, end): (u32, u32)) -> Self {
        Self { start, end }
    }
}

impl From<Span> for (u32, u32) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

/// One passage, without its tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Place in the article, from 0.
    pub ordinal: u32,
    /// What the source presents it as.
    pub kind: BlockKind,
    /// Text without markup; never empty.
    pub text: String,
    /// Lines of the source, or what else [`crate::article::ArticleHead::unit`] says, one range a torn
    /// part, in order.
    pub source_lines: Vec<LineRange>,
}

impl Passage {
    fn with_no_text(&self) -> Self {
        let Self { ordinal, kind, source_lines, .. } = self;
        let source_lines = source_lines.clone();
        Self { ordinal: *ordinal, kind: *kind, text: String::new(), source_lines }
    }
}

/// How an article is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitOptions {
    /// Whether a paragraph torn in mid sentence is joined to the one before it.
    pub mend: bool,
}

impl Default for SplitOptions {
    fn default() -> Self {
        Self { mend: true }
    }
}

/// Cuts `article` into its passages, in reading order, numbered from 0.
///
/// Headings, list items, captions and quotes are passages of their own. An article without text
/// gives one passage of kind [`BlockKind::Headline`], or none if it has no headline either. What is
/// longer than [`LONGEST`] characters is cut where a sentence ends, else between words, else between
/// characters as they are read; all parts have the lines of the whole.
pub fn split(article: &Article, options: SplitOptions) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::with_capacity(article.blocks.len());
    for block in &article.blocks {
        if options.mend
            && block.kind == BlockKind::Paragraph
            && let Some(before) = passages.last_mut()
            && before.kind == BlockKind::Paragraph
            && before.source_lines.len() < MAX_PARTS
            && continues(&before.text, &block.text)
            && before.text.chars().count() + block.text.chars().count() < LONGEST
        {
            join(&mut before.text, &block.text);
            before.source_lines.push(block.lines);
            continue;
        }
        passages.push(Passage {
            ordinal: ordinal(passages.len()),
            kind: block.kind,
            text: block.text.clone(),
            source_lines: vec![block.lines],
        });
    }
    if passages.is_empty()
        && let Some(headline) = &article.head.headline
    {
        passages.push(Passage {
            ordinal: 0,
            kind: BlockKind::Headline,
            text: headline.clone(),
            source_lines: Vec::new(),
        });
    }
    if passages.iter().any(|passage| is_long(&passage.text)) {
        return passages.into_iter().flat_map(parts).enumerate().map(numbered).collect();
    }
    passages
}

/// The longest passage, in characters. Many times what a paragraph has, and few enough to be shown,
/// ranked and tagged like others.
pub const LONGEST: usize = 8_000;

/// Whether `text` is longer than a passage may be.
pub(crate) fn is_long(text: &str) -> bool {
    text.len() > LONGEST && text.chars().nth(LONGEST).is_some()
}

/// `passage` in as many parts as it must have.
fn parts(passage: Passage) -> Vec<Passage> {
    if !is_long(&passage.text) {
        return vec![passage];
    }
    let mut rest = passage.text.as_str();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (text, after) = rest.split_at(cut(rest));
        parts.push(Passage { text: text.trim_end().to_owned(), ..passage.with_no_text() });
        rest = after.trim_start();
    }
    parts
}

fn numbered((at, passage): (usize, Passage)) -> Passage {
    Passage { ordinal: ordinal(at), ..passage }
}

/// Where the first part of `text` ends, which begins with no space; at its end if it is not long.
fn cut(text: &str) -> usize {
    let Some((end, next)) = text.char_indices().nth(LONGEST) else { return text.len() };
    // What is behind tells whether its last sentence and character are whole.
    let window = &text[..text.ceil_char_boundary(end + 64)];
    let last = |starts: &mut dyn Iterator<Item = usize>| {
        starts.take_while(|start| *start <= end).last().filter(|start| *start > 0)
    };
    let sentence = last(&mut window.split_sentence_bound_indices().map(|(start, _)| start));
    sentence
        .filter(|start| *start > end / 4)
        .or_else(|| text[..end + next.len_utf8()].rfind(char::is_whitespace))
        .or_else(|| last(&mut window.grapheme_indices(true).map(|(start, _)| start)))
        .unwrap_or(end)
}

/// How many parts a torn paragraph may have. More of them are no paragraph but, say, a list of
/// words that nothing marks as one.
const MAX_PARTS: usize = 8;

fn ordinal(at: usize) -> u32 {
    u32::try_from(at).expect("an article has fewer than 2^32 blocks, or it would not fit memory")
}

/// Adds `rest` to `text` as the next line of the same paragraph: with a space between words, with
/// none in Chinese and Japanese, and with none after a hyphen within a word. The hyphen stays:
/// nothing here knows whether `co-` and `operation` are `cooperation` or `co-operation`.
pub(crate) fn join(text: &mut String, rest: &str) {
    let (Some(last), Some(first)) = (text.chars().next_back(), rest.chars().next()) else {
        text.push_str(rest);
        return;
    };
    let is_unspaced = is_letter(last) && (is_letter(first) || is_shared_mark(first))
        || is_shared_mark(last) && is_letter(first)
        || is_wide_mark(last)
        || is_wide_mark(first)
        || last == '-' && first.is_alphanumeric() && breaks_word(text, rest);
    if !is_unspaced {
        text.push(' ');
    }
    text.push_str(rest);
}

/// Whether the hyphen that ends `text` stands within a word that goes on in `rest`; in
/// `short- and long-term` it does not.
fn breaks_word(text: &str, rest: &str) -> bool {
    let within = text.chars().rev().nth(1).is_some_and(char::is_alphanumeric);
    let next = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    within && !["and", "or", "to", "dan", "atau"].contains(&next)
}

/// Whether `next` carries on a sentence that `text`, the paragraph before it, left open.
///
/// Sure signs only, since two paragraphs glued are worse than one torn. An open end alone is none:
/// headings and picture lines that nothing marks as such have no full stop either.
pub(crate) fn continues(text: &str, next: &str) -> bool {
    if closes_sentence(text) || text.ends_with([':', '：']) {
        return false;
    }
    let bare = next.trim_start_matches(['“', '‘', '"', '\'', '(', '（', '「', '『', '《']);
    let Some(first) = bare.chars().next() else { return false };
    let Some(last) = text.chars().next_back() else { return false };
    if ends_unspaced(text) {
        return is_bound(text) || is_open_prose(text) && closes_prose(last, next);
    }
    if first.is_lowercase() {
        // `eBay` and `iPhone` begin sentences as they are; `a.` and `b)` begin items; `https:` is
        // no word.
        let second = bare.chars().nth(1);
        let is_own = second.is_some_and(|c| c.is_uppercase() || c == '.' || c == ')')
            || bare.starts_with("http")
            || bare.starts_with("www.")
            || is_title(text);
        return !is_own || hangs(text);
    }
    first.is_alphanumeric() && hangs(text)
}

/// Whether `text` is a few capitalised words: a name or a heading that nothing marks as one.
fn is_title(text: &str) -> bool {
    const MAX_WORDS: usize = 4;
    text.split_whitespace().nth(MAX_WORDS).is_none()
        && text.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
}

/// Whether `text` ends where no sentence, heading or picture line can: after a comma, a hyphen, an
/// article, a conjunction or a currency.
fn hangs(text: &str) -> bool {
    #[rustfmt::skip]
    const HANGING: [&str; 35] = [
        "a", "an", "and", "because", "bahawa", "dan", "datuk", "dr", "his", "its", "kerana", "mr",
        "mrs", "ms", "my", "of", "or", "our", "rm", "rp", "serta", "than", "that", "the", "their",
        "untuk", "us$", "$", "€", "£", "whose", "yang", "your", "atau", "daripada",
    ];
    let has_words = |count: usize| text.split_whitespace().nth(count - 1).is_some();
    if text.ends_with([',', '-']) {
        // A short line that ends in a comma opens a letter or is part of an address.
        return has_words(5);
    }
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    has_words(4) && HANGING.contains(&last.to_lowercase().as_str())
}

/// Whether `next` carries on what would else be a headline, `text`: a Chinese one may hold commas as
/// prose does, so that only its end tells.
pub(crate) fn continues_headline(text: &str, next: &str) -> bool {
    let is_telling = !ends_unspaced(text) || is_bound(text) || text.contains(['。', '；']);
    is_telling && continues(text, next)
}

/// Whether the last letter of `text` is of a script without case and spaces.
fn ends_unspaced(text: &str) -> bool {
    text.chars().rev().find(|c| c.is_alphanumeric()).is_some_and(is_letter)
}

/// Whether `text`, in such a script, ends in a comma or a word that binds.
fn is_bound(text: &str) -> bool {
    const MIN_CHARS: usize = 8;
    text.ends_with([
        '，', '、', '；', ',', '的', '和', '與', '与', '及', '或', '并', '並', '在', '对', '對',
        '将', '將', '把', '被', '为', '為', '是', '从', '從', '向', '由',
    ]) && text.chars().nth(MIN_CHARS - 1).is_some()
}

/// Whether `text`, in such a script and without a stop at its end, is clearly prose: long, with
/// stops within.
fn is_open_prose(text: &str) -> bool {
    const MIN_CHARS: usize = 25;
    text.chars().nth(MIN_CHARS - 1).is_some() && text.contains(['，', '。', '；'])
}

/// Whether `next` closes prose that was left open after `last`.
fn closes_prose(last: char, next: &str) -> bool {
    is_letter(last) && next.starts_with(is_letter) && closes_sentence(next)
}

/// Whether `text` ends as a sentence does, closing quotes and brackets aside.
pub(crate) fn closes_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_whitespace() || "”’\"'»)]）】」』》*".contains(c))
        .ends_with(['.', '!', '?', '…', '。', '！', '？', '．', '｡', '؟', '।', '۔'])
}

/// Punctuation that Chinese shares with languages that set spaces around it.
fn is_shared_mark(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// Letters of the scripts that are written without spaces.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Punctuation that brings its own space.
fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleHead, Block, Lang, LineRange};
    use proptest::prelude::*;

    fn article(blocks: Vec<(BlockKind, String)>, headline: Option<&str>) -> Article {
        let blocks = blocks.into_iter().enumerate().map(|(at, (kind, text))| {
            let line = at as u32 + 1;
            Block { kind, text, lines: LineRange { first: line, last: line } }
        });
        Article {
            head: ArticleHead {
                id: ArticleId::new("a").unwrap(),
                headline: headline.map(str::to_owned),
                published: None,
                lang: Lang::default(),
                source: None,
                url: None,
                authors: Vec::new(),
                dateline: None,
                section: None,
                source_tags: Vec::new(),
                edition: Default::default(),
                unit: Default::default(),
            },
            blocks: blocks.collect(),
            withdrawn: false,
            dropped: Vec::new(),
        }
    }

    fn prose(paragraphs: &[&str]) -> Article {
        let block = |text: &&str| (BlockKind::Paragraph, (*text).to_owned());
        article(paragraphs.iter().map(block).collect(), None)
    }

    #[test]
    fn split_mends_paragraphs_torn_by_a_blank_line() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("nothing", &[], &[]),
            ("two paragraphs", &["One.", "Two."], &["One.", "Two."]),
            (
                "torn in mid sentence",
                &["its strategic", "transition to data."],
                &["its strategic transition to data."],
            ),
            (
                "torn twice",
                &["The company said its", "transition to data centres and", "cloud was over."],
                &["The company said its transition to data centres and cloud was over."],
            ),
            (
                "after a closing quote",
                &["new “forces”", "of growth."],
                &["new “forces” of growth."],
            ),
            ("brand in lower case", &["It sold.", "eBay bought."], &["It sold.", "eBay bought."]),
            ("brand after a heading", &["Markets", "eBay bought."], &["Markets", "eBay bought."]),
            ("heading without a stop", &["Markets", "Shares fell."], &["Markets", "Shares fell."]),
            ("items", &["Three aims", "a. growth"], &["Three aims", "a. growth"]),
            (
                "name before a credit",
                &["Rocket Raccoon", "torontogroot as Beast Boy"],
                &["Rocket Raccoon", "torontogroot as Beast Boy"],
            ),
            ("address", &["Read more", "https://a.example"], &["Read more", "https://a.example"]),
            ("colon", &["He said:", "we will act."], &["He said:", "we will act."]),
            (
                "comma before a name",
                &["In talks with the Prime Minister,", "Xi Jinping said so."],
                &["In talks with the Prime Minister, Xi Jinping said so."],
            ),
            ("salutation", &["Dear Sir,", "Prices rose."], &["Dear Sir,", "Prices rose."]),
            (
                "article before a name",
                &["It was signed by the", "Ministry of Finance."],
                &["It was signed by the Ministry of Finance."],
            ),
            (
                "currency before a number",
                &["The plant will cost RM", "4 billion."],
                &["The plant will cost RM 4 billion."],
            ),
            (
                "hyphen within a word",
                &["A plan for high-", "tech growth."],
                &["A plan for high-tech growth."],
            ),
            (
                "hyphen before a conjunction",
                &["Plans for the short-", "and long-term."],
                &["Plans for the short- and long-term."],
            ),
            (
                "unmarked picture line",
                &["A port at dawn", "Trade rose."],
                &["A port at dawn", "Trade rose."],
            ),
            (
                "Chinese comma",
                &["双方同意扩大合作领域，", "包括大数据。"],
                &["双方同意扩大合作领域，包括大数据。"],
            ),
            (
                "Chinese without a stop",
                &["公司表示，数据中心项目将于六月完工，这标志着公司的战略", "转型已经完成。"],
                &["公司表示，数据中心项目将于六月完工，这标志着公司的战略转型已经完成。"],
            ),
            ("Chinese heading", &["市场反应", "股市下跌。"], &["市场反应", "股市下跌。"]),
            (
                "Chinese with a stop",
                &["他说：“好。”", "股市下跌。"],
                &["他说：“好。”", "股市下跌。"],
            ),
            (
                "Malay",
                &["Syarikat itu berkata peralihan", "kepada pusat data bermula."],
                &["Syarikat itu berkata peralihan kepada pusat data bermula."],
            ),
        ];
        for (name, paragraphs, want) in cases {
            let got = split(&prose(paragraphs), SplitOptions::default());
            let texts: Vec<_> = got.iter().map(|passage| passage.text.as_str()).collect();
            assert_eq!(&texts, want, "{name}");
        }
    }

    #[test]
    fn a_mended_passage_keeps_the_lines_of_its_parts() {
        let got = split(&prose(&["One.", "Its strategic", "transition."]), SplitOptions::default());
        assert_eq!(got[1].ordinal, 1);
        assert_eq!(got[1].source_lines, [(2, 2).into(), (3, 3).into()]);
    }

    #[test]
    fn only_prose_next_to_prose_is_mended() {
        for kind in [
            BlockKind::Heading,
            BlockKind::ListItem,
            BlockKind::Quote,
            BlockKind::Caption,
            BlockKind::TableRow,
        ] {
            let torn = |middle| {
                article(
                    vec![
                        (BlockKind::Paragraph, "Its strategic".to_owned()),
                        (middle, "new and".to_owned()),
                        (BlockKind::Paragraph, "transition.".to_owned()),
                    ],
                    None,
                )
            };
            let got = split(&torn(kind), SplitOptions::default());
            assert_eq!(got.len(), 3, "{kind:?}");
            assert_eq!(got[1].kind, kind);
        }
    }

    #[test]
    fn a_list_of_words_does_not_become_one_passage() {
        let words = prose(&["apple", "banana", "cherry", "date"].repeat(10));
        assert_eq!(split(&words, SplitOptions::default()).len(), 5);
    }

    #[test]
    fn an_article_without_text_is_its_headline() {
        let got = split(&article(Vec::new(), Some("Shares fall")), SplitOptions::default());
        assert_eq!(got.len(), 1);
        assert_eq!((got[0].kind, got[0].text.as_str()), (BlockKind::Headline, "Shares fall"));
        assert!(got[0].source_lines.is_empty());
        assert_eq!(split(&article(Vec::new(), None), SplitOptions::default()), []);
    }

    #[test]
    fn what_is_too_long_is_cut_where_it_reads_best() {
        let sentence = |end: &str, chars: usize| format!("{}{end}", "字".repeat(chars));
        for (name, text, want) in [
            ("as long as may be", "a".repeat(8_000), vec![8_000]),
            ("sentences", "It rained. ".repeat(1_000), vec![7_996, 3_002]),
            ("in quotes", "“It rained.” ".repeat(1_000), vec![7_994, 5_004]),
            ("Chinese", sentence("。", 2_999).repeat(3), vec![6_000, 3_000]),
            ("questions", sentence("？”", 2_998).repeat(3), vec![6_000, 3_000]),
            ("no sentences", "rain ".repeat(2_000), vec![7_999, 1_999]),
            ("one early stop", format!("Rain. {}", "rain ".repeat(2_000)), vec![8_000, 2_004]),
            ("one word", "字".repeat(17_000), vec![8_000, 8_000, 1_000]),
            ("families", "👨\u{200d}👩\u{200d}👧".repeat(2_000), vec![8_000, 2_000]),
            ("accents", "e\u{301}\u{302}".repeat(3_000), vec![7_998, 1_002]),
            ("one character", format!("e{}", "\u{301}".repeat(9_000)), vec![8_000, 1_001]),
        ] {
            let passages = split(&prose(&["One.", &text, "Last."]), SplitOptions::default());
            let counts: Vec<usize> = passages.iter().map(|one| one.text.chars().count()).collect();
            assert_eq!(&counts[1..counts.len() - 1], want, "{name}");
            for (at, passage) in passages.iter().enumerate() {
                assert_eq!(passage.ordinal as usize, at);
                assert_eq!(passage.text.trim(), passage.text, "{name}");
                let line = if at == 0 {
                    1
                } else if at + 1 == passages.len() {
                    3
                } else {
                    2
                };
                assert_eq!(passage.source_lines, [(line, line).into()], "{name}");
            }
        }
        // What is torn is not mended to more than that.
        let long = "rain ".repeat(1_500);
        let torn =
            split(&prose(&["In the north the", long.trim(), long.trim()]), SplitOptions::default());
        assert_eq!(torn.len(), 2);
    }

    fn kind() -> impl Strategy<Value = BlockKind> {
        prop_oneof![
            6 => Just(BlockKind::Paragraph),
            1 => Just(BlockKind::Heading),
            1 => Just(BlockKind::ListItem),
            1 => Just(BlockKind::Quote),
            1 => Just(BlockKind::Caption),
        ]
    }

    proptest! {
        /// Parts are the whole but for spaces where it is cut, none is long, and cutting takes no
        /// longer than reading.
        #[test]
        fn parts_are_the_whole(words in proptest::collection::vec("\\PC{0,40}|[a-z ]{0,9}[.?。 ]{0,3}", 1..30), times in 1..400usize) {
            let text = words.concat().repeat(times);
            let text = text.trim();
            prop_assume!(!text.is_empty());
            let passages = split(&prose(&[text]), SplitOptions::default());
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            let whole: String = passages.iter().map(|one| bare(&one.text)).collect();
            prop_assert_eq!(whole, bare(text));
            prop_assert!(passages.iter().all(|one| !one.text.is_empty() && !is_long(&one.text)));
        }

        #[test]
        fn splitting_loses_no_text(
            blocks in proptest::collection::vec((kind(), "([a-c]{1,3}|[A-C][a-c]|[，。中国]|[ .,-]|the ){0,12}x[.,。-]?"), 0..8)
        ) {
            let article = article(blocks, None);
            let bare = |texts: Vec<&str>| texts.concat().replace(' ', "");
            let mended = split(&article, SplitOptions::default());
            prop_assert_eq!(
                bare(mended.iter().map(|passage| passage.text.as_str()).collect()),
                bare(article.blocks.iter().map(|block| block.text.as_str()).collect())
            );
            let lines: Vec<_> = mended.iter().flat_map(|p| p.source_lines.iter().copied()).collect();
            prop_assert_eq!(lines, article.blocks.iter().map(|b| b.lines).collect::<Vec<_>>());
            let torn = split(&article, SplitOptions { mend: false });
            prop_assert_eq!(torn.len(), article.blocks.len());
            for (at, (passage, block)) in torn.iter().zip(&article.blocks).enumerate() {
                prop_assert_eq!(passage.ordinal as usize, at);
                prop_assert_eq!((&passage.text, passage.kind), (&block.text, block.kind));
            }
        }
    }
}
