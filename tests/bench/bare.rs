//! The yardstick: what a plain program on tantivy does with the same passages.
//!
//! It reads the same JSON Lines on one thread, gives each passage to tantivy's writer as headline
//! and text with the same English stemmer, stores both, and answers with the best ten and tantivy's
//! own snippets, with what else [`How`] says. No article, no replacing, and no tags but those that
//! `pressmark tag` gave it ([`tagged`]), as strings.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use frostem::{Algorithm, Stemmer};
use serde::Deserialize;
use tantivy::aggregation::AggregationCollector;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Query, QueryParser, RegexQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{
    LowerCaser, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};
use tantivy::{DocAddress, Index, IndexReader, Order, TantivyDocument, doc};

/// A bare index.
pub struct Bare {
    index: Index,
    reader: IndexReader,
    parser: QueryParser,
    headline: Field,
    text: Field,
}

fn schema() -> (Schema, [Field; 8]) {
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
        builder.add_text_field("sector", STRING | FAST),
        builder.add_text_field("entity", STRING | FAST),
    ];
    (builder.build(), fields)
}

/// What is indexed of a passage.
#[derive(Default)]
pub struct Passage {
    id: String,
    headline: String,
    date: String,
    source: String,
    ordinal: u64,
    text: String,
    /// Each with those it is below.
    sectors: Vec<String>,
    entities: Vec<String>,
}

/// The passages of a file of articles, without tags.
pub fn plain(jsonl: &Path) -> impl Iterator<Item = Passage> {
    #[derive(Deserialize)]
    struct Record {
        id: String,
        headline: String,
        date: String,
        source: String,
        paragraphs: Vec<String>,
    }

    BufReader::new(File::open(jsonl).unwrap()).lines().flat_map(|line| {
        let record: Record = serde_json::from_str(&line.unwrap()).unwrap();
        let of = move |(ordinal, text): (u64, String)| Passage {
            id: format!("{}#{ordinal}", record.id),
            headline: record.headline.clone(),
            date: record.date.clone(),
            source: record.source.clone(),
            ordinal,
            text,
            ..Passage::default()
        };
        (0..).zip(record.paragraphs).map(of)
    })
}

/// The passages of a file of articles, with what `program` tags them with.
pub fn tagged(program: &str, jsonl: &Path) -> impl Iterator<Item = Passage> {
    #[derive(Deserialize)]
    struct Line {
        passage: String,
        article: Head,
        ordinal: u64,
        text: String,
        sectors: Vec<Tag>,
        entities: Vec<Tag>,
    }
    #[derive(Deserialize)]
    struct Head {
        headline: String,
        published: String,
        source: String,
    }
    #[derive(Deserialize)]
    struct Tag {
        id: String,
    }

    let mut tag = Command::new(program);
    tag.args(["tag", "--quiet", "--format", "jsonl"]).arg(jsonl).stdout(Stdio::piped());
    let lines = BufReader::new(tag.spawn().unwrap().stdout.unwrap()).lines();
    lines.map(|line| line.unwrap()).filter(|line| line.starts_with("{\"type\":\"passage\"")).map(
        |line| {
            let line: Line = serde_json::from_str(&line).unwrap();
            let ids = |tags: Vec<Tag>| tags.into_iter().map(|tag| tag.id);
            let mut sectors: Vec<String> = ids(line.sectors).collect();
            let above = |id: &String| id.split_once('/').map(|(above, _)| above.to_owned());
            sectors.extend(sectors.iter().filter_map(above).collect::<Vec<_>>());
            let mut entities: Vec<String> = ids(line.entities).collect();
            for values in [&mut sectors, &mut entities] {
                values.sort();
                values.dedup();
            }
            Passage {
                id: line.passage,
                headline: line.article.headline,
                date: line.article.published,
                source: line.article.source,
                ordinal: line.ordinal,
                text: line.text,
                sectors,
                entities,
            }
        },
    )
}

/// Indexes `passages` into `folder`.
pub fn index(
    passages: impl Iterator<Item = Passage>,
    folder: &Path,
    threads: usize,
    budget: usize,
) {
    let (schema, [id, headline, text, date, source, ordinal, sector, entity]) = schema();
    let index = Index::create_in_dir(folder, schema).unwrap();
    register(&index);
    let mut writer = index.writer_with_num_threads(threads, budget).unwrap();
    for passage in passages {
        let mut document = doc!(
            id => passage.id,
            headline => passage.headline,
            text => passage.text,
            date => passage.date,
            source => passage.source,
            ordinal => passage.ordinal,
        );
        for (field, values) in [(sector, passage.sectors), (entity, passage.entities)] {
            for value in values {
                document.add_text(field, value);
            }
        }
        writer.add_document(document).unwrap();
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
        Self { index, reader, parser, headline, text }
    }

    /// Segments of the index.
    pub fn segments(&self) -> usize {
        self.index.searchable_segment_ids().unwrap().len()
    }

    /// What a plain program does about `query`; how many hits it has shown marks in.
    pub fn search(&self, query: &str, how: How) -> usize {
        let searcher = self.reader.searcher();
        let query = match how {
            How::Prefix => self.prefix(query),
            _ => self.parser.parse_query(query).unwrap(),
        };
        let best = TopDocs::with_limit(10);
        let hits: Vec<DocAddress> = match how {
            How::Best => {
                let hits = searcher.search(&query, &best.order_by_score()).unwrap();
                hits.into_iter().map(|(_, address)| address).collect()
            }
            How::Count | How::Prefix => {
                let (hits, total) =
                    searcher.search(&query, &(best.order_by_score(), Count)).unwrap();
                std::hint::black_box(total);
                hits.into_iter().map(|(_, address)| address).collect()
            }
            How::Latest => {
                let best = best.order_by_string_fast_field("date", Order::Desc);
                let (hits, total) = searcher.search(&query, &(best, Count)).unwrap();
                std::hint::black_box(total);
                hits.into_iter().map(|(_, address)| address).collect()
            }
            How::Terms(field) => {
                let terms = serde_json::json!({"of": {"terms": {"field": field, "size": 65000}}});
                let terms = serde_json::from_value(terms).unwrap();
                let terms = AggregationCollector::from_aggs(terms, Default::default());
                let collectors = (best.order_by_score(), Count, terms);
                let (hits, total, terms) = searcher.search(&query, &collectors).unwrap();
                std::hint::black_box((total, terms));
                hits.into_iter().map(|(_, address)| address).collect()
            }
        };
        let snippets = SnippetGenerator::create(&searcher, &query, self.text).unwrap();
        let mut marked = 0;
        for address in hits {
            let document: TantivyDocument = searcher.doc(address).unwrap();
            marked += snippets.snippet_from_doc(&document).highlighted().len();
        }
        marked
    }

    /// tantivy's parser knows no prefix of a single word, so its automaton is asked.
    fn prefix(&self, prefix: &str) -> Box<dyn Query> {
        let pattern = format!("{prefix}.*");
        let of = |field| -> Box<dyn Query> {
            Box::new(RegexQuery::from_pattern(&pattern, field).unwrap())
        };
        Box::new(BooleanQuery::union(vec![of(self.text), of(self.headline)]))
    }
}

/// What is asked of tantivy beside the best ten and their snippets.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// Nothing else.
    Best,
    /// How many match.
    Count,
    /// How many match, and the latest rather than the best.
    Latest,
    /// How many match, and how many hold each value of a field.
    Terms(&'static str),
    /// How many hold a word that begins so.
    Prefix,
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
