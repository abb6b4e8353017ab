//! `GET /me/manager`

use crate::office::{KIM, LEE, Office, contoso};
use axum::http::Method;
use graph_api::ApiSettings;
use serde_json::json;

#[tokio::test]
async fn one_may_see_it_of_oneself() {
    let mut world = contoso();
    world["tenants"][0]["users"][1]["manager"] = json!(KIM);
    let office = Office::of(&world, ApiSettings::default()).await;
    let token = office.person(LEE, &["User.Read"], &[]);
    let reply = office.call(&token, Method::GET, "/v1.0/me/manager", None).await;
    assert_eq!(reply.json["id"], json!(KIM));
}
