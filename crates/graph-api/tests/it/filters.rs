//! What `$filter` of users and groups means, for whom it is served, and how it is refused (specification 5.3, 5.4).

use crate::office::{CANTEEN, CLUB, KIM, LEE, LUNCH, MAX, Office, PARKING, STAFF, contoso};
use graph_api::ApiSettings;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// Kim has both licences, Max has one without lunch; Lee is a guest with addresses.
async fn office() -> Office {
    let mut world = contoso();
    let users = &mut world["tenants"][0]["users"];
    users[1]["userType"] = json!("Guest");
    users[1]["mail"] = json!("Lee@Outside.example");
    users[1]["otherMails"] = json!(["lee@home.example"]);
    users[1]["proxyAddresses"] = json!(["SMTP:Lee@Outside.example", "smtp:l@outside.example"]);
    users[1]["accountEnabled"] = json!(false);
    users[1]["onPremisesExtensionAttributes"] = json!({ "extensionAttribute3": "Night" });
    users[0]["assignedLicenses"] = json!([{ "skuPartNumber": "CANTEEN" }, { "skuPartNumber": "PARKING" }]);
    users[2]["assignedLicenses"] = json!([{ "skuPartNumber": "CANTEEN", "disabledPlans": [LUNCH] }]);
    let groups = &mut world["tenants"][0]["groups"];
    groups[1]["description"] = json!("After hours");
    groups[1]["mail"] = json!("club@contoso.example");
    groups[0]["assignedLicenses"] = json!([{ "skuPartNumber": "FLOW_FREE" }]);
    Office::of(&world, ApiSettings::default()).await
}

fn path(set: &str, filter: &str) -> String {
    let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
    format!("/v1.0/{set}?$count=true&$select=displayName&$filter={filter}")
}

/// The names of those whom a filter admits; a default filter means the same in an advanced query.
async fn admitted(office: &Office, set: &str, filter: &str, is_default: bool) -> Vec<Value> {
    let reply = office.get_eventually(&path(set, filter)).await;
    assert_eq!(reply.status, 200, "{filter}: {}", reply.text);
    let names: Vec<Value> = reply.each("displayName").into_iter().cloned().collect();
    assert_eq!(reply.json["@odata.count"], json!(names.len()), "{filter}");
    let reply = office.get(&path(set, filter)).await;
    if is_default {
        assert_eq!(reply.each("displayName"), names.iter().collect::<Vec<_>>(), "{filter}");
    } else {
        assert_eq!((reply.status, reply.error().1), (400, "Request_UnsupportedQuery"), "{filter}: {}", reply.text);
    }
    names
}

#[tokio::test]
async fn filters_of_users_that_everybody_may_use() {
    let office = office().await;
    let cases: &[(&str, &[&str])] = &[
        ("displayName eq 'KIM'", &["Kim"]),
        ("startsWith(displayName,'k') or startswith(userPrincipalName, 'LEE')", &["Kim", "Lee"]),
        ("displayName in ('Lee', 'Max', 'Nobody')", &["Lee", "Max"]),
        ("displayName ge 'kim' and displayName le 'lee'", &["Kim", "Lee"]),
        ("accountEnabled eq true", &["Kim", "Max"]),
        ("accountEnabled eq false", &["Lee"]),
        ("userType eq 'Guest'", &["Lee"]),
        ("userType eq 'Member' and usageLocation eq 'us'", &["Max"]),
        ("mail eq 'lee@outside.example'", &["Lee"]),
        ("otherMails/any(o:o eq 'lee@home.example')", &["Lee"]),
        ("proxyAddresses/any(p:p eq 'smtp:L@outside.example')", &["Lee"]),
        ("proxyAddresses/any(p:startsWith(p,'smtp:lee'))", &["Lee"]),
        ("createdDateTime ge 2021-03-12T11:15:03Z and createdDateTime le 2021-03-12T11:15:03Z", &["Kim"]),
        ("createdDateTime ge 2021-03-12T11:15:03.5Z", &["Lee", "Max"]),
        ("not not (city eq 'Nairobi')", &["Kim"]),
        ("(city eq 'Nairobi')", &["Kim"]),
        ("jobTitle eq 'it''s'", &[]),
        (&format!("assignedLicenses/any(l:l/skuId eq {CANTEEN})"), &["Kim", "Max"]),
        (&format!("assignedLicenses/any(l:l/skuId eq {PARKING}) and usageLocation eq 'KE'"), &["Kim"]),
        (&format!("assignedLicenses/any(l:l/skuId eq {STAFF})"), &[]),
        (&format!("assignedLicenses/any(l:l/skuId in ({PARKING},{STAFF}))"), &["Kim"]),
        (&format!("id eq '{KIM}'"), &["Kim"]),
        (&format!("id in ('{MAX}', '{LEE}', '{STAFF}', 'none')"), &["Lee", "Max"]),
        (&format!("id eq '{KIM}' and displayName eq 'Max'"), &[]),
        ("userPrincipalName in ('max@contoso.example','KIM@contoso.example')", &["Kim", "Max"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(admitted(&office, "users", filter, true).await, *expected, "{filter}");
    }
}

#[tokio::test]
async fn filters_of_users_that_take_the_advanced_parameters() {
    let office = office().await;
    let cases: &[(&str, &[&str])] = &[
        ("assignedLicenses/$count eq 0", &["Lee"]),
        ("assignedLicenses/$count ne 0", &["Kim", "Max"]),
        ("assignedLicenses/$count ne 0 and usageLocation eq 'US'", &["Max"]),
        ("assignedLicenses/any()", &["Kim", "Max"]),
        ("not assignedLicenses/any()", &["Lee"]),
        (&format!("not assignedLicenses/any(l:l/skuId eq {PARKING})"), &["Lee", "Max"]),
        (&format!("assignedLicenses/any(l:l/skuId eq {PARKING}) and not (displayName eq 'Kim')"), &[]),
        (&format!("assignedPlans/any(p:p/servicePlanId eq {LUNCH} and p/capabilityStatus eq 'Enabled')"), &["Kim"]),
        ("assignedPlans/any(p:p/service eq 'garage' and p/capabilityStatus eq 'Warning')", &["Kim"]),
        ("assignedPlans/any(p:p/service eq 'Garage' and p/capabilityStatus eq 'Enabled')", &[]),
        ("assignedPlans/any(p:startsWith(p/service,'kit'))", &["Kim", "Max"]),
        ("provisionedPlans/any(p:p/service eq 'Garage')", &["Kim"]),
        ("usageLocation ne 'KE'", &["Lee", "Max"]),
        ("usageLocation eq null", &["Lee"]),
        ("usageLocation ne null", &["Kim", "Max"]),
        ("not startsWith(displayName,'K')", &["Lee", "Max"]),
        ("companyName eq 'Contoso'", &["Kim"]),
        ("companyName ne null and NOT(companyName eq 'Microsoft')", &["Kim"]),
        ("endsWith(mail,'@OUTSIDE.example')", &["Lee"]),
        ("proxyAddresses/any(p:endsWith(p,'outside.example'))", &["Lee"]),
        ("otherMails/$count eq 0", &["Kim", "Max"]),
        ("onPremisesExtensionAttributes/extensionAttribute3 eq 'night'", &["Lee"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(admitted(&office, "users", filter, false).await, *expected, "{filter}");
    }
}

#[tokio::test]
async fn filters_of_groups() {
    let office = office().await;
    office.engine.settle().await.unwrap();
    let flow = "f30db892-07e9-47e9-837c-80727f46fd3d";
    let cases: &[(&str, bool, &[&str])] = &[
        ("displayName eq 'staff'", true, &["Staff"]),
        ("startsWith(displayName,'C') and mailEnabled eq true", true, &["Club"]),
        ("securityEnabled eq true and mailEnabled eq false", true, &["Staff"]),
        ("groupTypes/any(c:c eq 'Unified')", true, &["Club"]),
        ("mailNickname eq 'club' or mail eq 'nobody@contoso.example'", true, &["Club"]),
        (&format!("assignedLicenses/any(x:x/skuId eq {flow})"), true, &["Staff"]),
        (&format!("id in ('{STAFF}','{KIM}')"), true, &["Staff"]),
        // Kim and Max have it; Lee, in the club within, has not.
        ("hasMembersWithLicenseErrors eq true", true, &[]),
        ("hasMembersWithLicenseErrors eq false and displayName eq 'Club'", true, &["Club"]),
        ("hasMembersWithLicenseErrors eq null", true, &[]),
        ("description eq 'After hours'", false, &["Club"]),
        ("assignedLicenses/$count eq 0", false, &["Club"]),
        ("not groupTypes/any(c:c eq 'Unified')", false, &["Staff"]),
        ("createdDateTime le 2022-01-01", false, &["Staff"]),
        ("visibility eq 'Public'", false, &[]),
    ];
    for (filter, is_default, expected) in cases {
        assert_eq!(admitted(&office, "groups", filter, *is_default).await, *expected, "{filter}");
    }
    assert_eq!(office.get(&path("groups", &format!("id eq '{CLUB}'"))).await.each("displayName"), ["Club"]);
}

#[tokio::test]
async fn what_graph_does_not_evaluate_is_refused_for_its_property() {
    let office = office().await;
    let unsupported = |property: &str, resource: &str| {
        format!(
            "Unsupported or invalid query filter clause specified for property '{property}' of resource '{resource}'."
        )
    };
    let user = |filter: &str, property: &str| ("users", filter.to_owned(), unsupported(property, "User"));
    let cases = [
        user("licenseAssignmentStates/any(s:s/error eq 'CountViolation')", "licenseAssignmentStates"),
        user("assignedLicenses/$count eq 1", "assignedLicenses"),
        user("assignedLicenses/$count gt 0", "assignedLicenses"),
        user(&format!("assignedLicenses/all(l:l/skuId eq {CANTEEN})"), "assignedLicenses"),
        user(&format!("assignedLicenses/any(l:l/skuId ne {CANTEEN})"), "assignedLicenses"),
        user("assignedLicenses/any(l:displayName eq 'Kim')", "assignedLicenses"),
        user(&format!("assignedLicenses/any(l:l/disabledPlans/any(d:d eq {LUNCH}))"), "assignedLicenses"),
        user("contains(displayName,'i')", "displayName"),
        user("endsWith(displayName,'i')", "displayName"),
        user("tolower(displayName) eq 'kim'", "displayName"),
        user("displayName gt 'a'", "displayName"),
        user("displayName eq 5", "displayName"),
        user("accountEnabled eq 'true'", "accountEnabled"),
        user("accountEnabled eq null", "accountEnabled"),
        user("startsWith(employeeId,'1')", "employeeId"),
        user("passwordPolicies eq 'None'", "passwordPolicies"),
        user("city eq 'Nairobi' and aboutMe eq 'x'", "aboutMe"),
        user("imAddresses/any()", "imAddresses"),
        ("groups", "theme eq 'Teal'".to_owned(), unsupported("theme", "Group")),
        (
            "groups",
            "hasMembersWithLicenseErrors eq 'true'".to_owned(),
            unsupported("hasMembersWithLicenseErrors", "Group"),
        ),
    ];
    for (set, filter, sentence) in cases {
        let reply = office.get_eventually(&path(set, &filter)).await;
        assert_eq!(reply.error(), (400, "Request_UnsupportedQuery", sentence.as_str()), "{filter}");
    }
}

#[tokio::test]
async fn one_of_both_advanced_parameters_is_not_enough() {
    let office = office().await;
    let sentence =
        "Unsupported or invalid query filter clause specified for property 'usageLocation' of resource 'User'.";
    let filter = "$filter=usageLocation%20ne%20'KE'";
    let without_count = office.get_eventually(&format!("/v1.0/users?{filter}")).await;
    let without_header = office.get(&format!("/v1.0/users?{filter}&$count=true")).await;
    for reply in [without_count, without_header] {
        assert_eq!(reply.error(), (400, "Request_UnsupportedQuery", sentence));
    }
}

#[tokio::test]
async fn the_default_index_has_its_limits() {
    let office = office().await;
    let complex = format!("assignedLicenses/any(u:u/skuId eq {CANTEEN}) or (userType eq 'Guest')");
    let reply = office.get(&path("users", &complex)).await;
    let sentence = "Complex query on property assignedLicenses is not supported.";
    assert_eq!(reply.error(), (400, "Request_UnsupportedQuery", sentence));
    assert_eq!(office.get_eventually(&path("users", &complex)).await.each("displayName"), ["Kim", "Lee", "Max"]);

    let sentence =
        "Too many child clauses specified in search filter expression containing 'OR' operators: 16. Max allowed: 15";
    for filter in [names, alternatives] {
        assert_eq!(office.get(&path("users", &filter(15))).await.status, 200);
        assert_eq!(office.get(&path("users", &filter(16))).await.error(), (400, "Request_UnsupportedQuery", sentence));
        assert_eq!(office.get_eventually(&path("users", &filter(16))).await.status, 200);
    }
}

fn names(count: usize) -> String {
    let names: Vec<String> = (0..count).map(|number| format!("'u{number}'")).collect();
    format!("mail in ({})", names.join(","))
}

fn alternatives(count: usize) -> String {
    let clauses: Vec<String> = (0..count).map(|number| format!("displayName eq 'u{number}'")).collect();
    clauses.join(" or ")
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_place() {
    let office = office().await;
    let cases = [
        ("displayName eq", "At position 14 the filter ends where more is needed."),
        ("displayName eq 'a", "The quote at position 15 is not closed."),
        ("assignedLicenses/any(x:x/skuId eq )", "')' is not expected at position 34."),
        ("nickname eq 'x'", "Could not find a property named 'nickname' on type 'microsoft.graph.user'."),
        ("assignedLicenses/any(x:x/skuId eq '')", "'skuId' is a GUID: it is compared with one without quotes."),
        ("createdDateTime ge 2025-13-01", "'2025-13-01' is no time."),
    ];
    for (filter, detail) in cases {
        let reply = office.get(&path("users", filter)).await;
        assert_eq!(reply.error(), (400, "BadRequest", "Invalid filter clause"), "{filter}");
        assert_eq!(reply.json["error"]["details"], json!([{ "code": "BadRequest", "message": detail }]), "{filter}");
    }
}

#[tokio::test]
async fn pages_of_a_filter_hold_together_and_are_counted_once() {
    let office = office().await;
    let first = path("users", "usageLocation ne null").replace("$count", "$top=1&$count");
    let reply = office.get_eventually(&first).await;
    assert_eq!((reply.each("displayName"), &reply.json["@odata.count"]), (vec![&json!("Kim")], &json!(2)));
    let link = reply.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    let reply = office.get_eventually(link).await;
    assert_eq!(reply.each("displayName"), ["Max"]);
    assert_eq!((reply.json.get("@odata.count"), reply.json.get("@odata.nextLink")), (None, None));
    let reply = office.get(link).await;
    assert_eq!(reply.error().1, "Request_UnsupportedQuery", "the header is needed for each page");
    let (_, token) = link.split_once("$skiptoken=").unwrap();
    let other = format!("{}&$skiptoken={token}", path("users", "usageLocation eq 'KE'"));
    assert_eq!(office.get_eventually(&other).await.error().1, "Directory_ExpiredPageToken");
}

#[tokio::test]
async fn those_who_are_named_are_paged_too() {
    let office = office().await;
    let first = path("users", &format!("id in ('{MAX}','{KIM}','{MAX}')")).replace("$count", "$top=1&$count");
    let reply = office.get_eventually(&first).await;
    assert_eq!((reply.each("displayName"), &reply.json["@odata.count"]), (vec![&json!("Kim")], &json!(2)));
    let link = reply.json["@odata.nextLink"].as_str().unwrap().strip_prefix("http://graph.test").unwrap();
    let reply = office.get_eventually(link).await;
    assert_eq!((reply.each("displayName"), reply.json.get("@odata.nextLink")), (vec![&json!("Max")], None));
}
