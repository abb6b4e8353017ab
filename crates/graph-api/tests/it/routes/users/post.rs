//! `POST /users`

use crate::office::{KIM, Office, TENANT, keys, not_found};
use serde_json::{Value, json};
use uuid::Uuid;

fn body() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.user", "accountEnabled": true, "displayName": "New", "mailNickname": "new",
        "userPrincipalName": "new@contoso.example", "usageLocation": "de", "department": null,
        "passwordProfile": { "password": "xWwvJ]6NMw+bWH-d", "forceChangePasswordNextSignIn": true },
    })
}

#[tokio::test]
async fn a_new_user_is_answered_201_with_its_location_and_no_password() {
    let office = Office::open().await;
    let reply = office.post("/v1.0/users", body()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#users/$entity");
    let id = reply.json["id"].as_str().unwrap().to_owned();
    let location = format!("http://graph.test/v2/{TENANT}/directoryObjects/{id}/Microsoft.DirectoryServices.User");
    assert_eq!(reply.header("location"), location);

    let select = "$select=usageLocation,passwordProfile,accountEnabled,userType,createdDateTime";
    let reply = office.get(&format!("/v1.0/users/{id}?{select}")).await;
    let expected =
        ["@odata.context", "usageLocation", "passwordProfile", "accountEnabled", "userType", "createdDateTime"];
    assert_eq!(keys(&reply.json), expected);
    assert_eq!(reply.json["passwordProfile"], json!({ "forceChangePasswordNextSignIn": true }));
    assert_eq!(reply.json["usageLocation"], "DE");
    assert_eq!(reply.json["createdDateTime"], "2025-07-14T16:14:05Z");
}

#[tokio::test]
async fn a_name_is_given_once() {
    let office = Office::open().await;
    assert_eq!(office.post("/v1.0/users", body()).await.status, 201);
    let mut again = body();
    again["userPrincipalName"] = json!("NEW@contoso.example");
    let sentence = "Another object with the same value for property userPrincipalName already exists.";
    assert_eq!(office.post("/v1.0/users", again).await.error(), (400, "Request_BadRequest", sentence));
}

#[tokio::test]
async fn what_must_be_there_is_asked_for() {
    let office = Office::open().await;
    for name in ["accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"] {
        for missing in [None, Some(Value::Null)] {
            let mut body = body();
            match missing {
                None => drop(body.as_object_mut().unwrap().remove(name)),
                Some(null) => body[name] = null,
            }
            let sentence = format!("A value is required for property '{name}' of resource 'User'.");
            let reply = office.post("/v1.0/users", body).await;
            assert_eq!(reply.error(), (400, "Request_BadRequest", sentence.as_str()));
        }
    }
}

#[tokio::test]
async fn a_principal_name_has_two_parts_and_no_blanks() {
    let office = Office::open().await;
    for name in ["", "new", "@contoso.example", "new@", "a@b@c", "n w@contoso.example", "new\n@contoso.example"] {
        let mut body = body();
        body["userPrincipalName"] = json!(name);
        let sentence = "Invalid value specified for property 'userPrincipalName' of resource 'User'.";
        assert_eq!(office.post("/v1.0/users", body).await.error(), (400, "Request_BadRequest", sentence), "{name}");
    }
}

#[tokio::test]
async fn a_principal_name_is_at_a_verified_domain() {
    let office = Office::open().await;
    let post = |name: &str| {
        let mut body = body();
        body["userPrincipalName"] = json!(name);
        office.post("/v1.0/users", body)
    };
    let sentence = "The domain portion of the userPrincipalName property is invalid. You must use one of the verified \
                    domain names in your organization.";
    assert_eq!(post("new@fabrikam.example").await.error(), (400, "Request_BadRequest", sentence));
    assert_eq!(post("new_fabrikam.example#EXT#@contoso.example").await.status, 201);
    assert_eq!(post("new@CONTOSO.test").await.status, 201);
}

#[tokio::test]
async fn a_user_is_created_with_its_manager_or_not_at_all() {
    let office = Office::open().await;
    let post = |manager: Uuid| {
        let mut body = body();
        body["manager@odata.bind"] = json!(format!("https://graph.microsoft.com/v1.0/users/{manager}"));
        office.post("/v1.0/users", body)
    };
    let reply = post(Uuid::nil()).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(Uuid::nil()).as_str()));
    assert_eq!(post(KIM).await.status, 201);
    assert_eq!(office.get("/v1.0/users/new@contoso.example/manager?$select=id").await.json["id"], json!(KIM));
}
