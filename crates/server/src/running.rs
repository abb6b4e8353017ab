//! A running server: store, engine, listener, and how it is stopped.

use crate::cli::{Addresses, Behaviour, DEFAULT_LISTEN};
use crate::https::{self, Https};
use crate::listener::{self, Listener, Shared};
use crate::output;
use crate::store_location::StoreLocation;
use anyhow::{Context, anyhow};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engine::Engine;
use engine::clock::SystemClock;
use engine::store::{NewTenant, Store, StoreError};
use engine::use_cases::Settings;
use graph_api::{ApiSettings, ApiState, KeyRing};
use licensing::facts::Work;
use serde_json::json;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use tokens::SigningKey;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A server that accepts connections.
pub(crate) struct Running {
    /// Where it listens, with the port that it really has.
    pub(crate) address: SocketAddr,
    /// Where it listens for https, if it does.
    pub(crate) https: Option<Https>,
    /// The engine behind it.
    pub(crate) engine: Engine,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Takes the ports, opens the store, seeds it if it is empty, and accepts connections. What can fail
    /// without a trace is done first, so that a mistake leaves nothing half-made.
    pub(crate) async fn start(
        addresses: &Addresses,
        store: &StoreLocation,
        seed: Option<Vec<NewTenant>>,
        behaviour: Behaviour,
    ) -> anyhow::Result<Self> {
        let (tcp, address) = bind(addresses.listen.unwrap_or(DEFAULT_LISTEN), "--listen").await?;
        let https = https::Prepared::new(addresses, store).await?;
        let store = store.open().await?;
        seed_if_empty(store.as_ref(), seed).await?;
        let keys = signing_keys(store.as_ref()).await?;
        // Not before the store is locked: it belongs to it.
        let (https, https_listener) = https.map(https::Prepared::keep).transpose()?.unzip();
        let settings = Settings { group_delay: behaviour.group_delay, ..Settings::default() };
        let engine = Engine::new(store, Arc::new(SystemClock), settings);

        let stop = CancellationToken::new();
        let keys = Arc::new(KeyRing::new(keys)?);
        let state = ApiState { engine: engine.clone(), keys, settings: ApiSettings::default() };
        let router = graph_api::router(state).merge(health(engine.clone()));
        let propagating = engine.clone();
        let propagation_stop = stop.clone();
        let mut tasks = vec![tokio::spawn(async move { propagating.propagate(propagation_stop).await })];
        let shared = Shared::new(router, stop.clone());
        let listeners = std::iter::once(Listener { tcp, tls: None }).chain(https_listener);
        tasks.extend(listeners.map(|listener| tokio::spawn(listener::serve(listener, shared.clone()))));
        Ok(Self { address, https, engine, stop, tasks })
    }

    /// The base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What to print once it accepts connections: a line a listener.
    pub(crate) fn announcement(&self) -> String {
        let https = self.https.as_ref().map(|https| format!("\nlistening on {https}"));
        format!("listening on {}{}", self.url(), https.unwrap_or_default())
    }

    /// Lets requests in flight finish, then stops.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            drop(task.await);
        }
    }
}

/// Takes a port; gives the address with the port that it really has. The flag is the one that chooses another.
pub(crate) async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!("could not listen on {address}: {error}; choose another with {flag}"),
        _ => anyhow::Error::new(error).context(format!("could not listen on {address}")),
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().context("could not read the listener's address")?;
    Ok((listener, address))
}

/// The signals that tell a process to stop.
pub(crate) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Hears them from now on. Begin before anybody can know that the server is there: a signal that nobody
    /// hears ends the process at once.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let hear = |kind| signal(kind).context("could not listen for signals");
        Ok(Self { interrupt: hear(SignalKind::interrupt())?, terminate: hear(SignalKind::terminate())? })
    }

    /// Completes when one has come.
    pub(crate) async fn told(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

async fn seed_if_empty(store: &dyn Store, tenants: Option<Vec<NewTenant>>) -> anyhow::Result<()> {
    let Some(tenants) = tenants else { return Ok(()) };
    if !store.create_tenants(tenants).await? {
        output::tell("the store has tenants already; the seed was not used");
    }
    Ok(())
}

/// The keys of the store; the first is made when there is none.
async fn signing_keys(store: &dyn Store) -> anyhow::Result<Vec<SigningKey>> {
    if store.signing_keys().await?.is_empty() {
        let key = tokio::task::spawn_blocking(SigningKey::generate).await??;
        store.keep_first_signing_key(key.pkcs8_der().to_owned()).await?;
    }
    read_keys(store).await
}

/// The keys that a store has, oldest first.
pub(crate) async fn read_keys(store: &dyn Store) -> anyhow::Result<Vec<SigningKey>> {
    let keys = store.signing_keys().await?;
    keys.iter().map(|der| SigningKey::from_pkcs8_der(der).context("could not read a signing key")).collect()
}

/// `GET /healthz`: alive. `GET /readyz`: the store can be used, which is the same effort however much work waits.
/// `GET /workz`: how much that is, which is counted.
fn health(engine: Engine) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/workz", get(work))
        .with_state(engine)
}

async fn ready(State(engine): State<Engine>) -> Response {
    match engine.store().ping().await {
        Ok(()) => "ok".into_response(),
        Err(error) => unavailable("not ready", &error),
    }
}

async fn work(State(engine): State<Engine>) -> Response {
    match pending(&engine).await {
        Ok((groups, users)) => {
            let body = json!({ "pendingGroups": groups, "pendingUsers": users }).to_string();
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(error) => unavailable("could not count the work that waits", &error),
    }
}

fn unavailable(what: &str, error: &StoreError) -> Response {
    tracing::warn!(%error, "{what}");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// Groups, and users or seats for which users wait, that are to be looked at.
async fn pending(engine: &Engine) -> Result<(usize, u64), StoreError> {
    let (mut groups, mut users) = (0, 0);
    for tenant in engine.store().tenants_with_work().await? {
        // First these: what they leave to do is then seen below.
        users += engine.store().marked_users(tenant).await?;
        for waiting in engine.store().waiting(tenant).await?.value {
            match waiting.work {
                Work::Group(_) | Work::Rule(_) => groups += 1,
                // How many users wait for a freed seat is known once they are looked at.
                Work::Sku(_) => users += 1,
                Work::Users => {}
            }
        }
    }
    Ok((groups, users))
}
