//! `pressmark tag`: articles with their tags, without an index.

use std::path::{Path, PathBuf};

use pressmark::output;
use pressmark::tag::TaggedArticle;
use pressmark::tagger::entities::explain;
use serde::Serialize;

use super::corrections;
use super::failure::{Failure, Status};
use super::index::Reading;
use super::listing::Listing;
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
    /// Taxonomy to tag by, instead of that of the index, or the built-in one if there is none
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// Say of names that may mean several entities why they mean the one they do
    #[arg(long)]
    explain: bool,
    /// How passages are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people, an article at a time
    Text,
    /// JSON Lines, a passage a line
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let ingest = args.reading.ingest(args.paths, index, args.threads)?;
    let taggers = open::taggers(
        open::taxonomy_for(index, args.taxonomy.as_ref())?.taxonomy,
        corrections::of_index(index)?,
    );
    let (format, explain) = (args.format, args.explain);
    let tells_skipped = ui.verbose();
    let mut listing = Listing::new(ui, tells_skipped);
    ingest.tag(&taggers, &mut |met| {
        listing.take(met, |ui, article, is_first| {
            write(ui, &article, format, is_first)?;
            if explain { write_choices(ui, &article, format) } else { Ok(()) }
        })
    });
    listing.end()
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

/// A line of `--format jsonl` that says why a name means what it does.
#[derive(Serialize)]
struct ChoiceLine<'a> {
    r#type: &'static str,
    passage: String,
    start: u32,
    end: u32,
    cstart: usize,
    cend: usize,
    text: &'a str,
    readings: Vec<ReadingObject<'a>>,
}

#[derive(Serialize)]
struct ReadingObject<'a> {
    id: &'a str,
    name: &'a str,
    chosen: bool,
    reason: &'a str,
}

/// What names mean that may mean several entities, after their article.
fn write_choices(ui: &mut Ui, article: &TaggedArticle, format: Format) -> std::io::Result<()> {
    let look = ui.look();
    let out = ui.out();
    let choices = explain::choices(article);
    if format == Format::Text && choices.iter().any(|of| !of.is_empty()) {
        writeln!(out)?;
    }
    for (tagged, choices) in article.passages.iter().zip(&choices) {
        let passage = &tagged.passage;
        for choice in choices {
            let (text, readings) = (choice.span.of(&passage.text), choice.readings.iter());
            match format {
                Format::Text => {
                    let told = readings.map(|one| (one.id.as_str(), one.chosen, &*one.reason));
                    let told: Vec<_> = told.collect();
                    output::text::write_choice(out, passage.ordinal, text, &told, look)?;
                }
                Format::Jsonl => {
                    let before = &passage.text[..choice.span.start as usize];
                    let cstart = before.chars().count();
                    let readings = readings.map(|one| ReadingObject {
                        id: one.id.as_str(),
                        name: &one.name,
                        chosen: one.chosen,
                        reason: &one.reason,
                    });
                    let line = ChoiceLine {
                        r#type: "choice",
                        passage: format!("{}#{}", article.head.id, passage.ordinal),
                        start: choice.span.start,
                        end: choice.span.end,
                        cstart,
                        cend: cstart + text.chars().count(),
                        text,
                        readings: readings.collect(),
                    };
                    output::json::line(out, &line)?;
                }
            }
        }
    }
    Ok(())
}
