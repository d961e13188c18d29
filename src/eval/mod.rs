//! Measures: how well what pressmark does agrees with what people labelled.
//!
//! Measures are plain values. Files are read and tables are written by the caller.

pub mod bio;
pub mod entities;
pub mod search;
pub mod sectors;

mod gold;
mod score;

pub use gold::{Fault, GoldError};
pub use score::{Outcome, Score};
