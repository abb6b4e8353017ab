//! `POST /me/getMemberGroups`

use crate::office::{CLUB, LEE, Office, STAFF};
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn all_groups_are_answered_or_those_that_are_security_enabled() {
    let office = Office::open().await;
    let lee = office.person(LEE, &["User.Read"], &[]);
    let ask = async |body: Value| office.call(&lee, Method::POST, "/v1.0/me/getMemberGroups", Some(body)).await;
    let reply = ask(json!({ "securityEnabledOnly": false })).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#Collection(Edm.String)");
    assert_eq!(reply.json["value"], json!([STAFF, CLUB]));
    assert_eq!(reply.header("x-ms-resource-unit"), "2");
    let reply = ask(json!({ "securityEnabledOnly": true })).await;
    assert_eq!(reply.json["value"], json!([STAFF]));
    let missing = "One or more parameters of the operation 'getMemberGroups' are missing from the request payload. The missing \
                   parameters are: securityEnabledOnly.";
    assert_eq!(ask(json!({})).await.error(), (400, "Request_BadRequest", missing));
    assert_eq!(ask(json!({ "securityEnabledOnly": "true" })).await.error().1, "BadRequest");
}
