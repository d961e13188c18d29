//! Opens what commands work on: the index, for reading or writing, and the taggers.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use pressmark::article::ArticleId;
use pressmark::engine::embedded::{EmbeddedEngine, EmbeddedWriter};
use pressmark::engine::synonyms::Synonyms;
use pressmark::engine::{TaxonomyCard, WriteOptions};
use pressmark::reader::Origin;
use pressmark::tag::EntityId;
use pressmark::tagger::Tagger;
use pressmark::tagger::corrections::Corrections;
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::gazetteer;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
use pressmark::tagger::statements::StatementTagger;

use super::corrections;
use super::failure::Failure;
use super::hints::flag;
use super::ui::Ui;
use super::values;

/// How many threads to use.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Threads {
    /// How many threads read, tag and write [default: one a processor]
    #[arg(long, value_name = "COUNT", value_parser = values::threads)]
    threads: Option<NonZeroUsize>,
}

impl Threads {
    /// The thread of the command alone.
    pub(super) fn one() -> Self {
        Self { threads: Some(NonZeroUsize::MIN) }
    }

    /// Their number.
    pub(super) fn count(self) -> NonZeroUsize {
        let all = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(all)
    }
}

/// What the machine is given to write with.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Means {
    #[command(flatten)]
    pub(super) threads: Threads,
    /// Memory for the whole program, in MB; pages of the index that the system keeps for it, and may take
    /// back, are not counted
    #[arg(long, value_name = "MB", default_value_t = 512, value_parser = clap::value_parser!(u32).range(192..=65536))]
    memory: u32,
}

/// What the program takes besides articles that are not written yet, in MB: the gazetteer and the
/// models, and what each thread has under way.
const TAKEN: u32 = 96;
const TAKEN_A_THREAD: u32 = 16;

/// The least that articles are written with, in MB.
const LEAST: u32 = 16;

impl Means {
    /// How an index tagged by `taxonomy` is written.
    pub(super) fn write_options(self, taxonomy: TaxonomyCard) -> WriteOptions {
        let threads = self.threads.count();
        let of_threads =
            TAKEN_A_THREAD.saturating_mul(u32::try_from(threads.get()).unwrap_or(u32::MAX));
        // A budget of articles takes about half as much again while it is written.
        let left = self.memory.saturating_sub(TAKEN).saturating_sub(of_threads);
        let budget = (left / 20 * 13).max(LEAST);
        WriteOptions { budget_bytes: budget as usize * 1_000_000, threads, taxonomy }
    }
}

/// Opens the index in `path` for reading.
pub(super) fn engine(path: &Path) -> Result<EmbeddedEngine, Failure> {
    let mut engine = EmbeddedEngine::open(path, entities_called)?;
    let corrections = corrections::read(path, engine.corrections())?;
    if !corrections.is_empty() {
        engine.look_up_by(move |name| corrections.called(name));
    }
    Ok(engine)
}

/// Gives the words of queries the synonyms of `file`, or of the file that is kept in the folder of the
/// index, if there is one.
pub(super) fn widen(
    engine: &mut EmbeddedEngine,
    index: &Path,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let kept = index.join(SYNONYMS);
    let path = match file {
        Some(file) => file,
        None if kept.exists() => &kept,
        None => return Ok(()),
    };
    engine.widen_by(Synonyms::read(&read(path)?, &path.display().to_string())?);
    Ok(())
}

/// The file of synonyms in the folder of an index.
const SYNONYMS: &str = "synonyms.txt";

/// Files are named from the folder that holds the index: so one index knows a file by one name,
/// wherever the command is run.
pub(super) fn origin(index: &Path) -> Origin {
    // Without a working directory, paths are as they are typed.
    let working = std::env::current_dir().unwrap_or_default();
    let base = index.join("..");
    Origin { working, base }
}

/// The id of the article in the file at `path`, if that is one and brings no id.
pub(super) fn id_of_file(index: &Path, path: &str) -> Option<ArticleId> {
    ArticleId::new(&origin(index).name(Path::new(path)))
}

/// What a name or alias in a filter may stand for.
pub(super) fn entities_called(name: &str) -> Vec<EntityId> {
    gazetteer::lookup(name).iter().map(|found| EntityId::from_known(found.entry().id)).collect()
}

/// Opens the index in `path` for writing; `command` is told to whoever finds it locked.
pub(super) fn writer(
    path: &Path,
    options: &WriteOptions,
    command: &str,
) -> Result<EmbeddedWriter, Failure> {
    let now = jiff::Timestamp::now().round(jiff::Unit::Second);
    let since = now.map(|now| format!(" since {now}")).unwrap_or_default();
    let holder = format!("process {} (pressmark {command}){since}", std::process::id());
    Ok(EmbeddedWriter::open_or_create(path, options, &holder)?)
}

/// Opens the index in `path`, or a new one, to index articles by `taxonomy` or its own, with the taggers
/// for it.
pub(super) fn to_index(
    ui: &mut Ui,
    path: &Path,
    taxonomy: Option<&PathBuf>,
    means: Means,
    command: &str,
) -> Result<(EmbeddedWriter, Vec<Box<dyn Tagger>>), Failure> {
    let Chosen { taxonomy, file } = taxonomy_for(path, taxonomy)?;
    let mut writer = writer(path, &means.write_options(taxonomy.card()), command)?;
    if let Some(file) = file {
        writer.keep_taxonomy(file);
    }
    let corrections = corrections::of_index(path)?;
    match writer.corrections() {
        None => writer.correct_by(corrections.stamp()),
        Some(stamp) if stamp != corrections.stamp() => {
            let file = corrections::place(path);
            ui.warning(&format!("`{}` was edited and is not applied yet", file.display()));
            ui.hint(&format!("apply it with `pressmark entities apply{}`", flag(path)));
        }
        Some(_) => {}
    }
    Ok((writer, taggers(taxonomy, corrections)))
}

/// A taxonomy to tag by.
pub(super) struct Chosen {
    pub(super) taxonomy: Taxonomy,
    /// The text of its file, if it has one: what an index keeps.
    pub(super) file: Option<String>,
}

impl Chosen {
    /// The taxonomy that is built in.
    pub(super) fn builtin() -> Self {
        Self { taxonomy: Taxonomy::builtin(), file: None }
    }

    /// Reads the taxonomy in `file`, and the model that it names.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let text = taxonomy_text(file)?;
        let taxonomy = Taxonomy::from_toml(&text, &file.display().to_string())?;
        Ok(Self { taxonomy, file: Some(text) })
    }

    /// The one that the index was tagged by last, as far as this program knows it: its own, or the
    /// one that is built in. An index that cannot be read has none of its own.
    pub(super) fn of_index(index: &Path) -> Result<Self, Failure> {
        let Ok(engine) = EmbeddedEngine::open(index, entities_called) else {
            return Ok(Self::builtin());
        };
        let Some((text, path)) = engine.taxonomy_file()? else { return Ok(Self::builtin()) };
        let taxonomy = Taxonomy::from_toml(&text, &path.display().to_string())?;
        Ok(Self { taxonomy, file: Some(text) })
    }
}

/// The text of the taxonomy in `file`, with that of the model it names: from then on they are one.
pub(super) fn taxonomy_text(file: &Path) -> Result<String, Failure> {
    let text = read(file)?;
    let Some(model) = Taxonomy::model_file(&text) else { return Ok(text) };
    let model = file.with_file_name(model);
    Ok(Taxonomy::with_model(&text, &read(&model)?, &model.display().to_string())?)
}

/// Reads the taxonomy in `file`, or gives the one that is built in.
pub(super) fn taxonomy(file: Option<&PathBuf>) -> Result<Taxonomy, Failure> {
    Ok(file.map_or_else(|| Ok(Chosen::builtin()), |file| Chosen::read(file))?.taxonomy)
}

/// Reads the taxonomy in `file`, or gives the one of the index.
pub(super) fn taxonomy_for(index: &Path, file: Option<&PathBuf>) -> Result<Chosen, Failure> {
    match file {
        Some(file) => Chosen::read(file),
        None => Chosen::of_index(index),
    }
}

/// Reads a whole file of text.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::io(format!("cannot read `{}`", file.display()), source);
    fs::read_to_string(file).map_err(failed)
}

/// The taggers in the order they run.
pub(super) fn taggers(taxonomy: Taxonomy, corrections: Corrections) -> Vec<Box<dyn Tagger>> {
    let mut taggers: Vec<Box<dyn Tagger>> = vec![Box::new(SectorTagger::new(taxonomy))];
    taggers.extend(entity_taggers(corrections));
    taggers
}

/// Those of them that make everything but sectors: who says what is told by the entities as they are
/// corrected.
pub(super) fn entity_taggers(corrections: Corrections) -> Vec<Box<dyn Tagger>> {
    let mut taggers: Vec<Box<dyn Tagger>> = vec![Box::new(EntityTagger::default())];
    if !corrections.is_empty() {
        taggers.push(Box::new(corrections));
    }
    taggers.push(Box::new(StatementTagger::new()));
    taggers
}
