//! What a user can do about an error, in words that can be typed.

use std::io;
use std::path::Path;

use pressmark::engine::EngineError;

/// What to do about an engine's error.
pub(super) fn engine(error: &EngineError) -> Vec<String> {
    let one = |hint: String| vec![hint];
    match error {
        EngineError::Missing { path } => vec![
            format!("make one with `pressmark index PATH{}`", flag(path)),
            "or see what it does first: `pressmark demo`".to_owned(),
        ],
        EngineError::Foreign { .. } => {
            one("name the folder of an index, or a new one to make one, with `--index DIR`"
                .to_owned())
        }
        EngineError::Stale { .. } => {
            one("index the articles anew with `pressmark index PATH --index NEWDIR`".to_owned())
        }
        EngineError::OtherTaxonomy { path, .. } => vec![
            format!("change its taxonomy with `pressmark sectors apply FILE{}`", flag(path)),
            format!("or tag it anew by its own with `pressmark reindex{}`", flag(path)),
        ],
        EngineError::Locked { .. } => {
            one("wait until it is done; queries can be asked meanwhile".to_owned())
        }
        EngineError::UnknownSector { similar, .. } => one(match similar.as_slice() {
            [] => "see them all with `pressmark sectors --all`".to_owned(),
            similar => format!("there is {}", either(similar)),
        }),
        EngineError::AmbiguousSector { candidates, .. } => {
            one(format!("write {}", either(candidates)))
        }
        EngineError::StaleCursor { .. } => {
            one("ask again without `--after`, from the first page on".to_owned())
        }
        EngineError::ForeignCursor => one(
            "type the query and the flags that the page with this cursor was asked with, or leave \
             out `--after`"
                .to_owned(),
        ),
        EngineError::Io { source, .. } => {
            source.downcast_ref::<io::Error>().and_then(self::io).into_iter().collect()
        }
        EngineError::Corrupt { path, .. } => one(format!(
            "delete the folder and make the index anew with `pressmark index PATH{}`",
            flag(path)
        )),
        _ => Vec::new(),
    }
}

/// What to do about the system's no.
pub(super) fn io(error: &io::Error) -> Option<String> {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space and run the same command again; what was committed before stands"
        }
        io::ErrorKind::FileTooLarge => {
            "raise the limit on the size of files; what was committed before stands"
        }
        io::ErrorKind::ReadOnlyFilesystem => "name a folder that can be written to",
        io::ErrorKind::PermissionDenied => "see who may read and write there",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// ` --index PATH` as it must be typed to mean that index; nothing for the default one.
pub(super) fn flag(index: &Path) -> String {
    let plain = index.strip_prefix(".").unwrap_or(index);
    if plain == Path::new("index") {
        return String::new();
    }
    format!(" --index {}", quoted(&index.display().to_string()))
}

/// `text` as a shell takes it for one word.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// `` `a`, `b` or `c` ``.
pub(super) fn either(names: &[impl std::fmt::Display]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pressmark::tag::SectorId;

    use super::*;

    #[test]
    fn what_is_to_be_typed_is_quoted_for_a_shell() {
        assert_eq!(quoted("it's#9"), r"'it'\''s#9'");
        assert_eq!(flag(Path::new("./index")), "");
    }

    #[test]
    fn every_engine_error_has_a_hint_one_can_type() {
        let path = || PathBuf::from("my index");
        let sector = |id| SectorId::new(id).unwrap();
        for (error, want) in [
            (EngineError::Missing { path: "index".into() }, "make one with `pressmark index PATH`"),
            (
                EngineError::Missing { path: path() },
                "make one with `pressmark index PATH --index 'my index'`",
            ),
            (
                EngineError::Foreign { path: path() },
                "name the folder of an index, or a new one to make one, with `--index DIR`",
            ),
            (
                EngineError::Stale { path: path(), what: "format", found: 1, wanted: 2 },
                "index the articles anew with `pressmark index PATH --index NEWDIR`",
            ),
            (
                EngineError::OtherTaxonomy { path: path(), found: "a".into(), given: "b".into() },
                "change its taxonomy with `pressmark sectors apply FILE --index 'my index'`",
            ),
            (
                EngineError::Locked { path: path(), holder: "process 1".into() },
                "wait until it is done; queries can be asked meanwhile",
            ),
            (
                EngineError::UnknownSector {
                    name: "energi".into(),
                    similar: vec![sector("energy")],
                },
                "there is `energy`",
            ),
            (
                EngineError::UnknownSector { name: "x".into(), similar: Vec::new() },
                "see them all with `pressmark sectors --all`",
            ),
            (
                EngineError::AmbiguousSector {
                    name: "a".into(),
                    candidates: vec![sector("b/a"), sector("c/a"), sector("d/a")],
                },
                "write `b/a`, `c/a` or `d/a`",
            ),
            (
                EngineError::StaleCursor { given: 1, now: 2 },
                "ask again without `--after`, from the first page on",
            ),
            (
                EngineError::ForeignCursor,
                "type the query and the flags that the page with this cursor was asked with, or leave \
                 out `--after`",
            ),
            (
                EngineError::Io {
                    doing: "write",
                    path: path(),
                    source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
                },
                "free some space and run the same command again; what was committed before stands",
            ),
            (
                EngineError::Corrupt { path: "index".into(), what: "x".into() },
                "delete the folder and make the index anew with `pressmark index PATH`",
            ),
        ] {
            assert_eq!(engine(&error)[0], want, "{error}");
        }
    }
}
