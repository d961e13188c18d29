//! What tells that files change: the system, or where it does not, looking again and again.
//!
//! A notice is a hint where to look. What is there, and whether it is news, is for the run to find.

use std::collections::HashMap;
use std::path::{Path, PathBuf, absolute};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use pressmark::reader::{Stamp, WalkOptions, walk};

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Something at this path or, if it is a folder, below it; it begins as one of the paths that
    /// are watched.
    At(PathBuf),
    /// Anything.
    Anywhere,
    /// The system tells no more, for this reason.
    Lost(String),
}

/// Tells of changes below some paths.
pub(super) enum Notices {
    System {
        /// Told as long as it lives.
        _watcher: RecommendedWatcher,
        told: Receiver<notify::Result<notify::Event>>,
        roots: Vec<Root>,
    },
    Looking(Looking),
}

/// A path that is watched.
#[derive(Clone, Debug)]
pub(super) struct Root {
    typed: PathBuf,
    is_folder: bool,
    /// What the system may call it.
    called: Vec<PathBuf>,
}

impl Root {
    fn new(typed: &Path) -> Self {
        let called = [absolute(typed).ok(), typed.canonicalize().ok()];
        let is_folder = typed.is_dir();
        Self { typed: typed.to_owned(), is_folder, called: called.into_iter().flatten().collect() }
    }

    /// Whether `path` is a folder that is watched and is there no more.
    fn is_lost(&self, path: &Path) -> bool {
        self.is_folder && self.typed == path && !path.is_dir()
    }

    /// `path` as a walk from here would call it, if it is here.
    fn typed(&self, path: &Path) -> Option<PathBuf> {
        let below = self.called.iter().find_map(|called| path.strip_prefix(called).ok())?;
        Some(if below.as_os_str().is_empty() { self.typed.clone() } else { self.typed.join(below) })
    }
}

impl Notices {
    /// Asks the system to tell of changes below `paths`.
    ///
    /// # Errors
    ///
    /// What the system says if it does not.
    pub(super) fn of_system(paths: &[PathBuf]) -> notify::Result<Self> {
        let (tell, told): (Sender<_>, _) = channel();
        let mut watcher = notify::recommended_watcher(tell)?;
        for path in paths {
            let called = absolute(path)?;
            match path.is_dir() {
                true => watcher.watch(&called, RecursiveMode::Recursive)?,
                // An editor puts a new file in the place of the old one, which is what it would tell of.
                false => {
                    let folder = called.parent().unwrap_or(&called);
                    watcher.watch(folder, RecursiveMode::NonRecursive)?;
                }
            }
        }
        let roots = paths.iter().map(|path| Root::new(path)).collect();
        Ok(Self::System { _watcher: watcher, told, roots })
    }

    /// Looks at all files below `paths` each time `every` has gone by; what is there now is known.
    pub(super) fn by_looking(paths: &[PathBuf], every: Duration) -> Self {
        let mut looking =
            Looking { paths: paths.to_vec(), every, last: Instant::now(), stamps: HashMap::new() };
        looking.look();
        Self::Looking(looking)
    }

    /// Waits for notices, no longer than `wait`.
    pub(super) fn wait(&mut self, wait: Duration) -> Vec<Notice> {
        match self {
            Self::System { told, roots, .. } => {
                let mut notices = Vec::new();
                match told.recv_timeout(wait) {
                    Ok(first) => {
                        let all = std::iter::once(first).chain(told.try_iter());
                        all.for_each(|told| notices.extend(read(told, roots)));
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        notices.push(Notice::Lost("it ended".to_owned()));
                    }
                }
                notices
            }
            Self::Looking(looking) => {
                let left = looking.every.saturating_sub(looking.last.elapsed());
                std::thread::sleep(left.min(wait));
                if looking.last.elapsed() < looking.every {
                    return Vec::new();
                }
                looking.look().into_iter().map(Notice::At).collect()
            }
        }
    }
}

/// What the system says, as notices.
fn read(told: notify::Result<notify::Event>, roots: &[Root]) -> Vec<Notice> {
    let event = match told {
        Ok(event) if event.need_rescan() => return vec![Notice::Anywhere],
        Ok(event) => event,
        Err(error) => return vec![Notice::Lost(error.to_string())],
    };
    let is_folder_news = match event.kind {
        // Reading is no change, ours among it.
        EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write) => {
            return Vec::new();
        }
        EventKind::Access(_) | EventKind::Remove(_) => false,
        EventKind::Modify(kind) => matches!(kind, notify::event::ModifyKind::Name(_)),
        EventKind::Create(_) | EventKind::Any | EventKind::Other => true,
    };
    let mut notices = Vec::new();
    for path in &event.paths {
        match roots.iter().find_map(|root| root.typed(path)) {
            // What is put in its place is told by no one.
            Some(path) if roots.iter().any(|root| root.is_lost(&path)) => {
                notices.push(Notice::Lost(format!("`{}` went", path.display())));
            }
            // That a folder has another date says nothing of what is in it.
            Some(path) if path.is_dir() && !is_folder_news => {}
            Some(path) => notices.push(Notice::At(path)),
            // Beside a file that is watched, or called by a name we do not know: of a folder
            // that holds nothing of ours nothing comes.
            None if roots.iter().all(|root| root.is_folder) => notices.push(Notice::Anywhere),
            None => {}
        }
    }
    notices
}

/// Files and how they were when they were looked at last.
pub(super) struct Looking {
    paths: Vec<PathBuf>,
    every: Duration,
    last: Instant,
    stamps: HashMap<PathBuf, Option<Stamp>>,
}

impl Looking {
    /// The files that are not as they were.
    fn look(&mut self) -> Vec<PathBuf> {
        let mut changed = Vec::new();
        let mut stamps = HashMap::with_capacity(self.stamps.len());
        // What cannot be walked is told by the run.
        for found in walk(&self.paths, WalkOptions::default()).flatten() {
            let path = found.source.path;
            let stamp = Stamp::of(&path);
            if self.stamps.get(&path) != Some(&stamp) {
                changed.push(path.clone());
            }
            stamps.insert(path, stamp);
        }
        self.stamps = stamps;
        self.last = Instant::now();
        changed
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag, ModifyKind, RemoveKind};

    use super::*;

    #[test]
    fn what_the_system_says_is_a_path_as_it_was_typed() {
        let folder = tempfile::tempdir().unwrap();
        let news = folder.path().join("news");
        std::fs::create_dir(&news).unwrap();
        let typed = PathBuf::from("../news");
        let roots = [Root { typed, is_folder: true, called: vec![news.clone()] }];
        let write = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let create = EventKind::Create(CreateKind::Any);
        let at = |path: &str| vec![Notice::At(PathBuf::from(path))];
        for (kind, path, want) in [
            (write, "a.txt", at("../news/a.txt")),
            (create, "sub", at("../news/sub")),
            (EventKind::Access(AccessKind::Open(AccessMode::Read)), "a.txt", Vec::new()),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), "a", at("../news/a")),
        ] {
            let event = notify::Event::new(kind).add_path(news.join(path));
            assert_eq!(read(Ok(event), &roots), want, "{kind:?}");
        }
        let gone = notify::Event::new(EventKind::Remove(RemoveKind::Folder)).add_path(news);
        assert_eq!(read(Ok(gone), &roots), [Notice::Lost("`../news` went".to_owned())]);
        let overflow = notify::Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(read(Ok(overflow), &roots), [Notice::Anywhere]);
        let lost = read(Err(notify::Error::generic("too many")), &roots);
        assert_eq!(lost, [Notice::Lost("too many".to_owned())]);
    }

    #[test]
    fn looking_finds_what_is_new_or_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.txt"), "One.").unwrap();
        let mut notices = Notices::by_looking(&[folder.path().to_owned()], Duration::ZERO);
        assert_eq!(notices.wait(Duration::ZERO), []);
        std::fs::write(path("a.txt"), "Another.").unwrap();
        std::fs::write(path("b.txt"), "Two.").unwrap();
        let want = ["a.txt", "b.txt"].map(|name| Notice::At(path(name)));
        assert_eq!(notices.wait(Duration::ZERO), want);
        std::fs::remove_file(path("a.txt")).unwrap();
        assert_eq!(notices.wait(Duration::ZERO), []);
    }
}
