//! `pressmark delete`: articles out of the index.

use std::num::NonZeroUsize;
use std::path::Path;

use pressmark::article::ArticleId;
use pressmark::engine::{WriteOptions, Writer};

use super::failure::{Failure, Status};
use super::open;
use super::ui::Ui;
use super::values;

/// Delete articles from the index
///
/// All of them go at once. Files are not touched; indexing them again brings the articles back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  pressmark delete corpus/en/2024-05-29-penang-chip-strategy.md")]
pub(super) struct Args {
    /// Ids of the articles, or paths of their files
    #[arg(value_name = "ARTICLE", required = true, value_parser = values::article)]
    articles: Vec<ArticleId>,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: &Args) -> Result<Status, Failure> {
    let taxonomy = open::engine(index)?.taxonomy().clone();
    // Nothing is added, so the least that a writer takes is enough.
    let options = WriteOptions { budget_bytes: 0, threads: NonZeroUsize::MIN, taxonomy };
    let mut writer = open::writer(index, &options, "delete")?;
    let mut deleted = 0;
    for id in &args.articles {
        let of_file = open::id_of_file(index, id.as_str());
        let is_deleted = writer.delete(id)?
            || match of_file {
                Some(id) => writer.delete(&id)?,
                None => false,
            };
        if is_deleted {
            deleted += 1;
        } else {
            ui.note(&format!("no article `{id}`"));
        }
    }
    if deleted == 0 {
        return Ok(Status::NoMatch);
    }
    Box::new(writer).commit()?;
    if !ui.quiet() {
        writeln!(ui.out(), "{deleted} article{} deleted", if deleted == 1 { "" } else { "s" })?;
    }
    Ok(if deleted == args.articles.len() { Status::Done } else { Status::Failed })
}
