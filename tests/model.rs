//! The model of matching: which passages a query finds, by reading all of them one after another.
//!
//! Written anew from what the manual page says, slow and plain. Only the terms of a text are taken
//! from `analysis`; nothing is taken from an engine.

use std::collections::BTreeMap;

use jiff::civil::Date;
use pressmark::analysis::{
    Analyzer, Case, Stemmer, Tokens, fold, is_cjk, query_terms, query_terms_in,
};
use pressmark::article::ArticleHead;
use pressmark::query::{Filter, Pattern, Query, TextClause, Zone};
use pressmark::results::FacetField;
use pressmark::tag::{EntityId, TaggedArticle, TaggedPassage};

use crate::model_near::{as_words, stands};
use crate::model_respell::Written;

/// The articles an index should hold.
pub(crate) type Shelf = BTreeMap<String, TaggedArticle>;

/// One passage with the head of its article.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'s> {
    pub(crate) head: &'s ArticleHead,
    pub(crate) passage: &'s TaggedPassage,
    pub(crate) shelf: &'s Shelf,
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
    let Some(entry) = entries.first() else { return entries };
    let query = without_strangers(&query.clone().simplify(), *entry);
    let query = Written::of(&entries).respell(&query);
    entries.into_iter().filter(|entry| matches(&query, *entry)).collect()
}

/// The query where what asks for a name that no passage of the shelf has asks for words.
fn without_strangers(query: &Query, entry: Entry<'_>) -> Query {
    let each = |parts: &[Query]| parts.iter().map(|part| without_strangers(part, entry)).collect();
    let inside = |inner: &Query| Box::new(without_strangers(inner, entry));
    match query {
        Query::Near(near) => match as_words(near, entry) {
            Some(pattern) => Query::Text(TextClause { zone: None, pattern }),
            None => query.clone(),
        },
        Query::And(parts) => Query::And(each(parts)),
        Query::Or(arms) => Query::Or(each(arms)),
        Query::Not(inner) => Query::Not(inside(inner)),
        Query::Must(inner) => Query::Must(inside(inner)),
        Query::Boost(inner, by) => Query::Boost(inside(inner), *by),
        other => other.clone(),
    }
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
pub(crate) struct Words {
    pub(crate) analyzer: Analyzer,
    pub(crate) words: Vec<Word>,
    /// Words that hyphens join, each as one; patterns do not see them.
    pub(crate) compounds: Vec<Word>,
    pub(crate) stemmer: std::cell::RefCell<Stemmer>,
}

#[derive(Clone)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) written: String,
    pub(crate) stem: String,
    pub(crate) place: u32,
    pub(crate) cjk: bool,
    /// The word before the hyphen, if it has one.
    pub(crate) first: String,
}

impl Words {
    pub(crate) fn of(text: &str, analyzer: Analyzer) -> Self {
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

    /// The words that patterns see.
    pub(crate) fn patterned(&self) -> impl Iterator<Item = &Word> {
        // Words of other languages have no forms, so a compound of them is a word like others.
        let compounds = self.compounds.iter().filter(|_| self.analyzer == Analyzer::Plain);
        self.words.iter().chain(compounds)
    }

    fn any_written(&self, test: impl Fn(&str) -> bool) -> bool {
        self.patterned().any(|word| !word.cjk && test(&word.written))
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

/// The only character of `term`, if it is written without spaces between words.
pub(crate) fn single(term: &str) -> Option<char> {
    let mut characters = term.chars();
    let first = characters.next().filter(|c| is_cjk(*c))?;
    characters.next().is_none().then_some(first)
}

pub(crate) fn pattern_matches(pattern: &Pattern, words: &Words) -> bool {
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
