//! Corrections of entities as the binary makes them: only some articles are tagged anew, and the
//! index is then what tagging all of them gives; a crash between file and commit misleads no one.

use std::fs;
use std::path::Path;
use std::process::Command;

use pressmark::engine::embedded::Memory;
use pressmark::engine::{Engine, Writer};
use pressmark::ingest::{Part, Retag};
use pressmark::query::{Filter, Query};
use pressmark::results::SearchRequest;
use pressmark::tag::EntityId;
use pressmark::tagger::Tagger;
use pressmark::tagger::corrections::Corrections;
use pressmark::tagger::entities::EntityTagger;

use super::{bed, desk};

fn pressmark(index: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_pressmark"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args)
        .arg("--index")
        .arg(index)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An index of the corpus. It lies beside the corpus, since articles are named from there.
fn corpus() -> tempfile::TempDir {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = tempfile::Builder::new().prefix(".index-of-tests-").tempdir_in(root);
    let folder = folder.expect("it can be written");
    pressmark(folder.path(), &["index", "corpus", "--threads", "1"]);
    folder
}

fn entities(index: &Path) -> String {
    pressmark(index, &["entities", "-n", "10000", "--format", "jsonl"])
}

#[test]
fn what_a_correction_changes_is_what_tagging_all_anew_gives() {
    let folder = corpus();
    let index = folder.path();
    let before = entities(index);
    for command in [
        &["merge", "place:malaysia", "place:kuala-lumpur"][..],
        &["hide", "Anwar Ibrahim", "place:malaysia"],
        &["alias", "place:penang", "island state"],
        &["split", "China", "China (in trade)", "--with", "Vietnam", "--with", "place:malaysia"],
        &["type", "Petronas", "facility"],
        &["rename", "新加坡", "Lion City"],
        &["hide", "facility:petronas", "organization:hs"],
        &["restore", "facility:petronas", "place:kuala-lumpur"],
        &["restore", "place:malaysia", "organization:hs"],
    ] {
        pressmark(index, &[&["entities"], command].concat());
        let after = entities(index);
        pressmark(index, &["reindex", "--threads", "1"]);
        assert_eq!(after, entities(index), "{command:?}");
        assert_ne!(after, before, "{command:?}");
    }
    let ids = ["person:anwar-ibrahim", "place:penang", "place:china", "place:singapore"];
    pressmark(index, &[&["entities", "restore"], &ids[..]].concat());
    assert_eq!(entities(index), before);
    assert!(!index.join("entities.toml").exists());
}

#[test]
fn a_crash_between_file_and_commit_is_mended_by_the_next_command() {
    let folder = corpus();
    let index = folder.path();
    let (file, beside) = (index.join("entities.toml"), index.join(".entities-after-none.toml"));
    let found = || {
        pressmark(index, &["query", "--entity", "place:penang", "-n", "1000", "--format", "csv"])
    };
    let alone = found();

    // Before the commit: the old state.
    fs::write(&beside, "[[entity]]\nid = 'place:johor'\nmerge = ['place:penang']\n").unwrap();
    assert_eq!(found(), alone);
    pressmark(index, &["entities", "merge", "place:johor", "place:penang"]);
    let both = found();
    assert!(both.len() > alone.len() && !beside.exists());

    // After it: the new state.
    fs::rename(&file, &beside).unwrap();
    assert_eq!(found(), both);
    let said = pressmark(index, &["entities", "corrections"]);
    assert!(said.contains("place:penang"), "{said}");
    pressmark(index, &["entities", "rename", "place:johor", "The South"]);
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("place:penang") && kept.contains("The South"), "{kept}");

    // An edit since then is not passed over.
    fs::write(&file, "[[entity]]\nid = 'place:johor'\nname = 'Johore'\n").unwrap();
    pressmark(index, &["entities", "apply"]);
    assert_eq!(found(), alone);
}

/// How many passages of an engine name an entity.
fn naming(engine: &dyn Engine, name: &str) -> u64 {
    let query = Query::Filter(Filter::Entity(name.to_owned()));
    engine.search(&SearchRequest::new(query)).unwrap().totals.passages
}

#[test]
fn an_index_knows_by_which_corrections_it_is_tagged() {
    let memory = Memory::new().unwrap();
    let mut writer = memory.writer(&bed::options()).unwrap();
    assert_eq!(writer.corrections(), None);
    let article = bed::article("a", "", &[("Huawei and Huawei", "trade", ""), ("ZTE", "", "")]);
    writer.put(&article, 7).unwrap();
    Box::new(writer).commit().unwrap();
    let mut before = memory.engine(desk::names).unwrap();
    assert_eq!(before.corrections(), "");

    let said = "[[entity]]\nid = 'organization:huawei'\nname = 'Hua'\nmerge = ['organization:zte']";
    let corrections = Corrections::from_toml(said, "entities.toml").unwrap();
    let taggers: Vec<Box<dyn Tagger>> = vec![Box::new(EntityTagger), Box::new(corrections.clone())];
    let mut writer = memory.writer(&bed::options()).unwrap();
    assert_eq!(writer.corrections(), Some(""));
    writer.correct_by(corrections.stamp());
    let threads = std::num::NonZeroUsize::MIN;
    let engine = memory.engine(desk::names).unwrap();
    let part = Part::Entities;
    let retag = Retag { engine: &engine, articles: None, taggers: &taggers, part, threads };
    retag.apply(Box::new(writer), &mut |_| {}).unwrap();

    let after = memory.engine(move |name: &str| corrections.called(name)).unwrap();
    assert_eq!(after.corrections().len(), 16);
    let held = after.article(&article.head.id).unwrap().unwrap();
    assert_eq!(held.passages[0].tags.sectors, article.passages[0].tags.sectors);
    for name in ["organization:huawei", "organization:zte", "Hua", "中兴", "华为"] {
        assert_eq!(naming(&after, name), 2, "{name}");
    }
    // Who opened it before sees what was then, by whatever names.
    assert_eq!(naming(&before, "Hua"), 0);
    before.look_up_by(|_| vec![EntityId::from_known("organization:zte")]);
    assert_eq!(naming(&before, "Hua"), 0);
}

#[test]
fn corrections_may_be_there_before_the_index_is() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = tempfile::Builder::new().prefix(".index-of-tests-").tempdir_in(root).unwrap();
    let said = "[[entity]]\nid = 'place:malaysia'\nhide = true\n";
    fs::write(folder.path().join("entities.toml"), said).unwrap();
    pressmark(folder.path(), &["index", "corpus/zh", "--threads", "1"]);
    assert!(!entities(folder.path()).contains("\"place:malaysia\""));
    assert_eq!(
        pressmark(folder.path(), &["entities", "apply"]),
        "0 passages in 0 articles changed\n"
    );
}
