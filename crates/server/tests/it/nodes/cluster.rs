//! A PostgreSQL of the test alone, which can be stopped and started. Its programs are those of the server for tests.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::postgres::TEST_SERVER;
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Who runs the server when root starts it, whom it refuses.
const USER: &str = "postgres";

/// Who does not wait for a commit to be written is helped little by the processes in the background that write it soon.
const UNHELPED: &str = "-c wal_writer_delay=10s -c wal_writer_flush_after=1GB -c full_page_writes=off \
    -c bgwriter_lru_maxpages=0 -c autovacuum=off";

pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// Flags for the server besides those that all have; a later one counts.
    options: String,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::start_with("", |_| ())
    }

    /// Starts one with these flags, and with files in its folder.
    pub(crate) fn start_with(options: &str, write: impl FnOnce(&Path)) -> Self {
        let cluster = Self { folder: tempfile::tempdir().unwrap(), programs: programs(), options: options.to_owned() };
        write(cluster.folder());
        if is_root() {
            succeeds(Command::new("chown").args(["-R", USER]).arg(cluster.folder()));
        }
        let mut make = cluster.command("initdb");
        make.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        succeeds(make.arg(cluster.data()));
        cluster.go();
        cluster
    }

    /// Where its socket is, and the files that it was given.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The flag that names its database, with these settings of the server for whoever uses it.
    pub(crate) fn flag(&self, settings: &str) -> String {
        format!("--store postgresql:///postgres?host={}&user=postgres{settings}", self.folder.path().display())
    }

    /// Starts it.
    pub(crate) fn go(&self) {
        // A machine does not crash here, so nothing has to be forced onto the disk.
        let socket = self.folder.path().display();
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{socket}' -c fsync=off {UNHELPED} {}",
            self.options
        );
        let log = self.folder.path().join("log");
        succeeds(&mut self.pg_ctl(&["start", "-l", &log.to_string_lossy(), "-o", &options]));
    }

    /// Stops it as a crash does: all its processes end at once, and it has to recover when it starts.
    pub(crate) fn crash(&self) {
        succeeds(&mut self.pg_ctl(&["stop", "-m", "immediate"]));
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn pg_ctl(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("pg_ctl");
        command.args(["-w", "-D"]).arg(self.data()).args(arguments);
        command
    }

    fn command(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&program) };
        if is_root() {
            command.args(["-u", USER, "--"]).arg(program);
        }
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.pg_ctl(&["stop", "-m", "immediate"]).stdout(Stdio::null()).stderr(Stdio::null()).status());
    }
}

/// Where the programs are that the server for tests was started from.
fn programs() -> PathBuf {
    let server = std::env::var(TEST_SERVER).unwrap_or_else(|_| panic!("{TEST_SERVER} is not set"));
    let found = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (client, connection) = tokio_postgres::connect(&server, NoTls).await.unwrap();
        tokio::spawn(connection);
        let sql = "SELECT setting FROM pg_config WHERE name = 'BINDIR'";
        client.query_one(sql, &[]).await.unwrap().get::<_, String>(0)
    });
    found.into()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Its output must not stay open in the server that it starts.
#[track_caller]
fn succeeds(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}
