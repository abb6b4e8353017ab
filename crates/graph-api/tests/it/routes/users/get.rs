//! `GET /users`

use crate::office::{KIM, Office};
use serde_json::json;

#[tokio::test]
async fn users_have_the_eleven_default_properties_with_the_id_last() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/users").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.keys(), ["@odata.context", "value"]);
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#users");
    assert_eq!(
        reply.json["value"][0],
        json!({
            "businessPhones": ["+254 1"], "displayName": "Kim", "givenName": "Kim", "jobTitle": "Cook", "mail": null,
            "mobilePhone": null, "officeLocation": null, "preferredLanguage": null, "surname": "Abercrombie",
            "userPrincipalName": "Kim@contoso.example", "id": KIM,
        })
    );
    let names = [
        "businessPhones",
        "displayName",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
        "id",
    ];
    assert_eq!(crate::office::keys(&reply.json["value"][0]), names);
    assert_eq!(reply.each("displayName"), ["Kim", "Lee", "Max"]);
}

#[tokio::test]
async fn one_user_can_be_filtered_for() {
    let office = Office::open().await;
    for (filter, expected) in [
        ("userPrincipalName%20eq%20'kim@CONTOSO.example'", &["Kim"][..]),
        ("userPrincipalName+eq+'nobody@contoso.example'", &[]),
        ("id%20eq%20'00000000-0000-0000-0000-00000000000a'", &["Kim"]),
        ("id%20eq%20'5'", &[]),
    ] {
        let reply = office.get(&format!("/v1.0/users?$filter={filter}&$select=displayName")).await;
        assert_eq!(reply.each("displayName"), expected, "{filter}");
    }
}

#[tokio::test]
async fn properties_of_single_users_are_not_implemented_for_all() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/users?$select=id,aboutMe").await;
    assert_eq!(reply.error(), (501, "NotImplemented", "This operation target is not yet supported."));
    assert_eq!(office.get(&format!("/v1.0/users/{KIM}?$select=aboutMe")).await.json["aboutMe"], json!(null));
}
