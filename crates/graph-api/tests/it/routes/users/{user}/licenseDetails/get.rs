//! `GET /users/{user}/licenseDetails`

use crate::office::{CANTEEN, DINNER, KIM, LUNCH, Office};
use serde_json::json;

#[tokio::test]
async fn licences_are_shown_with_their_plans() {
    let office = Office::open().await;
    let body = json!({ "addLicenses": [{ "disabledPlans": [DINNER], "skuId": CANTEEN }], "removeLicenses": [] });
    office.post(&format!("/v1.0/users/{KIM}/assignLicense"), body).await;
    let reply = office.get("/v1.0/users/kim@contoso.example/licenseDetails").await;
    let expected = json!({
        "@odata.context": format!("http://graph.test/v1.0/$metadata#users('{KIM}')/licenseDetails"),
        "value": [{
            "id": reply.json["value"][0]["id"],
            "skuId": CANTEEN,
            "skuPartNumber": "CANTEEN",
            "servicePlans": [
                { "servicePlanId": LUNCH, "servicePlanName": "LUNCH_PLAN", "provisioningStatus": "Success",
                  "appliesTo": "User" },
                { "servicePlanId": DINNER, "servicePlanName": "DINNER_PLAN", "provisioningStatus": "Disabled",
                  "appliesTo": "User" },
            ],
        }],
    });
    assert_eq!(reply.text, expected.to_string());
    assert_eq!(reply.json["value"][0]["id"].as_str().unwrap().len(), 43);
    assert_eq!(reply.header("x-ms-resource-unit"), "2");
}

#[tokio::test]
async fn only_select_is_served() {
    let office = Office::open().await;
    let get = |query: &str| format!("/v1.0/users/{KIM}/licenseDetails?{query}");
    let sentence = "Filtered searches against this resource are not supported.";
    let reply = office.get(&get("$filter=skuPartNumber%20eq%20'X'")).await;
    assert_eq!(reply.error(), (400, "Request_UnsupportedQuery", sentence));
    assert_eq!(office.get(&get("$top=5")).await.error().1, "Request_UnsupportedQuery");
    assert_eq!(office.get(&get("$select=skuId")).await.status, 200);
}
