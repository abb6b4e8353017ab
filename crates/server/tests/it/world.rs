//! The world of most tests: a small tenant with a little of everything.

use serde_json::{Value, json};

pub(crate) const TENANT: &str = "e8e96c2a-d787-4eb1-98d7-9e57c965f1de";
/// An application that may do everything.
pub(crate) const ROBOT: &str = "10000000-0000-0000-0000-000000000001";
/// Lunch and dinner for four.
pub(crate) const CANTEEN: &str = "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053";
/// One seat.
pub(crate) const PARKING: &str = "53c01d8b-1d8b-53c0-8b1d-c0538b1dc054";
/// Adele and Ben are in it; it gives `CANTEEN`.
pub(crate) const STAFF: &str = "1132b215-826f-42a9-8cfe-1643d19d17fd";
/// License Administrator.
pub(crate) const ADELE: &str = "adele@contoso.example";
pub(crate) const BEN: &str = "ben@contoso.example";
/// In no group, without a licence.
pub(crate) const CLEO: &str = "cleo@contoso.example";
/// Flags of `token` for the application that may do everything.
pub(crate) const AS_ROBOT: &str =
    "--tenant e8e96c2a-d787-4eb1-98d7-9e57c965f1de --app 10000000-0000-0000-0000-000000000001";
/// Flags of `token` for the License Administrator, without scopes.
pub(crate) const AS_ADELE: &str = "--tenant e8e96c2a-d787-4eb1-98d7-9e57c965f1de --user adele@contoso.example";

pub(crate) fn contoso() -> Value {
    json!({ "tenants": [{
        "id": TENANT,
        "displayName": "Contoso",
        "verifiedDomains": ["contoso.example"],
        "products": [
            { "skuId": CANTEEN, "skuPartNumber": "CANTEEN", "servicePlans": [
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834a", "servicePlanName": "LUNCH" },
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834b", "servicePlanName": "DINNER" } ] },
            { "skuId": PARKING, "skuPartNumber": "PARKING", "servicePlans": [
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834c", "servicePlanName": "GARAGE" } ] }
        ],
        "subscriptions": [
            { "skuPartNumber": "CANTEEN", "totalLicenses": 4 },
            { "skuPartNumber": "PARKING", "totalLicenses": 1 }
        ],
        "users": [
            { "userPrincipalName": ADELE, "displayName": "Adele", "usageLocation": "KE" },
            { "userPrincipalName": BEN, "displayName": "Ben", "usageLocation": "US",
              "assignedLicenses": [{ "skuPartNumber": "PARKING" }] },
            { "userPrincipalName": CLEO, "displayName": "Cleo", "usageLocation": "GB" }
        ],
        "groups": [{ "id": STAFF, "displayName": "Staff", "securityEnabled": true, "mailEnabled": false,
                     "members": [ADELE, BEN], "assignedLicenses": [{ "skuPartNumber": "CANTEEN" }] }],
        "managedDevices": [{ "deviceName": "Till", "users": [ADELE] }],
        "applications": [{ "appId": ROBOT, "displayName": "Robot", "appRoles": [
            "LicenseAssignment.ReadWrite.All", "Directory.ReadWrite.All", "User.ReadWrite.All",
            "Group.ReadWrite.All", "Organization.Read.All" ] }],
        "roleAssignments": [{ "principal": ADELE, "role": "License Administrator" }]
    }] })
}

/// A body of `assignLicense` that adds one SKU.
pub(crate) fn adding(sku: &str) -> Value {
    json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": [] }], "removeLicenses": [] })
}

/// A body of `assignLicense` that removes one SKU.
pub(crate) fn removing(sku: &str) -> Value {
    json!({ "addLicenses": [], "removeLicenses": [sku] })
}
