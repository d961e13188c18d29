//! What is known of files that were read: a file that is as it was gives what it gave.
//!
//! An entry is a fact about a file alone: as long as it has this mark, reading it gives these
//! articles and these complaints, in this order. Whether the index holds the articles is for the
//! index to say. So what is kept here may be lost, or of another commit than the index, and misleads
//! no one.
//!
//! A complaint is kept only if it lasts as long as the bytes of the file ([`Complaint::lasts`]), and no
//! more than [`MOST_COMPLAINTS_BYTES`] of them are for a file and [`ALL_COMPLAINTS_BYTES`] for all, so that
//! faults do not fill the machine; else the file is forgotten and read again each time. It is kept in the words that it was told in. They name
//! the file as the run has found it, so a run that finds it by another path reads it once more.
//!
//! One text of bytes, entries in the order of their names, looked up where they stand.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::reader::Complaint;

/// What it begins with; another number for another layout.
const MAGIC: &[u8] = b"pressmark sources 3\n";

/// Length of the digest of all that follows it.
const DIGEST: usize = 8;

/// How much room the complaints of a file may take: some of the longest, and well over a thousand of
/// the usual ones.
const MOST_COMPLAINTS_BYTES: usize = 512 << 10;

/// How much room the complaints of all files may take.
const ALL_COMPLAINTS_BYTES: usize = 8 << 20;

/// How long a short entry is.
const ENTRY_BYTES: usize = 40;

/// The files that are known.
#[derive(Debug, Default)]
pub(super) struct Seen {
    bytes: Vec<u8>,
    /// Where the entry of a name is, by the digest of the name.
    places: HashMap<u64, Range<usize>>,
}

impl Seen {
    /// Reads what [`Notes::join`] made; what it did not make is taken for nothing.
    pub(super) fn read(bytes: Option<Vec<u8>>) -> Self {
        bytes.and_then(Self::parse).unwrap_or_default()
    }

    fn parse(bytes: Vec<u8>) -> Option<Self> {
        let body = bytes.strip_prefix(MAGIC)?;
        let (digest, entries) = body.split_at_checked(DIGEST)?;
        if digest != xxh3_64(entries).to_le_bytes() {
            return None;
        }
        let mut places = HashMap::with_capacity(entries.len() / ENTRY_BYTES);
        let mut rest = Cursor(entries);
        while !rest.0.is_empty() {
            let entry = rest.text()?;
            let end = bytes.len() - rest.0.len();
            places.insert(xxh3_64(Cursor(entry).text()?), end - entry.len()..end);
        }
        Some(Self { bytes, places })
    }

    /// What the file of that name gives, if it has that mark.
    pub(super) fn find(&self, name: &str, mark: u64) -> Option<Range<usize>> {
        let place = self.places.get(&xxh3_64(name.as_bytes()))?.clone();
        let mut entry = Cursor(&self.bytes[place.clone()]);
        let is_it = entry.text()? == name.as_bytes() && entry.number()? == mark;
        entry.number()?;
        is_it.then_some(place.end - entry.0.len()..place.end)
    }

    /// What stands there, as [`Seen::find`] gave it.
    pub(super) fn items(&self, place: Range<usize>) -> impl Iterator<Item = Item<'_>> {
        let mut rest = Cursor(&self.bytes[place]);
        std::iter::from_fn(move || rest.item())
    }

    /// The entries in their order, with their names.
    fn entries(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut rest = Cursor(self.bytes.get(MAGIC.len() + DIGEST..).unwrap_or_default());
        std::iter::from_fn(move || {
            let entry = rest.text()?;
            Some((Cursor(entry).text()?, entry))
        })
    }
}

/// How many bytes of an entry are complaints, as it says behind name and mark.
fn complaints_bytes(entry: &[u8]) -> usize {
    let mut entry = Cursor(entry);
    let said = entry.text().and_then(|_| entry.number()).and_then(|_| entry.number());
    said.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default()
}

/// What a file gives, or what is in it if it is an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item<'a> {
    /// Where in the file it is; empty if it is the file, and of a complaint, which says so itself.
    pub(super) member: &'a str,
    /// What is there.
    pub(super) gives: Gives<'a>,
}

/// What is in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives<'a> {
    /// An article; `content` is of it without its places.
    Article { id: &'a str, format: &'a str, fingerprint: u64, content: u64 },
    /// An article that stands before in the file.
    Repeated { id: &'a str, format: &'a str },
    /// Nothing for us.
    Skipped { reason: &'a str },
    /// Something that cannot be read.
    Complaint(Kept<'a>),
}

/// A complaint, in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept<'a>(&'a [u8]);

impl Kept<'_> {
    /// As it was told.
    pub(super) fn complaint(self) -> Option<Complaint> {
        serde_json::from_slice(self.0).ok()
    }

    /// Whether it names the file, or something in it, in the words of a run that has found the file
    /// at `path`.
    pub(super) fn names(self, path: &Path) -> bool {
        self.complaint().is_some_and(|Complaint { path: named, .. }| {
            let [all, start] = [&named, path].map(|path| path.as_os_str().as_encoded_bytes());
            // `a//b` is the path `a/b` in other words.
            named.starts_with(path) && all.starts_with(start)
        })
    }
}

/// What is found out of files in a run.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Entries, in the order of the run.
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
    /// Whether a file that was come upon is still as it was, by the digest of its name.
    met: HashMap<u64, bool>,
    /// How much of the entries are complaints.
    complaints_bytes: usize,
    draft: Option<Draft>,
}

/// The file that is being read.
#[derive(Debug)]
struct Draft {
    name: String,
    entry: Vec<u8>,
    /// Where in it stands how much of it are complaints.
    head: usize,
    complaints_bytes: usize,
}

impl Notes {
    /// A file is begun that has this mark, or none to be known by, and the one before is done.
    pub(super) fn begin(&mut self, name: &str, mark: Option<u64>) {
        self.end();
        self.met.insert(xxh3_64(name.as_bytes()), false);
        self.draft = mark.map(|mark| {
            let mut entry = Vec::new();
            put(&mut entry, name.as_bytes());
            entry.extend(mark.to_le_bytes());
            let head = entry.len();
            entry.extend([0; 8]);
            Draft { name: name.to_owned(), entry, head, complaints_bytes: 0 }
        });
    }

    /// A file is as it was.
    pub(super) fn same(&mut self, name: &str) {
        self.end();
        self.met.insert(xxh3_64(name.as_bytes()), true);
    }

    /// The file that was begun gives this, at the source of that name.
    pub(super) fn gives(&mut self, source: &str, gives: Gives<'_>) {
        let Some(Draft { name, entry, .. }) = &mut self.draft else { return };
        let member = match source.strip_prefix(name.as_str()) {
            Some("") => Some(""),
            Some(below) => below.strip_prefix('/'),
            None => None,
        };
        match member {
            Some(member) => put_item(entry, source, Item { member, gives }),
            None => self.draft = None,
        }
    }

    /// The file that was begun gives this, which is told each time if it lasts.
    pub(super) fn complaint(&mut self, complaint: &Complaint) {
        let Some(Draft { entry, complaints_bytes, .. }) = &mut self.draft else { return };
        // A path that is no text has no JSON.
        let kept = serde_json::to_vec(complaint).ok().filter(|_| complaint.lasts);
        *complaints_bytes += kept.as_ref().map_or(0, Vec::len);
        let left = ALL_COMPLAINTS_BYTES - self.complaints_bytes;
        match &kept {
            Some(kept) if *complaints_bytes <= left.min(MOST_COMPLAINTS_BYTES) => {
                let gives = Gives::Complaint(Kept(kept));
                put_item(entry, "", Item { member: "", gives });
            }
            _ => self.draft = None,
        }
    }

    /// The file that was begun may give something else the next time, or more is in it than was taken.
    pub(super) fn forget(&mut self) {
        self.draft = None;
    }

    /// The file that was begun is done.
    pub(super) fn end(&mut self) {
        if let Some(Draft { mut entry, head, complaints_bytes, .. }) = self.draft.take() {
            entry[head..head + 8].copy_from_slice(&(complaints_bytes as u64).to_le_bytes());
            self.complaints_bytes += complaints_bytes;
            let start = self.bytes.len();
            self.bytes.extend(entry);
            self.places.push(start..self.bytes.len());
        }
    }

    /// What is known now: the entries of `old`, but for files that changed and those that `gone`
    /// speaks of without being met, and the new ones. `None` if that is `old`.
    pub(super) fn join(mut self, old: &Seen, gone: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
        // What is under way was not read to its end.
        self.forget();
        let bytes = &self.bytes;
        let name = |entry: &Range<usize>| Cursor(&bytes[entry.clone()]).text().unwrap_or_default();
        self.places.sort_by(|one, other| name(one).cmp(name(other)));
        let mut new =
            self.places.iter().map(|place| (name(place), &bytes[place.clone()])).peekable();
        let mut all = Vec::with_capacity(old.bytes.len() + bytes.len() + MAGIC.len() + DIGEST);
        all.extend(MAGIC.iter().chain(&[0; DIGEST]));
        let stays = |name: &[u8]| match self.met.get(&xxh3_64(name)) {
            Some(&same) => same,
            None => !std::str::from_utf8(name).is_ok_and(&gone),
        };
        let mut left = ALL_COMPLAINTS_BYTES;
        let mut put = |entry: &[u8]| {
            if let Some(less) = left.checked_sub(complaints_bytes(entry)) {
                left = less;
                put(&mut all, entry);
            }
        };
        for (name, entry) in old.entries() {
            while let Some((_, entry)) = new.next_if(|(next, _)| *next < name) {
                put(entry);
            }
            if stays(name) {
                put(entry);
            }
        }
        new.for_each(|(_, entry)| put(entry));
        let digest = xxh3_64(&all[MAGIC.len() + DIGEST..]).to_le_bytes();
        all[MAGIC.len()..][..DIGEST].copy_from_slice(&digest);
        let nothing = old.bytes.is_empty() && all.len() == MAGIC.len() + DIGEST;
        (!nothing && all != old.bytes).then_some(all)
    }
}

const ARTICLE: u8 = 0;
const SKIPPED: u8 = 1;
const REPEATED: u8 = 2;
const COMPLAINT: u8 = 3;

fn put_item(entry: &mut Vec<u8>, source: &str, item: Item<'_>) {
    // The id is most often the name of the source, which is not repeated.
    let id = |id: &str| match id == source {
        true => Vec::new(),
        false => id.as_bytes().to_vec(),
    };
    let Item { member, gives } = item;
    match gives {
        Gives::Article { id: of, format, fingerprint, content } => {
            entry.push(ARTICLE);
            put(entry, member.as_bytes());
            put(entry, &id(of));
            put(entry, format.as_bytes());
            entry.extend(fingerprint.to_le_bytes());
            entry.extend(content.to_le_bytes());
        }
        Gives::Repeated { id: of, format } => {
            entry.push(REPEATED);
            put(entry, member.as_bytes());
            put(entry, &id(of));
            put(entry, format.as_bytes());
        }
        Gives::Skipped { reason } => {
            entry.push(SKIPPED);
            put(entry, member.as_bytes());
            put(entry, reason.as_bytes());
        }
        Gives::Complaint(Kept(json)) => {
            entry.push(COMPLAINT);
            put(entry, member.as_bytes());
            put(entry, json);
        }
    }
}

/// Writes a text of bytes after its length, seven bits a byte, the lowest first.
fn put(to: &mut Vec<u8>, text: &[u8]) {
    let mut length = text.len();
    while length >= 0x80 {
        to.push(length as u8 | 0x80);
        length >>= 7;
    }
    to.push(length as u8);
    to.extend(text);
}

/// Takes from the front what [`put`] wrote; `None` where it did not.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.bytes(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let mut length = 0_usize;
        for place in 0..9 {
            let byte = self.bytes(1)?[0];
            length |= usize::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return self.bytes(length);
            }
        }
        None
    }

    fn str(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.text()?).ok()
    }

    fn item(&mut self) -> Option<Item<'a>> {
        let kind = self.bytes(1)?[0];
        let member = self.str()?;
        let gives = match kind {
            ARTICLE => Gives::Article {
                id: self.str()?,
                format: self.str()?,
                fingerprint: self.number()?,
                content: self.number()?,
            },
            REPEATED => Gives::Repeated { id: self.str()?, format: self.str()? },
            SKIPPED => Gives::Skipped { reason: self.str()? },
            COMPLAINT => Gives::Complaint(Kept(self.text()?)),
            _ => return None,
        };
        Some(Item { member, gives })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Gives<'_> =
        Gives::Article { id: "wire-1", format: "jsonl", fingerprint: 7, content: 9 };
    const AGAIN: Gives<'_> = Gives::Repeated { id: "wire-1", format: "jsonl" };
    const OTHER: Gives<'_> = Gives::Skipped { reason: "no reader" };

    /// A file with its mark and what it gives.
    type File<'a> = (&'a str, Option<u64>, &'a [(&'a str, Gives<'a>)]);

    /// Files in the order of a run.
    fn notes(files: &[File<'_>]) -> Notes {
        let mut notes = Notes::default();
        for (name, mark, gives) in files {
            notes.begin(name, *mark);
            gives.iter().for_each(|(source, gives)| notes.gives(source, *gives));
        }
        notes.end();
        notes
    }

    fn known(seen: &Seen) -> Vec<String> {
        let name = |(name, _): (&[u8], _)| String::from_utf8_lossy(name).into_owned();
        seen.entries().map(name).collect()
    }

    fn items<'a>(seen: &'a Seen, name: &str, mark: u64) -> Option<Vec<Item<'a>>> {
        seen.find(name, mark).map(|place| seen.items(place).collect())
    }

    #[test]
    fn what_a_file_gave_is_known_by_its_name_and_mark() {
        let long = "x".repeat(70_000);
        let named = Gives::Article { id: "b.tar/a", format: "html", fingerprint: 9, content: 3 };
        let joined = notes(&[
            ("b.tar", Some(2), &[("b.tar/a", named), ("b.tar/c", OTHER)]),
            ("a.jsonl", Some(1), &[("a.jsonl", ONE), ("a.jsonl", AGAIN)]),
            ("no mark", None, &[("no mark", ONE)]),
            (&long, Some(3), &[]),
        ]);
        let seen = Seen::read(joined.join(&Seen::default(), |_| false));
        let item = |member, gives| Item { member, gives };
        assert_eq!(known(&seen), ["a.jsonl", "b.tar", &long]);
        assert_eq!(items(&seen, "a.jsonl", 1), Some(vec![item("", ONE), item("", AGAIN)]));
        // An id that is the source's name is not repeated.
        let named = Gives::Article { id: "", format: "html", fingerprint: 9, content: 3 };
        let want = vec![item("a", named), item("c", OTHER)];
        assert_eq!(items(&seen, "b.tar", 2), Some(want));
        assert_eq!(items(&seen, &long, 3), Some(Vec::new()));
        assert_eq!(items(&seen, "a.jsonl", 2), None);
        assert_eq!(items(&seen, "no mark", 1), None);
    }

    #[test]
    fn what_changed_or_went_is_forgotten_and_the_rest_stays() {
        let first = notes(&[
            ("n/a", Some(1), &[]),
            ("n/b", Some(1), &[]),
            ("n/c", Some(1), &[]),
            ("n/d", Some(1), &[]),
            ("o/a", Some(1), &[]),
        ]);
        let old = Seen::read(first.join(&Seen::default(), |_| false));
        let mut next = notes(&[("n/c", Some(2), &[]), ("m/z", Some(1), &[]), ("n/d", None, &[])]);
        next.same("n/a");
        let new = Seen::read(next.join(&old, |name| name.starts_with("n/")));
        assert_eq!(known(&new), ["m/z", "n/a", "n/c", "o/a"]);
        assert!(new.find("n/c", 2).is_some() && new.find("n/c", 1).is_none());

        let mut nothing_new = Notes::default();
        nothing_new.same("n/a");
        assert_eq!(nothing_new.join(&new, |_| false), None);
        assert_eq!(Notes::default().join(&Seen::default(), |_| true), None);
    }

    #[test]
    fn a_file_that_was_not_read_to_its_end_is_not_known() {
        let mut cut_short = Notes::default();
        cut_short.begin("a", Some(1));
        cut_short.gives("a", ONE);
        assert_eq!(cut_short.join(&Seen::default(), |_| false), None);
        let mut faulty = Notes::default();
        faulty.begin("a", Some(1));
        faulty.forget();
        faulty.gives("a", ONE);
        faulty.end();
        assert_eq!(faulty.join(&Seen::default(), |_| false), None);
    }

    fn complaint(path: &str, message: &str) -> Complaint {
        Complaint {
            is_warning: false,
            kind: "broken JSON".to_owned(),
            path: path.into(),
            line: Some(3),
            message: message.to_owned(),
            causes: vec!["wanted a key".to_owned()],
            hint: Some("mend it".to_owned()),
            lasts: true,
        }
    }

    /// The complaints of the file `a` that is known.
    fn complaints(notes: Notes) -> Option<Vec<Complaint>> {
        let seen = Seen::read(notes.join(&Seen::default(), |_| false));
        let complaint = |item: Item<'_>| match item.gives {
            Gives::Complaint(kept) => kept.complaint(),
            _ => None,
        };
        items(&seen, "a", 1).map(|items| items.into_iter().filter_map(complaint).collect())
    }

    #[test]
    fn what_was_told_of_a_file_is_told_again_in_its_place() {
        let (first, second) = (complaint("n/a", "n/a:3: bad"), complaint("n/a/b", "n/a/b: worse"));
        let mut all = Notes::default();
        all.begin("a", Some(1));
        all.complaint(&first);
        all.gives("a", ONE);
        all.complaint(&second);
        all.end();
        let seen = Seen::read(all.join(&Seen::default(), |_| false));
        let all = items(&seen, "a", 1).unwrap();
        let [Gives::Complaint(one), ONE, Gives::Complaint(two)] =
            [all[0].gives, all[1].gives, all[2].gives]
        else {
            panic!("{all:?}")
        };
        assert_eq!((all.len(), one.complaint(), two.complaint()), (3, Some(first), Some(second)));
        for (path, want) in
            [("n/a", true), ("n", true), ("n/a/b", false), ("./n/a", false), ("n//a", false)]
        {
            assert_eq!(one.names(Path::new(path)), want, "{path}");
        }
        assert!(two.names(Path::new("n/a")));
    }

    #[test]
    fn complaints_of_many_files_take_no_more_room_than_is_set() {
        let text = "x".repeat(MOST_COMPLAINTS_BYTES / 2);
        let run = |files: std::ops::Range<u32>| {
            let mut notes = Notes::default();
            for file in files {
                let name = format!("{file:03}");
                notes.begin(&name, Some(1));
                notes.complaint(&complaint(&name, &text));
                notes.begin(&format!("{name} good"), Some(1));
            }
            notes.end();
            notes
        };
        let kept = |seen: &Seen| {
            assert!(seen.bytes.len() < ALL_COMPLAINTS_BYTES + (64 << 10));
            let (good, bad): (Vec<_>, Vec<_>) =
                known(seen).into_iter().partition(|name| name.ends_with("good"));
            (good.len(), bad.len())
        };
        let first = Seen::read(run(0..100).join(&Seen::default(), |_| false));
        let (good, bad) = kept(&first);
        assert!(good == 100 && (20..=32).contains(&bad), "{bad}");
        // Files that are met later add to what is held.
        let second = Seen::read(run(100..200).join(&first, |_| false));
        assert_eq!(kept(&second), (200, bad));
    }

    #[test]
    fn a_file_is_forgotten_of_which_something_may_pass_or_too_much_is_told() {
        let told = |told: &[Complaint]| {
            let mut notes = Notes::default();
            notes.begin("a", Some(1));
            told.iter().for_each(|complaint| notes.complaint(complaint));
            notes.end();
            complaints(notes).map(|complaints| complaints.len())
        };
        let lasting = complaint("n/a", &format!("n/a:3: {}", "bad ".repeat(20)));
        let passing = Complaint { lasts: false, ..lasting.clone() };
        assert_eq!(told(&[]), Some(0));
        assert_eq!(told(&[lasting.clone(), passing, lasting.clone()]), None);
        assert_eq!(told(&vec![lasting.clone(); 1_000]), Some(1_000));
        assert_eq!(told(&vec![lasting; 5_000]), None);
        assert_eq!(told(&[complaint("n/a", &"x".repeat(MOST_COMPLAINTS_BYTES))]), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_whose_path_is_no_text_is_forgotten_if_something_is_told_of_it() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"n/\xff")).to_owned();
        let mut notes = Notes::default();
        notes.begin("a", Some(1));
        notes.complaint(&Complaint { path, ..complaint("n/a", "n/a: bad") });
        notes.end();
        assert_eq!(complaints(notes), None);
    }

    #[test]
    fn what_is_damaged_is_taken_for_nothing() {
        let whole = notes(&[("a", Some(1), &[("a", ONE)])]);
        let whole = whole.join(&Seen::default(), |_| false).unwrap();
        assert_eq!(known(&Seen::read(Some(whole.clone()))), ["a"]);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert!(known(&Seen::read(Some(damaged))).is_empty(), "{at}");
            assert!(known(&Seen::read(Some(whole[..at].to_vec()))).is_empty(), "{at}");
        }
        assert!(known(&Seen::read(None)).is_empty());
    }
}
