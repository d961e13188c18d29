//! Attributed statements measured on sentences written for it, `gold/statements.jsonl`: 29 passages
//! in English, 23 in Chinese, 21 in Malay, each shape of attribution and what only looks like one.
//!
//! A statement is right if its speaker, its cue, all of what was said and whether it is quoted are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pressmark::article::{Article, ArticleHead, ArticleId, Block, BlockKind, Lang, LineRange};
use pressmark::passage::{self, SplitOptions};
use pressmark::tag::{Statement, Tags};
use serde::Deserialize;

use crate::desk;

const LEAST_PRECISION: f64 = 0.97;
const LEAST_RECALL: f64 = 0.95;

#[derive(Deserialize)]
struct Row {
    id: String,
    lang: String,
    text: String,
    statements: Vec<Said>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Said {
    speaker: String,
    cue: String,
    statement: String,
    direct: bool,
}

impl Said {
    fn of(statement: &Statement, text: &str) -> Self {
        Self {
            speaker: statement.speaker.of(text).to_owned(),
            cue: statement.cue.of(text).to_owned(),
            statement: statement.span.of(text).to_owned(),
            direct: statement.direct,
        }
    }
}

/// The tags of a passage that is an article by itself.
pub(crate) fn tags(lang: &str, text: &str) -> Tags {
    let head = ArticleHead {
        id: ArticleId::new("row").unwrap(),
        headline: None,
        published: None,
        lang: Lang::new(lang),
        source: None,
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: Vec::new(),
        edition: Default::default(),
        unit: Default::default(),
    };
    let lines = LineRange { first: 1, last: 1 };
    let blocks = vec![Block { kind: BlockKind::Paragraph, text: text.to_owned(), lines }];
    let passages = passage::split(
        &Article { head: head.clone(), blocks, withdrawn: false, dropped: Vec::new() },
        SplitOptions::default(),
    );
    let mut tags = vec![Tags::default(); passages.len()];
    for tagger in desk::taggers() {
        tagger.tag(&head, &passages, &mut tags);
    }
    tags.swap_remove(0)
}

#[test]
fn who_says_what_is_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold/statements.jsonl");
    let (mut right, mut found, mut wanted) = (0, 0, 0);
    let mut wrong = String::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let row: Row = serde_json::from_str(line).unwrap();
        let tags = tags(&row.lang, &row.text);
        let given: BTreeSet<Said> =
            tags.statements.iter().map(|one| Said::of(one, &row.text)).collect();
        assert_eq!(given.len(), tags.statements.len(), "{}: one twice", row.id);
        let want: BTreeSet<Said> = row.statements.into_iter().collect();
        (found, wanted) = (found + given.len(), wanted + want.len());
        right += given.intersection(&want).count();
        for one in want.difference(&given) {
            wrong += &format!("{}: missed {one:?}\n", row.id);
        }
        for one in given.difference(&want) {
            wrong += &format!("{}: false {one:?}\n", row.id);
        }
    }
    let precision = right as f64 / found as f64;
    let recall = right as f64 / wanted as f64;
    println!("statements: {right} right of {found} found, {wanted} wanted\n{wrong}");
    assert!(precision >= LEAST_PRECISION, "precision {precision:.3}\n{wrong}");
    assert!(recall >= LEAST_RECALL, "recall {recall:.3}\n{wrong}");
}

#[test]
fn a_speaker_who_is_tagged_is_linked_and_a_pronoun_stands_for_them() {
    for (lang, text, want) in [
        (
            "en",
            "Anwar Ibrahim said taxes would fall. He added that fuel would cost less.",
            &["Anwar Ibrahim", "Anwar Ibrahim"][..],
        ),
        ("zh", "外交部发言人林剑表示，双方会谈。他还说，会谈很重要。", &["林剑", "林剑"]),
        ("ms", "Petronas berkata kebocoran telah dihentikan.", &["Petronas"]),
        (
            "en",
            "Anwar Ibrahim and Wang Yi said trade would grow. He added that it must.",
            &["Anwar Ibrahim", "Wang Yi"],
        ),
    ] {
        let tags = tags(lang, text);
        let names: Vec<&str> = tags.statements.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, want, "{text}");
        for statement in &tags.statements {
            let known = tags.mentions.iter().any(|one| Some(&one.id) == statement.entity.as_ref());
            assert!(known, "{text}: {statement:?}");
        }
    }
}
