//! What is wrong with a taxonomy file, all of it at once; and which of its terms ever match.
//!
//! Reading a file for use stops at the first thing wrong. This is for whoever writes one.

use std::collections::BTreeMap;

use super::file::read_all;
use super::langs_for;
use super::matcher::{Match, Matcher, Scratch};
use super::problem::{Place, TaxonomyError};
use super::taxonomy::{Rule, RuleLang, Strength, Taxonomy};
use crate::article::{ArticleHead, Lang};
use crate::passage::{Passage, Span};
use crate::tag::SectorId;

/// A term where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenTerm {
    /// Where.
    pub at: Place,
    /// Its sector.
    pub sector: SectorId,
    /// What it is.
    pub rule: Rule,
}

/// A taxonomy file, read as far as it can be.
#[derive(Debug)]
pub struct Checked {
    /// What is wrong, in the order of the file.
    pub problems: Vec<TaxonomyError>,
    /// How many sectors the taxonomy has.
    pub sectors: usize,
    /// The terms of the file itself, in its order.
    pub terms: Vec<WrittenTerm>,
}

/// Reads the text of a taxonomy file and tells all that is wrong with it; `name` is what messages
/// call the file.
pub fn check(text: &str, name: &str) -> Checked {
    let read = read_all(text, name, &Taxonomy::builtin);
    let mut terms = Vec::with_capacity(read.terms.len());
    let mut written = read.terms;
    written.sort_by_key(|(start, ..)| *start);
    let (mut line, mut at) = (1, 0);
    for (start, sector, rule) in written {
        line += text.as_bytes()[at..start].iter().filter(|&&byte| byte == b'\n').count();
        at = start;
        terms.push(WrittenTerm { at: Place { file: name.to_owned(), line }, sector, rule });
    }
    let mut problems = read.problems;
    let extended = if read.extends { Taxonomy::builtin() } else { Taxonomy::default() };
    problems.extend(idle(&terms, &extended));
    problems.sort_by_key(TaxonomyError::line);
    Checked { problems, sectors: read.taxonomy.sectors().len(), terms }
}

/// The terms that add nothing to another one of their sector: in the file, or in what it extends.
fn idle(terms: &[WrittenTerm], extended: &Taxonomy) -> Vec<TaxonomyError> {
    let mut of_sectors: BTreeMap<&SectorId, Vec<&WrittenTerm>> = BTreeMap::new();
    for term in terms {
        of_sectors.entry(&term.sector).or_default().push(term);
    }
    let mut found = Vec::new();
    for (id, own) in of_sectors {
        let extended = extended.sector(id).map_or(&[][..], |sector| &sector.rules);
        for (number, term) in own.iter().enumerate() {
            let others = extended.iter().map(|rule| (rule, None, true)).chain(
                own.iter()
                    .enumerate()
                    .filter(|(other, _)| *other != number)
                    .map(|(other, one)| (&one.rule, Some(one.at.line), other < number)),
            );
            let why =
                others.filter_map(|(rule, line, first)| why_idle(&term.rule, rule, line, first));
            if let Some(why) = why.min_by_key(|(rank, _)| *rank).map(|(_, why)| why) {
                found.push(TaxonomyError::IdleTerm {
                    at: term.at.clone(),
                    sector: id.clone(),
                    term: term.rule.term.as_str().to_owned(),
                    why,
                });
            }
        }
    }
    found
}

/// Why `term` is idle beside `other`, which is in that line of the file or in what it extends;
/// equal reasons first.
fn why_idle(
    term: &Rule,
    other: &Rule,
    line: Option<usize>,
    is_before: bool,
) -> Option<(u8, String)> {
    let is_read = other.lang == term.lang || other.lang == RuleLang::Any;
    if !is_read || !other.term.covers(&term.term) {
        return None;
    }
    let place = match line {
        Some(line) => format!("in line {line}"),
        None => "in the built-in taxonomy".to_owned(),
    };
    let is_silence = |strength| strength == Strength::Exclude;
    if term.term.covers(&other.term) && (other.lang == term.lang) {
        // To exclude what the built-in taxonomy has is how to silence it.
        let silences = is_silence(term.strength) && !is_silence(other.strength) && line.is_none();
        let as_what = match other.strength == term.strength {
            true => String::new(),
            false => format!(" as {}", other.strength.as_str()),
        };
        return (is_before && !silences)
            .then(|| (0, format!("was given before{as_what}, {place}")));
    }
    let covered = match (other.strength, term.strength) {
        (Strength::Strong, Strength::Weak) => true,
        (a, b) if a == b => true,
        (Strength::Exclude, _) => {
            return Some((1, format!("is silenced by `{}` {place}", other.term.as_str())));
        }
        _ => false,
    };
    covered.then(|| (2, format!("is covered by `{}` {place}", other.term.as_str())))
}

/// Finds terms wherever they stand, whatever they are for.
pub struct TermFinder {
    matcher: Matcher,
    langs: Vec<RuleLang>,
}

impl TermFinder {
    /// Finds the terms of these rules.
    pub fn new<'a>(rules: impl Iterator<Item = &'a Rule>) -> Self {
        let (langs, terms) = rules.map(|rule| (rule.lang, rule.term.clone())).unzip();
        Self { matcher: Matcher::new(terms), langs }
    }

    /// Calls `found` with the number of each rule that matches in `text`, and where, as often as it
    /// does.
    pub fn each(&self, lang: &Lang, text: &str, mut found: impl FnMut(usize, Span)) {
        let langs = langs_for(lang);
        let wanted = |term: u32| langs.contains(&self.langs[term as usize]);
        let hit = |Match { term, span }: Match| found(term as usize, span);
        self.matcher.each(text, &mut Scratch::default(), wanted, hit);
    }
}

/// Counts in how many passages each of some terms matches.
pub struct Firing {
    finder: TermFinder,
    counts: Vec<u64>,
    /// The passage that each was counted in last.
    last: Vec<u64>,
    passages: u64,
}

impl Firing {
    /// Counts for these terms.
    pub fn new(terms: &[WrittenTerm]) -> Self {
        let finder = TermFinder::new(terms.iter().map(|term| &term.rule));
        Self { finder, counts: vec![0; terms.len()], last: vec![0; terms.len()], passages: 0 }
    }

    /// Looks at a passage.
    pub fn look(&mut self, head: &ArticleHead, passage: &Passage) {
        self.passages += 1;
        let (counts, last, now) = (&mut self.counts, &mut self.last, self.passages);
        self.finder.each(&head.lang, &passage.text, |term, _| {
            if last[term] != now {
                last[term] = now;
                counts[term] += 1;
            }
        });
    }

    /// How many passages were looked at.
    pub fn passages(&self) -> u64 {
        self.passages
    }

    /// In how many of them each term matches, in the order of the terms.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

/// The strong rules of `known` that `taxonomy` lacks, with their sectors: those of sectors it has,
/// unless it has a rule there that covers the term. A weak one with a star is none: the strong term
/// says more.
pub fn lacking(taxonomy: &Taxonomy, known: Taxonomy) -> Vec<(SectorId, Rule)> {
    let mut found = Vec::new();
    for sector in known.into_sectors() {
        let Some(own) = taxonomy.sector(&sector.id) else { continue };
        let strong = sector.rules.into_iter().filter(|rule| rule.strength == Strength::Strong);
        let has = |own: &Rule, rule: &Rule| {
            speaks_for(own, rule) && (own.strength != Strength::Weak || rule.term.covers(&own.term))
        };
        let lacks = strong.filter(|rule| !own.rules.iter().any(|own| has(own, rule)));
        found.extend(lacks.map(|rule| (sector.id.clone(), rule)));
    }
    found
}

/// Whether `taxonomy` has a rule for what `rule` matches: a strong one, or any of that sector.
pub fn has_rule_for(taxonomy: &Taxonomy, sector: &SectorId, rule: &Rule) -> bool {
    taxonomy.sectors().any(|one| {
        let is_same = one.id == *sector;
        one.rules
            .iter()
            .filter(|held| is_same || held.strength == Strength::Strong)
            .any(|held| speaks_for(held, rule))
    })
}

fn speaks_for(held: &Rule, rule: &Rule) -> bool {
    (held.lang == rule.lang || held.lang == RuleLang::Any || rule.lang == RuleLang::Any)
        && held.term.covers(&rule.term)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, BlockKind};

    #[test]
    fn all_that_is_wrong_is_told_at_once_in_order_of_lines() {
        let text = "colour = 1\n\
                    [[sector]]\n\
                    id = \"energy/oil\"\n\
                    en.strong = [\"oil\", \"\", 5]\n\
                    en.waek = [\"a\"]\n\
                    iptc = [\"x\"]\n\
                    [[sector]]\n\
                    id = \"Bad\"\n\
                    [[sector]]\n\
                    id = \"energy/oil\"\n\
                    [[sector]]\n\
                    labels = {}\n";
        let checked = check(text, "my.toml");
        let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "my.toml:1: unknown key `colour`",
                "my.toml:3: sector `energy/oil` has no parent `energy`",
                "my.toml:4: bad term ``, wanted at least one letter or digit",
                "my.toml:4: `a term` is a number, wanted a string",
                "my.toml:5: unknown key `waek`, did you mean `weak`?",
                "my.toml:6: bad code `x`, wanted `medtop:` and 8 digits",
                "my.toml:8: bad sector id `Bad`, wanted lower-case letters, digits and `-`, parts \
                 separated by `/`",
                "my.toml:10: sector `energy/oil` was given before, in line 3",
                "my.toml:11: a sector without `id`",
            ]
        );
        assert_eq!(checked.terms.len(), 1);
    }

    #[test]
    fn terms_that_add_nothing_are_told() {
        for (lists, want) in [
            ("en.strong = [\"oil\", \"gas\"]", ""),
            ("en.strong = [\"oil\", \"oil\"]", "`oil` of `a` was given before, in line 3"),
            ("en.strong = [\"Café\", \"Cafe\"]", "`Cafe` of `a` was given before, in line 3"),
            ("en.strong = [\"e-car\", \"e car\"]", "`e car` of `a` was given before, in line 3"),
            (
                "en.strong = [\"oil\"]\nen.weak = [\"oil\"]",
                "`oil` of `a` was given before as strong, in line 3",
            ),
            (
                "en.strong = [\"floods\", \"flood*\"]",
                "`floods` of `a` is covered by `flood*` in line 3",
            ),
            (
                "en.strong = [\"*oil\", \"topsoil\"]",
                "`topsoil` of `a` is covered by `*oil` in line 3",
            ),
            (
                "any.strong = [\"flood*\"]\nms.weak = [\"floods\"]",
                "`floods` of `a` is covered by `flood*` in line 3",
            ),
            (
                "en.exclude = [\"oil*\"]\nen.strong = [\"oils\"]",
                "`oils` of `a` is silenced by `oil*` in line 3",
            ),
            // What says more than the other, or is for other texts.
            ("en.weak = [\"flood*\"]\nen.strong = [\"floods\"]", ""),
            ("en.strong = [\"flood*\", \"flood warning\"]", ""),
            ("en.strong = [\"flood*\"]\nms.strong = [\"floods\"]", ""),
            ("en.strong = [\"AI*\", \"ais\"]", ""),
            ("zh.strong = [\"芯片\", \"芯片厂\"]", ""),
            ("en.exclude = [\"palm oil\"]\nen.strong = [\"oil\"]", ""),
        ] {
            let checked = check(&format!("[[sector]]\nid = \"a\"\n{lists}\n"), "my.toml");
            let told: Vec<String> = checked.problems.iter().map(ToString::to_string).collect();
            let told = told.join("; ");
            match want {
                "" => assert_eq!(told, "", "{lists}"),
                want => assert!(told.ends_with(want), "{lists}: {told}"),
            }
        }
    }

    #[test]
    fn a_file_is_held_against_what_it_extends() {
        let file = |list: &str| {
            let text = format!("extends = \"builtin\"\n[[sector]]\nid = \"disasters\"\n{list}\n");
            let told: Vec<_> = check(&text, "f").problems.iter().map(ToString::to_string).collect();
            told.join("; ")
        };
        assert_eq!(
            file("en.strong = [\"earthquakes\"]"),
            "f:4: term `earthquakes` of `disasters` is covered by `earthquake*` in the built-in taxonomy"
        );
        // How a term is silenced.
        assert_eq!(file("en.exclude = [\"earthquake*\"]"), "");
    }

    #[test]
    fn passages_in_which_a_term_matches_are_counted() {
        let text =
            "[[sector]]\nid = \"a\"\nen.strong = [\"oil*\", \"gas\"]\nms.strong = [\"minyak\"]\n";
        let checked = check(text, "f");
        let mut firing = Firing::new(&checked.terms);
        let head = ArticleHead {
            id: ArticleId::new("a").unwrap(),
            headline: None,
            published: None,
            lang: Lang::new("en"),
            source: None,
            url: None,
            authors: Vec::new(),
            dateline: None,
            section: None,
            source_tags: Vec::new(),
            edition: Default::default(),
            unit: Default::default(),
        };
        for text in ["Oil and oils.", "oil", "minyak"] {
            let passage = Passage {
                ordinal: 0,
                kind: BlockKind::Paragraph,
                text: text.to_owned(),
                source_lines: Vec::new(),
            };
            firing.look(&head, &passage);
        }
        assert_eq!((firing.passages(), firing.counts()), (3, &[2, 0, 0][..]));
    }
}
