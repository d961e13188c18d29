//! `pressmark index`: articles into the index.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pressmark::article::Lang;
use pressmark::ingest::{Again, Event, Ingest, IngestOptions, Report, Stop};
use pressmark::passage::SplitOptions;
use pressmark::reader::{self, FieldMap, ReadError, ReadOptions};

use super::failure::{Failure, Status};
use super::open::{self, Means, Threads};
use super::stop;
use super::tally;
use super::telling::{Style, Telling};
use super::ui::Ui;
use super::values::{self, Name};

/// Add articles to the index
///
/// Reads files and folders in order of their names, leaves alone what `.gitignore` and
/// `.pressmarkignore` say, adds what is new, replaces what changed and skips what is the same. All
/// of it is seen by queries at once, when the command is done. A file that cannot be read is named
/// and counted; the others are indexed. A file whose size and dates are those of the last time is not
/// opened; an article stays when its file goes, and `pressmark delete` takes it out.
///
/// Text and Markdown, saved web pages, feeds, JSON Lines and JSON lists, CSV and TSV, ninjs, NewsML-G2 and
/// NITF, PDF, Word and LibreOffice, EPUB and mails are read, and archives of them: ZIP, tar, gz, zst, xz,
/// mbox, WARC and ARC. A file is known by what is in it, else by its ending.
///
/// Ctrl-C ends it early: what was read till then is indexed, and the exit code is 130. A second one ends
/// it at once, with the index as it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pressmark index news/ wire.jsonl
  pressmark index --map headline=subject --lang en archive.jsonl
  curl -s https://example.org/articles.jsonl | pressmark index -")]
pub(super) struct Args {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Taxonomy to tag by, instead of that of the index, which for a new one is built in
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    #[command(flatten)]
    means: Means,
    /// Read files even if date and size say that they are as they were when they were indexed
    #[arg(long)]
    checksum: bool,
    /// Write what came of it to FILE as JSON, by format and by reason; `docs/indexing.md` has the keys
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How sources are read.
#[derive(Debug, clap::Args)]
pub(super) struct Reading {
    /// Read our FIELD from what the source calls NAME; `a.b` is `b` within `a`
    #[arg(long, value_name = "FIELD=NAME", help_heading = "Reading")]
    map: Vec<FieldMap>,
    /// Leave paragraphs torn that a blank line tears in mid sentence
    #[arg(long, help_heading = "Reading")]
    no_mend: bool,
    /// Language of all articles, instead of what they say or seem to be
    #[arg(long, value_name = "LANG", value_parser = values::lang, help_heading = "Reading")]
    lang: Option<Lang>,
    /// Publisher of all articles, instead of what they say
    #[arg(long, value_name = "SOURCE", help_heading = "Reading")]
    source: Option<Name>,
    /// Read every file as this format, whatever it seems to be: text, html, feed, jsonl, csv, ninjs,
    /// newsml, nitf, pdf, docx, odt, epub, mail
    #[arg(long, value_name = "NAME", value_parser = reader_name, help_heading = "Reading")]
    reader: Option<&'static str>,
}

fn reader_name(name: &str) -> Result<&'static str, String> {
    let names: Vec<&'static str> = reader::READERS.iter().map(|reader| reader.name()).collect();
    let found = names.iter().find(|known| **known == name).copied();
    found.ok_or_else(|| format!("no reader `{name}`, wanted {}", super::hints::either(&names)))
}

impl Reading {
    /// The work on `paths` that the arguments ask for. Without paths standard input is read,
    /// unless a person is typing there.
    pub(super) fn ingest(
        self,
        paths: Vec<PathBuf>,
        index: &Path,
        threads: Threads,
    ) -> Result<Ingest, Failure> {
        let paths = if paths.is_empty() { vec![PathBuf::from("-")] } else { paths };
        if paths.iter().any(|path| path.as_os_str() == "-") && io::stdin().is_terminal() {
            return Err(Failure::user("no articles to read")
                .hint("name files or folders, or send articles to standard input"));
        }
        Ok(Ingest {
            paths,
            options: IngestOptions {
                origin: open::origin(index),
                read: ReadOptions { map: self.map, tell_dropped: false },
                split: SplitOptions { mend: !self.no_mend },
                lang: self.lang,
                source: self.source.map(|source| source.0),
                reader: self.reader.and_then(reader::by_name),
                threads: threads.count(),
            },
            again: Again::default(),
            stop: Stop::default(),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// One line for people
    Text,
    /// JSON Lines: an article, a warning or a failure a line, then the counts
    Jsonl,
}

pub(super) fn run(ui: &mut Ui, index: &Path, args: Args) -> Result<Status, Failure> {
    let style = if args.format == Format::Jsonl { Style::Jsonl } else { Style::Counts };
    let file = args.report.as_deref();
    let mut ingest = args.reading.ingest(args.paths, index, args.means.threads)?;
    ingest.again.now = Some(SystemTime::now());
    ingest.again.checksum = args.checksum;
    let paths = ingest.paths.clone();
    if no_source(&paths) {
        // A slip of the pen makes no index.
        let mut telling = Telling::new(ui, style, &paths);
        for path in paths {
            telling.event(Event::Complaint(ReadError::Missing { path }.into()));
        }
        return telling.end(&Report::default(), file);
    }
    if let Some(file) = file {
        tally::may_be_written(file)?;
    }
    stop::on_interrupt(&ingest.stop, STOPPING);
    let (writer, taggers) = open::to_index(ui, index, args.taxonomy.as_ref(), args.means, "index")?;
    let mut telling = Telling::new(ui, style, &paths);
    let report = ingest.run(Box::new(writer), &taggers, &mut |event| telling.event(event))?;
    telling.end(&report, file)
}

/// Said to who asks a run to stop.
const STOPPING: &str = "stopping: what was read is being committed; once more stops at once";

/// Whether none of `paths` leads anywhere.
pub(super) fn no_source(paths: &[PathBuf]) -> bool {
    paths.iter().all(|path| path.as_os_str() != "-" && !path.exists() && !path.is_symlink())
}
