//! Queries that find nothing, made of the corpus's own words: what is said of each is true. Every
//! query that is offered finds as much as it says, the clauses that are named are no more than it
//! takes, and it costs a bounded number of searches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::{Date, date};
use pressmark::analysis::is_cjk;
use pressmark::article::ArticleId;
use pressmark::engine::diagnose::{
    Clause, Diagnosis, MOST_RELAXED, MOST_SEARCHES, Spelt, What, diagnose,
};
use pressmark::engine::embedded::Memory;
use pressmark::engine::{Engine, Writer};
use pressmark::query::{self, DateRange, Filter, Parsed, Pattern, Query, TextClause};
use pressmark::results::{Filters, SearchRequest};

use crate::bed::{InMemory, article, article_in, fill};
use crate::counting::Counting;
use crate::desk;
use crate::robust::CORPUS;

const TODAY: Date = date(2025, 4, 30);

/// How many queries are made.
const QUERIES: usize = 500;

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// What queries are made of.
struct Stock {
    words: Vec<String>,
    names: Vec<String>,
    sectors: Vec<String>,
}

impl Stock {
    fn of(engine: &dyn Engine) -> Self {
        let mut words = BTreeSet::new();
        engine
            .each_article(&mut |article| {
                for passage in &article.passages {
                    for word in passage.passage.text.split(|c: char| !c.is_alphanumeric()) {
                        let characters: Vec<char> = word.chars().collect();
                        if word.starts_with(is_cjk) {
                            words.extend(characters.chunks(3).map(String::from_iter));
                        } else if characters.len() > 2 {
                            words.insert(word.to_owned());
                        }
                    }
                }
                Ok(())
            })
            .unwrap();
        let entities = engine.entities().unwrap();
        let sectors = engine.sectors().unwrap();
        Self {
            words: words.into_iter().collect(),
            names: entities.into_iter().map(|entity| entity.name).collect(),
            sectors: sectors.iter().map(|one| one.sector.id.as_str().to_owned()).collect(),
        }
    }

    /// A word, often misspelt.
    fn word(&self, dice: &mut Dice) -> String {
        let word = dice.of(&self.words).clone();
        if dice.below(3) > 0 { misspelt(&word, dice) } else { word }
    }

    fn name(&self, dice: &mut Dice) -> String {
        let name = dice.of(&self.names).replace('"', "");
        if dice.below(3) > 0 { misspelt(&name, dice) } else { name }
    }

    fn clause(&self, dice: &mut Dice) -> String {
        let word = self.word(dice);
        match dice.below(18) {
            0..=4 => word,
            5 | 6 => format!("\"{word} {}\"", self.word(dice)),
            7 => format!("\"{word} {} {}\"~2", self.word(dice), self.word(dice)),
            8 => format!("headline:{word}"),
            9 => format!("({word} OR {})", self.word(dice)),
            10 => format!("-{word}"),
            11 => format!("{word}*"),
            12 => format!("{word}{}", self.word(dice)),
            13 => format!("{word}-{}^2", self.word(dice)),
            14 => {
                let sector: &String = dice.of(&self.sectors);
                format!("sector:{}", misspelt(sector, dice))
            }
            15 => format!("entity:\"{}\"", self.name(dice)),
            16 => format!("date:{}-0{}", 2023 + dice.below(3), 1 + dice.below(9)),
            _ => format!("+{word}"),
        }
    }

    fn request(&self, dice: &mut Dice) -> (String, SearchRequest) {
        let clauses = if dice.below(40) == 0 { 18 + dice.below(9) } else { 1 + dice.below(4) };
        let text: Vec<String> = (0..clauses).map(|_| self.clause(dice)).collect();
        let text = text.join(" ");
        let mut filters = Filters::default();
        for _ in 0..dice.below(3) {
            match dice.below(8) {
                0 => filters.sectors.push(dice.of(&self.sectors).clone()),
                1 => filters.all_sectors.push(dice.of(&self.sectors).clone()),
                2 => filters.not_sectors.push(dice.of(&self.sectors).clone()),
                3 => filters.entities.push(self.name(dice)),
                4 => filters.langs.push((*dice.of(&["en", "zh", "ms", "fr"])).to_owned()),
                5 => filters.sources.push(misspelt("Pressmark Wire", dice)),
                6 => filters.said_by.push(self.name(dice)),
                _ => {
                    filters.since = Some(date(2023, 1 + dice.below(12) as i8, 1));
                    let months = 1 + dice.below(20) as i32;
                    let until = filters.since.unwrap() + jiff::Span::new().months(months);
                    filters.until = (dice.below(3) > 0).then_some(until);
                }
            }
        }
        let query = query::parse(&text, TODAY).query;
        let fallback = dice.below(4) > 0;
        (text, SearchRequest { filters, fallback, limit: 0, ..SearchRequest::new(query) })
    }
}

/// The word with a letter more, less, or otherwise.
fn misspelt(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = dice.below(letters.len());
    let other = *dice.of(&['a', 'e', 'k', 't', 'x']);
    match dice.below(4) {
        0 => letters.insert(at, other),
        1 if letters.len() > 2 => drop(letters.remove(at)),
        2 if at > 0 => letters.swap(at, at - 1),
        _ => letters[at] = other,
    }
    String::from_iter(letters)
}

/// How many passages meet all of these.
fn count(engine: &dyn Engine, clauses: &[&Clause]) -> u64 {
    let all = clauses.iter().map(|clause| as_query(&clause.what)).collect();
    count_of(engine, Query::all_of(all))
}

fn count_of(engine: &dyn Engine, query: Query) -> u64 {
    let request = SearchRequest { limit: 0, fallback: false, ..SearchRequest::new(query) };
    engine.search(&request).unwrap().totals.passages
}

/// A filter beside a query as a clause of it.
fn as_query(what: &What) -> Query {
    let filters = match what {
        What::Query(query) => return query.clone(),
        What::Filter(filters) => filters,
    };
    let any = |values: &[String], make: fn(String) -> Filter| {
        let arms = values.iter().cloned().map(|value| Query::Filter(make(value)));
        (!values.is_empty()).then(|| Query::any_of(arms.collect()))
    };
    let range = DateRange { since: filters.since, until: filters.until };
    let clauses = [
        any(&filters.sectors, Filter::Sector),
        any(&filters.all_sectors, Filter::Sector),
        any(&filters.not_sectors, Filter::Sector).map(Query::negated),
        any(&filters.entities, Filter::Entity),
        any(&filters.said_by, Filter::SaidBy),
        any(&filters.langs, Filter::Lang),
        any(&filters.sources, Filter::Source),
        any(&filters.source_tags, Filter::SourceTag),
        (range != DateRange::default()).then_some(Query::Filter(Filter::Date(range))),
    ];
    let mut set = clauses.into_iter().flatten();
    let only = set.next().expect("one filter is set");
    assert_eq!(set.next(), None, "one filter at a time");
    only
}

/// Checks the counts of clauses, and that those that are marked leave nothing and none of them can be
/// spared.
fn check_clauses(engine: &dyn Engine, clauses: &[Clause], name: &str) {
    for clause in clauses {
        assert_eq!(count(engine, &[clause]), clause.passages, "{name}: {:?}", clause.what);
    }
    let marked: Vec<&Clause> = clauses.iter().filter(|clause| clause.empties).collect();
    if clauses.iter().any(|clause| clause.empties && clause.passages == 0) {
        for clause in clauses {
            assert_eq!(clause.empties, clause.passages == 0, "{name}: {:?}", clause.what);
        }
    } else if !marked.is_empty() {
        for subset in 0..1_usize << marked.len() {
            let chosen: Vec<&Clause> =
                (0..marked.len()).filter(|at| subset & 1 << at != 0).map(|at| marked[at]).collect();
            let found = count(engine, &chosen) > 0;
            assert_eq!(found, chosen.len() < marked.len(), "{name}: {chosen:?}");
        }
    }
}

fn check(engine: &dyn Engine, diagnosis: &Diagnosis, name: &str) {
    check_clauses(engine, &diagnosis.clauses, name);
    for clause in &diagnosis.clauses {
        check_clauses(engine, &clause.within, name);
        assert!(clause.within.is_empty() || clause.passages == 0, "{name}");
    }
    for spelling in &diagnosis.spellings {
        assert!(!spelling.known.is_empty(), "{name}");
        for known in &spelling.known {
            let name_of = |make: fn(String) -> Filter| Query::Filter(make(known.text.clone()));
            let query = match spelling.of {
                Spelt::Word => {
                    let phrase = Pattern::Phrase { text: known.text.clone(), slop: 0 };
                    Query::Text(TextClause { zone: None, pattern: phrase })
                }
                Spelt::Entity => name_of(Filter::Entity),
                Spelt::Speaker => name_of(Filter::SaidBy),
                Spelt::Sector => name_of(Filter::Sector),
                Spelt::Source => name_of(Filter::Source),
                Spelt::SourceTag => name_of(Filter::SourceTag),
                Spelt::Lang => name_of(Filter::Lang),
            };
            let found = count_of(engine, query);
            assert!(found > 0 && found == known.passages, "{name}: {spelling:?}");
        }
    }
    assert!(diagnosis.relaxed.len() <= MOST_RELAXED, "{name}");
    for relaxed in &diagnosis.relaxed {
        // As a user types it.
        let text = relaxed.query.to_string();
        let Parsed { query, warnings } = query::parse(&text, TODAY);
        assert_eq!((&query, warnings.as_slice()), (&relaxed.query, &[][..]), "{name}: {text}");
        let filters = relaxed.filters.clone();
        let request = SearchRequest { filters, limit: 1, ..SearchRequest::new(query) };
        let results = engine.search(&request).unwrap();
        assert_eq!(results.totals.passages, relaxed.passages, "{name}: {relaxed:?}");
        assert!(relaxed.passages > 0 && !results.fell_back, "{name}: {relaxed:?}");
    }
}

/// A shelf of three articles in three languages.
fn shelf() -> Memory {
    let bed = InMemory(Memory::new().unwrap());
    let articles = [
        article(
            "day-1",
            "Cabinet visits a data centre",
            &[
                ("The government praised the data centre.", "energy", ""),
                ("Huawei will supply the storage for the football final.", "trade", "Huawei"),
                ("Tariffs on coal fell; power from coal did not.", "energy/coal", ""),
            ],
        ),
        article_in("zh", "day-2", "华为扩建", &[("华为在马来西亚扩建数据中心。", "", "华为")]),
        article_in("ms", "day-3", "Pelaburan", &[("Kerajaan menyambut pelaburan baharu.", "", "")]),
    ];
    fill(&bed, &articles);
    bed.0
}

/// A diagnosis in short: what is marked, the best spellings, the other queries.
fn told(diagnosis: &Diagnosis) -> String {
    let clause = |clause: &Clause| match &clause.what {
        What::Query(query) => query.to_string(),
        What::Filter(_) => format!("[{}]", as_query(&clause.what)),
    };
    let marked = diagnosis.clauses.iter().filter(|one| one.empties);
    let marked: Vec<String> = marked.map(clause).collect();
    let spelt = diagnosis.spellings.iter();
    let spelt: Vec<String> =
        spelt.map(|one| format!("{}={}", one.typed, one.known[0].text)).collect();
    let relaxed = diagnosis.relaxed.iter().map(|one| {
        let filters = if one.filters == Filters::default() { "" } else { " [..]" };
        format!("{} {}{filters} {}", one.how.as_str(), one.query, one.passages)
    });
    let relaxed: Vec<String> = relaxed.collect();
    format!("{} | {} | {}", marked.join(", "), spelt.join(", "), relaxed.join("; "))
}

#[test]
fn a_query_that_finds_nothing_is_told_why_and_what_would() {
    let memory = shelf();
    let engine = memory.engine(crate::bed::names).unwrap();
    let none = Filters::default;
    let one = |name: &str| vec![name.to_owned()];
    for (text, filters, want) in [
        ("goverment", none(), "goverment | goverment=government | spelling government 1"),
        (
            "government storage",
            none(),
            "government, storage |  | without storage 1; any_word government OR storage 2; without government 1",
        ),
        (
            "\"football storage\"",
            none(),
            "\"football storage\" |  | apart \"football storage\"~5 1; any_word football OR storage 1",
        ),
        ("praisedthe", none(), "praisedthe | praisedthe=praised the | spelling \"praised the\" 1"),
        ("st orage", none(), "st, orage | st orage=storage | spelling storage 1"),
        ("华威", none(), "华威 | 华威=华为 | spelling 华为 1"),
        (
            "football NEAR/1 supply",
            none(),
            "football NEAR/1 supply |  | apart football AND supply 1; any_word football OR supply 1",
        ),
        (
            "goverment NEAR/3 praised",
            none(),
            "goverment NEAR/3 praised | goverment=government | spelling government NEAR/3 praised 1",
        ),
        (
            "football NEAR/1 @huawei",
            none(),
            "football NEAR/1 @huawei |  | apart football AND entity:huawei 1",
        ),
        ("华为zzzz", none(), "华为zzzz |  | apart 华为 1"),
        ("headline:storage", none(), "headline:storage |  | anywhere storage 1"),
        ("stor", none(), "stor |  | prefix stor* 1"),
        (
            "football date:2025-04-02",
            none(),
            "football, date:2025-04-02 |  | without football 1; dates football AND date:2025-04-01..2025-04-02 1",
        ),
        (
            "football",
            Filters { since: Some(date(2025, 4, 3)), ..none() },
            "football, [date:>=2025-04-03] |  | without football 1; dates football [..] 1",
        ),
        (
            "praised",
            Filters { sectors: one("coal"), ..none() },
            "praised, [sector:coal] |  | without praised 1; parent_sector praised [..] 1",
        ),
        ("sector:energi", none(), "sector:energi | energi=energy | spelling sector:energy 2"),
        (
            "football",
            Filters { langs: one("fr"), ..none() },
            "[lang:fr] | fr=en | without football 1",
        ),
        (
            "football",
            Filters { sources: one("Presmark Wire"), ..none() },
            "[source:\"Presmark Wire\"] | Presmark Wire=Pressmark Wire | spelling football [..] 1; without football 1",
        ),
        (
            "",
            Filters { entities: one("Huawai"), ..none() },
            "[entity:Huawai] | Huawai=Huawei | spelling  [..] 2",
        ),
        ("entity:storage", none(), "entity:storage |  | anywhere storage 1"),
        ("zzzz -football", none(), "zzzz |  | "),
        ("2026", none(), "2026 |  | "),
        ("()", none(), "() |  | "),
        (
            "football coal tariffs lang:zh praised -power",
            none(),
            "football, coal |  | without football AND NOT power 1",
        ),
    ] {
        let query = query::parse(text, TODAY).query;
        let request = SearchRequest { filters, ..SearchRequest::new(query) };
        let diagnosis = diagnose(&engine, &request).unwrap();
        check(&engine, &diagnosis, text);
        assert_eq!(told(&diagnosis), want, "{text}");
    }
    let empty = Memory::new().unwrap().engine(crate::bed::names).unwrap();
    let request = SearchRequest::new(query::parse("football", TODAY).query);
    assert_eq!(diagnose(&empty, &request).unwrap(), Diagnosis::default(), "an empty index");
}

#[test]
fn what_is_said_of_five_hundred_queries_that_find_nothing_is_true() {
    let engine = Counting { engine: desk::open(&CORPUS.0), searches: AtomicUsize::new(0) };
    let stock = Stock::of(&engine);
    let mut dice = Dice(7);
    let (mut made, mut helped, mut blamed) = (0, 0, 0);
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    while made < QUERIES {
        let (text, request) = stock.request(&mut dice);
        if engine.search(&request).unwrap().totals.passages > 0 {
            continue;
        }
        made += 1;
        engine.searches.store(0, Ordering::Relaxed);
        let diagnosis = diagnose(&engine, &request).unwrap();
        let searches = engine.searches.load(Ordering::Relaxed);
        let name = format!("{text} {:?}", request.filters);
        assert!(searches <= MOST_SEARCHES, "{searches} searches: {name}");
        check(&engine, &diagnosis, &name);
        let marked = diagnosis.clauses.iter().filter(|clause| clause.empties).count();
        blamed += usize::from(marked > 0);
        *sizes.entry(searches / 10).or_default() += 1;
        helped += usize::from(!diagnosis.relaxed.is_empty());
        for relaxed in &diagnosis.relaxed {
            *ways.entry(relaxed.how.as_str()).or_default() += 1;
        }
    }
    println!("{blamed} blamed, {helped} of {made} helped: {ways:?}; tens of searches: {sizes:?}");
    assert_eq!(blamed, made, "every query has clauses to blame");
    assert!(helped * 10 >= made * 7, "{helped} of {made} helped");
    for way in ["spelling", "without", "apart", "anywhere", "any_word", "dates", "parent_sector"] {
        assert!(ways.get(way).copied().unwrap_or_default() > 1, "{way}: {ways:?}");
    }
}

#[test]
fn a_word_as_long_as_a_book_is_told_of_and_not_looked_up() {
    let memory = shelf();
    let engine = memory.engine(crate::bed::names).unwrap();
    for text in ["a".repeat(64_000), format!("entity:{}", "durian".repeat(10_000))] {
        let request = SearchRequest {
            fallback: false,
            ..SearchRequest::new(query::parse(&text, TODAY).query)
        };
        let diagnosis = diagnose(&engine, &request).unwrap();
        assert_eq!(diagnosis.clauses.len(), 1);
        assert!(diagnosis.spellings.is_empty());
    }
}

#[test]
fn segments_and_what_was_deleted_do_not_show_in_a_diagnosis() {
    let engine = desk::open(&CORPUS.0);
    let mut articles = Vec::new();
    let keep = &mut |article| {
        articles.push(article);
        Ok(())
    };
    engine.each_article(keep).unwrap();
    articles.reverse();
    let memory = Memory::new().unwrap();
    for part in articles.chunks(9) {
        let mut writer = memory.writer(&desk::write_options(3)).unwrap();
        for article in part {
            writer.put(article, 1).unwrap();
        }
        // One that is gone with the next commit, with words that no other has.
        let mut gone = part[0].clone();
        gone.head.id = ArticleId::new("gone").unwrap();
        for passage in &mut gone.passages {
            passage.tags = pressmark::tag::Tags::default();
            passage.passage.text = "govermentx tarifs durianx Ibrahin".to_owned();
        }
        writer.put(&gone, 1).unwrap();
        Box::new(writer).commit().unwrap();
    }
    let mut writer = memory.writer(&desk::write_options(1)).unwrap();
    writer.delete(&ArticleId::new("gone").unwrap()).unwrap();
    Box::new(writer).commit().unwrap();
    let other = desk::open(&memory);
    let stock = Stock::of(&engine);
    let mut dice = Dice(11);
    let typed = ["goverment tarif", "durianz", "安华尔", "entity:\"Anwar Ibrahin\" datacentre"];
    let typed = typed.map(|text| SearchRequest::new(query::parse(text, TODAY).query));
    let made = (0..60).map(|_| stock.request(&mut dice).1);
    for request in typed.into_iter().chain(made) {
        let strict = SearchRequest { fallback: false, limit: 0, ..request };
        if engine.search(&strict).unwrap().totals.passages == 0 {
            let query = &strict.query;
            let (one, two) = (diagnose(&engine, &strict), diagnose(&other, &strict));
            assert_eq!(one.unwrap(), two.unwrap(), "{query}");
        }
    }
}
