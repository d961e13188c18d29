//! The real program as a process: how long it takes, and how much memory of its own, without pages of
//! files, which the system takes back when it wants them. Linux says the latter.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs `pressmark` with `args`; gives seconds and its peak memory in MB.
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> (f64, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_pressmark"))
        .args(args)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if let Ok(text) = fs::read_to_string(&status_file) {
            let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "`pressmark` failed");
    (start.elapsed().as_secs_f64(), peak / 1024)
}
