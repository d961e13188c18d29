//! Corrections of entities as the binary makes them: only some articles are tagged anew, and the
//! index is then what tagging all of them gives; a crash between file and commit misleads no one.

use std::fs;
use std::path::Path;
use std::process::Command;

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
