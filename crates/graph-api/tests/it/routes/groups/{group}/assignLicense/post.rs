//! `POST /groups/{group}/assignLicense`

use crate::office::{CANTEEN, CLUB, KIM, LUNCH, MAX, Office, PARKING, STAFF, TENANT, adding, keys, removing};
use serde_json::json;

#[tokio::test]
async fn it_is_accepted_and_members_follow() {
    let office = Office::open().await;
    let path = format!("/beta/groups/{STAFF}/assignLicense");
    let body = json!({ "addLicenses": [{ "disabledPlans": [LUNCH], "skuId": CANTEEN }], "removeLicenses": [] });
    let reply = office.post(&path, body).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let location = format!("http://graph.test/v2/{TENANT}/directoryObjects/{STAFF}/Microsoft.DirectoryServices.Group");
    assert_eq!(reply.header("location"), location);
    assert!(reply.header("content-type").starts_with("application/json"));
    assert_eq!(reply.json["@odata.context"], "http://graph.test/beta/$metadata#groups/$entity");
    assert_eq!((&reply.json["id"], &reply.json["createdDateTime"]), (&json!(STAFF), &json!("2021-03-12T11:15:03Z")));

    office.engine.settle().await.unwrap();
    let reply = office.get(&format!("/beta/users/{KIM}?$select=licenseAssignmentStates,assignedLicenses")).await;
    assert_eq!(
        reply.json["licenseAssignmentStates"],
        json!([{ "skuId": CANTEEN, "disabledPlans": [LUNCH], "assignedByGroup": STAFF, "state": "Active",
                 "error": "None", "lastUpdatedDateTime": "2025-07-14T16:14:05Z" }])
    );
    assert_eq!(reply.json["assignedLicenses"], json!([{ "disabledPlans": [LUNCH], "skuId": CANTEEN }]));
}

#[tokio::test]
async fn who_gets_no_seat_has_an_error() {
    let office = Office::open().await;
    office.give(KIM, PARKING).await;
    office.give_group(STAFF, PARKING).await;
    let reply = office.get(&format!("/v1.0/users/{MAX}?$select=licenseAssignmentStates")).await;
    let state = &reply.json["licenseAssignmentStates"][0];
    assert_eq!((&state["state"], &state["error"]), (&json!("Error"), &json!("CountViolation")));
}

#[tokio::test]
async fn direct_licences_are_shown_first() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    office.give(KIM, PARKING).await;
    office.give_group(STAFF, CANTEEN).await;
    let reply = office.get(&format!("/v1.0/users/{KIM}?$select=licenseAssignmentStates")).await;
    let states = reply.json["licenseAssignmentStates"].as_array().unwrap();
    let of: Vec<_> = states.iter().map(|state| (&state["skuId"], &state["assignedByGroup"])).collect();
    let (canteen, parking, staff, none) = (json!(CANTEEN), json!(PARKING), json!(STAFF), json!(null));
    assert_eq!(of, [(&canteen, &none), (&parking, &none), (&canteen, &staff)]);
}

#[tokio::test]
async fn the_set_of_the_group_is_checked_at_once() {
    let office = Office::open().await;
    let path = |group| format!("/v1.0/groups/{group}/assignLicense");
    let sentence = "Licenses can be assigned only to security-enabled groups.";
    assert_eq!(office.post(&path(CLUB), adding(CANTEEN)).await.error(), (400, "Request_BadRequest", sentence));
    let sentence = "Group does not have a corresponding license.";
    assert_eq!(office.post(&path(STAFF), removing(CANTEEN)).await.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn localtest_answers_200_with_the_group_under_value() {
    let office = Office::open().await;
    office.give_group(STAFF, CANTEEN).await;
    // The request of group-assignlicense-localtest.md.
    let body = json!({
        "addLicenses": [{ "@odata.type": "microsoft.graph.assignedLicense" }],
        "removeLicenses": ["53c01d8b-1d8b-53c0-8b1d-c0538b1dc053"],
    });
    let reply = office.post(&format!("/localtest/groups/{STAFF}/assignLicense"), body).await;
    assert_eq!((reply.status, reply.header("location"), reply.keys()), (200, "", vec!["value"]), "{}", reply.text);
    let group = &reply.json["value"];
    assert_eq!(keys(group)[..4], ["@odata.type", "id", "deletedDateTime", "assignedLabels"]);
    assert_eq!(group["@odata.type"], "#microsoft.graph.group");
    assert_eq!((&group["assignedLicenses"], &group["hasMembersWithLicenseErrors"]), (&json!([]), &json!(false)));
    assert_eq!(group["licenseProcessingState"], json!({ "state": "QueuedForProcessing" }));
}
