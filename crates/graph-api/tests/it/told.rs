//! What the log says of a request that the store fails: one line, by which the request is found again.

use crate::office::{CANTEEN, KIM, Office, SECRET, TENANT, TestClock, adding};
use crate::unavailable::FailingStore;
use axum::http::Method;
use graph_api::ApiSettings;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use tracing::subscriber::DefaultGuard;

/// What is logged on this thread.
struct Log(File);

impl Log {
    /// As a server logs that was not told what to.
    fn begin() -> (Self, DefaultGuard) {
        let log = tempfile::NamedTempFile::new().unwrap();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::WARN);
        let guard = tracing::subscriber::set_default(subscriber.with_writer(log.reopen().unwrap()).finish());
        (Self(log.into_file()), guard)
    }

    /// What was logged since the last time, but of work in the background, which has lines of its own.
    fn take(&self) -> Vec<String> {
        let mut text = String::new();
        (&self.0).read_to_string(&mut text).unwrap();
        text.lines().filter(|line| !line.contains("propagation.")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn a_request_that_the_store_fails_is_told_once() {
    let (log, _logs) = Log::begin();
    let office = Office::on(Arc::new(FailingStore::default()), TestClock::new(), ApiSettings::default());
    // The tenant is looked for, a user is, a change is to be made: the first look at the store succeeds.
    for (method, path, body, operation) in [
        (Method::GET, format!("/v1.0/users/{KIM}"), None, "GET /users/{user}"),
        (Method::GET, "/v1.0/subscribedSkus".to_owned(), None, "GET /subscribedSkus"),
        (
            Method::POST,
            format!("/v1.0/users/{KIM}/assignLicense"),
            Some(adding(CANTEEN)),
            "POST /users/{user}/assignLicense",
        ),
    ] {
        let reply = office.call(&office.robot, method, &path, body).await;
        assert_eq!(reply.status, 503);
        let lines = log.take();
        assert_eq!(lines.len(), 1, "{path}: {lines:#?}");
        let told = [
            "ERROR".to_owned(),
            "graph_api.store failed".to_owned(),
            format!("request_id={} ", reply.header("request-id")),
            format!("tenant={TENANT}"),
            format!("operation={operation}"),
            "error=could not open /var/lib/secret.db: disk I/O error".to_owned(),
        ];
        for part in told {
            assert!(lines[0].contains(&part), "{path}: not `{part}`: {}", lines[0]);
        }
    }
}

#[tokio::test]
async fn a_tenant_that_the_store_cannot_find_is_told_by_its_token() {
    let (log, _logs) = Log::begin();
    let office = Office::on(Arc::new(FailingStore::gone()), TestClock::new(), ApiSettings::default());
    assert_eq!(office.get("/v1.0/users").await.status, 503);
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let told = format!("tenant={TENANT} operation=GET /users error=could not open");
    assert!(lines[0].contains(&told), "{}", lines[0]);
}

#[tokio::test]
async fn a_token_that_the_store_fails_is_told_once() {
    let (log, _logs) = Log::begin();
    let office = Office::on(Arc::new(FailingStore::gone()), TestClock::new(), ApiSettings::default());
    let reply = office.call("", Method::POST, "/contoso.example/oauth2/v2.0/token", None).await;
    assert_eq!(reply.status, 503);
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let told = format!("request_id={} operation=POST /{{tenant}}/oauth2/v2.0/token", reply.header("request-id"));
    assert!(lines[0].contains(&told) && !lines[0].contains(SECRET), "{}", lines[0]);
}

#[tokio::test]
async fn what_is_refused_is_not_an_error_of_the_server() {
    let (log, _logs) = Log::begin();
    let office = Office::open().await;
    assert_eq!(office.get("/v1.0/users/nobody@contoso.example").await.status, 404);
    assert_eq!(office.call("", Method::GET, "/v1.0/users", None).await.status, 401);
    assert_eq!(log.take(), Vec::<String>::new());
}
