//! Worlds that are refused: each with the path of the place and one clear line.

use super::{contoso, load, put};
use engine::world::parse;
use serde_json::{Value, json};

/// The message for Contoso with one thing changed or added.
fn refusal(path: &str, value: Value) -> String {
    let mut world = contoso();
    put(&mut world, path, value);
    load(&world).expect_err(path).to_string()
}

#[track_caller]
fn refuses(path: &str, value: Value, message: &str) {
    let found = refusal(path, value);
    assert!(found.starts_with(message), "{path}\n   found: {found}\nexpected: {message}");
    assert_eq!(found.lines().count(), 1);
}

#[test]
fn text_that_is_no_json_is_refused() {
    let message = |text: &str| parse(text).unwrap_err().to_string();
    assert_eq!(message("{"), "the world is not JSON: it ends too early, in an object at line 1 column 1");
    assert_eq!(message("{\"tenants\":[]} x"), "the world is not JSON: trailing characters at line 1 column 16");
    let word = "the world is not JSON: expected true, false or null at line 1 column 16";
    assert_eq!(message("{\"tenants\": nul}"), word);
    assert!(message("[]").starts_with("world: invalid length 0, expected an object with the key `tenants`"));
    assert!(message("{}").starts_with("world: missing field `tenants`"), "{}", message("{}"));
    assert!(parse("\u{feff}{\"tenants\":[]}").is_ok());
}

#[test]
fn unknown_keys_are_refused_with_their_path() {
    for (path, message) in [
        ("/tenant", "tenant: unknown field `tenant`"),
        ("/tenants/0/user", "tenants[0].user: unknown field `user`"),
        ("/tenants/0/settings", "tenants[0].settings.x: unknown field `x`"),
        ("/tenants/0/subscriptions/1/sku", "tenants[0].subscriptions[1].sku: unknown field `sku`"),
        ("/tenants/0/products/0/name", "tenants[0].products[0].name: unknown field `name`"),
        ("/tenants/0/products/0/servicePlans/1/id", "tenants[0].products[0].servicePlans[1].id: unknown field `id`"),
        ("/tenants/0/users/2/usageLocaton", "tenants[0].users[2].usageLocaton: unknown field `usageLocaton`: a user"),
        ("/tenants/0/users/0/assignedLicenses/0/x", "tenants[0].users[0].assignedLicenses[0].x: unknown field `x`"),
        ("/tenants/0/groups/1/city", "tenants[0].groups[1].city: unknown field `city`: a group has no such property"),
        ("/tenants/0/managedDevices/0/name", "tenants[0].managedDevices[0].name: unknown field `name`"),
        ("/tenants/0/applications/0/secret", "tenants[0].applications[0].secret: unknown field `secret`"),
        ("/tenants/0/roleAssignments/0/user", "tenants[0].roleAssignments[0].user: unknown field `user`"),
    ] {
        refuses(path, json!({ "x": 1 }), message);
    }
}

#[test]
fn values_of_the_wrong_kind_are_refused_with_their_path() {
    let user = "tenants[0].users[1]";
    for (path, value, message) in [
        ("users/1/city", json!(7), format!("{user}.city: 7 is not a text of at most 1024 characters")),
        ("users/1/department", json!("x".repeat(65)), format!("{user}.department: this value is not a text of at")),
        ("users/1/accountEnabled", json!("yes"), format!("{user}.accountEnabled: \"yes\" is not true or false")),
        ("users/1/usageLocation", json!("XX"), format!("{user}.usageLocation: invalid value: string \"XX\", expected")),
        ("users/1/usageLocation", json!(1), format!("{user}.usageLocation: invalid type: integer `1`, expected a two")),
        (
            "users/1/employeeOrgData",
            json!({ "x": 1 }),
            format!("{user}.employeeOrgData: {{\"x\":1}} is not an object with `costCenter` (a text of at most 1024"),
        ),
        ("users/1/identities", json!([{ "a": 1 }]), format!("{user}.identities: [{{\"a\":1}}] is not a list of obj")),
        ("users/1/id", json!("{00000000-0000-0000-0000-00000000000b}"), format!("{user}.id: invalid value: string")),
        ("users/1/createdDateTime", json!("today"), format!("{user}.createdDateTime: invalid value")),
        ("users/1/assignedPlans", json!([]), format!("{user}.assignedPlans: `assignedPlans` cannot be given: it")),
        ("users/1/skills", json!([]), format!("{user}.skills: `skills` cannot be given: profiles")),
        ("users/1", json!({ "city": "Rome" }), format!("{user}: missing field `userPrincipalName`")),
        ("users/1", json!([]), format!("{user}: invalid type: sequence, expected a user")),
        ("groups/0/members", json!([1]), "tenants[0].groups[0].members[0]: invalid type".to_owned()),
        ("subscriptions/0/status", json!("enabled"), "tenants[0].subscriptions[0].status: invalid value".to_owned()),
        (
            "subscriptions/0/totalLicenses",
            json!(-1),
            "tenants[0].subscriptions[0].totalLicenses: invalid value: integer `-1`, expected a whole number from 0 to \
             4294967295"
                .to_owned(),
        ),
        (
            "subscriptions/0/totalLicenses",
            json!(5_000_000_000_u64),
            "tenants[0].subscriptions[0].totalLicenses: invalid value: integer `5000000000`, expected a whole".to_owned(),
        ),
        (
            "subscriptions/0",
            json!("SPE_E5"),
            "tenants[0].subscriptions[0]: invalid type: string \"SPE_E5\", expected a subscription".to_owned(),
        ),
        ("clockAhead", json!("30d"), "tenants[0].clockAhead: invalid value: string \"30d\", expected a dur".to_owned()),
        ("clockAhead", json!("-P1D"), "tenants[0].clockAhead: invalid value".to_owned()),
        ("clockAhead", json!("P7000000D"), "tenants[0].clockAhead: no calendar goes so far".to_owned()),
    ] {
        refuses(&format!("/tenants/0/{path}"), value, &message);
    }
    let twice = r#"{ "tenants": [ { "users": [ { "city": "Rome", "city": "Oslo" } ] } ] }"#;
    let message = parse(twice).unwrap_err().to_string();
    assert!(message.starts_with("tenants[0].users[0]: duplicate field `city`"), "{message}");
}

#[test]
fn references_to_nothing_are_refused_with_their_path() {
    let nobody = "Resource 'nobody@contoso.example' does not exist or one of its queried";
    let nowhere = "10000000-0000-0000-0000-00000000000f";
    for (path, value, message) in [
        (
            "subscriptions/0/totalLicenses",
            json!(2_147_483_648_u32),
            "subscriptions[0].totalLicenses: more than 2147483647 cannot be shown".to_owned(),
        ),
        (
            "subscriptions/-",
            json!({ "skuPartNumber": "MCOEV", "totalLicenses": 2_147_483_643 }),
            "subscriptions[6]: The subscriptions of SKU e43b5b99-8dfb-405f-9987-dc307f34bcbd can have at most 2147483647"
                .to_owned(),
        ),
        (
            "products/0/skuPartNumber",
            json!("spe_e5"),
            "products[0].skuPartNumber: a built-in product with another id is called so".to_owned(),
        ),
        ("subscriptions/-", json!({ "totalLicenses": 1 }), "subscriptions[6]: give either skuId or".to_owned()),
        (
            "subscriptions/0",
            json!({ "skuId": nowhere, "totalLicenses": 1 }),
            format!("subscriptions[0]: License {nowhere} does not correspond to a valid company License."),
        ),
        (
            "subscriptions/0/skuPartNumber",
            json!("E33"),
            "subscriptions[0].skuPartNumber: no product is called `E33`".to_owned(),
        ),
        ("subscriptions/0/skuId", json!(nowhere), "subscriptions[0]: give either skuId or skuPartNumber".to_owned()),
        ("groups/0/members/1", json!("nobody@contoso.example"), format!("groups[0].members[1]: {nobody}")),
        ("groups/0/members/1", json!(nowhere), format!("groups[0].members[1]: Resource '{nowhere}' does not exist")),
        ("managedDevices/0/users/1", json!("nobody@contoso.example"), format!("managedDevices[0].users[1]: {nobody}")),
        (
            "roleAssignments/0/principal",
            json!("nobody@contoso.example"),
            format!("roleAssignments[0].principal: {nobody}"),
        ),
        (
            "roleAssignments/1/role",
            json!("King"),
            "roleAssignments[1].role: `King` is none of the directory roles Billing Administrator, ".to_owned(),
        ),
        (
            "users/1/assignedLicenses",
            json!([{ "skuPartNumber": "FLOW_FREE" }, {}]),
            "users[1].assignedLicenses[1]: give either".to_owned(),
        ),
        (
            "applications/0/clientSecretHash",
            json!("contoso-demo-secret"),
            "applications[0].clientSecretHash: no Argon2 hash as an export has it".to_owned(),
        ),
        (
            "applications/0",
            json!({ "clientSecret": "secret", "clientSecretHash": "secret" }),
            "applications[0]: give either clientSecret or clientSecretHash".to_owned(),
        ),
        (
            "groups/0/assignedLicenses",
            json!([{ "skuPartNumber": "E33" }]),
            "groups[0].assignedLicenses[0].skuPartNumber: no product".to_owned(),
        ),
    ] {
        refuses(&format!("/tenants/0/{path}"), value, &format!("tenants[0].{message}"));
    }
}

#[test]
fn what_must_be_unique_is_refused_when_it_is_there_twice() {
    let ann = json!("00000000-0000-0000-0000-00000000000a");
    let named = |property: &str, value: &str| {
        format!("Another object with the same value for property {property} already exists. It is `{value}`.")
    };
    for (path, value, message) in [
        ("users/1/id", ann.clone(), format!("users[1]: {}", named("id", "00000000-0000-0000-0000-00000000000a"))),
        (
            "users/1/userPrincipalName",
            json!("ANN@contoso.example"),
            format!("users[1]: {}", named("userPrincipalName", "ANN@contoso.example")),
        ),
        ("groups/1/id", ann.clone(), format!("groups[1]: {}", named("id", "00000000-0000-0000-0000-00000000000a"))),
        ("managedDevices/0/id", ann, "managedDevices[0].id: another object has this id".to_owned()),
        ("groups/0/members/1", json!("ann@contoso.example"), "groups[0].members[1]: One or more added obj".to_owned()),
        (
            "products/1/skuPartNumber",
            json!("Canteen"),
            "products[1].skuPartNumber: another product is called so".to_owned(),
        ),
        (
            "products/1/skuId",
            json!("53c01d8b-1d8b-53c0-8b1d-c0538b1dc053"),
            "products[1].skuId: another product has".to_owned(),
        ),
        (
            "products/0/servicePlans/1/servicePlanId",
            json!("11b0131d-43c8-4bbb-b2c8-e80f9a50834a"),
            "products[0].servicePlans[1].servicePlanId: the product has this plan already".to_owned(),
        ),
        (
            "applications/-",
            json!({ "appId": "10000000-0000-0000-0000-000000000001" }),
            "applications[2].appId: another application has this id".to_owned(),
        ),
        (
            "roleAssignments/-",
            json!({ "principal": "Ben@contoso.example", "role": "License Administrator" }),
            "roleAssignments[2]: the user has this role already".to_owned(),
        ),
    ] {
        refuses(&format!("/tenants/0/{path}"), value, &format!("tenants[0].{message}"));
    }
    let id = json!({ "id": "E8E96C2A-D787-4EB1-98D7-9E57C965F1DE" });
    refuses("/tenants/-", id, "tenants[1].id: tenants[0] has this id too");
    let domain = json!({ "verifiedDomains": ["fabrikam.example", "CONTOSO.example"] });
    refuses("/tenants/-", domain, "tenants[1].verifiedDomains[1]: tenants[0] has the domain CONTOSO.example too");
    let twice = json!({ "subscriptions": [
        { "id": "20000000-0000-0000-0000-000000000001", "skuPartNumber": "SPE_E5", "totalLicenses": 1 },
        { "id": "20000000-0000-0000-0000-000000000001", "skuPartNumber": "SPE_E5", "totalLicenses": 1 } ] });
    refuses("/tenants/-", twice, "tenants[1].subscriptions[1].id: another subscription has this id");
}

#[test]
fn what_is_looked_for_can_be_too_long() {
    let longest = "\u{10ffff}".repeat(256);
    let message = "more than 1024 bytes in lower case";
    for (key, text, place) in [
        ("verifiedDomains/-", longest.clone(), "verifiedDomains[1]"),
        ("users/0/proxyAddresses/-", longest.clone(), "users[0].proxyAddresses[1]"),
        ("groups/0/uniqueName", longest.clone(), "groups[0].uniqueName"),
    ] {
        let key = format!("/tenants/0/{key}");
        let mut world = contoso();
        put(&mut world, &key, json!(text));
        load(&world).expect(place);
        refuses(&key, json!(text + "x"), &format!("tenants[0].{place}: {message}"));
    }
}

#[test]
fn a_world_that_breaks_a_rule_is_refused_with_its_sentence() {
    let place = "License assignment cannot be done for user with invalid usage location.";
    let license = |name: &str| json!([{ "skuPartNumber": name }]);
    for (path, value, message) in [
        ("users/2/assignedLicenses", license("FLOW_FREE"), format!("users[2].assignedLicenses: {place}")),
        ("users/1/assignedLicenses", license("SPE_E5"), "users[1].assignedLicenses: License 06ebc4ee-1bb5".to_owned()),
        ("users/1/assignedLicenses", license("HEATING"), "users[1].assignedLicenses: License 53c01d8b".to_owned()),
        ("users/1/assignedLicenses", license("MCOEV"), "users[1].assignedLicenses: License assignment failed beca".to_owned()),
        (
            "users/0/assignedLicenses/-",
            json!({ "skuPartNumber": "SHAREPOINTSTANDARD" }),
            "users[0].assignedLicenses: License assignment failed because service plans 5dbe027f-2339-4123-9542-606e4d348a72,\
             c7699d2e-19aa-44de-8edf-1736da088ca1 are mutually exclusive."
                .to_owned(),
        ),
        (
            "users/0/assignedLicenses/-",
            json!({ "skuPartNumber": "ENTERPRISEPACK" }),
            "users[0].assignedLicenses: License 6fd2c87f-b296-42f0-b197-1e91e994b900 is specified more than".to_owned(),
        ),
        (
            "users/0/assignedLicenses/0/disabledPlans",
            json!(["11b0131d-43c8-4bbb-b2c8-e80f9a50834a"]),
            "users[0].assignedLicenses: One or more disabled plans are not valid".to_owned(),
        ),
        ("subscriptions/0/totalLicenses", json!(0), "users[0].assignedLicenses: Subscription with SKU 6fd2c87f-b296".to_owned()),
        ("subscriptions/4/status", json!("Suspended"), "users[0].assignedLicenses: Subscription with SKU 53c01d8b".to_owned()),
        ("groups/0/securityEnabled", json!(false), "groups[0].assignedLicenses: Licenses can be assigned only".to_owned()),
        ("groups/0/assignedLicenses", license("MCOEV"), "groups[0].assignedLicenses: License assignment failed".to_owned()),
        (
            "users/1",
            json!({ "userPrincipalName": "b@contoso.example", "usageLocation": "FR", "assignedLicenses": license("CANTEEN") }),
            format!("users[1].assignedLicenses: {place}"),
        ),
        (
            "users/1",
            json!({ "userPrincipalName": "ben@contoso.example", "usageLocation": "US",
                    "proxyAddresses": ["smtp:ANN@contoso.example"], "assignedLicenses": license("CANTEEN") }),
            "users[0].assignedLicenses: Proxy address is already being used.".to_owned(),
        ),
        (
            "groups/0/assignedLicenses",
            json!([{ "skuPartNumber": "FLOW_FREE", "assignedByGroup": "1132b215-826f-42a9-8cfe-1643d19d17fd" }]),
            "groups[0].assignedLicenses[0].assignedByGroup: a group has licences of its own only".to_owned(),
        ),
    ] {
        refuses(&format!("/tenants/0/{path}"), value, &format!("tenants[0].{message}"));
    }
}

/// The later of two users with one address counts for the earlier one too, as it would for a request.
#[test]
fn whoever_shares_an_address_has_no_mail_licence() {
    let mut world = contoso();
    put(&mut world, "/tenants/0/users/2/proxyAddresses", json!(["smtp:ANN@contoso.example"]));
    let message = load(&world).unwrap_err().to_string();
    assert_eq!(message, "tenants[0].users[0].assignedLicenses: Proxy address is already being used.");
    put(&mut world, "/tenants/0/users/0/assignedLicenses", json!([]));
    load(&world).unwrap();
    put(&mut world, "/tenants/0/users/2/usageLocation", json!("US"));
    put(&mut world, "/tenants/0/users/2/assignedLicenses", json!([{ "skuPartNumber": "CANTEEN" }]));
    let message = load(&world).unwrap_err().to_string();
    assert_eq!(message, "tenants[0].users[2].assignedLicenses: Proxy address is already being used.");
    // Twice on one user is once.
    put(
        &mut world,
        "/tenants/0/users/2/proxyAddresses",
        json!(["smtp:cleo@contoso.example", "SMTP:Cleo@contoso.example"]),
    );
    load(&world).unwrap();
}

#[test]
fn rules_of_dynamic_groups_are_checked_and_select_the_members_alone() {
    let group = |rule: &str| {
        json!({ "displayName": "Sellers", "securityEnabled": true, "groupTypes": ["DynamicMembership"],
            "membershipRule": rule, "membershipRuleProcessingState": "On" })
    };
    let place = "tenants[0].groups[0]";
    let wrong = "Dynamic membership rule validation error: Invalid object type.";
    refuses("/tenants/0/groups", json!([group("users.city -eq null")]), &format!("{place}.membershipRule: {wrong}"));
    let mut stateless = group("user.city -eq null");
    stateless["membershipRuleProcessingState"] = json!(null);
    let required = "A value is required for property 'membershipRuleProcessingState' of resource 'Group'.";
    refuses("/tenants/0/groups", json!([stateless]), &format!("{place}.membershipRule: {required}"));
    let mut with_members = group("user.city -eq null");
    with_members["members"] = json!(["kim@contoso.example"]);
    let listed = "the members of a dynamic group follow from its rule";
    refuses("/tenants/0/groups", json!([with_members]), &format!("{place}.members: {listed}"));
    let mut assigned = group("user.city -eq null");
    assigned["groupTypes"] = json!([]);
    let stray = "Invalid value specified for property 'membershipRule' of resource 'Group'.";
    refuses("/tenants/0/groups", json!([assigned]), &format!("{place}: {stray}"));
}

#[test]
fn principal_names_are_at_verified_domains() {
    let name = "/tenants/0/users/1/userPrincipalName";
    let path = "tenants[0].users[1].userPrincipalName";
    let invalid = format!("{path}: Invalid value specified for property 'userPrincipalName' of resource 'User'.");
    refuses(name, json!("ben"), &invalid);
    let foreign =
        format!("{path}: The domain portion of the userPrincipalName property is invalid. You must use one of");
    refuses(name, json!("ben@fabrikam.example"), &foreign);
}

#[test]
fn properties_of_groups_go_together() {
    let group = "tenants[0].groups[0]";
    let values = "is not one of HiddenMembership, Private, Public";
    refuses("/tenants/0/groups/0/visibility", json!("Secret"), &format!("{group}.visibility: \"Secret\" {values}"));
    for (property, value) in [("visibility", json!("HiddenMembership")), ("isAssignableToRole", json!(true))] {
        // The second group is a Microsoft 365 group without security.
        let at = if property == "visibility" { 0 } else { 1 };
        let sentence = format!("Invalid value specified for property '{property}' of resource 'Group'.");
        let path = format!("/tenants/0/groups/{at}/{property}");
        refuses(&path, value, &format!("tenants[0].groups[{at}]: {sentence}"));
    }
    let twin = json!({ "displayName": "Twin", "uniqueName": "STAFF" });
    let mut world = contoso();
    put(&mut world, "/tenants/0/groups/0/uniqueName", json!("staff"));
    put(&mut world, "/tenants/0/groups/-", twin);
    let message = load(&world).unwrap_err().to_string();
    let taken = "Another object with the same value for property uniqueName already exists. It is `STAFF`.";
    assert_eq!(message, format!("tenants[0].groups[2]: {taken}"));
}

#[test]
fn owners_are_users_of_the_world() {
    let path = "/tenants/0/groups/0/owners";
    let missing = "tenants[0].groups[0].owners[0]: Resource 'zoe@contoso.example' does not exist";
    refuses(path, json!(["zoe@contoso.example"]), missing);
    let twice = "tenants[0].groups[0].owners[1]: One or more added object references already exist";
    refuses(path, json!(["ben@contoso.example", "ben@contoso.example"]), twice);
    let group = "tenants[0].groups[0].owners[0]: Invalid value specified for property 'owners' of resource 'Group'.";
    refuses(path, json!(["1132b215-826f-42a9-8cfe-1643d19d17fd"]), group);
}

#[test]
fn a_dynamic_microsoft_365_group_may_hide_its_members() {
    let group = json!({ "displayName": "Hidden", "groupTypes": ["Unified", "DynamicMembership"],
                        "visibility": "HiddenMembership", "membershipRule": "user.city -eq \"x\"",
                        "membershipRuleProcessingState": "On" });
    let mut world = contoso();
    put(&mut world, "/tenants/0/groups/-", group);
    load(&world).unwrap();
}
