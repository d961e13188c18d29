//! `pressmark tag`: articles with their tags, without an index.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use pressmark::ingest::Tagged;
use pressmark::output;
use pressmark::tag::TaggedArticle;

use super::failure::{Failure, Status};
use super::index::Reading;
use super::open::{self, Threads};
use super::ui::Ui;

/// Print passages with their sectors, entities and statements
///
/// Reads articles as `index` does and prints how they are understood: headline, date and source,
/// each passage with the lines it comes from, its sectors with their evidence, the entities it
/// names and who says what in it. Nothing is indexed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark tag article.txt
  pressmark tag --format jsonl news/ | jq -c '[.passage, .sectors[].id]'")]
pub(super) struct Args {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Taxonomy to tag by, instead of the built-in one
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// How passages are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people, an article at a time
    Text,
    /// JSON Lines, a passage a line
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let ingest = args.reading.ingest(args.paths, index, args.threads)?;
    let taggers = open::taggers(open::taxonomy(args.taxonomy.as_ref())?);
    let mut status = Status::NoMatch;
    let mut unwritten = None;
    let mut first = true;
    ingest.tag(&taggers, &mut |tagged| {
        match tagged {
            Tagged::Article { article, .. } => {
                unwritten = write(ui, &article, args.format, first).err();
                first = false;
                if status == Status::NoMatch {
                    status = Status::Done;
                }
            }
            Tagged::Skipped { path, reason } => {
                if ui.verbose() {
                    ui.note(&format!("skipped `{}`: {reason}", path.display()));
                }
            }
            Tagged::Warned(error) => ui.warning(&error.to_string()),
            Tagged::Failed(error) => {
                status = Status::Failed;
                Failure::from(error).print(ui);
            }
        }
        match unwritten {
            None => ControlFlow::Continue(()),
            Some(_) => ControlFlow::Break(()),
        }
    });
    match unwritten {
        Some(error) => Err(error.into()),
        None => Ok(status),
    }
}

fn write(ui: &mut Ui, article: &TaggedArticle, format: Format, first: bool) -> std::io::Result<()> {
    let look = ui.look();
    let out = ui.out();
    match format {
        Format::Text => {
            if !first {
                writeln!(out)?;
            }
            output::text::write_article(out, article, look)
        }
        Format::Jsonl => article
            .passages
            .iter()
            .try_for_each(|passage| output::json::write_passage(out, &article.head, passage)),
    }
}
