//! How a command ends: its exit code, and the one place that prints an error.

use std::io;
use std::process::{ExitCode, Termination};

use pressmark::engine::EngineError;
use pressmark::engine::synonyms::SynonymError;
use pressmark::eval::GoldError;
use pressmark::eval::search::set::SetError;
use pressmark::reader::ReadError;
use pressmark::tagger::corrections::{Conflict, CorrectionsError};
use pressmark::tagger::sectors::TaxonomyError;

use super::hints;
use super::ui::Ui;

/// How a command ended; the number is the process's exit code and part of our interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// Did what was asked; for `query`, something matched.
    Done = 0,
    /// Ran, and nothing matched.
    NoMatch = 1,
    /// Failed, even in part: one unreadable file is enough.
    Failed = 2,
    /// Was stopped by the user before all was done; what was done is kept.
    Stopped = 130,
}

impl Termination for Status {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a command did not do what was asked, and what the user can do about it.
#[derive(Debug)]
pub(super) struct Failure {
    error: anyhow::Error,
    hints: Vec<String>,
}

impl Failure {
    /// A failure with words of our own.
    pub(super) fn user(message: impl Into<String>) -> Self {
        Self { error: anyhow::Error::msg(message.into()), hints: Vec::new() }
    }

    /// The failure to do `what`: `cannot read …`; the cause is told apart.
    pub(super) fn io(what: impl Into<String>, source: io::Error) -> Self {
        let hints = hints::io(&source).into_iter().collect();
        Self { error: anyhow::Error::new(source).context(what.into()), hints }
    }

    /// Adds what the user can do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Prints error, causes and hints, and gives the exit code. Whoever closed the pipe we write
    /// to has read what they wanted: that is success and nothing is printed.
    pub(super) fn report(self, ui: &mut Ui) -> Status {
        if self.is_broken_pipe() {
            ui.give_up();
            return Status::Done;
        }
        self.print(ui);
        Status::Failed
    }

    /// Prints error, causes and hints.
    pub(super) fn print(&self, ui: &mut Ui) {
        let causes: Vec<String> = self.error.chain().skip(1).map(ToString::to_string).collect();
        print(ui, &self.error.to_string(), &causes, &self.hints);
    }

    /// Whether another process writes the index.
    pub(super) fn is_locked(&self) -> bool {
        matches!(self.error.downcast_ref(), Some(EngineError::Locked { .. }))
    }

    fn is_broken_pipe(&self) -> bool {
        let io = self.error.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Prints what is wrong, how that came, and what the user can do about it.
pub(super) fn print(ui: &mut Ui, error: &str, causes: &[String], hints: &[String]) {
    ui.error(error);
    causes.iter().for_each(|cause| ui.cause(cause));
    hints.iter().for_each(|hint| ui.hint(hint));
}

/// Results that cannot be written. Errors of anything else are wrapped where they arise.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self { error: error.into(), hints: Vec::new() }
        } else {
            let hints = match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    vec!["free some space and run the same command again".to_owned()]
                }
                _ => hints::io(&error).into_iter().collect(),
            };
            Self {
                error: anyhow::Error::new(error).context("cannot write to standard output"),
                hints,
            }
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let hints = hints::engine(&error);
        Self { error: error.into(), hints }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let hints = error.hint().into_iter().collect();
        Self { error: error.into(), hints }
    }
}

impl From<SynonymError> for Failure {
    fn from(error: SynonymError) -> Self {
        Self { error: error.into(), hints: Vec::new() }
    }
}

impl From<TaxonomyError> for Failure {
    fn from(error: TaxonomyError) -> Self {
        Self { error: error.into(), hints: Vec::new() }
    }
}

impl From<CorrectionsError> for Failure {
    fn from(error: CorrectionsError) -> Self {
        Self { error: error.into(), hints: Vec::new() }
    }
}

impl From<Conflict> for Failure {
    fn from(error: Conflict) -> Self {
        let hint = "`pressmark entities corrections` lists what is said".to_owned();
        Self { error: error.into(), hints: vec![hint] }
    }
}

impl From<SetError> for Failure {
    fn from(error: SetError) -> Self {
        Self { error: error.into(), hints: Vec::new() }
    }
}

impl From<GoldError> for Failure {
    fn from(error: GoldError) -> Self {
        Self { error: error.into(), hints: Vec::new() }
    }
}
