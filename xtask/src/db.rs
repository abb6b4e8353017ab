//! `cargo xtask db`: a PostgreSQL of this checkout's own, for its tests and benches. It listens on a Unix socket in a
//! folder that nobody else may enter, and is no service of the system.

mod programs;

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Subcommand;

use self::programs::Programs;

/// Where tests find a PostgreSQL in which they may make databases.
pub(crate) const VARIABLE: &str = "SEATWRIGHT_TEST_POSTGRES";
/// How long the server may take to start or to stop, in seconds.
const PATIENCE_SECONDS: &str = "60";
/// Tests of several programs at once, each with a pool.
const CONNECTIONS_MAX: u32 = 400;
/// One that keeps its data is measured: it has room for a million users in memory, and does not stop to make room in its
/// log.
const MEASURED: &str = "-c shared_buffers=1GB -c max_wal_size=8GB";

#[derive(Subcommand)]
pub(crate) enum DbChore {
    /// Start it, if it does not run yet, and print the line that tells the tests: `eval "$(cargo xtask db start)"`
    Start {
        /// Without fsync and with little memory: quicker, and after a crash of the machine worthless
        #[arg(long)]
        throw_away: bool,
    },
    /// Stop it, and remove all its data
    Stop,
    /// Print the line that tells the tests where it is
    Env,
}

/// Does the chore.
pub(crate) fn run(root: &Path, chore: &DbChore) -> Result<()> {
    let cluster = Cluster::of(root);
    match chore {
        DbChore::Start { throw_away } => {
            cluster.start(*throw_away)?;
        }
        DbChore::Stop => return cluster.stop(),
        DbChore::Env => ensure!(cluster.is_running()?, "it does not run; start it: `cargo xtask db start`"),
    }
    println!("export {VARIABLE}='{}'", cluster.url());
    Ok(())
}

/// The database server of a checkout.
pub(crate) struct Cluster {
    /// Data, log and socket. Short, for the path of a socket has a limit of some hundred bytes, and outside of the
    /// checkout, which the user that it runs as may not be able to enter.
    folder: PathBuf,
}

impl Cluster {
    /// The one of the checkout at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        root.hash(&mut hasher);
        Self { folder: std::env::temp_dir().join(format!("seatwright-db-{:016x}", hasher.finish())) }
    }

    /// What goes into [`VARIABLE`]: the database that a superuser makes others from.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The URL of a database.
    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgresql:///{database}?host={}&user=postgres", self.folder.display())
    }

    /// Runs a statement in a database; what it answers.
    #[cfg(feature = "bench")]
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = self.program("psql")?;
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]).arg(self.url_of(database));
        Ok(String::from_utf8(succeed(&mut psql)?.stdout)?)
    }

    /// A program of this version of PostgreSQL.
    #[cfg(feature = "bench")]
    pub(crate) fn program(&self, name: &str) -> Result<Command> {
        let mut command = Programs::find()?.context("PostgreSQL is gone")?.command(name);
        command.current_dir(&self.folder);
        Ok(command)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts it for tests, whatever it was started for when it runs; whether it did not run.
    pub(crate) fn start_if_stopped(&self) -> Result<bool> {
        Ok(!self.is_running()? && self.start(true)?)
    }

    /// Makes and starts it; `false` when it ran already with this setting.
    pub(crate) fn start(&self, throw_away: bool) -> Result<bool> {
        let programs = Programs::find_or_install()?;
        if self.is_running()? {
            let started = fs::read_to_string(self.data().join("postmaster.opts"))?;
            if started.contains("fsync=off") == throw_away {
                return Ok(false);
            }
            self.pg_ctl(&programs, &["stop", "-m", "fast"])?;
        }
        if !self.data().join("PG_VERSION").exists() {
            self.make(&programs)?;
        }
        let purpose = if throw_away { "-c fsync=off -c full_page_writes=off" } else { MEASURED };
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections={CONNECTIONS_MAX} {purpose}",
            self.folder.display()
        );
        let log = self.folder.join("log");
        self.pg_ctl(&programs, &["start", "-l", &log.to_string_lossy(), "-o", &options])
            .with_context(|| format!("PostgreSQL did not start, see {}", log.display()))?;
        Ok(true)
    }

    fn make(&self, programs: &Programs) -> Result<()> {
        // A folder that is there already may be somebody else's trap.
        drop(fs::remove_dir_all(&self.folder));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&self.folder)
            .with_context(|| format!("cannot make the folder {}", self.folder.display()))?;
        if let Some(owner) = programs.owner() {
            succeed(Command::new("chown").arg(owner).arg(&self.folder))?;
        }
        let arguments = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"];
        succeed(programs.command("initdb").args(arguments).arg(self.data()).current_dir(&self.folder))?;
        Ok(())
    }

    /// Stops it, if it runs, and removes it.
    pub(crate) fn stop(&self) -> Result<()> {
        if self.is_running()? {
            self.pg_ctl(&Programs::find()?.context("PostgreSQL is gone")?, &["stop", "-m", "immediate"])?;
        }
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.folder.display()))
            }
            _ => Ok(()),
        }
    }

    /// Whether the process that its data name runs, and on these data.
    fn is_running(&self) -> Result<bool> {
        let data = self.data();
        let Ok(file) = fs::read_to_string(data.join("postmaster.pid")) else { return Ok(false) };
        let process = file.lines().next().context("postmaster.pid is empty")?;
        let Ok(place) = fs::read_link(format!("/proc/{process}/cwd")) else { return Ok(false) };
        Ok(place == data)
    }

    fn pg_ctl(&self, programs: &Programs, arguments: &[&str]) -> Result<()> {
        let mut command = programs.command("pg_ctl");
        command.args(["-w", "-t", PATIENCE_SECONDS, "-D"]).arg(self.data()).args(arguments).current_dir(&self.folder);
        // The server must not keep our output open when we are done.
        let status = command.stdout(Stdio::null()).stderr(Stdio::inherit()).status().context("cannot start pg_ctl")?;
        ensure!(status.success(), "`pg_ctl {}` ended with {status}", arguments.first().unwrap_or(&""));
        Ok(())
    }
}

/// Whether this program is root, whom PostgreSQL refuses to run as.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn succeed(command: &mut Command) -> Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        bail!("{program} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkouts_have_databases_of_their_own() {
        let (one, other) = (Cluster::of(Path::new("/a")), Cluster::of(Path::new("/b")));
        assert_ne!(one.url(), other.url());
        assert_eq!(one.url(), Cluster::of(Path::new("/a")).url());
        assert!(one.folder.join(".s.PGSQL.5432").as_os_str().len() < 100);
    }

    #[test]
    fn it_starts_once_keeps_its_data_and_goes_without_a_trace() {
        let root = tempfile::tempdir().unwrap();
        let cluster = Cluster::of(root.path());
        assert!(!cluster.is_running().unwrap());
        assert!(cluster.start(true).unwrap());
        assert!(!cluster.start(true).unwrap(), "it ran already");
        let made = fs::metadata(cluster.data().join("PG_VERSION")).unwrap().modified().unwrap();
        assert!(cluster.start(false).unwrap(), "with fsync it is another one");
        assert!(cluster.is_running().unwrap());
        assert_eq!(fs::metadata(cluster.data().join("PG_VERSION")).unwrap().modified().unwrap(), made);
        cluster.stop().unwrap();
        cluster.stop().unwrap();
        assert!(!cluster.is_running().unwrap());
        assert!(!cluster.folder.exists());
    }
}
