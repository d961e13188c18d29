//! Archives of crawls, good ones and broken ones, read: `fmt-warc` of the development data, which is
//! not part of the project.

use std::ops::ControlFlow;
use std::path::Path;

use pressmark::reader::{Opened, Opening, ReadError, ReadOptions, SourcePath, open};

use crate::shared;

/// What is in the file at `path`: each article as `id day headline`, each that is left out as `- why`,
/// each fault as `! what`.
fn read(path: &Path) -> Vec<String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap();
    let mut seen = Vec::new();
    let _: Opening = open(SourcePath::new(path, name), None, &mut |opened| {
        match opened {
            Ok(Opened { source, reader, input }) => {
                reader.pieces(&source, input, &mut |piece| {
                    match piece {
                        Ok(piece) => {
                            reader.articles(
                                &source,
                                &piece,
                                &ReadOptions::default(),
                                &mut |read| {
                                    seen.push(match read {
                                        Ok(article) => {
                                            let head = article.head;
                                            let day = head.published.map(|day| day.to_string());
                                            let day = day.unwrap_or_default();
                                            let title = head.headline.unwrap_or_default();
                                            format!("{} {day} {title}", head.id)
                                        }
                                        Err(error) => format!("! {error}"),
                                    });
                                },
                            );
                        }
                        Err(error) => seen.push(fault(&error)),
                    }
                    ControlFlow::Continue(())
                });
            }
            Err(ReadError::Skipped { why, .. }) => seen.push(format!("- {why}")),
            Err(error) => seen.push(fault(&error)),
        }
        ControlFlow::Continue(())
    });
    let folder = format!("{}/", path.parent().unwrap().display());
    seen.iter().map(|line| line.replace(&folder, "")).collect()
}

/// What is wrong, with the cause.
fn fault(error: &ReadError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("! {error}: {cause}"),
        None => format!("! {error}"),
    }
}

/// The files, in order of name, each with how many articles it has and what its faults say. One of the
/// good ones has nothing but what was asked, one a picture, one what a program was answered.
const FILES: [(&str, usize, &[&str]); 16] = [
    (
        "bad.arc",
        0,
        &[
            "unreadable at byte 0: the length of the record is `-1`",
            "unreadable at byte 134: the length of the record is `-1`",
            "is empty",
            "unreadable at byte 262: the length of the record is `abc`",
        ],
    ),
    ("example-bad-non-chunked.warc.gz", 1, &[]),
    ("example-bad.warc.gz.bad", 1, &[]),
    ("example-digest.warc", 0, &[]),
    ("example-iana.org-chunked.warc", 1, &[]),
    ("example-resource.warc.gz", 1, &[]),
    ("example-space-in-target-uri.warc.gz", 0, &[]),
    ("example-space-in-url.arc", 1, &[]),
    // Its one page was cut, and the two bytes after it are of no record.
    ("example-trunc.warc", 0, &["cannot read", "unreadable at byte 2560: wanted the header"]),
    ("example-wget-bad-target-uri.warc.gz", 1, &[]),
    ("example-wrong-chunks.warc.gz", 1, &[]),
    ("example.arc", 1, &[]),
    ("example.arc.gz", 1, &[]),
    ("example.warc", 1, &[]),
    ("example.warc.gz", 1, &[]),
    ("post-test.warc.gz", 0, &[]),
];

#[test]
fn archives_of_crawls_are_read_and_what_is_broken_in_them_is_named() {
    let Some(folder) = shared::path("data/fmt-warc/warcio") else { return };
    let (mut n_articles, mut n_faults, mut n_skipped) = (0, 0, 0);
    for (name, articles, faults) in FILES {
        let seen = read(&folder.join(name));
        let (found, rest): (Vec<_>, Vec<_>) =
            seen.iter().partition(|line| !line.starts_with(['-', '!']));
        let (named, skipped): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|line| line.starts_with('!'));
        assert_eq!((found.len(), named.len()), (articles, faults.len()), "{name}: {seen:#?}");
        for (line, fault) in named.iter().zip(faults) {
            assert!(line.contains(fault), "{name}: {line}");
        }
        for article in &found {
            let (id, rest) = article.split_once(" 20").unwrap();
            assert!(id.starts_with("http://"), "{name}: {article}");
            let title = ["Example Domain", "Internet Assigned Numbers Authority"];
            assert!(title.iter().any(|title| rest.ends_with(title)), "{name}: {article}");
        }
        n_articles += found.len();
        n_faults += named.len();
        n_skipped += skipped.len();
    }
    println!(
        "{} files: {n_articles} articles, {n_faults} faults named, {n_skipped} left out with a reason",
        FILES.len()
    );
}
