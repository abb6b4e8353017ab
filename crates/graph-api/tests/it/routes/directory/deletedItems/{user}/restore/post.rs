//! `POST /directory/deletedItems/{user}/restore`

use crate::office::{CANTEEN, KIM, Office, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_restored_user_has_its_licences_again() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    let path = format!("/v1.0/directory/deletedItems/{KIM}/restore");
    let reply = office.call(&office.robot, Method::POST, &path, None).await;
    assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    let reply = office.call(&office.robot, Method::POST, &path, None).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.keys()[..2], ["@odata.context", "@odata.type"]);
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects/$entity");
    assert_eq!(reply.json["@odata.type"], "#microsoft.graph.user");
    assert_eq!(reply.json["id"], json!(KIM));
    let reply = office.get(&format!("/v1.0/users/{KIM}?$select=assignedLicenses")).await;
    assert_eq!(reply.json["assignedLicenses"], json!([{ "disabledPlans": [], "skuId": CANTEEN }]));
}
