//! Measures of what the taggers and the search give.

pub mod entities;
