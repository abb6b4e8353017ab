//! `GET /me`

use crate::office::{KIM, Office, STRANGER, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn i_am_who_is_signed_in() {
    let office = Office::open().await;
    let kim = office.person(KIM, &["User.Read"], &[]);
    for path in ["/v1.0/me", "/v1.0/users/me", "/v1.0/users('me')", "/v1.0/ME?$select=id"] {
        let reply = office.call(&kim, Method::GET, path, None).await;
        assert_eq!((reply.status, &reply.json["id"]), (200, &json!(KIM)), "{path}");
    }
    let nobody = office.person(STRANGER, &["User.Read"], &[]);
    let reply = office.call(&nobody, Method::GET, "/v1.0/me", None).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(STRANGER).as_str()));
}

#[tokio::test]
async fn an_application_is_nobody() {
    let office = Office::open().await;
    let sentence = "/me request is only valid with delegated authentication flow.";
    for token in [&office.robot, &office.app(&[])] {
        let reply = office.call(token, Method::GET, "/v1.0/me", None).await;
        assert_eq!(reply.error(), (400, "BadRequest", sentence));
    }
}
