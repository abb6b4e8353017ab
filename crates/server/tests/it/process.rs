//! The `seatwright` binary as a process, in a folder of its own. Every wait has an end.

use crate::http::{Answer, Connection, Request};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a process may take to begin, or to end by itself.
const PROCESS_TIME_MAX: Duration = Duration::from_secs(60);
/// How often an end is looked for.
const LOOK_PERIOD: Duration = Duration::from_millis(2);
/// What a server prints when it accepts connections.
const LISTENING: &str = "listening on http://";

/// A folder that is gone after the test; commands run in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder that holds `world.json`.
    pub(crate) fn with_world(world: &Value) -> Self {
        let folder = Self::new();
        folder.write("world.json", &world.to_string());
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// What is in it, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs a command line (without the program's name) to its end.
    pub(crate) fn run(&self, line: &str) -> Finished {
        Process::start(self.0.path(), line).finish()
    }

    /// Starts a command line that stays up.
    pub(crate) fn start(&self, line: &str) -> Process {
        Process::start(self.0.path(), line)
    }

    /// Serves `seatwright.db`, filled with `world.json`, on a free port.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with("--seed world.json")
    }

    /// Serves with these flags on a free port.
    pub(crate) fn serve_with(&self, flags: &str) -> Server {
        Server::of(self.start(&format!("serve --listen 127.0.0.1:0 {flags}")))
    }

    /// An access token of the store `seatwright.db`.
    pub(crate) fn token(&self, flags: &str) -> String {
        self.run(&format!("token {flags}")).succeeds().trim_end().to_owned()
    }
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// Asserts exit code 0; gives what was printed.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// Asserts that the user is told of a mistake: exit code 2 and one line on stderr that says this.
    #[track_caller]
    pub(crate) fn is_a_mistake(&self, saying: &str) {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.starts_with("seatwright: ") && self.stderr.contains(saying), "not `{saying}`: {self:?}");
    }
}

/// A running process; it is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    lines: Mutex<Receiver<String>>,
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    fn start(folder: &Path, line: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatwright"));
        command.args(line.split_whitespace()).current_dir(folder).env_remove("RUST_LOG");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                drop(sender.send(line));
            }
        });
        let stderr = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            drop(stderr.read_to_end(&mut bytes));
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Self { child, lines: Mutex::new(lines), stderr: Some(stderr) }
    }

    /// The next line that it prints; `None` when it has ended without one.
    pub(crate) fn line(&self) -> Option<String> {
        match self.lines.lock().unwrap().recv_timeout(PROCESS_TIME_MAX) {
            Ok(line) => Some(line),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => None,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("nothing was printed for {PROCESS_TIME_MAX:?}"),
        }
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Finished {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PROCESS_TIME_MAX, "the process did not end: {:?}", self.kill());
            std::thread::sleep(LOOK_PERIOD);
        };
        let stdout = self.lines.lock().unwrap().iter().fold(String::new(), |text, line| text + &line + "\n");
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Finished { code: status.code(), stdout, stderr }
    }

    /// Kills it as `kill -9` does.
    fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A process that serves.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Waits until the process listens.
    #[track_caller]
    pub(crate) fn of(process: Process) -> Self {
        loop {
            match process.line() {
                Some(line) if line.starts_with(LISTENING) => {
                    let address = line.trim_start_matches(LISTENING).parse().unwrap();
                    return Self { process, address };
                }
                Some(_) => {}
                None => panic!("it does not serve: {:?}", process.finish()),
            }
        }
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.address)
    }

    /// Sends a request on a connection of its own.
    #[track_caller]
    pub(crate) fn ask(&self, request: Request) -> Answer {
        self.connect().ask(&request).unwrap()
    }

    /// Waits until all group processing has settled.
    #[track_caller]
    pub(crate) fn settle(&self) {
        let begun = Instant::now();
        loop {
            let work = self.ask(Request::get("/workz")).json();
            if work["pendingGroups"] == 0 && work["pendingUsers"] == 0 {
                return;
            }
            assert!(begun.elapsed() < PROCESS_TIME_MAX, "groups do not settle: {work}");
            std::thread::sleep(LOOK_PERIOD);
        }
    }

    /// Asks it to stop, as a service manager does, and waits for it.
    #[track_caller]
    pub(crate) fn terminate(self) -> Finished {
        self.process.signal("TERM");
        self.process.finish()
    }

    /// Kills it as `kill -9` does.
    pub(crate) fn kill(self) {
        drop(self);
    }
}
