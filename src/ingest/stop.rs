//! The wish to end a run before all is read. Who wishes it, and how that is said, is for the caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Says to a run that it shall end; clones say it to the same run.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// From now on the run takes up nothing new.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it shall end.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
