//! What stands before and at the start of a text: headline, dates, byline, credit, dateline.
//!
//! Each is taken off the blocks only where it is sure; a line that might be prose stays prose.

use super::blocks::RawBlock;
use super::inline::{Labels, plain};
use super::lines::{Line, bullet};
use crate::article::{Block, BlockKind};
use crate::passage::continues_headline;
use crate::reader::opening::{self, looks_like_headline, same_words};

/// What an opening says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::reader) struct Opening {
    /// The headline.
    pub(in crate::reader) headline: Option<String>,
    /// All else.
    pub(in crate::reader) said: opening::Opening,
}

/// How many blocks after the headline may hold dates and bylines.
const OPENING_BLOCKS: usize = 8;

/// How many paragraphs (a deck, a lead) may stand before or between them.
const OPENING_PROSE: usize = 2;

/// Takes the opening off `raw` and finishes the other blocks. `title` is the headline that front
/// matter gives; the same words as a heading are then no text either.
pub(super) fn take(
    mut raw: Vec<RawBlock<'_>>,
    labels: &Labels,
    title: Option<&str>,
) -> (Opening, Vec<Block>) {
    let mut opening = Opening::default();
    while raw.first().is_some_and(|block| block.kind == BlockKind::Paragraph) {
        // A date or byline may stand above the headline.
        opening.peel(&mut raw[0], labels);
        if !raw[0].lines.is_empty() {
            break;
        }
        raw.remove(0);
    }
    opening.take_headline(&mut raw, labels, title);
    let mut prose = 0;
    let mut at = 0;
    for _ in 0..OPENING_BLOCKS {
        let Some(block) = raw.get_mut(at).filter(|_| prose < OPENING_PROSE) else { break };
        // `### By …` stands right under the headline; further down, `## By the numbers` does.
        let is_heading = block.kind == BlockKind::Heading && prose == 0;
        if block.kind == BlockKind::Paragraph || is_heading {
            opening.peel(block, labels);
            prose += usize::from(!block.lines.is_empty() && block.kind == BlockKind::Paragraph);
        }
        if block.lines.is_empty() {
            raw.remove(at);
        } else {
            at += 1;
        }
    }
    let mut blocks: Vec<Block> = raw.iter().filter_map(|block| block.finish(labels)).collect();
    close_torn_bold(&mut blocks);
    opening.said.add(opening::Opening::of_dateline(&mut blocks));
    (opening, blocks)
}

impl Opening {
    /// Takes the dates, bylines and credits off the start of `block`.
    fn peel(&mut self, block: &mut RawBlock<'_>, labels: &Labels) {
        let taken = block.lines.iter().take_while(|line| self.take_line(line, labels)).count();
        block.lines.drain(..taken);
    }

    /// Takes what `line` says, if it is nothing but dates, names and credits: `By … | April 18,
    /// 2025`.
    fn take_line(&mut self, line: &Line<'_>, labels: &Labels) -> bool {
        let Some(found) = read_line(line, labels) else { return false };
        self.said.add(found);
        true
    }

    fn take_headline(&mut self, raw: &mut Vec<RawBlock<'_>>, labels: &Labels, title: Option<&str>) {
        // A picture may stand above the headline.
        let at = raw.iter().take_while(|block| block.kind == BlockKind::Caption).count();
        let Some(first) = raw.get(at) else { return };
        let Some(line) = first.lines.first() else { return };
        let text = plain(line.text, labels).into_owned();
        if let Some(title) = title {
            let is_title = matches!(first.kind, BlockKind::Heading | BlockKind::Paragraph)
                && first.lines.len() == 1
                && same_words(&text, title);
            if is_title {
                raw.remove(at);
            }
            return;
        }
        let is_headline = match first.kind {
            BlockKind::Heading => !text.is_empty(),
            BlockKind::Paragraph if at == 0 => {
                let is_apart =
                    first.lines.get(1).is_none_or(|next| read_line(next, labels).is_some());
                let next = raw.get(at + 1).and_then(|block| block.finish(labels));
                let goes_on = next.is_some_and(|next| {
                    next.kind == BlockKind::Paragraph && continues_headline(&text, &next.text)
                });
                is_apart && !goes_on && looks_like_headline(&text)
            }
            _ => false,
        };
        if is_headline {
            self.headline = Some(text);
            raw[at].lines.remove(0);
            if raw[at].lines.is_empty() {
                raw.remove(at);
            }
        }
    }
}

/// What one line of an opening says; `None` for any line that says something else as well.
fn read_line(line: &Line<'_>, labels: &Labels) -> Option<opening::Opening> {
    // The longest such line is a byline with a date and a time.
    const MAX_BYTES: usize = 400;
    if line.text.len() > MAX_BYTES || bullet(line.text).is_some() {
        return None;
    }
    opening::Opening::of_line(&plain(line.text, labels))
}

/// Takes off the bold marks of a lead that a blank line tears, so that one paragraph has the
/// opening mark and the next the closing one.
fn close_torn_bold(blocks: &mut [Block]) {
    for at in 1..blocks.len() {
        let (before, after) = blocks.split_at_mut(at);
        let (before, after) = (&mut before[at - 1], &mut after[0]);
        let opens = before.text.strip_prefix("**").filter(|text| !text.contains("**"));
        let closes = after.text.strip_suffix("**").filter(|text| !text.contains("**"));
        if let (Some(opens), Some(closes)) = (opens, closes)
            && !opens.is_empty()
            && !closes.is_empty()
        {
            (before.text, after.text) = (opens.trim().to_owned(), closes.trim().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{blocks, lines};
    use super::*;

    fn opening(text: &str, title: Option<&str>) -> (Opening, Vec<String>) {
        let (raw, labels) = blocks::parse(&lines::lines(text, 1));
        let (opening, blocks) = take(raw, &labels, title);
        (opening, blocks.into_iter().map(|block| block.text).collect())
    }

    #[test]
    fn a_headline_is_a_heading_or_a_first_line_that_looks_like_one() {
        for (text, headline, body) in [
            ("# Shares fall\n\nMarkets closed.", Some("Shares fall"), &["Markets closed."][..]),
            ("Shares fall\n===\nMarkets closed.", Some("Shares fall"), &["Markets closed."]),
            ("Shares fall\n\nMarkets closed.", Some("Shares fall"), &["Markets closed."]),
            ("**Shares fall**\n\nMarkets closed.", Some("Shares fall"), &["Markets closed."]),
            ("Shares fall\nApril 18, 2025\n\nClosed.", Some("Shares fall"), &["Closed."]),
            ("April 18, 2025\n\nShares fall\n\nClosed.", Some("Shares fall"), &["Closed."]),
            ("Will shares fall?\n\nYes.", Some("Will shares fall?"), &["Yes."]),
            ("股市下跌\n\n市场收盘。", Some("股市下跌"), &["市场收盘。"]),
            (
                "央行下调存款准备金率半个百分点，银行股午后普遍上涨逾三成\n\n市场认为还会再降。",
                Some("央行下调存款准备金率半个百分点，银行股午后普遍上涨逾三成"),
                &["市场认为还会再降。"],
            ),
            (
                "央行下调存款准备金率半个百分点，市场认为今年之内还会\n再降一次。",
                None,
                &["央行下调存款准备金率半个百分点，市场认为今年之内还会再降一次。"],
            ),
            ("Shares fall", Some("Shares fall"), &[]),
            ("Shares fell.\n\nMarkets closed.", None, &["Shares fell.", "Markets closed."]),
            ("Shares fell\nand closed.", None, &["Shares fell and closed."]),
            ("Its strategic\n\ntransition.", None, &["Its strategic", "transition."]),
            ("BEIJING — China said so\n\nMore.", None, &["China said so", "More."]),
            ("![A port](a.jpg)\n\n# Shares fall\n\nX.", Some("Shares fall"), &["A port", "X."]),
            ("- one\n- two", None, &["one", "two"]),
        ] {
            let (got, blocks) = opening(text, None);
            assert_eq!(got.headline.as_deref(), headline, "{text:?}");
            assert_eq!(blocks, body, "{text:?}");
        }
        let (got, blocks) = opening("# Shares Fall\n\nClosed.", Some("Shares fall"));
        assert_eq!((got.headline, blocks.len()), (None, 1));
        let (_, blocks) = opening("# Markets\n\nClosed.", Some("Shares fall"));
        assert_eq!(blocks, ["Markets", "Closed."]);
    }

    #[test]
    fn dates_bylines_credits_and_datelines_are_no_text() {
        for (text, published, authors, source, dateline, body) in [
            (
                "# H\n\nPublished: 18 Apr 2025 | Updated: 19 Apr 2025\n\nBy Pressmark Wire\n\nText.",
                Some("2025-04-18"),
                &["Pressmark Wire"][..],
                None,
                None,
                &["Text."][..],
            ),
            (
                "# H\n\n*A deck of the story.*\n\nBy Wang Yi | April 18, 2025\n\nText.",
                Some("2025-04-18"),
                &["Wang Yi"],
                None,
                None,
                &["A deck of the story.", "Text."],
            ),
            (
                "标题\n\n来源：新华社 2025-04-18 09:00\n本报记者 王毅\n\n本报北京4月18日讯 中国说。",
                Some("2025-04-18"),
                &["王毅"],
                Some("新华社"),
                Some("本报北京4月18日讯"),
                &["中国说。"],
            ),
            (
                "# H\n\n**KUALA LUMPUR, Oct 26** (Pressmark Wire) - Text.",
                None,
                &[],
                None,
                Some("KUALA LUMPUR, Oct 26 (Pressmark Wire)"),
                &["Text."],
            ),
            (
                "# H\n\nBEIJING, 18 April 2025 — Text.",
                Some("2025-04-18"),
                &[],
                None,
                Some("BEIJING, 18 April 2025"),
                &["Text."],
            ),
            (
                "# H\n\nText one.\n\nText two.\n\nText three.\n\nApril 18, 2025",
                None,
                &[],
                None,
                None,
                &["Text one.", "Text two.", "Text three.", "April 18, 2025"],
            ),
        ] {
            let (got, blocks) = opening(text, None);
            assert_eq!(
                got.said.published.map(|date| date.to_string()).as_deref(),
                published,
                "{text}"
            );
            assert_eq!(got.said.authors, authors, "{text}");
            assert_eq!(got.said.source.as_deref(), source, "{text}");
            assert_eq!(got.said.dateline.as_deref(), dateline, "{text}");
            assert_eq!(blocks, body, "{text}");
        }
    }

    #[test]
    fn a_bold_lead_torn_by_a_blank_line_loses_its_marks() {
        let (_, blocks) = opening("# H\n\n**Its strategic\n\ntransition.**\n\nMore.", None);
        assert_eq!(blocks, ["Its strategic", "transition.", "More."]);
    }
}
