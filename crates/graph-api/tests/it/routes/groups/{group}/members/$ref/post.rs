//! `POST /groups/{group}/members/$ref`

use crate::office::{KIM, LEE, Office, STAFF, not_found};
use serde_json::json;
use uuid::Uuid;

fn link(id: Uuid) -> serde_json::Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") })
}

#[tokio::test]
async fn a_new_member_gets_the_licences_of_the_group() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}/members/$ref");
    assert_eq!(office.post(&path, link(LEE)).await.status, 204);
    let members = office.get(&format!("/v1.0/groups/{STAFF}/members?$select=displayName")).await;
    assert_eq!(members.each("displayName"), ["Kim", "Lee", "Max", "Club"]);
    let sentence =
        "One or more added object references already exist for the following modified properties: 'members'.";
    assert_eq!(office.post(&path, link(KIM)).await.error(), (400, "Request_BadRequest", sentence));
    let reply = office.post(&path, link(Uuid::nil())).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(Uuid::nil()).as_str()));
    assert_eq!(office.post(&path, link(STAFF)).await.status, 400);
    assert_eq!(office.post(&path, json!({ "id": KIM })).await.error().1, "BadRequest");
}
