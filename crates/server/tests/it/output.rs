//! Stdout that nobody reads, or that nothing more fits in: an end without a panic.

use crate::process::Folder;
use crate::world::{AS_ROBOT, BEN, contoso};
use std::fs::OpenOptions;
use std::process::{Command, Output, Stdio};

/// Runs a command line to its end, with this as its stdout.
fn run(folder: &Folder, line: &str, stdout: impl Into<Stdio>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwright"));
    command.args(line.split_whitespace()).current_dir(folder.path("")).stdout(stdout).stderr(Stdio::piped());
    command.output().unwrap()
}

fn lines() -> Vec<String> {
    let mut lines =
        ["demo --once", "verify", "export", "--help", "serve --listen 127.0.0.1:0"].map(str::to_owned).to_vec();
    lines.push(format!("token {AS_ROBOT}"));
    lines.push(format!("explain {BEN}"));
    lines
}

fn served() -> Folder {
    let folder = Folder::with_world(&contoso());
    folder.serve().terminate().succeeds();
    folder
}

#[test]
fn a_pipe_that_nobody_reads_is_a_quiet_end() {
    let folder = served();
    for line in lines() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = run(&folder, &line, writer);
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), said.as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
fn a_full_device_is_told_in_one_line() {
    let folder = served();
    for line in lines() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = run(&folder, &line, full);
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{line}: {said}");
        assert_eq!(said.lines().count(), 1, "{line}: {said}");
        assert!(said.contains("could not write to stdout: No space left on device"), "{line}: {said}");
    }
}

#[test]
fn what_is_told_on_stderr_may_get_lost() {
    let folder = served();
    for line in ["verify --store sqlite:nowhere.db", "serve --listen 127.0.0.1:70000"] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatwright"));
        command.args(line.split_whitespace()).current_dir(folder.path("")).stderr(full);
        assert_eq!(command.status().unwrap().code(), Some(2), "{line}");
    }
}

#[test]
fn a_filter_of_logs_that_cannot_be_used_is_told() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwright"));
    command.arg("verify").current_dir(folder.path("")).env("RUST_LOG", "engine=loud=very");
    let ended = command.output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.starts_with("seatwright: could not use RUST_LOG=engine=loud=very"), "{said}");
}

#[test]
fn verify_says_by_its_exit_code_what_nobody_reads() {
    let folder = served();
    let store = rusqlite::Connection::open(folder.path("seatwright.db")).unwrap();
    store.execute("UPDATE skus SET consumed = consumed + 1", []).unwrap();
    drop(store);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(run(&folder, "verify", writer).status.code(), Some(1));
}
