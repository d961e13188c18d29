//! The folder of an index as tantivy sees it: one that can be read where nothing may be written.
//!
//! tantivy opens the files of a commit under a lock, for which it opens a file for writing. Those
//! who may only read take the same lock on the file as it is, or, where a writer has never made
//! one, none: then no writer can remove a file meanwhile. Nothing else differs from tantivy's own.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback,
    WatchHandle, WritePtr,
};

/// A file of a segment ends in two numbers of four bytes.
const LEAST_BYTES: usize = 8;

/// A folder that may be on a medium which is only read.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    inner: MmapDirectory,
}

impl Folder {
    /// The folder at `path`.
    pub(super) fn open(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { path: path.to_owned(), inner: MmapDirectory::open(path)? })
    }

    /// The lock of those who may not write.
    fn lock_to_read(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let file = match File::open(self.path.join(&lock.filepath)) {
            Ok(file) => file,
            // Never written here, or not for us to see.
            Err(_) => return Ok(DirectoryLock::from(Box::new(()))),
        };
        match file.lock() {
            Ok(()) => Ok(DirectoryLock::from(Box::new(file))),
            // Some file systems know no locks without writing.
            Err(error) if is_refusal(&error) => Ok(DirectoryLock::from(Box::new(()))),
            Err(error) => Err(LockError::wrap_io_error(error)),
        }
    }
}

/// Whether the system refuses writing as such, not just now.
fn is_refusal(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, Unsupported};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | Unsupported)
        // A file that is not open for writing, told by file systems of the network.
        || error.raw_os_error() == Some(9)
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.inner.get_file_handle(path)?;
        if file.len() < LEAST_BYTES {
            // tantivy would panic.
            let short = io::Error::from(io::ErrorKind::UnexpectedEof);
            return Err(OpenReadError::wrap_io_error(short, path.to_owned()));
        }
        Ok(file)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.inner.acquire_lock(lock) {
            Err(LockError::IoError(error))
                if lock.filepath == META_LOCK.filepath && is_refusal(&error) =>
            {
                self.lock_to_read(lock)
            }
            other => other,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}
