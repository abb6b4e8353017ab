//! `POST /deviceManagement/managedDevices/{device}/users/{user}/reprocessLicenseAssignment`

use crate::office::{DOOR, KIM, LEE, MAX, Office, TILL, not_found};
use serde_json::json;

#[tokio::test]
async fn the_user_must_be_on_the_device() {
    let office = Office::open().await;
    let path = |device, user| {
        format!("/beta/deviceManagement/managedDevices/{device}/users/{user}/reprocessLicenseAssignment")
    };
    let reply = office.post(&path(TILL, MAX), json!({})).await;
    assert_eq!((reply.status, reply.json["displayName"].as_str()), (200, Some("Max")), "{}", reply.text);
    for (device, user, missing) in [(DOOR, MAX, MAX), (KIM, MAX, KIM), (TILL, LEE, LEE)] {
        let reply = office.post(&path(device, user), json!({})).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(missing).as_str()));
    }
}
