//! `seatwright export` and `seatwright verify`: reading a store that is served, at rest, killed or damaged.

use crate::http::Request;
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, CANTEEN, CLEO, PARKING, ROBOT, STAFF, TENANT, adding, contoso};
use rusqlite::Connection;
use serde_json::Value;

fn exported(folder: &Folder) -> Value {
    serde_json::from_str(&folder.run("export").succeeds()).unwrap()
}

/// A store in which Cleo was given dinner, and its groups have settled.
fn served() -> (Folder, Server) {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let path = format!("/v1.0/users/{CLEO}/assignLicense");
    server.ask(Request::post(&path, &adding(CANTEEN)).bearer(&folder.token(AS_ROBOT))).is(200);
    server.settle();
    (folder, server)
}

#[test]
fn a_store_reads_the_same_while_it_is_served_and_after_a_kill() {
    let (folder, server) = served();
    let while_served = exported(&folder);
    assert_eq!(while_served["tenants"][0]["users"][2]["assignedLicenses"][0]["skuId"], CANTEEN, "{while_served}");
    let verified = folder.run("verify").succeeds();
    assert_eq!(verified, "1 tenant, 3 users, 4 licence paths checked: 0 problems\n");
    server.kill();
    assert_eq!(exported(&folder), while_served);
    assert_eq!(folder.run("verify").succeeds(), verified);
    let server = folder.serve();
    assert_eq!(exported(&folder), while_served);
    server.terminate().succeeds();
    assert_eq!(exported(&folder), while_served);
}

#[test]
fn an_export_is_a_world_that_exports_the_same() {
    let (folder, _server) = served();
    let world = exported(&folder);
    let copy = Folder::with_world(&world);
    let server = copy.serve();
    server.settle();
    assert_eq!(exported(&copy), world);
    let counts = |folder: &Folder| folder.run("verify").succeeds();
    assert_eq!(counts(&copy), counts(&folder));
}

/// Who logs in with a secret does so at the copy of a store too.
#[test]
fn an_exported_world_can_be_logged_in_to() {
    let mut world = contoso();
    world["tenants"][0]["applications"][0]["clientSecret"] = "open sesame".into();
    let folder = Folder::with_world(&world);
    folder.serve().terminate().succeeds();
    let world = exported(&folder);
    assert!(!world.to_string().contains("sesame"), "{world}");
    let copy = Folder::with_world(&world);
    let server = copy.serve();
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let sign_in = |secret: &str| {
        let form = format!(
            "grant_type=client_credentials&client_id={ROBOT}&client_secret={secret}\
             &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
        );
        server.ask(Request::new("POST", &path).form(form))
    };
    let token = sign_in("open+sesame").is(200);
    let token = token["access_token"].as_str().unwrap();
    server.ask(Request::get("/v1.0/users").bearer(token)).is(200);
    assert_eq!(sign_in("open").is(401)["error"], "invalid_client");
}

#[test]
fn one_tenant_can_be_exported_alone() {
    let mut world = contoso();
    let fabrikam = serde_json::json!({ "id": "20000000-0000-0000-0000-000000000002", "displayName": "Fabrikam" });
    world["tenants"].as_array_mut().unwrap().push(fabrikam);
    let folder = Folder::with_world(&world);
    folder.serve().terminate().succeeds();
    let tenants = |world: Value| {
        let tenants = world["tenants"].as_array().unwrap();
        tenants.iter().map(|tenant| tenant["displayName"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(tenants(exported(&folder)), ["Contoso", "Fabrikam"]);
    let one = folder.run(&format!("export --tenant {TENANT}")).succeeds();
    assert_eq!(tenants(serde_json::from_str(&one).unwrap()), ["Contoso"]);
    let nobody = "30000000-0000-0000-0000-000000000003";
    folder.run(&format!("export --tenant {nobody}")).is_a_mistake(&format!("has no tenant {nobody}"));
}

/// Damages the store as no request can, and tells what `verify` says of it.
#[track_caller]
fn verify_says(damage: &str, sayings: &[&str]) {
    let (folder, server) = served();
    server.terminate().succeeds();
    says(&folder, damage, sayings);
}

/// The same of the store of another world.
#[track_caller]
fn verify_says_of(world: &Value, damage: &str, sayings: &[&str]) {
    let folder = Folder::with_world(world);
    let server = folder.serve();
    server.settle();
    server.terminate().succeeds();
    folder.run("verify").succeeds();
    says(&folder, damage, sayings);
}

#[track_caller]
fn says(folder: &Folder, damage: &str, sayings: &[&str]) {
    let rows = Connection::open(folder.path("seatwright.db")).unwrap().execute(damage, []).unwrap();
    assert!(rows > 0, "nothing was damaged");
    let found = folder.run("verify");
    assert_eq!((found.code, found.stderr.as_str()), (Some(1), ""), "{damage}: {found:?}");
    for saying in sayings {
        assert!(found.stdout.contains(saying), "{damage}: not `{saying}`: {found:?}");
    }
}

#[test]
fn a_wrong_seat_count_is_found() {
    let tenant = format!("tenant {TENANT}: ");
    let said = "CANTEEN: 4 seats are counted, 3 users hold one";
    verify_says("UPDATE skus SET consumed = consumed + 1 WHERE consumed = 3", &[&tenant, said, "1 problem\n"]);
}

#[test]
fn a_lost_direct_licence_is_found() {
    let said = "PARKING: 1 seats are counted, 0 users hold one";
    let parking = PARKING.replace('-', "");
    let damage = format!(
        "DELETE FROM assignments WHERE sku_key = (SELECT sku_key FROM skus WHERE lower(hex(id)) = '{parking}')"
    );
    verify_says(&damage, &[said]);
}

#[test]
fn a_lost_inherited_licence_is_found() {
    let said = format!("lacks a path from group {STAFF}");
    let damage = "DELETE FROM assignments WHERE source <> 0 AND user_key = (SELECT min(user_key) FROM users)";
    verify_says(damage, &[&said, "CANTEEN: 3 seats are counted, 2 users hold one", "3 problems"]);
}

#[test]
fn a_licence_of_a_group_that_was_left_is_found() {
    let damage = "DELETE FROM memberships WHERE user_key = (SELECT min(user_key) FROM memberships)";
    verify_says(damage, &["has a path from a group that does not give it"]);
}

#[test]
fn licences_that_the_audit_log_knows_nothing_of_are_found() {
    let said = "has other licences than the audit log last told of";
    let lunch =
        "UPDATE assignments SET disabled = x'11b0131d43c84bbbb2c8e80f9a50834a' WHERE source = 0 AND user_key = 2";
    verify_says(lunch, &[said, "1 problem\n"]);
    verify_says("UPDATE assignments SET user_key = 0 WHERE source = 0 AND user_key = 1", &[said, "2 problems"]);
}

#[test]
fn a_licence_that_an_evaluation_would_change_is_found() {
    let lunch =
        "UPDATE assignments SET disabled = x'11b0131d43c84bbbb2c8e80f9a50834a' WHERE source <> 0 AND user_key = 0";
    verify_says(lunch, &["has a licence of CANTEEN that an evaluation would change"]);
    let of_two = "UPDATE group_licenses SET sku_key = 1 - sku_key";
    verify_says(of_two, &["has a path from a group that does not give it", "lacks a path from group"]);
}

#[test]
fn a_member_who_waits_for_a_free_seat_is_found_where_seats_are_given_on() {
    let more = "UPDATE subscriptions SET total_licenses = 5 WHERE total_licenses = 1";
    let mut world = contoso();
    world["tenants"][0]["subscriptions"][0]["totalLicenses"] = 1.into();
    world["tenants"][0]["settings"] = serde_json::json!({ "reprocessWhenSeatsFree": true });
    verify_says_of(&world, more, &["waits for a seat of CANTEEN, and one is free", "1 problem\n"]);
    // Elsewhere waiting is right until somebody reprocesses.
    world["tenants"][0]["settings"] = serde_json::json!({});
    let folder = Folder::with_world(&world);
    let server = folder.serve();
    server.settle();
    server.terminate().succeeds();
    Connection::open(folder.path("seatwright.db")).unwrap().execute(more, []).unwrap();
    folder.run("verify").succeeds();
}

#[test]
fn plans_that_cannot_be_together_are_found() {
    let mut world = contoso();
    let tenant = &mut world["tenants"][0];
    for (user, sku) in [(0, "EXCHANGEDESKLESS"), (1, "EXCHANGESTANDARD")] {
        let subscriptions = tenant["subscriptions"].as_array_mut().unwrap();
        subscriptions.push(serde_json::json!({ "skuPartNumber": sku, "totalLicenses": 1 }));
        tenant["users"][user]["assignedLicenses"] = serde_json::json!([{ "skuPartNumber": sku }]);
    }
    let both = "UPDATE assignments SET user_key = 0 WHERE source = 0 AND user_key = 1";
    verify_says_of(&world, both, &["has plans that cannot be together", "are mutually exclusive"]);
}

#[test]
fn a_disabled_plan_of_another_sku_is_found() {
    let garage =
        "UPDATE assignments SET disabled = x'11b0131d43c84bbbb2c8e80f9a50834c' WHERE source = 0 AND user_key = 2";
    verify_says(garage, &["has disabled plans that CANTEEN lacks"]);
}

#[test]
fn a_deleted_group_with_licences_is_found() {
    verify_says("UPDATE groups SET deleted_at = 1", &[&format!("group {STAFF} has licences and is deleted")]);
}

/// Damages of the tenant of these tests, and what `verify` says of each. One for each of the store's own checks.
pub(crate) const STRAY_ROWS: [(&str, &str); 18] = [
    ("UPDATE assignments SET tenant_id = 2 WHERE source = 0", "assignments of no user"),
    ("UPDATE assignments SET sku_key = 9 WHERE source = 0 AND user_key = 1", "1 assignments of no SKU"),
    ("UPDATE assignments SET source = 9 WHERE source <> 0", "2 assignments by no group"),
    ("UPDATE subscriptions SET tenant_id = 2 WHERE sku_key = 0", "1 subscriptions of no SKU"),
    ("UPDATE group_licenses SET tenant_id = 2", "1 licences of no group or SKU"),
    ("UPDATE licensed_groups SET tenant_id = 2", "1 licensed or dynamic groups that are no group"),
    ("INSERT INTO nested_memberships VALUES (1, 0, 9)", "1 nested memberships of no group"),
    ("INSERT INTO proxy_addresses VALUES (1, 9, 'a')", "1 addresses of no live user"),
    ("UPDATE users SET manager_key = 9 WHERE user_key = 0", "1 managers who are no user"),
    ("UPDATE role_assignments SET tenant_id = 2", "1 directory roles or marks of no user"),
    ("UPDATE devices SET users = '[9]'", "1 users of devices who are no user"),
    ("UPDATE applications SET tenant_id = 2", "1 rows of no tenant"),
    ("UPDATE memberships SET user_key = 9 WHERE user_key = 0", "1 memberships of no group or user"),
    ("INSERT INTO owners VALUES (1, 0, 9)", "1 owners of no group, or who are no user"),
    ("DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)", "1 tenants whose audit has gaps"),
    ("INSERT INTO pending_groups VALUES (1, 9, NULL, 0, 0, 0)", "1 pending groups without licences ever"),
    ("INSERT INTO pending_rules VALUES (1, 0, NULL, 0, 0, 0)", "1 pending rules without a dynamic group"),
    ("UPDATE groups SET processing = 1", "1 groups that are complete and pending, or neither"),
];

#[test]
fn rows_that_refer_to_what_another_tenant_has_are_found() {
    let (folder, server) = served();
    server.terminate().succeeds();
    // Whoever is last to close the store puts all of it into the one file.
    folder.run("verify").succeeds();
    let sound = std::fs::read(folder.path("seatwright.db")).unwrap();
    for (damage, said) in STRAY_ROWS {
        std::fs::write(folder.path("seatwright.db"), &sound).unwrap();
        says(&folder, damage, &[said]);
    }
}

#[test]
fn rows_without_an_owner_are_found() {
    verify_says("DELETE FROM users WHERE folded_name LIKE 'cleo%'", &["1 assignments of no user"]);
}

#[test]
fn a_page_without_its_content_is_found() {
    const PAGE_BYTES: usize = 4_096;
    let (folder, server) = served();
    server.terminate().succeeds();
    // Whoever is last to close the store puts all of it into the one file.
    folder.run("verify").succeeds();
    let sound = std::fs::read(folder.path("seatwright.db")).unwrap();
    for page in (0..sound.len() / PAGE_BYTES).step_by(4) {
        let mut torn = sound.clone();
        torn[page * PAGE_BYTES..][..PAGE_BYTES].fill(0);
        std::fs::write(folder.path("seatwright.db"), torn).unwrap();
        let found = folder.run("verify");
        match found.code {
            // Part of the store can be read.
            Some(1) => assert!(!found.stdout.contains(": 0 problems"), "page {page}: {found:?}"),
            _ => found.is_a_mistake("could not"),
        }
    }
}
