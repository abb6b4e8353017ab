//! `POST /me/reprocessLicenseAssignment`

use crate::office::{KIM, Office};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn my_licences_are_evaluated_again() {
    let office = Office::open().await;
    let reply = office.call(&office.admin(), Method::POST, "/v1.0/me/reprocessLicenseAssignment", None).await;
    assert_eq!((reply.status, &reply.json["id"]), (200, &json!(KIM)), "{}", reply.text);
}
