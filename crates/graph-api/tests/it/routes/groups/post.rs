//! `POST /groups`

use crate::office::{Office, TENANT};
use serde_json::{Value, json};

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
