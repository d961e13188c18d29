//! From glyphs to lines in reading order: glyphs that follow each other are a run, runs stand in
//! columns, the runs of a column that share a base line are a line. What a line says does not
//! count here, only where it stands.

use super::content::Glyph;

/// One line of one column, in points from the upper left corner of the page, turned so that it
/// runs to the right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// What it says, with a space between words and none at the ends.
    pub(super) text: String,
    /// Where it starts and ends.
    pub(super) left: f32,
    /// See `left`.
    pub(super) right: f32,
    /// Its base line.
    pub(super) y: f32,
    /// The height of its letters.
    pub(super) size: f32,
    /// The page, from 1.
    pub(super) page: u32,
    /// Which column of the page it is in; a new one wherever reading leaps.
    pub(super) column: u32,
}

/// Letters side by side without a gap wide enough to part columns.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// What it says.
    pub(super) text: String,
    /// Where it starts and ends.
    pub(super) left: f32,
    /// See `left`.
    pub(super) right: f32,
    /// Where its last letter starts.
    last: f32,
    /// Its base line.
    pub(super) y: f32,
    /// The height of its letters.
    pub(super) size: f32,
}

impl Run {
    fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// A gap that is a space between words, in parts of the height of the letters.
const SPACE: f32 = 0.17;

/// A gap that may part columns.
const GUTTER: f32 = 0.75;

/// How near a letter that is drawn twice to look bold is to itself.
const AGAIN: f32 = 0.1;

/// How far base lines of one line may be apart: small figures stand higher.
const SAME_LINE: f32 = 0.45;

/// The runs of one page: the glyphs that run as most of them do, turned so that they run to the
/// right. A stamp along the margin is none of the text.
pub(super) fn runs(glyphs: &[Glyph]) -> Vec<Run> {
    let mut counts = [0usize; 4];
    for glyph in glyphs {
        counts[way(glyph)] += 1;
    }
    let most = (0..4).max_by_key(|way| (counts[*way], 4 - way)).unwrap_or(0);
    let turn = |(x, y): (f32, f32)| match most {
        0 => (x, y),
        1 => (y, -x),
        2 => (-x, -y),
        _ => (-y, x),
    };
    let mut runs: Vec<Run> = Vec::new();
    for glyph in glyphs.iter().filter(|glyph| way(glyph) == most) {
        let (from, to) = (turn(glyph.from), turn(glyph.to));
        // The base line of a vertical glyph runs through its middle.
        let is_blank = glyph.text.is_whitespace() || glyph.text.is_control();
        if let Some(run) = runs.last_mut()
            && (run.y - from.1).abs() <= SAME_LINE * run.size.min(glyph.size)
            && run.size.max(glyph.size) <= 2.5 * run.size.min(glyph.size)
        {
            let gap = (from.0 - run.right) / run.size;
            if is_blank && gap < GUTTER {
                continue;
            }
            if run.text.ends_with(glyph.text) && (from.0 - run.last).abs() < AGAIN * run.size {
                continue;
            }
            if (-0.5..GUTTER).contains(&gap) {
                if gap > space_before(run, glyph.text) {
                    run.text.push(' ');
                }
                run.text.push(glyph.text);
                run.right = run.right.max(to.0);
                run.last = from.0;
                run.size = run.size.max(glyph.size);
                continue;
            }
        }
        if !is_blank {
            let text = glyph.text.to_string();
            let (left, right, y) = (from.0, to.0, from.1);
            runs.push(Run { text, left, right, last: left, y, size: glyph.size });
        }
    }
    runs
}

/// Which way the line of a glyph runs: 0 right, 1 down, 2 left, 3 up.
fn way(glyph: &Glyph) -> usize {
    let (x, y) = (glyph.to.0 - glyph.from.0, glyph.to.1 - glyph.from.1);
    match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
        // What has no width runs as its script does.
        _ if x == 0.0 && y == 0.0 => usize::from(glyph.is_vertical),
        (true, true, _) => 0,
        (true, false, _) => 2,
        (false, _, true) => 1,
        (false, _, false) => 3,
    }
}

/// The gap that is a space between `run` and `next`: letters of Chinese and Japanese are set apart
/// to fill a line.
fn space_before(run: &Run, next: char) -> f32 {
    let is_wide = is_wide(next) && run.text.chars().next_back().is_some_and(is_wide);
    if is_wide { GUTTER } else { SPACE }
}

/// Whether `c` is of a script written without spaces, or a mark of it.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// The lines of one page in reading order.
pub(super) fn lines(mut runs: Vec<Run>, page: u32) -> Vec<Line> {
    runs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    let mut order = Order { lines: Vec::new(), page, column: 0 };
    order.read(runs, 0);
    order.lines
}

struct Order {
    lines: Vec<Line>,
    page: u32,
    column: u32,
}

/// How often a region is parted: more columns than a broadsheet has.
const MAX_PARTINGS: usize = 12;

impl Order {
    /// Reads `runs`, which are in order of their base lines.
    fn read(&mut self, runs: Vec<Run>, parted: usize) {
        let gutter = if parted < MAX_PARTINGS { gutter(&runs) } else { None };
        let Some(gutter) = gutter else {
            self.column(runs);
            return;
        };
        // What spans the gutter is read where it stands, and the columns above it before it.
        let mut spanning: Vec<Run> = Vec::new();
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for run in runs {
            if run.left < gutter && gutter < run.right || touches(&spanning, &run) {
                self.sides(&mut left, &mut right, parted);
                spanning.push(run);
                continue;
            }
            if !spanning.is_empty() {
                self.read(std::mem::take(&mut spanning), parted + 1);
            }
            if run.right <= gutter { left.push(run) } else { right.push(run) }
        }
        self.sides(&mut left, &mut right, parted);
        if !spanning.is_empty() {
            self.read(spanning, parted + 1);
        }
    }

    fn sides(&mut self, left: &mut Vec<Run>, right: &mut Vec<Run>, parted: usize) {
        for side in [left, right] {
            if !side.is_empty() {
                self.read(std::mem::take(side), parted + 1);
            }
        }
    }

    /// Reads `runs` as one column.
    fn column(&mut self, runs: Vec<Run>) {
        let mut runs = runs.into_iter().peekable();
        while let Some(first) = runs.next() {
            let (y, mut size) = (first.y, first.size);
            let mut row = vec![first];
            while let Some(next) =
                runs.next_if(|next| next.y - y <= SAME_LINE * size.max(next.size))
            {
                size = size.max(next.size);
                row.push(next);
            }
            row.sort_by(|a, b| a.left.total_cmp(&b.left));
            self.line(row);
        }
        self.column += 1;
    }

    fn line(&mut self, row: Vec<Run>) {
        let mut text = String::new();
        let (mut left, mut right) = (f32::MAX, f32::MIN);
        // The line stands where its largest letters do.
        let (mut size, mut y) = (0.0, 0.0);
        let mut last = f32::MIN;
        for run in row {
            if text.ends_with(&run.text) && (run.left - last).abs() < AGAIN * run.size {
                continue;
            }
            last = run.left;
            let first = run.text.chars().next().unwrap_or(' ');
            let before = text.chars().next_back();
            let gap = if is_wide(first) && before.is_some_and(is_wide) {
                1.5 * run.size
            } else {
                SPACE * run.size
            };
            if before.is_some() && run.left - right > gap {
                text.push(' ');
            }
            text.push_str(&run.text);
            if run.size > size {
                (size, y) = (run.size, run.y);
            }
            left = left.min(run.left);
            right = right.max(run.right);
        }
        let (page, column) = (self.page, self.column);
        self.lines.push(Line { text, left, right, y, size, page, column });
    }
}

/// Whether `run` goes on the line that the last of `spanning` is in.
fn touches(spanning: &[Run], run: &Run) -> bool {
    spanning
        .last()
        .is_some_and(|last| (run.y - last.y).abs() <= SAME_LINE * last.size.max(run.size))
}

/// Where a gutter parts `runs` into columns of prose, if one does.
fn gutter(runs: &[Run]) -> Option<f32> {
    /// The least lines of a column, and of what is left of an article for the last one.
    const MIN_LINES: usize = 3;
    const MIN_LEFT: usize = 2;
    /// The least width of a column of prose, in heights of its letters: table cells are narrower.
    const MIN_WIDTH: f32 = 7.0;
    /// The widest gap between words that fill a line, in heights of their letters.
    const WORDS: f32 = 1.5;
    if runs.len() < MIN_LEFT + MIN_LINES {
        return None;
    }
    let mut sizes: Vec<f32> = runs.iter().map(|run| run.size).collect();
    sizes.sort_by(f32::total_cmp);
    let size = sizes[sizes.len() / 2];
    let mut lefts: Vec<f32> = runs.iter().map(|run| run.left).collect();
    let mut rights: Vec<f32> = runs.iter().map(|run| run.right).collect();
    lefts.sort_by(f32::total_cmp);
    rights.sort_by(f32::total_cmp);
    let mut best: Option<(usize, f32, f32, usize)> = None;
    // A gutter begins where something ends, and ends where the next thing begins.
    for (ended, &from) in rights.iter().enumerate() {
        let begun = lefts.partition_point(|left| *left < from);
        let Some(&to) = lefts.get(begun) else { break };
        let ended = ended + 1;
        let next = rights.get(ended).copied().unwrap_or(f32::MAX);
        let to = to.min(next);
        if to - from < GUTTER * size {
            continue;
        }
        let crossing = begun.saturating_sub(ended);
        let right = runs.len() - begun;
        let fewer = ended.min(right);
        if fewer < MIN_LEFT || ended.max(right) < MIN_LINES || crossing * 2 > fewer * 3 {
            continue;
        }
        let score = fewer.saturating_sub(crossing);
        if best.is_none_or(|(most, wide, ..)| (score, to - from) > (most, wide)) {
            best = Some((score, to - from, (from + to) / 2.0, crossing));
        }
    }
    let (_, _, at, crossing) = best?;
    let side = |is_left: bool| -> Vec<&Run> {
        runs.iter().filter(|run| if is_left { run.right <= at } else { run.left >= at }).collect()
    };
    let (left, right) = (side(true), side(false));
    // Words of a narrow column are set wide apart to fill its lines: with their gaps counted in, such
    // lines are prose too, unless they go on beyond the gutter.
    let is_prose = |side: &[&Run], gap: f32| {
        let parts = side.len() - gaps(side, gap * size);
        side.iter().map(|run| run.width()).sum::<f32>() >= MIN_WIDTH * size * parts as f32
    };
    let are_prose = |gap: f32| is_prose(&left, gap) && is_prose(&right, gap);
    let fewer = rows(&left).min(rows(&right));
    let are_columns = are_prose(0.0) || crossing * 4 <= fewer && are_prose(WORDS);
    let beside = |one: &[&Run], other: &[&Run]| {
        let (top, bottom) = (one.first()?.y - size, one.last()?.y + size);
        Some(other.iter().filter(|run| (top..=bottom).contains(&run.y)).count())
    };
    let least = MIN_LINES.min(left.len()).min(right.len());
    let are_beside = beside(&left, &right)? >= least && beside(&right, &left)? >= least;
    (fewer >= MIN_LEFT && are_columns && are_beside).then_some(at)
}

/// How many lines `runs`, which are in order, stand on.
fn rows(runs: &[&Run]) -> usize {
    runs.len() - runs.windows(2).filter(|pair| is_one_row(pair[0], pair[1])).count()
}

/// How many gaps between neighbours on a line are no wider than `widest`.
fn gaps(runs: &[&Run], widest: f32) -> usize {
    let is_narrow = |pair: &&[&Run]| {
        is_one_row(pair[0], pair[1]) && (0.0..=widest).contains(&(pair[1].left - pair[0].right))
    };
    runs.windows(2).filter(is_narrow).count()
}

fn is_one_row(one: &Run, next: &Run) -> bool {
    (next.y - one.y).abs() <= SAME_LINE * one.size.max(next.size)
}
