//! `GET /directory/deletedItems/{object}`

use crate::office::{CLUB, KIM, Office, not_found};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_deleted_object_is_shown_with_its_type_to_whoever_may_read_that_type() {
    let office = Office::open().await;
    let live = office.get(&format!("/v1.0/directory/deletedItems/{KIM}")).await;
    assert_eq!(live.error(), (404, "Request_ResourceNotFound", not_found(KIM).as_str()));
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/users/{KIM}"), None).await;
    office.call(&office.robot, Method::DELETE, &format!("/v1.0/groups/{CLUB}"), None).await;
    for (id, odata_type, role) in
        [(KIM, "#microsoft.graph.user", "User.Read.All"), (CLUB, "#microsoft.graph.group", "Group.Read.All")]
    {
        let path = format!("/v1.0/directory/deletedItems/{id}");
        let reply = office.get(&path).await;
        assert_eq!(reply.json["@odata.context"], "http://graph.test/v1.0/$metadata#directoryObjects/$entity");
        assert_eq!((&reply.json["@odata.type"], &reply.json["id"]), (&json!(odata_type), &json!(id)));
        for other in ["User.Read.All", "Group.Read.All"] {
            let status = if other == role { 200 } else { 403 };
            assert_eq!(office.call(&office.app(&[other]), Method::GET, &path, None).await.status, status, "{other}");
        }
    }
}
