//! `POST /tenants/{tenant}/subscriptions/{subscription}/renew`

use crate::office::{KIM, Office, PURCHASE, own};
use axum::http::Method;
use serde_json::json;

fn path(id: impl std::fmt::Display) -> String {
    own(&format!("/subscriptions/{id}/renew"))
}

#[tokio::test]
async fn a_renewal_lasts_a_year_unless_it_says_otherwise() {
    let office = Office::open().await;
    let reply = office.call(&office.robot, Method::POST, &path(PURCHASE), None).await;
    assert_eq!((reply.status, &reply.json["nextLifecycleDateTime"]), (200, &json!("2027-01-01T00:00:00Z")));
    let reply = office.post(&path(PURCHASE), json!({ "nextLifecycleDateTime": "2026-06-01T00:00:00Z" })).await;
    assert_eq!((reply.status, &reply.json["nextLifecycleDateTime"]), (200, &json!("2026-06-01T00:00:00Z")));
}

#[tokio::test]
async fn what_is_deleted_cannot_be_renewed() {
    let office = Office::open().await;
    let expired = office.post(&own("/clock/advance"), json!({ "by": "P900D" })).await;
    assert_eq!(expired.status, 200, "{}", expired.text);
    let sentence = "The subscription is deleted. Buy another one instead.";
    assert_eq!(office.post(&path(PURCHASE), json!({})).await.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn wrong_renewals_are_refused() {
    let office = Office::open().await;
    for (body, code) in [
        (json!({ "until": "2027-01-01T00:00:00Z" }), "BadRequest"),
        (json!({ "nextLifecycleDateTime": 5 }), "BadRequest"),
        (json!({ "nextLifecycleDateTime": "2025-07-14T00:00:00Z" }), "Request_BadRequest"),
    ] {
        let reply = office.post(&path(PURCHASE), body).await;
        assert_eq!((reply.status, reply.error().1), (400, code), "{}", reply.text);
    }
    assert_eq!(office.post(&path(KIM), json!({})).await.status, 404);
}
