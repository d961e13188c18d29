//! `pressmark sectors check`: what is wrong with a taxonomy file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::Dir;
use pressmark::engine::embedded::EmbeddedEngine;
use pressmark::engine::{Engine, EngineError};
use pressmark::output::json;
use pressmark::output::text::{counted, write_line};
use pressmark::passage::{SplitOptions, split};
use pressmark::reader::{Piece, ReadOptions, SourcePath, for_source};
use pressmark::tagger::sectors::check::{Checked, Firing, WrittenTerm, check};
use pressmark::tagger::sectors::{RuleLang, Strength, TaxonomyError};
use serde::Serialize;

use super::super::demo::CORPUS;
use super::super::failure::{Failure, Status};
use super::super::open;
use super::super::ui::Ui;

/// Say what is wrong with a taxonomy file
///
/// All problems are told at once, with their lines: what cannot be read, unknown keys and parents,
/// sectors given twice, and terms that add nothing to another one of their sector. Then come the
/// terms that match in no passage of the index or, without an index, of the articles that are built
/// in; that is no problem, since it may be the passages that are few. The exit code is 2 if there
/// are problems.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark sectors check mine.toml")]
pub(super) struct Args {
    /// File of the taxonomy
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let text = open::taxonomy_text(&args.file)?;
    let checked = check(&text, &args.file.display().to_string());
    let mut firing = Firing::new(&checked.terms);
    let place = look(&mut firing, index)?;
    let status = if checked.problems.is_empty() { Status::Done } else { Status::Failed };
    match args.format {
        Format::Text => {
            write_text(ui, &checked, &firing, &args.file.display().to_string(), place)?;
        }
        Format::Json => {
            let object = object(&checked, &firing, place);
            json::line(ui.out(), &object)?;
        }
    }
    Ok(status)
}

/// Looks where the terms match: in the index, or in the articles that are built in. Returns which.
fn look(firing: &mut Firing, index: &Path) -> Result<&'static str, Failure> {
    match EmbeddedEngine::open(index, open::entities_called) {
        Ok(engine) => {
            engine.each_article(&mut |article| {
                article.passages.iter().for_each(|one| firing.look(&article.head, &one.passage));
                Ok(())
            })?;
            Ok("the index")
        }
        Err(EngineError::Missing { .. }) => {
            look_into(firing, &CORPUS);
            Ok("the articles that are built in")
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks at the articles in `folder`.
fn look_into(firing: &mut Firing, folder: &Dir<'_>) {
    for file in folder.files() {
        let bytes = file.contents();
        let source = SourcePath::new(file.path(), "-");
        let Some(reader) = for_source(&source, bytes) else { continue };
        let piece = Piece::new(1, bytes);
        reader.articles(&SourcePath::stdin(), &piece, &ReadOptions::default(), &mut |article| {
            if let Ok(article) = article {
                let passages = split(&article, SplitOptions::default());
                passages.iter().for_each(|passage| firing.look(&article.head, passage));
            }
        });
    }
    folder.dirs().for_each(|folder| look_into(firing, folder));
}

/// The terms that match nowhere, by sector, language and strength, in the order of the file.
fn silent<'a>(checked: &'a Checked, firing: &Firing) -> Vec<Silent<'a>> {
    let mut lists: Vec<Silent<'a>> = Vec::new();
    let mut places: BTreeMap<(&str, RuleLang, Strength), usize> = BTreeMap::new();
    for (WrittenTerm { at, sector, rule }, &count) in checked.terms.iter().zip(firing.counts()) {
        let key = (sector.as_str(), rule.lang, rule.strength);
        let place = *places.entry(key).or_insert_with(|| {
            lists.push(Silent {
                line: at.line,
                sector: sector.as_str(),
                lang: rule.lang.as_str(),
                strength: rule.strength.as_str(),
                of: 0,
                terms: Vec::new(),
            });
            lists.len() - 1
        });
        let list = &mut lists[place];
        list.of += 1;
        if count == 0 {
            if list.terms.is_empty() {
                list.line = at.line;
            }
            list.terms.push(rule.term.as_str());
        }
    }
    lists.retain(|list| !list.terms.is_empty());
    lists
}

fn write_text(
    ui: &mut Ui,
    checked: &Checked,
    firing: &Firing,
    file: &str,
    place: &str,
) -> Result<(), Failure> {
    let look = ui.look();
    let out = ui.out();
    for problem in &checked.problems {
        write_line(out, "", &problem.to_string(), look)?;
    }
    let silent = silent(checked, firing);
    for Silent { line, sector, lang, strength, of, terms } in &silent {
        let terms: Vec<String> = terms.iter().map(|term| format!("`{term}`")).collect();
        let text = format!(
            "{file}:{line}: note: {} of {of} {lang}.{strength} of `{sector}` match nowhere: {}",
            terms.len(),
            terms.join(", ")
        );
        write_line(out, "", &text, look)?;
    }
    let none: usize = silent.iter().map(|list| list.terms.len()).sum();
    writeln!(
        out,
        "{}, {} of its own, {none} of which match in none of the {} of {place}; {}",
        counted(checked.sectors as u64, "sector"),
        counted(checked.terms.len() as u64, "term"),
        counted(firing.passages(), "passage"),
        counted(checked.problems.len() as u64, "problem"),
    )?;
    Ok(())
}

fn object<'a>(checked: &'a Checked, firing: &Firing, place: &'a str) -> Object<'a> {
    let problem = |problem: &TaxonomyError| Problem {
        line: Some(problem.line()).filter(|&line| line > 0),
        message: problem.to_string(),
    };
    Object {
        sectors: checked.sectors,
        terms: checked.terms.len(),
        problems: checked.problems.iter().map(problem).collect(),
        looked_at: place,
        passages: firing.passages(),
        silent: silent(checked, firing),
    }
}

/// What `--format json` gives: `terms` are those of the file itself, `silent` those that match in
/// none of the passages.
#[derive(Serialize)]
struct Object<'a> {
    sectors: usize,
    terms: usize,
    problems: Vec<Problem>,
    looked_at: &'a str,
    passages: u64,
    silent: Vec<Silent<'a>>,
}

#[derive(Serialize)]
struct Problem {
    line: Option<usize>,
    message: String,
}

#[derive(Serialize)]
struct Silent<'a> {
    /// Of the first of them.
    line: usize,
    sector: &'a str,
    lang: &'static str,
    strength: &'static str,
    /// How many terms there are of this kind.
    of: usize,
    terms: Vec<&'a str>,
}
