//! `POST /users/{user}/managedDevices/{device}/users/{user2}/reprocessLicenseAssignment`

use crate::office::{DOOR, KIM, LEE, MAX, Office, TILL, not_found};
use serde_json::json;

#[tokio::test]
async fn both_users_must_be_on_the_device() {
    let office = Office::open().await;
    let path = |one, device, other| {
        format!("/v1.0/users/{one}/managedDevices/{device}/users/{other}/reprocessLicenseAssignment")
    };
    let reply = office.post(&path(KIM, TILL, MAX), json!({})).await;
    assert_eq!((reply.status, reply.json["displayName"].as_str()), (200, Some("Max")), "{}", reply.text);
    for (one, device, other, missing) in [
        (LEE, TILL, MAX, TILL),
        (KIM, TILL, LEE, LEE),
        (KIM, DOOR, KIM, DOOR),
        (KIM, KIM, MAX, KIM),
        (TILL, TILL, MAX, TILL),
    ] {
        let reply = office.post(&path(one, device, other), json!({})).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(missing).as_str()));
    }
}
