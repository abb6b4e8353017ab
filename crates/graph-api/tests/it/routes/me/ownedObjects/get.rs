//! `GET /me/ownedObjects`

use crate::office::{KIM, Office, STAFF, contoso};
use axum::http::Method;
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn one_may_see_what_one_owns() {
    let mut world = contoso();
    world["tenants"][0]["groups"][0]["owners"] = json!([KIM]);
    let office = Office::of(&world, ApiSettings::default()).await;
    let token = office.person(KIM, &["User.Read"], &[]);
    let reply = office.call(&token, Method::GET, "/v1.0/me/ownedObjects?$select=id", None).await;
    assert_eq!(reply.each("id"), [&json!(STAFF)]);
}
