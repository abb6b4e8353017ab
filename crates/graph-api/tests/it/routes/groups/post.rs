//! `POST /groups`

use crate::office::{KIM, LEE, MAX, Office, TENANT, not_found};
use serde_json::{Value, json};
use uuid::Uuid;

fn body() -> Value {
    json!({ "displayName": "New", "mailEnabled": false, "mailNickname": "new", "securityEnabled": true })
}

#[tokio::test]
async fn a_new_group_is_answered_201_with_its_location() {
    let office = Office::open().await;
    let reply = office.post("/v1.0/groups", body()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#groups/$entity");
    let id = reply.json["id"].as_str().unwrap();
    let location = format!("http://graph.test/v2/{TENANT}/directoryObjects/{id}/Microsoft.DirectoryServices.Group");
    assert_eq!(reply.header("location"), location);
    assert_eq!(
        (&reply.json["securityEnabled"], &reply.json["createdDateTime"]),
        (&json!(true), &json!("2025-07-14T16:14:05Z"))
    );
}

#[tokio::test]
async fn what_must_be_there_is_asked_for_and_what_cannot_be_is_refused() {
    let office = Office::open().await;
    for name in ["displayName", "mailEnabled", "mailNickname", "securityEnabled"] {
        let mut body = body();
        body.as_object_mut().unwrap().remove(name);
        let sentence = format!("A value is required for property '{name}' of resource 'Group'.");
        assert_eq!(office.post("/v1.0/groups", body).await.error(), (400, "Request_BadRequest", sentence.as_str()));
    }
    for (name, value) in [("mailNickname", json!("a b")), ("groupTypes", json!(["Team"])), ("displayName", json!(""))] {
        let mut body = body();
        body[name] = value;
        let sentence = format!("Invalid value specified for property '{name}' of resource 'Group'.");
        assert_eq!(office.post("/v1.0/groups", body).await.error(), (400, "Request_BadRequest", sentence.as_str()));
    }
}

fn link(id: Uuid) -> String {
    format!("https://graph.microsoft.com/v1.0/users/{id}")
}

#[tokio::test]
async fn a_group_is_created_with_its_members_and_owners_or_not_at_all() {
    let office = Office::open().await;
    let mut body = body();
    body["members@odata.bind"] = json!([link(KIM), link(Uuid::nil())]);
    body["owners@odata.bind"] = json!([link(LEE)]);
    let before = office.get("/v1.0/groups").await.each("id").len();
    let reply = office.post("/v1.0/groups", body.clone()).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(Uuid::nil()).as_str()));
    assert_eq!(office.get("/v1.0/groups").await.each("id").len(), before);
    body["members@odata.bind"] = json!([link(KIM), link(MAX)]);
    let reply = office.post("/v1.0/groups", body.clone()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let path = format!("/v1.0/groups/{}", reply.json["id"].as_str().unwrap());
    assert_eq!(office.get(&format!("{path}/members?$select=id")).await.each("id"), [&json!(KIM), &json!(MAX)]);
    assert_eq!(office.get(&format!("{path}/owners?$select=id")).await.each("id"), [&json!(LEE)]);
    body["members@odata.bind"] = json!(vec![link(KIM); 20]);
    let sentence = "Too many references: at most 20 can be specified in a request.";
    assert_eq!(office.post("/v1.0/groups", body).await.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn whoever_makes_a_microsoft_365_group_owns_it() {
    let office = Office::open().await;
    let role = engine::permission::find_role("Groups Administrator").unwrap().template;
    let token = office.person(KIM, &["Group.ReadWrite.All"], &[role]);
    for (types, owners) in [(json!(["Unified"]), json!([{ "id": KIM }])), (json!([]), json!([]))] {
        let mut body = body();
        body["groupTypes"] = types;
        let reply = office.call(&token, axum::http::Method::POST, "/v1.0/groups", Some(body)).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let path = format!("/v1.0/groups/{}/owners/microsoft.graph.user", reply.json["id"].as_str().unwrap());
        assert_eq!(office.get(&format!("{path}?$select=id")).await.json["value"], owners);
    }
}

#[tokio::test]
async fn a_group_for_roles_is_security_enabled_and_hidden_members_are_of_microsoft_365_groups() {
    let office = Office::open().await;
    let refused = async |change: Value, property: &str| {
        let mut body = body();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let sentence = format!("Invalid value specified for property '{property}' of resource 'Group'.");
        assert_eq!(office.post("/v1.0/groups", body).await.error(), (400, "Request_BadRequest", sentence.as_str()));
    };
    refused(json!({ "isAssignableToRole": true, "securityEnabled": false }), "isAssignableToRole").await;
    refused(json!({ "visibility": "HiddenMembership" }), "visibility").await;
    let mut body = body();
    body["groupTypes"] = json!(["Unified"]);
    body["visibility"] = json!("HiddenMembership");
    assert_eq!(office.post("/v1.0/groups", body).await.json["visibility"], "HiddenMembership");
}
