//! Beds for engines: places to keep an index, and articles to put there.

use std::num::NonZeroUsize;

use jiff::civil::date;
use pressmark::article::{ArticleHead, ArticleId, BlockKind, Lang, LineRange};
use pressmark::engine::embedded::{EmbeddedEngine, EmbeddedWriter, Memory};
use pressmark::engine::{Engine, EngineError, SectorCard, TaxonomyCard, WriteOptions, Writer};
use pressmark::passage::{Passage, Span};
use pressmark::tag::{
    EntityId, EntityType, Evidence, Mention, SectorId, SectorTag, TaggedArticle, TaggedPassage,
    Tags, Via,
};

/// A place to keep an index, and a way to open it again.
pub(crate) trait Bed {
    fn writer(&self) -> Box<dyn Writer>;
    fn engine(&self) -> Box<dyn Engine>;
}

pub(crate) struct InMemory(pub(crate) Memory);

impl Bed for InMemory {
    fn writer(&self) -> Box<dyn Writer> {
        Box::new(self.0.writer(&options()).unwrap())
    }
    fn engine(&self) -> Box<dyn Engine> {
        Box::new(self.0.engine(names).unwrap())
    }
}

pub(crate) struct OnDisk(pub(crate) tempfile::TempDir);

impl Bed for OnDisk {
    fn writer(&self) -> Box<dyn Writer> {
        // A process that another test starts shares our files, locks among them, until it is the
        // program it is to be; so a lock may outlive its writer by a moment.
        for _ in 0..100_000 {
            match EmbeddedWriter::open_or_create(self.0.path(), &options(), "a test") {
                Err(EngineError::Locked { .. }) => std::thread::yield_now(),
                opened => return Box::new(opened.unwrap()),
            }
        }
        panic!("the lock of the last writer is never free");
    }
    fn engine(&self) -> Box<dyn Engine> {
        Box::new(EmbeddedEngine::open(self.0.path(), names).unwrap())
    }
}

pub(crate) fn beds() -> Vec<(&'static str, Box<dyn Bed>)> {
    vec![
        ("in memory", Box::new(InMemory(Memory::new().unwrap()))),
        ("on disk", Box::new(OnDisk(tempfile::tempdir().unwrap()))),
    ]
}

pub(crate) fn options() -> WriteOptions {
    let sector = |id: &str| SectorCard {
        id: SectorId::new(id).unwrap(),
        labels: vec![("en".to_owned(), id.to_owned())],
    };
    WriteOptions {
        budget_bytes: 30_000_000,
        threads: NonZeroUsize::new(2).unwrap(),
        taxonomy: TaxonomyCard {
            fingerprint: "test".to_owned(),
            sectors: ["energy", "energy/coal", "energy/nuclear", "trade"].map(sector).to_vec(),
        },
    }
}

pub(crate) fn names(name: &str) -> Vec<EntityId> {
    match name {
        "华为" | "Huawei" => vec![EntityId::from_known("organization:huawei")],
        _ => Vec::new(),
    }
}

/// An article of these passages: text, sector, surface form of Huawei in it.
pub(crate) fn article(id: &str, headline: &str, passages: &[(&str, &str, &str)]) -> TaggedArticle {
    article_in("en", id, headline, passages)
}

pub(crate) fn article_in(
    lang: &str,
    id: &str,
    headline: &str,
    passages: &[(&str, &str, &str)],
) -> TaggedArticle {
    let head = ArticleHead {
        id: ArticleId::new(id).unwrap(),
        headline: Some(headline.to_owned()),
        published: id.strip_prefix("day-").map(|day| date(2025, 4, day.parse().unwrap())),
        lang: Lang::new(lang),
        source: Some("Pressmark Wire".to_owned()),
        url: None,
        authors: Vec::new(),
        dateline: None,
        section: None,
        source_tags: vec!["Business".to_owned()],
        edition: Default::default(),
        unit: Default::default(),
    };
    let passages = (0..).zip(passages).map(|(ordinal, (text, sector, name))| {
        let sectors = SectorId::new(sector).map(|id| SectorTag {
            id,
            score: 1.0,
            evidence: vec![Evidence {
                rule: "strong: x".to_owned(),
                span: Span::new(text, 0, 1).unwrap(),
            }],
        });
        let mention = (!name.is_empty()).then(|| {
            let at = text.find(name).unwrap();
            Mention {
                id: EntityId::from_known("organization:huawei"),
                name: "Huawei".to_owned(),
                kind: EntityType::Organization,
                span: Span::new(text, at, at + name.len()).unwrap(),
                via: Via::Gazetteer,
                demonym: false,
            }
        });
        TaggedPassage {
            passage: Passage {
                ordinal,
                kind: BlockKind::Paragraph,
                text: (*text).to_owned(),
                source_lines: vec![LineRange { first: ordinal + 1, last: ordinal + 1 }],
            },
            tags: Tags {
                sectors: sectors.into_iter().collect(),
                mentions: mention.into_iter().collect(),
                statements: Vec::new(),
            },
        }
    });
    TaggedArticle { head, passages: passages.collect() }
}

pub(crate) fn fill(bed: &dyn Bed, articles: &[TaggedArticle]) -> u64 {
    let mut writer = bed.writer();
    for article in articles {
        writer.put(article, 1).unwrap();
    }
    writer.commit().unwrap()
}
