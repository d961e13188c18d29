//! What tells whether a file is as it was, without opening it.
//!
//! It says what the system says of a file. What is in it, and whether that was read, is no matter
//! here.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::Xxh3;

/// How coarse the coarsest file system tells time.
const GRAIN: Duration = Duration::from_secs(2);

/// What the system says of a regular file: another one for whatever was written to it or put in its
/// place, if enough time lies between ([`Stamp::is_settled`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its length in bytes.
    pub bytes: u64,
    /// When it was written to, as is said: who copies or unpacks a file may say what they like.
    modified: SystemTime,
    /// When it was written to, renamed or dated, which no one can choose; where the system tells.
    changed: Option<SystemTime>,
    /// Its number in the file system, where it has one: folders that change their names take their
    /// files with them, without a trace in these.
    node: u64,
}

impl Stamp {
    /// The stamp of the file at `path`, links followed; `None` if there is none, or it is no regular
    /// file.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
        let (changed, node) = system(&metadata);
        Some(Self { bytes: metadata.len(), modified: metadata.modified().ok()?, changed, node })
    }

    /// When it was last touched.
    pub fn touched(&self) -> SystemTime {
        self.changed.unwrap_or(self.modified)
    }

    /// Whether whatever is done to the file from `now` on gives it another stamp: all that was done
    /// to it lies further back than the coarsest clock of files tells apart.
    pub fn is_settled(&self, now: SystemTime) -> bool {
        self.modified.max(self.touched()) + GRAIN < now
    }

    /// A number that is another one for another stamp.
    pub fn digest(&self) -> u64 {
        let mut digest = Xxh3::new();
        let mut add = |number: u128| digest.update(&number.to_le_bytes());
        add(u128::from(self.bytes));
        add(u128::from(self.node));
        for time in [Some(self.modified), self.changed] {
            let time = time.map(|time| match time.duration_since(SystemTime::UNIX_EPOCH) {
                Ok(after) => (1, after),
                Err(before) => (2, before.duration()),
            });
            let (side, distance) = time.unwrap_or_default();
            add(side);
            add(distance.as_nanos());
        }
        digest.digest()
    }
}

/// When a file was changed in any way, and its number.
#[cfg(unix)]
fn system(metadata: &Metadata) -> (Option<SystemTime>, u64) {
    use std::os::unix::fs::MetadataExt;
    let nanos = u32::try_from(metadata.ctime_nsec()).unwrap_or_default();
    let after = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanos));
    (u64::try_from(metadata.ctime()).ok().and_then(after), metadata.ino())
}

/// When a file was changed in any way, and its number: not told here.
#[cfg(not(unix))]
fn system(_: &Metadata) -> (Option<SystemTime>, u64) {
    (None, 0)
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};

    use super::*;

    #[test]
    fn another_file_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let dated = |name: &str, text: &str, time| {
            fs::write(path(name), text).unwrap();
            let file = File::options().write(true).open(path(name)).unwrap();
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
            Stamp::of(&path(name)).unwrap()
        };
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let one = dated("a", "one", then);
        assert_eq!(Stamp::of(&path("a")), Some(one));
        assert_ne!(dated("b", "four", then).digest(), one.digest());
        assert_ne!(dated("c", "one", then + Duration::from_nanos(100)).digest(), one.digest());
        // Of the same length and date, as two files out of an archive may be.
        #[cfg(unix)]
        assert_ne!(dated("d", "two", then).digest(), one.digest());
        assert_eq!(Stamp::of(folder.path()), None);
        assert_eq!(Stamp::of(&path("e")), None);
    }

    #[test]
    fn a_stamp_is_settled_when_no_clock_of_files_can_give_it_again() {
        let second = |n| SystemTime::UNIX_EPOCH + Duration::from_secs(n);
        let stamp = |modified, changed| Stamp { bytes: 1, modified, changed, node: 1 };
        for (modified, changed, now, want) in [
            (second(10), None, second(13), true),
            (second(10), None, second(12), false),
            (second(10), None, second(9), false),
            (second(10), Some(second(12)), second(13), false),
            (second(12), Some(second(10)), second(13), false),
            (second(10), Some(second(10)), second(13), true),
        ] {
            assert_eq!(stamp(modified, changed).is_settled(now), want);
        }
    }
}
