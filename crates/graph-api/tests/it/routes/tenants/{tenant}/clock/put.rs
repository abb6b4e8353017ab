//! `PUT /tenants/{tenant}/clock`

use crate::office::{OTHER_TENANT, Office, Reply, app_token, own};
use axum::http::Method;
use serde_json::{Value, json};

async fn set(office: &Office, body: Value) -> Reply {
    office.call(&office.robot, Method::PUT, &own("/clock"), Some(body)).await
}

#[tokio::test]
async fn a_clock_that_is_set_goes_on_from_there() {
    let office = Office::open().await;
    let reply = set(&office, json!({ "currentDateTime": "2025-07-15T16:14:05Z" })).await;
    assert_eq!((reply.status, &reply.json["ahead"]), (200, &json!("P1D")), "{}", reply.text);
    office.pass_seconds(5);
    let reply = office.get(&own("/clock")).await;
    assert_eq!(reply.json["currentDateTime"], "2025-07-15T16:14:10Z");
    let other = app_token(&office.keys, OTHER_TENANT, &["Seatwright.Admin"]);
    let path = format!("/seatwright/v1/tenants/{OTHER_TENANT}/clock");
    assert_eq!(office.call(&other, Method::GET, &path, None).await.json["ahead"], "PT0S");
}

#[tokio::test]
async fn everything_is_written_with_the_tenants_time() {
    let office = Office::open().await;
    set(&office, json!({ "currentDateTime": "2030-01-01T00:00:00Z" })).await;
    let body = json!({ "accountEnabled": true, "displayName": "New", "mailNickname": "new",
        "userPrincipalName": "new@contoso.example", "passwordProfile": { "password": "x" } });
    let user = office.post("/v1.0/users?$select=createdDateTime", body).await;
    assert_eq!(user.json["createdDateTime"], "2030-01-01T00:00:00Z", "{}", user.text);
    let body = json!({ "displayName": "G", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true });
    let group = office.post("/v1.0/groups?$select=createdDateTime", body).await;
    assert_eq!(group.json["createdDateTime"], "2030-01-01T00:00:00Z", "{}", group.text);
}

#[tokio::test]
async fn wrong_times_are_refused() {
    let office = Office::open().await;
    let back = "The clock of a tenant can only be set forward.";
    for (body, code, saying) in [
        (json!({}), "Request_BadRequest", "'currentDateTime'"),
        (json!({ "currentDateTime": "2025-07-14T16:14:04Z" }), "Request_BadRequest", back),
        (
            json!({ "currentDateTime": "9999-06-01T00:00:00Z" }),
            "Request_BadRequest",
            "to 9999-01-01T00:00:00Z at the latest",
        ),
        (json!({ "currentDateTime": "2030-01-01" }), "BadRequest", "Edm.DateTimeOffset"),
        (json!({ "currentDateTime": null }), "BadRequest", "Edm.DateTimeOffset"),
        (json!({ "currentDateTime": "2030-01-01T00:00:00Z", "ahead": "P1D" }), "BadRequest", "'ahead'"),
    ] {
        let reply = set(&office, body).await;
        assert_eq!((reply.status, reply.error().1), (400, code), "{}", reply.text);
        assert!(reply.error().2.contains(saying), "{}", reply.text);
    }
    assert_eq!(office.get(&own("/clock")).await.json["ahead"], "PT0S");
}
