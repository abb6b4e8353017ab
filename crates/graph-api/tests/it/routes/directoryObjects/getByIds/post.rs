//! `POST /directoryObjects/getByIds`

use crate::office::{CLUB, KIM, LEE, Office, STAFF, STRANGER};
use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn what_is_there_is_answered_with_its_type() {
    let office = Office::open().await;
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{LEE}"), None).await;
    let ids = json!([STAFF, KIM, LEE, STRANGER, Uuid::nil(), CLUB, KIM]);
    let reply = office.post("/v1.0/directoryObjects/getByIds?$select=id", json!({ "ids": ids })).await;
    assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects(id)");
    let of = |odata_type: &str, id: Uuid| json!({ "@odata.type": format!("#microsoft.graph.{odata_type}"), "id": id });
    assert_eq!(reply.json["value"], json!([of("user", KIM), of("group", STAFF), of("group", CLUB)]));
    for (types, expected) in [
        (json!(["user"]), vec![KIM]),
        (json!(["Group", "device"]), vec![STAFF, CLUB]),
        (json!(["servicePrincipal"]), vec![]),
        (json!(["directoryObject"]), vec![KIM, STAFF, CLUB]),
        (json!([]), vec![KIM, STAFF, CLUB]),
    ] {
        let reply = office.post("/v1.0/directoryObjects/getByIds", json!({ "ids": ids, "types": types })).await;
        assert_eq!(
            reply.each("id"),
            expected.iter().map(|id| json!(id)).collect::<Vec<_>>().iter().collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_thousand_ids_can_be_asked_for() {
    let office = Office::open().await;
    let ids: Vec<Uuid> = (0..1_001).map(Uuid::from_u128).collect();
    let ask = async |body| office.post("/v1.0/directoryObjects/getByIds", body).await;
    assert_eq!(ask(json!({ "ids": ids[..1_000] })).await.status, 200);
    assert_eq!(ask(json!({ "ids": ids })).await.error().1, "Request_BadRequest");
    assert_eq!(ask(json!({ "types": ["user"] })).await.error().1, "Request_BadRequest");
    assert_eq!(ask(json!({ "ids": KIM })).await.error().1, "BadRequest");
    assert_eq!(ask(json!({ "ids": [KIM], "types": "user" })).await.error().1, "BadRequest");
}
