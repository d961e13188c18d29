//! Ctrl-C, and the system's wish that the program ends: the first asks a run to end well, the second
//! ends the program as it is.

use pressmark::ingest::Stop;

use super::failure::Status;
use super::ui;

/// From now on Ctrl-C asks for `stop`. `told` is then said, unless it is empty.
pub(super) fn on_interrupt(stop: &Stop, told: &'static str) {
    let stop = stop.clone();
    let handler = move || {
        if stop.is_asked() {
            end();
        }
        stop.ask();
        if !told.is_empty() {
            ui::interject(told);
        }
    };
    // Without a handler the system ends the program, and the last commit stands.
    drop(ctrlc::set_handler(handler));
}

#[expect(clippy::disallowed_methods, reason = "it is asked for twice, whatever is under way")]
fn end() {
    std::process::exit(Status::Stopped as i32)
}
