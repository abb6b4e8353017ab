//! Where a scenario runs: a started Seatwright that holds the scenario's world.

mod exports;
mod in_process;
mod over_http;
mod rest;

pub use in_process::{memory, postgres, sqlite};
pub use over_http::{over_http, over_http_on_postgres};

use crate::scenario::Holder;
use anyhow::Context;
use async_trait::async_trait;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::{Clock as _, SystemClock};
use engine::store::Store;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use std::path::Path;
use store::postgres::{PostgresStore, ScratchDatabase};
use store::sqlite::SqliteStore;
use tokio_util::bytes::Bytes;

/// A started Seatwright.
#[async_trait]
pub trait Target: Send + Sync {
    /// Sends a request.
    async fn send(&self, sent: Sent) -> anyhow::Result<Answer>;

    /// Makes an access token, without any secret.
    async fn token(&self, holder: &Holder) -> anyhow::Result<String>;

    /// Waits until no work is left.
    async fn settle(&self) -> anyhow::Result<()>;

    /// The invariants that its store breaks at this moment, whatever is being worked on.
    async fn verify(&self) -> anyhow::Result<Vec<String>>;

    /// Stops it, and gives the invariants that its store breaks.
    async fn finish(self: Box<Self>) -> anyhow::Result<Vec<String>>;
}

/// The invariants that a store breaks, which does not change meanwhile.
async fn breaches(store: &dyn Store) -> anyhow::Result<Vec<String>> {
    let (_, breaches) = engine::verify::verify(store, SystemClock.now()).await?;
    Ok(breaches.iter().map(ToString::to_string).collect())
}

/// The invariants that a SQLite store breaks, in a snapshot of its file.
async fn breaches_of_file(path: &Path) -> anyhow::Result<Vec<String>> {
    breaches(&SqliteStore::open_snapshot(path, builtin_catalog())?).await
}

/// The invariants that a PostgreSQL store breaks, in a snapshot of its database.
async fn breaches_of_database(database: &ScratchDatabase) -> anyhow::Result<Vec<String>> {
    breaches(&PostgresStore::open_snapshot(&database.url(), builtin_catalog()).await?).await
}

/// A request.
#[derive(Clone, Debug)]
pub struct Sent {
    method: String,
    /// Path and query.
    target: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Sent {
    /// A request without a body. Of a whole URL only path and query are used; spaces and quotes are encoded.
    #[must_use]
    pub fn new(method: &str, url: &str) -> Self {
        let target = match url.split_once("://") {
            Some((_, after)) if !url.starts_with('/') => after.find('/').map_or("/", |at| &after[at..]),
            _ => url,
        };
        let target = target.replace(' ', "%20").replace('"', "%22");
        Self { method: method.to_owned(), target, headers: Vec::new(), body: Bytes::new() }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a header unless it has it already.
    #[must_use]
    pub fn default_header(self, name: &str, value: &str) -> Self {
        if self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            self
        } else {
            self.header(name, value)
        }
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    /// With a body that says that it is JSON.
    #[must_use]
    pub fn text(mut self, body: String) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    /// Method and URL.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    /// The request to `host` by a URL that begins with `base`.
    fn into_request(self, base: &str, host: &str) -> anyhow::Result<Request<Full<Bytes>>> {
        let line = self.line();
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(format!("{base}{}", self.target))
            .header(http::header::HOST, host)
            .body(Full::new(self.body))
            .with_context(|| format!("{line} is no request"))?;
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            request.headers_mut().insert(name, HeaderValue::from_str(value)?);
        }
        Ok(request)
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null when there is none.
    pub json: Value,
}

impl Answer {
    async fn read<B>(response: http::Response<B>) -> anyhow::Result<Self>
    where
        B: BodyExt<Error: Into<anyhow::Error>>,
    {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map_err(Into::into)?.to_bytes();
        let text = String::from_utf8(bytes.to_vec()).context("the answer is no UTF-8")?;
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::Null) };
        Ok(Self { status: parts.status.as_u16(), headers: parts.headers, text, json })
    }

    /// A header, if it is there.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
