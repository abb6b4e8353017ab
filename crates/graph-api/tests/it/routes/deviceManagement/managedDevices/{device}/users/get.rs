//! `GET /deviceManagement/managedDevices/{device}/users`

use crate::office::{KIM, Office, TILL, not_found};
use axum::http::Method;

#[tokio::test]
async fn the_live_users_of_a_device_are_listed() {
    let office = Office::open().await;
    let path = format!("/v1.0/deviceManagement/managedDevices/{TILL}/users?$select=displayName");
    assert_eq!(office.get(&path).await.each("displayName"), ["Kim", "Max"]);
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    assert_eq!(office.get(&path).await.each("displayName"), ["Max"]);
    let reply = office.get(&format!("/v1.0/deviceManagement/managedDevices/{KIM}/users")).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
}
