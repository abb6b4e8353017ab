//! `GET /groups/{group}/members`

use crate::office::{CLUB, KIM, Office, STAFF, keys, not_found};
use serde_json::json;

#[tokio::test]
async fn members_are_users_then_groups_each_with_its_type_first() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/members")).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects");
    let types = ["#microsoft.graph.user", "#microsoft.graph.user", "#microsoft.graph.group"];
    assert_eq!(reply.each("@odata.type"), types);
    assert_eq!(keys(&reply.json["value"][0])[..2], ["@odata.type", "businessPhones"]);
    assert_eq!(keys(&reply.json["value"][2])[..2], ["@odata.type", "id"]);
    assert_eq!(reply.json["value"][2]["id"], json!(CLUB));
    assert_eq!(reply.header("x-ms-resource-unit"), "3");
}

#[tokio::test]
async fn selected_properties_are_shown_on_the_types_that_have_them() {
    let office = Office::open().await;
    let reply = office.get(&format!("/v1.0/groups/{STAFF}/members?$select=id,userPrincipalName,mailEnabled")).await;
    assert_eq!(
        reply.json["@odata.context"],
        "http://graph.test/v1.0/$metadata#directoryObjects(id,userPrincipalName,mailEnabled)"
    );
    assert_eq!(
        reply.json["value"][0],
        json!({ "@odata.type": "#microsoft.graph.user", "id": KIM, "userPrincipalName": "Kim@contoso.example" })
    );
    assert_eq!(
        reply.json["value"][2],
        json!({ "@odata.type": "#microsoft.graph.group", "id": CLUB, "mailEnabled": true })
    );
    assert_eq!(office.get(&format!("/v1.0/groups/{STAFF}/members?$select=nope")).await.status, 400);
}

#[tokio::test]
async fn pages_of_any_size_hold_every_member_once() {
    let office = Office::open().await;
    let all = office.get(&format!("/v1.0/groups/{STAFF}/members?$select=id")).await;
    for size in 1..=4 {
        let mut ids = Vec::new();
        let mut next = format!("/v1.0/groups/{STAFF}/members?$select=id&$top={size}");
        loop {
            let reply = office.get(&next).await;
            assert!(reply.each("id").len() <= size);
            ids.extend(reply.each("id").into_iter().cloned());
            match reply.json["@odata.nextLink"].as_str() {
                Some(link) => next = link.strip_prefix("http://graph.test").unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(ids.iter().collect::<Vec<_>>(), all.each("id"), "{size}");
    }
    let reply = office.get(&format!("/v1.0/groups/{KIM}/members")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
}
