//! A client as anybody would write it: JSON over HTTP with a bearer token.

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Talks to one server.
pub(crate) struct Client {
    http: HyperClient<HttpConnector, Full<Bytes>>,
    url: String,
    token: Option<String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        Self { http: HyperClient::builder(TokioExecutor::new()).build_http(), url: url.to_owned(), token: None }
    }

    /// The same, with a token from now on.
    pub(crate) fn with_token(self, token: String) -> Self {
        Self { token: Some(token), ..self }
    }

    /// Asks the token authority for an application's token, and uses it from now on.
    pub(crate) async fn sign_in(&mut self, tenant: &str, app: &str, secret: &str) -> anyhow::Result<Answer> {
        let form = format!(
            "grant_type=client_credentials&client_id={app}&client_secret={secret}\
             &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
        );
        let path = format!("/{tenant}/oauth2/v2.0/token");
        let answer = self.send(Method::POST, &path, "application/x-www-form-urlencoded", form).await?;
        let Some(token) = answer.body["access_token"].as_str() else { bail!("no token came: {}", answer.body) };
        self.token = Some(token.to_owned());
        Ok(answer)
    }

    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, "application/json", String::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }

    /// Sends a request without a body, or with a JSON one.
    pub(crate) async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        self.send(method, path, "application/json", body.map_or_else(String::new, Value::to_string)).await
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: String) -> anyhow::Result<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, kind);
        }
        let response = self.http.request(request.body(Full::from(body))?).await.with_context(|| path.to_owned())?;
        let status = response.status();
        let bytes = response.into_body().collect().await.with_context(|| path.to_owned())?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, body })
    }
}
