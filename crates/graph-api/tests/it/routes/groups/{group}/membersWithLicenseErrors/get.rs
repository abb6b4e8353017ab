//! `GET /groups/{group}/membersWithLicenseErrors`

use crate::office::{KIM, MAX, Office, PARKING, STAFF};
use serde_json::json;

#[tokio::test]
async fn faulty_members_are_listed() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}/membersWithLicenseErrors?$select=id,displayName");
    assert_eq!(office.get(&path).await.json["value"], json!([]));
    office.give(KIM, PARKING).await;
    office.give_group(STAFF, PARKING).await;
    let reply = office.get(&path).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id,displayName)");
    assert_eq!(
        reply.json["value"],
        json!([{ "@odata.type": "#microsoft.graph.user", "id": MAX, "displayName": "Max" }])
    );
}
