//! `POST /me/managedDevices/{device}/users/{user}/reprocessLicenseAssignment`

use crate::office::{DOOR, LEE, MAX, Office, TILL, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn it_must_be_a_device_of_mine() {
    let office = Office::open().await;
    let admin = office.admin();
    let post = |device, user| {
        let path = format!("/v1.0/me/managedDevices/{device}/users/{user}/reprocessLicenseAssignment");
        let (office, admin) = (&office, &admin);
        async move { office.call(admin, Method::POST, &path, Some(json!({}))).await }
    };
    let reply = post(TILL, MAX).await;
    assert_eq!((reply.status, reply.json["displayName"].as_str()), (200, Some("Max")), "{}", reply.text);
    for (device, user, missing) in [(DOOR, LEE, DOOR), (TILL, LEE, LEE)] {
        let reply = post(device, user).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(missing).as_str()));
    }
    let path = format!("/v1.0/me/managedDevices/{TILL}/users/{MAX}/reprocessLicenseAssignment");
    let sentence = "/me request is only valid with delegated authentication flow.";
    assert_eq!(office.post(&path, json!({})).await.error(), (400, "BadRequest", sentence));
}
