//! Queries near the one that finds nothing, each counted before it is offered.

use jiff::civil::Date;

use crate::engine::EngineError;
use crate::query::{DateRange, Filter, Pattern, Query, TextClause};
use crate::results::{Filters, Sort};

use super::clauses::{
    Part, joined, leaves, literal, near_of, parts_of, pieces, text_of, word, words,
};
use super::probe::Probe;
use super::spell::Found;
use super::{How, MOST_RELAXED, Relaxed, Spelt, What};

/// How far the words of a phrase may stand apart.
const APART: u32 = 5;

/// More clauses than these are not tried one after the other, nor more words any by any: they cost too
/// much, and nobody types so long a query again.
const MOST_TRIED: usize = 12;

/// The shortest word, in characters, of which other endings are tried.
const SHORTEST_PREFIX: usize = 4;

/// The order in which other queries are tried, and shown.
const BEST_FIRST: [How; 8] = [
    How::Spelling,
    How::Without,
    How::Apart,
    How::Anywhere,
    How::Prefix,
    How::AnyWord,
    How::Dates,
    How::ParentSector,
];

/// What is known of the clauses.
pub(super) struct Case<'c> {
    pub(super) parts: &'c [Part],
    pub(super) alone: &'c [Option<u64>],
    /// Which of them leave nothing.
    pub(super) emptying: &'c [usize],
}

impl<'c> Case<'c> {
    fn is_nowhere(&self, at: usize) -> bool {
        self.alone[at] == Some(0)
    }

    /// All clauses but those at `left_out` and those that no passage meets.
    fn others(&self, left_out: &[usize]) -> Vec<&'c Part> {
        let parts = self.parts.iter().enumerate();
        let kept = parts.filter(|(at, _)| !left_out.contains(at) && !self.is_nowhere(*at));
        kept.map(|(_, part)| part).collect()
    }

    /// Whether some of `parts` say what is looked for, if any clause does: to be given all passages
    /// of a language is of no use.
    fn is_about(&self, parts: &[&Part]) -> bool {
        let about = |part: &Part| {
            let named = |(of, _): &(Spelt, &str)| matches!(of, Spelt::Entity | Spelt::Speaker);
            part.is_text() || part.names().iter().any(named)
        };
        parts.iter().any(|part| about(part)) || !self.parts.iter().any(about)
    }
}

/// Up to [`MOST_RELAXED`] queries that find something, the best first.
pub(super) fn relaxed(
    probe: &mut Probe<'_>,
    case: &Case<'_>,
    spellings: &[Found],
) -> Result<Vec<Relaxed>, EngineError> {
    let mut offers = Offers { probe, case, kept: Vec::new() };
    for how in BEST_FIRST {
        if offers.kept.len() >= MOST_RELAXED {
            break;
        }
        match how {
            How::Spelling => offers.respelt(spellings)?,
            How::Without => offers.without()?,
            How::Apart => offers.apart(spellings)?,
            How::Anywhere => offers.elsewhere()?,
            How::Prefix => offers.prefixed(spellings)?,
            How::AnyWord => offers.any_word()?,
            How::Dates => offers.wider_dates()?,
            How::ParentSector => offers.parent_sector()?,
        }
    }
    offers.without_another()?;
    offers.kept.truncate(MOST_RELAXED);
    Ok(offers.kept)
}

struct Offers<'o, 'a> {
    probe: &'o mut Probe<'a>,
    case: &'o Case<'o>,
    kept: Vec<Relaxed>,
}

impl Offers<'_, '_> {
    /// Keeps the query for all of `parts` if it finds something. Returns whether it does.
    fn offer(&mut self, how: How, parts: &[&Part]) -> Result<bool, EngineError> {
        if parts.iter().all(|part| part.is_negative()) || !self.case.is_about(parts) {
            return Ok(false);
        }
        let (query, filters) = joined(parts);
        let passages = self.probe.count_of(&query, &filters)?.unwrap_or_default();
        let known = |kept: &Relaxed| kept.query == query && kept.filters == filters;
        if passages == 0 || self.kept.iter().any(known) {
            return Ok(passages > 0);
        }
        self.kept.push(Relaxed { how, query, filters, passages });
        Ok(true)
    }

    /// Keeps the query with `part` in place of the clause at `at`; first with all others, then without
    /// those that no passage meets.
    fn offer_instead(&mut self, how: How, at: usize, part: &Part) -> Result<bool, EngineError> {
        let parts = self.case.parts.iter().enumerate();
        let swapped: Vec<&Part> = parts
            .filter(|(other, _)| *other == at || !self.case.is_nowhere(*other))
            .map(|(other, whole)| if other == at { part } else { whole })
            .collect();
        self.offer(how, &swapped)
    }

    /// Words and names as the index spells them; what it has not at all is left out.
    fn respelt(&mut self, spellings: &[Found]) -> Result<(), EngineError> {
        // Two words that are one first: each by itself is then no matter.
        let mut all: Vec<&Found> = spellings.iter().collect();
        all.sort_by_key(|found| !found.spelling.typed.contains(char::is_whitespace));
        // The best spelling of each; else one word after the other, by any of its spellings.
        let best = all.iter().filter_map(|found| Some((*found, found.alike().next()?))).collect();
        if self.offer_respelt(best)? {
            return Ok(());
        }
        for found in all {
            for by in found.alike() {
                if self.offer_respelt(vec![(found, by)])? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Keeps the query with some words and names spelt otherwise, if it finds something; else with the
    /// words of its phrases anywhere.
    fn offer_respelt(&mut self, choices: Vec<(&Found, &str)>) -> Result<bool, EngineError> {
        let case = self.case;
        let mut parts: Vec<Option<Part>> = case.parts.iter().cloned().map(Some).collect();
        let mut respelt = vec![false; parts.len()];
        for (found, by) in choices {
            match found.at.as_slice() {
                [at] => {
                    if let Some(part) = &parts[*at] {
                        parts[*at] = Some(found.respelt(part, by));
                        respelt[*at] = true;
                    }
                }
                [first, second, ..] if !respelt[*first] && !respelt[*second] => {
                    let zone = case.parts[*first].text().and_then(|clause| clause.zone);
                    parts[*first] = Some(What::Query(word(zone, by)));
                    parts[*second] = None;
                    respelt[*first] = true;
                }
                _ => {}
            }
        }
        let mut kept = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            if respelt[at] || !case.is_nowhere(at) {
                kept.extend(part);
            }
        }
        if !respelt.contains(&true) {
            return Ok(false);
        }
        if self.offer(How::Spelling, &kept.iter().collect::<Vec<_>>())? {
            return Ok(true);
        }
        let loose: Vec<Part> = kept.iter().map(loosened).collect();
        Ok(loose != kept && self.offer(How::Spelling, &loose.iter().collect::<Vec<_>>())?)
    }

    /// Without what no passage meets; else without the clause of the conflict that says least: a
    /// filter, or the word that most passages have.
    fn without(&mut self) -> Result<(), EngineError> {
        let nowhere: Vec<usize> =
            (0..self.case.parts.len()).filter(|at| self.case.is_nowhere(*at)).collect();
        if !nowhere.is_empty() {
            let others = self.case.others(&[]);
            if self.offer(How::Without, &others)? {
                return Ok(());
            }
        } else if self.without_one()? {
            return Ok(());
        }
        self.as_many_as_go()
    }

    /// Without one clause of the conflict, the one that says least first.
    fn without_one(&mut self) -> Result<bool, EngineError> {
        for at in self.least_first() {
            let before = self.kept.len();
            if self.offer(How::Without, &self.case.others(&[at]))? && self.kept.len() > before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Another clause of the conflict left out, where there is room.
    fn without_another(&mut self) -> Result<(), EngineError> {
        while self.kept.len() < MOST_RELAXED
            && !self.case.emptying.iter().any(|at| self.case.is_nowhere(*at))
            && self.without_one()?
        {}
        Ok(())
    }

    fn least_first(&self) -> Vec<usize> {
        let mut emptying = self.case.emptying.to_vec();
        emptying.sort_by_key(|at| {
            let count = self.case.alone[*at].unwrap_or_default();
            (self.case.parts[*at].is_text(), std::cmp::Reverse(count))
        });
        emptying
    }

    /// Clause by clause, words before filters, as long as something is found.
    fn as_many_as_go(&mut self) -> Result<(), EngineError> {
        if self.case.parts.len() > MOST_TRIED {
            return Ok(());
        }
        let mut others = self.case.others(&[]);
        others.sort_by_key(|part| !part.is_text());
        let mut kept: Vec<&Part> = Vec::new();
        for part in others {
            kept.push(part);
            if self.probe.count(&kept)?.unwrap_or_default() == 0 {
                kept.pop();
            }
        }
        // In the order they were typed.
        let parts = self.case.parts.iter();
        let in_order: Vec<&Part> = parts.filter(|part| kept.contains(part)).collect();
        self.offer(How::Without, &in_order)?;
        Ok(())
    }

    /// The words of phrases near each other, else anywhere.
    fn apart(&mut self, spellings: &[Found]) -> Result<(), EngineError> {
        let respelt = self.kept.iter().any(|kept| kept.how == How::Spelling);
        for at in self.case.emptying.iter().copied() {
            // What was misspelt is mended already.
            if respelt && spellings.iter().any(|found| found.at.contains(&at)) {
                continue;
            }
            let What::Query(query) = &self.case.parts[at] else { continue };
            let clause = text_of(query);
            let pieces = match (clause, near_of(query)) {
                (Some(clause), _) => pieces(clause),
                (_, Some(near)) => parts_of(near),
                _ => continue,
            };
            if pieces.len() < 2 {
                continue;
            }
            if let Some(clause) = clause
                && let Pattern::Phrase { text, slop } = &clause.pattern
                && *slop < APART
            {
                let pattern = Pattern::Phrase { text: text.clone(), slop: APART };
                let near = What::Query(Query::Text(TextClause { zone: clause.zone, pattern }));
                if self.offer_instead(How::Apart, at, &near)? {
                    continue;
                }
            }
            let pieces = match clause.and_then(literal).map(words).as_deref() {
                // Pairs of a run of Chinese overlap; every other one holds it all.
                Some([run]) if run.cjk => {
                    let last = pieces.len() - 1;
                    let apart = |at: &usize| at.is_multiple_of(2) || *at == last;
                    let pairs = pieces.into_iter().enumerate();
                    pairs.filter(|(at, _)| apart(at)).map(|(_, pair)| pair).collect()
                }
                _ => pieces,
            };
            let mut there = Vec::new();
            for piece in pieces {
                if self.probe.count(&[&What::Query(piece.clone())])?.unwrap_or_default() > 0 {
                    there.push(piece);
                }
            }
            if !there.is_empty() {
                self.offer_instead(How::Apart, at, &What::Query(Query::all_of(there)))?;
            }
        }
        Ok(())
    }

    /// Words of one zone in both; names that no passage is tagged with as words.
    fn elsewhere(&mut self) -> Result<(), EngineError> {
        for at in self.case.emptying.iter().copied() {
            let part = &self.case.parts[at];
            let anywhere = match (part.text(), part.names().as_slice()) {
                (Some(TextClause { zone: Some(_), pattern }), _) => {
                    Query::Text(TextClause { zone: None, pattern: pattern.clone() })
                }
                (_, [(Spelt::Entity | Spelt::Speaker, name)])
                    if self.case.is_nowhere(at) && !words(name).is_empty() =>
                {
                    word(None, name)
                }
                _ => continue,
            };
            self.offer_instead(How::Anywhere, at, &What::Query(anywhere))?;
        }
        Ok(())
    }

    /// Words that begin as one that is nowhere, and that nothing is spelt like.
    fn prefixed(&mut self, spellings: &[Found]) -> Result<(), EngineError> {
        let case = self.case;
        for at in case.emptying.iter().copied().filter(|at| case.is_nowhere(*at)) {
            let Some(clause) = case.parts[at].text() else { continue };
            let Pattern::Word(text) = &clause.pattern else { continue };
            let long = text.chars().count() >= SHORTEST_PREFIX;
            if !long
                || !text.chars().all(char::is_alphanumeric)
                || words(text).iter().any(|word| word.cjk)
                || spellings.iter().any(|found| found.at.contains(&at))
            {
                continue;
            }
            let pattern = Pattern::Prefix(text.clone());
            let part = What::Query(Query::Text(TextClause { zone: clause.zone, pattern }));
            self.offer_instead(How::Prefix, at, &part)?;
        }
        Ok(())
    }

    /// Any of the words, with all that is not words.
    fn any_word(&mut self) -> Result<(), EngineError> {
        let (mut any, mut rest) = (Vec::new(), Vec::new());
        for (at, part) in self.case.parts.iter().enumerate() {
            match part {
                What::Query(query) if part.is_text() => {
                    for clause in leaves(query) {
                        match pieces(clause).as_slice() {
                            [] => any.push(Query::Text(clause.clone())),
                            pieces => any.extend(pieces.iter().cloned()),
                        }
                    }
                }
                _ if self.case.is_nowhere(at) => {}
                part => rest.push(part),
            }
        }
        if any.len() > MOST_TRIED {
            return Ok(());
        }
        let mut there: Vec<Query> = Vec::new();
        for one in any {
            // A single character says too little to be found by.
            let short =
                text_of(&one).and_then(literal).is_some_and(|text| text.chars().count() < 2);
            if !short
                && !there.contains(&one)
                && self.probe.count(&[&What::Query(one.clone())])?.unwrap_or_default() > 0
            {
                there.push(one);
            }
        }
        if there.len() > 1 {
            let any = What::Query(Query::any_of(there));
            let mut parts = vec![&any];
            parts.extend(rest);
            self.offer(How::AnyWord, &parts)?;
        }
        Ok(())
    }

    /// The range of days, as far as the nearest passage that meets the rest.
    fn wider_dates(&mut self) -> Result<(), EngineError> {
        let parts = self.case.parts;
        let Some(at) = self.case.emptying.iter().copied().find(|at| days(&parts[*at]).is_some())
        else {
            return Ok(());
        };
        // Both ends beside the query are one range.
        let flags = |part: &Part| matches!(part, What::Filter(_)) && days(part).is_some();
        let ends: Vec<usize> = match &parts[at] {
            What::Query(_) => vec![at],
            What::Filter(_) => (0..parts.len()).filter(|at| flags(&parts[*at])).collect(),
        };
        let mut range = DateRange::default();
        for end in ends.iter().filter_map(|at| days(&parts[*at])) {
            range.since = range.since.or(end.since);
            range.until = range.until.or(end.until);
        }
        let others = self.case.others(&ends);
        let mut nearest: Option<(i32, DateRange)> = None;
        let mut note = |away: i32, wider: DateRange| {
            if nearest.as_ref().is_none_or(|(least, _)| away < *least) {
                nearest = Some((away, wider));
            }
        };
        let within = |since: Option<Date>, until: Option<Date>| {
            What::Query(Query::Filter(Filter::Date(DateRange { since, until })))
        };
        if let Some(since) = range.since
            && let Ok(before) = since.yesterday()
        {
            let earlier = within(None, Some(before));
            let asked: Vec<&Part> = others.iter().copied().chain([&earlier]).collect();
            if let Some(day) = self.probe.day(&asked, Sort::DateDescending)? {
                note((since - day).get_days(), DateRange { since: Some(day), ..range });
            }
        }
        if let Some(until) = range.until
            && let Ok(after) = until.tomorrow()
        {
            let later = within(Some(after), None);
            let asked: Vec<&Part> = others.iter().copied().chain([&later]).collect();
            if let Some(day) = self.probe.day(&asked, Sort::DateAscending)? {
                note((day - until).get_days(), DateRange { until: Some(day), ..range });
            }
        }
        let Some((_, DateRange { since, until })) = nearest else { return Ok(()) };
        let wider = match &parts[at] {
            What::Query(_) => within(since, until),
            What::Filter(_) => What::Filter(Filters { since, until, ..Filters::default() }),
        };
        let mut asked: Vec<&Part> = Vec::new();
        for (other, part) in parts.iter().enumerate() {
            if other == at {
                asked.push(&wider);
            } else if !ends.contains(&other) && !self.case.is_nowhere(other) {
                asked.push(part);
            }
        }
        self.offer(How::Dates, &asked)?;
        Ok(())
    }

    /// The sector above, and the one above that.
    fn parent_sector(&mut self) -> Result<(), EngineError> {
        for at in self.case.emptying.iter().copied() {
            let part = &self.case.parts[at];
            let names = part.names();
            let [(Spelt::Sector, name)] = names.as_slice() else { continue };
            // One that is known comes back as its path.
            let known = self.probe.engine.spellings(Spelt::Sector, name, 2)?;
            let [path] = known.as_slice() else { continue };
            let above = path.match_indices('/').map(|(at, _)| &path[..at]).rev();
            for parent in above {
                let wider = part.renamed(Spelt::Sector, name, parent);
                if self.offer_instead(How::ParentSector, at, &wider)? {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// The words of a phrase, as any passage may have them.
fn loosened(part: &Part) -> Part {
    let clause = part.text().filter(|clause| matches!(clause.pattern, Pattern::Phrase { .. }));
    let near = match part {
        What::Query(query) => near_of(query),
        What::Filter(_) => None,
    };
    match clause.map(pieces).or(near.map(parts_of)).as_deref() {
        Some(pieces @ [_, _, ..]) => What::Query(Query::all_of(pieces.to_vec())),
        _ => part.clone(),
    }
}

/// The days that a clause is about.
fn days(part: &Part) -> Option<DateRange> {
    match part {
        What::Query(Query::Filter(Filter::Date(range))) => Some(*range),
        What::Filter(Filters { since, until, .. }) if since.is_some() || until.is_some() => {
            Some(DateRange { since: *since, until: *until })
        }
        _ => None,
    }
}
