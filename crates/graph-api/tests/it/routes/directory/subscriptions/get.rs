//! `GET /directory/subscriptions`

use crate::office::{CANTEEN, Office, PURCHASE, TENANT};
use serde_json::json;

#[tokio::test]
async fn purchases_are_listed() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/directory/subscriptions").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directory/subscriptions");
    assert_eq!(reply.json["value"].as_array().unwrap().len(), 6);
    let mut canteen = reply.json["value"][0].clone();
    assert_eq!(canteen["serviceStatus"].as_array().unwrap().len(), 2);
    canteen["serviceStatus"] = json!([]);
    let expected = json!({
        "createdDateTime": "2024-01-01T00:00:00Z", "commerceSubscriptionId": PURCHASE, "id": PURCHASE,
        "isTrial": false, "nextLifecycleDateTime": "2026-01-01T00:00:00Z", "serviceStatus": [], "skuId": CANTEEN,
        "skuPartNumber": "CANTEEN", "status": "Enabled", "totalLicenses": 2, "ownerId": null, "ownerTenantId": TENANT,
        "ownerType": "User",
    });
    assert_eq!(canteen.to_string(), expected.to_string());
}
