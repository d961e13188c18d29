//! What is wrong with sources, told as it is met: of each file and each kind the first few, then how
//! many more there are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pressmark::reader::Complaint;

use super::failure;
use super::ui::Ui;

/// How many of a kind are told of one file, unless `-v` asks for all.
const MOST: u64 = 10;

/// What was told of the file that is read.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    file: PathBuf,
    /// How many there were of each kind; warnings apart.
    met: BTreeMap<(bool, String), u64>,
}

impl Complaints {
    /// Tells it, if not enough were told that are like it.
    pub(super) fn tell(&mut self, ui: &mut Ui, complaint: &Complaint) {
        let Complaint { is_warning, kind, message, causes, hint, .. } = complaint;
        let met = self.met.entry((*is_warning, kind.clone())).or_default();
        *met += 1;
        if *met > MOST && !ui.verbose() {
            return;
        }
        match is_warning {
            true => ui.warning(message),
            false => failure::print(ui, message, causes, hint.as_slice()),
        }
    }

    /// Whether there was more to be said of the file than was told.
    pub(super) fn has_more(&self) -> bool {
        self.met.values().any(|met| *met > MOST)
    }

    /// Goes on to `file`, and tells how much more there was to be said of the one before.
    pub(super) fn go_on(&mut self, ui: &mut Ui, file: &Path) {
        self.end(ui);
        self.file = file.to_owned();
    }

    /// Tells how much more there was to be said of the last file.
    pub(super) fn end(&mut self, ui: &mut Ui) {
        let more = std::mem::take(&mut self.met).into_iter().filter(|(_, met)| *met > MOST);
        if ui.verbose() {
            return;
        }
        for ((is_warning, kind), met) in more {
            let file = match self.file.as_os_str() == "-" {
                true => "standard input".to_owned(),
                false => format!("`{}`", self.file.display()),
            };
            let line = format!("and {} more in {file}: {kind}; `-v` tells all", met - MOST);
            match is_warning {
                true => ui.warning(&line),
                false => ui.error(&line),
            }
        }
    }
}
