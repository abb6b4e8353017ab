//! A proxy before a PostgreSQL that cuts a connection exactly when its commit is sent, or hands nothing on any more.

use anyhow::Context as _;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio_postgres::config::{Config, Host};

/// The message by which a transaction ends: a simple query.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";
/// Where PostgreSQL listens unless told otherwise.
const PORT: u16 = 5432;
/// Bytes that are taken from the server at once.
const BUFFER_BYTES: usize = 16 * 1024;

/// When a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The server never gets the commit: nothing is changed.
    BeforeCommit,
    /// The server has committed; its answer is not handed on.
    AfterCommit,
    /// The server has committed; instead of its answer it is said that the session ends.
    EndOfSession,
    /// Nothing is handed on any more; the connection stays until its client gives it up.
    Silence,
}

/// How a server says that it ends a session: severity, code, sentence.
const END_OF_SESSION: &[u8] = b"E\0\0\0\x2aSFATAL\0VFATAL\0C57P01\0Mending session\0\0";

/// Listens on a port of its own until it is dropped; connections that it has then stay.
pub struct CommitCutter {
    url: String,
    next: Arc<Mutex<Option<Cut>>>,
    gate: Arc<Gate>,
    is_frozen: watch::Sender<bool>,
    listening: AbortHandle,
}

/// Who comes while it is closed is turned away, and counted.
#[derive(Default)]
struct Gate {
    is_closed: AtomicBool,
    turned_away: AtomicU32,
}

impl CommitCutter {
    /// Starts one before the server of this URL. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// When the URL cannot be read, or no port is free.
    pub async fn start(server: &str) -> anyhow::Result<Self> {
        let config = Config::from_str(server)?;
        let host = config.get_hosts().first().context("the URL names no host")?.clone();
        let port = config.get_ports().first().copied().unwrap_or(PORT);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        // It reads what goes by.
        let url = format!(
            "postgres://{}:{}@{}/{}?sslmode=disable",
            encoded(config.get_user().unwrap_or("postgres").as_bytes()),
            encoded(config.get_password().unwrap_or_default()),
            listener.local_addr()?,
            encoded(config.get_dbname().context("the URL names no database")?.as_bytes()),
        );
        let next: Arc<Mutex<Option<Cut>>> = Arc::default();
        let cuts = next.clone();
        let gate: Arc<Gate> = Arc::default();
        let (enters, (is_frozen, freezes)) = (gate.clone(), watch::channel(false));
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if enters.is_closed.load(Ordering::SeqCst) {
                    enters.turned_away.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                // A connection ends when either side has gone, or with a cut.
                tokio::spawn(serve(client, host.clone(), port, cuts.clone(), freezes.clone()));
            }
        });
        Ok(Self { url, next, gate, is_frozen, listening: listening.abort_handle() })
    }

    /// What a store connects to instead of the server.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next commit, on whatever connection, is cut so.
    pub fn cut_next(&self, cut: Cut) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }

    /// Turns new connections away from now on, or lets them in; how many were turned away since it was last said.
    #[must_use]
    pub fn turn_away(&self, turns_away: bool) -> u32 {
        self.gate.is_closed.store(turns_away, Ordering::SeqCst);
        self.gate.turned_away.swap(0, Ordering::SeqCst)
    }

    /// Hands nothing on from now on, neither way and on no connection, new ones too; or goes on with all of them.
    pub fn freeze(&self, is_frozen: bool) {
        self.is_frozen.send_replace(is_frozen);
    }

    /// Whether the cut that was asked for last has been made.
    #[must_use]
    pub fn has_cut(&self) -> bool {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl Drop for CommitCutter {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// A part of a URL.
fn encoded(text: &[u8]) -> String {
    text.iter().map(|byte| format!("%{byte:02X}")).collect()
}

async fn serve(
    client: TcpStream,
    host: Host,
    port: u16,
    cuts: Arc<Mutex<Option<Cut>>>,
    freezes: watch::Receiver<bool>,
) -> std::io::Result<()> {
    match host {
        Host::Tcp(name) => relay(client, TcpStream::connect((name.as_str(), port)).await?, &cuts, freezes).await,
        Host::Unix(folder) => {
            let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?;
            relay(client, socket, &cuts, freezes).await
        }
    }
}

/// Hands on messages in both directions until one side has gone or the connection is cut.
async fn relay(
    client: TcpStream,
    server: impl AsyncRead + AsyncWrite + Unpin,
    cuts: &Mutex<Option<Cut>>,
    mut freezes: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let (sent, mut messages) = mpsc::channel(1);
    tokio::spawn(read_messages(from_client, sent));
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        tokio::select! {
            message = messages.recv() => {
                let Some(message) = message else { return Ok(()) };
                thawed(&mut freezes).await;
                let cut = if message == COMMIT { cuts.lock().unwrap_or_else(PoisonError::into_inner).take() } else { None };
                match cut {
                    Some(Cut::BeforeCommit) => return Ok(()),
                    Some(Cut::Silence) => {
                        while messages.recv().await.is_some() {}
                        return Ok(());
                    }
                    _ => to_server.write_all(&message).await?,
                }
                if let Some(cut) = cut {
                    // All earlier answers were waited for, so this is the commit's.
                    from_server.read_u8().await?;
                    if cut == Cut::EndOfSession {
                        to_client.write_all(END_OF_SESSION).await?;
                    }
                    return Ok(());
                }
            }
            read = from_server.read(&mut buffer) => {
                thawed(&mut freezes).await;
                match read? {
                    0 => return Ok(()),
                    bytes => to_client.write_all(&buffer[..bytes]).await?,
                }
            }
        }
    }
}

/// When things go on.
async fn thawed(freezes: &mut watch::Receiver<bool>) {
    // Whoever is gone freezes nothing.
    drop(freezes.wait_for(|is_frozen| !is_frozen).await);
}

/// Takes the client's bytes apart: the first message has a length alone, all others a kind before it.
async fn read_messages(mut client: impl AsyncRead + Unpin, sent: mpsc::Sender<Vec<u8>>) -> std::io::Result<()> {
    let mut kind_bytes = 0;
    loop {
        let mut message = vec![0; kind_bytes + 4];
        client.read_exact(&mut message).await?;
        let length = message[kind_bytes..].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        message.resize(kind_bytes + length, 0);
        client.read_exact(&mut message[kind_bytes + 4..]).await?;
        if sent.send(message).await.is_err() {
            return Ok(());
        }
        kind_bytes = 1;
    }
}
