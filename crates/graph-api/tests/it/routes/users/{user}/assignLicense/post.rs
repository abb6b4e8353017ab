//! `POST /users/{user}/assignLicense`

use crate::office::{CANTEEN, DINNER, KIM, LEE, LUNCH, MAX, Office, PARKING, STAFF, adding, keys, not_found, removing};
use serde_json::json;
use uuid::Uuid;

fn path(user: Uuid) -> String {
    format!("/v1.0/users/{user}/assignLicense")
}

#[tokio::test]
async fn a_licence_is_given_and_shown() {
    let office = Office::open().await;
    let body = json!({
        "addLicenses": [{ "disabledPlans": [DINNER], "skuId": CANTEEN.to_string().to_uppercase() }],
        "removeLicenses": [],
    });
    let reply = office.post(&path(KIM), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(
        reply.text,
        json!({
            "@odata.context": "http://graph.test/v1.0/$metadata#users/$entity",
            "accountEnabled": true,
            "assignedLicenses": [{ "disabledPlans": [DINNER], "skuId": CANTEEN }],
            "assignedPlans": [{ "assignedDateTime": "2025-07-14T16:14:05Z", "capabilityStatus": "Enabled",
                                "service": "Kitchen", "servicePlanId": LUNCH }],
            "businessPhones": ["+254 1"], "city": "Nairobi", "companyName": "Contoso", "displayName": "Kim",
            "givenName": "Kim", "jobTitle": "Cook",
            "licenseAssignmentStates": [{ "skuId": CANTEEN, "disabledPlans": [DINNER], "assignedByGroup": null,
                                          "state": "Active", "error": "None",
                                          "lastUpdatedDateTime": "2025-07-14T16:14:05Z" }],
            "mail": null, "mobilePhone": null, "officeLocation": null, "preferredLanguage": null,
            "surname": "Abercrombie", "usageLocation": "KE", "userPrincipalName": "Kim@contoso.example", "id": KIM,
        })
        .to_string()
    );
    assert_eq!(reply.header("x-ms-resource-unit"), "1");
}

#[tokio::test]
async fn the_answer_can_be_selected() {
    let office = Office::open().await;
    let reply = office.post(&(path(KIM) + "?$select=id,assignedLicenses"), adding(CANTEEN)).await;
    assert_eq!(reply.keys(), ["@odata.context", "id", "assignedLicenses"]);
}

#[tokio::test]
async fn rules_are_refused_in_the_words_of_graph() {
    let office = Office::open().await;
    let unknown = "00000000-0000-0000-0000-000000000bad";
    let twice = json!({ "addLicenses": [{ "skuId": CANTEEN }], "removeLicenses": [CANTEEN] });
    let other_plan = json!({ "addLicenses": [{ "skuId": PARKING, "disabledPlans": [LUNCH] }], "removeLicenses": [] });
    let cases = [
        (KIM, json!({ "addLicenses": [], "removeLicenses": [] }), "No license changes provided.".to_owned()),
        (KIM, twice, format!("License {CANTEEN} is specified more than once in the request.")),
        (
            KIM,
            json!({ "addLicenses": [{ "skuId": unknown }], "removeLicenses": [] }),
            format!("License {unknown} does not correspond to a valid company License."),
        ),
        (KIM, other_plan, format!("One or more disabled plans are not valid for license {PARKING}.")),
        (KIM, removing(CANTEEN), "User does not have a corresponding license.".to_owned()),
        (LEE, adding(CANTEEN), "License assignment cannot be done for user with invalid usage location.".to_owned()),
    ];
    for (user, body, sentence) in cases {
        let reply = office.post(&path(user), body).await;
        assert_eq!(reply.error(), (400, "Request_BadRequest", sentence.as_str()));
    }
    let reply = office.post(&path(Uuid::nil()), adding(CANTEEN)).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(Uuid::nil()).as_str()));
}

#[tokio::test]
async fn the_last_seat_is_given_once_and_an_inherited_licence_stays() {
    let office = Office::open().await;
    office.give(KIM, PARKING).await;
    let sentence = format!("Subscription with SKU {PARKING} does not have any available licenses.");
    assert_eq!(office.post(&path(MAX), adding(PARKING)).await.error(), (400, "Request_BadRequest", sentence.as_str()));
    office.give_group(STAFF, CANTEEN).await;
    let sentence = "User license is inherited from a group membership and it cannot be removed directly from the user.";
    assert_eq!(office.post(&path(KIM), removing(CANTEEN)).await.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn localtest_answers_with_the_user_under_value() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    // The request of managed-device-user-assignlicense-localtest.md, on its shortest path.
    let body = json!({
        "addLicenses": [{ "@odata.type": "microsoft.graph.assignedLicense" }],
        "removeLicenses": ["53c01d8b-1d8b-53c0-8b1d-c0538b1dc053"],
    });
    let reply = office.post(&format!("/localtest/users/{KIM}/assignLicense"), body.clone()).await;
    assert_eq!((reply.status, reply.keys()), (200, vec!["value"]), "{}", reply.text);
    assert_eq!(keys(&reply.json["value"])[..3], ["@odata.type", "id", "deletedDateTime"]);
    assert_eq!(reply.json["value"]["@odata.type"], "#microsoft.graph.user");
    let sentence = "Invalid value specified for property 'skuId' of resource 'AssignedLicense'.";
    assert_eq!(office.post(&path(KIM), body).await.error(), (400, "Request_BadRequest", sentence));
}
