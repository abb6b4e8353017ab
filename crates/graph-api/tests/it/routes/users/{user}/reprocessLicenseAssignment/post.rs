//! `POST /users/{user}/reprocessLicenseAssignment`

use crate::office::{KIM, MAX, Office, PARKING, STAFF, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn what_can_be_healed_is_healed_and_what_cannot_is_said() {
    let office = Office::open().await;
    office.give(KIM, PARKING).await;
    office.give_group(STAFF, PARKING).await;
    let path = format!("/v1.0/users/{MAX}/reprocessLicenseAssignment");
    let reprocess = || office.call(&office.robot, Method::POST, &path, None);
    let sentence = format!("Subscription with SKU {PARKING} does not have any available licenses.");
    assert_eq!(reprocess().await.error(), (400, "Request_BadRequest", sentence.as_str()));

    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    let reply = reprocess().await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json["assignedLicenses"], json!([{ "disabledPlans": [], "skuId": PARKING }]));
    assert_eq!(reply.json["licenseAssignmentStates"][0]["assignedByGroup"], json!(STAFF));
}

#[tokio::test]
async fn it_has_no_parameters() {
    let office = Office::open().await;
    let path = format!("/v1.0/users/{KIM}/reprocessLicenseAssignment");
    assert_eq!(office.post(&path, json!({})).await.status, 200);
    let sentence = "The parameter 'a' in the request payload is not a valid parameter for the operation \
                    'reprocessLicenseAssignment'.";
    assert_eq!(office.post(&path, json!({ "a": 1 })).await.error(), (400, "BadRequest", sentence));
    let licences = office.app(&["LicenseAssignment.ReadWrite.All"]);
    assert_eq!(office.call(&licences, Method::POST, &path, None).await.status, 403);
    let reply = office.post("/v1.0/users/nobody@contoso.example/reprocessLicenseAssignment", json!({})).await;
    assert_eq!(reply.error().2, not_found("nobody@contoso.example"));
}
