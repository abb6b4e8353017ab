//! `GET /me/managedDevices`

use crate::office::Office;
use axum::http::Method;

#[tokio::test]
async fn my_devices_are_listed() {
    let office = Office::open().await;
    let reply = office.call(&office.admin(), Method::GET, "/v1.0/me/managedDevices", None).await;
    assert_eq!(reply.each("deviceName"), ["Till"]);
}
