//! Limits of a request, and what a failing store looks like from outside.

use crate::office::{KIM, Office, Reply, contoso};
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use graph_api::{ApiSettings, Limits};
use serde_json::json;
use std::time::Duration;

async fn small_office() -> Office {
    let limits = Limits {
        body_time_max: Duration::from_millis(50),
        request_time_max: Duration::from_millis(200),
        ..Limits::default()
    };
    Office::of(&contoso(), ApiSettings { limits, ..ApiSettings::default() }).await
}

async fn post(office: &Office, body: Body, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(format!("/v1.0/users/{KIM}/assignLicense"))
        .header(header::AUTHORIZATION, format!("Bearer {}", office.robot))
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    office.send(request.body(body).unwrap()).await
}

/// A body that never ends.
struct Endless;

impl axum::body::HttpBody for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_has_a_size_and_a_time() {
    let office = small_office().await;
    let sentence = "Maximum request length exceeded.";
    let large = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(post(&office, Body::from(large), &[]).await.error(), (413, "BadRequest", sentence));
    let reply = post(&office, Body::empty(), &[("content-length", "99999999999")]).await;
    assert_eq!(reply.error(), (413, "BadRequest", sentence));
    let reply = post(&office, Body::new(Endless), &[]).await;
    assert_eq!(reply.error(), (408, "BadRequest", "The request body did not arrive in time."));
    let reply = post(&office, Body::from("x"), &[("content-encoding", "gzip")]).await;
    assert_eq!(reply.status, 415);
    let fits = json!({ "addLicenses": [], "removeLicenses": [] }).to_string() + &" ".repeat(1024 * 1000);
    assert_eq!(post(&office, Body::from(fits), &[]).await.error().2, "No license changes provided.");
}

#[tokio::test]
async fn a_url_has_a_length() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/users?x={}", "y".repeat(16 * 1024))).await;
    assert_eq!(reply.error(), (414, "BadRequest", "The request URI is too long."));
    assert_eq!(office.get(&format!("/v1.0/users?x={}", "y".repeat(16 * 1024 - 30))).await.status, 200);
    let reply = office.get("/v1.0/users/%ff").await;
    assert_eq!((reply.status, reply.error().1), (400, "BadRequest"));
}

#[tokio::test]
async fn a_caller_without_rights_does_not_keep_the_server_waiting() {
    let office = Office::open().await;
    let begun = std::time::Instant::now();
    let request = Request::post("/v1.0/users").header(header::AUTHORIZATION, "Bearer x");
    let reply = office.send(request.body(Body::new(Endless)).unwrap()).await;
    assert_eq!(reply.status, 401);
    assert!(begun.elapsed() < Duration::from_secs(5));
}
