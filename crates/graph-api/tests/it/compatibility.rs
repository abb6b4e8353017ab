//! Settings of a tenant with which it answers as the documentation, the live service or the past does (docs/world.md).

use crate::office::{CANTEEN, KIM, MAX, Office, PARKING, Reply, STAFF, adding, contoso};
use graph_api::ApiSettings;
use serde_json::{Value, json};

/// Contoso with one setting on.
async fn with(setting: &str) -> Office {
    let mut world = contoso();
    world["tenants"][0]["settings"] = json!({ setting: true });
    Office::of(&world, ApiSettings::default()).await
}

async fn assign(office: &Office, body: Value) -> Reply {
    office.post(&format!("/v1.0/users/{KIM}/assignLicense"), body).await
}

async fn errors_of(office: &Office, user: uuid::Uuid) -> Vec<Value> {
    let reply = office.get(&format!("/v1.0/users/{user}?$select=licenseAssignmentStates")).await;
    let states = reply.json["licenseAssignmentStates"].as_array().unwrap();
    states.iter().map(|state| state["error"].clone()).collect()
}

#[tokio::test]
async fn short_license_answer_leaves_the_default_properties() {
    let office = with("shortLicenseAnswer").await;
    let reply = assign(&office, adding(CANTEEN)).await;
    assert_eq!((reply.keys().len(), reply.json.get("assignedLicenses")), (12, None));
    let again = office.post(&format!("/v1.0/users/{KIM}/reprocessLicenseAssignment"), json!({})).await;
    assert_eq!((again.status, again.json.get("assignedLicenses")), (200, None));
    let office = Office::open().await;
    assert!(assign(&office, adding(CANTEEN)).await.json["assignedLicenses"].is_array());
}

#[tokio::test]
async fn null_for_no_error_is_what_the_documentation_says() {
    for (office, expected) in [(with("nullForNoError").await, Value::Null), (Office::open().await, json!("None"))] {
        office.give(KIM, CANTEEN).await;
        assert_eq!(errors_of(&office, KIM).await, [expected]);
    }
}

#[tokio::test]
async fn others_for_other_is_what_the_documentation_once_said() {
    for (office, expected) in [(with("othersForOther").await, "Others"), (Office::open().await, "Other")] {
        office.give(KIM, PARKING).await;
        office.give_group(STAFF, PARKING).await;
        office.give_group(STAFF, CANTEEN).await;
        assert_eq!(errors_of(&office, MAX).await, [json!(expected), json!("CountViolation")]);
    }
}

#[tokio::test]
async fn missing_parameters_are_empty_as_before_march_2025() {
    let office = with("missingParametersAreEmpty").await;
    let add = json!({ "addLicenses": [{ "skuId": CANTEEN }] });
    assert_eq!(assign(&office, add.clone()).await.status, 200);
    assert_eq!(assign(&office, json!({ "removeLicenses": [CANTEEN] })).await.status, 200);
    let nothing = assign(&office, json!({})).await;
    assert_eq!(nothing.error().2, "No license changes provided.");
    let group = office.post(&format!("/v1.0/groups/{STAFF}/assignLicense"), add.clone()).await;
    assert_eq!(group.status, 202, "{}", group.text);
    let office = Office::open().await;
    assert_eq!(assign(&office, add).await.status, 400);
}
