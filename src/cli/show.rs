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
    match (find(&engine, index, &args.id)?, args.format) {
        (Found::Article(article), Format::Text) => {
            output::text::write_article(ui.out(), &article, look)?;
        }
        (Found::Article(article), Format::Jsonl) => {
            output::json::write_article(ui.out(), &article)?;
        }
        (Found::Passage(article, at), Format::Text) => {
            output::text::write_passage(ui.out(), &article.head, &article.passages[at], look)?;
        }
        (Found::Passage(article, at), Format::Jsonl) => {
            output::json::write_passage(ui.out(), &article.head, &article.passages[at])?;
        }
        (nothing, _) => {
            say_nothing(ui, index, &args.id, &nothing);
            return Ok(Status::NoMatch);
        }
    }
    Ok(Status::Done)
}

/// What an id that was typed names.
pub(super) enum Found {
    Article(TaggedArticle),
    /// The article, and the place of the passage in its list.
    Passage(TaggedArticle, usize),
    /// The article of a passage that it does not have.
    NoPassage(TaggedArticle),
    Nothing,
}

/// Looks up what `id` names: an article by its id or its file's path, or a passage of one.
pub(super) fn find(
    engine: &dyn Engine,
    index: &Path,
    id: &ArticleId,
) -> Result<Found, EngineError> {
    // An article's id may itself look like a passage's.
    if let Some(article) = article(engine, index, id)? {
        return Ok(Found::Article(article));
    }
    let Ok(passage) = id.as_str().parse::<PassageId>() else { return Ok(Found::Nothing) };
    let Some(article) = article(engine, index, &passage.article)? else {
        return Ok(Found::Nothing);
    };
    let at = article.passages.iter().position(|one| one.passage.ordinal == passage.ordinal);
    Ok(match at {
        Some(at) => Found::Passage(article, at),
        None => Found::NoPassage(article),
    })
}

/// Says that there is no article or passage of this id.
pub(super) fn say_nothing(ui: &mut Ui, index: &Path, id: &ArticleId, found: &Found) {
    if let Found::NoPassage(article) = found {
        ui.note(&format!("no passage `{id}`"));
        let article = quoted(article.head.id.as_str());
        ui.hint(&format!("see the article with `pressmark show {article}{}`", flag(index)));
    } else {
        ui.note(&format!("no article `{id}`"));
        ui.hint(&format!("find ids with `pressmark query{}`", flag(index)));
    }
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
