//! Realistic passages for the benches: the same bytes for the same number, on every machine.
//!
//! Articles of eight passages in JSON Lines. Words follow Zipf's law: the head of the vocabulary is
//! the words of the bundled English corpus by frequency, the tail is made of their stems and other
//! endings. A passage has about 73 words in sentences, three quarters of an entity of the shipped
//! gazetteer, and a phrase that names a sector more often than not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Passages an article has.
const PASSAGES: usize = 8;

/// Words of the vocabulary.
const VOCABULARY: usize = 60_000;

/// Phrases of the kind sectors are known by.
const TOPICS: [&str; 24] = [
    "data centre",
    "electric vehicles",
    "palm oil",
    "central bank",
    "exports",
    "semiconductors",
    "solar power",
    "crude oil",
    "airline",
    "railway line",
    "container port",
    "vaccine",
    "universities",
    "tourist arrivals",
    "interest rates",
    "artificial intelligence",
    "rare earths",
    "natural gas",
    "construction site",
    "parliament",
    "free trade agreement",
    "flood",
    "football club",
    "cloud services",
];

/// A small fast generator (splitmix64): the benches need repeatable numbers, not good ones.
pub struct Random(u64);

impl Random {
    /// A generator with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A number from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Words with their Zipfian weights.
pub struct Vocabulary {
    /// Most frequent first.
    pub words: Vec<String>,
    /// Sums of weights, for drawing.
    sums: Vec<f64>,
}

impl Vocabulary {
    /// The vocabulary of the bundled corpus with a made tail.
    pub fn new() -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/en");
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            for word in fs::read_to_string(file).unwrap().split(|c: char| !c.is_ascii_alphabetic())
            {
                if !word.is_empty() {
                    *counts.entry(word.to_ascii_lowercase()).or_default() += 1;
                }
            }
        }
        let mut words: Vec<(usize, String)> =
            counts.into_iter().map(|(word, count)| (count, word)).collect();
        words.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
        let stems: Vec<String> =
            words.iter().filter(|word| word.len() > 4).map(|word| word[..4].to_owned()).collect();
        let endings =
            ["ing", "ed", "s", "ation", "er", "ly", "ment", "al", "ic", "ness", "ism", "on"];
        let mut random = Random::new(11);
        let mut seen: std::collections::HashSet<String> = words.iter().cloned().collect();
        while words.len() < VOCABULARY {
            let word = format!(
                "{}{}{}",
                stems[random.below(stems.len())],
                &stems[random.below(stems.len())][1..3],
                endings[random.below(endings.len())]
            );
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let sums = (0..words.len())
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 2.7);
                sum
            })
            .collect();
        Self { words, sums }
    }

    /// A word, drawn by weight.
    pub fn draw(&self, random: &mut Random) -> &str {
        let at = random.unit() * self.sums[self.sums.len() - 1];
        &self.words[self.sums.partition_point(|sum| *sum < at).min(self.words.len() - 1)]
    }
}

/// Names of the shipped gazetteer: every type, as the first column of names gives them.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tagger/gazetteer");
    let mut names = Vec::new();
    for file in ["countries.tsv", "companies.tsv", "organizations.tsv", "people.tsv", "places.tsv"]
    {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let name = |line: &str| line.split('\t').nth(2).map(str::to_owned);
        names.extend(text.lines().skip(1).filter_map(name));
    }
    names
}

/// The file of `passages` passages, made if it is not there yet.
pub fn jsonl(passages: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("passages-{passages}.jsonl"));
    if !path.exists() {
        let part = path.with_extension("part");
        write(&part, passages).unwrap();
        fs::rename(part, &path).unwrap();
    }
    path
}

fn write(path: &Path, passages: usize) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    let (vocabulary, names) = (Vocabulary::new(), names());
    let mut random = Random::new(7);
    let mut line = String::new();
    for article in 0..passages.div_ceil(PASSAGES) {
        line.clear();
        let (year, month, day) =
            (2020 + random.below(6), 1 + random.below(12), 1 + random.below(28));
        let _ = write!(line, "{{\"id\":\"bench-{article:07}\",\"headline\":\"");
        sentence(&mut line, &vocabulary, &names, &mut random, 9);
        let _ = write!(
            line,
            "\",\"date\":\"{year}-{month:02}-{day:02}\",\"lang\":\"en\",\"source\":\"Wire {}\",\"paragraphs\":[",
            random.below(40)
        );
        for passage in 0..PASSAGES.min(passages - article * PASSAGES) {
            line.push_str(if passage == 0 { "\"" } else { ",\"" });
            for _ in 0..3 {
                let words = 14 + random.below(20);
                sentence(&mut line, &vocabulary, &names, &mut random, words);
                line.push_str(". ");
            }
            line.pop();
            line.push('"');
        }
        line.push_str("]}\n");
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

fn sentence(
    line: &mut String,
    vocabulary: &Vocabulary,
    names: &[String],
    random: &mut Random,
    words: usize,
) {
    let name_at = if random.unit() < 0.25 { random.below(words) } else { words };
    let topic_at = if random.unit() < 0.3 { random.below(words) } else { words };
    for at in 0..words {
        if at > 0 {
            line.push(' ');
        }
        if at == name_at {
            // A quarter of the names are among a hundred that are always in the news.
            let of = if random.unit() < 0.25 { 100 } else { names.len() };
            line.push_str(&names[random.below(of)].replace('"', ""));
        } else if at == topic_at {
            line.push_str(TOPICS[random.below(TOPICS.len())]);
        } else {
            let word = vocabulary.draw(random);
            if at == 0 {
                line.push_str(&word[..1].to_ascii_uppercase());
                line.push_str(&word[1..]);
            } else {
                line.push_str(word);
            }
        }
    }
}
