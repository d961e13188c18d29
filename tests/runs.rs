//! Runs that end otherwise than by themselves: by Ctrl-C, or never, as `pressmark watch`.

#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A run of the program in `folder`, on the index in there.
fn pressmark(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pressmark"));
    command.current_dir(folder).env_remove("PRESSMARK_INDEX").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    told(pressmark(folder, args).output().unwrap())
}

fn told(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn write(folder: &Path, name: &str, headline: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("# {headline}\n\nThe port of Kuantan opened on Friday.\n")).unwrap();
}

#[test]
fn ctrl_c_commits_what_was_read_and_the_same_command_does_the_rest() {
    const FILES: usize = 600;
    let folder = tempfile::tempdir().unwrap();
    for number in 0..FILES {
        write(folder.path(), &format!("news/{number}.txt"), &format!("Report {number}"));
    }
    let mut child = pressmark(folder.path(), &["index", "news", "-v"]).spawn().unwrap();
    // Something is done when it is told.
    let mut talk = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    talk.read_line(&mut first).unwrap();
    assert!(first.starts_with("added news/0.txt"), "{first}");
    signal(&child, "-INT");
    let mut rest = String::new();
    talk.read_to_string(&mut rest).unwrap();
    let (code, counts, _) = told(child.wait_with_output().unwrap());
    assert_eq!(code, Some(130), "{rest}");
    assert!(rest.contains("stopping: what was read is being committed"), "{rest}");
    assert!(rest.ends_with(
        "warning: stopped before all was read; what was read till then is indexed\n\
         hint: run the same command again for the rest\n"
    ));
    let done: usize = counts.split(' ').next().unwrap().parse().unwrap();
    assert!((1..FILES).contains(&done), "{counts}");

    let (code, counts, _) = run(folder.path(), &["index", "news"]);
    let left = FILES - done;
    assert_eq!(code, Some(0));
    assert_eq!(
        counts,
        format!("600 articles: {left} added, {done} unchanged; {left} passages written\n")
    );
}

#[test]
fn a_second_ctrl_c_ends_a_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = pressmark(folder.path(), &["index", "-"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // It waits for input that does not come, and hears what is asked of it before it holds the lock.
    let lock = folder.path().join("index/writer.txt");
    while !fs::read_to_string(&lock).is_ok_and(|holder| holder.ends_with('Z')) {
        std::thread::yield_now();
    }
    let mut talk = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    signal(&child, "-INT");
    talk.read_line(&mut line).unwrap();
    assert!(line.starts_with("stopping: "), "{line}");
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// A program that would run on after a test that fails.
struct Running(Option<Child>);

impl Running {
    fn end(mut self) -> (Option<i32>, String, String) {
        told(self.0.take().unwrap().wait_with_output().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may have ended by itself.
            drop(child.kill());
        }
    }
}

/// The next line of a program that runs on.
fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

/// What a file gets in place of another one, in one go.
fn replace(folder: &Path, name: &str, headline: &str) {
    write(folder, "elsewhere/new", headline);
    fs::rename(folder.join("elsewhere/new"), folder.join(name)).unwrap();
}

#[test]
fn what_appears_or_changes_is_indexed_while_others_read_and_write() {
    for looking in [&[][..], &["--poll", "0.1"]] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write(folder, "news/a.txt", "One");
        let args = [&["watch", "news", "--settle", "0.2"], looking].concat();
        let mut child = pressmark(folder, &args).spawn().unwrap();
        let mut log = BufReader::new(child.stdout.take().unwrap());
        let running = Running(Some(child));
        assert_eq!(line(&mut log), "added news/a.txt: 1 passage");
        write(folder, "news/new/b.txt", "Two");
        assert_eq!(line(&mut log), "added news/new/b.txt: 1 passage");
        replace(folder, "news/a.txt", "Another");
        assert_eq!(line(&mut log), "replaced news/a.txt: 1 passage");
        // The lock goes soon after the line is told.
        while run(folder, &["delete", "news/new/b.txt"]).0 != Some(0) {
            std::thread::yield_now();
        }
        fs::remove_file(folder.join("news/new/b.txt")).unwrap();
        let (code, _, counts) = run(folder, &["query", "headline:another", "-n", "0"]);
        assert_eq!((code, &*counts), (Some(0), "1 passage in 1 article, none shown\n"));
        fs::write(folder.join("news/.gitignore"), "c.txt\n").unwrap();
        write(folder, "news/c.txt", "Ignored");
        write(folder, "news/d.txt", "Three");
        assert_eq!(line(&mut log), "added news/d.txt: 1 passage");
        running.0.iter().for_each(|child| signal(child, "-TERM"));
        let (code, rest, talk) = running.end();
        assert_eq!(
            (code, &*rest, &*talk),
            (
                Some(0),
                "",
                "watching `news`; Ctrl-C ends it\nstopped; what was read till then is indexed\n"
            ),
            "{looking:?}"
        );
        let (_, counts, _) = run(folder, &["index", "news"]);
        assert_eq!(counts, "2 articles: 2 unchanged\n");
    }
}
