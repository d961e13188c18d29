//! What a name means that may mean several entities, for people.

use std::io::{self, Write};

use super::Look;
use super::pen::{PLAIN, Pen};

/// Writes what a name of a passage may mean, each as its id, whether it is meant, and why.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write_choice(
    out: &mut dyn Write,
    ordinal: u32,
    name: &str,
    readings: &[(&str, bool, &str)],
    look: Look,
) -> io::Result<()> {
    let told = readings
        .iter()
        .map(|(id, chosen, reason)| format!("{}{id}: {reason}", if *chosen { "" } else { "not " }));
    let told = told.collect::<Vec<_>>().join("; ");
    Pen { out, look }.paragraph(&format!("{ordinal:>4}  "), &format!("“{name}” {told}"), PLAIN, &[])
}
