//! `POST /deviceManagement/managedDevices/{device}/users/{user}/assignLicense`

use crate::office::{CANTEEN, DOOR, KIM, LEE, MAX, Office, TILL, adding, not_found};

#[tokio::test]
async fn the_user_must_be_on_the_device() {
    let office = Office::open().await;
    let path = |device, user| format!("/beta/deviceManagement/managedDevices/{device}/users/{user}/assignLicense");
    let reply = office.post(&path(TILL, MAX), adding(CANTEEN)).await;
    assert_eq!((reply.status, reply.json["displayName"].as_str()), (200, Some("Max")), "{}", reply.text);
    for (device, user, missing) in [(DOOR, MAX, MAX), (KIM, MAX, KIM), (TILL, LEE, LEE)] {
        let reply = office.post(&path(device, user), adding(CANTEEN)).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(missing).as_str()));
    }
}
