//! `GET /deviceManagement/managedDevices`

use crate::office::{Office, TILL};
use serde_json::json;

#[tokio::test]
async fn devices_are_listed() {
    let office = Office::open().await;
    let reply = office.get("/v1.0/deviceManagement/managedDevices").await;
    assert_eq!(reply.each("deviceName"), ["Till", "Door"]);
    assert_eq!(reply.json["value"][0], json!({ "id": TILL, "deviceName": "Till" }));
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#deviceManagement/managedDevices");
}
