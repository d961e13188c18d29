//! Archives of crawls, good ones and broken ones, read: `fmt-warc` of the development data, which is
//! not part of the project.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use pressmark::reader::{Opened, ReadError, ReadOptions, SourcePath, open};

use crate::shared;

/// What is in the file at `path`: each article as `id day headline`, each that is left out as `- why`,
/// each fault as `! what`.
fn read(path: &Path) -> Vec<String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap();
    let mut seen = Vec::new();
    let _: ControlFlow<()> = open(SourcePath::new(path, name), None, &mut |opened| {
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

#[test]
fn archives_of_crawls_are_read_and_what_is_broken_in_them_is_named() {
    let Some(folder) = shared::path("data/fmt-warc/warcio") else { return };
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.file_name().is_some_and(|name| name != "LICENSE"));
    files.sort();
    for file in &files {
        println!("{}", file.file_name().unwrap().display());
        for line in read(file) {
            println!("    {line}");
        }
    }
}
