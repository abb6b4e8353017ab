//! World files: what is read, what is refused and where, and the way there and back.

mod as_they_were;
mod refused;
mod round_trip;

use engine::Engine;
use engine::builtin_catalog::builtin_catalog;
use engine::clock::SystemClock;
use engine::store::{NewTenant, Store, UserSet};
use engine::use_cases::Settings;
use engine::world::{World, WorldError, build, parse};
use licensing::assignment::Source;
use licensing::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::memory::MemoryStore;
use tokio_util::sync::CancellationToken;

/// When worlds of these tests are built.
const NOW: Timestamp = Timestamp::from_unix_millis(1_767_225_600_000);

/// A small tenant that breaks no rule, as JSON to spoil.
fn contoso() -> Value {
    json!({ "tenants": [{
        "id": "e8e96c2a-d787-4eb1-98d7-9e57c965f1de",
        "displayName": "Contoso",
        "verifiedDomains": ["contoso.example"],
        "subscriptions": [
            { "skuPartNumber": "ENTERPRISEPACK", "totalLicenses": 3 },
            { "skuPartNumber": "flow_free", "totalLicenses": 1 },
            { "skuPartNumber": "MCOEV", "totalLicenses": 5 },
            { "skuPartNumber": "SHAREPOINTSTANDARD", "totalLicenses": 5 },
            { "skuPartNumber": "CANTEEN", "totalLicenses": 5, "status": "Warning", "isTrial": true,
              "createdDateTime": "2025-01-01T00:00:00Z", "nextLifecycleDateTime": "2026-02-01T00:00:00Z" },
            { "skuPartNumber": "HEATING", "totalLicenses": 1 }
        ],
        "products": [
            { "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053", "skuPartNumber": "CANTEEN", "servicePlans": [
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834a", "servicePlanName": "LUNCH",
                  "prohibitedUsageLocations": ["FR"] },
                { "servicePlanId": "11b0131d-43c8-4bbb-b2c8-e80f9a50834b", "servicePlanName": "DINNER",
                  "appliesTo": "User", "service": "exchange" } ] },
            { "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc054", "skuPartNumber": "HEATING", "appliesTo": "Company" }
        ],
        "users": [
            { "id": "00000000-0000-0000-0000-00000000000A", "userPrincipalName": "Ann@contoso.example",
              "displayName": "Ann", "usageLocation": "ke", "createdDateTime": "2024-02-29T12:00:00.5Z",
              "businessPhones": ["1", "2"], "employeeOrgData": { "division": "North", "costCenter": null },
              "proxyAddresses": ["SMTP:ann@contoso.example"], "department": null,
              "assignedLicenses": [
                { "skuPartNumber": "ENTERPRISEPACK" },
                { "skuId": "53c01d8b-1d8b-53c0-8b1d-c0538b1dc053",
                  "disabledPlans": ["11b0131d-43c8-4bbb-b2c8-e80f9a50834a"] } ] },
            { "userPrincipalName": "ben@contoso.example", "usageLocation": "US", "accountEnabled": false,
              "manager": "CLEO@contoso.example" },
            { "userPrincipalName": "cleo@contoso.example" }
        ],
        "groups": [
            { "id": "1132b215-826f-42a9-8cfe-1643d19d17fd", "displayName": "Staff", "securityEnabled": true,
              "groupTypes": [], "members": ["ann@contoso.example", "BEN@contoso.example", "cleo@contoso.example"],
              "assignedLicenses": [{ "skuPartNumber": "FLOW_FREE" }] },
            { "displayName": "Club", "securityEnabled": false, "mailEnabled": true, "groupTypes": ["Unified"],
              "members": ["1132b215-826f-42a9-8cfe-1643d19d17fd", "00000000-0000-0000-0000-00000000000a"],
              "owners": ["ben@contoso.example", "CLEO@contoso.example"] }
        ],
        "managedDevices": [{ "deviceName": "Till", "users": ["ann@contoso.example", "ben@contoso.example"] }],
        "applications": [
            { "appId": "10000000-0000-0000-0000-000000000001", "displayName": "Robot",
              "appRoles": ["LicenseAssignment.ReadWrite.All"] },
            { "displayName": "Mute" }
        ],
        "roleAssignments": [
            { "principal": "ben@contoso.example", "role": "license administrator" },
            { "principal": "00000000-0000-0000-0000-00000000000a", "role": "62e90394-69f5-4237-9190-012177145e10" }
        ]
    }] })
}

/// Puts a value at a path such as `/tenants/0/users/-`; a last step `-` appends to a list.
fn put(world: &mut Value, path: &str, value: Value) {
    let (parent, last) = path.rsplit_once('/').unwrap();
    match world.pointer_mut(parent).unwrap_or_else(|| panic!("there is no {parent}")) {
        Value::Object(members) => drop(members.insert(last.to_owned(), value)),
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = value,
        other => panic!("nothing can be put into {other}"),
    }
}

fn load(world: &Value) -> Result<Vec<NewTenant>, WorldError> {
    build(parse(&world.to_string())?, builtin_catalog(), NOW)
}

/// A store with this world.
async fn store_of(world: World) -> Arc<dyn Store> {
    let store = MemoryStore::new(builtin_catalog());
    assert!(store.create_tenants(build(world, builtin_catalog(), NOW).unwrap()).await.unwrap());
    Arc::new(store)
}

/// Does all work that waits.
async fn settle(store: &Arc<dyn Store>) -> Engine {
    let engine = Engine::new(store.clone(), Arc::new(SystemClock), Settings::default());
    let stop = CancellationToken::new();
    let propagation = tokio::spawn({
        let (engine, stop) = (engine.clone(), stop.clone());
        async move { engine.propagate(stop).await }
    });
    engine.settle().await.unwrap();
    stop.cancel();
    propagation.await.unwrap();
    engine
}

/// All paths by user, SKU, source and state, without times.
async fn paths(store: &dyn Store) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for tenant in store.tenants().await.unwrap() {
        let users = store.users(tenant.key, UserSet::All, None, 999).await.unwrap();
        for user in users.value {
            let name = &user.profile.as_ref().unwrap().principal_name;
            for path in &user.paths {
                let sku = &users.tenant.skus[&path.sku].product.part_number;
                let from = match path.source {
                    Source::Direct => None,
                    Source::Group(group) => Some(users.tenant.licensed_groups[&group].id),
                };
                paths.insert(format!("{name} {sku} {from:?} {:?} {:?}", path.state, path.disabled));
            }
        }
    }
    paths
}
