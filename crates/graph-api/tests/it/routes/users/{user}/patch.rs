//! `PATCH /users/{user}`

use crate::office::{KIM, LEE, Office, not_found};
use axum::http::Method;
use serde_json::{Value, json};

async fn patch(office: &Office, body: Value) -> crate::office::Reply {
    office.call(&office.robot, Method::PATCH, &format!("/v1.0/users/{KIM}"), Some(body)).await
}

#[tokio::test]
async fn properties_are_set_and_cleared() {
    let office = Office::open().await;
    let body = json!({ "department": "Kitchen", "city": null, "usageLocation": "US", "userPrincipalName": "kim2@contoso.example" });
    let reply = patch(&office, body).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    let reply = office.get("/v1.0/users/kim2@contoso.example?$select=department,city,usageLocation").await;
    assert_eq!(
        (&reply.json["department"], &reply.json["city"], &reply.json["usageLocation"]),
        (&json!("Kitchen"), &Value::Null, &json!("US"))
    );
    assert_eq!(patch(&office, json!({})).await.status, 204);
}

fn unknown(name: &str, of: &str) -> String {
    format!(
        "The property '{name}' does not exist on type '{of}'. Make sure to only use property names that are defined by \
         the type."
    )
}

fn no_text() -> String {
    "Cannot convert a primitive value to the expected type 'Edm.String'. See the inner exception for more details."
        .to_owned()
}

fn invalid(name: &str) -> String {
    format!("Invalid value specified for property '{name}' of resource 'User'.")
}

async fn refuses<const N: usize>(office: &Office, cases: [(Value, &str, String); N]) {
    for (body, code, sentence) in cases {
        let reply = patch(office, body.clone()).await;
        assert_eq!(reply.error(), (400, code, sentence.as_str()), "{body}");
    }
}

#[tokio::test]
async fn values_that_cannot_be_are_refused() {
    let office = Office::open().await;
    let cases = [
        (json!({ "usageLocation": "XX" }), "Request_BadRequest", invalid("usageLocation")),
        (json!({ "usageLocation": "" }), "Request_BadRequest", invalid("usageLocation")),
        (json!({ "displayName": null }), "Request_BadRequest", invalid("displayName")),
        (json!({ "userPrincipalName": null }), "Request_BadRequest", invalid("userPrincipalName")),
        (
            json!({ "aboutMe": "I cook." }),
            "Request_BadRequest",
            "Property 'aboutMe' is read-only and cannot be set.".to_owned(),
        ),
        (json!({ "department": "x".repeat(65) }), "Request_BadRequest", invalid("department")),
        (json!({ "businessPhones": ["1", "2"] }), "Request_BadRequest", invalid("businessPhones")),
        (json!({ "employeeHireDate": "soon" }), "Request_BadRequest", invalid("employeeHireDate")),
        (json!({ "userType": "Friend" }), "Request_BadRequest", invalid("userType")),
        (json!({ "ageGroup": "Old" }), "Request_BadRequest", invalid("ageGroup")),
        (json!({ "consentProvidedForMinor": "Maybe" }), "Request_BadRequest", invalid("consentProvidedForMinor")),
        (
            json!({ "userPrincipalName": "kim@fabrikam.example" }),
            "Request_BadRequest",
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain \
             names in your organization."
                .to_owned(),
        ),
        (
            json!({ "userPrincipalName": "LEE@contoso.example" }),
            "Request_BadRequest",
            "Another object with the same value for property userPrincipalName already exists.".to_owned(),
        ),
        (
            json!({ "department": 5 }),
            "BadRequest",
            "Cannot convert a primitive value to the expected type 'Edm.String'. See the inner exception for more details."
                .to_owned(),
        ),
        (
            json!({ "nope": 5 }),
            "BadRequest",
            "The property 'nope' does not exist on type 'microsoft.graph.user'. Make sure to only use property names that \
             are defined by the type."
                .to_owned(),
        ),
    ];
    refuses(&office, cases).await;
    for name in [
        "id",
        "deletedDateTime",
        "createdDateTime",
        "assignedLicenses",
        "licenseAssignmentStates",
        "onPremisesSyncEnabled",
    ] {
        let reply = patch(&office, json!({ name: null })).await;
        let sentence = format!("Property '{name}' is read-only and cannot be set.");
        assert_eq!(reply.error(), (400, "Request_BadRequest", sentence.as_str()));
    }
}

#[tokio::test]
async fn members_of_complex_properties_are_checked() {
    let office = Office::open().await;
    let cases = [
        (
            json!({ "onPremisesExtensionAttributes": { "extensionAttribute16": "x" } }),
            "BadRequest",
            unknown("extensionAttribute16", "microsoft.graph.onPremisesExtensionAttributes"),
        ),
        (json!({ "onPremisesExtensionAttributes": { "extensionAttribute1": { "a": [1] } } }), "BadRequest", no_text()),
        (json!({ "employeeOrgData": { "costCenter": ["x"] } }), "BadRequest", no_text()),
        (json!({ "employeeOrgData": { "x": 1 } }), "BadRequest", unknown("x", "microsoft.graph.employeeOrgData")),
        (json!({ "identities": [{ "a": 1 }] }), "BadRequest", unknown("a", "microsoft.graph.objectIdentity")),
        (
            json!({ "identities": [null] }),
            "BadRequest",
            "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was \
             expected."
                .to_owned(),
        ),
        (
            json!({ "employeeOrgData": { "division": "x".repeat(1025) } }),
            "Request_BadRequest",
            invalid("employeeOrgData"),
        ),
    ];
    refuses(&office, cases).await;
}

#[tokio::test]
async fn the_body_is_looked_at_before_the_user() {
    let office = Office::open().await;
    let patch = |body| office.call(&office.robot, Method::PATCH, "/v1.0/users/nobody@contoso.example", Some(body));
    assert_eq!(patch(json!({ "nope": 1 })).await.status, 400);
    let reply = patch(json!({ "city": "Oslo" })).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found("nobody@contoso.example").as_str()));
    assert_eq!(office.get(&format!("/v1.0/users/{LEE}?$select=city")).await.json["city"], Value::Null);
}
