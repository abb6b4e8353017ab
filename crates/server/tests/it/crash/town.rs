//! A tenant with enough people and groups to keep a server busy, and what a server says of it.

use super::ledger::{Observed, State, Subject};
use crate::http::Request;
use crate::process::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Users of whom each is in some group.
pub(crate) const USERS: usize = 300;
/// Of these, the first ones get direct licences.
pub(crate) const DIRECT_USERS: usize = 48;
/// Of these, the first ones join and leave groups.
pub(crate) const RESTLESS_USERS: usize = 60;
pub(crate) const GROUPS: usize = 2;
/// SKUs that only users get, with seats for everybody.
pub(crate) const DIRECT_SKUS: usize = 4;
/// SKUs that only groups get; the first has too few seats.
pub(crate) const GROUP_SKUS: usize = 3;
/// Seats of the SKU that has too few.
const SCARCE_SEATS: usize = 200;

const TENANT: usize = 1;
const APPLICATION: usize = 2;

/// The n-th id of a kind.
fn id(kind: usize, n: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}

pub(crate) fn user_id(n: usize) -> String {
    id(3, n)
}

pub(crate) fn group_id(n: usize) -> String {
    id(4, n)
}

pub(crate) fn direct_sku(n: usize) -> String {
    id(5, n)
}

pub(crate) fn group_sku(n: usize) -> String {
    id(6, n)
}

/// The plan of a SKU that can be left out.
pub(crate) fn plan_of(sku: &str) -> String {
    format!("f{}", &sku[1..])
}

/// Flags of `token` for the application that may do everything.
pub(crate) fn as_application() -> String {
    format!("--tenant {} --app {}", id(TENANT, 0), id(APPLICATION, 0))
}

pub(crate) fn world() -> Value {
    let direct = (0..DIRECT_SKUS).map(|n| (direct_sku(n), format!("DIRECT_{n}"), USERS));
    let of_groups =
        (0..GROUP_SKUS).map(|n| (group_sku(n), format!("GROUP_{n}"), if n == 0 { SCARCE_SEATS } else { USERS }));
    let skus: Vec<_> = direct.chain(of_groups).collect();
    let product = |(sku, name, _): &(String, String, usize)| {
        let plans = [(plan_of(sku), "A"), (plan_of(sku).replacen('f', "e", 1), "B")];
        let plans =
            plans.map(|(plan, letter)| json!({ "servicePlanId": plan, "servicePlanName": format!("{name}_{letter}") }));
        json!({ "skuId": sku, "skuPartNumber": name, "servicePlans": plans })
    };
    let bought = |(sku, _, seats): &(String, String, usize)| json!({ "skuId": sku, "totalLicenses": seats });
    let user =
        |n| json!({ "id": user_id(n), "userPrincipalName": format!("user{n}@town.example"), "usageLocation": "KE" });
    let group = |n: usize| {
        let members: Vec<_> = (n * 100..n * 100 + 200).map(user_id).collect();
        json!({ "id": group_id(n), "displayName": format!("Group {n}"), "securityEnabled": true, "members": members })
    };
    let roles =
        ["LicenseAssignment.ReadWrite.All", "Directory.ReadWrite.All", "Group.ReadWrite.All", "User.ReadWrite.All"];
    json!({ "tenants": [{
        "id": id(TENANT, 0),
        "displayName": "Town",
        "products": skus.iter().map(product).collect::<Vec<_>>(),
        "subscriptions": skus.iter().map(bought).collect::<Vec<_>>(),
        "users": (0..USERS).map(user).collect::<Vec<_>>(),
        "groups": (0..GROUPS).map(group).collect::<Vec<_>>(),
        "applications": [{ "appId": id(APPLICATION, 0), "displayName": "Load", "appRoles": roles }],
    }] })
}

/// A licence as an item of a state.
pub(crate) fn license(sku: &str, without_plan: bool) -> String {
    if without_plan { format!("{sku} without {}", plan_of(sku)) } else { sku.to_owned() }
}

/// All that clients change, as the server tells it.
pub(crate) fn observe(server: &Server, token: &str) -> Observed {
    let get = |path: &str| server.ask(Request::get(path).bearer(token)).is(200);
    let mut observed = Observed::new();
    let users = get("/v1.0/users?$top=999&$select=id,assignedLicenses");
    let licenses: BTreeMap<&str, &Value> =
        values(&users).map(|user| (text(&user["id"]), &user["assignedLicenses"])).collect();
    assert_eq!(licenses.len(), USERS);
    for n in 0..DIRECT_USERS {
        let mut state = licenses_in(licenses[user_id(n).as_str()]);
        state.retain(|item| item.starts_with(&direct_sku(0)[..8]));
        observed.insert(Subject::LicensesOfUser(n), state);
    }
    for n in 0..GROUPS {
        let group = get(&format!("/v1.0/groups/{}?$select=assignedLicenses", group_id(n)));
        observed.insert(Subject::LicensesOfGroup(n), licenses_in(&group["assignedLicenses"]));
        let members = get(&format!("/v1.0/groups/{}/members?$top=999&$select=id", group_id(n)));
        observed.insert(
            Subject::MembersOfGroup(n),
            values(&members).map(|member| text(&member["id"]).to_owned()).collect(),
        );
    }
    observed
}

/// SKUs of which more seats are in use than there are.
pub(crate) fn oversold(server: &Server, token: &str) -> Vec<String> {
    let skus = server.ask(Request::get("/v1.0/subscribedSkus").bearer(token)).is(200);
    let is_oversold =
        |sku: &&Value| sku["consumedUnits"].as_u64().unwrap() > sku["prepaidUnits"]["enabled"].as_u64().unwrap();
    let found: Vec<_> = values(&skus).collect();
    assert_eq!(found.len(), DIRECT_SKUS + GROUP_SKUS);
    found.into_iter().filter(is_oversold).map(ToString::to_string).collect()
}

fn licenses_in(licenses: &Value) -> State {
    let item = |found: &Value| license(text(&found["skuId"]), found["disabledPlans"] != json!([]));
    licenses.as_array().unwrap().iter().map(item).collect()
}

fn values(page: &Value) -> impl Iterator<Item = &Value> {
    assert!(page.get("@odata.nextLink").is_none(), "more than a page");
    page["value"].as_array().unwrap().iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
