//! The real program as a process of its own, over HTTP. At the end it is killed, so that its store has to
//! stand that too.

use super::{Answer, Sent, Target, breaches_of_database, breaches_of_file};
use crate::scenario::{Holder, Who};
use anyhow::{Context, bail};
use async_trait::async_trait;
use engine::world::World;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;
use store::postgres::ScratchDatabase;
use tempfile::TempDir;
use tokio_util::bytes::Bytes;

/// How often the server is asked whether it is done.
const SETTLE_POLL_PERIOD: Duration = Duration::from_millis(5);

struct OverHttp {
    server: Server,
    client: Client<HttpConnector, Full<Bytes>>,
    /// `127.0.0.1:PORT`.
    host: String,
    program: PathBuf,
    folder: TempDir,
    /// Where its store is, when that is no file of the folder.
    database: Option<ScratchDatabase>,
}

/// A file of the folder.
const FILE: &str = "sqlite:seatwright.db";

/// A process that ends with this handle.
struct Server {
    process: Child,
    /// Kept open: the program must be able to print.
    _stdout: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Starts `program` (`seatwright`) on a SQLite store in a folder that is removed at the end.
///
/// # Errors
/// When it does not start, or the world breaks a rule.
pub async fn over_http(program: &Path, world: &World) -> anyhow::Result<Box<dyn Target>> {
    serve(program, world, None).await
}

/// Starts it on a PostgreSQL store in a database that nobody else has until the end.
///
/// # Errors
/// As for [`over_http`], and when there is no server for tests.
pub async fn over_http_on_postgres(program: &Path, world: &World) -> anyhow::Result<Box<dyn Target>> {
    serve(program, world, Some(ScratchDatabase::create().await?)).await
}

async fn serve(program: &Path, world: &World, database: Option<ScratchDatabase>) -> anyhow::Result<Box<dyn Target>> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("world.json"), serde_json::to_vec(world)?)?;
    let program = program.to_owned();
    let (starting, at, store) = (program.clone(), folder.path().to_owned(), url_of(database.as_ref()));
    let (server, host) = tokio::task::spawn_blocking(move || start(&starting, &at, &store)).await??;
    let client = Client::builder(TokioExecutor::new()).build_http();
    Ok(Box::new(OverHttp { server, client, host, program, folder, database }))
}

fn url_of(database: Option<&ScratchDatabase>) -> String {
    database.map_or_else(|| FILE.to_owned(), ScratchDatabase::url)
}

fn start(program: &Path, folder: &Path, store: &str) -> anyhow::Result<(Server, String)> {
    let log = folder.join("stderr.txt");
    let mut process = Command::new(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--seed", "world.json", "--store", store])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log)?)
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    let mut stdout = BufReader::new(process.stdout.take().context("the program has no output")?);
    let mut line = String::new();
    let read = stdout.read_line(&mut line);
    let server = Server { process, _stdout: stdout };
    read?;
    match line.trim().strip_prefix("listening on http://") {
        Some(host) => Ok((server, host.to_owned())),
        None => bail!("the program did not start: {line}{}", std::fs::read_to_string(&log)?),
    }
}

impl OverHttp {
    /// Runs another command of the program on the store.
    async fn command(&self, mut arguments: Vec<String>) -> anyhow::Result<Output> {
        arguments.extend(["--store".to_owned(), url_of(self.database.as_ref())]);
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path());
        Ok(tokio::task::spawn_blocking(move || command.output()).await??)
    }
}

#[async_trait]
impl Target for OverHttp {
    async fn send(&self, sent: Sent) -> anyhow::Result<Answer> {
        let request = sent.into_request(&format!("http://{}", self.host), &self.host)?;
        Answer::read(self.client.request(request).await?).await
    }

    async fn token(&self, holder: &Holder) -> anyhow::Result<String> {
        let mut arguments = vec!["token".to_owned(), "--tenant".to_owned(), holder.tenant.to_string()];
        let (repeated, values) = match &holder.who {
            Who::Application { id, roles } => {
                arguments.extend(["--app".to_owned(), id.to_string()]);
                ("--role", roles)
            }
            Who::User { name, scopes } => {
                arguments.extend(["--user".to_owned(), name.clone()]);
                ("--scope", scopes)
            }
        };
        arguments.extend(values.iter().flat_map(|value| [repeated.to_owned(), value.clone()]));
        let output = self.command(arguments).await?;
        if !output.status.success() {
            bail!("seatwright token: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    async fn settle(&self) -> anyhow::Result<()> {
        loop {
            let answer = self.send(Sent::new("GET", "/workz")).await?;
            if answer.status != 200 {
                bail!("/workz answered {} {}", answer.status, answer.text);
            }
            if answer.json["pendingGroups"] == 0 && answer.json["pendingUsers"] == 0 {
                return Ok(());
            }
            tokio::time::sleep(SETTLE_POLL_PERIOD).await;
        }
    }

    async fn verify(&self) -> anyhow::Result<Vec<String>> {
        match &self.database {
            Some(database) => breaches_of_database(database).await,
            None => breaches_of_file(&self.folder.path().join("seatwright.db")).await,
        }
    }

    async fn finish(mut self: Box<Self>) -> anyhow::Result<Vec<String>> {
        self.server.process.kill()?;
        self.server.process.wait()?;
        let output = self.command(vec!["verify".to_owned()]).await?;
        if output.status.success() {
            return Ok(Vec::new());
        }
        let said = [output.stdout, output.stderr].concat();
        Ok(String::from_utf8_lossy(&said).lines().map(str::to_owned).collect())
    }
}
