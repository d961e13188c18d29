//! Another taxonomy for an index that is there: what is told before is what happens, what happens is
//! what indexing anew would give, and no reader sees half of it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use pressmark::engine::embedded::{EmbeddedEngine, EmbeddedWriter, Memory};
use pressmark::engine::{Engine, EngineError, TaxonomyCard, Writer};
use pressmark::ingest::{ArticleChange, Changes, Gaps, Part, Proposal, Retag, SectorChange};
use pressmark::query;
use pressmark::results::{FacetField, SearchRequest};
use pressmark::tag::{SectorId, TaggedArticle};
use pressmark::tagger::Tagger;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};

use crate::desk;

/// A sector more, one less, a term more.
const OTHER: &str = r#"
    extends = "builtin"
    [[sector]]
    id = "ports"
    en.strong = ["berth*", "port of"]
    zh.strong = ["港口"]
    [[sector]]
    id = "sport"
    remove = true
    [[sector]]
    id = "trade"
    en.strong = ["durian*"]
"#;

fn other() -> Taxonomy {
    Taxonomy::from_toml(OTHER, "other").unwrap()
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn sectors_of(taxonomy: Taxonomy) -> Vec<Box<dyn Tagger>> {
    vec![Box::new(SectorTagger::new(taxonomy))]
}

fn retag<'a>(engine: &'a dyn Engine, taggers: &'a [Box<dyn Tagger>], threads: usize) -> Retag<'a> {
    let threads = NonZeroUsize::new(threads).unwrap();
    Retag { engine, articles: None, taggers, part: Part::Sectors, threads }
}

fn articles(engine: &dyn Engine) -> BTreeMap<String, TaggedArticle> {
    let mut all = BTreeMap::new();
    let each = &mut |article: TaggedArticle| {
        all.insert(article.head.id.to_string(), article);
        Ok(())
    };
    engine.each_article(each).unwrap();
    all
}

fn preview(retag: &Retag<'_>) -> (Changes, Vec<ArticleChange>) {
    let mut seen = Vec::new();
    let changes = retag.preview(&mut |change| seen.push(change.clone())).unwrap();
    (changes, seen)
}

#[test]
fn what_is_told_before_is_what_happens() {
    let memory = Memory::new().unwrap();
    let ingest = desk::ingest(&[corpus()], 2, &[]);
    desk::index(&memory, &ingest, &desk::taggers());
    let engine = desk::open(&memory);
    let taggers = sectors_of(other());
    let (told, told_articles) = preview(&retag(&engine, &taggers, 1));
    assert_eq!(preview(&retag(&engine, &taggers, 3)), (told.clone(), told_articles.clone()));
    assert!(told.articles_changed > 5 && told.articles_changed < told.articles, "{told:?}");
    let ports = told.sectors[&SectorId::new("ports").unwrap()];
    assert!(ports.now == 0 && ports.gained > 0 && ports.lost == 0, "{ports:?}");
    let sport = told.sectors[&SectorId::new("sport").unwrap()];
    assert!(sport.lost > 0 && sport.then() == 0, "{sport:?}");

    let mut writer = memory.writer(&desk::write_options(2)).unwrap();
    writer.tag_by(other().card(), None);
    let mut done_articles = Vec::new();
    let (done, generation) = retag(&engine, &taggers, 2)
        .apply(Box::new(writer), &mut |change| done_articles.push(change.clone()))
        .unwrap();
    assert_eq!((done, done_articles), (told.clone(), told_articles.clone()));
    assert_eq!(generation, 2);

    let after = desk::open(&memory);
    assert_eq!(after.taxonomy(), &other().card());
    for count in after.sectors().unwrap() {
        let then = told.sectors.get(&count.sector.id).map_or(0, SectorChange::then);
        assert_eq!(count.passages, then, "{}", count.sector.id);
    }
    let held = articles(&after);
    for change in &told_articles {
        assert_eq!(held[change.article.head.id.as_str()], change.article);
    }
    assert!(preview(&retag(&after, &taggers, 2)).0.is_empty());

    // The same as if it had been indexed so, and the next run finds nothing to do.
    let mut taggers = desk::taggers();
    taggers[0] = Box::new(SectorTagger::new(other()));
    let fresh = Memory::new().unwrap();
    let options = desk::write_options_for(other().card(), 2);
    let run = |memory: &Memory| {
        let writer = Box::new(memory.writer(&options).unwrap());
        ingest.run(writer, &taggers, &mut drop).unwrap()
    };
    run(&fresh);
    assert_eq!(held, articles(&desk::open(&fresh)));
    let mut written = told_articles.iter().flat_map(|change| &change.article.passages);
    assert!(written.any(|one| !one.tags.statements.is_empty()), "who says what stays told");
    let again = run(&memory);
    assert_eq!((again.unchanged, again.generation), (told.articles, 2));
}

#[test]
fn only_the_articles_asked_for_are_looked_at() {
    let memory = Memory::new().unwrap();
    desk::index(&memory, &desk::ingest(&[corpus()], 2, &[]), &desk::taggers());
    let engine = desk::open(&memory);
    let taggers = sectors_of(other());
    let (all, articles) = preview(&retag(&engine, &taggers, 2));
    let ids = articles.iter().take(3).map(|change| change.article.head.id.clone());
    let mut some = retag(&engine, &taggers, 2);
    some.articles = Some(ids.collect());
    let (changes, seen) = preview(&some);
    assert_eq!(seen, articles[..3]);
    assert_eq!((changes.articles, changes.articles_changed), (3, 3));
    assert!(all.articles > 3);

    // A weight that moves scores and no tag is a change too, counted apart.
    let weights = "extends = \"builtin\"\n[weights]\nrepeat = 0.1001\n";
    let taggers = sectors_of(Taxonomy::from_toml(weights, "weights").unwrap());
    let (changes, _) = preview(&retag(&engine, &taggers, 2));
    assert!(changes.reweighed > 0 && changes.retagged == 0, "{changes:?}");
}

/// The writer of an index on disk. A process that another test starts shares our files until it is
/// the program it is to be, locks among them.
fn writer(path: &Path, taxonomy: TaxonomyCard) -> EmbeddedWriter {
    let options = desk::write_options_for(taxonomy, 2);
    loop {
        match EmbeddedWriter::open_or_create(path, &options, "a test") {
            Err(EngineError::Locked { .. }) => thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

/// What a reader sees: the taxonomy, the sectors with their counts, and hits with their tags.
fn seen(path: &Path) -> String {
    let engine = EmbeddedEngine::open(path, desk::names).unwrap();
    let query = query::parse("port OR durian OR 港口", jiff::civil::date(2025, 4, 30)).query;
    let facets = vec![FacetField::Sector];
    let request = SearchRequest { limit: 300, facets, ..SearchRequest::new(query) };
    let mut results = engine.search(&request).unwrap();
    results.index.generation = 0;
    format!("{:?}\n{:?}\n{results:?}", engine.taxonomy(), engine.sectors().unwrap())
}

#[test]
fn readers_see_the_old_taxonomy_or_the_new_one_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let ingest = desk::ingest(&[corpus()], 2, &[]);
    let made = Box::new(writer(path, Taxonomy::builtin().card()));
    ingest.run(made, &desk::taggers(), &mut drop).unwrap();
    let change = |from: Taxonomy, to: Taxonomy| {
        let mut writer = writer(path, from.card());
        let engine = EmbeddedEngine::open(path, desk::names).unwrap();
        writer.tag_by(to.card(), None);
        let taggers = sectors_of(to);
        retag(&engine, &taggers, 2).apply(Box::new(writer), &mut |_| {}).unwrap();
    };
    let old = seen(path);
    change(Taxonomy::builtin(), other());
    let new = seen(path);
    change(other(), Taxonomy::builtin());
    assert_ne!(old, new);
    assert_eq!(seen(path), old);

    let (done, looks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let states = thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut states = [0, 0];
                    while !done.load(Ordering::SeqCst) || states == [0, 0] {
                        match seen(path) {
                            state if state == old => states[0] += 1,
                            state if state == new => states[1] += 1,
                            state => panic!("neither:\n{state}\n{old}\n{new}"),
                        }
                        looks.fetch_add(1, Ordering::SeqCst);
                    }
                    states
                })
            })
            .collect();
        for _ in 0..5 {
            for (from, to) in [(Taxonomy::builtin(), other()), (other(), Taxonomy::builtin())] {
                let so_far = looks.load(Ordering::SeqCst);
                while looks.load(Ordering::SeqCst) < so_far + 2 {
                    assert!(!readers.iter().any(thread::ScopedJoinHandle::is_finished));
                    thread::yield_now();
                }
                change(from, to);
            }
        }
        done.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    let sum = |state: usize| states.iter().map(|states| states[state]).sum::<usize>();
    assert!(sum(0) > 0 && sum(1) > 0, "{states:?}");
}

#[test]
fn an_index_keeps_the_file_of_its_own_taxonomy_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let ingest = desk::ingest(&[corpus().join("ms")], 2, &[]);
    let made = Box::new(writer(path, Taxonomy::builtin().card()));
    ingest.run(made, &desk::taggers(), &mut drop).unwrap();
    let kept = || {
        let engine = EmbeddedEngine::open(path, desk::names).unwrap();
        let files = std::fs::read_dir(path).unwrap().filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().contains("taxonomy")
        });
        (engine.taxonomy_file().unwrap().map(|(text, _)| text), files.count())
    };
    assert_eq!(kept(), (None, 0));
    let apply = |from: Taxonomy, to: &str| {
        let taxonomy = Taxonomy::from_toml(to, "own").unwrap();
        let mut writer = writer(path, from.card());
        writer.tag_by(taxonomy.card(), Some(to.to_owned()));
        writer
    };
    // One that never commits leaves what was.
    drop(apply(Taxonomy::builtin(), OTHER));
    assert_eq!(kept(), (None, 0));
    Box::new(apply(Taxonomy::builtin(), OTHER)).commit().unwrap();
    assert_eq!(kept(), (Some(OTHER.to_owned()), 1));
    // A crash between the file and the commit leaves a file that no card names.
    std::fs::write(path.join("taxonomy-0123456789abcdef.toml"), "[[sector]]").unwrap();
    assert_eq!(kept().0.as_deref(), Some(OTHER));
    let more = format!("{OTHER}\n[[sector]]\nid = \"more\"\n");
    Box::new(apply(other(), &more)).commit().unwrap();
    assert_eq!(kept(), (Some(more.clone()), 1));
    // Whoever writes without a word of it leaves it.
    let card = Taxonomy::from_toml(&more, "own").unwrap().card();
    Box::new(writer(path, card.clone())).commit().unwrap();
    assert_eq!(kept(), (Some(more), 1));
    let mut last = writer(path, card);
    last.tag_by(Taxonomy::builtin().card(), None);
    Box::new(last).commit().unwrap();
    assert_eq!(kept(), (None, 0));
}

/// The terms proposed for an index tagged by `taxonomy`.
fn proposed(engine: &dyn Engine, taxonomy: &Taxonomy, known: Option<Taxonomy>) -> Vec<String> {
    let threads = NonZeroUsize::new(2).unwrap();
    let gaps = Gaps { engine, taxonomy, known, sector: None, limit: 10, threads };
    let proposals = gaps.find().unwrap();
    let rule = |one: &Proposal| format!("{} {}", one.sector, one.rule.term.as_str());
    assert!(proposals.iter().all(|one| {
        let (_, text, span) = &one.example;
        one.passages >= 2 && !span.of(text).is_empty()
    }));
    proposals.iter().map(rule).collect()
}

/// The built-in taxonomy without one term.
fn without(term: &str) -> Taxonomy {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tagger/sectors/taxonomy.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let cut = text.replace(&format!("\"{term}\", "), "").replace(&format!("\"{term}\",\n"), "\n");
    assert_ne!(cut, text, "{term}");
    Taxonomy::from_toml(&cut, "without").unwrap()
}

/// Passages about one thing, half of them about another one too that a term is left for.
const MISSED: [[&str; 2]; 4] = [
    ["The earthquake was felt in the old town.", "Flood and earthquake struck within a day."],
    ["She slept through the earthquake.", "After the earthquake came a flood."],
    [
        "No one had felt an earthquake here before.",
        "The earthquake broke the dam, a flood followed.",
    ],
    ["An earthquake woke the village.", "They fear the flood more than an earthquake."],
];

#[test]
fn a_term_that_is_missed_is_proposed_with_what_it_would_add() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for (number, passages) in MISSED.iter().enumerate() {
        let record = serde_json::json!({"id": number.to_string(), "lang": "en", "text": passages});
        lines += &format!("{record}\n");
    }
    std::fs::write(folder.path().join("wire.jsonl"), lines).unwrap();
    let paths = [corpus(), folder.path().to_owned()];
    let memory = Memory::new().unwrap();
    let taxonomy = without("earthquake*");
    let mut taggers = desk::taggers();
    taggers[0] = Box::new(SectorTagger::new(taxonomy.clone()));
    let writer = memory.writer(&desk::write_options_for(taxonomy.card(), 2)).unwrap();
    desk::ingest(&paths, 2, &[]).run(Box::new(writer), &taggers, &mut drop).unwrap();
    let engine = desk::open(&memory);
    let known = proposed(&engine, &taxonomy, Some(Taxonomy::builtin()));
    assert_eq!(known[0], "disasters earthquake*", "{known:?}");
    assert_eq!(known.iter().filter(|rule| rule.contains("earthquake")).count(), 1, "{known:?}");
    let shown = proposed(&engine, &taxonomy, None);
    assert!(shown.iter().take(5).any(|rule| rule == "disasters earthquake"), "{shown:?}");
}
