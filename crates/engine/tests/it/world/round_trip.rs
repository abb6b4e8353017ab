//! A world goes into a store and comes out again.

use super::{NOW, contoso, load, paths, put, settle, store_of};
use engine::secret;
use engine::world::{export, parse};
use licensing::Command;
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::decide::assign_to_group::AssignToGroup;
use licensing::ids::{ApplicationId, TenantId};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

const CONTOSO: TenantId = TenantId(uuid!("e8e96c2a-d787-4eb1-98d7-9e57c965f1de"));

#[test]
fn what_is_left_out_gets_its_default() {
    let tenants = load(&json!({ "tenants": [{ "users": [{ "userPrincipalName": "ann@x" }] }, {}] })).unwrap();
    let [one, other] = &tenants[..] else { panic!("{} tenants", tenants.len()) };
    assert_ne!(one.profile.id, other.profile.id);
    assert_eq!((one.profile.country.as_str(), one.profile.created_at), ("US", NOW));
    let user = one.content.users[0].profile.as_ref().unwrap();
    assert_eq!((user.created_at, user.properties.flag("accountEnabled")), (NOW, true));
    assert_ne!(user.id.0, Uuid::nil());
}

#[tokio::test]
async fn an_export_is_the_world_with_all_ids() {
    let store = store_of(parse(&contoso().to_string()).unwrap()).await;
    let exported = serde_json::to_value(export(store.as_ref(), None).await.unwrap()).unwrap();
    let expected = expected(&exported);
    assert_eq!(serde_json::to_string_pretty(&exported).unwrap(), serde_json::to_string_pretty(&expected).unwrap());
}

/// Contoso as it must come out, but for the ids that were made up.
fn expected(exported: &Value) -> Value {
    let made_up = |path: &str| exported.pointer(path).unwrap_or_else(|| panic!("there is no {path}")).clone();
    let bought = |at: usize, sku: &str, units: u32| {
        json!({ "id": made_up(&format!("/tenants/0/subscriptions/{at}/id")), "skuId": sku, "totalLicenses": units,
                "status": "Enabled", "createdDateTime": "2026-01-01T00:00:00Z" })
    };
    let canteen = "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053";
    let mut world = json!({ "tenants": [{
        "id": "e8e96c2a-d787-4eb1-98d7-9e57c965f1de", "displayName": "Contoso", "countryLetterCode": "US",
        "verifiedDomains": ["contoso.example"], "createdDateTime": "2026-01-01T00:00:00Z",
        "subscriptions": [
            bought(0, "6fd2c87f-b296-42f0-b197-1e91e994b900", 3), bought(1, "f30db892-07e9-47e9-837c-80727f46fd3d", 1),
            bought(2, "e43b5b99-8dfb-405f-9987-dc307f34bcbd", 5), bought(3, "1fc08a02-8b3d-43b9-831e-f76859e04e1a", 5),
            { "id": made_up("/tenants/0/subscriptions/4/id"), "skuId": canteen, "totalLicenses": 5,
              "status": "Warning", "isTrial": true, "createdDateTime": "2025-01-01T00:00:00Z",
              "nextLifecycleDateTime": "2026-02-01T00:00:00Z" },
            bought(5, "53c01d8b-1d8b-53c0-8b1d-c0538b1dc054", 1)
        ],
        "products": [
            { "skuId": canteen, "skuPartNumber": "CANTEEN", "appliesTo": "User", "servicePlans": [
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834a", "servicePlanName": "LUNCH",
                  "appliesTo": "User", "service": "LUNCH", "prohibitedUsageLocations": ["FR"] },
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834b", "servicePlanName": "DINNER",
                  "appliesTo": "User", "service": "exchange" } ] },
            { "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc054", "skuPartNumber": "HEATING", "appliesTo": "Company" }
        ],
        "licensesAsTheyWere": true, "users": [], "groups": [],
        "managedDevices": [{ "id": made_up("/tenants/0/managedDevices/0/id"), "deviceName": "Till",
                             "users": ["Ann@contoso.example", "ben@contoso.example"] }],
        "applications": [],
        "roleAssignments": [{ "principal": "Ann@contoso.example", "role": "Global Administrator" },
                            { "principal": "ben@contoso.example", "role": "License Administrator" }]
    }] });
    put(&mut world, "/tenants/0/users", expected_users(made_up));
    put(&mut world, "/tenants/0/groups", expected_groups(made_up));
    let mut applications = vec![
        json!({ "appId": "10000000-0000-0000-0000-000000000001", "displayName": "Robot",
                "appRoles": ["LicenseAssignment.ReadWrite.All"] }),
        json!({ "appId": exported["tenants"][0]["applications"].as_array().unwrap().iter()
                    .find(|application| application["displayName"] == "Mute").unwrap()["appId"],
                "displayName": "Mute" }),
    ];
    applications.sort_by_key(|application| application["appId"].to_string());
    put(&mut world, "/tenants/0/applications", applications.into());
    world
}

fn expected_users(made_up: impl Fn(&str) -> Value) -> Value {
    json!([
        { "id": "00000000-0000-0000-0000-00000000000a", "userPrincipalName": "Ann@contoso.example",
          "usageLocation": "KE", "createdDateTime": "2024-02-29T12:00:00.5Z", "accountEnabled": true,
          "businessPhones": ["1", "2"], "displayName": "Ann",
          "employeeOrgData": { "costCenter": null, "division": "North" },
          "proxyAddresses": ["SMTP:ann@contoso.example"],
          "assignedLicenses": [
            { "skuId": "6fd2c87f-b296-42f0-b197-1e91e994b900" },
            { "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053",
              "disabledPlans": ["11b0131d-43c8-4bbb-b2c8-e80f9a50834a"] } ] },
        { "id": made_up("/tenants/0/users/1/id"), "userPrincipalName": "ben@contoso.example", "usageLocation": "US",
          "createdDateTime": "2026-01-01T00:00:00Z", "accountEnabled": false, "manager": "cleo@contoso.example" },
        { "id": made_up("/tenants/0/users/2/id"), "userPrincipalName": "cleo@contoso.example",
          "createdDateTime": "2026-01-01T00:00:00Z", "accountEnabled": true }
    ])
}

fn expected_groups(made_up: impl Fn(&str) -> Value) -> Value {
    json!([
        { "id": "1132b215-826f-42a9-8cfe-1643d19d17fd", "createdDateTime": "2026-01-01T00:00:00Z",
          "displayName": "Staff", "groupTypes": [], "securityEnabled": true,
          "members": ["Ann@contoso.example", "ben@contoso.example", "cleo@contoso.example"],
          "assignedLicenses": [{ "skuId": "f30db892-07e9-47e9-837c-80727f46fd3d" }] },
        { "id": made_up("/tenants/0/groups/1/id"), "createdDateTime": "2026-01-01T00:00:00Z",
          "displayName": "Club", "groupTypes": ["Unified"], "mailEnabled": true, "securityEnabled": false,
          "members": ["Ann@contoso.example", "1132b215-826f-42a9-8cfe-1643d19d17fd"],
          "owners": ["ben@contoso.example", "cleo@contoso.example"] }
    ])
}

#[tokio::test]
async fn a_built_export_gives_the_same_export_and_the_same_paths() {
    let first = store_of(parse(&contoso().to_string()).unwrap()).await;
    settle(&first).await;
    let exported = export(first.as_ref(), Some(CONTOSO)).await.unwrap();
    let text = serde_json::to_string(&exported).unwrap();
    let read = parse(&text).unwrap();
    assert_eq!(read, exported);

    let second = store_of(read).await;
    settle(&second).await;
    assert_eq!(serde_json::to_string(&export(second.as_ref(), None).await.unwrap()).unwrap(), text);
    let expected = paths(first.as_ref()).await;
    assert_eq!(paths(second.as_ref()).await, expected);
    // Ann's direct ones, and the only seat of the group's licence, for which Ben and Cleo wait.
    assert_eq!(expected.len(), 5, "{expected:#?}");
    assert_eq!(expected.iter().filter(|path| path.contains("Error(Count)")).count(), 2, "{expected:#?}");
}

#[tokio::test]
async fn a_secret_is_kept_and_exported_as_its_hash() {
    let mut world = contoso();
    put(&mut world, "/tenants/0/applications/0/clientSecret", json!("secret"));
    let store = store_of(parse(&world.to_string()).unwrap()).await;
    let key = store.tenants().await.unwrap()[0].key;
    let robot = ApplicationId(uuid!("10000000-0000-0000-0000-000000000001"));
    let hash = store.applications(key, Some(robot)).await.unwrap()[0].secret_hash.clone().unwrap();
    assert!(secret::matches("secret", &hash) && !secret::matches("Secret", &hash));
    let exported = export(store.as_ref(), None).await.unwrap();
    let called = |name: &str| {
        let found = exported.tenants[0].applications.iter().find(|application| application.display_name == name);
        serde_json::to_value(found.unwrap()).unwrap()
    };
    let application = called("Robot");
    assert_eq!(application["clientSecretHash"], json!(hash), "{application}");
    assert_eq!(application.get("clientSecret"), None);
    let mute = called("Mute");
    assert_eq!(mute.get("clientSecretHash"), None, "{mute}");

    let copy = store_of(exported).await;
    let copied = copy.applications(key, Some(robot)).await.unwrap();
    assert_eq!(copied[0].secret_hash, Some(hash));
}

#[tokio::test]
async fn only_the_tenant_that_was_asked_for_is_exported() {
    let mut world = contoso();
    put(&mut world, "/tenants/-", json!({ "id": "20000000-0000-0000-0000-000000000001", "displayName": "Fabrikam" }));
    let store = store_of(parse(&world.to_string()).unwrap()).await;
    let fabrikam = TenantId(uuid!("20000000-0000-0000-0000-000000000001"));
    let exported = export(store.as_ref(), Some(fabrikam)).await.unwrap();
    let names: Vec<_> = exported.tenants.iter().map(|tenant| tenant.display_name.as_str()).collect();
    assert_eq!(names, ["Fabrikam"]);
    assert!(export(store.as_ref(), Some(TenantId(Uuid::nil()))).await.unwrap().tenants.is_empty());
    assert_eq!(export(store.as_ref(), None).await.unwrap().tenants.len(), 2);
}

/// Groups compete in the order in which their licences were set, so that order must survive an export.
#[tokio::test]
async fn groups_are_exported_in_the_order_in_which_they_compete() {
    let group = |n: u8, members: Value| {
        json!({ "id": format!("30000000-0000-0000-0000-00000000000{n}"), "displayName": format!("Group {n}"),
                "securityEnabled": true, "members": members })
    };
    let mut world = contoso();
    let groups = json!([
        group(1, json!(["ben@contoso.example"])),
        group(2, json!([])),
        group(3, json!(["ann@contoso.example"]))
    ]);
    put(&mut world, "/tenants/0/groups", groups);
    let first = store_of(parse(&world.to_string()).unwrap()).await;
    let engine = settle(&first).await;
    let tenant = first.tenants().await.unwrap()[0].clone();
    let flow_free = tenant.catalog.product_by_part_number("FLOW_FREE").unwrap().id;
    for n in [3, 1] {
        let group = Uuid::from_u128(0x3000_0000_0000_0000_0000_0000_0000_0000 + n);
        let add = vec![WantedLicense { sku: flow_free, disabled: DisabledPlans::default() }];
        let command = AssignToGroup { group, add, remove: Vec::new() };
        engine.run_as_operator(tenant.key, Command::AssignToGroup(command)).await.unwrap();
    }
    settle(&first).await;

    let exported = export(first.as_ref(), None).await.unwrap();
    let names = exported.tenants[0].groups.iter().filter_map(|group| group.properties.text("displayName"));
    assert_eq!(names.collect::<Vec<_>>(), ["Group 3", "Group 2", "Group 1"]);
    let second = store_of(exported).await;
    settle(&second).await;
    assert_eq!(paths(second.as_ref()).await, paths(first.as_ref()).await);
}
