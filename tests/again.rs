//! Files that are known from an earlier run are not opened, and no one can tell: whatever was done
//! to them, an index holds and a run says what reading everything anew would.

use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use pressmark::article::{ArticleHead, ArticleId, Lang};
use pressmark::engine::embedded::Memory;
use pressmark::engine::{Engine, WriteOptions, Writer};
use pressmark::ingest::{Event, Ingest, Report, Stop};
use pressmark::passage::Passage;
use pressmark::reader::{Origin, Stamp};
use pressmark::tag::Tags;
use pressmark::tagger::Tagger;
use proptest::prelude::*;
use proptest::sample::select;

use crate::desk;

/// What is done between two looks at an index.
#[derive(Clone, Debug)]
enum Deed {
    Write(&'static str, usize),
    Touch(&'static str),
    Remove(&'static str),
    Rename(&'static str, &'static str),
    Delete(&'static str),
    /// What is known of files is lost, as in a crash between a commit and what follows it.
    Lose,
    /// The index is tagged otherwise from now on.
    Tagger(u64),
    Run(Run),
}

/// How a run differs from others.
#[derive(Clone, Debug)]
struct Run {
    paths: &'static [&'static str],
    mend: bool,
    lang: Option<&'static str>,
    threads: usize,
}

/// Files, by the endings of their names: what they may hold. Many are as long as others.
const FILES: [&str; 9] = [
    "n/a.txt",
    "n/b.txt",
    "n/s/c.txt",
    "n/s/d.txt",
    "n/r/c.txt",
    "n/w.jsonl",
    "n/v.jsonl",
    "n/p.png",
    "n/x.tar",
];

fn record((id, text): (&str, &str)) -> Vec<u8> {
    format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n").into_bytes()
}

/// What a file may hold.
fn content(path: &str, version: usize) -> Vec<u8> {
    let text = |text: &str| text.as_bytes().to_vec();
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("txt") => match version {
            0 => text("# Port opens\n\nThe port of Kuantan opened on Friday. It is\n\nlarge."),
            1 => text("# Port closes\n\nThe port of Kuantan closed on Monday. It is\n\nsmall"),
            // Told at each run, as are the next two.
            2 => text("---\ndate: April 2025\n---\n# Rough\n\nThe day is not known."),
            3 => text("The port was sh\u{ff}ut.").into_iter().chain([0xff]).collect(),
            _ => Vec::new(),
        },
        Some("jsonl") => match version {
            0 => text("{\"id\":\"x\",\"text\":\"One came first.\"}\n{\"text\":\"No id.\"}\n"),
            // What has no id comes in both, at other lines.
            1 => text(
                "{\"text\":\"No id.\"}\n\n{\"text\":\"No id.\"}\n{\"id\":\"x\",\"text\":\"Two.\"}",
            ),
            2 => [("x", "Red."), ("y", "Red."), ("x", "Red.")].map(record).concat(),
            3 => [("x", "Red."), ("x", "Blu."), ("x", "Red.")].map(record).concat(),
            _ => text("{\"id\":\"n/a.txt\",\"text\":\"Named as a file is.\"}\n{\n"),
        },
        Some("tar") => {
            let mut builder = tar::Builder::new(Vec::new());
            let members: &[(&str, &str)] = match version {
                0 => &[
                    ("a.txt", "Within one."),
                    ("b.png", "?"),
                    ("s/w.jsonl", "{\"id\":\"y\",\"text\":\"Far.\"}"),
                ],
                1 => &[("a.txt", "Within two.")],
                2 => &[("b.png", "?")],
                3 => &[("a.txt", "\0")],
                _ => &[],
            };
            for (name, text) in members {
                let mut header = tar::Header::new_ustar();
                header.set_size(text.len() as u64);
                header.set_cksum();
                builder.append_data(&mut header, name, text.as_bytes()).unwrap();
            }
            builder.into_inner().unwrap()
        }
        _ => vec![0x89; version],
    }
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let file = || select(&FILES[..]);
    let ids = &["n/a.txt", "x", "y", "n/x.tar/a.txt", "n/s/c.txt"][..];
    let run = || {
        let paths: &[&[&str]] =
            &[&["n"], &["n"], &["n"], &["n/s"], &["n/w.jsonl", "n"], &["n/p.png"]];
        let lang = select(&[None, None, None, Some("ms")][..]);
        (select(paths), prop::bool::weighted(0.9), lang, 1..3_usize)
            .prop_map(|(paths, mend, lang, threads)| Run { paths, mend, lang, threads })
    };
    let usual = Just(Deed::Run(Run { paths: &["n"], mend: true, lang: None, threads: 2 }));
    let deed = prop_oneof![
        6 => (file(), 0..5_usize).prop_map(|(file, version)| Deed::Write(file, version)),
        1 => file().prop_map(Deed::Touch),
        1 => file().prop_map(Deed::Remove),
        2 => (file(), file()).prop_map(|(from, to)| Deed::Rename(from, to)),
        1 => select(&[("n/s", "n/q"), ("n/r", "n/s"), ("n/q", "n/r")][..])
            .prop_map(|(from, to)| Deed::Rename(from, to)),
        2 => select(ids).prop_map(Deed::Delete),
        1 => Just(Deed::Lose),
        1 => (0..2_u64).prop_map(Deed::Tagger),
        4 => usual,
        3 => run().prop_map(Deed::Run),
    ];
    // Begin with all of it, so that every history has something to know again.
    proptest::collection::vec(deed, 1..24).prop_map(|deeds| {
        let first = FILES.iter().map(|file| Deed::Write(file, 0));
        first
            .chain([Deed::Run(Run { paths: &["n"], mend: true, lang: None, threads: 2 })])
            .chain(deeds)
            .collect()
    })
}

/// A tagger that gives nothing, in several versions.
struct Version(u64);

impl Tagger for Version {
    fn tag(&self, _: &ArticleHead, _: &[Passage], _: &mut [Tags]) {}

    fn fingerprint(&self) -> u64 {
        self.0
    }
}

/// A folder where things are done, and an index of it.
struct Desk {
    folder: tempfile::TempDir,
    memory: Memory,
    tagger: u64,
    checksum: bool,
}

impl Desk {
    fn new(checksum: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, memory: Memory::new().unwrap(), tagger: 0, checksum }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits for the clock of files to go on, since runs here take place a day later and trust it.
    fn tick(&self) {
        let scratch = self.path("scratch");
        let stamp = || {
            fs::write(&scratch, "").unwrap();
            Stamp::of(&scratch).unwrap().touched()
        };
        let before = stamp();
        while stamp() == before {}
    }

    fn writer(&self) -> Box<dyn Writer> {
        let options = WriteOptions { budget_bytes: 0, ..desk::write_options(1) };
        Box::new(self.memory.writer(&options).unwrap())
    }

    /// Does it, and tells what a run said.
    fn run(&mut self, deed: &Deed) -> Option<(Report, Vec<String>)> {
        self.tick();
        match deed {
            Deed::Write(name, version) => self.put(name, &content(name, *version)),
            Deed::Touch(name) => self.date(name, 1),
            Deed::Remove(name) => drop(fs::remove_file(self.path(name))),
            Deed::Rename(from, to) => drop(fs::rename(self.path(from), self.path(to))),
            Deed::Delete(id) => {
                let mut writer = self.writer();
                writer.delete(&ArticleId::new(id).unwrap()).unwrap();
                writer.commit().unwrap();
            }
            Deed::Lose => {
                let mut writer = self.writer();
                writer.note(b"lost".to_vec());
                writer.commit().unwrap();
            }
            Deed::Tagger(version) => self.tagger = *version,
            Deed::Run(run) => return Some(self.index(run, SystemTime::now() + DAY)),
        }
        None
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
        self.date(name, 0);
    }

    /// All files are of one day, as out of an archive; on Unix that hides nothing.
    fn date(&self, name: &str, seconds: u64) {
        if let Ok(file) = File::options().write(true).open(self.path(name)) {
            let seconds = if cfg!(unix) { seconds } else { fastrand::u64(..1 << 30) };
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
        }
    }

    fn ingest(&self, run: &Run, now: SystemTime) -> Ingest {
        let paths: Vec<PathBuf> = run.paths.iter().map(|path| self.path(path)).collect();
        let mut ingest = desk::ingest(&paths, run.threads, &[]);
        let root = self.folder.path().to_owned();
        ingest.options.origin = Origin { working: root.clone(), base: root };
        ingest.options.split.mend = run.mend;
        ingest.options.lang = run.lang.and_then(Lang::named);
        ingest.options.threads = NonZeroUsize::new(run.threads).unwrap();
        ingest.again.now = Some(now);
        ingest.again.checksum = self.checksum;
        ingest
    }

    fn index(&self, run: &Run, now: SystemTime) -> (Report, Vec<String>) {
        self.take(&self.ingest(run, now))
    }

    fn take(&self, ingest: &Ingest) -> (Report, Vec<String>) {
        let taggers: Vec<Box<dyn Tagger>> = vec![Box::new(Version(self.tagger))];
        let mut told = Vec::new();
        let below = |path: &Path| path.strip_prefix(self.folder.path()).unwrap_or(path).to_owned();
        let report = ingest.run(self.writer(), &taggers, &mut |event| match event {
            Event::Progress { .. } => {}
            Event::File { path, bytes } => told.push(format!("{:?} {bytes}", below(&path))),
            Event::Article { path, format, id, outcome, passages } => {
                told.push(format!("{:?} {format} {id} {outcome:?} {passages}", below(&path)));
            }
            Event::Skipped { path, reason } => told.push(format!("{:?} {reason}", below(&path))),
            Event::Unsettled { path } => told.push(format!("{:?} unsettled", below(&path))),
            Event::Complaint(complaint) => {
                let folder = self.folder.path().display().to_string();
                told.push(format!("{complaint:?}").replace(&folder, ""));
            }
        });
        (report.unwrap(), told)
    }

    fn articles(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let engine = self.memory.engine(|_| Vec::new()).unwrap();
        engine
            .each_article(&mut |article| {
                all.insert(format!("{article:?}"));
                Ok(())
            })
            .unwrap();
        all
    }
}

const DAY: Duration = Duration::from_secs(86_400);

const ALL: Run = Run { paths: &["n"], mend: true, lang: None, threads: 2 };

proptest! {
    #![proptest_config(ProptestConfig {
        cases: desk::how_many("PRESSMARK_HISTORIES", 10),
        ..ProptestConfig::default()
    })]

    /// One who opens nothing that is known, and one who reads all, come to the same.
    #[test]
    fn what_is_known_is_what_reading_would_give(deeds in deeds()) {
        let (mut knowing, mut reading) = (Desk::new(false), Desk::new(true));
        for deed in &deeds {
            match (knowing.run(deed), reading.run(deed)) {
                (Some((mut report, told)), Some((other, want))) => {
                    prop_assert_eq!(told, want, "{:?}", deed);
                    prop_assert_eq!(report.read + report.same, other.read);
                    prop_assert_eq!(other.same, 0);
                    (report.read, report.same) = (other.read, 0);
                    prop_assert_eq!(report, other, "{:?}", deed);
                    prop_assert_eq!(knowing.articles(), reading.articles(), "{:?}", deed);
                }
                (told, want) => prop_assert!(told.is_none() && want.is_none()),
            }
        }
    }
}

#[test]
fn what_comes_again_in_a_run_is_taken_once_and_told() {
    let desk = Desk::new(false);
    let rows = |rows: &[&str]| ["text,n\n", &rows.concat()].concat();
    let (red, blue) = ("\"It is red.\",1\n", "\"It is blue.\",2\n");
    let later = SystemTime::now() + DAY;
    // Added, replaced, repeated, unchanged, and passages that are written.
    let counts = |table: String| {
        let path = desk.folder.path().join("n/t.csv");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, table).unwrap();
        let (one, _) = desk.index(&ALL, later);
        let counts =
            |one: Report| (one.added, one.replaced, one.repeated, one.unchanged, one.passages);
        // When it is known, it opens nothing and says the same.
        let (other, _) = desk.index(&ALL, later);
        assert_eq!((other.read, other.same), (0, 1));
        assert_eq!((other.added, other.replaced, other.passages), (0, 0, 0));
        assert_eq!(other.repeated, one.repeated);
        counts(one)
    };
    assert_eq!(counts(rows(&[red, red, red])), (1, 0, 2, 0, 1));
    assert_eq!(counts(rows(&[red, blue, red, blue])), (1, 0, 2, 1, 1));
    // It stands at another line.
    assert_eq!(counts(rows(&[blue, red, red])), (0, 2, 1, 0, 2));
}

#[test]
fn files_are_opened_that_are_new_changed_or_too_young() {
    let mut desk = Desk::new(false);
    for (name, version) in
        [("n/a.txt", 0), ("n/b.txt", 2), ("n/w.jsonl", 2), ("n/x.tar", 0), ("n/p.png", 3)]
    {
        desk.run(&Deed::Write(name, version));
    }
    let later = SystemTime::now() + DAY;
    let mut opened = |deeds: &[Deed], now: SystemTime| {
        deeds.iter().for_each(|deed| drop(desk.run(deed)));
        let (report, _) = desk.index(&ALL, now);
        (report.read, report.same)
    };
    assert_eq!(opened(&[], later), (5, 0));
    // The archive has one article that the other file has in another version.
    assert_eq!(opened(&[], later), (2, 3));
    assert_eq!(opened(&[Deed::Remove("n/w.jsonl")], later), (0, 4));
    assert_eq!(opened(&[Deed::Delete("n/a.txt")], later), (1, 3));
    assert_eq!(opened(&[Deed::Delete("n/b.txt")], later), (1, 3));
    assert_eq!(opened(&[Deed::Write("n/a.txt", 1)], later), (1, 3));
    assert_eq!(opened(&[Deed::Touch("n/p.png")], later), (1, 3));
    assert_eq!(opened(&[Deed::Lose], later), (4, 0));
    // What was not written before the run could be written to again while it is read.
    assert_eq!(opened(&[], SystemTime::now() - DAY), (4, 0));
    assert_eq!(opened(&[], later), (4, 0));
    assert_eq!(opened(&[], later), (0, 4));
}

#[test]
fn what_is_wrong_with_files_is_told_again_and_nothing_is_opened() {
    let mut desk = Desk::new(false);
    let (bad, good) = (&b"The port was sh\xFFut in April of that year."[..], b"All is well.");
    desk.put("n/a.txt", bad);
    desk.put("n/b.txt", good);
    desk.put(
        "n/c.jsonl",
        b"{\"text\":\"One.\"}\n{\"text\":\n{\"date\":\"soon\",\"text\":\"Two.\"}\n",
    );
    desk.put("n/d.html", b"<!DOCTYPE html><title></title><script>1</script>");
    desk.put("n/e.zip", b"PK\x03\x04, and then noise that is no file");
    desk.put("n/f.txt.gz", b"\x1F\x8B\x08\0\0\0\0\0\0\x03, and then noise");
    desk.put("n/g.tar", &content("n/g.tar", 3));
    desk.put("n/h.png", &content("n/h.png", 3));
    let later = SystemTime::now() + DAY;
    let told = |(report, told): (Report, Vec<String>)| {
        let is_complaint = |line: &String| line.starts_with("Complaint");
        let complaints: Vec<String> = told.into_iter().filter(is_complaint).collect();
        let opened = (report.read, report.same);
        (opened, (report.warned, report.failed, report.skipped), complaints)
    };
    let (opened, counts, first) = told(desk.index(&ALL, later));
    assert_eq!((opened, counts), ((8, 0), (2, 5, 1)), "{first:#?}");
    assert_eq!(told(desk.index(&ALL, later)), ((0, 8), counts, first.clone()));
    // The order is that of the text, also within a file.
    for (line, want) in first.iter().zip([
        "a.txt:1: not ",
        "c.jsonl:2: broken JSON",
        "c.jsonl:3: `soon` is not a date",
        "d.html",
        "e.zip",
        "f.txt.gz",
        "g.tar/a.txt",
    ]) {
        assert!(line.contains(want), "{line}");
    }

    // Named or found, by this path or another, and whoever reads it all: the same is said.
    let one = Run { paths: &["n/e.zip"], ..ALL.clone() };
    assert_eq!(told(desk.index(&one, later)), ((0, 1), (0, 1, 0), vec![first[4].clone()]));
    let other = Run { paths: &["n/../n/e.zip"], ..ALL.clone() };
    let (opened, _, complaints) = told(desk.index(&other, later));
    assert_eq!(complaints, [first[4].replace("/n/", "/n/../n/")]);
    assert_eq!(opened, (1, 0));
    assert_eq!(told(desk.index(&other, later)).0, (0, 1));
    desk.checksum = true;
    assert_eq!(told(desk.index(&ALL, later)), ((8, 0), counts, first.clone()));
    desk.checksum = false;

    desk.put("n/a.txt", good);
    assert_eq!(told(desk.index(&ALL, later)), ((1, 7), (1, 5, 1), first[1..].to_vec()));
    assert_eq!(told(desk.index(&ALL, later)), ((0, 8), (1, 5, 1), first[1..].to_vec()));
    // Of another reading something else is to be said.
    let malay = Run { lang: Some("ms"), ..ALL.clone() };
    assert_eq!(told(desk.index(&malay, later)).0, (8, 0));
}

#[test]
fn what_cannot_be_read_now_or_is_told_too_often_is_tried_again() {
    let desk = Desk::new(false);
    let later = SystemTime::now() + DAY;
    desk.put("n/many.jsonl", "{\n".repeat(20_000).as_bytes());
    let run = |paths| {
        let (report, told) = desk.index(&Run { paths, ..ALL.clone() }, later);
        ((report.read, report.same, report.failed), told)
    };
    let first = run(&["n"]);
    assert_eq!(first.0, (1, 0, 20_000));
    assert_eq!(run(&["n"]), first);
    // A file that not even root can read.
    if cfg!(target_os = "linux") {
        let first = run(&["/proc/self/mem"]);
        assert_eq!(first.0, (1, 0, 1));
        assert_eq!(run(&["/proc/self/mem"]), first);
    }
    // Only who is named must be of some format.
    desk.put("n/many.jsonl", b"{\"text\":\"One.\"}");
    desk.put("n/p.png", b"\x89");
    assert_eq!(run(&["n"]).0, (2, 0, 0));
    assert_eq!(run(&["n"]).0, (0, 2, 0));
    let first = run(&["n/p.png"]);
    assert_eq!(first.0, (1, 0, 1));
    assert_eq!(run(&["n/p.png"]), first);
    assert_eq!(run(&["n"]).0, (1, 1, 0));
}

#[test]
fn what_may_still_be_written_to_is_left_alone() {
    let mut desk = Desk::new(false);
    desk.run(&Deed::Write("n/a.txt", 0));
    let now = SystemTime::now();
    let mut ingest = desk.ingest(&ALL, now);
    ingest.again.settle = Duration::from_secs(60);
    let (report, told) = desk.take(&ingest);
    assert_eq!((report.unsettled, told), (1, vec!["\"n/a.txt\" unsettled".to_owned()]));
    ingest.again.now = Some(now + DAY);
    assert_eq!(desk.take(&ingest).0.added, 1);
}

#[test]
fn a_run_that_is_stopped_commits_what_it_took_and_knows_it_again() {
    let mut desk = Desk::new(false);
    for name in &FILES[..5] {
        desk.run(&Deed::Write(name, 0));
    }
    let stop = Stop::default();
    let ingest = Ingest { stop: stop.clone(), ..desk.ingest(&ALL, SystemTime::now() + DAY) };
    let mut articles = 0;
    let report = ingest.run(desk.writer(), &[], &mut |event| {
        if let Event::Article { .. } = event {
            articles += 1;
            if articles == 2 {
                stop.ask();
            }
        }
    });
    let report = report.unwrap();
    assert!(report.stopped);
    assert_eq!((report.added, desk.articles().len()), (2, 2));
    let (report, _) = desk.index(&ALL, SystemTime::now() + DAY);
    // The file that it was stopped in may hold more.
    assert_eq!((report.stopped, report.same, report.read), (false, 1, 4));
    assert_eq!((report.added, report.unchanged, desk.articles().len()), (3, 2, 5));
}
