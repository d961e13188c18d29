//! `pressmark query --queries`: many queries in one process, their answers in order.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::engine::{Engine, EngineError};
use pressmark::ingest::ordered;
use pressmark::output::{self, Answer, trec};
use pressmark::passage::PassageId;
use pressmark::query::Warning;
use pressmark::results::{Hit, SearchRequest, SearchResults};
use serde::Deserialize;

use super::failure::{Failure, Status};
use super::query::{Format, Settings, fallback, understood};
use super::ui::Ui;

/// One line of the file.
struct Line {
    /// Its number, from 1.
    number: u64,
    /// The query in it, or what is wrong with it.
    query: Result<Asked, String>,
}

struct Asked {
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
    asked: Asked,
    warnings: Vec<Warning>,
    request: SearchRequest,
    results: SearchResults,
    took_us: u64,
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
            Ok(text) => Ok(Asked { id: number.to_string(), text: text.to_owned() }),
        };
        let query = query.and_then(|asked| match ids.insert(asked.id.clone()) {
            true => Ok(asked),
            false => Err(format!("`{}` is there twice", asked.id)),
        });
        give(Ok(Line { number, query }))?;
    }
    ControlFlow::Continue(())
}

fn from_json(text: &str) -> Result<Asked, String> {
    let wanted = || "not a query, wanted an object with `_id` and `text`".to_owned();
    let JsonLine { id, text } = serde_json::from_str(text).map_err(|_| wanted())?;
    let id = match id {
        Id::Text(id) => id.trim().to_owned(),
        Id::Number(id) => id.to_string(),
    };
    if id.is_empty() {
        return Err("`_id` is empty".to_owned());
    }
    if text.trim().is_empty() { Err("`text` is empty".to_owned()) } else { Ok(Asked { id, text }) }
}

fn ask(engine: &EmbeddedEngine, settings: &Settings, line: Line) -> Done {
    let asked = match line.query {
        Ok(asked) => asked,
        Err(what) => return Done::Bad(line.number, what),
    };
    let started = Instant::now();
    let parsed = understood(&asked.text, settings.plain);
    let mut warnings = parsed.warnings;
    let request = SearchRequest { query: parsed.query, ..settings.request.clone() };
    let results = match engine.search(&request) {
        Ok(results) => results,
        Err(error) => return Done::Broken(error),
    };
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if settings.strict
        && let Some(warning) = warnings.iter().chain(&results.warnings).next()
    {
        let what = format!("the query is not what it looks like: {}", warning.message);
        return Done::Bad(line.number, what);
    }
    let message = fallback(&request, &results);
    warnings.extend(message.map(|message| Warning { message }));
    Done::Answered(Box::new(Answered { asked, warnings, request, results, took_us }))
}

/// Writes answers as they come.
struct Telling<'a> {
    /// What the file is called.
    name: &'a str,
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
            Done::Answered(answered) => {
                for warning in answered.warnings.iter().chain(&answered.results.warnings) {
                    let id = &answered.asked.id;
                    ui.warning(&format!("query `{id}`: {}", warning.message));
                }
                self.write(ui, &answered)?;
                self.answered += 1;
                self.found += u64::from(answered.results.totals.passages > 0);
                if let Format::Bibtex | Format::Ris | Format::Csl = self.settings.format {
                    let hits = answered.results.hits.into_iter();
                    self.cited.extend(hits.filter(|hit| self.seen.insert(hit.id())));
                }
                Ok(())
            }
            Done::Bad(number, what) => {
                self.bad += 1;
                ui.error(&format!("{}:{number}: {what}", self.name));
                Ok(())
            }
            Done::Broken(error) => Err(error.into()),
            Done::Unreadable(source) => {
                Err(Failure::io(format!("cannot read `{}`", self.name), source))
            }
        }
    }

    fn write(&self, ui: &mut Ui, answered: &Answered) -> io::Result<()> {
        let Answered { asked, warnings, request, results, took_us } = answered;
        let Asked { id, text } = asked;
        let answer = Answer {
            query_id: Some(id),
            query: text,
            filters: &request.filters,
            warnings,
            results,
            took_us: *took_us,
        };
        let title = format!("{id}  {text}");
        let is_first = self.answered == 0;
        let look = ui.look();
        let out = ui.out();
        match self.settings.format {
            Format::Text => {
                if !is_first {
                    writeln!(out)?;
                }
                output::text::write_title(out, &title, results, request.collapse, look)?;
                if !results.hits.is_empty() || !results.facets.is_empty() {
                    writeln!(out)?;
                }
                output::text::write_results(out, results, look)
            }
            Format::Jsonl => output::json::write_jsonl(out, &answer),
            Format::Json => output::json::write_json(out, &answer),
            Format::Csv => {
                if is_first {
                    output::csv::write_heading(out)?;
                }
                output::csv::write_rows(out, id, results)
            }
            Format::Md => {
                if !is_first {
                    writeln!(out)?;
                }
                output::markdown::write_title(out, &title)?;
                output::markdown::write_results(out, results)
            }
            Format::Trec => write_trec(out, id, results),
            // All are one bibliography, which is written at the end.
            Format::Bibtex | Format::Ris | Format::Csl => Ok(()),
        }
    }

    /// The exit code: one bad line is enough to fail.
    fn end(self, ui: &mut Ui) -> Result<Status, Failure> {
        self.settings.format.cite(ui.out(), &self.cited)?;
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

/// Writes the answer to a query as a run. A passage is called `ARTICLE#NUMBER` there too, if its
/// article has no other as well: so its id stays the same when the article grows.
pub(super) fn write_trec(
    out: &mut dyn Write,
    query: &str,
    results: &SearchResults,
) -> io::Result<()> {
    let ids: Vec<String> = results.hits.iter().map(|hit| hit.id().to_string()).collect();
    let scores = results.hits.iter().map(|hit| hit.score);
    trec::write(out, query, ids.iter().map(String::as_str).zip(scores))
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
                all.push((number, query.map(|asked| format!("{}={}", asked.id, asked.text))));
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
            flow.push(line.unwrap().query.map(|asked| asked.text));
            ControlFlow::Continue(())
        });
        assert_eq!(flow, [Err("not UTF-8".to_owned())]);
    }
}
