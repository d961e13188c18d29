//! Synonyms of a user's own: words that mean the same, from a file, and the clauses of a query that
//! have some.
//!
//! Two words are the same where their terms are, by the analysis that makes an index: case, plural
//! and script make no difference. No index is known here.

use std::collections::HashMap;

use crate::analysis::{Analyzer, Stemmer, query_terms};
use crate::article::Lang;
use crate::query::{Near, Pattern, Query, Synonym, TextClause, Warning, Zone};

/// The most words and phrases of one line.
const MOST_OF_A_LINE: usize = 100;

/// The most synonyms that are added to one query.
const MOST_ADDED: usize = 1024;

/// The longest words or phrase that have synonyms, in terms.
const LONGEST: usize = 16;

/// What a file of synonyms says.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    /// What words mean, by whose rules they are stemmed, and their stems.
    rules: HashMap<(Analyzer, Vec<String>), Vec<Meaning>>,
    /// The most terms of any of them.
    longest: usize,
}

/// Words that may stand for others.
#[derive(Clone, Debug, PartialEq)]
struct Meaning {
    pattern: Pattern,
    lang: Option<Lang>,
}

/// A line of a file of synonyms that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{path}:{line}: {what}")]
pub struct SynonymError {
    /// The file.
    path: String,
    /// The line, from 1.
    line: usize,
    /// What was met, and what was wanted.
    what: String,
}

impl Synonyms {
    /// Reads a file: `a, b, c` in a line mean the same, `a, b => c, d` gives `a` and `b` the
    /// synonyms `c` and `d` and these none; `[ms]` before a line is for this line, `[ms]` or
    /// `lang: ms` alone for the lines below, until `[*]` or `lang: *`; `#` begins a comment. `path`
    /// is for errors.
    ///
    /// # Errors
    ///
    /// [`SynonymError`] for the first line that says nothing of the kind.
    pub fn read(text: &str, path: &str) -> Result<Self, SynonymError> {
        let mut synonyms = Self::default();
        let mut stemmers = Analyzer::ALL.map(Stemmer::new);
        let mut below: Option<Lang> = None;
        for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let failed = |what| SynonymError { path: path.to_owned(), line, what };
            let text = text.split('#').next().unwrap_or_default().trim();
            let (lang, rule) = match head(text).map_err(failed)? {
                Some((lang, "")) => {
                    below = lang;
                    continue;
                }
                Some((lang, rule)) => (lang, rule),
                None if text.is_empty() => continue,
                None => (below.clone(), text),
            };
            let (left, right, two_way) = sides(rule).map_err(failed)?;
            for from in &left {
                let same = |to: &&String| !two_way || *to != from;
                let meanings = right
                    .iter()
                    .filter(same)
                    .map(|to| Meaning { pattern: pattern(to), lang: lang.clone() });
                synonyms.add(from, lang.as_ref(), &meanings.collect::<Vec<_>>(), &mut stemmers);
            }
        }
        Ok(synonyms)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn add(
        &mut self,
        from: &str,
        lang: Option<&Lang>,
        meanings: &[Meaning],
        stemmers: &mut [Stemmer],
    ) {
        let terms: Vec<String> = query_terms(from).into_iter().map(|(_, term)| term).collect();
        self.longest = self.longest.max(terms.len());
        for stemmer in stemmers {
            let analyzer = stemmer.analyzer();
            // The words of a language are read by its rules; all others by those of any.
            if lang.is_some_and(|lang| Analyzer::of(lang) != analyzer) {
                continue;
            }
            let held = self.rules.entry((analyzer, stems(&terms, stemmer))).or_default();
            for meaning in meanings {
                if !held.contains(meaning) {
                    held.push(meaning.clone());
                }
            }
        }
    }

    /// `query` with the synonyms of its words and phrases, and what is to be said of it. What is
    /// excluded is so with its synonyms.
    pub fn widen(&self, query: &Query) -> (Query, Vec<Warning>) {
        if self.is_empty() {
            return (query.clone(), Vec::new());
        }
        let stemmers = Analyzer::ALL.map(Stemmer::new);
        let mut widening = Widening { synonyms: self, stemmers, left: MOST_ADDED, cut: false };
        let wider = widening.of(query);
        let message = format!(
            "more than {MOST_ADDED} synonyms of the words of the query, the rest is left out"
        );
        (wider, widening.cut.then_some(Warning { message }).into_iter().collect())
    }
}

/// A query that is given synonyms.
struct Widening<'s> {
    synonyms: &'s Synonyms,
    stemmers: [Stemmer; Analyzer::ALL.len()],
    /// How many may still be added.
    left: usize,
    /// Whether there were more.
    cut: bool,
}

impl Widening<'_> {
    fn of(&mut self, query: &Query) -> Query {
        match query {
            Query::Text(clause) => match self.meanings(std::slice::from_ref(&clause)) {
                also if also.is_empty() => query.clone(),
                also => Query::Synonyms(Box::new(query.clone()), also),
            },
            Query::And(clauses) => Query::And(self.clauses(clauses)),
            Query::Or(arms) => Query::Or(arms.iter().map(|arm| self.of(arm)).collect()),
            Query::Not(inner) => Query::Not(Box::new(self.of(inner))),
            Query::Must(inner) => Query::Must(Box::new(self.of(inner))),
            Query::Boost(inner, by) => Query::Boost(Box::new(self.of(inner)), *by),
            Query::Near(near) => Query::Near(self.near(near)),
            Query::All | Query::Nothing | Query::Filter(_) | Query::Synonyms(..) => query.clone(),
        }
    }

    /// Clauses that must all match: words that follow each other may have synonyms together.
    fn clauses(&mut self, clauses: &[Query]) -> Vec<Query> {
        let mut wider = Vec::with_capacity(clauses.len());
        let mut rest = clauses;
        while let Some(first) = rest.first() {
            let words: Vec<&TextClause> = rest.iter().map_while(word).collect();
            let same_zone = words.iter().take_while(|next| next.zone == words[0].zone).count();
            let most = same_zone.min(self.synonyms.longest);
            let found = (2..=most).rev().find_map(|n| {
                let also = self.meanings(&words[..n]);
                (!also.is_empty()).then_some((n, also))
            });
            let taken = match found {
                Some((n, also)) => {
                    wider.push(Query::Synonyms(Box::new(Query::And(rest[..n].to_vec())), also));
                    n
                }
                None => {
                    wider.push(self.of(first));
                    1
                }
            };
            rest = &rest[taken..];
        }
        wider
    }

    fn near(&mut self, near: &Near) -> Near {
        match near {
            Near::Text(clause) => {
                let also = self.meanings(&[clause]);
                // Places know no language: those of one only are left out.
                let also = also.into_iter().filter(|one| one.lang.is_none());
                let arms: Vec<Near> = std::iter::once(near.clone())
                    .chain(also.map(|synonym| Near::Text(synonym.clause)))
                    .collect();
                if arms.len() == 1 { near.clone() } else { Near::Any(arms) }
            }
            Near::Any(arms) => Near::Any(arms.iter().map(|arm| self.near(arm)).collect()),
            Near::Chain(first, rest) => {
                let first = Box::new(self.near(first));
                let rest = rest.iter().map(|(words, next)| (*words, self.near(next)));
                Near::Chain(first, rest.collect())
            }
            Near::Entity(_) | Near::Phrase { .. } => near.clone(),
        }
    }

    /// What words next to each other, or a phrase, may stand for.
    fn meanings(&mut self, clauses: &[&TextClause]) -> Vec<Synonym> {
        let mut terms = Vec::new();
        for clause in clauses {
            match &clause.pattern {
                Pattern::Word(text) | Pattern::Phrase { text, .. } => {
                    terms.extend(query_terms(text).into_iter().map(|(_, term)| term));
                }
                Pattern::Prefix(_) | Pattern::Wildcard(_) | Pattern::Fuzzy { .. } => {
                    return Vec::new();
                }
            }
        }
        if terms.is_empty() || terms.len() > self.synonyms.longest {
            return Vec::new();
        }
        let zone: Option<Zone> = clauses.first().and_then(|clause| clause.zone);
        let mut found: Vec<Synonym> = Vec::new();
        for stemmer in &mut self.stemmers {
            let key = (stemmer.analyzer(), stems(&terms, stemmer));
            for meaning in self.synonyms.rules.get(&key).into_iter().flatten() {
                let clause = TextClause { zone, pattern: meaning.pattern.clone() };
                let synonym = Synonym { clause, lang: meaning.lang.clone() };
                if !found.contains(&synonym) {
                    found.push(synonym);
                }
            }
        }
        self.cut |= found.len() > self.left;
        found.truncate(self.left);
        self.left -= found.len();
        found
    }
}

/// The clause, if it is a word.
fn word(query: &Query) -> Option<&TextClause> {
    match query {
        Query::Text(clause) if matches!(clause.pattern, Pattern::Word(_)) => Some(clause),
        _ => None,
    }
}

fn stems(terms: &[String], stemmer: &mut Stemmer) -> Vec<String> {
    let mut out = String::new();
    terms.iter().map(|term| stemmer.stem(term, &mut out).to_owned()).collect()
}

/// The words of a file as a query looks for them.
fn pattern(text: &str) -> Pattern {
    match text.contains(char::is_whitespace) {
        true => Pattern::Phrase { text: text.to_owned(), slop: 0 },
        false => Pattern::Word(text.to_owned()),
    }
}

/// The language that a line begins with, and the rest of it.
fn head(text: &str) -> Result<Option<(Option<Lang>, &str)>, String> {
    let found = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some(found) => Some(found),
        None => text.strip_prefix("lang:").map(|name| (name, "")),
    };
    let Some((name, rest)) = found else { return Ok(None) };
    let lang = match name.trim() {
        "*" => None,
        name => Some(Lang::named(name).ok_or_else(|| {
            format!("`{name}` is no language, wanted a code such as `ms`, a name, or `*` for all")
        })?),
    };
    Ok(Some((lang, rest.trim())))
}

/// What a line gives synonyms, the synonyms, and whether these are the same.
fn sides(rule: &str) -> Result<(Vec<String>, Vec<String>, bool), String> {
    let mut sides = rule.split("=>");
    let (left, right) = (sides.next().unwrap_or_default(), sides.next());
    if sides.next().is_some() {
        return Err("more than one `=>`, wanted `word => synonym, …`".to_owned());
    }
    let left = list(left)?;
    let Some(right) = right else {
        return match left.len() {
            0 | 1 => Err("wanted `word, synonym, …` or `word => synonym, …`".to_owned()),
            _ => Ok((left.clone(), left, true)),
        };
    };
    let right = list(right)?;
    match (left.is_empty(), right.is_empty()) {
        (true, _) => Err("nothing before `=>`, wanted `word => synonym, …`".to_owned()),
        (_, true) => Err("nothing after `=>`, wanted `word => synonym, …`".to_owned()),
        _ => Ok((left, right, false)),
    }
}

/// Words and phrases parted by commas.
fn list(text: &str) -> Result<Vec<String>, String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.split([',', '，']) {
        let word = part.split_whitespace().collect::<Vec<_>>().join(" ");
        let terms = query_terms(&word);
        if word.is_empty() {
            continue;
        }
        if terms.is_empty() {
            return Err(format!("no letter or digit in `{word}`"));
        }
        if words.iter().any(|other| query_terms(other) == terms) {
            continue;
        }
        if terms.len() > LONGEST {
            return Err(format!("`{word}` has more than {LONGEST} words"));
        }
        words.push(word);
    }
    if words.len() > MOST_OF_A_LINE {
        return Err(format!("{} synonyms in a line, at most {MOST_OF_A_LINE}", words.len()));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::query::parse;

    const FILE: &str = "# Cars\n\
        EV, electric vehicle, electric car # as the trade says\n\
        IMF => International Monetary Fund，国际货币基金组织\n\
        [ms] kereta, automobil\n\
        lang: zh\n\
        電動車, 新能源汽車\n\
        [*]\n\
        Belt and Road, BRI\n";

    #[test]
    fn words_are_given_their_synonyms() {
        let synonyms = Synonyms::read(FILE, "synonyms.txt").unwrap();
        for (query, want) in [
            ("ev", "ev OR \"electric vehicle\"^0.8 OR \"electric car\"^0.8"),
            ("EVs", "EVs OR \"electric vehicle\"^0.8 OR \"electric car\"^0.8"),
            ("\"Electric Cars\"", "\"Electric Cars\" OR EV^0.8 OR \"electric vehicle\"^0.8"),
            (
                "cheap electric cars",
                "cheap AND ((electric AND cars) OR EV^0.8 OR \"electric vehicle\"^0.8)",
            ),
            ("electric cheap car", "electric AND cheap AND car"),
            ("electric headline:car", "electric AND headline:car"),
            (
                "headline:imf",
                "headline:imf OR headline:\"International Monetary Fund\"^0.8 OR headline:国际货币基金组织^0.8",
            ),
            ("\"international monetary fund\"", "\"international monetary fund\""),
            ("kereta", "kereta OR (automobil AND lang:ms)^0.8"),
            ("新能源汽车", "新能源汽车 OR (電動車 AND lang:zh)^0.8"),
            ("belt and road", "(belt AND and AND road) OR BRI^0.8"),
            ("ev*", "ev*"),
            ("-ev", "NOT (ev OR \"electric vehicle\"^0.8 OR \"electric car\"^0.8)"),
            ("+bri a", "+(bri OR \"Belt and Road\"^0.8) AND a"),
            ("bri NEAR/3 port", "(bri OR \"Belt and Road\") NEAR/3 port"),
        ] {
            let query = parse(query, date(2025, 4, 30)).query;
            let (wider, warnings) = synonyms.widen(&query);
            assert_eq!((wider.to_string().as_str(), warnings), (want, vec![]), "{query}");
        }
    }

    #[test]
    fn what_is_no_synonym_is_said_with_its_line() {
        for (text, want) in [
            ("a, b\n\nlonely", "f:3: wanted `word, synonym, …` or `word => synonym, …`"),
            ("a => b => c", "f:1: more than one `=>`, wanted `word => synonym, …`"),
            ("=> b", "f:1: nothing before `=>`, wanted `word => synonym, …`"),
            ("a =>", "f:1: nothing after `=>`, wanted `word => synonym, …`"),
            ("a, --", "f:1: no letter or digit in `--`"),
            (
                "[klingon] a, b",
                "f:1: `klingon` is no language, wanted a code such as `ms`, a name, or `*` for all",
            ),
        ] {
            let error = Synonyms::read(text, "f").unwrap_err();
            assert_eq!(error.to_string(), want, "{text}");
        }
        assert!(Synonyms::read("# nothing\n\n", "f").unwrap().is_empty());
    }

    #[test]
    fn very_many_synonyms_are_cut_and_a_warning_says_so() {
        let words: Vec<String> = (0..90).map(|n| format!("w{n}")).collect();
        let synonyms = Synonyms::read(&words.join(", "), "f").unwrap();
        let query = parse(&words.join(" "), date(2025, 4, 30)).query;
        let (wider, warnings) = synonyms.widen(&query);
        let said = "more than 1024 synonyms of the words of the query, the rest is left out";
        assert_eq!(warnings, [Warning { message: said.to_owned() }]);
        assert_eq!(wider.to_string().matches("^0.8").count(), MOST_ADDED);
    }
}
