//! `pressmark query --queries`: many queries in one process, their answers in order.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use pressmark::engine::diagnose::Diagnosis;
use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::engine::{Engine, EngineError};
use pressmark::ingest::ordered;
use pressmark::passage::PassageId;
use pressmark::query::{Parsed, Warning};
use pressmark::results::{Hit, SearchRequest, SearchResults};
use serde::Deserialize;

use super::failure::{Failure, Status};
use super::page::{self, Format, Took};
use super::query::{Settings, diagnosis, fallback, understood};
use super::ui::Ui;

/// One line of the file.
struct Line {
    /// Its number, from 1.
    number: u64,
    /// The query in it, or what is wrong with it.
    query: Result<Topic, String>,
}

/// A query of the file.
struct Topic {
    id: String,
    text: String,
}

/// A line of JSON Lines; other keys are let be.
#[derive(Deserialize)]
struct JsonLine {
    #[serde(rename = "_id")]
    id: Id,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// What came of a query.
struct Answered {
    number: u64,
    topic: Topic,
    warnings: Vec<Warning>,
    request: SearchRequest,
    /// The page. Streams are read where they are written, one after the other: nothing of them is
    /// held.
    page: Option<Page>,
}

struct Page {
    results: SearchResults,
    took: Took,
    /// Why nothing was found, where that is told.
    diagnosis: Option<Diagnosis>,
}

/// What came of a line.
enum Done {
    Answered(Box<Answered>),
    Bad(u64, String),
    Broken(EngineError),
    Unreadable(io::Error),
}

/// Runs the queries of `file`. A line that is none is named and passed over; the exit code says so.
pub(super) fn run(
    ui: &mut Ui,
    engine: &EmbeddedEngine,
    file: &Path,
    settings: &Settings,
) -> Result<Status, Failure> {
    let name = file.display().to_string();
    let input: Box<dyn BufRead + Send> = match file.as_os_str() == "-" {
        true => Box::new(BufReader::new(io::stdin())),
        false => {
            let failed = |source| Failure::io(format!("cannot read `{name}`"), source);
            Box::new(BufReader::new(File::open(file).map_err(failed)?))
        }
    };
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut telling = Telling {
        name: &name,
        engine,
        settings,
        answered: 0,
        found: 0,
        bad: 0,
        cited: Vec::new(),
        seen: HashSet::new(),
    };
    ordered::in_order(
        threads,
        |give| {
            // It ends when all are given out or none is wanted any more.
            let _: ControlFlow<()> = lines(input, &mut |line| give(1, line));
        },
        |line: io::Result<Line>| match line {
            Ok(line) => ask(engine, settings, line),
            Err(error) => Done::Unreadable(error),
        },
        &mut |done| telling.take(ui, done),
    )?;
    telling.end(ui)
}

/// Gives every line that is not blank, until no more is wanted. The first says what kind the file is
/// of: one that begins with `{` is JSON Lines.
fn lines(
    mut input: impl BufRead,
    give: &mut dyn FnMut(io::Result<Line>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut json = None;
    let mut ids = HashSet::new();
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                give(Err(error))?;
                break;
            }
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(&bytes);
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            continue;
        }
        let json = *json.get_or_insert(bytes.starts_with(b"{"));
        let query = match str::from_utf8(bytes) {
            Err(_) => Err("not UTF-8".to_owned()),
            Ok(text) if json => from_json(text),
            Ok(text) => Ok(Topic { id: number.to_string(), text: text.to_owned() }),
        };
        let query = query.and_then(|topic| match ids.insert(topic.id.clone()) {
            true => Ok(topic),
            false => Err(format!("`{}` is there twice", topic.id)),
        });
        give(Ok(Line { number, query }))?;
    }
    ControlFlow::Continue(())
}

fn from_json(text: &str) -> Result<Topic, String> {
    let wanted = || "not a query, wanted an object with `_id` and `text`".to_owned();
    let JsonLine { id, text } = serde_json::from_str(text).map_err(|_| wanted())?;
    let id = match id {
        Id::Text(id) => id.trim().to_owned(),
        Id::Number(id) => id.to_string(),
    };
    if id.is_empty() {
        return Err("`_id` is empty".to_owned());
    }
    if text.trim().is_empty() { Err("`text` is empty".to_owned()) } else { Ok(Topic { id, text }) }
}

fn ask(engine: &EmbeddedEngine, settings: &Settings, line: Line) -> Done {
    let topic = match line.query {
        Ok(topic) => topic,
        Err(what) => return Done::Bad(line.number, what),
    };
    let started = Instant::now();
    let Parsed { query, warnings } = understood(&topic.text, settings.plain);
    let request = SearchRequest { query, ..settings.request.clone() };
    let page = match settings.form.all {
        true => None,
        false => match page(engine, settings, &request, started) {
            Ok(page) => Some(page),
            Err(error) => return Done::Broken(error),
        },
    };
    let number = line.number;
    Done::Answered(Box::new(Answered { number, topic, warnings, request, page }))
}

fn page(
    engine: &EmbeddedEngine,
    settings: &Settings,
    request: &SearchRequest,
    started: Instant,
) -> Result<Page, EngineError> {
    let results = engine.search(request)?;
    let took = Took::Since(started).until_now();
    let diagnosis = told(engine, settings, request, &results)?;
    Ok(Page { results, took, diagnosis })
}

/// Why nothing was found, where that is told: to programs. Of many queries many fall back to any of the
/// words; to diagnose those too would cost more than all the queries.
fn told(
    engine: &EmbeddedEngine,
    settings: &Settings,
    request: &SearchRequest,
    results: &SearchResults,
) -> Result<Option<Diagnosis>, EngineError> {
    let programs = matches!(settings.form.format, Format::Json | Format::Jsonl);
    match programs && results.totals.passages == 0 {
        true => diagnosis(engine, request, results),
        false => Ok(None),
    }
}

/// Writes answers as they come.
struct Telling<'a> {
    /// What the file is called.
    name: &'a str,
    engine: &'a EmbeddedEngine,
    settings: &'a Settings,
    answered: u64,
    /// Those that found something.
    found: u64,
    bad: u64,
    /// What a bibliography cites, each passage once, and their ids.
    cited: Vec<Hit>,
    seen: HashSet<PassageId>,
}

impl Telling<'_> {
    fn take(&mut self, ui: &mut Ui, done: Done) -> Result<(), Failure> {
        match done {
            Done::Answered(answered) => self.answer(ui, *answered),
            Done::Bad(number, what) => {
                self.bad(ui, number, &what);
                Ok(())
            }
            Done::Broken(error) => Err(error.into()),
            Done::Unreadable(source) => {
                Err(Failure::io(format!("cannot read `{}`", self.name), source))
            }
        }
    }

    fn bad(&mut self, ui: &mut Ui, number: u64, what: &str) {
        self.bad += 1;
        ui.error(&format!("{}:{number}: {what}", self.name));
    }

    fn answer(&mut self, ui: &mut Ui, answered: Answered) -> Result<(), Failure> {
        let Answered { number, topic, mut warnings, request, page } = answered;
        let (found, took, diagnosis) = match page {
            Some(Page { results, took, diagnosis }) => (page::stream(results), took, diagnosis),
            None => {
                let took = Took::Since(Instant::now());
                let found = self.engine.find(&request)?;
                let diagnosis = told(self.engine, self.settings, &request, &found.results)?;
                (found, took, diagnosis)
            }
        };
        let results = &found.results;
        if self.settings.strict
            && let Some(warning) = warnings.iter().chain(&results.warnings).next()
        {
            let what = format!("the query is not what it looks like: {}", warning.message);
            self.bad(ui, number, &what);
            return Ok(());
        }
        warnings.extend(fallback(&request, results).map(|message| Warning { message }));
        let Topic { id, text } = &topic;
        for warning in warnings.iter().chain(&results.warnings) {
            ui.warning(&format!("query `{id}`: {}", warning.message));
        }
        let asked = page::Asked { id: Some(id), text, warnings, diagnosis, took };
        let first = self.answered == 0;
        self.answered += 1;
        self.found += u64::from(results.totals.passages > 0);
        let written = page::write(ui, &request, self.settings.form, &asked, found, first)?;
        if self.settings.form.format.is_bibliography() {
            let hits = written.hits.into_iter();
            self.cited.extend(hits.filter(|hit| self.seen.insert(hit.id())));
        }
        Ok(())
    }

    /// The exit code: one bad line is enough to fail.
    fn end(self, ui: &mut Ui) -> Result<Status, Failure> {
        self.settings.form.format.cite(ui.out(), &self.cited)?;
        if self.bad > 0 {
            let answered = self.answered;
            ui.hint(&format!("every other query was run ({answered}); mend those lines"));
            return Ok(Status::Failed);
        }
        if self.answered == 0 {
            ui.note(&format!("no query in `{}`", self.name));
        }
        Ok(if self.found > 0 { Status::Done } else { Status::NoMatch })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_queries_or_named() {
        let read = |text: &str| {
            let mut all = Vec::new();
            let _: ControlFlow<()> = lines(text.as_bytes(), &mut |line| {
                let Line { number, query } = line.unwrap();
                all.push((number, query.map(|topic| format!("{}={}", topic.id, topic.text))));
                ControlFlow::Continue(())
            });
            all
        };
        let ok = |text: &str| Ok(text.to_owned());
        let bad = |text: &str| Err(text.to_owned());
        let wanted = "not a query, wanted an object with `_id` and `text`";
        for (text, want) in [
            ("", vec![]),
            ("\u{feff}palm oil\r\n\n {x\n", vec![(1, ok("1=palm oil")), (3, ok("3={x"))]),
            (
                "{\"_id\":\"a\",\"text\":\"x\"}\n{\"_id\":7,\"text\":\"y\",\"date\":1}\n",
                vec![(1, ok("a=x")), (2, ok("7=y"))],
            ),
            (
                "{\"_id\":\"a\",\"text\":\"x\"}\nplain\n{\"text\":\"x\"}\n{\"_id\":\"a\",\"text\":\"z\"}\n\
                 {\"_id\":\"b\",\"text\":\" \"}\n{\"_id\":\" \",\"text\":\"x\"}",
                vec![
                    (1, ok("a=x")),
                    (2, bad(wanted)),
                    (3, bad(wanted)),
                    (4, bad("`a` is there twice")),
                    (5, bad("`text` is empty")),
                    (6, bad("`_id` is empty")),
                ],
            ),
        ] {
            assert_eq!(read(text), want, "{text:?}");
        }
        let mut flow = Vec::new();
        let _: ControlFlow<()> = lines(&b"\xff\n"[..], &mut |line| {
            flow.push(line.unwrap().query.map(|topic| topic.text));
            ControlFlow::Continue(())
        });
        assert_eq!(flow, [Err("not UTF-8".to_owned())]);
    }
}
