//! The folder of an index on disk: what is no index is left alone, what may not be written is read.

use std::path::PathBuf;

use pressmark::engine::embedded::{EmbeddedEngine, EmbeddedWriter};
use pressmark::engine::{Engine, EngineError};
use pressmark::results::SearchRequest;

use crate::bed::*;
use crate::engine_contract::{ids, word};

#[test]
fn a_folder_that_is_no_index_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &PathBuf| EmbeddedEngine::open(path, names).err().unwrap();
    let missing = folder.path().join("none");
    assert!(matches!(open(&missing), EngineError::Missing { .. }));
    std::fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    let refused = EmbeddedWriter::open_or_create(folder.path(), &options(), "a test").err();
    assert!(matches!(refused, Some(EngineError::Foreign { .. })));
    let bed = OnDisk(tempfile::tempdir().unwrap());
    let _held = bed.writer();
    let refused = EmbeddedWriter::open_or_create(bed.0.path(), &options(), "another").err();
    match refused {
        Some(EngineError::Locked { holder, .. }) => assert_eq!(holder, "a test"),
        other => panic!("{other:?}"),
    }
}

/// A folder whose files may be read and not written, until it is dropped.
#[cfg(unix)]
struct ReadOnly(tempfile::TempDir);

#[cfg(unix)]
impl ReadOnly {
    fn allow(&self, folder: u32, files: u32) {
        use std::os::unix::fs::PermissionsExt;
        let set = |path: &std::path::Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(self.0.path(), 0o755);
        for entry in std::fs::read_dir(self.0.path()).unwrap() {
            set(&entry.unwrap().path(), files);
        }
        set(self.0.path(), folder);
    }
}

#[cfg(unix)]
impl Drop for ReadOnly {
    fn drop(&mut self) {
        self.allow(0o755, 0o644);
    }
}

#[cfg(unix)]
#[test]
fn an_index_that_may_not_be_written_can_be_read() {
    let bed = OnDisk(tempfile::tempdir().unwrap());
    fill(&bed, &[article("a", "A", &[("coal", "", "")])]);
    for with_lock in [true, false] {
        let folder = ReadOnly(tempfile::tempdir().unwrap());
        for entry in std::fs::read_dir(bed.0.path()).unwrap() {
            let entry = entry.unwrap();
            if with_lock || !entry.file_name().to_string_lossy().ends_with(".lock") {
                std::fs::copy(entry.path(), folder.0.path().join(entry.file_name())).unwrap();
            }
        }
        folder.allow(0o555, 0o444);
        if std::fs::write(folder.0.path().join("probe"), "").is_ok() {
            println!("skipped: this user may write everywhere");
            return;
        }
        let engine = EmbeddedEngine::open(folder.0.path(), names).unwrap();
        let results = engine.search(&SearchRequest::new(word("coal"))).unwrap();
        assert_eq!(ids(&results), ["a#0"]);
        let refused = EmbeddedWriter::open_or_create(folder.0.path(), &options(), "a test");
        let error = refused.err().expect("nothing can be written");
        assert!(error.to_string().starts_with("cannot write the index in"), "{error}");
        let cause = std::error::Error::source(&error).expect("the system said why");
        assert!(cause.to_string().starts_with("Permission denied"), "{cause}");
    }
}
