//! `GET /directoryObjects/{object}`

use crate::office::{CLUB, KIM, Office, STRANGER, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn an_object_of_either_type_is_found_by_its_id() {
    let office = Office::open().await;
    for (id, odata_type) in [(KIM, "#microsoft.graph.user"), (CLUB, "#microsoft.graph.group")] {
        let reply = office.get(&format!("/v1.0/directoryObjects/{id}")).await;
        assert_eq!(reply.keys()[..2], ["@odata.context", "@odata.type"]);
        assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects/$entity");
        assert_eq!(reply.json["@odata.type"], odata_type);
        assert_eq!(reply.json["id"], json!(id));
    }
    let reply = office.get(&format!("/v1.0/directoryObjects/{KIM}?$select=usageLocation")).await;
    assert_eq!(reply.json["usageLocation"], "KE");
}

#[tokio::test]
async fn what_is_deleted_or_elsewhere_is_not_found() {
    let office = Office::open().await;
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    for id in [KIM.to_string(), STRANGER.to_string(), "kim@contoso.example".to_owned()] {
        let reply = office.get(&format!("/v1.0/directoryObjects/{id}")).await;
        assert_eq!(reply.error(), (404, "Request_ResourceNotFound", not_found(&id).as_str()));
    }
}
