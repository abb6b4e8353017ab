//! `GET /me`

use crate::office::{KIM, LEE, Office, STRANGER};
use axum::http::Method;
use engine::permission::find_role;
use serde_json::json;

#[tokio::test]
async fn i_am_who_is_signed_in() {
    let office = Office::open().await;
    let kim = office.person(KIM, &["User.Read"], &[]);
    for path in ["/v1.0/me", "/v1.0/users/me", "/v1.0/users('me')", "/v1.0/ME?$select=id"] {
        let reply = office.call(&kim, Method::GET, path, None).await;
        assert_eq!((reply.status, &reply.json["id"]), (200, &json!(KIM)), "{path}");
    }
    let nobody = office.person(STRANGER, &["User.Read"], &[]);
    let reply = office.call(&nobody, Method::GET, "/v1.0/me", None).await;
    let sentence = "The identity of the calling application could not be established.";
    assert_eq!(reply.error(), (403, "Authorization_IdentityNotFound", sentence));
}

#[tokio::test]
async fn i_may_be_named_by_id_or_principal_name() {
    let office = Office::open().await;
    let kim = office.person(KIM, &["User.Read"], &[]);
    for (path, status) in [
        (format!("/v1.0/users/{KIM}"), 200),
        ("/v1.0/users/KIM@contoso.example".to_owned(), 200),
        ("/v1.0/users/kim%40contoso.example/licenseDetails".to_owned(), 200),
        ("/v1.0/users/lee@contoso.example".to_owned(), 403),
        ("/v1.0/users/lee@contoso.example/licenseDetails".to_owned(), 403),
    ] {
        assert_eq!(office.call(&kim, Method::GET, &path, None).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn whoever_was_deleted_is_no_longer_heard() {
    let office = Office::open().await;
    let lee = office.person(LEE, &["User.ReadWrite.All"], &[find_role("User Administrator").unwrap().template]);
    let path = format!("/v1.0/users/{KIM}");
    assert_eq!(office.call(&lee, Method::GET, &path, None).await.status, 200);
    let deleted =
        office.call(&office.app(&["User.ReadWrite.All"]), Method::DELETE, &format!("/v1.0/users/{LEE}"), None).await;
    assert_eq!(deleted.status, 204);
    for (method, body) in [(Method::GET, None), (Method::PATCH, Some(json!({ "city": "Mombasa" })))] {
        let reply = office.call(&lee, method, &path, body).await;
        assert_eq!((reply.error().0, reply.error().1), (403, "Authorization_IdentityNotFound"));
    }
}

#[tokio::test]
async fn an_application_is_nobody() {
    let office = Office::open().await;
    let sentence = "/me request is only valid with delegated authentication flow.";
    for token in [&office.robot, &office.app(&[])] {
        let reply = office.call(token, Method::GET, "/v1.0/me", None).await;
        assert_eq!(reply.error(), (400, "BadRequest", sentence));
    }
}
