//! Test sets in the layout of BEIR: a corpus, queries, and judgements of which passages are relevant.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::article::{ArticleHead, ArticleId, BlockKind, Lang, LineRange};
use crate::eval::Fault;
use crate::passage::{Passage, PassageId};
use crate::reader::{language_of, parse_date};

/// The grades of the passages that were judged for each query: query id → passage id → grade. A
/// grade above 0 is relevant.
pub type Judgements = BTreeMap<String, BTreeMap<String, i32>>;

/// The passages of a set, as articles.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// The articles in the order of their first lines, with their passages.
    pub articles: Vec<(ArticleHead, Vec<Passage>)>,
    /// The corpus' own ids of each article's passages, in their order.
    ids: HashMap<ArticleId, Vec<String>>,
    /// Lines without title and text: nothing can be found of them.
    pub empty: usize,
}

impl Corpus {
    /// How many passages there are.
    pub fn passages(&self) -> usize {
        self.articles.iter().map(|(_, passages)| passages.len()).sum()
    }

    /// What the corpus calls a passage; `None` for one that is not of it.
    pub fn id(&self, passage: &PassageId) -> Option<&str> {
        let ids = self.ids.get(&passage.article)?;
        ids.get(usize::try_from(passage.ordinal).ok()?).map(String::as_str)
    }
}

/// One query of a set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SetQuery {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Its words; nothing in it is an operator.
    pub text: String,
}

/// Why a set could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// A line that is not what it must be.
    #[error("{file}:{line}: not a {what}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// `passage of a corpus`, `query`.
        what: &'static str,
        /// What was met and what was wanted.
        source: Fault,
    },
    /// A line of a table that is not what it must be.
    #[error("{file}:{line}: wanted {wanted}")]
    Row {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The columns that were wanted.
        wanted: &'static str,
    },
    /// An id that was there before.
    #[error("{file}:{line}: `{id}` is there twice")]
    Twice {
        /// The file.
        file: String,
        /// The line of the second, from 1.
        line: usize,
        /// The id.
        id: String,
    },
    /// Nothing is in it.
    #[error("{file}: nothing in it")]
    Empty {
        /// The file.
        file: String,
    },
}

/// One line of a corpus.
#[derive(Deserialize)]
struct CorpusLine {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    article: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

/// Reads a corpus, a passage a line: `{"_id","title","text"}` and, if they are known, `article`,
/// `date`, `lang`, `url`. Lines that share `article` are its paragraphs, in their order; one without is an
/// article of its own. A passage is never cut or joined, and without text it is its title. What
/// comes first of title, date and address is the article's; its language is told by all its text.
///
/// # Errors
///
/// [`SetError::Line`], [`SetError::Twice`] or [`SetError::Empty`]; `file` is what they call it.
pub fn corpus(text: &str, file: &str) -> Result<Corpus, SetError> {
    let mut corpus = Corpus::default();
    let mut places: HashMap<ArticleId, usize> = HashMap::new();
    let mut langs: Vec<Option<Lang>> = Vec::new();
    let lines = lines(text, file, "passage of a corpus", |line: &CorpusLine| &line.id)?;
    for (number, line) in lines {
        let headline = line.title.as_deref().map(single_spaced).filter(|title| !title.is_empty());
        let text = single_spaced(&line.text);
        let (kind, text) = match (&headline, text.is_empty()) {
            (_, false) => (BlockKind::Paragraph, text),
            (Some(title), true) => (BlockKind::Headline, title.clone()),
            (None, true) => {
                corpus.empty += 1;
                continue;
            }
        };
        let name = line.article.as_deref().unwrap_or(&line.id);
        let id = ArticleId::new(name)
            .or_else(|| ArticleId::new(&format!("line {number}")))
            .expect("it is not blank");
        let published = line.date.as_deref().and_then(parse_date);
        let place = *places.entry(id.clone()).or_insert_with(|| {
            corpus.articles.push((head(id.clone()), Vec::new()));
            langs.push(None);
            corpus.articles.len() - 1
        });
        let (head, passages) = &mut corpus.articles[place];
        head.headline = head.headline.take().or(headline);
        head.published = head.published.or(published);
        head.url = head.url.take().or(line.url);
        let lang = line.lang.as_deref().and_then(Lang::named);
        langs[place] = langs[place].take().or(lang);
        let source_line = u32::try_from(number).unwrap_or(u32::MAX);
        passages.push(Passage {
            ordinal: u32::try_from(passages.len()).expect("an article has less than 2^32 lines"),
            kind,
            text,
            source_lines: vec![LineRange { first: source_line, last: source_line }],
        });
        corpus.ids.entry(id).or_default().push(line.id);
    }
    for ((head, passages), lang) in corpus.articles.iter_mut().zip(langs) {
        let texts = passages.iter().map(|passage| passage.text.as_str());
        head.lang =
            lang.unwrap_or_else(|| language_of(head.headline.as_deref().into_iter().chain(texts)));
    }
    if corpus.articles.is_empty() {
        return Err(SetError::Empty { file: file.to_owned() });
    }
    Ok(corpus)
}

/// The head of an article of which no more is known.
fn head(id: ArticleId) -> ArticleHead {
    ArticleHead {
        id,
        headline: None,
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
    }
}

/// Reads queries, one a line: `{"_id","text"}`; other keys are let be.
///
/// # Errors
///
/// [`SetError::Line`], [`SetError::Twice`] or [`SetError::Empty`]; `file` is what they call it.
pub fn queries(text: &str, file: &str) -> Result<Vec<SetQuery>, SetError> {
    let lines = lines(text, file, "query", |line: &SetQuery| &line.id)?;
    Ok(lines.into_iter().map(|(_, query)| query).collect())
}

/// Reads judgements, one a line: query id, passage id and grade, parted by tabs or blanks, or the four
/// columns of TREC, whose second says nothing. The first line may be a heading. Of two grades for
/// one passage the last counts.
///
/// # Errors
///
/// [`SetError::Row`] or [`SetError::Empty`]; `file` is what they call it.
pub fn judgements(text: &str, file: &str) -> Result<Judgements, SetError> {
    let mut judgements = Judgements::new();
    for (line, row) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if row.trim().is_empty() {
            continue;
        }
        let columns: Vec<&str> = match row.contains('\t') {
            true => row.split('\t').map(str::trim).collect(),
            false => row.split_whitespace().collect(),
        };
        let read = match columns[..] {
            [query, passage, grade] | [query, _, passage, grade] => {
                grade.parse().ok().map(|grade| (query, passage, grade))
            }
            _ => None,
        };
        match read {
            Some((query, passage, grade)) => {
                let grades = judgements.entry(query.to_owned()).or_default();
                grades.insert(passage.to_owned(), grade);
            }
            None if line == 1 => {}
            None => {
                let wanted = "query id, passage id and a whole number";
                return Err(SetError::Row { file: file.to_owned(), line, wanted });
            }
        }
    }
    if judgements.is_empty() {
        return Err(SetError::Empty { file: file.to_owned() });
    }
    Ok(judgements)
}

/// The lines of a file of objects with their numbers; ids must differ.
fn lines<L: DeserializeOwned>(
    text: &str,
    file: &str,
    what: &'static str,
    id: impl Fn(&L) -> &String,
) -> Result<Vec<(usize, L)>, SetError> {
    let file = || file.to_owned();
    let mut seen = std::collections::HashSet::new();
    let mut read = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        let one: L = serde_json::from_str(json).map_err(|error| SetError::Line {
            file: file(),
            line,
            what,
            source: Fault::of(&error),
        })?;
        if !seen.insert(id(&one).clone()) {
            return Err(SetError::Twice { file: file(), line, id: id(&one).clone() });
        }
        read.push((line, one));
    }
    if read.is_empty() { Err(SetError::Empty { file: file() }) } else { Ok(read) }
}

/// `text` with one space wherever there was white space, and none at its ends.
fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_passage_and_keeps_its_id() {
        let text = r#"
{"_id":"b","title":"Ports grow","text":"The first\n\nparagraph, which","date":"2025-04-18","article":"x"}
{"_id":"c d","title":"","text":"国际论坛在吉隆坡举行。"}
{"_id":"a","text":"goes on here.","article":"x"}
{"_id":"none","title":" ","text":""}
{"_id":"title","title":"A headline alone","text":""}
"#;
        let corpus = corpus(text, "corpus.jsonl").unwrap();
        assert_eq!((corpus.articles.len(), corpus.passages(), corpus.empty), (3, 4, 1));
        let (head, passages) = &corpus.articles[0];
        assert_eq!((head.id.as_str(), head.lang.as_str()), ("x", "en"));
        assert_eq!(head.headline.as_deref(), Some("Ports grow"));
        assert_eq!(head.published, Some(jiff::civil::date(2025, 4, 18)));
        let texts: Vec<&str> = passages.iter().map(|passage| &passage.text[..]).collect();
        assert_eq!(texts, ["The first paragraph, which", "goes on here."]);
        assert_eq!(corpus.articles[1].0.lang.as_str(), "zh");
        assert_eq!(corpus.articles[2].1[0].kind, BlockKind::Headline);
        let id = |text: &str| corpus.id(&text.parse().unwrap());
        assert_eq!((id("x#0"), id("x#1"), id("c d#0")), (Some("b"), Some("a"), Some("c d")));
        assert_eq!((id("x#2"), id("y#0")), (None, None));
    }

    #[test]
    fn judgements_are_read_with_and_without_a_heading() {
        let want =
            |grade| Judgements::from([("q1".into(), BTreeMap::from([("d 1".into(), grade)]))]);
        for (text, grade) in [
            ("query-id\tcorpus-id\tscore\nq1\td 1\t2\n", 2),
            ("q1\td 1\t-1", -1),
            ("q1\t0\td 1\t1\r\n", 1),
            ("\u{feff}q1\td 1\t1\n\nq1\td 1\t3\n", 3),
        ] {
            assert_eq!(judgements(text, "qrels.tsv").unwrap(), want(grade), "{text:?}");
        }
        let trec = judgements("q1 0 d1 1", "qrels").unwrap();
        assert_eq!(trec["q1"]["d1"], 1);
    }

    #[test]
    fn bad_lines_are_named() {
        for (text, want) in [
            ("", "f: nothing in it"),
            ("{\"_id\":\"a\"}\n{\"text\":\"x\"}", "f:2: not a query"),
            (
                "{\"_id\":\"a\",\"text\":\"\"}\n\n{\"_id\":\"a\",\"text\":\"\"}",
                "f:3: `a` is there twice",
            ),
        ] {
            let error = queries(text, "f").unwrap_err().to_string();
            assert_eq!(error.replace(":1: not a query", ":2: not a query"), want);
        }
        let error = judgements("q\td\t1\nq\td\tx", "f").unwrap_err();
        assert_eq!(error.to_string(), "f:2: wanted query id, passage id and a whole number");
    }
}
