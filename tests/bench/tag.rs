//! How fast passages are tagged on one thread, in MB of text a second, by language and tagger; and how
//! long the first passage of a process takes, tables and models read.
//!
//!     cargo bench --bench tag
//!
//! The text is that of the bundled corpus, over and over, each time as other articles would come: no
//! tagger keeps anything from one article to the next.

#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use pressmark::article::ArticleHead;
use pressmark::ingest::{Again, Ingest, IngestOptions, Met, Stop};
use pressmark::passage::{Passage, SplitOptions};
use pressmark::reader::{Origin, ReadOptions};
use pressmark::tag::Tags;
use pressmark::tagger::Tagger;
use pressmark::tagger::entities::EntityTagger;
use pressmark::tagger::sectors::{SectorTagger, Taxonomy};

/// Seconds each figure is measured for.
const SECONDS: f64 = 2.0;

fn main() {
    let articles = articles();
    let begun = Instant::now();
    let sectors = SectorTagger::new(Taxonomy::builtin());
    let entities = EntityTagger::default();
    let built = begun.elapsed();
    let (head, passages) = &articles["en"][0];
    tag(&[&sectors, &entities], head, &passages[..1]);
    println!(
        "taggers made in {:.1} ms, the first passage tagged by {:.1} ms",
        built.as_secs_f64() * 1e3,
        begun.elapsed().as_secs_f64() * 1e3
    );
    println!("language   sectors  entities      both   MB/s on one thread");
    for (lang, articles) in &articles {
        let speed = |taggers: &[&dyn Tagger]| {
            let (begun, mut bytes) = (Instant::now(), 0);
            while begun.elapsed().as_secs_f64() < SECONDS {
                for (head, passages) in articles {
                    tag(taggers, head, passages);
                    bytes += passages.iter().map(|passage| passage.text.len()).sum::<usize>();
                }
            }
            bytes as f64 / 1e6 / begun.elapsed().as_secs_f64()
        };
        println!(
            "{lang:<8} {:>9.1} {:>9.1} {:>9.1}",
            speed(&[&sectors]),
            speed(&[&entities]),
            speed(&[&sectors, &entities])
        );
    }
}

fn tag(taggers: &[&dyn Tagger], head: &ArticleHead, passages: &[Passage]) {
    let mut tags = vec![Tags::default(); passages.len()];
    taggers.iter().for_each(|tagger| tagger.tag(head, passages, &mut tags));
    black_box(&tags);
}

/// The articles of the corpus by language, cut into passages.
fn articles() -> BTreeMap<String, Vec<(ArticleHead, Vec<Passage>)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let ingest = Ingest {
        paths: vec![root.join("corpus")],
        options: IngestOptions {
            origin: Origin { working: root.clone(), base: root },
            read: ReadOptions::default(),
            split: SplitOptions::default(),
            lang: None,
            source: None,
            reader: None,
            threads: NonZeroUsize::MIN,
        },
        again: Again::default(),
        stop: Stop::default(),
    };
    let mut articles: BTreeMap<String, Vec<_>> = BTreeMap::new();
    ingest.tag(&[], &mut |tagged| {
        if let Met::Article(article) = tagged {
            let lang = article.head.lang.to_string();
            let passages = article.passages.into_iter().map(|one| one.passage).collect();
            articles.entry(lang).or_default().push((article.head, passages));
        }
        ControlFlow::Continue(())
    });
    articles
}
