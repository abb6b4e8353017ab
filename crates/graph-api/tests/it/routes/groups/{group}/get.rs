//! `GET /groups/{group}`

use crate::office::{CANTEEN, KIM, Office, STAFF, not_found};
use serde_json::json;

#[tokio::test]
async fn licences_of_a_group_are_shown_when_they_are_selected() {
    let office = Office::open().await;
    let path = format!("/v1.0/groups/{STAFF}?$select=assignedLicenses,licenseProcessingState");
    let reply = office.get(&path).await;
    assert_eq!((&reply.json["assignedLicenses"], &reply.json["licenseProcessingState"]), (&json!([]), &json!(null)));
    office.give_group(STAFF, CANTEEN).await;
    let reply = office.get(&path).await;
    assert_eq!(
        reply.text,
        json!({
            "@odata.context":
                "http://graph.test/v1.0/$metadata#groups(assignedLicenses,licenseProcessingState)/$entity",
            "assignedLicenses": [{ "disabledPlans": [], "skuId": CANTEEN }],
            "licenseProcessingState": { "state": "ProcessingComplete" },
        })
        .to_string()
    );
}

#[tokio::test]
async fn a_user_is_no_group() {
    let office = Office::open().await;
    for id in [&KIM.to_string(), "staff"] {
        let reply = office.get(&format!("/v1.0/groups/{id}")).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(id).as_str()));
    }
}
