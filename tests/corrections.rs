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

/// Every passage with its tags, in an order that scores do not decide.
fn passages(index: &Path) -> Vec<String> {
    let langs = ["--lang", "en", "--lang", "zh", "--lang", "ms"];
    let all = [&["query"], &langs[..], &["-n", "10000", "--sort", "date", "--format", "jsonl"]];
    let lines = pressmark(index, &all.concat());
    lines.lines().filter(|line| line.contains("\"type\":\"hit\"")).map(str::to_owned).collect()
}

/// Fails with the first passage that differs.
fn assert_same(some: &[String], others: &[String], what: &str) {
    let differs = some.iter().zip(others).find(|(one, other)| one != other);
    assert_eq!(differs, None, "{what}");
    assert_eq!(some.len(), others.len(), "{what}");
}

#[test]
fn what_a_correction_changes_is_what_tagging_all_anew_gives() {
    let folder = corpus();
    let index = folder.path();
    let (before, tagged_before) = (entities(index), passages(index));
    for command in [
        &["merge", "place:malaysia", "place:kuala-lumpur"][..],
        &["hide", "Anwar Ibrahim", "place:malaysia"],
        &["alias", "place:penang", "island state"],
        &["split", "China", "China (in trade)", "--with", "Vietnam", "--with", "place:malaysia"],
        &["type", "Petronas", "facility"],
        &["rename", "新加坡", "Lion City"],
        &["hide", "facility:petronas", "organization:atomic-energy-licensing-board"],
        &["restore", "facility:petronas", "place:kuala-lumpur"],
        &["restore", "place:malaysia", "organization:atomic-energy-licensing-board"],
        // Nationalities come back too.
        &["hide", "place:japan"],
        &["restore", "place:japan"],
    ] {
        pressmark(index, &[&["entities"], command].concat());
        let (after, tagged) = (entities(index), passages(index));
        pressmark(index, &["reindex", "--threads", "1"]);
        assert_eq!(after, entities(index), "{command:?}");
        assert_same(&tagged, &passages(index), &format!("{command:?}"));
        assert_ne!(after, before, "{command:?}");
    }
    let ids = ["person:anwar-ibrahim", "place:penang", "place:china", "place:singapore"];
    pressmark(index, &[&["entities", "restore"], &ids[..]].concat());
    assert_eq!(entities(index), before);
    assert_same(&passages(index), &tagged_before, "all taken back");
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
    let taggers: Vec<Box<dyn Tagger>> =
        vec![Box::new(EntityTagger::default()), Box::new(corrections.clone())];
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

#[test]
fn who_says_what_follows_corrections() {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    for (name, text) in [
        ("tax.txt", "Anwar Ibrahim said taxes would fall. He added that fuel would cost less."),
        ("trade.txt", "“Trade will grow,” said Wang Yi."),
        ("oil.txt", "The local oil firm said it would drill less."),
    ] {
        fs::write(news.join(name), text).unwrap();
    }
    let index = &folder.path().join("index");
    pressmark(index, &["index", news.to_str().unwrap(), "--threads", "1"]);
    // How many statements passages found by a speaker have, by the speaker's name and id.
    let said_by = |speaker: &str| -> Vec<(String, String)> {
        let query = format!("said-by:\"{speaker}\"");
        let output = Command::new(env!("CARGO_BIN_EXE_pressmark"))
            .args(["query", &query, "--format", "json", "--index"])
            .arg(index)
            .output()
            .expect("it starts");
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let statements = found["hits"].as_array().unwrap().iter().flat_map(|hit| {
            hit["statements"].as_array().unwrap().iter().map(|one| {
                let text = |key: &str| one[key].as_str().unwrap_or("").to_owned();
                (text("name"), text("entity"))
            })
        });
        statements.collect()
    };
    let pair = |name: &str, id: &str| (name.to_owned(), id.to_owned());
    let anwar = pair("Anwar Ibrahim", "person:anwar-ibrahim");
    let wang = pair("Wang Yi", "person:wang-yi");
    let firm = pair("local oil firm", "");
    let twice = |one: &(String, String)| vec![one.clone(), one.clone()];
    assert_eq!(said_by("Anwar Ibrahim"), twice(&anwar));
    assert_eq!(said_by("王毅"), vec![wang.clone()]);
    assert_eq!(said_by("oil firm"), vec![firm.clone()]);
    let correct = |args: &[&str]| pressmark(index, &[&["entities"], args].concat());

    // Another name finds them, and so do the words that stand there and the id.
    correct(&["rename", "person:anwar-ibrahim", "The Prime Minister"]);
    let named = pair("The Prime Minister", "person:anwar-ibrahim");
    for speaker in ["prime minister", "Anwar", "person:anwar-ibrahim"] {
        assert_eq!(said_by(speaker), twice(&named), "{speaker}");
    }

    // Who is merged is found as the other, and by every name of both.
    correct(&["merge", "person:wang-yi", "person:anwar-ibrahim"]);
    let all = said_by("person:wang-yi");
    assert_eq!(all, [twice(&wang), vec![wang.clone()]].concat());
    for speaker in ["王毅", "person:anwar-ibrahim", "The Prime Minister"] {
        assert_eq!(said_by(speaker), all, "{speaker}");
    }

    // What was a phrase is an entity by an alias; a type changes the id; who is hidden is none.
    correct(&["restore", "person:wang-yi"]);
    correct(&["alias", "Petronas", "local oil firm"]);
    assert_eq!(said_by("国油"), [pair("Petronas", "organization:petronas")]);
    correct(&["type", "person:wang-yi", "organization"]);
    assert_eq!(said_by("person:wang-yi"), [pair("Wang Yi", "organization:wang-yi")]);
    correct(&["hide", "organization:petronas"]);
    assert_eq!(said_by("organization:petronas"), []);
    assert_eq!(said_by("oil firm"), [firm]);

    // All of it is what indexing by the same corrections gives.
    let tagged = passages(index);
    pressmark(index, &["reindex", "--threads", "1"]);
    assert_same(&passages(index), &tagged, "tagged anew");
    correct(&["restore", "person:anwar-ibrahim", "organization:wang-yi", "Petronas"]);
    assert_eq!(said_by("Anwar Ibrahim"), twice(&anwar));
    assert_eq!(said_by("王毅"), [wang]);
}
