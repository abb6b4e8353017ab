//! `PATCH /groups/{group}`

use crate::office::{CANTEEN, Office, STAFF};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn properties_are_changed_and_a_licensed_group_stays_eligible() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}");
    let patch = |body| office.call(&office.robot, Method::PATCH, &path, Some(body));
    assert_eq!(patch(json!({ "description": "All of us", "visibility": "Private" })).await.status, 204);
    assert_eq!(office.get(&path).await.json["description"], "All of us");
    assert_eq!(patch(json!({ "description": null })).await.status, 204);
    assert_eq!(office.get(&path).await.json["description"], json!(null));

    office.give_group(STAFF, CANTEEN).await;
    let reply = patch(json!({ "securityEnabled": false })).await;
    assert_eq!(reply.error().1, "Request_BadRequest");
    let sentence = "Property 'isAssignableToRole' is read-only and cannot be set.";
    assert_eq!(patch(json!({ "isAssignableToRole": true })).await.error(), (400, "Request_BadRequest", sentence));
}

/// Graph takes members with a group; here they come one at a time, and whoever sends more is told so.
#[tokio::test]
async fn references_in_the_body_are_refused_by_name() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}");
    let body = json!({ "members@odata.bind": ["https://graph.microsoft.com/v1.0/directoryObjects/x"] });
    let reply = office.call(&office.robot, Method::PATCH, &path, Some(body)).await;
    let sentence = "'members@odata.bind' is not supported by the service. Send references to 'members' one at a time.";
    assert_eq!(reply.error(), (400, "BadRequest", sentence));
}
