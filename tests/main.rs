//! Everything that checks pressmark from outside: one test binary, so that it is linked once.

mod cli;
mod tidy;
