//! Accepting connections, with limits, and letting them finish at the end.

use crate::deadlines::{Deadlines, HANDSHAKE_DEADLINE};
use axum::{Extension, Router};
use graph_api::Scheme;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// Connections at a time, whatever the listener; one more waits in the kernel's queue.
pub(crate) const CONNECTIONS_MAX: usize = 10_000;
/// Size of a request's header, the request line included.
pub(crate) const HEADER_BYTES_MAX: usize = 64 * 1_024;
/// How long requests in flight may take once the server is told to stop.
const DRAIN_TIME: Duration = Duration::from_secs(4);
/// Pause after a connection could not be accepted, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A port that is taken.
pub(crate) struct Listener {
    pub(crate) tcp: TcpListener,
    /// What makes it https.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// What the listeners of one server share.
#[derive(Clone)]
pub(crate) struct Shared {
    router: Router,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Shared {
    /// Listeners that answer with this router until `stop`.
    pub(crate) fn new(router: Router, stop: CancellationToken) -> Self {
        Self { router, slots: Arc::new(Semaphore::new(CONNECTIONS_MAX)), stop }
    }
}

/// Serves until it is told to stop, then lets requests in flight finish.
pub(crate) async fn serve(listener: Listener, shared: Shared) {
    let Shared { router, slots, stop } = shared;
    let Listener { tcp, tls } = listener;
    // A request that says nothing else came by http.
    let router = if tls.is_some() { router.layer(Extension(Scheme::Https)) } else { router };
    let terms = Arc::new(Terms { builder: builder(), router, tls, stop: stop.clone() });
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&tcp, &slots) => accepted,
            () = stop.cancelled() => break,
        };
        let Some((stream, slot)) = accepted else { continue };
        let (terms, watcher) = (terms.clone(), graceful.watcher());
        tokio::spawn(async move {
            if let Err(error) = terms.attend(stream, watcher).await {
                tracing::debug!(error, "connection ended early");
            }
            drop(slot);
        });
    }
    drop(tcp);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still in flight when the server stopped");
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(HEADER_BYTES_MAX);
    builder.http2().timer(TokioTimer::new()).max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX));
    builder
}

async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Answers are small and whole: waiting for more to send would only add delay.
            drop(stream.set_nodelay(true));
            Some((stream, slot))
        }
        Err(error) => {
            tracing::warn!(%error, "could not accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// How a connection ends that does not end well.
type Ending = Result<(), Box<dyn Error + Send + Sync>>;

/// What every connection of a listener is given.
struct Terms {
    builder: auto::Builder<TokioExecutor>,
    router: Router,
    tls: Option<TlsAcceptor>,
    stop: CancellationToken,
}

impl Terms {
    /// Serves a connection to its end.
    async fn attend(&self, stream: TcpStream, watcher: Watcher) -> Ending {
        match &self.tls {
            None => self.converse(stream, watcher).await,
            // Boxed, for the state of TLS is large: connections without it shall not make room for it.
            Some(tls) => Box::pin(self.shake_hands(tls, stream, watcher)).await,
        }
    }

    async fn shake_hands(&self, tls: &TlsAcceptor, stream: TcpStream, watcher: Watcher) -> Ending {
        let stream = tokio::select! {
            shaken = tokio::time::timeout(HANDSHAKE_DEADLINE, tls.accept(stream)) => shaken??,
            // Nothing has been asked yet, so nobody is left without an answer.
            () = self.stop.cancelled() => return Ok(()),
        };
        self.converse(stream, watcher).await
    }

    async fn converse(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, watcher: Watcher) -> Ending {
        let service = TowerToHyperService::new(self.router.clone());
        let io = TokioIo::new(Box::pin(Deadlines::new(stream)));
        watcher.watch(self.builder.serve_connection(io, service)).await
    }
}
