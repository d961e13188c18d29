//! `pressmark similar`: passages like a passage or an article.

use std::path::Path;
use std::time::Instant;

use pressmark::article::ArticleId;
use pressmark::engine::similar::similar;

use super::failure::{Failure, Status};
use super::filters::FilterArgs;
use super::open;
use super::page::{self, Asked, PageArgs};
use super::show::{self, Found};
use super::ui::Ui;
use super::values;

/// Find passages like a passage or an article of the index
///
/// Takes the words that tell most of it, by how often they are used in it and how seldom elsewhere,
/// and the entities that it names, and looks for any of them in other articles; sectors in common count in
/// favour. Results are those of `query`, in all its forms; `--explain` says why each is there, and
/// JSON has the query as `parsed`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark similar corpus/en/2024-05-29-penang-chip-strategy.md
  pressmark similar corpus/en/2024-05-29-penang-chip-strategy.md#2 --lang zh -n 3
  pressmark similar corpus/en/2024-05-29-penang-chip-strategy.md --collapse article --explain")]
pub(super) struct Args {
    /// Id of the article or path of its file; with `#` and a number, the passage of this number
    #[arg(value_name = "PASSAGE|ARTICLE", value_parser = values::article)]
    id: ArticleId,
    #[command(flatten)]
    filters: FilterArgs,
    #[command(flatten)]
    page: PageArgs,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let engine = open::engine(index)?;
    let (article, ordinal) = match show::find(&engine, index, &args.id)? {
        Found::Article(article) => (article, None),
        Found::Passage(article, at) => {
            let ordinal = article.passages[at].passage.ordinal;
            (article, Some(ordinal))
        }
        nothing => {
            show::say_nothing(ui, index, &args.id, &nothing);
            return Ok(Status::NoMatch);
        }
    };
    let started = Instant::now();
    let query = similar(&engine, &article, ordinal)?;
    if ui.verbose() {
        ui.note(&format!("looking for {query}"));
    }
    let (mut request, form) = args.page.request(query, args.filters.filters()?)?;
    request.fallback = false;
    let mut asked = Asked::only(args.id.as_str(), Vec::new(), started);
    let results = page::answer(ui, &engine, &request, form, &mut asked, |ui, results, _| {
        results.warnings.iter().for_each(|warning| ui.warning(&warning.message));
        Ok(())
    })?;
    if results.totals.passages == 0 {
        ui.note(&format!("no passage is like `{}`", args.id));
        if request.filters != pressmark::results::Filters::default() {
            ui.hint("without the filters there may be some");
        }
        return Ok(Status::NoMatch);
    }
    Ok(Status::Done)
}
