//! The yardstick: what a plain program on tantivy does with the same passages.
//!
//! It reads the same JSON Lines on one thread, gives each passage to tantivy's writer as headline
//! and text with the same English stemmer, stores both, and answers with the best ten, their
//! number, and tantivy's own snippets. No tags, no article, no replacing.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use frostem::{Algorithm, Stemmer};
use serde::Deserialize;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::QueryParser;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{
    LowerCaser, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};
use tantivy::{Index, IndexReader, TantivyDocument, doc};

/// A bare index.
pub struct Bare {
    index: Index,
    reader: IndexReader,
    parser: QueryParser,
    text: Field,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    headline: String,
    date: String,
    source: String,
    paragraphs: Vec<String>,
}

fn schema() -> (Schema, [Field; 6]) {
    let mut builder = Schema::builder();
    let stemmed = TextFieldIndexing::default()
        .set_tokenizer("english")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let stemmed = TextOptions::default().set_indexing_options(stemmed).set_stored();
    let fields = [
        builder.add_text_field("id", STRING | STORED),
        builder.add_text_field("headline", stemmed.clone()),
        builder.add_text_field("text", stemmed),
        builder.add_text_field("date", STRING | STORED | FAST),
        builder.add_text_field("source", STRING | STORED | FAST),
        builder.add_u64_field("ordinal", STORED | FAST),
    ];
    (builder.build(), fields)
}

/// Indexes `jsonl` into `folder`.
pub fn index(jsonl: &Path, folder: &Path, threads: usize, budget: usize) {
    let (schema, [id, headline, text, date, source, ordinal]) = schema();
    let index = Index::create_in_dir(folder, schema).unwrap();
    register(&index);
    let mut writer = index.writer_with_num_threads(threads, budget).unwrap();
    for line in BufReader::new(File::open(jsonl).unwrap()).lines() {
        let record: Record = serde_json::from_str(&line.unwrap()).unwrap();
        for (at, paragraph) in record.paragraphs.iter().enumerate() {
            writer
                .add_document(doc!(
                    id => format!("{}#{at}", record.id),
                    headline => record.headline.as_str(),
                    text => paragraph.as_str(),
                    date => record.date.as_str(),
                    source => record.source.as_str(),
                    ordinal => at as u64,
                ))
                .unwrap();
        }
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
}

impl Bare {
    /// Opens the index in `folder`.
    pub fn open(folder: &Path) -> Self {
        let index = Index::open_in_dir(folder).unwrap();
        register(&index);
        let [_, headline, text, ..] = schema().1;
        let mut parser = QueryParser::for_index(&index, vec![headline, text]);
        parser.set_conjunction_by_default();
        let reader = index.reader().unwrap();
        Self { index, reader, parser, text }
    }

    /// Segments of the index.
    pub fn segments(&self) -> usize {
        self.index.searchable_segment_ids().unwrap().len()
    }

    /// The best ten with snippets and, if asked, how many match.
    pub fn search(&self, query: &str, count: bool) -> (usize, usize) {
        let searcher = self.reader.searcher();
        let query = self.parser.parse_query(query).unwrap();
        let top = TopDocs::with_limit(10).order_by_score();
        let (total, hits) = if count {
            let (hits, total) = searcher.search(&query, &(top, Count)).unwrap();
            (total, hits)
        } else {
            (0, searcher.search(&query, &top).unwrap())
        };
        let snippets = SnippetGenerator::create(&searcher, &query, self.text).unwrap();
        let mut marked = 0;
        for (_, address) in hits {
            let document: TantivyDocument = searcher.doc(address).unwrap();
            marked += snippets.snippet_from_doc(&document).highlighted().len();
        }
        (total, marked)
    }
}

fn register(index: &Index) {
    let analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(English)
        .build();
    index.tokenizers().register("english", analyzer);
}

/// tantivy's stemmer without its feature: the same crate, called the same way.
#[derive(Clone)]
struct English;

#[derive(Clone)]
struct EnglishTokenizer<T>(T);

struct EnglishStream<T> {
    inner: T,
    stemmer: Stemmer,
}

impl TokenFilter for English {
    type Tokenizer<T: Tokenizer> = EnglishTokenizer<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> EnglishTokenizer<T> {
        EnglishTokenizer(tokenizer)
    }
}

impl<T: Tokenizer> Tokenizer for EnglishTokenizer<T> {
    type TokenStream<'a> = EnglishStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        EnglishStream {
            inner: self.0.token_stream(text),
            stemmer: Stemmer::new(Algorithm::English),
        }
    }
}

impl<T: TokenStream> TokenStream for EnglishStream<T> {
    fn advance(&mut self) -> bool {
        if !self.inner.advance() {
            return false;
        }
        let token = self.inner.token_mut();
        let stem = self.stemmer.stem(&token.text).into_owned();
        token.text = stem;
        true
    }

    fn token(&self) -> &Token {
        self.inner.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.inner.token_mut()
    }
}
