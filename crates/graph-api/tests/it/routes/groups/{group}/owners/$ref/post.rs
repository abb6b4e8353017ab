//! `POST /groups/{group}/owners/$ref`

use crate::office::{CLUB, KIM, LEE, Office, STAFF, not_found};
use serde_json::{Value, json};
use uuid::Uuid;

fn link(id: Uuid) -> Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{id}") })
}

#[tokio::test]
async fn a_user_becomes_an_owner_once_and_no_member() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}/owners/$ref");
    assert_eq!(office.post(&path, link(LEE)).await.status, 204);
    assert_eq!(office.get(&format!("/v1.0/groups/{STAFF}/owners?$select=id")).await.each("id"), [&json!(LEE)]);
    let members = office.get(&format!("/v1.0/groups/{STAFF}/members?$select=displayName")).await;
    assert_eq!(members.each("displayName"), ["Kim", "Max", "Club"]);
    let sentence = "One or more added object references already exist for the following modified properties: 'owners'.";
    assert_eq!(office.post(&path, link(LEE)).await.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn who_is_not_there_and_what_is_no_user_is_refused() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}/owners/$ref");
    let reply = office.post(&path, link(Uuid::nil())).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(Uuid::nil()).as_str()));
    let sentence = "Invalid value specified for property 'owners' of resource 'Group'.";
    assert_eq!(office.post(&path, link(CLUB)).await.error(), (400, "Request_BadRequest", sentence));
    let reply = office.post(&format!("/v1.0/groups/{KIM}/owners/$ref"), link(LEE)).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
}

/// Graph's page of adding owners lists fewer permissions than that of adding members.
#[tokio::test]
async fn who_may_change_members_may_not_change_owners() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}/owners/$ref");
    for (role, status) in [("GroupMember.ReadWrite.All", 403), ("Group.ReadWrite.All", 204)] {
        let token = office.app(&[role]);
        assert_eq!(
            office.call(&token, axum::http::Method::POST, &path, Some(link(KIM))).await.status,
            status,
            "{role}"
        );
    }
}
