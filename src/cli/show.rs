//! `pressmark show`: one article or passage of the index.

use std::path::Path;

use pressmark::article::ArticleId;
use pressmark::engine::{Engine, EngineError};
use pressmark::output;
use pressmark::passage::PassageId;

use super::failure::{Failure, Status};
use super::hints::flag;
use super::open;
use super::ui::Ui;
use super::values;

/// Show an article or a passage as the index holds it
///
/// Prints the passages with the lines they come from, their sectors with the evidence and the
/// entities they name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark show en/2024-05-29-penang-chip-strategy.md
  pressmark show en/2024-05-29-penang-chip-strategy.md#2")]
pub(super) struct Args {
    /// Id of the article, or of the passage: the article's id, `#` and a number
    #[arg(value_name = "ARTICLE|PASSAGE", value_parser = values::article)]
    id: ArticleId,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// JSON Lines: the article, then a passage a line
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let look = ui.look();
    // An article's id may itself look like a passage's.
    if let Some(article) = engine.article(&args.id)? {
        match args.format {
            Format::Text => output::text::write_article(ui.out(), &article, look)?,
            Format::Jsonl => output::json::write_article(ui.out(), &article)?,
        }
        return Ok(Status::Done);
    }
    let passage_id = args.id.as_str().parse::<PassageId>().ok();
    if let Some(id) = passage_id
        && let Some(article) = engine.article(&id.article)?
    {
        let Some(passage) =
            article.passages.iter().find(|passage| passage.passage.ordinal == id.ordinal)
        else {
            return Err(EngineError::UnknownPassage { id }.into());
        };
        match args.format {
            Format::Text => output::text::write_passage(ui.out(), &article.head, passage, look)?,
            Format::Jsonl => output::json::write_passage(ui.out(), &article.head, passage)?,
        }
        return Ok(Status::Done);
    }
    ui.note(&format!("no article `{}`", args.id));
    ui.hint(&format!("find ids with `pressmark query{}`", flag(index)));
    Ok(Status::NoMatch)
}
