//! `GET /auditLogs/directoryAudits`

use crate::office::{
    ALL_ROLES, CANTEEN, CLUB, KIM, LEE, LICENSE_ADMINISTRATOR, LUNCH, MAX, Office, PARKING, ROBOT, Reply, STAFF,
    TENANT, keys,
};
use axum::body::Body;
use axum::http::{Method, Request, header};
use engine::permission::find_role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";

/// What a filter finds.
async fn find(office: &Office, filter: &str) -> Reply {
    let reply = office.get(&format!("{AUDITS}?$filter={}", filter.replace(' ', "%20").replace('\'', "%27"))).await;
    assert_eq!(reply.status, 200, "{filter}: {}", reply.text);
    reply
}

fn license(sku: uuid::Uuid, name: &str, disabled: &str) -> String {
    json!([format!("[SkuName={name}, AccountId={TENANT}, SkuId={sku}, DisabledPlans=[{disabled}]]")]).to_string()
}

#[tokio::test]
async fn a_direct_licence_is_told_in_full() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let body = json!({ "addLicenses": [{ "skuId": CANTEEN, "disabledPlans": [LUNCH] }], "removeLicenses": [] });
    assert_eq!(office.post(&format!("/v1.0/users/{KIM}/assignLicense"), body).await.status, 200);
    let reply = find(&office, "activityDisplayName eq 'Change user license'").await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#auditLogs/directoryAudits");
    let entry = &reply.json["value"][0];
    let expected = [
        "id",
        "category",
        "correlationId",
        "result",
        "resultReason",
        "activityDisplayName",
        "activityDateTime",
        "loggedByService",
        "operationType",
        "initiatedBy",
        "targetResources",
        "additionalDetails",
    ];
    assert_eq!(keys(entry), expected);
    let expected = json!({
        "id": entry["id"],
        "category": "UserManagement",
        "correlationId": entry["correlationId"],
        "result": "success",
        "resultReason": "",
        "activityDisplayName": "Change user license",
        "activityDateTime": "2025-07-14T16:14:05Z",
        "loggedByService": "Core Directory",
        "operationType": "Update",
        "initiatedBy": {
            "user": null,
            "app": { "appId": ROBOT, "displayName": "Robot", "servicePrincipalId": null, "servicePrincipalName": null },
        },
        "targetResources": [{
            "id": KIM, "displayName": "Kim", "type": "User", "userPrincipalName": "Kim@contoso.example",
            "groupType": null,
            "modifiedProperties": [{
                "displayName": "AssignedLicense",
                "oldValue": license(CANTEEN, "CANTEEN", ""),
                "newValue": license(CANTEEN, "CANTEEN", &LUNCH.to_string()),
            }],
        }],
        "additionalDetails": [],
    });
    assert_eq!(*entry, expected);
    let id = entry["id"].as_str().unwrap();
    assert!(id.starts_with(&format!("Directory_{}_", entry["correlationId"].as_str().unwrap())), "{id}");
}

#[tokio::test]
async fn a_groups_processing_is_told_step_by_step_and_user_by_user() {
    let office = Office::open().await;
    office.give_group(STAFF, PARKING).await;
    let reply = office.get(&format!("{AUDITS}?$filter=activityDateTime%20ge%202025-07-14&$top=6")).await;
    assert_eq!(
        reply.each("activityDisplayName"),
        [
            "Finish applying group based license to users",
            "Change user license",
            "Update user",
            "Change user license",
            "Start applying group based license to users",
            "Set group license"
        ]
    );
    assert_eq!(reply.each("result"), ["success", "failure", "success", "success", "success", "success"]);
    let entries = reply.json["value"].as_array().unwrap();
    let (finish, failed, served, set) = (&entries[0], &entries[1], &entries[3], &entries[5]);
    let modified = |entry: &Value| entry["targetResources"][0]["modifiedProperties"][0].clone();
    let result = "[Users successfully assigned licenses: 1, Users for whom license assignment failed: 1.]";
    assert_eq!(modified(finish), json!({ "displayName": "Result", "oldValue": "[]", "newValue": result }));
    let target = &finish["targetResources"][0];
    assert_eq!(
        (&target["id"], &target["type"], &target["groupType"]),
        (&json!(STAFF), &json!("Group"), &json!("azureAD"))
    );
    assert_eq!(finish["initiatedBy"]["app"]["displayName"], "Microsoft Azure AD Group-Based Licensing");
    let reason = format!("Subscription with SKU {PARKING} does not have any available licenses.");
    assert_eq!(failed["resultReason"], reason);
    assert_eq!(failed["targetResources"][0]["id"], json!(MAX));
    assert_eq!((&modified(failed)["oldValue"], &modified(failed)["newValue"]), (&json!("[]"), &json!("[]")));
    assert_eq!(served["targetResources"][0]["id"], json!(KIM));
    assert_eq!(served["targetResources"].as_array().unwrap().len(), 1);
    let parking = license(PARKING, "PARKING", "");
    let expected = json!({ "displayName": "AssignedLicense", "oldValue": "[]", "newValue": parking });
    assert_eq!((modified(served), modified(set)), (expected.clone(), expected));
}

#[tokio::test]
async fn changes_of_the_directory_name_what_they_changed() {
    let office = Office::open().await;
    let admin = office.person(KIM, &ALL_ROLES, &[find_role("Global Administrator").unwrap().template]);
    let call = |method, path: String, body| {
        let (office, admin) = (&office, &admin);
        async move { assert!(office.call(admin, method, &path, body).await.status < 300) }
    };
    let patch = json!({ "usageLocation": "DE", "otherMails": ["lee@home.example"], "jobTitle": null });
    call(Method::PATCH, format!("/v1.0/users/{LEE}"), Some(patch)).await;
    let reference = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{LEE}") });
    call(Method::POST, format!("/v1.0/groups/{STAFF}/members/$ref"), Some(reference)).await;
    call(Method::DELETE, format!("/v1.0/groups/{STAFF}/members/{CLUB}/$ref"), None).await;
    call(Method::DELETE, format!("/v1.0/users/{LEE}"), None).await;
    call(Method::DELETE, format!("/v1.0/users/{KIM}"), None).await;
    let reply = office.get(&format!("{AUDITS}?$top=5&$select=operationType,initiatedBy,targetResources")).await;
    assert_eq!(reply.each("operationType"), ["Delete", "Delete", "Unassign", "Assign", "Update"]);
    let entries = reply.json["value"].as_array().unwrap();
    // Also of users who are deleted by now.
    for entry in entries {
        let actor =
            json!({ "id": KIM, "displayName": "Kim", "userPrincipalName": "Kim@contoso.example", "ipAddress": null });
        assert_eq!(entry["initiatedBy"], json!({ "user": actor, "app": null }));
    }
    let target = |entry: usize, at: usize| entries[entry]["targetResources"][at].clone();
    assert_eq!(target(1, 0)["displayName"], "Lee");
    let modified =
        |name: &str, old: Value, new: Value| json!({ "displayName": name, "oldValue": old, "newValue": new });
    let (group, name) = (json!(format!("\"{STAFF}\"")), json!("\"Staff\""));
    let (id, named) = ("Group.ObjectID", "Group.DisplayName");
    assert_eq!((target(2, 0)["id"].clone(), target(2, 0)["groupType"].clone()), (json!(CLUB), json!("unifiedGroups")));
    let left = [modified(id, group.clone(), Value::Null), modified(named, name.clone(), Value::Null)];
    assert_eq!(target(2, 0)["modifiedProperties"], json!(left));
    let joined = [modified(id, Value::Null, group), modified(named, Value::Null, name)];
    assert_eq!((target(3, 0)["id"].clone(), target(3, 0)["modifiedProperties"].clone()), (json!(LEE), json!(joined)));
    assert_eq!((target(3, 1)["id"].clone(), target(3, 1)["modifiedProperties"].clone()), (json!(STAFF), json!([])));
    let updated = [
        modified("OtherMails", json!("[]"), json!("[\"lee@home.example\"]")),
        modified("UsageLocation", json!("[]"), json!("[\"DE\"]")),
        modified("Included Updated Properties", Value::Null, json!("\"OtherMails, UsageLocation\"")),
    ];
    assert_eq!(target(4, 0)["modifiedProperties"], json!(updated));
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    office.pass_seconds(10);
    office.give_group(STAFF, PARKING).await;
    let admin = office.person(MAX, &ALL_ROLES, &[LICENSE_ADMINISTRATOR]);
    let path = format!("/v1.0/users/{LEE}");
    assert_eq!(office.call(&admin, Method::PATCH, &path, Some(json!({ "usageLocation": "US" }))).await.status, 204);
    let gbl = "Microsoft Azure AD Group-Based Licensing";
    let cases = [
        ("activityDisplayName eq 'Set group license'".to_owned(), 1),
        ("activityDisplayName eq 'set GROUP license' and result eq 'failure'".to_owned(), 0),
        ("activityDisplayName eq 'Nothing'".to_owned(), 0),
        ("startswith(activityDisplayName, 'change')".to_owned(), 3),
        ("category eq 'UserManagement' and result eq 'failure'".to_owned(), 1),
        ("category eq 'GroupManagement' and activityDateTime gt 2025-07-14T16:14:05Z".to_owned(), 3),
        ("category eq 'GroupManagement' and category eq 'UserManagement'".to_owned(), 0),
        ("result eq 'failure' and result eq 'success'".to_owned(), 0),
        ("result eq 'unknown'".to_owned(), 0),
        ("activityDateTime ge 2025-07-14T16:14:15Z".to_owned(), 7),
        ("activityDateTime gt 2025-07-14T16:14:15Z".to_owned(), 0),
        ("activityDateTime eq 2025-07-14T16:14:15.000Z".to_owned(), 7),
        ("activityDateTime lt 2025-07-14T16:14:15Z and initiatedBy/app/displayName eq 'robot'".to_owned(), 2),
        ("activityDateTime le 2025-07-14 and initiatedBy/app/displayName eq 'robot'".to_owned(), 0),
        (format!("initiatedBy/app/appId eq '{ROBOT}'"), 3),
        (format!("initiatedBy/app/displayName eq '{gbl}'"), 5),
        ("initiatedBy/app/displayName eq 'Nobody'".to_owned(), 0),
        (format!("initiatedBy/user/id eq '{MAX}'"), 1),
        ("initiatedBy/user/userPrincipalName eq 'MAX@contoso.example'".to_owned(), 1),
        ("initiatedBy/user/userPrincipalName eq 'nobody@contoso.example'".to_owned(), 0),
        (format!("initiatedBy/user/id eq '{KIM}'"), 0),
        (format!("targetResources/any(t: t/id eq '{KIM}') and activityDisplayName eq 'Change user license'"), 2),
        (format!("targetResources/any(t:t/id eq '{STAFF}') and targetResources/any(x: x/id eq '{KIM}')"), 1),
        (format!("targetResources/any(t: t/id eq '{TENANT}')"), 0),
        ("targetResources/any(t: t/id eq 'x')".to_owned(), 0),
        ("loggedByService eq 'Core Directory' and result eq 'failure'".to_owned(), 1),
        ("loggedByService eq 'Self-service Password Management'".to_owned(), 0),
        (format!("correlationId eq '{KIM}'"), 0),
        ("correlationId eq 'x'".to_owned(), 0),
    ];
    for (filter, count) in cases {
        let reply = find(&office, &filter).await;
        assert_eq!(reply.json["value"].as_array().unwrap().len(), count, "{filter}");
        assert!(reply.json["@odata.nextLink"].is_null(), "{filter}");
    }
}

#[tokio::test]
async fn entries_carry_the_id_of_their_request() {
    let office = Office::open().await;
    let request = |own: &str| {
        Request::delete(format!("/v1.0/groups/{STAFF}/members/{own}/$ref"))
            .header(header::HOST, "graph.test")
            .header(header::AUTHORIZATION, format!("Bearer {}", office.robot))
    };
    let mine = "0b8c0a2e-5d4a-4a34-9a79-1d8ad0f0a111";
    let first = request(&KIM.to_string()).header("client-request-id", mine).body(Body::empty()).unwrap();
    assert_eq!(office.send(first).await.status, 204);
    let second = request(&MAX.to_string()).header("client-request-id", "mine").body(Body::empty()).unwrap();
    let theirs = office.send(second).await.header("request-id").to_owned();
    for (id, member) in [(mine, KIM), (&theirs, MAX)] {
        let reply = find(&office, &format!("correlationId eq '{id}'")).await;
        assert_eq!(reply.each("correlationId"), [id]);
        assert_eq!(reply.json["value"][0]["targetResources"][0]["id"], json!(member));
    }
    // What nobody asked for is tied to itself, and found by that too.
    let reply = find(&office, "initiatedBy/app/displayName eq 'Seatwright'").await;
    let own = reply.json["value"][0]["correlationId"].as_str().unwrap();
    assert_eq!(find(&office, &format!("correlationId eq {own}")).await.each("correlationId")[0], own);
}

#[tokio::test]
async fn pages_neither_repeat_nor_lose_an_entry_while_the_log_grows() {
    let office = Office::open().await;
    office.give_group(STAFF, CANTEEN).await;
    let all = office.get(AUDITS).await;
    let expected: Vec<Value> = all.each("id").into_iter().cloned().collect();
    assert_eq!(expected.iter().map(Value::to_string).collect::<BTreeSet<_>>().len(), expected.len());
    for order in ["desc", "asc"] {
        let mut expected = expected.clone();
        if order == "asc" {
            expected.reverse();
        }
        for size in [1, 2, 3, 5] {
            let before = office.get(&format!("{AUDITS}?$orderby=activityDateTime%20{order}")).await;
            let known = before.json["value"].as_array().unwrap().len();
            let mut found: Vec<Value> = Vec::new();
            let mut next = Some(format!("{AUDITS}?$orderby=activityDateTime%20{order}&$select=id&$top={size}"));
            while let Some(path) = next.filter(|_| found.len() < known) {
                let reply = office.get(path.trim_start_matches("http://graph.test")).await;
                assert_eq!(reply.status, 200, "{}", reply.text);
                found.extend(reply.each("id").into_iter().cloned());
                next = reply.json["@odata.nextLink"].as_str().map(str::to_owned);
                office.give(KIM, CANTEEN).await;
                let toggled = json!({ "usageLocation": if found.len().is_multiple_of(2) { "KE" } else { "US" } });
                office.call(&office.robot, Method::PATCH, &format!("/v1.0/users/{KIM}"), Some(toggled)).await;
            }
            let before: Vec<Value> = before.each("id").into_iter().cloned().collect();
            assert_eq!(found[..known], before, "{order} by {size}");
            assert!(expected.iter().all(|id| found.contains(id)));
        }
    }
}

#[tokio::test]
async fn options_that_are_not_served_are_refused() {
    let office = Office::open().await;
    let unsupported = |property: &str| {
        format!(
            "Unsupported or invalid query filter clause specified for property '{property}' of resource \
             'DirectoryAudit'."
        )
    };
    let sorting = "Sorting not supported for current query.";
    let cases = [
        ("$filter=result ne 'success'", "Request_UnsupportedQuery", unsupported("result")),
        ("$filter=activityDateTime ne 2025-07-14", "Request_UnsupportedQuery", unsupported("activityDateTime")),
        ("$filter=activityDateTime ge 'x'", "Request_UnsupportedQuery", unsupported("activityDateTime")),
        ("$filter=activityDateTime ge 2025-07-40", "BadRequest", "Invalid filter clause".to_owned()),
        ("$filter=category eq 'x' or category eq 'y'", "Request_UnsupportedQuery", unsupported("category")),
        ("$filter=category eq 'x' and not (result eq 'y')", "Request_UnsupportedQuery", unsupported("result")),
        ("$filter=operationType eq 'Add'", "Request_UnsupportedQuery", unsupported("operationType")),
        ("$filter=startswith(category,'x')", "Request_UnsupportedQuery", unsupported("category")),
        (
            "$filter=targetResources/any(t: t/type eq 'User')",
            "Request_UnsupportedQuery",
            unsupported("targetResources"),
        ),
        ("$filter=targetResources/any()", "Request_UnsupportedQuery", unsupported("targetResources")),
        ("$orderby=category", "Request_UnsupportedQuery", sorting.to_owned()),
        ("$orderby=activityDateTime up", "Request_UnsupportedQuery", sorting.to_owned()),
        ("$orderby=activityDateTime desc,id", "Request_UnsupportedQuery", sorting.to_owned()),
        (
            "$top=1001",
            "Request_UnsupportedQuery",
            "Invalid page size specified: '1001'. Must be between 1 and 1000 inclusive.".to_owned(),
        ),
        (
            "$select=nope",
            "BadRequest",
            "Parsing OData Select and Expand failed: Could not find a property named 'nope' on type \
             'microsoft.graph.directoryAudit'."
                .to_owned(),
        ),
    ];
    for (query, code, sentence) in cases {
        let reply = office.get(&format!("{AUDITS}?{}", query.replace(' ', "%20"))).await;
        assert_eq!(reply.error(), (400, code, sentence.as_str()), "{query}");
    }
    // A link is good for its own order and filter only.
    let next = office.get(&format!("{AUDITS}?$top=1")).await.json["@odata.nextLink"].as_str().unwrap().to_owned();
    let moved = next.replace("http://graph.test", "") + "&$orderby=activityDateTime";
    assert_eq!(office.get(&moved).await.error().1, "Directory_ExpiredPageToken");
}
