//! `GET /users/{user}/managedDevices`

use crate::office::{KIM, LEE, Office, TILL};
use serde_json::json;

#[tokio::test]
async fn a_user_has_the_devices_that_it_is_on() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/users/kim@contoso.example/managedDevices").await;
    assert_eq!(reply.json["value"], json!([{ "id": TILL, "deviceName": "Till" }]));
    let context = format!("http://graph.test/v1.0/$metadata#users('{KIM}')/managedDevices");
    assert_eq!(reply.json["@odata.context"], context);
    let reply = office.get(&format!("/v1.0/users/{LEE}/managedDevices?$select=deviceName")).await;
    assert_eq!(reply.json["value"], json!([{ "deviceName": "Door" }]));
}
