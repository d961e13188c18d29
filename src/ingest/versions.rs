//! Which version of an article stands: the latest, whichever is read last.
//!
//! It goes by what versions say of themselves, and by nothing where they do not: then what is read
//! last stands. That an article was taken back is remembered for the run, so that an earlier version
//! that comes after does not bring it back.

use std::collections::HashMap;

use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use crate::article::{ArticleId, Edition};
use crate::engine::{EngineError, Known};

/// The versions that a run has met.
pub(super) struct Versions<'k> {
    /// What the last commit holds.
    known: &'k dyn Known,
    /// The latest of each article that says which it is, by the hash of its id.
    met: HashMap<u64, Met>,
}

/// A version that stands.
#[derive(Clone, Copy, Debug)]
struct Met {
    version: Version,
    withdrawn: bool,
}

/// What a version says of its place among others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Version {
    number: Option<u64>,
    made: Option<Timestamp>,
}

impl Version {
    fn of(edition: &Edition) -> Self {
        let number = edition.version.as_deref().and_then(|version| version.trim().parse().ok());
        let made = edition.updated.as_deref().and_then(|time| time.trim().parse().ok());
        Self { number, made }
    }

    /// Whether it comes before `other`, by their numbers, else by when they were made.
    fn is_before(self, other: Self) -> bool {
        match (self.number, other.number) {
            (Some(one), Some(other)) if one != other => one < other,
            _ => self.made.zip(other.made).is_some_and(|(one, other)| one < other),
        }
    }

    /// Whether it and `other` are one as far as they say.
    fn is_same(self, other: Self) -> bool {
        self != Self::default() && self == other
    }
}

/// What a source brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comes {
    /// A version of an article.
    Version,
    /// The version that the last commit holds.
    Held,
    /// Word that the article is taken back.
    Withdrawal,
}

impl<'k> Versions<'k> {
    pub(super) fn new(known: &'k dyn Known) -> Self {
        Self { known, met: HashMap::new() }
    }

    /// Why what comes of the article is not to be taken; `None` if it is, which is remembered.
    pub(super) fn refuses(
        &mut self,
        id: &ArticleId,
        edition: &Edition,
        comes: Comes,
    ) -> Result<Option<String>, EngineError> {
        let version = Version::of(edition);
        if version == Version::default() {
            return Ok(None);
        }
        let hash = xxh3_64(id.as_str().as_bytes());
        let held = match self.met.get(&hash) {
            Some(met) => Some(*met),
            None if comes == Comes::Held => None,
            None => self
                .known
                .edition(id)?
                .map(|edition| Met { version: Version::of(&edition), withdrawn: false }),
        };
        let withdrawn = comes == Comes::Withdrawal;
        if let Some(held) = held {
            if version.is_before(held.version) {
                return Ok(Some(format!("an earlier version of `{id}` than was read before")));
            }
            if held.withdrawn && !withdrawn && version.is_same(held.version) {
                return Ok(Some(format!("a version of `{id}` that is withdrawn")));
            }
        }
        self.met.insert(hash, Met { version, withdrawn });
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Holds(Option<Edition>);

    impl Known for Holds {
        fn fingerprint(&self, _: &ArticleId) -> Result<Option<u64>, EngineError> {
            Ok(None)
        }

        fn edition(&self, _: &ArticleId) -> Result<Option<Edition>, EngineError> {
            Ok(self.0.clone())
        }
    }

    fn edition(version: &str, updated: &str) -> Edition {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Edition { version: text(version), updated: text(updated), ..Edition::default() }
    }

    #[test]
    fn the_latest_version_stands_whatever_comes_last() {
        let (early, late) = ("2025-04-18T10:00:00+08:00", "2025-04-18T03:00:00Z");
        for (name, held, next, refused) in [
            ("later", ("1", ""), ("2", ""), false),
            ("by number, not by letter", ("9", ""), ("10", ""), false),
            ("earlier", ("2", ""), ("1", ""), true),
            ("the same", ("2", ""), ("2", ""), false),
            ("made earlier", ("", late), ("", early), true),
            ("made later", ("", early), ("", late), false),
            ("the number counts", ("2", early), ("1", late), true),
            ("of one number", ("2", late), ("2", early), true),
            ("says nothing", ("2", late), ("", ""), false),
            ("no number", ("b", ""), ("a", ""), false),
        ] {
            let id = ArticleId::new("a").unwrap();
            let (held, next) = (edition(held.0, held.1), edition(next.0, next.1));
            let holds = Holds(Some(held.clone()));
            let refuses = Versions::new(&holds).refuses(&id, &next, Comes::Version).unwrap();
            assert_eq!(refuses.is_some(), refused, "{name}, held before");
            let holds = Holds(None);
            let mut versions = Versions::new(&holds);
            assert_eq!(versions.refuses(&id, &held, Comes::Version).unwrap(), None);
            assert_eq!(
                versions.refuses(&id, &next, Comes::Version).unwrap().is_some(),
                refused,
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_withdrawn_comes_back_only_by_a_later_version() {
        let id = ArticleId::new("a").unwrap();
        let holds = Holds(None);
        let mut versions = Versions::new(&holds);
        let mut refuses = |version: &str, withdrawn| {
            let comes = if withdrawn { Comes::Withdrawal } else { Comes::Version };
            versions.refuses(&id, &edition(version, ""), comes).unwrap().is_some()
        };
        assert!(!refuses("2", true));
        assert!(refuses("1", false));
        assert!(refuses("2", false));
        assert!(!refuses("2", true));
        assert!(!refuses("3", false));
        assert!(refuses("2", true));
    }
}
