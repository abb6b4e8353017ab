//! `GET /organization`

use crate::office::{Office, TENANT};
use serde_json::json;

#[tokio::test]
async fn the_tenant_is_the_only_organization() {
    let office = Office::open().await;
    let select = "$select=id,displayName,countryLetterCode,defaultUsageLocation,createdDateTime,verifiedDomains";
    let reply = office.get(&format!("/v1.0/organization?{select}")).await;
    assert_eq!(
        reply.json["value"],
        json!([{
            "id": TENANT, "displayName": "Contoso", "countryLetterCode": "US", "defaultUsageLocation": null,
            "createdDateTime": "2020-01-01T00:00:00Z",
            "verifiedDomains": [
                { "capabilities": "Email, OfficeCommunicationsOnline", "isDefault": true, "isInitial": true,
                  "name": "contoso.example", "type": "Managed" },
                { "capabilities": "Email, OfficeCommunicationsOnline", "isDefault": false, "isInitial": false,
                  "name": "contoso.test", "type": "Managed" },
            ],
        }])
    );
    let reply = office.get("/v1.0/organization").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#organization");
    let plans = reply.json["value"][0]["assignedPlans"].as_array().unwrap();
    assert!(plans.iter().any(|plan| plan["service"] == "Kitchen" && plan["capabilityStatus"] == "Enabled"));
    assert_eq!(reply.json["value"][0]["businessPhones"], json!([]));
}
