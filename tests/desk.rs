//! The desk: runs the whole write pipeline as the program does, into an index in memory.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use pressmark::engine::embedded::{EmbeddedEngine, Memory};
use pressmark::engine::{TaxonomyCard, WriteOptions};
use pressmark::ingest::{Again, Event, Ingest, IngestOptions, Report, Stop};
use pressmark::passage::SplitOptions;
use pressmark::reader::{FieldMap, Origin, ReadOptions};
use pressmark::tag::EntityId;
use pressmark::tagger::Tagger;
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::gazetteer;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};
use pressmark::tagger::statements::StatementTagger;

/// The taggers of the program, in the order they run.
/// How much of something random is tried: `usual`, or as the variable says.
#[allow(clippy::disallowed_methods, reason = "cargo hands arguments of tests to all of them")]
pub(crate) fn how_many(variable: &str, usual: u32) -> u32 {
    match std::env::var(variable) {
        Ok(given) => given.parse().unwrap_or_else(|_| panic!("{variable} is no number")),
        Err(_) => usual,
    }
}

pub(crate) fn taggers() -> Vec<Box<dyn Tagger>> {
    vec![
        Box::new(SectorTagger::new(Taxonomy::builtin())),
        Box::new(EntityTagger::default()),
        Box::new(StatementTagger::new()),
    ]
}

/// The entities a name may stand for, as the program knows them.
pub(crate) fn names(name: &str) -> Vec<EntityId> {
    gazetteer::lookup(name).iter().map(|found| EntityId::from_known(found.entry().id)).collect()
}

/// How the program writes, with so many threads.
pub(crate) fn write_options(threads: usize) -> WriteOptions {
    write_options_for(Taxonomy::builtin().card(), threads)
}

/// As [`write_options`], for passages tagged by another taxonomy.
pub(crate) fn write_options_for(taxonomy: TaxonomyCard, threads: usize) -> WriteOptions {
    let threads = NonZeroUsize::new(threads).expect("a test asks for threads");
    WriteOptions { budget_bytes: threads.get() * 15_000_000, threads, taxonomy }
}

/// Files are named from the root of the package.
pub(crate) fn origin() -> Origin {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    Origin { working: root.clone(), base: root }
}

/// The work on `paths` that `pressmark index` does with so many threads and these maps.
pub(crate) fn ingest(paths: &[PathBuf], threads: usize, map: &[&str]) -> Ingest {
    let map = map.iter().map(|map| map.parse::<FieldMap>().expect("the map of a test is one"));
    Ingest {
        paths: paths.to_vec(),
        options: IngestOptions {
            origin: origin(),
            read: ReadOptions { map: map.collect(), ..ReadOptions::default() },
            split: SplitOptions::default(),
            lang: None,
            source: None,
            reader: None,
            threads: NonZeroUsize::new(threads).expect("a test asks for threads"),
        },
        again: Again::default(),
        stop: Stop::default(),
    }
}

/// Indexes into `memory` in one commit. Nothing may fail or be passed over.
pub(crate) fn index(memory: &Memory, ingest: &Ingest, taggers: &[Box<dyn Tagger>]) -> Report {
    let options = write_options(ingest.options.threads.get());
    let writer = memory.writer(&options).expect("memory can be written");
    ingest
        .run(Box::new(writer), taggers, &mut |event| match event {
            Event::Skipped { path, reason } => panic!("{}: {reason}", path.display()),
            Event::Complaint(complaint) => panic!("{complaint}"),
            _ => {}
        })
        .expect("memory can be written")
}

/// The last commit of `memory`.
pub(crate) fn open(memory: &Memory) -> EmbeddedEngine {
    memory.engine(names).expect("memory can be read")
}
