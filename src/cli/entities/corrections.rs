//! `pressmark entities corrections`: what was said of entities.

use std::path::Path;

use pressmark::output::json;
use pressmark::output::{Column, Table};
use pressmark::tagger::corrections::{Correction, Split};
use serde::Serialize;

use crate::cli::corrections;
use crate::cli::failure::{Failure, Status};
use crate::cli::hints::flag;
use crate::cli::open;
use crate::cli::ui::Ui;

/// List corrections
///
/// They are kept in `entities.toml` in the folder of the index, which may be edited.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark entities corrections")]
pub(super) struct Args {
    /// How they are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// A table
    Text,
    /// JSON Lines, a statement a line
    Jsonl,
}

/// One statement.
#[derive(Serialize)]
struct Statement<'a> {
    r#type: &'static str,
    entity: &'a str,
    says: &'static str,
    what: String,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let corrections = corrections::read(index, engine.corrections())?;
    let mut statements = Vec::new();
    for (id, correction) in corrections.entries() {
        for (says, what) in statements_of(correction) {
            statements.push(Statement { r#type: "correction", entity: id.as_str(), says, what });
        }
    }
    match args.format {
        Format::Jsonl => {
            for statement in &statements {
                json::line(ui.out(), statement)?;
            }
        }
        Format::Text if !statements.is_empty() => {
            let mut table =
                Table::new([Column::Words("entity"), Column::Words("says"), Column::Words("what")]);
            for Statement { entity, says, what, .. } in statements.iter_mut() {
                table.row([(*entity).to_owned(), (*says).to_owned(), std::mem::take(what)]);
            }
            table.write(ui.out(), 0)?;
        }
        Format::Text => {}
    }
    if corrections.stamp() != engine.corrections() {
        ui.warning(&format!(
            "`{}` was edited and is not applied yet",
            corrections::place(index).display()
        ));
        ui.hint(&format!("apply it with `pressmark entities apply{}`", flag(index)));
    }
    if statements.is_empty() {
        ui.note("no corrections");
        return Ok(Status::NoMatch);
    }
    Ok(Status::Done)
}

fn statements_of(said: &Correction) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    all.extend(said.name.iter().map(|name| ("name", name.clone())));
    all.extend(said.kind.iter().map(|kind| ("type", kind.to_string())));
    if said.hidden {
        all.push(("hide", String::new()));
    }
    all.extend(said.aliases.iter().map(|name| ("alias", name.clone())));
    all.extend(said.merged.iter().map(|id| ("merge", id.to_string())));
    all.extend(said.splits.iter().map(|split| ("split", split_in_words(split))));
    all.extend(said.note.iter().map(|note| ("note", note.clone())));
    all
}

fn split_in_words(split: &Split) -> String {
    let mut conditions: Vec<String> = Vec::new();
    conditions.extend(split.with.iter().map(|id| format!("with {id}")));
    conditions.extend(split.articles.iter().map(|id| format!("in {id}")));
    conditions.extend(split.sources.iter().map(|source| format!("from {source}")));
    format!("{} {}", split.into, conditions.join(" or "))
}
