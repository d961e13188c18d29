//! What may not happen whatever comes: hostile queries, threads, crashes and readers at work while
//! a writer is. Runs the whole program on our own corpus.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use jiff::civil::date;
use pressmark::article::{Article, ArticleHead, ArticleId, Block, BlockKind, Lang};
use pressmark::engine::embedded::{EmbeddedEngine, EmbeddedWriter, Memory};
use pressmark::engine::{Engine, Writer};
use pressmark::ingest::{Met, Report};
use pressmark::output::{self, Answer};
use pressmark::passage::{Passage, SplitOptions, split};
use pressmark::query;
use pressmark::results::{Collapse, FacetField, SearchRequest, SearchResults};
use pressmark::tag::{TaggedArticle, TaggedPassage, Tags};
use pressmark::tagger::Tagger;
use proptest::prelude::*;

use crate::{desk, shared};

/// Queries of every kind, in all languages of the corpus.
const QUERIES: &[&str] = &[
    "",
    "data centre",
    "xi's visit",
    "\"visa exemption\" OR durian",
    "malaysia -china",
    "malays* tariff~1",
    "\"east coast rail\"~5 lang:en",
    "sector:energy power",
    "entity:Malaysia date:2025",
    "马来西亚 投资",
    "榴莲 OR 数据中心",
    "harga minyak sawit",
    "type:person -lang:zh",
    "no passage holds zeppelins",
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The corpus, indexed once for all tests.
pub(crate) static CORPUS: LazyLock<(Memory, Report)> = LazyLock::new(|| {
    let memory = Memory::new().unwrap();
    let report = desk::index(&memory, &desk::ingest(&[corpus()], 2, &[]), &desk::taggers());
    (memory, report)
});

fn request(text: &str) -> SearchRequest {
    let query = query::parse(text, date(2025, 4, 30)).query;
    SearchRequest {
        limit: 500,
        context: 1,
        explain: true,
        facets: FacetField::ALL.to_vec(),
        ..SearchRequest::new(query)
    }
}

/// The answer as `--format jsonl` prints it, but for the number of the commit and the time taken.
fn jsonl(engine: &dyn Engine, text: &str, collapse: Collapse) -> String {
    let request = SearchRequest { collapse, ..request(text) };
    let mut results = engine.search(&request).unwrap();
    results.index.generation = 0;
    let filters = &request.filters;
    let answer = Answer {
        query_id: None,
        query: text,
        filters,
        warnings: &[],
        results: &results,
        diagnosis: None,
        took_us: 0,
    };
    let mut out = Vec::new();
    output::json::write_jsonl(&mut out, &answer).unwrap();
    String::from_utf8(out).unwrap()
}

fn answers(engine: &dyn Engine) -> Vec<String> {
    let both = [Collapse::None, Collapse::Article];
    QUERIES.iter().flat_map(|text| both.map(|collapse| jsonl(engine, text, collapse))).collect()
}

#[test]
fn threads_and_commits_do_not_show_in_answers() {
    let want = answers(&desk::open(&CORPUS.0));
    assert!(want.iter().all(|answer| answer.lines().count() >= 2));
    let taggers = desk::taggers();
    for threads in [1, 3] {
        let memory = Memory::new().unwrap();
        desk::index(&memory, &desk::ingest(&[corpus()], threads, &[]), &taggers);
        assert_eq!(answers(&desk::open(&memory)), want, "{threads} threads, one commit");
    }
    // A commit a language, the last first. Ids are paths below the root, so the root stays.
    let memory = Memory::new().unwrap();
    let mut articles = Vec::new();
    desk::open(&CORPUS.0)
        .each_article(&mut |article| {
            articles.push(article);
            Ok(())
        })
        .unwrap();
    articles.reverse();
    for part in articles.chunks(7) {
        let mut writer = memory.writer(&desk::write_options(3)).unwrap();
        for article in part {
            writer.put(article, 1).unwrap();
        }
        Box::new(writer).commit().unwrap();
    }
    assert_eq!(answers(&desk::open(&memory)), want, "many commits");
}

#[test]
fn what_is_unchanged_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let run = |taggers: &[_]| {
        let writer =
            EmbeddedWriter::open_or_create(folder.path(), &desk::write_options(2), "a test");
        let ingest = desk::ingest(&[corpus().join("ms")], 2, &[]);
        ingest.run(Box::new(writer.unwrap()), taggers, &mut drop).unwrap()
    };
    let taggers = desk::taggers();
    let first = run(&taggers);
    let again = run(&taggers);
    assert_eq!((first.failed, first.skipped, first.unchanged), (0, 0, 0));
    assert_eq!((again.added, again.replaced, again.passages), (0, 0, 0));
    assert_eq!((again.unchanged, again.generation), (first.added, first.generation));
}

#[test]
fn the_index_holds_what_was_cut_and_tagged() {
    let (memory, report) = &*CORPUS;
    let engine = desk::open(memory);
    let mut held = 0;
    desk::ingest(&[corpus()], 2, &[]).tag(&desk::taggers(), &mut |tagged| {
        let article = match tagged {
            Met::Article(article) => article,
            Met::File(_) => return ControlFlow::Continue(()),
            other => panic!("{other:?}"),
        };
        let stored = engine.article(&article.head.id).unwrap();
        assert_eq!(stored.as_ref(), Some(&article), "{}", article.head.id);
        // Cutting what is cut cuts nothing, and mends nothing more.
        let passages: Vec<Passage> =
            article.passages.iter().map(|tagged| tagged.passage.clone()).collect();
        let blocks = passages.iter().map(|passage| Block {
            kind: passage.kind,
            text: passage.text.clone(),
            lines: passage.source_lines[0],
        });
        let again = Article {
            head: article.head.clone(),
            blocks: blocks.collect(),
            withdrawn: false,
            dropped: Vec::new(),
        };
        let again = split(&again, SplitOptions::default());
        let texts = |passages: &[Passage]| -> Vec<(u32, BlockKind, String)> {
            let one = |passage: &Passage| (passage.ordinal, passage.kind, passage.text.clone());
            passages.iter().map(one).collect()
        };
        assert_eq!(texts(&again), texts(&passages), "{}", article.head.id);
        held += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(held, report.added);
}

/// Asks for `text` in every way there is; nothing may fail.
fn ask(engine: &EmbeddedEngine, text: &str) -> SearchResults {
    let results = engine.search(&SearchRequest { limit: 3, ..request(text) });
    match results {
        Ok(results) => results,
        // The only thing to say about a user's text: `sector:` of what is no sector.
        Err(error) => {
            assert!(error.to_string().starts_with("no sector"), "{text:?}: {error}");
            let all = query::parse("", date(2025, 4, 30)).query;
            engine.search(&SearchRequest::new(all)).unwrap()
        }
    }
}

#[test]
fn naughty_strings_are_asked_without_harm() {
    let Some(json) = shared::text("data/rob-naughty-strings/blns.json") else { return };
    let engine = desk::open(&CORPUS.0);
    let strings: Vec<String> = serde_json::from_str(&json).unwrap();
    assert!(strings.len() > 400);
    for string in &strings {
        for text in [string.clone(), format!("\"{string}"), format!("title:{string}* -(")] {
            let results = ask(&engine, &text);
            assert!(results.hits.len() as u64 <= results.totals.passages, "{text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_query_panics(text in "(\\PC|[ \"()*?~^:+!&|/\\\\-]|AND|OR|NOT|sector:|entity:|date:|[a-z]{2}|\
                                [中国马来]|\\p{any}){0,24}") {
        ask(&desk::open(&CORPUS.0), &text);
    }
}

/// An article of four passages that all say which version they are of.
fn versioned(number: usize, version: u64) -> TaggedArticle {
    let passages = (0..4).map(|ordinal| TaggedPassage {
        passage: Passage {
            ordinal,
            kind: BlockKind::Paragraph,
            text: format!("passage of version{version}"),
            source_lines: vec![(1, 1).into()],
        },
        tags: Tags::default(),
    });
    TaggedArticle {
        head: ArticleHead {
            id: ArticleId::new(&format!("article-{number}")).unwrap(),
            headline: Some(format!("Headline of version{version}")),
            published: None,
            lang: Lang::new("en"),
            source: None,
            url: None,
            authors: Vec::new(),
            dateline: None,
            section: None,
            source_tags: Vec::new(),
            edition: Default::default(),
            unit: Default::default(),
        },
        passages: passages.collect(),
    }
}

const ARTICLES: usize = 12;

fn writer(folder: &Path) -> Box<dyn Writer> {
    let writer = EmbeddedWriter::open_or_create(folder, &desk::write_options(2), "a test");
    Box::new(writer.unwrap())
}

fn put_version(writer: &mut dyn Writer, version: u64) {
    for number in 0..ARTICLES {
        writer.put(&versioned(number, version), version).unwrap();
    }
}

/// The versions that an index holds, after seeing that it holds every passage once.
fn versions(engine: &dyn Engine) -> BTreeSet<String> {
    let found = engine.search(&SearchRequest { limit: 1000, ..request("passage") }).unwrap();
    assert_eq!(found.totals.passages, 4 * ARTICLES as u64);
    assert_eq!(found.hits.len(), 4 * ARTICLES);
    let hits = found.hits.iter();
    hits.map(|hit| hit.passage.passage.text.rsplit(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn readers_see_the_old_or_the_new_never_a_mix() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = writer(folder.path());
    put_version(first.as_mut(), 0);
    first.commit().unwrap();
    let before = EmbeddedEngine::open(folder.path(), desk::names).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let read = || {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) || seen == 0 {
                let engine = EmbeddedEngine::open(folder.path(), desk::names).unwrap();
                let versions = versions(&engine);
                assert_eq!(versions.len(), 1, "a mix of {versions:?}");
                let version: u64 = versions.first().unwrap()["version".len()..].parse().unwrap();
                assert!(seen <= version + 1, "version {version} after {}", seen - 1);
                seen = version + 1;
            }
        };
        let readers = [scope.spawn(read), scope.spawn(read)];
        for version in 1..=8 {
            let mut writer = writer(folder.path());
            put_version(writer.as_mut(), version);
            writer.commit().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
    assert_eq!(versions(&before), BTreeSet::from(["version0".to_owned()]), "opened before");
}

#[test]
fn a_crash_before_the_commit_leaves_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = writer(folder.path());
    put_version(first.as_mut(), 1);
    let generation = first.commit().unwrap();
    let mut second = writer(folder.path());
    put_version(second.as_mut(), 2);

    // What a killed process leaves is what lies in the folder now.
    let crashed = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        match fs::copy(entry.path(), crashed.path().join(entry.file_name())) {
            // A file on its way to its name, gone since it was listed.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            copied => drop(copied.unwrap()),
        }
    }
    drop(second);

    for path in [crashed.path(), folder.path()] {
        let held = |version: &str, generation: u64| {
            let engine = EmbeddedEngine::open(path, desk::names).unwrap();
            assert_eq!(versions(&engine), BTreeSet::from([version.to_owned()]));
            assert_eq!(engine.status().unwrap().generation, generation);
        };
        held("version1", generation);
        let mut next = writer(path);
        put_version(next.as_mut(), 3);
        assert_eq!(next.commit().unwrap(), generation + 1);
        held("version3", generation + 1);
    }
}

/// More pieces than may be under way at once, so that every thread waits for another.
#[test]
fn a_reader_of_articles_may_stop_at_any_of_them() {
    let folder = tempfile::tempdir().unwrap();
    for file in 0..100 {
        std::fs::write(folder.path().join(format!("{file:03}.txt")), "# One\n\nTwo three.")
            .unwrap();
    }
    let mut seen = 0;
    desk::ingest(&[folder.path().to_owned()], 2, &[]).tag(&[], &mut |_| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(seen, 3);
}

/// Fails on one article, which no tagger may.
struct Faulty;

impl Tagger for Faulty {
    fn tag(&self, _: &ArticleHead, passages: &[Passage], _: &mut [Tags]) {
        assert!(!passages[0].text.contains("fault"), "a fault of our own");
    }
}

#[test]
fn a_fault_of_our_own_ends_a_run_and_never_hangs_it() {
    let folder = tempfile::tempdir().unwrap();
    for file in 0..200 {
        let text = if file == 3 { "A fault." } else { "Two three." };
        fs::write(folder.path().join(format!("{file:03}.txt")), format!("# One\n\n{text}"))
            .unwrap();
    }
    let run = || {
        let taggers: Vec<Box<dyn Tagger>> = vec![Box::new(Faulty)];
        desk::ingest(&[folder.path().to_owned()], 4, &[])
            .tag(&taggers, &mut |_| ControlFlow::Continue(()));
    };
    assert!(std::panic::catch_unwind(run).is_err());
}
