//! `POST /users/{user}/joinedGroups/{group}/assignLicense`

use crate::office::{CANTEEN, KIM, LEE, Office, STAFF, adding, not_found};
use serde_json::json;

#[tokio::test]
async fn a_group_is_reached_through_its_members_only() {
    let office = Office::open().await;
    for version in ["v1.0", "beta"] {
        let path = |user| format!("/{version}/users/{user}/joinedGroups/{STAFF}/assignLicense");
        let reply = office.post(&path(KIM), adding(CANTEEN)).await;
        assert_eq!((reply.status, &reply.json["id"]), (202, &json!(STAFF)), "{}", reply.text);
        let reply = office.post(&path(LEE), adding(CANTEEN)).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(STAFF).as_str()));
    }
}
