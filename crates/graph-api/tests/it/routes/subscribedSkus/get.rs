//! `GET /subscribedSkus`

use crate::office::{CANTEEN, DINNER, KIM, LUNCH, Office, PURCHASE, TENANT};
use serde_json::json;

#[tokio::test]
async fn skus_are_shown_with_their_seats() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let reply = office.get("/v1.0//subscribedSkus").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#subscribedSkus");
    let expected = json!({
        "accountName": "contoso", "accountId": TENANT, "appliesTo": "User", "capabilityStatus": "Enabled",
        "consumedUnits": 1, "id": format!("{TENANT}_{CANTEEN}"),
        "prepaidUnits": { "enabled": 2, "lockedOut": 0, "suspended": 0, "warning": 0 },
        "servicePlans": [
            { "servicePlanId": LUNCH, "servicePlanName": "LUNCH_PLAN", "provisioningStatus": "Success", "appliesTo": "User" },
            { "servicePlanId": DINNER, "servicePlanName": "DINNER_PLAN", "provisioningStatus": "Success", "appliesTo": "User" },
        ],
        "skuId": CANTEEN, "skuPartNumber": "CANTEEN", "subscriptionIds": [PURCHASE],
    });
    assert_eq!(reply.json["value"][0].to_string(), expected.to_string());
    assert_eq!(reply.json["value"][1]["capabilityStatus"], "Warning");
    assert_eq!(reply.json["value"][1]["prepaidUnits"]["warning"], 1);
    assert_eq!(reply.json["value"].as_array().unwrap().len(), 6);
    assert_eq!(reply.header("x-ms-resource-unit"), "3");
}

#[tokio::test]
async fn only_select_is_served() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/subscribedSkus?$select=skuPartNumber,skuId").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#subscribedSkus(skuPartNumber,skuId)");
    assert_eq!(reply.json["value"][0], json!({ "skuPartNumber": "CANTEEN", "skuId": CANTEEN }));
    let reply = office.get("/v1.0/subscribedSkus?$filter=skuPartNumber%20eq%20'X'").await;
    assert_eq!(reply.error().1, "Request_UnsupportedQuery");
}
