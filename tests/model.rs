//! The model of matching: which passages a query finds, by reading all of them one after another.
//!
//! Written anew from what the manual page says, slow and plain. Only the terms of a text are taken
//! from `analysis`; nothing is taken from an engine.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use pressmark::analysis::{
    Analyzer, Case, Stemmer, Tokens, fold, is_cjk, query_terms, query_terms_in,
};
use pressmark::article::ArticleHead;
use pressmark::query::{Filter, Named, Near, Part, Pattern, Query, TextClause, Zone};
use pressmark::results::FacetField;
use pressmark::tag::{EntityId, EntityType, Mention, TaggedArticle, TaggedPassage};

/// The articles an index should hold.
pub(crate) type Shelf = BTreeMap<String, TaggedArticle>;

/// One passage with the head of its article.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'s> {
    pub(crate) head: &'s ArticleHead,
    pub(crate) passage: &'s TaggedPassage,
    shelf: &'s Shelf,
}

impl Entry<'_> {
    pub(crate) fn id(&self) -> String {
        format!("{}#{}", self.head.id, self.passage.passage.ordinal)
    }
}

/// The entities that a name stands for beside those called so in a text.
pub(crate) fn names(name: &str) -> Vec<EntityId> {
    match name {
        "Huawei Technologies" => vec![EntityId::from_known("organization:huawei")],
        _ => Vec::new(),
    }
}

/// The passages of the shelf that `query` finds.
pub(crate) fn find<'s>(shelf: &'s Shelf, query: &Query) -> Vec<Entry<'s>> {
    let entries = shelf.values().flat_map(|article| {
        article.passages.iter().map(|passage| Entry { head: &article.head, passage, shelf })
    });
    let entries: Vec<Entry<'_>> = entries.collect();
    let query = Written::of(&entries).respell(&query.clone().simplify());
    entries.into_iter().filter(|entry| matches(&query, *entry)).collect()
}

/// How the words of English and Malay texts are written, by their stems.
struct Written {
    /// As one word without a hyphen.
    whole: BTreeSet<(Analyzer, String)>,
    /// With a hyphen: the stem, and the word before the hyphen.
    parted: BTreeSet<(Analyzer, String, String)>,
}

impl Written {
    fn of(entries: &[Entry<'_>]) -> Self {
        let mut written = Self { whole: BTreeSet::new(), parted: BTreeSet::new() };
        for Entry { head, passage, .. } in entries {
            let analyzer = Analyzer::of(&head.lang);
            if analyzer == Analyzer::Plain {
                continue;
            }
            for text in [Some(&passage.passage.text), head.headline.as_ref()].into_iter().flatten()
            {
                let Words { words, compounds, .. } = Words::of(text, analyzer);
                written.whole.extend(words.into_iter().map(|word| (analyzer, word.stem)));
                let parted = compounds.into_iter();
                written.parted.extend(parted.map(|word| (analyzer, word.stem, word.first)));
            }
        }
        written
    }

    fn stems(word: &str) -> impl Iterator<Item = (Analyzer, String)> {
        [Analyzer::English, Analyzer::Malay].into_iter().map(move |analyzer| {
            (analyzer, Stemmer::new(analyzer).stem(word, &mut String::new()).to_owned())
        })
    }

    fn is_whole(&self, word: &str) -> bool {
        Self::stems(word).any(|stem| self.whole.contains(&stem))
    }

    /// Every way to write the words of a query that is worth a look.
    fn respell(&self, query: &Query) -> Query {
        match query {
            Query::Text(TextClause { zone, pattern }) => {
                let mut ways = vec![pattern.clone()];
                ways.extend(match pattern {
                    Pattern::Word(word) => self.word(word),
                    // One of them is tried in capitals, or both; the tests name one only.
                    Pattern::Phrase { text, slop } => {
                        let words = text.split(' ');
                        let places: Vec<_> =
                            words.enumerate().filter(|(_, w)| *w == "us").collect();
                        assert!(places.len() <= 3);
                        let raise = |which: &[usize]| {
                            let words = text.split(' ').enumerate();
                            let words =
                                words.map(|(at, w)| if which.contains(&at) { "US" } else { w });
                            let text = words.collect::<Vec<_>>().join(" ");
                            Pattern::Phrase { text, slop: *slop }
                        };
                        match places.as_slice() {
                            [] => vec![],
                            [(a, _)] => vec![raise(&[*a])],
                            [(a, _), (b, _), ..] => {
                                vec![raise(&[*a]), raise(&[*b]), raise(&[*a, *b])]
                            }
                        }
                    }
                    _ => vec![],
                });
                let clause = |pattern| Query::Text(TextClause { zone: *zone, pattern });
                Query::Or(ways.into_iter().map(clause).collect())
            }
            Query::And(parts) => {
                let mut own: Vec<Query> = Vec::new();
                let mut at = 0;
                while at < parts.len() {
                    match parts.get(at + 1).and_then(|next| self.as_one(&parts[at], next)) {
                        Some(one) => {
                            let both = parts[at..at + 2].iter().map(|part| self.respell(part));
                            own.push(Query::Or(vec![Query::And(both.collect()), one]));
                            at += 2;
                        }
                        None => {
                            own.push(self.respell(&parts[at]));
                            at += 1;
                        }
                    }
                }
                Query::And(own)
            }
            Query::Or(arms) => Query::Or(arms.iter().map(|arm| self.respell(arm)).collect()),
            Query::Not(inner) => Query::Not(Box::new(self.respell(inner))),
            Query::Must(inner) => Query::Must(Box::new(self.respell(inner))),
            Query::Boost(inner, by) => Query::Boost(Box::new(self.respell(inner)), *by),
            // What stands near each other is looked for as it is written.
            other => other.clone(),
        }
    }

    /// The tests type words of letters and digits, with one hyphen at most.
    fn word(&self, typed: &str) -> Vec<Pattern> {
        let phrase = |a: &str, b: &str| Pattern::Phrase { text: format!("{a} {b}"), slop: 0 };
        let lower = fold(typed, Case::Lower).text;
        let plain = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if lower == "us" {
            return if typed == "US" { vec![] } else { vec![Pattern::Word("US".to_owned())] };
        }
        if let Some((a, b)) = lower.split_once('-').filter(|(a, b)| plain(a) && plain(b)) {
            let one = format!("{a}{b}");
            return self.is_whole(&one).then_some(Pattern::Word(one)).into_iter().collect();
        }
        if !plain(&lower) {
            return vec![];
        }
        if let Some(at) = lower.find(|c: char| c.is_ascii_digit()) {
            let (a, b) = lower.split_at(at);
            let numbered = at > 0 && b.bytes().all(|b| b.is_ascii_digit()) && lower.len() > 2;
            return if numbered { vec![phrase(a, b)] } else { vec![] };
        }
        if lower.len() < 5 {
            return vec![];
        }
        let cuts = 1..lower.len();
        let parted = |at: &usize| {
            Self::stems(&lower).any(|(analyzer, stem)| {
                self.parted.contains(&(analyzer, stem, lower[..*at].to_owned()))
            })
        };
        let mut found: Vec<usize> = cuts.clone().filter(parted).collect();
        let known = self.is_whole(&lower)
            || Self::stems(&lower).any(|(analyzer, stem)| {
                self.parted.iter().any(|(other, part, _)| *other == analyzer && *part == stem)
            });
        if found.is_empty() && !known {
            let both = |at: &usize| {
                let (a, b) = lower.split_at(*at);
                a.len() >= 3
                    && b.len() >= 3
                    && self.is_whole(a)
                    && self.is_whole(b)
                    && ![a, b].contains(&"the")
            };
            found.extend(cuts.filter(both));
        }
        found.into_iter().take(3).map(|at| phrase(&lower[..at], &lower[at..])).collect()
    }

    fn as_one(&self, first: &Query, second: &Query) -> Option<Query> {
        let (Query::Text(first), Query::Text(second)) = (first, second) else { return None };
        let (Pattern::Word(a), Pattern::Word(b)) = (&first.pattern, &second.pattern) else {
            return None;
        };
        if a == "US" || b == "US" || first.zone != second.zone {
            return None;
        }
        let (a, b) = (one(a)?, one(b)?);
        let letters = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase());
        let digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        let long = |word: &str| word.len() >= 3 && word != "the";
        let joins = letters(&a) && letters(&b) && long(&a) && long(&b)
            || letters(&a) && digits(&b)
            || digits(&a) && letters(&b);
        let word = a + &b;
        (joins && self.is_whole(&word))
            .then_some(Query::Text(TextClause { zone: first.zone, pattern: Pattern::Word(word) }))
    }
}

/// The one term of a word, if it has no other.
fn one(word: &str) -> Option<String> {
    let mut terms = query_terms(word);
    let (_, term) = terms.pop()?;
    terms.is_empty().then_some(term)
}

fn matches(query: &Query, entry: Entry<'_>) -> bool {
    match query {
        Query::All => true,
        Query::Nothing => false,
        Query::Text(clause) => text_matches(clause, entry),
        Query::Synonyms(..) => matches(&query.clone().simplify(), entry),
        Query::Near(near) => [Zone::Text, Zone::Headline].into_iter().any(|zone| {
            let text = match zone {
                Zone::Text => entry.passage.passage.text.as_str(),
                Zone::Headline => entry.head.headline.as_deref().unwrap_or_default(),
            };
            let words = Words::of(text, Analyzer::of(&entry.head.lang));
            !stands(near, zone, &words, entry).is_empty()
        }),
        Query::Filter(filter) => filter_matches(filter, entry),
        Query::Not(inner) => !matches(inner, entry),
        Query::Must(inner) | Query::Boost(inner, _) => matches(inner, entry),
        Query::And(clauses) => clauses.iter().all(|clause| matches(clause, entry)),
        Query::Or(arms) => arms.iter().any(|arm| matches(arm, entry)),
    }
}

fn text_matches(clause: &TextClause, entry: Entry<'_>) -> bool {
    let analyzer = Analyzer::of(&entry.head.lang);
    let text = entry.passage.passage.text.as_str();
    let headline = entry.head.headline.as_deref().unwrap_or_default();
    let in_text = || pattern_matches(&clause.pattern, &Words::of(text, analyzer));
    let in_headline = || pattern_matches(&clause.pattern, &Words::of(headline, analyzer));
    match clause.zone {
        Some(Zone::Text) => in_text(),
        Some(Zone::Headline) => in_headline(),
        None => in_text() || in_headline(),
    }
}

/// The words of one text.
struct Words {
    analyzer: Analyzer,
    words: Vec<Word>,
    /// Words that hyphens join, each as one; patterns do not see them.
    compounds: Vec<Word>,
    stemmer: std::cell::RefCell<Stemmer>,
}

#[derive(Clone)]
struct Word {
    start: usize,
    written: String,
    stem: String,
    place: u32,
    cjk: bool,
    /// The word before the hyphen, if it has one.
    first: String,
}

impl Words {
    fn of(text: &str, analyzer: Analyzer) -> Self {
        let mut stemmer = Stemmer::new(analyzer);
        let folded = fold(text, Case::Lower);
        let mut tokens = Tokens::new(text, &folded, analyzer);
        let (mut words, mut compounds) = (Vec::new(), Vec::new());
        while tokens.advance() {
            let token = tokens.token();
            let mut stem = String::new();
            let stem = match token.acronym {
                true => token.term.to_uppercase(),
                false => stemmer.stem(token.term, &mut stem).to_owned(),
            };
            let (written, place, cjk) = (token.term.to_owned(), token.position, token.cjk);
            words.push(Word {
                start: token.start,
                written,
                stem,
                place,
                cjk,
                first: String::new(),
            });
            if let Some(compound) = tokens.compound().filter(|_| !cjk) {
                let written = compound.joined(&mut String::new()).to_owned();
                let stem = stemmer.stem(&written, &mut String::new()).to_owned();
                let first = compound.written[..compound.first].to_owned();
                compounds.push(Word { start: token.start, written, stem, place, cjk, first });
            }
        }
        Self { analyzer, words, compounds, stemmer: stemmer.into() }
    }

    fn any_written(&self, test: impl Fn(&str) -> bool) -> bool {
        self.words.iter().any(|word| !word.cjk && test(&word.written))
    }

    /// The words of a text as parts of a phrase, the first due at `due`.
    fn slots(&self, due: i64, text: &str) -> Vec<Slot> {
        let terms = query_terms(text);
        if let [(_, term)] = terms.as_slice()
            && let Some(character) = single(term)
        {
            let holds = |word: &&Word| word.cjk && word.written.starts_with(character);
            let places = self.words.iter().filter(holds).map(|word| i64::from(word.place));
            return vec![(due, places.map(|at| (at, at)).collect(), false)];
        }
        let slot = |(offset, term): (u32, String)| {
            let mut stem = String::new();
            let mut stemmer = self.stemmer.borrow_mut();
            let stem = stemmer.stem(&term, &mut stem).to_owned();
            let all = self.words.iter().chain(&self.compounds);
            let same = all.filter(move |word| word.stem == stem);
            // A pair of Chinese characters takes two places.
            let more = i64::from(term.starts_with(is_cjk) && single(&term).is_none());
            let places = same.map(|word| i64::from(word.place)).map(|at| (at, at + more));
            (due + i64::from(offset), places.collect(), false)
        };
        terms.into_iter().map(slot).collect()
    }

    /// Whether the words of `text` stand here, each moved from its place so little that no two
    /// moves differ by more than `slop`, and no two words at one place.
    fn hold(&self, text: &str, slop: u32) -> bool {
        let terms = query_terms_in(text, self.analyzer);
        if let [(_, term)] = terms.as_slice()
            && let Some(character) = single(term)
        {
            return self.words.iter().any(|word| word.cjk && word.written.contains(character));
        }
        let places: Vec<Vec<(i64, u32)>> = terms
            .iter()
            .map(|(due, term)| {
                let mut stem = String::new();
                let mut stemmer = self.stemmer.borrow_mut();
                let stem = stemmer.stem(term, &mut stem);
                let all = self.words.iter().chain(&self.compounds);
                let same = all.filter(|word| word.stem == stem);
                same.map(|word| (i64::from(word.place) - i64::from(*due), word.place)).collect()
            })
            .collect();
        !terms.is_empty() && choose(&places, i64::from(slop), &mut Vec::new())
    }
}

/// Whether one (move, place) can be taken of each list.
fn choose(places: &[Vec<(i64, u32)>], slop: i64, taken: &mut Vec<(i64, u32)>) -> bool {
    let Some((first, rest)) = places.split_first() else { return true };
    first.iter().any(|&(by, place)| {
        let fits = taken.iter().all(|&(other, at)| (by - other).abs() <= slop && at != place);
        taken.push((by, place));
        let found = fits && choose(rest, slop, taken);
        taken.pop();
        found
    })
}

/// Places from the first to the last.
type Stretch = (i64, i64);

/// A word or a name of a phrase: its due place, where it stands, and whether it is a name.
type Slot = (i64, Vec<Stretch>, bool);

/// Where `near` stands in one text: the stretches of its parts, for each way.
fn stands(near: &Near, zone: Zone, words: &Words, entry: Entry<'_>) -> Vec<Vec<Stretch>> {
    match near {
        Near::Text(clause) if clause.zone.is_some_and(|only| only != zone) => Vec::new(),
        Near::Text(clause) => match &clause.pattern {
            Pattern::Word(text) => ways(&words.slots(0, text), 0),
            Pattern::Phrase { text, slop } => ways(&words.slots(0, text), *slop),
            // Chinese has no words to begin or to misspell.
            Pattern::Prefix(text) | Pattern::Wildcard(text) | Pattern::Fuzzy { word: text, .. }
                if text.contains(is_cjk) =>
            {
                ways(&words.slots(0, &text.replace(['*', '?'], " ")), 0)
            }
            pattern => {
                let same = |word: &&Word| {
                    let alone = Words {
                        analyzer: Analyzer::Plain,
                        compounds: Vec::new(),
                        words: vec![Word { place: 0, ..(*word).clone() }],
                        stemmer: Stemmer::new(Analyzer::Plain).into(),
                    };
                    pattern_matches(pattern, &alone)
                };
                let found = words.words.iter().filter(same);
                found.map(|word| vec![(i64::from(word.place), i64::from(word.place))]).collect()
            }
        },
        Near::Entity(named) => ways(&name_slots(0, named, zone, words, entry), 0),
        Near::Phrase { parts, slop } => {
            let mut slots: Vec<Slot> = Vec::new();
            let mut due = 0;
            for part in parts {
                let more = match part {
                    Part::Words(text) => words.slots(due, text),
                    Part::Entity(named) => name_slots(due, named, zone, words, entry),
                };
                let pair = matches!(part, Part::Words(text) if text.ends_with(is_cjk) && single(text).is_none());
                due = more.last().map_or(due, |(due, ..)| due + 1 + i64::from(pair));
                slots.extend(more);
            }
            if zone == Zone::Text { ways(&slots, *slop) } else { Vec::new() }
        }
        Near::Any(arms) => arms.iter().flat_map(|arm| stands(arm, zone, words, entry)).collect(),
        Near::Chain(first, rest) => {
            let mut found = stands(first, zone, words, entry);
            for (apart, next) in rest {
                let next = stands(next, zone, words, entry);
                let pairs = found.iter().flat_map(|a| next.iter().map(move |b| (a, b)));
                let near = pairs.filter(|(a, b)| are_near(a, b, i64::from(*apart)));
                found = near.map(|(a, b)| [a.as_slice(), b].concat()).collect();
            }
            found
        }
    }
}

/// A name, or the words of one that no passage of the shelf has.
fn name_slots(due: i64, named: &Named, zone: Zone, words: &Words, entry: Entry<'_>) -> Vec<Slot> {
    let is = |mention: &Mention| match named {
        Named::Type(kind) => mention.kind == *kind,
        Named::Name(name) => {
            mention.id.as_str() == name
                || names(name).contains(&mention.id)
                || EntityType::ALL.iter().any(|kind| mention.id == EntityId::of_name(*kind, name))
        }
    };
    let passages = entry.shelf.values().flat_map(|article| &article.passages);
    let known = passages.flat_map(|passage| &passage.tags.mentions).any(is);
    if let (false, Named::Name(name)) = (known, named) {
        return words.slots(due, name);
    }
    let mentions = entry.passage.tags.mentions.iter().filter(|mention| is(mention));
    let mentions = mentions.filter(|_| zone == Zone::Text).filter_map(|mention| {
        let within = |word: &&Word| {
            (mention.span.start as usize..mention.span.end as usize).contains(&word.start)
        };
        let mut covered = words.words.iter().filter(within).map(|word| i64::from(word.place));
        let first = covered.next()?;
        Some((first, covered.next_back().unwrap_or(first)))
    });
    vec![(due, mentions.collect(), true)]
}

/// Every way to fill the slots: no two moves from due places differ by more than `slop`, what is
/// wider than a word moves what is due after it, and nothing stands on another.
fn ways(slots: &[Slot], slop: u32) -> Vec<Vec<Stretch>> {
    let mut found: Vec<Vec<(i64, Stretch, bool)>> = vec![Vec::new()];
    for (due, places, is_name) in slots {
        let mut longer = Vec::new();
        for way in &found {
            let wide = way.iter().filter(|(.., name)| *name).map(|(_, at, _)| at.1 - at.0);
            let due = due + wide.sum::<i64>();
            for at in places {
                let by = at.0 - due;
                let fits = way.iter().all(|(other, taken, name)| {
                    let clear = match (*name, *is_name) {
                        (false, false) => taken.0 != at.0,
                        (true, _) | (_, true) => taken.1 < at.0 || at.1 < taken.0,
                    };
                    (by - other).abs() <= i64::from(slop) && clear
                });
                if fits {
                    longer.push([way.as_slice(), &[(by, *at, *is_name)]].concat());
                }
            }
        }
        found = longer;
    }
    let whole = |way: Vec<(i64, Stretch, bool)>| {
        let first = way.iter().map(|(_, at, _)| at.0).min()?;
        Some(vec![(first, way.iter().map(|(_, at, _)| at.1).max()?)])
    };
    found.into_iter().filter_map(whole).collect()
}

/// Whether at most so many places lie between, and no part stands on another.
fn are_near(a: &[Stretch], b: &[Stretch], apart: i64) -> bool {
    let whole = |all: &[Stretch]| {
        (all.iter().map(|at| at.0).min().unwrap(), all.iter().map(|at| at.1).max().unwrap())
    };
    let (x, y) = (whole(a), whole(b));
    let clear = a.iter().all(|one| b.iter().all(|other| one.1 < other.0 || other.1 < one.0));
    clear && y.0 - x.1 - 1 <= apart && x.0 - y.1 - 1 <= apart
}

/// The only character of `term`, if it is written without spaces between words.
fn single(term: &str) -> Option<char> {
    let mut characters = term.chars();
    let first = characters.next().filter(|c| is_cjk(*c))?;
    characters.next().is_none().then_some(first)
}

fn pattern_matches(pattern: &Pattern, words: &Words) -> bool {
    // Chinese has no words to begin or to misspell.
    let own_word = |text: &str| match query_terms(text).as_slice() {
        [(_, term)] if !term.starts_with(is_cjk) => Some(term.clone()),
        _ => None,
    };
    match pattern {
        Pattern::Word(text) => words.hold(text, 0),
        Pattern::Phrase { text, slop } => words.hold(text, *slop),
        Pattern::Prefix(text) => match own_word(text) {
            Some(prefix) => words.any_written(|word| word.starts_with(&prefix)),
            None => words.hold(text, 0),
        },
        Pattern::Fuzzy { word, distance } => match own_word(word) {
            Some(wanted) => {
                let wanted: Vec<char> = wanted.chars().collect();
                let near = |word: &str| {
                    let word: Vec<char> = word.chars().collect();
                    within(&wanted, &word, u32::from(*distance))
                };
                words.any_written(near)
            }
            None => words.hold(word, 0),
        },
        Pattern::Wildcard(pattern) => {
            let folded = fold(pattern, Case::Lower).text;
            if folded.contains(is_cjk) {
                return words.hold(&folded.replace(['*', '?'], " "), 0);
            }
            let pattern: Vec<char> = folded.chars().collect();
            words.any_written(|word| covers(&pattern, &word.chars().collect::<Vec<_>>()))
        }
    }
}

fn covers(pattern: &[char], word: &[char]) -> bool {
    match (pattern.split_first(), word.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some(('*', rest)), next) => {
            covers(rest, word) || next.is_some_and(|(_, after)| covers(pattern, after))
        }
        (Some(_), None) => false,
        (Some((c, rest)), Some((d, after))) => (*c == '?' || c == d) && covers(rest, after),
    }
}

/// Whether `a` becomes `b` by so many edits: a character put in, left out or replaced, or two
/// neighbours swapped.
fn within(a: &[char], b: &[char], edits: u32) -> bool {
    if let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_first(), b.split_first())
        && x == y
        && within(a_rest, b_rest, edits)
    {
        return true;
    }
    if edits == 0 {
        return a.is_empty() && b.is_empty();
    }
    let (a_rest, b_rest) = (a.get(1..), b.get(1..));
    let swapped = a.len() > 1 && b.len() > 1 && a[0] == b[1] && a[1] == b[0];
    a.is_empty() && b.is_empty()
        || swapped && within(&a[2..], &b[2..], edits - 1)
        || a_rest.is_some_and(|a| within(a, b, edits - 1))
        || b_rest.is_some_and(|b| within(a, b, edits - 1))
        || a_rest.zip(b_rest).is_some_and(|(a, b)| within(a, b, edits - 1))
}

fn filter_matches(filter: &Filter, Entry { head, passage, .. }: Entry<'_>) -> bool {
    let same = |a: &str, b: &str| {
        let key = |name: &str| {
            let folded = fold(name, Case::Lower).text;
            folded.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        key(a) == key(b)
    };
    let tags = &passage.tags;
    match filter {
        Filter::Sector(wanted) => tags.sectors.iter().any(|tag| {
            let id = tag.id.as_str();
            id == wanted || id.strip_prefix(wanted).is_some_and(|below| below.starts_with('/'))
        }),
        Filter::Entity(name) => tags.mentions.iter().any(|mention| {
            mention.id.as_str() == name
                || names(name).contains(&mention.id)
                || same(&mention.name, name)
                || same(mention.span.of(&passage.passage.text), name)
        }),
        Filter::SaidBy(name) => tags.statements.iter().any(|statement| {
            let id = statement.entity.as_ref();
            let called = [statement.name.as_str(), statement.speaker.of(&passage.passage.text)];
            id.is_some_and(|id| id.as_str() == name || names(name).contains(id))
                || called.iter().any(|called| calls(called, name))
        }),
        Filter::Type(kind) => tags.mentions.iter().any(|mention| mention.kind == *kind),
        Filter::Lang(lang) => head.lang.as_str() == lang,
        Filter::Source(name) => head.source.as_ref().is_some_and(|source| same(source, name)),
        Filter::SourceTag(label) => head.source_tags.iter().any(|tag| same(tag, label)),
        Filter::Article(id) => head.id.as_str() == id,
        Filter::Date(range) => head.published.is_some_and(|day: Date| {
            range.since.is_none_or(|since| since <= day)
                && range.until.is_none_or(|until| day <= until)
        }),
    }
}

/// Whether the words of `name` stand next to each other in `called`. What the tests name is two
/// Chinese characters, one, or words of letters.
fn calls(called: &str, name: &str) -> bool {
    let words = |text| query_terms(text).into_iter().map(|(_, term)| term).collect::<Vec<_>>();
    let (called, name) = (words(called), words(name));
    if let [one] = name.as_slice()
        && one.chars().count() == 1
    {
        return called.concat().contains(one.as_str());
    }
    !name.is_empty() && called.windows(name.len()).any(|part| part == name)
}

/// How many of the passages carry each value of `field`.
pub(crate) fn count(entries: &[Entry<'_>], field: FacetField) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for Entry { head, passage, .. } in entries {
        let mut values: Vec<String> = match field {
            FacetField::Lang => vec![head.lang.to_string()],
            FacetField::Source => head.source.iter().cloned().collect(),
            FacetField::Month => {
                head.published.iter().map(|day| day.strftime("%Y-%m").to_string()).collect()
            }
            FacetField::Entity => {
                passage.tags.mentions.iter().map(|mention| mention.id.to_string()).collect()
            }
            FacetField::Sector => {
                let ids = passage.tags.sectors.iter().map(|tag| tag.id.as_str());
                let parts = ids.flat_map(|id| {
                    let ends = id.match_indices('/').map(|(at, _)| at).chain([id.len()]);
                    ends.map(move |end| id[..end].to_owned())
                });
                parts.collect()
            }
        };
        values.sort_unstable();
        values.dedup();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    counts
}
