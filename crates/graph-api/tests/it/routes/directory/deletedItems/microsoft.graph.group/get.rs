//! `GET /directory/deletedItems/microsoft.graph.group`

use crate::office::{CLUB, Office, STAFF};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn only_microsoft_365_groups_can_be_restored() {
    let office = Office::open().await;
    for group in [STAFF, CLUB] {
        let reply = office.call(&office.robot, Method::DELETE, &format!("/v1.0/groups/{group}"), None).await;
        assert_eq!(reply.status, 204);
    }
    let reply = office.get("/v1.0/directory/deletedItems/microsoft.graph.group?$select=id,deletedDateTime").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#groups(id,deletedDateTime)");
    assert_eq!(reply.json["value"], json!([{ "id": CLUB, "deletedDateTime": "2025-07-14T16:14:05Z" }]));
    let path = format!("/v1.0/directory/deletedItems/{STAFF}/restore");
    assert_eq!(office.call(&office.robot, Method::POST, &path, None).await.status, 404);
}
