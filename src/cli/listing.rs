//! Articles that are printed as they are read, one after the other, and what is to be said of their
//! sources meanwhile. How one is printed is for the command.

use std::io;
use std::ops::ControlFlow;

use pressmark::ingest::Met;

use super::complaints::Complaints;
use super::failure::{Failure, Status};
use super::ui::Ui;

/// A run that prints articles.
pub(super) struct Listing<'u> {
    ui: &'u mut Ui,
    /// Whether to tell what is passed over.
    tells_skipped: bool,
    complaints: Complaints,
    status: Status,
    is_first: bool,
    unwritten: Option<io::Error>,
}

impl<'u> Listing<'u> {
    /// Before the first article.
    pub(super) fn new(ui: &'u mut Ui, tells_skipped: bool) -> Self {
        let (complaints, status) = (Complaints::default(), Status::NoMatch);
        Self { ui, tells_skipped, complaints, status, is_first: true, unwritten: None }
    }

    /// Takes what is met; `write` prints an article and is told whether it is the first. Breaks when
    /// nothing more can be printed.
    pub(super) fn take<A>(
        &mut self,
        met: Met<A>,
        write: impl FnOnce(&mut Ui, A, bool) -> io::Result<()>,
    ) -> ControlFlow<()> {
        let Self { ui, complaints, .. } = self;
        match met {
            Met::File(path) => complaints.go_on(ui, &path),
            Met::Article(article) => {
                self.unwritten = write(ui, article, self.is_first).err();
                self.is_first = false;
                if self.status == Status::NoMatch {
                    self.status = Status::Done;
                }
            }
            Met::Skipped { path, reason } => {
                if self.tells_skipped {
                    ui.note(&format!("skipped `{}`: {reason}", path.display()));
                }
            }
            Met::Complaint(complaint) => {
                if !complaint.is_warning {
                    self.status = Status::Failed;
                }
                complaints.tell(ui, &complaint);
            }
        }
        match self.unwritten {
            None => ControlFlow::Continue(()),
            Some(_) => ControlFlow::Break(()),
        }
    }

    /// How it ended.
    pub(super) fn end(mut self) -> Result<Status, Failure> {
        self.complaints.end(self.ui);
        match self.unwritten {
            Some(error) => Err(error.into()),
            None => Ok(self.status),
        }
    }
}
