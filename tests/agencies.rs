//! What agencies send, read from the samples of the IPTC: `fmt-ninjs` and `fmt-newsml-g2` of the
//! development data, which are not part of the project.
//!
//! Of every sample it is asked whether the article has what the sample carries, found here by means
//! of its own; of every sample that is to fail, whether it is refused.

use std::fs;
use std::path::{Path, PathBuf};

use pressmark::article::Article;
use pressmark::reader::{
    NewsmlReader, NinjsReader, NitfReader, Piece, ReadError, ReadOptions, Reader, SourcePath,
    for_source,
};
use serde_json::Value;

use crate::shared;

/// What is to fail for what is no concern of a reader: rights, advice, plans, places on a map, what
/// an earlier version did not have, and properties beyond the standard.
const ACCEPTED: [&str; 26] = [
    "1.0/014_type_component",
    "1.1/001_type_component",
    "1.4/005_bad_rightsinfo",
    "1.4/006_bad_rightsinfo",
    "1.5/002_bad_association",
    "1.x_dev/002_advice_wrongtypes",
    "1.x_dev/003_advice_wrongelements",
    "1.x_dev/004_linked_rights",
    "1.x_dev/005_encoded_rights",
    "1.x_dev/006_combined_rights",
    "2.0/001_bad_geojson",
    "2.0/002_bad_association",
    "2.1/001_bad_association",
    "2.1/002_good_association_but_no_name",
    "2.1/003_good_association_but_no_uri",
    "2.1/004_bad_rights",
    "2.x_dev/002_advice_wrongtypes",
    "2.x_dev/003_advice_wrongelements",
    "2.x_dev/004_linked_rights",
    "2.x_dev/005_encoded_rights",
    "2.x_dev/006_combined_rights",
    "3.0/001_bad_geojson",
    "3.0/002_bad_association",
    "3.0/003_event_with_conflicting_start",
    "3.0/004_event_with_renditions",
    "3.0/004_invalid_truncated_date",
];

fn read(reader: &dyn Reader, path: &Path) -> Vec<Result<Article, ReadError>> {
    let source = SourcePath::new(path, "sample");
    let piece = Piece::new(1, fs::read(path).unwrap());
    let mut read = Vec::new();
    reader.articles(&source, &piece, &ReadOptions::default(), &mut |one| {
        // A date that is none, as some samples have on purpose, is no failure.
        if !one.as_ref().is_err_and(ReadError::is_warning) {
            read.push(one);
        }
    });
    read
}

/// All files below `folder` with that ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|is| is == ending) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

/// Prints what became of a sample, and fails with all that it lacks.
fn told(name: &str, read: &Result<Article, ReadError>) {
    match read {
        Ok(article) => {
            let Article { head, blocks, .. } = article;
            println!(
                "{name}: {}, {} blocks, {} tags, by {:?}, from {:?}: {}",
                head.published.map_or("no date".to_owned(), |day| day.to_string()),
                blocks.len(),
                head.source_tags.len(),
                head.authors,
                head.source.as_deref().unwrap_or_default(),
                head.headline.as_deref().unwrap_or("(no headline)"),
            );
        }
        Err(error) => {
            let (path, _) = error.place();
            let path = format!("{}:", path.display());
            println!("{name}:{}", error.to_string().replace(&path, ""));
        }
    }
}

/// Whether an item of ninjs has anything that a person could read as its text or headline.
fn has_text(item: &Value) -> bool {
    let item = item.as_object().unwrap();
    item.iter().any(|(key, value)| {
        let is_text = ["body_", "description_", "headline_"].iter().any(|is| key.starts_with(is));
        let is_list = ["bodies", "descriptions", "headlines"].contains(&key.as_str());
        is_text || is_list && value != &Value::Array(vec![]) || key == "headline" || key == "title"
    })
}

/// What the article of `item` lacks.
fn lacks(item: &Value, article: &Article) -> Vec<&'static str> {
    let has = |keys: &[&str]| {
        item.as_object().unwrap().keys().any(|key| {
            keys.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(start) => key.to_lowercase().starts_with(start),
                None => key.to_lowercase() == *wanted,
            })
        })
    };
    let head = &article.head;
    let checks = [
        ("id", true, item["uri"].as_str().map(str::trim) == Some(head.id.as_str())),
        ("headline", has(&["headline*", "title"]), head.headline.is_some()),
        ("text", has(&["body_*", "bodies", "description*"]), !article.blocks.is_empty()),
        (
            "subjects",
            item["subject"][0].is_object() || item["subjects"][0].is_object(),
            !head.source_tags.is_empty(),
        ),
        ("version", has(&["version"]), head.edition.version.is_some()),
        ("updated", has(&["versioncreated"]), head.edition.updated.is_some()),
        ("embargoed", has(&["embargoed*"]), head.edition.embargoed.is_some()),
        ("authors", has(&["by", "byline"]) && item["by"] != "", !head.authors.is_empty()),
        ("place", has(&["located"]), head.dateline.is_some()),
    ];
    checks.into_iter().filter(|(_, wanted, is)| *wanted && !is).map(|(what, ..)| what).collect()
}

#[test]
fn every_valid_ninjs_is_read_with_what_it_carries() {
    let Some(folder) = shared::path("data/fmt-ninjs") else { return };
    let mut samples = files(&folder.join("examples"), "json");
    samples.extend(files(&folder.join("validation/test_suite"), "json"));
    samples.retain(|path| {
        let path = path.to_str().unwrap();
        !path.contains("should_fail") && !path.contains("schema")
            || path.contains("extension-example")
            || path.contains("should_pass")
    });
    let (mut n_read, mut n_bare, mut n_dated, mut lacking) = (0, 0, 0, Vec::new());
    let mut n_known = 0;
    for path in &samples {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let bytes = fs::read(path).unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        // By its content alone, as for any `.json`.
        let known = for_source(&SourcePath::new(path, "x"), &bytes[..bytes.len().min(8192)])
            .map(Reader::name);
        n_known += usize::from(known == Some("ninjs"));
        let is_plain = ["standard", "$standard", "bodies", "body_text", "versioncreated", "type"];
        if is_plain.iter().any(|key| value.get(key).is_some()) && known != Some("ninjs") {
            lacking.push(format!("{name}: read as {known:?}"));
        }
        let items = match value {
            Value::Array(items) => items,
            item => vec![item],
        };
        let all = read(&NinjsReader, path);
        for item in &items {
            let uri = item["uri"].as_str().unwrap().trim();
            let its =
                all.iter().find(|one| one.as_ref().is_ok_and(|of| of.head.id.as_str() == uri));
            let its = its.or_else(|| all.iter().find(|one| one.is_err())).unwrap();
            told(&name, its);
            match its {
                Ok(article) => {
                    n_read += 1;
                    n_dated += usize::from(article.head.published.is_some());
                    let lacks = lacks(item, article);
                    if !lacks.is_empty() {
                        lacking.push(format!("{name}: {lacks:?}"));
                    }
                }
                Err(ReadError::NoArticle { .. }) if !has_text(item) => n_bare += 1,
                Err(error) => lacking.push(format!("{name}: {error}")),
            }
        }
    }
    println!(
        "{} files, {n_known} known by content: {n_read} read, {n_dated} dated, {n_bare} without text",
        samples.len()
    );
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn ninjs_that_is_to_fail_is_refused() {
    let Some(folder) = shared::path("data/fmt-ninjs/validation/test_suite") else { return };
    let mut wrong = Vec::new();
    let (mut n_refused, mut n_bare, mut n_accepted) = (0, 0, 0);
    for path in files(&folder, "json") {
        let version = path.strip_prefix(&folder).unwrap().iter().next().unwrap().to_str().unwrap();
        if !path.to_str().unwrap().contains("should_fail") {
            continue;
        }
        let name = format!("{version}/{}", path.file_stem().unwrap().to_str().unwrap());
        let read = read(&NinjsReader, &path).remove(0);
        told(&name, &read);
        match read {
            Ok(_) if ACCEPTED.contains(&name.as_str()) => n_accepted += 1,
            Ok(_) => wrong.push(name),
            Err(ReadError::NoArticle { .. }) => n_bare += 1,
            Err(_) if ACCEPTED.contains(&name.as_str()) => wrong.push(name),
            Err(error) => {
                n_refused += 1;
                assert!(error.place().1.is_some(), "{name}");
            }
        }
    }
    println!("{n_refused} refused, {n_bare} without text, {n_accepted} accepted on purpose");
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_newsml_is_read_or_passed_over_with_a_reason() {
    let Some(folder) = shared::path("data/fmt-newsml-g2/examples") else { return };
    let mut lacking = Vec::new();
    let (mut n_articles, mut n_none, mut n_refused) = (0, 0, 0);
    for path in files(&folder, "xml") {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let is_whole = text.contains("<newsItem") || text.contains("<newsMessage");
        let is_other = ["<packageItem", "<conceptItem", "<knowledgeItem", "<planningItem"];
        let is_known = is_whole
            || text.contains("<catalogItem")
            || is_other.iter().any(|name| text.contains(name));
        let head = &text.as_bytes()[..text.len().min(8192)];
        let reader = for_source(&SourcePath::new(&path, "x"), head).map(Reader::name);
        if reader != is_known.then_some("newsml") {
            lacking.push(format!("{name}: read as {reader:?}"));
        }
        for read in read(&NewsmlReader, &path) {
            told(name, &read);
            match &read {
                Ok(article) => {
                    n_articles += 1;
                    let head = &article.head;
                    let checks = [
                        ("headline", "<headline", head.headline.is_some()),
                        ("date", "<versionCreated", head.published.is_some()),
                        ("updated", "<versionCreated", head.edition.updated.is_some()),
                        ("version", " version=\"", head.edition.version.is_some()),
                        ("text", "<p>", !article.blocks.is_empty()),
                        ("subjects", "\"medtop:", !head.source_tags.is_empty()),
                        ("provider", "<provider", head.source.is_some()),
                        ("embargoed", "<embargoed", head.edition.embargoed.is_some()),
                    ];
                    let lacks: Vec<_> = checks
                        .iter()
                        .filter(|(_, mark, is)| text.contains(mark) && !is)
                        .map(|(what, ..)| *what)
                        .collect();
                    if !lacks.is_empty() {
                        lacking.push(format!("{name}: {lacks:?}"));
                    }
                }
                Err(ReadError::NoArticle { .. }) => n_none += 1,
                Err(error) => {
                    n_refused += 1;
                    if is_whole {
                        lacking.push(format!("{name}: {error}"));
                    }
                }
            }
        }
    }
    println!("{n_articles} articles, {n_none} passed over, {n_refused} refused");
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

/// NITF comes within ninjs and NewsML there; taken out, it is a document of its own.
#[test]
fn nitf_taken_out_of_its_envelope_is_read_alone() {
    let Some(folder) = shared::path("data") else { return };
    let mut documents = Vec::new();
    for path in files(&folder.join("fmt-newsml-g2/examples"), "xml") {
        let text = fs::read_to_string(&path).unwrap();
        if let (Some(from), Some(to)) = (text.find("<nitf"), text.find("</nitf>")) {
            documents.push((path, text[from..to + "</nitf>".len()].to_owned()));
        }
    }
    for path in files(&folder.join("fmt-ninjs/examples/3.0"), "json") {
        let value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let bodies = value["bodies"].as_array().cloned().unwrap_or_default();
        let nitf = bodies.iter().find(|body| body["role"] == "nitf");
        documents.extend(nitf.map(|body| (path, body["value"].as_str().unwrap().to_owned())));
    }
    assert!(documents.len() >= 5, "{}", documents.len());
    for (path, text) in documents {
        assert_eq!(
            for_source(&SourcePath::stdin(), text.as_bytes()).map(Reader::name),
            Some("nitf")
        );
        let piece = Piece::new(1, text.clone());
        let source = SourcePath::new("a.nitf", "a.nitf");
        NitfReader.articles(&source, &piece, &ReadOptions::default(), &mut |read| {
            told(path.file_name().unwrap().to_str().unwrap(), &read);
            let article = read.unwrap();
            assert!(article.head.headline.is_some() && !article.blocks.is_empty());
            assert_eq!(text.contains("tobject.subject"), !article.head.source_tags.is_empty());
            assert_eq!(text.contains("date.issue"), article.head.published.is_some());
        });
    }
}
