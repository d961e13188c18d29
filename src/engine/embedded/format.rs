//! The layout of an index: its version, its fields, and what it says about itself.
//!
//! History of [`FORMAT`], one line a version:
//!
//! - 1: the first.
//! - 2: positions say which word of its stem stood there; a vocabulary in place of the words of
//!   every passage.
//! - 3: who says what in a passage (`said_by`).
//! - 4: where in a passage entities stand (`mention`).

use std::borrow::Cow;
use std::io::Write as _;

use serde::{Deserialize, Serialize};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};

use crate::analysis::Analyzer;
use crate::article::ArticleHead;
use crate::engine::TaxonomyCard;
use crate::query::Zone;
use crate::tag::TaggedPassage;

/// Version of the layout. An index of another version is refused.
pub const FORMAT: u32 = 4;

/// What an index says about itself, kept as the payload of each commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Card {
    /// [`FORMAT`] at the time.
    pub(super) format: u32,
    /// [`crate::analysis::VERSION`] at the time.
    pub(super) analysis: u32,
    /// Number of the commit.
    pub(super) generation: u64,
    /// Live passages.
    pub(super) passages: u64,
    /// Live articles.
    pub(super) articles: u64,
    /// Terms of live passages by zone and analyzer. Kept by ourselves because those of the storage
    /// library depend on which deleted passages have been merged away, and scores must not.
    pub(super) lengths: Lengths,
    /// The taxonomy the passages are tagged by.
    pub(super) taxonomy: TaxonomyCard,
    /// Stamp of the corrections that all passages are tagged by; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) corrections: String,
}

/// Sums of field lengths: for each analyzer, passages and their terms in text and headline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lengths([Length; Analyzer::ALL.len()]);

/// One analyzer's part of [`Lengths`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Length {
    /// Passages.
    pub(super) passages: u64,
    /// Terms of their texts.
    pub(super) text: u64,
    /// Terms of their headlines.
    pub(super) headline: u64,
}

impl Lengths {
    /// The part of `analyzer`.
    pub(super) fn of(&mut self, analyzer: Analyzer) -> &mut Length {
        &mut self.0[analyzer as usize]
    }

    /// The mean number of terms of a field, at least 1.
    pub(super) fn mean(&self, analyzer: Analyzer, zone: Zone) -> f64 {
        let length = self.0[analyzer as usize];
        let terms = match zone {
            Zone::Text => length.text,
            Zone::Headline => length.headline,
        };
        (terms as f64 / length.passages.max(1) as f64).max(1.0)
    }
}

/// What is stored of a passage: all that a hit shows, and all that tagging it anew needs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct StoredPassage<'a> {
    /// Its article.
    pub(super) head: Cow<'a, ArticleHead>,
    /// How many passages the article has.
    pub(super) of: u32,
    /// The passage with its tags.
    pub(super) passage: Cow<'a, TaggedPassage>,
}

impl StoredPassage<'_> {
    /// Writes the JSON of a stored passage to `out`, in place of what it held. The head comes as
    /// JSON, because it is the same for all passages of an article.
    pub(super) fn write(out: &mut Vec<u8>, head: &str, of: usize, passage: &TaggedPassage) {
        out.clear();
        let passage = serde_json::to_string(passage).expect("plain values have a JSON form");
        let written = write!(out, r#"{{"head":{head},"of":{of},"passage":{passage}}}"#);
        written.expect("memory can be written to");
    }
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Stems, with frequencies and positions, by zone and analyzer. Positions are as
    /// [`super::forms`] says.
    stems: [[Field; Analyzer::ALL.len()]; 2],
    /// Words as written (folded), by zone: those that have no number; see [`super::forms`].
    words: [[Option<Field>; Analyzer::ALL.len()]; 2],
    /// The vocabulary: words, and stems with their words and numbers.
    vocabulary: [Option<[Field; 2]>; Analyzer::ALL.len()],
    /// Id of the article.
    pub(super) article: Field,
    /// Place of the passage in its article. The passages of an article are stored side by side, so
    /// this also tells where the article begins.
    pub(super) ordinal: Field,
    /// Fingerprint of the article.
    pub(super) fingerprint: Field,
    /// Terms of the text.
    pub(super) text_length: Field,
    /// Terms of the headline.
    pub(super) headline_length: Field,
    /// Day of publication, in days from 1970-01-01.
    pub(super) day: Field,
    /// Language.
    pub(super) lang: Field,
    /// Publisher as written, for counting.
    pub(super) source: Field,
    /// Publisher folded, for finding.
    pub(super) source_key: Field,
    /// Sectors with everything above them.
    pub(super) sector: Field,
    /// Entity ids.
    pub(super) entity: Field,
    /// Entity types.
    pub(super) entity_type: Field,
    /// Names of entities, folded: canonical ones and those of the text.
    pub(super) entity_name: Field,
    /// `id TAB name`, so that a name can be listed for an id.
    pub(super) entity_label: Field,
    /// Entity ids and types where they stand; see [`super::mentions`].
    pub(super) mention: Field,
    /// Speakers: ids and words; see [`super::speakers`].
    pub(super) said_by: Field,
    /// Labels of the source, folded.
    pub(super) source_tag: Field,
    /// The [`StoredPassage`] as JSON.
    pub(super) stored: Field,
}

/// Tokenizer of a field of terms that were cut beforehand; see [`super::terms`].
pub(super) const TERMS: &str = "pressmark_terms";

impl Fields {
    /// The field of stems.
    pub(super) fn stems(&self, zone: Zone, analyzer: Analyzer) -> Field {
        self.stems[zone as usize][analyzer as usize]
    }

    /// The field of words that are indexed as written; `None` where the stems are the words.
    pub(super) fn words(&self, zone: Zone, analyzer: Analyzer) -> Option<Field> {
        self.words[zone as usize][analyzer as usize]
    }

    /// The field of the vocabulary's words; `None` where the stems are the words.
    pub(super) fn vocabulary(&self, analyzer: Analyzer) -> Option<Field> {
        self.vocabulary[analyzer as usize].map(|[words, _]| words)
    }

    /// The field of the vocabulary's stems with their words and numbers.
    pub(super) fn forms(&self, analyzer: Analyzer) -> Option<Field> {
        self.vocabulary[analyzer as usize].map(|[_, forms]| forms)
    }

    /// The schema and its fields.
    pub(super) fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let stems = [Zone::Text, Zone::Headline].map(|zone| {
            Analyzer::ALL.map(|analyzer| {
                let name = format!("{}_{}", zone_name(zone), analyzer.suffix());
                positional(&mut builder, &name)
            })
        });
        let words = [Zone::Text, Zone::Headline].map(|zone| {
            Analyzer::ALL.map(|analyzer| {
                if analyzer == Analyzer::Plain {
                    return None;
                }
                let name = format!("{}_words_{}", zone_name(zone), analyzer.suffix());
                Some(builder.add_text_field(&name, keyword(TERMS, false)))
            })
        });
        let vocabulary = Analyzer::ALL.map(|analyzer| {
            if analyzer == Analyzer::Plain {
                return None;
            }
            let suffix = analyzer.suffix();
            Some(
                ["words", "forms"]
                    .map(|name| raw(&mut builder, &format!("{name}_{suffix}"), false)),
            )
        });
        let fields = Self {
            stems,
            words,
            vocabulary,
            article: raw(&mut builder, "article", true),
            ordinal: builder.add_u64_field("ordinal", FAST),
            fingerprint: builder.add_u64_field("fingerprint", FAST),
            text_length: builder.add_u64_field("text_length", FAST),
            headline_length: builder.add_u64_field("headline_length", FAST),
            day: builder.add_i64_field("day", FAST | INDEXED),
            lang: raw(&mut builder, "lang", true),
            source: builder.add_text_field("source", TextOptions::default().set_fast("raw")),
            source_key: raw(&mut builder, "source_key", false),
            sector: raw(&mut builder, "sector", true),
            entity: raw(&mut builder, "entity", true),
            entity_type: raw(&mut builder, "entity_type", false),
            entity_name: raw(&mut builder, "entity_name", false),
            entity_label: raw(&mut builder, "entity_label", false),
            mention: builder.add_text_field("mention", placed()),
            said_by: positional(&mut builder, "said_by"),
            source_tag: raw(&mut builder, "source_tag", false),
            stored: builder.add_bytes_field("stored", STORED),
        };
        (builder.build(), fields)
    }
}

fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Text => "text",
        Zone::Headline => "headline",
    }
}

/// A field of terms that stand in an order.
fn positional(builder: &mut SchemaBuilder, name: &str) -> Field {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TERMS)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

/// Tokenizer of the field of mentions; see [`super::mentions`].
pub(super) const MENTIONS: &str = "pressmark_mentions";

/// A field of terms with numbers; how many they are is nothing to score by.
fn placed() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(MENTIONS)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    TextOptions::default().set_indexing_options(indexing)
}

fn raw(builder: &mut SchemaBuilder, name: &str, fast: bool) -> Field {
    builder.add_text_field(name, keyword("raw", fast))
}

/// A field of whole terms that are only ever present or not.
fn keyword(tokenizer: &str, fast: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let options = TextOptions::default().set_indexing_options(indexing);
    if fast { options.set_fast("raw") } else { options }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, BlockKind, Lang, Unit};
    use crate::passage::Passage;
    use crate::tag::Tags;

    #[test]
    fn what_is_stored_is_read_back() {
        let head = ArticleHead {
            id: ArticleId::new("a \"quoted\" id").unwrap(),
            headline: Some("國際論壇\n".to_owned()),
            published: None,
            lang: Lang::new("zh"),
            source: None,
            url: None,
            authors: Vec::new(),
            dateline: None,
            section: None,
            source_tags: vec!["{}".to_owned()],
            edition: Default::default(),
            unit: Default::default(),
        };
        let passage = TaggedPassage {
            passage: Passage {
                ordinal: 2,
                kind: BlockKind::Paragraph,
                text: "\u{1f} \"text\" 5G".to_owned(),
                source_lines: Vec::new(),
            },
            tags: Tags::default(),
        };
        let head_json = serde_json::to_string(&head).unwrap();
        let mut stored = b"what it held".to_vec();
        StoredPassage::write(&mut stored, &head_json, 3, &passage);
        let read: StoredPassage<'_> = serde_json::from_slice(&stored).unwrap();
        assert_eq!((read.head.as_ref(), read.of), (&head, 3));
        assert_eq!(read.passage.as_ref(), &passage);
    }

    /// What was stored before articles knew their unit counted lines.
    #[test]
    fn a_passage_stored_without_a_unit_counts_lines() {
        let stored = r#"{"head":{"id":"a","lang":"en"},"of":1,"passage":{"passage":{"ordinal":0,
            "kind":"paragraph","text":"x","source_lines":[[3,3]]},"tags":{"sectors":[],"mentions":[]}}}"#;
        let read: StoredPassage<'_> = serde_json::from_str(stored).unwrap();
        assert_eq!(read.head.unit, Unit::Line);
        assert!(!serde_json::to_string(&read.head).unwrap().contains("unit"));
    }

    /// Fields are stored by number, so a moved one is another format.
    #[test]
    fn the_layout_is_the_one_its_version_names() {
        let (schema, _) = Fields::schema();
        let names: Vec<_> = schema.fields().map(|(_, entry)| entry.name().to_owned()).collect();
        assert_eq!(FORMAT, 4);
        assert_eq!(
            names.join(" "),
            "text_en text_ms text_und headline_en headline_ms headline_und text_words_en \
             text_words_ms headline_words_en headline_words_ms words_en forms_en words_ms forms_ms \
             article ordinal fingerprint text_length headline_length day lang source \
             source_key sector entity entity_type entity_name entity_label mention said_by source_tag stored"
        );
    }
}
