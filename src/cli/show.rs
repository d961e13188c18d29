//! `pressmark show`: one article or passage of the index.

use std::path::Path;

use pressmark::article::ArticleId;
use pressmark::engine::{Engine, EngineError};
use pressmark::output;
use pressmark::passage::PassageId;
use pressmark::tag::TaggedArticle;

use super::failure::{Failure, Status};
use super::hints::{flag, quoted};
use super::open;
use super::ui::Ui;
use super::values;

/// Show an article or a passage as the index holds it
///
/// Prints the passages with the lines they come from, their sectors with the evidence, the
/// entities they name and who says what in them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark show corpus/en/2024-05-29-penang-chip-strategy.md
  pressmark show corpus/en/2024-05-29-penang-chip-strategy.md#2")]
pub(super) struct Args {
    /// Id of the article or path of its file; with `#` and a number, the passage of this number
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
    if let Some(article) = article(&engine, index, &args.id)? {
        match args.format {
            Format::Text => output::text::write_article(ui.out(), &article, look)?,
            Format::Jsonl => output::json::write_article(ui.out(), &article)?,
        }
        return Ok(Status::Done);
    }
    let passage_id = args.id.as_str().parse::<PassageId>().ok();
    if let Some(id) = passage_id
        && let Some(article) = article(&engine, index, &id.article)?
    {
        let Some(passage) =
            article.passages.iter().find(|passage| passage.passage.ordinal == id.ordinal)
        else {
            ui.note(&format!("no passage `{}`", args.id));
            let article = quoted(article.head.id.as_str());
            ui.hint(&format!("see the article with `pressmark show {article}{}`", flag(index)));
            return Ok(Status::NoMatch);
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

/// The article of this id, else the one read from the file of this path.
fn article(
    engine: &dyn Engine,
    index: &Path,
    id: &ArticleId,
) -> Result<Option<TaggedArticle>, EngineError> {
    if let Some(article) = engine.article(id)? {
        return Ok(Some(article));
    }
    match open::id_of_file(index, id.as_str()) {
        Some(id) => engine.article(&id),
        None => Ok(None),
    }
}
